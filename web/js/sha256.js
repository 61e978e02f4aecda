// SPDX-License-Identifier: AGPL-3.0-or-later
// SHA-256 (FIPS 180-4) of short texts, many thousand times: the browser's own answers one by one, later.

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const bits = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = primes.slice(0, 8).map((p) => bits(Math.sqrt(p)));
const K = Int32Array.from(primes.map((p) => bits(Math.cbrt(p))));
const w = new Int32Array(64);

const turn = (x, n) => (x >>> n) | (x << (32 - n));

// Takes one block into `state`.
function block(state, bytes, at) {
    for (let i = 0; i < 16; i++)
        w[i] = (bytes[at + i * 4] << 24) | (bytes[at + i * 4 + 1] << 16) |
            (bytes[at + i * 4 + 2] << 8) | bytes[at + i * 4 + 3];
    for (let i = 16; i < 64; i++) {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
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
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

// The eight words of the hash of `text`.
export const sha256 = (text) => after(text)("");

// A function that hashes `head` and the digits it is given: whole blocks of the head are done already.
export function after(head) {
    const bytes = new TextEncoder().encode(head);
    const whole = bytes.length - (bytes.length % 64);
    const begun = Int32Array.from(START);
    for (let at = 0; at < whole; at += 64) block(begun, bytes, at);
    const rest = bytes.length - whole;
    const room = new Uint8Array(192);
    const state = new Int32Array(8);
    return (digits) => {
        const end = rest + digits.length;
        const size = Math.ceil((end + 9) / 64) * 64;
        room.fill(0);
        room.set(bytes.subarray(whole));
        for (let i = 0; i < digits.length; i++) room[rest + i] = digits.charCodeAt(i);
        room[end] = 128;
        const bits = (whole + end) * 8;
        for (let i = 0; i < 4; i++) room[size - 1 - i] = bits >>> (8 * i);
        state.set(begun);
        for (let at = 0; at < size; at += 64) block(state, room, at);
        return state;
    };
}
