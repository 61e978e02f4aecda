// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator walks through the settings and changes a little everywhere; then the log tells it.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

const at = "/1493/installningar";

let server, c;
before(async () => {
  server = await startServer({ exercise: 1, municipalities: ["1493"] });
  c = await server.logIn("samordnare@example.se");
}, { timeout: 240_000 });
after(() => server?.stop());

const open = (path) => c.get(at + path);
const link = (page, words) => {
  const found = [...page.text.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)]
    .find(([, , text]) => text.trim() === words);
  assert.ok(found, `no link "${words}" in ${page.words}`);
  return found[1];
};

test("the overview tells how things stand and leads everywhere", async () => {
  const page = await open("");
  assert.equal(page.status, 200);
  assert.match(page.words, /12 organisationer/);
  assert.match(page.words, /9 områden/);
  for (const href of page.links(`${at}/`).filter((h) => !/kontakter|konton/.test(h)))
    assert.equal((await c.get(href)).status, 200, href);
});

test("what is wrong with a field is said in the language of the page", async () => {
  const fields = (await open("/rytm")).form("/rytm").fields;
  fields.set("name", "");
  fields.set("cutoff_days", "99");
  const english = { "accept-language": "en" };
  const page = await c.post(`${at}/rytm`, fields, english); // the account's, not the browser's
  assert.equal(page.status, 422);
  assert.match(page.text, /<html lang="sv"/);
  assert.match(page.words, /Fyll i det här fältet/);
  assert.match(page.words, /Skriv ett tal mellan 0 och 14/);
  assert.doesNotMatch(page.words, /Fill in|Write a number/);
  c.cookies.set("lang", "en"); // chosen on a page: before what the account says
  const chosen = await c.post(`${at}/rytm`, fields, {});
  c.cookies.delete("lang");
  assert.match(chosen.words, /Fill in this field/);
  assert.match(chosen.words, /Write a number between 0 and 14/);
  const stranger = await server.client().post("/logga-in", { email: "", password: "x" }, english);
  assert.match(stranger.words, /Fill in this field/);
});

