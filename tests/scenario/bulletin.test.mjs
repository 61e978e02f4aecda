// SPDX-License-Identifier: AGPL-3.0-or-later
// The bulletin of an adopted period: made in one press, written, handed out to the group, and told to
// everybody only as far as it was chosen, with figures through the door, in every format alike.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { execute, select } from "./database.mjs";
import { engine, startServer } from "./lib.mjs";

const hostile = `Torget & "Parken" <script>alert(1)</script> *fet* [länk](http://ond.example.se) | = 1. ]]>`;
let server, coordinator, second, officer, politician, reporter, everybody, dir;

before(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "samsyn-bulletin-"));
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  second = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  everybody = server.client();
}, { timeout: 240_000 });
after(async () => {
  await server?.stop();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

/** The page when the search for places has ended. */
async function ready(client, at) {
  for (let i = 0; i < 3000; i++) {
    const page = await client.get(at);
    if (!page.text.includes("data-again")) return page;
  }
  throw new Error("the search does not end");
}

/** The choosable periods, the newest first. */
async function periods() {
  const page = await coordinator.get("/1493/nu");
  const choose = /<select[^>]*name="period".*?<\/select>/s.exec(page.text)[0];
  return [...choose.matchAll(/value="([0-9a-f-]{36})"/g)].map(([, id]) => id);
}

/** Sets levels and focus of a period and adopts it. */
async function adopt(id, reason) {
  const page = await ready(coordinator, `/1493/nu?period=${id}`);
  const areas = [...new Set(page.links("/omraden/"))];
  for (const [i, at] of areas.slice(0, 4).entries())
    await coordinator.submitOk(await coordinator.get(at), "/omraden/", { level: String(4 - i), reason });
  const focus = await coordinator.get(`/1493/nu/${id}/fokus`);
  const choose = /<select[^>]*name="area1".*?<\/select>/s.exec(focus.text)[0];
  const area = /value="([0-9a-f-]{36})"/.exec(choose)[1];
  await coordinator.submitOk(focus, "/fokus", { name1: "Kiosken vid <bron>", area1: area, need1: "3", influence1: "2",
    reason1: "Hemlig motivering" });
  return coordinator.submitOk(await coordinator.get(`/1493/nu/${id}/faststall`), "/faststall");
}

/** The files of a package that is not compressed: name -> text, in order. */
function unzip(bytes) {
  const files = new Map();
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    assert.equal(bytes.readUInt16LE(at + 8), 0, "stored");
    const size = bytes.readUInt32LE(at + 18), name = bytes.readUInt16LE(at + 26);
    const from = at + 30 + name + bytes.readUInt16LE(at + 28);
    files.set(bytes.subarray(at + 30, at + 30 + name).toString(), bytes.subarray(from, from + size).toString());
    at = from + size;
  }
  return files;
}

/** Every part of the package is there, first the type, and is XML. */
function odtText(bytes) {
  const files = unzip(bytes), names = [...files.keys()];
  assert.equal(names[0], "mimetype");
  assert.equal(bytes.subarray(38, 77).toString(), "application/vnd.oasis.opendocument.text");
  const file = path.join(dir, "prov.odt");
  writeFileSync(file, bytes);
  execFileSync("python3", ["-c", `
import sys, zipfile, xml.dom.minidom
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
listed = xml.dom.minidom.parseString(z.read("META-INF/manifest.xml")).getElementsByTagName("manifest:file-entry")
listed = {e.getAttribute("manifest:full-path") for e in listed} - {"/"}
assert listed == set(z.namelist()) - {"mimetype", "META-INF/manifest.xml"}, listed
for name in z.namelist()[1:]:
    xml.dom.minidom.parseString(z.read(name))
`, file]);
  return files.get("content.xml").replace(/<[^>]*>/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&").replace(/\s+/g, " ");
}

function assertTagged(pdf, figures) {
  assert.equal(pdf.headers.get("content-type"), "application/pdf");
  for (const mark of ["/MarkInfo << /Marked true >>", "/StructTreeRoot", "/Lang (sv", "/S /H1", "/S /H2", "/S /Table",
    "/S /TH", "/S /TD", "/DisplayDocTitle true"])
    assert.ok(pdf.bytes.includes(mark), mark);
  if (figures) assert.ok(pdf.bytes.includes("/S /Figure") && pdf.bytes.includes("/Alt "), "the map has words");
}

/** All four formats of a document. */
async function formats(client, at) {
  const page = await client.get(at), md = await client.get(`${at}.md`);
  const odt = await client.get(`${at}.odt`), pdf = await client.get(`${at}.pdf`);
  for (const [x, type] of [[page, "text/html"], [md, "text/markdown"], [pdf, "application/pdf"],
    [odt, "application/vnd.oasis.opendocument.text"]]) {
    assert.equal(x.status, 200, `${at}: ${x.status} ${x.words?.slice(0, 300)}`);
    assert.ok(x.headers.get("content-type").startsWith(type));
  }
  return { page, md: md.text, odt: odtText(odt.bytes), pdf, odtBytes: odt.bytes };
}

/** The numbers of the tables of a page, by table. */
const tables = (page) => [...page.text.matchAll(/<table.*?<\/table>/gs)].map(([t]) =>
  [...t.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, r]) =>
    [...r.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, c]) => c.replace(/<[^>]*>/g, "").trim())));

