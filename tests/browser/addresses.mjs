// SPDX-License-Identifier: AGPL-3.0-or-later
// One address for each way that the program answers GET: what links lead to in the exercise data, and, for what no
// link leads to there, rows made for it. A route that has neither is a fault: so a new page cannot be forgotten.

import assert from "node:assert/strict";
import { execute, insert, select } from "../scenario/database.mjs";
import { keyed } from "../scenario/keys.mjs";
import { newInstallation, startServer, totp } from "../scenario/lib.mjs";
import { idText, make } from "../scenario/objects.mjs";
import { routes } from "../scenario/policy.mjs";

const TOWN = "1493";
const COORDINATOR = "samordnare@example.se", REPORTER = "bovard.1493@example.se";
/** Who looks at what a permission opens: the first that has it. */
const EYES = { installation: "administrator", event_add: "reporter" };
const WEEK = 8 * 86_400_000; // and a day

/** Rows of each kind that an address names, in the coordinator's municipality: { kind: id }. */
async function makeRows(place) {
  const [who] = await select(place, `SELECT a.id, m.organisation_id AS organisation FROM account a JOIN membership m
    ON m.account_id = a.id WHERE a.email = '${COORDINATOR}' AND m.municipality_code = '${TOWN}'`);
  const kinds = new Set();
  for (const [route, { keys }] of Object.entries(keyed))
    for (const [name, spec] of Object.entries(keys))
      if (route.startsWith("GET ") && route.includes(`{${name}}`)) kinds.add(spec.kind ?? (typeof spec === "string" ? spec : null));
  kinds.delete(null);
  const rows = [...kinds].map((kind) => ({ kind, municipality: TOWN, account: idText(who.id), organisation: idText(who.organisation) }));
  for (const row of rows) row.name = `Prov ${row.kind}`;
  await make(place, rows);
  return Object.fromEntries(rows.map((row) => [row.kind, row.id]));
}

/** What only a letter or a sheet of paper tells: ways in for those who have no account yet, and out of letters. */
async function secrets(server, coordinator) {
  const invite = await coordinator.get(`/${TOWN}/installningar/konton/bjud-in`);
  await coordinator.submit(invite, "/bjud-in", { email: "ny.person@example.se", name: "Ny Exempel", role: "reporter",
    organisation: /<option value="([0-9a-f-]{36})"/.exec(invite.text)[1] });
  const several = await coordinator.get(`/${TOWN}/installningar/konton/flera`);
  const sheet = await coordinator.submit(several, "/flera", { slips: "1",
    organisation: /<option value="([0-9a-f-]{36})"/.exec(several.text)[1] });
  const stranger = server.client();
  await stranger.submit(await stranger.get("/glomt-losenord"), "/glomt-losenord", { email: REPORTER });
  const post = (await stranger.get("/demo/post")).text;
  const [letter] = (await select(server.place, "SELECT stop FROM mail WHERE stop IS NOT NULL")).filter((l) => l.stop);
  const found = (text, pattern, what) => {
    const [, way] = pattern.exec(text) ?? [];
    assert.ok(way, `there is no ${what}`);
    return way;
  };
  return {
    "/inbjudan/{token}": found(post, /(\/inbjudan\/[\w-]{43})/, "invitation"),
    "/nytt-losenord/{token}": found(post, /(\/nytt-losenord\/[\w-]{43})/, "letter for a new password"),
    "/lapp/{code}": `/lapp/${found(sheet.text, /(1493(?:-[0-9a-z]{4}){5})/, "slip")}`,
    "/brev/sluta/{token}": new URL(letter.stop).pathname,
  };
}

