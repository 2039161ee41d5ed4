// Navigation: the view for the address, and the keys that work in every view.

/** The entry that is shown. */
let shownEntry;

/** Shows the view for the address. */
function route() {
  const { view, entry, rest, filters: query } = parseAddress(location.hash.slice(1));
  if (query.toString() !== filterQuery()) {
    takeFilters(query);
    fillPanel();
    filter();
  }
  const isKnown = entry !== undefined && shownEntry === entry;
  const isOfOverlaps = view === "overlaps" || entry?.isOverlap === true;
  document.body.dataset.view = view;
  byId("overview").hidden = Boolean(entry);
  byId("entry").hidden = !entry;
  if (entry || view === "overlaps" || view === "stories") listOverlaps(isOfOverlaps);
  const name = entry ? (entry.isOverlap ? "overlaps" : "stories") : view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.for === name) link.setAttribute("aria-current", entry ? "true" : "page");
    else link.removeAttribute("aria-current");
  }
  updateLinks();
  if (entry) openEntry(entry, rest, isKnown);
  else {
    shownEntry = undefined;
    markOpen(undefined);
    document.title = pageTitle();
    if (view !== "overview") drawList(true);
  }
}

/** Shows a story or an overlap. If it is already open, only exchanges what is read below its members. */
function openEntry(entry, rest, isKnown) {
  if (isKnown) {
    const places = [...byId("reading").querySelectorAll("select")];
    const place = places.indexOf(document.activeElement);
    redrawReading(entry, rest);
    byId("reading").querySelectorAll("select")[place]?.focus({ preventScroll: true });
    return;
  }
  shownEntry = entry;
  document.title = `${nameOf(entry)} · dedupe`;
  markOpen(entry);
  drawEntry(entry, rest);
  byId("main").scrollTop = 0;
  scrollTo(0, 0);
  byId("entry").querySelector("h1").focus({ preventScroll: true });
}

/** Draws the open entry again: the slider hides other members now, or the window has another shape. */
function redrawOpenEntry() {
  if (shownEntry) drawEntry(shownEntry, parseAddress(location.hash.slice(1)).rest);
}

/** Handles keys: arrows move in the list, Escape goes back, / searches, n and p step through the passages. */
function handleGlobalKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const typing = event.target.matches?.("input, select, textarea");
  if (event.key === "Escape") back(event);
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && movesInList(event.target)) {
    const isNew = list.active < 0;
    list.box.focus();
    if (isNew) choose(0);
    else listKey(event);
    event.preventDefault();
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    if (getComputedStyle(byId("finder")).display === "none") go("stories");
    setTimeout(() => byId("query").focus());
  } else if ((event.key === "n" || event.key === "p") && !typing) byId("reading")?.step?.(event.key === "n" ? 1 : -1);
}

/** True if arrow keys move in the list: nothing has the focus that needs them. */
function movesInList(target) {
  return list.box.clientHeight > 0 && (target === document.body || (target === byId("main") && shownEntry === undefined));
}

function back(event) {
  const query = byId("query");
  if (event.target === query && query.value) changeFilters(() => { filters.query = ""; });
  else if (shownEntry) {
    const at = list.active;
    go(list.ofOverlaps ? "overlaps" : "stories");
    setTimeout(() => {
      list.box.focus();
      choose(at);
    });
  } else list.box.focus();
  event.preventDefault();
}

/** Makes a skip link move the focus without changing the address. */
function setUpSkipLink(link, target) {
  byId(link).addEventListener("click", (event) => {
    event.preventDefault();
    target().focus();
  });
}

/** Says in the title of the window what the report is of. */
const pageTitle = () => [ "Copied stories", about.inputs.items.map(baseName).slice(0, 2).map(line).join(", ")].filter(Boolean).join(" · ");

byId("headline").textContent = headline();
byId("overlaps-link").hidden = !overlaps.length;
startPanel();
startList();
takeFilters(parseAddress(location.hash.slice(1)).filters);
fillPanel();
filter();
drawOverview();
startPrinting();
setUpSkipLink("skip-to-stories", () => list.box);
setUpSkipLink("skip-to-content", () => byId("main"));
addEventListener("hashchange", route);
addEventListener("keydown", handleGlobalKey);
NARROW.addEventListener("change", redrawOpenEntry);
route();
if (window.requestIdleCallback) prepareSearch();
