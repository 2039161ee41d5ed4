// The data of the report: the index, which is parsed at once, and the blocks of texts, which are unpacked on demand.

const index = JSON.parse(byId("index").textContent);

/** Number of unpacked blocks to keep in memory. */
const MAX_UNPACKED = 8;

/** Maximum number of agencies to name. */
const MAX_AGENCIES = 3;

/** A near copy of which at most one word in this many differs is described by the number of changed words. */
const FEW = 10;

/** Kinds of copies, in the order of `best`. */
const KINDS = ["exact", "near", "contained", "version", "overlap"];

/** Returns the kind of a member's relation, or undefined for the document to keep. */
const kindOf = ({ relation }) => (relation === "contains" ? "contained" : relation === "representative" ? undefined : relation);

/** Publishers by the source that documents state: the name to show, and the one for comparisons. */
const publishersBySource = new Map();

/** Returns the publisher of a source. Many documents have the same source, and a name takes long to escape. */
function publisherOf(source) {
  let publisher = publishersBySource.get(source);
  if (publisher === undefined) {
    const name = line(source);
    publisher = { name, key: name.toLowerCase() };
    publishersBySource.set(source, publisher);
  }
  return publisher;
}

/** Returns the name of a publisher for comparisons. A document without one has the empty name. */
const publisherKey = ({ source }) => (source ? publisherOf(source).key : "");

/** Where each document is: `{entry, at}` of the first entry that has it. */
const places = new Map();

/** The stories, then the overlaps, with the data that the list, the filters and the charts need. */
const entries = index.clusters.map((cluster, at) => {
  const entry = { at, cluster, isOverlap: at >= index.stories, name: index.names[at], times: index.times[at], beginnings: index.beginnings[at] };
  if (entry.isOverlap) takeMetadata(entry);
  entry.first = entry.last = null;
  for (const time of entry.times) {
    if (time === null) continue;
    if (entry.first === null || time < entry.first) entry.first = time;
    if (entry.last === null || time > entry.last) entry.last = time;
  }
  entry.sources = new Set(cluster.members.map(publisherKey));
  entry.publishers = entry.sources.size - (entry.sources.has("") ? 1 : 0);
  entry.best = bestByKind(cluster);
  cluster.members.forEach(({ id }, place) => { if (!places.has(id)) places.set(id, { entry, at: place }); });
  return entry;
});
const stories = entries.slice(0, index.stories);
const overlaps = entries.slice(index.stories);

/** Fills in what the report says only of the members of stories. */
function takeMetadata(entry) {
  entry.cluster.members = entry.cluster.members.map((member, at) => {
    const place = places.get(member.id);
    if (!place) return member;
    const { relation, containment, containment_representative, resemblance } = member;
    entry.times[at] = place.entry.times[place.at];
    entry.beginnings[at] = place.entry.beginnings[place.at];
    return { ...place.entry.cluster.members[place.at], relation, containment, containment_representative, resemblance };
  });
  entry.cluster.size = entry.cluster.members.length;
  entry.name ??= entry.cluster.members.map(({ title }) => title).find(Boolean) ?? null;
}

/** Returns the highest similarity of each kind of copy, or -1. */
function bestByKind({ members }) {
  const best = KINDS.map(() => -1);
  for (const member of members) {
    const kind = KINDS.indexOf(kindOf(member));
    if (kind >= 0 && member.resemblance > best[kind]) best[kind] = member.resemblance;
  }
  return best;
}

/** Returns the text to search for an entry: its name and the metadata of its members, in lower case. */
function searchable(entry) {
  if (entry.text === undefined) {
    const { cluster } = entry;
    let text = `${entry.name ?? ""}\n${cluster.id}`;
    let path = "";
    cluster.members.forEach((member, at) => {
      for (const part of [member.id, member.title, member.source, member.credit, member.date, entry.beginnings[at]]) {
        if (part) text += `\n${part}`;
      }
      // Members are often records of one file.
      if (member.path !== member.id && member.path !== path) text += `\n${member.path}`;
      path = member.path;
      if (entry.times[at] !== null) text += `\n${isoDay(entry.times[at])}`;
    });
    entry.text = text.toLowerCase();
  }
  return entry.text;
}

