// Scenarios of reading: texts side by side, overlaps, the sources of a document, who copied whom.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { checkQuiet, opened, screenshot, tabTo } from "./page.mjs";

export const reading = {
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
    await page.$eval(".panes", (panes) => panes.scrollIntoView({ block: "end" }));
    await screenshot(page, "texts");

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
    assert.equal(await page.isVisible("#entry"), false);
    checkQuiet(page);
  },

  /** Checks that the day of a dateline places a document in the picture, and that the legend has only what the picture shows. */
  async dateline(browser) {
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".lanes .shapes");
    assert.equal((await page.$$(".lanes [role=img] .mark")).length, 1);
    assert.equal((await page.$$(".lanes [role=img] path.link")).length, 0);
    const legend = await page.$$eval(".lanes .shapes li", (all) => all.map((one) => one.textContent));
    assert.deepEqual(legend, ["document to keep", "hollow: a day without an hour", "dateline: the day in the text, not that of publication"]);
    checkQuiet(page);
  },

  /** Checks that hostile text is shown and never run. */
  async hostile(browser) {
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".text .passage");
    const shown = await page.textContent("#entry");
    for (const text of ["<script>alert(1)</script>", "</textarea>", "<img src=x onerror=alert(2)>", "<b>bold</b>"]) {
      assert.ok(shown.includes(text), `not shown: ${text}`);
    }
    assert.ok(shown.includes("\\u{202e}"), "a character that reorders text is not shown");
    assert.equal(await page.$$eval("#entry img, #entry b b, #entry script, #entry textarea", (all) => all.length), 0);
    const links = await page.$$eval("#entry a", (all) => all.map((link) => link.protocol));
    assert.deepEqual(links.filter((protocol) => !["http:", "https:", "file:"].includes(protocol)), []);
    await screenshot(page, "light");
    checkQuiet(page);
  },

  /** Checks who ran a story first and who copied whom, as a picture and as a list. */
  async lineage(browser) {
    const page = await opened(browser);
    await page.click(".row:has-text('Harbour')");
    await page.waitForSelector(".lanes svg[role=img]");
    assert.equal(await page.textContent(".first"), "First: Orrin Agency, 20 Nov 2026, 06:00 UTC. The last followed 3 hours later.");
    const lanes = await page.$$eval(".lane-name", (names) => names.map((name) => name.lastChild.textContent));
    assert.deepEqual(lanes, ["Orrin Agency", "Die Welt", "Die Welt Kompakt", "Focus"]);
    assert.equal((await page.$$(".lanes [role=img] path.link")).length, 3);
    // The kinds differ in shape, not only in colour.
    const shapes = await page.$$eval(".lanes [role=img] .mark path", (marks) => new Set(marks.map((mark) => mark.getAttribute("d"))).size);
    assert.equal(shapes, 3);
    assert.equal((await page.$$(".lanes [role=img] .ring")).length, 1);
    const list = await page.getAttribute(".lanes [role=img]", "aria-describedby");
    await page.click(".as-list summary");
    const lines = await page.$$eval(`#${list} li`, (all) => all.map((one) => one.textContent));
    assert.match(lines[3], /^Focus: .*3 hours after the earliest; near copy, probably copied from Die Welt \(/);
    assert.match(lines[2], /^Die Welt Kompakt: .*contained in the document to keep/);
    await screenshot(page, "light");
    // Two days without hours are a day apart, not a number of hours.
    await page.click(".row:has-text('Storm')");
    await page.waitForFunction(() => document.querySelector(".first")?.textContent === "First: Post, 25 Nov 2026. The last followed 1 day later.");
    checkQuiet(page);
  },

  /** Checks the names of members with one headline, and the delays after a day without an hour. */
  async oneHeadline(browser) {
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".lanes svg[role=img]");
    assert.equal(await page.textContent(".first"), "First: a/index.html: Flood, b/index.html: Flood, 5 Mar 2026 (not all state an hour). The last followed 1 day later.");
    await page.click(".as-list summary");
    const lines = await page.$$eval("#lineage-list li", (all) => all.map((one) => one.textContent.split(";")[0]));
    assert.deepEqual(lines, ["a/index.html: Flood: 5 Mar 2026", "b/index.html: Flood: 5 Mar 2026, 18:00 UTC", "more.html: Flood: 6 Mar 2026, 09:00 UTC, 1 day after the earliest"]);
    checkQuiet(page);
  },

  /** Checks that no member is called the first if it may have been any. */
  async oneDay(browser) {
    const page = await opened(browser);
    await page.click(".row");
    await page.waitForSelector(".lanes svg[role=img]");
    assert.equal(await page.textContent(".first"), "All published on 5 Mar 2026 (not all state an hour). Which was the first is not known.");
    assert.equal((await page.$$(".lanes .ring")).length, 0);
    checkQuiet(page);
  },

  /** Opens an overlap and reads its passages side by side. */
  async overlap(browser) {
    const page = await opened(browser);
    await page.click("#overlaps-link");
    assert.equal(await page.textContent("#found"), "1 overlap");
    await page.click(".row");
    await page.waitForSelector(".text .passage");
    const passages = await page.$$eval(".text .passage", (all) => all.map((one) => one.textContent.trim()));
    assert.equal(passages.length, 2);
    assert.ok(passages.every((text) => text.startsWith("word6x0 ") && text.endsWith(" word6x59")), passages[0]);
    const titles = await page.$$eval(".pane h3", (all) => all.map((one) => one.textContent));
    assert.deepEqual(titles, ["Mayor speaks", "Council meets"]);
    await screenshot(page, "light");
    checkQuiet(page);
  },

  /** Marks all sources of one document, hides one of them, and goes on to read another one beside it. */
  async sources(browser) {
    const page = await opened(browser);
    await page.click(".row:has-text('Harbour')");
    await page.click(".act a[aria-label='All sources of Die Welt Kompakt']");
    await page.waitForSelector(".sourced-passage");
    assert.match(await page.textContent(".verdict"), /^over 99% of this text is shared with 3 documents/);
    const sources = () => page.$$eval(".sourced-passage", (all) => all.map((one) => one.dataset.sources));
    assert.ok((await sources()).every((numbers) => numbers.split(" ").length === 3));
    assert.match(await page.textContent(".sourced-passage sup"), /^1,2,3$/);
    const badges = await page.$$eval(".badge", (all) => all.map((one) => one.textContent));
    assert.deepEqual(badges, ["1", "2", "3"]);
    await screenshot(page, "light");
    await page.uncheck("[aria-label='Mark source 1']");
    assert.ok((await sources()).every((numbers) => numbers === "2 3"));
    await page.uncheck("[aria-label='Mark source 2']");
    await page.uncheck("[aria-label='Mark source 3']");
    assert.deepEqual(await sources(), []);
    await page.click(".rows-of-sources a >> nth=0");
    await page.waitForSelector(".text .passage");
    assert.equal(await page.textContent(".pane:nth-child(1) h3"), "Harbour in brief");
    checkQuiet(page);
  },

  /** Saves the members of a story as CSV and copies a link to it. */
  async save(browser) {
    const page = await opened(browser);
    await page.click(".row:has-text('Harbour')");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-csv")]);
    assert.match(download.suggestedFilename(), /^story-[0-9a-f]{12}\.csv$/);
    const rows = readFileSync(await download.path(), "utf8").split("\r\n");
    assert.equal(rows[0], "\ufeffstory,document,title,publisher,date,url,credit,relation,similarity,words,share_of_document,share_of_representative,file");
    assert.equal(rows.length, 6);
    assert.ok(rows.some((row) => row.includes(`,"'=HYPERLINK(""x"")",`)), `a formula: ${rows}`);
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } }));
    await page.click("#copy-link");
    await page.waitForFunction(() => window.copied);
    const again = await opened(browser, {}, new URL(await page.evaluate(() => window.copied)).hash);
    assert.match(await again.textContent("#entry h1"), /^Harbour/);
    checkQuiet(again);
  },
};
