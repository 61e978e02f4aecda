// SPDX-License-Identifier: AGPL-3.0-or-later
// SHA-256 (FIPS 180-4) of short texts, many thousand times: the browser's own answers one by one, later.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const bits = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((p) => bits(Math.sqrt(p)));
const K = Int32Array.from(primes.map((p) => bits(Math.cbrt(p))));
const w = new Int32Array(64);

const turn = (x, n) => (x >>> n) | (x << (32 - n));

function block(state, bytes, at) {
    for (let i = 0; i < 16; i++)
        w[i] = (bytes[at + i * 4] << 24) | (bytes[at + i * 4 + 1] << 16) |
            (bytes[at + i * 4 + 2] << 8) | bytes[at + i * 4 + 3];
    for (let i = 16; i < 64; i++) {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
        const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
    }
    return [state[0] + a, state[1] + b, state[2] + c, state[3] + d,
        state[4] + e, state[5] + f, state[6] + g, state[7] + h].map((x) => x | 0);
}

function padded(bytes, before) {
    const out = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    out.set(bytes);
    out[bytes.length] = 128;
    new DataView(out.buffer).setUint32(out.length - 4, (before + bytes.length) * 8);
    return out;
}

// The eight words of the hash of `text`. What begins alike is worked out once: see after().
export const sha256 = (text) => after("")(text);

// A function that hashes `head` and what it is given: whole blocks of the head are done already.
export function after(head) {
    const encoder = new TextEncoder();
    const bytes = encoder.encode(head);
    const whole = bytes.length - (bytes.length % 64);
    let state = START;
    for (let at = 0; at < whole; at += 64) state = block(state, bytes, at);
    const rest = bytes.slice(whole);
    return (tail) => {
        const more = encoder.encode(tail);
        const last = new Uint8Array(rest.length + more.length);
        last.set(rest);
        last.set(more, rest.length);
        const all = padded(last, whole);
        let now = state;
        for (let at = 0; at < all.length; at += 64) now = block(now, all, at);
        return now;
    };
}
