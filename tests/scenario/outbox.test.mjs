// SPDX-License-Identifier: AGPL-3.0-or-later
// Reports that have waited in a telephone, at the server: the same receipt twice, times as they were meant,
// whose they are, and a network that is cut everywhere a thousand times: 0 lost, 0 doubled.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PLACES, startCutter } from "./cutter.mjs";
import { startServer } from "./lib.mjs";
import { outboxScript, random } from "./outbox_script.mjs";

const CUTS = Number(process.env.SAMSYN_TEST_CUTS ?? 1000);
const { Outbox, Memory, ownerOf, uuid7 } = await outboxScript();
let server, coordinator, reporter, guard;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
});
after(() => server?.stop());

const asJson = { accept: "application/json" };
const token = async (client) => (await client.get("/1493/rapportera/utkorg")).json().csrf;
/** What the telephone sends. */
async function send(client, path, fields) {
  return client.post(`/1493/rapportera${path}`, { age: "0", ...fields, csrf: await token(client) }, asJson);
}
async function found(text) {
  const all = [];
  for (let page = 1; ; page++) {
    const { events, count } = (await coordinator.get(
      `/api/v1/1493/events?size=200&page=${page}&text=${encodeURIComponent(text)}`)).json();
    all.push(...events);
    if (all.length >= count || !events.length) return all;
  }
}
const calm = async () => (await coordinator.get("/api/v1/1493/events?kind=all_clear&size=1")).json().count;
const one = (text, more = {}) => ({ id: uuid7(), main: "damage", when_pick: "nyss", place: "Mariestad", text, ...more });
const list = (text) => ({ id: uuid7(), night: "n20260102", "type-1": "damage", "when-1": "2240", "place-1": "Mariestad",
  "text-1": `${text} a`, "type-2": "litter", "when-2": "0130", "text-2": `${text} b` });

test("sent twice, also long after and in other words, it is one report with one receipt", async () => {
  for (const [path, fields] of [["", one("kvittoord")], ["/inget", { id: uuid7(), span: "today" }],
    ["/flera", list("kvittoord")]]) {
    const before = await calm();
    const first = await send(reporter, path, fields);
    assert.equal(first.status, 200, first.text);
    const { id, received_at, href, events } = first.json();
    assert.equal(id, fields.id);
    assert.ok(Math.abs(Date.parse(received_at) - Date.now()) < 60_000);
    assert.equal((await reporter.get(href)).status, 200);
    assert.equal(events.length, path === "/flera" ? 2 : 1);
    const again = await send(reporter, path, { ...fields, age: String(5 * 3600_000), text: "nåt annat 19900101-1234" });
    assert.deepEqual(again.json(), first.json(), path);
    assert.equal(await calm(), before + (path === "/inget" ? 1 : 0));
  }
  assert.equal((await found("kvittoord")).length, 3);
});

test("a report without script that has waited leads to the receipt, again and again", async () => {
  const fields = { ...one("sidord"), age: "1000", csrf: await token(reporter) };
  const first = await reporter.post("/1493/rapportera", fields), again = await reporter.post("/1493/rapportera", fields);
  assert.equal(first.status, 303);
  assert.equal(again.location.href, first.location.href);
  assert.equal((await found("sidord")).length, 1);
});

test("words of time mean when they were written", async () => {
  const hours = 30, age = String(hours * 3600_000);
  assert.equal((await send(reporter, "", one("tidsord nyss", { age }))).status, 200);
  const [now] = await found("tidsord nyss");
  const off = Date.now() - hours * 3600_000 - Date.parse(now.occurred_to);
  assert.ok(off >= 0 && off < 3 * 3600_000, `${now.occurred_to}`);
  const week = 7 * 24;
  await send(reporter, "", one("tidsord förr", { when_pick: "i natt" }));
  await send(reporter, "", one("tidsord sedan", { when_pick: "i natt", age: String(week * 3600_000) }));
  const [then, thereafter] = [(await found("tidsord sedan"))[0], (await found("tidsord förr"))[0]];
  const apart = (Date.parse(thereafter.occurred_from) - Date.parse(then.occurred_from)) / 3600_000;
  assert.ok(Math.abs(apart - week) <= 1, `${apart} hours`); // a clock may have changed between
  for (const wrong of ["-1", "x", String(400 * 86_400_000)])
    assert.equal((await send(reporter, "", one("tidsord fel", { age: wrong }))).status, 422, wrong);
});

