// SPDX-License-Identifier: AGPL-3.0-or-later
// The states of the outbox's queue, with a server that answers what the test says: what is kept, when it
// is tried again, what a person is told.

import assert from "node:assert/strict";
import test from "node:test";
import { outboxScript } from "./outbox_script.mjs";

// Nothing here asks a database, so one engine is enough.
const skip = process.env.SAMSYN_TEST_ENGINE === "postgres" && "no database is asked";
const { Outbox, Memory, alone, asText, fromText, ownerOf, uuid7 } = await outboxScript();

const ANNA = "aaaaaaaaaaaaaaaa", BO = "bbbbbbbbbbbbbbbb";
const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status,
  headers: { "content-type": status < 300 ? "application/json" : "application/problem+json", ...headers } });
const html = (status, headers = {}) => new Response("<p>Välkommen", { status, headers: { "content-type": "text/html", ...headers } });
const fail = (status, code, headers) => () => json(status, { status, code, title: code, errors: [] }, headers);
const receipt = (body) => json(200, { id: body.get("id"), received_at: "2026-11-14T13:02:00Z",
  href: `/1493/rapportera/kvitto/${body.get("id")}`, events: [body.get("id")] });

/** An outbox with a server of functions: session() for whose it is, send(body) for a report. */
function world({ session = () => json(200, { csrf: `token.${ANNA}` }), send = receipt } = {}) {
  const w = { time: Date.UTC(2026, 10, 14, 12), session, send, sent: [], store: new Memory() };
  const fetch = async (url, { method, body }) => {
    if (method !== "POST") return w.session(url);
    w.sent.push(body);
    return w.send(body);
  };
  w.outbox = new Outbox(w.store, { fetch, now: () => w.time, locks: null });
  w.add = async (more = {}) => {
    const item = { id: uuid7(), owner: ANNA, url: "/1493/rapportera", kind: "one", title: "Skadegörelse", about: "Hova",
      fields: [["main", "damage"], ["when_pick", "nyss"]], written: w.time, ...more };
    await w.outbox.put(item);
    return item;
  };
  w.only = async () => (await w.store.all())[0];
  return w;
}

test("a receipt of that very id ends the waiting, and is kept", { skip }, async () => {
  const w = world(), item = await w.add();
  w.time += 90_000;
  assert.equal(await w.outbox.run(ANNA), null);
  assert.equal(await w.only(), undefined);
  const [body] = w.sent;
  assert.deepEqual([body.get("id"), body.get("age"), body.get("csrf"), body.get("main")],
    [item.id, "90000", `token.${ANNA}`, "damage"]);
  const [kept] = await w.store.note("receipts");
  assert.deepEqual([kept.id, kept.code, kept.owner], [item.id, item.id.slice(24), ANNA]);
  assert.equal(JSON.stringify(kept).includes("nyss"), false, "nothing of the report itself");
});

test("whatever is no such receipt keeps the report", { skip }, async () => {
  const answers = { "a page of somebody between": () => html(200), "another's receipt": () => json(200,
    { id: uuid7(), received_at: "2026-11-14T13:02:00Z" }), "no time": (b) => json(200, { id: b.get("id") }),
    "half an answer": () => new Response('{"id":', { status: 200, headers: { "content-type": "application/json" } }),
    "no network": () => { throw new TypeError("fetch failed"); }, "a gateway's 502": () => html(502),
    "a gateway's 404": () => html(404), "a gateway's 403": () => html(403) };
  for (const [what, send] of Object.entries(answers)) {
    const w = world({ send });
    await w.add();
    await w.outbox.run(ANNA);
    const left = await w.only();
    assert.equal(left?.state, "waiting", what);
    assert.ok(left.next > w.time, `${what}: tried again later`);
    w.send = receipt;
    await w.outbox.run(ANNA, { hurry: true });
    assert.equal(await w.only(), undefined, `${what}: sent in the end`);
  }
});

