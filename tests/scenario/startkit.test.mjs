// SPDX-License-Identifier: AGPL-3.0-or-later
// A municipality from nothing to its first period: the list of steps, invitations by the dozen, printed
// slips, the words on personal data and the posters.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, select } from "./database.mjs";
import { newInstallation, samsyn, samsynOk, startServer, totp } from "./lib.mjs";

const at = "/1447/installningar";
const password = "korgstol vinterdag tall";
let place, server, c;

before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args, "--municipality", "1447"]);
  await samsynOk(["account", "add", ...place.args, "--name", "Samordnare Exempel", "--role",
    "prevention_coordinator", "--municipality", "1447", "samordnare@example.se"], { input: `${password}\n` });
  server = await startServer({ place, args: ["--no-limits"] });
  c = server.client();
  const page = await c.get("/logga-in");
  await c.submitOk(page, "/logga-in", { email: "samordnare@example.se", password });
  const factor = await c.get("/konto/tvafaktor"); // what the role asks for, before anything else
  const secret = /value="([A-Z2-7 ]{16,})"/.exec(factor.text)[1];
  const codes = await c.submit(factor, "/konto/tvafaktor", { code: totp(secret) });
  assert.equal(codes.status, 200, codes.words);
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

const open = (path) => c.get(at + path);
const steps = async () => {
  const page = await open("/kom-igang");
  assert.equal(page.status, 200, page.words);
  return page;
};
/** How a step stands: "Klart", "Kvar" or "Kan vänta". */
const state = (page, name) =>
  new RegExp(`<h2>${name} <span class="tag[^>]*>(?:✓ )?([^<]+)<`).exec(page.text)?.[1];
const next = (page) => /Nästa steg: ([^<]+)</.exec(page.text)?.[1];
const rows = async (table) =>
  Number((await select(place, `SELECT count(*) AS n FROM ${table} WHERE municipality_code = '1447'`))[0].n);
const codesOf = (page) => [...page.text.matchAll(/class="slip-code">(1447-[^<]+)</g)].map((m) => m[1]);
const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

/** Prints n slips and answers their codes. */
async function print(n) {
  const form = await open("/konton/flera");
  const done = await c.submit(form, "/flera", { organisation: await organisation(), slips: String(n) });
  assert.equal(done.status, 200, done.words);
  return codesOf(done);
}
async function organisation() {
  const page = await open("/konton/flera");
  return /<option value="([0-9a-f-]{36})"/.exec(page.text)[1];
}

test("nothing is done from the start, and the settings lead to the list", async () => {
  const front = await open("");
  assert.match(front.words, /inte i gång än 0 av 8 steg är klara/);
  assert.ok(front.links("/kom-igang").length > 0);
  const page = await steps();
  assert.equal(next(page), "Organisationer");
  for (const name of ["Organisationer", "Rapportörer", "Rytm", "Information om personuppgifter",
    "Första perioden"])
    assert.equal(state(page, name), "Kvar", name);
  for (const name of ["Händelsetyper", "Områden", "Affischer"])
    assert.equal(state(page, name), "Kan vänta", name);
  for (const href of page.links(`${at}/`)) assert.equal((await c.get(href)).status, 200, href);
  assert.equal((await c.get("/0000/installningar/kom-igang")).status, 403);
  for (const empty of ["/1447/laget", "/1447/handelser"])
    assert.equal((await c.get(empty)).links(`${at}/kom-igang`).length, 1, empty);
});

test("the start page leads to the list while steps are left, and to invitations", async () => {
  const page = await c.get("/1447/nu");
  assert.match(page.text, /<a href="\/1447\/installningar\/kom-igang">Kom igång: 8 steg kvar<\/a>/);
  assert.match(page.text, /Ingen organisation har rapportörer än\. <a [^>]*href="\/1447\/installningar\/konton\/flera">/);
});

test("what is printed with an address that nobody reaches is warned of, and who can set it", async () => {
  for (const path of ["/kom-igang", "/affischer", "/affischer/rapportorer", "/affischer/invanare", "/konton/flera"]) {
    const page = await open(path);
    assert.match(page.words, /Ingen publik adress är inställd http:\/\/127\.0\.0\.1:\d+ når man bara från/, path);
    assert.match(page.words, /Den som sköter installationen skriver in adressen på sidan Installation/, path);
    assert.deepEqual(page.links("/0000/"), [], path); // not for a coordinator
  }
});

