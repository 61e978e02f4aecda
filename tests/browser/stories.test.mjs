// SPDX-License-Identifier: AGPL-3.0-or-later
// The stories the house is built for, from end to end in a real browser, on a phone and a screen, light and dark.
// The pictures (story-*.png) are kept with the others of the build.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, counted, launch, logIn, next } from "./lib.mjs";

const HERE = { longitude: 13.82319, latitude: 58.697866, accuracy: 12 }; // Mariestad
const PHONE = { width: 390, height: 844 }, SCREEN = { width: 1280, height: 900 };
const EYES = [["phone", { ...PHONE }], ["phone-dark", { ...PHONE, dark: true }], ["screen", { ...SCREEN }],
  ["screen-dark", { ...SCREEN, dark: true }]];
const CARETAKER = "bovard.1493@example.se", GUARD = "vaktare.1493@example.se", COORDINATOR = "samordnare@example.se";
const PASSWORD = "samsyn-exempel-2026";
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

/** Reports of the caretaker, as the form without script sends them: their ids. */
async function reports(texts, more) {
  const client = server.client();
  await client.submitOk(await client.get("/logga-in"), "/logga-in", { email: CARETAKER, password: PASSWORD });
  const csrf = (await client.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  const ids = [];
  for (const [i, description] of texts.entries()) {
    const answer = await client.send("POST", "/api/v1/1493/events", {
      headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": csrf },
      body: JSON.stringify({ type: "fire", occurred_from: new Date(Date.now() - 7200_000).toISOString(),
        precision: "point", north: 6507010, place_name: "Provtorget", description, ...more(i) }) });
    assert.equal(answer.status, 201, answer.text);
    ids.push(JSON.parse(answer.text).id);
  }
  return ids;
}

test("U3, a coordinator of three municipalities on a Wednesday, from log-in to an answer on the caretaker's phone", async () => {
  const sent = await reports(["Bränd papperskorg ett", "Bränd papperskorg två", "Bränd papperskorg tre", "Elden är släckt"],
    (i) => ({ east: i < 3 ? 431800 + 10 * i : 440000 }));
  const page = await browser.page({ ...SCREEN });
  const press = (name) => next(page, () => page.getByRole("button", { name }).first().click());
  const follow = (name) => next(page, () => page.getByRole("link", { name }).first().click());

  await page.goto(`${server.url}/logga-in`);
  await page.fill("#f-email", COORDINATOR);
  await page.fill("#f-password", PASSWORD);
  await press("Logga in");
  assert.equal(new URL(page.url()).pathname, "/mina-kommuner");
  for (const town of ["Mariestad", "Töreboda", "Gullspång"]) await page.getByRole("heading", { name: town }).first().waitFor();
  await look(page, "u3-1-screen");

  await page.goto(`${server.url}/1493/granska`);
  const bin = (n) => page.locator("[data-report]", { hasText: `papperskorg ${n}` });
  const key = async (n, pressed) => {
    await bin(n).focus();
    await page.keyboard.press(pressed);
  };
  await page.getByRole("heading", { name: /^3 rapporter som kan vara samma händelse/ }).waitFor();
  await look(page, "u3-2-screen");
  await key("ett", "h"); // the main one
  for (const n of ["två", "tre"]) {
    await key(n, "s");
    await bin(n).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.matches("[data-report]")); // the next one
  }
  await key("ett", "g");
  await bin("ett").waitFor({ state: "detached" });

  await page.goto(`${server.url}/1493/nu`);
  await counted(page);
  const areas = await page.$$eval('main a[href*="/omraden/"]', (all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
  for (const area of areas.slice(0, 2)) {
    await page.goto(server.url + area);
    await page.locator('input[name="level"][value="2"]').focus();
    await page.keyboard.press("Space");
    await page.fill('[name="reason"]', "Fler bränder än vanligt");
    await press(/^Spara/);
    await page.getByText("Nivån är sparad.").waitFor();
  }
  const [at] = areas[0].split("/omraden/");
  await page.goto(`${server.url}${at}/faststall`);
  await press("Fastställ lägesbilden");
  await page.getByText("Siffrorna ändras inte").waitFor();
  await look(page, "u3-3-screen");

  await press("Gör lägesbrev");
  await page.getByText("Lägesbrevet är gjort.").waitFor();
  await page.getByText("Fler bränder än vanligt").first().waitFor();
  await look(page, "u3-4-screen");
  for (const [name, head] of [[/PDF/, "%PDF"], [/ODT/, "PK"], [/Markdown/, "#"]]) {
    const href = await page.getByRole("link", { name }).first().getAttribute("href");
    const file = await page.request.get(new URL(href, page.url()).href);
    assert.equal((await file.body()).subarray(0, head.length).toString("latin1").replace("---", "#"), head, href);
  }

  await page.goto(`${server.url}/1493/mote`);
  await next(page, () => page.locator(".meeting-list a").first().click());
  await press("Öppna mötet");
  await look(page, "u3-5-screen");
  const meeting = new URL(page.url()).pathname;
  await page.goto(`${server.url}${meeting}?item=followup`);
  await next(page, () => page.locator("[data-tick] button[data-key=k]").first().click());
  await page.locator("[data-tick] button[data-key=k][aria-pressed=true]").first().waitFor();
  for (const n of [1, 2, 3, 4]) {
    await page.goto(`${server.url}${meeting}?item=actions`);
    await page.getByLabel("Problem", { exact: true }).fill(`Klotter i gångtunnel ${n}`);
    await page.getByLabel("Plats", { exact: true }).fill("Exempelparken");
    await page.getByLabel("Åtgärd", { exact: true }).fill("Bättre belysning");
    await page.getByLabel("Ansvarig").selectOption({ index: 1 });
    for (const [part, value] of [["Dag", "1"], ["Månad", "3"], ["År", "2036"]]) await page.getByLabel(part, { exact: true }).fill(value);
    await press("Besluta åtgärden");
    await page.getByText(`Klotter i gångtunnel ${n}`).first().waitFor();
  }
  await look(page, "u3-6-screen");
  await page.goto(`${server.url}${meeting}/avsluta`);
  await press("Avsluta och lås anteckningarna");
  await page.getByText("Mötet är avslutat och anteckningarna är låsta.").waitFor();
  for (const n of [1, 2, 3, 4]) await page.getByText(`Klotter i gångtunnel ${n}`).first().waitFor();
  await look(page, "u3-7-screen");

  await page.goto(`${server.url}/1493/svar`);
  for (const id of sent.slice(0, 3)) {
    await page.locator(`#r-${id}`).focus();
    await page.keyboard.press("Space");
  }
  await page.locator("#f-mall").selectOption("done");
  await press("Hämta mallen");
  await look(page, "u3-8-screen");
  await press("Skicka svar");
  await page.getByText("Svaren är skickade").waitFor();
  const phone = await open(CARETAKER, "/1493/mina-rapporter", { ...PHONE, dark: true });
  await phone.getByText(/Det är åtgärdat nu/).first().waitFor();
  await look(phone, "u3-9-phone-dark");
  await done(phone);
  await done(page);
  browser.checkQuiet();
  await browser.checkHtml();
}, { timeout: 300_000 });

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
    await page.getByRole("button", { name: "Fem rader till" }).click();
    await page.locator("[name=type-9]").waitFor();
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
