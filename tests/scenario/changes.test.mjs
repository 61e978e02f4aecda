// SPDX-License-Identifier: AGPL-3.0-or-later
// What has changed: the start page, periods that open by themselves, levels and focus that two people may
// set at once, and the picture as it was adopted.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, select } from "./database.mjs";
import { engine, startServer } from "./lib.mjs";

const DAY = 86_400_000;
let server, coordinator, second, officer, politician, reporter;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  second = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
}, { timeout: 240_000 });
after(() => server?.stop());

/** The page when the search for places has ended. */
async function ready(client, path) {
  for (let i = 0; i < 3000; i++) {
    const page = await client.get(path);
    if (!page.text.includes("data-again")) return page;
  }
  throw new Error("the search does not end");
}

const now = () => ready(coordinator, "/1493/nu");
const areas = (page) => [...new Set(page.links("/omraden/"))].sort(); // those to look at stand first
const shown = (page) => /name="period".*?<option value="([^"]*)" selected/s.exec(page.text)[1];
const entries = async (action) =>
  (await select(server.place, `SELECT object_id FROM audit WHERE action = '${action}'`)).length;

/** One event by the API, of the coordinator. */
async function report(event, town = "1493") {
  const csrf = (await coordinator.get(`/${town}/handelser/ny`)).form("/handelser/ny").fields.get("csrf");
  const sent = await coordinator.send("POST", `/api/v1/${town}/events`, { body: JSON.stringify(event),
    headers: { "content-type": "application/json", "x-csrf-token": csrf, origin: server.url } });
  assert.equal(sent.status, 201, sent.text);
}

const MONTHS = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
  "oktober", "november", "december"];

test("what changed before the periods that are compared is told, but not as news", async () => {
  const page = await now();
  const news = page.text.slice(page.text.indexOf('data-part="answer"'), page.text.indexOf('data-part="now"'));
  const days = [...news.matchAll(/sedan (\d+) (\p{L}+) (\d{4})/gu)]
    .filter(([text]) => !/tyst/.test(text))
    .map(([, day, month, year]) => Date.UTC(Number(year), MONTHS.indexOf(month), Number(day)));
  for (const day of days) assert.ok(day > Date.now() - 30 * DAY, new Date(day).toISOString());
  assert.match(page.words, /Ändrades tidigare och håller i sig .*sedan \d+ \p{L}+ \d{4}/u, "the exercise has one");
});

/** The same database with a server that was away. */
async function restart(between = []) {
  server.child.kill("SIGTERM");
  await server.ended;
  await execute(server.place, between);
  await server.start(["--no-limits", "--demo"]);
  for (const client of [coordinator, second, officer, politician, reporter]) client.url = server.url;
}

test("it is where those begin who may read the picture; reporters begin at the form", async () => {
  assert.match((await coordinator.get("/1493/")).url, /\/1493\/nu$/);
  assert.match((await officer.get("/1493/")).url, /\/1493\/nu$/);
  assert.match((await politician.get("/1493/")).url, /\/1493\/nu$/);
  assert.match((await reporter.get("/1493/")).url, /\/1493\/rapportera$/);
  assert.equal((await reporter.get("/1493/nu")).status, 403);
  const system = await server.logIn("system@example.se"); // the whole country has figures but no periods
  assert.match((await system.get("/0000/")).url, /\/0000\/laget$/);
});

