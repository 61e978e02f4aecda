// SPDX-License-Identifier: AGPL-3.0-or-later
// How long the pages of events take on the server, one user at a time.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/pages.mjs [events of Mariestad] [of the country]
//
// The rows come in by `samsyn import`. Times are measured from outside, over the loopback: median,
// 99th percentile and the worst of 200 requests each, in milliseconds. SAMSYN_TEST_ENGINE=postgres
// (with SAMSYN_TEST_PG) measures PostgreSQL.

import path from "node:path";
import { writeFile } from "node:fs/promises";
import { engine, newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";
import { profile, writeRows } from "./rows.mjs";

const LOCAL = Number(process.argv[2] ?? 100_000);
const COUNTRY = Number(process.argv[3] ?? 1_000_000);
const ROUNDS = 200;

async function logIn(server, email) {
  const client = server.client();
  const page = await client.get("/logga-in");
  await client.submitOk(page, "/logga-in", { email, password: "samsyn-exempel-2026" });
  return client;
}

/** Words that every event has, in another order each time: what was found before is no help. */
function newWords(town) {
  const words = ["muren", "vid", "om", "anm%C3%A4rkning"];
  return (i) => `/${town}/handelser?text=` + [...(i + 16).toString(4)].map((d) => words[d]).join("+");
}

async function measure(client, name, address) {
  const times = [], at = typeof address === "function" ? address : () => address;
  const first = await client.send("GET", at(0));
  if (first.status !== 200) throw new Error(`${at(0)}: ${first.status}`);
  for (let i = 1; i <= ROUNDS; i++) {
    const start = performance.now();
    await client.send("GET", at(i));
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const of = (p) => times[Math.min(times.length - 1, Math.floor(times.length * p))].toFixed(1);
  console.log(`| ${name} | ${of(0.5)} | ${of(0.99)} | ${of(1)} | ${first.bytes.length} |`);
}

const local = [
  ["list", "/1493/handelser"],
  ["list, one kind and a year", "/1493/handelser?type=damage&from=2025-01-01&to=2025-12-31"],
  ["list by place, page 900", "/1493/handelser?sort=place&page=900"],
  ["list, words", "/1493/handelser?text=muren+klotter"],
  ["list, a word that every event has", "/1493/handelser?text=muren"],
  ["list, new words that every event has", newWords("1493")],
  ["tile, zoom 9", "/1493/handelser/tiles/9/275/152.mvt"],
  ["tile, zoom 14", "/1493/handelser/tiles/14/8821/4874.mvt"],
  ["base tile, zoom 9", "/1493/tiles/base/9/275/152.mvt"],
  ["interface, 100 events", "/api/v1/1493/events"],
  ["picture, two weeks", "/1493/laget?from=2026-05-04&to=2026-05-17"],
  ["picture, a month", "/1493/laget?from=2026-05-01&to=2026-05-31"],
  ["picture, a year", "/1493/laget?from=2025-01-01&to=2025-12-31"],
];
const country = [
  ["country: list", "/0000/handelser"],
  ["country: list, one kind and a year", "/0000/handelser?type=damage&from=2025-01-01&to=2025-12-31"],
  ["country: list, words", "/0000/handelser?text=muren+klotter"],
  ["country: list, new words that every event has", newWords("0000")],
  ["country: list by place, page 9000", "/0000/handelser?sort=place&page=9000"],
  ["country: tile, zoom 5", "/0000/handelser/tiles/5/17/9.mvt"],
  ["country: tile, zoom 11", "/0000/handelser/tiles/11/1102/609.mvt"],
];

/** Resident memory of the server in MB, as it tells itself. */
async function memory(server) {
  const text = (await server.client().get("/metrics")).text;
  return (Number(/samsyn_resident_bytes (\d+)/.exec(text)[1]) / 1e6).toFixed(0);
}

const place = await newInstallation();
try {
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  const rows = path.join(place.dir, "rows.csv"), mapping = path.join(place.dir, "profile.json");
  await writeRows(rows, LOCAL, COUNTRY);
  await writeFile(mapping, JSON.stringify(profile));
  const begin = performance.now();
  await samsynOk(["import", ...place.args, "--format", "csv", "--municipality", "0000", "--profile",
    mapping, rows], { seconds: 1800 });
  console.log(`${COUNTRY} rows imported in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  const start = performance.now();
  const server = await startServer({ place, args: ["--no-limits"] });
  try {
    console.log(`ready after ${(performance.now() - start).toFixed(0)} ms, ${await memory(server)} MB at rest`);
    console.log(`\n${engine}\n\n| page | median ms | p99 ms | worst ms | bytes |\n|---|---|---|---|---|`);
    const coordinator = await logIn(server, "samordnare@example.se");
    for (const [name, address] of local) await measure(coordinator, name, address);
    const everywhere = await logIn(server, "system@example.se");
    for (const [name, address] of country) await measure(everywhere, name, address);
    console.log(`\n${await memory(server)} MB with the columns of the whole country`);
  } finally {
    await server.stop();
  }
} finally {
  await place.remove();
}
