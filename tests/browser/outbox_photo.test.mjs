// SPDX-License-Identifier: AGPL-3.0-or-later
// Photos that wait in a telephone, in a real browser: chosen without a network, kept as blobs, sent after
// their report, told in words whatever comes of them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { plain, SECRET, telephone } from "../scenario/photos.mjs";
import { checkAccessible, checkFits, kept, launch, logIn, next } from "./lib.mjs";

const REPORTER = "bovard.1493@example.se", GUARD = "vaktare.1493@example.se";
let server, browser, cookies, coordinator;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  await switchTo("1");
  browser = await launch();
  cookies = await logIn(server, REPORTER);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const switchTo = async (value) =>
  coordinator.submitOk(await coordinator.get("/1493/installningar/bilder"), "/bilder", { photos: value });
const found = async (text) => (await coordinator.get(
  `/api/v1/1493/events?size=200&text=${encodeURIComponent(text)}`)).json().events;
/** The photos of the one event with that text: their lines. */
async function shown(text) {
  const [event, ...more] = await found(text);
  assert.ok(event && !more.length, `${text}: one report`);
  const page = await coordinator.get(`/1493/handelser/${event.id}`);
  return [...page.text.matchAll(/<img src="(\/1493\/bilder\/[0-9a-f-]{36})" alt="([^"]*)"/g)].map(([, , alt]) => alt);
}
const box = (page) => page.locator("[data-outbox]");
const said = (page) => page.locator("[data-outbox-said]");
const jpeg = (buffer) => ({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer });

const ready = (page) => page.locator("[data-photos][data-ready]").waitFor();

async function open({ worker = false, offline = false, who = cookies, path = "/1493/rapportera", init, ...options } = {}) {
  const page = await browser.page({ cookies: who, width: 390, height: 844, ...options });
  if (init) await page.addInitScript(init);
  await page.goto(server.url + path);
  if (worker) await kept(page, "photo");
  if (offline) await page.context().setOffline(true);
  await ready(page);
  return page;
}
async function choose(page, ...files) {
  const before = await page.locator("[data-photo-list] .photo").count();
  await page.locator("input[name=photos]").setInputFiles(files);
  await page.locator("[data-photo-list] .photo").nth(before + files.length - 1).waitFor();
}
async function fill(page, text, { when } = {}) {
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  if (when) await page.fill("#f-when", when);
  await page.fill("#f-place", "Mariestad");
  await page.fill("#f-text", text);
}
const send = (page) => page.getByRole("button", { name: "Skicka rapporten" }).click();
const empty = (page) => box(page).waitFor({ state: "hidden" });
const waits = (page, words = /^1 rapport väntar/) => box(page).getByText(words).waitFor();
/** What the telephone holds: [reports, photos, the text of the photos' bytes]. */
const stored = (page) => page.evaluate(async () => {
  const db = await new Promise((done) => { indexedDB.open("samsyn").onsuccess = (e) => done(e.target.result); });
  const all = (name) => new Promise((done) => { db.transaction(name).objectStore(name).getAll().onsuccess = (e) => done(e.target.result); });
  const [reports, photos] = [await all("report"), await all("photo")];
  const texts = await Promise.all(photos.map(async (p) => new TextDecoder("latin1").decode(await p.blob.arrayBuffer())));
  db.close();
  return [reports.length, photos.length, texts.join("")];
});

test("without a network: place and time from the photo, both wait, and both are sent", async () => {
  const page = await open({ worker: true });
  await page.context().setOffline(true);
  await page.reload(); // the form that is kept
  await ready(page);
  await page.getByText("Utan nät: rapporten väntar").waitFor();
  await choose(page, jpeg(telephone()), jpeg(plain));
  await page.locator("[data-photo-said]", { hasText: /Platsen togs ur bilden: 58[.,]71/ }).waitFor();
  assert.equal(await page.inputValue("[name=when]"), "14 januari 2026 kl. 22.40");
  await page.getByLabel("Vad syns på bilden?").first().fill("Porten");
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.fill("#f-text", "nätbild ett");
  await page.shot("outbox-photo-form-390");
  await send(page);
  await waits(page);
  await box(page).getByText("2 bilder följer med.").waitFor();
  assert.equal(await page.locator("[data-photo-list] .photo").count(), 0, "the form is ready for the next");
  const [reports, photos, text] = await stored(page);
  assert.deepEqual([reports, photos], [1, 2]);
  for (const word of [SECRET, "Exif", "2026:01"]) assert.ok(!text.includes(word), word);
  await page.shot("outbox-photo-waits-390");
  await checkAccessible(page);
  await checkFits(page);
  await page.reload(); // as a browser that is opened again
  await box(page).getByText("2 bilder följer med.").waitFor();
  await page.context().setOffline(false);
  await said(page).getByText(/^Skadegörelse: Mottagen \d\d\.\d\d, kvitto/).waitFor();
  for (const n of [1, 2]) await said(page).getByText(new RegExp(`^Bild ${n} till Skadegörelse: Mottagen`)).waitFor();
  await page.getByText("Nätet är tillbaka.").waitFor();
  await empty(page);
  await page.shot("outbox-photo-received-390");
  assert.deepEqual((await shown("nätbild ett")).map((alt) => alt === "Porten"), [true, false]);
  assert.deepEqual((await stored(page)).slice(0, 2), [0, 0]);
  await page.context().close();
  browser.checkQuiet();
});

