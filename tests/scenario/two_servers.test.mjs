// SPDX-License-Identifier: AGPL-3.0-or-later
// Two servers on one PostgreSQL: what may be done once is done once, also when both are asked at the same
// moment. SQLite has one writer by its lock files, and a server of its own (serve.test.mjs).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test, { after, before } from "node:test";
import { execute, insert, select } from "./database.mjs";
import { engine, newInstallation, startServer } from "./lib.mjs";
import { newId } from "./objects.mjs";

const POSTGRES = { skip: engine !== "postgres" && "SQLite has one writer" };
const ROUNDS = 20;
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const servers = [], clients = [];
let place;

before(async () => {
  if (engine !== "postgres") return;
  place = await newInstallation({ exercise: 1 });
  for (let i = 0; i < 2; i++) {
    servers.push(await startServer({ place, args: ["--no-limits", "--demo"] }));
    clients.push(await servers[i].logIn("samordnare@example.se"));
  }
}, { timeout: 240_000 });
after(async () => {
  for (const server of servers) await server.stop();
  await place?.remove();
});

const count = async (query) => Number((await select(place, query))[0].n);

/** One form of each client, sent at once; how each was answered. */
const atOnce = async (pages, part, values = [{}, {}]) =>
  (await Promise.all(clients.map((c, i) => c.submit(pages[i], part, values[i])))).map((a) => a.status);
const getBoth = (paths) => Promise.all(clients.map((c, i) => c.get(paths[i])));

/** The numbers of a published picture: each kind by its name, as far as it was shown. */
async function published(title) {
  const [row] = await select(place, `SELECT content FROM published_picture WHERE title = '${title}'`);
  if (!row) return null;
  const { n, types, areas } = JSON.parse(row.content);
  const rows = [["", n], ...types.map((t) => [`t${t.code}`, t.n]), ...areas.map((a) => [`a${a.name}`, a.n])];
  return new Map(rows.filter(([, n]) => typeof n === "number"));
}

test("windows that would give a small number away are not both published", POSTGRES, async () => {
  const path = (from, to) => `/1493/laget/publicera?from=${day(from)}&to=${day(to)}`;
  const may = (page) => page.forms.some((f) => f.action.endsWith("/publicera"));
  let one = 0;
  for (let from = 40, i = 0; i < ROUNDS && from < 400; from += 9) {
    const pages = await getBoth([path(from, from - 6), path(from, from - 7)]);
    if (!pages.every(may)) continue;
    i++;
    const titles = [`Sju ${from}`, `Åtta ${from}`];
    const answers = await atOnce(pages, "/publicera", titles.map((title) => ({ title, do: "publish" })));
    assert.ok(answers.includes(303), `${answers}`);
    const [seven, eight] = [await published(titles[0]), await published(titles[1])];
    if (!seven || !eight) one++;
    else for (const [name, n] of seven) {
      const more = Math.abs((eight.get(name) ?? n) - n);
      assert.ok(more === 0 || more >= 5, `${name} on ${day(from - 7)}: ${more}`);
    }
  }
  assert.ok(one >= 5, `${one} rounds with one published`);
});

/** Two planned meetings and no other. */
async function twoMeetings() {
  const ids = [newId(), newId()];
  await execute(place, ["DELETE FROM meeting WHERE municipality_code = '1473'",
    ...ids.map((id, i) => insert("meeting", { municipality_code: "1473", id, starts_at: Date.now() + (i + 1) * 3_600_000,
      minutes: 30, state: "planned", created_at: Date.now(), origin: "exempel" }))]);
  return ids.map((id) => `/1473/mote/${id}`);
}

test("only one meeting is opened", POSTGRES, async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const pages = await getBoth(await twoMeetings());
    await atOnce(pages, "/oppna");
    assert.equal(await count("SELECT count(*) AS n FROM meeting WHERE municipality_code = '1473' AND state = 'open'"), 1);
  }
});

test("only one meeting is planned at a time of day", POSTGRES, async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const pages = await getBoth(["/1473/mote", "/1473/mote"]);
    const when = { "day-day": String(i + 1), "day-month": "3", "day-year": "2036", time: "14.00" };
    await atOnce(pages, "/mote", [when, when]);
    assert.equal(await count(`SELECT count(DISTINCT starts_at) AS n FROM meeting WHERE starts_at > ${Date.UTC(2036, 1, 1)}`), i + 1);
    assert.equal(await count(`SELECT count(*) AS n FROM meeting WHERE starts_at > ${Date.UTC(2036, 1, 1)}`), i + 1);
  }
});

test("who waits too long for another program is told to try again", POSTGRES, async () => {
  const paths = await twoMeetings(), pages = await getBoth(paths);
  const holder = spawn("psql", ["-X", "-q", "-A", "-t", "-d", place.database.url], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(holder, "close");
  const held = once(holder.stdout.setEncoding("utf8"), "data");
  holder.stdin.write(`BEGIN; SELECT 'held' FROM (SELECT pg_advisory_xact_lock(
    hashtextextended('samsyn ' || current_schema()::text || ' 1473', 0))) t;\n`);
  assert.equal((await held)[0], "held\n");
  const [answer, elsewhere] = await Promise.all([clients[0].submit(pages[0], "/oppna"), clients[1].get("/1493/mote")]);
  assert.equal(elsewhere.status, 200);
  assert.equal(answer.status, 503);
  assert.match(answer.words, /för mycket på gång\. Inget har ändrats\. Försök igen/);
  holder.stdin.end();
  await ended;
  assert.equal(await count("SELECT count(*) AS n FROM meeting WHERE municipality_code = '1473' AND state = 'open'"), 0);
  await clients[0].submitOk(await clients[0].get(paths[0]), "/oppna");
});