/** Prepares the search while the browser has nothing else to do, so that the first one is as fast as the others. */
function prepareSearch(from = 0) {
  requestIdleCallback((time) => {
    let at = from;
    while (at < entries.length && time.timeRemaining() > 1) {
      const end = Math.min(entries.length, at + 50);
      for (; at < end; at += 1) searchable(entries[at]);
    }
    if (at < entries.length) prepareSearch(at);
  });
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
  const deflated = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) deflated[at] = packed.charCodeAt(at);
  const plain = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(plain).json();
}

/** Loads `{texts, spans, pairs, copied_from}` of an entry. The texts have the order of the members. */
async function loadTexts(entry) {
  const home = await block(index.blocks[entry.at]);
  const text = async ({ id }) => {
    const elsewhere = home.elsewhere[id];
    const holder = elsewhere === undefined ? home : await block(elsewhere);
    return holder.texts[id] ?? null;
  };
  const texts = [];
  for (const member of entry.cluster.members) texts.push(await text(member));
  return { texts, ...home.entries[entry.at] };
}

/** Returns the indices of the members in display order: the representative, then by date, undated members last. */
function inOrder(story) {
  const key = (at) => story.times[at] ?? Infinity;
  const others = story.cluster.members.map((_, at) => at).slice(1);
  const after = (a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1);
  return [0, ...others.sort(after)];
}

/** Returns the headline of a member, or else its first words. */
function titleOf(entry, at) {
  const { title } = entry.cluster.members[at];
  return title ? line(title) : line(entry.beginnings[at] ?? "") || "Document without a headline";
}

/** Returns a short name of a member: its publisher, or else its headline, after the end of its id if others have the same headline. */
function shortName(entry, at) {
  const { source, id } = entry.cluster.members[at];
  if (source) return line(source);
  const title = titleOf(entry, at);
  const end = endsOfIds(entry).get(id);
  return end === undefined ? title : `${line(end)}: ${title}`;
}

/** The ends of the ids of members without a publisher that share their headline with others, by id. */
function endsOfIds(entry) {
  if (!entry.endsOfIds) {
    const byTitle = new Map();
    entry.cluster.members.forEach(({ source, id }, at) => {
      const title = titleOf(entry, at).toLowerCase();
      if (source) return;
      if (!byTitle.has(title)) byTitle.set(title, []);
      byTitle.get(title).push(id);
    });
    entry.endsOfIds = new Map([...byTitle.values()].filter((ids) => ids.length > 1).flatMap(distinctEnds));
  }
  return entry.endsOfIds;
}

/** Pairs each id with its shortest end, from a slash on, that none of the other ids has. */
function distinctEnds(ids) {
  const pairs = [];
  for (let parts = 1; ids.length; parts += 1) {
    const end = (id) => id.split("/").slice(-parts).join("/");
    const times = new Map();
    for (const id of ids) times.set(end(id), (times.get(end(id)) ?? 0) + 1);
    const isDone = (id) => (end(id) !== "" && times.get(end(id)) === 1) || end(id) === id;
    pairs.push(...ids.filter(isDone).map((id) => [id, end(id)]));
    ids = ids.filter((id) => !isDone(id));
  }
  return pairs;
}

/** Returns the name of a story or an overlap. */
const nameOf = (entry) => line(entry.name ?? "") || titleOf(entry, 0);

/** Says how many publishers ran a story, which agencies it comes from, and whether it was issued again. */
function attribution({ cluster: { agencies, reissued_after_days: days }, publishers }) {
  const parts = [publishers ? counted(publishers, "publisher", "publishers") : agencies?.length ? "no publisher named" : "no publisher or agency named"];
  if (agencies?.length) {
    const more = agencies.length > MAX_AGENCIES ? [`${count(agencies.length - MAX_AGENCIES)} more`] : [];
    const names = [...agencies.slice(0, MAX_AGENCIES).map(line), ...more].join(", ");
    parts.push(`${counted(agencies.length, "agency", "agencies")} (${names})`);
  } else if (publishers) parts.push("no agency named");
  if (days) parts.push(`issued again up to ${counted(days, "day", "days")} later`);
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
    case "version": return `version: has ${count(commonWords(member, kept))} of the ${counted(kept.words, "word", "words")} of the representative`;
    case "overlap": return "shares a passage";
    default: return line(member.relation);
  }
}
