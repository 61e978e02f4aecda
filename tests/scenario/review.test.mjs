// SPDX-License-Identifier: AGPL-3.0-or-later
// Review, without script: what comes in waits, what counts and when, every action, two coordinators at
// once, the way back, and words that are gone for good.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test, { after, before } from "node:test";
import { select } from "./database.mjs";
import { hands, hidden, hours } from "./inbox.mjs";
import { engine, startServer } from "./lib.mjs";
import { idText } from "./objects.mjs";
import { plain, telephone } from "./photos.mjs";

let server, coordinator, reporter, guard, member, police;
let report, one, count, inbox, act, done, undo;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  ({ coordinator, reporter, guard, report, one, count, inbox, act, done, undo } = await hands(server));
  member = await server.logIn("bostadschef.1493@example.se");
  police = await server.logIn("kommunpolis.1493@example.se");
});
after(() => server?.stop());

test("a report waits, counts at once for staff, and the page says how many nobody has read", async () => {
  const id = await report(reporter, { description: "väntord ett" });
  assert.equal((await one(id)).state, "submitted");
  assert.equal(await count("väntord"), 1);
  const list = await coordinator.get("/1493/handelser?text=v%C3%A4ntord");
  assert.match(list.words, /Varav 1 ogranskad\./);
  assert.match((await inbox()).words, /väntord ett/);
  assert.match((await coordinator.get("/1493/handelser")).words, /Granska \(\d+\)/);
  const own = await report(coordinator, { description: "väntord två" });
  assert.equal((await one(own)).state, "included", "a coordinator's own needs no look");
  await done(id, "accept");
  assert.equal((await one(id)).state, "included");
  assert.doesNotMatch((await coordinator.get("/1493/handelser?text=v%C3%A4ntord")).words, /Varav \d+ ogranskad/);
});

test("that nothing has happened is nothing to review", async () => {
  const form = await reporter.get("/1493/rapportera/inget");
  const answer = await reporter.submit(form, "/rapportera/inget", { span: "today" });
  const id = /kvitto\/([0-9a-f-]{36})/.exec(answer.location.href)[1];
  assert.equal((await one(id)).state, "included");
});

test("a rejected report does not count, says why, and comes back when that is undone", async () => {
  const id = await report(reporter, { description: "avslagsord" });
  const page = await inbox();
  const without = await act(page, id, "reject");
  assert.equal(without.status, 422);
  assert.match(without.words, /Välj varför rapporten avslås/);
  await done(id, "reject", { skal: "unclear", text: "Platsen saknas" });
  assert.equal((await one(id)).state, "rejected");
  assert.equal(await count("avslagsord"), 0);
  const own = await coordinator.get(`/1493/granska/${id}`);
  assert.match(own.words, /Avslagen: Går inte att förstå\. Platsen saknas/);
  assert.equal((await undo()).status, 303);
  assert.equal((await one(id)).state, "submitted");
  assert.equal(await count("avslagsord"), 1);
  assert.match((await coordinator.get(`/1493/granska/${id}`)).words, /\(ångrat\)/);
  await done(id, "accept");
});

