// Navigation: the view for the address, and the keys that work in every view.

/** Shows the view for the address: `#overview`, `#stories`, `#story/ID` or `#story/ID/LEFT/RIGHT` with two member indices. */
function route() {
  const [view, id, ...pair] = location.hash.slice(1).split("/").map(decoded);
  const story = view === "story" ? storyById.get(id) : undefined;
  const name = story ? "story" : view === "stories" ? "stories" : "overview";
  const known = document.body.dataset.view === "story" && shownStory === story?.cluster.id;
  document.body.dataset.view = name;
  byId("overview").hidden = Boolean(story);
  byId("story").hidden = !story;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.for === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (story) openStory(story, pair, known);
  else {
    shownStory = undefined;
    markOpen(undefined);
    document.title = "Copied stories · dedupe";
    if (name === "stories") drawList(true);
  }
}

let shownStory;

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Shows a story. If it is already open, only exchanges the two members side by side. */
function openStory(story, pair, known) {
  if (known) {
    const places = [...byId("reading").querySelectorAll("select")];
    const place = places.indexOf(document.activeElement);
    redrawPair(story, pair);
    byId("reading").querySelectorAll("select")[place]?.focus({ preventScroll: true });
    return;
  }
  shownStory = story.cluster.id;
  document.title = `${story.name} · dedupe`;
  markOpen(story.cluster.id);
  drawStory(story, pair);
  byId("main").scrollTop = 0;
  scrollTo(0, 0);
  byId("story").querySelector("h1").focus({ preventScroll: true });
}

/** Handles keys: Escape goes back, / searches, n and p step through the passages. */
function handleGlobalKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const typing = event.target.matches?.("input, select, textarea");
  if (event.key === "Escape") back(event);
  else if (event.key === "/" && !typing) {
    event.preventDefault();
    if (getComputedStyle(byId("finder")).display === "none") location.hash = "#stories";
    setTimeout(() => byId("query").focus());
  } else if ((event.key === "n" || event.key === "p") && !typing) byId("reading")?.step?.(event.key === "n" ? 1 : -1);
}

function back(event) {
  const query = byId("query");
  if (event.target === query && query.value) {
    query.value = "";
    filter();
  } else if (document.body.dataset.view === "story") {
    const at = list.active;
    location.hash = "#stories";
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

byId("headline").textContent = headline();
drawOverview(searchFor);
startList();
setUpSkipLink("skip-to-stories", () => list.box);
setUpSkipLink("skip-to-content", () => byId("main"));
addEventListener("hashchange", route);
addEventListener("keydown", handleGlobalKey);
route();
