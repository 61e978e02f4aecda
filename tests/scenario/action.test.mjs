// SPDX-License-Identifier: AGPL-3.0-or-later
// Actions from a finding to their effect: who may what, the plan that is locked, two who edit at once, files.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";
import { select } from "./database.mjs";

const at = "/1493/atgarder";

let server, c, officer, member, politician, reporter, owners;
before(async () => {
  server = await startServer({ exercise: 1, municipalities: ["1493"] });
  c = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  member = await server.logIn("bostadschef.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  owners = options(await c.get(`${at}/ny`), "organisation");
}, { timeout: 240_000 });
after(() => server?.stop());

/** label -> value of a select. */
function options(page, name) {
  const select = page.text.match(new RegExp(`<select[^>]* name="${name}"[^>]*>([^]*?)</select>`))[1];
  return Object.fromEntries([...select.matchAll(/<option value="([^"]*)"[^>]*>([^<]*)</g)]
    .map(([, value, label]) => [label, value]));
}
const day = (name, date) => {
  const [year, month, d] = date.toISOString().slice(0, 10).split("-");
  return { [`${name}-year`]: year, [`${name}-month`]: month, [`${name}-day`]: d };
};
const inDays = (n) => new Date(Date.now() + n * 86_400_000);
const pathOf = (page) => new URL(page.url).pathname;

async function fields(more = {}) {
  return { title: "Laga belysningen", problem: "Det är mörkt i parken på kvällarna.",
    type: "damage", area: (await areas())["Norra övningsområdet"], kind: "lighting",
    organisation: owners["Exempelbostäder (övning)"], partners: "", remind: "7",
    ...day("first", inDays(10)), ...day("last", inDays(40)), ...more };
}
const areas = async () => options(await c.get(`${at}/ny`), "area");

/** A new action; answers its address. */
async function made(more) {
  const form = await c.get(`${at}/ny`);
  return pathOf(await c.submitOk(form, `${at}/ny`, await fields(more)));
}

test("the demonstration tells of one that is late, one that helped, one where nothing is seen", async () => {
  const page = await c.get(at);
  assert.match(page.words, /4 åtgärder i Mariestad\. Sista dagen har passerat för 1\./);
  const order = ["Sista dagen har passerat", "Fotpatrull", "Planerade och pågående", "Vuxna ute", "Avslutade",
    "Laga och städa", "Bättre ljus"].map((w) => page.words.indexOf(w, page.words.indexOf("passerat för 1.")));
  assert.deepEqual(order, [...order].sort((x, y) => x - y));
  assert.ok(order.every((x) => x > 0));
  assert.match(page.words, /Effekt: Ingen säker skillnad\./);
  assert.match(page.words, /Effekt: Det blev färre händelser än väntat\./);
});

test("roles: reporters see nothing, politicians no words and no places", async () => {
  assert.equal((await reporter.send("GET", at)).status, 403);
  const list = await politician.get(at);
  assert.doesNotMatch(list.words, /Ungdomar samlas|Exempelparken/);
  assert.match(list.words, /En avgränsad plats/);
  const href = list.links(`${at}/`).find((h) => /[0-9a-f-]{36}$/.test(h));
  const page = await politician.get(href);
  assert.doesNotMatch(page.words, /Ungdomar samlas|Exempelparken|Historik|Hur går det|Tiden före hade/);
  for (const ext of ["csv", "json", "ics"])
    assert.doesNotMatch((await politician.get(`${at}.${ext}`)).text, /Ungdomar samlas|Exempelparken/);
  for (const who of [officer, member, politician])
    assert.equal((await who.send("GET", `${at}/ny`)).status, 403);
});

test("problem and place are required, and everything typed is kept", async () => {
  const form = await c.get(`${at}/ny`);
  const empty = await c.submit(form, `${at}/ny`, await fields({ problem: "", area: "" }));
  assert.equal(empty.status, 422);
  assert.match(empty.text, /href="#f-problem"/);
  const nowhere = await c.submit(form, `${at}/ny`, await fields({ area: "" }));
  assert.equal(nowhere.status, 422);
  assert.match(nowhere.words, /Välj ett område eller skriv en plats/);
  assert.match(nowhere.text, /value="Laga belysningen"/);
  const wrong = await c.submit(form, `${at}/ny`, await fields({ area: "", place: "Exempelpark" }));
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Menar du någon av dessa: .*Exempelparken/);
  const both = await c.submit(form, `${at}/ny`, await fields({ place: "Exempelparken" }));
  assert.equal(both.status, 422);
  const href = await made({ area: "", place: "exempelparken", radius: "150" });
  assert.match((await c.get(href)).words, /inom 150 m från Exempelparken/);
});