test("without an organisation there is nobody to invite to", async () => {
  const page = await open("/konton/flera");
  assert.match(page.words, /ingen organisation att bjuda in till/);
  assert.deepEqual(page.forms.filter((f) => f.action.endsWith("/flera")), []);
});

test("a step that the program sees is done by doing it", async () => {
  await c.submitOk(await open("/organisationer/ny"), "/ny", { name: "Gullspångsbostäder Exempel",
    kind: "housing" });
  const page = await steps();
  assert.equal(state(page, "Organisationer"), "Klart");
  assert.equal(next(page), "Rapportörer");
  await c.submitOk(await open("/handelsetyper/damage.graffiti"), "/damage.graffiti", { label: "Tags" });
  assert.equal(state(await steps(), "Händelsetyper"), "Klart");
});

test("a step that it cannot see is said, and taken back; no other can be", async () => {
  await c.submitOk(await steps(), "/kom-igang", { steg: "posters", gor: "klart" });
  assert.equal(state(await steps(), "Affischer"), "Klart");
  await c.submitOk(await steps(), "/kom-igang", { steg: "posters", gor: "kvar" });
  assert.equal(state(await steps(), "Affischer"), "Kan vänta");
  const wrong = await c.submit(await steps(), "/kom-igang", { steg: "reporters", gor: "klart" });
  assert.equal(wrong.status, 422);
  assert.equal(state(await steps(), "Rapportörer"), "Kvar");
  const log = await open("/logg");
  assert.match(log.words, /Markerat ett steg som klart/);
});

test("each faulty line is told with its number, and nobody is invited", async () => {
  const form = await open("/konton/flera");
  const lines = "Bo Exempel; bo@example.se\nUtan adress\n\nAnn Exempel; ann@fel\nCy; BO@example.se";
  const page = await c.submit(form, "/flera", { organisation: await organisation(), lines, slips: "3" });
  assert.equal(page.status, 422);
  assert.match(page.words, /Rad 2: Skriv namnet/);
  assert.match(page.words, /Rad 4: /);
  assert.match(page.words, /Rad 5: Samma adress står på rad 1/);
  assert.equal(new URLSearchParams(page.form("/flera").fields).get("lines").replaceAll("\r", ""), lines);
  const member = await c.submit(form, "/flera", { organisation: await organisation(), slips: "2",
    lines: "Bo Exempel; bo@example.se\nSam; Samordnare@example.se" });
  assert.match(member.words, /Rad 2: Adressen har redan ett konto/);
  assert.equal(await rows("invitation"), 0);
  assert.equal(await rows("slip_sheet"), 0);
  assert.equal(await rows("slip"), 0);
});

test("somebody else's organisation, and nobody at all, are refused", async () => {
  const form = await open("/konton/flera");
  const other = await c.submit(form, "/flera", { organisation: "01890000-0000-7000-8000-000000000001",
    slips: "1" });
  assert.equal(other.status, 422);
  const nobody = await c.submit(form, "/flera", { organisation: await organisation() });
  assert.equal(nobody.status, 422);
  const many = await c.submit(form, "/flera", { organisation: await organisation(), slips: "61" });
  assert.equal(many.status, 422);
  assert.equal(await rows("slip"), 0);
});

test("lines become invitations with a link each, that are taken up as ever", async () => {
  const form = await open("/konton/flera");
  const done = await c.submit(form, "/flera", { organisation: await organisation(),
    lines: "Bo Exempel;bo@example.se\r\nAnn Exempel\tann@example.se" });
  assert.equal(done.status, 200);
  assert.match(done.words, /Lämna över länken själv/); // the installation sends no letters
  const [link] = [...done.text.matchAll(/(\/inbjudan\/[\w-]{43})/g)].map((m) => m[1]);
  const bo = server.client();
  const invited = await bo.get(link);
  assert.match(invited.words, /Rapportör/);
  assert.ok(invited.links("/gullspang/personuppgifter").length);
  await bo.submitOk(invited, "/inbjudan/", { password });
  assert.equal((await bo.get("/1447/rapportera")).status, 200);
  assert.deepEqual((await bo.get("/1447/handelser")).links("/kom-igang"), []); // not his to do
  const page = await steps();
  assert.equal(state(page, "Rapportörer"), "Klart");
  assert.match(page.words, /1 rapportör är med, 1 inbjudan väntar på svar/);
});

