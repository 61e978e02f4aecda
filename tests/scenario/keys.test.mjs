// SPDX-License-Identifier: AGPL-3.0-or-later
// Role × route × verb × whose object: each key that a route takes is tried with an object of one's own, of
// another municipality, of a colleague where that matters, and of nobody. The keys are those of the running
// program; what is to be answered stands in keys.mjs, by hand. What is somebody else's answers exactly as
// what does not exist, and nothing changes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import test, { after, before } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { execute, insert, select, seal } from "./database.mjs";
import { keyed, noRow, personal } from "./keys.mjs";
import { newInstallation, samsynOk, startServer } from "./lib.mjs";
import { idText, make, newId } from "./objects.mjs";
import { roles, routes } from "./policy.mjs";

const OWN = "1493", BESIDE = "1447", STRANGE = "1495"; // here; where only some work; where nobody does
const TABLES = ["municipality", "setting", "organisation", "account", "recovery_code", "membership",
  "invitation", "password_reset", "mail", "job", "change_log", "event_type_label", "area", "place", "period",
  "event", "event_version", "photo", "import_profile", "import_run", "import_reject", "contact", "published_picture",
  "review_act", "review_question", "review_forward", "action", "action_history", "action_plan", "action_effect", "citizen_report", "citizen_email", "citizen_sent", "disclosure_ledger",
  "drill_letter", "meeting", "meeting_present", "meeting_guest", "meeting_note", "meeting_item", "meeting_tick",
  "meeting_decision", "bulletin", "bulletin_public", "voices_publication", "voices_cluster", "meeting_message"];
const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/* One id that somebody else's row of every kind has. */
const EVERYTHING = newId();
const everyKind = ["event", "organisation", "area", "place", "period", "contact", "picture", "account",
  "invitation", "profile", "run", "upload", "job", "action", "openMeeting"];
const tile = { z: "6", x: "34", y: "19", file: "none.css", lang: "sv", rest: "x" };

let place, server, operations, sealed;
const people = {}; // role -> { client, csrf, account, organisation, municipality }
const cases = []; // { role, o, key, rule, spec, variants: { own, foreign ... }, others }

/** The keys of an operation, as the program describes it. */
function keysOf(o) {
  const uuid = (schema) => schema.format === "uuid" || schema.items?.format === "uuid";
  const found = o.what.parameters
    .filter((p) => (p.in === "path" ? !noRow.has(p.name) : uuid(p.schema)))
    .map((p) => ({ name: p.name, in: p.in }));
  for (const { schema } of Object.values(o.what.requestBody?.content ?? {}))
    for (const [name, field] of Object.entries(schema.properties ?? {}))
      if (uuid(field)) found.push({ name, in: "body" });
  return found;
}

function readOperations(described) {
  return Object.entries(described.paths).flatMap(([to, item]) =>
    VERBS.filter((v) => item[v.toLowerCase()]).map((verb) => ({
      verb, to, name: `${verb} ${to}`, what: item[verb.toLowerCase()],
    })));
}

const specOf = (route, key) => {
  const said = keyed[route]?.keys[key];
  return typeof said === "string" ? { kind: said, absent: 404 } : said;
};

/** All keys to try: those the program describes, and those that only keys.mjs knows. */
function allKeys(o) {
  const more = Object.entries(keyed[o.name]?.keys ?? {}).filter(([, s]) => s.unseen)
    .map(([name, s]) => ({ name, in: s.unseen }));
  return [...keysOf(o), ...more];
}

async function logIn(email) {
  const client = await server.logIn(email);
  const own = await client.get("/konto");
  return { client, csrf: own.form("/logga-ut").fields.get("csrf") };
}

const mayDo = (role, rule) =>
  rule.permission === "anyone" || (role !== "nobody" && roles[role].may.includes(rule.permission));

const ofEvents = (spec) => spec.kind === "event" || spec.kind === "photo";

/** Does this role see all events of the country, or only those of its organisation? */
const nationwide = (role, spec) => roles[role]?.municipality === "0000" && ofEvents(spec);
const onlyOwnEvents = (role) => role !== "nobody" && !roles[role].may.includes("event_read");