test("what is wrong comes as a list, and nothing is stored", async () => {
  const wrong = await send(reporter, "", { id: uuid7(), main: "damage", when: "nångång", text: "felord 070-123 45 67" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.headers.get("content-type"), /^application\/problem\+json/);
  const said = wrong.json();
  assert.equal(said.code, "INVALID");
  assert.deepEqual(said.errors.map((e) => e.field).sort(), ["place", "text", "when"]);
  const lines = await send(guard, "/flera", { ...list("felord"), "when-2": "25:90" });
  assert.deepEqual([lines.status, lines.json().errors.map((e) => e.field)], [422, ["when-2"]]);
  assert.equal((await send(reporter, "/inget", { id: uuid7(), span: "someday" })).status, 422);
  assert.equal((await found("felord")).length, 0);
});

test("an id that is somebody else's is refused, without a word of theirs", async () => {
  const fields = one("främmandeord");
  await send(guard, "", fields);
  const answer = await send(reporter, "", fields);
  assert.equal(answer.status, 409);
  assert.equal(answer.json().code, "CONFLICT");
  assert.doesNotMatch(answer.text, /främmandeord|received/);
});

test("a token is of the session that is open; nobody's, old ones and other sites' are refused", async () => {
  const nobody = server.client();
  const out = await nobody.get("/1493/rapportera/utkorg");
  assert.deepEqual([out.status, out.json().code], [401, "UNAUTHENTICATED"]);
  const fields = { ...one("nyckelord"), age: "0" };
  const unsent = await nobody.post("/1493/rapportera", { ...fields, csrf: "x".repeat(43) }, asJson);
  assert.deepEqual([unsent.status, unsent.json().code], [401, "UNAUTHENTICATED"]);
  const other = await server.logIn("bovard.1493@example.se");
  const old = await reporter.post("/1493/rapportera", { ...fields, csrf: await token(other) }, asJson);
  assert.deepEqual([old.status, old.json().code], [403, "FORBIDDEN"], "not the page of a form that is kept");
  const foreign = await reporter.post("/1493/rapportera", { ...fields, csrf: await token(reporter) },
    { ...asJson, origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  assert.equal((await found("nyckelord")).length, 0);
  assert.equal(ownerOf(await token(other)), ownerOf(await token(reporter)), "the same account, another log-in");
  assert.notEqual(ownerOf(await token(guard)), ownerOf(await token(reporter)));
});

test("the forms that a telephone keeps are the same for everybody and name nobody", async () => {
  for (const path of ["", "/inget", "/flera"]) {
    const address = `/1493/rapportera/utan-nat${path}?sprak=sv`;
    const [mine, theirs, nobodys] = [await reporter.get(address), await coordinator.get(address),
      await server.client().get(address)];
    const same = (page) => page.text.replace(/name="id" value="[^"]*"/, "");
    assert.equal(same(mine), same(nobodys));
    assert.equal(same(theirs), same(nobodys));
    assert.match(nobodys.text, /name="csrf" value=""/);
    assert.match(nobodys.text, /<form[^>]*data-outbox-form[^>]*hidden/);
    assert.equal(nobodys.headers.get("set-cookie"), null);
    assert.match((await server.client().get(address.replace("sv", "en"))).text, /<html lang="en"/);
  }
  for (const none of ["0000", "1400", "9999"])
    assert.equal((await server.client().get(`/${none}/rapportera/utan-nat`)).status, 404, none);
});

test("forms of reports are packed on their way, and pages that show what was asked for are not", async () => {
  const of = async (address, accept = "gzip, br", client = reporter) => {
    const cookie = [...client.cookies].map(([n, v]) => `${n}=${v}`).join("; ");
    const answer = await fetch(server.url + address, { headers: { cookie, "accept-encoding": accept } });
    return [answer.status, answer.headers.get("content-encoding"), (await answer.text()).includes("</html>"), answer];
  };
  for (const address of ["/1493/rapportera", "/1493/rapportera/flera", "/1493/rapportera/utan-nat?sprak=sv"]) {
    const [status, packed, whole, answer] = await of(address);
    assert.deepEqual([status, packed, whole], [200, "gzip", true], address);
    assert.match(answer.headers.get("vary"), /Accept-Encoding/);
    assert.deepEqual((await of(address, "identity")).slice(0, 3), [200, null, true], address);
  }
  for (const asked of ["?x=csrf", "/inget?x=csrf", "/flera?x=csrf"]) // what the asker writes stands beside the token
    assert.deepEqual((await of(`/1493/rapportera${asked}`)).slice(0, 3), [200, null, true], asked);
  assert.deepEqual((await of("/1493/rapportera", "br, gzip;q=0")).slice(0, 3), [200, null, true]);
  assert.deepEqual((await of("/1493/handelser?text=ord")).slice(0, 3), [200, null, true]);
  assert.equal((await of("/1493/rapportera", "gzip", server.client()))[1], null, "a log-in page is none of them");
});

test("the worker is asked for anew each time, and names what is in the program", async () => {
  const worker = await server.client().get("/worker.js");
  assert.match(worker.headers.get("content-type"), /^text\/javascript/);
  assert.equal(worker.headers.get("cache-control"), "no-cache");
  assert.match(worker.headers.get("content-security-policy"), /default-src 'none'.*connect-src 'self'/);
  const page = await server.client().get("/logga-in");
  const style = /href="(\/_\/site\.[^"]*\.css)"/.exec(page.text)[1];
  assert.ok(worker.text.includes(style), style);
  for (const [address] of worker.text.matchAll(/\/_\/[\w.-]+/g))
    if (/\.\w+\.\w+$/.test(address)) assert.equal((await server.client().get(address)).status, 200, address);
});

test("the manifest makes an app that starts where one works", async () => {
  const page = await server.client().get("/logga-in");
  const address = /rel="manifest" href="([^"]*)"/.exec(page.text)[1];
  const { name, lang, start_url, scope, display, icons } = (await server.client().get(address)).json();
  assert.deepEqual([name, lang, start_url, scope, display], ["Samsyn", "sv", "/", "/", "standalone"]);
  for (const size of ["192x192", "512x512"]) {
    const icon = icons.find((i) => i.sizes === size && i.type === "image/png");
    const { bytes } = await server.client().get(icon.src);
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, size);
  }
  assert.ok(icons.some((i) => i.purpose === "maskable"));
});

