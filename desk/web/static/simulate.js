// How far a simulation is; when it is over the page is asked for anew. Without this script a link does that.
"use strict";
(() => {
  const place = document.querySelector("[data-running]");
  if (!place) return;
  const bar = place.querySelector("progress");
  const done = place.querySelector("[data-done]");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const look = async () => {
    try {
      const told = await (await fetch(place.dataset.running)).json();
      if (told.over) { location.reload(); return; }
      bar.value = told.done;
      done.textContent = number.format(told.done);
    } catch { /* asked again */ }
    setTimeout(look, document.hidden ? 5000 : 500);
  };
  setTimeout(look, 300);
})();
