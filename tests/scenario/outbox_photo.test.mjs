// SPDX-License-Identifier: AGPL-3.0-or-later
// Photos that have waited in a telephone: after their report, in parts, cut everywhere; what the server
// says of them; a report that was looked at is looked at again.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PLACES, startCutter } from "./cutter.mjs";
import { execute, select } from "./database.mjs";
import { newInstallation, startServer } from "./lib.mjs";
import { outboxScript, random } from "./outbox_script.mjs";
import { look, plain, telephone as taken } from "./photos.mjs";

const CUTS = Number(process.env.SAMSYN_TEST_PHOTO_CUTS ?? 150);
const { Outbox, Memory, asText, fromText, ownerOf, uuid7 } = await outboxScript();
let place, server, coordinator, reporter, guard;

const ways = [];
const cutter = async (choose) => {
  const way = await startCutter(server.url, choose);
  ways.push(way);
  return way;
};

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
  await switchTo("1");
});
after(async () => {
  await Promise.all(ways.map((way) => way.close()));
  await server?.stop();
  await place?.remove();
});

const switchTo = async (value) =>
  coordinator.submitOk(await coordinator.get("/1493/installningar/bilder"), "/bilder", { photos: value });
const token = async (client) => (await client.get("/1493/rapportera/utkorg")).json().csrf;
const jpeg = (bytes) => new Blob([bytes], { type: "image/jpeg" });
const photosOf = (page) => [...page.text.matchAll(/<img src="(\/1493\/bilder\/([0-9a-f-]{36}))" alt="([^"]*)"/g)]
  .map(([, href, id, alt]) => ({ href, id, alt }));
const detail = (client, id) => client.get(`/1493/handelser/${id}`);

/** A telephone with the cookies of somebody; seen: the requests it made. */
async function world(client, { url = server.url, part = [2000, 4000], store = new Memory(), now } = {}) {
  const w = { store, owner: ownerOf(await token(client)), seen: [] };
  const fetching = (to, { method = "GET", headers, body, signal, redirect }) => {
    w.seen.push(`${method} ${to}`);
    return fetch(new URL(to, url), { method, body, signal, redirect, headers: { ...headers, origin: url,
      cookie: [...client.cookies].map(([n, v]) => `${n}=${v}`).join("; ") } }).then(async (answer) => {
      await w.after?.(answer);
      return answer;
    });
  };
  w.open = () => new Outbox(store, { fetch: fetching, now: now ?? Date.now, locks: null, part });
  w.outbox = w.open();
  w.add = async (text, pictures, more = {}) => {
    const id = uuid7(), item = { id, owner: w.owner, url: "/1493/rapportera", kind: "one", title: "Skadegörelse",
      about: "Mariestad", fields: [["main", "damage"], ["when_pick", "nyss"], ["place", "Mariestad"], ["text", text]],
      written: (now ?? Date.now)(), ...more };
    const photos = pictures.map(([blob, alt = ""], i) => ({ id: uuid7(), report: id, owner: w.owner, url: "/1493/rapportera",
      title: item.title, about: item.about, n: i + 1, alt, blob }));
    await w.open().put(item, photos);
    return { id, photos: photos.map((p) => p.id) };
  };
  w.run = (how = { hurry: true }) => w.outbox.run(w.owner, how);
  return w;
}

test("the report goes first, its photos after it, and each goes from the telephone at its receipt", async () => {
  const w = await world(reporter);
  const { id, photos } = await w.add("utkorgsbild ett", [[jpeg(taken({ turn: 6 })), "En krossad ruta"], [jpeg(plain)]]);
  await w.run();
  assert.deepEqual([(await w.store.all()).length, (await w.store.photos()).length], [0, 0]);
  const posts = w.seen.filter((r) => !r.startsWith("GET"));
  assert.equal(posts[0], "POST /1493/rapportera");
  assert.ok(posts.filter((r) => r === `PUT /1493/rapportera/bilder/${photos[0]}`).length > 1, "in parts");
  const shown = photosOf(await detail(reporter, id));
  assert.deepEqual(shown.map((p) => p.id), photos);
  assert.equal(shown[0].alt, "En krossad ruta");
  const { width, height } = look((await reporter.get(shown[0].href)).bytes);
  assert.ok(height > width, "upright");
  const receipts = await w.store.note("receipts");
  assert.deepEqual(receipts.map((r) => [r.id, r.photo]).sort(), [[id, undefined], [photos[0], 1], [photos[1], 2]].sort());
});

