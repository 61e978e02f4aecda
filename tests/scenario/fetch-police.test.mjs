// SPDX-License-Identifier: AGPL-3.0-or-later
// samsyn fetch-police against a server of our own: the rules of the source over processes.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import test, { after, before } from "node:test";
import { newInstallation, samsyn, samsynOk } from "./lib.mjs";

const notice = JSON.stringify([{
  id: 1, datetime: "2025-03-27 6:09:30 +01:00", name: "27 mars 05.10, Brand, Mariestad",
  summary: "Rök.", url: "/h/1/", type: "Brand", location: { name: "Mariestad", gps: "58,13" },
}]);

let feed, url, calls = [], reply;
before(async () => {
  feed = http.createServer((request, response) => {
    calls.push(request);
    reply(request, response);
  });
  feed.listen(0, "127.0.0.1");
  await once(feed, "listening");
  url = `http://127.0.0.1:${feed.address().port}/api/events`;
});
after(() => feed?.close());

async function installation(t) {
  const place = await newInstallation();
  t.after(() => place.remove());
  await samsynOk(["init", ...place.args]);
  calls = [];
  return (...more) => samsyn(["fetch-police", ...place.args, "--url", url, ...more]);
}

test("an answer is imported; a second call within ten seconds is not made", async (t) => {
  const run = await installation(t);
  reply = (_, response) => response.setHeader("ETag", '"a"').end(notice);
  const first = await run();
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /1 rad läst: 1 nya/);
  assert.match(calls[0].headers["user-agent"], /^Samsyn\/\d/);
  const second = await run();
  assert.equal(second.code, 0);
  assert.match(second.out, /För tidigt/);
  assert.equal(calls.length, 1);
});

test("404 stops until an operator resets", async (t) => {
  const run = await installation(t);
  reply = (_, response) => response.writeHead(404).end();
  assert.equal((await run()).code, 1);
  const stopped = await run();
  assert.equal(stopped.code, 1);
  assert.match(stopped.err, /--reset/);
  assert.equal(calls.length, 1);
});

test("429 is obeyed", async (t) => {
  const run = await installation(t);
  reply = (_, response) => response.writeHead(429, { "Retry-After": "7200" }).end();
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.err, /429/);
  assert.match(refused.err, /får göras (i dag|i morgon) \d\d\.\d\d/);
  const soon = await run();
  assert.match(soon.out, /För tidigt/);
  assert.equal(calls.length, 1);
});

test("no answer at all is told in words", async (t) => {
  const place = await newInstallation();
  t.after(() => place.remove());
  await samsynOk(["init", ...place.args]);
  const silent = await samsyn(["fetch-police", ...place.args, "--url", "http://127.0.0.1:9/"]);
  assert.equal(silent.code, 1);
  assert.match(silent.err, /Polisens server svarade inte/);
  assert.doesNotMatch(silent.err, /svar 0/);
});

test("an empty answer is no fault", async (t) => {
  const run = await installation(t);
  reply = (_, response) => response.end();
  const empty = await run();
  assert.equal(empty.code, 0, empty.err);
  assert.match(empty.out, /Det finns inget i filen/);
});

test("what is no address is refused", async (t) => {
  const place = await newInstallation();
  t.after(() => place.remove());
  await samsynOk(["init", ...place.args]);
  const wrong = await samsyn(["fetch-police", ...place.args, "--url", "file:///etc/passwd"]);
  assert.equal(wrong.code, 2);
});
