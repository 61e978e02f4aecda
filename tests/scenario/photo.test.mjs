// SPDX-License-Identifier: AGPL-3.0-or-later
// Photos with reports: off until the municipality says so, nothing but pixels, behind the event's wall,
// gone for good with its text; sent whole and in parts that are cut anywhere.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { after, before } from "node:test";
import { execute, select } from "./database.mjs";
import { engine, newInstallation, samsyn, samsynOk, startServer } from "./lib.mjs";
import { newId } from "./objects.mjs";
import { look, plain, SECRET, segment, telephone } from "./photos.mjs";
import { roles } from "./policy.mjs";

let place, server, coordinator, reporter, guard;

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

const switchTo = async (value) => {
  const page = await coordinator.get("/1493/installningar/bilder");
  return coordinator.submitOk(page, "/bilder", { photos: value });
};
const files = async () => (await readdir(path.join(server.place.data, "photos", "1493")).catch(() => []));
const sourceOf = (page) => page.text.match(/src="(\/1493\/bilder\/[0-9a-f-]{36})"/)?.[1];
const photosOf = (page) => [...page.text.matchAll(/<img src="(\/1493\/bilder\/[0-9a-f-]{36})"/g)].map((m) => m[1]);

async function report(client, values, bytes = plain) {
  const form = await client.get("/1493/rapportera");
  return client.submitOk(form, "/rapportera",
    { main: "damage", when_pick: "i natt", place: "Mariestad", ...values },
    bytes ? { photos: ["IMG_Elisabet.jpg", bytes] } : undefined);
}
const eventOf = (receipt) => new URL(receipt.url).pathname.split("/").at(-1);
const detail = (client, id) => client.get(`/1493/handelser/${id}`);

test("photos are off until the municipality has decided", async () => {
  const form = await reporter.get("/1493/rapportera");
  assert.doesNotMatch(form.text, /name="photos"/);
  const back = await reporter.submit(form, "/rapportera", { main: "damage", place: "Mariestad" },
    { photos: ["a.jpg", plain] });
  assert.equal(back.status, 422);
  assert.match(back.words, /Kommunen tar inte emot bilder/);
  assert.equal((await put(reporter, newId(), plain)).status, 404);
  assert.deepEqual(await files(), []);
  assert.equal((await reporter.get("/1493/installningar/bilder")).status, 403);
  const done = await switchTo("1");
  assert.match((await reporter.get("/1493/rapportera")).text, /name="photos"/);
  assert.doesNotMatch((await guard.get("/1473/rapportera")).text, /name="photos"/);
  assert.equal(done.status, 200);
});

test("a photo becomes pixels and nothing else, and its file is the program's alone", async () => {
  const bytes = telephone({ turn: 6 });
  assert.ok(bytes.includes(Buffer.from(SECRET, "latin1")));
  const receipt = await report(reporter, { text: "bildord ett", "photo_alt-1": "En krossad ruta" }, bytes);
  const page = await detail(reporter, eventOf(receipt));
  assert.match(page.text, /alt="En krossad ruta"/);
  const shown = await reporter.get(sourceOf(page));
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get("content-type"), "image/jpeg");
  assert.equal(shown.headers.get("cache-control"), "no-store");
  assert.equal(shown.headers.get("x-content-type-options"), "nosniff");
  assert.match(shown.headers.get("content-disposition"), /^inline; filename="bild.jpg"$/);
  assert.match(shown.headers.get("content-security-policy"), /default-src 'none'; sandbox/);
  const { width, height, markers } = look(shown.bytes);
  assert.deepEqual([width, height], [1200, 1600], "upright, and 1,600 pixels at most");
  assert.deepEqual([...new Set(markers)].sort(), ["c0", "c4", "db", "e0"]);
  for (const name of await files()) {
    const file = path.join(server.place.data, "photos", "1493", name);
    const stored = await readFile(file);
    for (const word of [SECRET, "Exif", "2026:01:14", "PK\x03\x04", "Elisabet"])
      assert.ok(!stored.includes(Buffer.from(word, "latin1")), word);
    assert.match(name, /^[0-9a-f-]{36}-[0-9a-f]{16}\.jpg$/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  }
});

