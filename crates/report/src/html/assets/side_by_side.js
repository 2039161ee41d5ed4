// Two members side by side. Both texts scroll together.

/** Matching lines are aligned at this fraction of the height of a pane. */
const EYE = 0.3;

async function drawPair(box, entry, left, right) {
  const head = [readingTabs(entry, false, right), choosers(entry, left, right)];
  const read = await unpackInto(box, head, entry);
  if (!read) return;
  const texts = [read.texts[left], read.texts[right]];
  const found = read.pairs.find((pair) => pair.left === left && pair.right === right);
  const turned = read.pairs.find((pair) => pair.left === right && pair.right === left);
  const pair = found ?? turned ?? null;
  const marks = pair ? highlightsOf(pair, !found, texts) : { passages: spansOnly(read, left, right), edits: [[], []], totals: null };
  const panes = [left, right].map((at, side) => pane(entry, at, side, texts[side], marks));
  const holder = el("div", { class: "panes" }, panes);
  // Without the texts, the pair is not known either. The panes say why.
  const said = texts.every(Boolean) ? [verdict(pair, !found, marks, [left, right].map((at) => entry.cluster.members[at].words))] : [];
  box.replaceChildren(...head, ...said, paneSwitch(entry, [left, right], holder, panes), holder);
  box.step = undefined;
  if (texts.every(Boolean)) linkPanes(box, panes.map((element) => element.querySelector(".text")), pair !== null);
}

/** Shows `head` and the texts of a story once they are unpacked. Returns null if they cannot be, or if `box` is gone by then. */
async function unpackInto(box, head, entry) {
  const note = el("p", { class: "faint" }, "Unpacking the texts…");
  box.replaceChildren(...head, note);
  try {
    const read = await loadTexts(entry);
    return box.isConnected ? read : null;
  } catch (error) {
    note.textContent = `This browser cannot unpack the texts (${error.message}). Use a browser version from 2023 or later.`;
    return null;
  }
}

/** Buttons that show the left or the right text where there is room for one. The texts can be swiped as well. */
function paneSwitch(entry, members, holder, panes) {
  const buttons = members.map((at, side) => el("button", { type: "button", "aria-pressed": String(side === 0),
    click: () => holder.scrollTo({ left: panes[side].offsetLeft - panes[0].offsetLeft }) }, el("b", {}, side ? "Right" : "Left"), ` ${shortName(entry, at)}`));
  holder.addEventListener("scroll", () => {
    const isRight = holder.scrollLeft > holder.clientWidth / 2;
    buttons.forEach((button, side) => button.setAttribute("aria-pressed", String(Boolean(side) === isRight)));
  }, { passive: true });
  return el("div", { class: "pane-switch", role: "group", "aria-label": "Text to show" }, buttons);
}

/** Returns the spans of the story in both texts, for two members that were not compared with each other. */
function spansOnly(read, left, right) {
  return [left, right].map((at) => {
    const spans = read.spans[at];
    return spans.filter((_, k) => k % 2 === 0).map((begin, k) => ({ begin, end: spans[2 * k + 1], number: k }));
  });
}

/** Returns the members as options of a chooser. */
function memberOptions(entry, chosen) {
  return inOrder(entry).map((at) => {
    const member = entry.cluster.members[at];
    const time = entry.times[at] === null ? "" : `, ${moment(entry.times[at])}`;
    const keep = member.relation === "representative" ? " (keep)" : "";
    const title = member.source ? ` — ${titleOf(entry, at)}` : "";
    return el("option", { value: at, selected: at === chosen }, `${shortName(entry, at)}${time}${keep}${title}`);
  });
}

function choosers(entry, left, right) {
  const chooser = (side, chosen, open) => el("label", {}, el("span", {}, side),
    el("select", { change: (event) => open(Number(event.target.value)) }, memberOptions(entry, chosen)));
  return el("div", { class: "choosers" },
    chooser("Left", left, (at) => openPair(entry, at, right)),
    el("button", { type: "button", title: "Swap left and right", "aria-label": "Swap left and right", click: () => openPair(entry, right, left) }, "⇄"),
    chooser("Right", right, (at) => openPair(entry, left, at)));
}

