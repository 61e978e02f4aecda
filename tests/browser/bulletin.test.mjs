// SPDX-License-Identifier: AGPL-3.0-or-later
// The bulletin in a real browser: made, written, shown as everybody sees it, published, printed; without script.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

let server, browser, cookies, adopted, at, live;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
  const page = await open("/1493/nu/faststallda");
  const hrefs = await page.$$eval('main a[href$="/faststalld"]', (list) => list.map((a) => a.getAttribute("href")));
  adopted = hrefs[3]; // long enough ago for its figures to be published
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies, width: 1280, ...options });
  await page.goto(server.url + path);
  return page;
}

test("without script: one press makes it, words are written, it is shown, published and handed out", async () => {
  const page = await open(adopted, { script: false });
  await next(page, () => page.getByRole("button", { name: "Gör lägesbrev" }).click());
  await page.getByText("Lägesbrevet är gjort.").waitFor();
  at = new URL(page.url()).pathname;
  await page.goto(`${server.url}${at}/skriv`);
  await page.fill("#f-intro", "Ett ord till gruppen.");
  await next(page, () => page.getByRole("button", { name: "Spara och lämna ut till gruppen" }).click());
  await page.getByText("Ett ord till gruppen.").waitFor();
  await page.goto(`${server.url}${at}/allmanheten`);
  await page.fill("#f-intro", "Ett ord till alla.");
  await page.locator('label[for="f-level"]').click();
  await next(page, () => page.getByRole("button", { name: "Publicera" }).click());
  await page.getByText("Lägesbrevet är publicerat.").waitFor();
  live = await page.getByRole("link", { name: "Se sidan" }).getAttribute("href");
  await page.context().close();
});

test("its pages are accessible and fit, on a phone and a screen, light and dark", async () => {
  const main = [at, `${at}/allmanheten`, live];
  const all = [...main, `${at}/skriv`, "/1493/lagesbrev", "/mariestad/lagesbrev", "/mariestad/", adopted];
  for (const [width, dark, paths] of [[320, false, all], [1280, true, main]])
    for (const [i, path] of paths.entries()) {
      const page = await open(path, { width, dark });
      await checkAccessible(page);
      await checkFits(page);
      await page.shot(`bulletin-${i}-${width}${dark ? "-dark" : ""}`);
      await page.context().close();
    }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("on paper stands the document and nothing to press", async () => {
  const page = await open(at);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("article.bulletin svg").isVisible());
  assert.equal(await page.locator("main button:visible, main form:visible").count(), 0);
  await page.context().close();
});
