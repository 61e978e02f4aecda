// SPDX-License-Identifier: AGPL-3.0-or-later
// Analys: questions answered on the municipality's own events. The figures are those of samsyn analyse on
// the same rows, an address gives the same bytes again, and nobody is told of what is not theirs.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { newInstallation, samsynOk, startServer } from "./lib.mjs";
import { newId } from "./objects.mjs";

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const YEAR = `from=${day(364)}&to=${day(1)}`;
const ALL = `from=${day(1500)}&to=${day(1)}`; // the exercise data are two years
/** Method -> question, parameters beside the defaults. */
const methods = {
  gistar: "question=where", kde: "question=where&p-cell=500", moran: "question=where", "repeat-places": "question=where&p-permutations=99",
  knox: "question=repeat&type=theft&p-permutations=99&p-days=0%2C7%2C14",
  "near-repeat-chains": "question=repeat&type=theft", mantel: "question=repeat&type=theft&p-permutations=99&place=X",
  scan: "question=clusters&p-permutations=99",
  "compare-counts": "question=changed&p-by=area", farrington: "question=changed&p-by=type",
  ears: "question=changed", cusum: "question=changed", breaks: "question=changed&p-kind=poisson",
  "weekday-hour": "question=when", aoristic: "question=when",
  season: "question=season&p-by=weekday", stl: "question=season&p-period=13",
  harmonic: "question=season&p-harmonics=auto",
  wdd: `question=helped&p-treated=circle&p-start=${day(180)}`, did: `question=helped&p-treated=circle&p-start=${day(180)}`,
  its: `question=helped&p-at=${day(180)}`,
};
let place, server, coordinator, reporter, politician, dir, somewhere;

/** The list behind an answer, not that of what waits for review. */
const rowsOf = (page) => page.links("/1493/handelser?").find((href) => !href.includes("unreviewed"));

/** The page when it has been counted: without script it loads itself again. */
async function counted(client, address) {
  for (let i = 0; i < 2000; i++) { // each answer waits a moment by itself
    const page = await client.get(address);
    if (!page.text.includes("data-again")) return page;
    assert.match(page.text, /http-equiv="refresh"/);
    assert.match(page.words, /Samsyn räknar/);
  }
  assert.fail("still counting");
}

async function json(client, query) {
  for (let i = 0; i < 2000; i++) {
    const page = await client.get(`/api/v1/1493/analysis?${query}`);
    if (page.status !== 202) return page;
    assert.equal(page.json().running, true);
  }
  assert.fail("still counting");
}

const query = (method, days = YEAR) => {
  const circle = `&p-east=${somewhere.x}&p-north=${somewhere.y}&p-radius=1000`;
  const more = methods[method].replace("&p-treated=circle", `&p-treated=circle${circle}`).replace("&place=X", "");
  return `${more}&method=${method}&${days}`;
};
const number = (text) => Number(text.replace(/[^\d]/g, ""));
const listed = (page) => number(/class="said"[^>]*>([\d\s\u00a0\u202f]+)/.exec(page.text)[1]);
const fact = (page, label) =>
  new RegExp(`<dt>${label}</dt><dd>([^<]*)</dd>`).exec(page.text)?.[1];

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  dir = await mkdtemp(path.join(tmpdir(), "samsyn-explore-"));
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  const squares = (await json(coordinator, `question=where&method=gistar&${YEAR}`)).json();
  somewhere = squares.results.cells.reduce((a, b) => (b.value > a.value ? b : a));
});
after(async () => {
  await server?.stop();
  await place?.remove();
  await rm(dir, { recursive: true, force: true });
});

