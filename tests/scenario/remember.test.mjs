// SPDX-License-Identifier: AGPL-3.0-or-later
// A caretaker's own phone stays logged in for 30 days when it was asked for; a coordinator's never does.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD, cookieLines } from "./client.mjs";
import { startServer } from "./lib.mjs";

let server;

before(async () => {
  server = await startServer({ exercise: 1, municipalities: ["1493"], args: ["--no-limits"] });
});
after(() => server?.stop());

/** How long the browser keeps the session: seconds, or null for as long as its window is open. */
async function life(email, fields) {
  const client = server.client();
  const answer = await client.submit(await client.get("/logga-in"), "/logga-in", { email, password: PASSWORD, ...fields });
  assert.equal(answer.status, 303);
  const cookie = cookieLines(answer.headers).find((c) => /^(__Host-)?samsyn=[^;]/.test(c));
  return /; Max-Age=(\d+)/.exec(cookie)?.[1] ?? null;
}

test("the device is remembered for who only reports, and asks for it", async () => {
  assert.equal(await life("bovard.1493@example.se", {}), null);
  assert.equal(await life("bovard.1493@example.se", { remember: "1" }), String(30 * 86_400));
  for (const email of ["samordnare@example.se", "kommunpolis.1493@example.se", "politiker.1493@example.se"])
    assert.equal(await life(email, { remember: "1" }), null, email);
});

test("the choice is not lost with a wrong password", async () => {
  const client = server.client();
  const form = await client.get("/logga-in");
  const back = await client.submit(form, "/logga-in", { email: "bovard.1493@example.se", password: "fel", remember: "1" });
  assert.match(back.text, /name="remember" value="1" checked/);
  assert.doesNotMatch(form.text, /name="remember" value="1" checked/);
});
