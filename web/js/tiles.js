// SPDX-License-Identifier: AGPL-3.0-or-later
// Reporting, one question after the other: the large choices first, the rest when one is made. The
// map comes when it is opened.
import { all } from "./page.js";

export function pickTiles() {
    for (const form of all("form[data-report]")) {
        const box = form.querySelector("[data-tiles]");
        const again = box.querySelector("[data-repick]");
        const rest = all("[data-rest], .send", form);
        const reveal = (on) => rest.forEach((part) => (part.hidden = !on));
        const narrow = (on) => {
            box.classList.toggle("picked", on);
            again.hidden = !on;
        };
        const chosen = box.querySelector("input:checked");
        reveal(chosen !== null || document.querySelector("[data-focus], .wrong:not(.look)") !== null);
        narrow(chosen !== null);
        box.addEventListener("change", () => reveal(true));
        // a finger has chosen; arrows of a keyboard only pass by
        box.addEventListener("click", (e) => e.target.type === "radio" && e.detail > 0 && narrow(true));
        form.addEventListener("reset", () => {
            reveal(false);
            narrow(false);
        });
        again.addEventListener("click", () => {
            narrow(false);
            box.querySelector("input:checked").focus();
        });
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
