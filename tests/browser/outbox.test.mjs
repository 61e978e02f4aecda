// SPDX-License-Identifier: AGPL-3.0-or-later
// Reports without a network, in a real browser at the size of a phone: nothing is lost, nothing is doubled,
// nobody sees what another has written.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { after, before } from "node:test";
import { PASSWORD } from "../scenario/client.mjs";
import { PLACES, startCutter } from "../scenario/cutter.mjs";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, kept, launch, logIn, next } from "./lib.mjs";

const REPORTER = "bovard.1493@example.se", GUARD = "vaktare.1493@example.se";
let server, browser, cookies, coordinator;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, REPORTER);
  coordinator = await server.logIn("samordnare@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const found = async (text) => (await coordinator.get(
  `/api/v1/1493/events?size=200&text=${encodeURIComponent(text)}`)).json().events;
const box = (page) => page.locator("[data-outbox]");
const said = (page) => page.locator("[data-outbox-said]");
const sendNow = (page) => page.getByRole("button", { name: "Skicka nu" });

/** own: a log-in of its own, that may be ended. */
async function open({ url = server.url, path = "/1493/rapportera", worker = true, own = false, ...options } = {}) {
  const whose = own ? await logIn(server, REPORTER) : cookies;
  const page = await browser.page({ cookies: whose.map((c) => ({ ...c, url })), width: 390, height: 844, ...options });
  await page.goto(url + path);
  if (worker) await kept(page);
  return page;
}

async function fill(page, text, { when } = {}) {
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  if (when) await page.fill("#f-when", when);
  await page.fill("#f-place", "Mariestad");
  await page.fill("#f-text", text);
}
async function write(page, text, options) {
  await fill(page, text, options);
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
}
async function signIn(page, email) {
  await page.fill("#f-email", email);
  await page.fill("#f-password", PASSWORD);
  await next(page, () => page.click("main .actions button[type=submit]"));
}
const waits = (page, n) => box(page).getByText(n === 1 ? /^1 rapport väntar/ : new RegExp(`^${n} rapporter väntar`)).waitFor();
const empty = (page) => box(page).waitFor({ state: "hidden" });

test("without a network a report waits in the telephone, and is sent when there is one", async () => {
  const page = await open();
  await page.context().setOffline(true);
  await write(page, "nätord ett");
  await said(page).getByText(/väntar i telefonen/).waitFor();
  await waits(page, 1);
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-outbox-said")), true);
  assert.equal(await page.inputValue("#f-text"), "", "the form is ready for the next");
  assert.equal(await page.inputValue("[name=east]"), "");
  assert.equal((await found("nätord")).length, 0);
  const context = page.context();
  const again = await context.newPage(); // the browser is opened again, and there is still no network
  await page.close();
  await again.goto(`${server.url}/`);
  assert.equal(new URL(again.url()).pathname, "/1493/rapportera");
  await waits(again, 1);
  await write(again, "nätord två");
  await waits(again, 2);
  await again.getByRole("link", { name: "Inget att rapportera" }).click();
  await again.locator("label", { hasText: /^I dag$/ }).click();
  await again.getByRole("button", { name: "Skicka: inget har hänt" }).click();
  await waits(again, 3);
  await again.goto(`${server.url}/1493/rapportera/flera`);
  await again.selectOption("[name=type-1]", "litter");
  await again.fill("[name=when-1]", "0130");
  await again.fill("[name=place-1]", "Mariestad");
  await again.fill("[name=text-1]", "nätord tre");
  await again.fill("[name=when-2]", "0230");
  await again.selectOption("[name=type-2]", "damage");
  await again.fill("[name=text-2]", "nätord fyra");
  await again.getByRole("button", { name: "Skicka alla" }).click();
  await waits(again, 4);
  await context.setOffline(false);
  await empty(again);
  await said(again).getByText(/Mottagen \d\d\.\d\d, kvitto [0-9a-f]{12}/).nth(3).waitFor(); // one for each
  assert.equal((await found("nätord")).length, 4);
  await context.close();
  browser.checkQuiet();
});