test("a form that is sent twice adds one action, with other words another one", async () => {
  const n = async (title) => Number((await select(server.place,
    `SELECT count(*) AS n FROM action WHERE title = '${title}'`))[0].n);
  const words = await fields({ title: "Klipp häcken" });
  const refused = await c.submit(await c.get(`${at}/ny`), `${at}/ny`, { ...words, problem: "" });
  assert.equal(refused.status, 422);
  const first = await c.submitOk(refused, `${at}/ny`, words);
  const again = await c.submitOk(refused, `${at}/ny`, words); // pressed twice, or sent anew by the browser
  assert.equal(again.url, first.url);
  assert.equal(await n("Klipp häcken"), 1);
  const other = await c.submitOk(refused, `${at}/ny`, { ...words, title: "Klipp gräset" });
  assert.notEqual(pathOf(other), pathOf(first));
  assert.equal(await n("Klipp gräset"), 1);
  assert.notEqual(pathOf(await c.get(await made({ title: "Klipp häcken" }))), pathOf(first));
  assert.equal(await n("Klipp häcken"), 2, "the same words in a form of their own are another action");
  const edit = await c.get(`${pathOf(first)}/redigera`), mine = await fields({ title: "Klipp häcken lågt" });
  await c.submitOk(edit, "/redigera", mine);
  await c.submitOk(edit, "/redigera", mine); // the same change once more is no clash
  const [{ version }] = await select(server.place, "SELECT version FROM action WHERE title = 'Klipp häcken lågt'");
  assert.equal(Number(version), 2);
});

test("what points at a person is stopped, and only a coordinator may say that it does not", async () => {
  const form = await c.get(`${at}/ny`);
  const said = await fields({ problem: "Ring 070-174 06 05 om det händer igen." });
  const stopped = await c.submit(form, `${at}/ny`, said);
  assert.equal(stopped.status, 422);
  assert.match(stopped.words, /ser ut att peka ut en person/);
  await c.submitOk(stopped, `${at}/ny`, { ...said, confirm: "1" });
  const own = await c.get(await made({ organisation: owners["Lokalpolisen (övning)"] }));
  const page = await officer.get(pathOf(own));
  const note = await officer.submit(page, "/lage", { state: "ongoing", note: "Ring 070-174 06 05." });
  assert.equal(note.status, 422);
  assert.doesNotMatch(note.text, /name="confirm"/);
});

test("who owns it says how it goes, others do not", async () => {
  const href = await made({ organisation: owners["Lokalpolisen (övning)"] });
  const page = await officer.get(href);
  const why = await officer.submit(page, "/lage", { state: "late", note: "" });
  assert.equal(why.status, 422);
  assert.match(why.words, /Skriv varför/);
  await officer.submitOk(page, "/lage", { state: "late", note: "Bilen är på verkstad." });
  assert.match((await c.get(href)).words, /Blir försenad: Bilen är på verkstad\./);
  const stale = await officer.submit(page, "/lage", { state: "done", note: "Klart nu." });
  assert.equal(stale.status, 422); // seen before the other change
  assert.match(stale.text, /Klart nu\./);
  const other = await member.get(href);
  assert.doesNotMatch(other.text, /\/lage"/);
  assert.equal((await member.post(`${href}/lage`, { csrf: csrf(other), state: "done", version: "2" })).status,
    403);
});
const csrf = (page) => page.text.match(/name="csrf" value="([^"]*)"/)[1];

test("two who edit at once: nobody's words are lost, and both stand on the page", async () => {
  const href = await made();
  const mine = await c.get(`${href}/redigera`), theirs = await c.get(`${href}/redigera`);
  await c.submitOk(theirs, "/redigera", await fields({ title: "Deras rubrik" }));
  const clash = await c.submit(mine, "/redigera", await fields({ title: "Min rubrik" }));
  assert.equal(clash.status, 422);
  assert.match(clash.words, /Sparat nu.*Vad som ska göras Deras rubrik Min rubrik/);
  assert.match(clash.text, /name="title"[^>]*value="Min rubrik"/);
  assert.match((await c.get(href)).words, /Deras rubrik/);
  await c.submitOk(clash, "/redigera", await fields({ title: "Vår rubrik" }));
  const page = await c.get(href);
  assert.match(page.words, /Historik .*Vad som ska göras: tidigare: Deras rubrik → nu: Vår rubrik/);
  assert.match(page.words, /Vår rubrik/);
});

const spans = { ...day("before_first", inDays(-200)), ...day("before_last", inDays(-100)),
  ...day("after_first", inDays(20)), ...day("after_last", inDays(119)) };

