// Elements and words. What comes from a corpus enters the page as text only, never as markup.

/** A new element with attributes (or, for functions, listeners) and children, which are nodes or texts. */
function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for a drawing. */
function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);

// What reorders a line, hides in it, or controls a terminal; a line break and a tab are harmless here.
const UNSAFE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text with such characters as visible escapes. */
function shown(text) {
  return text.replace(UNSAFE, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

/** The same on one line. */
const line = (text) => shown(text.replace(/\s+/gu, " ").trim());

const NUMBERS = new Intl.NumberFormat("en");
const count = (number) => NUMBERS.format(number);

/** A number with its noun: `1 story`, `2,000 stories`. */
const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

/** A share as a percentage; all is all, nothing is nothing. */
function percent(share) {
  if (share > 0 && share < 0.01) return "under 1%";
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100}%`;
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

/** A moment in seconds since 1970, in UTC; midnight is taken for a day without an hour. */
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return (seconds % 86400 === 0 ? DAY : MOMENT).format(date);
}

/** The day of a moment, as `2021-02-26`. */
const isoDay = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
