// SPDX-License-Identifier: AGPL-3.0-or-later
// What came of a report, without script: what the reporter sees and what nobody else does, answers one by
// one and many at once, an action that is done two weeks later, templates, shares, and the letter of the week.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test, { after, before } from "node:test";
import { execute, select } from "./database.mjs";
import { engine, startServer } from "./lib.mjs";

const DAY = 86_400_000;
let server, coordinator, reporter, guard, member;

async function everybody() {
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
  member = await server.logIn("bostadschef.1493@example.se");
}
before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  await everybody();
}, { timeout: 240_000 });
after(() => server?.stop());

const idLiteral = (id) => (engine === "postgres" ? `'${id}'` : `x'${id.replaceAll("-", "")}'`);
const ago = (days) => new Date(Date.now() - days * DAY).toISOString();

/** A report by the interface for programs: the id of it. */
async function report(client, more = {}) {
  const body = JSON.stringify({ type: "damage.glass", occurred_from: ago(1), precision: "point", east: 431800,
    north: 6507010, place_name: "Provtorget", description: "Krossat glas", ...more });
  client.csrf ??= (await client.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  const answer = await client.send("POST", "/api/v1/1493/events", { body,
    headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": client.csrf } });
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text).id;
}

/** Reviewed by its own page. */
async function review(id, what, more = {}) {
  const page = await coordinator.get(`/1493/granska/${id}`);
  const answer = await coordinator.post("/1493/granska", { csrf: page.form("/granska").fields.get("csrf"),
    gor: what, rapport: id, version: /name="version" value="(\d+)"/.exec(page.text)[1], ...more });
  assert.equal(answer.status, 303, answer.words);
}

const mine = (client = reporter, query = "") => client.get(`/1493/mina-rapporter${query}`);
/** What the page says of one report. */
function card(page, id) {
  const part = page.text.split('<article class="card feedback-report"').find((p) => p.includes(`r-${id}`));
  assert.ok(part, `${id} is not on the page: ${page.words}`);
  return part.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}
const shows = (page, id) => page.text.includes(`id="r-${id}"`);

/** Answers from the page of one report. */
async function answer(id, text, more = {}) {
  const page = await coordinator.get(`/1493/svar?om=${id}`);
  return coordinator.submitOk(page, "/svar", { gor: "skicka", text, ...more });
}

test("each step of a report is told to who reported it, in words", async () => {
  const id = await report(reporter, { description: "stegord" });
  assert.match(card(await mine(), id), /Mottagen, väntar på granskning/);
  await review(id, "ask", { text: "Vilken sida?" });
  const asked = await mine();
  assert.match(card(asked, id), /Frågan väntar på ditt svar/);
  assert.ok(asked.words.indexOf("Vilken sida?") < asked.words.indexOf("Frågan väntar på ditt svar"),
    "questions stand on top");
  const thanked = await reporter.submitOk(asked, "/svar", { text: "Mot gården" });
  assert.match(new URL(thanked.url).pathname, /mina-rapporter$/, "one stays where one was");
  assert.doesNotMatch(thanked.words, /Vilken sida/);
  await review(id, "accept");
  assert.match(card(await mine(), id), /Granskad: räknas med/);
  const other = await report(reporter, { description: "stegord två" });
  await review(other, "link", { main: id });
  assert.match(card(await mine(), other), /Samma händelse som i en annan rapport/);
  const select = /<select[^>]*name="till"[\s\S]*?<\/select>/.exec((await coordinator.get(`/1493/granska/${id}`)).text)[0];
  const to = /value="([0-9a-f-]{36})">([^<]+)/.exec(select);
  await review(id, "forward", { till: to[1], text: "internt ord" });
  const page = await mine();
  assert.match(card(page, id), new RegExp(`Vidareskickad till ${to[2].replace(/[()]/g, "\\$&")}`));
  assert.doesNotMatch(page.words, /internt ord/, "the note is for who got it");
});

test("a rejected report says why; a reason from before it was told keeps the reviewer's words", async () => {
  const id = await report(reporter, { description: "nejord" });
  await review(id, "reject", { skal: "unclear", text: "Platsen saknas" });
  assert.match(card(await mine(), id), /Avslagen: Går inte att förstå\. Platsen saknas/);
  assert.match((await coordinator.get(`/1493/granska/${id}`)).words + (await coordinator.get("/1493/granska")).words,
    /Den som rapporterade kan läsa det du skriver/);
  await execute(server.place, [`UPDATE review_act SET told = 0 WHERE event_id = ${idLiteral(id)}`]);
  const old = card(await mine(), id);
  assert.match(old, /Avslagen: Går inte att förstå/);
  assert.doesNotMatch(old, /Platsen saknas/);
});

test("nobody sees another's reports, questions or answers, and the organisation only its own", async () => {
  const theirs = await report(guard, { description: "grannord" });
  await answer(theirs, "Grannens svar.");
  for (const query of ["", "?vems=organisation", "?visa=besvarade&vems=organisation"]) {
    const page = await mine(reporter, query);
    assert.doesNotMatch(page.words, /grannord|Grannens svar/);
  }
  assert.match((await mine(guard)).words, /Grannens svar/);
  const own = await report(reporter, { description: "husord" });
  await answer(own, "Husets svar.");
  const boss = await mine(member, "?vems=organisation");
  assert.ok(shows(boss, own), "the same organisation");
  assert.match(card(boss, own), /Husets svar/);
  assert.ok(!shows(await mine(member), own), "but not as one's own");
  assert.equal((await reporter.send("GET", "/1493/svar")).status, 403);
  assert.equal((await reporter.send("GET", "/1493/installningar/svarsmallar")).status, 403);
  assert.equal((await reporter.send("GET", "/1473/mina-rapporter")).status, 403);
});

test("the organisation's reports are those of the list of events, also when they came in a file", async () => {
  const [{ n }] = await select(server.place, `SELECT count(*) AS n FROM event WHERE municipality_code = '1493'
    AND organisation_id = (SELECT m.organisation_id FROM membership m JOIN account a ON a.id = m.account_id
      WHERE m.municipality_code = '1493' AND a.email = 'bovard.1493@example.se')`);
  assert.ok(Number(n) > 100, `${n} reports`);
  const first = await mine(reporter, "?vems=organisation");
  assert.match(first.words.replace(/\u00a0/g, ""), new RegExp(`${n} rapporter`));
  const ids = (page) => [...page.text.matchAll(/id="r-([0-9a-f-]{36})"/g)].map((m) => m[1]);
  assert.equal(ids(first).length, 20, "a page at a time");
  const second = await mine(reporter, "?vems=organisation&sida=2");
  assert.equal(new Set([...ids(first), ...ids(second)]).size, 40);
  for (const href of first.links("/1493/handelser/").slice(0, 3))
    assert.equal((await reporter.get(href)).status, 200, href);
  const past = await mine(reporter, "?vems=organisation&sida=99999");
  assert.equal(past.status, 200);
  const waiting = await mine(reporter, "?visa=oppna&vems=organisation"); // a row of a file waits for no answer
  const count = Number(/(\d+) rapport/.exec(waiting.words)?.[1] ?? 0);
  assert.ok(count < Number(n) / 2, `${count} of ${n}`);
});

test("new answers stand first and are marked once; filters and pages hold them", async () => {
  const first = await report(guard, { description: "bläddra 0" });
  for (let i = 1; i <= 21; i++) await report(guard, { description: `bläddra ${i}` });
  assert.ok(!shows(await mine(guard), first), "on the second page");
  await answer(first, "Vi har sett det.");
  assert.match((await guard.get("/1493/rapportera")).words, /Mina rapporter \(1\)/);
  const page = await mine(guard);
  assert.match(card(page, first), /Nytt svar/);
  assert.ok(page.text.indexOf(`r-${first}`) < page.text.indexOf("bläddra 21"));
  const second = page.links("sida=2").find((h) => h.includes("sedan="));
  const next = await guard.get(second);
  assert.ok(!shows(next, first), "turning the page keeps the order that was first seen");
  const again = await mine(guard, "?visa=besvarade");
  assert.doesNotMatch(again.words, /Nytt svar/);
  assert.ok(shows(again, first));
  assert.ok(!shows(await mine(guard, "?visa=oppna"), first));
  assert.doesNotMatch((await guard.get("/1493/rapportera")).words, /Mina rapporter \(/);
});

test("answers pass the guard, want an action when they name one, and go once though sent twice", async () => {
  const id = await report(reporter, { description: "vaktord" });
  const page = await coordinator.get(`/1493/svar?om=${id}`);
  const refused = async (fields, said) => {
    const answer = await coordinator.submit(page, "/svar", { gor: "skicka", ...fields });
    assert.equal(answer.status, 422, answer.words);
    assert.match(answer.words, said);
    return answer;
  };
  await refused({ text: "" }, /Skriv vad du vill svara/);
  const kept = await refused({ text: "Ring 070-123 45 67" }, /kan peka ut en person/);
  assert.match(kept.text, /Ring 070-123 45 67/, "what was typed is kept");
  await refused({ text: "Vi gör [åtgärd]" }, /Välj en åtgärd/);
  await refused({ text: "Tack", rapport: [] }, /Välj minst en rapport/);
  await refused({ text: "Tack", atgard: randomUUID() }, /Åtgärden finns inte längre/);
  const shown = await coordinator.submit(page, "/svar", { gor: "visa", text: "Tack för [typ] vid [plats]." });
  assert.equal(shown.status, 200);
  assert.match(shown.words, /Så här blir svaret: Tack för .+ vid Provtorget\./);
  assert.doesNotMatch((await mine()).words, /vid Provtorget\./, "not sent yet");
  for (let i = 0; i < 2; i++)
    assert.equal((await coordinator.submit(shown, "/svar", { gor: "skicka" })).status, 303);
  assert.equal(card(await mine(), id).match(/vid Provtorget\./g).length, 1);
  // a page that was drawn before that answer sends nothing, and says so
  const late = await coordinator.submit(page, "/svar",
    { gor: "skicka", text: "För sent", omgang: randomUUID(), sedd: String(Date.now() - DAY) });
  assert.equal(late.status, 409);
  assert.match(late.words, /någon annan har redan svarat/);
  assert.doesNotMatch((await mine()).words, /För sent/);
  // taken back, it is as if it had never been
  const own = await coordinator.get(`/1493/svar?om=${id}`);
  await coordinator.submitOk(own, "/ta-tillbaka");
  assert.doesNotMatch((await mine()).words, /vid Provtorget\./);
  const again = await coordinator.submitOk(own, "/ta-tillbaka"); // pressed twice
  assert.match(again.url, new RegExp(`/svar\\?om=${id}`));
});

/** The page of the long list that a report stands on. */
async function listed(id) {
  for (let number = 1; ; number++) {
    const page = await coordinator.get(`/1493/svar?sida=${number}`);
    if (page.text.includes(`id="r-${id}"`)) return { page, number };
    assert.ok(page.text.includes('name="rapport"'), `${id} is on no page`);
  }
}
const saying = async (text) => (await select(server.place,
  `SELECT event_id FROM feedback_answer WHERE text = '${text}'`)).length;
const ticked = (page) => page.form("/svar").fields.getAll("rapport");

test("the long list answers what was chosen on it, though it has moved meanwhile", async () => {
  const one = await report(guard, { description: "flyttord ett" });
  const two = await report(guard, { description: "flyttord två" });
  const { page, number } = await listed(one);
  assert.ok(number > 1);
  const first = [...(await coordinator.get("/1493/svar")).text.matchAll(/name="rapport" value="([^"]+)"/g)];
  assert.equal(first.length, 20);
  await execute(server.place, first.map(([, id]) => // older than what is still awaited
    `UPDATE event SET reported_at = reported_at - ${200 * DAY} WHERE id = ${idLiteral(id)}`));
  assert.ok((await listed(one)).number < number);
  const shown = await coordinator.submit(page, "/svar", { gor: "visa", text: "Flyttsvar.", rapport: [one, two] });
  assert.equal(shown.status, 200);
  assert.deepEqual(new Set(ticked(shown)), new Set([one, two]), "looked at first, they are still chosen");
  assert.equal((await coordinator.submit(shown, "/svar", { gor: "skicka" })).status, 303);
  assert.equal(await saying("Flyttsvar."), 2);
});

test("in the long list too: a colleague was quicker, or the form is sent twice", async () => {
  const one = await report(guard, { description: "samtidigt ett" });
  const two = await report(guard, { description: "samtidigt två" });
  const { page } = await listed(one);
  await answer(one, "Kollegans svar.");
  const late = await coordinator.submit(page, "/svar",
    { gor: "skicka", text: "Senare svar.", rapport: [one, two] });
  assert.equal(late.status, 409, late.words);
  assert.match(late.words, /någon annan har redan svarat\. Inget svar skickades/);
  assert.match(late.words, /Kollegans svar\./, "what the colleague said is there to read");
  assert.equal(await saying("Senare svar."), 0, "nobody has got it");
  assert.deepEqual(new Set(ticked(late)), new Set([one, two]), "the choice is kept");
  assert.equal(late.form("/svar").fields.get("text"), "Senare svar.", "and what was typed");
  for (let i = 0; i < 2; i++) {
    const sent = await coordinator.submit(late, "/svar", { gor: "skicka", rapport: [two] });
    assert.equal(sent.status, 303, sent.words);
  }
  assert.equal(await saying("Senare svar."), 1, "sent twice, answered once");
});

test("two weeks later: an action is done, and all who reported hear it at once", async () => {
  const one = await report(reporter, { description: "lagaord ett", east: 436000, north: 6509000 });
  const two = await report(guard, { description: "lagaord två", east: 436020, north: 6509010 });
  const far = await report(guard, { description: "lagaord långt bort", east: 439000, north: 6509000 });
  const [{ id: owner }] = await select(server.place,
    "SELECT id FROM organisation WHERE municipality_code = '1493' ORDER BY name LIMIT 1");
  const action = randomUUID(), now = Date.now();
  await execute(server.place, [`INSERT INTO action (municipality_code, id, title, problem, type_code, circle,
    place_name, kind, organisation_id, starts_at, ends_at, yearly, remind_days, state, state_at, version,
    created_at, changed_at) VALUES ('1493', ${idLiteral(action)}, 'Laga rutan', 'Trasig ruta', 'damage',
    '436000-6509000-100', 'Provgården', 'repair', ${engine === "postgres" ? `'${owner}'` : `x'${owner}'`},
    ${now + DAY}, ${now + 30 * DAY}, 0, 7, 'planned', ${now}, 1, ${now}, ${now})`]);
  const page = await coordinator.get(`/1493/svar?fran=${action}`);
  assert.ok(page.text.includes(one) && page.text.includes(two) && !page.text.includes(far));
  assert.ok((await coordinator.get(`/1493/atgarder/${action}`)).text.includes(`/1493/svar?fran=${action}`));
  // the template of a planned action, from the button without script
  const filled = await coordinator.submit(page, "/svar", { gor: "mall", mall: "planned", rapport: [one, two] });
  assert.match(filled.words, /Vi har planerat: Laga rutan/);
  await coordinator.submitOk(filled, "/svar", { gor: "skicka" });
  for (const [who, id] of [[reporter, one], [guard, two]]) {
    const said = card(await mine(who), id);
    assert.match(said, /Åtgärd planerad: Laga rutan, från .+ till/);
    assert.match(said, /Vi har planerat: Laga rutan\./);
  }
  assert.doesNotMatch((await coordinator.get("/1493/svar")).words, /Klara åtgärder/);
  await execute(server.place, [`UPDATE action SET state = 'done', state_at = ${Date.now() + 1}, version = 2
    WHERE id = ${idLiteral(action)}`]);
  const desk = await coordinator.get("/1493/svar");
  assert.match(desk.words, /Laga rutan: 2 rapporter väntar på besked/);
  const done = await coordinator.get(desk.links(`fran=${action}`)[0]);
  const thanks = await coordinator.submit(done, "/svar", { gor: "mall", mall: "done" });
  await coordinator.submitOk(thanks, "/svar", { gor: "skicka" });
  for (const [who, id] of [[reporter, one], [guard, two]]) {
    const said = card(await mine(who), id);
    assert.match(said, /Åtgärd genomförd: Laga rutan/);
    assert.match(said, /Det är åtgärdat nu\./);
  }
  assert.doesNotMatch((await coordinator.get("/1493/svar")).words, /Laga rutan: \d/);
});

test("words that are taken out of a report go out of its answers", async () => {
  const id = await report(reporter, { description: "Vid igelkotten låg glas" });
  await answer(id, "Glaset vid igelkotten är borta.");
  assert.match((await mine()).words, /Glaset vid igelkotten/);
  await review(id, "strike", { stryk: "igelkotten", saker: "1" });
  const page = await mine();
  assert.doesNotMatch(page.words, /igelkotten/);
  assert.match(card(page, id), /Glaset vid .+ är borta/);
  await review(id, "strike", { allt: "1", saker: "1" });
  assert.doesNotMatch((await mine()).words, /är borta/);
  const rows = await select(server.place, "SELECT text FROM feedback_answer");
  assert.doesNotMatch(JSON.stringify(rows), /igelkotten/);
});

test("templates are the municipality's own: changed, added, removed, and guarded", async () => {
  const list = await coordinator.get("/1493/installningar/svarsmallar");
  assert.match(list.words, /Åtgärdat, tack .+ Kommer med Samsyn/);
  assert.ok((await coordinator.get("/1493/installningar")).text.includes("/1493/installningar/svarsmallar"));
  const known = await coordinator.get("/1493/installningar/svarsmallar/known");
  const named = await coordinator.submit(known, "/known", { text: "Mejla kalle@example.se" });
  assert.equal(named.status, 422);
  assert.match((await coordinator.submitOk(known, "/known", { text: "Vi vet. [plats]" })).words, /Ändrad av er/);
  const twice = await coordinator.submit(known, "/known", { text: "Något annat" });
  assert.match(twice.words, /Någon annan har ändrat mallen/);
  const fresh = await coordinator.get("/1493/installningar/svarsmallar/ny");
  const added = await coordinator.submitOk(fresh, "/ny", { namn: "Vår egen", text: "Hej från oss." });
  const again = await coordinator.submitOk(fresh, "/ny", { namn: "Vår egen", text: "Hej från oss." });
  assert.equal(again.text.split(">Vår egen<").length, 2, "a form that is sent twice makes one template");
  const href = /href="([^"]+svarsmallar\/[0-9a-f-]{36})">Vår egen/.exec(added.text)[1];
  const id = await report(reporter);
  const desk = await coordinator.get(`/1493/svar?om=${id}`);
  assert.match(desk.words, /Vår egen/);
  const removed = await coordinator.submitOk(await coordinator.get(href), "/ta-bort");
  assert.doesNotMatch(removed.words, /Vår egen/);
  assert.equal((await coordinator.get(href)).status, 404);
});

test("the page of answers stands in the menu, and says whom it does not count", async () => {
  assert.match((await coordinator.get("/1493/nu")).text, /href="\/1493\/svar"[^>]*>Svara rapportörer</);
  assert.doesNotMatch((await reporter.get("/1493/mina-rapporter")).text, /href="\/1493\/svar"/);
  await report(reporter, { description: "menyord" });
  const desk = await coordinator.get("/1493/svar");
  assert.match(desk.words, /Det invånare skickar räknas inte här/);
  assert.ok(desk.links("/1493/otrygga-platser").length > 1, "a link beside the one in the menu");
  const form = desk.text.slice(desk.text.indexOf('action="/1493/svar"'));
  assert.match(/<button[^>]*type="submit"[^>]*>/.exec(form)[0], /value="visa"/, "Enter shows how it would be");
  assert.match(form, /value="mall" formaction="\/1493\/svar#f-text"/, "the template is where one comes to");
});

test("the share answered is reckoned on the server, and that nothing has happened is not counted", async () => {
  const share = async () => {
    const row = /<th scope="row">Alla<\/th>(.*?)<\/tr>/s.exec((await coordinator.get("/1493/svar")).text)[1];
    const [, answered, all] = /(\d+) av (\d+) \(\d+ %\)/.exec(row.split("<td").at(-2).replace(/&nbsp;|\u00a0|\u202f/g, ""));
    return [Number(answered), Number(all)];
  };
  const [answered, all] = await share();
  const id = await report(reporter);
  await reporter.submitOk(await reporter.get("/1493/rapportera/inget"), "/rapportera/inget", { span: "today" });
  assert.deepEqual(await share(), [answered, all + 1]);
  await answer(id, "Tack.");
  assert.deepEqual(await share(), [answered + 1, all + 1]);
  const no = await report(reporter);
  await review(no, "reject", { skal: "test" });
  assert.deepEqual(await share(), [answered + 2, all + 2], "a rejection with a reason is an answer");
});

/** A day passes for the program: what it did once today it does again when it starts. */
async function nextDay(days) {
  await server.stop();
  await execute(server.place, [
    "DELETE FROM setting WHERE key = 'daily_feedback_digest'",
    "DELETE FROM job WHERE kind = 'feedback_digest'",
    `UPDATE feedback_answer SET at = at - ${days * DAY}`,
    `UPDATE review_act SET at = at - ${days * DAY}`,
    `UPDATE review_question SET asked_at = asked_at - ${days * DAY}`,
    `UPDATE feedback_seen SET at = at - ${days * DAY}`,
    `UPDATE feedback_letter SET sent_at = sent_at - ${days * DAY}`,
  ]);
  await server.start(["--no-limits", "--demo"]);
  for (let state; state !== "done";) // until the job has run
    state = (await select(server.place, "SELECT state FROM job WHERE kind = 'feedback_digest'"))[0]?.state;
  await everybody();
}
const letters = async () => (await select(server.place, "SELECT recipient, body, stop FROM mail")).filter((l) =>
  l.body.includes("det du har rapporterat"));

test("a letter at most once a week, with a number and a link; out of it in one press, without logging in", async () => {
  server.removeAfter = false; // it is stopped and started here
  try {
    await execute(server.place, ["DELETE FROM mail",
      "INSERT INTO setting (municipality_code, key, value) VALUES ('0000', 'public_url', 'http://127.0.0.1:1')"]);
    for (const who of [reporter, guard, member]) await mine(who); // all is seen
    const id = await report(reporter, { description: "brevord" });
    await answer(id, "Hemligt brevsvar.");
    await nextDay(8);
    const first = await letters();
    assert.deepEqual(first.map((l) => l.recipient), ["bovard.1493@example.se"]);
    assert.match(first[0].body, /Mariestad: 1 svar på dina rapporter/);
    assert.match(first[0].body, /\/1493\/mina-rapporter/);
    assert.doesNotMatch(first[0].body, /brevord|Hemligt|Provtorget/);
    assert.ok(first[0].body.includes(first[0].stop), "the address is in the letter and in its header");
    await nextDay(0); // started again: no second
    assert.equal((await letters()).length, 1);
    await nextDay(8); // a week later: nothing new
    assert.equal((await letters()).length, 1);
    const stranger = server.client(), way = new URL(first[0].stop).pathname;
    assert.equal((await stranger.get(`${way}x`)).status, 404);
    const ask = await stranger.get(way);
    assert.match(ask.words, /Sluta få mejl\?/);
    assert.match((await mine()).words, /Du får e-post högst en gång i veckan/, "looking at it changes nothing");
    // as a mail program sends it: no page before, no origin, no session
    const stopped = await stranger.send("POST", way, { body: "List-Unsubscribe=One-Click",
      headers: { "content-type": "application/x-www-form-urlencoded" } });
    assert.equal(stopped.status, 200);
    assert.match(stopped.words, /Du får inga fler mejl/);
    const off = await mine();
    assert.match(off.words, /Du får ingen e-post om svar/);
    await answer(id, "Ett till.");
    await nextDay(8);
    assert.equal((await letters()).length, 1, "no is no");
    const on = await reporter.submitOk(await mine(reporter, "?visa=oppna"), "/brev", { brev: "pa" });
    assert.match(on.words, /Du får e-post högst en gång i veckan/);
  } finally {
    server.removeAfter = true;
  }
});
