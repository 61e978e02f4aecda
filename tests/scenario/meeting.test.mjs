// SPDX-License-Identifier: AGPL-3.0-or-later
// The group's meeting: opened from the exercise data, led by two coordinators at once, closed, frozen, and
// told of by letters that say nothing.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, insert, select } from "./database.mjs";
import { newInstallation, startServer } from "./lib.mjs";
import { idText, newId } from "./objects.mjs";

let place, server, coordinator, second, officer, politician, reporter, at;

before(async () => {
  place = await newInstallation({ exercise: 1 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  second = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
}, { timeout: 240_000 });
after(async () => {
  await server?.stop();
  await place?.remove();
});

const item = (code, client = coordinator) => client.get(`${at}?item=${code}`);
const letters = async () => await select(server.place, "SELECT recipient, subject, body FROM mail");
const count = async (query) => Number((await select(server.place, query))[0].n);
/** Sends the form that holds a field with this value. */
async function press(page, part, field, value, more = {}) {
  const form = page.forms.find((f) => f.action.includes(part) && f.fields.get(field) === value);
  assert.ok(form, `${part} with ${field}=${value}: ${page.words}`);
  const answer = await coordinator.post(form.action, { ...Object.fromEntries(form.fields), ...more });
  assert.equal(answer.status, 303, answer.words);
  return coordinator.get(answer.location.href);
}

test("the exercise data has a meeting planned, which a coordinator opens and others only read", async () => {
  const list = await coordinator.get("/1493/mote");
  [at] = list.links("/1493/mote/");
  assert.ok(at, list.words);
  const page = await officer.get(at);
  assert.match(page.words, /Mötet är inte öppnat än/);
  assert.equal(page.forms.filter((f) => f.action.includes("/mote/")).length, 0);
  assert.equal((await politician.get("/1493/mote")).status, 403);
  assert.equal((await reporter.get(at)).status, 403);
  const open = await coordinator.submitOk(await coordinator.get(at), "/oppna", {});
  assert.match(open.words, /Punkten: \d\d\.\d\d–\d\d\.\d\d\. Mötet slutar \d\d\.\d\d/);
  const seen = await officer.get(`${at}?item=exceptions`);
  assert.match(seen.words, /Har inte hört av sig|Alla har hört av sig|har gått över tiden/);
  assert.equal(seen.forms.filter((f) => f.action.includes("/mote/")).length, 0);
});

test("the borders between municipalities hold, also for who leads in all three", async () => {
  const there = at.replace("/1493/", "/1473/");
  assert.equal((await coordinator.get(there)).status, 404);
  assert.equal((await coordinator.get(`${there}/lage`)).status, 404);
  assert.equal((await coordinator.get(`${there}/protokoll`)).status, 404);
  const csrf = (await item("changes")).form("/anteckning").fields.get("csrf");
  const sent = await coordinator.post(`${there}/anteckning`, { csrf, item: "changes", version: "0", words: "x" });
  assert.equal(sent.status, 404);
  assert.equal((await officer.get("/1473/mote")).status, 403);
  assert.doesNotMatch((await coordinator.get("/1473/mote")).text, new RegExp(at.split("/").pop()));
});

test("who is there is ticked one by one, and guests are an organisation and a number", async () => {
  let page = await item("attendance");
  const [{ id }] = await select(server.place, "SELECT id FROM account WHERE email = 'kommunpolis.1493@example.se'");
  page = await press(page, "/narvaro", "account",
    page.forms.map((f) => f.fields.get("account")).find((a) => a?.replaceAll("-", "") === id.replaceAll("-", "")));
  assert.match(page.text, /aria-pressed="true"/);
  assert.match(page.words, /Sparat\./);
  page = await coordinator.submitOk(page, "/gaster", { guest: "Räddningstjänsten", people: "2" });
  assert.match(page.words, /Räddningstjänsten: 2/);
  // pressed once more, what is gone already is done
  const form = page.forms.find((f) => f.fields.get("remove"));
  await coordinator.post(form.action, Object.fromEntries(form.fields));
  const again = await coordinator.post(form.action, Object.fromEntries(form.fields));
  assert.equal(again.status, 303, again.words);
  page = await coordinator.get(again.location.href);
  assert.doesNotMatch(page.words, /Räddningstjänsten: 2/);
  const refused = await coordinator.submit(page, "/gaster",
    { guest: "Anna Svensson 070-174 06 05", people: "1", remove: null });
  assert.equal(refused.status, 422);
  assert.match((await coordinator.get(`${at}/protokoll`)).words, /Kommunpolis Exempel/);
  // a saved note still stands in the page that a refused form comes back with, and goes on from there
  await coordinator.submitOk(await item("attendance"), "/anteckning", { words: "Alla var i tid" });
  const wrong = await coordinator.submit(await item("attendance"), "/gaster",
    { guest: "Kyrkan", people: "0", remove: null });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, />\s*Alla var i tid<\/textarea>/);
  await coordinator.submitOk(wrong, "/anteckning", {});
  assert.match((await item("attendance")).text, />\s*Alla var i tid<\/textarea>/);
});

test("people stand by organisation and name as they are read in Swedish", async () => {
  const rows = [["Zonen", "Åsa"], ["Zonen", "Örjan"], ["Årstahus", "Bo"], ["ärlan", "Cilla"], ["Östgöta", "Dan"],
    [null, "Eva"]];
  const ids = new Map(), at_ = { municipality_code: "1493", created_at: 1 };
  await execute(server.place, rows.flatMap(([of, name]) => {
    const id = newId(), had = ids.get(of), organisation = of && (had ?? newId());
    ids.set(of, organisation);
    return [
      ...(of && !had ? [insert("organisation", { ...at_, id: organisation, name: of, kind: "other", active: 1 })] : []),
      insert("account", { id, email: `${id}@example.se`, name: `${name} Exempel`, lang: "sv", state: "active",
        created_at: 1 }),
      insert("membership", { ...at_, account_id: id, role: "group_member", state: "active", changed_at: 1,
        organisation_id: organisation }),
    ];
  }));
  const page = await item("attendance");
  const order = rows.map(([, name]) => page.words.indexOf(`${name} Exempel`));
  assert.ok(order.every((n) => n > 0));
  assert.deepEqual(order, [...order].sort((a, b) => a - b), page.words);
  await execute(server.place, [
    "DELETE FROM membership WHERE municipality_code = '1493' AND created_at = 1",
    "DELETE FROM organisation WHERE created_at = 1"]);
});

test("an action is ticked as done, and taken up again when it was not", async () => {
  let page = await item("followup");
  const id = page.forms.find((f) => f.action.endsWith("/uppfoljning")).fields.get("action");
  page = await press(page, "/uppfoljning", "action", id, { done: "1" });
  assert.match((await coordinator.get(`/1493/atgarder/${id}`)).words, /Klar/);
  assert.match((await coordinator.get(`${at}/protokoll`)).words, /\): klart? /);
  const csrf = page.form("/uppfoljning").fields.get("csrf");
  assert.equal((await coordinator.post(`${at}/uppfoljning`, { csrf, action: id })).status, 303);
  assert.match((await coordinator.get(`${at}/protokoll`)).words, /\): inte klar/);
  assert.match((await coordinator.get(`/1493/atgarder/${id}`)).words, /Pågår/);
});