test("with a network it leads to the receipt, as without script", async () => {
  const page = await open({ worker: false });
  await write(page, "direktord");
  await page.waitForURL(/\/rapportera\/kvitto\//);
  assert.match(await page.locator("main").innerText(), /Mottagen .*kvitto/);
  await page.goto(`${server.url}/1493/rapportera`);
  assert.equal(await box(page).isVisible(), false);
  assert.equal((await found("direktord")).length, 1);
  await page.context().close();
  browser.checkQuiet();
});

test("each request in turn is cut before, during and after the server has taken it", async () => {
  let hits, place;
  const way = await startCutter(server.url, (request) => {
    if (!/rapportera(\/utkorg)?$/.test(request.url) || !/json/.test(request.headers.accept)) return null;
    return hits-- === 0 ? place : null;
  });
  const page = await open({ url: way.url });
  const wanted = [];
  for (const nth of [0, 1]) // whose session it is; the report
    for (place of PLACES) {
      const text = `snittord ${nth} ${place}`;
      hits = nth;
      wanted.push(text);
      await write(page, text);
      await waits(page, 1);
      await sendNow(page).click();
      await empty(page);
    }
  assert.equal(way.cuts, wanted.length);
  assert.deepEqual((await found("snittord")).map((e) => e.description).sort(), wanted.sort());
  await page.context().close();
  await way.close();
  browser.checkQuiet();
});

test("a session that has ended: the report waits, the person is told, and after the log-in it is sent", async () => {
  const page = await open();
  await page.context().clearCookies({ name: "samsyn" });
  await write(page, "utloggad ord");
  await waits(page, 1);
  await box(page).getByText(/Du är utloggad/).waitFor();
  await checkAccessible(page);
  await page.shot("outbox-login-390");
  await next(page, () => box(page).getByRole("link", { name: "Logga in" }).click());
  await signIn(page, REPORTER);
  await said(page).getByText(/Mottagen/).waitFor();
  assert.equal((await found("utloggad ord")).length, 1);
  await page.context().close();
});

test("somebody else on the same telephone neither sees nor sends it; whoever wrote it finds it again", async () => {
  const page = await open({ own: true });
  await page.route("**/utkorg", (route) => route.abort());
  await write(page, "hemligord");
  await waits(page, 1);
  await page.locator(".menu summary").first().click();
  await page.getByRole("button", { name: "Logga ut" }).click();
  await page.getByRole("dialog").getByText(/ligger kvar i telefonen/).waitFor();
  await checkAccessible(page);
  await page.shot("outbox-logout-390");
  await next(page, () => page.getByRole("button", { name: "Logga ut ändå" }).click());
  await page.unroute("**/utkorg");
  await page.goto(`${server.url}/logga-in?till=/1493/rapportera`);
  await signIn(page, GUARD);
  await box(page).getByText(/1 rapport som någon annan har skrivit/).waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /hemligord|Mariestad, skriven/);
  assert.equal(await sendNow(page).isVisible(), false);
  await write(page, "vaktensord");
  await page.waitForURL(/kvitto/);
  assert.equal((await found("hemligord")).length, 0);
  await page.locator(".menu summary").first().click();
  await next(page, () => page.getByRole("button", { name: "Logga ut" }).click());
  await page.goto(`${server.url}/logga-in?till=/1493/rapportera`);
  await signIn(page, REPORTER);
  await said(page).getByText(/Mottagen/).waitFor(); // the box is not there either before the page has looked
  await empty(page);
  const [event] = await found("hemligord"), [other] = await found("vaktensord");
  assert.ok(event && event.organisation !== other.organisation, "each as whoever wrote it");
  await page.context().close();
});

test("logged out and without a network nothing is offered that could not be kept", async () => {
  const page = await open({ own: true });
  await page.locator(".menu summary").first().click();
  await next(page, () => page.getByRole("button", { name: "Logga ut" }).click());
  await page.context().setOffline(true);
  await page.goto(`${server.url}/1493/rapportera`);
  await said(page).getByText(/Du är utloggad i den här telefonen/).waitFor();
  assert.equal(await page.locator("form[data-report]").isVisible(), false);
  await page.context().close();
});

test("what the server will not take is shown at the report, mended, and sent once", async () => {
  const page = await open();
  await page.context().setOffline(true);
  await write(page, "rättord", { when: "nångång" });
  await waits(page, 1);
  await page.context().setOffline(false);
  await box(page).getByText(/Behöver rättas: .*nångång/).waitFor();
  await checkAccessible(page);
  await checkFits(page);
  await page.shot("outbox-problem-390");
  await next(page, () => box(page).getByRole("button", { name: /^Rätta/ }).click());
  assert.equal(await page.inputValue("#f-text"), "rättord");
  assert.equal(await page.inputValue("#f-when"), "nångång");
  assert.equal(await box(page).isVisible(), false, "it is the one that is being mended");
  await page.fill("#f-when", "i går 22.30");
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  await page.goto(`${server.url}/1493/rapportera`);
  assert.equal(await box(page).isVisible(), false);
  assert.equal((await found("rättord")).length, 1);
  await page.context().close();
});

