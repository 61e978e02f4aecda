// SPDX-License-Identifier: AGPL-3.0-or-later
// Role × route × verb × whose municipality: every route of the running program against policy.mjs, which
// is written by hand and knows nothing of the program's own table.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";
import { roles, routes } from "./policy.mjs";

const OWN = "1493";
const OTHER = "1447";
const SOME_ID = "0192f0c1-0000-7000-8000-000000000001";
const values = {
  id: SOME_ID, token: "x".repeat(43), seq: "1", z: "6", x: "34", y: "19", file: "none.css",
  lang: "sv", slug: "mariestad", code: "damage", name: "x", rest: "x", no: "1", version: "1",
  account: SOME_ID, invitation: SOME_ID, area: SOME_ID, sheet: SOME_ID, affisch: "rapportorer", cluster: "safe-rest", key: "done",
};

let server, described;
const people = {}; // role -> { email, client, csrf }

async function logIn(email) {
  const client = await server.logIn(email);
  const own = await client.get("/konto");
  return { email, client, csrf: own.form("/logga-ut").fields.get("csrf") };
}

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  described = (await server.client().get("/api/v1/openapi.json")).json();
  for (const [role, { email }] of Object.entries(roles)) people[role] = await logIn(email);
});
after(() => server?.stop());

const verbs = ["get", "post", "put", "patch", "delete"];
function operations() {
  return Object.entries(described.paths).flatMap(([path, item]) =>
    verbs.filter((v) => item[v]).map((v) => ({ verb: v.toUpperCase(), path, what: item[v] })));
}

function address(path, municipality) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    if (name === "municipality") return municipality;
    assert.ok(values[name], `matrix.test.mjs has no value for {${name}} of ${path}`);
    return values[name];
  });
}

async function ask(person, verb, to, token) {
  const client = person?.client ?? server.client();
  if (verb === "GET") return client.send("GET", to);
  return client.send(verb, to, {
    body: new URLSearchParams(token === undefined ? {} : { csrf: token }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", origin: server.url },
  });
}

/** Did the wall stop it? 403, 401, or the way to the log-in. */
function stopped(page) {
  return page.status === 403 || page.status === 401 ||
    (page.status === 303 && page.location.pathname === "/logga-in");
}

test("every route of the program stands in the policy, and the reverse", () => {
  const run = operations().map((o) => `${o.verb} ${o.path}`).sort();
  assert.deepEqual(run, Object.keys(routes).sort());
});

test("routes ask for the permission that the policy says", () => {
  for (const o of operations())
    assert.equal(o.what["x-permission"], routes[`${o.verb} ${o.path}`]?.permission,
      `${o.verb} ${o.path}`);
});

test("nobody without a session passes a route that is not public", async () => {
  for (const o of operations()) {
    const rule = routes[`${o.verb} ${o.path}`];
    const page = await ask(null, o.verb, address(o.path, OWN), "");
    assert.ok(page.status < 500 || rule.may503, `${o.verb} ${o.path}: ${page.status}`);
    if (rule.permission === "anyone")
      assert.ok(!stopped(page) || rule.selfGuarded, `${o.verb} ${o.path}: ${page.status}`);
    else assert.ok(stopped(page), `${o.verb} ${o.path}: ${page.status} without a session`);
  }
});

test("each role passes exactly what it may, in its own municipality", async () => {
  for (const [role, { may }] of Object.entries(roles))
    for (const o of operations()) {
      const rule = routes[`${o.verb} ${o.path}`];
      if (rule.endsSession || !o.path.includes("{municipality}")) continue;
      const to = address(o.path, roles[role].municipality ?? OWN);
      const page = await ask(people[role], o.verb, to, people[role].csrf);
      const allowed = rule.permission === "anyone" || may.includes(rule.permission);
      const said = `${role}: ${o.verb} ${to}: ${page.status} ${page.words.slice(0, 200)}`;
      assert.ok(page.status < 500, said);
      if (!allowed) assert.ok(stopped(page), said);
      else assert.ok(!stopped(page) || rule.selfGuarded, said);
    }
});

test("no role passes into a municipality where it has no part", async () => {
  for (const role of Object.keys(roles).filter((r) => !roles[r].everywhere))
    for (const o of operations()) {
      const rule = routes[`${o.verb} ${o.path}`];
      if (rule.permission === "anyone" || !o.path.includes("{municipality}")) continue;
      const page = await ask(people[role], o.verb, address(o.path, OTHER), people[role].csrf);
      assert.ok(stopped(page), `${role}: ${o.verb} ${address(o.path, OTHER)}: ${page.status}`);
    }
});

test("a form without its token, or from elsewhere, changes nothing", async () => {
  const person = people.prevention_coordinator;
  for (const o of operations().filter((x) => x.verb !== "GET")) {
    const rule = routes[`${o.verb} ${o.path}`];
    const to = address(o.path, OWN);
    if (!rule.noToken)
      for (const token of ["", "x".repeat(43)]) {
        const page = await ask(person, o.verb, to, token);
        assert.ok([401, 403].includes(page.status), `${o.verb} ${to}: ${page.status} with a bad token`);
      }
    const foreign = await person.client.send(o.verb, to, {
      body: `csrf=${person.csrf}`,
      headers: { "content-type": "application/x-www-form-urlencoded",
        origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    });
    assert.equal(foreign.status, 403, `${o.verb} ${to} from another site`);
  }
});

async function eventsSeen(person, municipality) {
  const page = await person.client.send("GET", `/api/v1/${municipality}/events?size=200`);
  return page.status === 200 ? page.json() : { status: page.status };
}

test("whose object: an event of another municipality or organisation is not found", async () => {
  const coordinator = people.prevention_coordinator;
  const [here, there] = [await eventsSeen(coordinator, OWN), await eventsSeen(coordinator, OTHER)];
  const mine = here.events[0], theirs = there.events[0];
  assert.ok(mine.id && theirs.id);
  const open = (person, municipality, id) =>
    person.client.send("GET", `/${municipality}/handelser/${id}`);
  assert.equal((await open(coordinator, OWN, mine.id)).status, 200);
  assert.equal((await open(coordinator, OWN, theirs.id)).status, 404);
  const reporter = people.reporter;
  const own = await eventsSeen(reporter, OWN);
  const kept = new Set(own.events.map((e) => e.id));
  const foreign = here.events.find((e) => !kept.has(e.id) && e.organisation !== own.events[0]?.organisation);
  assert.ok(own.events.length && foreign);
  assert.equal((await open(reporter, OWN, own.events[0].id)).status, 200);
  assert.equal((await open(reporter, OWN, foreign.id)).status, 404);
  assert.equal(new Set(own.events.map((e) => e.organisation)).size, 1);
});
