// Helpers for elements, numbers and dates. Text of the corpus enters the page only as text, never as markup.

/** Creates an element. Attributes that are functions become event listeners; children are nodes or strings. */
function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Creates an SVG element in the same way. */
function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

// Control characters, direction overrides and invisible characters. Line breaks and tabs are harmless here.
const UNSAFE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Replaces unsafe characters with visible escapes. */
function shown(text) {
  return text.replace(UNSAFE, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

/** Escapes a text and puts it on one line. */
const line = (text) => shown(text.replace(/\s+/gu, " ").trim());

const NUMBERS = new Intl.NumberFormat("en");
const count = (number) => NUMBERS.format(number);

/** Formats a number with its noun: `1 story`, `2,000 stories`. */
const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

/** Formats a share as a percentage. Only exactly 0 becomes `0%`, and only exactly 1 becomes `100%`. */
function percent(share) {
  if (share > 0 && share < 0.01) return "under 1%";
  if (share < 1 && share >= 0.995) return "over 99%";
  return `${Math.round(share * 100)}%`;
}

function bytes(number) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (number >= 1000 && unit < units.length - 1) {
    number /= 1000;
    unit += 1;
  }
  return `${unit && number < 100 ? number.toFixed(1) : Math.round(number)} ${units[unit]}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** Formats a time in seconds since 1970, in UTC. Midnight is shown as a day without an hour. */
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return seconds % 86400 === 0 ? DAY.format(date) : `${MOMENT.format(date)} UTC`;
}

const ISO_DAYS = new Map();

/** Returns the day of a time as `2021-02-26`. Many documents have the same day, and a date takes long to format. */
function isoDay(seconds) {
  const day = Math.floor(seconds / 86400);
  if (!ISO_DAYS.has(day)) ISO_DAYS.set(day, new Date(day * 86400000).toISOString().slice(0, 10));
  return ISO_DAYS.get(day);
}

/** A list that draws its first items, and a button for more. `items` are functions that make the elements. */
function expandableList(name, items, some) {
  const holder = el(name, {}, items.slice(0, some).map((make) => make()));
  if (items.length <= some) return [holder];
  let next = some;
  const label = () => `Show ${count(Math.min(200, items.length - next))} more of ${count(items.length)}`;
  const button = el("button", { type: "button" }, label());
  const showUpTo = (end) => {
    holder.append(...items.slice(next, end).map((make) => make()));
    next = Math.min(items.length, end);
    if (next === items.length) button.remove();
    else button.textContent = label();
  };
  button.addEventListener("click", () => showUpTo(next + 200));
  // Printing draws all items.
  holder.classList.add("expandable");
  holder.showAll = () => showUpTo(items.length);
  return [holder, button];
}

/** Calls a function once the calls have paused for some milliseconds. */
function debounced(call, pause) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, pause);
  };
}
