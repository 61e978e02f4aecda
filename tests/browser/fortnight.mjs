// SPDX-License-Identifier: AGPL-3.0-or-later
// A fortnight of a coordinator, for story U3: 46 reports from eleven organisations, sent as each of them sends.

import assert from "node:assert/strict";
import { hands, hours } from "../scenario/inbox.mjs";

/** One account for each organisation of the exercise that reports. */
const SENDERS = ["bovard", "forvaltare", "vaktare", "skola", "fritidsledare", "bibliotekarie", "handlare", "byalag",
  "gata-park", "raddningstjanst", "kommunpolis"];
const ALL = 46;
/* Far from each other, so that none of them can be the same happening. */
const TYPES = ["damage.graffiti", "litter.dumping", "unsafe_place.lighting", "traffic.moped", "alcohol", "damage.glass"];
const WORDS = { "damage.graffiti": "Klotter på elskåpet", "litter.dumping": "Möbler står dumpade vid vändplatsen",
  "unsafe_place.lighting": "Gatlyktorna är släckta", "traffic.moped": "Mopeder kör fort på gångvägen",
  alcohol: "Högljutt drickande vid bänkarna", "damage.glass": "Krossad ruta i entrén" };

/** What the guard cannot know points at somebody, and what only says where in a roundabout way. */
const PERSONS = ["Han med bruna hunden i hörnhuset eldar i tunnan", "Hon som vikarierar i kiosken såg på när de klottrade",
  "Grannen längst upp spelar musik om nätterna"].map((description) => ({ description }));
const VAGUE = ["Någon eldade löv bakom skolan", "Det small bortåt skogen till"].map((description) =>
  ({ description, precision: "none", east: undefined, north: undefined, place_name: "bortåt skogen" }));
const BINS = ["ett", "två", "tre"].map((n, i) =>
  ({ type: "fire", description: `Bränd papperskorg ${n}`, place_name: "Provtorget", east: 440000 + 10 * i, occurred_from: hours(2) }));

/** Nothing waits from before. */
async function empty(h) {
  for (;;) {
    const ids = [...(await h.inbox()).text.matchAll(/ data-report="([^"]+)"/g)].map(([, id]) => id);
    if (!ids.length) return;
    await h.done(ids, "accept");
  }
}

/** { bins, persons, vague }: ids; all the others say what they are themselves. */
export async function fortnight(server) {
  const h = await hands(server), ids = [];
  await empty(h);
  const people = [];
  for (const who of SENDERS) people.push(await server.logIn(`${who}.1493@example.se`));
  const special = [...BINS, ...PERSONS, ...VAGUE];
  for (let n = 0; n < ALL; n++) {
    const type = TYPES[n % TYPES.length];
    // the bins are the caretaker's, the school's and the youth centre's; then everybody in turn
    const sender = n < BINS.length ? people[[0, 3, 4][n]] : people[n % people.length];
    ids.push(await h.report(sender, { type, description: `${WORDS[type]}, ronden ${n}`, place_name: `Provplats ${n}`,
      occurred_from: hours(3 + 7 * n), east: 426000 + 2000 * (n % 8), north: 6496000 + 2000 * Math.floor(n / 8), ...special[n] }));
  }
  assert.equal(new Set(ids).size, ALL);
  return { bins: ids.slice(0, 3), persons: ids.slice(3, 6), vague: ids.slice(6, 8), organisations: SENDERS.length };
}
