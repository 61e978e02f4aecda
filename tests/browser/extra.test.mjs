// SPDX-License-Identifier: AGPL-3.0-or-later
// What goes wrong in other programs, in a real browser: two who write at once, an organisation that leaves, a
// municipality that joins with words of its own, the nights when clocks change, files of every writing of å, ä and
// ö, and a phone with hardly any network.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { hands } from "../scenario/inbox.mjs";
import { samsynOk, startServer, totp } from "../scenario/lib.mjs";
import { counted, launch, logIn, next } from "./lib.mjs";

const PHONE = { width: 390, height: 844 };
const COORDINATOR = "samordnare@example.se", REPORTER = "bovard.1493@example.se", OTHER = "korgstol vinterdag tall";
let server, browser, h;
const cookies = {};

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  h = await hands(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(email, path, options = {}) {
  cookies[email] ??= await logIn(server, email);
  const page = await browser.page({ cookies: cookies[email], ...options });
  await page.goto(server.url + path);
  return page;
}
const main = async (page) => (await page.locator("main").innerText()).replace(/[\s\u00a0\u202f]+/g, " ");
const press = (page, name) => next(page, () => page.getByRole("button", { name }).first().click());
const done = (...pages) => Promise.all(pages.map((page) => page.context().close()));

test("two coordinators write in the same picture: nobody's words are lost, and both are shown", async () => {
  const first = await open(COORDINATOR, "/1493/nu");
  await counted(first);
  const area = await first.locator('main a[href*="/omraden/"]').first().getAttribute("href");
  const second = await open(COORDINATOR, area);
  await first.goto(server.url + area);
  const write = async (page, level, words) => {
    await page.locator(`input[name="level"][value="${level}"]`).focus();
    await page.keyboard.press("Space");
    await page.fill('[name="reason"]', words);
    await press(page, "Spara nivån");
  };
  await write(first, 3, "Den ena skrev om bryggan");
  await first.getByText("Nivån är sparad.").waitFor();
  await write(second, 2, "Den andra skrev om torget");
  await second.getByText("Den ena skrev om bryggan").first().waitFor();
  assert.equal(await second.inputValue('[name="reason"]'), "Den andra skrev om torget", "what one writes stays in the field");
  assert.equal(await second.locator('input[name="level"]:checked').inputValue(), "2");
  await second.shot("extra-two-picture");
  await first.goto(server.url + area);
  assert.equal(await first.inputValue('[name="reason"]'), "Den ena skrev om bryggan", "and what the other saved is saved");
  await press(second, "Spara nivån"); // now with the other's words in sight
  await second.getByText("Nivån är sparad.").waitFor();
  await second.goto(server.url + area);
  for (const words of ["Den ena skrev om bryggan", "Den andra skrev om torget"]) await second.getByText(words).first().waitFor();
  await done(first, second);
  browser.checkQuiet();
});

test("an organisation leaves: its own in one press, its data stay, its people are out", async () => {
  const email = "handlare.1493@example.se", word = "avskedsord";
  const trader = await server.logIn(email);
  await h.report(trader, { description: word });
  const theirs = await open(email, "/1493/rapportera", PHONE);
  const page = await open(COORDINATOR, "/1493/installningar/organisationer");
  await next(page, () => page.getByRole("link", { name: /^Exempelhandlarna/ }).click());
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /CSV/ }).click()]);
  const rows = [];
  for await (const part of await file.createReadStream()) rows.push(part);
  assert.ok(Buffer.concat(rows).toString("utf8").includes(word));
  await page.shot("extra-leaves");
  await page.getByRole("button", { name: "Låt organisationen vila" }).click();
  await next(page, () => page.getByRole("dialog").getByRole("button", { name: "Låt organisationen vila" }).click());
  await theirs.goto(`${server.url}/1493/rapportera`);
  assert.equal(await theirs.locator("form[data-report]").count(), 0, "who is logged in is out at once");
  await theirs.shot("extra-leaves-phone");
  const events = await page.request.get(`${server.url}/1493/handelser.json?text=${word}`);
  assert.equal((await events.json()).events.length, 1);
  await page.goto(`${server.url}/1493/handelser?text=${word}`);
  await page.getByText(word).first().waitFor();
  await done(page, theirs);
  browser.checkQuiet();
});

/** Somebody new, with what the role asks for before anything else. */
async function ownFactor(email) {
  const client = server.client();
  await client.submitOk(await client.get("/logga-in"), "/logga-in", { email, password: OTHER });
  const page = await client.get("/konto/tvafaktor"), secret = /value="((?:[A-Z2-7]{4} ?){8})"/.exec(page.text)[1];
  assert.equal((await client.submit(page, "/konto/tvafaktor", { code: totp(secret) })).status, 200);
  cookies[email] = [...client.cookies].map(([name, value]) => ({ name, value, url: server.url }));
}