test("each question has an answer in words, and says how it was counted", async () => {
  const start = await counted(coordinator, "/1493/analys");
  const text = await coordinator.get("/metoder/gistar"); // the method's text, where the program shows it
  assert.equal(start.links("/metoder/gistar").length > 0, text.status === 200);
  const questions = [...start.text.matchAll(/name="question" value="(\w+)"/g)].map((m) => m[1]);
  assert.deepEqual([...new Set(Object.values(methods).map((m) => /question=(\w+)/.exec(m)[1]))].sort(),
    [...questions].sort());
  for (const question of questions) {
    const page = await counted(coordinator, `/1493/analys?question=${question}`);
    assert.equal(page.status, 200, question);
    if (question === "helped") {
      assert.match(page.words, /Välj var åtgärden gjordes/);
      continue;
    }
    assert.match(page.text, /class="sentence"><strong>[^<]{20,}</, question);
    assert.ok(Number(number(fact(page, "Händelser som räknats"))) > 100, question);
    assert.ok(fact(page, "Frö för slumptal") && fact(page, "Källa"), question);
  }
});

for (const method of Object.keys(methods))
  test(`the figures are those of samsyn analyse on the same rows: ${method}`, async () => {
    const page = await counted(coordinator, `/1493/analys?${query(method)}`);
    assert.match(page.text, /class="sentence"/, page.words);
    const command = /<code>samsyn analyse ([^<]*)<\/code>/.exec(page.text)[1].split(" ");
    assert.equal(command[0], method);
    const here = (await coordinator.get(page.links("/analys.json?")[0])).json();
    const rows = await coordinator.get(page.links("/analys/underlag.csv?")[0]);
    assert.equal(rows.status, 200);
    const file = path.join(dir, `${method}.csv`);
    await writeFile(file, rows.bytes);
    const there = JSON.parse((await samsynOk(["analyse", ...command.slice(0, -1), file, "--lang", "sv"])).out);
    for (const what of ["method", "n", "seed", "parameters", "results", "warnings", "version"])
      assert.deepEqual(there[what], here[what], what);
    const api = await json(coordinator, query(method));
    assert.deepEqual(api.json(), here);
  });

