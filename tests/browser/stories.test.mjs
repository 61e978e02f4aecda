// SPDX-License-Identifier: AGPL-3.0-or-later
// The stories the house is built for, from end to end in a real browser, on a phone and a screen, light and dark.
// The pictures (story-*.png) are kept with the others of the build.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "../scenario/client.mjs";
import { startServer } from "../scenario/lib.mjs";
import { fortnight } from "./fortnight.mjs";
import { checkAccessible, checkFits, counted, launch, logIn, next } from "./lib.mjs";

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
/** The same page on a phone and a screen, by day and by night; then as it was. */
async function lookAround(page, name) {
  const size = page.viewportSize();
  for (const [eyes, { dark, ...view }] of EYES) {
    await page.setViewportSize(view);
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await checkFits(page);
    await page.shot(`story-${name}-${eyes}`);
  }
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light" });
  await checkAccessible(page);
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

/** The levels of two areas, and why. */
async function yellow(page, press, areas) {
  for (const [i, area] of areas.entries()) {
    await page.goto(server.url + area);
    await page.locator('input[name="level"][value="2"]').focus();
    await page.keyboard.press("Space");
    await page.fill('[name="reason"]', WHY[i]);
    await press("Spara nivån");
    await page.getByText("Nivån är sparad.").waitFor();
  }
}
const WHY = ["Fler bränder än vanligt", "Mörkt vid bänkarna"];

/** The inbox of 46: 3 are one happening, 3 point at somebody, 2 do not say where, the rest are as they should be. */
async function review(page, sent, press) {
  const card = (id) => page.locator(`[data-report="${id}"]`);
  const key = async (id, pressed) => {
    await card(id).focus();
    await page.keyboard.press(pressed);
  };
  await page.goto(`${server.url}/1493/granska`);
  await page.getByText("46 rapporter väntar på granskning.").waitFor();
  const from = await page.locator("[data-report] dd:last-child").evaluateAll((all) => all.map((dd) => dd.closest("dl"))
    .map((dl) => dl.lastElementChild.lastElementChild.textContent.split(",")[0]));
  assert.equal(new Set(from).size, sent.organisations);
  const [first, ...others] = sent.bins;
  await page.locator("[data-group]", { has: card(first) }).getByRole("heading", { name: /^3 rapporter som kan vara samma/ }).waitFor();
  await lookAround(page, "u3-2");
  await key(first, "h"); // the main one
  for (const id of others) {
    await key(id, "s");
    await card(id).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.matches("[data-report]")); // the next one
  }
  for (const [i, id] of sent.persons.entries()) {
    await key(id, "t");
    await page.waitForURL(new RegExp(`/granska/${id}`));
    await page.locator("#f-stryk").fill(["Han med bruna hunden i hörnhuset", "Hon som vikarierar i kiosken", "Grannen längst upp"][i]);
    await page.getByText("Jag vet att det inte går att ångra").click();
    if (i === 0) await lookAround(page, "u3-3");
    await press("Ta bort för gott");
    await page.goto(`${server.url}/1493/granska`);
    await card(id).getByText("[borttaget]").waitFor();
  }
  for (const [i, id] of sent.vague.entries()) {
    await key(id, "f");
    await page.locator("dialog[open] textarea").fill("Vid vilken skola eller väg var det?");
    if (i === 0) await lookAround(page, "u3-4");
    await page.locator("dialog[open]").getByRole("button", { name: "Skicka frågan" }).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.locator("[data-live]").filter({ hasText: "Fråga ställd" }).waitFor({ state: "attached" });
  }
  await page.goto(`${server.url}/1493/granska`);
  for (const box of await page.locator('[data-report] [name="rapport"][type="checkbox"]').all())
    if (!sent.vague.includes(await box.getAttribute("value"))) await box.evaluate((node) => (node.checked = true));
  await page.getByLabel("Gör så här").selectOption({ label: "Godkänn" });
  await press("Gör det med de valda");
  await page.getByText("2 rapporter väntar på granskning.").waitFor();
}

