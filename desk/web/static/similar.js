// What is most like the case comes after its page; without this script a link leads there.
"use strict";
(() => {
  const place = document.querySelector("[data-similar]");
  if (!place) return;
  const load = async () => {
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(place.dataset.similar, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(20000) });
      if (!answer.ok) throw new Error(answer.statusText);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      window.klankbord.times(holder.content);
      place.replaceChildren(holder.content);
    } catch {
      place.querySelector("[data-lost]").hidden = false;
    } finally {
      place.removeAttribute("aria-busy");
    }
  };
  void load();
})();