test("two write to the same item at once: both texts are shown, and both can be kept", async () => {
  const mine = await item("changes"), theirs = await item("changes", second);
  await second.submitOk(theirs, "/anteckning", { words: "Klotter vid bryggan" });
  const late = await coordinator.submit(mine, "/anteckning", { words: "Lugnt vid stationen" });
  assert.equal(late.status, 422);
  assert.match(late.words, /Någon annan har sparat samma punkt/);
  assert.match(late.words, /Klotter vid bryggan/);
  assert.match(late.text, />\s*Lugnt vid stationen<\/textarea>/);
  await coordinator.submitOk(late, "/anteckning", { both: "1" });
  const both = await item("changes", officer);
  assert.match(both.words, /Klotter vid bryggan Lugnt vid stationen/);
  // the item that was ticked off together with words that were not taken is not ticked off either
  const old = await item("focus");
  await second.submitOk(await item("focus", second), "/anteckning", { words: "Först" });
  const refused = await coordinator.submit(old, "/anteckning", { words: "Sedan", done: "1" });
  assert.equal(refused.status, 422);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_item"), 0);
});

test("the stamp that open screens ask for changes with what is written, and only then", async () => {
  const stamp = async () => (await officer.get(`${at}/lage`)).json().stamp;
  const before = await stamp();
  assert.equal(await stamp(), before);
  await coordinator.submitOk(await item("tell"), "/anteckning", { words: "Vi berättar om lampan" });
  assert.notEqual(await stamp(), before);
});

