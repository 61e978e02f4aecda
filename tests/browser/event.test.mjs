// SPDX-License-Identifier: AGPL-3.0-or-later
// Händelser in a real browser: with script, without, by keyboard, on a phone, in the dark.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, openSlowly } from "./lib.mjs";

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

test("list, form and one event are accessible and fit, on a phone and a screen, light and dark", async () => {
  for (const [width, dark] of [[390, false], [1280, true]]) {
    const page = await open({ width, dark });
    await page.goto(`${server.url}/1493/handelser?type=damage`);
    const row = await page.locator("#lista tbody a").first().getAttribute("href");
    for (const address of ["/1493/handelser?type=damage", "/1493/handelser?text=finnsinte", row,
      "/1493/handelser/ny", "/1493/handelser?from=2026-13-40"]) {
      await page.goto(server.url + address);
      await checkAccessible(page);
      await checkFits(page);
    }
    await page.shot(`event-form-${width}`);
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("what points at a person is told while one writes, and goes with a button", async () => {
  const page = await open({ width: 390 });
  await page.goto(`${server.url}/1493/handelser/ny`);
  const box = page.locator("[data-look]");
  assert.equal(await box.isVisible(), false);
  await page.locator("#f-text").fill("Rutan krossades. Det var Exempla Påhittsson, tel 070-123 45 67, som såg det.");
  await box.waitFor();
  assert.deepEqual(await box.locator("mark").allTextContents(), ["Exempla Påhittsson", "070-123 45 67"]);
  await checkAccessible(page);
  await checkFits(page);
  await page.shot("event-look-390");
  await box.locator("button").first().press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-look] mark").length === 1);
  assert.equal(await page.locator("#f-text").inputValue(),
    "Rutan krossades. Det var , tel 070-123 45 67, som såg det.");
  await box.locator("button").first().click();
  await box.waitFor({ state: "hidden" });
  await page.context().close();
  browser.checkQuiet();
});

test("heads of the list stand on one line, with an order or without", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/handelser?type=damage`);
  const lines = await page.locator("#lista thead th").evaluateAll((all) => all.map((head) => {
    const words = document.createRange();
    words.selectNodeContents(document.createTreeWalker(head, NodeFilter.SHOW_TEXT).nextNode());
    return Math.round(words.getBoundingClientRect().bottom);
  }));
  assert.ok(lines.length >= 4);
  assert.ok(Math.max(...lines) - Math.min(...lines) <= 1, String(lines));
  await page.context().close();
});

test("a filter renews the list and the address without loading the page", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/handelser`);
  await page.evaluate(() => (window.sameOne = true));
  await page.selectOption("#f-type", "damage.graffiti");
  await page.waitForFunction(() => document.querySelector(".said").textContent.includes("klotter"));
  assert.equal(await page.evaluate(() => window.sameOne), true);
  assert.match(page.url(), /type=damage\.graffiti/);
  await page.context().close();
});

test("the way back leads to what was shown before", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/handelser?type=damage`);
  const said = page.locator(".said");
  const before = await said.innerText();
  await page.locator("#f-text").fill("ruta");
  await page.keyboard.press("Enter");
  await page.waitForURL(/text=ruta/);
  await page.locator(".said", { hasText: "ruta" }).waitFor();
  await page.goBack();
  await page.waitForFunction((text) => document.querySelector(".said").innerText === text, before);
  assert.equal(new URL(page.url()).search, "?type=damage");
  await page.context().close();
});

test("with script only the chosen kind's details are offered", async () => {
  const page = await open({ width: 390 });
  await page.goto(`${server.url}/1493/handelser/ny`);
  assert.equal(await page.locator("#f-detail").isVisible(), false);
  await page.locator("label", { hasText: /^Nedskräpning$/ }).click();
  assert.deepEqual(await page.locator("#f-detail optgroup").evaluateAll((g) => g.map((x) => x.label)),
    ["Nedskräpning"]);
  for (const kind of [/^Skadegörelse$/, /^Nedskräpning$/, /^Skadegörelse$/]) {
    await page.locator("label", { hasText: kind }).click();
    assert.equal(await page.inputValue("#f-detail"), "", "nobody chose a detail");
  }
  await page.context().close();
});

test("a script that comes late moves nothing in the form", async () => {
  for (const width of [390, 1280]) {
    const page = await open({ width });
    const come = await openSlowly(page, `${server.url}/1493/handelser/ny`);
    const tops = () => page.locator("main label, main button, footer").evaluateAll((all) => all
      .filter((node) => node.checkVisibility()).map((node) => Math.round(node.getBoundingClientRect().top)));
    const before = await tops();
    await come();
    assert.deepEqual(await tops(), before);
    await page.context().close();
  }
});

test("a report can be made without script and without a mouse", async () => {
  const page = await open({ width: 390, script: false });
  await page.goto(`${server.url}/1493/handelser/ny`);
  await page.getByLabel("Skadegörelse", { exact: true }).focus();
  await page.keyboard.press("Space");
  await page.locator("#f-when").focus();
  await page.keyboard.type("i natt");
  await page.locator("#f-place").focus();
  await page.keyboard.type("Mariestad");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/kvitto$/);
  assert.match(await page.locator("main").innerText(), /Mottagen/);
  await page.context().close();
});

test("names of places are offered while one writes", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/handelser/ny`);
  await page.locator("#f-place").pressSequentially("mari");
  await page.waitForFunction(() => document.querySelectorAll("datalist option").length > 0);
  assert.equal(await page.locator("datalist option").first().getAttribute("value"), "Mariestad");
  await page.context().close();
});
