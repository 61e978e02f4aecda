// SPDX-License-Identifier: AGPL-3.0-or-later
// How long each method of Analys takes on a municipality with many events, cold, one at a time.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/explore.mjs [events of Mariestad]
//
// Each is asked twice: for the last year, and for all nine years. Wall seconds from the first
// request until the answer, and CPU seconds of the server meanwhile.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";
import { profile, writeRows } from "./rows.mjs";

const EVENTS = Number(process.argv[2] ?? 100_000);
const TICKS = 100; // a second, in /proc
const ALL = "from=2018-01-01&to=2026-10-18", YEAR = "from=2025-10-19&to=2026-10-18";
const circle = "p-start=2026-04-20&p-treated=circle&p-east=433000&p-north=6507000&p-radius=1000";
const drawn = "p-start=2026-04-20&p-treated=drawn&p-ground=432000-6506000_434000-6506000_434500-6507500_432000-6508000" +
  "&p-control=drawn&p-beside=436000-6506000_438000-6506000_438000-6508000";
const questions = ["where&method=gistar", "where&method=gistar&p-inference=permutation", "where&method=kde",
  "where&method=moran", "repeat&method=knox", "repeat&method=near-repeat-chains", "repeat&method=mantel",
  "clusters&method=scan", "clusters&method=scan&p-mode=retrospective", "clusters&method=scan&p-snap=0",
  "changed&method=compare-counts", "changed&method=farrington", "changed&method=farrington&p-by=type&p-setting=noufaily",
  "changed&method=ears", "changed&method=cusum", "changed&method=breaks", "changed&method=breaks&p-kind=poisson&p-by=type",
  "when&method=weekday-hour", "when&method=aoristic", "season&method=season", "season&method=stl",
  `helped&method=wdd&${circle}`, `helped&method=wdd&${drawn}`, `helped&method=did&${circle}`, "helped&method=its&p-at=2026-04-20"];

async function cpu(pid) {
  const stat = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1].split(" ");
  return (Number(stat[11]) + Number(stat[12])) / TICKS;
}

async function ask(server, client, question, days) {
  const begin = performance.now(), before = await cpu(server.child.pid);
  let answer, told = 0;
  do {
    answer = await client.get(`/api/v1/1493/analysis?question=${question}&${days}`);
    if (answer.status === 202) told = Math.max(told, answer.json().percent ?? 0);
  } while (answer.status === 202);
  const seconds = (performance.now() - begin) / 1000, work = (await cpu(server.child.pid)) - before;
  const said = answer.status === 200 ? answer.json().n : `${answer.status} ${answer.text.slice(0, 200)}`;
  return `${seconds.toFixed(2)} | ${work.toFixed(2)} | ${told} | ${said}`;
}

const place = await newInstallation();
try {
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  const rows = path.join(place.dir, "rows.csv"), mapping = path.join(place.dir, "profile.json");
  await writeRows(rows, EVENTS, EVENTS);
  await writeFile(mapping, JSON.stringify(profile));
  await samsynOk(["import", ...place.args, "--format", "csv", "--municipality", "0000", "--profile", mapping, rows],
    { seconds: 1800 });
  const server = await startServer({ place, args: ["--no-limits"] });
  try {
    const client = server.client();
    const page = await client.get("/logga-in");
    await client.submitOk(page, "/logga-in", { email: "samordnare@example.se", password: "samsyn-exempel-2026" });
    await client.get("/1493/handelser");
    console.log("| question | wall s | CPU s | highest per cent told | rows or answer |\n|---|---|---|---|---|");
    for (const [name, days] of [["year", YEAR], ["all", ALL]])
      for (const question of questions) console.log(`| ${name}: ${question} | ${await ask(server, client, question, days)} |`);
  } finally {
    await server.stop();
  }
} finally {
  await place.remove();
}
