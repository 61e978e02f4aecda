// SPDX-License-Identifier: AGPL-3.0-or-later
// Places that inhabitants tell of: the whole loop, what robots are met by, and what nobody sees.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { select } from "./database.mjs";
import { token, work } from "./form_token.mjs";
import { newInstallation, startServer } from "./lib.mjs";

const FORM = "/mariestad/otrygg-plats", RECEIPT = `${FORM}/kvitto`, LIST = "/1493/otrygga-platser";
let place, server, coordinator, officer;

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo", "--verbose"] });
  coordinator = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

const count = async (table, where = "1 = 1") =>
  Number((await select(place, `SELECT count(*) AS n FROM ${table} WHERE ${where}`))[0].n);
const reports = () => count("citizen_report");
const wordsOf = (page) => [...page.text.matchAll(/<li>([a-zåäö]+)<\/li>/g)].map((m) => m[1]).join(" ");
const good = { feeling: "unsafe", bad: ["lighting"], place: "Mariestad", text: "Släckt vid trappan." };

/** A report of somebody without an account: the answer's page. */
async function tell(values = {}, client = server.client()) {
  return client.submit(await client.get(FORM), "/otrygg-plats", { ...good, ...values });
}

test("it is off until the municipality turns it on, and says politely where to turn", async () => {
  const client = server.client();
  const off = await client.get("/gullspang/otrygg-plats");
  assert.equal(off.status, 200);
  assert.match(off.words, /tar inte emot rapporter .* Kontakta oss .*070-174 06 05/);
  assert.equal(off.links("/gullspang/otrygg-plats").length, 0);
  assert.equal((await client.post("/gullspang/otrygg-plats", good)).status, 403);
  assert.equal((await client.get("/gullspang/otrygg-plats/platser?q=a")).status, 404);
  assert.equal((await client.get("/gullspang/")).links("/otrygg-plats").length, 0);
  const settings = "/1447/installningar/otrygg-plats";
  const room = async () => (await coordinator.get("/1447/nu")).links("/1447/otrygga-platser").length;
  assert.equal(await room(), 0); // a room that is switched off is not in the navigation
  await coordinator.submitOk(await coordinator.get(settings), settings, { on: "1" });
  assert.ok(await room() > 0);
  assert.ok((await client.get("/gullspang/")).links("/gullspang/otrygg-plats").length > 0);
  assert.match((await client.get("/gullspang/otrygg-plats")).words, /Hur känns platsen/);
  await coordinator.submitOk(await coordinator.get(settings), settings, { on: null });
  assert.match((await client.get("/gullspang/otrygg-plats")).words, /tar inte emot/);
  assert.equal((await client.get("/gullspang/")).links("/otrygg-plats").length, 0);
  for (const path of ["/habo/otrygg-plats", "/ingenstans/otrygg-plats"])
    assert.equal((await client.get(path)).status, 404, path);
});

/** Everything that counts, lists or shows events, as bytes. */
async function allThatCounts() {
  const year = "from=2000-01-01&to=2099-12-31";
  const out = {};
  for (const path of [`/1493/handelser?${year}`, `/1493/handelser.csv?${year}&type=unsafe_place`,
    `/1493/handelser.json?${year}&type=unsafe_place`, `/1493/handelser.geojson?${year}&type=unsafe_place`,
    `/api/v1/1493/events?${year}&type=unsafe_place`, "/1493/laget.json", "/1493/laget.csv",
    `/1493/handelser?${year}&kind=positive`, `/1493/handelser?${year}&text=hemlig`]) {
    let page; // until all of it is counted
    do page = await coordinator.get(path); while (page.status === 202 || page.text.includes("data-again"));
    assert.equal(page.status, 200, path);
    out[path] = page.text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").replace(/\d\d[.:]\d\d/g, "TIME")
      .replace(/"made": ?"[^"]*"/g, "").replace(/Granska \(\d+\)/g, "Granska"); // there they are told
  }
  for (const path of ["/mariestad/", "/mariestad/laget", "/mariestad/laget.atom"])
    out[path] = (await server.client().get(path)).text;
  out.tile = (await coordinator.send("GET", `/1493/handelser/tiles/6/34/19.mvt?${year}`)).bytes.toString("hex");
  return out;
}