test("a note about a person is not saved, and what was typed is kept", async () => {
  const page = await coordinator.submit(await item("exceptions"), "/anteckning",
    { words: "Vi pratade om 070-174 06 05" });
  assert.equal(page.status, 422);
  assert.match(page.text, /Vi pratade om 070-174 06 05<\/textarea>/);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_note WHERE item = 'exceptions'"), 0);
});

test("levels and focus are those of the period, with a reason, and a conflict is shown", async () => {
  const old = await item("levels", second);
  const name = /<h3>([^<]*)<\/h3>/.exec(old.text)[1];
  let page = await coordinator.submitOk(await item("levels"), "/nivaer",
    { level: "3", reason: "Mer än vanligt på kvällarna" });
  assert.match(page.words, /Mer än vanligt på kvällarna/);
  const late = await second.submit(old, "/nivaer", { level: "2", reason: "Som vanligt" });
  assert.equal(late.status, 422);
  assert.match(late.words, /Mer än vanligt på kvällarna/);
  assert.match(late.text, />\s*Som vanligt<\/textarea>/);
  assert.match((await coordinator.get("/1493/nu")).words, new RegExp(`${name}.*Mer än vanligt på kvällarna`));
  page = await coordinator.submit(await item("focus"), "/fokus", { name: "Parken" });
  assert.equal(page.status, 422);
  assert.match(page.words, /Välj hur stort behovet är/);
  page = await coordinator.submitOk(page, "/fokus",
    { name: "Parken", need: "3", influence: "2", why: "Mest händer här" });
  assert.match(page.words, /Parken ?: Mest händer här/);
  assert.match((await coordinator.get("/1493/nu")).words, /Mest händer här/);
});

test("a level of the meeting that is sent twice is set once", async () => {
  const page = await item("levels");
  const mine = { level: "3", reason: "Fler klagomål än vanligt" };
  await coordinator.submitOk(page, "/nivaer", mine);
  const sets = () => count("SELECT count(*) AS n FROM audit WHERE action = 'level.set'");
  const before_ = await sets();
  await coordinator.submitOk(page, "/nivaer", mine);
  assert.equal(await sets(), before_);
});

test("a decision is one line: what is unclear is asked for, and nothing typed is lost", async () => {
  const days = { "last-day": "1", "last-month": "3", "last-year": "2036" };
  const page = await item("actions");
  const form = page.form("/beslut");
  const owner = /<option value="([0-9a-f-]{36})">/.exec(page.text)[1];
  assert.ok(!form.fields.has("type")); // not asked for before it is needed
  const unclear = await coordinator.submit(page, "/beslut",
    { problem: "Det är stökigt", place: "Ingenstansgatan", measure: "Vi gör något", ...days });
  assert.equal(unclear.status, 422);
  assert.match(unclear.words, /Typ av händelser: Det framgår inte av problemet\. Välj i listan/);
  assert.match(unclear.words, /Välj vilken organisation som äger åtgärden/);
  assert.match(unclear.text, /value="Vi gör något"/);
  assert.match(unclear.text, /value="Det är stökigt"/);
  const done = await coordinator.submitOk(unclear, "/beslut", { problem: "Klotter i parken",
    place: "Exempelparken", measure: "Bättre belysning", organisation: owner, type: null, kind: null });
  assert.match(done.words, /Problem: Klotter i parken · Plats: .*Exempelparken · Åtgärd: Bättre belysning/);
  const [x] = await select(server.place,
    "SELECT type_code, kind, place_name FROM action WHERE title = 'Bättre belysning'");
  assert.deepEqual({ ...x }, { type_code: "damage.graffiti", kind: "lighting", place_name: "Exempelparken" });
  assert.equal(await count(`SELECT count(*) AS n FROM action_plan p JOIN action a ON a.id = p.action_id
    WHERE a.title = 'Bättre belysning'`), 1);
});

