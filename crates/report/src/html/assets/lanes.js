// Who ran a story when and who probably copied whom: a lane for each publisher, time from left to right, and the same as a list.

/** Number of lanes to draw at first, and at most. */
const FIRST_LANES = 10;
const MAX_LANES = 80;

/** Number of lines of the list to show at first. */
const FIRST_LINES = 15;

/** Marks by kind, as paths around 0, 0. The shape tells the kind without colour. */
const SHAPES = {
  representative: "M0-7 7 0 0 7-7 0Z",
  exact: "M-5-5H5V5H-5Z",
  near: "M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z",
  contained: "M-6-5H6L0 6Z",
  contains: "M-6 5H6L0-6Z",
  version: "M0-6 6 0 0 6-6 0ZM0-3-3 0 0 3 3 0Z",
  overlap: "M-6-2H6V2H-6Z",
};
const SHAPE_NAMES = { representative: "document to keep", exact: "exact copy", near: "near copy", contained: "contained in the document to keep", contains: "contains the document to keep", version: "version of the story", overlap: "shares a passage" };

/** True if a date has an hour. */
const hasHour = ({ date }) => /\d:\d\d/u.test(date ?? "");

/** Returns the dated members that the slider does not hide, the earliest first. */
function datedMembers(entry) {
  const { members } = entry.cluster;
  const dated = members.map((_, at) => at).filter((at) => entry.times[at] !== null && isStrong(members[at]));
  return dated.sort((a, b) => entry.times[a] - entry.times[b] || a - b);
}

/** True if the day of a member is that of its dateline: when it was published is not known. */
const isByDateline = ({ date }) => !date;

/** Returns the members that may have been the first. Without hours these are several of one day. None if it is not known of each member when it was published. */
function possiblyFirst(entry, dated) {
  const { members } = entry.cluster;
  if (members.some((member, at) => isStrong(member) && (entry.times[at] === null || isByDateline(member)))) return [];
  const [first] = dated;
  const day = (at) => Math.floor(entry.times[at] / 86400);
  const isHourKnown = (at) => hasHour(entry.cluster.members[at]);
  return dated.filter((at) => entry.times[at] === entry.times[first] || (day(at) === day(first) && !(isHourKnown(at) && isHourKnown(first))));
}

/** Returns the members that were the first, as far as dates tell. None if it may have been any. */
function firstMembers(entry, dated) {
  const first = possiblyFirst(entry, dated);
  return first.length < dated.length ? first : [];
}

/** Says who published first. */
function firstToPublish(entry) {
  const dated = datedMembers(entry);
  if (dated.length < 2) return null;
  const first = possiblyFirst(entry, dated);
  if (!first.length) return null;
  const after = elapsed(entry, dated[0], dated.at(-1));
  const last = after ? ` The last followed ${after} later.` : "";
  const names = [...new Set(first.map((at) => shortName(entry, at)))];
  const more = names.length > 4 ? ` and ${counted(names.length - 4, "other", "others")}` : "";
  const when = first.length > 1 && !first.every((at) => hasHour(entry.cluster.members[at])) ? `${DAY.format(new Date(entry.first * 1000))} (not all state an hour)` : moment(entry.times[first[0]]);
  if (first.length === dated.length) return el("p", { class: "first" }, `All published on ${when}. Which was the first is not known.`);
  return el("p", { class: "first" }, "First: ", el("b", {}, names.slice(0, 4).join(", ")), `${more}, ${when}.${last}`);
}

/** Draws the lanes and the list. Who copied whom is packed with the texts. */
async function drawLineage(box, entry) {
  const dated = datedMembers(entry);
  if (!dated.length) return;
  let copiedFrom = [];
  try {
    copiedFrom = (await loadTexts(entry)).copied_from;
  } catch {
    // The lanes are drawn without arrows; the reader learns below that the texts cannot be unpacked.
  }
  if (!box.isConnected) return;
  const from = (at) => copiedFrom[at] ?? null;
  const undated = entry.cluster.members.filter((member, at) => entry.times[at] === null && isStrong(member)).length;
  const told = dated.length > 1 || !undated ? "Who ran it when, and who probably copied whom" : "Only one document has a date, so dates do not tell who ran it first";
  box.replaceChildren(el("figure", { class: "lanes" },
    el("figcaption", { id: "lanes-name" }, told),
    lanesPicture(entry, dated, from),
    lineageList(entry, dated, from),
    undated ? el("p", { class: "faint" }, `${counted(undated, "document", "documents")} without a date ${undated === 1 ? "is" : "are"} not in the picture.`) : null));
}

