// SPDX-License-Identifier: AGPL-3.0-or-later
// Läget: the page, its formats, who sees what; the command line says the same.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { samsyn, samsynOk, startServer } from "./lib.mjs";

let server, coordinator, politician, reporter;

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const FROM = day(60), LAST = day(31);
const PERIOD = `from=${FROM}&to=${LAST}`;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
});
after(() => server?.stop());

test("the sentence comes first, and says how many against how many", async () => {
  const page = await coordinator.get(`/1493/laget?${PERIOD}`);
  assert.equal(page.status, 200);
  assert.match(page.words, /[\d\u202f]+ händelser, mot [\d\u202f]+ förra perioden\./);
  assert.match(page.words, /av en slump/);
  assert.ok(page.text.indexOf("mot") < page.text.indexOf("<svg class=\"bar\""));
  assert.match(page.words, /Övningsdata/);
});

test("a number leads to exactly the rows behind it", async () => {
  const json = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const damage = json.types.find((type) => type.code === "damage");
  assert.ok(damage.n > 0);
  const page = await coordinator.get(`/1493/laget?${PERIOD}`);
  const link = page.links("/1493/handelser?").find((l) => l.includes("type=damage&") || l.endsWith("type=damage"));
  const list = await coordinator.get(link);
  const said = /class="said"[^>]*>([\d\s\u00a0\u202f]+) händelse/.exec(list.text)[1];
  assert.equal(Number(said.replace(/\D/g, "")), damage.n);
});

test("areas, organisations and sources add up to all events", async () => {
  const json = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const sum = (rows) => rows.reduce((n, row) => n + row.n, 0);
  assert.equal(sum(json.areas), json.all.n);
  assert.equal(sum(json.organisations), json.all.n);
  assert.equal(sum(json.sources), json.all.n);
  assert.equal(sum(json.timeline), json.all.n);
  assert.equal(sum(json.types.filter((type) => !type.parent)), json.all.n);
});

test("one area and one type narrow the picture", async () => {
  const all = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const area = all.areas.find((row) => row.id && row.n > 0);
  const one = (await coordinator.get(`/1493/laget.json?${PERIOD}&area=${area.id}`)).json();
  assert.equal(one.all.n, area.n);
  const theft = (await coordinator.get(`/1493/laget.json?${PERIOD}&type=theft`)).json();
  assert.equal(theft.all.n, all.types.find((type) => type.code === "theft").n);
});

test("dates that are no period come back with what to write", async () => {
  const page = await coordinator.get(`/1493/laget?from=${LAST}&to=${FROM}`);
  assert.equal(page.status, 422);
  assert.match(page.words, /Sista dagen måste komma efter den första/);
  const broken = await coordinator.get("/1493/laget?from=2026-13-45&to=2026-01-01");
  assert.equal(broken.status, 422);
  const file = await coordinator.get(`/1493/laget.pdf?from=${LAST}&to=${FROM}`);
  assert.equal(file.status, 422);
});

test("politicians see areas but no places and no way to rows; reporters see nothing", async () => {
  const page = await politician.get(`/1493/laget?${PERIOD}`);
  assert.equal(page.status, 200);
  assert.equal(page.links("/1493/handelser").length, 0);
  assert.doesNotMatch(page.words, /Platser med flest händelser/);
  assert.match(page.words, /Områden/);
  const json = (await politician.get(`/1493/laget.json?${PERIOD}`)).json();
  assert.equal(json.places, undefined);
  assert.equal((await reporter.get(`/1493/laget?${PERIOD}`)).status, 403);
  assert.equal((await coordinator.get(`/1480/laget?${PERIOD}`)).status, 403);
});

test("PDF, CSV and English", async () => {
  const pdf = await coordinator.get(`/1493/laget.pdf?${PERIOD}`);
  assert.equal(pdf.headers.get("content-type"), "application/pdf");
  assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.bytes.includes("/MarkInfo << /Marked true >>"));
  const csv = await coordinator.get(`/1493/laget.csv?${PERIOD}`);
  assert.match(csv.text, /"damage";"Skadegörelse";\d+;\d+/);
  coordinator.cookies.set("lang", "en");
  const page = await coordinator.get(`/1493/laget?${PERIOD}`);
  coordinator.cookies.delete("lang");
  assert.match(page.words, /events, against [\d\u202f]+ in the period before\./);
});

