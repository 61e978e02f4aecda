// SPDX-License-Identifier: AGPL-3.0-or-later
// How long the picture of two weeks takes a process that has just begun: from the first request
// until the page has all its findings, of 100,000 events in three years.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/weekly.mjs [events] [times]
//
// Each time a new process is started and asked by somebody who logged in before. Told are the time
// on the clock, the CPU seconds of the process from the request on (start excluded), and the most
// memory it had. The page looks on one thread, the JSON on two and waits for it. SAMSYN_TEST_ENGINE
// =postgres (with SAMSYN_TEST_PG) measures PostgreSQL, whose own CPU seconds are not counted.

import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { engine, newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";

const EVENTS = Number(process.argv[2] ?? 100_000);
const TIMES = Number(process.argv[3] ?? 5);
const TICKS = 100; // of /proc/PID/stat in a second
const DAY = 86400e3;
const NOW = Date.now();
const KINDS = ["theft.dwelling", "theft.storeroom", "theft.vehicle", "damage.graffiti", "damage.glass",
  "litter.dumping", "disturbance.noise", "theft.shop", "traffic.reckless", "violence.fight", "alcohol"];

let seed = 12345; // the same places each time
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

const day = (back) => new Date(NOW - back * DAY).toISOString().slice(0, 10);

function row(i) {
  const at = new Date(NOW - DAY - random() * 3 * 364 * DAY).toISOString();
  const spread = () => (random() + random() + random() - 1.5) * 3000;
  const [east, north] = [433000, 6507000].map((middle) => (middle + spread()).toFixed(0));
  return `${i},1493,${at},${KINDS[Math.floor(random() * KINDS.length)]},${east},${north},` +
    `Gatan ${Math.floor(random() * 400)},Anmärkning ${i}\n`;
}

async function writeRows(file) {
  const out = createWriteStream(file);
  out.write("id,kommun,tid,typ,ost,nord,plats,text\n");
  for (let i = 0; i < EVENTS; i++) if (!out.write(row(i))) await once(out, "drain");
  out.end();
  await once(out, "finish");
}

const profile = {
  source: "bench", key: ["id"], municipality: { column: "kommun" },
  type: { column: "typ", values: Object.fromEntries(KINDS.map((k) => [k, k])) },
  time: { column: "tid" }, position: { east: "ost", north: "nord", place: "plats" },
  description: "text",
};

async function fill(place) {
  await samsynOk(["exercise", ...place.args, "--seed", "1"], { seconds: 300 });
  const rows = path.join(place.dir, "rows.csv"), mapping = path.join(place.dir, "profile.json");
  await writeRows(rows);
  await writeFile(mapping, JSON.stringify(profile));
  await samsynOk(["import", ...place.args, "--format", "csv", "--municipality", "0000", "--profile",
    mapping, rows], { seconds: 1800 });
}

/** The cookies of somebody who is logged in; the process that let them in is gone. */
async function logIn(place) {
  const server = await startServer({ place, args: ["--no-limits"] });
  try {
    const client = server.client();
    const page = await client.get("/logga-in");
    await client.submit(page, "/logga-in", { email: "samordnare@example.se", password: "samsyn-exempel-2026" });
    return client.cookies;
  } finally {
    await server.stop();
  }
}

async function used(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13).map(Number);
  const most = /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"))[1];
  return { cpu: (user + system) / TICKS, mb: Number(most) / 1024 };
}

/** Asks again as the page itself does, until nothing more is looked for. */
async function ask(client, address) {
  for (;;) {
    const page = await client.send("GET", address);
    if (page.status !== 200) throw new Error(`${address}: ${page.status}`);
    if (!page.text.includes('http-equiv="refresh"')) return page;
    await pause(20);
  }
}

async function cold(place, cookies, address) {
  const server = await startServer({ place, args: ["--no-limits"] });
  try {
    const client = server.client();
    client.cookies = new Map(cookies);
    const before = await used(server.child.pid), start = performance.now();
    const page = await ask(client, address);
    const seconds = (performance.now() - start) / 1000, after = await used(server.child.pid);
    return { seconds, cpu: after.cpu - before.cpu, mb: after.mb, page };
  } finally {
    await server.stop();
  }
}

const place = await newInstallation();
try {
  await fill(place);
  const cookies = await logIn(place), period = `from=${day(14)}&to=${day(1)}`;
  console.log(`${EVENTS} events, ${TIMES} times, ${engine}\n`);
  console.log("| asked for | least s | middle s | most s | least CPU s | most MB | findings |\n|---|---|---|---|---|---|---|");
  for (const [name, address] of [["page", `/1493/laget?${period}`], ["JSON", `/1493/laget.json?${period}`]]) {
    const all = [];
    for (let i = 0; i < TIMES; i++) all.push(await cold(place, cookies, address));
    const sorted = all.map((one) => one.seconds).sort((a, b) => a - b);
    const found = name === "JSON" ? all[0].page.json().around.findings.length
      : new Set(all[0].page.links("squares=")).size;
    console.log(`| ${name} | ${sorted[0].toFixed(2)} | ${sorted[TIMES >> 1].toFixed(2)} | ${sorted.at(-1).toFixed(2)} ` +
      `| ${Math.min(...all.map((one) => one.cpu)).toFixed(2)} | ${Math.max(...all.map((one) => one.mb)).toFixed(0)} | ${found} |`);
  }
} finally {
  await place.remove();
}