test("the plan is open until it is locked; then a change is a new version with a reason", async () => {
  const href = await made();
  assert.match((await c.get(href)).words, /Programmets förslag/);
  const form = await c.get(`${href}/plan`);
  const look = await c.submit(form, "/plan", { ...spans, type: "damage", comparison: "rest",
    method: "auto", look: "1" });
  assert.equal(look.status, 200);
  assert.match(look.words, /Händelser på platsen, tiden före \d+ Händelser i jämförelsen, tiden före \d+/);
  assert.match((await c.get(href)).words, /Programmets förslag/); // nothing was saved
  const early = await c.submit(form, "/plan", { ...spans, ...day("before_last", inDays(15)),
    type: "damage", comparison: "rest", method: "auto" });
  assert.equal(early.status, 422);
  assert.match(early.words, /Tiden före ska vara slut när åtgärden börjar/);
  await c.submitOk(form, "/plan", { ...spans, type: "damage", comparison: "rest", method: "auto" });
  const open = await c.get(href);
  assert.match(open.words, /Planen kan ändras till och med dagen före start/);
  assert.match(open.words, /Jämförs med Resten av kommunen/);
  assert.match(open.words, /händelser på platsen, \d+ i jämförelsen/);
  assert.match(open.words, /Inget visas innan: den som tittar i förväg/);
  await c.submitOk(open, "/plan/las", {});
  assert.match((await c.get(href)).words, /Låst \d/);
  const again = await c.get(`${href}/plan`);
  const change = { ...spans, type: "damage", comparison: "none", method: "auto", reason: "" };
  const silent = await c.submit(again, "/plan", change);
  assert.equal(silent.status, 422);
  assert.match(silent.words, /Skriv varför planen ändras/);
  await c.submitOk(again, "/plan", { ...change, reason: "Hela kommunen får ny belysning." });
  const page = await c.get(href);
  assert.match(page.words, /Skäl till ändringen: Hela kommunen får ny belysning\./);
  assert.match(page.words, /Version 1 .*Resten av kommunen/);
});

test("a finding and a filter lead to a form that is filled in", async () => {
  const list = await c.get("/1493/handelser?type=damage.graffiti&from=2026-10-01&to=2026-10-31");
  const href = list.links("/1493/atgarder/ny")[0];
  const form = await c.get(href.replaceAll("&amp;", "&"));
  assert.match(form.text, /<option value="damage.graffiti" selected/);
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const half = `/1493/laget?period=own&from=${day(180)}&to=${day(0)}`; // a fortnight has places on some days only
  for (let i = 0; i < 600 && (await c.get(half)).text.includes("data-again"); i++);
  const picture = await c.get(half);
  const found = picture.links("/1493/atgarder/ny").find((h) => h.includes("circle="));
  assert.ok(found, picture.words.slice(0, 300));
  const filled = await c.get(found.replaceAll("&amp;", "&"));
  const place = filled.text.match(/name="circle_place" value="([^"]*)"/)[1];
  assert.match(filled.text, /name="circle" value="\d+/);
  const saved = await c.submitOk(filled, `${at}/ny`, await fields({ area: "", place }));
  assert.match(saved.words, new RegExp(`inom \\d+ m från ${place}`));
  assert.doesNotMatch((await officer.get("/1493/laget")).text, /atgarder\/ny/);
});

test("a circle too small to count in is made as large as the form takes", async () => {
  const form = await c.get(`${at}/ny?circle=432000-6507000-0.1`);
  assert.match(form.text, /name="circle" value="432000-6507000-25.1"/);
  assert.match(form.text, /name="circle_place" value="[^"0-9]+"/); // a street, and no house
  assert.match(form.text, /name="radius"[^>]*value="25"/);
});

test("files hold what the page shows, and no formula", async () => {
  await made({ title: "=1+1" });
  const csv = await c.get(`${at}.csv?state=planned`);
  assert.match(csv.text, /"'=1\+1"/);
  assert.doesNotMatch(csv.text, /Fotpatrull/);
  const json = JSON.parse((await c.get(`${at}.json`)).text);
  const helped = json.actions.find((x) => x.title.startsWith("Bättre ljus"));
  assert.equal(helped.state_code, "done");
  assert.equal(helped.overdue, false);
  const ics = await c.get(`${at}.ics`);
  assert.match(ics.headers.get("content-type"), /text\/calendar/);
  assert.match(ics.text, /SUMMARY:Ska vara klar: Fotpatrull fredag och lördag kväll\r\n/);
  assert.doesNotMatch(ics.text, /Ungdomar samlas/);
  const xlsx = await c.send("GET", `${at}.xlsx`);
  assert.equal(xlsx.status, 200);
  assert.match(xlsx.headers.get("content-type"), /spreadsheetml/);
});

