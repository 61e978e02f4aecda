// SPDX-License-Identifier: AGPL-3.0-or-later
// The outbox in a page: a report is written to the store, then sent; what waits is shown and sent when the
// page opens, when there is a network, when somebody comes back to it, and when they ask. Without script
// the forms are sent as they are.
import { ask } from "./fields.js";
import { baseOf, Outbox, ownerOf } from "./outbox.js";
import { asText, fromText, save } from "./outbox_file.js";
import { draw, fromFile, received } from "./outbox_list.js";
import { Memory } from "./outbox_memory.js";
import { Store } from "./outbox_store.js";
import { about, bareFiles, fieldsOf, lacks, photosOf } from "./outbox_words.js";
import { pointsAtSomebody } from "./look_form.js";
import { still } from "./page.js";
import { uuid7 } from "./uuid7.js";

const SLOW = 4000; // milliseconds after which it is told that a report is safe though not received
const FRESH = 12 * 3600_000; // receipts of what had waited are shown so long
const LOOKING = 5000; // a report that is looked through is not sent meanwhile, milliseconds

class Page {
    constructor(store, kept) {
        const csrf = document.querySelector("form[data-logout] [name=csrf]")?.value;
        this.owner = ownerOf(csrf);
        this.loggedIn = this.owner !== null;
        this.store = store;
        this.kept = kept; // does the store outlive the page?
        this.box = document.querySelector("[data-outbox]");
        this.words = this.box?.dataset ?? {};
        this.form = document.querySelector("form[data-outbox-form]");
        this.line = document.querySelector("[data-outbox-said]");
        this.news = new Set(); // ids of receipts that this page tells of
        this.outbox = new Outbox(store, { changed: () => this.tell() });
        this.others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("samsyn-outbox");
        if (this.others) this.others.onmessage = () => this.show();
        this.last = null; // what this page sent last
        this.shown = 0;
    }

    // Who uses the telephone. Whoever logs out takes that away; a session that ends does not.
    async whose() {
        const before = await this.store.note("who");
        if (this.loggedIn && before !== this.owner) {
            // a telephone that is full sends all the same
            await this.store.setNote("who", this.owner).catch(() => {});
            await this.store.setNote("receipts", []).catch(() => {});
        }
        this.owner ??= before ?? null;
    }

    get said() {
        return this.line?.firstElementChild.textContent ?? "";
    }

    say(text) {
        if (this.line) this.line.firstElementChild.textContent = text;
    }

    tell() {
        this.others?.postMessage("");
        return this.show();
    }

    async show() {
        if (!this.box) return;
        const turn = ++this.shown;
        const items = await this.store.all();
        const pictures = await this.store.photos();
        const receipts = (await this.store.note("receipts")) ?? [];
        await still();
        if (turn !== this.shown) return; // a later one knows more
        const mine = items.filter((i) => i.owner === this.owner && i.id !== this.editing).sort((a, b) => (a.id < b.id ? -1 : 1));
        const photos = pictures.filter((p) => p.owner === this.owner && p.report !== this.editing)
            .sort((a, b) => (a.report === b.report ? a.n - b.n : a.report < b.report ? -1 : 1));
        const others = { reports: items.filter((i) => i.owner !== this.owner).length,
            photos: pictures.filter((p) => p.owner !== this.owner).length };
        const login = [...mine, ...photos].some((i) => i.reason === "login" || i.reason === "other");
        draw(this.box, { mine, photos, others, login, sending: this.outbox.sending }, {
            mend: (item) => this.mend(item), real: (item, photos) => this.real(item, photos), remove: (item, n) => this.remove(item, n),
            savePhoto: (photo) => save(photo.blob, `bild-${photo.n}-${photo.report.slice(24)}.jpg`),
            removePhoto: (photo) => this.removePhoto(photo) });
        const stuck = mine.some((i) => !["offline", "server", "wait", null].includes(i.reason));
        const over = { [this.words.tSaved]: stuck || !mine.length, [this.words.tPhotoFull]: !photos.some((p) => p.loose) };
        if (over[this.said]) this.say(""); // it does not hold any more
        this.tellReceipts(receipts);
    }