test("reports near each other stand together; linked ones are kept, shown and counted once", async () => {
  const first = await report(reporter, { description: "kopplord a", east: 433000 });
  const second = await report(guard, { description: "kopplord b", east: 433050, occurred_from: hours(30) });
  const far = await report(guard, { description: "kopplord c", east: 433400 });
  const page = await inbox();
  const groups = page.text.split(/<div class="review-group[ "]/).filter((part) => part.includes("kopplord"));
  assert.equal(groups.length, 2, "100 m for graffiti");
  assert.ok(groups[0].includes("kopplord a") && groups[0].includes("kopplord b"));
  assert.equal(await count("kopplord"), 3);
  await done(second, "link", { main: first });
  assert.equal(await count("kopplord"), 2);
  const linked = await coordinator.get(`/1493/handelser/${second}`);
  assert.match(linked.words, /kopplord b/, "the old id keeps resolving");
  assert.ok(linked.text.includes(`/1493/handelser/${first}`), "and leads to the main one");
  assert.ok((await coordinator.get(`/1493/handelser/${first}`)).text.includes(`/1493/handelser/${second}`));
  const own = await coordinator.get(`/1493/granska/${first}`);
  const refused = await act(own, first, "reject", { skal: "test", version: hidden(own, "version") });
  assert.equal(refused.status, 409);
  assert.match(refused.words, /Andra rapporter är kopplade/);
  // the main one becomes the same as another: it takes those along
  await done(first, "link", { main: far });
  assert.equal(await count("kopplord"), 1);
  assert.ok((await coordinator.get(`/1493/handelser/${second}`)).text.includes(`/1493/handelser/${far}`));
  assert.equal((await undo()).status, 303);
  assert.equal(await count("kopplord"), 2);
  assert.ok((await coordinator.get(`/1493/handelser/${second}`)).text.includes(`/1493/handelser/${first}`));
  const apart = await coordinator.get(`/1493/granska/${second}`);
  assert.equal((await act(apart, second, "unlink", { version: hidden(apart, "version") })).status, 303);
  assert.equal(await count("kopplord"), 3);
  await done([first, far], "accept");
});