test("what the server says decides what a person is told", { skip }, async () => {
  for (const [status, code, state, reason] of [[401, "UNAUTHENTICATED", "waiting", "login"],
    [403, "FORBIDDEN", "waiting", "forbidden"], [409, "CONFLICT", "problem", "conflict"],
    [413, "LIMIT", "problem", "large"], [422, "INVALID", "problem", "invalid"], [429, "RATE", "waiting", "wait"],
    [404, "NOTFOUND", "problem", "refused"], [500, "INTERNAL", "waiting", "server"], [503, "BUSY", "waiting", "server"]]) {
    const w = world({ send: fail(status, code) });
    await w.add();
    await w.outbox.run(ANNA);
    const left = await w.only();
    assert.deepEqual([left?.state, left?.reason], [state, reason], `${status}`);
    assert.equal(left.fields.length, 2, "nothing is lost");
  }
});

test("what has to be mended is not sent by itself, and carries what was wrong", { skip }, async () => {
  const errors = [{ field: "when", detail: "Vi förstår inte ”nångång”." }];
  const w = world({ send: () => json(422, { status: 422, code: "INVALID", errors }) });
  const item = await w.add();
  await w.outbox.run(ANNA);
  assert.deepEqual((await w.only()).problems, errors);
  await w.outbox.run(ANNA, { hurry: true });
  assert.equal(w.sent.length, 1);
  assert.equal(await w.outbox.wait(ANNA), null, "no timer for it");
  await w.outbox.put({ ...item, fields: [["main", "damage"], ["when", "i natt"]] });
  w.send = receipt;
  await w.outbox.run(ANNA);
  assert.equal(await w.only(), undefined);
  assert.equal(w.sent[1].get("id"), item.id);
});

test("a session that has ended stops all, and nothing is sent as somebody else", { skip }, async () => {
  const w = world({ session: fail(401, "UNAUTHENTICATED") });
  await w.add();
  await w.add();
  assert.equal(await w.outbox.run(ANNA), "login");
  assert.equal(w.sent.length, 0);
  w.session = () => json(200, { csrf: `other.${BO}` });
  assert.equal(await w.outbox.run(ANNA, { hurry: true }), "other");
  assert.equal(await w.outbox.run(BO, { hurry: true }), null, "the other has nothing to send");
  assert.equal(w.sent.length, 0);
  w.session = () => json(200, { csrf: `new.${ANNA}` });
  await w.outbox.run(ANNA, { hurry: true });
  assert.equal(w.sent.length, 2);
  assert.equal((await w.store.all()).length, 0);
});

test("tries come at longer and longer intervals, and a person need not wait for them", { skip }, async () => {
  const w = world({ send: () => { throw new TypeError("no network"); } });
  await w.add();
  const gaps = [];
  for (let n = 0; n < 12; n++) {
    await w.outbox.run(ANNA, { hurry: true });
    gaps.push((await w.only()).next - w.time);
  }
  assert.ok(gaps[0] >= 3750 && gaps[0] <= 6250, `${gaps[0]}`);
  assert.ok(gaps[11] >= 675_000 && gaps[11] <= 1_125_000, `${gaps[11]}`);
  await w.outbox.run(ANNA);
  assert.equal(w.sent.length, 12, "not before its time");
  w.time += 20 * 60_000;
  await w.outbox.run(ANNA);
  assert.equal(w.sent.length, 13);
  w.time -= 365 * 86_400_000; // the clock is put back
  await w.outbox.run(ANNA);
  assert.equal(w.sent.length, 14, "a clock put back makes nothing wait for a year");
});

test("when the server says how long to wait, even a hurry waits", { skip }, async () => {
  const w = world({ send: fail(429, "RATE", { "retry-after": "40" }) });
  await w.add();
  await w.add();
  assert.equal(await w.outbox.run(ANNA), "wait");
  assert.equal(w.sent.length, 1);
  w.send = receipt;
  const [asked] = (await w.store.all()).filter((i) => i.asked);
  await w.outbox.run(ANNA, { hurry: true });
  assert.deepEqual((await w.store.all()).map((i) => i.id), [asked.id]);
  w.time += 41_000;
  await w.outbox.run(ANNA, { hurry: true });
  assert.equal((await w.store.all()).length, 0);
});

