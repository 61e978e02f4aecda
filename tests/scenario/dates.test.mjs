// SPDX-License-Identifier: AGPL-3.0-or-later
// The first and the last day that a form takes, in every field of a date that the program has: an answer, and
// a server that goes on.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { select } from "./database.mjs";
import { keyed } from "./keys.mjs";
import { startServer } from "./lib.mjs";
import { idText, newId } from "./objects.mjs";

const EDGES = ["1900-01-01", "2200-12-31"];
let server, coordinator, operations;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  const { paths } = (await coordinator.get("/api/v1/openapi.json")).json();
  operations = Object.entries(paths).flatMap(([to, item]) =>
    Object.entries(item).map(([verb, what]) => ({ name: `${verb.toUpperCase()} ${to}`, to, verb, what })));
}, { timeout: 240_000 });
after(() => server?.stop());

const isDate = (schema) => schema?.format === "date";
const address = (to) => to.replace("{municipality}", "1493").replace("{slug}", "mariestad")
  .replace(/\{\w+\}/g, () => newId());

/** Every set of these names with an edge or nothing in each: so that an end without a beginning is tried too. */
function* edges(names) {
  for (const one of EDGES) {
    yield Object.fromEntries(names.map((name) => [name, one]));
    for (const name of names) yield { [name]: one };
  }
  if (names.length > 1) yield Object.fromEntries(names.map((name, i) => [name, EDGES[i % 2]]));
}

test("every address that takes a date takes the first and the last", async () => {
  let n = 0;
  for (const { name, to, verb, what } of operations) {
    const names = what.parameters.filter((p) => p.in === "query" && isDate(p.schema)).map((p) => p.name);
    if (verb !== "get" || !names.length) continue;
    for (const dates of edges(names)) {
      const page = await coordinator.get(`${address(to)}?${new URLSearchParams(dates)}`);
      assert.ok(page.status < 500, `${name} ${JSON.stringify(dates)}: ${page.status}`);
      n++;
    }
  }
  assert.ok(n > 60, `${n}`);
});

test("every form that takes a date takes the first and the last, or says what to write", async () => {
  const csrf = (await coordinator.get("/konto")).form("/logga-ut").fields.get("csrf");
  const anything = new Proxy({}, { get: () => ({ id: newId(), name: "Prov" }) });
  let n = 0;
  for (const { name, to, verb, what } of operations) {
    const schema = Object.values(what.requestBody?.content ?? {})[0]?.schema?.properties ?? {};
    const names = Object.keys(schema).filter((key) => isDate(schema[key]));
    if (verb !== "post" || !names.length) continue;
    for (const dates of edges(names)) {
      const page = await coordinator.post(address(to), { csrf, ...keyed[name]?.body?.(anything), ...dates });
      assert.ok(page.status < 500, `${name} ${JSON.stringify(dates)}: ${page.status}`);
      n++;
    }
  }
  assert.ok(n > 40, `${n}`);
});

test("what is planned for the last day is shown, and so is what follows", async () => {
  const day = { "day-day": "31", "day-month": "12", "day-year": "2200", time: "14.00" };
  await coordinator.submitOk(await coordinator.get("/1493/mote"), "/mote", day);
  const [{ id }] = await select(server.place,
    "SELECT id FROM meeting WHERE municipality_code = '1493' ORDER BY starts_at DESC");
  const room = `/1493/mote/${idText(id)}`;
  await coordinator.submitOk(await coordinator.get(room), "/oppna", {});
  const next = await coordinator.get(`${room}?item=next`);
  assert.equal(next.status, 200);
  assert.match(next.words, /31 december 2200/);
  const night = await coordinator.get("/1493/rapportera/flera?night=d22001231");
  assert.ok(night.status < 500);
  const last = { "first-day": "1", "first-month": "12", "first-year": "2200", "last-day": "31",
    "last-month": "12", "last-year": "2200" };
  const holiday = await coordinator.submit(await coordinator.get("/1493/installningar/lov/ny"), "/lov/ny",
    { name: "Långt lov", ...last });
  assert.ok(holiday.status < 500);
  for (const to of ["nu", "atgarder", "atgarder/arshjul?year=2190", "installningar/lov", "mote"])
    assert.ok((await coordinator.get(`/1493/${to}`)).status < 500, to);
});