test("a photo waits as long as its report does, and a report never for a photo", async () => {
  const w = await world(reporter);
  const { id } = await w.add("utkorgsbild två", [[jpeg(plain)]]);
  await w.store.update(id, { state: "problem", reason: "invalid" });
  await w.run();
  assert.deepEqual(w.seen, []);
  assert.equal(await w.outbox.wait(w.owner), null, "no timer for a photo whose report is stuck");
  await w.store.update(id, { state: "waiting" });
  await w.run({ hurry: true, photos: false });
  assert.deepEqual([(await w.store.all()).length, (await w.store.photos()).length], [0, 1]);
  const begun = w.run();
  const late = await w.add("utkorgsbild sedan", []);
  await w.run({ hurry: true, photos: false });
  await begun;
  assert.equal((await w.store.get(late.id)), undefined, "written while a photo was on its way");
  await w.run();
  assert.equal((await w.store.photos()).length, 0);
});

test("a browser that was closed goes on where it was", async () => {
  const w = await world(reporter);
  const { id, photos } = await w.add("utkorgsbild tre", [[jpeg(taken())]]);
  const whole = (await w.store.photos())[0].blob.size;
  const way = await cutter(() => null);
  let parts = 0;
  way.choose = (r) => (r.method === "PUT" && ++parts > 2 ? "before" : null);
  const first = await world(reporter, { url: way.url, store: w.store });
  await first.run();
  const [left] = await w.store.photos();
  assert.ok(left.sent > 0 && left.sent < whole, `${left.sent}`);
  assert.equal(left.state, "waiting");
  const bytes = [];
  way.choose = (r) => { if (r.method === "PUT") bytes.push(r.headers["content-range"]); return null; };
  const second = await world(reporter, { url: way.url, store: w.store });
  await second.run();
  assert.equal(bytes[0].split("-")[0], `bytes ${left.sent}`, bytes[0]);
  assert.deepEqual(photosOf(await detail(reporter, id)).map((p) => p.id), photos);

});