function objectsOf(role, spec, person) {
  const base = { kind: spec.kind, account: person.account, organisation: person.organisation,
    role: person.municipality === "0000" && !ofEvents(spec) ? "administrator" : undefined };
  const national = nationwide(role, spec) || spec.kind === "picture"; // those are read by a town's name
  const own = { ...base, municipality: national ? OWN : person.municipality };
  const found = { own, foreign: { ...base, municipality: STRANGE },
    beside: { ...base, municipality: BESIDE } };
  if (personal.has(spec.kind)) found.colleague = { ...own, account: newId() };
  if (ofEvents(spec) && onlyOwnEvents(role)) found.colleague = { ...own, organisation: newId(),
    account: newId() };
  return found;
}

const cache = new Map(); // objects that no test may change are shared
function shared(name, item) {
  if (!cache.has(name)) cache.set(name, item);
  return cache.get(name);
}

function plan(role, person, o, key) {
  const spec = specOf(o.name, key.name);
  const one = { role, person, o, key, spec, rule: routes[o.name], variants: {}, others: {} };
  if (spec.chosen) one.taken = objectsOf(role, { kind: "event" }, person);
  if (!spec.kind || spec.kind === "session") return one;
  const last = o.verb !== "GET";
  for (const [whose, item] of Object.entries(objectsOf(role, spec, person)))
    one.variants[whose] = whose === "own" && last ? item
      : shared([role, spec.kind, whose].join(), item);
  one.variants.absent = { ...one.variants.foreign, id: newId(), absent: true };
  for (const other of allKeys(o)) {
    const its = specOf(o.name, other.name);
    if (other.name !== key.name && other.in === "path" && its.kind)
      one.others[other.name] = objectsOf(role, its, person).own;
  }
  return one;
}

async function findPeople() {
  const rows = await select(place, `SELECT a.email, a.id, m.municipality_code AS town,
    m.organisation_id AS organisation FROM account a JOIN membership m ON m.account_id = a.id`);
  for (const [role, { email, municipality = OWN }] of Object.entries(roles)) {
    const row = rows.find((r) => r.email === email && r.town === municipality);
    people[role] = { municipality, account: idText(row.id), organisation: idText(row.organisation) };
  }
  people.nobody = { municipality: OWN, account: newId(), organisation: null };
}

before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args, "--municipality", STRANGE]);
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  operations = readOperations((await server.client().get("/api/v1/openapi.json")).json());
  await findPeople();
  for (const role of [...Object.keys(roles), "nobody"])
    for (const o of operations)
      for (const key of allKeys(o))
        if (specOf(o.name, key.name)) cases.push(plan(role, people[role], o, key));
  const items = new Set(cases.flatMap((c) => [...Object.values(c.variants), ...Object.values(c.others),
    ...Object.values(c.taken ?? {})])
    .filter((item) => !item.absent));
  for (const kind of everyKind) items.add({ kind, id: EVERYTHING, municipality: STRANGE, account: newId(),
    organisation: null, name: "Ingenstans" });
  await server.stop(); // what it keeps in memory is read at the start
  await execute(place, ["DROP INDEX meeting_one_open"]); // each route has a meeting of its own here
  await make(place, [...items]);
  await execute(place, [insert("setting", { municipality_code: OWN, key: "photos", value: "1" })]);
  await server.start(["--no-limits", "--demo"]);
  for (const c of cases) if (c.variants.absent) c.variants.absent = { ...c.variants.foreign,
    id: c.variants.absent.id };
  for (const [role, { email }] of Object.entries(roles)) Object.assign(people[role], await logIn(email));
  people.nobody.client = server.client();
  sealed = await sealAll();
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

const label = (c, whose) => `${c.role}: ${c.o.name}, ${c.key.name} (${whose})`;

/** The page when the server has counted all of it: until then two answers may differ. */
async function counted(client, to) {
  for (;;) {
    const page = await client.send("GET", to);
    if (page.status !== 202 && !page.text.includes("data-again")) return page;
  }
}