test("a municipality joins with words of its own, and the others keep theirs", async () => {
  const admin = await open("system@example.se", "/0000/installningar/kommuner/1495"), email = "samordnare.1495@example.se";
  await press(admin, /Slå på kommunen/);
  await done(admin);
  await samsynOk(["account", "add", ...server.place.args, "--name", "Ny Samordnare", "--role", "prevention_coordinator",
    "--municipality", "1495", email], { input: `${OTHER}\n` });
  await ownFactor(email);
  const page = await open(email, "/1495/installningar/handelsetyper/damage");
  await page.getByLabel(/Ert eget namn/).fill("Vandalisering");
  await press(page, "Spara ändringen");
  await page.goto(`${server.url}/1495/installningar/handelsetyper/rumour`);
  await page.getByText("Dölj typen när någon skriver en ny händelse").click();
  await press(page, "Spara ändringen");
  await page.goto(`${server.url}/1495/rapportera`);
  await page.getByRole("radio", { name: "Vandalisering" }).click();
  assert.equal(await page.locator('input[name="main"][value="rumour"]').count(), 0);
  await page.fill("#f-place", "Skara");
  await page.fill("#f-text", "egetord");
  await page.shot("extra-own-words");
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/\/rapportera\/kvitto\//);
  assert.match(await main(page), /Vandalisering/);
  await page.goto(`${server.url}/1495/handelser`);
  await page.getByRole("link", { name: "Vandalisering" }).first().waitFor();
  const answer = await page.request.get(`${server.url}/1495/handelser.json`);
  assert.deepEqual((await answer.json()).events.map((e) => e.type), ["damage"], "the code is the country's");
  const beside = await open(COORDINATOR, "/1493/rapportera");
  await beside.getByRole("radio", { name: "Skadegörelse" }).waitFor();
  assert.equal(await beside.locator('input[name="main"][value="rumour"]').count(), 1);
  assert.equal((await beside.request.get(`${server.url}/1495/handelser`)).status(), 403, "and it is not theirs to read");
  await done(page, beside);
  browser.checkQuiet();
});

/** What is said of an event on the receipt, in the list and on its own page. */
async function shown(page, word, { receipt, list }) {
  assert.match(await main(page), receipt);
  await page.goto(`${server.url}/1493/handelser?text=${encodeURIComponent(word)}`);
  await page.locator(".said", { hasText: /^1 händelse/ }).waitFor();
  assert.match(await main(page), list);
}

