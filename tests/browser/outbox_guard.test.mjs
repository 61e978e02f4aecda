// SPDX-License-Identifier: AGPL-3.0-or-later
// Free words that point at somebody, in a telephone without a network: marked, explained and taken away
// before the report is kept, as with a network.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startCutter } from "../scenario/cutter.mjs";
import { startServer } from "../scenario/lib.mjs";
import { plain } from "../scenario/photos.mjs";
import { checkAccessible, checkFits, kept, launch, logIn, next } from "./lib.mjs";

const REPORTER = "bovard.1493@example.se", COORDINATOR = "samordnare@example.se";
let server, browser, cookies, coordinator;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn(COORDINATOR);
  await coordinator.submitOk(await coordinator.get("/1493/installningar/bilder"), "/bilder", { photos: "1" });
  browser = await launch();
  cookies = await logIn(server, REPORTER);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const found = async (text) => (await coordinator.get(
  `/api/v1/1493/events?size=200&text=${encodeURIComponent(text)}`)).json().events;
const box = (page) => page.locator("[data-outbox]");
const said = (page) => page.locator("[data-outbox-said]");
const marked = (page) => page.locator(".look:not([hidden])");
const send = (page) => page.getByRole("button", { name: "Skicka rapporten" }).click();
const waits = (page, words = /^1 rapport väntar/) => box(page).getByText(words).waitFor();
/** Nothing is kept: the page says why instead. */
const stopped = (page) => marked(page).getByText(/^Rapporten är inte skickad än\./).first().waitFor();
const inTelephone = (page) => page.evaluate(async () => {
  const db = await new Promise((done) => { indexedDB.open("samsyn").onsuccess = (e) => done(e.target.result); });
  const n = await new Promise((done) => { db.transaction("report").objectStore("report").count().onsuccess = (e) => done(e.target.result); });
  db.close();
  return n;
});

/** What was looked through is taken away again a moment after the marks are shown. */
const nothingKept = async (page) => {
  while (await inTelephone(page)) await page.evaluate(() => new Promise(requestAnimationFrame));
};

/** The form as a telephone without a network shows it. */
async function open({ url = server.url, who = cookies, guard = true, path = "/1493/rapportera", ...options } = {}) {
  const page = await browser.page({ cookies: who.map((c) => ({ ...c, url })), width: 390, height: 844, ...options });
  await page.goto(`${url}/1493/rapportera`);
  await kept(page, guard ? "guard" : null);
  await page.context().setOffline(true);
  await page.goto(url + path);
  await page.locator("form[data-outbox-form]").waitFor();
  return page;
}
async function fill(page, text) {
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.fill("#f-place", "Mariestad");
  await page.fill("#f-text", text);
}

test("a name and a flat are marked while one writes, stop the sending, and go by one press", async () => {
  const page = await open();
  await fill(page, "Kalle Karlsson i lgh 1203 gjorde det, källarord");
  await marked(page).locator("mark", { hasText: "Kalle Karlsson" }).waitFor();
  await send(page);
  await stopped(page);
  assert.equal(await page.evaluate(() => document.activeElement.matches(".look")), true);
  await nothingKept(page);
  assert.equal(await page.locator("[name=keep_reason]").count(), 0, "not theirs to decide");
  await checkAccessible(page);
  await checkFits(page);
  await page.shot("outbox-guard-390");
  await page.getByRole("button", { name: "Ta bort de markerade orden" }).click();
  await marked(page).waitFor({ state: "detached" });
  assert.equal(await page.inputValue("#f-text"), "i gjorde det, källarord");
  await page.fill("#f-text", "Någon gjorde det, källarord");
  await send(page);
  await waits(page);
  await page.context().setOffline(false);
  await said(page).getByText(/Mottagen \d\d\.\d\d, kvitto/).waitFor();
  assert.deepEqual((await found("källarord")).map((e) => e.description), ["Någon gjorde det, källarord"]);
  await page.context().close();
  browser.checkQuiet();
});

