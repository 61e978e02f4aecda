// SPDX-License-Identifier: AGPL-3.0-or-later
// The page's own database. report: one row for each report that has no receipt yet. photo: one for each
// photo that has none, its pixels as a blob of its own. meta: who uses the telephone, the latest receipts,
// leases. A further kind of data gets an object store of its own and the next version number.
import { Memory } from "./outbox_memory.js";

const NAME = "samsyn";
const VERSION = 2;
const STORES = ["report", "meta", "photo"];

const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
});

// What older pages have left is kept: each step adds to the one before.
function upgrade(db, from) {
    if (from < 1) {
        db.createObjectStore("report", { keyPath: "id" });
        db.createObjectStore("meta", { keyPath: "key" });
    }
    if (from < 2) db.createObjectStore("photo", { keyPath: "id" }).createIndex("report", "report");
}

function open() {
    return new Promise((done, failed) => {
        const request = indexedDB.open(NAME, VERSION);
        request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
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
        this.loose = new Memory(); // photos that had no room: as long as the page is open
    }

    /** Rejects where the browser has no database for us. */
    static async open() {
        return new Store(await open());
    }

    /** work(name -> object store) in one transaction; done when it is on the disk. */
    async #change(work) {
        const tx = this.db.transaction(STORES, "readwrite", { durability: "strict" });
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

    /** photos: all that the report has, in the place of those it had; null: as they are. */
    async put(item, photos = null) {
        await this.#change(async (of) => {
            await asked(of("report").put(item));
            if (!photos) return;
            for (const id of await asked(of("photo").index("report").getAllKeys(item.id)))
                if (!photos.some((p) => p.id === id)) await asked(of("photo").delete(id));
            for (const photo of photos) await asked(of("photo").put(photo));
        });
        if (photos) await this.loose.remove(item.id);
    }

    /** With its photos. */
    async remove(id) {
        await this.loose.remove(id);
        await this.#change(async (of) => {
            await asked(of("report").delete(id));
            for (const key of await asked(of("photo").index("report").getAllKeys(id))) await asked(of("photo").delete(key));
        });
    }

    /** Changes a report that is still there, and only what `values` names. */
    update(id, values) {
        return this.#update("report", id, values);
    }

    #update(name, id, values) {
        return this.#change(async (of) => {
            const item = await asked(of(name).get(id));
            if (item) await asked(of(name).put({ ...item, ...values }));
        });
    }

    /** The report goes and its receipt comes, in one. Its photos stay. */
    receive(id, receipt, most) {
        return this.#receive("report", id, receipt, most);
    }

    #receive(name, id, receipt, most) {
        return this.#change(async (of) => {
            await asked(of(name).delete(id));
            const old = (await asked(of("meta").get("receipts")))?.value ?? [];
            const value = [receipt, ...old.filter((r) => r.id !== id)].slice(0, most);
            await asked(of("meta").put({ key: "receipts", value }));
        });
    }

    /** These receipts have been shown. */
    seen(ids) {
        return this.#change(async (of) => {
            const old = (await asked(of("meta").get("receipts")))?.value ?? [];
            const value = old.map((r) => (ids.includes(r.id) ? { ...r, seen: true } : r));
            await asked(of("meta").put({ key: "receipts", value }));
        });
    }

    // --- Photos ---

    async photos() {
        return [...await asked(this.#read("photo").getAll()), ...(await this.loose.photos()).map((p) => ({ ...p, loose: true }))];
    }

    /** One more of a report. */
    async putPhoto(photo) {
        await this.#change((of) => asked(of("photo").put(photo)));
        await this.loose.removePhoto(photo.id);
    }

    updatePhoto(id, values) {
        return this.loose.pictures.has(id) ? this.loose.updatePhoto(id, values) : this.#update("photo", id, values);
    }

    async removePhoto(id) {
        await this.loose.removePhoto(id);
        await this.#change((of) => asked(of("photo").delete(id)));
    }

    async receivePhoto(id, receipt, most) {
        const loose = this.loose.pictures.delete(id);
        await this.#receive("photo", id, receipt, most).catch((e) => {
            if (!loose) throw e; // a full telephone has no room for the receipt either
        });
    }

    // --- Notes ---

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