test("in the nights when the clocks change, form, receipt, list, map and hours of the week say what was meant", async () => {
  const page = await open(COORDINATOR, "/1493/rapportera", PHONE);
  const send = async (when, word) => {
    await page.goto(`${server.url}/1493/rapportera`);
    await page.getByRole("radio", { name: "Skadegörelse" }).click();
    await page.fill("#f-when", when);
    await page.fill("#f-place", "Exempelparken");
    await page.fill("#f-text", word);
    await page.getByRole("button", { name: "Skicka rapporten" }).click();
    await page.waitForURL(/\/rapportera\/kvitto\//);
  };
  for (const [when, word, receipt, list] of [
    ["26 oktober 2025 00.30-02.30", "klockord höst", /26 oktober 2025 kl\. 00\.30–02\.30 sommartid/, /26 okt\. (2025 )?00\.30 ?– ?02\.30 sommartid/],
    ["26 oktober 2025 02.30 vintertid", "klockord igen", /26 oktober 2025 kl\. 02\.30 vintertid/, /26 okt\. (2025 )?02\.30 vintertid/],
    ["29 mars 2026 00.30-02.30", "klockord vår", /29 mars 2026 kl\. 00\.30–03\.30/, /29 mars (2026 )?00\.30 ?– ?03\.30/], // 02.30 was never: two hours later it was 03.30
  ]) {
    await send(when, word);
    await shown(page, word, { receipt, list });
    await page.shot(`extra-clock-${word.replace(/\W+/g, "-")}`);
    await page.getByRole("link", { name: "Skadegörelse" }).first().click();
    await page.waitForURL(/\/handelser\/[0-9a-f-]{36}/);
    assert.match(await main(page), receipt);
    const id = /[0-9a-f-]{36}/.exec(page.url())[0], before = await h.one(id);
    await page.goto(`${server.url}/1493/handelser/${id}/redigera`);
    await page.fill("#f-text", `${word} ändrad`);
    await press(page, /^Spara/); // the time is not touched
    const after_ = await h.one(id);
    assert.deepEqual([after_.occurred_from, after_.occurred_to, after_.description],
      [before.occurred_from, before.occurred_to, `${word} ändrad`]);
    assert.equal((Date.parse(before.occurred_to) - Date.parse(before.occurred_from)) / 3600_000, word === "klockord igen" ? 0 : 2);
    await page.goto(`${server.url}/1493/handelser/${id}/redigera`);
    await page.fill("#f-when", await page.inputValue("#f-when") + " "); // as it stands, written anew
    await press(page, /^Spara/);
    assert.equal((await h.one(id)).occurred_from, before.occurred_from);
  }
  // A span counts in each hour it may have been in: that of spring in no hour 2, which never was, but in hour 3.
  for (const [weekday, hour, n] of [[7, 0, 2], [7, 1, 2], [7, 2, 2], [7, 3, 1], [7, 4, 0]]) {
    const answer = await page.request.get(`${server.url}/1493/handelser.json?text=klockord&weekday=${weekday}&hour=${hour}`);
    assert.equal((await answer.json()).events.length, n, `Sunday, hour ${hour}`);
  }
  await page.goto(`${server.url}/1493/handelser?text=klockord`);
  await page.getByRole("button", { name: "Visa karta" }).or(page.getByRole("link", { name: "Visa karta" })).first().click();
  await page.locator("[data-map][data-drawn], .map[data-drawn]").first().waitFor();
  await page.shot("extra-clock-map");
  browser.checkQuiet();
  await done(page);
});

/** Å, Ä and Ö as files have them. */
const WRITINGS = {
  "UTF-8": (s) => Buffer.from(s), "UTF-8 with a mark": (s) => Buffer.from(`\ufeff${s}`),
  "Windows-1252": (s) => Buffer.from(s, "latin1"), "letters and marks apart": (s) => Buffer.from(s.normalize("NFD")),
};

test("places with Å, Ä and Ö come in as the same places, however the file writes them", async () => {
  const page = await open(COORDINATOR, "/1493/importera"), seen = [];
  const finished = () => page.waitForFunction(() => document.readyState === "complete" && !document.querySelector("progress"));
  for (const [i, [how, write]] of Object.entries(WRITINGS).entries()) {
    const rows = ["Nr;Datum;Tid;Händelse;Plats", `${i}1;2026-06-01;0130;Fönsterkross;Sjötorp`, `${i}2;2026-06-02;2340;Fönsterkross;Björsäter`];
    await page.goto(`${server.url}/1493/importera`);
    await page.setInputFiles("#f-file", { name: "år.csv", mimeType: "text/csv", buffer: write(`${rows.join("\r\n")}\r\n`) });
    await press(page, "Skicka filen");
    const roles = await page.locator("select[name=col]").evaluateAll((all) => all.map((s) => s.selectedOptions[0].textContent.trim()));
    assert.ok(!roles.includes("Används inte"), `${how}: ${roles}`);
    await page.fill("#f-source", `skrift${i}`);
    await press(page, "Fortsätt");
    if (/\/typer$/.test(page.url())) await press(page, "Provkör");
    await finished();
    assert.match(await main(page), /2 skulle bli nya/, how);
    await press(page, "Importera");
    await finished();
    const answer = await page.request.get(`${server.url}/1493/handelser.json?source=skrift${i}`);
    seen.push((await answer.json()).events.map((e) => [e.place_name, e.type, e.precision, e.east, e.north]).sort());
  }
  assert.equal(seen[0].length, 2);
  assert.ok(seen[0].every(([, , precision]) => precision !== "none"), JSON.stringify(seen[0]));
  for (const [i, how] of Object.keys(WRITINGS).entries()) assert.deepEqual(seen[i], seen[0], how);
  await page.goto(`${server.url}/1493/handelser?source=skrift3`);
  await page.getByText("Björsäter").first().waitFor();
  await page.shot("extra-letters");
  await done(page);
  browser.checkQuiet();
});

test("a phone at 2G: the page works, says what happens, and the report comes through once", async () => {
  const page = await open(REPORTER, "/1493/rapportera", PHONE);
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 800, downloadThroughput: 6_250,
    uploadThroughput: 6_250, connectionType: "cellular2g" }); // 50 kbit/s each way
  await page.reload();
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.fill("#f-place", "Mariestad");
  await page.fill("#f-text", "långsamord");
  const button = page.getByRole("button", { name: "Skicka rapporten" });
  await button.click();
  const said = page.getByText("Skickar …").first();
  await said.waitFor();
  const { y, height } = await said.boundingBox();
  assert.ok(y >= 0 && y + height <= PHONE.height, `that it is being sent stands at ${y}, out of sight`);
  await button.click({ noWaitAfter: true, timeout: 2_000 }).catch(() => {}); // pressed again all the same
  await page.shot("extra-2g");
  await page.waitForURL(/\/rapportera\/kvitto\//);
  assert.match(await main(page), /Mottagen/);
  assert.equal(await h.count("långsamord"), 1);
  await done(page);
  browser.checkQuiet();
});