test("one mark at a time, also when the text has been changed since it was drawn", async () => {
  const page = await open();
  await fill(page, "Kalle Karlsson och Maria Svensson, styckord");
  await marked(page).locator("mark").nth(1).waitFor();
  await page.evaluate(() => { // as when it is written and pressed within a moment
    const field = document.querySelector("#f-text");
    field.value = `Igen: ${field.value}`;
  });
  await page.getByRole("button", { name: "Ta bort: Maria Svensson" }).click();
  assert.equal(await page.inputValue("#f-text"), "Igen: Kalle Karlsson och , styckord");
  await page.getByRole("button", { name: "Ta bort: Kalle Karlsson" }).click();
  assert.equal(await page.inputValue("#f-text"), "Igen: och , styckord");
  await page.context().close();
});

test("the place, the line of a photo, and the lines of several events are looked at too", async () => {
  const page = await open();
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.locator("[data-photos][data-ready]").waitFor({ state: "attached" });
  await page.locator("input[name=photos]").setInputFiles([{ name: "a.jpg", mimeType: "image/jpeg", buffer: plain }]);
  await page.getByLabel("Vad syns på bilden?").fill("Kalle Karlsson vid porten");
  await page.fill("#f-place", "hos Anna Svensson");
  await page.fill("#f-text", "bildord");
  await send(page);
  await stopped(page);
  await marked(page).getByText(/Skriv gatan eller området i stället/).waitFor();
  assert.equal(await marked(page).count(), 2);
  await nothingKept(page);
  await checkAccessible(page);
  await page.shot("outbox-guard-places-390");
  await page.fill("#f-place", "Mariestad");
  await marked(page).getByRole("button", { name: "Ta bort: Kalle Karlsson" }).click();
  await send(page);
  await waits(page);
  await page.goto(`${server.url}/1493/rapportera/flera`);
  await page.selectOption("[name=type-1]", "litter");
  await page.fill("[name=when-1]", "0130");
  await page.fill("[name=place-1]", "Mariestad");
  await page.fill("[name=text-1]", "radord ett, ring 070-123 45 67");
  await page.selectOption("[name=type-2]", "damage");
  await page.fill("[name=when-2]", "0230");
  await page.fill("[name=place-2]", "samma som nyss");
  await page.fill("[name=text-2]", "radord två, det var Kalle Karlsson");
  await page.getByRole("button", { name: "Skicka alla" }).click();
  await stopped(page);
  assert.equal(await marked(page).count(), 2);
  await page.getByRole("button", { name: "Fem rader till" }).click();
  await page.getByText("Händelse 10", { exact: true }).waitFor();
  assert.equal(await marked(page).count(), 2, "nothing is marked in new lines");
  await checkAccessible(page);
  await page.shot("outbox-guard-many-390");
  await page.getByRole("button", { name: "Ta bort: 070-123 45 67" }).click();
  await page.getByRole("button", { name: "Ta bort: Kalle Karlsson" }).click();
  await page.getByRole("button", { name: "Skicka alla" }).click();
  await waits(page, /^2 rapporter väntar/);
  await page.goto(`${server.url}/1493/rapportera/inget`); // says nothing of anybody
  await page.getByRole("button", { name: "Skicka: inget har hänt" }).click();
  await waits(page, /^3 rapporter väntar/);
  await page.context().setOffline(false);
  await box(page).waitFor({ state: "hidden" });
  assert.equal((await found("bildord")).length, 1);
  assert.deepEqual((await found("radord")).map((e) => e.description).sort(), ["radord ett, ring", "radord två, det var"]);
  await page.context().close();
  browser.checkQuiet();
});

test("whoever may let words stand says why, without a network too", async () => {
  const page = await open({ who: await logIn(server, COORDINATOR) });
  await fill(page, "Konsten av Kalle Karlsson är nedklottrad, skälord");
  await send(page);
  await marked(page).getByText(/skriv här nedanför varför/).waitFor();
  await page.fill("[name=keep_reason]", "Ring Anna Svensson");
  await send(page);
  await marked(page).locator("mark", { hasText: "Anna Svensson" }).waitFor();
  await nothingKept(page);
  await checkAccessible(page);
  await page.shot("outbox-guard-keep-390");
  await page.fill("[name=keep_reason]", "Konstnärens namn står på skylten");
  await send(page);
  await waits(page);
  assert.equal(await page.locator("[name=keep_reason]").count(), 0, "the next report is another");
  await page.context().setOffline(false);
  await said(page).getByText(/Mottagen/).waitFor();
  assert.equal((await found("skälord")).length, 1);
  await page.context().close();
});

