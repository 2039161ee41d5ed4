// Scenarios of layout: dark mode, phones, paper.

import assert from "node:assert/strict";
import { checkQuiet, fits, opened, print, screenshot } from "./page.mjs";

export const layout = {
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
    await print(page);
  },

  /** Reads side by side on a phone: one screen away, with a switch between the texts. */
  async phone(browser) {
    const page = await opened(browser, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.click('nav a[data-for="stories"]');
    await page.click(".row:has-text('Harbour')");
    await page.waitForSelector(".text .passage");
    const top = await page.$eval(".panes", (panes) => panes.getBoundingClientRect().top);
    assert.ok(top < 844, `the texts are ${top} pixels below the top`);
    const isShown = (side) => page.$eval(`.pane:nth-child(${side})`, (pane) => {
      const { left, width } = pane.getBoundingClientRect();
      return left >= 0 && left + width <= innerWidth + 1;
    });
    assert.deepEqual([await isShown(1), await isShown(2)], [true, false]);
    await screenshot(page, "left");
    await page.click(".pane-switch button >> nth=1");
    await page.waitForFunction(() => document.querySelector(".pane-switch button:nth-child(2)").getAttribute("aria-pressed") === "true");
    await page.waitForTimeout(400);
    assert.deepEqual([await isShown(1), await isShown(2)], [false, true]);
    // Both texts are at the same passage.
    await page.click("#next");
    await page.click(".pane-switch button >> nth=0");
    const passages = await page.$$eval(".passage.current", (all) => all.map((one) => one.dataset.passage));
    assert.deepEqual(passages, ["0", "0"]);
    assert.ok(await fits(page));
    checkQuiet(page);
  },

  /** Prints the list of stories and all members of a story. */
  async paper(browser) {
    const page = await opened(browser, { viewport: { width: 718, height: 1000 } });
    await page.emulateMedia({ media: "print" });
    await page.waitForSelector(".printed > ol > li");
    const stories = await page.$$eval(".printed > ol > li", (all) => all.map((one) => one.querySelectorAll("li").length));
    assert.equal(stories.length, 2);
    assert.equal(Math.max(...stories), 40);
    assert.ok(await page.isVisible(".printed"));
    await print(page);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => { location.hash = document.querySelector(".row") ? "#stories" : ""; });
    const story = await opened(browser);
    await story.click(".row");
    await story.waitForSelector(".lanes");
    assert.equal((await story.$$(".members tbody tr")).length, 15);
    await story.emulateMedia({ media: "print" });
    await story.waitForFunction(() => document.querySelectorAll(".members tbody tr").length === 40);
    assert.equal((await story.$$("#lineage-list li")).length, 40);
    assert.ok(await story.isVisible("#lineage-list"));
    assert.equal(await story.isVisible(".printed"), false);
    checkQuiet(story);
  },

  /** Checks that dark mode has other colours, with enough contrast for text. */
  async dark(browser) {
    const page = await opened(browser, { colorScheme: "dark" });
    await page.click(".row:has-text('Harbour')");
    await page.click(".act a >> nth=0");
    await page.waitForSelector(".sourced-passage");
    await page.click("#filters summary");
    await screenshot(page, "sources");
    const pale = await page.evaluate(() => {
      const parse = (colour) => (colour.match(/[\d.]+/gu) ?? []).map(Number);
      const light = (colour) => {
        const [r, g, b] = parse(colour).slice(0, 3).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const colour = getComputedStyle(at).backgroundColor;
          if (parse(colour)[3] !== 0) return light(colour);
        }
        return 1;
      };
      const contrast = (element) => {
        const [a, b] = [light(getComputedStyle(element).color), ground(element)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      };
      const selectors = ["h1", ".first", ".chip", ".sourced-passage", ".sourced-passage sup", ".badge", ".tabs a", ".row .name", ".row .facts", ".filters legend", "#entry .id", ".lane-name", ".as-list summary"];
      return selectors.flatMap((selector) => [...document.querySelectorAll(selector)].map((element) => [selector, contrast(element)])).filter(([, ratio]) => ratio < 4.5);
    });
    assert.deepEqual(pale, []);
    checkQuiet(page);
  },
};
