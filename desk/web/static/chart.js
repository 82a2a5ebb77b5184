// The two charts on one axis of time: volume with what is expected, and sentiment as shares.
"use strict";
(() => {
  const words = JSON.parse(document.getElementById("chart-words").textContent);
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const scale = Number(document.documentElement.dataset.chartScale || 1); // of what is written, on a screen that is read from afar
  let shown = [];
  let current = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const hatch = (line, ground) => {
    const scale = window.devicePixelRatio || 1;
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.round(6 * scale);
    const pen = tile.getContext("2d"), size = tile.width;
    if (ground) { pen.fillStyle = ground; pen.fillRect(0, 0, size, size); }
    pen.strokeStyle = line;
    pen.lineWidth = 1.2 * scale;
    for (const shift of [-size, 0, size]) { pen.beginPath(); pen.moveTo(shift, size); pen.lineTo(shift + size, 0); pen.stroke(); }
    return pen.createPattern(tile, "repeat");
  };
  const format = (zone, options) => new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: "h23", ...options });
  const ticks = (zone) => {
    const clock = format(zone, { hour: "2-digit", minute: "2-digit" });
    const day = format(zone, { weekday: "short", day: "numeric" });
    const date = format(zone, { day: "numeric", month: "short" });
    return (plot, splits) => {
      const step = splits.length > 1 ? splits[1] - splits[0] : 86400;
      return splits.map((at) => {
        const moment = new Date(at * 1000);
        if (step >= 7 * 86400) return date.format(moment);
        if (step >= 82800) return plot.scales.x.max - plot.scales.x.min > 12 * 86400 ? date.format(moment) : day.format(moment);
        return clock.format(moment) === "00:00" ? day.format(moment) : clock.format(moment);
      });
    };
  };
  const gapPlugin = (data) => ({
    hooks: {
      drawClear: [(plot) => {
        const pen = plot.ctx;
        pen.save();
        pen.beginPath();
        pen.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
        pen.clip();
        pen.fillStyle = hatch(colour("hatch"), colour("hatch-ground"));
        const paint = (from, to) => {
          const left = plot.valToPos(from, "x", true), right = plot.valToPos(to, "x", true);
          pen.fillRect(left, plot.bbox.top, Math.max(2, right - left), plot.bbox.height);
        };
        data.counts.forEach((count, at) => { if (count === null) paint(data.starts[at], data.ends[at]); });
        for (const gap of data.gaps) paint(gap.since, gap.until);
        pen.restore();
      }],
    },
  });
  // A line, or the edges of a stretch, with the number that the note has in the list below.
  const notePlugin = (data) => ({
    hooks: {
      draw: [(plot) => {
        const pen = plot.ctx, scale = window.devicePixelRatio || 1, accent = colour("accent");
        const { left, top, width, height } = plot.bbox;
        pen.save();
        pen.beginPath();
        pen.rect(left, top, width, height);
        pen.clip();
        pen.strokeStyle = pen.fillStyle = accent;
        pen.lineWidth = scale;
        pen.font = `600 ${11 * scale}px system-ui, sans-serif`;
        pen.textBaseline = "top";
        for (const note of data.notes || []) {
          const from = Math.max(left + scale, plot.valToPos(note.since, "x", true));
          const to = note.until === null ? from : Math.min(left + width - scale, plot.valToPos(note.until, "x", true));
          pen.globalAlpha = 0.1;
          if (to > from) pen.fillRect(from, top, to - from, height);
          pen.globalAlpha = 1;
          for (const edge of to > from ? [from, to] : [from]) { pen.beginPath(); pen.setLineDash([4 * scale, 3 * scale]); pen.moveTo(edge, top); pen.lineTo(edge, top + height); pen.stroke(); }
          const text = String(note.number), box = pen.measureText(text).width + 8 * scale;
          const place = Math.min(from, left + width - box);
          pen.fillRect(place, top, box, 15 * scale);
          pen.fillStyle = colour("on-accent");
          pen.fillText(text, place + 4 * scale, top + 2 * scale);
          pen.fillStyle = accent;
        }
        pen.restore();
      }],
    },
  });
  const notesAt = (data, one) => (data.notes || []).filter((note) => note.since < data.ends[one] && (note.until ?? note.since + 1) > data.starts[one]).map((note) => `${note.number} · ${note.text}`);
  const at = (plot, data) => {
    const time = plot.posToVal(plot.cursor.left, "x");
    return plot.cursor.left < 0 ? -1 : data.starts.findIndex((start, place) => start <= time && time < data.ends[place]);
  };
  const tooltipPlugin = (data, lines) => {
    let box;
    const day = format(data.zone, { weekday: "short", day: "numeric", month: "short" });
    const clock = format(data.zone, { hour: "2-digit", minute: "2-digit" });
    return {
      hooks: {
        init: [(plot) => { box = document.createElement("div"); box.className = "tooltip"; box.hidden = true; plot.over.append(box); }],
        setCursor: [(plot) => {
          const place = at(plot, data);
          box.hidden = place < 0 || !plot.over.matches(":hover");
          if (box.hidden) return;
          const start = new Date(data.starts[place] * 1000), end = new Date(data.ends[place] * 1000);
          const head = document.createElement("b");
          head.textContent = data.days ? day.format(start) : `${day.format(start)} ${clock.format(start)} – ${clock.format(end)}`;
          box.replaceChildren(head, ...lines(place).map((text) => { const line = document.createElement("div"); line.textContent = text; return line; }));
          const left = plot.cursor.left + 12;
          box.style.left = `${left + box.offsetWidth > plot.over.offsetWidth ? Math.max(0, plot.cursor.left - box.offsetWidth - 12) : left}px`;
        }],
      },
    };
  };
  const zoom = (plot) => {
    if (plot.select.width < 8 || plot.root.closest("[data-still]")) return;
    const known = current.ends[current.ends.length - 1];
    const from = plot.posToVal(plot.select.left, "x"), to = Math.min(known, plot.posToVal(plot.select.left + plot.select.width, "x"));
    if (from >= known) return;
    const url = new URL(window.location.href);
    for (const name of ["range", "after"]) url.searchParams.delete(name);
    const whole = (seconds) => new Date(Math.round(seconds / 60) * 60000).toISOString().replace(".000Z", "Z");
    url.searchParams.set("since", whole(from));
    url.searchParams.set("until", whole(Math.max(to, from + 300)));
    window.location.assign(url);
  };
  // Buckets are drawn as steps: a last point ends the last one.
  const steps = (data, values) => [...values, values.length ? values[values.length - 1] : null];
  const times = (data) => [...data.starts, data.ends[data.ends.length - 1]];
  const ahead = (data) => data.ahead || { starts: [], ends: [], low: [], middle: [], high: [] };
  const span = (data) => [data.starts[0], [...data.ends, ...ahead(data).ends].pop()];
  const axis = (data, extra) => ({
    stroke: colour("soft"), font: `${12 * scale}px system-ui, sans-serif`, ticks: { show: false }, grid: { stroke: colour("line"), width: 1 }, ...extra,
  });
  const common = (data, width, height, top) => ({
    width, height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), data.zone),
    legend: { show: false },
    padding: [top, 20 * scale, 0, 0], // half of the last label
    cursor: { y: false, points: { show: false }, sync: { key: "klankbord", setSeries: false }, drag: { x: true, y: false, setScale: false } },
    select: { show: true },
    scales: { x: { range: () => span(data) } },
  });
  const stepped = () => uPlot.paths.stepped({ align: 1 });

  const volume = (data, place) => {
    const accent = colour("accent"), coming = ahead(data);
    const past = data.starts.map(() => null), later = coming.starts.map(() => null);
    const wide = { ...data, starts: [...data.starts, ...coming.starts], ends: [...data.ends, ...coming.ends] };
    const all = [...data.counts, ...data.high, ...coming.high].filter((value) => value !== null);
    const options = {
      ...common(data, place.clientWidth, place.clientHeight, 8),
      scales: { x: { range: () => span(data) }, y: { range: () => [0, Math.max(4, ...all) * 1.08] } },
      axes: [axis(data, { values: ticks(data.zone), space: 64 * scale, grid: { show: false }, size: 28 * scale }), axis(data, { size: 48 * scale, space: 40 * scale, values: (_, splits) => splits.map((value) => Number.isInteger(value) ? number.format(value) : "") })],
      series: [
        {},
        { stroke: "transparent", width: 0, paths: stepped(), points: { show: false } },
        { stroke: "transparent", width: 0, paths: stepped(), points: { show: false } },
        { stroke: colour("neutral"), width: 1, dash: [3, 3], paths: stepped(), points: { show: false } },
        { stroke: accent, width: 2, fill: `${accent}22`, paths: stepped(), points: { show: false } },
        { stroke: "transparent", width: 0, paths: stepped(), points: { show: false } },
        { stroke: "transparent", width: 0, paths: stepped(), points: { show: false } },
        { stroke: accent, width: 1.5, dash: [5, 3], paths: stepped(), points: { show: false } },
      ],
      bands: [{ series: [2, 1], fill: colour("band") }, { series: [6, 5], fill: colour("accent-soft") }],
      plugins: [gapPlugin(data), notePlugin(data), tooltipPlugin(wide, (one) => {
        const hour = one - data.starts.length;
        if (hour >= 0) return coming.middle[hour] === null ? [] : [`${words.ahead} ${number.format(Math.round(coming.middle[hour]))} (${number.format(Math.round(coming.low[hour]))}–${number.format(Math.round(coming.high[hour]))})`];
        const count = data.counts[one];
        const lines = [count === null ? words.gap : `${number.format(count)} ${words.messages}${data.partial[one] ? ` (${words.partial})` : ""}`];
        if (data.middle[one] !== null) lines.push(`${words.middle} ${number.format(Math.round(data.middle[one]))} (${number.format(Math.round(data.low[one]))}–${number.format(Math.round(data.high[one]))})`);
        for (const gap of data.gaps) if (gap.since < data.ends[one] && gap.until > data.starts[one]) lines.push(`${gap.source}: ${gap.reason}`);
        return [...lines, ...notesAt(data, one)];
      })],
      hooks: { setSelect: [zoom] },
    };
    const known = [data.low, data.high, data.middle, data.counts].map((values) => [...values, ...later]);
    const columns = [...known, ...[coming.low, coming.high, coming.middle].map((values) => [...past, ...values])];
    return new uPlot(options, [times(wide), ...columns.map((values) => steps(wide, values))], place);
  };

  // Shares over few messages jump about: neighbours are put together until some sixty columns are left.
  const grouped = (data) => {
    const factor = [1, 2, 3, 4, 6, 8, 12].find((one) => data.starts.length / one <= 60) || 12;
    if (factor === 1) return data;
    const clock = format(data.zone, { hour: "2-digit", minute: "2-digit" });
    const midnight = data.starts.findIndex((start) => clock.format(new Date(start * 1000)) === "00:00");
    const groups = [];
    data.starts.forEach((_, one) => {
      if (!groups.length || (one - Math.max(0, midnight)) % factor === 0) groups.push([]);
      groups[groups.length - 1].push(one);
    });
    const sum = (values) => (group) => group.reduce((all, one) => values[one] === null ? all : (all ?? 0) + values[one], null);
    return {
      ...data,
      starts: groups.map((group) => data.starts[group[0]]),
      ends: groups.map((group) => data.ends[group[group.length - 1]]),
      counts: groups.map(sum(data.counts)),
      sentiment: Object.fromEntries(Object.entries(data.sentiment).map(([label, values]) => [label, groups.map(sum(values))])),
    };
  };

  // From the bottom up; each drawn up to its top, the tallest first.
  const order = ["negative", "uncertain", "unjudged", "neutral", "positive"];
  const sentiment = (fine, place) => {
    const data = grouped(fine);
    const whole = data.starts.map((_, one) => data.counts[one] ? order.reduce((sum, label) => sum + data.sentiment[label][one], 0) : null);
    let below = data.starts.map(() => 0);
    const tops = order.map((label) => {
      below = below.map((height, one) => height + (whole[one] ? data.sentiment[label][one] / whole[one] : 0));
      return below.map((height, one) => whole[one] ? height : null);
    });
    const fills = {
      negative: colour("negative"), positive: colour("positive"), neutral: colour("neutral-fill"),
      uncertain: hatch(colour("uncertain"), colour("card")), unjudged: hatch(colour("line"), colour("card")),
    };
    const layers = order.map((label, one) => ({ label, top: tops[one] })).reverse();
    const ground = colour("card");
    const options = {
      ...common(data, place.clientWidth, place.clientHeight, 8),
      scales: { x: { range: () => span(data) }, y: { range: () => [0, 1] } },
      axes: [axis(data, { values: ticks(data.zone), space: 64, grid: { show: false }, size: 28 }), axis(data, { size: 48, splits: () => [0, 0.5, 1], values: (_, splits) => splits.map((value) => `${value * 100}%`) })],
      series: [{}, ...layers.flatMap(({ label }) => [
        { stroke: "transparent", width: 0, fill: ground, paths: stepped(), points: { show: false } },
        { stroke: "transparent", width: 0, fill: () => fills[label], paths: stepped(), points: { show: false } },
      ])],
      plugins: [gapPlugin(data), tooltipPlugin(data, (one) => {
        if (data.counts[one] === null) return [words.gap];
        if (!whole[one]) return [`0 ${words.messages}`];
        return ["positive", "neutral", "unjudged", "uncertain", "negative"].filter((label) => data.sentiment[label][one])
          .map((label) => `${Math.round(100 * data.sentiment[label][one] / whole[one])}% ${words[label]} (${number.format(data.sentiment[label][one])})`);
      })],
      hooks: { setSelect: [zoom] },
    };
    return new uPlot(options, [times(data), ...layers.flatMap(({ top }) => [steps(data, top), steps(data, top)])], place);
  };

  const draw = (data) => {
    current = data;
    for (const plot of shown) plot.destroy();
    shown = [];
    for (const place of document.querySelectorAll("[data-chart]")) {
      place.replaceChildren();
      if (!data.starts.length) continue;
      shown.push(place.dataset.chart === "volume" ? volume(data, place) : sentiment(data, place));
    }
  };
  const again = () => { if (current) draw(current); };
  let resizing = null, width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; clearTimeout(resizing); resizing = setTimeout(again, 120); } });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.klankbord.draw = draw;
  draw(JSON.parse(document.getElementById("chart-data").textContent));
})();