test("the command line gives the same numbers", async () => {
  const page = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const args = ["picture", ...server.place.args, "--municipality", "1493", "--from", FROM, "--to", LAST];
  const told = JSON.parse((await samsynOk([...args, "--lang", "sv"])).out);
  assert.deepEqual(told.types, page.types);
  assert.deepEqual(told.all, page.all);
  const html = await samsynOk([...args, "--format", "html", "--lang", "sv"]);
  assert.match(html.out, /<style>[^<]+<\/style>/);
  assert.match(html.out, new RegExp(`mot ${page.all.before.n} förra perioden`));
  for (const wrong of [["--to", "2020-01-01"], ["--to", "x"], ["--format", "doc"], ["--area", "Ingenstans"],
    ["--type", "nothing.such"]]) {
    const done = await samsyn([...args.slice(0, -2), ...(wrong[0] === "--to" ? [] : ["--to", LAST]), ...wrong]);
    assert.equal(done.code, 2, `${wrong}: ${done.err}`);
    assert.ok(done.err.length > 10 && done.out === "");
  }
});

test("the explanation beside the words says why many types together need more", async () => {
  const page = await coordinator.get(`/1493/laget?from=${FROM}&to=${LAST}`);
  assert.match(page.words, /högst 10 gånger av 100, räknat på samma sätt.*Orden tar hänsyn till det/);
});

test("the command line asks for the day that is missing", async () => {
  const { code, err } = await samsyn(["picture", ...server.place.args, "--municipality", "1493", "--to", LAST,
    "--lang", "sv"]);
  assert.equal(code, 2);
  assert.match(err, /Ange första och sista dagen/);
});

// --- Places that stand out ---

const RECENT = `from=${day(14)}&to=${day(1)}`;

// A page may say that it still counts; it loads again by itself.
async function counted(client, path) {
  for (let i = 0; i < 500; i++) { // each answer waits a moment by itself
    const page = await client.get(path);
    if (!page.words.includes("Samsyn räknar vidare"))
      return page;
    assert.match(page.text, /http-equiv="refresh"/);
    assert.match(page.text, /data-part="spots" class="awaited"/); // and has room for what comes
  }
  assert.fail("still counting");
}

async function leadToTheirRows(period) {
  const page = await counted(coordinator, `/1493/laget?${period}`);
  const { around } = (await coordinator.get(`/1493/laget.json?${period}`)).json();
  const links = page.links("/1493/handelser?").filter((link) => /(squares|circle)=/.test(link));
  const spots = around.findings.filter((finding) => finding.squares || finding.circle);
  assert.equal(links.length, spots.length);
  for (const spot of spots) {
    assert.doesNotMatch(spot.place ?? "", /\d/);
    const ground = spot.circle ? `circle=${spot.circle}` : `squares=${spot.squares}`;
    const link = links.find((l) => l.includes(ground) && l.includes(`from=${spot.days.from}`));
    assert.ok(link, ground);
    const list = await coordinator.get(link.replaceAll("&amp;", "&"));
    const said = /class="said"[^>]*>([\d\s\u00a0\u202f]+) händelse/.exec(list.text)[1];
    assert.equal(Number(said.replace(/\D/g, "")), spot.n);
    assert.match(list.words, spot.circle ? /[:,] (inom [\d\u202f]+ m från|i rutan om 250 m kring) (en punkt \d+ m )?\D+[.,]/ : /i de rutor på kartan som lägesbilden pekar ut/);
  }
  for (const sentence of around.sentences)
    assert.ok(page.words.includes(sentence.head), sentence.head);
  return spots;
}

test("places that stand out are named, never by an address, and lead to exactly their rows", async () => {
  const all = [], missing = new Set(["gistar", "scan", "chains"]); // which are found depends on the day
  const longer = [13, 83, 181].map((days) => `from=${day(days + 15)}&to=${day(15)}`);
  const earlier = Array.from({ length: 20 }, (_, i) => `from=${day(29 + 14 * i + 13)}&to=${day(29 + 14 * i)}`);
  for (const days of [RECENT, ...longer, ...earlier]) {
    const spots = await leadToTheirRows(days);
    all.push(...spots);
    for (const spot of spots) missing.delete(spot.method);
    if (!missing.size) break;
  }
  assert.deepEqual([...missing], [], "nothing of what was planted stands out");
  assert.ok(all.every((spot) => !spot.squares === (spot.method !== "gistar")));
});