/** Somebody who was asked answers on the phone. */
async function answerAs(email, name) {
  const phone = await open(email, "/1493/till-dig");
  await phone.getByText("Vid vilken skola eller väg var det?").first().waitFor();
  await phone.locator("textarea").first().fill("Vid lågstadiet, mot cykelvägen");
  if (name) await look(phone, name);
  await next(phone, () => phone.getByRole("button", { name: "Skicka svaret" }).first().click());
  await done(phone);
}

/** Ticked done, levels set, four actions with owner, day and measure, somebody told, closed. */
async function hold(page, press) {
  await page.goto(`${server.url}/1493/mote`);
  await next(page, () => page.locator(".meeting-list a").first().click());
  await press("Öppna mötet");
  await lookAround(page, "u3-7");
  const meeting = new URL(page.url()).pathname, at = (item) => page.goto(`${server.url}${meeting}?item=${item}`);
  await press(/^Här Kommunpolis/);
  await at("followup");
  const row = await page.locator("[data-tick]").first().getAttribute("id");
  await press(/^Klar/); // the first action's
  await page.locator(`#${row} button[data-key=k][aria-pressed=true]`).waitFor();
  await at("levels");
  await page.getByRole("radio", { name: "gul" }).focus();
  await page.keyboard.press("Space");
  await page.getByLabel("Varför?").fill("Samma som förra gången");
  await press(/^Spara nivån för/);
  for (const n of [1, 2, 3, 4]) {
    await at("actions");
    await page.getByLabel("Problem", { exact: true }).fill(`Klotter i gångtunnel ${n}`);
    await page.getByLabel("Plats", { exact: true }).fill("Exempelparken");
    await page.getByLabel("Åtgärd", { exact: true }).fill("Bättre belysning");
    await page.getByLabel("Ansvarig").selectOption({ label: "Gata och park (övning)" });
    for (const [part, value] of [["Dag", "1"], ["Månad", "3"], ["År", "2036"]]) await page.getByLabel(part, { exact: true }).fill(value);
    await press("Besluta åtgärden");
    await page.getByText(`Klotter i gångtunnel ${n}`).first().waitFor();
  }
  await lookAround(page, "u3-8");
  await page.goto(`${server.url}${meeting}/avsluta`);
  const [, letters] = /(\d+) personer får ett mejl med en länk/.exec(await main(page));
  await press("Avsluta och lås anteckningarna");
  await page.getByText("Mötet är avslutat och anteckningarna är låsta.").waitFor();
  for (const n of [1, 2, 3, 4]) await page.getByText(`Klotter i gångtunnel ${n}`).first().waitFor();
  await page.getByText(/Gata och park \(övning\).*1 mars 2036|1 mars 2036.*Gata och park \(övning\)/).first().waitFor();
  await lookAround(page, "u3-9");
  const post = await server.client().get("/demo/post");
  assert.equal(post.links(`${meeting}/protokoll`).length || post.text.split(`${meeting}/protokoll`).length - 1, Number(letters),
    "each of the group has got a letter with the way to the notes");
  assert.doesNotMatch(post.words, /gångtunnel/, "and nothing of what they say");
  const member = await open("gata-park.1493@example.se", `${meeting}/protokoll`);
  await member.getByText("Klotter i gångtunnel 4").first().waitFor();
  await done(member);
}