test("the page with slips loaded once more makes no others, and says so", async () => {
  const form = await open("/konton/flera");
  const fields = { organisation: await organisation(), lines: "Cia Exempel;cia@example.se", slips: "2" };
  const first = await c.submit(form, "/flera", fields);
  const codes = codesOf(first);
  assert.equal(codes.length, 2);
  const [slips, invitations] = [await rows("slip"), await rows("invitation")];
  const again = await c.submit(form, "/flera", fields); // what F5 sends
  assert.equal(again.status, 409);
  assert.match(again.words, /redan gjorda, och en kod visas bara en gång/);
  assert.deepEqual(codesOf(again), []);
  assert.deepEqual([await rows("slip"), await rows("invitation")], [slips, invitations]);
  const sheet = again.forms.filter((f) => f.action.includes("/lappar/"))[0].action;
  await c.submitOk(again, sheet); // and they can be withdrawn where it says so
  assert.equal((await server.client().get(`/lapp/${codes[0]}`)).status, 404);
});

test("a slip is shown once, hashed, and lets one person in", async () => {
  const codes = await print(3);
  assert.equal(new Set(codes).size, 3);
  for (const code of codes) assert.match(code, /^1447(-[0-9a-hjkmnp-tv-z]{4}){5}$/);
  const again = await open("/konton/flera");
  assert.match(again.words, /3 lappar kan fortfarande användas/);
  assert.deepEqual(codesOf(again), []);
  const stored = await select(place, "SELECT code_hash FROM slip");
  for (const row of stored) assert.equal(row.code_hash.replace("\\x", "").length, 64);
  assert.match((await steps()).words, /3 lappar är inte använda än/);

  const eva = server.client();
  // as typed from paper: capitals, blanks, o for 0
  const typed = codes[0].toUpperCase().replaceAll("-", " ").replaceAll("0", "O");
  const page = await eva.submitOk(await eva.get("/lapp"), "/lapp", { kod: typed });
  assert.match(page.words, /Gullspångsbostäder Exempel/);
  assert.ok(page.links("/gullspang/personuppgifter").length);
  const weak = await eva.submit(page, "/lapp/", { name: "Eva Exempel", email: "eva@example.se",
    password: "kort" });
  assert.equal(weak.status, 422);
  await eva.submitOk(page, "/lapp/", { name: "Eva Exempel", email: "eva@example.se", password });
  assert.equal((await eva.get("/1447/rapportera")).status, 200);
  assert.equal((await eva.get("/1447/installningar")).status, 403);
  assert.equal((await eva.get("/1493/rapportera")).status, 403);

  for (const [path, body] of [["", null], ["", { name: "X", email: "x@example.se", password }]]) {
    const late = server.client();
    const answer = body ? await late.submit(page, "/lapp/", body) : await late.get(`/lapp/${codes[0]}${path}`);
    assert.equal(answer.status, 404);
    assert.match(answer.words, /Lappen gäller inte/);
  }
  const [{ n }] = await select(place, "SELECT count(*) AS n FROM account WHERE email = 'x@example.se'");
  assert.equal(Number(n), 0);
});

test("an address with an account logs in and takes the slip up; five wrong ones end it", async () => {
  const [code, other] = await print(2);
  const stranger = server.client();
  const page = await stranger.get(`/lapp/${code}`);
  for (let i = 0; i < 5; i++) {
    const no = await stranger.submit(page, "/lapp/", { name: "Bo", email: "bo@example.se", password });
    assert.equal(no.status, 422);
    assert.match(no.words, /logga in och öppna lappen igen/);
  }
  assert.equal((await stranger.get(`/lapp/${code}`)).status, 404);

  // somebody who works in another municipality only
  await samsynOk(["account", "add", ...place.args, "--name", "Väktare Exempel", "--role", "reporter",
    "--municipality", "1493", "vakt@example.se"], { input: `${password}\n` });
  const guard = server.client();
  const slip = await guard.get(`/lapp/${other}`);
  const login = await guard.get(slip.links("/logga-in")[0]);
  const back = await guard.submitOk(login, "/logga-in", { email: "vakt@example.se", password });
  assert.match(back.words, /inloggad som vakt@example.se/);
  await guard.submitOk(back, "/ta");
  assert.equal((await guard.get("/1447/rapportera")).status, 200);
});

test("a slip changes nobody's role, and stays", async () => {
  const [code] = await print(1);
  const page = await c.get(`/lapp/${code}`);
  const no = await c.submit(page, "/ta");
  assert.equal(no.status, 422);
  assert.match(no.words, /Lappen är inte använd/);
  assert.equal((await open("")).status, 200); // still a coordinator
  assert.equal((await server.client().get(`/lapp/${code}`)).status, 200);
});