let newest, old, at, publicAt;

test("one press makes the bulletin of an adopted period; others do not see it until it is handed out", async () => {
  const all = await periods();
  newest = all[0];
  old = all[3];
  at = `/1493/lagesbrev/${old}`;
  assert.equal((await coordinator.get(`/1493/lagesbrev/${newest}`)).status, 404); // not adopted: nothing to make it of
  const adopted = await adopt(old, "Lugnare & <b>bättre</b>");
  assert.match((await politician.get(at)).words, /När samordnaren har lämnat ut/);
  assert.equal((await politician.get(`${at}.md`)).status, 404);
  const made = await coordinator.submitOk(adopted, "/gor");
  assert.match(made.words, /Lägesbrevet är gjort.*Utkast/);
  for (const words of ["Vad har förändrats", "Karta", "Antal per typ", "Nivå per område", "■ röd", "Kiosken vid",
    "Hemlig motivering", "Åtgärder", "Så är det räknat", "version 2"])
    assert.ok(made.words.includes(words), words);
  assert.match((await politician.get(at)).words, /När samordnaren har lämnat ut/);
  assert.equal((await officer.get(`${at}.pdf`)).status, 404);
  assert.equal((await reporter.get(at)).status, 403);
  const again = await coordinator.submit(adopted, "/gor");
  assert.equal(again.status, 303); // pressed twice: the one that is there
  assert.equal((await select(server.place, "SELECT 1 AS x FROM audit WHERE action = 'bulletin.make'")).length, 1);
});

test("words are kept on error, hold no person, and two writers do not lose each other's", async () => {
  const mine = await coordinator.get(`${at}/skriv`), theirs = await second.get(`${at}/skriv`);
  const person = await coordinator.submit(mine, "/skriv", { intro: "Ring 070-174 06 05", focus: "Mina andra ord" });
  assert.equal(person.status, 422);
  assert.match(person.text, /Ring 070-174 06 05<\/textarea>/);
  assert.match(person.text, /Mina andra ord<\/textarea>/);
  await second.submitOk(theirs, "/skriv", { intro: "Den andras inledning" });
  const late = await coordinator.submit(person, "/skriv", { intro: `${hostile}\n\nAndra stycket` });
  assert.equal(late.status, 422);
  assert.match(late.words, /Den andras inledning/);
  assert.ok(late.text.includes("Andra stycket</textarea>"));
  const saved = await coordinator.submitOk(late, "/skriv", { do: "out" });
  assert.match(saved.words, /utlämnat till gruppen/);
  assert.ok(saved.words.includes("Mina andra ord"));
});

test("the group's variant is the same in all formats, and what somebody wrote is only text", async () => {
  const x = await formats(officer, at);
  assertTagged(x.pdf, true);
  assert.ok(!x.page.text.includes("<script>alert"));
  assert.ok(x.odt.includes(hostile), x.odt.slice(0, 600));
  assert.ok(x.md.includes("\\<script\\>alert(1)\\</script\\> \\*fet\\* \\[länk\\](http"), x.md.slice(0, 600));
  for (const words of ["Hemlig motivering", "Lugnare & <b>bättre</b>"]) assert.ok(x.odt.includes(words), words);
  assert.ok(unzip(x.odtBytes).get("Pictures/map.svg").includes("<path"));
  assert.match(x.page.text, /<svg viewBox="0 0 1000 \d+" role="img" aria-label="Karta">/);
  assert.match(x.page.text, /paint-order="stroke">\p{L}+/u, "names of localities stand in the map");
  for (const [label, now] of tables(x.page).at(-1).slice(1))
    assert.ok(x.odt.includes(`${label} ${now}`) || now === "–", `${label} ${now}`);
});

