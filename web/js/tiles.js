// SPDX-License-Identifier: AGPL-3.0-or-later
// Reporting, one question after the other: the large choices first, the rest when one is made. The
// map comes when it is opened.
import { all } from "./page.js";

export function pickTiles() {
    for (const form of all("form[data-report]")) {
        const box = form.querySelector("[data-tiles]");
        const again = box.querySelector("[data-repick]");
        const rest = all("[data-rest], .send", form);
        const show = (picked) => {
            box.classList.toggle("picked", picked);
            again.hidden = !picked;
            rest.forEach((part) => (part.hidden = !picked));
        };
        const chosen = () => box.querySelector("input:checked");
        box.addEventListener("change", () => show(true));
        again.addEventListener("click", () => {
            const before = chosen();
            show(false);
            before.focus();
        });
        show(chosen() !== null);
    }
}

export function mapsLater() {
    for (const part of all("[data-map-later]")) {
        part.addEventListener("toggle", () => {
            const style = document.createElement("link");
            style.rel = "stylesheet";
            style.href = part.dataset.style;
            const script = document.createElement("script");
            script.type = "module";
            script.src = part.dataset.script;
            document.head.append(style, script);
        }, { once: true });
    }
}
