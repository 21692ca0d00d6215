// The student's tools: size, colours, read aloud, line reader, cross out, notes. Nothing here leaves the device.
"use strict";
(() => {
  const THEMES = ["light", "cream", "dark", "contrast"];
  const ZOOMS = ["100", "125", "150", "200"];
  const root = document.documentElement;
  const tool = (name) => document.querySelector(`[data-tool="${name}"]`);
  let line = null;
  let notes = null;
  let eliminating = false;

  function remember(name, value) {
    document.cookie = `waymark_${name}=${value}; path=/; max-age=31536000; samesite=lax`;
    root.dataset[name] = value;
  }

  function after(list, value) {
    return list[(list.indexOf(value) + 1) % list.length];
  }

  // Mathematics as a person would say it.
  function spoken(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    const name = node.localName.toLowerCase();
    if (name === "math" && node.getAttribute("alttext")) return ` ${node.getAttribute("alttext")} `;
    if (name === "svg") return ` ${node.querySelector("title")?.textContent || node.getAttribute("aria-label") || ""} `;
    const inside = [...node.childNodes].map(spoken).join("");
    return ["p", "li", "td", "th", "div", "h2", "tr"].includes(name) ? `${inside}. ` : inside;
  }

  function readAloud(button) {
    const speech = window.speechSynthesis;
    if (button.getAttribute("aria-pressed") === "true") {
      speech.cancel();
      button.setAttribute("aria-pressed", "false");
      return;
    }
    const pieces = [...document.querySelectorAll("[data-read]")].filter((piece) => !piece.closest(".eliminated"));
    button.setAttribute("aria-pressed", "true");
    const next = () => {
      document.querySelectorAll(".reading").forEach((piece) => piece.classList.remove("reading"));
      const piece = pieces.shift();
      if (!piece || button.getAttribute("aria-pressed") !== "true") {
        button.setAttribute("aria-pressed", "false");
        return;
      }
      piece.classList.add("reading");
      const words = new SpeechSynthesisUtterance(spoken(piece));
      words.lang = root.lang;
      words.rate = 0.9;
      words.onend = next;
      words.onerror = () => button.setAttribute("aria-pressed", "false");
      speech.speak(words);
    };
    next();
  }

  function lineReader(button) {
    if (line) {
      line.remove();
      line = null;
      button.setAttribute("aria-pressed", "false");
      return;
    }
    line = document.createElement("div");
    line.className = "line-reader";
    line.setAttribute("aria-hidden", "true");
    document.body.append(line);
    place(window.innerHeight / 3);
    button.setAttribute("aria-pressed", "true");
  }

  function place(y) {
    if (line) line.style.top = `${Math.max(0, Math.min(window.innerHeight - 56, y - 26))}px`;
  }
  // Focus scrolls what it lands on into view only after the event: the line follows it there.
  let followed = null;
  function follow() {
    if (!followed || !followed.isConnected) return;
    const box = followed.getBoundingClientRect();
    place(box.top + box.height / 2);
  }
  document.addEventListener("pointermove", (event) => {
    followed = null;
    place(event.clientY);
  });
  document.addEventListener("focusin", (event) => {
    followed = event.target;
    follow();
  });
  document.addEventListener("scroll", follow, { passive: true });

  function eliminate(button) {
    eliminating = !eliminating;
    button.setAttribute("aria-pressed", String(eliminating));
    document.querySelectorAll(".eliminate").forEach((cross) => {
      cross.hidden = !eliminating;
    });
  }

  function takeNotes(button) {
    if (notes) {
      notes.remove();
      notes = null;
      button.setAttribute("aria-pressed", "false");
      return;
    }
    const key = `waymark-notes:${document.getElementById("question-page").dataset.attempt}`;
    notes = document.createElement("section");
    notes.className = "card notes-panel";
    notes.setAttribute("aria-label", "Notes");
    const label = document.createElement("label");
    label.className = "label";
    label.textContent = "Notes (only on this device)";
    const text = document.createElement("textarea");
    text.id = "notes-text";
    label.htmlFor = text.id;
    try {
      text.value = localStorage.getItem(key) || "";
    } catch {
      /* No store: the notes last as long as the page. */
    }
    text.addEventListener("input", () => {
      try {
        localStorage.setItem(key, text.value);
      } catch {
        /* As above. */
      }
    });
    notes.append(label, text);
    document.body.append(notes);
    text.focus();
    button.setAttribute("aria-pressed", "true");
  }

  const actions = {
    zoom: () => remember("zoom", after(ZOOMS, root.dataset.zoom)),
    theme: () => remember("theme", after(THEMES, root.dataset.theme)),
    read: readAloud,
    line: lineReader,
    eliminate,
    notes: takeNotes,
  };

  function start() {
    document.querySelectorAll("[data-plain]").forEach((plain) => plain.remove());
    for (const [name, act] of Object.entries(actions)) {
      const button = tool(name);
      if (!button || (name === "read" && !("speechSynthesis" in window))) continue;
      button.hidden = false;
      button.addEventListener("click", () => act(button));
    }
    window.speechSynthesis?.cancel();
    if (line) tool("line").setAttribute("aria-pressed", "true");
    if (notes) tool("notes").setAttribute("aria-pressed", "true");
    if (eliminating && tool("eliminate")) {
      eliminating = false;
      eliminate(tool("eliminate"));
    }
    for (const cross of document.querySelectorAll(".eliminate")) {
      cross.addEventListener("click", () => {
        const gone = cross.parentElement.classList.toggle("eliminated");
        cross.setAttribute("aria-pressed", String(gone));
      });
    }
  }
  document.addEventListener("waymark:question", start);
  start();
})();