test("who may not see places sees none of them in any format", async () => {
  const inside = await formats(officer, at), outside = await formats(politician, at);
  const said = /<h2>Platser som sticker ut<\/h2>\s*<ul><li>(?:[A-Z]\. )?([^<]{20,60})/.exec(inside.page.text)[1];
  for (const text of [inside.page.text, inside.odt]) assert.ok(text.includes(said), said);
  for (const text of [outside.page.text, outside.md, outside.odt]) assert.ok(!text.includes(said), said);
  assert.doesNotMatch(outside.page.text, /<h2>Platser som sticker ut/);
  assert.ok(!outside.page.text.includes("stroke-dasharray"));
  assert.ok(!unzip(outside.odtBytes).get("Pictures/map.svg").includes("stroke-dasharray"));
});

test("everybody is told what was chosen for it, in fixed words, and nothing of what the group wrote", async () => {
  const form = await coordinator.get(`${at}/allmanheten`);
  assert.match(form.words, /Så ser alla det/);
  const preview = (p) => /<article.*<\/article>/s.exec(p.text)[0];
  for (const secret of ["Hemlig motivering", "Kiosken", "Lugnare", "alert(1)", "Mina andra ord"])
    assert.ok(!preview(form).includes(secret), secret);
  const person = await coordinator.submit(form, "/allmanheten", { intro: "Ring 070-174 06 05", do: "publish" });
  assert.equal(person.status, 422);
  assert.match(person.text, /Ring 070-174 06 05<\/textarea>/);
  assert.equal((await everybody.get("/mariestad/lagesbrev")).links("/mariestad/lagesbrev/").length, 0);
  const levels = [...form.text.matchAll(/name="level" value="(\d+)"/g)].map(([, v]) => v);
  const deeds = [...form.text.matchAll(/name="action" value="(\d+)"/g)].map(([, v]) => v);
  assert.ok(levels.length > 1 && deeds.length > 1);
  const live = await coordinator.submitOk(person, "/allmanheten", { intro: "Till alla som bor här.\nTack.",
    level: [levels[0], "199"], action: deeds[0], place: "0", do: "publish" });
  assert.match(live.words, /Lägesbrevet är publicerat/);
  const list = await everybody.get("/mariestad/lagesbrev");
  [publicAt] = list.links("/mariestad/lagesbrev/");
  assert.match((await everybody.get("/mariestad/")).text, new RegExp(publicAt));
  const x = await formats(everybody, publicAt);
  assertTagged(x.pdf, true);
  assert.match(x.page.words, /Publicerad \d.*Uppdaterad \d/);
  for (const text of [x.page.words, x.md, x.odt]) {
    assert.ok(text.includes("Till alla som bor här."));
    assert.doesNotMatch(text, /Hemlig motivering|Kiosken|Lugnare|alert|Mina andra ord|sticker ut|Ansvarig/);
  }
  const signs = x.page.words.match(/[●◆▲■]\s(grön|gul|orange|röd)/g);
  assert.equal(signs.length, 1, "one level was chosen");
  const [titles] = [await select(server.place, "SELECT title FROM action WHERE municipality_code = '1493'")];
  for (const { title } of titles) assert.ok(!x.odt.includes(title), title);
});

