// The search in the texts of the page. It unpacks the blocks one after the other and reports what it finds meanwhile.

/** Time to search without a pause, in milliseconds. */
const SLICE = 12;

const textSearch = {
  /** By block: pairs of a document id and its text in lower case. */
  texts: [],
  /** Changes with each search, so that an earlier one stops. */
  run: 0,
  /** Indices of the entries with a text that matches. */
  hits: new Set(),
  /** Share of the blocks that the present search has read, or null if it has ended. */
  share: null,
};

/** Number of blocks. */
const blockCount = index.blocks.length ? index.blocks.at(-1) + 1 : 0;

/** Entries by document id. */
let entriesOf;

function documentEntries() {
  if (!entriesOf) {
    entriesOf = new Map();
    for (const entry of entries) {
      for (const { id } of entry.cluster.members) {
        if (entriesOf.has(id)) entriesOf.get(id).push(entry);
        else entriesOf.set(id, [entry]);
      }
    }
  }
  return entriesOf;
}

/** Searches the texts for entries in which each word is in the metadata or in one text. Calls `found` after each part. */
async function searchTexts(words, found) {
  const run = ++textSearch.run;
  textSearch.hits = new Set();
  textSearch.share = words.length && blockCount ? 0 : null;
  if (textSearch.share === null) return;
  const holders = documentEntries();
  let pause = performance.now() + SLICE;
  for (let number = 0; number < blockCount; number += 1) {
    textSearch.texts[number] ??= await lowered(number);
    if (run !== textSearch.run) return;
    for (const [id, text] of textSearch.texts[number]) {
      for (const entry of holders.get(id) ?? []) {
        if (textSearch.hits.has(entry.at)) continue;
        if (words.every((word) => text.includes(word) || searchable(entry).includes(word))) textSearch.hits.add(entry.at);
      }
    }
    textSearch.share = (number + 1) / blockCount;
    if (performance.now() < pause) continue;
    found();
    await new Promise((resolve) => setTimeout(resolve));
    if (run !== textSearch.run) return;
    pause = performance.now() + SLICE;
  }
  textSearch.share = null;
  found();
}

/** Returns the texts of a block in lower case. A block that cannot be unpacked has none. */
async function lowered(number) {
  try {
    const { texts } = await unpack(number);
    return Object.entries(texts).map(([id, { text }]) => [id, text.toLowerCase()]);
  } catch {
    return [];
  }
}