test("the words of a line say what kind it is, also where several kinds share a word", async () => {
  const owner = /<option value="([0-9a-f-]{36})">/.exec((await item("actions")).text)[1];
  for (const [problem, type, measure, kind] of [
    ["Inbrott i källare", "theft", "Väktare går förbi", "surveillance"],
    ["Inbrott i förråd", "theft.storeroom", "Kameror vid porten", "camera"]]) {
    await coordinator.submitOk(await item("actions"), "/beslut", { problem, measure, place: "Exempelparken",
      organisation: owner, "last-day": "1", "last-month": "3", "last-year": "2036" });
    const [x] = await select(server.place, `SELECT type_code, kind FROM action WHERE title = '${measure}'`);
    assert.deepEqual({ ...x }, { type_code: type, kind });
  }
});

test("what is to be told and when the group meets next", async () => {
  const told = await coordinator.submitOk(await item("tell"), "/beratta",
    { audience: "public", say: "Lampan vid bryggan lagas", message: null, told: null });
  assert.match(told.words, /Invånarna: Lampan vid bryggan lagas/);
  const page = await item("next"), theirs = await item("next", second);
  assert.match(page.words, /Förslaget följer er rytm/);
  const set = await coordinator.submitOk(page, "/nasta", {});
  assert.match(set.words, /Nästa möte: /);
  // who had the page open before that day was decided does not replace it unseen
  const day = { "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00" };
  const late = await second.submit(theirs, "/nasta", day);
  assert.equal(late.status, 422);
  assert.match(late.words, /Någon annan har just bestämt \d+ .*Spara en gång till om din dag ska gälla/);
  assert.match(late.text, /value="2036"/);
  const theirDay = await second.submitOk(late, "/nasta", {});
  assert.match(theirDay.words, /Nästa möte: 5 mars 2036/);
  // the time as people write it
  let shownTime = theirDay;
  for (const [time, shown] of [["15", "15.00"], ["1530", "15.30"], ["8.30", "08.30"], ["0:15", "00.15"]]) {
    shownTime = await second.submitOk(shownTime, "/nasta", { ...day, time });
    assert.ok(shownTime.words.includes(`Nästa möte: 5 mars 2036 kl. ${shown}`), `${time}: ${shownTime.words.match(/Nästa möte: .{30}/)}`);
  }
  const odd = await second.submit(shownTime, "/nasta", { ...day, time: "15.3" });
  assert.equal(odd.status, 422);
  assert.match(odd.text, /value="15\.3"/);
  const { csrf, seen, ...first } = Object.fromEntries(set.form("/nasta").fields);
  assert.ok(csrf && seen);
  await coordinator.submitOk(await item("next"), "/nasta", first);
});

/** Sends one form twice, and then once more with other words. */
async function sendTwice(code, part, words, other) {
  const page = await item(code);
  const form = page.forms.find((f) => f.action.endsWith(part) && f.fields.has(Object.keys(other)[0]));
  const fields = { ...Object.fromEntries(form.fields), ...words };
  for (const sent of [fields, fields, { ...fields, ...other }, fields]) {
    const answer = await coordinator.post(form.action, sent);
    assert.equal(answer.status, 303, answer.words);
  }
  return () => coordinator.post(form.action, fields);
}

