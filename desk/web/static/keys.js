// The keyboard: j and k move, Enter opens, x chooses, / searches, g and a letter goes, ? lists; what a case has letters for.
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  for (const button of document.querySelectorAll("[data-keys]")) button.addEventListener("click", () => dialog.showModal());
  let place = -1, going = 0;
  // Each presses what has that letter, on the case at hand or on the page of one case.
  const OF_A_CASE = "canseohr";
  const ofCase = (letter) => {
    if (!OF_A_CASE.includes(letter)) return null;
    const place = document.querySelector(".entry.at") || document.querySelector("[data-case]");
    return place?.querySelector(`[data-key="${letter}"]:not(:disabled)`) || null;
  };
  const press = (target) => { if (target.matches("textarea, select, input")) target.focus(); else target.click(); };
  const entries = () => [...document.querySelectorAll(".entry")];
  const move = (step) => {
    const all = entries();
    if (!all.length) return;
    const now = all.findIndex((entry) => entry.classList.contains("at"));
    place = Math.max(0, Math.min(all.length - 1, (now < 0 ? (step > 0 ? -1 : 0) : now) + step));
    for (const entry of all) entry.classList.toggle("at", entry === all[place]);
    all[place].scrollIntoView({ block: "nearest" });
    all[place].querySelector(".open")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (going && event.timeStamp - going < 1200) {
      going = 0;
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    const acts = {
      j: () => move(1),
      k: () => move(-1),
      g: () => { going = event.timeStamp; },
      "?": () => dialog.showModal(),
      "/": () => { const box = document.querySelector("[data-search]"); if (box) { box.focus(); box.select(); } else document.querySelector('[data-go="s"]').click(); },
      x: () => document.querySelector(".entry.at .choose")?.click(),
    };
    if (event.key === "Enter" && event.target === document.body) acts.Enter = () => document.querySelector(".entry.at .open")?.click();
    const target = ofCase(event.key);
    if (target) acts[event.key] = () => press(target);
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
})();