test("it says what has changed, how sure that is, who reports and what is decided", async () => {
  const page = await now();
  assert.match(page.words, /händelser( hittills)?[,.] .*förra perioden/);
  assert.match(page.words, /ingen säker skillnad|troligen|klart/);
  assert.match(page.words, /Nivå per område/);
  assert.match(page.words, /organisationer har inte hört av sig|har hört av sig/);
  assert.equal(areas(page).length, 9);
  assert.match(page.text, /<a href="\/1493\/laget\?from=[^>]*>Alla siffror/);
  const figures = await coordinator.get(page.links("/1493/laget?from")[0]);
  assert.match(figures.words, /Förändrat Alla siffror Fastställda/); // the tabs lead back
});

test("a count of an area leads to exactly the rows behind it", async () => {
  const page = await now();
  const links = page.links("/1493/handelser?from=").filter((l) => /&area=[0-9a-f-]{36}$/.test(l));
  assert.ok(links.length > 3);
  for (const href of links.slice(0, 3)) {
    const at = page.text.indexOf(href.replaceAll("&", "&amp;"));
    const n = Number(/>(\d+)/.exec(page.text.slice(at))[1]);
    const list = await coordinator.get(href.replace("/handelser?", "/handelser.json?"));
    assert.equal(list.json().events.length, n, href);
  }
});

/** Every number on the page that leads to a list, with how many rows that list has. */
async function numbers(page) {
  const found = [];
  for (const [, href, n] of page.text.matchAll(/<a href="(\/1493\/handelser\?[^"]*)">(?:Varav )?(\d+)/g)) {
    const list = await coordinator.get(href.replaceAll("&amp;", "&").replace("/handelser?", "/handelser.json?"));
    found.push([href, Number(n), list.json().events.length]);
  }
  return found;
}

test("the answer comes first, and what waits for somebody; each line leads to where it is told", async () => {
  const page = await now();
  const [, n] = /<h2>(?:(\d+) sak(?:er)? har förändrats|Inget har säkert förändrats)(?: hittills)?<\/h2>/.exec(page.text);
  const lines = [...page.text.matchAll(/<li><a href="#([a-z]+)">/g)].map((m) => m[1]);
  const things = lines.filter((id) => !["atgarder", "rapportorer"].includes(id));
  assert.equal(things.length, Math.min(Number(n ?? 0), 5));
  for (const id of lines) assert.match(page.text, new RegExp(`<h[23] id="${id}">`));
  assert.doesNotMatch(page.text.slice(0, page.text.indexOf('data-part="now"')), /återkommer/, "is no change");
  const at = (words) => page.text.indexOf(words);
  assert.ok(at("<h2>") < at('name="period"') && at('name="period"') < at('id="nivaer"'));
  const outside = await politician.get("/1493/nu");
  assert.match(outside.words, /sak(er)? har förändrats|Inget har säkert förändrats/);
  assert.doesNotMatch(outside.text, /href="[^"]*\/(granska|handelser)/);
});

test("the areas and the rest of the municipality add up to all", async () => {
  const page = await now();
  const rows = [...page.text.matchAll(/<td data-label="Händelser">(?:<a[^>]*>)?(\d+)/g)].map(([, n]) => Number(n));
  const [, rest = "0"] = /Övriga kommunen: (?:<a[^>]*>)?(\d+)/.exec(page.text) ?? [];
  const all = Number(/<strong>(\d+) händelse/.exec(page.text)[1]);
  assert.equal(rows.length, 9);
  assert.equal(rows.reduce((sum, n) => sum + n, Number(rest)), all);
});

test("the tabs keep the period that was chosen", async () => {
  const earlier = [.../<select[^>]*name="period".*?<\/select>/s.exec((await now()).text)[0]
    .matchAll(/<option value="([^"]+)"/g)][2][1];
  const page = await coordinator.get(`/1493/nu?period=${earlier}`);
  const figures = await coordinator.get(/<a href="([^"]+)"[^>]*>Alla siffror<\/a>/.exec(page.text)[1].replaceAll("&amp;", "&"));
  const [, days] = /<h2>[^<]*<\/h2>\s*<p class="soft">[^(<]*\(([^)<]*)\)/.exec(page.text);
  assert.match(figures.words, new RegExp(`Läget ${days}`));
  const back = /<a href="([^"]+)"[^>]*>Förändrat<\/a>/.exec(figures.text)[1];
  assert.equal(back, `/1493/nu?period=${earlier}`);
});

