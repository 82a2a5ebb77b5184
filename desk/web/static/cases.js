// Cases: time left as it passes, acts without leaving the list, and what others do while somebody looks.
"use strict";
(() => {
  const holder = document.querySelector("[data-cases]");
  if (!holder) return;
  const words = JSON.parse(document.getElementById("case-words").textContent);
  const list = document.querySelector("[data-entries]"), single = document.querySelector("[data-case]");
  const told = document.querySelector("[data-told]");
  const made = (html) => { const template = document.createElement("template"); template.innerHTML = html.trim(); window.klankbord.times(template.content); return template.content.firstElementChild; };

  // Time left, in the words that the server writes too.
  const span = (seconds) => {
    for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) if (seconds >= 2 * size || (size === 60 && seconds >= 60)) return `${Math.floor(seconds / size)} ${words[unit]}`;
    return `${seconds} ${words.s}`;
  };
  const ahead = Number(holder.dataset.now) - Date.now(); // of this machine's clock
  const tick = () => {
    const now = Date.now() + ahead;
    for (const place of document.querySelectorAll("[data-due]")) {
      const left = Date.parse(place.dataset.due) - now;
      const standing = left <= 0 ? "overdue" : place.dataset.soon && Date.parse(place.dataset.soon) <= now ? "due_soon" : "well";
      const text = words[standing === "overdue" ? place.dataset.over || standing : place.dataset.what].replace("{span}", span(Math.floor(Math.abs(left) / 1000)));
      const line = place.querySelector("[data-left]");
      if (line.textContent !== text) line.textContent = text;
      if (place.dataset.standing !== standing) { place.dataset.standing = standing; place.querySelector(".sign").textContent = words[`sign.${standing}`]; }
    }
  };
  setInterval(tick, 1000);
  tick();

  // What was done, or not.
  const say = (answer) => {
    told.classList.toggle("mistake", answer.refused);
    told.classList.toggle("done", !answer.refused);
    told.setAttribute("role", answer.refused ? "alert" : "status");
    told.innerHTML = answer.told;
    told.hidden = false;
  };
  const refuse = (text) => { say({ refused: true, told: "" }); told.textContent = text; };
  const lost = () => refuse(words.lost);
  document.addEventListener("click", (event) => { if (event.target.dataset?.taken) refuse(event.target.dataset.taken); });
  const counts = (found) => {
    for (const place of document.querySelectorAll("[data-count-of]")) place.textContent = found[place.dataset.countOf] ?? "";
    for (const place of document.querySelectorAll("[data-waiting]")) { place.textContent = found.waiting || ""; place.hidden = !found.waiting; }
  };
  const post = async (body) => {
    try {
      const answer = await fetch("/cases", { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      return answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    } catch { return null; }
  };

  // Whoever opens it at its source is about to answer: others are told, and so is who answers if others are too.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-answering]");
    if (!link) return;
    const about = (link.closest(".entry") || single).querySelector("[name=case]").value;
    const heard = await post(new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, act: "answering", case: about }));
    if (heard?.refused) say(heard);
  });

  // A line that changed stays where it is, as it was chosen and looked at.
  const known = (id) => list?.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const change = (line, fresh) => {
    const inside = line.contains(document.activeElement) ? document.activeElement.dataset.key || "open" : null;
    fresh.classList.toggle("at", line.classList.contains("at"));
    const box = line.querySelector(".choose"), again = fresh.querySelector(".choose");
    if (box && again) again.checked = box.checked;
    line.replaceWith(fresh);
    if (inside) (fresh.querySelector(`[data-key="${inside}"]`) || fresh.querySelector(".open"))?.focus({ preventScroll: true });
    window.klankbord.count?.();
    tick();
  };

  // Acts: what a form or button says, sent without leaving the list.
  const send = async (form, submitter) => {
    const heard = await post(new URLSearchParams(new FormData(form, submitter)));
    if (!heard) { lost(); return; }
    for (const one of heard.items) { const line = known(one.id); if (line && Number(line.dataset.version) <= one.version) change(line, made(one.html)); }
    say(heard);
    counts(heard.counts);
  };
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-acts]")) return;
    event.preventDefault();
    event.target.closest("dialog")?.close();
    void send(event.target, event.submitter);
  });

  // What an act needs to know is asked here; without scripts the link leads to the page of the case.
  list?.addEventListener("click", (event) => {
    const link = event.target.closest("[data-ask]");
    const dialog = link && document.getElementById(`ask-${link.dataset.ask}`);
    if (!dialog) return;
    event.preventDefault();
    const line = link.closest(".entry");
    dialog.querySelector("[name=case]").value = line.querySelector(".choose").value;
    dialog.querySelector("[data-about]").textContent = line.dataset.about;
    for (const field of dialog.querySelectorAll("textarea")) field.value = "";
    dialog.showModal();
    dialog.querySelector("[data-first]").focus();
  });
  for (const button of document.querySelectorAll("dialog [data-close]")) button.addEventListener("click", () => button.closest("dialog").close());

  // What others do. New cases wait until they are asked for; those that changed show it where they stand.
  const pill = document.querySelector("[data-pill]"), stale = document.querySelector("[data-stale]");
  let source = null, waiting = new Map(), silence = null, heard = Date.now();
  const count = () => {
    pill.textContent = words[waiting.size === 1 ? "one" : "other"].replace("{count}", waiting.size);
    pill.hidden = waiting.size === 0;
  };
  const put = (fresh) => {
    const after = [...list.children].find((line) => Number(line.dataset.order) > Number(fresh.dataset.order));
    fresh.classList.add("new");
    list.insertBefore(fresh, after || null);
  };
  const show = () => {
    for (const html of waiting.values()) put(made(html));
    waiting = new Map();
    document.querySelector("[data-nothing]")?.remove();
    count();
    window.klankbord.count?.();
    tick();
  };
  const quiet = () => {
    stale.textContent = words.stale.replace("{when}", new Intl.DateTimeFormat(window.klankbord.language, { timeStyle: "medium" }).format(new Date(heard)));
    stale.hidden = false;
  };
  const alive = () => { heard = Date.now(); stale.hidden = true; clearTimeout(silence); silence = setTimeout(quiet, 40000); };
  const listed = (one) => {
    const line = known(one.id);
    if (line && Number(line.dataset.version) < one.version) change(line, made(one.html));
    else if (!line && one.here) waiting.set(one.id, one.html);
    else waiting.delete(one.id);
  };
  // On the page of one case who has it and how it stands change at once; the rest when it is asked for.
  const shown = (one) => {
    if (single.dataset.number !== String(one.number) || Number(single.dataset.version) >= one.version) return;
    const fresh = made(one.html);
    document.querySelector("[data-now-with]").textContent = fresh.querySelector(".holder bdi, .holder.mine")?.textContent ?? "";
    for (const part of [".due", ".holder"]) {
      const before = single.querySelector(`.standing ${part}`), after = fresh.querySelector(part);
      if (before && after) before.replaceWith(after);
    }
    single.dataset.version = one.version;
    document.querySelector("[data-changed]").hidden = false;
    tick();
  };
  const take = (news) => {
    for (const one of news.items) if (single) shown(one); else listed(one);
    counts(news.counts);
    if (pill) count();
  };
  const open = () => {
    if (source || document.hidden) return;
    const have = [...(list?.children ?? [single])].map((line) => `${line.dataset.number}.${line.dataset.version}`);
    source = new EventSource(`${holder.dataset.cases}&have=${have}`);
    source.addEventListener("open", alive);
    source.addEventListener("alive", alive);
    source.addEventListener("cases", (event) => { alive(); take(JSON.parse(event.data)); });
    source.addEventListener("error", quiet);
  };
  const close = () => { source?.close(); source = null; clearTimeout(silence); };
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  window.addEventListener("pagehide", close);
  pill?.addEventListener("click", () => { show(); list.scrollIntoView({ block: "nearest" }); });
  open();
})();