test("U3, a coordinator of three municipalities on a Wednesday: 46 reports, a picture, a meeting, and answers", async () => {
  const sent = await fortnight(server);
  const page = await browser.page({ ...SCREEN });
  const press = (name) => next(page, () => page.getByRole("button", { name }).first().click());

  await page.goto(`${server.url}/logga-in`);
  await page.fill("#f-email", COORDINATOR);
  await page.fill("#f-password", PASSWORD);
  await press("Logga in");
  assert.equal(new URL(page.url()).pathname, "/mina-kommuner");
  for (const town of ["Mariestad", "Töreboda", "Gullspång"]) await page.getByRole("heading", { name: town }).first().waitFor();
  await lookAround(page, "u3-1");
  await review(page, sent, press);
  for (const [i, who] of ["byalag", "handlare"].entries()) await answerAs(`${who}.1493@example.se`, i ? null : "u3-5-phone");

  await page.goto(`${server.url}/1493/nu`);
  await counted(page);
  const areas = await page.$$eval('main a[href*="/omraden/"]', (all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
  await yellow(page, press, areas.slice(0, 2));
  await page.goto(`${server.url}/1493/nu`);
  await counted(page);
  for (const why of WHY) await page.getByText(why).first().waitFor();
  await lookAround(page, "u3-6");
  await hold(page, press);

  const [at] = areas[0].split("/omraden/");
  await page.goto(`${server.url}${at}/faststall`); // the period is closed
  await press("Fastställ lägesbilden");
  await page.getByText("Siffrorna ändras inte").waitFor();
  await lookAround(page, "u3-10");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("nav:visible, button:visible").count(), 0);
  await page.shot("story-u3-10-print");
  await page.emulateMedia({ media: "screen" });

  await press("Gör lägesbrev");
  await page.getByText("Lägesbrevet är gjort.").waitFor();
  await page.locator("main svg").first().waitFor();
  await page.locator("main table").first().waitFor();
  for (const words of [...WHY, "Bättre belysning"]) await page.getByText(words).first().waitFor();
  await lookAround(page, "u3-11");
  for (const [name, head] of [[/PDF/, "%PDF"], [/ODT/, "PK"], [/Markdown/, "---"]]) {
    const href = await page.getByRole("link", { name }).first().getAttribute("href");
    const file = await page.request.get(new URL(href, page.url()).href);
    assert.match((await file.body()).subarray(0, head.length).toString("latin1").replace(/^#.*/, "---"), new RegExp(`^${head}`), href);
  }

  await page.goto(`${server.url}/1493/svar`);
  for (const id of sent.bins) {
    await page.locator(`#r-${id}`).focus();
    await page.keyboard.press("Space");
  }
  await page.locator("#f-mall").selectOption("done");
  await press("Hämta mallen");
  await lookAround(page, "u3-12");
  await press("Skicka svar");
  await page.getByText("Svaren är skickade").waitFor();
  for (const [who, dark] of [["bovard", true], ["skola", false], ["fritidsledare", false]]) { // each for their own
    const phone = await open(`${who}.1493@example.se`, "/1493/mina-rapporter", { ...PHONE, dark });
    await phone.getByText(/Det är åtgärdat nu/).first().waitFor();
    assert.equal(await phone.getByText(/Det är åtgärdat nu/).count(), 1);
    if (dark) await look(phone, "u3-13-phone-dark");
    await done(phone);
  }
  await done(page);
  browser.checkQuiet();
  await browser.checkHtml();
}, { timeout: 600_000 });

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

for (const [eyes, options] of EYES)
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
      await lookAround(page, "u2-3");
    } else await page.selectOption("#f-saved", { label: "Vaktbolagets lista" });
    await press("Fortsätt");
    if (/\/typer$/.test(page.url())) await press("Provkör");
    await finished();
    await lookAround(page, `u2-4-${week}`);
    assert.match(await main(page), week === 1 ? /2 skulle bli nya/ : /0 skulle bli nya, 2 finns redan/);
    await press("Importera");
    await finished();
  }
  const answer = await page.request.get(`${server.url}/1493/handelser.json?source=vaktbolaget`);
  assert.deepEqual((await answer.json()).events.map((e) => [e.type, e.place_name, e.occurred_from.slice(11, 16)]).sort(),
    [["damage.graffiti", "Lyrestad", "21:40"], ["damage.graffiti", "Mariestad", "23:30"]]); // in UTC
  await done(page);
  browser.checkQuiet();
});
