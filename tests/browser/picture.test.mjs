// SPDX-License-Identifier: AGPL-3.0-or-later
// Läget in a real browser: what was found, in the list and on the map.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, counted, launch, logIn, next } from "./lib.mjs";

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const FOUND = `/1493/laget?from=${day(60)}&to=${day(31)}`; // exercise data has planted some
const NONE = `/1493/laget?from=${day(380)}&to=${day(375)}`;
let server, browser, cookies;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = (options) => browser.page({ cookies, ...options });

/** Places have been looked for, and the map of them is drawn. */
async function drawn(page) {
  await counted(page);
  await page.locator("[data-map]").scrollIntoViewIfNeeded();
  await page.waitForSelector("[data-map][data-drawn]");
}

test("what was found is on the map with the numbers of the list, on a phone and a screen, light and dark", async () => {
  for (const [width, dark] of [[390, false], [390, true], [1280, false], [1280, true]]) {
    const page = await open({ width, dark });
    await page.goto(server.url + FOUND);
    await drawn(page);
    await page.waitForSelector(".map-number");
    const listed = await page.locator("li[id^=fynd-]").count();
    const shown = await page.locator(".map-number").allTextContents();
    assert.ok(listed > 0);
    assert.deepEqual([...new Set(shown)].sort(), Array.from({ length: listed }, (_, i) => String(i + 1)));
    await checkAccessible(page);
    await checkFits(page);
    await page.shot(`picture-${width}-${dark ? "dark" : "light"}`);
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("a place on the map leads to its line in the list, by the keyboard too", async () => {
  const page = await open({});
  await page.goto(server.url + FOUND);
  await drawn(page);
  const box = await page.locator("[data-map]").boundingBox();
  const mark = await page.locator(".map-number").first().boundingBox();
  await page.mouse.click(mark.x + mark.width / 2, mark.y + mark.height / 2);
  const link = page.locator(".maplibregl-popup a[href^='#fynd-']").first();
  await link.waitFor();
  assert.match(await link.textContent(), /^\d\. .+/);
  const to = (await link.getAttribute("href")).slice(1);
  await link.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((id) => document.activeElement.id === id, to); // with the next frame
  assert.ok(box.width > 300);
  await page.context().close();
  browser.checkQuiet();
});

test("what has not been found yet has room on the page", async () => {
  const looking = '<h2 id="sticker-ut">Platser som sticker ut</h2><p class="sentence" data-again>Samsyn räknar vidare.</p>';
  for (const [width, height] of [[390, 844], [1280, 900]]) {
    const page = await open({ width, height });
    let first = true, go;
    const measured = new Promise((resolve) => (go = resolve));
    await page.route(/\/laget\?/, async (route) => { // as it is when the server still counts
      const answer = await route.fetch();
      if (!first) await measured;
      const body = (await answer.text()).replace(/<div data-part="spots".*?(?=<div class="map-part")/s,
        `<div data-part="spots" class="awaited">${looking}</div>`);
      await route.fulfill({ response: answer, ...(first && { body }) });
      first = false;
    });
    await page.goto(server.url + FOUND);
    const top = (what) => page.evaluate((one) => document.querySelector(one).getBoundingClientRect().top, what);
    await page.locator("#sticker-ut").evaluate((node) => node.scrollIntoView());
    const [spots, rest] = [await top("#sticker-ut"), await top("[data-part=rest]")];
    assert.ok(rest >= height * 0.9, `${rest}`);
    go();
    await page.waitForSelector("#fynd-1");
    const kept = await top("#sticker-ut");
    assert.ok(Math.abs(kept - spots) < 1, `${kept}, was ${spots}`);
    const now = await top("[data-part=rest]");
    assert.ok(now >= rest, `${now} after ${rest}`);
    await page.context().close();
  }
});

test("another period takes away what was found before, and brings it back", async () => {
  const page = await open({});
  await page.goto(server.url + NONE);
  await drawn(page);
  assert.equal(await page.locator(".map-number").count(), 0);
  assert.equal(await page.locator(".found-key").count(), 0);
  await page.evaluate((days) => {
    window.sameOne = true;
    const form = document.querySelector("form[data-live]");
    for (const [name, date] of Object.entries(days))
      date.split("-").forEach((part, i) => {
        form.elements[`${name}-${["year", "month", "day"][i]}`].value = String(Number(part));
      });
    form.requestSubmit();
  }, { from: day(60), to: day(31) });
  await page.waitForSelector(".map-number");
  assert.equal(await page.evaluate(() => window.sameOne), true);
  await page.context().close();
  browser.checkQuiet();
});

test("without script and without the map the list says it all", async () => {
  const page = await open({ script: false });
  await page.goto(server.url + FOUND);
  await page.locator("#fynd-1 a", { hasText: "Undersök i Analys" }).waitFor(); // it loads itself until it has counted
  assert.ok(await page.locator("#fynd-1 a", { hasText: "Så räknas det" }).count() === 1);
  await page.locator("#fynd-1 a", { hasText: "Undersök i Analys" }).focus();
  await next(page, () => page.keyboard.press("Enter"));
  assert.match(page.url(), /\/1493\/analys\?question=/);
  await page.context().close();
});

test("several municipalities stand side by side, on a phone and a screen, light and dark", async () => {
  for (const [width, dark] of [[320, false], [390, true], [1280, false], [1280, true]]) {
    const page = await open({ width, dark });
    await page.goto(`${server.url}/mina-kommuner`);
    await page.waitForFunction(() => !document.querySelector("[data-again]"));
    assert.equal(await page.locator("section[aria-labelledby^=k-]").count(), 3);
    await checkAccessible(page);
    await checkFits(page);
    await page.shot(`joint-${width}-${dark ? "dark" : "light"}`);
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});
