// SPDX-License-Identifier: AGPL-3.0-or-later
// An exercise in a working municipality: started in one press, with the group's own organisations and
// invented reports; behind the walls of another municipality while it goes on; gone without a trace after it.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { after, before } from "node:test";
import { execute, insert, select } from "./database.mjs";
import { samsyn, startServer } from "./lib.mjs";
import { idText, newId } from "./objects.mjs";
import { plain } from "./photos.mjs";

const at = "/installningar/ovning";
let server, lead, reporter, tables;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits"] });
  [lead, reporter] = [await server.logIn("samordnare@example.se"), await server.logIn("bovard.1493@example.se")];
  tables = await tablesOfMunicipalities();
});
after(() => server?.stop());

/** Read from the database itself, so that a new table is never forgotten. */
async function tablesOfMunicipalities() {
  const rows = server.place.database
    ? await select(server.place, `SELECT c.table_name AS name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = current_schema() AND c.column_name = 'municipality_code'
          AND c.ordinal_position = 1 AND t.table_type = 'BASE TABLE'`)
    : await select(server.place, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND c.name = 'municipality_code' AND c.cid = 0`);
  assert.ok(rows.length >= 55, `${rows.length} tables`);
  return rows.map((r) => r.name);
}
async function count(table, town, more = "") {
  const rows = await select(server.place,
    `SELECT count(*) AS n FROM ${table} WHERE municipality_code = '${town}' ${more}`);
  return Number(rows[0].n);
}
/** All tables at once: { table: rows }. */
async function counts(town) {
  const rows = await select(server.place, tables.map((t) => `SELECT '${t}' AS name, count(*) AS n FROM ${t}
    WHERE municipality_code = '${town}'${t === "change_log" ? " AND NOT (table_name = 'event' AND op = 'd')" : ""}`)
    .join(" UNION ALL "));
  assert.equal(rows.length, tables.length);
  return Object.fromEntries(rows.map((r) => [r.name, Number(r.n)]));
}
/** What the log of the real municipality grows by is no event of it. */
const lasting = ({ audit, change_head, change_log, setting, ...rest }) => rest;
const mails = async () => Number((await select(server.place, "SELECT count(*) AS n FROM mail"))[0].n);
const running = async () => Number((await select(server.place,
  "SELECT count(*) AS n FROM municipality WHERE code = '6493'"))[0].n);
const event = async (c, text) => {
  assert.match((await c.get("/6493/rapportera/flera")).words, /Skicka i övningen/);
  const form = await c.get("/6493/rapportera");
  assert.equal(form.status, 200, form.words);
  return c.submit(form, "/rapportera", { main: "damage", detail: "damage.glass", when: "nyss", unknown: "1", text });
};
let real;

test("before it there is no such place, and only who may change settings starts one", async () => {
  assert.equal((await reporter.get(`/1493${at}`)).status, 403);
  const gone = await lead.get("/6493/nu");
  assert.equal(gone.status, 410);
  assert.match(gone.words, /Övningen är avslutad/);
  assert.equal((await server.client().send("GET", "/6493/nu")).location.pathname, "/logga-in");
  const page = await lead.get("/1493/installningar/kom-igang");
  assert.equal(page.links(`/1493${at}`).length, 1);
});

test("one press starts it, two start one", async () => {
  real = lasting(await counts("1493"));
  const form = await lead.get(`/1493${at}`);
  assert.match(form.words, /Övning Mariestad/);
  assert.match(form.words, /Bovärd Exempel, Mariestad, Rapportör/);
  const [one, two] = await Promise.all([lead.submit(form, at, {}), lead.submit(form, at, {})]);
  assert.deepEqual([one.status, two.status], [303, 303]);
  for (const page of [one, two]) assert.equal(page.location.pathname, `/6493${at}`);
  assert.deepEqual([one, two].map((p) => p.location.searchParams.get("klart")).sort(),
    ["drill_started", "drill_was_running"]);
  assert.equal(await running(), 1);
  const starts = await select(server.place, `SELECT detail FROM audit WHERE municipality_code = '1493'
    AND action = 'drill.start'`);
  assert.equal(starts.length, 1);
  assert.equal(await count("membership", "6493"), await count("membership", "1493", "AND state = 'active'"));
  for (const t of ["organisation", "area"]) assert.equal(await count(t, "6493"), await count(t, "1493"), t);
  const reports = await count("event", "6493");
  assert.ok(reports > 300 && reports < 400, `${reports} reports`);
  assert.equal(await count("event", "6493", "AND origin IS NULL"), 0);
  assert.ok((await count("event", "6493", "AND state = 'submitted'")) >= 8);
  assert.equal(await count("action", "6493"), 4);
  assert.deepEqual(lasting(await counts("1493")), real);
});

test("every page of it says what it is, and the real one tells of it", async () => {
  for (const to of ["nu", "granska", "svar", "mote", "atgarder", "lagesbrev", "laget", "handelser", "analys",
    "rapportera", "installningar", "mina-rapporter", "installningar/ovning"]) {
    const page = await lead.get(`/6493/${to}`);
    assert.equal(page.status, 200, `${to}: ${page.words.slice(0, 300)}`);
    assert.match(page.words, /Övning\. Allt här är påhittat\. Inget publiceras och inga mejl skickas\./, to);
    assert.ok(page.links("/1493/rapportera").length > 0, to);
    assert.ok(page.links("/6493/installningar/ovning/avsluta").length > 0, to);
  }
  assert.match((await lead.get("/6493/atgarder")).words, /Fotpatrull fredag och lördag kväll/);
  assert.match((await lead.get("/6493/granska")).words, /apperskorg/);
  const form = await reporter.get("/6493/rapportera");
  assert.match(form.words, /Riktiga händelser rapporterar du i Mariestad/);
  assert.match(form.words, /Samordnaren avslutar övningen/);
  const done = await event(reporter, "Ruta krossad i övningen");
  assert.equal(done.status, 303, done.words);
  const receipt = await reporter.get(done.location.pathname + done.location.search);
  assert.match(receipt.words, /Övning\. Allt här är påhittat/);
  assert.match((await lead.get("/6493/granska")).words, /Ruta krossad i övningen/);
  for (const to of ["/1493/nu", "/1493/granska"]) {
    const page = await lead.get(to);
    assert.match(page.words, /En övning pågår\. Gå till övningen/, to);
    assert.doesNotMatch(page.words, /Ruta krossad i övningen/, to);
  }
  assert.doesNotMatch((await lead.get("/1473/nu")).words, /En övning pågår/);
});

test("nobody comes to it by surprise", async () => {
  assert.equal((await lead.get("/6493/nu")).status, 200);
  assert.notEqual((await lead.send("GET", "/")).location.pathname, "/6493/");
  assert.equal((await reporter.send("GET", "/")).location.pathname, "/1493/");
  const fresh = await server.logIn("bovard.1493@example.se");
  assert.equal((await fresh.send("GET", "/")).location.pathname, "/1493/");
  assert.doesNotMatch((await lead.get("/mina-kommuner")).text, /href="\/6493\/[^"]*"[^>]*>Övning Mariestad</);
  const admin = await server.logIn("system@example.se");
  assert.doesNotMatch((await admin.get("/0000/installningar/kommuner")).words, /Övning Mariestad/);
  assert.equal((await admin.get("/0000/installningar/kommuner/6493")).status, 404);
  assert.doesNotMatch((await admin.get("/0000/handelser?q=krossad+i+övningen")).words, /Ruta krossad i övningen/);
});

test("who loses the role in the municipality loses the exercise", async () => {
  const state = (now) => execute(server.place, [`UPDATE membership SET state = '${now}' WHERE municipality_code = '1493'
    AND account_id = (SELECT id FROM account WHERE email = 'bovard.1493@example.se')`]);
  await state("suspended");
  assert.equal((await reporter.get("/6493/rapportera")).status, 410);
  await state("active");
  assert.equal((await reporter.get("/6493/rapportera")).status, 200);
});

test("the public sees nothing of it, on any page", async () => {
  const c = server.client();
  const described = (await c.get("/api/v1/openapi.json")).json();
  const public_ = Object.keys(described.paths).filter((p) => p.startsWith("/{slug}"));
  assert.ok(public_.length > 15);
  for (const p of public_)
    for (const slug of ["ovning-mariestad", "6493"]) {
      const to = p.replace("{slug}", slug).replace("{id}", "019ab1e0-0000-7000-8000-000000000000")
        .replace("{z}", "6").replace("{x}", "34").replace("{y}", "19");
      const page = await c.send("GET", to);
      assert.ok([303, 401, 404, 405].includes(page.status), `${to}: ${page.status}`);
      if (page.status === 303) assert.equal(page.location.pathname, "/logga-in", to);
      assert.doesNotMatch(page.text, /Övning Mariestad/, to);
    }
  assert.doesNotMatch((await c.get("/")).text, /vning-mariestad|6493/);
});

/** Pages of a municipality by code, asked for by nobody in particular. */
async function open(status) {
  const c = server.client(), described = (await c.get("/api/v1/openapi.json")).json(), found = [];
  const paths = Object.keys(described.paths).filter((p) => p.startsWith("/{municipality}") && described.paths[p].get);
  assert.ok(paths.length > 40, `${paths.length}`);
  for (const p of paths) {
    const to = p.replace("{municipality}", "6493").replace(/\{[a-z_]*id\}/g, newId()).replace(/\{[a-z_]+\}/g, "1");
    const page = await c.send("GET", to);
    if (page.status === status) found.push(p);
    else assert.ok([303, 401, 404].includes(page.status), `${to}: ${page.status}`);
    if (page.status === 303) assert.equal(page.location.pathname, "/logga-in", to);
  }
  return found.sort();
}
const phones = ["", "/flera", "/inget"].map((p) => `/{municipality}/rapportera/utan-nat${p}`);

test("without log-in there is only the empty forms of phones, and only while it goes on", async () => {
  assert.deepEqual(await open(200), phones);
  for (const p of phones) {
    const page = await server.client().get(p.replace("{municipality}", "6493"));
    assert.match(page.text, /noindex/);
    assert.doesNotMatch(page.words, /Övnings(?!data)|Bovärd/, p);
  }
});

test("nothing is published, read in or sent", async () => {
  const form = await lead.get("/6493/laget/publicera");
  assert.equal(form.status, 200);
  const published = await lead.post("/6493/laget/publicera", { csrf: form.form("/logga-ut").fields.get("csrf") });
  assert.equal(published.status, 409);
  assert.match(published.words, /Här hade det publicerats\. I en övning ser allmänheten ingenting\./);
  assert.doesNotMatch(published.words, /Felkod|Behöver du hjälp/);
  assert.equal(await count("published_picture", "6493"), 0);
  for (const [to, said] of [["importera", /läser Samsyn inte in filer/],
    ["installningar/konton/bjud-in", /bjuder du inte in någon/]]) {
    const page = await lead.get(`/6493/${to}`);
    assert.equal(page.status, 409, to);
    assert.match(page.words, said);
  }
  const before_ = await mails();
  const plan = await lead.get("/6493/mote");
  const made = await lead.submitOk(plan, "/6493/mote", {});
  assert.ok(made.status < 400, made.words);
  const id = (await select(server.place, "SELECT id FROM meeting WHERE municipality_code = '6493'"))[0]?.id;
  assert.ok(id, made.words);
  const room = `/6493/mote/${idText(id)}`;
  await lead.submitOk(await lead.get(room), "/oppna", {});
  const closing = await lead.get(`${room}/avsluta`);
  assert.match(closing.words, /Det här är en övning, så inga mejl skickas\. De \d+ som skulle ha gått ut visas på övningens sida\./);
  const minutes = await lead.submitOk(closing, "/avsluta", {});
  assert.match(minutes.words, /Inga mejl har skickats, för det här är en övning\./);
  assert.doesNotMatch(minutes.words + closing.words, /får ett mejl|har fått en länk/);
  assert.ok((await count("drill_letter", "6493")) > 0);
  assert.equal(await mails(), before_);
  const own = await lead.get(`/6493${at}`);
  assert.match(own.words, /Du är i övningen\. Tillbaka till Mariestad.*Mejl som skulle ha skickats/);
  assert.match(own.text, /<details[^>]*><summary>[^<]+<\/summary><pre>[^<]*\/mote\//);
  const open = await lead.get("/6493/installningar/otrygg-plats");
  assert.equal(open.status, 200);
  assert.equal(open.links("/ovning-mariestad/otrygg-plats").length, 0);
  const refused = await lead.submit(open, "/installningar/otrygg-plats", { on: "1" });
  assert.equal(refused.status, 409);
  assert.match(refused.words, /I en övning går det inte att slå på en sida för allmänheten/);
  assert.equal(await count("setting", "6493", "AND key LIKE '%citizen%'"), 0);
});

test("no command and no file brings anything real into it", async () => {
  for (const args of [["init", ...server.place.args, "--municipality", "6493"],
    ["account", "add", ...server.place.args, "--municipality", "6493", "--role", "reporter", "ny@example.se"]]) {
    const said = await samsyn(args, { input: "ett långt lösenord 27\n" });
    assert.notEqual(said.code, 0, args.join(" "));
    assert.match(said.err, /6493/);
  }
  assert.equal(Number((await select(server.place, "SELECT active AS n FROM municipality WHERE code = '6493'"))[0].n), 0);
});

test("one press ends it: no row, no file, nothing of what is real", async () => {
  const id = newId(), hash = "0".repeat(64);
  const photos = path.join(server.place.data, "photos", "6493"), file = path.join(photos, `${id}-${hash.slice(0, 16)}.jpg`);
  mkdirSync(photos, { recursive: true, mode: 0o700 });
  writeFileSync(file, "photo");
  await execute(server.place, [insert("photo", { municipality_code: "6493", id, sort: 0, bytes: 5, width: 1,
    height: 1, hash, created_at: Date.now(), created_by: id })]);
  const confirm = await lead.get(`/6493${at}/avsluta`);
  assert.match(confirm.words, /Det här tas bort Rapporter 3\d\d Åtgärder 4 Möten 1/);
  const [one, two] = await Promise.all([lead.submit(confirm, "/avsluta", {}), lead.submit(confirm, "/avsluta", {})]);
  assert.ok([one, two].some((p) => p.status === 303 && p.location.pathname === `/1493${at}`));
  assert.equal(await running(), 0);
  // change_head is a counter: by it, what is in memory is known to be old
  const left = Object.entries(await counts("6493")).filter(([t, n]) => n && t !== "change_head");
  assert.deepEqual(left, []);
  assert.deepEqual(lasting(await counts("1493")), real);
  assert.equal(existsSync(file), false);
  const ends = await select(server.place, `SELECT account_id, detail FROM audit
    WHERE municipality_code = '1493' AND action = 'drill.end'`);
  assert.equal(ends.length, 1);
  assert.ok(ends[0].account_id);
  assert.match((await lead.get("/1493/installningar/logg")).words, /Avslutat en övning/);
  assert.doesNotMatch((await lead.get("/1493/nu")).words, /En övning pågår/);
});

test("who comes too late is told so, and once is enough", async () => {
  const page = await reporter.get("/6493/rapportera");
  assert.equal(page.status, 410);
  assert.match(page.words, /Övningen är avslutad/);
  assert.ok(page.links("/1493/").length > 0);
  const telephone = await reporter.get("/6493/rapportera/utkorg", { headers: { Accept: "application/json" } });
  assert.equal(telephone.status, 410);
  assert.match(telephone.json().title, /Övningen är avslutad/);
});

test("after it there is not even that form", async () => assert.deepEqual(await open(410), phones));

test("a new one begins without anything of the old", async () => {
  const form = await lead.get(`/1493${at}`);
  assert.equal((await lead.submit(form, at, {})).status, 303);
  const list = await lead.get("/6493/handelser?q=krossad+i+övningen");
  assert.equal(list.status, 200);
  assert.doesNotMatch(list.words, /Ruta krossad i övningen/);
  assert.equal((await lead.submit(await lead.get(`/1493${at}/avsluta`), "/avsluta", {})).status, 303);
  assert.equal(await count("event", "6493"), 0);
});

test("where there is nothing yet, an exercise has areas and organisations of its own", async () => {
  await execute(server.place, ["DELETE FROM area WHERE municipality_code = '1447'",
    "DELETE FROM organisation WHERE municipality_code = '1447'",
    "UPDATE membership SET organisation_id = NULL WHERE municipality_code = '1447'"]);
  const form = await lead.get(`/1447${at}`);
  const made = await lead.post(`/1447${at}`, { csrf: form.form(at).fields.get("csrf") });
  assert.equal(made.status, 303);
  assert.match((await lead.get(made.location.pathname + made.location.search)).words, /Bara du är med/);
  assert.equal(await count("organisation", "6447"), 3);
  assert.ok((await count("area", "6447")) > 0);
  assert.equal((await lead.get("/6447/nu")).status, 200);
  assert.equal((await lead.submit(await lead.get(`/6447${at}/avsluta`), "/avsluta", {})).status, 303);
});

const role = (now) => execute(server.place, [`UPDATE membership SET role = '${now}' WHERE municipality_code = '1493'
  AND account_id = (SELECT id FROM account WHERE email = 'bovard.1493@example.se')`]);

test("who has another role in the municipality now has it in the exercise too", async () => {
  await role("prevention_coordinator");
  assert.equal((await lead.submit(await lead.get(`/1493${at}`), at, {})).status, 303);
  const may = await reporter.get(`/6493${at}/avsluta`);
  assert.equal(may.status, 200, may.words);
  await role("reporter");
  assert.equal((await reporter.get(`/6493${at}/avsluta`)).status, 403);
  const csrf = (await reporter.get("/6493/rapportera")).form("/logga-ut").fields.get("csrf");
  assert.equal((await reporter.post(`/6493${at}/avsluta`, { csrf })).status, 403);
  assert.equal(await running(), 1);
  assert.equal((await lead.submit(await lead.get(`/6493${at}/avsluta`), "/avsluta", {})).status, 303);
});

const files = (folder) => {
  const full = path.join(server.place.data, "photos", folder);
  return existsSync(full) ? readdirSync(full) : [];
};

test("a photo that was cut off goes on where it was, in an exercise too", async () => {
  await lead.submitOk(await lead.get("/1493/installningar/bilder"), "/bilder", { photos: "1" });
  assert.equal((await lead.submit(await lead.get(`/1493${at}`), at, {})).status, 303);
  const form = await reporter.get("/6493/rapportera"), csrf = form.form("/rapportera").fields.get("csrf");
  const photo = `/6493/rapportera/bilder/${newId()}`;
  const part = await reporter.send("PUT", photo, { body: plain.subarray(0, 100), headers: {
    "content-type": "application/octet-stream", "x-csrf-token": csrf, origin: server.url,
    "content-range": `bytes 0-99/${plain.length}` } });
  assert.ok(part.status < 300, part.words);
  const sent = await reporter.submitOk(form, "/rapportera", { main: "damage", detail: "damage.glass", when: "nyss",
    unknown: "1" });
  const report = /[0-9a-f-]{36}/.exec(sent.url)[0];
  const bound = await reporter.post(photo, { csrf, rapport: report });
  assert.equal(bound.status, 409);
  assert.equal(bound.json().received, 100);
  await lead.submitOk(await lead.get(`/6493${at}/avsluta`), "/avsluta", {});
});

test("what is under way when it ends leaves no row and no file", async () => {
  await lead.submitOk(await lead.get("/1493/installningar/bilder"), "/bilder", { photos: "1" });
  for (let round = 0; round < 4; round++) {
    assert.equal((await lead.submit(await lead.get(`/1493${at}`), at, {})).status, 303);
    const form = await reporter.get("/6493/rapportera"), csrf = form.form("/rapportera").fields.get("csrf");
    const ending = await lead.get(`/6493${at}/avsluta`), [one] = await select(server.place,
      "SELECT id FROM event WHERE municipality_code = '6493' AND state = 'included' LIMIT 1");
    assert.ok(one);
    const put = (to) => reporter.send("PUT", `/6493/rapportera/bilder/${newId()}`, { body: plain.subarray(0, to),
      headers: { "content-type": "application/octet-stream", "x-csrf-token": csrf, origin: server.url,
        "content-range": `bytes 0-${to - 1}/${plain.length}` } });
    const asked = [];
    const some = () => {
      for (const to of ["handelser", "atgarder", "granska", "nu", "laget"]) asked.push(lead.get(`/6493/${to}`));
      asked.push(put(100), put(plain.length), reporter.submit(form, "/rapportera", { main: "damage",
        detail: "damage.glass", when: "nyss", unknown: "1" }, { photos: ["a.jpg", plain] }));
    };
    for (let i = 0; i < 3; i++) some();
    const ended = lead.submit(ending, "/avsluta", {});
    for (let i = 0; i < 3; i++) some();
    const answers = await Promise.all(asked);
    assert.equal((await ended).status, 303);
    for (const a of answers) assert.ok(a.status < 500, `${a.status} ${a.url} ${a.words?.slice(0, 200)}`);
    const left = Object.entries(await counts("6493")).filter(([t, n]) => n && t !== "change_head");
    assert.deepEqual(left, [], `round ${round}`);
    assert.deepEqual([files("6493"), files("incoming")], [[], []], `round ${round}`);
  }
});
