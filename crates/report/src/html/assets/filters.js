// The filters: what they are, which entries pass them, and how an address spells them.

/** The present filters. Publishers are names as `publisherKey` returns them; days are `2021-02-26`. */
const filters = emptyFilters();

function emptyFilters() {
  return { query: "", inTexts: true, publishers: new Set(), from: "", to: "", kinds: new Set(), least: 0, most: 0, similarity: 0, order: "size" };
}

/** True if any filter is set. The order is none. */
function isFiltered() {
  const { query, publishers, from, to, kinds, least, most, similarity } = filters;
  return Boolean(query.trim() || publishers.size || from || to || kinds.size || least || most || similarity);
}

/** Removes all filters. */
function clearFilters() {
  const { order, inTexts } = filters;
  Object.assign(filters, emptyFilters(), { order, inTexts });
}

/** The words of the query, in lower case. */
const queryWords = () => filters.query.toLowerCase().split(/\s+/u).filter(Boolean);

/** Returns a function that tells whether an entry passes all filters but the query. */
function filterTest() {
  const { publishers, kinds, least, most } = filters;
  const from = secondsOf(filters.from) ?? -Infinity;
  const to = secondsOf(filters.to) === null ? Infinity : secondsOf(filters.to) + 86400;
  const isDated = from > -Infinity || to < Infinity;
  const similarity = filters.similarity / 100;
  const wanted = KINDS.map((kind) => kind === "overlap" || !kinds.size || kinds.has(kind));
  const isAnyKind = similarity === 0 && wanted.every(Boolean);
  return (entry) => {
    const { size } = entry.cluster;
    if (size < least || (most && size > most)) return false;
    if (!isAnyKind && !entry.best.some((best, kind) => wanted[kind] && best >= similarity && best >= 0)) return false;
    if (isDated && !entry.times.some((time) => time !== null && time >= from && time < to)) return false;
    if (!publishers.size) return true;
    for (const name of entry.sources) if (publishers.has(name)) return true;
    return false;
  };
}

/** Returns the first second of a day such as `2021-02-26`, or null. */
function secondsOf(day) {
  const time = /^\d{4}-\d{2}-\d{2}$/u.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return Number.isNaN(time) ? null : time / 1000;
}

/** True if the slider does not hide a member of a story. */
const isStrong = (member) => kindOf(member) === undefined || member.resemblance >= filters.similarity / 100;

/** Returns the filters as the query of an address. Filters that are not set are left out. */
function filterQuery() {
  const query = new URLSearchParams();
  const { similarity, least, most, order } = filters;
  const given = { q: filters.query.trim(), from: filters.from, to: filters.to, least, most, similarity };
  for (const [name, value] of Object.entries(given)) if (value) query.set(name, value);
  for (const name of filters.publishers) query.append("publisher", name);
  for (const kind of filters.kinds) query.append("kind", kind);
  if (!filters.inTexts) query.set("texts", "no");
  if (order !== "size") query.set("order", order);
  return query.toString();
}

/** Takes the filters from the query of an address. What is not valid counts as not set. */
function takeFilters(query) {
  const day = (name) => (secondsOf(query.get(name) ?? "") === null ? "" : query.get(name));
  const number = (name, most) => Math.min(most, Math.max(0, Math.round(Number(query.get(name)) || 0)));
  Object.assign(filters, emptyFilters(), {
    query: query.get("q") ?? "",
    inTexts: query.get("texts") !== "no",
    publishers: new Set(query.getAll("publisher")),
    from: day("from"),
    to: day("to"),
    kinds: new Set(query.getAll("kind").filter((kind) => KINDS.includes(kind) && kind !== "overlap")),
    least: number("least", 1e9),
    most: number("most", 1e9),
    similarity: number("similarity", 100),
    order: Object.hasOwn(ORDERS, query.get("order") ?? "") ? query.get("order") : "size",
  });
}
