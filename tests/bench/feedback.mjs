// SPDX-License-Identifier: AGPL-3.0-or-later
// How long the page of answers takes on the server, one user at a time.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/feedback.mjs [reports] [days that they are spread over]
//
// 200 requests after the first. SAMSYN_TEST_ENGINE=postgres (with SAMSYN_TEST_PG) measures PostgreSQL.

import path from "node:path";
import { readFile, writeFile } from "node:fs/promises";
import { engine, newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";
import { execute } from "../scenario/database.mjs";
import { profile, writeRows } from "./rows.mjs";

const REPORTS = Number(process.argv[2] ?? 100_000), DAYS = Number(process.argv[3] ?? 3200);
const ROUNDS = 200;
const now = Date.now();
const id = engine === "postgres" ? "gen_random_uuid()" : "randomblob(16)";
const dice = (n) => engine === "postgres" ? `floor(random() * ${n})::bigint` : `(abs(random()) % ${n})`;

/** Milliseconds of processor that the server has used: told beside the clock, for a busy machine. */
async function used(server) {
  const fields = (await readFile(`/proc/${server.child.pid}/stat`, "utf8")).split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const place = await newInstallation();
try {
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  const rows = path.join(place.dir, "rows.csv"), mapping = path.join(place.dir, "profile.json");
  await writeRows(rows, REPORTS, REPORTS);
  await writeFile(mapping, JSON.stringify(profile));
  await samsynOk(["import", ...place.args, "--format", "csv", "--municipality", "0000", "--profile",
    mapping, rows], { seconds: 1800 });
  // the imported rows become reports of one account, six of ten answered within a month
  await execute(place, [
    `UPDATE event SET source = 'report', source_key = NULL, import_id = NULL, state = 'included',
       created_by = (SELECT id FROM account WHERE email = 'bovard.1493@example.se'),
       reported_at = ${now} - ${dice(DAYS)} * 86400000 - ${dice(86400000)}
     WHERE municipality_code = '1493' AND import_id IS NOT NULL`,
    `INSERT INTO feedback_answer (municipality_code, id, batch_id, event_id, reporter_id, text, at)
     SELECT municipality_code, ${id}, ${id}, id, created_by, 'Tack', reported_at + ${dice(30)} * 86400000
     FROM event WHERE municipality_code = '1493' AND source = 'report' AND created_by IS NOT NULL
       AND description LIKE 'Anm%' AND ${dice(10)} < 6`,
  ]);
  const server = await startServer({ place, args: ["--no-limits"] });
  try {
    const client = server.client();
    await client.submitOk(await client.get("/logga-in"), "/logga-in",
      { email: "samordnare@example.se", password: "samsyn-exempel-2026" });
    const times = [], before = await used(server);
    for (let i = 0; i <= ROUNDS; i++) {
      const start = performance.now();
      const page = await client.send("GET", "/1493/svar");
      times.push(performance.now() - start);
      if (page.status !== 200) throw new Error(`/1493/svar: ${page.status}`);
    }
    const cpu = (await used(server)) - before;
    const [first, ...warm] = times;
    warm.sort((a, b) => a - b);
    console.log(`${engine}, ${REPORTS} reports in ${DAYS} days: first ${first.toFixed(0)} ms, warm median ` +
      `${warm[ROUNDS / 2].toFixed(1)} ms, p99 ${warm[Math.floor(ROUNDS * 0.99)].toFixed(1)}, ${(cpu / ROUNDS).toFixed(1)} ms of processor`);
  } finally {
    await server.stop();
  }
} finally {
  await place.remove();
}