test("what is counted with another report is counted once, and each number is that of its rows", async () => {
  const rows = async (href) =>
    (await coordinator.get(href.replace("/handelser?", "/handelser.json?"))).json().events;
  const lists = await Promise.all((await now()).links("/1493/handelser?")
    .filter((l) => /kind=incident&organisation=/.test(l)).map(rows));
  const [first, second] = lists.find((list) => list.length > 1);
  const blob = (id) => (engine === "postgres" ? `'${id}'` : `X'${id.replaceAll("-", "")}'`);
  const soon = new Date(Date.now() + 9 * DAY).toISOString();
  const fair = { type: "planned_event", occurred_from: soon, precision: "municipality" };
  await report({ ...fair, place_name: "Marknad i stan" });
  await report({ ...fair, place_name: "Marknaden, samma" });
  assert.match((await now()).words, /Marknad i stan.*Marknaden, samma/);
  await restart([`UPDATE event SET same_as = ${blob(first.id)} WHERE id = ${blob(second.id)}`,
    `UPDATE event SET same_as = (SELECT e.id FROM event e WHERE e.place_name = 'Marknad i stan')
      WHERE place_name = 'Marknaden, samma'`]);
  const page = await now();
  assert.doesNotMatch(page.words, /Marknaden, samma/);
  const all = await numbers(page);
  assert.ok(all.some(([href]) => href.includes("organisation=")) && all.length > 5);
  for (const [href, said, rows] of all) assert.equal(said, rows, href);
});

test("two save at the very same moment: one is kept, the other is asked with both before their eyes", async () => {
  for (const at of areas(await now()).slice(5, 8)) {
    const forms = await Promise.all([coordinator.get(at), second.get(at)]);
    const words = ["Den enes ord", "Den andres ord"];
    const sent = await Promise.all([coordinator, second].map((who, i) =>
      who.submit(forms[i], "/omraden/", { level: String(2 + i), reason: words[i] })));
    const late = sent.findIndex((page) => page.status === 422);
    assert.deepEqual(sent.map((page) => page.status).sort(), [303, 422]);
    assert.match(sent[late].words, new RegExp(words[1 - late]));
    assert.match(sent[late].text, new RegExp(`${words[late]}</textarea>`));
    await [coordinator, second][late].submitOk(sent[late], "/omraden/", {});
    assert.match((await coordinator.get(at)).words, new RegExp(`${words[late]}.*${words[1 - late]}`));
  }
});

test("the suggestion is never more than a suggestion, and how it is made is one click away", async () => {
  const page = await coordinator.get(areas(await now())[0]);
  assert.match(page.words, /Så räknas förslaget ut/);
  assert.ok(page.links("/metoder/levels").length);
  assert.equal((await coordinator.get("/metoder/levels")).status, 200);
});

let both; // the address of an area that two have assessed
test("two set the same level at once: both are shown and both are kept", async () => {
  const at = (both = areas(await now())[2]);
  const mine = await coordinator.get(at), theirs = await second.get(at);
  const before = await entries("level.set");
  await second.submitOk(theirs, "/omraden/", { level: "3", reason: "Vi såg klotter vid bryggan" });
  const late = await coordinator.submit(mine, "/omraden/", { level: "2", reason: "Lugnare än jag trodde" });
  assert.equal(late.status, 422);
  assert.match(late.words, /Någon annan har sparat under tiden/);
  assert.match(late.words, /Vi såg klotter vid bryggan/);
  assert.match(late.text, />\s*Lugnare än jag trodde<\/textarea>/);
  await coordinator.submitOk(late, "/omraden/", {}); // having read it
  const after = await coordinator.get(at);
  assert.match(after.words, /Lugnare än jag trodde .* Vi såg klotter vid bryggan/);
  assert.equal(await entries("level.set"), before + 2);
  assert.match((await now()).words, /Lugnare än jag trodde/);
});

test("a level that is sent twice by the same person is set once, and nobody else is blamed", async () => {
  const form = await coordinator.get(areas(await now())[2]);
  const before = await entries("level.set");
  const mine = { level: "1", reason: "Lugnt hela perioden" };
  await coordinator.submitOk(form, "/omraden/", mine);
  await coordinator.submitOk(form, "/omraden/", mine);
  assert.equal(await entries("level.set"), before + 1);
  assert.equal((await coordinator.submit(form, "/omraden/", { ...mine, level: "2" })).status, 422);
});

test("a form that comes back for another reason does not hide that somebody was first", async () => {
  const at = areas(await now())[3];
  const mine = await coordinator.get(at), theirs = await second.get(at);
  await second.submitOk(theirs, "/omraden/", { level: "2", reason: "Den andras ord" });
  const again = await coordinator.submit(mine, "/omraden/", { level: "4", reason: "" });
  assert.equal(again.status, 422);
  const late = await coordinator.submit(again, "/omraden/", { level: "4", reason: "Mina ord" });
  assert.equal(late.status, 422);
  assert.match(late.words, /Den andras ord/);
});

