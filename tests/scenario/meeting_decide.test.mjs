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

test("an action decided in a meeting begins the day after, and what it is compared with is chosen until then", async () => {
  const { page, id, href } = await decide("Bättre belysning");
  assert.match(page.words, /Plats: inom 200 m från Exempelparken · .* · Börjar \d+ \S+ \d{4} · Klart senast 1 mars 2036/);
  assert.ok(page.links(href).includes(href));
  const [plan] = page.links(`${href}/plan`);
  assert.ok(plan, page.words);
  const one = await coordinator.get(href);
  assert.doesNotMatch(one.words, /när åtgärden redan hade börjat/);
  assert.match(one.words, /Programmets förslag/);
  const form = await coordinator.get(plan);
  assert.match(form.words, new RegExp("Resten av kommunen"));
  await coordinator.submitOk(form, "/plan", { comparison: "rest" });
  const [row] = await select(server.place,
    `SELECT comparison, proposed, late, locked_at FROM action_plan WHERE action_id = (SELECT id FROM action
     WHERE title = 'Bättre belysning')`);
  assert.deepEqual({ ...row, late: Number(row.late), proposed: Number(row.proposed) },
    { comparison: "rest", proposed: 0, late: 0, locked_at: null });
  // a plan that somebody has made is not taken away unseen
  const kept = await takesBack(await item("actions"), id)();
  assert.equal(kept.status, 422);
  assert.match(kept.words, /Någon har ändrat åtgärden/);
  assert.equal(await count("SELECT count(*) AS n FROM action WHERE title = 'Bättre belysning'"), 1);
  assert.match((await item("actions")).words, /Bättre belysning/);
});

test("a wrong decision is taken back while the meeting is open, once, with all that came of it", async () => {
  const { page, id, href } = await decide("Fel åtgärd");
  const editing = await second.get(`${href}/redigera`);
  const audited = () => count("SELECT count(*) AS n FROM audit WHERE action = 'meeting.undecide'");
  const press = takesBack(page, id);
  const first = await press();
  assert.equal(first.status, 303, first.words);
  const shown = await coordinator.get(first.location.href);
  assert.match(shown.words, /Beslutet är tillbakataget, och åtgärden är borttagen/);
  assert.doesNotMatch(shown.words, /Fel åtgärd/);
  assert.equal((await coordinator.get(href)).status, 404);
  assert.doesNotMatch((await coordinator.get(`${at}/protokoll`)).words, /Fel åtgärd/);
  for (const table of ["action_plan", "action_history"])
    assert.equal(await count(`SELECT count(*) AS n FROM ${table} t
      WHERE NOT EXISTS (SELECT 1 FROM action a WHERE a.id = t.action_id)`), 0, table);
  const again = await press();
  assert.equal(again.status, 303);
  assert.equal(await audited(), 1);
  // who was editing it is told, and keeps the words
  const late = await second.submit(editing, "/redigera", { title: "Det här ändrade jag" });
  assert.equal(late.status, 404);
  assert.match(late.text, /Det här ändrade jag/);
});

test("a decision that somebody has changed since is not taken back, and says so", async () => {
  const { page, id, href } = await decide("Ändrad åtgärd");
  await second.submitOk(await second.get(`${href}/redigera`), "/redigera", { title: "Ändrad av en kollega" });
  const kept = await takesBack(page, id)();
  assert.equal(kept.status, 422);
  assert.match(kept.words, /Någon har ändrat åtgärden eller använt den sedan den beslutades/);
  assert.match(kept.words, /Ändrad av en kollega/);
  assert.equal((await coordinator.get(href)).status, 200);
});

test("a place that is not on the map is kept by its name when its area is said, as a place in focus is", async () => {
  const area = (await item("levels")).form("/nivaer").fields.get("area");
  const line = { problem: "Klotter på bakgården", place: "Bakgården vid kvarnen", organisation: owner, ...last };
  const page = await item("actions");
  assert.match(page.words, /Runt en gata eller plats räknas 200 meter/);
  const asks = await coordinator.submit(page, "/beslut", { ...line, measure: "Bättre belysning där" });
  assert.equal(asks.status, 422);
  assert.match(asks.words, /”Bakgården vid kvarnen” finns inte på kartan\./);
  assert.doesNotMatch(asks.words, /i Inställningar/);
  assert.equal(asks.forms.find((f) => f.action.endsWith("/beslut")).fields.get("within"), "");
  const done = await coordinator.submitOk(asks, "/beslut", { within: area });
  assert.match(done.words, /Plats: Bakgården vid kvarnen \([^)]+\) · Åtgärd: Bättre belysning där/);
  // the action's own form takes it as it stands
  const [{ id }] = await select(server.place, "SELECT id FROM action WHERE title = 'Bättre belysning där'");
  const edit = `/1493/atgarder/${idText(id)}/redigera`;
  const changed = await coordinator.submitOk(await coordinator.get(edit), "/redigera", { title: "Ny lampa där" });
  assert.match(changed.words, /Bakgården vid kvarnen \(/);
  // a person is not a place
  const person = await coordinator.submit(await item("actions"), "/beslut",
    { ...line, measure: "Något", place: "Anna Svensson 070-174 06 05" });
  assert.equal(person.status, 422);
  const guarded = await coordinator.submit(person, "/beslut", { within: area });
  assert.equal(guarded.status, 422);
  // a place in focus that lies in an area is asked no more about
  await coordinator.submitOk(await item("focus"), "/fokus",
    { name: "Kvarnbacken", area, need: "3", influence: "2", why: "Mest händer här" });
  const focus = await coordinator.submitOk(await item("actions"), "/beslut",
    { ...line, measure: "Bättre belysning på backen", place: "kvarnbacken" });
  assert.match(focus.words, /Plats: kvarnbacken \([^)]+\) · Åtgärd: Bättre belysning på backen/);
});

test("the level of an area is suggested with the counts that it rests on, as on the start page", async () => {
  const page = await item("levels");
  const now = await coordinator.get(/<a href="([^"]*\/nu\?period=[^"]*)"/.exec((await item("changes")).text)[1]);
  const counts = (text) => [...text.matchAll(/data-label="Händelser">(.*?)<\/td>/g)]
    .map(([, cell]) => cell.replaceAll(/<span class="sr">.*?<\/span>/g, "").replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ").trim());
  const shown = counts(page.text);
  assert.ok(shown.some((cell) => /^\d+ mot/.test(cell)), page.words);
  assert.deepEqual(shown.sort(), counts(now.text).sort());
});

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
