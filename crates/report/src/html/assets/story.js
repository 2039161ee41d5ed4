// One story: its members, their publication times, and two of them side by side.

/** Number of members to show at first. */
const FIRST_MEMBERS = 15;

/** Shows a story and two of its members side by side: those in the address, or the first two. */
function drawStory(story, asked) {
  const [left, right] = chosenPair(story, asked);
  const beside = el("section", { class: "reading", id: "reading", "aria-label": "Side by side" });
  byId("story").replaceChildren(
    el("p", { class: "kicker" }, kicker(story)),
    el("h1", { tabindex: -1, dir: "auto" }, story.name),
    origin(story.cluster),
    membersTable(story, left, right),
    timeline(story) ?? "",
    beside,
  );
  drawReading(beside, story, left, right);
}

/** Shows two other members side by side. */
function redrawPair(story, asked) {
  const [left, right] = chosenPair(story, asked);
  for (const button of byId("story").querySelectorAll("button[data-member]")) {
    button.setAttribute("aria-pressed", String(isBeside(Number(button.dataset.member), left, right)));
  }
  const beside = byId("reading");
  drawReading(beside, story, left, right);
  beside.scrollIntoView({ block: "start" });
}

/** True if the member is shown beside the representative. */
const isBeside = (at, left, right) => (left === 0 && at === right) || (right === 0 && at === left);

/** Returns the member indices in the address if they are valid, or else the representative and the next member. */
function chosenPair(story, asked) {
  const places = asked.map((text) => Number.parseInt(text, 10));
  const there = (at) => Number.isInteger(at) && at >= 0 && at < story.cluster.members.length;
  const [, second = 0] = inOrder(story);
  return places.length === 2 && places.every(there) ? places : [0, second];
}

function kicker(story) {
  const { cluster } = story;
  return [`Story ${cluster.id}`, counted(cluster.size, "document", "documents"), attribution(story)].join(" · ");
}

/** Returns the origin of the story, if the report has one. */
function origin({ origin: from, members }) {
  if (!from) return "";
  const member = members.find(({ id }) => id === from.id);
  return el("p", { class: "origin" }, "From ", el("b", {}, member ? shortName(member) : shown(from.id)), ` — ${line(from.reason)}`);
}

/** True if a member has one of these fields. */
const states = ({ cluster }, ...fields) => cluster.members.some((member) => fields.some((field) => member[field]));

function membersTable(story, left, right) {
  const rows = inOrder(story).map((at) => memberRow(story, at, left, right));
  const [body, more] = expandableList("tbody", rows, FIRST_MEMBERS);
  const head = (name) => el("th", { scope: "col" }, name);
  const heads = [head("Document"), states(story, "source", "credit") ? head("Source") : null, states(story, "date", "dateline") ? head("Date") : null,
    head("Relation"), head(el("span", { class: "unseen" }, "Read beside the representative"))];
  return el("div", { class: "members" },
    el("table", {}, el("caption", { class: "unseen" }, "Members of the story"), el("thead", {}, el("tr", {}, heads)), body), more ?? "");
}

/** True if the members are in several files. */
const severalFiles = ({ cluster: { members } }) => members.some(({ path }) => path !== members[0].path);

function memberRow(story, at, left, right) {
  const member = story.cluster.members[at];
  const keep = member.relation === "representative";
  const beside = keep ? el("span", { class: "keep" }, "keep")
    : el("button", { type: "button", "data-member": at, "aria-pressed": String(isBeside(at, left, right)),
        "aria-label": `Read ${shortName(member)} beside the representative`, click: () => openPair(story, 0, at) }, "Read");
  const name = member.title ? [el("span", { class: "title", dir: "auto" }, line(member.title)), el("span", { class: "id" }, shown(member.id))]
    : [el("span", { class: "id" }, shown(member.id))];
  const path = severalFiles(story) && !member.id.startsWith(member.path) ? el("span", { class: "id" }, `in ${shown(member.path)}`) : null;
  return el("tr", { class: keep ? "kept" : "" },
    el("td", { class: "what" }, name, path, address(member.url)),
    states(story, "source", "credit") ? el("td", { "data-label": "Source" }, credits(member)) : null,
    states(story, "date", "dateline") ? el("td", { "data-label": "Date" }, dates(story, at)) : null,
    el("td", { "data-label": "Relation" }, el("span", { class: "relation" }, relationWords(member, story.cluster.members[0])), shares(member, story.cluster.members[0])),
    el("td", { class: "act" }, beside));
}

/** Returns the publisher and the credited agency. */
function credits(member) {
  const parts = [];
  if (member.source) parts.push(el("span", {}, line(member.source)));
  if (member.credit && member.credit !== member.source) parts.push(el("span", { class: "faint" }, `credits ${line(member.credit)}`));
  return parts.length ? parts : el("span", { class: "faint" }, "–");
}

function dates(story, at) {
  const { date, dateline } = story.cluster.members[at];
  const time = story.times[at];
  const parts = [];
  if (time !== null) parts.push(el("time", { datetime: new Date(time * 1000).toISOString(), title: line(date) }, moment(time)));
  else if (date) parts.push(el("span", {}, line(date)));
  const said = dateline ? [dateline.place, dateline.date].filter(Boolean).map(line).join(", ") : "";
  if (said) parts.push(el("span", { class: "faint" }, said));
  return parts.length ? parts : el("span", { class: "faint" }, "–");
}

/** Returns a small bar with the share of words that belong to the story. */
function shares(member, kept) {
  const common = member === kept ? Math.round(member.containment * member.words) : commonWords(member, kept);
  const label = `${count(common)} of its ${counted(member.words, "word", "words")}`;
  return el("span", { class: "share" },
    svg("svg", { "aria-hidden": "true", width: 64, height: 6 },
      svg("rect", { class: "empty", width: 64, height: 6 }), svg("rect", { class: "copies", width: 64 * member.containment, height: 6 })),
    el("span", { class: "faint" }, label));
}

/** Returns the URL. It is a link only if its scheme is http or https. */
function address(url) {
  if (!url) return null;
  const words = shown(url);
  if (!/^https?:\/\//iu.test(url)) return el("span", { class: "id" }, words);
  return el("a", { class: "id", href: url, title: words, rel: "noreferrer noopener", target: "_blank" }, host(url) ?? words);
}

function host(url) {
  try {
    return new URL(url).host;
  } catch {
    return null;
  }
}

function openPair(story, left, right) {
  const address = `#story/${story.cluster.id}/${left}/${right}`;
  if (location.hash === address) byId("reading").scrollIntoView({ block: "start" });
  else location.hash = address;
}