function request(c, object, verb = c.o.verb) {
  const { o, key, person, others } = c;
  const at = { municipality: person.municipality, slug: "mariestad", cluster: "safe-rest", ...tile };
  for (const [name, item] of Object.entries(others)) at[name] = item.id;
  at[key.name] = object.id;
  const to = o.to.replace(/\{(\w+)\}/g, (_, name) => at[name]);
  const headers = { origin: server.url };
  if (verb === "GET")
    return counted(person.client, key.in === "query" ? `${to}?${key.name}=${object.id}` : to);
  const known = Object.fromEntries(Object.keys(keyed[o.name].keys).map((name) =>
    [name, name === key.name ? object : others[name]]));
  const fields = { ...keyed[o.name].body?.(known), ...(key.in === "body" && { [key.name]: object.id }) };
  if (keyed[o.name].json)
    return person.client.send(verb, to, { body: JSON.stringify(fields),
      headers: { ...headers, "content-type": "application/json", "x-csrf-token": person.csrf ?? "" } });
  return person.client.send(verb, to, { body: new URLSearchParams({ csrf: person.csrf ?? "", ...fields })
    .toString(), headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } });
}

const stopped = (page) => page.status === 403 || page.status === 401 ||
  (page.status === 303 && page.location.pathname === "/logga-in");

/** The answer without what differs each time: ids (of the request and those asked for), names that were
 * sent in, and the minute in which a picture was made. */
function said(page, object) {
  const [year = "", month, ...day] = (object.id ?? "").split("-"); // as a date that is put back has it
  const parts = new RegExp(`value="(${year}|${month}|${day.join("-")})"`, "g");
  const text = (s) => s.replaceAll(object.name, "NAME").replace(parts, 'value="PART"')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID").replace(/Gjord [^<]*?\d\d\.\d\d\./g, "MADE");
  const kind = page.headers.get("content-type") ?? "";
  const opaque = /pdf|sheet/.test(kind); // has its time inside
  return { status: page.status, kind, to: text(page.location?.href ?? ""),
    body: opaque ? page.bytes.length : text(page.text) };
}

/** Where two answers part, for whoever has to find out why. */
function parting(a, b) {
  const [x, y] = [a, b].map((one) => `${one.to} ${one.body}`);
  let at = 0;
  while (at < x.length && x[at] === y[at]) at++;
  return `from "${x.slice(at - 60, at + 60)}" against "${y.slice(at - 60, at + 60)}"`;
}

/** The files of the data directory that belong to people. */
async function sealFiles() {
  const out = {};
  for (const folder of ["imports", "drafts"])
    for (const name of await readdir(path.join(place.data, folder)).catch(() => []))
      out[`${folder}/${name}`] = createHash("sha256")
        .update(await readFile(path.join(place.data, folder, name))).digest("hex");
  return out;
}
const sealAll = async () => ({ ...(await seal(place, TABLES)), ...(await sealFiles()) });

test("every key that a route takes stands in keys.mjs, with an object to try it with", () => {
  const run = operations.flatMap((o) => keysOf(o).map((k) => `${o.name} ${k.name}`)).sort();
  const known = Object.entries(keyed).flatMap(([route, { keys }]) =>
    Object.entries(keys).filter(([, s]) => !s.unseen).map(([key]) => `${route} ${key}`)).sort();
  assert.deepEqual(run, known);
});

/* Files have the minute of their making inside, and a page may have been counted further in between: what
 * differs for that is alike when it is read anew, what an object gives away is not. */
const ANEW = 3;

