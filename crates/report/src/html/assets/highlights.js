// Highlights in a text: passages that the other document also has, and the words that differ.

/** Returns the nodes of a text with highlights. `passages` and `edits` are lists of `{begin, end, ...}`; edits have a `kind`. */
function highlighted(text, passages, edits) {
  const nodes = [];
  let at = 0;
  for (const [number, passage] of passages.entries()) {
    if (passage.begin < at) continue;
    nodes.push(...withEdits(text, at, passage.begin, edits));
    nodes.push(el("span", { class: "passage", "data-passage": passage.number ?? number },
      withEdits(text, passage.begin, passage.end, edits)));
    at = passage.end;
  }
  nodes.push(...withEdits(text, at, text.length, edits));
  return nodes;
}

/** Returns the nodes of a part of a text, with the edits that begin in it. */
function withEdits(text, begin, end, edits) {
  const nodes = [];
  let at = begin;
  for (let next = firstFrom(edits, begin); next < edits.length && edits[next].begin < end; next += 1) {
    const edit = edits[next];
    if (edit.begin < at) continue;
    const stop = Math.min(edit.end, end);
    nodes.push(shown(text.slice(at, edit.begin)));
    if (stop > edit.begin) nodes.push(el(TAGS[edit.kind], { class: edit.kind, title: edit.said || null }, shown(text.slice(edit.begin, stop))));
    at = stop;
  }
  nodes.push(shown(text.slice(at, end)));
  return nodes.filter((node) => node !== "");
}

const TAGS = { added: "ins", dropped: "del", changed: "mark" };

/** Returns the index of the first edit that begins at `place` or later. */
function firstFrom(edits, place) {
  let [low, high] = [0, edits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edits[middle].begin < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the highlights of the left and the right text of a pair. `turned` means that left and right of the pair are exchanged. */
function highlightsOf(pair, turned, texts) {
  const sides = (quad) => (turned ? [[quad[2], quad[3]], [quad[0], quad[1]]] : [[quad[0], quad[1]], [quad[2], quad[3]]]);
  const passages = [[], []];
  pair.passages.forEach((quad, number) => sides(quad).forEach(([begin, end], side) => passages[side].push({ begin, end, number })));
  const edits = [[], []];
  const totals = { added: 0, dropped: 0, changed: 0 };
  for (const quad of pair.edits) {
    const places = sides(quad);
    const [left, right] = places.map(([begin, end]) => end > begin);
    const kind = left && right ? "changed" : left ? "dropped" : "added";
    totals[kind] += 1;
    places.forEach(([begin, end], side) => {
      const other = texts[1 - side].text.slice(...places[1 - side]);
      const said = kind === "changed" ? `${side ? "left" : "right"}: ${line(other)}` : "";
      if (end > begin) edits[side].push({ begin, end, kind, said });
    });
  }
  for (const side of [0, 1]) {
    passages[side].sort((a, b) => a.begin - b.begin);
    edits[side].sort((a, b) => a.begin - b.begin);
  }
  return { passages, edits, totals };
}