test("one that always fails stands in nobody's way", { skip }, async () => {
  const w = world(), bad = await w.add(), good = await w.add();
  w.send = (body) => (body.get("id") === bad.id ? fail(500, "INTERNAL")() : receipt(body));
  await w.outbox.run(ANNA);
  assert.deepEqual((await w.store.all()).map((i) => i.id), [bad.id]);
  assert.ok(w.sent.some((b) => b.get("id") === good.id));
  w.send = (body) => { if (body.get("id") === bad.id) throw new TypeError("cut"); return receipt(body); };
  await w.add();
  await w.outbox.run(ANNA, { hurry: true });
  assert.deepEqual((await w.store.all()).map((i) => i.id), [bad.id], "nor one that is always cut");
});

test("a report that is removed or mended meanwhile does not come back as it was", { skip }, async () => {
  const w = world(), item = await w.add();
  w.send = async () => { await w.store.remove(item.id); return fail(500, "INTERNAL")(); };
  await w.outbox.run(ANNA);
  assert.equal((await w.store.all()).length, 0);
});

test("without locks of the browser, one tab sends at a time; a lease ends by itself", { skip }, async () => {
  const w = world(), two = new Outbox(w.store, { fetch: () => assert.fail("both send"), now: () => w.time, locks: null });
  await w.add();
  w.send = async (body) => {
    assert.equal(await w.store.lease("samsyn-outbox", "another tab", Date.now(), 60_000), false);
    return receipt(body);
  };
  assert.equal(await w.outbox.run(ANNA), null);
  await w.store.lease("samsyn-outbox", "a tab that was closed", Date.now(), 60_000);
  await w.add();
  assert.equal(await two.run(ANNA), "busy");
  assert.equal(await w.store.lease("samsyn-outbox", "us", Date.now() + 61_000, 60_000), true);
  let ran = false;
  assert.equal(await alone("x", w.store, async () => (ran = true), { request: (name, work) => work() }), true);
  assert.equal(ran, true);
});

test("asked twice at once it sends once, and sees what came meanwhile", { skip }, async () => {
  const w = world();
  await w.add();
  let later;
  w.send = async (body) => {
    later ??= w.add().then(() => w.outbox.run(ANNA));
    return receipt(body);
  };
  await Promise.all([w.outbox.run(ANNA), w.outbox.run(ANNA)]);
  await later;
  assert.equal(w.sent.length, 2);
  assert.equal(new Set(w.sent.map((b) => b.get("id"))).size, 2);
});

test("a file holds the reports and comes back the same; what is none is refused whole", { skip }, async () => {
  const w = world(), item = await w.add({ fields: [["main", "damage"], ["text", "Två\nrader å ä ö \u{1f600}"]] });
  const text = await asText(await w.store.all()), back = fromText(text);
  const { id, url, kind, title, about, written, fields } = item;
  assert.deepEqual(back, { reports: [{ id, url, kind, title, about, written, fields }], photos: [] });
  assert.equal(text.includes(ANNA), false, "the file does not name the account");
  const whole = JSON.parse(text);
  assert.equal(fromText(JSON.stringify({ ...whole, version: 1, photos: undefined })).reports.length, 1, "of an older version");
  const change = (more) => JSON.stringify({ ...whole, reports: [{ ...whole.reports[0], ...more }] });
  for (const bad of ["", "[]", "null", "{}", JSON.stringify({ ...whole, version: 3 }), change({ id: "x" }),
    change({ url: "https://evil.example/1493/rapportera" }), change({ url: "/konto" }), change({ fields: [["a"]] }),
    change({ fields: [["a", 1]] }), change({ written: "i går" }), change({ kind: "two" }), change({ title: null })])
    assert.equal(fromText(bad), null, bad.slice(0, 80));
});

test("ids are of version 7 and sort by time", { skip }, () => {
  const ids = [1, 2 ** 31, 1_700_000_000_000, 1_800_000_000_000].map((t) => uuid7(t));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(parseInt(ids[2].replace(/-/g, "").slice(0, 12), 16), 1_700_000_000_000);
  assert.equal(new Set(Array.from({ length: 1000 }, () => uuid7())).size, 1000);
});

test("whose a token is", { skip }, () => {
  assert.equal(ownerOf(`abc.${ANNA}`), ANNA);
  for (const none of [null, undefined, "", "abc", "abc."]) assert.equal(ownerOf(none), null);
});
