// Scenarios of `dedupe serve`: the newest stories, the search, a story side by side, and pages of other sites. The page is
// an address.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { fits, openedAt, screenshot } from "./page.mjs";

const looks = {
  light: { viewport: { width: 1400, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1400, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
  "dark-phone": { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true },
};

export const archive = {
  /** Finds a story by its headline and reads it side by side, in each look. */
  async archive(browser, base) {
    for (const [name, options] of Object.entries(looks)) {
      const page = await openedAt(browser, base, options);
      assert.ok(await fits(page), `${name}: the list is wider than the window`);
      const headlines = await page.$$eval("#stories a", (links) => links.map((link) => link.textContent));
      assert.ok(headlines.length > 2 && headlines[0].includes("<script>"), headlines.join());
      await screenshot(page, `${name}-list`);
      await page.fill("#q", "s04 HEADLINE");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/?q=*");
      assert.equal((await page.$$("#stories a")).length, 1);
      await screenshot(page, `${name}-search`);
      await page.click("#stories a");
      await page.waitForSelector(".text .passage");
      assert.ok(await fits(page), `${name}: the story is wider than the window`);
      await screenshot(page, `${name}-story`);
      await page.goBack();
      await page.fill("#q", "<img src=x onerror=alert(1)>");
      await page.keyboard.press("Enter");
      await page.waitForSelector("text=No story has a headline");
      await screenshot(page, `${name}-none`);
      assert.deepEqual(page.seen.errors, []);
      const own = page.seen.requests.filter((url) => !url.startsWith(base));
      assert.deepEqual(own, []);
      await page.close();
    }
  },

  /** A page of another site, on this machine, sends what it can. None of it arrives, and it reads nothing. */
  async otherSite(browser, base) {
    const other = createServer((_, answer) => answer.end("<h1>Another site</h1>"));
    await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${other.address().port}/`);
      const body = JSON.stringify({ id: "evil", text: "It should not be here." });
      const json = { "Content-Type": "application/json" };
      for (const [path, request] of [
        ["v1/documents/u00", {}],
        ["v1/documents/u00", { mode: "no-cors" }],
        ["v1/documents/u00", { method: "DELETE" }],
        ["v1/documents", { method: "POST", body, headers: json }],
        ["v1/documents", { method: "POST", body, mode: "no-cors" }],
      ]) {
        const seen = await page.evaluate(async ([url, init]) => {
          try {
            const answer = await fetch(url, init);
            return `${answer.type} ${answer.status} ${await answer.text()}`;
          } catch {
            return "nothing";
          }
        }, [base + path, request]);
        assert.ok(["nothing", "opaque 0 "].includes(seen), `${path}: ${seen}`);
      }
      const framed = await page.evaluate((url) => new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.onload = () => done(frame.contentDocument === null ? "foreign" : "empty");
        frame.src = url;
        document.body.append(frame);
      }), base);
      assert.ok(["foreign", "empty"].includes(framed));
    } finally {
      other.close();
    }
  },
};