/** Describes the relation of the two and explains the highlights. */
function verdict(pair, turned, marks, lengths) {
  if (!pair) {
    return el("p", { class: "notice" }, "These two documents were not compared with each other, only with the representative. The highlights show the story in each text.");
  }
  const relation = turned ? { contains: "contained", contained: "contains" }[pair.relation] ?? pair.relation : pair.relation;
  const shares = turned ? [pair.containment_right, pair.containment_left] : [pair.containment_left, pair.containment_right];
  const words = { exact: "The same words", near: "Near copies", contains: "The left document contains the right one", contained: "The right document contains the left one", version: "Versions of one story, of which less than half is in the other", overlap: "The documents share a passage" };
  const shorter = lengths[0] <= lengths[1] ? 0 : 1;
  const common = Math.round(shares[shorter] * lengths[shorter]);
  const facts = [`${count(common)} of the ${counted(lengths[0], "word", "words")} of the left and of the ${count(lengths[1])} of the right`, `longest run ${counted(pair.longest_run, "word", "words")}`];
  const keys = Object.entries(marks.totals).map(([kind, number]) => el("li", {}, el(TAGS[kind], { class: kind }, kind), ` ${count(number)}`));
  const notes = [];
  if (pair.beyond) notes.push(`${counted(pair.beyond, "passage is", "passages are")} outside the part of the text that this page has.`);
  if (pair.cut) notes.push("A passage is very long. Its end was not compared word by word.");
  const steps = marks.passages[0].length > 0 ? el("span", { class: "steps" },
    el("button", { type: "button", id: "previous", title: "Key: p" }, "Previous passage"), el("button", { type: "button", id: "next", title: "Key: n" }, "Next passage"),
    el("span", { id: "place", role: "status" }, counted(marks.passages[0].length, "passage", "passages"))) : null;
  return el("div", { class: "verdict" },
    el("p", {}, el("b", {}, words[relation] ?? line(relation)), `: ${facts.join(" · ")}`),
    el("div", { class: "tools" }, el("ul", { class: "legend marks", "aria-label": "Marks" }, el("li", {}, el("span", { class: "passage" }, "copied passage")), keys), steps),
    ...notes.map((text) => el("p", { class: "notice" }, text)));
}

/** The headline of a pane, and what the document is. */
function paneHead(entry, at) {
  const member = entry.cluster.members[at];
  const facts = [member.source && line(member.source), entry.times[at] !== null && moment(entry.times[at]), member.words > 0 && counted(member.words, "word", "words")];
  return el("header", {}, el("h3", { dir: "auto" }, titleOf(entry, at)), el("p", { class: "faint" }, facts.filter(Boolean).join(" · ")));
}

function pane(entry, at, side, text, marks) {
  const name = side ? "Right" : "Left";
  const head = paneHead(entry, at);
  if (!text) return el("section", { class: "pane", "aria-label": name }, head, el("p", { class: "notice" }, missing(entry, at)));
  const body = el("div", { class: "text", tabindex: 0, role: "region", dir: "auto", "aria-label": `${name} text` },
    highlighted(text.text, marks.passages[side], marks.edits[side]));
  return el("section", { class: "pane", "aria-label": name }, head, cutNotes(text, body));
}

/** Returns the text, between notices about what the page leaves out of it. */
function cutNotes(text, body) {
  const limit = bytes(index.texts.limit);
  const note = (what) => el("p", { class: "notice" }, `This text is long. The page has at most ${limit} of a text and leaves out ${what} of ${bytes(text.length)}. The file has all of it.`);
  const notes = [];
  if (text.begin > 0) notes.push(note(`the first ${bytes(text.begin)}`));
  notes.push(body);
  if (text.begin === 0 && text.length > index.texts.limit) notes.push(note("the rest"));
  return notes;
}

