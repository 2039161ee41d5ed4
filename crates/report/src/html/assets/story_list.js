// The list of stories or of overlaps: filtered, sorted, and drawn only where it is visible, so that any number of stories scrolls smoothly.

/** Rows to draw above and below the visible part. */
const MARGIN = 6;

const list = {
  box: byId("list"),
  rows: el("div", { class: "rows", role: "presentation" }),
  /** True if the list has the overlaps in place of the stories. */
  ofOverlaps: false,
  found: stories,
  active: -1,
  drawn: "",
};

const ORDERS = {
  size: (a, b) => a.at - b.at,
  publishers: (a, b) => b.publishers - a.publishers || a.at - b.at,
  newest: (a, b) => b.last - a.last || a.at - b.at,
  oldest: (a, b) => a.first - b.first || a.at - b.at,
  name: (a, b) => COLLATOR.compare(nameOf(a), nameOf(b)) || a.at - b.at,
};
const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/** Cache of the sorted entries, by kind and order: sorting by name takes longer than searching. */
const sorted = new Map();

/** Returns the entries in an order. When sorted by date, undated entries are last. */
function inListOrder(order) {
  const key = `${list.ofOverlaps} ${order}`;
  if (!sorted.has(key)) {
    const undated = (entry) => (order === "newest" || order === "oldest") && entry.first === null;
    const dated = scope().filter((entry) => !undated(entry)).sort(ORDERS[order]);
    sorted.set(key, [...dated, ...scope().filter(undated)]);
  }
  return sorted.get(key);
}

/** Shows the entries that pass the filters. Those whose texts have to be searched follow as they are found. */
function filter() {
  const words = queryWords();
  const passes = filterTest();
  const candidates = inListOrder(filters.order).filter(passes);
  const named = words.length
    ? new Set(candidates.filter((entry) => words.every((word) => searchable(entry).includes(word))))
    : null;
  const show = (scrolls) => {
    list.found = named ? candidates.filter((entry) => named.has(entry) || textSearch.hits.has(entry.at)) : candidates;
    list.active = list.found.findIndex((entry) => entry === list.open);
    if (scrolls) list.box.scrollTop = 0;
    sayFound();
    drawList(true);
  };
  searchTexts(filters.inTexts ? words : [], () => show(false));
  show(true);
}

function sayFound() {
  const noun = list.ofOverlaps ? ["overlap", "overlaps"] : ["story", "stories"];
  const all = scope().length;
  const said = !all ? (list.ofOverlaps ? "No two documents share only a passage." : "No story appears more than once.")
    : isFiltered() ? `${count(list.found.length)} of ${counted(all, ...noun)}` : counted(all, ...noun);
  byId("found").textContent = said;
  const share = textSearch.share;
  byId("searching").textContent = share === null ? "" : `searching the texts: ${percent(share)}`;
}

const rowHeight = () => Math.max(40, parseFloat(getComputedStyle(list.box).getPropertyValue("--row")) || 80);

/** Draws the visible rows. */
function drawList(anew = false) {
  const height = rowHeight();
  const { box, rows, found } = list;
  const first = Math.max(0, Math.floor(box.scrollTop / height) - MARGIN);
  const last = Math.min(found.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + MARGIN);
  const state = `${first} ${last} ${list.active} ${list.open} ${height}`;
  if (!anew && state === list.drawn) return;
  list.drawn = state;
  rows.style.height = `${found.length * height}px`;
  rows.replaceChildren(...found.slice(first, last).map((story, k) => row(story, first + k, height)));
  const active = list.active >= first && list.active < last ? `row-${list.active}` : null;
  if (active) box.setAttribute("aria-activedescendant", active);
  else box.removeAttribute("aria-activedescendant");
}

function row(entry, at, height) {
  const element = el("div", {
    class: "row", role: "option", id: `row-${at}`, "aria-selected": String(at === list.active),
    "aria-setsize": list.found.length, "aria-posinset": at + 1, "data-open": entry === list.open,
  }, el("span", { class: "name", dir: "auto" }, nameOf(entry)), el("span", { class: "facts" }, rowFacts(entry).join(" · ")));
  element.style.top = `${at * height}px`;
  return element;
}

/** Says what an entry is, in a few words. */
function rowFacts(entry) {
  const { cluster, first, last, publishers } = entry;
  const names = [...new Set(cluster.members.slice(0, 2).map((member, at) => shortName(entry, at)))];
  const facts = entry.isOverlap ? [names.join(" and ")] : [counted(cluster.size, "document", "documents")];
  if (entry.isOverlap) facts.push(`similarity ${percent(cluster.members[0].resemblance)}`);
  else if (publishers > 1) facts.push(`${count(publishers)} publishers`);
  else if (cluster.members[0].source) facts.push(line(cluster.members[0].source));
  if (first !== null) facts.push(DAY.formatRange(new Date(first * 1000), new Date(last * 1000)));
  return facts;
}

/** Makes a row the active one and scrolls it into view. Opens its story if `opens` is true. */
function choose(at, opens = false) {
  if (!list.found.length) return;
  list.active = Math.max(0, Math.min(list.found.length - 1, at));
  const height = rowHeight();
  const top = list.active * height;
  if (top < list.box.scrollTop) list.box.scrollTop = top;
  const bottom = top + height - list.box.clientHeight;
  if (bottom > list.box.scrollTop) list.box.scrollTop = bottom;
  drawList(true);
  if (opens) go(entryPath(list.found[list.active]));
}

function listKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const page = Math.max(1, Math.floor(list.box.clientHeight / rowHeight()) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key in moves) choose(list.active + moves[event.key]);
  else if (event.key === "Enter" || event.key === " ") choose(list.active, true);
  else return;
  event.preventDefault();
}

/** Marks the open entry and scrolls it into view. */
function markOpen(entry) {
  list.open = entry;
  const at = list.found.findIndex((other) => other === entry);
  if (at >= 0) choose(at);
  else drawList(true);
}

/** Makes the list one of overlaps or of stories. */
function listOverlaps(ofOverlaps) {
  if (list.ofOverlaps === ofOverlaps) return;
  list.ofOverlaps = ofOverlaps;
  list.box.setAttribute("aria-label", ofOverlaps ? "Overlaps" : "Stories");
  fillPanel();
  filter();
}

function startList() {
  list.box.append(list.rows);
  list.box.addEventListener("scroll", () => drawList(), { passive: true });
  list.box.addEventListener("keydown", listKey);
  list.box.addEventListener("focus", () => { if (list.active < 0 && list.box.matches(":focus-visible")) choose(0); });
  // Use the position, not the row element: rows may be redrawn during a touch.
  list.rows.addEventListener("click", (event) => choose(Math.floor((event.clientY - list.rows.getBoundingClientRect().top) / rowHeight()), true));
  new ResizeObserver(() => drawList()).observe(list.box);
  byId("query").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    list.box.focus();
    choose(Math.max(0, list.active), event.key === "Enter");
  });
  byId("finder").querySelector("form").addEventListener("submit", (event) => event.preventDefault());
}
