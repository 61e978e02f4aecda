// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator brings files of every format through the page until they are events in Händelser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { program, startServer } from "../scenario/lib.mjs";
import { geopackage, lockedWorkbook, prj, shapefile, workbook, zip } from "./files.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

const north = 6507010.5, east = 431800.25; // Mariestad, SWEREF 99 TM
const lon = 13.82319, lat = 58.697866; // the same place

let server, browser, page, folder;

/** A reader of files in front of ours that, where there is a gate, waits there in the middle of the file. */
async function makeReader() {
  const own = path.resolve(path.dirname(program), "../convert/samsyn-convert"), here = path.join(folder, "convert");
  const wait = `/usr/bin/head -c 1000000; read line <"${folder}/gate"; exec /bin/cat`;
  await writeFile(here, `#!/bin/sh\nif [ -p "${folder}/gate" ]; then "${own}" "$@" | { ${wait}; }\n` +
    `else exec "${own}" "$@"; fi\n`, { mode: 0o755 });
  await symlink(`${own}-gdal`, `${here}-gdal`);
  return here;
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "samsyn-import-"));
  server = await startServer({ exercise: 1, municipalities: ["1493"], args: ["--no-limits"],
    env: { SAMSYN_CONVERT: await makeReader() } });
  browser = await launch();
  const cookies = await logIn(server, "samordnare@example.se");
  page = await browser.page({ cookies });
}, { timeout: 240_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A button that leads to another page. */
const press = (name) => next(page, () => page.getByRole("button", { name, exact: true }).click());
const words = async () => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** Sends a file on the page. */
async function send(name, bytes) {
  await page.goto(`${server.url}/1493/importera`);
  await page.setInputFiles("#f-file",
    { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
  await press("Skicka filen");
}

/** What each column was taken for: { name: role }. Without those that are not used. */
async function roles() {
  const all = await page.locator("select[name=col]").evaluateAll((list) => list.map((s) =>
    [s.labels[0].textContent.trim(), s.selectedOptions[0].textContent.trim()]));
  return Object.fromEntries(all.filter(([, role]) => role !== "Används inte"));
}

/** From the columns, past the words for types, to the report of the dry run. */
async function dryRun() {
  await press("Fortsätt");
  if (/\/typer$/.test(page.url())) await press("Provkör");
  return finished();
}

async function finished() {
  assert.match(page.url(), /\/jobb\//);
  await page.waitForFunction(() => document.readyState === "complete" && !document.querySelector("progress"));
  return words();
}

async function importIt(button = "Importera") {
  await press(button);
  return finished();
}

/** The rows in Händelser that came with a source, oldest first. */
async function events(source) {
  const answer = await page.request.get(`${server.url}/1493/handelser.json?source=${source}`);
  assert.equal(answer.status(), 200);
  return (await answer.json()).events;
}

/** Händelser itself shows the row: its page says when, where and how sure. */
async function shown(event) {
  await page.goto(`${server.url}/1493/handelser/${event.id}`);
  return words();
}

function at(event, type, from, precision) {
  assert.deepEqual([event.type, event.occurred_from, event.precision], [type, from, precision]);
  if (precision !== "point") return;
  assert.ok(Math.abs(event.north - north) < 30 && Math.abs(event.east - east) < 30,
    `${event.north} ${event.east}`);
}

const report = [["Felanmälan mars 2026"], ["Utskriven", "2026-04-01"], [],
  [null, "Ärendenr", "Datum", "Tid", "Händelse", "N", "E", "Beskrivning"],
  [null, "B-1", { day: "2026-03-27" }, { clock: "10:25" }, "Klotter", "6507010,5", "431800,25",
    "Målat på bron över ån"],
  [null, "B-2", "2026-03-28", "1.30", "Klotter", north, east, "Västra sidan"],
  [null, "B-3", { day: "2026-03-30" }, "..", "Klotter", "-", "..", null],
  [null, "B-4", { formula: "C5+5", value: { day: "2026-04-01" } }, { clock: "23:10" },
    { formula: '"Klot"&"ter"', value: "Klotter" }, { formula: "F6", value: north },
    { formula: "G6", value: east }, { formula: 'H5&""', value: "Räknad text" }],
  [null, "B-5", "i förrgår", null, "Klotter", null, null, null]];

for (const [app, from1904] of [["excel", false], ["libreoffice", true]])
  test(`a workbook of ${app}, with a title, a hidden sheet and formulas`, async () => {
    const sheets = [{ name: "Mall", hidden: true, rows: [["Gammalt"]] },
      { name: "Ärenden", rows: report, merges: ["A1:H1"] },
      { name: "Kodlista", rows: [["Kod", "Ord"], ["1", "x"]] }];
    await send(`Fel ${app}.xlsx`, workbook({ app, from1904, sheets }));
    assert.match(await words(), /lästa från rad 4/);
    assert.deepEqual(await roles(), { Ärendenr: "Radens nummer",
      Datum: "Datum, eller datum och tid", Tid: "Klockslag", Händelse: "Typ av händelse",
      N: "Nord eller latitud", E: "Öst eller longitud", Beskrivning: "Beskrivning" });
    assert.match(await dryRun(), /5 rader lästa: 4 skulle bli nya.*1 kan inte användas.*Rad 9/);
    assert.match(await importIt(), /5 rader lästa: 4 nya/);
    const rows = await events(`fel-${app}`);
    assert.equal(rows.length, 4);
    at(rows[0], "damage.graffiti", "2026-03-27T09:25:00Z", "point");
    at(rows[1], "damage.graffiti", "2026-03-28T00:30:00Z", "point");
    at(rows[2], "damage.graffiti", "2026-03-29T22:00:00Z", "municipality");
    at(rows[3], "damage.graffiti", "2026-04-01T21:10:00Z", "point");
    assert.deepEqual(rows.map((e) => e.description),
      ["Målat på bron över ån", "Västra sidan", undefined, "Räknad text"]);
    assert.match(await shown(rows[0]), /Klotter.*27 mars.*10\.25.*Exakt plats/);
  });

test("another sheet and another row of names can be chosen", async () => {
  const sheets = [{ name: "Om rapporten", rows: [["Framtagen av Gatukontoret"]] },
    { name: "Data", rows: [["a", "b"], ["Datum", "Händelse"], ["2026-03-27 10:25", "Klotter"]] }];
  await send("Två blad.xlsx", workbook({ sheets }));
  await page.selectOption("#f-sheet", "Data");
  await page.fill("#f-row", "2");
  await press("Läs filen igen");
  assert.deepEqual(await roles(),
    { Datum: "Datum, eller datum och tid", Händelse: "Typ av händelse" });
  assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
});

test("GPX: waypoints and tracks", async () => {
  await send("vandring.gpx", `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="${lat}" lon="${lon}"><time>2026-05-02T20:15:00Z</time><name>Krossad ruta vid ån</name>
<desc>Gångtunneln</desc></wpt><wpt lat="58.698" lon="13.823"><name>Utan tid</name></wpt>
<trk><name>Nattvandring</name><trkseg><trkpt lat="${lat}" lon="${lon}">
<time>2026-05-02T21:00:00Z</time></trkpt><trkpt lat="58.6990" lon="13.8240">
<time>2026-05-02T22:30:00Z</time></trkpt></trkseg></trk></gpx>`);
  assert.match(await dryRun(), /3 rader lästa: 2 skulle bli nya.*1 kan inte användas/);
  await importIt();
  const rows = await events("vandring");
  assert.equal(rows.length, 2);
  at(rows[0], "other", "2026-05-02T20:15:00Z", "point");
  assert.deepEqual([rows[0].title, rows[0].description], ["Krossad ruta vid ån", "Gångtunneln"]);
  at(rows[1], "other", "2026-05-02T21:00:00Z", "area");
});

test("GeoJSON: points and areas, also when the file is called .json", async () => {
  const feature = (id, datum, geometry) => ({ type: "Feature", id, geometry,
    properties: { datum, tid: "23:10", typ: "Klotter", text: "Vägg" } });
  const ring = [[13.82, 58.70], [13.83, 58.70], [13.83, 58.71], [13.82, 58.70]];
  await send("kartan.json", JSON.stringify({ type: "FeatureCollection", features: [
    feature(7, "2026-05-03", { type: "Point", coordinates: [lon, lat] }),
    feature(8, "2026-05-04", { type: "Polygon", coordinates: [ring] })] }));
  assert.match(await dryRun(), /2 rader lästa: 2 skulle bli nya/);
  await importIt();
  const rows = await events("kartan");
  at(rows[0], "damage.graffiti", "2026-05-03T21:10:00Z", "point");
  at(rows[1], "damage.graffiti", "2026-05-04T21:10:00Z", "area");
});

test("Shapefile: both systems, with and without .prj, and a DBF in Windows-1252", async () => {
  const fields = [{ name: "HÄNDELSE", length: 20 }, { name: "DATUM", length: 8, type: "D" },
    { name: "KLOCKSLAG", length: 5 }, { name: "BESKRIVNIN", length: 60 }];
  const metres = [east, north], degrees = [lon, lat];
  const cases = [["a", metres, prj.sweref, 0x57], ["b", metres, undefined, 0x57, "1252"],
    ["c", degrees, prj.wgs84, 0, "ISO-8859-1"], ["d", degrees, undefined, 0]];
  for (const [name, place, system, language, cpg] of cases) {
    const rows = [{ at: place, values: ["Klotter", "20260505", "10:25", `Ån bakom Öster ${name}`] }];
    await send(`shape ${name}.zip`, shapefile({ name, fields, rows, system, language, cpg }));
    assert.equal((await roles()).BESKRIVNIN, "Beskrivning");
    assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
    await importIt();
    const [event] = await events(`shape-${name}`);
    at(event, "damage.graffiti", "2026-05-05T08:25:00Z", "point");
    assert.equal(event.description, `Ån bakom Öster ${name}`);
  }
});

test("GeoPackage in both systems", async () => {
  for (const [srs, place, definition] of [[3006, [east, north], prj.sweref],
    [4326, [lon, lat], prj.wgs84]]) {
    await send(`gpkg ${srs}.gpkg`, await geopackage({ srs, definition,
      columns: { händelse: "TEXT", datum: "DATETIME", text: "TEXT" },
      rows: [{ at: place, values: ["Klotter", "2026-05-06T10:25:00Z", "Vid Åvägen"] }] }));
    assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
    await importIt();
    const [event] = await events(`gpkg-${srs}`);
    at(event, "damage.graffiti", "2026-05-06T10:25:00Z", "point");
    assert.equal(event.description, "Vid Åvägen");
  }
});

test("notices of the Police never become points", async () => {
  const notice = (id, town) => ({ id, datetime: "2026-03-27 6:09:30 +01:00", type: "Brand",
    name: `27 mars 05.10, Brand, ${town}`, summary: "Rök.", url: `/h/${id}/`,
    location: { name: town, gps: "58.709679,13.823680" } });
  await send("polisen.json", JSON.stringify([notice(1, "Mariestad"), notice(2, "Habo")]));
  assert.match(await finished(), /2 rader lästa: 1 skulle bli nya.*1 notis gäller en annan kommun/);
  await importIt();
  const [event] = await events("police");
  assert.deepEqual([event.occurred_from, event.precision, event.east],
    ["2026-03-27T04:10:00Z", "municipality", undefined]);
});

test("a table of 130 columns is mapped whole, and one that is wider says so", async () => {
  const names = (n, last) => Array.from({ length: n }, (_, i) => last[i - n] ?? `k${i + 1}`);
  const last = { "-5": "Datum", "-4": "Händelse", "-1": "Beskrivning" };
  const row = (n) => names(n, { "-5": "2026-05-07 10:25", "-4": "Klotter", "-1": "Sist" });
  const csv = (n) => `${names(n, last).join(";")}\r\n${row(n).join(";")}\r\n`;
  await send("bred.csv", csv(130));
  assert.equal(await page.locator("select[name=col]").count(), 130);
  await dryRun();
  await importIt();
  const [event] = await events("bred");
  at(event, "damage.graffiti", "2026-05-07T08:25:00Z", "municipality");
  assert.equal(event.description, "Sist");
  await send("bredare.csv", csv(500));
  assert.match(await words(), /Filen har 500 kolumner\. Här visas 387 av dem/);
  assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
});

test("the same file twice makes no doubles; refused rows can be fetched with their reasons", async () => {
  const csv = "Nr;Datum;Händelse\r\n1;2026-06-01;Klotter\r\n2;2026-06-02;Klotter\r\n" +
    "3;i går;Klotter\r\n";
  await send("dubbel.csv", csv);
  await dryRun();
  await importIt();
  const [download] = await Promise.all([page.waitForEvent("download"),
    page.getByRole("link", { name: "Hämta raderna som inte kunde användas" }).click()]);
  assert.match(await readFile(await download.path(), "utf8"),
    /^\uFEFF"Rad","Orsak","Kolumn","Raden"\r\n4,"Tiden går inte att läsa.*"Datum",.*i går/);
  await send("dubbel.csv", csv);
  assert.match(await dryRun(), /0 skulle bli nya, 2 finns redan/);
  assert.match(await importIt(), /0 nya, 2 oförändrade/);
  assert.equal((await events("dubbel")).length, 2);
});

test("a saved way of reading takes next month's file, and says when columns are gone", async () => {
  await send("mars.csv", "Nr;Datum;Vad\r\n1;2026-03-01;KL\r\n");
  await page.locator("select[name=col]").nth(2).selectOption("2:type");
  await page.fill("#f-source", "bolaget");
  await page.fill("#f-name", "Bolagets lista");
  await press("Fortsätt");
  assert.match(page.url(), /\/typer$/);
  await page.locator("select[name=word]").selectOption({ label: "\u2003Klotter" });
  await press("Provkör");
  await finished();
  await importIt();

  await send("april.csv", "Nr;Datum;Vad\r\n2;2026-04-01;KL\r\n");
  await page.selectOption("#f-saved", { label: "Bolagets lista" });
  assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
  await importIt();
  assert.deepEqual((await events("bolaget")).map((e) => e.type),
    ["damage.graffiti", "damage.graffiti"]);

  await send("maj.csv", "Nr;Dag;Vad\r\n3;2026-05-01;KL\r\n");
  await page.selectOption("#f-saved", { label: "Bolagets lista" });
  await press("Fortsätt");
  assert.match(await words(), /”Bolagets lista” passar inte den här filen\. Kolumner som saknas: ”Datum”/);
  assert.equal(await page.locator("#f-saved").inputValue(), "");
  assert.equal((await roles()).Vad, "Typ av händelse");
  await page.locator("select[name=col]").nth(1).selectOption("1:when");
  assert.match(await dryRun(), /1 rad läst: 1 skulle bli nya/);
});

test("an import can be cancelled in the middle, and goes on where it was", async () => {
  const rows = Array.from({ length: 120_000 }, (_, i) => `${i};2026-02-01;Klotter;Rad ${i}`);
  await send("lång.csv", `Nr;Datum;Händelse;Beskrivning\r\n${rows.join("\r\n")}\r\n`);
  await dryRun();
  execFileSync("mkfifo", [path.join(folder, "gate")]);
  const gate = await open(path.join(folder, "gate"), "r+"); // it does not wait for a reader
  await press("Importera");
  await press("Avbryt");
  await gate.write("on\n");
  await page.waitForSelector("text=Importen avbröts");
  await gate.close();
  await rm(path.join(folder, "gate"));
  const some = (await events("lang")).length;
  assert.ok(some < 120_000 && some % 10_000 === 0, String(some));
  assert.match(await importIt("Fortsätt importen"), /120[\s\u00a0]000 rader lästa/);
  assert.equal((await events("lang")).length, 120_000);
}, { timeout: 180_000 });

test("texts that point at somebody are told of, and left out unless a person has read them", async () => {
  const csv = "Nr;Datum;Händelse;Plats;Beskrivning\r\n" +
    "1;2026-07-01;Klotter;;Ring 070-123 45 67 eller skriv till a@b.se\r\n" +
    "2;2026-07-02;Klotter;;Bilen ABC 123 stod där\r\n3;2026-07-03;Klotter;;Svart färg\r\n" +
    "4;i går;Klotter;;Sett av 1985" + "0101-1236\r\n";
  await send("vittnen.csv", csv);
  const told = await dryRun();
  assert.match(told, /3 rader har text som ser ut att peka ut en person/);
  assert.match(told, /ser ut som ett telefonnummer: rad 2\./);
  assert.match(told, /ser ut som ett bilnummer: rad 3\./);
  assert.match(told, /ser ut som ett personnummer: rad 5\./);
  await checkAccessible(page);
  await page.shot("import-persons-1280");
  await page.setViewportSize({ width: 390, height: 900 });
  await checkFits(page);
  await page.shot("import-persons-390");
  await page.setViewportSize({ width: 1280, height: 900 });
  assert.match(await importIt("Importera utan de texterna"), /De texterna togs inte med/);
  assert.deepEqual((await events("vittnen")).map((e) => e.description),
    [undefined, undefined, "Svart färg"]);

  await send("vittnen.csv", csv.replace("1;2026", "9;2026"));
  await dryRun();
  await page.getByText("Pekar texterna inte ut någon?").click();
  await importIt("Jag har läst raderna: importera texterna");
  const kept = (await events("vittnen")).map((e) => e.description ?? "").join(" ");
  assert.match(kept, /070-123 45 67/);
});

test("what cannot be read says why", async () => {
  const exe = Buffer.concat([Buffer.from("4d5a90000300", "hex"), Buffer.alloc(500, 7)]);
  const bomb = zip({ "a.shp": Buffer.alloc(600 << 20), "a.dbf": "x", "a.shx": "x" });
  for (const [name, bytes, sentence] of [["tom.xlsx", "", /Filen är tom/],
    ["program.xlsx", exe, /Innehållet stämmer inte med filens namn/],
    ["program.csv", exe, /Innehållet stämmer inte med filens namn/],
    ["låst.xlsx", lockedWorkbook(), /skyddad med lösenord/],
    ["program.exe", exe, /slag som inte kan läsas/],
    ["bomb.zip", bomb, /Filen är för stor/]]) {
    await send(name, bytes);
    assert.match(await page.locator(".error-text").innerText(), sentence, name);
  }
}, { timeout: 120_000 });

test("the pages are accessible and fit a phone", async () => {
  await send("Fel excel.xlsx", workbook({ sheets: [{ name: "Ärenden", rows: report }] }));
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await checkAccessible(page);
    await checkFits(page);
    await page.shot(`import-columns-${width}`);
  }
  browser.checkQuiet();
  await browser.checkHtml();
});