test("an organisation is added, renamed, put to rest, woken and deleted", async () => {
  const form = await open("/organisationer/ny");
  const wrong = await c.submit(form, "/ny", { name: "Hyresvärden Exempel", kind: "" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="Hyresvärden Exempel"/);
  await c.submitOk(form, "/ny", { name: "Hyresvärden Exempel", kind: "housing" });
  const again = await c.submit(form, "/ny", { name: "Hyresvärden Exempel", kind: "housing" });
  assert.equal(again.status, 422);
  assert.match(again.words, /Det finns redan en med det namnet/);

  const one = await c.get(link(await open("/organisationer"), "Hyresvärden Exempel"));
  const href = new URL(one.url).pathname;
  await c.submitOk(one, href, { name: "Hyresvärden Nytt" });
  const late = await c.submit(one, href, { name: "För sent" }); // the page as it was before
  assert.equal(late.status, 422);
  assert.match(late.words, /har någon annan ändrat/);
  assert.match(late.text, /value="För sent"/);

  await c.submitOk(await c.get(href), "/vila");
  assert.match((await open("/organisationer")).words, /Hyresvärden Nytt Vilar/);
  await c.submitOk(await c.get(href), "/vack");
  await c.submitOk(await c.get(href), "/ta-bort");
  assert.equal((await c.get(href)).status, 404);
});

test("the organisation that has reported, or is one's own, stays", async () => {
  const list = await open("/organisationer");
  const police = await c.get(link(list, "Lokalpolisen (övning)"));
  assert.doesNotMatch(police.text, /ta-bort/);
  const own = await c.get(link(list, "Samordningskontoret (övning)"));
  const refused = await c.submit(own, "/vila");
  assert.equal(refused.status, 422);
  assert.match(refused.words, /skulle förlora din åtkomst/);
});

test("making an organisation dormant ends its people's access", async () => {
  const guard = await server.logIn("vaktare.1493@example.se");
  assert.equal((await guard.get("/1493/handelser")).status, 200);
  const page = await c.get(link(await open("/organisationer"), "Påhittade Väktarbolaget (övning)"));
  await c.submitOk(page, "/vila");
  assert.equal((await guard.send("GET", "/1493/handelser")).status, 403);
  // what waits in the telephone is not out of reach
  const form = await guard.send("GET", "/1493/rapportera");
  assert.equal(form.status, 403);
  const [waiting] = form.links("/1493/rapportera/utan-nat");
  assert.ok(waiting, form.words);
  assert.match((await guard.get(waiting)).text, /data-outbox/);
});

test("a type has the municipality's own word", async () => {
  const page = await open("/handelsetyper/damage.graffiti");
  await c.submitOk(page, "/damage.graffiti", { label: "Klotter och tags" });
  assert.match((await open("/handelsetyper")).words, /Klotter och tags Från början: Klotter/);
  assert.equal((await open("/handelsetyper/no.such")).status, 404);
});

test("periods come one by one or by a rule, with overlaps told", async () => {
  const series = await open("/perioder/serie");
  await c.submitOk(series, "/serie", { weeks: "2", weekday: "1", "first-day": "1",
    "first-month": "3", "first-year": "2031", "last-day": "30", "last-month": "4",
    "last-year": "2031" });
  const list = await open("/perioder");
  assert.match(list.words, /Vecka 10–11 2031/);
  const form = await open("/perioder/ny");
  const wrong = await c.submit(form, "/ny", { name: "Bakvänd", "first-day": "10",
    "first-month": "4", "first-year": "2031", "last-day": "1", "last-month": "4",
    "last-year": "2031" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="Bakvänd"/);
  await c.submitOk(form, "/ny", { name: "Påsken", "first-day": "10", "first-month": "4",
    "first-year": "2031", "last-day": "14", "last-month": "4", "last-year": "2031" });
  const after = await open("/perioder");
  assert.match(after.words, /Påsken Överlappar Vecka/);
  await c.submitOk(await c.get(link(after, "Påsken")), "/ta-bort");
});

const square = (name, lon, lat, d = 0.02) => ({
  type: "Feature", properties: { namn: name, nr: "7" },
  geometry: { type: "Polygon", coordinates: [[[lon, lat], [lon + d, lat], [lon + d, lat + d],
    [lon, lat + d], [lon, lat]]] },
});

test("areas come from a file after a look at them, and give events their area", async () => {
  const geojson = JSON.stringify({ type: "FeatureCollection", features: [
    square("Provområdet", 13.81, 58.7), square("Provområdet", 13.9, 58.7),
    square("Långt borta", 18.0, 59.3)] });
  const form = await open("/omraden/ny");
  const wrong = await c.submit(form, "/omraden/ny", {}, { file: ["a.geojson", "inte json"] });
  assert.equal(wrong.status, 422);
  const other = await c.submit(form, "/omraden/ny", {}, { file: ["a.docx", "hej"] });
  assert.match(other.words, /GeoJSON \(\.geojson\), GeoPackage/);
  const draft = await c.submitOk(form, "/omraden/ny", {}, { file: ["a.geojson", geojson] });
  assert.match(draft.words, /Samma namn finns tidigare/);
  assert.match(draft.words, /utanför kommunen/);
  const look = await c.submit(draft, "/utkast/", { column: "nr", look: "1" });
  assert.equal(look.status, 200);
  assert.match(look.words, /\b7\b/);
  assert.doesNotMatch((await open("/omraden")).words, /Provområdet/);
  const saved = await c.submitOk(draft, "/utkast/");
  assert.match(saved.words, /Områdena är sparade/);
  assert.match(saved.words, /Provområdet/);
  assert.equal((await c.get(draft.url)).status, 404); // the draft is used up
  const down = await open("/omraden.geojson");
  const names = down.json().features.map((f) => f.properties.namn);
  assert.equal(names.filter((n) => n === "Provområdet").length, 1);
  const one = await c.get(link(await open("/omraden"), "Långt borta"));
  await c.submitOk(one, "/ta-bort");
  const tile = await open("/omraden/rutor/8/137/78.mvt");
  assert.equal(tile.status, 200);
});

test("a named place is added, moved, read from a file and deleted", async () => {
  const form = await open("/platser/ny");
  const wrong = await c.submit(form, "/ny", { name: "Provtorget", kind: "own", north: "1",
    east: "2" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /ligger inte i Sverige/);
  const place = await c.submitOk(form, "/ny", { name: "Provtorget", kind: "own", north: "58,71",
    east: "13,82" });
  assert.match(place.words, /Var i Mariestad/);
  const upload = await open("/platser/fran-fil");
  const bad = await c.submit(upload, "/fran-fil", {}, { file: ["p.csv", "a;b\n1;2\n"] });
  assert.equal(bad.status, 422);
  const csv = "namn;slag;nord;öst\nProvtorget;plats;6507000;432000\nProvgatan;gata;58,7;13,8\n" +
    "Nollan;plats;0;0\n";
  const draft = await c.submitOk(upload, "/fran-fil", {}, { file: ["p.csv", csv] });
  assert.match(draft.words, /2 platser går att spara, 1 tas inte med/);
  await c.submitOk(draft, "/utkast/");
  const found = await open("/platser?sok=prov");
  assert.match(found.words, /2 platser/);
  const street = await c.get(link(found, "Provgatan"));
  await c.submitOk(street, "/ta-bort");
});

test("the log tells all of it, to those who may read it, and is whole", async () => {
  const log = await open("/logg");
  for (const words of ["Plats borttagen", "Områden lästa från fil", "Period borttagen"])
    assert.match(log.words, new RegExp(words));
  const some = await open("/logg?gjort=organisation_sleep");
  assert.match(some.words, /Organisation vilar/);
  assert.doesNotMatch(some.text.replace(/<select.*?<\/select>/gs, ""), /Plats borttagen/);
  const checked = await c.submitOk(log, "/kontroll");
  assert.match(checked.words, /Loggen är hel: \d+ rader/);
  const csv = await open("/logg.csv");
  assert.match(csv.headers.get("content-type"), /text\/csv/);
  assert.match(csv.text, /organisation\.sleep/);
  const reporter = await server.logIn("skola.1493@example.se");
  for (const path of ["", "/logg", "/logg.csv", "/organisationer", "/jobb"])
    assert.equal((await reporter.send("GET", at + path)).status, 403, path);
});

test("the administrator switches municipalities and says how letters are sent", async () => {
  const admin = await server.logIn("system@example.se");
  const here = "/0000/installningar";
  assert.equal((await c.send("GET", `${here}/kommuner`)).status, 403);
  const found = await admin.get(`${here}/kommuner?sok=skara`);
  assert.match(found.words, /Skara 1495 Av/);
  await admin.submitOk(await admin.get(`${here}/kommuner/1495`), "/1495");
  assert.match((await admin.get(`${here}/kommuner?bara=pa`)).words, /Skara/);
  await admin.submitOk(await admin.get(`${here}/kommuner/1495`), "/1495");
  assert.equal((await c.send("GET", "/1447/installningar")).status, 200);
  await admin.submitOk(await admin.get(`${here}/kommuner/1447`), "/1447"); // off: its pages close
  assert.equal((await c.send("GET", "/1447/installningar")).status, 403);
  await admin.submitOk(await admin.get(`${here}/kommuner/1447`), "/1447");
  assert.equal((await c.send("GET", "/1447/installningar")).status, 200);
  const mail = await admin.get(`${here}/epost`);
  const wrong = await admin.submit(mail, "/epost", { smtp_url: "http://fel" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="http:\/\/fel"/);
  const saved = await admin.submitOk(mail, "/epost", { smtp_url: "smtp://127.0.0.1:9",
    smtp_from: "samsyn@example.se" });
  assert.match(saved.text, /epost\/prov/);
  const house = await admin.get(`${here}/installation`);
  const bad = await admin.submit(house, "/installation", { public_url: "javascript:alert(1)" });
  assert.equal(bad.status, 422);
});
