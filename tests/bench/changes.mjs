// SPDX-License-Identifier: AGPL-3.0-or-later
// How long the start page "Vad har förändrats" takes on the server, one user at a time.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/changes.mjs [events of Mariestad]
//
// Cold: the first request to a server that has just started (columns are loaded), and until the page
// holds all analyses (places are looked for in the background). Warm: 200 requests after that.
// SAMSYN_TEST_ENGINE=postgres (with SAMSYN_TEST_PG) measures PostgreSQL.

import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readFile, writeFile } from "node:fs/promises";
import { engine, newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";
import { profile, writeRows } from "./rows.mjs";

const LOCAL = Number(process.argv[2] ?? 100_000);
const ROUNDS = 200, STARTS = 5;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function timed(work) {
  const start = performance.now();
  const answer = await work();
  return [performance.now() - start, answer];
}

/** Milliseconds of processor that the server has used: told beside the clock, for a busy machine. */
async function used(server) {
  const fields = (await readFile(`/proc/${server.child.pid}/stat`, "utf8")).split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const get = async (client) => {
  const page = await client.send("GET", "/1493/nu");
  if (page.status !== 200) throw new Error(`/1493/nu: ${page.status}`);
  return page;
};

const place = await newInstallation();
try {
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  const rows = path.join(place.dir, "rows.csv"), mapping = path.join(place.dir, "profile.json");
  await writeRows(rows, LOCAL, LOCAL);
  await writeFile(mapping, JSON.stringify(profile));
  await samsynOk(["import", ...place.args, "--format", "csv", "--municipality", "0000", "--profile",
    mapping, rows], { seconds: 1800 });
  const first = [], whole = [], warm = [], cpu = [], cpuWarm = [];
  for (let i = 0; i < STARTS; i++) {
    const server = await startServer({ place, args: ["--no-limits"] });
    try {
      const client = server.client();
      await client.submitOk(await client.get("/logga-in"), "/logga-in",
        { email: "samordnare@example.se", password: "samsyn-exempel-2026" });
      await server.stop(); // the log-in has led to the page itself: begin again
      await server.start(["--no-limits"]);
      client.url = server.url;
      const begin = performance.now(), before = await used(server);
      let [ms, page] = await timed(() => get(client));
      first.push(ms);
      while (page.text.includes("data-again")) {
        await wait(250); // a browser asks each second
        page = await get(client);
      }
      whole.push(performance.now() - begin);
      const after = await used(server);
      cpu.push(after - before);
      for (let k = 0; k < ROUNDS / STARTS; k++) warm.push((await timed(() => get(client)))[0]);
      cpuWarm.push((await used(server)) - after);
    } finally {
      await server.stop();
    }
  }
  warm.sort((a, b) => a - b);
  console.log(`${engine}, ${LOCAL} events imported into Mariestad beside the exercise's`);
  console.log(`first answer ${median(first).toFixed(0)} ms (worst ${Math.max(...first).toFixed(0)})`);
  console.log(`with all analyses ${median(whole).toFixed(0)} ms (worst ${Math.max(...whole).toFixed(0)}), ` +
    `${median(cpu)} ms of processor`);
  console.log(`warm: median ${median(warm).toFixed(1)} ms, p99 ${warm[Math.floor(warm.length * 0.99)].toFixed(1)}, ` +
    `worst ${warm.at(-1).toFixed(1)}, ${(median(cpuWarm) / (ROUNDS / STARTS)).toFixed(1)} ms of processor`);
} finally {
  await place.remove();
}
