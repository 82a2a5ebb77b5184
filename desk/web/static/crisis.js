// A crisis: clocks that run, and what others do while somebody looks. The page asks for itself again; what is being written stays.
"use strict";
(() => {
  const holder = document.querySelector("[data-crisis]");
  if (!holder) return;
  const stale = document.querySelector("[data-stale]"), changed = document.querySelector("[data-changed]");
  let ahead = Number(holder.dataset.now) - Date.now(); // of this machine's clock

  const clock = (milliseconds) => {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000), two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  };
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const tick = () => {
    const now = Date.now() + ahead;
    for (const place of document.querySelectorAll("[data-runs]")) put(place, clock(now - Date.parse(place.dataset.runs)));
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Date.parse(place.dataset.until) - now, line = place.querySelector("[data-clock]");
      put(line, (left <= 0 ? line.dataset.over : line.dataset.ahead).replace("{span}", clock(left)));
      if (left <= 0 && place.dataset.standing !== "overdue") { place.dataset.standing = "overdue"; put(place.querySelector(".sign"), "!"); }
    }
  };

  // A part that somebody writes in stays as it is: its form names the version that they saw.
  const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const told = new Map([...parts(document)].map(([name, part]) => [name, part.innerHTML]));
  const written = (field) => field.matches("[type=radio], [type=checkbox]") ? field.checked !== field.defaultChecked : field.matches("select") ? [...field.options].some((one) => one.selected && one !== field.options[0]) : field.value !== field.defaultValue;
  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") || [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(written);
  const swap = (part, fresh) => {
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    const inside = part.contains(document.activeElement) ? [...part.querySelectorAll("a, button, summary")].indexOf(document.activeElement) : -1;
    window.klankbord.times(fresh);
    part.replaceWith(fresh);
    [...fresh.querySelectorAll("details")].forEach((one, place) => { one.open = open[place] ?? one.open; });
    [...fresh.querySelectorAll("a, button, summary")][inside]?.focus({ preventScroll: true });
  };
  // Parts that are new or gone, a form that may be seen no more: then the places around them are other ones.
  const take = (page) => {
    const now = parts(document), next = parts(page);
    if ([...next.keys()].join() !== [...now.keys()].join()) {
      if ([...now.values()].some(busy)) { changed.hidden = false; return; }
      window.location.reload();
      return;
    }
    for (const [name, fresh] of next) {
      const html = fresh.innerHTML, part = now.get(name);
      if (told.get(name) === html) continue;
      if (busy(part)) { if (changed) changed.hidden = false; continue; }
      told.set(name, html);
      swap(part, document.importNode(fresh, true));
    }
    const data = page.getElementById("chart-data");
    if (data && window.klankbord.draw) window.klankbord.draw(JSON.parse(data.textContent));
    ahead = Number(page.querySelector("[data-crisis]").dataset.now) - Date.now();
    tick();
  };

  let source = null, silence = null, asking = false, again = false, lost = false, heard = Date.now();
  const quiet = () => {
    stale.textContent = stale.dataset.word.replace("{when}", new Intl.DateTimeFormat(window.klankbord.language, { timeStyle: "medium" }).format(new Date(heard)));
    stale.hidden = false;
  };
  // What is shown is as old as the last time that it could be asked for, however well the events come in.
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(quiet, 40000);
    if (!lost) { heard = Date.now(); stale.hidden = true; }
  };
  const missed = () => { lost = true; quiet(); };
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(25000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && page.querySelector("[data-crisis]")) { lost = false; alive(); take(page); } else missed();
    } catch { missed(); }
    asking = false;
    if (again) { again = false; void refresh(); }
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(holder.dataset.crisis);
    source.addEventListener("open", alive);
    source.addEventListener("alive", alive);
    source.addEventListener("crisis", () => { alive(); void refresh(); });
    source.addEventListener("error", quiet);
  };
  const close = () => { source?.close(); source = null; clearTimeout(silence); };
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else { open(); void refresh(); } });
  window.addEventListener("pagehide", close);
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) void refresh(); }, 30000); // arrivals go on without anybody doing anything
  tick();
  open();
})();
