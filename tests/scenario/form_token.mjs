// SPDX-License-Identifier: AGPL-3.0-or-later
// A token of the public form as the server signs it (core/account.h, ticket_sign), made with the
// installation's own key: so that a test need not wait until a form is old enough.

import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

const IV = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n];
const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const MIX = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
const u64 = (x) => BigInt.asUintN(64, x);
const turn = (x, n) => u64((x >> n) | (x << (64n - n)));

/** BLAKE2b with a key, 32 bytes long (RFC 7693). */
export function blake2b(key, data) {
  const first = Buffer.alloc(128);
  key.copy(first);
  const all = Buffer.concat([first, data]);
  const h = [...IV];
  h[0] ^= 0x01010000n ^ (BigInt(key.length) << 8n) ^ 32n;
  for (let at = 0; at < all.length; at += 128) {
    const block = Buffer.alloc(128), last = at + 128 >= all.length;
    all.copy(block, 0, at, Math.min(at + 128, all.length));
    const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(i * 8));
    const v = [...h, ...IV];
    v[12] ^= BigInt(Math.min(at + 128, all.length));
    if (last) v[14] = u64(~v[14]);
    for (let round = 0; round < 12; round++)
      MIX.forEach(([a, b, c, d], i) => {
        const s = ORDER[round % 10];
        v[a] = u64(v[a] + v[b] + m[s[2 * i]]);
        v[d] = turn(v[d] ^ v[a], 32n);
        v[c] = u64(v[c] + v[d]);
        v[b] = turn(v[b] ^ v[c], 24n);
        v[a] = u64(v[a] + v[b] + m[s[2 * i + 1]]);
        v[d] = turn(v[d] ^ v[a], 16n);
        v[c] = u64(v[c] + v[d]);
        v[b] = turn(v[b] ^ v[c], 63n);
      });
    for (let i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
  }
  const out = Buffer.alloc(64);
  h.forEach((x, i) => out.writeBigUInt64LE(x, i * 8));
  return out.subarray(0, 32);
}

/** A token that is `seconds` old. */
export async function token(place, municipality, seconds, bits = 17) {
  const key = await readFile(path.join(place.data, "secret.key"));
  const text = `${municipality}.${Date.now() - seconds * 1000}.${bits}.${randomBytes(16).toString("hex")}`;
  return `${text}.${blake2b(key, Buffer.from(`citizen-form\0${text}`)).toString("hex")}`;
}

/** What the browser finds for it. */
export function work(text) {
  const bits = Number(text.split(".")[2]);
  for (let n = 0; ; n++)
    if (createHash("sha256").update(`${text}.${n}`).digest().readUInt32BE(0) >>> (32 - bits) === 0)
      return String(n);
}
