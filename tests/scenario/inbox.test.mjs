// SPDX-License-Identifier: AGPL-3.0-or-later
// What the inbox offers and says: nothing chosen beforehand, nobody asked who cannot answer, one way of
// counting what waits, and a way back that leaves nothing half done.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, idLiteral } from "./database.mjs";
import { hands, hidden } from "./inbox.mjs";
import { startServer } from "./lib.mjs";

let server, coordinator, reporter, guard;
let report, one, count, inbox, act, done, undo;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  ({ coordinator, reporter, guard, report, one, count, inbox, act, done, undo } = await hands(server));
});
after(() => server?.stop());

const cardOf = async (word) => (await inbox()).text.split("<article").find((part) => part.includes(word));
const chosen = (text, name) => (text.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`, "g")) ?? [])
  .filter((input) => / checked/.test(input));

test("nothing is chosen beforehand: not why, and not what to do with several", async () => {
  const ids = [await report(reporter, { description: "förvalsord a", east: 425000 }),
    await report(reporter, { description: "förvalsord b", east: 426000 })];
  const page = await inbox();
  assert.deepEqual(chosen(page.text, "skal"), []);
  assert.deepEqual(chosen((await coordinator.get(`/1493/granska/${ids[0]}`)).text, "skal"), []);
  for (const name of ["gor", "skal", "till"])
    assert.match(new RegExp(`<select[^>]*name="${name}"[\\s\\S]*?</select>`).exec(page.text)[0],
      /<option value=""[^>]*>Välj[^<]*<\/option>/);
  const nothing = await act(page, ids, "", { flera: "1" });
  assert.equal(nothing.status, 422);
  assert.match(nothing.words, /Välj vad som ska göras/);
  assert.match(nothing.text, /href="#f-flera-gor"/, "the message leads to the field");
  assert.equal(chosen(nothing.text, "rapport").length, 2, "and those that were chosen still are");
  const why = await act(page, ids, "reject", { flera: "1", text: "Skriven två gånger" });
  assert.equal(why.status, 422);
  assert.match(why.text, /href="#f-flera-skal"/);
  assert.match(why.text, /value="reject" selected/);
  assert.match(why.text, /<textarea[^>]*id="f-flera-text"[^>]*>\s*Skriven två gånger/);
  assert.match((await act(page, [], "accept", { flera: "1" })).words, /Välj minst en rapport/);
  assert.deepEqual((await Promise.all(ids.map(one))).map((e) => e.state), ["submitted", "submitted"]);
  const all = await act(await inbox(), ids, "accept", { flera: "1" });
  assert.equal(all.status, 303);
  assert.match((await coordinator.get(all.location.pathname + all.location.search)).words, /Rapporterna är godkända\./);
});

test("one is offered to ask only where somebody can answer", async () => {
  const asked = await report(reporter, { description: "svarord" });
  assert.match(await cardOf("svarord"), /#granska-fraga/);
  const inhabitant = await cardOf("Invånare");
  assert.doesNotMatch(inhabitant, /#granska-fraga/);
  const id = /data-report="([0-9a-f-]{36})"/.exec(inhabitant)[1];
  const own = await coordinator.get(`/1493/granska/${id}`);
  assert.doesNotMatch(own.text, /id="granska-fraga"/);
  assert.match(own.words, /Det finns ingen att fråga/);
  assert.ok(own.text.includes(`/1493/otrygga-platser/${id}`), "an inhabitant is answered on the receipt");
  assert.match((await coordinator.get(`/1493/granska/${asked}`)).text, /id="granska-fraga"/);
  await done(asked, "accept");
});

const standing = (state) => execute(server.place, [`UPDATE membership SET state = '${state}' WHERE ` +
  "municipality_code = '1493' AND account_id = (SELECT id FROM account WHERE email = 'vaktare.1493@example.se')"]);

test("who no longer works here can answer nothing", async () => {
  const id = await report(guard, { description: "stängdord" });
  assert.match(await cardOf("stängdord"), /#granska-fraga/);
  await standing("suspended");
  try {
    assert.doesNotMatch(await cardOf("stängdord"), /#granska-fraga/);
    assert.doesNotMatch((await coordinator.get(`/1493/granska/${id}`)).text, /id="granska-fraga"/);
  } finally {
    await standing("active");
  }
  await done(id, "accept");
});

test("the menu, the inbox and the lists say in words how many wait, and lead to them", async () => {
  const id = await report(reporter, { description: "räkneord" });
  const page = await inbox();
  const waiting = (page.text.match(/data-report="/g) ?? []).length;
  const inhabitants = (page.text.split("<article").slice(1).filter((card) => card.includes("<dd>Invånare,"))).length;
  assert.ok(inhabitants > 0 && inhabitants < waiting);
  assert.match(page.words, new RegExp(`Granska \\(${waiting}\\)`));
  assert.match(page.words, new RegExp(`${waiting} rapporter väntar på granskning\\.`));
  assert.match(page.words, new RegExp(`${inhabitants} rapport(er)? kommer från (en )?invånare och räknas först när du har godkänt`));
  const list = await coordinator.get("/1493/handelser");
  const unread = Number(/Varav (\d+) ogranskad/.exec(list.words)[1]);
  assert.equal(unread, waiting - inhabitants, "each one stands in one of the two");
  const [href] = list.links("unreviewed=1");
  const rows = await coordinator.get(href);
  assert.match(rows.words, new RegExp(`^.*${unread} (händelse|rapport)`, "s"));
  assert.doesNotMatch(rows.words, /Varav/);
  assert.match(rows.words, /Rapporter från invånare räknas först när de är granskade/);
  assert.ok(rows.links("/1493/granska").length > 1, "a link besides the one in the menu");
  assert.equal(JSON.parse((await coordinator.get("/api/v1/1493/events?unreviewed=1")).text).count, unread);
  const found = await coordinator.get("/1493/handelser?text=r%C3%A4kneord");
  assert.match((await coordinator.get(found.links("unreviewed=1")[0])).words, /1 händelse/, "with the other filters");
  const own = await reporter.get("/1493/handelser?unreviewed=1");
  assert.match(own.words, /Händelser|händelse/);
  assert.doesNotMatch(own.words, /Rapporter från invånare/);
  await done(id, "accept");
  assert.match((await coordinator.get("/1493/handelser?text=r%C3%A4kneord&unreviewed=1")).words, /0 händelser/);
});

test("the map on a report's page shows where it was, also of one that does not count", async () => {
  const id = await report(reporter, { description: "kartord", east: 427000 });
  for (const what of ["waits", "rejected"]) {
    for (const page of [await coordinator.get(`/1493/granska/${id}`), await coordinator.get(`/1493/handelser/${id}`)]) {
      const at = /data-mark="([0-9.]+) ([0-9.]+)"/.exec(page.text);
      assert.ok(at, what);
      assert.ok(Math.abs(at[1] - 13.74) < 0.1 && Math.abs(at[2] - 58.69) < 0.1, at[0]);
    }
    const page = await coordinator.get(`/1493/granska/${id}`);
    assert.doesNotMatch(page.text, /class="key"/, "one report is no density");
    if (what === "waits") await done(id, "reject", { skal: "test" });
  }
});

test("an inhabitant's report that tells of the same thing as another is not said to count", async () => {
  const main = await report(reporter, { description: "huvudord", type: "unsafe_place" });
  const card = (await inbox()).text.split("<article").find((part) => part.includes("<dd>Invånare,"));
  const id = /data-report="([0-9a-f-]{36})"/.exec(card)[1];
  await done(id, "link", { main });
  assert.match((await coordinator.get(`/1493/otrygga-platser/${id}`)).words,
    /Räknas i lägesbilden nej, den berättar om samma sak som en annan rapport/);
  assert.equal((await undo()).status, 303);
  assert.match((await coordinator.get(`/1493/otrygga-platser/${id}`)).words, /nej, den är inte granskad än/);
  await done(main, "accept");
});

test("what is taken back leaves nothing linked to a report that does not count", async () => {
  const card = (await inbox()).text.split("<article").find((part) => part.includes("<dd>Invånare,"));
  const id = /data-report="([0-9a-f-]{36})"/.exec(card)[1];
  await done(id, "accept");
  const link = await report(reporter, { description: "hängord", type: "unsafe_place" });
  // another coordinator links to it; the first one's latest is still the acceptance
  await execute(server.place, ["UPDATE membership SET role = 'prevention_coordinator' WHERE municipality_code = " +
    "'1493' AND account_id = (SELECT id FROM account WHERE email = 'bostadschef.1493@example.se')"]);
  const second = await server.logIn("bostadschef.1493@example.se");
  assert.equal((await act(await inbox(second), link, "link", { main: id }, second)).status, 303);
  assert.equal(await count("hängord"), 0, "counted as the other");
  const kept = await undo();
  assert.equal(kept.status, 409);
  assert.match(kept.words, /Det går inte att ångra: andra rapporter är kopplade till den/);
  assert.equal((await one(id)).state, "included");
  const apart = await coordinator.get(`/1493/granska/${link}`);
  assert.equal((await act(apart, link, "unlink", { version: hidden(apart, "version") })).status, 303);
  assert.equal(await count("hängord"), 1);
});

test("a report keeps its number while others are handled", async () => {
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await report(reporter, { description: `nummerord ${i}`, east: 428000 + 400 * i }));
  const number = async (id) => new RegExp(`id="r-${id}"[\\s\\S]*?review-no">(\\d+)<`).exec((await inbox()).text)[1];
  const [first, , last] = [await number(ids[0]), 0, await number(ids[2])];
  assert.equal(Number(last), Number(first) + 2);
  await done(ids[1], "accept");
  assert.equal(await number(ids[2]), last);
  await done(ids[0], "reject", { skal: "test" });
  assert.equal(await number(ids[2]), last);
  assert.equal((await undo()).status, 303);
  assert.deepEqual([await number(ids[0]), await number(ids[2])], [first, last]);
  await done([ids[0], ids[2]], "accept");
});

