// Charts as SVG. Each has a label for screen readers and shows its numbers as text.

/** Maximum number of sources in the bar chart. */
const MAX_BARS = 14;
/** Maximum number of columns in the chart over time. */
const MAX_COLUMNS = 60;

/** One bar with the number of copies by relation. */
function kindsChart(summary) {
  const { exact, near, contained, versions } = summary;
  const kinds = [["exact", exact, "exact"], ["near", near, "near"], ["contained", contained, "contained"], ["version", versions, versions === 1 ? "version" : "versions"]];
  const all = kinds.reduce((sum, [, number]) => sum + number, 0);
  const said = kinds.map(([, number, name]) => `${count(number)} ${name}`).join(", ");
  const bar = svg("svg", { class: "kinds", role: "img", "aria-label": `Copies: ${said}`, width: "100%", height: 16 });
  let x = 0;
  for (const [kind, number] of kinds) {
    const width = all ? (100 * number) / all : 0;
    bar.append(svg("rect", { class: kind, x: `${x}%`, width: `${width}%`, height: 16 }));
    x += width;
  }
  const legend = kinds.map(([kind, number, name]) => el("li", { class: kind }, el("b", {}, count(number)), ` ${name}`));
  return el("figure", {}, el("figcaption", {}, "Copies by relation"), bar, el("ul", { class: "legend" }, legend));
}

/** Bars with the number of stories by their number of documents. */
function sizesChart() {
  const groups = [[2, 2], [3, 3], [4, 5], [6, 10], [11, 30], [31, 100], [101, Infinity]].map(([least, most]) => ({ least, most, number: 0 }));
  for (const { cluster } of stories) groups.find(({ most }) => cluster.size <= most).number += 1;
  const shownGroups = groups.slice(0, 1 + groups.findLastIndex(({ number }) => number > 0));
  const top = Math.max(1, ...groups.map(({ number }) => number));
  const rows = shownGroups.map(({ least, most, number }) => {
    const name = least === most ? count(least) : most === Infinity ? `over ${least - 1}` : `${least} to ${most}`;
    return el("li", {}, el("span", {}, name),
      svg("svg", { "aria-hidden": "true", width: "100%", height: 14 }, svg("rect", { class: "kept", width: `${(100 * number) / top}%`, height: 14 })),
      el("span", { class: "figure" }, count(number)));
  });
  return el("figure", {}, el("figcaption", {}, "Stories by number of documents"), el("ol", { class: "bars" }, rows));
}

/** Bars with the number of clustered documents by source: representatives and copies. */
function sourcesChart() {
  const tally = new Map();
  for (const member of members()) {
    const name = member.source ? publisherOf(member.source).name : "no source";
    const entry = tally.get(name) ?? { name, stated: Boolean(member.source), kept: 0, copies: 0 };
    entry[member.relation === "representative" ? "kept" : "copies"] += 1;
    tally.set(name, entry);
  }
  const size = (entry) => entry.kept + entry.copies;
  const all = [...tally.values()].sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1));
  const most = Math.max(1, ...all.map(size));
  const rows = all.slice(0, MAX_BARS).map((entry) => {
    const label = entry.stated
      ? el("button", { type: "button", class: "plain", title: `Stories of ${entry.name}`, click: () => showStoriesWith(() => filters.publishers.add(entry.name.toLowerCase())) }, entry.name)
      : el("span", { class: "faint" }, entry.name);
    return el("li", {}, label, twoBars(entry, most), el("span", { class: "figure" }, count(size(entry))));
  });
  const rest = all.length > MAX_BARS ? el("p", { class: "faint" }, `and ${counted(all.length - MAX_BARS, "more source", "more sources")}`) : null;
  return el("figure", {}, el("figcaption", {}, "Documents in stories, by source"), keptLegend(), el("ol", { class: "bars" }, rows), rest);
}

function twoBars({ kept, copies }, most) {
  const width = (number) => `${(100 * number) / most}%`;
  const label = `${counted(kept, "representative", "representatives")}, ${counted(copies, "copy", "copies")}`;
  return svg("svg", { role: "img", "aria-label": label, width: "100%", height: 14 },
    svg("title", {}, label),
    svg("rect", { class: "kept", width: width(kept), height: 14 }),
    svg("rect", { class: "copies", x: width(kept), width: width(copies), height: 14 }));
}

const keptLegend = () =>
  el("ul", { class: "legend" }, el("li", { class: "kept" }, "representatives"), el("li", { class: "copies" }, "copies"));