test("with a network the receipt comes at once, and its page sends the photo", async () => {
  const page = await open();
  await choose(page, jpeg(plain));
  await fill(page, "nätbild två");
  await page.route("**/rapportera/bilder/*", (route) => route.abort());
  await send(page);
  await page.waitForURL(/kvitto/);
  await box(page).getByText("Rapporten är mottagen. Bilden väntar i telefonen. Telefonen når inte Samsyn").waitFor();
  await page.shot("outbox-photo-receipt-390");
  await checkAccessible(page);
  await checkFits(page);
  await page.unroute("**/rapportera/bilder/*");
  await page.getByRole("button", { name: "Skicka nu" }).click();
  await said(page).getByText(/^Bild 1 till Skadegörelse, Mariestad: Mottagen/).waitFor();
  await empty(page);
  assert.equal((await shown("nätbild två")).length, 1);
  await page.context().close();
});

test("a report that has to be mended brings its photos to the page where it is mended", async () => {
  const page = await open({ worker: true });
  await page.context().setOffline(true);
  await choose(page, jpeg(plain));
  await page.getByLabel("Vad syns på bilden?").fill("Rutan");
  await fill(page, "nätbild tre", { when: "nångång" });
  await send(page);
  await waits(page);
  await page.context().setOffline(false);
  await box(page).getByText(/Behöver rättas: .*nångång/).waitFor();
  await next(page, () => box(page).getByRole("button", { name: /^Rätta/ }).click());
  await page.locator("[data-photo-list] .photo").waitFor();
  assert.equal(await page.getByLabel("Vad syns på bilden?").inputValue(), "Rutan");
  await page.fill("#f-when", "i natt");
  await page.getByLabel("Vad syns på bilden?").fill("En krossad ruta");
  await send(page);
  await page.waitForURL(/kvitto/);
  await said(page).getByText(/^Bild 1 .*Mottagen/).waitFor();
  assert.deepEqual(await shown("nätbild tre"), ["En krossad ruta"]);
  await page.context().close();
});

const fullForPhotos = () => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value) {
    if (value.blob) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value);
  };
};

test("a telephone without room for the photo keeps the report, says so, and sends the photo from the page", async () => {
  const page = await open({ init: fullForPhotos });
  await page.context().setOffline(true);
  await choose(page, jpeg(plain));
  await fill(page, "nätbild fyra");
  await send(page);
  await said(page).getByText(/telefonen har inte plats för alla bilder/).waitFor();
  await box(page).getByText(/stäng den inte förrän bilden är skickad/).waitFor();
  assert.deepEqual((await stored(page)).slice(0, 2), [1, 0]);
  await checkAccessible(page);
  await page.shot("outbox-photo-full-390");
  await page.context().setOffline(false);
  await said(page).getByText(/^Bild 1 .*Mottagen/).waitFor();
  await empty(page);
  assert.equal((await shown("nätbild fyra")).length, 1);
  await choose(page, jpeg(plain)); // and with a network it is all sent before the page is left
  await fill(page, "nätbild fem");
  await send(page);
  await page.waitForURL(/kvitto/);
  assert.equal((await shown("nätbild fem")).length, 1);
  await page.context().close();
});

test("a browser without a database sends the report and the photo from the page", async () => {
  const page = await open({ init: () => {
    IDBFactory.prototype.open = () => { throw new DOMException("no", "SecurityError"); };
  } });
  await choose(page, jpeg(plain));
  await fill(page, "nätbild sex");
  await send(page);
  await page.waitForURL(/kvitto/);
  assert.equal((await shown("nätbild sex")).length, 1);
  await page.context().close();
});

