// SPDX-License-Identifier: AGPL-3.0-or-later
// The same as outbox_store.js as long as the page is open: for a telephone that is full, and for browsers
// that keep nothing.
export class Memory {
    constructor() {
        this.reports = new Map();
        this.pictures = new Map();
        this.notes = new Map();
    }

    async all() {
        return [...this.reports.values()];
    }

    async get(id) {
        return this.reports.get(id);
    }

    async put(item, photos = null) {
        this.reports.set(item.id, JSON.parse(JSON.stringify(item)));
        if (!photos) return;
        this.#dropPhotos(item.id);
        for (const photo of photos) await this.putPhoto(photo);
    }

    async remove(id) {
        this.reports.delete(id);
        this.#dropPhotos(id);
    }

    #dropPhotos(report) {
        for (const photo of [...this.pictures.values()]) if (photo.report === report) this.pictures.delete(photo.id);
    }

    async update(id, values) {
        if (this.reports.has(id)) await this.put({ ...this.reports.get(id), ...values });
    }

    async receive(id, receipt, most) {
        this.reports.delete(id);
        this.#receipt(receipt, most);
    }

    #receipt(receipt, most) {
        const old = this.notes.get("receipts") ?? [];
        this.notes.set("receipts", [receipt, ...old.filter((r) => r.id !== receipt.id)].slice(0, most));
    }

    async seen(ids) {
        const old = this.notes.get("receipts") ?? [];
        this.notes.set("receipts", old.map((r) => (ids.includes(r.id) ? { ...r, seen: true } : r)));
    }

    async photos() {
        return [...this.pictures.values()];
    }

    async putPhoto(photo) {
        this.pictures.set(photo.id, { ...photo });
    }

    async updatePhoto(id, values) {
        if (this.pictures.has(id)) this.pictures.set(id, { ...this.pictures.get(id), ...values });
    }

    async removePhoto(id) {
        this.pictures.delete(id);
    }

    async receivePhoto(id, receipt, most) {
        this.pictures.delete(id);
        this.#receipt(receipt, most);
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
