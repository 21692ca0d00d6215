// Rows that change: asks for them again every few seconds, keeps focus where it is, and says when it cannot. When what
// is followed is over, the whole page is loaded for what came of it.
"use strict";
(() => {
  const board = document.querySelector("[data-live]");
  const status = document.getElementById("live-status");
  const EVERY_MS = 4000;
  const LONGEST_MS = 60000;
  let wait = EVERY_MS;

  async function look() {
    if (document.hidden) return schedule();
    try {
      const response = await fetch(board.dataset.live, { credentials: "same-origin" });
      if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
      const next = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("live-rows");
      const old = document.getElementById("live-rows");
      if (next?.hasAttribute("data-over")) return location.reload();
      if (next && next.innerHTML !== old.innerHTML) replace(old, document.importNode(next, true));
      wait = EVERY_MS;
      status.textContent = "Updates by itself.";
    } catch {
      wait = Math.min(wait * 2, LONGEST_MS);
      status.textContent = "No connection: these rows may be old. Trying again.";
    }
    return schedule();
  }

  // Focus stays on the same button or link of the same row.
  function replace(old, next) {
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const action = active?.closest("form")?.getAttribute("action");
    const link = active?.getAttribute("href");
    old.replaceWith(next);
    if (action) next.querySelector(`form[action="${CSS.escape(action)}"] button`)?.focus();
    else if (link) next.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
  }

  function schedule() {
    setTimeout(look, wait);
  }
  status.textContent = "Updates by itself.";
  schedule();
})();