let resend; // a form of the meeting that is sent once more when it is closed
test("a form that is sent twice adds one guest, one sentence and one action", async () => {
  resend = await sendTwice("attendance", "/gaster", { guest: "Kyrkan", people: "1" }, { guest: "Skolan" });
  assert.equal(await count("SELECT count(*) AS n FROM meeting_guest WHERE organisation = 'Kyrkan'"), 1);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_guest WHERE organisation = 'Skolan'"), 1);
  await sendTwice("tell", "/beratta", { audience: "staff", say: "Skriv till kyrkan" }, { say: "Ring skolan" });
  assert.equal(await count("SELECT count(*) AS n FROM meeting_message WHERE words = 'Skriv till kyrkan'"), 1);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_message WHERE words = 'Ring skolan'"), 1);
  const organisation = /<option value="([0-9a-f-]{36})">/.exec((await item("actions")).text)[1];
  await sendTwice("actions", "/beslut", { problem: "Klotter i parken", place: "Exempelparken", organisation,
    measure: "Tvätta bänken", type: "damage.graffiti", kind: "lighting", "last-day": "1", "last-month": "3",
    "last-year": "2036" }, { measure: "Måla bänken" });
  assert.equal(await count("SELECT count(*) AS n FROM action WHERE title = 'Tvätta bänken'"), 1);
  assert.equal(await count("SELECT count(*) AS n FROM action WHERE title = 'Måla bänken'"), 1);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_decision"), 5);
});

test("a sentence is taken back as long as nobody has been told", async () => {
  let page = await item("tell");
  const [told, more] = page.forms.filter((f) => f.action.endsWith("/beratta") && f.fields.get("remove"))
    .map((f) => f.fields.get("remove"));
  assert.ok(more, page.words);
  page = await press(page, "/beratta", "message", told, { told: "1" });
  const { action, fields } = page.forms.find((f) => f.fields.get("remove") === more);
  assert.equal((await coordinator.post(action, { ...Object.fromEntries(fields), remove: told })).status, 404);
  page = await press(page, "/beratta", "message", told); // not told after all
  await coordinator.submitOk(page, "/beratta", { say: "Ska inte berättas", audience: "public",
    message: null, told: null });
  page = await item("tell");
  const stamp = (await officer.get(`${at}/lage`)).json().stamp;
  const [{ id }] = await select(server.place, "SELECT id FROM meeting_message WHERE words = 'Ska inte berättas'");
  const gone = page.forms.map((f) => f.fields.get("remove")).find((r) => r?.replaceAll("-", "") === id.replaceAll("-", ""));
  const sentence = page.forms.find((f) => f.fields.get("remove") === gone);
  page = await press(page, "/beratta", "remove", gone);
  const again = await coordinator.post(sentence.action, Object.fromEntries(sentence.fields));
  assert.equal(again.status, 303, "pressed twice");
  assert.doesNotMatch(page.words, /Ska inte berättas/);
  assert.notEqual((await officer.get(`${at}/lage`)).json().stamp, stamp);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_message WHERE words = 'Ska inte berättas'"), 0);
});

test("who reads the minutes through is shown the level and the places that were set meanwhile", async () => {
  let close = await coordinator.get(`${at}/avsluta`);
  await second.submitOk(await item("levels", second), "/nivaer", { level: "2", reason: "Lugnare efter skolstarten" });
  close = await coordinator.submit(close, "/avsluta", {});
  assert.equal(close.status, 422);
  assert.match(close.words, /Lugnare efter skolstarten/);
  await second.submitOk(await item("focus", second), "/fokus",
    { name: "Torget", need: "2", influence: "2", why: "Fler på kvällarna", remove: null });
  close = await coordinator.submit(close, "/avsluta", {});
  assert.equal(close.status, 422);
  assert.match(close.words, /Fler på kvällarna/);
});

