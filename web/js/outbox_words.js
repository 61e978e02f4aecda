// SPDX-License-Identifier: AGPL-3.0-or-later
// What a form says: its fields, its photos, the words that are shown of it while it waits, and what it lacks.
import { all } from "./page.js";
import { uuid7 } from "./uuid7.js";

const NAMED = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jpg$/;

export const fieldsOf = (form) =>
    [...new FormData(form)].filter(([name, v]) => typeof v === "string" && v !== "" && !["csrf", "id"].includes(name));

/** Files that were chosen and not made smaller here: they go with their form, and do not wait. */
export const bareFiles = (form) =>
    !form.querySelector("[data-photos][data-ready]") && [...new FormData(form)].some(([, v]) => v instanceof File && v.size > 0);

/** The photos of a report, as photo.js has put them into the form; null: the form has no room for any. */
export function photosOf(form, item) {
    const box = form.querySelector("[data-photos][data-ready]");
    if (!box) return null;
    const lines = all("[data-photo-list] input[type=text]", box);
    return [...box.querySelector("input[type=file]").files].map((file, i) => ({
        id: NAMED.exec(file.name)?.[1] ?? uuid7(), report: item.id, owner: item.owner,
        url: /^\/\d{4}\/rapportera/.exec(item.url)[0], title: item.title, about: item.about, n: i + 1,
        alt: lines[i]?.value.trim() ?? "", blob: new Blob([file], { type: "image/jpeg" }) }));
}

const linesOf = (form) => all("fieldset.line", form).filter((line) =>
    all("select, input[type=text]", line).some((field) => field.value.trim()));

/** [title, place] of a report. */
export const about = {
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

/** What can be seen without the server: [what to say, where to go], or null. */
export function lacks(form, words) {
    const kind = form.dataset.outboxForm;
    if (kind === "many") return linesOf(form).length ? null : [words.tNoLine, form.querySelector("select")];
    if (kind === "calm") return null;
    if (!form.querySelector("[name=main]:checked")) return [words.tNoMain, form.querySelector("[name=main]")];
    const { place, unknown, east } = form.elements;
    return place.value.trim() || unknown.checked || east.value ? null : [words.tNoPlace, place];
}
