// Opens a report in a browser and acts as a reader: `node drive.mjs BROWSER SCENARIO PAGE [FOLDER]`. PAGE is a file or an address.
// Fails at the first unexpected result. If FOLDER is given, saves screenshots there.

import { chromium } from "playwright-core";
import { archive } from "./archive.mjs";
import { finding } from "./finding.mjs";
import { layout } from "./layout.mjs";
import { reading } from "./reading.mjs";

const [executablePath, scenario, page] = process.argv.slice(2);
const scenarios = { ...archive, ...finding, ...layout, ...reading };

const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args: sandbox });
try {
  await scenarios[scenario](browser, page);
} finally {
  await browser.close();
}
