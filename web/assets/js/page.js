// Every page: printing, a form sent once, display settings that show at once. All of it is optional.
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A second press while the first is under way would only ask the same again.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-once]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });

  const display = document.querySelector("form[data-display]");
  if (display) {
    display.addEventListener("change", (event) => {
      if (event.target.name === "theme") document.documentElement.dataset.theme = event.target.value;
      if (event.target.name === "zoom") document.documentElement.dataset.zoom = event.target.value;
    });
  }

  // "Choose all" of a list of check boxes.
  for (const all of document.querySelectorAll("[data-all]")) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
    });
  }

  // Rows that hold the words typed, at once.
  for (const filter of document.querySelectorAll("[data-filter]")) {
    filter.closest("[hidden]")?.removeAttribute("hidden");
    filter.addEventListener("input", () => {
      const words = filter.value.trim().toLowerCase();
      for (const row of document.querySelectorAll(`#${filter.dataset.filter} tbody tr`)) {
        row.hidden = !row.textContent.toLowerCase().includes(words);
      }
    });
  }
})();