test("a shared address gives the same bytes, also after a new start, and says when events have changed", async () => {
  const page = await counted(coordinator, `/1493/analys?${query("scan")}`);
  const shared = new URL(/value="(http[^"]*data=[^"]*)"/.exec(page.text)[1].replaceAll("&amp;", "&"));
  const file = page.links("/analys.json?")[0];
  const first = await coordinator.get(file);
  const csrf = (p) => p.text.replace(/name="csrf" value="[^"]*"/g, "");
  const before = await counted(coordinator, shared.pathname + shared.search);
  await server.stop();
  await server.start(["--no-limits", "--demo"]);
  for (const [name, email] of [["c", "samordnare@example.se"], ["r", "bovard.1493@example.se"],
    ["p", "politiker.1493@example.se"]]) {
    const client = await server.logIn(email);
    if (name === "c") coordinator = client;
    else if (name === "r") reporter = client;
    else politician = client;
  }
  const address = shared.pathname + shared.search;
  const again = await counted(coordinator, address);
  const port = (p) => csrf(p).replaceAll(/127\.0\.0\.1:\d+/g, "");
  assert.equal(port(again), port(before));
  assert.doesNotMatch(again.words, /än när adressen delades/);
  assert.deepEqual((await coordinator.get(file)).bytes, first.bytes);
  const own = await coordinator.get("/1493/handelser/ny");
  const token = own.form("/handelser/ny").fields.get("csrf");
  const done = await coordinator.send("POST", "/api/v1/1493/events", {
    body: JSON.stringify({ id: newId(), type: "damage.glass", occurred_from: `${day(3)}T12:00:00Z`,
      precision: "point", east: somewhere.x, north: somewhere.y }),
    headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": token } });
  assert.equal(done.status, 201, done.text);
  const later = await counted(coordinator, address);
  assert.match(later.words, /Andra händelser än när adressen delades/);
});

test("a shared address says nothing untrue to somebody who may see fewer events", async () => {
  const page = await counted(coordinator, `/1493/analys?${query("aoristic")}`);
  const shared = new URL(/value="(http[^"]*data=[^"]*)"/.exec(page.text)[1].replaceAll("&amp;", "&"));
  const other = await counted(reporter, shared.pathname + shared.search);
  assert.match(other.words, /bygger inte på samma händelser/);
  assert.match(other.words, /eller så får du se andra än den som delade den/);
  assert.doesNotMatch(other.words, /Händelserna har ändrats|har händelser kommit till/);
});

test("events known only between two times are in no hour, and are counted", async () => {
  for (const ask of [query("weekday-hour"), `question=season&method=season&p-by=hour&${YEAR}`]) {
    const page = await counted(coordinator, `/1493/analys?${ask}`);
    const [, out, all] = /([\d\u202f]+) av ([\d\u202f]+) händelser är inte med: man vet bara mellan vilka tider/.exec(page.words);
    const used = number(fact(page, "Händelser som räknats"));
    assert.ok(number(out) > 0);
    assert.equal(used + number(out), number(all));
    assert.equal(listed(await coordinator.get(rowsOf(page))), number(all));
    const rows = (await coordinator.get(page.links("/analys/underlag.csv?")[0])).text.trim().split("\n");
    assert.equal(rows.length - 1, used);
  }
  const spread = await counted(coordinator, `/1493/analys?${query("aoristic")}`);
  assert.doesNotMatch(spread.words, /är inte med: man vet bara/);
  const page = await counted(coordinator, `/1493/analys?${query("weekday-hour")}`);
  assert.match(page.words, /Listan bakom en siffra har också [^.]*längre än siffran/);
});

test("a measure needs its first day, and the answer shows it", async () => {
  for (const method of ["wdd", "did", "its"]) {
    const undated = query(method).replace(/&p-(start|at)=[^&]*/, "");
    const page = await counted(coordinator, `/1493/analys?${undated}`);
    assert.match(page.words, /Välj när åtgärden började/, method);
    assert.doesNotMatch(page.text, /class="sentence"/, method);
    assert.equal((await json(coordinator, undated)).status, 422, method);
    const dated = await counted(coordinator, `/1493/analys?${query(method)}`);
    assert.ok(fact(dated, "Åtgärden började"), method);
  }
});

test("harmonic says which days it read", async () => {
  const page = await counted(coordinator, `/1493/analys?question=season&method=harmonic&from=${day(90)}&to=${day(1)}`);
  const [, n] = /Svaret bygger på ([\d\u202f]+) händelser, [^:]*\d{4}[^:]*: en årstid/.exec(page.words);
  assert.equal(number(n), number(fact(page, "Händelser som räknats")));
});

test("events known only to an area are never places, and are counted", async () => {
  const page = await counted(coordinator, `/1493/analys?${query("gistar")}`);
  const [, out, all] = /([\d\u202f]+) av ([\d\u202f]+) händelser är bara kända till ett område/.exec(page.words);
  const used = number(fact(page, "Händelser som räknats"));
  assert.equal(used + number(out), number(all));
  const list = await coordinator.get(rowsOf(page));
  assert.equal(listed(list), number(all));
  const placed = await coordinator.get(`${rowsOf(page)}&placed=1`);
  assert.equal(listed(placed), used);
});

test("a row leads to exactly its events", async () => {
  const page = await counted(coordinator, `/1493/analys?${query("gistar")}`);
  const [, link, n] = /<th scope="row"><a href="([^"]*squares=[^"]*)">[^<]*<\/a><\/th><td[^>]*>([^<]*)</
    .exec(page.text);
  assert.equal(listed(await coordinator.get(link.replaceAll("&amp;", "&"))), number(n));
  const hour = await counted(coordinator, `/1493/analys?${query("weekday-hour")}`);
  const [, friday, many] = /<th scope="row"><a href="([^"]*weekday=5[^"]*)">fredag<\/a><\/th><td[^>]*>([^<]*)</
    .exec(hour.text);
  assert.ok(listed(await coordinator.get(friday.replaceAll("&amp;", "&"))) >= number(many));
});

test("a circle leads to exactly the events in it and in its days, said in words and taken away again", async () => {
  for (const snap of [250, 0]) {
    const found = await counted(coordinator, `/1493/analys?${query("scan")}&p-snap=${snap}`);
    const rows = [...found.text.matchAll(/<th scope="row"><a href="([^"]*circle=[^"]*)">[^<]*<\/a><\/th>(.*?)<\/tr>/g)];
    assert.ok(rows.length > 0);
    for (const [, link, rest] of rows.slice(0, 3)) {
      const cells = [...rest.matchAll(/<td[^>]*>([^<]*)</g)].map((m) => m[1]);
      const list = await coordinator.get(link.replaceAll("&amp;", "&"));
      assert.equal(listed(list), number(cells[2]), link);
      assert.match(list.words, snap ? /inom [\d\u202f]+ m från [^:]*, räknat i rutor om 250 m|i rutan om 250 m kring/ : /inom [\d\u202f]+ m från /);
      const without = list.links("/1493/handelser?").find((l) => !l.includes("circle=") && l.includes("from="));
      assert.ok(listed(await coordinator.get(without)) > listed(list));
      for (const file of [".json", ".geojson"]) {
        const rows = await coordinator.get(link.replaceAll("&amp;", "&").replace("?", `${file}?`));
        assert.equal((rows.json().events ?? rows.json().features).length, listed(list), file);
      }
    }
  }
  const page = await counted(coordinator, `/1493/analys?${query("near-repeat-chains")}`);
  const [, chain, events] = /<th scope="row"><a href="([^"]*circle=[^"]*)">[^<]*<\/a><\/th><td[^>]*>([^<]*)</.exec(page.text);
  assert.ok(listed(await coordinator.get(chain.replaceAll("&amp;", "&"))) >= number(events));
  assert.match(page.words, /Några kan ligga utanför kedjan, så listan kan vara längre än siffran/);
});

test("a repeat place leads to exactly its events, and none of them is known only to an area", async () => {
  for (const within of [0, 30]) {
    const page = await counted(coordinator, `/1493/analys?${query("repeat-places")}&p-within=${within}`);
    assert.match(page.words, /platser har fler händelser än slumpen ger|Ingen plats har säkert fler/);
    assert.match(page.words, /procent av platserna \(\d+ av [\d\u202f]+\) har [\d,]+ procent av händelserna\. Slumpen ger omkring/);
    assert.match(page.text, /href="\/metoder\/repeat-places"/);
    const rows = [...page.text.matchAll(/<th scope="row"><a href="([^"]*circle=[^"]*)">[^<]*<\/a><\/th><td[^>]*>([^<]*)</g)];
    assert.equal(rows.length, 20);
    for (const [, link, n] of rows.slice(0, 6)) {
      const list = await coordinator.get(link.replaceAll("&amp;", "&"));
      if (within) assert.ok(listed(list) >= number(n), link);
      else assert.equal(listed(list), number(n), link);
    }
    const told = /Ligger en annan plats alldeles intill kan dess händelser vara med, så listan kan vara längre/;
    (within ? assert.match : assert.doesNotMatch)(page.words, told);
    const here = (await coordinator.get(page.links("/analys.json?")[0])).json();
    const all = await coordinator.get(`${rowsOf(page)}&placed=1`);
    assert.equal(here.results.events, listed(all));
  }
});

test("the level of an area says that Läget compares with more than the area", async () => {
  const { areas } = (await coordinator.get("/1493/laget.json")).json();
  const alone = /Läget om en nivå som har ändrats jämför också med resten av kommunen/;
  const page = await counted(coordinator, `/1493/analys?${query("breaks")}&area=${areas.find((a) => a.id).id}`);
  assert.match(page.words, alone);
  assert.doesNotMatch((await counted(coordinator, `/1493/analys?${query("breaks")}`)).words, alone);
});

test("a circle of an address: as far as one sees, once, and none that is no circle", async () => {
  const circle = `circle=${Math.round(somewhere.x)}-${Math.round(somewhere.y)}-1000`;
  const all = await coordinator.get(`/1493/handelser?${ALL}&${circle}`);
  const own = await reporter.get(`/1493/handelser?${ALL}&${circle}`);
  assert.ok(listed(all) > 0 && listed(own) < listed(all));
  assert.equal((await politician.get(`/1493/handelser?${circle}`)).status, 403);
  const api = (await coordinator.get(`/api/v1/1493/events?${circle}&from=${day(1500)}&to=${day(1)}`)).json();
  assert.equal(api.total ?? api.count, listed(all));
  for (const bad of ["x", "1-2-3", `${circle.slice(7)}-0`]) {
    const page = await coordinator.get(`/1493/handelser?circle=${bad}`);
    assert.equal(page.status, 422);
    assert.match(page.words, /Cirkeln i adressen går inte att läsa/);
  }
  const form = all.form("/1493/handelser");
  assert.equal(form.fields.get("circle"), circle.slice(7));
});

test("drawn ground: the same answer behind each wall, its shapes on the map, its rows for the command line", async () => {
  const [x, y] = [Math.round(somewhere.x), Math.round(somewhere.y)];
  const square = (e, n, half) =>
    [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => `${e + a * half}-${n + b * half}`).join("_");
  const ask = `question=helped&method=wdd&${YEAR}&p-treated=drawn&p-ground=${square(x, y, 1000)}` +
    `&p-control=drawn&p-beside=${square(x + 4000, y, 1000)}&p-ring=400&p-start=${day(180)}`;
  const page = await counted(coordinator, `/1493/analys?${ask}`);
  assert.match(page.text, /class="sentence"/, page.words);
  for (const side of ["Där åtgärden gjordes", "Det som jämförs", "Ringen runt åtgärden, 400 m", "Ringen runt jämförelsen, 400 m"])
    assert.match(page.words, new RegExp(side));
  assert.match(fact(page, "Området där åtgärden gjordes"), /^4 hörn, 4,00 km², mitt vid /);
  const answer = (await coordinator.get(page.links("/analys.json?")[0])).json();
  assert.notEqual(answer.results.displacement, null);
  const rows = await coordinator.get(page.links("/analys/underlag.csv?")[0]);
  for (const group of ["treated", "control", "near-treated", "near-control"]) assert.match(rows.text, new RegExp(`,"${group}"`));
  const command = /<code>samsyn analyse ([^<]*)<\/code>/.exec(page.text)[1].split(" ");
  const file = path.join(dir, "drawn.csv");
  await writeFile(file, rows.bytes);
  const there = JSON.parse((await samsynOk(["analyse", ...command.slice(0, -1), file, "--lang", "sv"])).out);
  assert.deepEqual(there.results, answer.results);
  const tile = /data-url-data="([^"]*analys\/tiles[^"]*)"/.exec(page.text)[1].replaceAll("&amp;", "&");
  const drawn = await coordinator.get(tile.replace("{z}/{x}/{y}", "8/137/76"));
  assert.equal(drawn.status, 200);
  for (const layer of ["ground", "near"]) assert.ok(drawn.bytes.includes(layer), layer);
  assert.equal((await politician.get(`/1493/analys?${ask}`)).status, 403);
  assert.ok((await json(reporter, ask)).json().n !== answer.n); // the wall of the own organisation
  for (const bad of ["1-2_3-4_5-6", `${x}-${y}`, `${square(x, y, 1000)}_${x}-${y - 3000}`, "x"]) {
    const wrong = await coordinator.get(`/1493/analys?question=helped&method=wdd&${YEAR}&p-treated=drawn&p-ground=${bad}`);
    assert.match(wrong.words, /Skriv tre till 40 hörn/, bad);
    assert.equal(wrong.status, 422);
  }
  const nothing = await counted(coordinator, `/1493/analys?question=helped&method=wdd&${YEAR}&p-treated=drawn`);
  assert.match(nothing.words, /Rita området på kartan under Metod/);
});

test("no house is named", async () => {
  for (const method of ["gistar", "repeat-places", "near-repeat-chains", "scan"]) {
    const page = await counted(coordinator, `/1493/analys?${query(method)}`);
    for (const [, name] of page.text.matchAll(/<th scope="row">(?:<a [^>]*>)?([^<]*)</g))
      assert.ok(!/\d/.test(name) || name.startsWith("Läge "), name);
  }
});

test("who sees only the own organisation's events gets only those; others nothing at all", async () => {
  const list = await reporter.get(`/1493/handelser?kind=incident&${YEAR}`);
  const all = await coordinator.get(`/1493/handelser?kind=incident&${YEAR}`);
  const page = await counted(reporter, `/1493/analys?${query("aoristic")}`);
  const answer = (await json(reporter, query("aoristic"))).json();
  assert.equal(answer.n, listed(list));
  assert.equal(number(fact(page, "Händelser som räknats")), listed(list) - answer.results.left_out);
  assert.ok(listed(list) > 20 && listed(list) < listed(all));
  for (const file of ["analys.json", "analys.csv", "analys.geojson", "analys/underlag.csv"]) {
    assert.equal((await reporter.get(`/1493/${file}?${query("gistar")}`)).status, 403, file);
    assert.equal((await politician.get(`/1493/${file}?${query("gistar")}`)).status, 403, file);
  }
  assert.equal(page.links("/analys.json").length, 0);
  for (const to of [`/1493/analys?${YEAR}`, "/1493/analys/tiles/8/137/75.mvt", `/api/v1/1493/analysis?${YEAR}`])
    assert.equal((await politician.get(to)).status, 403, to);
  for (const to of [`/1480/analys?${YEAR}`, "/1480/analys/tiles/8/137/75.mvt", `/api/v1/1480/analysis?${YEAR}`])
    assert.equal((await coordinator.get(to)).status, 403, to);
  const nobody = await server.client().get(`/1493/analys?${YEAR}`);
  assert.match(nobody.title, /Logga in/);
});

test("another municipality's area finds nothing", async () => {
  const beside = await coordinator.get("/1447/handelser");
  const area = /name="area"[\s\S]*?<option value="([0-9a-f-]{36})"/.exec(beside.text)?.[1];
  assert.ok(area, "the municipality beside has an area");
  const page = await counted(coordinator, `/1493/analys?question=when&${YEAR}&area=${area}`);
  assert.match(page.words, /För lite underlag: 0 händelser/);
  const helped = await counted(coordinator, `/1493/analys?question=helped&${YEAR}&p-treated=${area}`);
  assert.doesNotMatch(helped.text, /class="sentence"/);
});

test("too thin data get no figure", async () => {
  for (const method of Object.keys(methods).filter((m) => m !== "compare-counts")) {
    const asked = query(method, `from=${day(2)}&to=${day(2)}`).replace(/(^|&)type=[^&]*/g, "") + "&type=hate";
    const page = await counted(coordinator, `/1493/analys?${asked}`);
    assert.doesNotMatch(page.text, /class="sentence"/, method);
    assert.match(page.words, /Det går inte att svara på frågan/, method);
    assert.doesNotMatch(page.words, /--[a-z]|filen/, method);
    assert.equal((await json(coordinator, asked)).status, 422);
  }
});

test("what cannot be read is said at the field, and everything typed stays", async () => {
  const page = await coordinator.get("/1493/analys?question=repeat&method=knox&type=theft&text=cykel" +
    "&p-distances=0%2Ctio&p-permutations=5&p-days=0+7+14");
  assert.equal(page.status, 422);
  for (const typed of ["0,tio", "5", "0 7 14", "cykel"])
    assert.ok(page.text.includes(`value="${typed}"`), typed);
  assert.match(page.text, /<a href="#f-p-distances">/);
  assert.match(page.text, /id="f-p-permutations"[^>]*aria-invalid="true"/);
  assert.match(page.words, /Skriv ett helt tal från 99 till 9/);
  assert.doesNotMatch(page.text, /class="sentence"|data-again/);
  for (const wrong of ["method=nej", "question=nej", "from=2026-13-01", "p-cell=0", "seed=x",
    `from=${day(1)}&to=${day(30)}`, "from=1900-01-01"])
    assert.equal((await coordinator.get(`/1493/analys?${wrong}`)).status, 422, wrong);
  assert.equal((await coordinator.get("/api/v1/1493/analysis?p-cell=0")).status, 422);
  assert.equal((await coordinator.get("/api/v1/1493/analysis?nosuch=1")).status, 400);
});

test("numbers may be typed as people write them, and are one question", async () => {
  const a = await json(coordinator, `question=where&method=kde&p-bandwidth=1+000%2C0&${YEAR}`);
  const b = await json(coordinator, `question=where&method=kde&p-bandwidth=1000&${YEAR}`);
  assert.deepEqual(a.bytes, b.bytes);
  const own = await json(coordinator, `question=where&method=kde&p-bandwidth=1000&seed=7&${YEAR}`);
  assert.equal(own.json().seed, 7);
});

test("long work shows how far it is, can be stopped, and leaves the way free", async () => {
  const heavy = `/1493/analys?question=repeat&method=mantel&${YEAR}&p-permutations=9999`;
  const page = await coordinator.get(heavy);
  assert.match(page.text, /<progress/);
  assert.match(page.text, /http-equiv="refresh"/);
  const form = page.forms.find((f) => f.action.endsWith("/analys/avbryt"));
  const done = await coordinator.submit(page, "/analys/avbryt", {});
  assert.ok(form.fields.get("ask"));
  const stopped = done.status === 303 ? await coordinator.get(done.location.pathname + done.location.search) : done;
  assert.match(stopped.words, /Räkningen avbröts/);
  assert.ok(stopped.links("/1493/analys?").length > 0);
  const next = await counted(coordinator, `/1493/analys?${query("weekday-hour")}&seed=99`);
  assert.match(next.text, /class="sentence"/);
});

test("the map's tiles hold the result and nothing else", async () => {
  const page = await counted(coordinator, `/1493/analys?${query("gistar")}`);
  const template = /data-url-data="([^"]*)"/.exec(page.text)[1].replaceAll("&amp;", "&");
  const at = (z, x, y) => template.replace("{z}", z).replace("{x}", x).replace("{y}", y)
    .replace("%7Bz%7D", z).replace("%7Bx%7D", x).replace("%7By%7D", y);
  const tile = await coordinator.get(at(7, 68, 38));
  assert.equal(tile.status, 200);
  assert.equal(tile.headers.get("content-type"), "application/vnd.mapbox-vector-tile");
  assert.ok(tile.bytes.includes("result") && tile.bytes.includes("säkert fler än väntat"));
  assert.ok(!tile.bytes.includes("event"));
  assert.equal((await coordinator.get(at(3, 99, 0))).status, 404);
  assert.equal((await coordinator.get(at(7, 0, 0))).bytes.length, 0);
});

test("readings stand in the log, without the words that were searched for", async () => {
  await counted(coordinator, `/1493/analys?question=when&${YEAR}&text=garage`);
  await coordinator.get(`/1493/analys.json?question=when&${YEAR}&text=garage`);
  const log = await coordinator.get("/1493/installningar/logg.csv");
  const rows = log.text.split("\n").filter((row) => row.includes("analysis."));
  assert.ok(rows.some((row) => row.includes("analysis.read")) && rows.some((row) => row.includes("analysis.export")),
    log.text.slice(0, 500));
  assert.ok(rows.every((row) => !row.includes("garage")));
});