test("with a network what is wrong is shown in the form at once", async () => {
  const page = await open({ worker: false });
  await fill(page, "formord", { when: "nångång" });
  await next(page, () => page.getByRole("button", { name: "Skicka rapporten" }).click());
  assert.match(await page.locator(".error-summary").innerText(), /Vi förstår inte ”nångång”/);
  await page.fill("#f-when", "i natt");
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  assert.equal((await found("formord")).length, 1);
  await page.context().close();
});

test("413, 429 and 5xx: the report waits, the words say why, and it is sent in the end", async () => {
  for (const [status, words] of [[413, /för stor/], [429, /skickas mycket/], [500, /kunde inte ta emot/], [503, /kunde inte ta emot/]]) {
    const page = await open({ worker: false });
    await page.route(/\/rapportera$/, (route) => (route.request().method() === "POST" ? route.fulfill({ status,
      contentType: "application/problem+json", body: JSON.stringify({ status, code: "X", title: "X" }) }) : route.continue()));
    await write(page, `felord ${status}`);
    await waits(page, 1);
    await box(page).getByText(words).waitFor();
    await page.unroute(/\/rapportera$/);
    await sendNow(page).click();
    await empty(page);
    assert.equal((await found(`felord ${status}`)).length, 1);
    await page.context().close();
  }
});

test("a telephone that is full keeps what was written on the page, and sends it as soon as it can", async () => {
  const page = await open({ worker: false });
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
  });
  await page.context().setOffline(true);
  await write(page, "fullord");
  await said(page).getByText(/har inte plats/).waitFor();
  assert.equal(await page.inputValue("#f-text"), "fullord");
  assert.equal(await page.getByRole("radio", { name: "Skadegörelse" }).isChecked(), true);
  await page.shot("outbox-full-390");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  assert.equal((await found("fullord")).length, 1);
  await page.context().close();
});

test("a telephone that becomes full while a report is looked through loses nothing when the page is closed", async () => {
  const page = await open({ worker: false });
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, ...rest) {
      if (value?.fields && !value.late) throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, ...rest);
    };
  });
  await page.context().setOffline(true);
  await write(page, "trångtord");
  await said(page).getByText(/har inte plats/).waitFor();
  await page.context().setOffline(false);
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  while ((await found("trångtord")).length === 0) await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal((await found("trångtord")).length, 1);
  await page.context().close();
});

test("a browser without a database of its own sends from the page, and says that it cannot keep", async () => {
  const page = await open({ worker: false, path: "/health" });
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException("no", "SecurityError"); };
  });
  await page.goto(`${server.url}/1493/rapportera`);
  await page.context().setOffline(true);
  await write(page, "privatord");
  await said(page).getByText(/kan inte spara/).waitFor();
  assert.equal(await page.inputValue("#f-text"), "privatord");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  assert.equal((await found("privatord")).length, 1);
  await page.context().close();
});

for (const locks of [true, false])
  test(`several windows at once send each report once, ${locks ? "with" : "without"} locks of the browser`, async () => {
    const first = await open(), context = first.context(), posts = [];
    if (!locks) await context.addInitScript(() => delete Navigator.prototype.locks);
    context.on("request", (r) => r.method() === "POST" && posts.push(new URLSearchParams(r.postData()).get("id")));
    const pages = [first, await context.newPage(), await context.newPage()];
    for (const page of pages) await page.goto(`${server.url}/1493/rapportera`);
    assert.equal(await first.evaluate(() => Boolean(navigator.locks)), locks);
    await context.setOffline(true);
    for (const n of [1, 2, 3]) {
      await write(first, `fönsterord ${locks} ${n}`);
      await waits(first, n);
    }
    for (const page of pages) await waits(page, 3); // they tell each other
    await context.setOffline(false);
    await Promise.all(pages.map((page) => page.evaluate(() => dispatchEvent(new Event("online")))));
    for (const page of pages) await empty(page);
    assert.equal((await found(`fönsterord ${locks}`)).length, 3);
    assert.equal(posts.length, new Set(posts).size, "no report was sent twice");
    await context.close();
  });

test("pressed twice, and sent again from a page one came back to, it is one report", async () => {
  const page = await open({ worker: false });
  await fill(page, "dubbelord");
  await page.evaluate(() => {
    const form = document.querySelector("form[data-report]");
    form.requestSubmit();
    form.requestSubmit();
  });
  await page.waitForURL(/kvitto/);
  assert.equal((await found("dubbelord")).length, 1);
  await page.context().close();
});

