// The overview: what the report is of, totals, charts, and the inputs that were not used.

function headline() {
  const { clusters, documents, known, new: fresh } = index.summary;
  if (!documents) return "No document was read.";
  const isCheck = typeof fresh === "number";
  const within = [counted(documents, "document", "documents"), isCheck ? `, ${count(fresh)} of them new` : "",
    index.parameters.cross_source_only ? ", across sources" : "", known ? ", besides those in the baseline" : ""].join("");
  const noun = `${clusters > 1 ? "stories" : "story"}${isCheck ? " with a new document" : ""}`;
  return `${clusters ? count(clusters) : "No"} ${noun} ${clusters > 1 ? "appear" : "appears"} more than once in ${within}.`;
}

function drawOverview() {
  const charts = stories.length
    ? [el("div", { class: "charts" }, el("div", { class: "stack" }, kindsChart(index.summary), sizesChart()), sourcesChart(), daysChart())]
    : [];
  byId("overview").append(...[
    el("h1", { tabindex: -1 }, headline()),
    aboutList(),
    figures(),
    ...limits(),
    ...charts,
    boilerplateList(),
    faultList("Not used", index.skipped),
    faultList("Used with a warning", index.warnings),
    settings(),
  ].filter(Boolean));
}

function figures() {
  const { documents, bytes: read, clusters, exact, near, contained, versions, overlaps: pairs, unique, known, new: fresh } = index.summary;
  const copies = exact + near + contained + versions;
  const all = [
    ["documents", documents, bytes(read)],
    ["stories", clusters, "in more than one document"],
    ["copies", copies, documents ? `${percent(copies / documents)} of the documents` : ""],
    ["unique", unique, `documents that are in no story${known || typeof fresh === "number" ? " of this list" : ""}`],
    ["overlaps", pairs, "pairs that share a passage"],
  ];
  const one = ([name, number, note]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, el("b", {}, count(number)), el("span", {}, note)));
  return el("dl", { class: "figures" }, all.map(one));
}

const about = JSON.parse(byId("about").textContent);

/** The last part of a path. */
const baseName = (path) => path.replace(/\/+$/u, "").split("/").pop() || path;

/** Says what the report is of, and how it was made. */
function aboutList() {
  const { items, all } = about.inputs;
  const { first, last } = dateRange();
  const more = all > items.length ? ` and ${count(all - items.length)} more` : "";
  const rows = [
    ["Corpus", all ? [items.slice(0, 10).flatMap((path, at) => [at ? ", " : "", el("code", {}, shown(path))]),
      items.length > 10 ? ` and ${count(all - 10)} more` : more] : null],
    ["Dates", first === null ? "no document in a story has a date"
      : `${DAY.formatRange(new Date(first * 1000), new Date(last * 1000))} (documents in stories)`],
    ["Command", about.command ? el("code", {}, shown(about.command)) : null],
    ["Made by", `${line(index.tool.name)} ${line(index.tool.version)}, report format ${index.schema_version}`],
  ];
  return el("dl", { class: "about" }, rows.filter(([, said]) => said)
    .map(([name, said]) => el("div", {}, el("dt", {}, name), el("dd", {}, said))));
}

/** Returns the first and the last time of a document in a story, or null. */
function dateRange() {
  let [first, last] = [null, null];
  for (const story of stories) {
    if (story.first === null) continue;
    if (first === null || story.first < first) first = story.first;
    if (last === null || story.last > last) last = story.last;
  }
  return { first, last };
}

/** Returns notices about what is not in this page, and how to get it. */
function limits() {
  const { left_out: out, unread, limit_of_all: most } = index.texts;
  const { stories: fewer, overlaps: unlisted } = index.left_out;
  const said = [];
  if (fewer) said.push(`This page lists the ${count(stories.length)} largest stories. It leaves out ${counted(fewer, "smaller story", "smaller stories")}. The formats json, jsonl, csv and parquet have all of them; dedupe -f csv -o stories.csv writes them as a table.`);
  if (unlisted) said.push(`This page lists the ${count(overlaps.length)} overlaps with the most words. It leaves out ${counted(unlisted, "shorter one", "shorter ones")}. dedupe -f pairs -o pairs.tsv writes all of them as a table.`);
  if (out) said.push(`This page has at most ${bytes(most)} of text. ${counted(out, "text", "texts")} of smaller stories and of overlaps ${out === 1 ? "is" : "are"} not included and cannot be read side by side. To read them, make a page of a part of the corpus, such as one month, or run dedupe explain with the two ids.`);
  if (unread) said.push(`${counted(unread, "text", "texts")} could not be read again when this page was made, because a file was missing, had changed, or was outside the folder that could be read. The numbers are complete; only the ${unread === 1 ? "text is" : "texts are"} missing. Make the page again where the files are, with dedupe report --root FOLDER.`);
  return said.map((text) => el("p", { class: "notice" }, text));
}

function boilerplateList() {
  const { items, all } = index.boilerplate;
  if (!all) return null;
  const one = ({ excerpt, words, documents, sources }) =>
    el("li", {}, el("q", {}, line(excerpt)), el("span", { class: "faint" },
      ` ${counted(words, "word", "words")}, in ${counted(documents, "document", "documents")}`,
      sources.length ? ` of ${sources.slice(0, 5).map(line).join(", ")}${sources.length > 5 ? " and others" : ""}` : ""));
  return folded(`Boilerplate, given little weight: ${counted(all, "passage", "passages")}`, items.map(one), all);
}

function faultList(name, { items, all }) {
  if (!all) return null;
  const one = ({ path, line: number, code, reason }) =>
    el("li", {}, el("code", {}, shown(number ? `${path}:${number}` : path)), ` ${line(reason)} `, el("span", { class: "faint" }, line(code)));
  return folded(`${name}: ${counted(all, "input", "inputs")}`, items.map(one), all);
}

/** A list that opens on click and says how many items it leaves out. */
function folded(summary, items, all) {
  const rest = all > items.length ? el("p", { class: "faint" }, `and ${count(all - items.length)} more. The JSON report lists more.`) : null;
  return el("details", {}, el("summary", {}, summary), el("ul", { class: "plain-list" }, items), rest);
}

function settings() {
  const { threshold, min_passage: passage, shingle, within, keep } = index.parameters;
  const dates = typeof within === "number" ? ` Documents whose dates are more than ${counted(within, "day", "days")} apart are not matched.` : "";
  return el("p", { class: "settings" },
    `Settings: threshold ${threshold}. An overlap has a common passage of at least ${counted(passage, "word", "words")}.${dates} Shingles have ${counted(shingle, "word", "words")}. Representatives are chosen by the rule “${keep}”.`);
}
