// SPDX-License-Identifier: AGPL-3.0-or-later
// While somebody writes: what in the text points at a person, and a button that takes it away. The
// rules come when the field is first entered; the server looks again in any case.
import { all, still } from "./page.js";

function remove(field, { at, length }) {
    const rest = field.value.slice(at + length);
    const head = field.value.slice(0, at);
    field.value = /\s$/.test(head) || !head ? head + rest.replace(/^[ \t]+/, "") : head + rest;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(at, at);
}

function row(box, field, hit) {
    const item = document.createElement("li");
    const words = field.value.slice(hit.at, hit.at + hit.length);
    const mark = item.appendChild(document.createElement("mark"));
    mark.textContent = words;
    item.append(` ${box.dataset[`t_${hit.kind}`] ?? ""} `);
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "button quiet";
    button.textContent = box.dataset.tRemove;
    button.setAttribute("aria-label", `${box.dataset.tRemove}: ${words}`);
    button.addEventListener("click", () => remove(field, hit));
    return item;
}

export function lookAtTexts() {
    for (const box of all("[data-look]")) {
        const field = document.getElementById(box.dataset.look);
        const list = box.querySelector("ul");
        let rules = null;
        let timer = 0;
        let shown = "";
        const look = async () => {
            try {
                rules ??= await import(new URL(box.dataset.script, location.href).href);
            } catch {
                return; // the server looks when the form is sent
            }
            await still(); // the list moves what stands below it
            const hits = rules.guardFind(field.value);
            const now = hits.map((h) => `${h.at}:${h.length}`).join();
            if (now === shown) return;
            shown = now;
            list.replaceChildren(...hits.map((h) => row(box, field, h)));
            box.hidden = hits.length === 0;
        };
        const soon = () => {
            clearTimeout(timer);
            timer = setTimeout(look, 400);
        };
        field.addEventListener("input", soon);
        field.form.addEventListener("reset", soon);
        field.addEventListener("focus", soon, { once: true });
        if (field.value) soon();
    }
}