test("what the server says of a photo is told, and the report has gone in any case", async () => {
  const why = async (blob, act = async () => {}, alt, offWhenKept) => {
    const w = await world(reporter);
    if (offWhenKept) w.after = async (answer) =>
      (await answer.clone().json().catch(() => null))?.state === "kept" && switchTo("0");
    const { id } = await w.add("utkorgsbild nej", [[blob, alt]]);
    await w.run({ hurry: true, photos: false });
    await act(id);
    await w.run();
    assert.equal((await w.store.all()).length, 0);
    const [left] = await w.store.photos();
    return { id, w, left, said: left && [left.state, left.reason, left.problems[0]?.detail ?? ""] };
  };
  const broken = await why(jpeg(plain.subarray(0, 3000)));
  assert.deepEqual(broken.said.slice(0, 2), ["problem", "invalid"]);
  assert.match(broken.said[2], /trasig/);
  const heic = await why(jpeg(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0", "latin1")));
  assert.match(heic.said[2], /HEIC/);
  const off = await why(jpeg(plain), () => switchTo("0"));
  assert.deepEqual(off.said.slice(0, 2), ["problem", "off"]);
  await switchTo("1");
  await off.w.run({ hurry: true, all: true });
  assert.equal((await off.w.store.photos()).length, 0, "pressed again when they are on: it goes");
  const late = await why(jpeg(plain), async () => {}, undefined, true);
  assert.deepEqual(late.said.slice(0, 2), ["problem", "invalid"]);
  assert.equal(late.said[2], "Kommunen tar inte emot bilder längre.");
  assert.equal(photosOf(await detail(reporter, late.id)).length, 0);
  await switchTo("1");
  late.w.after = null;
  await late.w.run({ hurry: true, all: true });
  assert.equal(photosOf(await detail(reporter, late.id)).length, 1);
  const redacted = await why(jpeg(plain), async (id) => coordinator.submitOk(
    await coordinator.get(`/1493/handelser/${id}/ta-bort-text`), "/ta-bort-text", {}));
  assert.match(redacted.said[2], /Texten i rapporten är borttagen/);
  const named = await why(jpeg(plain), undefined, "Ring 070-174 06 05");
  assert.equal(named.left, undefined, "the line goes, the photo comes");
  assert.equal((await named.w.store.note("receipts")).find((r) => r.photo).lost, true);
  assert.doesNotMatch(photosOf(await detail(reporter, named.id))[0].alt, /070/);
});

test("a line that points at somebody is mended with the report, before anything is taken", async () => {
  const w = await world(reporter);
  const { id } = await w.add("utkorgsbild rad", [[jpeg(plain), "Ring 070-174 06 05"]], { fields: [["main", "damage"],
    ["when_pick", "nyss"], ["place", "Mariestad"], ["text", "utkorgsbild rad"], ["photo_alt-1", "Ring 070-174 06 05"]] });
  await w.run();
  const left = await w.store.get(id);
  assert.deepEqual([left.reason, left.problems.map((p) => p.field)], ["invalid", ["photo_alt-1"]]);
  assert.equal((await w.store.photos()).length, 1);
});

test("a photo is bound to its own sender's report, once", async () => {
  const w = await world(reporter), { id, photos: [photo] } = await w.add("utkorgsbild fyra", [[jpeg(plain)]]);
  await w.run();
  const bind = async (client, of, rapport) => client.post(`/1493/rapportera/bilder/${of}`,
    { rapport, csrf: await token(client) }, { accept: "application/json" });
  const again = (await bind(reporter, photo, id)).json();
  assert.deepEqual([again.id, again.state, again.report], [photo, "bound", id]);
  assert.equal((await bind(guard, photo, id)).status, 404, "not the guard's report");
  const own = await world(guard), theirs = await own.add("utkorgsbild fem", []);
  await own.run();
  assert.equal((await bind(guard, photo, theirs.id)).status, 409, "nor the guard's photo");
  assert.equal((await bind(reporter, photo, theirs.id)).status, 404);
  assert.equal((await bind(reporter, photo, uuid7())).status, 404);
  const none = await bind(reporter, uuid7(), id);
  assert.deepEqual([none.status, none.json().state, none.json().received], [409, "receiving", 0], "send it first");
  assert.equal(photosOf(await detail(reporter, id)).length, 1);
  const rows = await select(place, "SELECT count(*) AS n FROM audit WHERE action = 'photo.add'");
  assert.ok(Number(rows[0].n) > 0);
});

test("a photo that was swept before it was bound is sent once more", async () => {
  const w = await world(reporter), { id } = await w.add("utkorgsbild sex", [[jpeg(plain)]]);
  const way = await cutter((r) => (r.method === "POST" && /bilder/.test(r.url) ? "before" : null));
  const first = await world(reporter, { url: way.url, store: w.store });
  await first.run();
  assert.equal((await w.store.photos())[0].kept, true);

  await execute(place, ["DELETE FROM photo WHERE event_id IS NULL"]);
  await w.run();
  assert.equal((await w.store.photos()).length, 0);
  assert.equal(photosOf(await detail(reporter, id)).length, 1);
});

test("a photo of a report that was looked at lets it wait again; a coordinator's own does not", async () => {
  const w = await world(reporter), { id } = await w.add("utkorgsbild sju", [[jpeg(plain)]]);
  await w.run({ hurry: true, photos: false });
  const accept = async () => {
    const own = await coordinator.get(`/1493/granska/${id}`);
    const field = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(own.text)[1];
    const done = await coordinator.post("/1493/granska", new URLSearchParams({ csrf: field("csrf"), gor: "accept",
      rapport: id, version: field("version") }));
    assert.equal(done.status, 303, done.words);
  };
  const state = async () => (await select(place, `SELECT state FROM event WHERE description = 'utkorgsbild sju'`))[0].state;
  await accept();
  const accepted = await state();
  await w.run();
  assert.notEqual(await state(), accepted, "it waits again");
  assert.match((await coordinator.get("/1493/granska")).words, /utkorgsbild sju/);
  await accept();
  await coordinator.submitOk(await detail(coordinator, id), `${id}/bilder`, {}, { photos: ["b.jpg", plain] });
  assert.equal(await state(), accepted);
});

test("a file carries the photos to another person's computer, and nothing is doubled", async () => {
  const w = await world(reporter);
  const one = await w.add("utkorgsfil ett", [[jpeg(plain), "Porten"]]), two = await w.add("utkorgsfil två", [[jpeg(taken())]]);
  const text = await asText(await w.store.all(), await w.store.photos());
  const { reports, photos } = fromText(text);
  assert.equal(photos[0].blob.size, plain.length);
  const desk = await world(coordinator);
  for (const r of reports) await desk.outbox.put({ ...r, owner: desk.owner });
  for (const p of photos) await desk.outbox.putPhoto({ ...p, owner: desk.owner });
  await desk.run();
  assert.deepEqual([(await desk.store.all()).length, (await desk.store.photos()).length], [0, 0]);
  await w.run();
  assert.deepEqual((await w.store.all()).map((r) => r.reason), ["conflict", "conflict"]);
  for (const { id } of [one, two]) assert.equal(photosOf(await detail(coordinator, id)).length, 1);
  const change = (more) => JSON.stringify({ ...JSON.parse(text), photos: [{ ...JSON.parse(text).photos[0], ...more }] });
  for (const bad of [change({ id: "x" }), change({ jpeg: "%" }), change({ jpeg: "AAAA" }), change({ url: "/konto" }),
    change({ n: 0 }), change({ report: null }), change({ alt: 1 })]) assert.equal(fromText(bad), null, bad.slice(0, 200));
});

test(`${CUTS} cuts everywhere on the way of reports with photos: 0 lost, 0 doubled`, async () => {
  const dice = random(20261124), pick = (from) => from[Math.floor(dice() * from.length)];
  let time = Date.now();
  const way = await cutter(() => (dice() < 0.6 ? pick(PLACES) : null));
  const w = await world(guard, { url: way.url, part: [7000, 14000], now: () => time }), written = [];
  for (let n = 0; way.cuts < CUTS; n++) {
    const count = n % 3 === 2 ? 2 : n % 3;
    written.push({ text: `bildavbrott ${n}`, ...await w.add(`bildavbrott ${n}`,
      Array.from({ length: count }, () => [jpeg(plain), `bild av ${n}`])) });
    for (let round = 0; round < 4; round++) {
      time += 3600_000 * dice(); // hours may pass
      const tabs = dice() < 0.3 ? [w.open(), w.open()] : [w.open()]; // a page that was closed, or two at once
      w.store.notes.delete("lease samsyn-outbox"); // what a closed page left, or a browser without any lock
      await Promise.all(tabs.map((tab) => tab.run(w.owner, { hurry: true })));
    }
  }
  way.choose = () => null;
  await w.open().run(w.owner, { hurry: true, all: true });

  assert.deepEqual((await w.store.all()).map((i) => [i.state, i.reason, i.problems]), []);
  assert.deepEqual((await w.store.photos()).map((i) => [i.state, i.reason, i.problems]), []);
  for (const { id, text, photos } of written) {
    const page = await detail(guard, id);
    assert.match(page.words, new RegExp(`${text}\\b`));
    assert.deepEqual(photosOf(page).map((p) => p.id).sort(), [...photos].sort(), text);
  }
  const found = (await coordinator.get("/api/v1/1493/events?size=200&text=bildavbrott")).json();
  assert.equal(found.count, written.length);
  console.log(`# ${way.cuts} cuts, ${written.length} reports, ${written.reduce((n, r) => n + r.photos.length, 0)} photos`);
});
