// An answer while it is written: how long it is as its source counts, what still has no value, words in the other form.
"use strict";
(() => {
  const place = document.querySelector("[data-answer]");
  const text = place && place.querySelector("textarea[name=text]");
  if (!text) return;
  const words = JSON.parse(document.getElementById("answer-words").textContent);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const form = text.form;
  const show = (name, found) => {
    const line = place.querySelector(`[data-${name}]`);
    line.hidden = !found.length;
    line.querySelector("strong").textContent = found.join(", ");
  };
  let asked = 0;
  const measure = async () => {
    const mine = ++asked;
    const body = new URLSearchParams({ csrf: place.dataset.csrf, publisher: place.dataset.publisher, mention: place.dataset.mention, language: form.elements.language.value, text: text.value });
    try {
      const told = await (await fetch("/case/length", { method: "POST", body })).json();
      if (mine !== asked || told.length === undefined) return;
      place.querySelector("[data-length]").textContent = words.length.replace("{length}", number.format(told.length)).replace("{most}", number.format(told.most));
      text.setAttribute("aria-invalid", String(told.length > told.most));
      show("missing", told.missing);
      show("other", told.other);
    } catch { /* the form is checked again as it is sent */ }
  };
  let waits;
  text.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(measure, 250); });
})();