/** What is wrong with the answers to one key, as sentences. */
async function faultsOf(c) {
  const faults = [], may = mayDo(c.role, c.rule);
  const wrong = (whose, page, why) =>
    faults.push(`${label(c, whose)}: ${page.status} ${why}: ${page.words.slice(0, 200)}`);
  const missing = await request(c, c.variants.absent);
  const expected = keyed[c.o.name].town && c.person.municipality === "0000" ? 404 : c.spec.absent;
  if (may ? missing.status !== expected : !stopped(missing)) wrong("absent", missing, "not as said");
  for (const whose of ["foreign", "beside", "colleague"]) {
    const object = c.variants[whose];
    if (!object || (may && nationwide(c.role, c.spec))) continue;
    let page = await request(c, object), none = missing;
    const differ = () => !isDeepStrictEqual(said(page, object), said(none, c.variants.absent));
    for (let n = 0; n < ANEW && c.o.verb === "GET" && differ(); n++)
      [page, none] = [await request(c, object), await request(c, c.variants.absent)];
    if (differ())
      wrong(whose, page, `and ${none.status} when there is none, ` +
        parting(said(page, object), said(none, c.variants.absent)));
    if (c.o.verb === "GET" && page.text.includes(object.name)) wrong(whose, page, "shows it");
  }
  if (!may) {
    const own = await request(c, c.variants.own);
    if (!stopped(own)) wrong("own", own, "without permission");
  }
  return faults;
}

for (const role of [...Object.keys(roles), "nobody"])
  test(`${role}: somebody else's object answers as one that does not exist, and stays`, async () => {
    const faults = [];
    for (const c of cases.filter((x) => x.role === role && x.variants.absent))
      faults.push(...(await faultsOf(c)));
    assert.deepEqual(faults, []);
    assert.deepEqual(await sealAll(), sealed);
  });

for (const role of [...Object.keys(roles), "nobody"])
  test(`${role}: a verb that an address does not take says so, whosever object it names`, async () => {
    const faults = [], seen = new Set();
    for (const c of cases.filter((x) => x.role === role && x.variants.absent && x.key.in === "path")) {
      if (seen.has(c.o.to)) continue;
      seen.add(c.o.to);
      for (const verb of VERBS.filter((v) => !routes[`${v} ${c.o.to}`])) {
        const missing = await request(c, c.variants.absent, verb);
        if (missing.status !== 405) faults.push(`${verb} ${c.o.to}: ${missing.status}`);
        for (const whose of ["own", "foreign"]) {
          const object = c.variants[whose], page = await request(c, object, verb);
          if (!isDeepStrictEqual(said(page, object), said(missing, c.variants.absent)))
            faults.push(`${verb} ${c.o.to} (${whose}): ${page.status}, ${missing.status} when there is none`);
        }
      }
    }
    assert.deepEqual(faults, []);
    assert.deepEqual(await sealAll(), sealed);
  });

/** Fields that are no keys, as far as the program says. */
const plainFields = (o) => o.what.parameters.filter((p) => p.in === "query" &&
  !keysOf(o).some((k) => k.name === p.name)).map((p) => p.name);

/* As the role that sees most within one municipality. Exports take the fields of their page; the log tells
 * of each reading, so that no two answers are the same. */
const unsteady = /(handelser|atgarder)\.|logg/;
test("no other field of an address is a key in disguise", async () => {
  const role = "prevention_coordinator", faults = [], absent = { id: newId(), name: "x" }, everything = { id: EVERYTHING, name: "x" };
  for (const o of operations.filter((x) => x.verb === "GET" && mayDo(role, routes[x.name]) &&
    !unsteady.test(x.to) && !keysOf(x).some((k) => k.in === "path")))
    for (const name of plainFields(o)) {
      const c = { o, person: people[role], others: {}, key: { name, in: "query" } };
      const missing = await request(c, absent), page = await request(c, everything);
      if (!isDeepStrictEqual(said(page, everything), said(missing, absent)) ||
        page.text.includes("Ingenstans"))
        faults.push(`${o.name}, ${name}: ${page.status}, ${missing.status} when there is none`);
    }
  assert.deepEqual(faults, []);
  assert.deepEqual(await sealAll(), sealed);
});

const others = (kind) => cases.filter((c) => c.spec[kind]);