test("of two who publish at once one is published, and the other is told and loses no words", async () => {
  const open = async (email) => {
    const client = await server.logIn(email);
    return [client, await client.get(`${at}/allmanheten`)];
  };
  const both = [await open("samordnare@example.se"), await open("samordnare@example.se")];
  const said = ["De ena orden.", "De andra orden."];
  const answers = await Promise.all(both.map(([client, form], i) =>
    client.submit(form, "/allmanheten", { intro: said[i], do: "publish" })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [303, 422]);
  const won = answers.findIndex((a) => a.status === 303);
  const page = (await everybody.get(publicAt)).words;
  assert.ok(page.includes(said[won]) && !page.includes(said[1 - won]));
  assert.ok(answers[1 - won].text.includes(`${said[1 - won]}</textarea>`), "what was typed is still there");
  const [{ n }] = await select(server.place,
    "SELECT count(*) AS n FROM bulletin_public WHERE municipality_code = '1493' AND withdrawn_at IS NULL");
  assert.equal(Number(n), 1);
  await coordinator.submitOk(await coordinator.get(`${at}/allmanheten`), "/allmanheten",
    { intro: "Till alla som bor här.\nTack.", do: "publish" });
});

test("the figures are those of the door: the picture of the same period, and every file, say the same", async () => {
  const bulletin = await everybody.get(publicAt);
  const { first, last } = await days();
  const publish = await coordinator.get(`/1493/laget/publicera?period=own&from=${first}&to=${last}`);
  await coordinator.submitOk(publish, "/publicera", { title: "Samma period", do: "publish" });
  const [href] = (await everybody.get("/mariestad/laget")).links("/mariestad/laget/");
  const picture = (await everybody.get(`${href}.json`)).json().picture;
  const shown = tables(bulletin).find(([head]) => head[0] === "Typ").slice(1);
  const number = (s) => (s === "–" || s === "" || s === undefined ? null : Number(s.replace(/\s/g, "")));
  assert.deepEqual(shown.map((r) => number(r[1])), picture.types.map((t) => t.n));
  if (shown[0].length > 2) assert.deepEqual(shown.map((r) => number(r[2])), picture.types.map((t) => t.before));
  const hidden = picture.types.filter((t) => t.n === null).length;
  const exact = tables(await officer.get(at)).at(-1).slice(1);
  const differs = shown.filter((r) => exact.some((e) => e[0] === r[0] && e[1] !== r[1])).length;
  assert.ok(hidden + differs > 0, "the group's numbers are not simply the public's");
  await overlapIsRefused();
});

/** A picture of the same days but the last few would give those away: nearly each is refused, and which depends
 * on the day's numbers. */
async function overlapIsRefused() {
  const { first, last } = await days();
  let refused = 0;
  for (let n = 1; n <= 5; n++) {
    const shorter = new Date(new Date(`${last}T12:00:00Z`).getTime() - n * 86_400_000).toISOString().slice(0, 10);
    const page = await coordinator.get(`/1493/laget/publicera?period=own&from=${first}&to=${shorter}`);
    const no = /Det här kan inte publiceras/.test(page.words);
    assert.equal(page.forms.some((f) => f.action.endsWith("/publicera")), !no);
    refused += no;
  }
  assert.ok(refused >= 2, `${refused} of 5 were refused`);
}

/** The first and last day of the old period. */
async function days() {
  const [row] = await select(server.place,
    "SELECT content FROM bulletin_public WHERE municipality_code = '1493' ORDER BY published_at LIMIT 1");
  const { from, to } = JSON.parse(row.content);
  const last = new Date(new Date(`${to}T12:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
  return { first: from, last };
}

test("publishing again keeps the numbers, whatever has come in since", async () => {
  const before = tables(await everybody.get(publicAt));
  const { first } = await days();
  const csrf = (await coordinator.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  for (let i = 0; i < 6; i++) {
    const sent = await coordinator.send("POST", "/api/v1/1493/events", {
      body: JSON.stringify({ type: "damage.glass", occurred_from: `${first}T10:0${i}:00Z`, precision: "municipality" }),
      headers: { "content-type": "application/json", "x-csrf-token": csrf, origin: server.url } });
    assert.equal(sent.status, 201, sent.text);
  }
  const form = await coordinator.get(`${at}/allmanheten`);
  await coordinator.submitOk(form, "/allmanheten", { changes: "Ett nytt ord till alla.", do: "publish" });
  const after = await everybody.get(publicAt);
  assert.ok(after.words.includes("Ett nytt ord till alla."));
  assert.deepEqual(tables(after), before);
  const rows = await select(server.place, "SELECT cell_key, shown FROM disclosure_ledger WHERE municipality_code = '1493'");
  const told = new Map();
  for (const { cell_key, shown } of rows) {
    const was = told.get(cell_key);
    assert.ok(was === undefined || was === String(shown), `${cell_key} was ${was}, is ${shown}`);
    told.set(cell_key, String(shown));
  }
});

test("a period that has just ended is published without figures, and they cannot be had by an overlap", async () => {
  await adopt(newest, "Nyss");
  const made = await coordinator.submitOk(await coordinator.get(`/1493/nu/${newest}/faststalld`), "/gor");
  assert.match(made.words, /Lägesbrevet är gjort/);
  const form = await coordinator.get(`/1493/lagesbrev/${newest}/allmanheten`);
  assert.match(form.words, /Publiceras utan siffror/);
  const empty = await coordinator.submit(form, "/allmanheten", { do: "publish" });
  assert.equal(empty.status, 422);
  assert.match(empty.words, /inget att publicera än/);
  await coordinator.submitOk(empty, "/allmanheten", { intro: "Bara ord.", do: "publish" });
  const [href] = (await everybody.get("/mariestad/lagesbrev")).links("/mariestad/lagesbrev/");
  assert.notEqual(href, publicAt);
  const x = await formats(everybody, href);
  for (const text of [x.page.words, x.md, x.odt]) {
    assert.match(text, /Siffrorna för perioden är inte publicerade/);
    assert.doesNotMatch(text, /\d+ händelser/);
  }
});

const many = (n) => Array(n).fill("rad").join("\n");

test("words of too many lines are refused at their field, with all that was typed", async () => {
  const before = await select(server.place, "SELECT version FROM bulletin ORDER BY version");
  for (const [page, press] of [["/skriv", "save"], ["/skriv", "out"], ["/allmanheten", "publish"]]) {
    const sent = await coordinator.submit(await coordinator.get(`${at}${page}`), page,
      { changes: many(31), focus: "Ord som står kvar", do: press });
    assert.equal(sent.status, 422, page);
    assert.match(sent.words, /Här står 31 rader, och 30 är det mesta. Varje rad blir ett eget stycke/);
    assert.ok(sent.text.includes(`${many(31)}</textarea>`) && sent.text.includes("Ord som står kvar</textarea>"));
  }
  assert.deepEqual(await select(server.place, "SELECT version FROM bulletin ORDER BY version"), before);
});

test("what was saved with too many lines before is shown, and opens to be mended", async () => {
  const literal = engine === "postgres" ? `'${old}'` : `x'${old.replaceAll("-", "")}'`;
  const where = `municipality_code = '1493' AND period_id = ${literal}`;
  const quoted = (o) => `'${JSON.stringify(o).replaceAll("'", "''")}'`;
  const [row] = await select(server.place, `SELECT words FROM bulletin WHERE ${where}`);
  const [open] = await select(server.place, `SELECT content FROM bulletin_public WHERE ${where}`);
  const words = JSON.parse(row.words), content = JSON.parse(open.content);
  const put = (w, c) => execute(server.place, [`UPDATE bulletin SET words = ${quoted(w)} WHERE ${where}`,
    `UPDATE bulletin_public SET content = ${quoted(c)} WHERE ${where}`]);
  const long = { intro: many(300), changes: many(300), focus: many(300) };
  await put({ ...words, group: { ...words.group, ...long }, public: { ...words.public, ...long } },
    { ...content, words: { ...content.words, ...long } });
  for (const end of ["", ".pdf", ".odt", ".md"]) {
    assert.equal((await coordinator.get(`${at}${end}`)).status, 200, end);
    assert.equal((await everybody.get(`${publicAt}${end}`)).status, 200, end);
  }
  for (const page of ["/skriv", "/allmanheten"]) {
    const form = await coordinator.get(`${at}${page}`);
    assert.equal(form.status, 200, page);
    assert.equal(form.text.split(`${many(300)}</textarea>`).length, 4);
    const same = await coordinator.submit(form, page, { do: "save" });
    assert.equal(same.status, 422);
    await coordinator.submitOk(same, page, { intro: "En rad", changes: "", focus: many(30), do: "save" });
  }
  assert.match((await coordinator.get(`${at}/allmanheten`)).text, /data-confirm/); // it can be withdrawn
  await put(words, content);
});

test("withdrawn in one click: page and files are gone, and the ledger remembers", async () => {
  const form = await coordinator.get(`${at}/allmanheten`);
  const done = await coordinator.submitOk(form, "/dra-tillbaka");
  assert.match(done.words, /tillbakadraget/);
  for (const end of ["", ".pdf", ".odt", ".md"]) assert.equal((await everybody.get(`${publicAt}${end}`)).status, 404);
  assert.ok(!(await everybody.get("/mariestad/")).text.includes(publicAt));
  const rows = await select(server.place,
    "SELECT content FROM bulletin_public WHERE municipality_code = '1493' AND withdrawn_at IS NOT NULL");
  assert.equal(rows.length, 1);
  assert.doesNotMatch(rows[0].content, /Till alla som bor|nytt ord/, "a name that slipped out is gone");
  assert.ok(JSON.parse(rows[0].content).figures, "figures stay: they are in the ledger too");
  assert.match((await coordinator.get(`${at}/allmanheten`)).text, /Till alla som bor här/, "the draft is kept");
  await overlapIsRefused();
});

test("what was frozen of another picture is shown to nobody, and is made anew", async () => {
  const where = `municipality_code = '1493' AND version = (SELECT max(version) FROM bulletin)`;
  const [row] = await select(server.place, `SELECT content FROM bulletin WHERE ${where}`);
  const content = JSON.parse(row.content);
  content.people.pop(); // as when the areas were others
  await execute(server.place, [`UPDATE bulletin SET content = '${JSON.stringify(content).replaceAll("'", "''")}'
    WHERE ${where}`]);
  const page = await coordinator.get(at);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.words, /Hemlig motivering/);
  for (const end of [".md", ".pdf", ".odt"]) assert.equal((await officer.get(`${at}${end}`)).status, 404);
  assert.equal((await coordinator.get(`${at}/allmanheten`)).status, 404);
  const again = await coordinator.submitOk(page, "/gor");
  assert.match(again.words, /Lägesbrevet är gjort.*Hemlig motivering/);
  assert.ok(again.words.includes("Mina andra ord"), "words stay");
});

test("made again of a later picture: words stay, what everybody is told is chosen anew", async () => {
  await coordinator.submitOk(await coordinator.get(`/1493/nu/${old}/fokus`), "/fokus", { reason1: "En annan motivering" });
  await coordinator.submitOk(await coordinator.get(`/1493/nu/${old}/faststall`), "/faststall");
  const page = await coordinator.get(at);
  assert.match(page.words, /En senare lägesbild är fastställd/);
  assert.match(page.words, /Hemlig motivering/); // as it was handed out
  const again = await coordinator.submitOk(page, "/gor");
  assert.match(again.words, /En annan motivering.*version 3/);
  assert.ok(again.words.includes("Mina andra ord"));
  const form = await coordinator.get(`${at}/allmanheten`);
  assert.ok(!/name="level" value="\d+" checked/.test(form.text));
  assert.match(form.text, /Till alla som bor här/);
  const back = await coordinator.submitOk(again, "/lamna-ut");
  assert.match(back.words, /utkast igen/);
  assert.equal((await officer.get(`${at}.odt`)).status, 404);
});

test("of many published bulletins thirty are listed at a time, and each that is open leads there", async () => {
  const all = (page) => page.links("/mariestad/lagesbrev/").map((href) => href.split("/").pop());
  const [newestId] = all(await everybody.get("/mariestad/lagesbrev"));
  const literal = (id) => (engine === "postgres" ? `'${id}'` : `x'${id.replaceAll("-", "")}'`);
  const copies = Array.from({ length: 31 }, () => randomUUID());
  await execute(server.place, copies.map((id, i) => `INSERT INTO bulletin_public (municipality_code, id, period_id,
    period_from, period_to, content, published_at, updated_at) SELECT municipality_code, ${literal(id)},
    ${literal(randomUUID())}, period_from - ${(i + 1) * 86_400_000}, period_to, content, published_at, updated_at
    FROM bulletin_public WHERE id = ${literal(newestId)}`));
  const first = await everybody.get("/mariestad/lagesbrev?sida=1");
  assert.deepEqual(all(first), [newestId, ...copies.slice(0, 29)]);
  const [next] = first.links("sida=2");
  const second = await everybody.get(next);
  assert.deepEqual(all(second), copies.slice(29));
  assert.match(second.words, /31–32 av 32/);
  assert.equal(all(await everybody.get("/mariestad/lagesbrev?sida=3")).length, 0);
  const own = await coordinator.get("/1493/lagesbrev");
  assert.deepEqual(own.links("/mariestad/lagesbrev/"), [`/mariestad/lagesbrev/${newestId}`]);
});
