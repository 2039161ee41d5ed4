// The address of a view: `#VIEW?FILTERS`. A link to it opens the same view again.
//
// VIEW is `overview`, `stories`, `overlaps`, `story/ID` or `overlap/NUMBER`. After a story or an overlap, `/LEFT/RIGHT`
// names two members to read side by side, and `/sources/MEMBER` one whose sources are marked.

/** Parses the part of an address after `#`. */
function parseAddress(text) {
  const [path, query = ""] = split(text, "?");
  const [view, id, ...rest] = path.split("/").map(decoded);
  const entry = view === "story" ? storyById.get(id) : view === "overlap" ? overlaps[Number(id)] : undefined;
  const name = entry ? "entry" : ["stories", "overlaps"].includes(view) ? view : "overview";
  return { view: name, entry, rest, filters: new URLSearchParams(query) };
}

/** Splits a text at the first separator. */
function split(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Returns the path of an entry, with further parts. */
function entryPath(entry, ...rest) {
  const kind = entry.isOverlap ? "overlap" : "story";
  return [kind, encodeURIComponent(entry.cluster.id), ...rest].join("/");
}

/** Returns the address of a path with the present filters. */
function addressOf(path) {
  const query = filterQuery();
  return query ? `#${path}?${query}` : `#${path}`;
}

/** Opens a path. The filters stay. */
const go = (path) => { location.hash = addressOf(path); };

/** Writes changed filters into the address of the present view, without a new step in the history. */
function updateAddress() {
  const [path] = split(location.hash.slice(1), "?");
  history.replaceState(null, "", addressOf(path || "overview"));
  updateLinks();
}

/** Puts the filters into the links to views. */
function updateLinks() {
  for (const link of document.querySelectorAll("a[data-for]")) link.href = addressOf(link.dataset.for);
}
