// The report: the index, read at once, and the blocks of texts, unpacked when they are read.

const index = JSON.parse(byId("index").textContent);

/** Blocks that are kept unpacked. */
const BLOCKS = 8;

/** Every story with what the list and the charts ask of it. */
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
    sources: cluster.sources || sources.size,
    text: searchable(cluster, index.names[at], known),
  };
});

/** What is searched: everything that names a story or its members, in one line of lower case. */
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

/** A block of texts, as a promise; the last few stay unpacked. */
function block(number) {
  const held = unpacked.get(number) ?? unpack(number);
  unpacked.delete(number);
  unpacked.set(number, held);
  if (unpacked.size > BLOCKS) unpacked.delete(unpacked.keys().next().value);
  return held;
}

async function unpack(number) {
  const packed = atob(JSON.parse(byId(`block-${number}`).textContent));
  const deflated = Uint8Array.from(packed, (c) => c.charCodeAt(0));
  const plain = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(plain).json();
}

/** The texts and pairs of a story: `{texts, spans, pairs}`, the texts by the members' places. */
async function reading(story) {
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

/** The members' places: the one to keep, then by date, those without one last. */
function inOrder(story) {
  const key = (at) => story.times[at] ?? Infinity;
  const others = story.cluster.members.map((_, at) => at).slice(1);
  const after = (a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1);
  return [0, ...others.sort(after)];
}

/** What a member is called where there is little room. */
const shortName = (member) => line(member.source ?? member.title ?? member.id);

/** How a member stands to the one to keep, in words. */
function relationWords(member) {
  switch (member.relation) {
    case "representative": return "the one to keep";
    case "exact": return "exact copy";
    case "near": return "near copy";
    case "contained": return `part of it: ${percent(member.containment_representative)} of the one to keep`;
    case "contains": return "carries it, among others";
    default: return line(member.relation);
  }
}