test("unsent reports as a file: a coordinator reads it in, and nothing is doubled", async () => {
  const page = await open();
  await page.context().setOffline(true);
  await write(page, "filord ett");
  await waits(page, 1);
  await write(page, "filord två");
  await waits(page, 2);
  const [download] = await Promise.all([page.waitForEvent("download"),
    page.getByRole("button", { name: "Spara mina osända rapporter som fil" }).click()]);
  assert.match(download.suggestedFilename(), /^samsyn-\d{4}-\d\d-\d\d\.json$/);
  const file = await download.path();
  assert.match(await readFile(file, "utf8"), /filord ett/);
  const desk = await browser.page({ cookies: await logIn(server, "samordnare@example.se"), width: 1280 });
  await desk.goto(`${server.url}/1493/rapportera`);
  await desk.getByText("Läs in osända rapporter från en fil").click();
  const read = (what) => desk.locator("#f-outbox-file").setInputFiles(what);
  await read({ name: "a.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await said(desk).getByText(/Filen går inte att läsa/).waitFor();
  await read(file);
  await said(desk).getByText(/Mottagen/).nth(1).waitFor();
  await empty(desk);
  assert.equal((await found("filord")).length, 2);
  await read(file);
  await said(desk).getByText(/läst in ur filen: 2 rapporter\./).waitFor();
  await empty(desk);
  await page.context().setOffline(false);
  await box(page).getByText(/finns redan hos kommunen/).first().waitFor();
  for (const left of [1, 0]) {
    await box(page).getByRole("button", { name: /^Ta bort/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Ta bort" }).click();
    if (left) await waits(page, left);
  }
  await empty(page);
  assert.equal((await found("filord")).length, 2);
  await desk.context().close();
  await page.context().close();
});

test("what the telephone keeps of pages is nobody's, and a new worker lets nothing old live", async () => {
  const page = await open();
  const stored = () => page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        all.push([name, new URL(request.url).pathname, await (await cache.match(request)).text()]);
    }
    return all;
  });
  const before = await stored();
  const csrf = await page.locator("form[data-logout] [name=csrf]").inputValue();
  const name = (await page.locator(".menu .account").first().innerText()).trim();
  for (const [, path, text] of before) for (const secret of [csrf, name, REPORTER])
    assert.equal(text.includes(secret), false, `${path} holds ${secret}`);
  assert.equal(new Set(before.map(([cache]) => cache)).size, 1);
  await page.evaluate(async () => {
    const [name] = await caches.keys();
    const old = await caches.open("samsyn-of-last-year");
    await old.put("/1493/rapportera/utan-nat", new Response("<p>förra årets sida"));
    await old.put("/lang", new Response("sv"));
    await caches.delete(name);
    await (await navigator.serviceWorker.getRegistration()).unregister();
  });
  await page.reload();
  await page.evaluate(async () => {
    while (await caches.has("samsyn-of-last-year")) await new Promise(requestAnimationFrame);
  });
  await kept(page);
  for (const [, path, text] of await stored()) assert.equal(text.includes("förra årets"), false, path);
  await page.context().close();
});

test("the first visit with all that is kept for later is light", async () => {
  let bytes = 0;
  const way = await startCutter(server.url, () => null);
  way.sent = (n) => (bytes += n);
  const page = await open({ url: way.url });
  assert.ok(bytes > 50_000 && bytes <= 150_000, `${bytes} bytes`);
  await page.context().close();
  await way.close();
});

test("reports that wait: accessible, and fit, on a phone and a screen, light and dark, by keyboard", async () => {
  for (const [width, dark] of [[320, false], [390, true], [1280, false]]) {
    const page = await open({ width, dark });
    await page.context().setOffline(true);
    await page.getByRole("radio", { name: "Skadegörelse" }).focus();
    await page.keyboard.press("Space");
    await page.fill("#f-when", "nångång");
    await page.locator("#f-place").focus();
    await page.keyboard.type("Mariestad");
    await page.keyboard.press("Enter");
    await waits(page, 1);
    await checkAccessible(page);
    await checkFits(page);
    await page.shot(`outbox-waits-${width}`);
    await page.reload();
    await waits(page, 1);
    await checkAccessible(page);
    await checkFits(page);
    await page.shot(`outbox-kept-${width}`);
    for (const path of ["/inget", "/flera"]) {
      await page.goto(`${server.url}/1493/rapportera${path}`);
      await waits(page, 1);
      await checkAccessible(page);
      await checkFits(page);
    }
    await page.goto(`${server.url}/1493/rapportera`);
    await page.context().setOffline(false);
    await box(page).getByRole("button", { name: /^Rätta/ }).waitFor();
    await box(page).getByRole("button", { name: /^Ta bort/ }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await box(page).getByRole("button", { name: /^Rätta/ }).focus();
    await next(page, () => page.keyboard.press("Enter"));
    await page.locator(".error-summary").waitFor();
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});