test("what looks for persons never came: the form says so, the report waits, and the server looks", async () => {
  const way = await startCutter(server.url, (request) => (/^\/_\/guard\./.test(request.url) ? "before" : null));
  const page = await open({ url: way.url, guard: false });
  await fill(page, "Kalle Karlsson gjorde det, blindord");
  await page.getByText(/den delen har inte hunnit hämtas/).waitFor();
  await checkAccessible(page);
  await checkFits(page);
  await page.shot("outbox-guard-blind-390");
  await send(page);
  await waits(page);
  await page.getByText(/den delen har inte hunnit hämtas/).waitFor({ state: "hidden" });
  await page.context().setOffline(false);
  await box(page).getByText(/Behöver rättas: .*peka ut en person/).waitFor();
  assert.equal((await found("blindord")).length, 0);
  await page.context().close();
  await way.close();
});

test("shut off while the rules are on their way: the report is kept, and the next page sends it", async () => {
  const page = await browser.page({ cookies, width: 390, height: 844 });
  await page.route("**/never", () => {});
  await page.goto(`${server.url}/1493/rapportera`);
  await page.evaluate(() => { document.querySelector("[data-look]").dataset.script = "/never"; });
  await fill(page, "avstängdord");
  await send(page);
  while (!(await inTelephone(page))) await page.evaluate(() => new Promise(requestAnimationFrame));
  const later = await page.context().newPage();
  await page.close();
  await later.goto(`${server.url}/1493/rapportera`);
  await said(later).getByText(/Mottagen/).waitFor();
  assert.equal((await found("avstängdord")).length, 1);
  await later.context().close();
});

test("what a newer server finds is shown at the report, mended and sent", async () => {
  const page = await open();
  await page.evaluate(async () => { // rules of last year
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (/\/_\/guard\./.test(request.url))
          await cache.put(request, new Response("export const guardFind = () => [];", { headers: { "Content-Type": "text/javascript" } }));
    }
  });
  await page.reload();
  await fill(page, "Kalle Karlsson gjorde det, nyord");
  await send(page);
  await waits(page);
  await page.context().setOffline(false);
  await box(page).getByText(/Behöver rättas: .*peka ut en person/).waitFor();
  await next(page, () => box(page).getByRole("button", { name: /^Rätta/ }).click());
  await page.locator("[data-look-said] mark", { hasText: "Kalle Karlsson" }).waitFor();
  assert.equal(await page.inputValue("#f-text"), "Kalle Karlsson gjorde det, nyord");
  await page.fill("#f-text", "Någon gjorde det, nyord");
  await send(page);
  await page.waitForURL(/kvitto/);
  assert.equal((await found("nyord")).length, 1);
  await page.context().close();
});

test("a slow answer: the button under the thumb says that it is being sent, until the receipt has come", async () => {
  let on;
  const until = new Promise((done) => (on = done));
  const page = await browser.page({ cookies, width: 360, height: 640, dark: true });
  await page.goto(`${server.url}/1493/rapportera`);
  await page.route("**/utkorg", (route) => until.then(() => route.continue()));
  await fill(page, "långsamord");
  await send(page);
  await page.locator("form .send").getByRole("button", { name: "Skickar …" }).waitFor();
  await said(page).getByText(/sparad i telefonen och skickas\. Det går långsamt/).waitFor();
  await page.shot("outbox-slow-360");
  on();
  await page.waitForURL(/kvitto/);
  assert.equal((await found("långsamord")).length, 1);
  await page.context().close();
});

test("with a network the same words stop the same report, and are said once", async () => {
  const page = await browser.page({ cookies, width: 390, height: 844 });
  await page.goto(`${server.url}/1493/rapportera`);
  await fill(page, "Kalle Karlsson gjorde det, nätvaktsord");
  await marked(page).locator("mark").waitFor();
  await send(page);
  await stopped(page);
  await page.locator("form[data-report]").evaluate((form) => form.submit()); // as without script
  await page.locator(".error-summary").waitFor();
  await marked(page).locator("mark", { hasText: "Kalle Karlsson" }).waitFor();
  assert.equal(await page.locator("form mark").count(), 1);
  await page.context().close();
  browser.checkQuiet();
  await browser.checkHtml();
});
