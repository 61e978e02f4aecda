// SPDX-License-Identifier: AGPL-3.0-or-later
// The same as outbox_store.js as long as the page is open: for a telephone that is full, and for browsers
// that keep nothing.
export class Memory {
    constructor() {
        this.reports = new Map();
        this.notes = new Map();
    }

    async all() {
        return [...this.reports.values()];
    }

    async get(id) {
        return this.reports.get(id);
    }

    async put(item) {
        this.reports.set(item.id, JSON.parse(JSON.stringify(item)));
    }

    async remove(id) {
        this.reports.delete(id);
    }

    async update(id, values) {
        if (this.reports.has(id)) await this.put({ ...this.reports.get(id), ...values });
    }

    async receive(id, receipt, most) {
        this.reports.delete(id);
        const old = this.notes.get("receipts") ?? [];
        this.notes.set("receipts", [receipt, ...old.filter((r) => r.id !== id)].slice(0, most));
    }

    async note(key) {
        return this.notes.get(key);
    }

    async setNote(key, value) {
        this.notes.set(key, value);
    }

    async lease(name, holder, now, length) {
        const held = this.notes.get(`lease ${name}`);
        if (held && held.holder !== holder && held.until > now && held.until <= now + length) return false;
        this.notes.set(`lease ${name}`, { holder, until: now + length });
        return true;
    }

    async release(name, holder) {
        if (this.notes.get(`lease ${name}`)?.holder === holder) this.notes.delete(`lease ${name}`);
    }
}