/** A letter about an answer: it has come when a week has passed for the program. */
async function answerWithLetter(server) {
  const reporter = await server.logIn(REPORTER), coordinator = await server.logIn(COORDINATOR);
  const form = await reporter.get(`/${TOWN}/rapportera`);
  const sent = await reporter.submit(form, "/rapportera", { main: "damage", when_pick: "nyss", place: "Mariestad" });
  const receipt = sent.location.pathname, [id] = /[0-9a-f-]{36}/.exec(receipt);
  const page = await coordinator.get(`/${TOWN}/svar`);
  await coordinator.submitOk(page, "/svar", { rapport: id, gor: "skicka", text: "Det är lagat." });
  const list = await reporter.get(`/${TOWN}/rapportera/flera`);
  const lines = await reporter.submit(list, "/flera", { night: /name="night" value="([^"]+)"/.exec(list.text)[1], "type-1": "damage",
    "when-1": "0130", "place-1": "Mariestad" });
  const spot = "?lon=13.82319&lat=58.697866";
  return { "/{municipality}/rapportera/kvitto/{id}": receipt, "/{municipality}/handelser/{id}/kvitto": `/${TOWN}/handelser/${id}/kvitto`,
    "/{municipality}/rapportera/flera/kvitto": lines.location.pathname + lines.location.search,
    "/_/{file}": /href="(\/_\/site\.[^"]*\.css)"/.exec(form.text)[1],
    "/{municipality}/platser/har": `/${TOWN}/platser/har${spot}`, "/{slug}/otrygg-plats/har": `/mariestad/otrygg-plats/har${spot}`,
    "/{municipality}/installningar/platser/sag": `/${TOWN}/installningar/platser/sag${spot}` };
}

/** Somebody who has been asked for a code, and the way there. */
async function askedForCode(server) {
  const email = "kommunpolis.1493@example.se", client = await server.logIn(email);
  const page = await client.get("/konto/tvafaktor");
  const secret = /value="((?:[A-Z2-7]{4} ?){8})"/.exec(page.text)[1];
  assert.equal((await client.submit(page, "/konto/tvafaktor", { code: totp(secret) })).status, 200);
  return server.logIn(email);
}

/** The server with all that, { server, clients: { who: client }, ways: { path of a route: address }, rows }. */
export async function allKinds() {
  const place = await newInstallation({ exercise: 1 });
  const server = await startServer({ place, args: ["--no-limits", "--demo"] });
  const ways = await answerWithLetter(server);
  await server.stop(); // what it keeps in memory is read at the start
  const rows = await makeRows(place);
  await execute(place, [insert("setting", { municipality_code: TOWN, key: "photos", value: "1" }),
    insert("setting", { municipality_code: "0000", key: "public_url", value: "http://127.0.0.1:1" }),
    "DELETE FROM setting WHERE key = 'daily_feedback_digest'", "DELETE FROM job WHERE kind = 'feedback_digest'",
    `UPDATE feedback_answer SET at = at - ${WEEK}`]);
  await server.start(["--no-limits", "--demo"]);
  for (let state; state !== "done";) { // until the letters have been written
    [{ state } = {}] = await select(place, "SELECT state FROM job WHERE kind = 'feedback_digest'");
    assert.notEqual(state, "failed", "the letters were not written");
  }
  const clients = { public: server.client(), coordinator: await server.logIn(COORDINATOR),
    administrator: await server.logIn("system@example.se"), reporter: await server.logIn(REPORTER),
    asked: await askedForCode(server) };
  Object.assign(ways, await secrets(server, clients.coordinator));
  return { server, clients, ways, rows, remove: () => place.remove() };
}

/** { path of the route: { who, at } } for a route that no link leads to. */
export function addressOf(path, { ways, rows }) {
  const { permission } = routes[`GET ${path}`], named = keyed[`GET ${path}`]?.keys ?? {};
  const who = path === "/logga-in/kod" ? "asked" : permission === "anyone" ? "public" : EYES[permission] ?? "coordinator";
  const plain = { municipality: who === "administrator" ? "0000" : TOWN, slug: "mariestad", cluster: "safe-rest", z: "6",
    x: "34", y: "19", lang: "sv", file: "none.css", rest: "x" };
  const at = ways[path] ?? path.replace(/\{(\w+)\}/g, (_, name) => {
    const spec = named[name], kind = typeof spec === "string" ? spec : spec?.kind;
    const value = plain[name] ?? spec?.register ?? rows[kind] ?? ((spec?.chosen || spec?.sender) && rows.event);
    assert.ok(value, `addresses.mjs has no ${name} for ${path}`);
    return value;
  });
  return { who, at };
}