test("without script: the place is proposed from the photo, seen, and sent", async () => {
  const form = await reporter.get("/1493/rapportera");
  const look = await reporter.submit(form, "/rapportera", { main: "litter", text: "bildord två" },
    { photos: ["a.jpg", telephone()] });
  assert.equal(look.status, 200, look.words.slice(0, 500));
  assert.match(look.words, /Platsen togs ur bilden: .+\. Tiden också: /);
  const fields = look.form("/rapportera").fields;
  assert.match(fields.get("photo-1"), /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Number(fields.get("north")) - 6508000) < 3000, fields.get("north"));
  assert.match(fields.get("when"), /^\d+ [a-z]+ \d{4} kl\. 22\.40$/);
  assert.doesNotMatch(look.text, /name="when_pick"[^>]* checked/, "one time is marked");
  assert.equal((await reporter.get(sourceOf(look))).status, 200, "its sender sees it before it is sent");
  assert.equal((await guard.get(sourceOf(look))).status, 404);
  assert.equal((await coordinator.get(sourceOf(look))).status, 404);
  const receipt = await reporter.submitOk(look, "/rapportera", {});
  const page = await detail(coordinator, eventOf(receipt));
  assert.equal(photosOf(page).length, 1);
  assert.match(page.words, /14 januari/);
});

test("switched off while a photo waits for its form: said there, and the report goes without it", async () => {
  const look = await reporter.submit(await reporter.get("/1493/rapportera"), "/rapportera",
    { main: "litter", place: "Mariestad", text: "avstängd bild", look: "1" }, { photos: ["a.jpg", plain] });
  assert.match(look.form("/rapportera").fields.get("photo-1"), /^[0-9a-f-]{36}$/);
  await switchTo("0");
  const back = await reporter.submit(look, "/rapportera", {});
  assert.equal(back.status, 422);
  assert.match(back.words, /Kommunen tar inte emot bilder\. Skicka rapporten utan bild\./);
  assert.equal(back.form("/rapportera").fields.get("photo-1"), null);
  const receipt = await reporter.submitOk(back, "/rapportera", {});
  await switchTo("1");
  assert.equal(photosOf(await detail(reporter, eventOf(receipt))).length, 0);
});

test("a written place stands, and a box that is unticked leaves the photo out for good", async () => {
  const form = await reporter.get("/1493/rapportera");
  const look = await reporter.submit(form, "/rapportera", { place: "Lyrestad", look: "1" },
    { photos: ["a.jpg", telephone()] });
  assert.equal(look.status, 200);
  assert.doesNotMatch(look.words, /Platsen togs/);
  const id = look.form("/rapportera").fields.get("photo-1");
  const values = look.form("/rapportera").fields;
  values.delete("photo-1");
  values.set("main", "damage");
  const body = new FormData();
  for (const [name, value] of values) body.append(name, value);
  const sent = await reporter.send("POST", "/1493/rapportera", { body, headers: { origin: server.url } });
  assert.equal(sent.status, 303);
  assert.equal((await reporter.get(`/1493/bilder/${id}`)).status, 404);
});

