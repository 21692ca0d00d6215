// The test page: the answer is kept while it is not sent, sent again until the network is back, and the next question
// takes its place without a reload. Sending an answer twice changes nothing on the server.
"use strict";
(() => {
  const FIRST_WAIT_MS = 1000;
  const LONGEST_WAIT_MS = 30000;
  const page = () => document.getElementById("question-page");
  const form = () => document.getElementById("answer-form");
  const key = () => `waymark-answer:${page().dataset.attempt}:${page().dataset.item}`;
  let sending = false;

  function say(words, offline) {
    const status = document.getElementById("status");
    if (!status || status.textContent === words) return;
    status.textContent = words;
    status.classList.toggle("offline", Boolean(offline));
  }

  function fields() {
    return [...new FormData(form())].filter(([name]) => name !== "csrf" && name !== "item");
  }

  function keep() {
    try {
      localStorage.setItem(key(), JSON.stringify(fields()));
    } catch {
      /* A full or forbidden store loses the draft, not the answer. */
    }
  }

  function bringBack() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(key()) || "null");
    } catch {
      return;
    }
    if (!Array.isArray(kept) || kept.length === 0) return;
    for (const [name, value] of kept) {
      for (const control of form().elements) {
        if (control.name !== name) continue;
        if (control.type === "radio" || control.type === "checkbox") control.checked ||= control.value === value;
        else control.value = value;
      }
    }
  }

  function forget() {
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith("waymark-answer:")) localStorage.removeItem(name);
      }
    } catch {
      /* Nothing to forget. */
    }
  }

  async function post(body) {
    const response = await fetch(form().action, {
      method: "POST",
      body,
      headers: { "X-CSRF-Token": body.get("csrf") },
      credentials: "same-origin",
    });
    // The server is there but cannot answer now: ask again, like a network that is away.
    if (response.status >= 502 || response.status === 429) throw new Error(`status ${response.status}`);
    return response;
  }

  async function send() {
    if (sending) return;
    sending = true;
    keep();
    const body = new URLSearchParams(new FormData(form()));
    let wait = FIRST_WAIT_MS;
    form().setAttribute("aria-busy", "true");
    for (;;) {
      try {
        say("Sending …");
        const response = await post(body);
        await receive(response);
        sending = false;
        return;
      } catch {
        say("The network is away. Your answer is kept here and will be sent when it is back.", true);
        await pause(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }

  // Waits, but not a moment longer than until the network is back.
  function pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });
  }

  async function receive(response) {
    const text = await response.text();
    const next = new DOMParser().parseFromString(text, "text/html").getElementById("question-page");
    if (!next) {
      // The attempt is over, paused, or we are signed out: the browser shows what the server says.
      if (response.ok) forget();
      window.location.assign(response.url && response.ok ? response.url : window.location.href);
      return;
    }
    if (response.ok) forget();
    page().replaceWith(document.importNode(next, true));
    document.title = next.dataset.title;
    start();
    const problem = document.getElementById("problem");
    if (problem) {
      problem.tabIndex = -1;
      problem.focus();
    } else {
      document.getElementById("question-heading").focus();
      window.scrollTo(0, 0);
    }
  }

  // Ordering: buttons and arrow keys move an entry; the selects that work without scripts carry the places.
  function order(list) {
    const number = () => {
      [...list.children].forEach((entry, index) => {
        entry.querySelector("select").value = String(index + 1);
        entry.querySelector('[data-move="up"]').setAttribute("aria-disabled", String(index === 0));
        entry.querySelector('[data-move="down"]').setAttribute("aria-disabled", String(index === list.children.length - 1));
      });
    };
    const given = [...list.children].map((entry) => entry.querySelector("select").value);
    if (given.every(Boolean)) {
      [...list.children]
        .sort((a, b) => a.querySelector("select").value - b.querySelector("select").value)
        .forEach((entry) => list.append(entry));
    }
    const move = (entry, up) => {
      const other = up ? entry.previousElementSibling : entry.nextElementSibling;
      if (!other) return;
      if (up) other.before(entry);
      else other.after(entry);
      number();
      keep();
      const place = [...list.children].indexOf(entry) + 1;
      say(`${entry.querySelector(".what").textContent.trim()}: place ${place} of ${list.children.length}`);
    };
    for (const entry of list.children) {
      entry.querySelector(".place").hidden = true;
      entry.querySelector(".moves").hidden = false;
      for (const button of entry.querySelectorAll("[data-move]")) {
        button.addEventListener("click", () => {
          move(entry, button.dataset.move === "up");
          button.focus();
        });
        button.addEventListener("keydown", (event) => {
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          move(entry, event.key === "ArrowUp");
          button.focus();
        });
      }
    }
    number();
  }

  function start() {
    bringBack();
    document.querySelectorAll("[data-order]").forEach(order);
    form().addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    form().addEventListener("input", () => {
      keep();
      say("");
    });
    document.dispatchEvent(new Event("waymark:question"));
    if (!navigator.onLine) say("The network is away. You can go on: your answer is kept here.", true);
  }

  window.addEventListener("offline", () => say("The network is away. You can go on: your answer is kept here.", true));
  window.addEventListener("online", () => !sending && say("The network is back."));
  start();
})();
