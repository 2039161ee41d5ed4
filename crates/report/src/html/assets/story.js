// One story or overlap: its documents, who copied whom, and what is read below.

/** Number of members to show at first. */
const FIRST_MEMBERS = 15;

/** A name with more characters is the beginning of a text and set smaller. */
const LONG_NAME = 90;

/** True on a phone, where the texts come right below the headline. */
const NARROW = matchMedia("(max-width: 760px)");

/** Shows a story or an overlap. `rest` is the part of the address that says what to read. */
function drawEntry(entry, rest) {
  const [left, right] = chosenPair(entry, rest);
  const reading = el("section", { class: "reading", id: "reading", "aria-label": "Texts" });
  const lineage = el("div", { id: "lineage" });
  const parts = [lineage, membersTable(entry, left, right)];
  byId("entry").replaceChildren(
    el("p", { class: "kicker" }, kicker(entry)),
    el("h1", { tabindex: -1, dir: "auto", class: nameOf(entry).length > LONG_NAME ? "long" : null }, nameOf(entry)),
    origin(entry),
    firstToPublish(entry) ?? "",
    actions(entry),
    ...(NARROW.matches ? [reading, ...parts] : [...parts, reading]),
  );
  drawReading(reading, entry, rest);
  drawLineage(lineage, entry);
}

/** Shows two other members side by side, or the sources of another one. */
function redrawReading(entry, rest) {
  const [left, right] = chosenPair(entry, rest);
  for (const button of byId("entry").querySelectorAll("button[data-member]")) {
    button.setAttribute("aria-pressed", String(isBeside(Number(button.dataset.member), left, right)));
  }
  const reading = byId("reading");
  drawReading(reading, entry, rest);
  reading.scrollIntoView({ block: "start" });
}

/** Shows what the address asks for: the sources of one document, or two documents side by side. */
function drawReading(box, entry, rest) {
  const asked = Number.parseInt(rest[1], 10);
  if (rest[0] === "sources") return drawSources(box, entry, entry.cluster.members[asked] ? asked : 0);
  return drawPair(box, entry, ...chosenPair(entry, rest));
}

/** The heading of the texts: a tab for each way to read them. */
function readingTabs(entry, isSources, at) {
  const tab = (name, path, isChosen) => el("a", { href: addressOf(path), "aria-current": isChosen ? "true" : null }, name);
  return el("div", { class: "tabs" }, el("h2", { class: "unseen" }, isSources ? "One document and all its sources" : "Side by side"),
    tab("Side by side", entryPath(entry), !isSources), tab("One document, all sources", entryPath(entry, "sources", at), isSources));
}

/** True if the member is shown beside the representative. */
const isBeside = (at, left, right) => (left === 0 && at === right) || (right === 0 && at === left);

/** Returns the member indices in the address if they are valid, or else the representative and the next member. */
function chosenPair(entry, asked) {
  const chosen = asked.map((text) => Number.parseInt(text, 10));
  const there = (at) => Number.isInteger(at) && at >= 0 && at < entry.cluster.members.length;
  const [, second = 0] = inOrder(entry);
  return chosen.length === 2 && chosen.every(there) ? chosen : [0, second];
}

function kicker(entry) {
  const { cluster } = entry;
  if (entry.isOverlap) return `Overlap ${count(entry.at - stories.length + 1)} of ${count(overlaps.length)} · two documents that share a passage`;
  return [`Story ${cluster.id}`, counted(cluster.size, "document", "documents"), attribution(entry)].join(" · ");
}

/** Returns the origin of the story, if the report has one. */
function origin(entry) {
  const { origin: from, members } = entry.cluster;
  if (!from) return "";
  const at = members.findIndex(({ id }) => id === from.id);
  return el("p", { class: "origin" }, "Probably from ", el("b", {}, at >= 0 ? shortName(entry, at) : shown(from.id)), ` — ${line(from.reason)}`);
}

/** What can be done with the entry besides reading it. */
function actions(entry) {
  return el("div", { class: "actions" },
    NARROW.matches ? el("button", { type: "button", id: "to-documents", click: () => byId("lineage").scrollIntoView({ block: "start" }) }, "Who copied whom") : null,
    el("button", { type: "button", id: "save-csv", click: () => saveCsv(entry) }, "Save as CSV"),
    copyLinkButton(entry));
}

/** True if a member has one of these fields. */
const states = ({ cluster }, ...fields) => cluster.members.some((member) => fields.some((field) => member[field]));

