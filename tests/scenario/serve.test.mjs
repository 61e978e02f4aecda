// SPDX-License-Identifier: AGPL-3.0-or-later
// The server as a stranger meets it: start and stop, health, headers, requests that are not right.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { cookieLines } from "./client.mjs";
import { newInstallation, samsyn, samsynOk, startServer } from "./lib.mjs";

let server;
before(async () => {
  server = await startServer({ municipalities: ["1493"] });
});
after(() => server?.stop());

test("cookies are told apart where Node gives them as one line", () => {
  const lines = ["a=1; Path=/; HttpOnly", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0"];
  const old = { get: (name) => (name === "set-cookie" ? lines.join(", ") : null) };
  assert.deepEqual(cookieLines(old), lines);
  assert.deepEqual(cookieLines({ get: () => null }), []);
  assert.deepEqual(cookieLines({ getSetCookie: () => lines }), lines);
});

const status = (answer) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test("health and metrics answer", async () => {
  const c = server.client();
  assert.equal((await c.get("/health")).status, 200);
  const metrics = await c.get("/metrics");
  assert.equal(metrics.status, 200);
  assert.match(metrics.text, /^samsyn_\w+( |\{)/m);
});

test("a page that does not exist is 404, in Swedish and with the house's headers", async () => {
  const page = await server.client().get("/finns/inte");
  assert.equal(page.status, 404);
  assert.match(page.words, /finns inte/);
  const policy = page.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'|default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe-(inline|eval)/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  assert.match(page.headers.get("referrer-policy"), /no-referrer|same-origin/);
});

const host = "Host: a.example\r\n";
const odd = {
  "two Host headers": `GET / HTTP/1.1\r\n${host}${host}\r\n`,
  "no Host header": "GET / HTTP/1.1\r\n\r\n",
  "two Content-Lengths": `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`,
  "a Content-Length with chunks":
    `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "a Content-Length that is no number": `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
};
for (const [name, bytes] of Object.entries(odd))
  test(`${name}: 400, and the connection is closed`, async () => {
    assert.equal(status(await server.raw(bytes)), 400);
  });

test("TRACE and unknown methods are not answered with success", async () => {
  for (const method of ["TRACE", "CONNECT", "FLYG"]) {
    const answer = await server.raw(`${method} / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    assert.ok([400, 405, 501].includes(status(answer)), `${method}: ${answer.slice(0, 80)}`);
  }
});

test("a header without end is refused", async () => {
  const answer = await server.raw(
    `GET / HTTP/1.1\r\n${host}X: ${"a".repeat(80_000)}\r\nConnection: close\r\n\r\n`);
  assert.ok([400, 413, 414, 431].includes(status(answer)), answer.slice(0, 80));
});

test("a server that is told to stop ends well and says so", async () => {
  const other = await startServer();
  assert.equal((await other.client().get("/health")).status, 200);
  const { code, by } = await other.stop();
  assert.deepEqual({ code, by }, { code: 0, by: null });
  assert.match(other.log, /"what":"stopped"/);
});

test("a taken port is a sentence with the way out, and exit code 1", async () => {
  const place = await newInstallation();
  try {
    await samsynOk(["init", ...place.args]);
    const done = await samsyn(["serve", ...place.args, "--listen", `127.0.0.1:${server.port}`]);
    assert.equal(done.code, 1);
    assert.match(done.err, /--listen/);
  } finally {
    await place.remove();
  }
});
