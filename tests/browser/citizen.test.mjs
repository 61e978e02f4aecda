// SPDX-License-Identifier: AGPL-3.0-or-later
// Telling of a place in a real browser: by keyboard alone, without script, with the phone's position,
// in both languages; and what the coordinator answers.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next, openSlowly } from "./lib.mjs";

const FORM = "/mariestad/otrygg-plats";
const HERE = { longitude: 13.82319, latitude: 58.697866, accuracy: 12 }; // Mariestad
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

async function open(path, options = {}) {
  const page = await browser.page({ width: 390, height: 844, ...options });
  await page.goto(server.url + path);
  return page;
}

/** Without script, by keyboard: what has the name gets the focus and the key. */
async function press(page, role, name, key = "Space") {
  await page.getByRole(role, { name, exact: true }).focus();
  await page.keyboard.press(key);
}

test("all pages are accessible and fit: phone, screen, light and dark, empty, wrong and done", async () => {
  for (const [width, dark] of [[320, false], [390, true], [1280, false]]) {
    const look = async (page, name) => {
      await checkAccessible(page);
      await checkFits(page);
      await page.shot(`citizen-${name}-${width}`);
    };
    const page = await open(FORM, { width, dark });
    await look(page, "form");
    await page.locator("#f-feeling").click();
    await page.locator("#f-place").fill("gatan");
    await page.locator("#f-text").fill("Anna Svensson går där.");
    await page.locator("[data-look] li").first().waitFor();
    await look(page, "marked");
    await next(page, () => page.getByRole("button", { name: "Sök platsen" }).click());
    await look(page, "places");
    await next(page, () => page.getByRole("button", { name: "Skicka", exact: true }).click());
    await look(page, "wrong");
    await page.locator("#f-text").fill("Det är mörkt här.");
    await page.locator("label[for=f-place_choice]").click();
    await next(page, () => page.getByRole("button", { name: "Skicka", exact: true }).click());
    assert.match(await page.locator("h1").innerText(), /Tack/);
    await look(page, "thanks");
    await page.goto(`${server.url}${FORM}/kvitto`);
    await look(page, "receipt");
    await page.locator("#f-words").fill("björk kotte snöre vante");
    await next(page, () => page.getByRole("button", { name: "Visa svaret" }).click());
    await page.getByText("Lamporna lagas").waitFor();
    await look(page, "answer");
    await page.goto(`${server.url}/gullspang/otrygg-plats`);
    await look(page, "off");
    await page.context().close();
    const staff = await open("/1493/otrygga-platser", { width, dark, cookies });
    await look(staff, "list");
    await next(staff, () => staff.locator("tbody a").first().click());
    await look(staff, "one");
    await staff.goto(`${server.url}/1493/installningar/otrygg-plats`);
    await look(staff, "settings");
    await staff.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("by keyboard alone, without script and without map", async () => {
  const page = await open(FORM, { script: false });
  await press(page, "radio", "Otrygg plats");
  assert.equal(await page.getByText("Vad gör platsen trygg?").isVisible(), false); // style alone
  await press(page, "checkbox", "Det är mörkt eller dåligt ljus");
  await press(page, "checkbox", "Trafiken");
  await page.locator("#f-place").focus();
  await page.keyboard.type("gatan");
  await next(page, () => page.keyboard.press("Enter")); // looks for the place
  assert.match(await page.locator("main").innerText(), /Vilken plats menar du\?/);
  await page.locator("#f-place_choice").focus();
  await page.keyboard.press("ArrowDown");
  await press(page, "checkbox", "Kvällar");
  await page.locator("#f-text").focus();
  await page.keyboard.type("Lampan är trasig.");
  await page.getByRole("button", { name: "Skicka", exact: true }).focus();
  await next(page, () => page.keyboard.press("Enter"));
  const said = await page.locator("main").innerText();
  assert.match(said, /Dina kvittoord/);
  assert.match(said, /Det är mörkt eller dåligt ljus och trafiken/);
  const words = (await page.locator(".code-words li").allInnerTexts()).join(" ");
  await page.getByRole("link", { name: "Se svaret på din rapport" }).focus();
  await next(page, () => page.keyboard.press("Enter"));
  await page.locator("#f-words").focus();
  await page.keyboard.type(words);
  await next(page, () => page.keyboard.press("Enter"));
  assert.match(await page.locator("main").innerText(), /Mottagen/);
  await page.context().close();
});

test("with script the browser works for the form before it is sent", async () => {
  const page = await open(FORM);
  await page.locator("#f-feeling-1").click();
  assert.equal(await page.getByText("Vad gör platsen otrygg?").isVisible(), false);
  await page.locator("#f-place").fill("Mariestad");
  const [request] = await Promise.all([
    page.waitForRequest((r) => r.method() === "POST"),
    next(page, () => page.getByRole("button", { name: "Skicka", exact: true }).click()),
  ]);
  const fields = new URLSearchParams(request.postData());
  assert.match(fields.get("work"), /^\d+$/);
  const digest = await page.evaluate(async (text) => [...new Uint8Array(await crypto.subtle.digest("SHA-256",
    new TextEncoder().encode(text)))], `${fields.get("token")}.${fields.get("work")}`);
  assert.deepEqual([digest[0], digest[1], digest[2] >> 7], [0, 0, 0]); // seventeen zero bits
  await page.context().close();
  browser.checkQuiet();
});

test("a worker that never comes holds nobody back", async () => {
  const page = await browser.page({ width: 390, height: 844 });
  await page.route(/work\.[0-9a-f]+\.js$/, (route) => route.abort());
  await page.goto(server.url + FORM);
  await page.locator("#f-feeling").click();
  await page.locator("#f-place").fill("Mariestad");
  await next(page, () => page.getByRole("button", { name: "Skicka", exact: true }).click());
  assert.match(await page.locator("h1").innerText(), /Tack/);
  await page.context().close();
});

test("the phone's own position is said in words, and the places around it can be chosen", async () => {
  const page = await browser.page({ width: 390, height: 844 });
  await page.context().grantPermissions(["geolocation"], { origin: server.url });
  await page.context().setGeolocation(HERE);
  await page.goto(server.url + FORM);
  await page.locator("#f-feeling").click();
  await page.locator("[data-here]", { hasText: /Din plats: .+ m\)/ }).waitFor();
  await next(page, () => page.getByRole("button", { name: "Sök platsen" }).click());
  const main = await page.locator("main").innerText();
  assert.match(main, /Vi uppfattade platsen så här:/);
  assert.match(main, /Exakt den punkt som jag valde/);
  await page.locator("label[for=f-place_choice]").click();
  await next(page, () => page.getByRole("button", { name: "Skicka", exact: true }).click());
  assert.match(await page.locator("main").innerText(), /Dina kvittoord/);
  await page.context().close();
});

test("the crosshair of the map works with the keys, and shows nobody's points", async () => {
  const page = await browser.page({ width: 390, height: 844 });
  const asked = [];
  page.on("request", (r) => asked.push(new URL(r.url()).pathname));
  await page.goto(server.url + FORM);
  await page.locator("#f-feeling").click();
  await page.getByText("Välj på karta").click();
  await page.locator("#karta-plats[data-drawn]").waitFor();
  await page.locator("#karta-plats canvas").focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("[name=east]").value !== "");
  assert.ok(asked.some((path) => path.startsWith("/mariestad/tiles/base/")));
  assert.ok(asked.every((path) => !/handelser|laget/.test(path)), asked.join("\n"));
  await page.context().close();
  browser.checkQuiet();
});

test("in English the form says the same, and the staff still reads Swedish", async () => {
  const page = await open(FORM, { locale: "en-GB" });
  await page.getByRole("heading", { name: "Tell us about a place" }).waitFor();
  await page.locator("#f-feeling").click();
  await page.locator("label[for=f-bad]").click();
  await page.locator("#f-place").fill("Mariestad");
  await next(page, () => page.getByRole("button", { name: "Send", exact: true }).click());
  assert.match(await page.locator("main").innerText(), /Your words/);
  await page.context().close();
});

test("a script that comes late moves nothing", async () => {
  const page = await browser.page({ width: 390, height: 844 });
  const come = await openSlowly(page, server.url + FORM);
  const tops = () => page.locator("main label, main button, footer").evaluateAll((all) => all
    .filter((node) => node.checkVisibility({ visibilityProperty: true }))
    .map((node) => `${node.textContent.trim()} ${Math.round(node.getBoundingClientRect().top)}`));
  const before_ = await tops();
  await come();
  const now = await tops();
  for (const one of before_) if (!/utseende/.test(one)) assert.ok(now.includes(one), `${one}: ${now.join(", ")}`);
  await page.context().close();
});

test("the first visit is light, and keeps no cookie", async () => {
  const page = await browser.page({ width: 390, height: 844 });
  const client = await page.context().newCDPSession(page);
  let bytes = 0;
  await client.send("Network.enable");
  client.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
  await page.goto(server.url + FORM, { waitUntil: "networkidle" });
  assert.ok(bytes > 1000 && bytes <= 150_000, `${bytes} bytes`);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  await page.context().close();
});
