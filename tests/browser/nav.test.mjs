// SPDX-License-Identifier: AGPL-3.0-or-later
// The navigation of staff pages: the most needed in one row, the rest one press away; with a keyboard, and
// without script.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

let server, browser;
const cookies = {};

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies.coordinator = await logIn(server, "samordnare@example.se");
  cookies.politician = await logIn(server, "politiker.1493@example.se");
  cookies.reporter = await logIn(server, "bovard.1493@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies: cookies[options.who ?? "coordinator"], width: 390, ...options });
  await page.goto(server.url + path);
  return page;
}

const more = (page) => page.locator(".site-nav summary");
const seen = (page, part) => page.locator(`.site-nav ${part}`).evaluateAll((links) =>
  links.filter((a) => a.checkVisibility()).map((a) => a.getAttribute("href")));

test("each link is there once, in one row or under Mer, on a phone, a tablet and a screen", async () => {
  const whole = new Set();
  for (const [width, dark] of [[360, false], [390, true], [800, false], [1280, true], [1280, false]]) {
    const page = await open("/1493/handelser", { width, dark });
    const row = await seen(page, "> li > a");
    const box = await page.locator(".site-nav").boundingBox();
    assert.ok(box.height < 60, `${width}: one row`);
    assert.ok(row.length >= (width < 800 ? 3 : 5), `${width}: ${row}`);
    assert.equal(row[0], "/1493/nu");
    await checkAccessible(page);
    let rest = [];
    if (await more(page).isVisible()) {
      await more(page).click();
      await page.locator(".site-nav .menu-body").waitFor();
      rest = await seen(page, ".menu-body a");
      await checkAccessible(page, { except: ["target-size"] }); // the open menu lies over what is below it
      await checkFits(page);
      await page.shot(`nav-${width}${dark ? "-dark" : ""}`);
    }
    assert.equal(new Set([...row, ...rest]).size, row.length + rest.length, `${width}: each once`);
    whole.add([...row, ...rest].join());
    await page.context().close();
  }
  assert.equal(whole.size, 1); // the same ones, in the same order
  browser.checkQuiet();
});

test("by keyboard: opened, walked, shut with Escape; and Mer is marked when one is there", async () => {
  const page = await open("/1493/importera");
  assert.match(await more(page).getAttribute("class"), /current|here-to/);
  await more(page).focus();
  await page.keyboard.press("Enter");
  await page.locator(".site-nav .menu-body").waitFor();
  await page.keyboard.press("Tab");
  const [first] = await seen(page, ".menu-body a");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), first);
  await page.keyboard.press("Escape");
  await page.locator(".site-nav .menu-body").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.context().close();
});

test("without script; and who needs little has no menu", async () => {
  const page = await open("/1493/nu", { script: false });
  await more(page).click();
  await next(page, () => page.locator('.site-nav .menu-body a[href="/1493/installningar"]').click());
  assert.equal(new URL(page.url()).pathname, "/1493/installningar");
  await page.context().close();
  const narrow = await open("/1493/nu", { who: "politician", width: 320 }); // a long name of a role
  await checkFits(narrow);
  await narrow.context().close();
  const little = await open("/1493/rapportera", { who: "reporter", width: 1280 });
  assert.equal(await more(little).filter({ visible: true }).count(), 0);
  assert.equal((await seen(little, "> li > a"))[0], "/1493/rapportera");
  await little.context().close();
});
