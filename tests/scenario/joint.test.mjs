// SPDX-License-Identifier: AGPL-3.0-or-later
// "Mina kommuner": several municipalities side by side, each behind its own wall; and what an organisation
// takes along when it leaves.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "./client.mjs";
import { execute, select } from "./database.mjs";
import { newInstallation, samsynOk, startServer } from "./lib.mjs";
import { idText } from "./objects.mjs";

const TOWNS = { 1447: "Gullspång", 1473: "Töreboda", 1493: "Mariestad" };
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const PERIOD = `from=${day(60)}&to=${day(31)}`;
let place, server, coordinator, officer;

/** The rows of the CSV, a list of cells each. */
const rowsOf = (page) => page.text.replace(/^\ufeff/, "").trim().split("\r\n").slice(1)
  .map((line) => line.split(";").map((cell) => cell.replace(/^"|"$/g, "")));

before(async () => {
  place = await newInstallation();
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

test("each municipality says the same as on its own page, and together they are the sum", async () => {
  const rows = rowsOf(await coordinator.get(`/mina-kommuner.csv?${PERIOD}`));
  const page = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  let sum = 0;
  for (const [code, name] of Object.entries(TOWNS)) {
    const json = (await coordinator.get(`/${code}/laget.json?${PERIOD}`)).json();
    const [whole] = rows.filter((row) => row[0] === code && row[2] === "");
    assert.deepEqual(whole.slice(0, 2), [code, name]);
    assert.deepEqual(whole.slice(4, 6).map(Number), [json.all.n, json.all.before.n]);
    for (const type of json.types.filter((t) => !t.parent)) {
      const [row] = rows.filter((r) => r[0] === code && r[2] === type.code);
      assert.deepEqual(row.slice(4, 6).map(Number), [type.n, type.before.n], `${code} ${type.code}`);
    }
    assert.ok(page.links(`/${code}/laget?${PERIOD}`).length > 0);
    sum += json.all.n;
  }
  assert.match(page.words.replaceAll("\u202f", ""), new RegExp(`${sum} händelser i alla kommunerna tillsammans, mot`));
});

test("what waits in each municipality stands first, each thing a link to where it is done", async () => {
  const page = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  const first = page.text.slice(page.text.indexOf('id="vantar"'), page.text.indexOf("data-part"));
  for (const [code, name] of Object.entries(TOWNS)) {
    const [waiting] = await select(place, `SELECT count(*) AS n FROM event WHERE municipality_code = '${code}' AND state = 'submitted'`);
    assert.ok(Number(waiting.n) > 1);
    assert.ok(first.includes(`<a href="/${code}/granska">${waiting.n} rapporter att granska</a>`), name);
  }
  assert.match(first, /href="\/1493\/atgarder">1 åtgärd har passerat sin sista dag</);
  await execute(place, ["UPDATE event SET state = 'included' WHERE municipality_code = '1447' AND state = 'submitted'"]);
  const mended = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  assert.ok(!mended.text.includes('href="/1447/granska"'));
  assert.match(mended.text, /href="\/1473\/granska">\d+ rapporter att granska/);
});

test("each municipality is shown for its own period under way, and says which", async () => {
  const now = Date.now();
  const current = async (code) => (await select(place, `SELECT name, starts_at, ends_at FROM period WHERE
    municipality_code = '${code}' AND starts_at <= ${now} AND ends_at > ${now}`))[0];
  const date = (msec) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(Number(msec));
  const page = await coordinator.get("/mina-kommuner");
  assert.match(page.text, /<option value="now" selected>Perioden som pågår i varje kommun</);
  const rows = rowsOf(await coordinator.get("/mina-kommuner.csv"));
  for (const code of Object.keys(TOWNS)) {
    const period = await current(code);
    assert.ok(page.words.includes(`${period.name}, `), `${code} ${period.name}`);
    const [from, to] = [date(period.starts_at), date(Number(period.ends_at) - 1)];
    assert.ok(page.links(`/${code}/laget?from=${from}&to=${to}`).length > 0, `${code} ${from} ${to}`);
    assert.deepEqual(rows.find((row) => row[0] === code).slice(-2), [from, to]);
  }
  assert.match(page.words, /i alla kommunerna tillsammans/); // the same days for all of them
  assert.doesNotMatch(page.words, /Kommunerna har olika dagar/);

  const own = await current("1447"); // one without: the last 14 days, and nothing is added up
  const move = (days) => execute(place, [`UPDATE period SET starts_at = starts_at + ${days * 86_400_000},
    ends_at = ends_at + ${days * 86_400_000} WHERE municipality_code = '1447' AND name = '${own.name}'`]);
  await move(-2000);
  const apart = await coordinator.get("/mina-kommuner");
  const fixed = await coordinator.get("/mina-kommuner?period=14");
  await move(2000);
  assert.match(apart.words, /Ingen period pågår här\. Siffrorna gäller de senaste 14 dagarna/);
  assert.match(apart.words, /Kommunerna har olika dagar/);
  assert.doesNotMatch(apart.words, /i alla kommunerna tillsammans|Typ för typ/);
  assert.match(fixed.words, /i alla kommunerna tillsammans/);
  assert.doesNotMatch(fixed.words, /Ingen period pågår/);
});

test("a number leads to exactly the rows behind it, in its municipality", async () => {
  const page = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  const link = page.links("/1447/handelser?").find((l) => l.endsWith("type=damage"));
  const list = await coordinator.get(link);
  const said = /class="said"[^>]*>([\d\s\u00a0\u202f]+) händelse/.exec(list.text)[1];
  const [row] = rowsOf(await coordinator.get(`/mina-kommuner.csv?${PERIOD}`))
    .filter((r) => r[0] === "1447" && r[2] === "damage");
  assert.equal(said.replace(/\D/g, ""), row[4]);
});

test("only where one has a role, and only what the role sees there", async () => {
  const alone = await officer.get("/mina-kommuner");
  assert.equal(alone.status, 200);
  assert.doesNotMatch(alone.words, /Gullspång|Töreboda/);
  assert.doesNotMatch(alone.words, /Typ för typ/); // one alone is no table
  assert.doesNotMatch((await officer.get("/1493/laget")).text, /href="\/mina-kommuner"/);
  assert.match((await coordinator.get("/1493/laget")).text, /href="\/mina-kommuner"/);

  const role = (town, to) => execute(place, [`UPDATE membership SET ${to} WHERE municipality_code = '${town}'
    AND account_id = (SELECT id FROM account WHERE email = 'samordnare@example.se')`]);
  await role("1447", "role = 'reporter'");
  await role("1473", "state = 'ended'");
  const page = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  const csv = rowsOf(await coordinator.get(`/mina-kommuner.csv?${PERIOD}`));
  await role("1447", "role = 'prevention_coordinator'");
  await role("1473", "state = 'active'");
  assert.match(page.words, /Gullspång Rapportör Din roll här ser inte lägesbilden/);
  assert.doesNotMatch(page.words, /Töreboda/);
  assert.deepEqual([...new Set(csv.map((row) => row[0]))], ["1493"]);
  assert.equal(page.links("/1447/laget").length + page.links("/1447/handelser").length, 0);
});

test("wrong dates are told, and nobody else is let in", async () => {
  const wrong = await coordinator.get("/mina-kommuner?from=2026-02-31&to=2026-03-01");
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Något behöver rättas/);
  const stranger = await server.client().send("GET", "/mina-kommuner");
  assert.equal(stranger.status, 303);
  const administrator = await server.logIn("system@example.se");
  assert.match((await administrator.get("/mina-kommuner")).words, /Du har ingen roll i någon kommun/);
});

test("after log-in who coordinates several sees them all; within a session one is where one was", async () => {
  const fresh = await server.logIn("samordnare@example.se");
  assert.match((await fresh.get("/")).url, /\/mina-kommuner$/);
  await fresh.get("/1473/nu");
  assert.match((await fresh.get("/")).url, /\/1473\/nu$/);
});

test("others with several places land where they last worked on that device", async () => {
  await execute(place, [`INSERT INTO membership (municipality_code, account_id, role, organisation_id, state,
    created_at, changed_at) SELECT '1447', account_id, role, NULL, 'active', created_at, changed_at
    FROM membership WHERE municipality_code = '1493' AND account_id =
    (SELECT id FROM account WHERE email = 'kommunpolis.1493@example.se')`]);
  const client = await server.logIn("kommunpolis.1493@example.se");
  assert.match((await client.get("/")).url, /\/1447\/nu$/); // nothing is known yet: the first
  await client.get("/1493/nu");
  const page = await client.get("/1493/nu");
  await client.submitOk(page, "/logga-ut");
  await client.submitOk(await client.get("/logga-in"), "/logga-in",
    { email: "kommunpolis.1493@example.se", password: PASSWORD });
  assert.match((await client.get("/")).url, /\/1493\/nu$/);
  await execute(place, [`DELETE FROM membership WHERE municipality_code = '1447' AND account_id =
    (SELECT id FROM account WHERE email = 'kommunpolis.1493@example.se')`]);
  await client.submitOk(await client.get("/konto"), "/logga-ut");
});

test("more than a page of municipalities: each is somewhere, and the page says which it shows", async () => {
  const account = "(SELECT id FROM account WHERE email = 'samordnare@example.se')";
  await execute(place, [`INSERT INTO membership (municipality_code, account_id, role, organisation_id, state,
    created_at, changed_at) SELECT m.code, a.id, 'prevention_coordinator', NULL, 'active', a.created_at, a.created_at
    FROM (SELECT code FROM municipality WHERE code LIKE '14%' AND code NOT LIKE '%00'
      AND code NOT IN ('1447', '1473', '1493') ORDER BY code LIMIT 20) m, account a
    WHERE a.email = 'samordnare@example.se'`]);
  const first = await coordinator.get(`/mina-kommuner?${PERIOD}`);
  const last = await coordinator.get(`/mina-kommuner?${PERIOD}&sida=2`);
  const beyond = await coordinator.get(`/mina-kommuner?${PERIOD}&sida=9`);
  await execute(place, [`DELETE FROM membership WHERE account_id = ${account}
    AND municipality_code NOT IN ('1447', '1473', '1493')`]);
  const towns = (page) => [...page.text.matchAll(/<h3 id="k-(\d{4})"/g)].map((m) => m[1]);
  assert.equal(towns(first).length, 20);
  assert.equal(towns(last).length, 3);
  assert.equal(new Set([...towns(first), ...towns(last)]).size, 23);
  assert.match(first.words, /Kommun 1–20 av 23\. Summorna gäller dem som står på sidan/);
  assert.match(last.words, /Kommun 21–23 av 23/);
  assert.deepEqual(towns(beyond), towns(last));
  assert.doesNotMatch((await coordinator.get(`/mina-kommuner?${PERIOD}`)).words, /Summorna gäller/);
});

test("the reading stands in the log of each municipality", async () => {
  const count = async (town) => (await select(place, `SELECT count(*) AS n FROM audit
    WHERE municipality_code = '${town}' AND action = 'picture.read'`))[0].n;
  const earlier = await Promise.all(Object.keys(TOWNS).map(count));
  await coordinator.get("/mina-kommuner");
  const later = await Promise.all(Object.keys(TOWNS).map(count));
  assert.deepEqual(later.map(Number), earlier.map((n) => Number(n) + 1));
});

test("what an organisation has reported comes along in one click", async () => {
  const [{ id, n }] = await select(place, `SELECT organisation_id AS id, count(*) AS n FROM event
    WHERE municipality_code = '1493' AND organisation_id IS NOT NULL AND state IN ('submitted', 'included', 'redacted')
    GROUP BY organisation_id ORDER BY n DESC, id LIMIT 1`);
  const text = idText(id);
  const page = await coordinator.get(`/1493/installningar/organisationer/${text}`);
  const [csv] = page.links("/1493/handelser.csv?");
  const file = await coordinator.get(csv.replaceAll("&amp;", "&"));
  assert.equal(file.text.trim().split("\r\n").length - 1, Number(n));
});
