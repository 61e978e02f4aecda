// SPDX-License-Identifier: AGPL-3.0-or-later
// What inhabitants have told, published by neighbourhood: what is seen and what never is.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, insert, select } from "./database.mjs";
import { newInstallation, startServer } from "./lib.mjs";
import { idText, newId } from "./objects.mjs";

const LIST = "/1493/otrygga-platser", OWN = `${LIST}/publicerat`, PUBLIC = "/mariestad/otrygga-platser";
const CENTRE = { east: 431800, north: 6507010 }; // in the locality Mariestad
const WOODS = { east: 440000, north: 6530000 }; // in none
let place, server, coordinator, officer, nobody;

const NOW = new Date(Date.now() + 2 * 3600_000); // never in a month that has ended in Sweden

/** Noon of a day in the month so many months ago. */
const at = (months, day = 10) => Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - months, day, 12);
const month = (months) => new Date(at(months)).toISOString().slice(0, 7);

/** Rows of a report, past the program: accepted, unless the values say otherwise. */
function report(values) {
  const v = { id: newId(), feeling: "unsafe", reasons: "lighting", months: 3, state: "included",
    same_as: null, text: "Hemligt ord", ...CENTRE, ...values };
  const received = at(v.months, v.day);
  return [insert("event", {
    municipality_code: "1493", id: v.id, source: "citizen", type_code: "unsafe_place",
    occurred_from: received, occurred_to: received, local_weekday: 1, local_hour: 12, local_week: 202601,
    precision: "point", east: v.east, north: v.north, place_name: "Hemliga stigen", state: v.state,
    version: 1, reported_at: received, changed_at: received, description: v.text,
    ...(v.same_as && { same_as: v.same_as }),
  }), insert("citizen_report", {
    municipality_code: "1493", id: v.id, feeling: v.feeling, reasons: v.reasons, times: "dark",
    state: "received", code_until: received * 2, received_at: received, changed_at: received, version: 1,
  })];
}
const reports = (n, values) => Array.from({ length: n }, () => report(values)).flat();

