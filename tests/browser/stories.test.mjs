// SPDX-License-Identifier: AGPL-3.0-or-later
// The stories the house is built for, from end to end in a real browser, on a phone and a screen, light and dark.
// The pictures (story-*.png) are kept with the others of the build.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

const HERE = { longitude: 13.82319, latitude: 58.697866, accuracy: 12 }; // Mariestad
const PHONE = { width: 390, height: 844 }, SCREEN = { width: 1280, height: 900 };
const EYES = [["phone", { ...PHONE }], ["phone-dark", { ...PHONE, dark: true }], ["screen", { ...SCREEN }],
  ["screen-dark", { ...SCREEN, dark: true }]];
const CARETAKER = "bovard.1493@example.se", GUARD = "vaktare.1493@example.se", COORDINATOR = "samordnare@example.se";
let server, browser;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(email, path, options = PHONE) {
  const page = await browser.page({ cookies: await logIn(server, email), ...options });
  if (options.at) {
    await page.context().grantPermissions(["geolocation"], { origin: server.url });
    await page.context().setGeolocation(options.at);
  }
  await page.goto(server.url + path);
  return page;
}

/** What has been looked at is kept, can be read by all, and fits. */
async function look(page, name) {
  await checkAccessible(page);
  await checkFits(page);
  await page.shot(`story-${name}`);
}

const done = (page) => page.context().close();
const main = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/**
 * How long a trained hand needs, by the keystroke-level model (Card, Moran and Newell 1980: to point 1.1 s, to
 * press 0.2 s, to think before it 1.35 s), with 0.5 s for each letter on a phone.
 */
function hand() {
  let taps = 0, letters = 0;
  return {
    tap: async (what) => { taps++; await what.click(); },
    type: async (what, text) => { taps++; letters += text.length; await what.fill(text); },
    taps: () => taps,
    seconds: () => taps * (1.1 + 0.2 + 1.35) + letters * 0.5,
  };
}

