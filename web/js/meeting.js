// SPDX-License-Identifier: AGPL-3.0-or-later
// The meeting on a shared screen: what somebody else has written appears by itself where nobody is writing,
// a clock that only tells, and one key for an action that is followed up.
import { putBackForms } from "./fields.js";
import { ownerOf } from "./outbox.js";
import { all, still } from "./page.js";

const EVERY = 5000; // milliseconds between two looks
const TICK = 15_000;

const typed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
        // a list that says nothing begins with its first choice
        const first = [...field.options].findIndex((o) => o.defaultSelected);
        return field.selectedIndex !== Math.max(first, 0);
    }
    return field.value !== field.defaultValue;
};
const fields = (part) => all("input:not([type=hidden]), textarea, select", part);

// A field that is in use, or holds what is not saved, is nobody else's to change.
const inUse = (part) =>
    fields(part).some((field) => field === document.activeElement || typed(field)) ||
    putBackForms().some((form) => part.contains(form)) ||
    part.querySelector("[aria-invalid], .meeting-theirs") !== null;

const checkable = (field) => field.type === "checkbox" || field.type === "radio";
const named = (form, name) => all(`[name="${name}"]`, form);

// What is typed in the other forms of the page when one is sent, with the versions that it was typed to.
const holds = (form) => fields(form).filter(putBackForms().includes(form) ? () => true : typed);
const unsent = (box, sent) =>
    all("form", box)
        .filter((form) => form !== sent && holds(form).length > 0)
        .map((form) => ({
            action: form.getAttribute("action"),
            values: [...holds(form), ...all("[name=version], [name=seen]", form)]
                .filter((field) => !checkable(field) || field.checked)
                .map(({ name, value }) => ({ name, value })),
        }));

function putBack(box, kept) {
    for (const { action, values } of kept) {
        const form = all("form", box).find(
            (f) => f.getAttribute("action") === action && values.every(({ name }) => named(f, name).length > 0),
        );
        for (const { name, value } of form && !fields(form).some(typed) ? values : [])
            for (const field of named(form, name))
                if (!checkable(field)) field.value = value;
                else if (field.value === value) field.checked = true;
    }
}

// Whose words they are: the next one in the same tab is told nothing of them.
const owner = () => ownerOf(document.querySelector("[name=csrf]")?.value);

// A tab remembers by the meeting: who logs out, and who comes after another one, leaves nothing of it.
const KEPT = /\/mote\/[^/]+\/lage$/;
function forget(but) {
    try {
        for (const key of Object.keys(sessionStorage).filter((k) => KEPT.test(k)))
            if (!but || JSON.parse(sessionStorage.getItem(key)).owner !== but) sessionStorage.removeItem(key);
    } catch {
        // then nothing is kept either
    }
}

const label = (button) => button.textContent.trim();

// The button that stands where the focused one stood.
function refocus(part, was) {
    if (!was || document.activeElement !== document.body) return;
    const row = was.row && document.getElementById(was.row);
    const found = all("button, a", row || part).find((b) => label(b) === was.label);
    (found ?? row?.querySelector("[data-first]"))?.focus();
}

function renew(part, other) {
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const was = active && { label: label(active), row: active.closest("li[id]")?.id };
    part.replaceChildren(...other.childNodes);
    refocus(part, was);
}

class Meeting {
    constructor(box) {
        this.box = box;
        this.stamp = box.dataset.stamp;
        this.said = box.querySelector("[data-new]");
        setInterval(() => document.hidden || this.look(), EVERY);
        addEventListener("focus", () => this.look());
        box.addEventListener("keydown", (e) => this.key(e));
        box.addEventListener("submit", (e) => this.send(e));
        addEventListener("beforeunload", (e) => this.leave(e));
        this.ahead = 0;
        this.tell();
        setInterval(() => this.tell(), TICK);
        this.land();
        this.look();
    }

    async look() {
        if (this.busy) return;
        this.busy = true;
        try {
            const answer = await fetch(this.box.dataset.urlStamp, { headers: { Accept: "application/json" } });
            if (!answer.ok || answer.redirected) return;
            const { stamp, now } = await answer.json();
            this.ahead = Date.parse(now) - Date.now(); // of the server's clock
            this.tell();
            if (stamp !== this.stamp) await this.renew(stamp);
        } catch {
            // the next look tells
        } finally {
            this.busy = false;
        }
    }

