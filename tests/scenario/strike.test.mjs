// SPDX-License-Identifier: AGPL-3.0-or-later
// Words that should not have been written in a meeting: struck out of the closed minutes and of all that
// was made of them, until no table of the database holds them.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, seal, select } from "./database.mjs";
import { engine, startServer } from "./lib.mjs";
import { idText, make } from "./objects.mjs";

const NAME = /ölandsfink/iu;
const days = { "last-day": "1", "last-month": "3", "last-year": "2036" };
let server, coordinator, second, officer, everybody, at, minutes, period, action, bulletin;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  second = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  everybody = server.client();
}, { timeout: 240_000 });
after(() => server?.stop());

const item = (code, client = coordinator) => client.get(`${at}?item=${code}`);

/** The page when the search for places has ended. */
async function ready(path) {
  for (let i = 0; i < 3000; i++) {
    const page = await coordinator.get(path);
    if (!page.text.includes("data-again")) return page;
  }
  throw new Error("the search does not end");
}

const columns = engine === "postgres"
  ? `SELECT table_name AS name, column_name AS col FROM information_schema.columns JOIN information_schema.tables
       USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
  : "SELECT m.name AS name, p.name AS col FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'";
const like = engine === "postgres" ? "ILIKE" : "LIKE";

/** The tables that hold a part of a word (of a to z) anywhere, also in bytes. */
async function holding(part) {
  const each = new Map();
  for (const x of await select(server.place, columns)) each.set(x.name, [...(each.get(x.name) ?? []), x.col]);
  assert.ok(each.size > 40, "the tables are there");
  const rows = await select(server.place, [...each].map(([t, list]) => `SELECT '${t}' AS name WHERE EXISTS
    (SELECT 1 FROM ${t} WHERE ${list.map((x) => `CAST("${x}" AS text) ${like} '%${part}%'`).join(" OR ")})`)
    .join(" UNION ALL "));
  return rows.map((r) => r.name).sort();
}

const strike = async (values, client = coordinator) => client.submit(await client.get(minutes), "/protokoll", values);

test("a name is written wherever a meeting has words, and goes on from there", async () => {
  [at] = (await coordinator.get("/1493/mote")).links("/1493/mote/");
  await coordinator.submitOk(await coordinator.get(at), "/oppna", {});
  await coordinator.submitOk(await item("attendance"), "/gaster", { guest: "Ölandsfinkens förening", people: "1", remove: null });
  await coordinator.submitOk(await item("followup"), "/anteckning", { words: "Ölandsfinken var här." });
  await coordinator.submitOk(await item("followup"), "/anteckning", { words: "Vi talade om ÖLANDSFINKEN och om Gråsparven." });
  await coordinator.submitOk(await item("levels"), "/nivaer", { level: "3", reason: "Ölandsfinken oroar" });
  await coordinator.submitOk(await item("levels"), "/nivaer", { level: "2", reason: "Lugnare" });
  await coordinator.submitOk(await item("focus"), "/fokus",
    { name: "Ölandsfinkens port", need: "3", influence: "2", why: "Där är ölandsfinken" });
  const owner = /<option value="([0-9a-f-]{36})">/.exec((await item("actions")).text)[1];
  await coordinator.submitOk(await item("actions"), "/beslut", { problem: "Ölandsfinken klottrar",
    place: "Exempelparken", measure: "Bättre belysning hos Ölandsfinken", organisation: owner,
    type: "damage.graffiti", kind: "lighting", ...days });
  for (const say of ["Ölandsfinken är tillsagd", "Ölandsfinken flyttar"])
    await coordinator.submitOk(await item("tell"), "/beratta", { audience: "staff", say, message: null, told: null, remove: null });
  const told = (await item("tell")).forms.find((f) => f.action.endsWith("/beratta") && f.fields.get("told"));
  assert.equal((await coordinator.post(told.action, Object.fromEntries(told.fields))).status, 303);
  // the action is put otherwise: its history keeps what it was called
  [{ id: action }] = await select(server.place, "SELECT id FROM action WHERE title LIKE '%Ölandsfinken'");
  // its place is nobody's area, and somebody has been told of it
  await execute(server.place, ["UPDATE action SET place_name = 'Ölandsfinkens trädgård', area_id = NULL WHERE title LIKE '%Ölandsfinken'",
    `INSERT INTO feedback_answer (municipality_code, id, batch_id, event_id, reporter_id, action_id, text, at)
      SELECT municipality_code, id, id, id, id, id, 'Nu: ' || title, 1 FROM action WHERE title LIKE '%Ölandsfinken'`]);
  action = idText(action);
  await coordinator.submitOk(await coordinator.get(`/1493/atgarder/${action}/redigera`), "/redigera",
    { title: "Bättre belysning", note: "Ölandsfinken bad om det" });
  await coordinator.submitOk(await coordinator.get(`${at}/avsluta`), "/avsluta", {});
  minutes = `${at}/protokoll`;
  assert.match((await officer.get(minutes)).words, NAME);
});

test("the picture is adopted once, and its bulletin handed out and published", async () => {
  const page = await coordinator.get(minutes);
  [, period] = /\/1493\/nu\/([0-9a-f-]{36})\/faststall"/.exec(page.text);
  await ready(`/1493/nu?period=${period}`);
  const adopted = await coordinator.submitOk(await coordinator.get(`/1493/nu/${period}/faststall`), "/faststall");
  const again = await coordinator.get(minutes);
  assert.match(again.words, /Lägesbilden är fastställd: läs den/);
  assert.doesNotMatch(again.text, /\/faststall"/);
  const made = await coordinator.submitOk(adopted, "/gor");
  bulletin = new URL(made.url).pathname;
  assert.match(bulletin, /lagesbrev/);
  const [{ n }] = await select(server.place, "SELECT count(*) AS n FROM bulletin WHERE content LIKE '%Ölandsfinkens trädgård%'");
  assert.equal(Number(n), 1);
  await coordinator.submitOk(await coordinator.get(`/1493/lagesbrev/${period}/skriv`), "/skriv",
    { intro: "Ölandsfinken syns ofta.", do: "out" });
  await coordinator.submitOk(await coordinator.get(`/1493/lagesbrev/${period}/allmanheten`), "/allmanheten",
    { intro: "Ölandsfinken är här.", do: "publish" });
  const list = await everybody.get("/mariestad/lagesbrev");
  const [open] = list.links("/mariestad/lagesbrev/");
  assert.match((await everybody.get(open)).words, NAME);
});

test("the form asks for words and for a yes, and what stands nowhere changes nothing", async () => {
  const form = await coordinator.get(minutes);
  assert.match(form.words, /Ta bort ord ur anteckningarna/);
  assert.match(form.words, /Det går inte att ångra/);
  assert.equal((await officer.get(minutes)).forms.filter((f) => f.action.endsWith("/protokoll")).length, 0);
  const kept = await seal(server.place, ["meeting", "meeting_note", "meeting_message", "action", "action_history",
    "area_level", "focus_place", "adopted_picture", "bulletin", "bulletin_public"]);
  const unsure = await strike({ ord: "ölandsfinken", saker: null });
  assert.equal(unsure.status, 422);
  assert.match(unsure.words, /Kryssa i att du vet att orden försvinner för gott/);
  assert.match(unsure.text, />\s*ölandsfinken<\/textarea>/);
  assert.match(unsure.text, /<details[^>]* open>/);
  assert.equal((await strike({ saker: "1", ord: " \r\n " })).status, 422);
  const wrong = await strike({ ord: "ölandsfinken\r\nölandstärnan", saker: "1" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Hittades inte: ölandstärnan\. Kontrollera stavningen\. Inget har ändrats\./);
  assert.match(wrong.text, /ölandsfinken\s+ölandstärnan<\/textarea>/);
  assert.deepEqual(await seal(server.place, Object.keys(kept)), kept);
  for (const short of [".", "a", "–!"]) {
    const most = await strike({ ord: `ölandsfinken\r\n${short}`, saker: "1" });
    assert.equal(most.status, 422);
    assert.ok(most.words.includes(`För kort: ${short}. Skriv minst två bokstäver`), most.words);
    assert.ok(most.text.includes(`${short}</textarea>`));
  }
  assert.deepEqual(await seal(server.place, Object.keys(kept)), kept);
  const csrf = (await officer.get("/1493/mote")).text.match(/name="csrf" value="([^"]*)"/)?.[1] ?? "x";
  assert.equal((await officer.post(minutes, { csrf, ord: "ölandsfinken", saker: "1" })).status, 403);
});

test("the words are gone from the minutes, from what was made of them, and from every table", async () => {
  const [next] = (await coordinator.get("/1493/mote")).links("/1493/mote/").filter((l) => !l.endsWith("protokoll"));
  await coordinator.submitOk(await coordinator.get("/1493/mote"), "/mote",
    { "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00" });
  const later = next ?? (await coordinator.get("/1493/mote")).links("/1493/mote/").find((l) => !l.endsWith("protokoll"));
  await second.submitOk(await second.get(later), "/oppna", {});
  assert.match((await second.get(`${later}?item=tell`)).words, NAME);
  assert.match((await second.get(`${later}?item=followup`)).words, NAME); // carried over
  const editing = await second.get(`/1493/atgarder/${action}/redigera`);
  assert.deepEqual(await holding("landsfink"), ["action", "action_history", "action_plan", "adopted_picture", "area_level", "bulletin",
    "bulletin_public", "feedback_answer", "focus_place", "meeting", "meeting_guest", "meeting_message", "meeting_note"]);

  const answer = await strike({ ord: "o\u0308landsfinken\r\nölandsfink", saker: "1" });
  assert.equal(answer.status, 303, answer.words);
  const done = await coordinator.get(answer.location.href);
  assert.match(done.words, /Orden är borttagna för gott/);
  assert.match(done.words, /Ord har tagits bort ur anteckningarna \d+ \S+ \d{4}/);
  assert.match(done.words, /Vi talade om \[borttaget\] och om Gråsparven/);
  assert.deepEqual(await holding("landsfink"), []);

  for (const path of [minutes, `/1493/atgarder/${action}`, bulletin, `/1493/nu/${period}/faststalld`,
    `${later}?item=tell`, `${later}?item=followup`])
    assert.doesNotMatch((await coordinator.get(path)).text, NAME, path);
  const [open] = (await everybody.get("/mariestad/lagesbrev")).links("/mariestad/lagesbrev/");
  const told = await everybody.get(open);
  assert.doesNotMatch(told.text, NAME);
  assert.match(told.words, /\[borttaget\] är här\./);
  assert.match((await coordinator.get(`/1493/atgarder/${action}`)).words, /Ändrad: Ord har tagits bort\./);
  // a form that held the words is not taken afterwards
  const late = await second.submit(editing, "/redigera", { title: "Ölandsfinkens lampa" });
  assert.notEqual(late.status, 303);
  assert.deepEqual(await holding("landsfink"), []);

  const [{ n, detail }] = await select(server.place, `SELECT count(*) AS n, min(detail) AS detail FROM audit
    WHERE action = 'meeting.strike'`);
  assert.equal(Number(n), 1);
  assert.match(detail, /^\{"places":\d+,"everywhere":false\}$/);
  assert.match((await strike({ ord: "ölandsfinken", saker: "1" })).words, /Hittades inte: ölandsfinken\. Kontrollera/);
  at = later;
});

test("words that stand in other meetings are told of, and go when that is asked for", async () => {
  await second.submitOk(await item("changes", second), "/anteckning", { words: "Gråsparven och bofinken" });
  await second.submitOk(await item("changes", second), "/anteckning", { words: "Gråsparven och Bofinken igen" });
  await execute(server.place, [`INSERT INTO feedback_answer (municipality_code, id, batch_id, event_id, reporter_id, text, at)
    SELECT municipality_code, id, id, id, id, 'Tack, Gra\u030Asparven.', 1 FROM meeting WHERE content LIKE '%sparven%'`]);
  const stamp = async () => (await officer.get(`${at}/lage`)).json().stamp;
  const before = await stamp();
  const refused = await strike({ ord: "bofinken", saker: "1" });
  assert.equal(refused.status, 422);
  assert.match(refused.words, /Hittades inte här: bofinken\. Det står i ett annat möte/);
  assert.equal(await stamp(), before);
  const left = await coordinator.get((await strike({ ord: "gråsparven", saker: "1" })).location.href);
  assert.match(left.words, /Orden är borttagna här, för gott\. De står kvar i ett annat möte/);
  assert.doesNotMatch(left.text, /gråsparv/iu);
  await make(server.place, ["citizenReport", "voices", "picture"].map((kind) =>
    ({ kind, municipality: "1493", name: "Här var Gråsparven." })));
  assert.match((await everybody.get("/mariestad/otrygga-platser")).words, /Här var Gråsparven/);
  for (const table of ["citizen_report", "voices_cluster", "published_picture", "feedback_answer"])
    assert.ok((await holding("sparven")).includes(table), table);
  const all = await coordinator.get((await strike({ ord: "gråsparven\r\nbofinken", alla: "1", saker: "1" })).location.href);
  assert.match((await everybody.get("/mariestad/otrygga-platser")).words, /Här var \[borttaget\]/);
  assert.match(all.words, /Orden är borttagna för gott/);
  assert.deepEqual(await [...await holding("sparven"), ...await holding("bofink")], []);
  assert.notEqual(await stamp(), before);
  assert.match((await item("changes", second)).text, /\[borttaget\] och \[borttaget\] igen<\/textarea>/);
});

test("a meeting that is not closed is edited as usual, and its older words go when it closes", async () => {
  const csrf = (await item("changes")).form("/anteckning").fields.get("csrf");
  const sent = await coordinator.post(`${at}/protokoll`, { csrf, ord: "igen", saker: "1" });
  assert.equal(sent.status, 303);
  assert.match((await item("changes")).text, /igen<\/textarea>/);
  await coordinator.submitOk(await item("changes"), "/anteckning", { words: "Blåtrasten" });
  await coordinator.submitOk(await item("changes"), "/anteckning", { words: "Någon" });
  await coordinator.submitOk(await coordinator.get(`${at}/avsluta`), "/avsluta", {});
  assert.deepEqual(await holding("trasten"), []);
});

test("words that stand only in what is published for everybody are told of", async () => {
  await make(server.place, [{ kind: "voices", municipality: "1493", name: "Järnsparven" }]);
  const refused = await strike({ ord: "järnsparven", saker: "1" });
  assert.equal(refused.status, 422);
  assert.match(refused.words, /Hittades inte här: järnsparven\. Det står i .* något som är publicerat för alla/);
  assert.equal((await strike({ ord: "järnsparven", saker: "1", alla: "1" })).status, 303);
  assert.deepEqual(await holding("rnsparven"), []);
});

test("a bulletin that cannot be read is named, all else is struck, and it can be made anew and withdrawn", async () => {
  await execute(server.place, ["UPDATE action SET title = 'Gråtruten ropar' WHERE title LIKE 'Bättre belysning'",
    "UPDATE bulletin SET content = '{\"actions\": Gråtruten' WHERE municipality_code = '1493'",
    "UPDATE bulletin_public SET content = '{\"words\": Gråtruten' WHERE municipality_code = '1493'"]);
  const told = /Det här gick inte att läsa, så orden kan stå kvar där: lägesbrevet för [^,]+, det publicerade lägesbrevet för /;
  const none = await strike({ ord: "näktergalen", saker: "1" });
  assert.equal(none.status, 422);
  assert.match(none.words, /Hittades inte: näktergalen/);
  assert.match(none.words, told);
  const done = await strike({ ord: "gråtruten", saker: "1" });
  assert.equal(done.status, 200, done.words);
  assert.match(done.words, /Orden är borttagna för gott/);
  assert.match(done.words, told);
  assert.doesNotMatch(done.text, /gråtruten/iu);
  assert.deepEqual(await holding("truten"), ["bulletin", "bulletin_public"]);
  const [{ detail }] = await select(server.place, `SELECT detail FROM audit WHERE action = 'meeting.strike'
    ORDER BY at DESC LIMIT 1`);
  assert.match(detail, /"unread":2\}$/);
  assert.equal((await everybody.get("/mariestad/lagesbrev")).status, 200);
  const page = await coordinator.get(bulletin);
  assert.match(page.words, /Lägesbrevet för perioden går inte att läsa längre/);
  const withdrawn = await coordinator.submitOk(page, "/dra-tillbaka");
  assert.match(withdrawn.words, /tillbakadraget/);
  assert.deepEqual(await holding("truten"), ["bulletin"]);
  await coordinator.submitOk(withdrawn, "/gor");
  assert.deepEqual(await holding("truten"), []);
});

// Every text column of the database, so that a new one is thought of: what strike_all() reaches, what it
// leaves (and the form says so, or nobody types it), and codes.
const reached = `action.title action.problem action.place_name action.partners action_history.note action_history.changes
  action_plan.place_name action_plan.reason action_effect.words_sv action_effect.words_en area_level.reason
  focus_place.name focus_place.reason adopted_picture.content meeting.content meeting_guest.organisation
  meeting_note.words meeting_message.words bulletin.content bulletin.words bulletin_public.content
  feedback_answer.text citizen_report.answer voices_cluster.done published_picture.title published_picture.note`;
const left = {
  reports: `event.type_said event.place_name event.title event.description event.url event_version.content
    event_version.texts photo.alt review_act.reason review_question.question review_question.answer review_forward.note`,
  imports: "import_profile.name import_profile.mapping import_run.file_name import_reject.raw import_reject.field import_reject.reason",
  settings: `setting.value municipality.name organisation.name account.name invitation.name contact.name contact.phone
    area.name place.name place.name_folded place.locality period.name rhythm.name school_break.name event_type_label.label
    voices_cluster.place feedback_template.name feedback_template.text`,
  program: `mail.subject mail.body mail.recipient drill_letter.subject drill_letter.body drill_letter.recipient job.title
    job.parameters job.report job.problem audit.detail published_picture.content session.device schema_migration.name
    schema_migration.checksum event_version.reason`,
};
const code = new RegExp(`\\.(${["\\w*code", "\\w*hash", "\\w*key", "\\w*kind", "\\w*lang", "state\\w*", "origin", "slug",
  "role", "email", "csrf", "format", "precision", "source", "method", "verdict", "step", "audience", "item", "what", "cluster",
  "feeling", "themes", "reasons", "times", "op", "table_name", "action", "comparison", "circle", "stop"].join("|")})$`);

test("each text column of the database is reached, or it is known why not", async () => {
  const text = engine === "postgres"
    ? `SELECT table_name || '.' || column_name AS name FROM information_schema.columns JOIN information_schema.tables
         USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND data_type = 'text'`
    : "SELECT m.name || '.' || p.name AS name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND lower(p.type) = 'text'";
  const known = new Set([reached, ...Object.values(left)].join(" ").split(/\s+/));
  const all = (await select(server.place, text)).map((r) => r.name);
  assert.deepEqual(all.filter((name) => !known.has(name) && !code.test(name)).sort(), []);
  assert.deepEqual(reached.split(/\s+/).filter((name) => !all.includes(name)), []);
});