test("closing freezes the minutes, plans the next meeting, and tells with a link and nothing else", async () => {
  const close = await coordinator.get(`${at}/avsluta`);
  await second.submitOk(await item("exceptions", second), "/anteckning", { words: "Sent påkommet" });
  const conflict = await coordinator.submit(close, "/avsluta", {});
  assert.equal(conflict.status, 422);
  assert.match(conflict.words, /Något har ändrats medan du läste/);
  assert.match(conflict.words, /Sent påkommet/);
  const writing = await item("next", second);
  const done = await coordinator.submitOk(conflict, "/avsluta", {});
  assert.match(done.words, /Mötet är avslutat/);
  assert.ok(done.links("/faststall").length);
  const sent = (await letters()).filter((l) => /Minnesanteckningar/.test(l.subject));
  assert.equal(sent.length, 5);
  for (const { subject, body } of sent) {
    assert.equal(subject, "Minnesanteckningar från Mariestad finns att läsa");
    assert.match(body, new RegExp(`${at}/protokoll`));
    assert.doesNotMatch(body, /Klotter|bryggan|Parken|Exempel|klar|\d{4}-\d\d/);
  }
  // what was being written then comes back to the one who wrote it
  const lost = await second.submit(writing, "/anteckning", { words: "Det här skrev jag sist" });
  assert.equal(lost.status, 409);
  assert.match(lost.words, /Det här skrev jag sist/);
  assert.equal(await count(`SELECT count(*) AS n FROM meeting
    WHERE municipality_code = '1493' AND origin = 'exempel' AND state = 'planned'`), 1);
  // of what was put otherwise while it was open nothing is left
  assert.equal(await count("SELECT count(*) AS n FROM meeting_note WHERE item = 'changes'"), 1);
  assert.equal(await count("SELECT count(*) AS n FROM meeting_note WHERE words LIKE '%Klotter vid bryggan%'"), 1);
  assert.equal((await resend()).status, 303); // that was done while it was open
  // what changes afterwards changes no minutes
  const frozen = (await officer.get(`${at}/protokoll`)).words;
  assert.match(frozen, /Klotter vid bryggan/);
  await execute(server.place, ["UPDATE action SET title = 'Något annat', problem = 'Något annat'",
    "UPDATE account SET name = 'Någon Annan'"]);
  const again = await officer.get(`${at}/protokoll`);
  assert.equal(again.words.slice(again.words.indexOf("Närvaro")), frozen.slice(frozen.indexOf("Närvaro")));
  assert.equal((await coordinator.get(at)).url, `${server.url}${at}/protokoll`);
  assert.equal((await politician.get(`${at}/protokoll`)).status, 403);
  assert.equal(await count("SELECT count(*) AS n FROM audit WHERE action = 'meeting.close'"), 1);
});

test("the next meeting brings back what was not finished", async () => {
  const [next] = (await coordinator.get("/1493/mote")).links("/1493/mote/").filter((l) => !l.endsWith("protokoll"));
  at = next;
  await coordinator.submitOk(await coordinator.get(at), "/oppna", {});
  const changes = await item("changes");
  assert.match(changes.words, /Kvar från förra mötet/);
  assert.match(changes.words, /Klotter vid bryggan/);
  assert.match((await item("tell")).words, /Lampan vid bryggan lagas från ett tidigare möte/);
  assert.match((await item("followup")).words, /Något annat/);
});

