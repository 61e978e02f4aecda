// SPDX-License-Identifier: AGPL-3.0-or-later
// Made-up rows for measuring: the same file each time.

import { createWriteStream } from "node:fs";
import { once } from "node:events";

const TOWNS = ["1473", "1447", "1480", "1280", "0180", "0380", "0580", "1780", "2180", "2580"];
const KINDS = ["damage.graffiti", "damage.glass", "litter.dumping", "disturbance.noise", "theft.shop",
  "traffic.reckless", "violence.fight", "alcohol", "unsafe_place.lighting"];

let seed = 12345; // the same file each time
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

function row(i, town) {
  const at = new Date(Date.UTC(2018, 0, 1) + random() * 8.8 * 365 * 86400e3).toISOString();
  const home = town === "1493" ? [433000, 6507000] : [430000 + TOWNS.indexOf(town) * 20000, 6600000];
  const spread = () => (random() + random() + random() - 1.5) * 6000;
  const [east, north] = [home[0] + spread(), home[1] + spread()].map((v) => v.toFixed(0));
  const kind = KINDS[Math.floor(random() * KINDS.length)];
  return `${i},${town},${at},${kind},${east},${north},Gatan ${Math.floor(random() * 400)},` +
    `Anmärkning ${i} om ${kind} vid muren\n`;
}

/** `all` rows in a CSV file, the first `local` of them in Mariestad. */
export async function writeRows(file, local, all) {
  const out = createWriteStream(file);
  out.write("id,kommun,tid,typ,ost,nord,plats,text\n");
  for (let i = 0; i < all; i++) {
    const town = i < local ? "1493" : TOWNS[i % TOWNS.length];
    if (!out.write(row(i, town))) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** How `samsyn import` reads them. */
export const profile = {
  source: "bench", key: ["id"], municipality: { column: "kommun" },
  type: { column: "typ", values: Object.fromEntries(KINDS.map((k) => [k, k])) },
  time: { column: "tid" }, position: { east: "ost", north: "nord", place: "plats" },
  description: "text",
};
