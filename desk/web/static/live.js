// The live stream: one connection, nothing moves under the pointer, a hidden tab stops.
"use strict";
(() => {
  const section = document.querySelector("[data-live]");
  if (!section) return;
  const words = JSON.parse(document.getElementById("chart-words").textContent);
  const list = section.querySelector("[data-entries]");
  const pill = section.querySelector("[data-pill]");
  const stale = section.querySelector("[data-stale]");
  const most = 60, newest = 5;
  let source = null, waiting = new Map(), heard = Date.now(), silence = null, refresh = null, fresh = false;

  const reading = () => section.matches(":hover") || section.contains(document.activeElement) || section.getBoundingClientRect().top < 0;
  const state = () => {
    const paused = reading();
    section.querySelector("[data-on]").hidden = paused;
    section.querySelector("[data-off]").hidden = !paused;
  };
  const known = (id) => waiting.has(id) || list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const show = () => {
    if (!waiting.size) return;
    const holder = document.createElement("template");
    holder.innerHTML = [...waiting.values()].join("");
    for (const entry of holder.content.querySelectorAll(".entry")) entry.classList.add("new");
    window.klankbord.times(holder.content);
    list.prepend(holder.content);
    while (list.children.length > most) list.lastElementChild.remove();
    section.querySelector(".none")?.remove();
    waiting = new Map();
    pill.hidden = true;
  };
  const count = () => {
    pill.textContent = (waiting.size === 1 ? words.one : words.other).replace("{count}", waiting.size);
    pill.hidden = waiting.size === 0;
  };
  const alive = () => {
    heard = Date.now();
    stale.hidden = true;
    clearTimeout(silence);
    silence = setTimeout(lost, 40000);
  };
  const lost = () => {
    const at = new Intl.DateTimeFormat(window.klankbord.language, { timeStyle: "medium" }).format(new Date(heard));
    stale.textContent = words.stale.replace("{when}", at);
    stale.hidden = false;
  };
  // Figures follow at most once in ten seconds, and not while the pointer is on them.
  const figures = async () => {
    refresh = null;
    const place = document.getElementById("figures");
    if (place.matches(":hover") || place.contains(document.activeElement)) { refresh = setTimeout(figures, 5000); return; }
    fresh = false;
    try {
      const answer = await fetch(place.dataset.figures, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = await answer.json();
      place.innerHTML = told.html;
      window.klankbord.times(place);
      window.klankbord.draw(told.chart);
    } catch { lost(); }
  };
  const open = () => {
    if (source || document.hidden) return;
    const address = new URL(section.dataset.live, window.location.href);
    const have = [...waiting.keys(), ...[...list.children].map((entry) => entry.dataset.id)].slice(0, newest);
    for (const id of have) address.searchParams.append("have", id);
    source = new EventSource(address);
    source.addEventListener("open", alive);
    source.addEventListener("alive", alive);
    source.addEventListener("mentions", (event) => {
      alive();
      const news = JSON.parse(event.data).items.filter((one) => !known(one.id)).map((one) => [one.id, one.html]);
      if (!news.length) return;
      waiting = new Map([...news, ...waiting].slice(0, most));
      if (reading()) count(); else show();
      fresh = true;
      refresh ??= setTimeout(figures, 10000);
    });
    source.addEventListener("error", lost);
  };
  const close = () => { source?.close(); source = null; clearTimeout(silence); clearTimeout(refresh); refresh = null; };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close(); else { open(); if (fresh) refresh ??= setTimeout(figures, 500); }
  });
  window.addEventListener("pagehide", close);
  for (const name of ["pointerenter", "focusin"]) section.addEventListener(name, state);
  for (const name of ["pointerleave", "focusout"]) section.addEventListener(name, () => setTimeout(() => { state(); if (!reading()) show(); }, 50));
  document.addEventListener("scroll", state, { passive: true });
  pill.addEventListener("click", () => { show(); section.scrollIntoView({ block: "start" }); });
  open();
})();