test("logging out takes nothing that waits in the telephone", async () => {
  const leaving = await server.logIn("bovard.1493@example.se");
  const answer = await leaving.submit(await leaving.get("/konto"), "/logga-ut");
  assert.equal(answer.status, 303);
  assert.doesNotMatch(answer.headers.get("clear-site-data"), /storage|\*/);
});

/** A telephone: fetch as a browser's, with the cookies of somebody. */
function telephone(client, url) {
  return (to, { method = "GET", headers, body, signal, redirect }) => fetch(new URL(to, url), { method, body, signal,
    redirect, headers: { ...headers, origin: url, cookie: [...client.cookies].map(([n, v]) => `${n}=${v}`).join("; ") } });
}

test(`${CUTS} cuts everywhere on the way: 0 lost, 0 doubled`, async () => {
  const dice = random(20261123), store = new Memory(), owner = ownerOf(await token(guard));
  const pick = (from) => from[Math.floor(dice() * from.length)];
  const way = await startCutter(server.url, () => (dice() < 0.75 ? pick(PLACES) : null));
  let time = Date.now();
  const open = () => new Outbox(store, { fetch: telephone(guard, way.url), now: () => time, locks: null });
  const before = await calm(), written = [];
  const add = async (n) => {
    const [kind, path, { id, ...fields }] = n % 5 === 3 ? ["calm", "/inget", { id: uuid7(), span: "today" }]
      : n % 5 === 4 ? ["many", "/flera", list(`avbrott ${n}`)] : ["one", "", one(`avbrott ${n}`)];
    written.push({ id, kind, n });
    await open().put({ id, owner, url: `/1493/rapportera${path}`, kind, title: "", about: "", fields: Object.entries(fields),
      written: time });
  };
  for (let n = 0; way.cuts < CUTS; n++) {
    for (let k = 0; k < 3; k++) await add(3 * n + k);
    for (let round = 0; round < 4; round++) {
      time += 3600_000 * dice(); // hours may pass
      const tabs = dice() < 0.3 ? [open(), open()] : [open()]; // a page that was closed, or two at once
      store.notes.delete("lease samsyn-outbox"); // what a closed page left, or a browser without any lock
      await Promise.all(tabs.map((tab) => tab.run(owner, { hurry: true })));
    }
  }
  way.choose = () => null;
  await open().run(owner, { hurry: true, all: true });
  await way.close();
  assert.deepEqual((await store.all()).map((i) => [i.state, i.reason, i.problems]), [], "nothing waits any more");
  const events = await found("avbrott"), texts = events.map((e) => e.description);
  const wanted = written.flatMap(({ kind, n }) =>
    kind === "one" ? [`avbrott ${n}`] : kind === "many" ? [`avbrott ${n} a`, `avbrott ${n} b`] : []);
  assert.deepEqual([...texts].sort(), wanted.sort());
  assert.equal(await calm() - before, written.filter((w) => w.kind === "calm").length);
  assert.ok(way.cuts >= CUTS, `${way.cuts} cuts`);
  console.log(`# ${way.cuts} cuts, ${written.length} sendings, ${texts.length} events with words`);
});