function lanesPicture(entry, dated, from) {
  const lanes = new Map();
  for (const at of dated) {
    const member = entry.cluster.members[at];
    const key = member.source ? publisherKey(member) : `\n${at}`;
    if (!lanes.has(key)) lanes.set(key, { name: shortName(entry, at), members: [] });
    lanes.get(key).members.push(at);
  }
  const all = [...lanes.values()];
  const holder = el("div", { class: "picture" });
  const draw = (shownLanes) => {
    const rest = all.length - shownLanes;
    const button = rest > 0 && shownLanes < MAX_LANES ? el("button", { type: "button", click: () => draw(Math.min(all.length, MAX_LANES)) }, `Show ${count(Math.min(all.length, MAX_LANES))} of ${counted(all.length, "publisher", "publishers")}`)
      : rest > 0 ? el("p", { class: "faint" }, `${counted(rest, "later publisher is", "later publishers are")} in the list below only.`) : null;
    holder.replaceChildren(lanesDrawing(entry, all.slice(0, shownLanes), from), shapesLegend(entry, dated, from), button ?? "");
  };
  holder.classList.add("expandable");
  holder.showAll = () => draw(Math.min(all.length, MAX_LANES));
  draw(Math.min(all.length, FIRST_LANES));
  return holder;
}

function lanesDrawing(entry, lanes, from) {
  const width = Math.max(280, (byId("entry").clientWidth || 900) - 38);
  const label = Math.min(190, width * 0.32);
  const [row, foot] = [28, 22];
  const height = lanes.length * row + foot;
  const span = entry.last - entry.first;
  const x = (at) => label + 16 + (span > 0 ? (entry.times[at] - entry.first) / span : 0) * (width - label - 40);
  const places = new Map();
  lanes.forEach(({ members }, lane) => members.forEach((at) => places.set(at, [x(at), lane * row + row / 2])));
  const drawing = svg("svg", { role: "img", "aria-labelledby": "lanes-name", "aria-describedby": "lineage-list", viewBox: `0 0 ${width} ${height}`, width: "100%" },
    svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { class: "arrow-head", d: "M0 0 8 4 0 8Z" }))));
  lanes.forEach(({ name }, lane) => {
    const y = lane * row + row / 2;
    const letters = Math.floor((label - 4) / 7);
    const short = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    drawing.append(svg("line", { class: "track", x1: label + 6, x2: width - 14, y1: y, y2: y }),
      svg("text", { class: "lane-name", x: 0, y: y + 4 }, svg("title", {}, name), short));
  });
  for (const [at, [x2, y2]] of places) {
    const begin = places.get(from(at));
    if (!begin) continue;
    const [x1, y1] = begin;
    const bend = Math.max(14, (x2 - x1) / 2);
    drawing.append(svg("path", { class: "link", "marker-end": "url(#arrow)", d: y1 === y2 ? `M${x1 + 7} ${y1}Q${(x1 + x2) / 2} ${y1 - 14} ${x2 - 7} ${y2}`
      : `M${x1 + 6} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 8} ${y2}` }));
  }
  const dated = datedMembers(entry);
  const first = new Set(firstMembers(entry, dated));
  for (const [at, [cx, cy]] of places) {
    const member = entry.cluster.members[at];
    const kind = member.relation === "representative" ? "kept" : kindOf(member);
    drawing.append(svg("g", { transform: `translate(${cx} ${cy})`, class: `mark ${kind} ${hasHour(member) ? "" : "day"}`, "data-at": at, click: () => openPair(entry, 0, at || chosenPair(entry, [])[1]) },
      svg("title", {}, lineageWords(entry, at, from, dated[0])), first.has(at) ? svg("circle", { class: "ring", r: 10 }) : null, svg("path", { d: SHAPES[member.relation] ?? SHAPES.near })));
  }
  const y = height - 6;
  drawing.append(svg("text", { class: "axis", x: label + 6, y }, moment(entry.first)));
  if (span > 0) drawing.append(svg("text", { class: "axis end", x: width - 4, y }, moment(entry.last)));
  return drawing;
}