test("withdrawn, too old, of a sleeping organisation, of another municipality: not good", async () => {
  const [first] = await print(1);
  const sheet = await open("/konton/flera");
  const action = sheet.forms.filter((f) => f.action.includes("/lappar/"))[0].action;
  await c.submitOk(sheet, new URL(action).pathname);
  assert.equal((await server.client().get(`/lapp/${first}`)).status, 404);
  assert.match((await open("/konton/flera")).words, /Indragna/);
  assert.equal((await c.submit(sheet, new URL(action).pathname)).status, 404); // twice

  const [second] = await print(1);
  assert.equal((await server.client().get(`/lapp/1493${second.slice(4)}`)).status, 404);
  const list = await open("/organisationer");
  const href = list.links("/organisationer/").find((h) => !h.endsWith("/ny"));
  await c.submitOk(await c.get(href), "/vila");
  assert.equal((await server.client().get(`/lapp/${second}`)).status, 404);
  await c.submitOk(await c.get(href), "/vack");
  assert.equal((await server.client().get(`/lapp/${second}`)).status, 404, "ended for good, as invitations");

  const [third] = await print(1);
  assert.equal((await server.client().get(`/lapp/${third}`)).status, 200);
  await execute(place, ["UPDATE slip_sheet SET expires_at = 1"]);
  assert.equal((await server.client().get(`/lapp/${third}`)).status, 404);
  assert.match((await open("/konton/flera")).words, /För gamla/);
  for (const wrong of ["x", "1447", "1447-aaaa-aaaa-aaaa-aaaa-aaau", `${second}0`])
    assert.equal((await server.client().get(`/lapp/${wrong}`)).status, 404, wrong);
});

test("two at the same time with one slip: one gets in", async () => {
  const [code] = await print(1);
  const page = await server.client().get(`/lapp/${code}`);
  const answers = await Promise.all(["u1", "u2", "u3"].map(async (name) =>
    (await server.client().submit(page, "/lapp/", { name, email: `${name}@example.se`, password })).status));
  assert.deepEqual(answers.sort(), [303, 404, 404]);
});

test("whom to ask about personal data is told to everybody, and no person is", async () => {
  const everybody = server.client();
  const empty = await everybody.get("/gullspang/personuppgifter");
  assert.equal(empty.status, 200);
  for (const words of [/allmänt intresse/, /2023:196/, /Integritetsskyddsmyndigheten/, /ingen kontakt|växel/,
    /platser och tider/, /få fel rättade/])
    assert.match(empty.words, words);
  const form = await open("/personuppgifter");
  const person = await c.submit(form, "/personuppgifter", { email: "dataskydd@example.se",
    words: "Fråga Anna Andersson på 070-174 06 05." });
  assert.equal(person.status, 422);
  assert.match(person.words, /ser ut som en uppgift om en person/);
  const phone = await c.submit(form, "/personuppgifter", { phone: "ring oss" });
  assert.equal(phone.status, 422);
  await c.submitOk(form, "/personuppgifter", { email: "dataskydd@example.se", phone: "070-174 06 05",
    keep: "Rapporter gallras efter fem år.\nLoggen efter tio.", words: "" });
  const full = await everybody.get("/gullspang/personuppgifter");
  assert.match(full.words, /dataskydd@example.se/);
  assert.match(full.text, /href="tel:0701740605"/);
  assert.match(full.text, /<p>Rapporter gallras efter fem år.<\/p>\s*<p>Loggen efter tio.<\/p>/);
  assert.doesNotMatch(full.words, /Kommunen bestämmer när de gallras/);
  assert.equal(state(await steps(), "Information om personuppgifter"), "Klart");
  assert.ok((await everybody.get("/gullspang/")).links("/gullspang/personuppgifter").length);
  assert.ok((await c.get("/1447/rapportera")).links("/gullspang/personuppgifter").length);
  await everybody.send("GET", "/_sprak/en");
  const english = await everybody.get("/gullspang/personuppgifter");
  assert.match(english.words, /task carried out in the public interest/);
  assert.match(english.words, /Rapporter gallras efter fem år/); // the municipality's own words stand as written
  assert.equal((await everybody.get("/toreboda/personuppgifter")).status, 404); // not switched on
});