test("photos that are switched off meanwhile: the report is sent, the photo is told of, saved and removed", async () => {
  const page = await open({ worker: true });
  await page.context().setOffline(true);
  await choose(page, jpeg(plain));
  await fill(page, "nätbild sju");
  await send(page);
  await waits(page);
  await switchTo("0");
  await page.context().setOffline(false);
  await box(page).getByText("Kommunen tar inte emot bilder längre. Rapporten är skickad utan bilden.").waitFor();
  await switchTo("1");
  await said(page).getByText(/Den skickas av sig själv/).waitFor({ state: "detached" });
  assert.equal((await shown("nätbild sju")).length, 0);
  await checkAccessible(page);
  await page.shot("outbox-photo-off-390");
  const [download] = await Promise.all([page.waitForEvent("download"),
    box(page).getByRole("button", { name: /^Spara bilden/ }).click()]);
  assert.equal((await readFile(await download.path())).readUInt16BE(0), 0xffd8);
  await box(page).getByRole("button", { name: /^Ta bort/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Ta bort" }).click();
  await empty(page);
  await page.context().close();
});

test("somebody else on the same telephone does not see it; the file carries the photos", async () => {
  const page = await open({ worker: true, who: await logIn(server, REPORTER) });
  await page.context().setOffline(true);
  await choose(page, jpeg(plain));
  await fill(page, "nätbild åtta");
  await send(page);
  await waits(page);
  const [download] = await Promise.all([page.waitForEvent("download"),
    page.getByRole("button", { name: "Spara mina osända rapporter som fil" }).click()]);
  const file = await download.path();
  await page.context().clearCookies({ name: "samsyn" });
  await page.context().addCookies((await logIn(server, GUARD)).filter((c) => c.name === "samsyn"));
  await page.context().setOffline(false);
  await page.goto(`${server.url}/1493/rapportera`);
  await box(page).getByText(/1 rapport som någon annan har skrivit/).waitFor();
  await ready(page);
  assert.equal(await page.locator("[data-photo-list] .photo").count(), 0);
  assert.equal((await found("nätbild åtta")).length, 0);
  const desk = await open({ who: await logIn(server, "samordnare@example.se"), width: 1280 });
  await desk.getByText("Läs in osända rapporter från en fil").click();
  await desk.locator("#f-outbox-file").setInputFiles(file);
  await said(desk).getByText(/läst in ur filen: 1 rapport och 1 bild\./).waitFor();
  await said(desk).getByText(/^Bild 1 .*Mottagen/).waitFor();
  await empty(desk);
  assert.equal((await shown("nätbild åtta")).length, 1);
  await desk.context().close();
  await page.context().close();
});

test("a telephone of an older version brings its waiting reports along", async () => {
  const page = await browser.page({ cookies, width: 390 });
  await page.goto(`${server.url}/health`);
  const csrf = (await (await page.request.get(`${server.url}/1493/rapportera/utkorg`)).json()).csrf;
  await page.evaluate((owner) => new Promise((done) => {
    const asked = indexedDB.open("samsyn", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("report", { keyPath: "id" }).put({ id: "019a0000-0000-7000-8000-000000000001", owner,
        url: "/1493/rapportera", kind: "one", title: "Skadegörelse", about: "Mariestad", written: Date.now() - 60_000,
        fields: [["main", "damage"], ["when_pick", "nyss"], ["place", "Mariestad"], ["text", "gammal väntan"]],
        tries: 3, next: 0, state: "waiting", reason: "offline", problems: [] });
      asked.result.createObjectStore("meta", { keyPath: "key" });
    };
    asked.onsuccess = () => (asked.result.close(), done());
  }), csrf.split(".").at(-1));
  await page.goto(`${server.url}/1493/rapportera`);
  await said(page).getByText(/^Skadegörelse: Mottagen/).waitFor();
  assert.equal((await found("gammal väntan")).length, 1);
  assert.deepEqual((await stored(page)).slice(0, 2), [0, 0]);
  await page.context().close();
});

test("several events without a network: more lines than the form came with", async () => {
  const page = await open({ worker: true });
  await page.context().setOffline(true);
  await page.goto(`${server.url}/1493/rapportera/flera`);
  const more = page.getByRole("button", { name: "Fem rader till" });
  await page.selectOption("[name=type-5]", "litter");
  await more.click();
  await page.getByText("Händelse 10", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), "type-6");
  assert.equal(await page.inputValue("[name=type-6]"), "", "nothing of the line before");
  await checkAccessible(page);
  await page.selectOption("[name=type-10]", "damage");
  await page.fill("[name=when-10]", "0130");
  await page.fill("[name=place-10]", "Mariestad");
  await page.fill("[name=text-10]", "tionde raden");
  await page.selectOption("[name=type-5]", "");
  await page.getByRole("button", { name: "Skicka alla" }).click();
  await waits(page);
  await page.context().setOffline(false);
  await said(page).getByText(/Mottagen/).waitFor();
  assert.equal((await found("tionde raden")).length, 1);
  await more.click();
  await more.click();
  await more.waitFor({ state: "hidden" });
  await page.context().close();
  browser.checkQuiet();
  await browser.checkHtml();
});
