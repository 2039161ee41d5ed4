// Opens a report in a browser and acts as a reader: `node drive.mjs BROWSER SCENARIO PAGE [FOLDER]`.
// Fails at the first unexpected result. If FOLDER is given, saves screenshots there.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, scenario, file, folder] = process.argv.slice(2);
const address = pathToFileURL(file).href;

/** Opens the report and records its requests and errors. */
async function opened(browser, options = {}) {
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
  await page.goto(address);
  return page;
}

/** Checks that the page made no requests and had no errors. */
function checkQuiet(page) {
  assert.deepEqual(page.seen.errors, []);
  assert.deepEqual(page.seen.requests.filter((url) => url.split("#")[0] !== address), []);
}

async function screenshot(page, name) {
  if (folder) await page.screenshot({ path: `${folder}/${scenario}-${name}.png` });
}

const focused = (page) => page.evaluate(() => document.activeElement.id);

/** Presses Tab until the element with this id has the focus. */
async function tabTo(page, id) {
  for (let steps = 0; steps < 40; steps += 1) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not reach ${id}`);
}

/** True if the page is not wider than the window. */
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

const scenarios = {
  /** Opens a story by keyboard, checks highlights and scrolling of the two texts, and goes back. */
  async story(browser) {
    const page = await opened(browser);
    await tabTo(page, "list");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".text .passage");
    const marked = await page.$$eval(".text", (panes) => panes.map((pane) => pane.querySelectorAll(".passage").length));
    assert.ok(marked[0] > 0 && marked[0] === marked[1], `passages: ${marked}`);
    const added = await page.$$eval(".pane:nth-child(2) ins", (all) => all.map((one) => one.textContent));
    assert.ok(added.some((text) => text.startsWith("READ ALSO")), `added: ${added}`);
    assert.equal(await page.$$eval(".pane:nth-child(1) ins", (all) => all.length), 0);
    await screenshot(page, "light");

    const tops = () => page.$$eval(".text", (panes) => panes.map((pane) => pane.scrollTop));
    await page.hover(".pane:nth-child(1) .text");
    const before = await tops();
    await page.mouse.wheel(0, 400);
    await page.waitForFunction((top) => document.querySelectorAll(".text")[1].scrollTop > top + 50, before[1]);
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    assert.match(await page.textContent("#place"), /^passage 2 of /);
    const eyes = await page.$$eval(".text", (panes) => panes.map((pane) =>
      pane.querySelector(".passage.current").getBoundingClientRect().top - pane.getBoundingClientRect().top));
    assert.ok(Math.abs(eyes[0] - eyes[1]) < 3, `passages at ${eyes}`);

    await page.click('button[aria-label="Swap left and right"]');
    await page.waitForFunction(() => document.querySelector(".pane:nth-child(1) del"));
    assert.equal(await page.$$eval(".pane:nth-child(2) ins", (all) => all.some((one) => one.textContent.startsWith("READ"))), false);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.id === "list");
    assert.equal(await page.isVisible("#story"), false);
    checkQuiet(page);
  },

  /** Checks the layout in dark mode, on a phone and in print. */
  async looks(browser) {
    const views = { dark: { colorScheme: "dark" }, phone: { viewport: { width: 390, height: 844 }, hasTouch: true } };
    for (const [name, options] of Object.entries(views)) {
      const page = await opened(browser, options);
      await screenshot(page, `${name}-overview`);
      assert.ok(await fits(page), `${name}: the overview is wider than the window`);
      await page.click('nav a[data-for="stories"]');
      await screenshot(page, `${name}-stories`);
      await page.click(".row");
      await page.waitForSelector(".text .passage");
      assert.ok(await fits(page), `${name}: the story is wider than the window`);
      await screenshot(page, `${name}-story`);
      await page.evaluate(() => document.getElementById("reading").scrollIntoView());
      await screenshot(page, `${name}-reading`);
      checkQuiet(page);
    }
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".text .passage");
    // A sheet of A4 paper is as narrow as a phone in landscape and must show two columns.
    await page.setViewportSize({ width: 718, height: 1000 });
    await page.emulateMedia({ media: "print" });
    const tops = await page.$$eval(".pane", (panes) => panes.map((pane) => pane.getBoundingClientRect().top));
    assert.equal(tops[0], tops[1]);
    assert.equal(await page.isVisible(".finder"), false);
    const whole = await page.$$eval(".text", (panes) => panes.every((pane) => pane.scrollHeight <= pane.clientHeight + 1));
    assert.ok(whole, "a text is cut off on paper");
    if (folder) await page.pdf({ path: `${folder}/print.pdf` });
  },

  /** Checks that hostile text is shown and never run. */
  async hostile(browser) {
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".text .passage");
    const shown = await page.textContent("#story");
    for (const text of ["<script>alert(1)</script>", "</textarea>", "<img src=x onerror=alert(2)>", "<b>bold</b>"]) {
      assert.ok(shown.includes(text), `not shown: ${text}`);
    }
    assert.ok(shown.includes("\\u{202e}"), "a character that reorders text is not shown");
    assert.equal(await page.$$eval("#story img, #story b b, #story script, #story textarea", (all) => all.length), 0);
    const links = await page.$$eval("#story a", (all) => all.map((link) => link.protocol));
    assert.deepEqual(links.filter((protocol) => !["http:", "https:", "file:"].includes(protocol)), []);
    await screenshot(page, "light");
    checkQuiet(page);
  },

  /** Checks 20,000 stories: the list draws few of them, the search finds all, and the page says that texts are missing. */
  async many(browser) {
    const page = await opened(browser);
    assert.match(await page.textContent("#overview .notice"), /could not be read again/);
    assert.ok((await page.$$(".row")).length < 60);
    await tabTo(page, "list");
    await page.keyboard.press("End");
    await page.waitForSelector("#row-19999");
    assert.ok((await page.$$(".row")).length < 60);
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement.id === "query");
    await page.keyboard.type("harbour 12345");
    assert.equal(await page.textContent("#found"), "1 of 20,000 stories");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".pane .notice").length === 2);
    assert.equal(await page.textContent("#story h1"), "Harbour 12345");
    await page.keyboard.press("Escape");
    await page.selectOption("#order", "newest");
    await page.fill("#query", "");
    await page.waitForFunction(() => document.querySelector("#row-0 .name").textContent === "Harbour 19999");
    await screenshot(page, "light");
    checkQuiet(page);
  },
};

const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args: sandbox });
try {
  await scenarios[scenario](browser);
} finally {
  await browser.close();
}
