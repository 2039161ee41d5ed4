// When each member was published: one line per dated member, sorted by date.

/** Number of lines to show at first. */
const FIRST_LINES = 15;

function timeline(story) {
  const { members } = story.cluster;
  const dated = inOrder(story).filter((at) => story.times[at] !== null);
  dated.sort((a, b) => story.times[a] - story.times[b] || a - b);
  if (!dated.length) return null;
  const [first, last] = [story.first, story.last];
  // A delay is shown only if both dates have an hour.
  const showsDelay = (at) => at !== dated[0] && last > first && hasHour(members[at]) && hasHour(members[dated[0]]);
  const lines = dated.map((at) => {
    const member = members[at];
    const share = last > first ? (story.times[at] - first) / (last - first) : 0;
    const kind = member.relation === "representative" ? "kept" : "copies";
    const x = `${2 + 96 * share}%`;
    const dot = svg("svg", { "aria-hidden": "true", width: "100%", height: 20 },
      svg("line", { class: "track", x1: "2%", x2: "98%", y1: 10, y2: 10 }),
      svg("line", { class: `${kind} lead`, x1: "2%", x2: x, y1: 10, y2: 10 }),
      svg("circle", { class: `${kind} ${hasHour(member) ? "" : "day"}`, cx: x, cy: 10, r: 5 }));
    return el("li", { "data-kind": kind }, el("span", { class: "who", title: shown(member.id), dir: "auto" }, shortName(member)), dot,
      el("span", { class: "when" }, showsDelay(at) ? `+ ${duration(story.times[at] - first)}` : moment(story.times[at])));
  });
  const undated = members.length - dated.length;
  const notes = undated ? el("p", { class: "faint" }, `${counted(undated, "document has", "documents have")} no date that can be parsed.`) : null;
  return el("figure", { class: "timeline" }, el("figcaption", {}, "Publication times"), ...expandableList("ol", lines, FIRST_LINES), notes);
}

/** True if a date has an hour. */
const hasHour = ({ date }) => /\d:\d\d/u.test(date);

/** Formats a duration for people. */
function duration(seconds) {
  if (seconds < 60) return "the same minute";
  const hours = seconds / 3600;
  if (hours < 1) return counted(Math.round(seconds / 60), "minute", "minutes");
  if (hours < 48) return counted(Math.round(hours), "hour", "hours");
  const days = Math.round(hours / 24);
  return days < 730 ? counted(days, "day", "days") : counted(Math.round(days / 365.25), "year", "years");
}

/** A list that shows its first items, and a button for more. */
function expandableList(name, items, some) {
  const holder = el(name, {}, items.slice(0, some));
  if (items.length <= some) return [holder];
  let next = some;
  const label = () => `Show ${count(Math.min(200, items.length - next))} more of ${count(items.length)}`;
  const button = el("button", { type: "button", click: () => {
    holder.append(...items.slice(next, next + 200));
    next = Math.min(items.length, next + 200);
    if (next === items.length) button.remove();
    else button.textContent = label();
  } }, label());
  return [holder, button];
}
