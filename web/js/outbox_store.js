// SPDX-License-Identifier: AGPL-3.0-or-later
// The page's own database. report: one row for each report that has no receipt yet. meta: who uses the
// telephone, the latest receipts, leases. A further kind of data gets an object store of its own and the
// next version number.
const NAME = "samsyn";
const VERSION = 1;

const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
});

function upgrade(db) {
    db.createObjectStore("report", { keyPath: "id" });
    db.createObjectStore("meta", { keyPath: "key" });
}

function open() {
    return new Promise((done, failed) => {
        const request = indexedDB.open(NAME, VERSION);
        request.onupgradeneeded = () => upgrade(request.result);
        request.onsuccess = () => {
            request.result.onversionchange = () => request.result.close(); // a newer page upgrades
            done(request.result);
        };
        request.onerror = () => failed(request.error);
        request.onblocked = () => failed(new Error("blocked"));
    });
}

export class Store {
    constructor(db) {
        this.db = db;
    }

    /** Rejects where the browser has no database for us. */
    static async open() {
        return new Store(await open());
    }

    /** work(name -> object store) in one transaction; done when it is on the disk. */
    async #change(work) {
        const tx = this.db.transaction(["report", "meta"], "readwrite", { durability: "strict" });
        const whole = new Promise((done, failed) => {
            tx.oncomplete = done;
            tx.onabort = () => failed(tx.error ?? new Error("aborted"));
        });
        let answer;
        try {
            answer = await work((name) => tx.objectStore(name));
        } catch (e) {
            try {
                tx.abort();
            } catch {
                // has ended by itself
            }
            await whole.catch(() => {});
            throw e;
        }
        await whole;
        return answer;
    }

    #read(name) {
        return this.db.transaction(name).objectStore(name);
    }

    async all() {
        return asked(this.#read("report").getAll());
    }

    async get(id) {
        return asked(this.#read("report").get(id));
    }

    put(item) {
        return this.#change((of) => asked(of("report").put(item)));
    }

    remove(id) {
        return this.#change((of) => asked(of("report").delete(id)));
    }

    /** Changes a report that is still there, and only what `values` names. */
    update(id, values) {
        return this.#change(async (of) => {
            const item = await asked(of("report").get(id));
            if (item) await asked(of("report").put({ ...item, ...values }));
        });
    }

    /** The report goes and its receipt comes, in one. */
    receive(id, receipt, most) {
        return this.#change(async (of) => {
            await asked(of("report").delete(id));
            const old = (await asked(of("meta").get("receipts")))?.value ?? [];
            const value = [receipt, ...old.filter((r) => r.id !== id)].slice(0, most);
            await asked(of("meta").put({ key: "receipts", value }));
        });
    }

    async note(key) {
        return (await asked(this.#read("meta").get(key)))?.value;
    }

    setNote(key, value) {
        return this.#change((of) => asked(of("meta").put({ key, value })));
    }

    lease(name, holder, now, length) {
        return this.#change(async (of) => {
            const key = `lease ${name}`;
            const held = (await asked(of("meta").get(key)))?.value;
            if (held && held.holder !== holder && held.until > now && held.until <= now + length) return false;
            await asked(of("meta").put({ key, value: { holder, until: now + length } }));
            return true;
        });
    }

    release(name, holder) {
        return this.#change(async (of) => {
            const key = `lease ${name}`;
            const held = (await asked(of("meta").get(key)))?.value;
            if (held?.holder === holder) await asked(of("meta").delete(key));
        });
    }
}