    // Each receipt of what has waited is told once, and stands as long as the page does.
    tellReceipts(receipts) {
        const here = location.pathname + location.search;
        const mine = receipts.filter((r) => r.owner === this.owner && r.id !== this.busy && Date.now() - Date.parse(r.at) < FRESH);
        const fresh = mine.filter((r) => (r.late || r.photo) && !r.seen && !this.news.has(r.id));
        for (const r of fresh) if (r.href !== here) this.news.add(r.id); // the page of a receipt says so itself
        if (fresh.length) this.store.seen(fresh.map((r) => r.id)).catch(() => {});
        const list = mine.filter((r) => this.news.has(r.id)).reverse().map((r) => {
            const node = document.createElement("li");
            node.textContent = received(this.words, r);
            return node;
        });
        const now = this.line.lastElementChild;
        if (list.length !== now.children.length) now.replaceChildren(...list);
    }

    // --- Sending ---

    async send(how = { hurry: true }) {
        if (!this.owner) return;
        clearTimeout(this.timer);
        this.net();
        if (await this.mine()) await this.outbox.run(this.owner, how);
        await this.show();
        const wait = await this.outbox.wait(this.owner);
        if (wait !== null) this.timer = setTimeout(() => this.send({}), wait);
    }

    /** How much of theirs waits. */
    async mine() {
        return [...await this.store.all(), ...await this.store.photos()].filter((i) => i.owner === this.owner).length;
    }

    // A form that was kept for when there is no network says whether there still is none.
    async net() {
        const line = document.querySelector("[data-outbox-net]");
        if (!line) return;
        const answer = await fetch(`${this.words.outbox}/utkorg`, { cache: "no-store", redirect: "error",
            headers: { Accept: "application/json" } }).catch(() => null);
        line.textContent = answer && answer.status < 500 ? line.dataset.tOn : line.dataset.tOff;
    }