test("the annual wheel says the same in its table", async () => {
  const page = await c.get(`${at}/arshjul`);
  const year = new Date().getFullYear();
  assert.match(page.words, new RegExp(`Årshjul ${year}`));
  assert.match(page.text, /<svg[^>]* role="img" aria-label="Årshjul/);
  const begins = new Date(Date.now() + 20 * 86_400_000).getFullYear(); // in December it is next year's
  assert.match((await c.get(`${at}/arshjul?year=${begins}`)).words, /Vuxna ute vid skolavslutningen/);
  const later = await c.get(`${at}/arshjul?year=${begins + 3}`);
  assert.match(later.words, /Vuxna ute vid skolavslutningen varje år/); // comes again
  assert.doesNotMatch(later.words, /Fotpatrull/);
});

/** What the wheel's table says of an action in a year, as "month column date"; and its arcs. */
async function turns(title, year) {
  const page = await c.get(`${at}/arshjul?year=${year}`), said = [];
  for (const [, month, row] of page.text.matchAll(/<tr id="manad-(\d+)">(.*?)<\/tr>/gs))
    for (const [column, cell] of [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map((m) => m[1]).entries())
      for (const [, when] of cell.matchAll(new RegExp(`>${title}</a>(?: <span class="sub">([^<]*)</span>)?`, "g")))
        said.push([month, ["starts", "runs", "due", "yearly"][column], when].filter(Boolean).join(" "));
  return { said, named: [...page.text.matchAll(new RegExp(`<li>${title}`, "g"))].length,
    drawn: [...page.text.matchAll(new RegExp(`d="([^"]*)"><title>\\d+\\. ${title}`, "g"))].map((m) =>
      m[1].split("M").length - 1) };
}
const dates = (first, last) => ({ ...day("first", new Date(first)), ...day("last", new Date(last)) });

test("what comes again each year over new year both ends and begins in each year", async () => {
  await made({ title: "Trygg jul", yearly: "1", ...dates("2026-12-15", "2027-01-10") });
  assert.deepEqual((await turns("Trygg jul", 2025)).said, []);
  assert.deepEqual((await turns("Trygg jul", 2026)).said,
    ["12 starts 15 december 2026", "12 yearly"]);
  for (const year of [2027, 2028, 2090])
    assert.deepEqual((await turns("Trygg jul", year)).said,
      [`1 due 10 januari ${year}`, `12 starts 15 december ${year}`, "12 yearly"]);
  const { named, drawn } = await turns("Trygg jul", 2090); // when few others are left to fill the rings
  assert.deepEqual([named, drawn], [1, [2]], "one name in the list, one ring with two arcs");
});

test("what ends the year after and does not come again is in both years and no more", async () => {
  await made({ title: "En gång", ...dates("2026-12-15", "2027-01-10") });
  assert.deepEqual((await turns("En gång", 2026)).said, ["12 starts 15 december 2026"]);
  assert.deepEqual((await turns("En gång", 2027)).said, ["1 due 10 januari 2027"]);
  assert.deepEqual((await turns("En gång", 2028)).said, []);
});

test("the 29th of February comes again on the last day of February, also in calendars", async () => {
  await made({ title: "Skottdag", yearly: "1", ...dates("2028-02-29", "2028-02-29") });
  for (const [year, last] of [[2028, 29], [2029, 28], [2031, 28], [2032, 29]])
    assert.deepEqual((await turns("Skottdag", year)).said,
      [`2 starts ${last} februari ${year}`, `2 due ${last} februari ${year}`, "2 yearly"]);
  await made({ title: "Skottvinter", yearly: "1", ...dates("2027-12-01", "2028-02-29") });
  assert.deepEqual((await turns("Skottvinter", 2029)).said, ["1 runs", "2 due 28 februari 2029",
    "12 starts 1 december 2029", "12 yearly"]);
  const ics = (await c.get(`${at}.ics`)).text;
  const leap = ics.split("BEGIN:VEVENT").filter((e) => /Skottdag/.test(e));
  assert.equal(leap.length, 2);
  for (const e of leap) assert.match(e, /RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1\r\n/);
});

test("everything is in the log, and the letter has a link and no words", async () => {
  const rows = await select(server.place, `SELECT DISTINCT action FROM audit WHERE action LIKE 'action.%'`);
  const seen = new Set(rows.map((r) => r.action));
  for (const what of ["add", "change", "state", "plan", "plan.lock", "effect", "read", "list", "export"])
    assert.ok(seen.has(`action.${what}`), what);
  const log = await c.get("/1493/installningar/logg");
  assert.match(log.words, /Åtgärd skapad/);
  const mail = await select(server.place, "SELECT body FROM mail WHERE subject LIKE 'Åtgärder%'");
  assert.ok(mail.length > 0);
  for (const { body } of mail) assert.doesNotMatch(body, /Fotpatrull|Ungdomar/);
});