test("another level needs a reason of its own", async () => {
  const at = areas(await now())[5];
  await coordinator.submitOk(await coordinator.get(at), "/omraden/", { level: "1", reason: "Som vanligt här" });
  const form = await coordinator.get(at);
  assert.equal(form.form("/omraden/").fields.get("reason"), "Som vanligt här");
  const back = await coordinator.submit(form, "/omraden/", { level: "2" });
  assert.equal(back.status, 422);
  assert.match(back.words, /Skriv varför nivån har ändrats/);
  await coordinator.submitOk(form, "/omraden/", { level: "1" }); // looked at again, and as before
  await coordinator.submitOk(await coordinator.get(at), "/omraden/", { level: "2", reason: "Fler än vanligt" });
});

test("a reason is about a place, never about a person", async () => {
  const page = await coordinator.get(areas(await now())[4]);
  const wrong = await coordinator.submit(page, "/omraden/", { level: "2", reason: "Ring 070-174 06 05" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /peka ut en person/);
  assert.match(wrong.text, /Ring 070-174 06 05<\/textarea>/);
});

test("focus places are ranked, with need and influence; half a place is not saved", async () => {
  const page = await now();
  const at = page.links("/fokus")[0];
  const form = await coordinator.get(at), other = await second.get(at);
  const half = await coordinator.submit(form, "/fokus", { name1: "Parken" });
  assert.equal(half.status, 422);
  assert.match(half.words, /Välj hur stort behovet är/);
  assert.match(half.text, /value="Parken"/);
  const whole = { name1: "Parken", need1: "3", influence1: "2", reason1: "Mest händer här", name3: "Torget",
    need3: "1", influence3: "3", reason3: "Lätt att göra något åt" };
  const saved = await coordinator.submitOk(half, "/fokus", whole);
  assert.match(saved.words, /Parken .*Behov: stort\. Möjlighet att påverka: ganska mycket\. .*Torget/);
  const late = await second.submit(other, "/fokus", { ...whole, name1: "Stationen" });
  assert.equal(late.status, 422);
  assert.match(late.words, /Någon annan har sparat under tiden/);
  assert.match(late.text, /value="Stationen"/);
  assert.match(late.words, /Mest händer här/);
});

test("others of the group read drafts and change nothing; politicians and reporters see none", async () => {
  const page = await now();
  const at = both, focus = page.links("/fokus")[0];
  const read = await officer.get(at);
  assert.equal(read.status, 200);
  assert.match(read.words, /Lugnare än jag trodde/);
  assert.ok(!read.forms.some((f) => f.action.includes("/omraden/")));
  const token = read.forms.find((f) => f.fields.get("csrf")).fields.get("csrf");
  const sent = await officer.post(at, { csrf: token, level: "1", reason: "x", version: "0" });
  assert.equal(sent.status, 403);
  for (const client of [politician, reporter]) {
    assert.equal((await client.get(at)).status, 403);
    assert.equal((await client.get(focus)).status, 403);
  }
  const outside = await politician.get("/1493/nu");
  assert.equal(outside.status, 200);
  assert.doesNotMatch(outside.words, /Lugnare än jag trodde|Parken|Vem har rapporterat/);
});

test("an adopted picture stays as it was, and a later one is a version of its own", async () => {
  const page = await now();
  const period = shown(page), at = `/1493/nu/${period}`;
  await report({ type: "damage.glass", occurred_from: new Date(Date.now() - 60_000).toISOString(), precision: "municipality" }); // nothing has been counted with it yet
  const draft = await coordinator.get(`${at}/faststall`), stale = await second.get(`${at}/faststall`);
  assert.equal((await politician.get(`${at}/faststalld`)).status, 404);
  const adopted = await coordinator.submitOk(draft, "/faststall");
  assert.match(adopted.words, /Lägesbilden är fastställd/);
  assert.match(adopted.words, /Parken/);
  const levels = (p) => /<table class="table cards">.*?<\/table>/s.exec(p.text)[0].replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")
    .replace(/ungefär \d+/g, "ungefär"); // as long a time may round to one more a moment later
  assert.equal(levels(adopted), levels(draft), "what was shown is what was adopted");
  const so = /<strong>(\d+) händelser? hittills, mot (ungefär )?(\d+) på lika lång tid förra perioden/.exec((await now()).text);
  if (so) { // nothing of a period that goes on is compared with all of the one before
    const [, , , n, verdict] = /<tr><th scope="row">(Alla händelser)<\/th><td class="num">(\d+)<\/td><td class="num">(?:ungefär )?(\d+)<\/td><td>([^<]*)/
      .exec(adopted.text) ?? assert.fail(adopted.words);
    assert.ok(Math.abs(n - so[3]) <= 1 && verdict, `${n} against ${so[3]}`);
    assert.match(adopted.words, /Lika lång tid förra perioden/);
    assert.match(adopted.words, /ungefär \d+ av \d+ dagar hade gått/);
    const made = await coordinator.submitOk(adopted, "/gor");
    assert.match(made.words, /händelser? hittills, mot (ungefär )?\d+ på lika lång tid förra perioden/);
    assert.match(made.words, /räknas till .* jämförs med lika lång tid av/);
    assert.doesNotMatch(made.words, /Händelser, mot förra perioden/);
  }
  const table = (p) => /<table(?!.*<table)[^>]*>.*?<\/table>/s.exec(p.text)[0];
  const figures = table(await politician.get(`${at}/faststalld`));

  const [row] = await select(server.place, `SELECT starts_at FROM period WHERE municipality_code = '1493'
    ORDER BY starts_at DESC LIMIT 1`);
  const when = new Date(Number(row.starts_at) + 3_600_000).toISOString();
  const counted = (p) => Number(/<strong>(\d+) händelse/.exec(p.text)[1]);
  const shownBefore = counted(await now());
  await report({ type: "damage.glass", occurred_from: when, precision: "municipality" });
  assert.equal(counted(await now()), shownBefore + 1);
  assert.equal(table(await politician.get(`${at}/faststalld`)), figures);

  const same = await coordinator.get(`${at}/faststall`);
  assert.match(same.words, /redan fastställd, och inget har ändrats/);
  const old = await second.submit(stale, "/faststall"); // adopted already, and nothing new
  assert.equal(old.status, 422);

  const level = await coordinator.get(areas(page)[0]);
  const next = await coordinator.get(`${at}/faststall`);
  assert.ok(!next.forms.some((f) => f.action.endsWith("/faststall")));
  await coordinator.submitOk(level, "/omraden/", { level: "4", reason: "Nu är det allvar" });
  assert.match((await now()).words, /ändrad sedan dess/);
  assert.doesNotMatch((await politician.get(`${at}/faststalld`)).words, /Nu är det allvar/);
  const ready2 = await coordinator.get(`${at}/faststall`);
  const another = await second.get(areas(page)[1]);
  await second.submitOk(another, "/omraden/", { level: "2", reason: "Ännu ett ord" });
  const raced = await coordinator.submit(ready2, "/faststall");
  assert.equal(raced.status, 422);
  assert.match(raced.words, /Något har ändrats sedan du öppnade sidan/);
  assert.match(raced.words, /Ännu ett ord/);
  await coordinator.submitOk(raced, "/faststall");
  const both = await politician.get(`${at}/faststalld`);
  assert.match(both.words, /Nu är det allvar/);
  const first = await politician.get(`${at}/faststalld?version=1`);
  assert.doesNotMatch(first.words, /Nu är det allvar/);
  assert.match(first.words, /senare version/);
  assert.equal(table(first), figures);
  assert.match((await politician.get("/1493/nu/faststallda")).words, /Vecka/);
  assert.equal(await entries("level.adopt"), 2);
});

/** The period before the one that is shown, as a page. */
async function former() {
  const choose = /<select[^>]*name="period".*?<\/select>/s.exec((await now()).text)[0];
  const ids = [...choose.matchAll(/value="([0-9a-f-]{36})"/g)].map(([, id]) => id);
  return ids[ids.indexOf(shown(await now())) + 1];
}

test("the level before is the one that was adopted, not what somebody has set since", async () => {
  const id = await former();
  const before = (page, area) => /förra:\s+(\S+\s+\S+)/.exec(page.text.slice(page.text.indexOf(`/omraden/${area}"`))
    .split("</tr>")[0].replace(/<[^>]*>/g, " "))?.[1];
  const page = await now();
  const area = areas(page).map((at) => at.split("/omraden/")[1]).find((a) => before(page, a));
  const was = before(page, area);
  assert.equal((await politician.get(`/1493/nu/${id}/faststalld`)).status, 200);
  const form = await coordinator.get(`/1493/nu/${id}/omraden/${area}`);
  await coordinator.submitOk(form, "/omraden/", { level: /röd/.test(was) ? "1" : "4", reason: "Nytt, och inte fastställt" });
  assert.equal(before(await now(), area), was);
  await coordinator.submitOk(await coordinator.get(`/1493/nu/${id}/faststall`), "/faststall");
  assert.notEqual(before(await now(), area), was);
});

test("the way to the bulletin stands where there is one to read", async () => {
  const id = await former(), at = `/1493/nu?period=${id}`;
  for (const client of [politician, officer])
    assert.doesNotMatch((await client.get(at)).words, /Läs lägesbrevet|Gör lägesbrev/);
  const made = await coordinator.submitOk(await coordinator.get(at), "/gor");
  assert.match((await coordinator.get(at)).words, /Läs lägesbrevet/);
  assert.doesNotMatch((await politician.get(at)).words, /Läs lägesbrevet/); // a draft
  await coordinator.submitOk(made, "/lamna-ut");
  assert.match((await politician.get(at)).words, /Läs lägesbrevet/);
  assert.match((await politician.get(`/1493/nu/${id}/faststalld`)).words, /Läs lägesbrevet/);
});

test("a period with levels cannot be deleted from under them", async () => {
  const page = await coordinator.get(`/1493/installningar/perioder/${shown(await now())}`);
  assert.ok(!page.forms.some((f) => f.action.endsWith("/ta-bort")));
  assert.match(page.words, /kan inte tas bort/);
});

test("after three weeks without a server the missing periods are there, each once", async () => {
  const today = new Date(), monday = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate())
    - ((today.getUTCDay() + 6) % 7) * DAY;
  const start = new Date(monday - 21 * DAY).toISOString().slice(0, 10);
  await execute(server.place, ["DELETE FROM period WHERE municipality_code = '1447'",
    "DELETE FROM rhythm WHERE municipality_code = '1447'"]);

  const counted = (page) => Number(/<strong>(\d+) händelse/.exec(page.text)?.[1] ?? 0);
  const was = counted(await coordinator.get("/1447/nu"));
  await report({ type: "damage.glass", occurred_from: new Date(Date.now() - 60_000).toISOString(),
    precision: "municipality" }, "1447");
  const none = await coordinator.get("/1447/nu");
  assert.equal(counted(none), was + 1, "what came today is seen today");
  assert.match(none.words, /Perioder öppnas inte av sig själva/);
  assert.match(none.words, /De senaste 14 dagarna/);
  assert.match(none.words, /Dagen i dag räknas med/);
  assert.doesNotMatch(none.words, /under perioden|Perioden är inte slut/);
  if (/Det går inte att jämföra/.test(none.words)) assert.doesNotMatch(none.words, /Vi jämför med/);
  const form = await coordinator.get("/1447/installningar/rytm");
  const wrong = await coordinator.submit(form, "/rytm", { cutoff: "25.00" });
  assert.equal(wrong.status, 422);
  const [year, month, day] = start.split("-");
  const set = { name: "GEST", step: "week", weekday: "1", "first-year": year, "first-month": month,
    "first-day": day, cutoff_days: "1", cutoff: "0930" };
  const done = await coordinator.submitOk(form, "/rytm", set);
  assert.match(done.words, /Rytmen är sparad/);
  const rows = () => select(server.place, `SELECT starts_at, ends_at FROM period
    WHERE municipality_code = '1447' ORDER BY starts_at`);
  assert.equal((await rows()).length, 4);
  const late = await coordinator.submit(form, "/rytm", set);
  assert.equal(late.status, 422);
  assert.match(late.words, /Någon annan har ändrat/);

  await execute(server.place, [ // as if the program had not run since the first of them
    `DELETE FROM period WHERE municipality_code = '1447' AND starts_at > ${(await rows())[0].starts_at}`,
    `UPDATE rhythm SET opened_to = ${(await rows())[0].ends_at} WHERE municipality_code = '1447'`,
  ]);
  const pages = await Promise.all([coordinator, second, coordinator, second].map((c) => c.get("/1447/nu")));
  for (const page of pages) assert.equal(page.status, 200);
  const opened = await rows();
  assert.equal(opened.length, 4);
  for (let i = 1; i < 4; i++) assert.equal(opened[i].starts_at, opened[i - 1].ends_at);
  assert.match(pages[0].words, /GEST: rapporter t/);
});