test("what belongs to nobody is found by those who may, and what does not exist by no one", async () => {
  for (const c of others("register"))
    for (const [id, whose, status] of [["finns.inte", "absent", 404],
      [c.spec.register, "own", c.o.verb === "GET" ? 200 : 303]]) {
      const page = await request(c, { id });
      const here = keyed[c.o.name].town && c.person.municipality === "0000" ? 404 : status;
      if (mayDo(c.role, c.rule)) assert.equal(page.status, here, label(c, whose));
      else assert.ok(stopped(page), label(c, whose));
    }
  for (const c of others("secret")) {
    const page = await request(c, { id: c.spec.secret });
    if (mayDo(c.role, c.rule)) assert.equal(page.status, c.spec.absent, `${label(c, "absent")}`);
    else assert.ok(stopped(page), label(c, "absent"));
  }
});

/** Whose id is a new event given? One of another municipality is not in the way; one that is taken here
 * is. */
test("an id that the sender chooses never touches what has it already", async () => {
  const strange = () => select(place, `SELECT * FROM event WHERE municipality_code = '${STRANGE}'
    ORDER BY id`);
  const before = await strange();
  for (const c of others("chosen").filter((x) => mayDo(x.role, x.rule))) {
    const { foreign, colleague } = c.taken, fresh = { id: newId(), name: "x" };
    const missing = await request(c, fresh), page = await request(c, foreign);
    const expected = c.person.municipality === "0000" ? 404 : (keyed[c.o.name].own ?? 303);
    assert.equal(missing.status, expected, `${label(c, "absent")}: ${missing.words}`);
    assert.deepEqual(said(page, fresh), said(missing, fresh), label(c, "foreign"));
    const taken = c.spec.derived ? 303 : 409;
    if (colleague) assert.equal((await request(c, colleague)).status, taken, label(c, "colleague"));
  }
  assert.deepEqual(await strange(), before);
});

test("a session is ended by the person whose it is, and by nobody else", async () => {
  const c = (role) => cases.find((x) => x.role === role && x.spec.kind === "session");
  const spare = async (role) => {
    const client = (await logIn(roles[role].email)).client;
    const list = await client.get("/konto/inloggningar");
    const rows = await select(place, "SELECT id FROM session ORDER BY created_at DESC, id LIMIT 1");
    const id = idText(rows[0].id);
    assert.equal(list.status, 200);
    return { client, id, name: "x" };
  };
  const theirs = await spare("reporter");
  const absent = { id: newId(), name: "x" };
  for (const role of Object.keys(roles).filter((r) => r !== "reporter")) {
    const missing = await request(c(role), absent), page = await request(c(role), theirs);
    assert.equal(missing.status, c(role).spec.absent, label(c(role), "absent"));
    assert.deepEqual(said(page, theirs), said(missing, absent), label(c(role), "colleague"));
  }
  assert.equal((await theirs.client.send("GET", "/konto")).status, 200);
  assert.equal((await request(c("reporter"), theirs)).status, 303);
  assert.equal((await theirs.client.send("GET", "/konto")).status, 303);
});

/* Last, because it changes things. It proves that the requests above were such as would have worked. */
for (const role of [...Object.keys(roles), "nobody"])
  test(`${role}: one's own object is found, and can be changed by those who may`, async () => {
    const faults = [];
    for (const c of cases.filter((x) => x.role === role && x.variants.own && mayDo(role, x.rule))) {
      const page = await request(c, c.variants.own);
      const usual = c.spec.own ?? keyed[c.o.name].own ?? (c.o.verb === "GET" ? 200 : 303);
      const country = c.person.municipality === "0000";
      const status = country && keyed[c.o.name].town ? 404 : country && c.spec.town ? c.spec.absent : usual;
      if (page.status !== status)
        faults.push(`${label(c, "own")}: ${page.status}, not ${status}: ${page.words.slice(-600)}`);
    }
    assert.deepEqual(faults, []);
  });

test("whatever was done stands in the log in words, not as a code of the program", async () => {
  const actions = (await select(place, "SELECT DISTINCT action FROM audit")).map((row) => row.action);
  assert.ok(actions.length > 30);
  const bare = [];
  for (const action of actions) {
    const page = await people.prevention_coordinator.client.get(`/1493/installningar/logg?gjort=${action}`);
    if (page.words.includes(action)) bare.push(action);
  }
  assert.deepEqual(bare, []);
});
