// The list of stories: filtered, sorted, and drawn only where it is visible, so that any number of stories scrolls smoothly.

/** Rows to draw above and below the visible part. */
const MARGIN = 6;

const list = {
  box: byId("list"),
  rows: el("div", { class: "rows", role: "presentation" }),
  found: stories,
  active: -1,
  drawn: "",
};

const ORDERS = {
  size: (a, b) => a.at - b.at,
  publishers: (a, b) => b.publishers - a.publishers || a.at - b.at,
  newest: (a, b) => b.last - a.last || a.at - b.at,
  oldest: (a, b) => a.first - b.first || a.at - b.at,
  name: (a, b) => COLLATOR.compare(a.name, b.name) || a.at - b.at,
};
const COLLATOR = new Intl.Collator(undefined, { numeric: true });

/** Cache of the sorted stories, by order: sorting by name takes longer than searching. */
const sorted = new Map();

/** Returns the stories in an order. When sorted by date, undated stories are last. */
function inListOrder(order) {
  if (!sorted.has(order)) {
    const undated = (story) => (order === "newest" || order === "oldest") && story.first === null;
    const dated = stories.filter((story) => !undated(story)).sort(ORDERS[order]);
    sorted.set(order, [...dated, ...stories.filter(undated)]);
  }
  return sorted.get(order);
}

/** Shows the stories that contain every word of the query. */
function filter() {
  const words = byId("query").value.toLowerCase().split(/\s+/u).filter(Boolean);
  const all = inListOrder(byId("order").value);
  list.found = words.length ? all.filter((story) => words.every((word) => story.text.includes(word))) : all;
  list.active = list.found.findIndex((story) => story.cluster.id === list.open);
  list.box.scrollTop = 0;
  byId("found").textContent = !stories.length ? "No story appears more than once."
    : words.length ? `${count(list.found.length)} of ${counted(stories.length, "story", "stories")}`
    : counted(stories.length, "story", "stories");
  drawList(true);
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

function row(story, at, height) {
  const { cluster, name, first, last } = story;
  const facts = [counted(cluster.size, "document", "documents")];
  if (story.publishers > 1) facts.push(`${count(story.publishers)} publishers`);
  else if (cluster.members[0].source) facts.push(line(cluster.members[0].source));
  if (first !== null) {
    facts.push(DAY.formatRange(new Date(first * 1000), new Date(last * 1000)));
  }
  const element = el("div", {
    class: "row", role: "option", id: `row-${at}`, "aria-selected": String(at === list.active),
    "aria-setsize": list.found.length, "aria-posinset": at + 1, "data-open": cluster.id === list.open,
  }, el("span", { class: "name", dir: "auto" }, name), el("span", { class: "facts" }, facts.join(" · ")));
  element.style.top = `${at * height}px`;
  return element;
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
  if (opens) location.hash = `#story/${list.found[list.active].cluster.id}`;
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

/** Marks the open story and scrolls it into view. */
function markOpen(id) {
  list.open = id;
  const at = list.found.findIndex((story) => story.cluster.id === id);
  if (at >= 0) choose(at);
  else drawList(true);
}

function startList() {
  list.box.append(list.rows);
  list.box.addEventListener("scroll", () => drawList(), { passive: true });
  list.box.addEventListener("keydown", listKey);
  list.box.addEventListener("focus", () => { if (list.active < 0 && list.box.matches(":focus-visible")) choose(0); });
  // Use the position, not the row element: rows may be redrawn during a touch.
  list.rows.addEventListener("click", (event) => choose(Math.floor((event.clientY - list.rows.getBoundingClientRect().top) / rowHeight()), true));
  new ResizeObserver(() => drawList()).observe(list.box);
  byId("query").addEventListener("input", filter);
  byId("order").addEventListener("change", filter);
  byId("query").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    list.box.focus();
    choose(Math.max(0, list.active), event.key === "Enter");
  });
  byId("finder").querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  filter();
}

/** Searches for a text. The charts call this. */
function searchFor(text) {
  byId("query").value = text;
  filter();
  location.hash = "#stories";
  byId("query").focus();
}
