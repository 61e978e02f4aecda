// SPDX-License-Identifier: AGPL-3.0-or-later
// Beside the page: the number that makes the hash of a form's token begin with so many zero bits.
import { after } from "./sha256.js";

const zeros = (hash) => (hash[0] ? Math.clz32(hash[0]) : 32 + Math.clz32(hash[1]));

self.onmessage = ({ data: { token, bits } }) => {
    const hash = after(`${token}.`);
    let n = 0;
    while (zeros(hash(String(n))) < bits) n++;
    self.postMessage(String(n));
};
