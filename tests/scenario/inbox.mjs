// SPDX-License-Identifier: AGPL-3.0-or-later
// Who sends reports and who reviews them, on a server with the exercise: used by the tests of the inbox.

import assert from "node:assert/strict";

export const hours = (n) => new Date(Date.now() - n * 3600_000).toISOString();
export const hidden = (page, name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.text)?.[1];

/** The people, logged in, and what they do. */
export async function hands(server) {
  const coordinator = await server.logIn("samordnare@example.se");
  const reporter = await server.logIn("bovard.1493@example.se");
  const guard = await server.logIn("vaktare.1493@example.se");

  /** A report by the interface for programs: the id of it. */
  async function report(client, more = {}) {
    const body = JSON.stringify({ type: "damage.graffiti", occurred_from: hours(3), precision: "point",
      east: 431800, north: 6507010, description: "Klotter", ...more });
    client.csrf ??= (await client.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
    const answer = await client.send("POST", "/api/v1/1493/events", { body,
      headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": client.csrf } });
    assert.equal(answer.status, 201, answer.text);
    return JSON.parse(answer.text).id;
  }

  const one = async (id) =>
    JSON.parse((await coordinator.get(`/api/v1/1493/events/${id}`)).text);
  const count = async (word, client = coordinator) =>
    JSON.parse((await client.get(`/api/v1/1493/events?text=${encodeURIComponent(word)}`)).text).count;
  const inbox = (client = coordinator) => client.get("/1493/granska");

  /** Sends an action from a page that was drawn before. */
  function act(page, ids, what, more = {}, client = coordinator) {
    const fields = new URLSearchParams({ csrf: hidden(page, "csrf"), gor: what, ...more });
    for (const id of [ids].flat()) fields.append("rapport", id);
    if (!more.version) fields.set("sedd", hidden(page, "sedd"));
    return client.post("/1493/granska", fields);
  }

  async function done(ids, what, more) {
    const answer = await act(await inbox(), ids, what, more);
    assert.equal(answer.status, 303, answer.words);
  }

  async function undo() {
    const page = await inbox();
    return coordinator.post("/1493/granska/angra",
      { csrf: hidden(page, "csrf"), omgang: hidden(page, "omgang") });
  }

  return { coordinator, reporter, guard, report, one, count, inbox, act, done, undo };
}
