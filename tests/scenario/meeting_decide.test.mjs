// SPDX-License-Identifier: AGPL-3.0-or-later
// What a meeting decides: an action whose plan is open until it begins, and that can be taken back; and every
// form of the meeting that comes back after a log-in with what was typed in it.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "./client.mjs";
import { select } from "./database.mjs";
import { newInstallation, startServer } from "./lib.mjs";
import { idText } from "./objects.mjs";

let place, server, coordinator, second, at, owner;

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  second = await server.logIn("samordnare@example.se");
  [at] = (await coordinator.get("/1493/mote")).links("/1493/mote/");
  await coordinator.submitOk(await coordinator.get(at), "/oppna", {});
  owner = /<option value="([0-9a-f-]{36})">/.exec((await item("actions")).text)[1];
}, { timeout: 240_000 });
after(async () => {
  await server?.stop();
  await place?.remove();
});

const item = (code, client = coordinator) => client.get(`${at}?item=${code}`);
const count = async (query) => Number((await select(server.place, query))[0].n);
const last = { "last-day": "1", "last-month": "3", "last-year": "2036" };

/** Decides an action in one line: the page after it, and the action's address. */
async function decide(measure) {
  const page = await coordinator.submitOk(await item("actions"), "/beslut",
    { problem: "Klotter i parken", place: "Exempelparken", measure, organisation: owner, ...last });
  const [{ id }] = await select(server.place, `SELECT id FROM action WHERE title = '${measure}'`);
  return { page, id: idText(id), href: `/1493/atgarder/${idText(id)}` };
}
const takesBack = (page, id) => {
  const form = page.forms.find((f) => f.fields.get("action") === id);
  assert.ok(form, page.words);
  return () => coordinator.post(form.action, Object.fromEntries(form.fields));
};

test("every form of the meeting comes back after a log-in with what was typed in it", async () => {
  const area = (await item("levels")).form("/nivaer").fields.get("area");
  const forms = {
    "/anteckning": ["changes", { words: "Halvskriven anteckning\nmed två rader" }],
    "/gaster": ["attendance", { guest: "Räddningstjänsten", people: "3", remove: null }],
    "/nivaer": ["levels", { area, level: "2", reason: "Fler på kvällarna" }],
    "/fokus": ["focus", { name: "Parken", need: "3", influence: "2", why: "Mest händer här", remove: null }],
    "/beslut": ["actions", { problem: "Det är stökigt", place: "Exempelparken", measure: "Vi gör något",
      organisation: owner, ...last }],
    "/beratta": ["tell", { audience: "public", say: "Lampan lagas", message: null, told: null, remove: null }],
    "/nasta": ["next", { "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.30" }],
  };
  for (const [part, [code, typed]] of Object.entries(forms)) {
    const client = await server.logIn("samordnare@example.se");
    const page = await item(code, client);
    client.cookies.delete("samsyn");
    const asks = await client.submit(page, part, typed);
    assert.equal(asks.status, 401, part);
    const back = await client.submit(asks, "/logga-in", { email: "samordnare@example.se", password: PASSWORD });
    assert.equal(back.status, 200, `${part}: ${back.words}`);
    assert.match(back.words, /Du är inloggad igen\. Inget är skickat än/, part);
    const form = back.forms.findLast((f) => f.action.endsWith(part) && !f.fields.get("remove"));
    for (const [name, value] of Object.entries(typed).filter(([, value]) => value !== null))
      assert.equal(form.fields.get(name)?.replace(/\r\n/g, "\n"), value, `${part} ${name}`);
    assert.equal((await client.get(form.action)).url, `${server.url}${at}${part === "/anteckning" ? "" : `?item=${code}`}`);
    const sent = await client.post(form.action, Object.fromEntries(form.fields));
    if (part === "/beslut") assert.match(sent.words, /Det framgår inte av problemet/);
    else assert.equal(sent.status, 303, `${part}: ${sent.words}`);
  }
});

test("what somebody else wrote meanwhile is not written over by a form that came back", async () => {
  const page = await item("levels");
  const client = await server.logIn("samordnare@example.se");
  const mine = await item("levels", client);
  const { area } = Object.fromEntries(page.form("/nivaer").fields);
  client.cookies.delete("samsyn");
  const asks = await client.submit(mine, "/nivaer", { area, level: "2", reason: "Som jag ser det" });
  await coordinator.submitOk(page, "/nivaer", { area, level: "3", reason: "Kollegans skäl" });
  const back = await client.submit(asks, "/logga-in", { email: "samordnare@example.se", password: PASSWORD });
  const sent = await client.submit(back, "/nivaer", {});
  assert.equal(sent.status, 422);
  assert.match(sent.words, /Kollegans skäl/);
  // a note that came back says nothing of the level's version
  await coordinator.submitOk(await item("levels"), "/anteckning", { words: "Först" });
  const note = await item("levels", client);
  client.cookies.delete("samsyn");
  const noted = await client.submit(await client.submit(note, "/anteckning", { words: "Sedan" }), "/logga-in",
    { email: "samordnare@example.se", password: PASSWORD });
  assert.equal(noted.form("/anteckning").fields.get("version"), "1");
  assert.equal(noted.form("/nivaer").fields.get("version"), note.form("/nivaer").fields.get("version"));
  assert.match(sent.text, />\s*Som jag ser det<\/textarea>/);
});
