// SPDX-License-Identifier: AGPL-3.0-or-later
// The queue of reports. A report is in the store before it is sent, and leaves it only for the server's
// receipt of that very id; the server answers an id that it has with the same receipt again. So a request
// may fail anywhere, and be made as often as one likes.
//
// item: { id, owner, url, kind, title, about, fields: [[name, value]], written, tries, next, state,
// reason, problems }. owner: the end of a form's token, which tells accounts apart and says nothing of
// them. state "waiting": sent by itself when `next` has come. "problem": somebody has to look at it.
//
// A report goes first and its photos after it (outbox_photo.js), so that no photo holds up any words.
import { alone } from "./lock.js";
import { sendPhoto } from "./outbox_photo.js";

const FIRST = 5_000; // milliseconds to the next try, doubled each time
const MOST = 15 * 60_000;
const PATIENCE = 30_000; // for one answer
const RECEIPTS = 20;
const PART = [64 << 10, 512 << 10]; // bytes of a photo at a time: at first, and at most

const FRESH = { tries: 0, next: 0, state: "waiting", reason: null, problems: [] };

export const ownerOf = (csrf) => /\.([0-9a-f]+)$/.exec(csrf ?? "")?.[1] ?? null;

export const baseOf = (url) => /^\/\d{4}\/rapportera/.exec(url)?.[0];

const isJson = (answer) => /^application\/(problem\+)?json\b/.test(answer.headers.get("content-type") ?? "");

async function bodyOf(answer) {
    if (!isJson(answer)) return null; // of somebody between us and the server
    return answer.json().catch(() => null);
}

const delay = (tries) => Math.min(MOST, FIRST * 2 ** Math.min(tries, 12)) * (0.75 + Math.random() / 2);

function askedToWait(answer) {
    const seconds = Number(answer.headers.get("retry-after"));
    return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MOST) : 0;
}

// What an answer that is no receipt means. `ours`: it comes from Samsyn itself.
function judge(status, body) {
    const ours = typeof body?.code === "string";
    if (status === 413) return { state: "problem", reason: "large" };
    if (status === 429) return { reason: "wait" };
    if (ours && status === 401) return { reason: "login" };
    if (ours && status === 403) return { reason: "forbidden" };
    if (ours && status === 409) return { state: "problem", reason: "conflict" };
    if (ours && status === 410) return { state: "problem", reason: "gone" }; // an exercise that has ended
    if (ours && status === 422) return { state: "problem", reason: "invalid", problems: body.errors ?? [] };
    if (ours && status >= 400 && status < 500)
        return { state: "problem", reason: "refused", problems: [{ detail: body.title ?? "" }] };
    return { reason: "server" };
}

export class Outbox {
    /** changed(): something else is to be shown. locks: null where there are none. */
    constructor(store, { fetch = (...a) => globalThis.fetch(...a), now = Date.now, changed = () => {},
        locks = globalThis.navigator?.locks, patience = PATIENCE, part = PART } = {}) {
        Object.assign(this, { store, fetch, now, changed, locks, patience, part: part[0], partMost: part[1] });
        this.sending = null; // the id
        this.running = null;
        this.again = null;
    }

    /** photos: all of the report, in the place of those it had; null: as they are. */
    put(item, photos = null) {
        return this.store.put({ ...FRESH, ...item }, photos?.map((p) => ({ ...FRESH, sent: 0, kept: false, ...p })) ?? null);
    }

    putPhoto(photo) {
        return this.store.putPhoto({ ...FRESH, sent: 0, kept: false, ...photo });
    }

    /** What has no room in the telephone: as long as the page is open. */
    putLoose(photo) {
        return this.store.loose.putPhoto({ ...FRESH, sent: 0, kept: false, ...photo });
    }

