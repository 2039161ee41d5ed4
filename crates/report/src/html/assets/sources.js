// One document with all its sources marked: each passage has the number and the look of the document it is shared with.

/** Number of different looks. The number tells apart what looks the same. */
const LOOKS = 8;

/** Number of sources to list at first. */
const FIRST_SOURCES = 12;

async function drawSources(box, entry, at) {
  const head = [readingTabs(entry, true, at), sourcesChooser(entry, at)];
  box.step = undefined;
  const read = await unpackInto(box, head, entry);
  if (!read) return;
  const text = read.texts[at];
  if (!text) {
    box.replaceChildren(...head, el("p", { class: "notice" }, missing(entry, at)));
    return;
  }
  box.replaceChildren(...head, sourcesView(entry, at, text));
}

function sourcesChooser(entry, at) {
  return el("div", { class: "choosers" }, el("label", {}, el("span", {}, "Document"),
    el("select", { change: ({ target }) => go(entryPath(entry, "sources", target.value)) }, memberOptions(entry, at))));
}

function sourcesView(entry, at, text) {
  const { items, all } = text.sources;
  const sources = items.map((source, number) => ({ ...source, number, passages: source.relation === "exact" && !source.passages.length ? [0, text.text.length] : source.passages }));
  const hidden = new Set(sources.filter(({ resemblance }) => resemblance < filters.similarity / 100).map(({ number }) => number));
  const body = el("div", { class: "text sourced", tabindex: 0, role: "region", dir: "auto", "aria-label": "Text with its sources marked" });
  const said = el("p", { class: "verdict", role: "status" });
  const draw = () => {
    const segments = joinedSegments(text.text, sourceSegments(sources.filter(({ number }) => !hidden.has(number))));
    body.replaceChildren(...sourcedNodes(text.text, segments));
    const shared = segments.reduce((sum, { begin, end }) => sum + end - begin, 0);
    said.textContent = `${percent(text.text.length ? shared / text.text.length : 0)} of this text is shared with ${counted(sources.length - hidden.size, "document", "documents")}.`;
  };
  const toggle = (number, isShown) => {
    if (isShown) hidden.delete(number);
    else hidden.add(number);
    draw();
  };
  const rows = sources.map((source) => () => sourceRow(entry, at, source, !hidden.has(source.number), toggle));
  const notes = all > items.length ? el("p", { class: "faint" }, `and ${count(all - items.length)} more with fewer words in common. The JSON report lists all.`) : null;
  draw();
  return el("div", {}, said, el("div", { class: "panes with-sources" },
    el("section", { class: "pane", "aria-label": "Document" }, paneHead(entry, at), cutNotes(text, body)),
    el("section", { class: "pane source-list", "aria-label": "Sources" }, el("header", {}, el("h3", {}, counted(all, "source", "sources")), el("p", { class: "faint" }, "the most words in common first")),
      el("div", { class: "rows-of-sources", tabindex: 0, role: "region", "aria-label": "List of sources" }, expandableList("ol", rows, FIRST_SOURCES), notes))));
}

function sourceRow(entry, at, source, isShown, toggle) {
  const place = places.get(source.id);
  const name = place ? shortName(place.entry, place.at) : "Document that this page does not list";
  const title = place ? titleOf(place.entry, place.at) : "";
  const own = entry.cluster.members.findIndex(({ id }) => id === source.id);
  const path = own >= 0 ? entryPath(entry, at, own) : place ? entryPath(place.entry) : null;
  const date = place && place.entry.times[place.at] !== null ? ` · ${moment(place.entry.times[place.at])}` : "";
  return el("li", {},
    el("label", {}, el("input", { type: "checkbox", checked: isShown, name: "source", "aria-label": `Mark source ${source.number + 1}`, change: ({ target }) => toggle(source.number, target.checked) }),
      el("span", { class: `badge look-${source.number % LOOKS}` }, String(source.number + 1))),
    el("div", {}, el("b", { dir: "auto" }, name), el("span", { class: "faint" }, `${date} · ${relationOf(source.relation)}, ${counted(source.words, "word", "words")} in common`),
      title && title !== name ? el("span", { class: "title", dir: "auto" }, title) : null, el("span", { class: "id" }, shown(source.id)),
      path ? el("a", { href: addressOf(path) }, own >= 0 ? "Read side by side" : "Open where it is listed") : null));
}

const relationOf = (relation) => ({ exact: "the same words", near: "near copy", contains: "contained in this document", contained: "contains this document", version: "version of the story", overlap: "shares a passage" })[relation] ?? line(relation);

/** Returns the parts of a text that sources have: `{begin, end, numbers}`, in order and disjoint. */
function sourceSegments(sources) {
  const events = [];
  for (const { number, passages } of sources) {
    for (let k = 0; k + 1 < passages.length; k += 2) {
      if (passages[k + 1] > passages[k]) events.push([passages[k], number, 1], [passages[k + 1], number, -1]);
    }
  }
  events.sort((a, b) => a[0] - b[0]);
  const open = new Map();
  const segments = [];
  let begin = 0;
  for (const [at, number, step] of events) {
    const numbers = [...open.keys()].sort((a, b) => a - b);
    const before = segments.at(-1);
    if (numbers.length && at > begin) {
      const isSame = before && before.end === begin && before.numbers.join() === numbers.join();
      if (isSame) before.end = at;
      else segments.push({ begin, end: at, numbers });
    }
    begin = at;
    const depth = (open.get(number) ?? 0) + step;
    if (depth > 0) open.set(number, depth);
    else open.delete(number);
  }
  return segments;
}

/** Joins segments without a letter or digit, such as a full stop, with the ones before them, and equal neighbours. */
function joinedSegments(text, segments) {
  const joined = [];
  for (const segment of segments) {
    const before = joined.at(-1);
    const touches = before && before.end === segment.begin;
    const hasWord = /[\p{L}\p{N}]/u.test(text.slice(segment.begin, segment.end));
    if (touches && (!hasWord || before.numbers.join() === segment.numbers.join())) before.end = segment.end;
    else joined.push({ ...segment });
  }
  return joined;
}

/** Returns the nodes of a text with marked sources. A mark has the look of its first source and the numbers of all. */
function sourcedNodes(text, segments) {
  const nodes = [];
  let at = 0;
  for (const { begin, end, numbers } of segments) {
    nodes.push(shown(text.slice(at, begin)));
    const label = numbers.slice(0, 3).map((number) => number + 1).join(",") + (numbers.length > 3 ? "…" : "");
    nodes.push(el("span", { class: `sourced-passage look-${numbers[0] % LOOKS}`, "data-sources": numbers.map((number) => number + 1).join(" ") },
      el("sup", { "aria-label": `source ${label}: ` }, label), shown(text.slice(begin, end))));
    at = end;
  }
  nodes.push(shown(text.slice(at)));
  return nodes.filter((node) => node !== "");
}