test("what is no picture is told apart, and the form keeps what was typed", async () => {
  const said = [
    [Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1"), /HEIC.*Mest kompatibel/],
    [Buffer.from("RIFF\0\0\0\0WEBPVP8 ", "latin1"), /WEBP/],
    [Buffer.from("<svg onload=alert(1)>"), /ingen bild som vi kan läsa/],
    [plain.subarray(0, 3000), /trasig/],
    [Buffer.concat([plain.subarray(0, 2), ...Array(3000).fill(segment(0xe1, Buffer.alloc(5000)))]), /trasig/],
  ];
  for (const [bytes, words] of said) {
    const form = await reporter.get("/1493/rapportera");
    const back = await reporter.submit(form, "/rapportera",
      { main: "damage", place: "Mariestad", text: "Kvar i formuläret" }, { photos: ["a.jpg", bytes] });
    assert.equal(back.status, 422);
    assert.match(back.words, words);
    assert.equal(back.form("/rapportera").fields.get("text"), "Kvar i formuläret");
  }
});

test("words beside a photo that point at somebody are not taken", async () => {
  const form = await reporter.get("/1493/rapportera");
  const back = await reporter.submit(form, "/rapportera",
    { main: "damage", place: "Mariestad", "photo_alt-1": "Ring 070-174 06 05" }, { photos: ["a.jpg", plain] });
  assert.equal(back.status, 422);
  assert.match(back.words, /Raden kan peka ut någon/);
  assert.match(back.form("/rapportera").fields.get("photo-1"), /^[0-9a-f-]{36}$/, "the photo is kept");
});

test("only who may read the event sees its photo", async () => {
  const receipt = await report(reporter, { text: "bildord fyra" });
  const href = sourceOf(await detail(reporter, eventOf(receipt)));
  for (const [role, { email, may }] of Object.entries(roles)) {
    const client = await server.logIn(email);
    const event = await detail(client, eventOf(receipt)), photo = await client.get(href);
    assert.equal(photo.status, event.status, role);
    assert.equal(photo.status === 200, role === "reporter" || (may.includes("event_read") &&
      roles[role].municipality !== "0000"), role);
  }
  assert.match((await server.client().get(href)).url, /\/logga-in\?till=/);
  assert.equal((await coordinator.get(href.replace("1493", "1473"))).status, 404);
  assert.equal((await server.client().get(href.replace("/1493/", "/mariestad/"))).status, 404);
});

test("three at most, and a fourth says so", async () => {
  const form = await reporter.get("/1493/rapportera");
  const body = new FormData();
  for (const [name, value] of form.form("/rapportera").fields) body.append(name, value);
  body.set("main", "damage");
  body.set("place", "Mariestad");
  for (const turn of [1, 3, 6, 8]) body.append("photos", new Blob([telephone({ turn })]), "a.jpg");
  const back = await reporter.send("POST", "/1493/rapportera", { body, headers: { origin: server.url } });
  assert.equal(back.status, 422);
  assert.match(back.words, /Högst 3 bilder/);
  const receipt = await reporter.submitOk(back, "/rapportera", {});
  assert.equal(photosOf(await detail(reporter, eventOf(receipt))).length, 3);
});

test("the same form sent again adds no photo, and a report has three at most however often", async () => {
  const send = async (form, bytes, more = {}) => reporter.submit(form, "/rapportera",
    { main: "damage", when_pick: "i natt", place: "Mariestad", text: "bildord igen", ...more },
    { photos: ["a.jpg", bytes] });
  const form = await reporter.get("/1493/rapportera");
  const id = (page) => page.location.href.split("/").at(-1);
  const first = await send(form, plain), again = await send(form, plain);
  assert.deepEqual([first.status, again.status], [303, 303], again.words);
  assert.equal(id(again), id(first));
  assert.equal(photosOf(await detail(reporter, id(first))).length, 1);
  for (const turn of [3, 6]) assert.equal(id(await send(form, telephone({ turn }))), id(first));
  assert.equal(photosOf(await detail(reporter, id(first))).length, 3);
  const fourth = await send(form, telephone({ turn: 8 }));
  assert.equal(fourth.status, 422);
  assert.match(fourth.words, /Högst 3 bilder/);
  assert.equal(photosOf(await detail(reporter, id(first))).length, 3);
  assert.equal(id(await send(form, plain)), id(first), "what is there already is no fourth");
  const other = await send(form, plain, { text: "något annat" });
  assert.notEqual(id(other), id(first));
  assert.equal(photosOf(await detail(reporter, id(other))).length, 1, "another report has its own");
});

test("on the page of an event: added by its reporter, removed by the coordinator", async () => {
  const receipt = await report(reporter, { text: "bildord fem" }, null), id = eventOf(receipt);
  const page = await detail(reporter, id);
  const more = await reporter.submitOk(page, `${id}/bilder`, { photo_alt: "Porten" }, { photos: ["b.jpg", plain] });
  assert.match(more.text, /alt="Porten"/);
  assert.doesNotMatch(more.text, /ta-bort"/);
  assert.equal((await guard.get(`/1493/handelser/${id}`)).status, 404);
  const href = sourceOf(more), before = (await files()).length;
  const gone = await coordinator.submitOk(await detail(coordinator, id), "/ta-bort", {});
  assert.deepEqual(photosOf(gone), []);
  assert.equal((await coordinator.get(href)).status, 404);
  assert.equal((await files()).length, before - 1, "the file went with the row");
});

test("taking the text away takes the photos too, for good", async () => {
  const receipt = await report(reporter, { text: "bildord sex" }), id = eventOf(receipt);
  const href = sourceOf(await detail(coordinator, id)), before = (await files()).length;
  await coordinator.submitOk(await coordinator.get(`/1493/handelser/${id}/ta-bort-text`), "/ta-bort-text", {});
  assert.equal((await coordinator.get(href)).status, 404);
  assert.equal((await files()).length, before - 1);
  const file = href.split("/").at(-1);
  assert.ok(!(await files()).some((name) => name.startsWith(file)));
  const page = await detail(coordinator, id);
  assert.doesNotMatch(page.text, /name="photos"/, "and none can be added");
});

test("words that a reviewer strikes out go from what is said of the photos too", async () => {
  const receipt = await report(reporter, { text: "koltrasten sjöng", "photo_alt-1": "Koltrasten vid porten" });
  const id = eventOf(receipt), own = await coordinator.get(`/1493/granska/${id}`);
  const field = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(own.text)[1];
  const answer = await coordinator.post("/1493/granska", new URLSearchParams({ csrf: field("csrf"), gor: "strike",
    rapport: id, stryk: "koltrasten", saker: "1", version: field("version") }));
  assert.equal(answer.status, 303, answer.words);
  assert.doesNotMatch((await detail(coordinator, id)).words.toLowerCase(), /koltrast/);
});

// --- In parts ---

const token = async (client) => (await client.get("/1493/rapportera")).form("/rapportera").fields.get("csrf");
const at = (id) => `/1493/rapportera/bilder/${id}`;

async function put(client, id, bytes, first = 0, total = bytes.length, csrf = null) {
  return client.send("PUT", at(id), { body: bytes, headers: {
    "content-type": "application/octet-stream", "x-csrf-token": csrf ?? await token(client), origin: server.url,
    "content-range": `bytes ${first}-${first + bytes.length - 1}/${total}` } });
}
const json = (page) => JSON.parse(page.text);

test("parts that are cut anywhere and sent again make one photo", async () => {
  const csrf = await token(reporter), bytes = telephone();
  let seed = 7;
  const roll = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 12; round++) {
    const id = newId();
    let sent = 0, answer;
    while (sent < bytes.length) {
      const from = Math.max(0, sent - roll(3) * roll(900)); // what was sent may come once more
      const to = Math.min(bytes.length, sent + 1 + roll(bytes.length / 3));
      answer = await put(reporter, id, bytes.subarray(from, to), from, bytes.length, csrf);
      assert.equal(answer.status, 200, answer.text);
      if (roll(2)) assert.equal((await put(reporter, id, bytes.subarray(from, to), from, bytes.length, csrf)).status, 200);
      sent = to;
      const told = json(await reporter.get(at(id)));
      assert.ok(told.state === "kept" || told.received === sent, JSON.stringify(told));
    }
    assert.equal(json(await reporter.get(at(id))).state, "kept");
    const rows = await select(server.place, `SELECT count(*) AS n FROM photo WHERE event_id IS NULL`);
    assert.ok(Number(rows[0].n) > 0);
    const receipt = await report(reporter, { "photo-1": id, text: `del ${round}` }, null);
    const again = await report(reporter, { "photo-1": id, id: eventOf(receipt), text: `del ${round}` }, null);
    assert.equal(again.url, receipt.url, "sent twice it is the same report");
    assert.equal(photosOf(await detail(reporter, eventOf(receipt))).length, 1);
  }
});

test("the last part tells what the photo says of itself", async () => {
  const told = json(await put(reporter, newId(), telephone()));
  assert.equal(told.state, "kept");
  assert.ok(told.place.text.length > 5 && told.place.east > 400000);
  assert.match(told.when, /22[.:]40/);
});

test("a hole, a wrong range, another's id and a picture that is none are refused", async () => {
  const id = newId(), csrf = await token(reporter);
  const hole = await put(reporter, id, plain.subarray(500, 600), 500, plain.length, csrf);
  assert.equal(hole.status, 409);
  assert.equal(json(hole).received, 0, "and the answer says where to go on");
  assert.equal((await put(reporter, id, plain.subarray(0, 9), 0, 17 << 20, csrf)).status, 400);
  assert.equal((await put(reporter, "inget-id", plain, 0, plain.length, csrf)).status, 404);
  assert.equal((await put(reporter, id, plain, 0, plain.length, "fel")).status, 403);
  assert.equal((await put(reporter, id, plain, 0, plain.length, csrf)).status, 200);
  assert.equal((await put(guard, id, plain)).status, 409, "the id is taken");
  assert.equal((await guard.get(at(id))).status, 409);
  const stolen = await guard.submit(await guard.get("/1493/rapportera"), "/rapportera",
    { main: "damage", place: "Mariestad", "photo-1": id });
  assert.equal(stolen.status, 422);
  assert.match(stolen.words, /finns inte kvar/);
  await report(guard, { photo_was: id }, null);
  assert.equal((await reporter.get(`/1493/bilder/${id}`)).status, 200, "nor can another take it out");
  const bad = await put(reporter, newId(), Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1"), 0, 16, csrf);
  assert.equal(bad.status, 422);
  assert.match(json(bad).errors[0].detail, /HEIC/);
});

test("a verb that is not taken is told beside those that are", async () => {
  const page = await reporter.send("DELETE", at(newId()), { headers: { origin: server.url } });
  assert.equal(page.status, 405);
  assert.equal(page.headers.get("allow"), "GET, HEAD, POST, PUT");
});

test("an account may have so many that wait, and no more", async () => {
  const client = await server.logIn("disk.1493@example.se"), csrf = await token(client);
  let last;
  for (let i = 0; i < 31; i++) last = await put(client, newId(), plain, 0, plain.length, csrf);
  assert.equal(last.status, 413);
  const rows = await select(server.place, "SELECT count(*) AS n FROM photo WHERE event_id IS NULL");
  assert.ok(Number(rows[0].n) >= 30);
});

// --- Care ---

test("a start takes away what nobody came back for", async () => {
  const receipt = await report(reporter, { text: "bildord sju" }), href = sourceOf(await detail(reporter, eventOf(receipt)));
  const id = newId();
  assert.equal((await put(reporter, id, plain)).status, 200);
  const folder = path.join(server.place.data, "photos");
  const orphan = path.join(folder, "1493", `${newId()}-0123456789abcdef.jpg`);
  await writeFile(orphan, "x", { mode: 0o600 });
  await mkdir(path.join(folder, "incoming"), { recursive: true });
  const part = path.join(folder, "incoming", `${newId()}-${newId()}.part`);
  await writeFile(part, "x", { mode: 0o600 });
  const old = new Date(Date.now() - 3 * 24 * 3600 * 1000);
  await utimes(orphan, old, old);
  await utimes(part, old, old);
  await server.stop();
  await execute(server.place, [`UPDATE photo SET created_at = 1 WHERE event_id IS NULL`]);
  for (const name of await files()) await utimes(path.join(folder, "1493", name), old, old);
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  [coordinator, reporter, guard] = await Promise.all(["samordnare@example.se", "bovard.1493@example.se",
    "vaktare.1493@example.se"].map((email) => server.logIn(email)));
  while ((await files()).some((n) => n.startsWith(id)) || (await stat(orphan).catch(() => null)))
    await new Promise((next) => setImmediate(next));
  assert.equal(await stat(part).catch(() => null), null);
  assert.equal((await reporter.get(href)).status, 200, "what belongs to a report stays");
});

test("a copy has the photos beside it, and brings them back", { skip: engine !== "sqlite" }, async () => {
  const receipt = await report(reporter, { text: "bildord åtta" });
  const href = sourceOf(await detail(reporter, eventOf(receipt)));
  const copy = path.join(server.place.data, "..", `kopia-${process.pid}.db`), to = `${copy}-dir`;
  const done = await samsynOk(["backup", copy, "--data", server.place.data]);
  assert.match(done.out, /bilder ligger i .+\.files/);
  await samsynOk(["restore", copy, "--data", to]);
  const name = (n) => n.startsWith(href.split("/").at(-1));
  const back = (await readdir(path.join(to, "photos", "1493"))).find(name);
  assert.deepEqual(await readFile(path.join(to, "photos", "1493", back)), (await reporter.get(href)).bytes);
  assert.match((await samsynOk(["doctor", "--data", to])).out, /bilder finns, och deras filer är hela/);
  await writeFile(path.join(`${copy}.files`, "photos", "9999"), "no folder");
  const before = await readdir(to);
  assert.equal((await samsyn(["restore", "--replace", copy, "--data", to])).code, 1);
  assert.deepEqual(await readdir(to), before, "a restore that fails half-way changes nothing");
  assert.match((await samsynOk(["doctor", "--data", to])).out, /bilder finns, och deras filer är hela/);
  await rm(path.join(`${copy}.files`, "photos", "9999"));
  await samsynOk(["restore", "--replace", copy, "--data", to]);
  assert.deepEqual((await readdir(to)).filter((n) => !before.includes(n)).sort(),
    ["photos.before-restore", "samsyn.db.before-restore"]);
  await rm(path.join(to, "photos", "1493", back));
  const ill = await samsyn(["doctor", "--data", to]);
  assert.notEqual(ill.code, 0);
  assert.match(ill.out, /1 bilder saknar sin fil/);
  for (const what of [copy, `${copy}.files`, to]) await rm(what, { recursive: true, force: true });
});
