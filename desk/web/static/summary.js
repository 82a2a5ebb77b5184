// A summary is put above the list that it is of; without this script the button leads to a page of its own.
"use strict";
(() => {
  const form = document.querySelector("[data-summarise]");
  const place = document.querySelector("[data-summary]");
  if (!form || !place) return;
  const button = form.querySelector("button");
  const busy = form.querySelector("[data-busy]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = new URLSearchParams(new FormData(form));
    asked.set("part", "1");
    button.disabled = true;
    busy.hidden = false;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: asked });
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      window.klankbord.times(holder.content);
      place.replaceChildren(holder.content);
    } catch {
      place.textContent = form.dataset.lost;
    } finally {
      place.hidden = false;
      place.removeAttribute("aria-busy");
      button.disabled = false;
      busy.hidden = true;
    }
  });
})();