for (const [eyes, options] of EYES)
  test(`U1, a caretaker on a Monday morning, ${eyes}`, async () => {
    const page = await open(CARETAKER, "/1493/rapportera", { ...options, at: HERE }), finger = hand();
    const words = `Krossad ruta i busskuren och skräp, ${eyes}`;
    await page.getByText("Ring 112").first().waitFor();
    await page.getByText(/ingen polisanmälan/).first().waitFor();
    await look(page, `u1-1-${eyes}`);
    await finger.tap(page.getByRole("radio", { name: "Skadegörelse" }));
    await finger.tap(page.getByRole("radio", { name: "I natt" }));
    await page.locator("[data-here]", { hasText: /Din plats: .+\(± 12 m\)/ }).waitFor();
    await page.fill("#f-text", `${words}. Exempel Påhittsson i 3B gjorde det`);
    await page.locator("[data-look] mark").first().waitFor();
    await look(page, `u1-2-${eyes}`);
    while (await page.locator("[data-look] button").count()) {
      const marks = await page.locator("[data-look] mark").count();
      await page.locator("[data-look] button").first().click();
      await page.waitForFunction((n) => document.querySelectorAll("[data-look] mark").length < n, marks);
    }
    assert.doesNotMatch(await page.inputValue("#f-text"), /Påhittsson|3B/);
    await finger.type(page.locator("#f-text"), words);
    await finger.tap(page.getByRole("button", { name: "Skicka rapporten" }));
    await page.waitForURL(/\/rapportera\/kvitto\//);
    assert.match(await main(page), /Mottagen/);
    await look(page, `u1-3-${eyes}`);
    assert.ok(finger.taps() - 1 <= 3, `${finger.taps() - 1} taps and one for the line of words`);
    assert.ok(finger.seconds() <= 45, `${finger.seconds()} s`);
    await done(page);
    browser.checkQuiet();
  });

/** A night long past, as the list offers it: { code, day(later) }. */
async function night(page) {
  const code = (await page.locator("[name=night]").evaluateAll((all) => all.map((n) => n.value)))
    .filter((v) => /^n\d{8}$/.test(v)).sort()[0];
  const first = Date.parse(`${code.slice(1, 5)}-${code.slice(5, 7)}-${code.slice(7)}T00:00:00Z`);
  return { code, day: (later) => new Date(first + later * 86_400_000).toISOString().slice(0, 10) };
}

for (const [eyes, options] of [EYES[1], EYES[2]])
  test(`U2, a guard's night with nine events in one sending, ${eyes}`, async () => {
    const page = await open(GUARD, "/1493/rapportera/flera", options), { code } = await night(page);
    const word = `nattpass ${eyes}`;
    await next(page, () => page.getByRole("button", { name: "Fem rader till" }).click());
    await page.locator(`label:has(+ [name=night][value="${code}"]), [name=night][value="${code}"] + label`).click();
    const lines = [["damage.glass", "2215", "Mariestad"], ["litter", "2240", "samma"], ["disturbance", "23", "samma"],
      ["disturbance", "2355", ""], ["damage", "0010", "Lyrestad"], ["litter", "0130", "samma"],
      ["damage.graffiti", "02-04", "Sjötorp"], ["disturbance", "0430", "samma"], ["litter", "0545", "Mariestad"]];
    for (const [i, [type, when, place]] of lines.entries()) {
      await page.selectOption(`[name=type-${i + 1}]`, type);
      await page.fill(`[name=when-${i + 1}]`, when);
      await page.fill(`[name=place-${i + 1}]`, place);
      await page.fill(`[name=text-${i + 1}]`, `${word} ${i}`);
    }
    await look(page, `u2-1-${eyes}`);
    await next(page, () => page.getByRole("button", { name: "Skicka alla" }).click());
    assert.match(await main(page), /9 händelser mottagna/);
    await look(page, `u2-2-${eyes}`);
    const desk = await open(COORDINATOR, "/1493/granska", SCREEN);
    const answer = await desk.request.get(`${server.url}/1493/handelser.json?text=${encodeURIComponent(word)}`);
    assert.deepEqual((await answer.json()).events.map((e) => e.place_name).sort(),
      [...Array(5).fill("Mariestad"), ...Array(2).fill("Lyrestad"), ...Array(2).fill("Sjötorp")].sort());
    await done(desk);
    await done(page);
    browser.checkQuiet();
  });

test("U2, the guard firm's file of the week: a saved way of reading, and no doubles", async () => {
  const page = await open(COORDINATOR, "/1493/importera", SCREEN);
  const file = { name: "vecka.csv", mimeType: "text/csv", buffer: Buffer.from(
    "Nr;Datum;Tid;Vad;Plats\r\n1;2026-06-01;0130;Klotter;Mariestad\r\n2;2026-06-02;23:40;Klotter;Lyrestad\r\n") };
  const press = (name) => next(page, () => page.getByRole("button", { name, exact: true }).click());
  const finished = () => page.waitForFunction(() => document.readyState === "complete" && !document.querySelector("progress"));
  for (const week of [1, 2]) {
    await page.goto(`${server.url}/1493/importera`);
    await page.setInputFiles("#f-file", file);
    await press("Skicka filen");
    if (week === 1) {
      await page.fill("#f-source", "vaktbolaget");
      await page.fill("#f-name", "Vaktbolagets lista");
      await look(page, "u2-3-screen");
    } else await page.selectOption("#f-saved", { label: "Vaktbolagets lista" });
    await press("Fortsätt");
    if (/\/typer$/.test(page.url())) await press("Provkör");
    await finished();
    await look(page, `u2-4-screen-${week}`);
    assert.match(await main(page), week === 1 ? /2 skulle bli nya/ : /0 skulle bli nya, 2 finns redan/);
    await press("Importera");
    await finished();
  }
  const answer = await page.request.get(`${server.url}/1493/handelser.json?source=vaktbolaget`);
  assert.equal((await answer.json()).events.length, 2);
  await done(page);
  browser.checkQuiet();
});