test("what nobody has looked at is not published, and the coordinator is told", async () => {
  const old = new Date(Date.now() - 40 * 86400_000);
  const month = old.toISOString().slice(0, 7);
  const last = new Date(Date.UTC(old.getUTCFullYear(), old.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
  const address = `/1493/laget/publicera?from=${month}-01&to=${last}`;
  const numbers = (page) => page.text.slice(page.text.indexOf("<article")).replace(/<[^>]+>/g, " ");
  const before = await coordinator.get(address);
  assert.equal(before.status, 200);
  const ids = [];
  for (let i = 0; i < 12; i++)
    ids.push(await report(reporter, { occurred_from: `${month}-10T12:00:00Z`, description: "publicord" }));
  const waiting = await coordinator.get(address);
  assert.match(waiting.words, /12 rapporter från perioden är inte granskade/);
  assert.ok(waiting.text.includes("/1493/granska"));
  assert.equal(numbers(waiting), numbers(before), "nothing of them shows");
  const picture = await coordinator.get(`/1493/laget?from=${month}-01&to=${last}`);
  assert.match(picture.words, /Varav 12 ogranskade/);
  assert.match((await coordinator.get(picture.links("unreviewed=1")[0])).words, /12 händelser/);
  await done(ids, "accept");
  const reviewed = await coordinator.get(address);
  assert.doesNotMatch(reviewed.words, /inte granskade/);
  assert.notEqual(numbers(reviewed), numbers(before));
});

test("two coordinators: what the one has done is told to the other, and nothing is done twice", async () => {
  const other = await server.logIn("samordnare@example.se");
  const id = await report(reporter, { description: "tvåord" });
  const mine = await inbox(), theirs = await inbox(other);
  assert.equal((await act(mine, id, "accept")).status, 303);
  const late = await act(theirs, id, "reject", { skal: "test" }, other);
  assert.equal(late.status, 409);
  assert.match(late.words, /Redan hanterad: Godkänd, .+ Inget mer har gjorts/);
  assert.equal((await one(id)).state, "included");
  const twice = await act(mine, id, "accept");
  assert.equal(twice.status, 409);
  // a text that was changed meanwhile is read again before anything is done
  const edited = await report(reporter, { description: "tvåord igen" });
  const before = await inbox();
  const form = await other.get(`/1493/handelser/${edited}/redigera`);
  await other.submitOk(form, "/redigera", { text: "tvåord ändrat" });
  const stale = await act(before, edited, "accept");
  assert.equal(stale.status, 409);
  assert.match(stale.words, /har ändrats sedan du öppnade sidan/);
  assert.equal((await one(edited)).state, "submitted");
  await done(edited, "accept");
  // at the very same moment
  const race = await report(reporter, { description: "tvåord samtidigt" });
  const page = await inbox(), page2 = await inbox(other);
  const both = await Promise.all([act(page, race, "accept"),
    act(page2, race, "reject", { skal: "test" }, other)]);
  assert.deepEqual(both.map((a) => a.status).sort(), [303, 409]);
  const own = await coordinator.get(`/1493/granska/${race}`);
  assert.equal((own.words.match(/Godkänd|Avslagen:/g) ?? []).length, 1);
});

test("several at once: what can be done is done, what cannot is said", async () => {
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await report(reporter, { description: `flerord ${i}`, type: "other" }));
  const page = await inbox();
  await act(page, ids[0], "accept");
  const answer = await act(page, ids, "reject", { skal: "test" });
  assert.equal(answer.status, 409);
  assert.equal((answer.words.match(/Redan hanterad/g) ?? []).length, 1);
  assert.deepEqual((await Promise.all(ids.map(one))).map((e) => e.state),
    ["included", "rejected", "rejected", "rejected", "rejected"]);
  assert.equal((await undo()).status, 303);
  assert.equal((await one(ids[4])).state, "submitted");
  await done(ids.slice(1), "accept");
});

test("a question reaches who reported, and the answer comes back", async () => {
  const id = await report(reporter, { description: "frågord" });
  const none = await report(coordinator, { description: "frågord egen" });
  const own = await coordinator.get(`/1493/granska/${none}`);
  const nobody = await act(own, none, "ask", { text: "Vem?", version: hidden(own, "version") });
  assert.match(nobody.words, /ingen att fråga/);
  const person = await act(await inbox(), id, "ask", { text: "Var det Anna Andersson på 070-123 45 67?" });
  assert.equal(person.status, 422, "questions are guarded like every text");
  assert.doesNotMatch((await reporter.get("/1493/rapportera")).words, /Till dig/);
  await done(id, "ask", { text: "Vilken sida av huset?" });
  assert.match((await inbox()).words, /Väntar på svar/);
  assert.match((await reporter.get("/1493/rapportera")).words, /Till dig \(1\)/);
  const mine = await reporter.get("/1493/till-dig");
  assert.match(mine.words, /Vilken sida av huset\?/);
  assert.doesNotMatch((await guard.get("/1493/till-dig")).words, /Vilken sida/);
  const question = /till-dig\/([0-9a-f-]{36})\/svar/.exec(mine.text)[1];
  const foreign = await guard.get("/1493/till-dig");
  assert.equal((await guard.post(`/1493/till-dig/${question}/svar`,
    { csrf: hidden(foreign, "csrf"), text: "Jag vet" })).status, 404, "only who was asked answers");
  const named = await reporter.submit(mine, "/svar", { text: "Fråga 070-123 45 67" });
  assert.equal(named.status, 422);
  await reporter.submitOk(mine, "/svar", { text: "Mot gården" });
  await reporter.submitOk(mine, "/svar", { text: "Mot gården" }); // pressed twice
  assert.equal((await reporter.submit(mine, "/svar", { text: "Mot gatan" })).status, 409, "no other answer");
  assert.match((await inbox()).words, /Svar .+: Mot gården/);
  const late = await undo();
  assert.equal(late.status, 409, "an answered question is not taken back");
  await done(id, "accept");
});

/** Posts one form of the report's own page as often as it is asked to, and then with other words. */
async function sentTwice(id, gor, words, other) {
  const page = await coordinator.get(`/1493/granska/${id}`);
  const fields = { csrf: hidden(page, "csrf"), rapport: id, version: hidden(page, "version"), gor };
  const answers = [];
  for (const more of [words, words, { ...words, ...other }])
    answers.push(await coordinator.post("/1493/granska", { ...fields, ...more }));
  return answers.map((a) => a.status);
}
const rows = async (table, id) => Number((await select(server.place,
  `SELECT count(*) AS n FROM ${table} WHERE event_id = ${engine === "postgres" ? `'${id}'`
    : `x'${id.replaceAll("-", "")}'`}`))[0].n);

test("a question and what is sent on are written once, however often the form is sent", async () => {
  const id = await report(reporter, { description: "dubbelord" });
  assert.deepEqual(await sentTwice(id, "ask", { text: "Vilken port?" }, { text: "Vilken trappa?" }), [303, 303, 303]);
  assert.equal(await rows("review_question", id), 2);
  const asked = await act(await inbox(), id, "ask", { text: "Vilken trappa?", svar: "json" });
  assert.deepEqual(asked.json().done, [id], "so it is for the page's script");
  assert.equal(asked.json().batch, null, "and there is nothing to take back");
  assert.equal(await rows("review_question", id), 2);
  await done(id, "accept");
  const to = /value="([0-9a-f-]{36})">Exempelbostäder/.exec(
    (await coordinator.get(`/1493/granska/${id}`)).text)[1];
  assert.deepEqual(await sentTwice(id, "forward", { till: to }, { text: "Ni har nyckeln" }), [303, 303, 303]);
  assert.equal(await rows("review_forward", id), 2);
  const waiting = await report(guard, { description: "dubbelord väntar" });
  const [first, second] = await sentTwice(waiting, "forward", { till: to }, { text: "En gång till" });
  assert.deepEqual([first, second], [303, 303], "the first press accepted it: the second is not told off");
  assert.equal(await rows("review_forward", waiting), 1);
});

test("a report that is sent on is read there, and only there", async () => {
  const id = await report(guard, { description: "vidareord" });
  const page = await inbox();
  const option = page.text.match(/<select[^>]*name="till"[\s\S]*?<\/select>/)[0];
  const to = /value="([0-9a-f-]{36})">Exempelbostäder/.exec(option)[1];
  const [strange] = await select(server.place,
    "SELECT id FROM organisation WHERE municipality_code = '1473' ORDER BY id LIMIT 1");
  const uuid = idText(strange.id);
  for (const none of [randomUUID(), uuid])
    assert.match((await act(page, id, "forward", { till: none })).words, /Välj en organisation i kommunen/);
  await done(id, "forward", { till: to, text: "Kan ni sanera?" });
  assert.equal((await one(id)).state, "included", "it counts");
  const there = await reporter.get("/1493/till-dig");
  assert.match(there.words, /Kan ni sanera\?.*vidareord/);
  assert.equal((await reporter.get(`/1493/handelser/${id}`)).status, 404, "the wall of organisations stands");
  const disk = await server.logIn("disk.1493@example.se");
  assert.doesNotMatch((await disk.get("/1493/till-dig")).words, /vidareord/);
  await reporter.submitOk(there, "/mottaget");
  await reporter.submitOk(there, "/mottaget"); // pressed twice
  assert.match((await reporter.get("/1493/till-dig")).words, /Mottaget/);
  assert.equal((await undo()).status, 303);
  assert.doesNotMatch((await reporter.get("/1493/till-dig")).words, /vidareord/);
  await done(id, "accept");
});

const waitsFor = async (client) => /Till dig \((\d+)\)/.exec((await client.get("/1493/till-dig")).words)?.[1] ?? "0";

test("what was sent on and then rejected waits for nobody, and only what is shown is told as read", async () => {
  const mine = await waitsFor(reporter);
  const gone = await report(guard, { description: "bortord" }), stays = await report(guard, { description: "kvarord" });
  const to = /value="([0-9a-f-]{36})">Exempelbostäder/.exec((await inbox()).text)[1];
  await done(stays, "forward", { till: to });
  await done(gone, "forward", { till: to }); // the later one stands first
  assert.equal(await waitsFor(reporter), String(Number(mine) + 2));
  const own = await coordinator.get(`/1493/granska/${gone}`);
  await act(own, gone, "reject", { skal: "unclear", version: hidden(own, "version") });
  const read = async (id) => Number((await select(server.place, "SELECT count(*) AS n FROM audit " +
    `WHERE action = 'event.read' AND object_id = ${engine === "postgres" ? `'${id}'` : `x'${id.replaceAll("-", "")}'`}`))[0].n);
  const before = [await read(gone), await read(stays)];
  assert.equal(await waitsFor(reporter), String(Number(mine) + 1));
  assert.doesNotMatch((await reporter.get("/1493/till-dig")).words, /bortord/);
  assert.deepEqual([await read(gone), await read(stays)], [before[0], before[1] + 2]);
});

/** All that stands in the tables of the database, the parts of the search index too. */
async function everyText() {
  const tables = engine === "postgres"
    ? "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    : "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'event_words'";
  let text = "";
  for (const { name } of await select(server.place, tables)) {
    const rows = await select(server.place, `SELECT * FROM ${name}`);
    text += JSON.stringify(rows);
    if (name === "event_words_data")
      for (const { block } of rows) text += Buffer.from(block, "hex").toString("latin1");
  }
  return text;
}

const MINUTES = { timeout: 240_000 }; // when the words stay in a file
/** Until no file of the database has the words. */
async function goneFromFiles(words) {
  const folder = server.place.data;
  const has = async () => {
    for (const name of await readdir(folder))
      if (name.startsWith("samsyn.db") && (await readFile(path.join(folder, name), "latin1")).toLowerCase().includes(words)) return true;
    return false;
  };
  while (engine === "sqlite" && (await has())) await coordinator.get("/health");
}

test("words that are struck out are nowhere: not in the text, its history, the search or the notes", MINUTES, async () => {
  const id = await report(reporter, { description: "Zebrafinken målade, sade zebrafinkens granne." });
  const keep = await report(reporter, { description: "kvarord" });
  await done(id, "ask", { text: "Såg du zebrafinken själv?" });
  const edit = await coordinator.get(`/1493/handelser/${id}/redigera`);
  await coordinator.submitOk(edit, "/redigera", { text: "Zebrafinken målade på muren, sade zebrafinkens granne." });
  assert.equal(await count("zebrafinken"), 1);
  const own = await coordinator.get(`/1493/granska/${id}`);
  const unsure = await act(own, id, "strike", { stryk: "zebrafinken", version: hidden(own, "version") });
  assert.equal(unsure.status, 422, "it asks first");
  assert.match(unsure.words, /inte går att ångra/);
  assert.equal(await count("zebrafinken"), 1);
  const short = await act(own, id, "strike", { stryk: ".", saker: "1", version: hidden(own, "version") });
  assert.equal(short.status, 422);
  assert.match(short.words, /För kort: \.\. Skriv minst två bokstäver eller siffror/);
  assert.match(short.text, />\s*\.<\/textarea>/);
  const answer = await act(own, id, "strike",
    { stryk: "zebrafinken", saker: "1", version: hidden(own, "version") });
  assert.equal(answer.status, 303, answer.words);
  assert.equal((await one(id)).description, "[borttaget] målade på muren, sade [borttaget] granne.");
  assert.equal(await count("zebrafinken"), 0);
  assert.equal((await one(id)).state, "submitted", "it still waits");
  assert.doesNotMatch((await everyText()).toLowerCase(), /zebrafink/);
  assert.match(await everyText(), /kvarord/);
  assert.doesNotMatch((await inbox()).text, /data-latest[^>]*>\s*<p data-said>Senast: Ord/, "nothing to undo");
  await done([id, keep], "accept");
  await goneFromFiles("zebrafink");
});

test("a whole text that is removed is nowhere, and the event still counts", MINUTES, async () => {
  const id = await report(reporter, { description: "Tallbiten gnisslade" });
  await done(id, "ask", { text: "Vilken tallbit menar du?" });
  const own = await coordinator.get(`/1493/granska/${id}`);
  const answer = await act(own, id, "strike", { allt: "1", saker: "1", version: hidden(own, "version") });
  assert.equal(answer.status, 303, answer.words);
  assert.equal((await one(id)).state, "redacted");
  assert.doesNotMatch((await everyText()).toLowerCase(), /tallbit/);
  await goneFromFiles("gnisslade");
});

test("the text taken away from the event's own page takes what was written about it", async () => {
  const id = await report(reporter, { description: "Ormvråken satt kvar" });
  await done(id, "ask", { text: "Vilken ormvråk?" });
  const form = await coordinator.get(`/1493/handelser/${id}/ta-bort-text`);
  await coordinator.submitOk(form, "/ta-bort-text", {});
  assert.doesNotMatch((await everyText()).toLowerCase(), /ormvråk/);
});

test("who reviews sees the photos: how many on the card, all on the report's page", async () => {
  await coordinator.submitOk(await coordinator.get("/1493/installningar/bilder"), "/bilder", { photos: "1" });
  const send = async (text, bytes) => {
    const form = await reporter.get("/1493/rapportera");
    const values = { main: "damage", when_pick: "i natt", place: "Mariestad", text, "photo_alt-1": "En krossad ruta" };
    const sent = await reporter.submit(form, "/rapportera", values, { photos: ["a.jpg", bytes] });
    assert.equal(sent.status, 303, sent.words);
    return { form, values, id: sent.location.href.split("/").at(-1) };
  };
  const none = await report(reporter, { description: "utanbildord" });
  const { form, values, id } = await send("bildkortord", plain);
  const card = async (word) => (await inbox()).text.split("<article").find((part) => part.includes(word));
  assert.match(await card("bildkortord"), new RegExp(`href="/1493/granska/${id}#bilder"[^>]*>1 bild<`));
  await reporter.submit(form, "/rapportera", { ...values, "photo_alt-1": "" }, { photos: ["b.jpg", telephone({ turn: 3 })] });
  assert.match(await card("bildkortord"), />2 bilder</);
  const seen = [...(await card("bildkortord")).matchAll(/<img src="(\/1493\/bilder\/[^"]+)" alt="([^"]+)"/g)];
  assert.deepEqual(seen.map((m) => m[2]), ["En krossad ruta", "Bild 2 av 2. Ingen har skrivit vad den visar."]);
  assert.doesNotMatch(await card("utanbildord"), /#bilder/);
  const page = await coordinator.get(`/1493/granska/${id}`);
  const shown = [...page.text.matchAll(/<img src="(\/1493\/bilder\/[^"]+)" alt="([^"]+)"/g)];
  assert.deepEqual(shown.map((m) => m[2]), ["En krossad ruta", "Bild 2 av 2. Ingen har skrivit vad den visar."]);
  for (const [, href] of shown) assert.equal((await coordinator.get(href)).status, 200);
  assert.doesNotMatch((await coordinator.get(`/1493/granska/${none}`)).text, /id="bilder"/);
  await done([id, none], "accept");
});

test("what somebody may not, they may not", async () => {
  const id = await report(reporter, { description: "väggord" });
  const page = await inbox();
  for (const client of [reporter, guard, member, police]) {
    assert.equal((await client.get("/1493/granska")).status, 403);
    assert.equal((await client.get(`/1493/granska/${id}`)).status, 403);
    const mine = await client.get("/1493/handelser");
    assert.equal((await act(mine, id, "accept", { version: "1" }, client)).status, 403);
    assert.doesNotMatch(mine.words, /Granska/);
  }
  assert.equal((await coordinator.get(`/1473/granska/${id}`)).status, 404);
  const elsewhere = await coordinator.get("/1473/granska");
  const fields = new URLSearchParams({ csrf: hidden(elsewhere, "csrf"), gor: "accept", rapport: id,
    sedd: hidden(elsewhere, "sedd") ?? "0" });
  assert.match((await coordinator.post("/1473/granska", fields)).words, /Rapporten finns inte/);
  assert.equal((await one(id)).state, "submitted");
  await act(page, id, "accept");
  const theirs = await server.logIn("samordnare@example.se");
  assert.ok(theirs);
});