test("a rhythm that began years ago can be changed, and opens nothing twice", async () => {
  const count = async () => (await select(server.place,
    "SELECT id FROM period WHERE municipality_code = '1493'")).length;
  await now();
  const before = await count();
  const form = await coordinator.get("/1493/installningar/rytm");
  await coordinator.submitOk(form, "/rytm", { cutoff: "10.30", weekday: "4" });
  assert.match((await coordinator.get("/1493/installningar/rytm")).text, /value="10\.30"/);
  assert.equal(await count(), before);
  const far = await coordinator.submit(await coordinator.get("/1493/installningar/rytm"), "/rytm",
    { "first-year": "2199" });
  assert.equal(far.status, 422);
});

test("nothing to report is calm, and silence says since when", async () => {
  const before = await now();
  assert.match(before.words, /tyst sedan|har aldrig rapporterat|lugnt|rapport/);
  await restart([ // a period of its own, in which nobody has said anything yet
    "DELETE FROM rhythm WHERE municipality_code = '1493'",
    `UPDATE period SET starts_at = ${Date.now() - DAY}, ends_at = ${Date.now() + 5 * DAY}
      WHERE municipality_code = '1493' AND starts_at = (SELECT max(starts_at) FROM period p2
        WHERE p2.municipality_code = '1493')`,
    `UPDATE event SET organisation_id = NULL WHERE municipality_code = '1493' AND occurred_from > ${
      Date.now() - 3 * DAY}`,
  ]);
  const silent = await ready(coordinator, `/1493/nu?period=${shown(await coordinator.get("/1493/nu"))}`);
  assert.match(silent.words, /8 av 8 organisationer har inte hört av sig/);
  assert.match(silent.words, /Exempelbostäder \(övning\) tyst sedan \d/);
  const form = await reporter.get("/1493/rapportera/inget");
  await reporter.submitOk(form, "/rapportera/inget", { span: "today" });
  const calm = await now();
  assert.match(calm.words, /7 av 8 organisationer har inte hört av sig/);
  assert.match(calm.words, /Exempelbostäder \(övning\) lugnt: inget att rapportera/);
});

