// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages of methods in a browser: made from Markdown, so each is looked at.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch } from "./lib.mjs";

let server, browser;

before(async () => {
  server = await startServer({ args: ["--no-limits"] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("every method's page is valid, accessible and fits a phone, its choices open", async () => {
  const page = await browser.page({ width: 390 });
  await page.goto(`${server.url}/metoder`);
  await checkAccessible(page);
  const paths = await page.locator("a[href^='/metoder/']").evaluateAll((all) => all.map((a) => a.href));
  assert.ok(paths.length >= 27);
  for (const path of paths) {
    await page.goto(path);
    for (const more of await page.locator("details.more > summary").all()) await more.click();
    await checkAccessible(page);
    await checkFits(page);
  }
  await page.goto(`${server.url}/metoder/kde`);
  await page.shot("method-390");
  await page.context().close();
  browser.checkQuiet();
  await browser.checkHtml();
});
