// SPDX-License-Identifier: AGPL-3.0-or-later
// The free words of a report: looked at while they are written, and once more before the report is kept,
// with a network and without one. The rules are kept with the form (worker.js); where they have not come
// that is said, and the report waits for the server to look.
import { all } from "./page.js";
import { Look, rulesFrom } from "./look.js";

const LOOKED = /^(text|place|keep_reason|(text|place|photo_alt)-\d+)$/;
const PATIENCE = 1500; // milliseconds for rules that are on their way when somebody sends

const looks = new WeakMap(); // field -> Look
const isLooked = (field) => LOOKED.test(field.name ?? "") && field.matches("input, textarea");
const fields = (form) => [...form.elements].filter((f) => isLooked(f) && f.value.trim());
const pattern = (form) => form.querySelector("[data-look]");

function lookOf(field) {
    if (looks.has(field)) return looks.get(field);
    const own = pattern(field.form);
    let box = own;
    if (field.id !== own.dataset.look) {
        box = own.cloneNode(true);
        box.removeAttribute("data-look");
        box.hidden = true;
        box.querySelector("ul").replaceChildren();
        if (/^place/.test(field.name)) box.querySelector("[data-look-why]").textContent = own.dataset.tPlace;
        (field.closest("[data-suggest]") ?? field.closest(".field")).after(box);
    }
    looks.set(field, new Look(box, field));
    return looks.get(field);
}

function tellBlind(form, blind) {
    const line = form.querySelector("[data-look-blind]");
    if (line) line.hidden = !blind || !fields(form).length;
}

function soon(field) {
    const { form } = field;
    const look = lookOf(field);
    look.soon(() => tellBlind(form, true));
}

/** While somebody writes in a report. */
export function lookAtReport() {
    const form = document.querySelector("form[data-outbox-form]");
    if (!form || !pattern(form)) return;
    const begun = ({ target }) => isLooked(target) && soon(target);
    const anew = () => fields(form).forEach(soon);
    form.addEventListener("focusin", begun);
    form.addEventListener("input", begun);
    form.addEventListener("reset", () => setTimeout(() => { // when it is empty
        tellBlind(form, false);
        for (const field of form.elements) looks.get(field)?.soon();
        form.querySelector("[data-look-keep-field]")?.remove();
    }));
    addEventListener("online", anew);
    anew();
}

// Who may change events may let the words stand, and says why.
function offerKeep(form) {
    const words = form.querySelector("template[data-look-keep]");
    if (form.elements.keep_reason || !words) return;
    const part = document.createElement("div");
    part.dataset.lookKeepField = "";
    part.append(words.content.cloneNode(true));
    pattern(form).after(part);
}

async function rulesInTime(form) {
    const late = new Promise((done, failed) => setTimeout(failed, PATIENCE));
    return Promise.race([rulesFrom(pattern(form).dataset.script), late]);
}

/** Before a report is kept: the box of the first field that points at somebody, or null. What there are no
 * rules for here is left to the server. */
export async function pointsAtSomebody(form, mayKeep) {
    const written = fields(form);
    if (!written.length || !pattern(form)) return null;
    const rules = await rulesInTime(form).catch(() => null);
    tellBlind(form, !rules && !navigator.onLine);
    if (!rules) return null;
    let first = null;
    for (const field of written) {
        const look = lookOf(field);
        look.find = rules.guardFind;
        if (!look.show()) continue;
        const mine = mayKeep && field.name === "text";
        if (mine) offerKeep(form);
        if (mine && form.elements.keep_reason?.value.trim()) continue;
        for (const part of all("[data-look-stop]", look.box))
            part.hidden = first !== null || (part.dataset.lookStop === "keep") !== mine;
        first ??= look;
    }
    return first?.box ?? null;
}