    async renew(stamp) {
        const answer = await fetch(this.here(), { headers: { Accept: "text/html" } });
        const writing = all("[data-renew]", this.box).some(inUse);
        if (answer.redirected || !answer.ok) {
            if (!writing) location.assign(answer.url);
            return;
        }
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        await still();
        let left = false;
        for (const part of all("[data-renew]", this.box)) {
            const other = fresh.querySelector(`[data-renew="${part.dataset.renew}"]`);
            if (!other || part.innerHTML === other.innerHTML) continue;
            if (inUse(part)) left = true;
            else renew(part, other);
        }
        const words = left ? this.box.dataset.waiting : "";
        if (this.said.textContent !== words) this.said.textContent = words;
        if (!left) this.stamp = stamp;
    }

    // One form is sent while another holds words: they come back with the item. Who goes on to the next item,
    // or away, is asked by the browser first.
    leave(e) {
        const left = unsent(this.box, this.sent).length > 0 && !(this.sent && this.safe);
        this.sent = null;
        if (left) e.preventDefault();
    }

    // Only tells: nothing blinks, nothing is said aloud.
    tell() {
        const at = this.box.querySelector("[data-timer]");
        const left = Math.round((Date.parse(at.dataset.end) - Date.now() - this.ahead) / 60_000);
        const words = (left < 0 ? at.dataset.over : at.dataset.left).replace("{1}", Math.abs(left));
        if (at.textContent !== words) at.textContent = words;
    }

    // A form that came back, refused or after a log-in, stands at an address of its own.
    here() {
        const own = this.box.dataset.urlStamp.replace(/\/lage$/, "");
        return location.pathname === own ? location.href : this.box.dataset.item;
    }

    heading() {
        return this.box.querySelector("#punkt");
    }

    send(e) {
        if (e.defaultPrevented) return; // asked first, and sent again then
        this.sent = e.target;
        const button = e.submitter ?? e.target.querySelector("button");
        const words = button.name === "done" ? [] : unsent(this.box, e.target);
        const was = { label: label(button), row: button.closest("li[id]")?.id, item: this.heading()?.textContent, words };
        this.safe = this.keep(was) && button.name !== "done";
        if (this.safe) for (const form of all("form", this.box)) form.dispatchEvent(new Event("sent"));
    }

    // By the meeting, not by the page: a form that is refused comes back at its own address.
    keep(was) {
        try {
            sessionStorage.setItem(this.box.dataset.urlStamp, JSON.stringify({ ...was, owner: owner() }));
            return true;
        } catch {
            return false; // the page begins at its top
        }
    }

    kept() {
        try {
            const was = JSON.parse(sessionStorage.getItem(this.box.dataset.urlStamp));
            sessionStorage.removeItem(this.box.dataset.urlStamp);
            return was?.owner && was.owner === owner() ? was : null;
        } catch {
            return null;
        }
    }

    // Back from a form: where the reader was, or at the next item's heading. What is wrong goes first.
    land() {
        const was = this.kept();
        if (was?.item === this.heading()?.textContent) putBack(this.box, was?.words ?? []);
        if (location.hash) document.getElementById(location.hash.slice(1))?.querySelector("[data-first]")?.focus();
        if (!was || location.hash || document.querySelector("[data-focus]")) return;
        const at = this.heading();
        if (was.item === at?.textContent) refocus(this.box, was);
        if (document.activeElement !== document.body || !at) return;
        at.tabIndex = -1;
        at.focus();
    }

    // Only while a row is in focus: no key means anything elsewhere.
    key(e) {
        const row = e.target.closest("[data-tick]");
        if (!row || e.ctrlKey || e.metaKey || e.altKey) return;
        row.querySelector(`[data-key="${e.key.toLowerCase()}"]`)?.click();
    }
}

export function holdMeeting() {
    for (const form of all("form[data-logout]")) form.addEventListener("submit", () => forget());
    if (owner()) forget(owner());
    const box = document.querySelector("[data-meeting]");
    if (box) new Meeting(box);
}