    watch() {
        addEventListener("online", () => this.send());
        addEventListener("offline", () => this.net());
        addEventListener("beforeunload", (e) => this.store.loose?.pictures.size && e.preventDefault());
        addEventListener("focus", () => this.send());
        addEventListener("pageshow", (e) => e.persisted && this.send());
        document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.send());
    }

    // --- Writing ---

    async item(fields) {
        const { form } = this;
        const text = JSON.stringify(fields);
        const edited = this.editing && (await this.store.get(this.editing));
        const again = this.last?.text === text ? this.last.id : null; // went back, and sent the same
        const [title, place] = about[form.dataset.outboxForm](form, this.words);
        const when = (list) => JSON.stringify(list.filter(([name]) => /^(when|night|span)/.test(name)));
        const item = { id: edited?.id ?? again ?? uuid7(), owner: this.owner, url: new URL(form.action).pathname,
            kind: form.dataset.outboxForm, title, about: place, fields,
            written: edited && when(edited.fields) === when(fields) ? edited.written : Date.now() };
        this.last = { id: item.id, text };
        return item;
    }

    async submit() {
        const lack = lacks(this.form, this.words);
        if (lack) {
            this.form.dispatchEvent(new Event("input")); // whoever leaves is warned
            this.say(lack[0]);
            lack[1].focus();
            return;
        }
        this.say(this.words.tSending);
        const item = await this.item(fieldsOf(this.form));
        // kept before anything else: a telephone that is shut off while the rules are on their way loses nothing
        const early = this.kept && !this.editing;
        if (early) await this.outbox.put({ ...item, late: true, asked: Date.now() + LOOKING }).catch(() => {});
        // rules that fail are no rules: the report is kept, and the server looks
        const box = await pointsAtSomebody(this.form, this.keeps).catch(() => null);
        if (box) {
            if (early) await this.store.remove(item.id).catch(() => {});
            this.last = null;
            this.form.dispatchEvent(new Event("input")); // whoever leaves is warned
            this.say("");
            box.scrollIntoView({ block: "center" });
            box.focus();
            return;
        }
        const photos = photosOf(this.form, item);
        this.busy = item.id;
        if (!this.kept) return void (await this.withoutRoom(item, photos, this.words.tUnsafe));
        try {
            this.crowded = await this.keep(item, photos);
        } catch {
            await this.withoutRoom(item, photos, this.words.tFull);
            return;
        }
        navigator.storage?.persist?.().catch(() => {});
        this.line?.scrollIntoView({ block: "nearest" }); // whoever pressed stands at the end of a long page
        const slow = setTimeout(() => this.say(this.words.tSlow), SLOW);
        await this.send({ hurry: true, photos: this.crowded > 0 }); // photos that are safe go from the next page
        clearTimeout(slow);
        await this.after(item);
    }

    // The words before the photos: answers how many had no room, and are only on this page.
    async keep(item, photos) {
        try {
            await this.outbox.put(item, photos);
            return 0;
        } catch (e) {
            if (!photos?.length) throw e;
        }
        await this.outbox.put(item);
        let n = 0;
        for (const photo of photos)
            await this.outbox.putPhoto(photo).catch(() => {
                n++;
                return this.outbox.putLoose(photo);
            });
        return n;
    }

    // There is a receipt, or something to mend, or it waits.
    async after(item) {
        const left = await this.store.get(item.id);
        if (!left) return this.arrived(item);
        if (left.reason === "invalid" && this.crowded) return this.stay(item, left);
        if (left.reason === "invalid") return this.mend(left, true);
        if (this.editing) { // the page is full of what was written
            this.leave();
            return void location.assign(this.form.action);
        }
        await this.empty(this.crowded ? this.words.tPhotoFull : this.words.tSaved);
    }

    // The form is ready for the next report, and says what came of this one.
    async empty(said) {
        this.last = null;
        this.busy = null;
        this.form.reset();
        this.say(said);
        await this.show();
        (this.said ? this.line : this.box.querySelector("h2")).focus();
    }

    // What is only on this page cannot follow to another: what is wrong is said here.
    stay(item, left) {
        this.editing = item.id;
        this.form.dispatchEvent(new Event("input")); // whoever leaves is warned
        this.say(`${this.words.tProblem} ${left.problems.map((p) => p.detail).join(" ")}`);
        this.line.focus();
        return this.show();
    }

    async arrived(item) {
        if (this.store.loose.pictures.size) return this.empty(this.words.tPhotoFull);
        const receipt = ((await this.store.note("receipts")) ?? []).find((r) => r.id === item.id);
        this.leave();
        if (receipt) location.assign(receipt.href);
        else await this.show(); // removed in another window
    }

    // Where the thumb is: the line that tells is at the top of the page. Until the next page has come.
    pressed(button) {
        const label = button.textContent;
        const rest = () => (button.textContent = label);
        button.textContent = this.words.tSending;
        addEventListener("pageshow", (e) => e.persisted && rest(), { once: true });
        return rest;
    }

    leave() {
        this.leaving = true;
        this.form.dispatchEvent(new Event("sent")); // nothing is lost by leaving
    }

    // What cannot be kept is sent from the page, and stays there until it has been received.
    async withoutRoom(item, photos, said) {
        const store = new Memory();
        const once = new Outbox(store);
        await once.put(item, photos);
        await once.run(this.owner, { hurry: true });
        const left = await store.get(item.id);
        // what was kept before it was looked through stays until nothing is left to send
        if (!left || left.reason === "invalid") await this.store.remove(item.id).catch(() => {});
        if (left?.reason === "invalid" && photos?.length) return this.stay(item, left);
        if (left?.reason === "invalid") return this.mend(left, true);
        if (left) {
            this.form.dispatchEvent(new Event("input")); // whoever leaves is warned
            this.say(said);
            this.line.focus();
            return;
        }
        this.leave();
        const { href } = (await store.note("receipts")).find((r) => r.id === item.id);
        if (!(await store.photos()).length) return void location.assign(href);
        this.say(`${this.words.tPhotoFailed} `);
        const link = this.line.firstElementChild.appendChild(document.createElement("a"));
        link.href = href;
        link.textContent = this.words.tPhotoOpen;
        link.focus();
    }

    // The server's own page says what is wrong, with all that was written.
    async mend(item, own = false) {
        const base = baseOf(item.url);
        const answer = await fetch(`${base}/utkorg`, { headers: { Accept: "application/json" } }).catch(() => null);
        const csrf = answer?.ok ? (await answer.json().catch(() => null))?.csrf : null;
        if (ownerOf(csrf) !== item.owner) {
            this.say(answer?.status === 401 ? this.words.tLogin : this.words.tOffline);
            return;
        }
        const form = document.createElement("form");
        form.method = "post";
        form.action = item.url;
        form.hidden = true;
        const age = String(Math.max(0, Date.now() - item.written));
        for (const [name, value] of [...item.fields, ["id", item.id], ["age", age], ["csrf", csrf]]) {
            const field = form.appendChild(document.createElement("textarea")); // keeps lines
            field.name = name;
            field.value = value;
        }
        document.body.append(form);
        if (own) this.leave();
        form.submit();
    }

    // Written in an exercise that has ended, but it did happen: it goes to the municipality itself.
    real(item, photos) {
        const { tRealAsk: confirm, tRealMore: confirmText, tReal: confirmYes, tCancel: confirmNo } = this.words;
        const anew = (url) => ({ url: url.replace(/^\/(\d{4})/, (_, code) => `/${String(code - 5000).padStart(4, "0")}`),
            state: "waiting", reason: null, problems: [], tries: 0, next: 0 });
        ask({ confirm, confirmText, confirmYes, confirmNo }, async () => {
            for (const photo of photos) await this.store.updatePhoto(photo.id, anew(photo.url));
            await this.store.update(item.id, anew(item.url));
            await this.send();
        });
    }

    remove(item, photos) {
        const more = photos ? this.words.tRemovePhotos : this.words.tRemoveMore;
        this.sure(this.words.tRemoveAsk, item.reason === "conflict" ? "" : more, () => this.store.remove(item.id));
    }

    removePhoto(photo) {
        const more = photo.reason === "conflict" ? "" : this.words.tRemoveMore;
        this.sure(this.words.tPhotoRemoveAsk, more, () => this.store.removePhoto(photo.id));
    }

    sure(question, more, act) {
        ask({ confirm: question, confirmText: more, confirmYes: this.words.tRemove, confirmNo: this.words.tCancel }, async () => {
            await act();
            await this.tell();
        });
    }

    // Whether they may let words stand that point at somebody: as the municipality's own page said last.
    async mayKeep(form) {
        const base = baseOf(new URL(form.action).pathname);
        const keeps = (await this.store.note("keeps")) ?? {};
        if (form.hidden || !this.loggedIn) return keeps[base] === this.owner;
        if (form.dataset.outboxForm === "one" && (keeps[base] === this.owner) !== ("mayKeep" in form.dataset)) {
            keeps[base] = "mayKeep" in form.dataset ? this.owner : null;
            await this.store.setNote("keeps", keeps).catch(() => {});
        }
        return "mayKeep" in form.dataset;
    }

    async takeForm() {
        const { form } = this;
        if (!form) return;
        this.editing = (await this.store.get(form.elements.id.value))?.id ?? null;
        this.keeps = await this.mayKeep(form).catch(() => false);
        if (form.hidden) { // kept by the worker: nobody's own
            const theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1];
            if (theme) document.documentElement.dataset.theme = theme;
            if (!this.owner) return this.say(this.words.tNobody);
            form.hidden = false;
            form.elements.id.value = uuid7(); // the page is the same for every report
        }
        const queue = { last: Promise.resolve() };
        form.addEventListener("submit", (e) => {
            if (e.submitter?.name === "more" || !this.owner) return;
            if (bareFiles(form)) { // these go with their form: they do not wait here
                if (navigator.onLine) return;
                e.preventDefault();
                return this.say(this.words.tPhotos);
            }
            e.preventDefault();
            if (this.busy) return;
            this.busy = "begun";
            const rest = this.pressed(e.submitter ?? form.querySelector("[type=submit]:not([name])"));
            queue.last = this.submit().finally(() => {
                this.busy = null;
                if (!this.leaving) rest();
            });
        });
    }

    // --- Files ---

    async saveFile() {
        const mine = (list) => list.filter((i) => i.owner === this.owner);
        const [reports, photos] = [mine(await this.store.all()), mine(await this.store.photos())];
        if (!reports.length && !photos.length) return this.say(this.words.tFileNone);
        const whole = new Blob([await asText(reports, photos)], { type: "application/json" });
        save(whole, `samsyn-${new Date().toLocaleDateString("sv-SE")}.json`);
    }

    async readFile(file) {
        const found = file && fromText(await file.text());
        if (!found) return this.say(this.words.tFileWrong);
        const there = new Set([...await this.store.all(), ...await this.store.photos()].map((i) => i.id));
        const fresh = (list) => list.filter((i) => !there.has(i.id)).map((i) => ({ ...i, owner: this.owner, late: true }));
        const [reports, photos] = [fresh(found.reports), fresh(found.photos)];
        for (const one of reports) await this.outbox.put(one);
        for (const photo of photos) await this.outbox.putPhoto(photo);
        this.say(fromFile(this.words, reports.length, photos.length));
        await this.tell();
        await this.send();
    }

    takeButtons() {
        const on = (name, type, act) => document.querySelector(name)?.addEventListener(type, act);
        on("[data-outbox-send]", "click", () => {
            this.say(this.words.tSending);
            this.send({ hurry: true, all: true }).then(() => this.said === this.words.tSending && this.say(""));
        });
        on("[data-outbox-save]", "click", () => this.saveFile());
        const part = document.querySelector("[data-outbox-file]");
        if (!part || !this.kept || !this.owner) return;
        part.hidden = false;
        on("[data-outbox-file] input", "change", async ({ target }) => {
            await this.readFile(target.files[0]).catch(() => this.say(this.words.tFull));
            target.value = "";
        });
    }

    // Whoever logs out is told what stays, and takes the rest along.
    takeLogout() {
        const form = document.querySelector("form[data-logout]");
        form?.addEventListener("submit", async (e) => {
            e.preventDefault();
            const words = form.dataset;
            const out = async () => {
                await this.store.setNote("who", null).catch(() => {});
                await this.store.setNote("keeps", {}).catch(() => {});
                await this.store.setNote("receipts", []).catch(() => {});
                form.submit();
            };
            if (!(await this.mine())) return out();
            ask({ confirm: words.tAsk, confirmText: words.tMore, confirmYes: words.tYes, confirmNo: words.tNo }, out);
        });
    }
}

// The forms for when there is no network, as of today.
async function keepForms(form) {
    if (!navigator.onLine) return; // it is here already, or cannot come
    const worker = await navigator.serviceWorker?.register("/worker.js").catch(() => null);
    if (!worker || !form || form.hidden) return;
    const { active } = await navigator.serviceWorker.ready;
    const base = /^\/\d{4}\/rapportera/.exec(new URL(form.action).pathname)[0];
    active.postMessage({ base, lang: document.documentElement.lang });
}

export async function startOutbox() {
    const worked = document.querySelector("form[data-logout], form[data-outbox-form]");
    if (!worked) return;
    let kept = true;
    const store = await Store.open().catch(() => {
        kept = false;
        return new Memory();
    });
    const page = new Page(store, kept);
    page.takeLogout();
    await page.whose();
    await page.takeForm();
    page.takeButtons();
    page.watch();
    await page.send();
    await keepForms(page.form);
}
