// The form of the filters, and the filters that are set as buttons that remove them.

/** Maximum number of publishers to draw. The field above them finds the others. */
const MAX_PUBLISHERS = 100;

const KIND_NAMES = { exact: "exact copies", near: "near copies", contained: "contained or containing", version: "versions" };

const panel = { publishers: new Map(), bins: new Map() };

/** Returns the entries that the list is about: the stories, or the overlaps. */
const scope = () => (list.ofOverlaps ? overlaps : stories);

/** Returns the publishers of these entries: name and number of entries by key, the most frequent first. */
function publisherTally(all) {
  const tally = new Map();
  for (const { cluster } of all) {
    const seen = new Set();
    for (const member of cluster.members) {
      const key = publisherKey(member);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = tally.get(key);
      if (known) known.number += 1;
      else tally.set(key, { key, name: member.source ? publisherOf(member.source).name : "no publisher stated", number: 1 });
    }
  }
  return [...tally.values()].sort((a, b) => b.number - a.number || (a.key < b.key ? -1 : 1));
}

/** Computes a value once for the stories and once for the overlaps. */
function onceByScope(cache, make) {
  const key = list.ofOverlaps ? "overlaps" : "stories";
  if (!cache.has(key)) cache.set(key, make(scope()));
  return cache.get(key);
}

/** Shows the filters in the form. */
function fillPanel() {
  const { inTexts, from, to, least, most, similarity, order } = filters;
  if (byId("query").value.trim() !== filters.query.trim()) byId("query").value = filters.query;
  const values = { from, to, least: least || "", most: most || "", order };
  for (const [id, value] of Object.entries(values)) if (byId(id).value !== String(value)) byId(id).value = value;
  byId("in-texts").checked = inTexts;
  byId("similarity").value = similarity;
  byId("similarity-said").textContent = similarity ? `at least ${similarity}%` : "all";
  for (const box of byId("kinds").querySelectorAll("input")) box.checked = filters.kinds.has(box.value);
  byId("kinds").hidden = list.ofOverlaps;
  byId("sizes").hidden = list.ofOverlaps;
  drawHistogram(byId("histogram"), onceByScope(panel.bins, similarityBins), similarity);
  drawPublishers();
  drawChips();
}

/** Draws the publishers that the field above them names, those that are chosen first. */
function drawPublishers() {
  const wanted = byId("publisher-query").value.trim().toLowerCase();
  const all = onceByScope(panel.publishers, publisherTally);
  const named = all.filter(({ key, name }) => filters.publishers.has(key) || name.toLowerCase().includes(wanted));
  named.sort((a, b) => filters.publishers.has(b.key) - filters.publishers.has(a.key));
  const one = ({ key, name, number }) => el("li", {}, el("label", {},
    el("input", { type: "checkbox", value: key, checked: filters.publishers.has(key), name: "publisher" }),
    el("span", { dir: "auto", class: key ? "" : "faint" }, name), el("span", { class: "figure" }, count(number))));
  byId("publishers").replaceChildren(...named.slice(0, MAX_PUBLISHERS).map(one));
  const rest = named.length - MAX_PUBLISHERS;
  byId("more-publishers").textContent = rest > 0 ? `and ${count(rest)} more: type a part of the name` : named.length ? "" : "no publisher has this name";
}

/** Draws a button for each filter that is set. */
function drawChips() {
  const { query, publishers, from, to, kinds, least, most, similarity } = filters;
  const chip = (name, remove) => el("button", { type: "button", class: "chip", "aria-label": `Remove the filter ${name}`,
    click: () => changeFilters(remove) }, name, el("span", { "aria-hidden": "true" }, " ×"));
  const names = new Map(onceByScope(panel.publishers, publisherTally).map(({ key, name }) => [key, name]));
  const chips = [
    query.trim() && chip(`“${line(query)}”`, () => { filters.query = ""; }),
    ...[...publishers].map((key) => chip(names.get(key) ?? line(key), () => filters.publishers.delete(key))),
    (from || to) && chip(`${from || "…"} to ${to || "…"}`, () => Object.assign(filters, { from: "", to: "" })),
    ...[...kinds].map((kind) => chip(KIND_NAMES[kind], () => filters.kinds.delete(kind))),
    (least || most) && chip(most ? `${least || 2} to ${most} documents` : `${least} documents or more`, () => Object.assign(filters, { least: 0, most: 0 })),
    similarity && chip(`similarity ${similarity}% or more`, () => { filters.similarity = 0; }),
  ].filter(Boolean);
  if (chips.length) chips.push(el("button", { type: "button", class: "plain clear", id: "clear", click: () => changeFilters(clearFilters) }, "Clear all"));
  byId("chips").replaceChildren(...chips);
  byId("chips").hidden = !chips.length;
  const set = chips.length - 1 - Boolean(query.trim());
  byId("filters-set").textContent = set > 0 ? `${set} set` : "";
}

const updateAddressSoon = debounced(updateAddress, 120);
const redrawOpenEntrySoon = debounced(() => redrawOpenEntry(), 150);

/** Changes the filters, and shows the list and the open story by the new ones. */
function changeFilters(change) {
  const { similarity } = filters;
  change();
  fillPanel();
  filter();
  updateAddressSoon();
  if (filters.similarity !== similarity) redrawOpenEntrySoon();
}

function startPanel() {
  byId("kinds").append(...Object.entries(KIND_NAMES).map(([kind, name]) =>
    el("label", {}, el("input", { type: "checkbox", value: kind, name: "kind" }), el("span", {}, name))));
  const toggle = (set, box) => (box.checked ? set.add(box.value) : set.delete(box.value));
  byId("kinds").addEventListener("change", ({ target }) => changeFilters(() => toggle(filters.kinds, target)));
  byId("publishers").addEventListener("change", ({ target }) => {
    changeFilters(() => toggle(filters.publishers, target));
    byId("publishers").querySelector(`[value="${CSS.escape(target.value)}"]`)?.focus();
  });
  byId("publisher-query").addEventListener("input", drawPublishers);
  byId("query").addEventListener("input", ({ target }) => changeFilters(() => { filters.query = target.value; }));
  byId("in-texts").addEventListener("change", ({ target }) => changeFilters(() => { filters.inTexts = target.checked; }));
  byId("order").addEventListener("change", ({ target }) => changeFilters(() => { filters.order = target.value; }));
  for (const id of ["from", "to"]) byId(id).addEventListener("change", ({ target }) => changeFilters(() => { filters[id] = target.value; }));
  for (const id of ["least", "most"]) byId(id).addEventListener("input", ({ target }) => changeFilters(() => { filters[id] = Math.max(0, Math.floor(Number(target.value) || 0)); }));
  byId("similarity").addEventListener("input", ({ target }) => changeFilters(() => { filters.similarity = Number(target.value); }));
}
