// The first thing seen: what was found, in figures, and what was not read.

function headline() {
  const { clusters, documents } = index.summary;
  const across = index.parameters.cross_source_only ? ", across sources" : "";
  if (!documents) return "No document was read.";
  if (!clusters) return `No story stands more than once in ${counted(documents, "document", "documents")}${across}.`;
  const verb = clusters === 1 ? "story stands" : "stories stand";
  return `${count(clusters)} ${verb} more than once in ${counted(documents, "document", "documents")}${across}.`;
}

/** Fills the overview. `choose` searches for a text. */
function drawOverview(choose) {
  const charts = stories.length
    ? [el("div", { class: "charts" }, el("div", { class: "stack" }, kindsChart(index.summary), sizesChart()), sourcesChart(choose), daysChart(choose))]
    : [];
  byId("overview").append(...[
    el("h1", { tabindex: -1 }, headline()),
    figures(),
    ...limits(),
    ...charts,
    boilerplateList(),
    faultList("Not used", index.skipped),
    faultList("Used with a reservation", index.warnings),
    settings(),
  ].filter(Boolean));
}

function figures() {
  const { documents, bytes: read, clusters, exact, near, contained, overlaps, unique } = index.summary;
  const copies = exact + near + contained;
  const all = [
    ["documents", documents, bytes(read)],
    ["stories", clusters, "in more than one document"],
    ["copies", copies, documents ? `${percent(copies / documents)} of the documents` : ""],
    ["unique", unique, "documents in no such story"],
    ["overlaps", overlaps, "pairs that share a passage"],
  ];
  const one = ([name, number, note]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, el("b", {}, count(number)), el("span", {}, note)));
  return el("dl", { class: "figures" }, all.map(one));
}

/** Says which texts this page does not have. */
function limits() {
  const { left_out: out, unread, limit_of_all: most } = index.texts;
  const said = [];
  if (out) said.push(`This page holds at most ${bytes(most)} of text: the ${counted(out, "text", "texts")} beyond it, of smaller stories, cannot be read side by side here.`);
  if (unread) said.push(`${counted(unread, "text was", "texts were")} not read again when this page was made: a file was gone, or had changed. The figures stand; the texts are missing.`);
  return said.map((text) => el("p", { class: "notice" }, text));
}

function boilerplateList() {
  const { items, all } = index.boilerplate;
  if (!all) return null;
  const one = ({ excerpt, words, documents, sources }) =>
    el("li", {}, el("q", {}, line(excerpt)), el("span", { class: "faint" },
      ` ${counted(words, "word", "words")}, in ${counted(documents, "document", "documents")}`,
      sources.length ? ` of ${sources.slice(0, 5).map(line).join(", ")}${sources.length > 5 ? " and others" : ""}` : ""));
  return folded(`Boilerplate, no evidence of copying: ${counted(all, "passage", "passages")}`, items.map(one), all);
}

function faultList(name, { items, all }) {
  if (!all) return null;
  const one = ({ path, line: number, code, reason }) =>
    el("li", {}, el("code", {}, shown(number ? `${path}:${number}` : path)), ` ${line(reason)} `, el("span", { class: "faint" }, line(code)));
  return folded(`${name}: ${counted(all, "input", "inputs")}`, items.map(one), all);
}

/** A list that opens, and says where it was cut. */
function folded(summary, items, all) {
  const rest = all > items.length ? el("p", { class: "faint" }, `and ${count(all - items.length)} more; the JSON report lists all`) : null;
  return el("details", {}, el("summary", {}, summary), el("ul", { class: "plain-list" }, items), rest);
}

function settings() {
  const { threshold, min_passage: passage, shingle, keep } = index.parameters;
  return el("p", { class: "settings" },
    `A copy has ${percent(threshold)} of its words in common with another document, an overlap a passage of ${counted(passage, "word", "words")}. Compared by ${counted(shingle, "word", "words")} at a time. The document to keep is the “${keep}” one. ${line(index.tool.name)} ${line(index.tool.version)}.`);
}
