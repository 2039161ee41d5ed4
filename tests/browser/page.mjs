// Opens the report in a browser, and what all scenarios check.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [, scenario, file, folder] = process.argv.slice(2);
export const address = URL.canParse(file) ? file : pathToFileURL(file).href;

/** Opens the report and records its requests and errors. */
export const opened = (browser, options = {}, view = "") => openedAt(browser, address + view, options);

/** Opens an address and records the requests and errors of its page. */
export async function openedAt(browser, url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, ...options });
  const seen = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    seen.errors.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.seen = seen;
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

/** Checks that the page made no requests and had no errors. */
export function checkQuiet(page) {
  assert.deepEqual(page.seen.errors, []);
  assert.deepEqual(page.seen.requests.filter((url) => url.split("#")[0] !== address), []);
}

export async function screenshot(page, name) {
  if (folder) await page.screenshot({ path: `${folder}/${scenario}-${name}.png` });
}

/** Prints the page. Without FOLDER the file is not kept. */
export const print = (page) => page.pdf({ format: "A4", ...(folder && { path: `${folder}/${scenario}.pdf` }) });

export const focused = (page) => page.evaluate(() => document.activeElement.id);

/** Presses Tab until the element with this id has the focus. */
export async function tabTo(page, id) {
  for (let steps = 0; steps < 40; steps += 1) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not reach ${id}`);
}

/** True if the page is not wider than the window. */
export const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