/** Explains the shapes that the picture has. */
function shapesLegend(entry, dated, from) {
  const isCopied = dated.some((at) => from(at) !== null);
  const kinds = Object.keys(SHAPES).filter((relation) => dated.some((at) => entry.cluster.members[at].relation === relation));
  const item = (relation) => {
    const kind = relation === "representative" ? "kept" : relation === "contains" ? "contained" : relation;
    return el("li", {}, svg("svg", { "aria-hidden": "true", width: 14, height: 14, viewBox: "-8 -8 16 16" }, svg("g", { class: `mark ${kind}` }, svg("path", { d: SHAPES[relation] }))), SHAPE_NAMES[relation]);
  };
  return el("ul", { class: "legend shapes" }, kinds.map(item),
    firstMembers(entry, dated).length ? el("li", {}, svg("svg", { "aria-hidden": "true", width: 14, height: 14, viewBox: "-11 -11 22 22" }, svg("circle", { class: "ring", r: 9 })), "first") : null,
    isCopied ? el("li", {}, svg("svg", { "aria-hidden": "true", width: 22, height: 14 }, svg("path", { class: "link", d: "M1 7H16" }), svg("path", { class: "arrow-head", d: "M14 3 22 7 14 11Z" })), "from the probable source to its copy") : null,
    dated.some((at) => !hasHour(entry.cluster.members[at])) ? el("li", {}, "hollow: a day without an hour") : null,
    dated.some((at) => isByDateline(entry.cluster.members[at])) ? el("li", {}, "dateline: the day in the text, not that of publication") : null);
}

/** The same as a list: each dated member, when, and from whom. */
function lineageList(entry, dated, from) {
  const items = dated.map((at) => () => el("li", {}, lineageWords(entry, at, from, dated[0])));
  return el("details", { class: "as-list" }, el("summary", {}, "The same as a list"),
    el("div", { id: "lineage-list" }, expandableList("ol", items, FIRST_LINES)));
}

/** Says when a member was published, how long after the earliest one, and from whom it was probably copied. */
function lineageWords(entry, at, from, earliest) {
  const member = entry.cluster.members[at];
  const source = from(at);
  const after = isByDateline(entry.cluster.members[earliest]) ? "" : elapsed(entry, earliest, at);
  const delay = isByDateline(member) ? " (dateline)" : after ? `, ${after} after the earliest` : "";
  const copied = source === null ? "" : `, probably copied from ${shortName(entry, source)} (${moment(entry.times[source])})`;
  return `${shortName(entry, at)}: ${moment(entry.times[at])}${delay}; ${SHAPE_NAMES[member.relation] ?? line(member.relation)}${copied}`;
}

/** Says how much later one member is than another. If one of them states a day without an hour, days are counted. Empty if it is not later. */
function elapsed(entry, from, to) {
  const seconds = entry.times[to] - entry.times[from];
  if ([from, to].every((at) => hasHour(entry.cluster.members[at]))) return seconds > 0 ? duration(seconds) : "";
  const days = Math.floor(entry.times[to] / 86400) - Math.floor(entry.times[from] / 86400);
  return days > 0 ? inDays(days) : "";
}

const inDays = (days) => (days < 730 ? counted(days, "day", "days") : counted(Math.round(days / 365.25), "year", "years"));

/** Formats a duration for people. */
function duration(seconds) {
  if (seconds < 60) return "less than a minute";
  const hours = seconds / 3600;
  if (hours < 1) return counted(Math.round(seconds / 60), "minute", "minutes");
  if (hours < 48) return counted(Math.round(hours), "hour", "hours");
  return inDays(Math.round(hours / 24));
}
