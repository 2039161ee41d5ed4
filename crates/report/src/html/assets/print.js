// Printing: lists are drawn whole, and the overview is followed by the stories that pass the filters, with their members.

/** Maximum number of stories and of members on paper. */
const MAX_PRINTED = { stories: 1000, members: 5000 };

function startPrinting() {
  addEventListener("beforeprint", preparePaper);
  matchMedia("print").addEventListener("change", ({ matches }) => { if (matches) preparePaper(); });
}

function preparePaper() {
  for (const details of document.querySelectorAll("details.as-list")) details.open = true;
  for (const holder of document.querySelectorAll("#entry .expandable")) holder.showAll();
  byId("printed").replaceChildren(...(shownEntry ? [] : printedList()));
}

/** Returns the list of stories for paper. */
function printedList() {
  const printed = [];
  let members = 0;
  for (const entry of list.found.slice(0, MAX_PRINTED.stories)) {
    if (members >= MAX_PRINTED.members) break;
    printed.push(printedEntry(entry, MAX_PRINTED.members - members));
    members += entry.cluster.members.length;
  }
  const rest = list.found.length - printed.length;
  const noun = list.ofOverlaps ? ["overlap", "overlaps"] : ["story", "stories"];
  return [
    el("h2", {}, isFiltered() ? `${counted(list.found.length, ...noun)} that pass the filters` : counted(list.found.length, ...noun)),
    el("ol", {}, printed),
    rest > 0 ? el("p", { class: "notice" }, `${counted(rest, ...noun)} more ${rest === 1 ? "is" : "are"} not printed. Set filters to print others, or write a table with dedupe -f csv.`) : "",
  ];
}

function printedEntry(entry, room) {
  const members = inOrder(entry).filter((at) => isStrong(entry.cluster.members[at]));
  const one = (at) => {
    const member = entry.cluster.members[at];
    const facts = [entry.times[at] === null ? null : moment(entry.times[at]), relationWords(member, entry.cluster.members[0]), shown(member.id)];
    return el("li", {}, el("b", {}, shortName(entry, at)), ` ${facts.filter(Boolean).join(" · ")}`);
  };
  const rest = members.length - room;
  return el("li", {}, el("h3", { dir: "auto" }, nameOf(entry)), el("p", { class: "faint" }, rowFacts(entry).join(" · ")),
    el("ul", {}, members.slice(0, room).map(one), rest > 0 ? el("li", {}, `and ${count(rest)} more`) : null));
}