test("a meeting opened by mistake is put back as long as nothing is written, moved, and called off", async () => {
  const id = newId(), past = newId(), hour = 3_600_000;
  const planned = (id, starts_at) => insert("meeting", { municipality_code: "1473", id, starts_at, minutes: 30,
    state: "planned", created_at: Date.now(), origin: "exempel" });
  await execute(server.place, ["DELETE FROM meeting WHERE municipality_code = '1473'", planned(id, Date.now() + hour),
    planned(past, Date.now() - 48 * hour)]);
  const there = `/1473/mote/${id}`, start = () => coordinator.get(there);
  // what was planned and never held is not coming
  const list = (await coordinator.get("/1473/mote")).text;
  assert.ok(list.indexOf(past) > list.indexOf("Planerade men inte hållna"), list);
  assert.ok(list.indexOf(id) < list.indexOf("Planerade men inte hållna"));
  assert.match((await coordinator.get(`/1473/mote/${past}`)).words, /Tiden för mötet har gått\. Öppna det om ni ses nu/);
  assert.doesNotMatch((await start()).words, /Tiden för mötet har gått/);
  // put back, and opened once more
  let open = await coordinator.submitOk(await start(), "/oppna", {});
  const back = await coordinator.submitOk(open, "/angra", {});
  assert.match(back.words, /Mötet är inte längre öppet\. Det är planerat som förut/);
  assert.equal((await coordinator.get(`${there}/protokoll`)).status, 404);
  open = await coordinator.submitOk(back, "/oppna", {});
  await second.submitOk(await second.get(`${there}?item=tell`), "/anteckning", { words: "Något är skrivet" });
  const late = await coordinator.submitOk(open, "/angra", {});
  assert.match(late.words, /Någon har redan skrivit i mötet/);
  assert.equal((await start()).forms.filter((f) => f.action.endsWith("/angra")).length, 0);
  await coordinator.submitOk(await coordinator.get(`${there}/avsluta`), "/avsluta", {});
  // another day, unless another meeting is then, or the day has been
  const page = await coordinator.get(`/1473/mote/${past}`);
  const day = { "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00", minutes: "45" };
  const wrong = await coordinator.submit(page, "/tid", { ...day, "day-year": "2020" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Dagen har redan varit/);
  const moved = await coordinator.submitOk(wrong, "/tid", day);
  assert.match(moved.words, /Mötet har en ny tid/);
  assert.match(moved.words, /5 mars 2036 kl\. 14\.00, 45 minuter/);
  const other = newId();
  await execute(server.place, [planned(other, Date.now() + 2 * hour)]);
  const taken = await coordinator.submit(await coordinator.get(`/1473/mote/${other}`), "/tid", day);
  assert.equal(taken.status, 422);
  assert.match(taken.words, /Då är redan ett möte planerat/);
  await coordinator.submitOk(moved, "/stall-in", {});
  assert.equal((await coordinator.get(`/1473/mote/${past}`)).status, 404);
});

test("only one meeting is open at a time, and a planned one can be called off", async () => {
  const id = newId();
  await execute(server.place, [insert("meeting", { municipality_code: "1493", id, starts_at: Date.now(),
    minutes: 30, state: "planned", created_at: Date.now() })]);
  const page = await coordinator.get(`/1493/mote/${id}`);
  assert.match(page.words, /Ett annat möte pågår/);
  const csrf = page.form("/stall-in").fields.get("csrf");
  await coordinator.post(`/1493/mote/${id}/oppna`, { csrf });
  assert.equal(await count("SELECT count(*) AS n FROM meeting WHERE state = 'open'"), 1);
  await coordinator.submitOk(page, "/stall-in", {});
  assert.equal((await coordinator.get(`/1493/mote/${id}`)).status, 404);
});

test("a meeting that is planned during an exercise belongs to the exercise", async () => {
  const list = await coordinator.get("/1493/mote");
  await coordinator.submitOk(list, "/mote", { "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00" });
  assert.equal(await count(
    "SELECT count(*) AS n FROM meeting WHERE state = 'planned' AND origin IS NULL"), 0);
  assert.equal(await count(`SELECT count(*) AS n FROM meeting
    WHERE municipality_code = '1493' AND origin = 'exempel' AND state = 'planned'`), 1);
});

test("who is told that mails go can rely on it", async () => {
  const mails = async () => count("SELECT count(*) AS n FROM mail");
  const start = async (settings) => {
    await server.stop();
    await execute(server.place, settings.map(([key, value]) =>
      insert("setting", { municipality_code: "0000", key, value })));
    await server.start(["--no-limits"]);
    coordinator = await server.logIn("samordnare@example.se");
  };
  await start([]); // no address of its own and no server of mails
  const [{ id }] = await select(server.place, "SELECT id FROM meeting WHERE state = 'open'");
  const room = `/1493/mote/${idText(id)}`;
  const before_ = await mails(), closing = await coordinator.get(`${room}/avsluta`);
  assert.match(closing.words, /Samsyn skickar inga mejl härifrån\. Berätta själv för gruppen/);
  await start([["public_url", "http://127.0.0.1:1"], ["smtp_url", "smtp://127.0.0.1:9"]]);
  assert.match((await coordinator.get(`${room}/avsluta`)).words, /Samsyn skickar inga mejl härifrån/);
  await start([["smtp_from", "samsyn@example.se"]]);
  assert.match((await coordinator.get(`${room}/avsluta`)).words, /\d+ personer får ett mejl/);
  await execute(server.place, ["DELETE FROM setting WHERE key = 'smtp_from'"]);
  const minutes = await coordinator.submitOk(await coordinator.get(`${room}/avsluta`), "/avsluta", {});
  assert.match(minutes.words, /Inga mejl har skickats om anteckningarna\./);
  assert.equal(await mails(), before_);
});