/** Columns with the number of clustered documents over time. A column is one day, or several days for long periods. */
function daysChart() {
  const days = new Map();
  let undated = 0;
  stories.forEach(({ cluster, times }) => cluster.members.forEach((member, at) => {
    if (times[at] === null) {
      undated += 1;
      return;
    }
    const day = Math.floor(times[at] / 86400);
    const entry = days.get(day) ?? { kept: 0, copies: 0 };
    entry[member.relation === "representative" ? "kept" : "copies"] += 1;
    days.set(day, entry);
  }));
  if (!days.size) return el("figure", {}, el("figcaption", {}, "Documents in stories, by day"),
    el("p", { class: "faint" }, "No document in a story has a date."));
  const outside = trim(days);
  const { columns, step } = binned(days);
  const caption = step === 1 ? "Documents in stories, by day" : `Documents in stories, by ${stepName(step)}`;
  return el("figure", { class: "days" }, el("figcaption", {}, caption), keptLegend(), columnsDrawing(columns, step),
    outside ? el("p", { class: "faint" }, `${counted(outside, "document", "documents")} with dates far outside this period ${outside === 1 ? "is" : "are"} not shown.`) : null,
    undated ? el("p", { class: "faint" }, `${counted(undated, "document", "documents")} without a date ${undated === 1 ? "is" : "are"} not shown.`) : null);
}

/** Removes a few outlying days that would compress all other columns. Returns the number of their documents. */
function trim(days) {
  const size = (day) => days.get(day).kept + days.get(day).copies;
  const order = [...days.keys()].sort((a, b) => a - b);
  const all = order.reduce((sum, day) => sum + size(day), 0);
  let [low, high, outside] = [0, order.length - 1, 0];
  for (let cut = size(order[low]); cut <= all / 50; cut += size(order[low])) low += 1;
  for (let cut = size(order[high]); cut <= all / 50; cut += size(order[high])) high -= 1;
  if (order[high] - order[low] > (order.at(-1) - order[0]) / 2) return 0;
  for (const day of [...order.slice(0, low), ...order.slice(high + 1)]) {
    outside += size(day);
    days.delete(day);
  }
  return outside;
}

const STEPS = [1, 7, 30, 91, 365];
const stepName = (step) => ({ 7: "week", 30: "30 days", 91: "quarter", 365: "year" })[step] ?? `${step} days`;

/** Groups days so that there are at most `MAX_COLUMNS` columns. */
function binned(days) {
  const first = [...days.keys()].reduce((a, b) => Math.min(a, b));
  const last = [...days.keys()].reduce((a, b) => Math.max(a, b));
  const span = last - first + 1;
  const step = STEPS.find((step) => span / step <= MAX_COLUMNS) ?? Math.ceil(span / MAX_COLUMNS);
  const columns = Array.from({ length: Math.ceil(span / step) }, (_, at) => ({ day: first + at * step, kept: 0, copies: 0 }));
  for (const [day, entry] of days) {
    const column = columns[Math.floor((day - first) / step)];
    column.kept += entry.kept;
    column.copies += entry.copies;
  }
  return { columns, step };
}

function columnsDrawing(columns, step) {
  const [height, foot] = [160, 24];
  const most = Math.max(...columns.map(({ kept, copies }) => kept + copies));
  const share = 100 / Math.max(columns.length, 8);
  const tall = (number) => (number / most) * (height - 18);
  const day = (at) => DAY.format(new Date(at * 86400000));
  const drawing = svg("svg", { role: "img", width: "100%", height: height + foot,
    "aria-label": `${day(columns[0].day)} to ${day(columns.at(-1).day + step - 1)}; at most ${count(most)} documents in a column` });
  drawing.append(svg("text", { x: 0, y: 12, class: "axis" }, `maximum: ${count(most)}`));
  columns.forEach(({ day: begin, kept, copies }, at) => {
    const label = step === 1 ? day(begin) : `${day(begin)} to ${day(begin + step - 1)}`;
    const x = `${at * share + share * 0.1}%`;
    const width = `${share * 0.8}%`;
    drawing.append(svg("g", { class: "column", click: () => showStoriesWith(() => Object.assign(filters, { from: isoDay(begin * 86400), to: isoDay((begin + step - 1) * 86400) })) },
      svg("title", {}, `${label}: ${counted(kept, "representative", "representatives")}, ${counted(copies, "copy", "copies")}`),
      svg("rect", { class: "hover-area", x: `${at * share}%`, width: `${share}%`, height }),
      svg("rect", { class: "kept", x, width, y: height - tall(kept), height: tall(kept) }),
      svg("rect", { class: "copies", x, width, y: height - tall(kept) - tall(copies), height: tall(copies) })));
  });
  drawing.append(svg("line", { class: "baseline", x1: 0, x2: "100%", y1: height, y2: height }));
  drawing.append(svg("text", { x: 0, y: height + 17, class: "axis" }, day(columns[0].day)));
  if (columns.length > 7) {
    drawing.append(svg("text", { x: "100%", y: height + 17, class: "axis end" }, day(columns.at(-1).day + step - 1)));
  }
  return drawing;
}

/** Yields each clustered document once. A document in several stories counts for the first one. */
function* members() {
  const seen = new Set();
  for (const { cluster } of stories) {
    for (const member of cluster.members) {
      if (!seen.has(member.id)) yield member;
      seen.add(member.id);
    }
  }
}

/** Lists the stories that pass one filter. */
function showStoriesWith(change) {
  listOverlaps(false);
  changeFilters(() => {
    clearFilters();
    change();
  });
  go("stories");
}