function membersTable(entry, left, right) {
  const order = inOrder(entry).filter((at) => isStrong(entry.cluster.members[at]));
  const rows = order.map((at) => () => memberRow(entry, at, left, right));
  const [body, more] = expandableList("tbody", rows, FIRST_MEMBERS);
  const head = (name) => el("th", { scope: "col" }, name);
  const heads = [head("Document"), states(entry, "source", "credit") ? head("Source") : null, states(entry, "date", "dateline") ? head("Date") : null,
    head("Relation"), head(el("span", { class: "unseen" }, "Read"))];
  const weak = entry.cluster.members.length - order.length;
  const hidden = weak ? el("p", { class: "faint", id: "weak-members" }, `${counted(weak, "copy", "copies")} with a similarity below ${filters.similarity}% ${weak === 1 ? "is" : "are"} hidden. `,
    el("button", { type: "button", class: "plain", click: () => changeFilters(() => { filters.similarity = 0; }) }, "Show all")) : "";
  return el("div", { class: "members" },
    el("table", {}, el("caption", { class: "unseen" }, entry.isOverlap ? "Documents of the overlap" : "Members of the story"), el("thead", {}, el("tr", {}, heads)), body), more ?? "", hidden);
}

/** True if the members are in several files. */
const severalFiles = ({ cluster: { members } }) => members.some(({ path }) => path !== members[0].path);

function memberRow(entry, at, left, right) {
  const member = entry.cluster.members[at];
  const keep = member.relation === "representative";
  const path = member.path && severalFiles(entry) && !member.id.startsWith(member.path) ? el("span", { class: "id" }, `in ${shown(member.path)}`) : null;
  const sources = el("a", { href: addressOf(entryPath(entry, "sources", at)), "aria-label": `All sources of ${shortName(entry, at)}` }, "Sources");
  return el("tr", { class: keep ? "kept" : "" },
    el("td", { class: "what" }, el("span", { class: "title", dir: "auto" }, titleOf(entry, at)), el("span", { class: "id" }, shown(member.id)), path, address(member.url)),
    states(entry, "source", "credit") ? el("td", { "data-label": "Source" }, credits(member)) : null,
    states(entry, "date", "dateline") ? el("td", { "data-label": "Date" }, dates(entry, at)) : null,
    el("td", { "data-label": "Relation" }, el("span", { class: "relation" }, relationWords(member, entry.cluster.members[0])),
      entry.isOverlap ? el("span", { class: "faint" }, `similarity ${percent(member.resemblance)}`) : shares(member, entry.cluster.members[0])),
    el("td", { class: "act" }, beside(entry, at, left, right, keep), sources));
}

/** A mark for the document to keep, and a button for the others. */
function beside(entry, at, left, right, keep) {
  if (keep) return el("span", { class: "keep" }, "keep");
  if (entry.isOverlap) return null;
  return el("button", { type: "button", "data-member": at, "aria-pressed": String(isBeside(at, left, right)),
    "aria-label": `Read ${shortName(entry, at)} beside the representative`, click: () => openPair(entry, 0, at) }, "Read");
}

/** Returns the publisher and the credited agency. */
function credits(member) {
  const parts = [];
  if (member.source) parts.push(el("span", {}, line(member.source)));
  if (member.credit && member.credit !== member.source) parts.push(el("span", { class: "faint" }, `credits ${line(member.credit)}`));
  return parts.length ? parts : el("span", { class: "faint" }, "–");
}

function dates(entry, at) {
  const { date, dateline } = entry.cluster.members[at];
  const time = entry.times[at];
  const parts = [];
  if (date && time !== null) parts.push(el("time", { datetime: new Date(time * 1000).toISOString(), title: line(date) }, moment(time)));
  else if (date) parts.push(el("span", {}, line(date)));
  const said = dateline ? [dateline.place, dateline.date].filter(Boolean).map(line).join(", ") : "";
  if (said) parts.push(el("span", { class: "faint" }, said));
  return parts.length ? parts : el("span", { class: "faint" }, "–");
}

/** Returns a small bar with the share of words that belong to the story. */
function shares(member, kept) {
  const common = member === kept ? Math.round(member.containment * member.words) : commonWords(member, kept);
  const label = `${count(common)} of its ${counted(member.words, "word", "words")}`;
  return el("span", { class: "share" },
    svg("svg", { "aria-hidden": "true", width: 64, height: 6 },
      svg("rect", { class: "empty", width: 64, height: 6 }), svg("rect", { class: "copies", width: 64 * member.containment, height: 6 })),
    el("span", { class: "faint" }, label));
}

/** Returns the URL. It is a link only if its scheme is http or https. */
function address(url) {
  if (!url) return null;
  const words = shown(url);
  if (!/^https?:\/\//iu.test(url)) return el("span", { class: "id" }, words);
  return el("a", { class: "id", href: url, title: words, rel: "noreferrer noopener", target: "_blank" }, host(url) ?? words);
}

function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return null;
  }
}

function openPair(entry, left, right) {
  const address = addressOf(entryPath(entry, left, right));
  if (location.hash === address) byId("reading").scrollIntoView({ block: "start" });
  else location.hash = address;
}
