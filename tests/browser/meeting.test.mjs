// SPDX-License-Identifier: AGPL-3.0-or-later
// A whole meeting in a real browser: by keyboard alone, without script, on a phone and on a shared screen.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "../scenario/client.mjs";
import { execute } from "../scenario/database.mjs";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next, reach } from "./lib.mjs";

const ITEMS = 9; // of the agenda
let server, browser, cookies, second;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
  second = await logIn(server, "samordnare@example.se");
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
/** The meeting of a municipality that the exercise data has planned, opened. */
async function opened(page) {
  await next(page, () => page.locator(".meeting-list a").first().click());
  await next(page, () => page.getByRole("button", { name: "Öppna mötet" }).click());
  return new URL(page.url()).pathname;
}
/** By keyboard: to a field or button, and what is typed or pressed there. */
async function type(page, label, text) {
  await reach(page.getByLabel(label, { exact: label !== "Anteckningar" }).first());
  await page.keyboard.type(text);
}
async function press(page, name, key = "Enter") {
  await reach(page.getByRole("button", { name }).first());
  await next(page, () => page.keyboard.press(key));
}
const heading = (page) => page.locator("#punkt").textContent();

test("the pages are accessible and fit, on a phone and a shared screen, light and dark", async () => {
  const first = await open("/1447/mote");
  await checkAccessible(first);
  await checkFits(first);
  const at = await opened(first);
  await first.context().close();
  const paths = (items) => [...items.map((i) => `${at}?item=${i}`), `${at}/protokoll`];
  for (const path of paths(["attendance", "followup", "levels", "focus", "actions", "tell", "next"])) {
    const page = await open(path, { width: 320 });
    await checkFits(page);
    await page.context().close();
  }
  for (const [i, path] of paths(["followup", "levels", "actions", "tell"]).entries()) {
    const page = await open(path, { dark: true });
    await checkAccessible(page);
    await page.shot(`meeting-${i}-dark`);
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("a whole meeting by keyboard alone, with one key for an action", async () => {
  const page = await open("/1493/mote");
  await page.locator(".meeting-list a").first().focus();
  await next(page, () => page.keyboard.press("Enter"));
  await press(page, "Öppna mötet");
  await page.getByText(/min kvar av mötet/).waitFor();
  await press(page, /Här Kommunpolis/, "Space");
  assert.equal(await page.getByRole("button", { name: /Här Kommunpolis/ }).getAttribute("aria-pressed"), "true");
  await press(page, "Klar: gå till Uppföljning");
  const row = page.locator("[data-tick]").first();
  const id = await row.getAttribute("id");
  await row.getByRole("button").first().focus();
  await next(page, () => page.keyboard.press("k"));
  await page.locator(`#${id} button[data-key=k][aria-pressed=true]`).waitFor();
  await page.locator(`#${id} button[data-key=k]`).focus();
  await next(page, () => page.keyboard.press("i"));
  await page.locator(`#${id} button[data-key=i][aria-pressed=true]`).waitFor();
  await type(page, "Anteckningar", "k och i i text är bara bokstäver");
  await press(page, "Klar: gå till Vem behöver påminnas");
  await press(page, "Klar: gå till Vad har förändrats");
  await press(page, "Klar: gå till Nivåer");
  await page.getByRole("radio", { name: "gul" }).focus();
  await page.keyboard.press("Space");
  await type(page, "Varför?", "Mer än vanligt");
  await press(page, /Spara nivån för/);
  await press(page, "Klar: gå till Fokusplatser");
  await press(page, "Klar: gå till Nya åtgärder");
  await type(page, "Problem", "Klotter i gångtunneln");
  await type(page, "Plats", "Exempelparken");
  await type(page, "Åtgärd", "Bättre belysning");
  await page.getByLabel("Ansvarig").focus();
  await page.keyboard.press("ArrowDown");
  await type(page, "Dag", "1");
  await type(page, "Månad", "3");
  await type(page, "År", "2036");
  await press(page, "Besluta åtgärden");
  await page.getByText("Problem: Klotter i gångtunneln").waitFor();
  await press(page, "Klar: gå till Vad berättar vi");
  await press(page, "Klar: gå till Nästa möte");
  await press(page, "Bestäm dagen");
  await page.getByRole("link", { name: "Avsluta mötet" }).focus();
  await next(page, () => page.keyboard.press("Enter"));
  await press(page, "Avsluta och lås anteckningarna");
  await page.getByText("Mötet är avslutat och anteckningarna är låsta.").waitFor();
  await page.getByText("Klotter i gångtunneln").waitFor();
  await page.locator("#ta-bort summary").focus();
  await page.keyboard.press("Enter");
  await type(page, "Ord som ska bort", "gångtunneln");
  await page.getByLabel("Jag vet att orden försvinner för gott").focus();
  await page.keyboard.press("Space");
  await checkAccessible(page);
  await press(page, "Ta bort för gott");
  await page.getByText("Orden är borttagna för gott.").waitFor();
  await page.getByText("Problem: Klotter i [borttaget]").waitFor();
  await page.getByText(/Ord har tagits bort ur anteckningarna/).waitFor();
  await checkFits(page);
  await page.shot("meeting-minutes");
  browser.checkQuiet();
  await page.context().close();
});

test("what the other coordinator writes appears by itself, but never where somebody is writing", async () => {
  const mine = await open("/1473/mote");
  const at = await opened(mine);
  const theirs = await open(`${at}?item=attendance`, { cookies: second });
  const look = () => mine.evaluate(() => dispatchEvent(new Event("focus")));
  await next(theirs, () => theirs.getByRole("button", { name: /^Här/ }).first().click());
  await look();
  await mine.locator(".meeting-people [aria-pressed=true]").first().waitFor();
  await mine.getByLabel("Anteckningar").fill("Jag skriver");
  // a press elsewhere on the page loses nothing, and asks nothing
  await mine.getByLabel("Organisation").fill("Skolan");
  await next(mine, () => mine.getByRole("button", { name: "Lägg till gäster" }).click());
  await mine.getByText("Skolan: 1").waitFor();
  await mine.getByLabel("Organisation").fill("Kyrkan");
  await next(mine, () => mine.getByRole("button", { name: /^Här/ }).last().click());
  await mine.locator(".meeting-people li:last-child [aria-pressed=true]").waitFor();
  assert.equal(await mine.getByLabel("Anteckningar").inputValue(), "Jag skriver");
  assert.equal(await mine.getByLabel("Organisation").inputValue(), "Kyrkan");
  await next(mine, () => mine.getByRole("button", { name: "Lägg till gäster" }).click());
  await mine.getByText("Kyrkan: 1").waitFor();
  await theirs.getByLabel("Anteckningar").fill("Jag hann före");
  await next(theirs, () => theirs.getByRole("button", { name: "Spara anteckningen" }).click());
  await look();
  await mine.getByText("Någon annan har ändrat på sidan").waitFor();
  assert.equal(await mine.getByLabel("Anteckningar").inputValue(), "Jag skriver");
  await next(mine, () => mine.getByRole("button", { name: "Spara anteckningen" }).click());
  await mine.locator(".meeting-theirs").getByText("Jag hann före").waitFor();
  assert.equal(await mine.getByLabel("Anteckningar").inputValue(), "Jag skriver");
  await checkAccessible(mine);
  await mine.shot("meeting-two");
  await next(mine, () => mine.getByRole("button", { name: "Behåll båda texterna" }).click());
  assert.equal(await mine.getByLabel("Anteckningar").inputValue(), "Jag hann före\n\nJag skriver");
  await mine.context().close();
  await theirs.context().close();
});

async function logInAgain(page, email) {
  await page.fill("#f-email", email);
  await page.fill("#f-password", PASSWORD);
  await next(page, () => page.click("main .actions button[type=submit]"));
}

test("a log-in that ends takes nothing that is half-written, and nobody else gets it", async () => {
  const officer = "kommunpolis.1473@example.se";
  await execute(server.place, [`UPDATE membership SET role = 'prevention_coordinator' WHERE municipality_code = '1473'
    AND account_id = (SELECT id FROM account WHERE email = '${officer}')`]);
  const page = await open("/1473/mote", { cookies: [] });
  await logInAgain(page, "samordnare@example.se");
  await next(page, () => page.locator(".meeting-list a").first().click());
  const at = new URL(page.url()).pathname;
  await page.goto(`${server.url}${at}?item=attendance`);
  await page.getByLabel("Anteckningar").fill("Halvskriven anteckning");
  await page.getByLabel("Organisation").fill("Församlingen");
  await page.context().clearCookies({ name: "samsyn" });
  await next(page, () => page.getByRole("button", { name: "Spara anteckningen" }).click());
  await page.getByText("Det du skrev är kvar").waitFor();
  await logInAgain(page, "samordnare@example.se");
  assert.equal(await page.getByLabel("Anteckningar").inputValue(), "Halvskriven anteckning");
  assert.equal(await page.getByLabel("Organisation").inputValue(), "Församlingen");
  await checkAccessible(page);
  await page.shot("meeting-kept");
  // what somebody else does meanwhile renews the page at its own address, and not what came back
  const theirs = await open(`${at}?item=attendance`, { cookies: second });
  await next(theirs, () => theirs.getByRole("button", { name: /^Här/ }).last().click());
  await theirs.context().close();
  const looked = page.waitForResponse((r) => new URL(r.url()).pathname === at);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await looked;
  await page.getByText("Någon annan har ändrat på sidan").waitFor();
  assert.equal(await page.getByLabel("Anteckningar").inputValue(), "Halvskriven anteckning");
  // a press elsewhere keeps it, and then it is saved
  await next(page, () => page.getByRole("button", { name: "Lägg till gäster" }).click());
  await page.getByText("Församlingen: 1").waitFor();
  assert.equal(await page.getByLabel("Anteckningar").inputValue(), "Halvskriven anteckning");
  // the next person in the same tab
  await page.getByLabel("Organisation").fill("Hemligheten");
  await page.context().clearCookies({ name: "samsyn" });
  await next(page, () => page.getByRole("button", { name: "Spara anteckningen" }).click());
  await page.goto(`${server.url}/logga-in`);
  await logInAgain(page, officer);
  await page.goto(`${server.url}${at}?item=attendance`);
  assert.equal(await page.getByLabel("Organisation").inputValue(), "");
  assert.notEqual(await page.getByLabel("Anteckningar").inputValue(), "Halvskriven anteckning");
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((k) => k.endsWith("/lage")).length), 0);
  await page.context().close();
});

test("without script the same meeting goes on, with times on a clock", async () => {
  const page = await open("/1473/mote", { script: false });
  await next(page, () => page.locator(".meeting-list a").first().click());
  await page.getByText(/Mötet slutar \d\d\.\d\d/).waitFor();
  assert.doesNotMatch(await page.locator(".meeting-clock").textContent(), /kvar/);
  for (let i = 0; i < ITEMS - 1; i++) {
    const before = await heading(page);
    await next(page, () => page.getByRole("button", { name: /^Klar: gå till/ }).click());
    assert.notEqual(await heading(page), before);
  }
  await next(page, () => page.getByRole("link", { name: "Avsluta mötet" }).click());
  await next(page, () => page.getByRole("button", { name: "Avsluta och lås anteckningarna" }).click());
  await page.getByText("Jag hann före").waitFor();
  await page.context().close();
});