test("whoever may not read events is told of no places", async () => {
  const page = await politician.get(`/1493/laget?${RECENT}`);
  assert.doesNotMatch(page.words, /Platser som sticker ut|räknar vidare/);
  const json = (await politician.get(`/1493/laget.json?${RECENT}`)).json();
  assert.equal(json.around, undefined);
});

test("the command line names the same places as the page", async () => {
  const told = await samsynOk(["picture", ...server.place.args, "--municipality", "1493",
    "--from", day(14), "--to", day(1), "--lang", "sv"]);
  const { around } = (await coordinator.get(`/1493/laget.json?${RECENT}`)).json();
  assert.deepEqual(JSON.parse(told.out).around, around);
});

test("squares that cannot be read are said to be wrong", async () => {
  const list = await coordinator.get("/1493/handelser?squares=1-2_x");
  assert.equal(list.status, 422);
  assert.match(list.words, /Rutorna i adressen går inte att läsa/);
});

// --- What was found, on the map ---

const TILE = "/1493/laget/tiles/7/68/38.mvt"; // all of the municipality
const numbered = (page) => [...page.text.matchAll(/<li id="fynd-(\d+)" tabindex="-1">\s*<strong>([^<]+)</g)]
  .map(([, number, head]) => ({ number: Number(number), head }));

test("the map has the places of the list, with its numbers", async () => {
  const page = await counted(coordinator, `/1493/laget?${PERIOD}`);
  const places = numbered(page);
  const { around } = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  assert.equal(places.length, around.findings.filter((finding) => finding.squares || finding.circle).length);
  assert.deepEqual(places.map((place) => place.number), places.map((_, i) => i + 1));
  for (const start of page.text.matchAll(/<ol start="(\d+)">\s*<li id="fynd-(\d+)"/g)) assert.equal(start[1], start[2]);
  const address = /data-url-found="([^"]+)"/.exec(page.text)[1].replaceAll("&amp;", "&");
  assert.match(address, /^\/1493\/laget\/tiles\/\{z\}\/\{x\}\/\{y\}\.mvt\?from=/);
  const tile = await coordinator.get(address.replace("{z}/{x}/{y}", "7/68/38"));
  assert.equal(tile.status, 200);
  assert.equal(tile.headers.get("content-type"), "application/vnd.mapbox-vector-tile");
  assert.match(tile.headers.get("cache-control"), /private/);
  const bytes = tile.bytes.toString("utf8");
  for (const { number, head } of places) assert.ok(bytes.includes(`${number}. ${head}`), `${number}. ${head}`);
  for (const layer of ["square", "edge", "ring", "number"]) assert.ok(bytes.includes(layer), layer);
  assert.match(page.words, /Siffrorna på kartan är samma som i listan/);
  assert.match(page.words, /Rutor: här ligger händelserna tätast/);
  assert.match(page.words, /Hel ring: fler än väntat/);
  const far = await coordinator.get(address.replace("{z}/{x}/{y}", "7/60/30"));
  assert.equal(far.bytes.length, 0);
});

test("the map of what was found is for those who may read the events", async () => {
  assert.equal((await politician.get(`${TILE}?${PERIOD}`)).status, 403);
  assert.equal((await reporter.get(`${TILE}?${PERIOD}`)).status, 403);
  assert.equal((await coordinator.get(`/1480/laget/tiles/7/68/38.mvt?${PERIOD}`)).status, 403);
  assert.equal((await coordinator.get(`/1493/laget/tiles/7/200/38.mvt?${PERIOD}`)).status, 404);
  assert.equal((await coordinator.get(`${TILE}?from=${LAST}&to=${FROM}`)).status, 422);
  assert.doesNotMatch((await politician.get(`/1493/laget?${PERIOD}`)).text, /data-url-found|\/analys/);
});