before(async () => {
  place = await newInstallation({ exercise: 1 });
  const main = newId();
  await execute(place, [
    "DELETE FROM citizen_report WHERE municipality_code = '1493'", // those of the exercise
    ...reports(4, {}), // with the linked one and its main one six voices
    ...report({ id: main, reasons: "lighting overview" }),
    ...report({ same_as: main, state: "submitted" }),
    ...report({ state: "submitted", text: "Ingen har sett den" }), ...report({ state: "rejected" }),
    ...reports(4, { feeling: "safe", reasons: "people" }), // too few
    ...reports(5, { ...WOODS, reasons: "desolate" }),
    ...reports(6, { months: 2, day: 1, reasons: "vegetation" }), // another period
  ]);
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  nobody = server.client();
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

/** Begins a draft: its page. */
async function begin(from, to = from) {
  const page = await coordinator.submit(await coordinator.get(OWN), OWN, { from: month(from), to: month(to) });
  return page.status === 303 ? coordinator.get(page.location.pathname) : page;
}
const press = async (path, gor) => {
  const page = await coordinator.get(path);
  return coordinator.submit(page, path, { gor });
};
const places = (page, path) => [...new Set(page.links(`${path}/`))];
let path; // of the publication that the tests go on with

test("nothing is out at first, and the pages are the coordinator's", async () => {
  const page = await nobody.get(PUBLIC);
  assert.equal(page.status, 200);
  assert.match(page.words, /Inget är publicerat än/);
  assert.equal((await officer.get(OWN)).status, 403);
  assert.equal((await nobody.get("/habo/otrygga-platser")).status, 404);
  const list = await coordinator.get(LIST);
  assert.equal(list.links(OWN).length, 1);
  assert.match(list.words, /väntar på granskning och räknas inte än/);
  assert.ok(list.links("/1493/granska").length > 0);
  for (const from of ["/mariestad/", "/mariestad/otrygg-plats/kvitto"])
    assert.ok((await nobody.get(from)).links(PUBLIC).length > 0, from);
});

test("a draft gathers the accepted reports of whole months by neighbourhood, and holds back the few", async () => {
  const wrong = await begin(0);
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Välj en månad som är slut/);
  assert.match((await begin(3, 4)).words, /före den första/);
  const page = await begin(3);
  path = page.url?.pathname ?? (await coordinator.get(OWN)).links(`${OWN}/`)[0];
  assert.match(page.words, /Mariestad med omnejd.*känns otrygg.*6 rapporter/);
  assert.match(page.words, /Övriga kommunen.*känns otrygg.*5 rapporter/);
  assert.match(page.words, /Visas inte .*Mariestad med omnejd: känns trygg, 4 rapporter/);
  assert.match(page.words, /En rapport från perioden är inte granskad/);
  assert.match(page.words, /Skriv först vad som görs/);
  assert.doesNotMatch(page.text, /value="publicera"/);
  assert.equal(places(page, path).length, 2);
  const taken = await begin(4, 3);
  assert.equal(taken.status, 422);
  assert.match(taken.words, /ingår redan i en annan/);
  assert.match((await nobody.get(PUBLIC)).words, /Inget är publicerat än/);
});

test("each place needs its answer, nobody is pointed at, and two do not write over each other", async () => {
  const [town, woods] = places(await coordinator.get(path), path);
  const form = await coordinator.get(town);
  assert.equal((await coordinator.submit(form, town, { done: "" })).status, 422);
  const named = await coordinator.submit(form, town, { done: "Ring Anna Svensson 070-174 06 05." });
  assert.equal(named.status, 422);
  assert.match(named.text, /Ring Anna Svensson/);
  const [measure] = [...form.text.matchAll(/<option value="([0-9a-f-]{36})">Bättre ljus/g)].map((m) => m[1]);
  await coordinator.submitOk(form, town, { done: "Belysning åtgärdas före 1 oktober.\nSedan ser vi över buskarna.",
    ...(measure && { measure }) });
  const late = await coordinator.submit(form, town, { done: "Något annat." });
  assert.equal(late.status, 409);
  assert.match(late.text, /Något annat\./);
  assert.equal((await coordinator.submit(await coordinator.get(town), town, { measure: newId() })).status, 422);
  assert.equal((await press(path, "publicera")).status, 409); // one is lacking
  await coordinator.submitOk(await coordinator.get(woods), woods, { done: "Inget görs: vägen är inte kommunens." });
  assert.equal((await coordinator.get(`${path}/safe-rest`)).status, 404);
  const page = await coordinator.get(path);
  assert.match(page.words, /Så ser allmänheten det .*Belysning åtgärdas före 1 oktober/);
});

test("what is published names neighbourhoods, reasons and answers, and nothing of a single report", async () => {
  assert.equal((await press(path, "publicera")).status, 303);
  const page = await nobody.get(PUBLIC);
  const name = new Intl.DateTimeFormat("sv-SE", { month: "long", year: "numeric", timeZone: "UTC" }).format(at(3));
  assert.ok(page.words.includes(`${name} Publicerad`), page.words);
  assert.match(page.words, /Publicerad .*Mariestad med omnejd: känns otrygg Ni nämner: det är mörkt|Ni nämner: Det är mörkt/);
  assert.match(page.words, /Belysning åtgärdas före 1 oktober\. Sedan ser vi över buskarna\./);
  assert.match(page.words, /Övriga kommunen: känns otrygg .*vägen är inte kommunens/);
  assert.doesNotMatch(page.words, /känns trygg|Hemlig|6 rapporter|5 rapporter|skymd|skymmer/);
  assert.doesNotMatch(page.text, /431800|6507010|440000|unsafe-/);
  const rows = await select(place, `SELECT action FROM audit WHERE municipality_code = '1493'
    AND action LIKE 'voices.%' ORDER BY seq`);
  assert.deepEqual([...new Set(rows.map((r) => r.action))], ["voices.begin", "voices.write", "voices.publish"]);
  assert.equal((await press(path, "publicera")).status, 409);
  const log = await coordinator.get("/1493/installningar/logg");
  assert.match(log.words, /Platser publicerade/);
});

test("reports that come or go afterwards change nothing, and words that do are dated", async () => {
  const before_ = await nobody.get(PUBLIC);
  await execute(place, [...reports(3, { feeling: "safe", reasons: "people" }), // seven by now
    "UPDATE event SET state = 'rejected' WHERE source = 'citizen' AND type_said IS NULL AND east = 440000"]);
  const strip = (page) => page.text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
  assert.equal(strip(await nobody.get(PUBLIC)), strip(before_));
  const [, woods] = places(await coordinator.get(path), path);
  await coordinator.submitOk(await coordinator.get(woods), woods, { done: "Vi har bett vägens ägare om ljus." });
  const page = await nobody.get(PUBLIC);
  assert.match(page.words, /, uppdaterad .*bett vägens ägare om ljus/);
  assert.doesNotMatch(page.words, /inte kommunens/);
});

test("the page is kept in memory, and what becomes of an action shows at once", async () => {
  const first = await nobody.get(PUBLIC);
  assert.equal(first.headers.get("cache-control"), "public, max-age=60");
  const headers = { "if-none-match": first.headers.get("etag") };
  assert.equal((await nobody.send("GET", PUBLIC, { headers })).status, 304);
  const [row] = await select(place, `SELECT action_id FROM voices_cluster WHERE action_id IS NOT NULL`);
  assert.ok(row, "a place points at an action");
  const id = idText(row.action_id);
  const page = await coordinator.get(`/1493/atgarder/${id}`); // it is done
  await coordinator.submitOk(page, "/lage", { state: "ongoing", note: "Lampan gick sönder." });
  const told = await nobody.send("GET", PUBLIC, { headers });
  assert.equal(told.status, 200, "what was kept is dropped");
  assert.notEqual(told.words, first.words);
  assert.doesNotMatch(told.words, /Lampan/);
});

test("one press takes it back, one shows it again, and its months are never counted anew", async () => {
  assert.equal((await press(path, "dra-tillbaka")).status, 303);
  assert.doesNotMatch((await nobody.get(PUBLIC)).words, /Belysning|vägens ägare/);
  assert.equal((await press(path, "dra-tillbaka")).status, 409);
  assert.equal((await press(path, "ta-bort")).status, 409);
  assert.equal((await begin(3)).status, 422); // the public has seen them
  assert.equal((await press(path, "igen")).status, 303);
  assert.match((await nobody.get(PUBLIC)).words, /vägens ägare om ljus/);
});

test("the next period shares no report with the one before, and a draft can be taken away", async () => {
  const page = await begin(2);
  const next = (await coordinator.get(OWN)).links(`${OWN}/`).find((href) => href !== path);
  assert.match(page.words, /Mariestad med omnejd.*6 rapporter/);
  assert.doesNotMatch(page.words, /Övriga kommunen/);
  assert.equal((await press(next, "ta-bort")).status, 303);
  assert.equal((await coordinator.get(next)).status, 404);
  assert.equal(Number((await select(place, "SELECT count(*) AS n FROM voices_publication"))[0].n), 1);
  assert.equal((await begin(6)).words.includes("Inget område kan visas"), true);
});