test("a group of inhabitants' reports is linked in one press, and its main report counts", async () => {
  const ids = [];
  for (let i = 0; i < 2; i++) ids.push(await report(reporter, { type: "unsafe_place", description: `lyktord ${i}`, east: 446000 + i }));
  await execute(server.place, ids.map((id) => `UPDATE event SET source = 'citizen', created_by = NULL WHERE ` +
    `municipality_code = '1493' AND id = ${idLiteral(id)}`));
  const page = await inbox();
  const form = page.text.split('<div class="review-group').find((part) => part.includes("lyktord 0"));
  assert.ok(form.includes("lyktord 1"), "they stand together");
  assert.match(form, /Godkänn och koppla ihop gruppen/);
  assert.match(form, /value="link" data-key="s" form="grupp-\d+">Godkänn och koppla hit de andra/);
  await done(ids, "link", { main: ids[0] });
  assert.deepEqual((await Promise.all(ids.map(one))).map((e) => e.state), ["included", "included"]);
  assert.equal(await count("lyktord"), 1);
  assert.equal((await undo()).status, 303);
  assert.deepEqual((await Promise.all(ids.map(one))).map((e) => e.state), ["submitted", "submitted"]);
  await done(ids, "link", { main: ids[1] });
});

test("the way back leads to the report, and its history says what was done", async () => {
  const id = await report(reporter, { description: "Tofsvipan ropade, tillbakaord" });
  await done(id, "accept");
  const back = await undo();
  assert.equal(back.location.hash, `#r-${id}`);
  const own = await coordinator.get(`/1493/granska/${id}`);
  await act(own, id, "strike", { stryk: "Tofsvipan", saker: "1", version: hidden(own, "version") });
  const history = (await coordinator.get(`/1493/handelser/${id}`)).words;
  assert.match(history, /Ord togs bort för gott/);
  await done(id, "accept");
});
