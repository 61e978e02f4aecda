// SPDX-License-Identifier: AGPL-3.0-or-later
// The outbox in a page: a report is written to the store, then sent; what waits is shown and sent when the
// page opens, when there is a network, when somebody comes back to it, and when they ask. Without script
// the forms are sent as they are.
import { ask } from "./fields.js";
import { Outbox, ownerOf } from "./outbox.js";
import { asText, fromText, save } from "./outbox_file.js";
import { clock, count, draw, received } from "./outbox_list.js";
import { Memory } from "./outbox_memory.js";
import { Store } from "./outbox_store.js";
import { all, still } from "./page.js";
import { uuid7 } from "./uuid7.js";

const SLOW = 4000; // milliseconds after which it is told that a report is safe though not received
const FRESH = 12 * 3600_000; // receipts of what had waited are shown so long

// Photos that were chosen, or that the server has already.
const photos = (form) => [...new FormData(form)].some(([name, v]) =>
    (v instanceof File && v.size > 0) || (/^photo-\d$/.test(name) && v !== ""));

const fieldsOf = (form) =>
    [...new FormData(form)].filter(([name, v]) => typeof v === "string" && v !== "" && !["csrf", "id"].includes(name));

// The words of a report that are shown while it waits.
const about = {
    one(form) {
        const main = form.querySelector("[name=main]:checked");
        const detail = form.querySelector("[name=detail]");
        return [detail?.value ? detail.selectedOptions[0].textContent : main.labels[0].textContent.trim(),
            form.elements.place.value.trim()];
    },
    calm(form, words) {
        return [words.tCalm, form.querySelector("[name=span]:checked")?.labels[0].textContent.trim() ?? ""];
    },
    many(form, words) {
        return [words.tEvents.replace("%", linesOf(form).length), ""];
    },
};

const linesOf = (form) => all("fieldset.line", form).filter((line) =>
    all("select, input[type=text]", line).some((field) => field.value.trim()));

