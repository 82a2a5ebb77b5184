// What every page does: choices at the top take effect at once, times in the reader's own zone, choosing messages.
"use strict";
document.documentElement.classList.add("scripted");
for (const form of document.querySelectorAll("[data-scope]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-scope] :disabled")) field.disabled = false;
});

window.klankbord = {
  language: document.documentElement.lang,
  zone: document.documentElement.dataset.zone,
  // Times are written in the organisation's zone; where the reader's differs they are written again.
  times(root) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!this.zone || own === this.zone) return;
    const full = new Intl.DateTimeFormat(this.language, { dateStyle: "full", timeStyle: "long" });
    const clock = new Intl.DateTimeFormat(this.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const day = new Intl.DateTimeFormat(this.language, { weekday: "short", day: "numeric", month: "short" });
    const today = day.format(new Date());
    for (const time of root.querySelectorAll("time")) {
      const at = new Date(time.dateTime);
      time.textContent = day.format(at) === today ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
      time.title = `${full.format(at)} · ${time.title}`;
    }
  },
};
window.klankbord.times(document);

const results = document.querySelector("[data-results]");
if (results) {
  const every = results.querySelector("[data-every]");
  const boxes = () => [...results.querySelectorAll(".choose")];
  const told = results.querySelector("[data-count]");
  const tools = results.querySelector("[data-tools]");
  const count = () => {
    const all = boxes(), chosen = all.filter((box) => box.checked).length;
    if (!told) return;
    told.textContent = chosen ? told.dataset.word.replace("{count}", chosen) : told.dataset.none;
    tools.classList.toggle("some", chosen > 0);
    every.checked = chosen > 0 && chosen === all.length;
    every.indeterminate = chosen > 0 && chosen < all.length;
  };
  every?.addEventListener("change", () => { for (const box of boxes()) box.checked = every.checked; count(); });
  let last = null;
  results.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.(".choose")) return;
    if (event.shiftKey && last?.isConnected) {
      const all = boxes();
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    count();
  });
  results.addEventListener("change", count);
  results.addEventListener("submit", (event) => {
    const all = boxes();
    if (event.submitter?.name !== "one" && !all.some((box) => box.checked)) { event.preventDefault(); all[0]?.focus(); }
  });
  window.klankbord.count = count;
  count();
}

// Texts that lie ready are copied by a button, which is there only where that can be done.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}