/** Says why the page does not have a text, and how to get it. */
function missing(entry, at) {
  if (!entry.cluster.members[at].path) return "A saved report does not name the file of a document that is in no story. To read it here, make the page from the corpus: dedupe PATH -o report.html.";
  if (index.texts.left_out) return "This text is not in the page. The page has a limited amount of text, or the file could not be read again. To read it, make a page of a part of the corpus, or run dedupe explain with the two ids.";
  return "This text could not be read again when the page was made, because its file was missing, had changed, or was outside the folder that could be read.";
}

/** Makes the panes scroll together, and links matching passages. */
function linkPanes(box, panes, paired) {
  let driver = panes[0];
  const anchors = panes.map(() => []);
  const measure = () => panes.forEach((pane, side) => {
    const top = pane.getBoundingClientRect().top - pane.scrollTop;
    anchors[side] = [...pane.querySelectorAll("[data-passage]")].map((element) => {
      const { top: begin, bottom: end } = element.getBoundingClientRect();
      return { number: Number(element.dataset.passage), begin: begin - top, end: end - top };
    });
  });
  const follow = () => {
    const from = panes.indexOf(driver);
    const to = panes[1 - from];
    const eye = driver.clientHeight * EYE;
    const top = matchingHeight(anchors[from], anchors[1 - from], driver.scrollTop + eye, driver.scrollHeight, to.scrollHeight) - eye;
    to.scrollTop = driver.scrollTop <= 0 ? Math.min(top, 0) : top;
  };
  for (const pane of panes) {
    const drive = () => { driver = pane; };
    for (const event of ["pointerenter", "pointerdown", "wheel", "touchstart", "focusin", "keydown"]) pane.addEventListener(event, drive, { passive: true });
    pane.addEventListener("scroll", () => { if (paired && pane === driver) follow(); }, { passive: true });
    pane.addEventListener("click", (event) => {
      const passage = event.target.closest("[data-passage]");
      if (passage && paired && getSelection().isCollapsed) show(Number(passage.dataset.passage));
    });
  }
  new ResizeObserver(measure).observe(panes[0]);
  measure();
  let current = -1;
  /** Scrolls a passage into view on both sides. */
  const show = (number) => {
    current = number;
    driver = null;
    panes.forEach((pane, side) => {
      const anchor = anchors[side].find((anchor) => anchor.number === number);
      if (anchor) pane.scrollTop = anchor.begin - pane.clientHeight * 0.12;
      for (const element of pane.querySelectorAll("[data-passage]")) element.classList.toggle("current", Number(element.dataset.passage) === number);
    });
    const place = byId("place");
    if (place) place.textContent = `passage ${number + 1} of ${anchors[0].length}`;
  };
  const step = (by) => { if (anchors[0].length && paired) show(Math.max(0, Math.min(anchors[0].length - 1, current + by))); };
  box.querySelector("#previous")?.addEventListener("click", () => step(-1));
  box.querySelector("#next")?.addEventListener("click", () => step(1));
  box.step = step;
  requestAnimationFrame(() => {
    measure();
    panes.forEach((pane, side) => {
      const first = anchors[side][0];
      if (first) pane.scrollTop = first.begin - pane.clientHeight * 0.12;
    });
  });
}

/** Maps a height in one pane to the other, linearly within passages and between them. */
function matchingHeight(here, there, height, all, allThere) {
  const like = new Map(there.map((anchor) => [anchor.number, anchor]));
  let before = { end: 0, like: { end: 0 } };
  for (const anchor of here) {
    const other = like.get(anchor.number);
    if (!other) continue;
    if (height < anchor.begin) return interpolate(height, before.end, anchor.begin, before.like.end, other.begin);
    if (height <= anchor.end) return interpolate(height, anchor.begin, anchor.end, other.begin, other.end);
    before = { end: anchor.end, like: other };
  }
  return interpolate(height, before.end, all, before.like.end, allThere);
}

function interpolate(height, begin, end, otherBegin, otherEnd) {
  const share = end > begin ? (height - begin) / (end - begin) : 0;
  return otherBegin + share * (otherEnd - otherBegin);
}