// What can be seen without the server: [what to say, where to go].
function lacks(form, words) {
    const kind = form.dataset.outboxForm;
    if (kind === "many") return linesOf(form).length ? null : [words.tNoLine, form.querySelector("select")];
    if (kind === "calm") return null;
    if (!form.querySelector("[name=main]:checked")) return [words.tNoMain, form.querySelector("[name=main]")];
    const { place, unknown, east } = form.elements;
    return place.value.trim() || unknown.checked || east.value ? null : [words.tNoPlace, place];
}

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

    say(text) {
        if (this.line) this.line.textContent = text;
    }

    tell() {
        this.others?.postMessage("");
        return this.show();
    }

    async show() {
        if (!this.box) return;
        const turn = ++this.shown;
        const items = await this.store.all();
        const receipts = (await this.store.note("receipts")) ?? [];
        await still();
        if (turn !== this.shown) return; // a later one knows more
        const mine = items.filter((i) => i.owner === this.owner && i.id !== this.editing).sort((a, b) => (a.id < b.id ? -1 : 1));
        const others = items.filter((i) => i.owner !== this.owner).length;
        const login = mine.some((i) => i.reason === "login" || i.reason === "other");
        draw(this.box, { mine, others, login, sending: this.outbox.sending },
            { mend: (item) => this.mend(item), remove: (item) => this.remove(item) });
        const stuck = mine.some((i) => !["offline", "server", "wait", null].includes(i.reason));
        if (stuck && this.line.textContent === this.words.tSaved) this.say(""); // not by itself
        const late = receipts.filter((r) => r.late && r.owner === this.owner && Date.now() - Date.parse(r.at) < FRESH);
        if (late.length && !this.line.textContent) this.say(`${late[0].title}: ${received(this.words, late[0])}`);
    }

    // --- Sending ---

    async send(how = { hurry: true }) {
        if (!this.owner) return;
        clearTimeout(this.timer);
        const mine = (await this.store.all()).filter((i) => i.owner === this.owner);
        if (mine.length) await this.outbox.run(this.owner, how);
        await this.told(mine);
        const wait = await this.outbox.wait(this.owner);
        if (wait !== null) this.timer = setTimeout(() => this.send({}), wait);
    }

    // Receipts of what has waited come on their own.
    async told(before) {
        const receipts = (await this.store.note("receipts")) ?? [];
        const news = receipts.filter((r) => before.some((i) => i.id === r.id && i.id !== this.busy));
        if (news.length) this.say(news.map((r) => `${r.title}: ${received(this.words, r)}.`).join(" "));
        await this.show();
    }

    watch() {
        addEventListener("online", () => this.send());
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
        const item = await this.item(fieldsOf(this.form));
        this.busy = item.id;
        this.say(this.words.tSending);
        try {
            await this.outbox.put(item);
        } catch {
            await this.withoutRoom(item, this.words.tFull);
            return;
        }
        if (!this.kept) return void (await this.withoutRoom(item, this.words.tUnsafe));
        navigator.storage?.persist?.().catch(() => {});
        const slow = setTimeout(() => this.say(this.words.tSlow), SLOW);
        await this.send();
        clearTimeout(slow);
        await this.after(item);
    }

    // There is a receipt, or something to mend, or it waits.
    async after(item) {
        const left = await this.store.get(item.id);
        if (!left) return this.arrived(item);
        if (left.reason === "invalid") return this.mend(left, true);
        if (this.editing) { // the page is full of what was written
            this.leave();
            return void location.assign(this.form.action);
        }
        this.last = null;
        this.form.reset();
        this.say(this.words.tSaved);
        await this.show();
        (this.line.textContent ? this.line : this.box.querySelector("h2")).focus();
    }

    async arrived(item) {
        const receipt = ((await this.store.note("receipts")) ?? []).find((r) => r.id === item.id);
        this.leave();
        if (receipt) location.assign(receipt.href);
        else await this.show(); // removed in another window
    }

    leave() {
        this.form.dispatchEvent(new Event("sent")); // nothing is lost by leaving
    }

    // What cannot be kept is sent from the page, and stays there until it has been received.
    async withoutRoom(item, said) {
        const store = new Memory();
        const once = new Outbox(store);
        await once.put(item);
        await once.run(this.owner, { hurry: true });
        await this.store.remove(item.id).catch(() => {});
        const left = await store.get(item.id);
        if (left?.reason === "invalid") return this.mend(left, true);
        if (left) {
            this.form.dispatchEvent(new Event("input")); // whoever leaves is warned
            this.say(said);
            this.line.focus();
            return;
        }
        this.leave();
        location.assign((await store.note("receipts"))[0].href);
    }

    // The server's own page says what is wrong, with all that was written.
    async mend(item, own = false) {
        const base = /^\/\d{4}\/rapportera/.exec(item.url)[0];
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

    remove(item) {
        const words = { confirm: this.words.tRemoveAsk, confirmText: item.reason === "conflict" ? "" : this.words.tRemoveMore,
            confirmYes: this.words.tRemove, confirmNo: this.words.tCancel };
        ask(words, async () => {
            await this.store.remove(item.id);
            await this.tell();
        });
    }

    async takeForm() {
        const { form } = this;
        if (!form) return;
        this.editing = (await this.store.get(form.elements.id.value))?.id ?? null;
        if (form.hidden) { // kept by the worker: nobody's own
            const theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1];
            if (theme) document.documentElement.dataset.theme = theme;
            if (!this.owner) return this.say(this.words.tNobody);
            form.hidden = false;
        }
        const queue = { last: Promise.resolve() };
        form.addEventListener("submit", (e) => {
            if (e.submitter?.name === "more" || !this.owner) return;
            if (photos(form)) { // these go with their form: they do not wait here
                if (navigator.onLine) return;
                e.preventDefault();
                return this.say(this.words.tPhotos);
            }
            e.preventDefault();
            if (this.busy) return;
            this.busy = "begun";
            queue.last = this.submit().finally(() => (this.busy = null));
        });
    }

    // --- Files ---

    async saveFile() {
        const mine = (await this.store.all()).filter((i) => i.owner === this.owner);
        if (!mine.length) return this.say(this.words.tFileNone);
        save(asText(mine), `samsyn-${new Date().toLocaleDateString("sv-SE")}.json`);
    }

    async readFile(file) {
        const reports = file && fromText(await file.text());
        if (!reports) return this.say(this.words.tFileWrong);
        let n = 0;
        for (const one of reports) {
            if (await this.store.get(one.id)) continue;
            await this.outbox.put({ ...one, owner: this.owner });
            n++;
        }
        this.say(this.words.tFileRead.replace("%", n));
        await this.tell();
        await this.send();
    }

    takeButtons() {
        const on = (name, type, act) => document.querySelector(name)?.addEventListener(type, act);
        on("[data-outbox-send]", "click", () => {
            this.say(this.words.tSending);
            this.send({ hurry: true, all: true }).then(() => this.line.textContent === this.words.tSending && this.say(""));
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
                await this.store.setNote("receipts", []).catch(() => {});
                form.submit();
            };
            const mine = (await this.store.all()).filter((i) => i.owner === this.owner);
            if (!mine.length) return out();
            ask({ confirm: words.tAsk, confirmText: words.tMore, confirmYes: words.tYes, confirmNo: words.tNo }, out);
        });
    }
}

// The forms for when there is no network, as of today.
async function keepForms(form) {
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