test("what is said of personal data follows what the municipality has switched on", async () => {
  const everybody = server.client();
  const words = async () => (await everybody.get("/gullspang/personuppgifter")).words;
  assert.doesNotMatch(await words(), /kan ha bilder|Lämnar du din e-postadress|invånare som berättar/);
  await c.submitOk(await open("/bilder"), "/bilder", { photos: "1" });
  assert.match(await words(), /En rapport kan ha bilder/);
  await c.submitOk(await open("/bilder"), "/bilder", { photos: "0" });
  assert.doesNotMatch(await words(), /kan ha bilder/);
  const form = await open("/otrygg-plats");
  const name = /name="([^"]+)"[^>]*value="1"/.exec(form.text)[1];
  await c.submitOk(form, "/otrygg-plats", { [name]: "1" });
  assert.match(await words(), /Lämnar du din e-postadress/);
  assert.match(await words(), /Också från invånare som berättar om en plats/);
  await c.submitOk(await open("/otrygg-plats"), "/otrygg-plats", { [name]: null });
  assert.doesNotMatch(await words(), /Lämnar du din e-postadress/);
});

test("the posters carry the municipality, the address and 112", async () => {
  const one = await open("/affischer/rapportorer");
  assert.match(one.words, /Gullspång/);
  assert.match(one.words, /Ring 112 vid pågående brott\. Detta är ingen polisanmälan/);
  assert.match(one.words, /127\.0\.0\.1:\d+\/1447\/rapportera/);
  assert.match(one.text, /<svg class="qr"/);
  const two = await open("/affischer/invanare");
  assert.match(two.words, /127\.0\.0\.1:\d+\/gullspang\//);
  assert.equal((await open("/affischer/annat")).status, 404);
});

test("a series that is still to come is no rhythm: the step says so", async () => {
  await c.submitOk(await open("/perioder/serie"), "/serie", { weeks: "1", weekday: "1", first: day(30),
    last: day(60) });
  const page = await steps();
  assert.equal(state(page, "Rytm"), "Kvar");
  assert.match(page.words, /Nästa period öppnas inte av sig själv\. Vecka [\d ]+ börjar/);
  assert.match((await c.get("/1447/nu")).words, /Perioder öppnas inte av sig själva/);
  await execute(place, ["DELETE FROM period WHERE municipality_code = '1447'"]);
});

test("after the step Rytm a period is open, and the start page speaks of it", async () => {
  const list = await steps();
  const [go] = list.links(`${at}/rytm`);
  const done = await c.submitOk(await c.get(go), "/rytm", {}); // what is suggested is taken
  assert.match(done.words, /Rytmen är sparad/);
  const [period] = await select(place, "SELECT name, starts_at, ends_at FROM period WHERE municipality_code = '1447'");
  assert.ok(period.starts_at <= Date.now() && period.ends_at > Date.now(), JSON.stringify(period));
  const page = await steps();
  assert.equal(state(page, "Rytm"), "Klart");
  assert.ok(page.words.includes(`Perioder öppnas av sig själva. ${period.name} pågår till och med`), page.words);
  const now = await c.get("/1447/nu");
  assert.ok(now.words.includes(period.name), now.words);
  assert.doesNotMatch(now.words, /öppnas inte av sig själva|De senaste 14 dagarna/);
});

test("with a period and a first report the municipality is up and running", async () => {
  let page = await steps();
  assert.equal(state(page, "Första perioden"), "Kvar");
  assert.match(page.words, /pågår till och med/);
  const form = await c.get("/1447/handelser/ny");
  await c.submitOk(form, "/handelser/ny", { main: "damage", detail: "damage.glass", when: "i dag 00.30",
    unknown: "1", text: "Krossad ruta", confirm: "1" });
  for (const steg of ["areas", "posters"])
    await c.submitOk(await steps(), "/kom-igang", { steg, gor: "klart" });
  page = await steps();
  assert.deepEqual((await c.get("/1447/handelser")).links("/kom-igang"), []); // never in the way
  assert.match(page.words, /8 av 8 steg är klara/);
  assert.match(page.words, /Alla steg är klara/);
  assert.doesNotMatch((await open("")).words, /inte i gång än/);
  assert.deepEqual((await c.get("/1447/nu")).links("/kom-igang"), []);
});

test("the log holds, with what was done", async () => {
  await server.stop();
  const verify = await samsyn(["audit", "verify", ...place.args]);
  assert.equal(verify.code, 0, verify.err);
  const actions = (await select(place, "SELECT DISTINCT action FROM audit WHERE municipality_code = '1447'"))
    .map((r) => r.action);
  for (const action of ["account.slips", "account.slip_use", "account.slips_withdraw", "account.invite",
    "privacy.change", "startkit.done", "startkit.undone"])
    assert.ok(actions.includes(action), action);
});