test("until somebody has accepted it a report is in no count, list, tile, export or public page", async () => {
  const before_ = await allThatCounts();
  assert.match(before_["/1493/handelser.json?from=2000-01-01&to=2099-12-31&type=unsafe_place"], /unsafe_place/);
  for (const values of [{}, { feeling: "safe", bad: null, good: ["people"] }, { text: "hemlig grop" }]) {
    const thanks = await tell(values);
    assert.equal(thanks.status, 200, thanks.words);
    assert.match(thanks.words, /vi har fått din rapport/);
  }
  const now = await allThatCounts();
  for (const [path, text] of Object.entries(now)) assert.equal(text, before_[path], path);
  const rows = await select(place, `SELECT state, created_by, organisation_id FROM event
    WHERE source = 'citizen' AND origin IS NULL`);
  assert.ok(rows.length >= 3);
  for (const row of rows)
    assert.deepEqual(Object.values(row), ["submitted", null, null]);
});

test("told, answered, and the answer read with four words: and no more than that", async () => {
  const thanks = await tell({ bad: ["lighting", "vegetation"], times: ["dark", "evenings"],
    text: "Lampan bredvid bänken är trasig." });
  const words = wordsOf(thanks);
  assert.equal(words.split(" ").length, 4, thanks.words);
  const person = server.client();
  const look = async (typed) => person.submit(await person.get(RECEIPT), "/kvitto", { words: typed });
  let page = await look(words.toUpperCase().replaceAll(" ", ", "));
  assert.equal(page.status, 200);
  assert.match(page.words, /Mottagen .*Ingen har svarat än/);
  assert.doesNotMatch(page.words, /bänken|Mariestad, tätort/); // what was written stays unseen
  const id = (await coordinator.get(LIST)).links(`${LIST}/`).at(-1); // the youngest
  const one = await coordinator.get(id);
  assert.match(one.words, /Lampan bredvid bänken är trasig.*Räknas|Räknas.*Lampan bredvid bänken/s);
  assert.match(one.words, /nej, den är inte granskad än/);
  const wrong = await coordinator.submit(one, id, { state: "decided", answer: "Ring Anna Svensson 070-174 06 05." });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Svaret ser ut att peka ut en person/);
  assert.equal((await coordinator.submit(one, id, { state: "closed", answer: "" })).status, 422);
  await coordinator.submitOk(one, id, { state: "decided", answer: "Lampan byts före den 1 december." });
  page = await look(words);
  assert.match(page.words, /Åtgärd beslutad .*Lampan byts före den 1 december\./);
  const late = await coordinator.submit(one, id, { state: "looking", answer: "Något annat." });
  assert.equal(late.status, 409);
  assert.match(late.text, /Något annat\./);
  const log = await select(place, `SELECT action, detail FROM audit
    WHERE municipality_code = '1493' AND action LIKE 'citizen.%' ORDER BY seq`);
  assert.ok(log.some((row) => row.action === "citizen.answer" && /decided/.test(row.detail)));
  assert.ok(log.some((row) => row.action === "citizen.read"));
  assert.ok(log.every((row) => !/Lampan/.test(row.detail)));
});