    /** Sends what is due of `owner`'s. hurry: also what waits for its time; all: also what was refused;
     * photos: false leaves them for later. Answers what stopped it, or null. */
    run(owner, { hurry = false, all = false, photos = true } = {}) {
        if (this.running) {
            const { again } = this;
            this.again = { owner, hurry: hurry || again?.hurry, all: all || again?.all, photos: photos && again?.photos !== false };
            return this.running;
        }
        this.running = this.#run({ owner, hurry, all, photos }).finally(() => {
            this.running = null;
            this.sending = null;
            this.changed();
        });
        return this.running;
    }

    async #run(asked) {
        let stop = null;
        const free = await alone("samsyn-outbox", this.store, async (lock) => {
            let now = asked;
            while (now) {
                stop = await this.#round(now, lock);
                [now, this.again] = [this.again, null];
            }
        }, this.locks);
        return free ? stop : "busy";
    }

    #due(item, { owner, hurry, all }) {
        const now = this.now();
        if (item.owner !== owner) return false;
        if (item.asked > now && item.asked <= now + MOST) return false; // the server said when
        if (all) return true; // a clock that was put back must not make anything wait longer
        return item.state === "waiting" && (hurry || item.next <= now || item.next > now + 2 * MOST);
    }

    /** When to run by itself again: milliseconds from now, or null. */
    async wait(owner) {
        const waiting = (await this.#work(true)).filter((i) => i.owner === owner && i.state === "waiting");
        if (!waiting.length) return null;
        const next = Math.min(...waiting.map((i) => Math.max(i.next, i.asked ?? 0))) - this.now();
        return Math.min(Math.max(next, 1000), MOST);
    }

    async #round(asked, lock) {
        const sessions = new Map();
        const tried = new Set();
        for (;;) {
            const item = (await this.#work(asked.photos)).find((one) => !tried.has(one.id) && this.#due(one, asked));
            if (!item) return null;
            tried.add(item.id);
            if (!(await lock.renew())) return "busy";
            const stop = await this.#one(item, sessions, lock);
            this.sending = null;
            this.changed();
            if (stop) return stop;
        }
    }

    // Reports before photos, and a photo only when its report has its receipt. What has failed often stands
    // in nobody's way.
    async #work(photos) {
        const order = (a, b) => a.tries - b.tries || (a.n ?? 0) - (b.n ?? 0) || (a.id < b.id ? -1 : 1);
        const reports = (await this.store.all()).sort(order);
        const waits = new Set(reports.map((r) => r.id));
        if (!photos) return reports;
        return [...reports, ...(await this.store.photos()).filter((p) => !waits.has(p.report)).sort(order)];
    }

    // The session that is open now, asked for once a round: a page may be older than the log-in.
    async #session(item, sessions) {
        const base = baseOf(item.url);
        if (!sessions.has(base)) sessions.set(base, await this.#ask(`${base}/utkorg`, {}));
        return sessions.get(base);
    }

    async #ask(url, options) {
        const over = new AbortController();
        const timer = setTimeout(() => over.abort(), this.patience);
        try {
            const answer = await this.fetch(url, { ...options, signal: over.signal, credentials: "same-origin",
                redirect: "error", cache: "no-store", headers: { Accept: "application/json", ...options.headers } });
            return { ok: answer.ok, status: answer.status, body: await bodyOf(answer), wait: askedToWait(answer) };
        } catch {
            return { ok: false, status: 0, body: null, wait: 0 };
        } finally {
            clearTimeout(timer);
        }
    }

    /** Answers why the others need not be tried now, or null. */
    async #one(item, sessions, lock) {
        const session = await this.#session(item, sessions);
        const owner = session.ok ? ownerOf(session.body?.csrf) : null;
        if (!owner) return this.#failed(item, session);
        if (owner !== item.owner) return this.#later(item, { reason: "other" }); // stays for whoever wrote it
        this.sending = item.id;
        this.changed();
        return item.blob ? this.#photo(item, session.body.csrf, lock) : this.#report(item, owner, session.body.csrf);
    }

    async #photo(photo, csrf, lock) {
        const answer = await sendPhoto(photo, csrf, {
            ask: (url, options) => this.#ask(url, options),
            next: async (values) => {
                await this.store.updatePhoto(photo.id, values);
                this.changed();
                return !this.again && (await lock.renew()); // a report goes before
            },
            parts: this,
        });
        if (!answer) return null; // goes on later
        if (answer.receipt) {
            await this.store.receivePhoto(photo.id, answer.receipt, RECEIPTS);
            return null;
        }
        return this.#failed(photo, answer);
    }

    async #report(item, owner, csrf) {
        const body = new URLSearchParams(item.fields);
        body.set("id", item.id);
        body.set("age", String(Math.max(0, Math.round(this.now() - item.written))));
        body.set("csrf", csrf);
        const answer = await this.#ask(item.url, { method: "POST", body });
        const { body: said } = answer;
        if (answer.ok && said?.id === item.id && said.received_at) {
            await this.store.receive(item.id, { id: item.id, owner, title: item.title, at: said.received_at,
                href: said.href, code: (said.events?.[0] ?? said.id).slice(24), late: item.late || item.tries > 0 }, RECEIPTS);
            return null;
        }
        return this.#failed(item, answer);
    }

    #failed(item, { status, body, wait, ok, kept }) {
        const verdict = status === 0 || ok ? { reason: "offline" } : judge(status, body);
        if (item.blob && status === 404 && verdict.state && !kept) verdict.reason = "off";
        return this.#later(item, verdict, wait);
    }

    async #later(item, verdict, wait = 0) {
        const tries = item.tries + 1;
        const update = item.blob ? "updatePhoto" : "update";
        await this.store[update](item.id, { state: "waiting", problems: [], ...verdict, tries,
            next: this.now() + Math.max(delay(tries - 1), wait), asked: wait ? this.now() + wait : 0 });
        return ["offline", "login", "other", "wait"].includes(verdict.reason) ? verdict.reason : null;
    }
}