test("each finding leads to how it is worked out and to the same question on Analys", async () => {
  const page = await counted(coordinator, `/1493/laget?${PERIOD}`);
  const { around } = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const pages = { gistar: "gistar", scan: "scan", knox: "knox", chains: "near-repeat-chains", breaks: "findings",
    farrington: "farrington" };
  const count = (text, part) => text.split(part).length - 1;
  const told = around.findings.filter((finding) => pages[finding.method]);
  assert.equal(count(page.text, ">Så räknas det<span"), told.length);
  assert.equal(count(page.text, ">Undersök i Analys<") >= told.length, true);
  assert.ok(count(page.text, ">Så räknas säkerheten<") >= 1);
  assert.equal(count(page.text, ">Så säkert är det<"), 1); // the title of what can be folded out, and nothing else
  for (const { method } of told) {
    assert.ok(page.text.includes(`href="/metoder/${pages[method]}">Så räknas det<`), method);
    assert.equal((await coordinator.get(`/metoder/${pages[method]}`)).status, 200);
  }
  const asked = page.links("/1493/analys?").map((link) => link.replaceAll("&amp;", "&"));
  assert.ok(asked.length >= told.length);
  for (const link of asked) {
    const answer = await coordinator.get(link);
    assert.equal(answer.status, 200, link);
    const asks = new URLSearchParams(link.split("?")[1]);
    assert.match(answer.text, new RegExp(`<option value="${asks.get("method")}" selected|value="${asks.get("method")}"[^>]*checked`), link);
  }
  const hot = asked.find((link) => link.includes("method=gistar"));
  assert.ok(hot.includes(`&${PERIOD}`), hot);
});

test("a finding of a kind of crime asks Analys about that kind and the area of the page", async () => {
  const { areas } = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  const area = areas.find((row) => row.id && row.n > 0).id;
  const page = await counted(coordinator, `/1493/laget?${PERIOD}&type=theft&area=${area}`);
  for (const link of page.links("/1493/analys?").filter((l) => !l.includes("method=breaks"))) {
    assert.ok(link.includes(`area=${area}`), link);
    assert.match(link, /type=theft/);
  }
});

test("a date that is none stays as it was typed, with what is wrong with it", async () => {
  const own = (y, m, d) => `/1493/laget?period=own&from-year=${y}&from-month=${m}&from-day=${d}&` +
    "to-year=2026&to-month=2&to-day=31";
  const value = (page, name) => new RegExp(`name="${name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="${name}"`)
    .exec(page.text)?.slice(1).find((v) => v !== undefined);
  const two = await coordinator.get(own("26", "1", "5"));
  assert.match(two.words, /Skriv årtalet med fyra siffror, till exempel 2026\./);
  assert.match(two.words, /Skriv ett datum som finns/);
  assert.deepEqual(["from-year", "from-month", "from-day"].map((n) => value(two, n)), ["26", "1", "5"]);
  assert.deepEqual(["to-year", "to-month", "to-day"].map((n) => value(two, n)), ["2026", "2", "31"]);
});

test("a file and the public page have no links to methods or Analys", async () => {
  const html = (await samsynOk(["picture", ...server.place.args, "--municipality", "1493", "--from", FROM,
    "--to", LAST, "--lang", "sv", "--format", "html"])).out;
  assert.match(html, /id="fynd-1"/);
  assert.doesNotMatch(html, />Så räknas det<span|>Undersök i Analys<|">Så räknas säkerheten</);
});

test("a chain of burglaries has a number on the map, and a ring of its own kind", async () => {
  const csrf = (await coordinator.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  const headers = { "content-type": "application/json", "x-csrf-token": csrf, origin: server.url };
  const add = async (east, north, ago) => {
    const body = JSON.stringify({ type: "theft.dwelling", occurred_from: `${day(ago)}T10:00:00Z`, precision: "point",
      east, north });
    assert.equal((await coordinator.send("POST", "/api/v1/1493/events", { headers, body })).status, 201);
  };
  for (let k = 0; k < 30; k++) // near repeats through the year, so that the kind is told to have them
    for (let i = 0; i < 4; i++)
      await add(428000 + (k % 6) * 1500 + i * 30, 6502000 + Math.floor(k / 6) * 1500, 20 + k * 10 + i * 2);
  for (let i = 0; i < 5; i++) await add(432000 + i * 20, 6509000, 2 + i * 2);
  const page = await counted(coordinator, `/1493/laget?${RECENT}`);
  const chain = numbered(page).find((place) => place.head.includes("nära varandra"));
  assert.ok(chain, "the chain is told");
  assert.match(page.words, /Streckad ring: ett brott har följts av fler i närheten/);
  const bytes = (await coordinator.get(`${TILE}?${RECENT}`)).bytes.toString("utf8");
  assert.ok(bytes.includes(`${chain.number}. ${chain.head}`));
  assert.ok(bytes.includes("chain"));
  const asked = page.links("/1493/analys?").find((link) => link.includes("method=near-repeat-chains"));
  assert.match(asked, /type=theft\.dwelling/);
  assert.equal((await coordinator.get(asked.replaceAll("&amp;", "&"))).status, 200);
});
