// SPDX-License-Identifier: AGPL-3.0-or-later
// The form of an event: only the details of the chosen kind, and names of places while one writes.
import { all, still } from "./page.js";

export function followKinds() {
    for (const box of all("[data-kinds]")) {
        const details = box.querySelector("[data-details]");
        const select = details.querySelector("select");
        const groups = all("optgroup", select);
        const follow = () => {
            const kind = box.querySelector("input[type=radio]:checked")?.value;
            const mine = groups.find((g) => g.dataset.kind === kind);
            const chosen = mine && select.selectedOptions[0]?.parentNode === mine ? select.value : "";
            select.replaceChildren(select.options[0], ...(mine ? [mine] : []));
            select.value = chosen; // put back last: a browser may choose the first by itself
            details.hidden = !mine;
        };
        box.addEventListener("change", (e) => e.target.type === "radio" && follow());
        box.closest("form").addEventListener("reset", () => setTimeout(follow)); // when it is empty
        follow();
    }
}

let lists = 0;

export function suggestPlaces(root = document) {
    for (const box of all("[data-suggest]", root)) {
        const input = box.querySelector("input");
        const list = box.appendChild(document.createElement("datalist"));
        list.id = `forslag-${++lists}`;
        input.setAttribute("list", list.id);
        const note = box.querySelector("[data-suggest-said]");
        let timer = 0;
        let latest = 0;
        const ask = async () => {
            const mine = ++latest;
            const url = new URL(box.dataset.suggest, location.href);
            url.searchParams.set("q", input.value);
            try {
                const answer = await fetch(url, { headers: { Accept: "application/json" } });
                if (!answer.ok || mine !== latest) return;
                const { places, more } = await answer.json();
                await still();
                if (mine !== latest) return;
                note.textContent = more ?? "";
                list.replaceChildren(...places.map(({ name, text }) => new Option(text, name)));
            } catch {
                // the name is looked up when the form is sent
            }
        };
        input.addEventListener("input", () => {
            clearTimeout(timer);
            if (input.value.trim().length > 1) timer = setTimeout(ask, 200);
        });
    }
}