test("what an inhabitant answered stands on the card, and the time of sending is no time of the event", async () => {
  const figures = async () => {
    let page; // until all of it is counted
    do page = await coordinator.get("/1493/laget.json?kind=all"); while (page.status === 202);
    const { weekday_hour: hours, quality, all } = page.json();
    return { hours: Math.round(hours.flat().reduce((a, b) => a + b, 0) * 10), without: quality.without_hour, n: all.n };
  };
  const thanks = await tell({ bad: ["lighting", "desolate"], times: ["dark", "winter"], text: "svarskort" });
  assert.equal(thanks.status, 200, thanks.words);
  const inbox = await coordinator.get("/1493/granska");
  const card = inbox.text.split("<article").find((part) => part.includes("svarskort"));
  assert.match(card, /<dt>Invånarens svar<\/dt><dd>[^<]*mörkt[^<]*öde[^<]*\. [^<]*mörkt[^<]*vinter<\/dd>/i);
  assert.doesNotMatch(card, /<dt>När<\/dt>/);
  const id = /data-report="([0-9a-f-]{36})"/.exec(card)[1];
  const own = await coordinator.get(`/1493/granska/${id}`);
  assert.match(own.words, /Invånarens svar/);
  assert.doesNotMatch(own.words, /Källans ord/);
  const was = await figures();
  const hidden = (name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(inbox.text)[1];
  const accepted = await coordinator.post("/1493/granska",
    { csrf: hidden("csrf"), sedd: hidden("sedd"), gor: "accept", rapport: id });
  assert.equal(accepted.status, 303);
  const now = await figures();
  assert.equal(now.hours, was.hours, "no hour of the week has more");
  assert.equal(now.without - was.without, now.n - was.n);
});

test("somebody who is logged in beside it tells without an account too", async () => {
  const before_ = await reports();
  assert.equal((await tell({}, officer)).status, 200);
  assert.equal(await reports(), before_ + 1);
  assert.equal(await count("event", "source = 'citizen' AND created_by IS NOT NULL"), 0);
  assert.equal(await count("audit", "action = 'citizen.add' AND account_id IS NOT NULL"), 0);
});

test("an address gets one letter with a link, and is gone", async () => {
  await tell({ email: "Invanare@Example.se" });
  assert.equal(await count("citizen_email"), 1);
  const id = (await coordinator.get(LIST)).links(`${LIST}/`).at(-1);
  const one = await coordinator.get(id);
  assert.match(one.words, /Personen har lämnat sin e-postadress/);
  assert.doesNotMatch(one.text, /invanare@example/i);
  await coordinator.submitOk(one, id, { state: "looking", answer: "" });
  assert.equal(await count("citizen_email"), 1); // no answer yet
  await coordinator.submitOk(await coordinator.get(id), id,
    { state: "closed", answer: "Vi byter armaturen i vår." });
  assert.equal(await count("citizen_email"), 0);
  const post = await server.client().get("/demo/post");
  assert.match(post.words, /invanare@example\.se/i);
  assert.doesNotMatch(post.words, /armaturen|Släckt/); // a letter says nothing
  const [link] = post.links("/otrygg-plats/kvitto?k=");
  const shown = await server.client().get(link);
  assert.match(shown.words, /Avslutad .*Vi byter armaturen i vår/);
  const elsewhere = await server.client().get(link.replace("/mariestad/", "/gullspang/"));
  assert.equal(elsewhere.status, 404);
  const bent = await server.client().get(link.replace(/.$/, (c) => (c === "0" ? "1" : "0")));
  assert.equal(bent.status, 404);
  assert.doesNotMatch(bent.words, /armaturen/);
});

test("a form is one report: sent again it shows the same words, changed it is asked about", async () => {
  const client = server.client();
  const form = await client.get(FORM), before_ = await reports();
  const first = await client.submit(form, "/otrygg-plats", good);
  const again = await client.submit(form, "/otrygg-plats", good);
  assert.equal(again.status, 200);
  assert.equal(wordsOf(again), wordsOf(first));
  assert.equal(await reports(), before_ + 1);
  const changed = await client.submit(form, "/otrygg-plats", { ...good, text: "Något annat." });
  assert.equal(changed.status, 409);
  assert.match(changed.words, /redan skickat/);
  assert.match(changed.text, /Något annat\./);
  assert.equal(await reports(), before_ + 1);
  const fresh = await client.submit(changed, "/otrygg-plats"); // the person presses Send once more
  assert.equal(fresh.status, 200, fresh.words);
  assert.notEqual(wordsOf(fresh), wordsOf(first));
  assert.equal(await reports(), before_ + 2);
});

test("a token that is not ours, of another municipality or too old stores nothing and loses nothing", async () => {
  const before_ = await reports();
  for (const [bad, why] of [[null, /kunde inte kontrolleras/], ["x", /kunde inte kontrolleras/],
    [await token(place, "1447", 60), /kunde inte kontrolleras/],
    [await token(place, "1493", 5 * 3600), /legat öppet för länge/]]) {
    const page = await tell({ token: bad });
    assert.equal(page.status, 422);
    assert.match(page.words, why);
    assert.match(page.text, /Släckt vid trappan\./);
    assert.notEqual(page.form("/otrygg-plats").fields.get("token"), bad);
  }
  assert.equal(await reports(), before_);
});

test("what points at a person is stopped and marked, in the text and in the name of the place", async () => {
  const before_ = await reports();
  const page = await tell({ text: "Det är Anna Svensson i ABC123 som kör." });
  assert.equal(page.status, 422);
  assert.match(page.words, /peka ut en person/);
  assert.match(page.text, /<mark>Anna Svensson/);
  assert.match(page.text, /Det är Anna Svensson i ABC123 som kör\./); // kept
  const named = await tell({ place: "hos Anna Svensson" });
  assert.equal(named.status, 422);
  assert.match(named.words, /Skriv bara platsens namn/);
  assert.equal(await reports(), before_);
});

test("a robot that fills in every field stores nothing, and a person learns why", async () => {
  const before_ = await reports();
  const page = await tell({ webbplats: "https://example.se" });
  assert.equal(page.status, 422);
  assert.match(page.words, /Ett fält som ska vara tomt/);
  assert.equal(await reports(), before_);
  assert.equal((await tell({ feeling: null })).status, 422);
  assert.equal((await tell({ place: "" })).status, 422);
  assert.equal(await reports(), before_);
});

test("places are found by name, asked about when unclear, and read back", async () => {
  const client = server.client();
  const found = await client.submit(await client.get(FORM), "/otrygg-plats",
    { place: "gatan", do: "find", feeling: null });
  assert.equal(found.status, 200);
  assert.match(found.words, /Vilken plats menar du/);
  const choices = [...found.text.matchAll(/name="place_choice" value="([0-9a-f-]{36})"/g)].map((m) => m[1]);
  assert.ok(choices.length > 1, found.words);
  const sent = await client.submit(found, "/otrygg-plats", { ...good, place: "gatan", place_choice: choices[1] });
  assert.equal(sent.status, 200, sent.words);
  const [row] = await select(place, `SELECT place_id, precision FROM event WHERE source = 'citizen'
    AND origin IS NULL ORDER BY id DESC LIMIT 1`);
  assert.equal(row.place_id.replaceAll("-", ""), choices[1].replaceAll("-", ""));
  const none = await tell({ place: "Xyzzytorget" });
  assert.equal(none.status, 422);
  assert.match(none.words, /ingen plats som heter ”Xyzzytorget”/);
  assert.doesNotMatch(none.words, /Ingen av dem/, "there are none to choose among");
  assert.equal((await client.submit(none, "/otrygg-plats", { place_choice: "name" })).status, 200);
  const point = await tell({ place: "", east: "431800", north: "6507010" });
  assert.equal(point.status, 200, point.words);
  assert.match(point.words, /Plats (nära|vid|\d+ m)/);
  assert.equal((await tell({ place: "", east: "700000", north: "7000000" })).status, 422);
});

test("receipts are of one municipality, and words that are near are told", async () => {
  const client = server.client();
  const look = async (path, words) => client.submit(await client.get(path), "/kvitto", { words });
  assert.match((await look(RECEIPT, "björk kotte snöre vante")).words, /Lamporna lagas/); // exercise data
  const elsewhere = await look("/gullspang/otrygg-plats/kvitto", "björk kotte snöre vante");
  assert.equal(elsewhere.status, 422);
  assert.doesNotMatch(elsewhere.words, /Lamporna/);
  assert.match((await look(RECEIPT, "björk kotten snöre vante")).words, /Menar du kotte\?/);
  assert.match((await look(RECEIPT, "björk kotte snöre")).words, /fyra ord/);
  assert.match((await look(RECEIPT, "kotte björk snöre vante")).words, /inget kvitto/);
});

test("staff pages are the coordinator's", async () => {
  assert.equal((await officer.get(LIST)).status, 403);
  assert.equal((await officer.get("/1493/installningar/otrygg-plats")).status, 403);
  const page = await coordinator.get(LIST);
  assert.match(page.words, /Öppna \(\d+\) Avslutade \(\d+\)/);
  assert.match((await coordinator.get(`${LIST}?visa=avslutade`)).words, /Avslutad/);
});

test("robots and floods: too quick, too many from one network, too many guesses", async () => {
  await server.stop();
  await server.start(["--demo", "--verbose", "--trusted-proxy", "127.0.0.1"]);
  const client = server.client(), before_ = await reports();
  const from = (net) => ({ "x-forwarded-for": net });
  const post = (values, net) => client.post(FORM, new URLSearchParams(
    Object.entries({ feeling: "unsafe", place: "Mariestad", ...values })), from(net));
  const quick = await post({ token: await token(place, "1493", 5) }, "203.0.113.1");
  assert.equal(quick.status, 422);
  assert.match(quick.words, /gick lite för fort\. Vänta 1\d sekunder/);
  const worked = await token(place, "1493", 5);
  assert.equal((await post({ token: worked, work: work(worked) }, "203.0.113.1")).status, 200);
  assert.equal(await reports(), before_ + 1);
  for (let i = 0; i < 4; i++) // without the work: four from one network
    assert.equal((await post({ token: await token(place, "1493", 30) }, `198.51.100.${i}`)).status, 200);
  const crowded = await post({ token: await token(place, "1493", 30), text: "Kvar" }, "198.51.100.99");
  assert.equal(crowded.status, 429);
  assert.match(crowded.words, /Vänta \d+ minuter/);
  assert.match(crowded.text, /Kvar/);
  assert.equal((await post({ token: await token(place, "1493", 30) }, "198.51.101.1")).status, 200);
  for (let i = 0; i < 4; i++)
    assert.equal((await post({ token: await token(place, "1493", 30) }, `2001:db8:7:${i}::1`)).status, 200);
  assert.equal((await post({ token: await token(place, "1493", 30) }, "2001:db8:7:ffff::1")).status, 429);
  assert.equal((await post({ token: await token(place, "1493", 30) }, "2001:db8:8::1")).status, 200);
  assert.equal(await reports(), before_ + 11);
  let page; // a flood of forms that store nothing is a flood too
  for (let i = 0; i < 41; i++) page = await post({ token: "x" }, "192.0.2.1");
  assert.equal(page.status, 429);
  const guess = (net) => client.post(RECEIPT, { words: "kotte björk snöre vante" }, from(net));
  for (let i = 0; i < 12; i++) assert.equal((await guess(`192.0.3.${i}`)).status, 422);
  assert.equal((await guess("192.0.3.200")).status, 429);
  const right = await client.post(RECEIPT, { words: "björk kotte snöre vante" }, from("192.0.3.201"));
  assert.equal(right.status, 429); // a guesser does not learn that this one is right
  assert.equal((await client.post(RECEIPT, { words: "björk kotte snöre vante" }, from("192.0.4.1"))).status, 200);
});

test("no network and no words of a receipt are written down anywhere", async () => {
  const tables = ["citizen_report", "citizen_email", "citizen_sent", "event", "audit", "change_log"];
  const all = [];
  for (const table of tables) all.push(JSON.stringify(await select(place, `SELECT * FROM ${table}
    ${table === "event" ? "WHERE source = 'citizen'" : ""}`)));
  const text = all.join("\n") + server.log;
  for (const secret of ["203.0.113", "198.51.100", "2001:db8", "192.0.2.1", "björk kotte", "invanare@"])
    assert.ok(!text.includes(secret), secret);
  assert.match(server.log, /otrygg-plats/); // something was logged
});