test("an action that has passed its last day is told to those who see actions", async () => {
  const page = await coordinator.get("/1493/nu");
  assert.match(page.words, /Väntar på någon 1 åtgärd har passerat sin sista dag\./);
  assert.match(page.words, /skulle ha varit klar \d+ \w+ \d{4}/);
  const [one] = page.links("/1493/atgarder/");
  assert.equal((await coordinator.get(one)).status, 200);
});

test("school breaks and arrangements ahead are told", async () => {
  const first = new Date(Date.now() + 5 * DAY).toISOString().slice(0, 10).split("-");
  const date = (name) => ({ [`${name}-year`]: first[0], [`${name}-month`]: first[1], [`${name}-day`]: first[2] });
  const form = await coordinator.get("/1493/installningar/lov/ny");
  await coordinator.submitOk(form, "/lov/ny", { name: "Studiedag i hela kommunen", ...date("first"),
    ...date("last") });
  assert.match((await now()).words, /Studiedag i hela kommunen skollov/);
  const ahead = new Date(Date.now() + 3 * DAY).toISOString();
  await report({ type: "planned_event", occurred_from: ahead, precision: "municipality",
    place_name: "Ljusfest på Exempeltorget" });
  const page = await now();
  assert.match(page.words, /Ljusfest på Exempeltorget arrangemang/);
  assert.ok(page.words.indexOf("Ljusfest") < page.words.indexOf("Studiedag"), "in order of time");
  assert.doesNotMatch((await politician.get("/1493/nu")).words, /Ljusfest/);
});
