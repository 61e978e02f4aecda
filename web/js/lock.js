// SPDX-License-Identifier: AGPL-3.0-or-later
// One tab at a time: by the browser's own locks, or by a lease in the store where there are none. A
// lease that its tab did not give back ends by itself.
import { uuid7 } from "./uuid7.js";

const LEASE = 60_000; // longer than a request may take
const holder = uuid7();

/** work({ renew }) while nobody else does; false: somebody else does, and no lock tells when they end. */
export async function alone(name, store, work, locks = globalThis.navigator?.locks) {
    if (locks) {
        await locks.request(name, () => work({ renew: async () => true }));
        return true;
    }
    const renew = () => store.lease(name, holder, Date.now(), LEASE);
    if (!(await renew())) return false;
    try {
        await work({ renew });
    } finally {
        await store.release(name, holder);
    }
    return true;
}
