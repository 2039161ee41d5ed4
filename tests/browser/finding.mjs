// Scenarios of finding a story: search, filters, the slider, keys.

import assert from "node:assert/strict";
import { address, checkQuiet, focused, opened, openedAt, screenshot, tabTo } from "./page.mjs";

const found = (page) => page.textContent("#found");

/** Waits until the line above the list says this. */
const waitForFound = (page, text) => page.waitForFunction((said) => document.getElementById("found").textContent === said, text);

export const finding = {
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
    assert.equal(await page.textContent("#entry h1"), "Harbour 12345");
    await page.keyboard.press("Escape");
    await page.selectOption("#order", "newest");
    await page.fill("#query", "");
    await page.waitForFunction(() => document.querySelector("#row-0 .name").textContent === "Harbour 19999");
    await screenshot(page, "light");
    checkQuiet(page);
  },

  /** Sets all filters, clears them, and opens their address in a new page. */
  async filters(browser) {
    const page = await opened(browser);
    await page.click("#filters summary");
    const publishers = await page.$$eval("#publishers li", (all) => all.map((one) => one.textContent));
    assert.ok(publishers.includes("Die Welt1") && publishers.includes("Die Welt Kompakt2"), `publishers: ${publishers}`);
    // The name of one publisher is a part of the other's.
    await page.fill("#publisher-query", "welt");
    assert.equal((await page.$$("#publishers li")).length, 2);
    await page.check("#publishers [value='die welt']");
    assert.equal(await found(page), "1 of 3 stories");
    await page.check("#publishers [value='die welt kompakt']");
    assert.equal(await found(page), "2 of 3 stories");
    await page.check("#kinds [value=exact]");
    assert.equal(await found(page), "1 of 3 stories");
    await page.check("#kinds [value=near]");
    await page.fill("#from", "2026-11-21");
    assert.equal(await found(page), "1 of 3 stories");
    await page.fill("#to", "2026-11-21");
    assert.equal(await found(page), "0 of 3 stories");
    await page.fill("#to", "2026-11-22");
    assert.equal(await found(page), "1 of 3 stories");
    await page.fill("#least", "3");
    assert.equal(await found(page), "0 of 3 stories");
    await page.fill("#least", "2");
    await page.fill("#most", "2");
    assert.equal(await found(page), "1 of 3 stories");
    assert.equal((await page.$$(".chip")).length, 6);
    await page.waitForFunction(() => location.hash.includes("most=2"));
    await screenshot(page, "light");
    const hash = new URL(page.url()).hash;

    const again = await opened(browser, {}, hash);
    assert.equal(await found(again), "1 of 3 stories");
    await again.click(".row");
    await again.waitForSelector("#entry h1");
    assert.ok(new URL(again.url()).hash.includes("publisher=die+welt"), "opening a story drops the filters");
    await again.click("#clear");
    assert.equal(await found(again), "3 stories");
    await again.waitForFunction(() => !location.hash.includes("?"));
    checkQuiet(page);
    checkQuiet(again);
  },

  /** Opens an address with filters that are not valid. */
  async hostileAddress(browser) {
    const page = await opened(browser, {}, "#story/%E0%A4%A/<b>?from=<script>&kind=toString&order=__proto__&similarity=1e9&least=-5&publisher=%22%5D<img>");
    assert.equal(await page.isVisible("#overview"), true);
    assert.equal(await page.textContent("#similarity-said"), "at least 100%");
    assert.equal(await page.inputValue("#from"), "");
    await page.click(".chip >> nth=0");
    checkQuiet(page);
  },

  /** Moves the slider: the list and the story have only the stronger copies. */
  async similarity(browser) {
    const page = await opened(browser);
    await page.click("#filters summary");
    const label = await page.getAttribute("#histogram svg", "aria-label");
    assert.match(label, /^Copies by similarity\. .*95 to 100%: 3/);
    await page.fill("#similarity", "60");
    assert.equal(await found(page), "2 of 3 stories");
    assert.ok((await page.$$("#histogram .hidden-copies")).length === 12);
    await page.click(".row:has-text('Harbour')");
    await page.waitForSelector(".lanes");
    assert.equal((await page.$$(".members tbody tr")).length, 3);
    assert.match(await page.textContent("#weak-members"), /^1 copy with a similarity below 60% is hidden/);
    assert.equal((await page.$$(".lane-name")).length, 3);
    await page.click("#weak-members button");
    await page.waitForFunction(() => document.querySelectorAll(".members tbody tr").length === 4);
    assert.equal(await found(page), "3 stories");
    await page.click("#overlaps-link");
    await page.fill("#similarity", "30");
    assert.equal(await found(page), "0 of 1 overlap");
    checkQuiet(page);
  },

  /** Finds a word that only a text has, and not if the texts are not searched. */
  async texts(browser) {
    const page = await opened(browser);
    await page.fill("#query", "zeppelin word2x199");
    await waitForFound(page, "1 of 3 stories");
    await page.fill("#query", "zeppelin focus");
    await waitForFound(page, "1 of 3 stories");
    await page.fill("#query", "zeppelin harbour");
    await page.waitForFunction(() => document.getElementById("searching").textContent === "");
    assert.equal(await found(page), "0 of 3 stories");
    await page.fill("#query", "word3x250");
    await waitForFound(page, "1 of 3 stories");
    await page.click("#filters summary");
    await page.uncheck("#in-texts");
    assert.equal(await found(page), "0 of 3 stories");
    checkQuiet(page);
  },

  /** Uses arrow keys at once, without a click. */
  async keys(browser) {
    const page = await opened(browser);
    assert.equal(await focused(page), "");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "list");
    assert.equal(await page.getAttribute("#list", "aria-activedescendant"), "row-0");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#entry h1");
    assert.match(new URL(page.url()).hash, /^#story\//);
    checkQuiet(page);
  },

  /** Checks what the page says about itself, and that no id stands for a headline. */
  async about(browser) {
    const page = await opened(browser);
    const about = await page.textContent(".about");
    for (const text of ["feed.jsonl", "20 – 26 Nov 2026", "dedupe feed.jsonl -o ", "report format 1"]) {
      assert.ok(about.includes(text), `${text} is not in ${about}`);
    }
    assert.equal(await page.title(), "Copied stories · feed.jsonl");
    const names = await page.$$eval(".row .name", (all) => all.map((one) => one.textContent));
    assert.ok(names.some((name) => name.startsWith("The zeppelin lands.")), `names: ${names}`);
    await page.click(".row:has-text('zeppelin')");
    await page.waitForSelector(".pane h3");
    for (const selector of [".what .title", ".pane h3"]) {
      const titles = await page.$$eval(selector, (all) => all.map((one) => one.textContent));
      assert.ok(titles.length === 2 && titles.every((title) => title.startsWith("The zeppelin lands.")), `${selector}: ${titles}`);
    }
    checkQuiet(page);
  },

  /** Measures how fast a page of 100,000 documents opens and filters. Fails if it takes over 3 s or 200 ms of processor time. */
  async speed(browser) {
    const page = await openedAt(browser, "about:blank");
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    /** Milliseconds of processor time that the page has taken. */
    const processor = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
    };
    const begun = Date.now();
    await page.goto(address);
    const opened = { time: Date.now() - begun, processor: Math.round(await processor()) };
    const figures = {};
    const timed = async (name, id, value) => {
      const before = await processor();
      const time = await page.evaluate(([field, text]) => {
        const input = document.getElementById(field);
        if (input.type === "checkbox") input.checked = text;
        else input.value = text;
        const start = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
        document.getElementById("list").getBoundingClientRect();
        return Math.round(performance.now() - start);
      }, [id, value]);
      figures[name] = { time, processor: Math.round(await processor() - before) };
    };
    await timed("firstSearch", "query", "harbour 12345");
    await timed("search", "query", "harbour 12");
    await timed("clear", "query", "");
    await timed("slider", "similarity", "50");
    await timed("from", "from", "2021-02-27");
    await timed("least", "least", "2");
    await page.evaluate(() => { document.getElementById("query").value = "nowhere"; });
    const searched = Date.now();
    await timed("textSearch", "query", "wordnowhere");
    await page.waitForFunction(() => document.getElementById("searching").textContent === "");
    console.log(JSON.stringify({ opened, ...figures, allTexts: Date.now() - searched }));
    // Processor time hardly depends on what else the machine does.
    assert.ok(opened.processor < 3_000, `opening took ${opened.processor} ms of processor time`);
    for (const [name, step] of Object.entries(figures)) {
      assert.ok(step.processor < 200, `${name} took ${step.processor} ms of processor time`);
    }
    checkQuiet(page);
  },
};
