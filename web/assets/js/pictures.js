// The picture password on one board: press the pictures in order. The board of radio buttons below works without this.
"use strict";
(() => {
  const rounds = document.querySelector("[data-pictures]");
  if (!rounds) return;
  const fieldsets = [...rounds.querySelectorAll("fieldset")];
  const picked = [];
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const board = document.createElement("div");
  board.className = "pictures";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button";
  again.textContent = "Start again";

  function show() {
    status.textContent =
      picked.length === 0 ? `Picture 1 of ${fieldsets.length}` : `${picked.length} of ${fieldsets.length} picked: ${picked.join(", ")}`;
    again.hidden = picked.length === 0;
    fieldsets.forEach((fieldset, index) => {
      for (const input of fieldset.querySelectorAll("input")) input.checked = input.value === picked[index];
    });
  }

  for (const label of fieldsets[0].querySelectorAll(".picture")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "picture picture-button";
    button.append(label.querySelector("span").cloneNode(true));
    button.addEventListener("click", () => {
      if (picked.length < fieldsets.length) picked.push(label.querySelector("input").value);
      show();
      if (picked.length === fieldsets.length) rounds.closest("form").querySelector("button.primary").focus();
    });
    board.append(button);
  }
  again.addEventListener("click", () => {
    picked.length = 0;
    show();
    board.firstElementChild.focus();
  });
  fieldsets.forEach((fieldset) => {
    fieldset.hidden = true;
  });
  rounds.append(board, status, again);
  show();
})();
