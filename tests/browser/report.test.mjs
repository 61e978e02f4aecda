// SPDX-License-Identifier: AGPL-3.0-or-later
// Reporting in a real browser: with a thumb, without script, by keyboard, with and without a position.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, openSlowly, reach } from "./lib.mjs";

const HERE = { longitude: 13.82319, latitude: 58.697866, accuracy: 12 }; // Mariestad
let server, browser, cookies;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "bovard.1493@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies, width: 390, height: 844, ...options });
  if (options.at) {
    await page.context().grantPermissions(["geolocation"], { origin: server.url });
    await page.context().setGeolocation(options.at);
  }
  await page.goto(server.url + path);
  return page;
}

/** What a finger does, counted. */
function fingers(page) {
  let taps = 0;
  return { tap: async (what) => { taps++; await what.click(); }, taps: () => taps };
}

const value = (page, name) => page.inputValue(`[name="${name}"]`);

/* Every page by itself, at 320 px too: pages.test.mjs. */
test("the pages look well on a phone and a screen, by night and by day", async () => {
  for (const [width, dark] of [[390, true], [1280, false]]) {
    for (const path of ["", "/inget", "/flera"]) {
      const page = await open(`/1493/rapportera${path}`, { width, dark });
      await checkFits(page);
      await page.shot(`report${path.replace("/", "-")}-${width}`);
      await page.context().close();
    }
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("a report takes three taps at most, and the place is the phone's own", async () => {
  const page = await open("/1493/rapportera", { at: HERE }), hand = fingers(page);
  await hand.tap(page.getByRole("radio", { name: "Skadegörelse" }));
  await hand.tap(page.getByRole("radio", { name: "I natt" }));
  await page.locator("[data-here]", { hasText: /Din plats: .+\(± 12 m\)/ }).waitFor();
  await page.shot("report-picked-390");
  await checkAccessible(page);
  await checkFits(page);
  await hand.tap(page.getByRole("button", { name: "Skicka rapporten" }));
  await page.waitForURL(/\/rapportera\/kvitto\//);
  assert.ok(hand.taps() <= 3, `${hand.taps()} taps`);
  assert.match(await page.locator("main").innerText(), /Mottagen/);
  await page.getByRole("link", { name: /En till/ }).click();
  await page.waitForURL(/som=/);
  const [east, north] = [Number(await value(page, "east")), Number(await value(page, "north"))];
  assert.ok(Math.abs(east - 431800) < 3 && Math.abs(north - 6507010) < 3, `${east} ${north}`);
  assert.equal(await page.getByRole("radio", { name: "Skadegörelse" }).isChecked(), true);
  await page.context().close();
  browser.checkQuiet();
});

test("a script that comes late moves nothing", async () => {
  for (const path of ["", "?som=x", "/inget", "/flera"]) {
    const page = await browser.page({ cookies, width: 390, height: 844 });
    const come = await openSlowly(page, `${server.url}/1493/rapportera${path}`);
    const tops = () => page.locator("main label, main button, footer").evaluateAll((all) => all
      .filter((node) => node.checkVisibility({ visibilityProperty: true }))
      .map((node) => `${node.textContent.trim()} ${Math.round(node.getBoundingClientRect().top)}`));
    const before = await tops();
    await come();
    const after_ = await tops();
    for (const one of before) if (!/utseende/.test(one)) assert.ok(after_.includes(one), `${path}: ${one}: ${after_.join(", ")}`);
    await page.context().close();
  }
});

test("only what is needed next is shown, and a choice can be changed", async () => {
  const page = await open("/1493/rapportera");
  const send = page.getByRole("button", { name: "Skicka rapporten" });
  assert.equal(await send.isVisible(), false);
  await page.getByRole("radio", { name: "Trafik" }).click();
  assert.equal(await send.isVisible(), true);
  assert.equal(await page.locator(".tile:visible").count(), 1);
  assert.deepEqual(await page.locator("#f-detail optgroup").evaluateAll((g) => g.map((x) => x.label)), ["Trafik"]);
  await page.getByRole("button", { name: "Välj något annat" }).click();
  assert.equal(await page.locator(".tile:visible").count(), 8);
  await page.getByText("Något annat", { exact: true }).click();
  await page.locator("label", { hasText: /^Brand$/ }).click();
  assert.equal(await send.isVisible(), true);
  assert.equal(await page.locator("label", { hasText: /^Brand$/ }).isVisible(), true);
  await page.context().close();
});

test("arrows pass over the choices, and the same one can be chosen again", async () => {
  const page = await open("/1493/rapportera");
  const send = page.getByRole("button", { name: "Skicka rapporten" });
  await page.getByRole("radio", { name: "Skadegörelse" }).focus();
  await page.keyboard.press("Space");
  for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("radio", { name: "Narkotika" }).isChecked(), true);
  assert.equal(await page.locator(".tile:visible").count(), 8, "nothing goes away under the keys");
  assert.equal(await send.isVisible(), true);
  await page.getByRole("radio", { name: "Trafik" }).click();
  await page.getByRole("button", { name: "Välj något annat" }).click();
  await page.getByRole("radio", { name: "Trafik" }).click();
  assert.equal(await page.locator(".tile:visible").count(), 1);
  assert.equal(await send.isVisible(), true);
  await page.context().close();
});

test("a point that came with the page is said, and goes when a place is written", async () => {
  const page = await open("/1493/rapportera", { at: HERE });
  await page.getByRole("radio", { name: "Trafik" }).click();
  await page.locator("[data-here]", { hasText: /Din plats/ }).waitFor();
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.getByRole("link", { name: /En till/ }).click();
  await page.locator("[data-here]", { hasText: /Vald plats: .+/ }).waitFor();
  await page.locator("#f-place").fill("Lyrestad");
  assert.equal(await value(page, "east"), "");
  await page.context().close();
});

test("what is wrong is in sight, also before anything is chosen", async () => {
  const page = await open("/1493/rapportera");
  await page.locator("form[data-report]").evaluate((form) => form.submit());
  await page.getByRole("link", { name: /Skriv var det hände/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "place");
  await page.context().close();
});

test("a written place goes before the phone's, and an unsure position is none", async () => {
  const page = await open("/1493/rapportera", { at: HERE });
  await page.getByRole("radio", { name: "Trafik" }).click();
  const here = page.locator("[data-here]");
  await here.getByText(/Din plats/).waitFor();
  await page.locator("#f-place").fill("Mariestad");
  assert.equal(await value(page, "east"), "");
  assert.equal(await here.getByText(/Din plats/).count(), 0);
  await page.locator("#f-place").fill("");
  await page.context().setGeolocation({ ...HERE, accuracy: 900 });
  await here.getByRole("button").click();
  await here.getByText(/vet inte säkert/).waitFor();
  assert.equal(await value(page, "east"), "");
  await page.context().setGeolocation(HERE);
  await here.getByRole("button").click();
  await here.getByText(/Din plats/).waitFor();
  await here.getByRole("button", { name: "Ta bort platsen" }).click();
  assert.equal(await value(page, "east"), "");
  await page.context().close();
});

test("the first visit is light: no map, no names until they are asked for", async () => {
  const page = await browser.page({ cookies, width: 390, height: 844 });
  const client = await page.context().newCDPSession(page);
  let bytes = 0;
  await client.send("Network.enable");
  client.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
  await page.goto(`${server.url}/1493/rapportera`, { waitUntil: "networkidle" });
  assert.ok(bytes > 1000 && bytes <= 150_000, `${bytes} bytes`);
  assert.equal(await page.evaluate(() => performance.getEntriesByType("resource")
    .filter((r) => /\/map[.-]/.test(r.name)).length), 0);
  await page.getByRole("radio", { name: "Trafik" }).click();
  await page.getByText("Välj på karta").click();
  await page.locator("#karta-plats[data-drawn]").waitFor();
  await page.locator("#karta-plats canvas").focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("[name=east]").value !== "");
  await page.context().close();
  browser.checkQuiet();
});

for (const script of [true, false])
  test(`by keyboard alone, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/1493/rapportera", { script });
    await reach(page.getByRole("radio", { name: "Nedskräpning" }));
    await page.keyboard.press("Space");
    await reach(page.locator("#f-place"));
    await page.keyboard.type("Mariestad");
    await reach(page.getByRole("button", { name: "Skicka rapporten" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/rapportera\/kvitto\//);
    await page.goto(`${server.url}/1493/rapportera/inget`);
    await reach(page.getByRole("radio", { name: "I dag" }));
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/rapportera\/kvitto\//);
    await page.context().close();
  });
