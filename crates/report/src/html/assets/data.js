// The data of the report: the index, which is parsed at once, and the blocks of texts, which are unpacked on demand.

const index = JSON.parse(byId("index").textContent);

/** Number of unpacked blocks to keep in memory. */
const MAX_UNPACKED = 8;

/** Maximum number of agencies to name. */
const MAX_AGENCIES = 3;

/** A near copy of which at most one word in this many differs is described by the number of changed words. */
const FEW = 10;

/** All stories, with the data that the list and the charts need. */
const stories = index.clusters.map((cluster, at) => {
  const times = index.times[at];
  const known = times.filter((time) => time !== null);
  const sources = new Set(cluster.members.map((member) => member.source).filter(Boolean));
  return {
    at,
    cluster,
    name: index.names[at],
    times,
    first: known.length ? known.reduce((a, b) => Math.min(a, b)) : null,
    last: known.length ? known.reduce((a, b) => Math.max(a, b)) : null,
    publishers: cluster.publishers || sources.size,
    text: searchable(cluster, index.names[at], known),
  };
});

/** Returns the text to search for a story: its name and the metadata of its members, in lower case. */
function searchable(cluster, name, known) {
  const parts = new Set([name, cluster.id]);
  for (const member of cluster.members) {
    for (const part of [member.id, member.title, member.source, member.credit, member.date]) {
      if (part) parts.add(part);
    }
    if (member.path !== member.id) parts.add(member.path);
  }
  known.forEach((time) => parts.add(isoDay(time)));
  return [...parts].join("\n").toLowerCase();
}

const storyById = new Map(stories.map((story) => [story.cluster.id, story]));

const unpacked = new Map();

/** Returns a promise of a block. The blocks used last stay unpacked. */
function block(number) {
  const held = unpacked.get(number) ?? unpack(number);
  unpacked.delete(number);
  unpacked.set(number, held);
  if (unpacked.size > MAX_UNPACKED) unpacked.delete(unpacked.keys().next().value);
  return held;
}

async function unpack(number) {
  const packed = atob(JSON.parse(byId(`block-${number}`).textContent));
  const deflated = Uint8Array.from(packed, (c) => c.charCodeAt(0));
  const plain = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(plain).json();
}

/** Loads `{texts, spans, pairs}` of a story. The texts have the order of the members. */
async function loadTexts(story) {
  const home = await block(index.blocks[story.at]);
  const text = async ({ id }) => {
    const elsewhere = home.elsewhere[id];
    const holder = elsewhere === undefined ? home : await block(elsewhere);
    return holder.texts[id] ?? null;
  };
  const texts = [];
  for (const member of story.cluster.members) texts.push(await text(member));
  return { texts, ...home.stories[story.cluster.id] };
}

/** Returns the indices of the members in display order: the representative, then by date, undated members last. */
function inOrder(story) {
  const key = (at) => story.times[at] ?? Infinity;
  const others = story.cluster.members.map((_, at) => at).slice(1);
  const after = (a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1);
  return [0, ...others.sort(after)];
}

/** Returns a short name of a member. */
const shortName = (member) => line(member.source ?? member.title ?? member.id);

/** Says how many publishers ran a story, and which agencies it comes from. */
function attribution({ cluster: { agencies }, publishers }) {
  const parts = publishers ? [counted(publishers, "publisher", "publishers")] : [];
  if (agencies?.length) {
    const more = agencies.length > MAX_AGENCIES ? [`${count(agencies.length - MAX_AGENCIES)} more`] : [];
    const names = [...agencies.slice(0, MAX_AGENCIES).map(line), ...more].join(", ");
    parts.push(`${counted(agencies.length, "origin", "origins")} (${names})`);
  } else parts.push("no agency named");
  return parts.join(", ");
}

/** Returns the number of words of a member that the representative has too. The share of the shorter one is more exact. */
const commonWords = (member, kept) => Math.round(member.words <= kept.words ? member.containment * member.words
  : member.containment_representative * kept.words);

/** Describes a near copy by the number of changed words if it is small. */
function nearWords(member, kept) {
  const changed = Math.max(member.words, kept.words) - commonWords(member, kept);
  const few = changed > 0 && changed * FEW <= Math.min(member.words, kept.words);
  return few ? `near copy: ${counted(changed, "word", "words")} changed` : "near copy";
}

/** Describes the relation of a member to the representative. */
function relationWords(member, kept) {
  switch (member.relation) {
    case "representative": return "representative";
    case "exact": return "exact copy";
    case "near": return nearWords(member, kept);
    case "contained": return `contained: has ${count(commonWords(member, kept))} of the ${counted(kept.words, "word", "words")} of the representative`;
    case "contains": return "contains the representative";
    default: return line(member.relation);
  }
}
