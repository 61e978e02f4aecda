// SPDX-License-Identifier: AGPL-3.0-or-later
// While somebody writes: what in the text points at a person, and a button that takes it away. The
// rules come when the field is first entered; the server looks again in any case.
import { all, still } from "./page.js";

const MOST = 100; // marks that are taken away in one press

let coming = null;
let tries = 0;

/** The rules; rejects where they cannot be had now, and may be asked for again. */
export async function rulesFrom(href) {
    // a browser may remember by its whole address that a script did not come
    const mine = (coming ??= import(new URL(tries++ ? `${href}#${tries}` : href, location.href).href));
    try {
        return await mine;
    } catch (e) {
        if (coming === mine) coming = null;
        throw e;
    }
}

function cut(text, { at, length }) {
    const head = text.slice(0, at);
    const rest = text.slice(at + length);
    return /\s$/.test(head) || !head ? head + rest.replace(/^[ \t]+/, "") : head + rest;
}

/** One field, and the box below it that says what was found. */
export class Look {
    constructor(box, field) {
        Object.assign(this, { box, field, find: null, timer: 0, shown: "" });
    }

    async look() {
        ({ guardFind: this.find } = await rulesFrom(this.box.dataset.script));
        await still(); // the box moves what stands below it
        this.show();
    }

    soon(failed = () => {}) { // without the rules: the server looks when the form is sent
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.look().catch(failed), 400);
    }

    /** Answers how much was found. */
    show() {
        const { box, field } = this;
        const hits = this.find(field.value);
        const now = hits.map((h) => `${h.at}:${field.value.slice(h.at, h.at + h.length)}`).join("\n");
        if (hits.length) box.parentNode.querySelector("[data-look-said]")?.remove(); // the same, by the server
        if (now === this.shown) return hits.length;
        this.shown = now;
        box.querySelector("ul").replaceChildren(...hits.map((h) => this.row(h)));
        box.querySelector(".actions")?.remove();
        if (hits.length > 1 && box.dataset.tAll) box.append(this.all());
        for (const part of box.querySelectorAll("[data-look-stop]")) part.hidden = true;
        box.hidden = hits.length === 0;
        return hits.length;
    }

    button(label, words) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button quiet";
        button.textContent = label;
        button.addEventListener("click", () => this.remove(words));
        return button;
    }

    all() {
        const actions = document.createElement("div");
        actions.className = "actions";
        actions.append(this.button(this.box.dataset.tAll, null));
        return actions;
    }

    row(hit) {
        const { dataset } = this.box;
        const item = document.createElement("li");
        const words = this.field.value.slice(hit.at, hit.at + hit.length);
        item.appendChild(document.createElement("mark")).textContent = words;
        item.append(` ${dataset[`t_${hit.kind}`] ?? ""} `);
        const button = item.appendChild(this.button(dataset.tRemove, words));
        button.setAttribute("aria-label", `${dataset.tRemove}: ${words}`);
        return item;
    }

    // Looked for anew: the text may have been changed since the marks were drawn. words: null for all.
    remove(words) {
        const { field } = this;
        const next = () => this.find(field.value)
            .find((h) => words === null || field.value.slice(h.at, h.at + h.length) === words);
        let at = field.value.length;
        for (let n = 0, hit = next(); hit && n < (words === null ? MOST : 1); hit = next(), n++) {
            ({ at } = hit);
            field.value = cut(field.value, hit);
        }
        field.dispatchEvent(new Event("input", { bubbles: true }));
        this.show();
        field.focus();
        field.setSelectionRange(at, at);
    }
}

export function lookAtTexts() {
    for (const box of all("[data-look]")) {
        const field = document.getElementById(box.dataset.look);
        if (!field || field.form.matches("[data-outbox-form]")) continue; // look_form.js
        const look = new Look(box, field);
        field.addEventListener("input", () => look.soon());
        field.form.addEventListener("reset", () => look.soon());
        field.addEventListener("focus", () => look.soon(), { once: true });
        if (field.value) look.soon();
    }
}
