// SPDX-License-Identifier: AGPL-3.0-or-later
import { all } from "./page.js";

export function copyButtons() {
    if (!navigator.clipboard) return;
    for (const button of all("[data-copy]")) {
        const label = button.textContent;
        button.hidden = false;
        button.addEventListener("click", async () => {
            const field = document.getElementById(button.dataset.copy);
            try {
                await navigator.clipboard.writeText(field.value);
                button.textContent = button.dataset.done;
                setTimeout(() => (button.textContent = label), 3000);
            } catch {
                field.select();
            }
        });
    }
}

export function revealPasswords() {
    for (const button of all("[data-reveal]")) {
        const field = document.getElementById(button.dataset.reveal);
        const set = (shown) => {
            field.type = shown ? "text" : "password";
            button.textContent = shown ? button.dataset.hide : button.dataset.show;
        };
        button.hidden = false;
        button.setAttribute("aria-controls", field.id);
        button.addEventListener("click", () => set(field.type === "password"));
        field.form?.addEventListener("submit", () => set(false)); // browsers keep only passwords
    }
}

const ROWS = 6;

// Text files in UTF-8 or Windows-1252, as the server reads them; others show nothing.
async function firstRows(file) {
    const bytes = await file.slice(0, 4096).arrayBuffer();
    if (new Uint8Array(bytes).includes(0) || /\.(xlsx|gpkg|zip)$/i.test(file.name)) return "";
    let text;
    try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    } catch {
        text = new TextDecoder("windows-1252").decode(bytes);
    }
    return text.split(/\r?\n/).slice(0, ROWS).join("\n");
}

export function previewFiles() {
    for (const input of all("input[data-preview]")) {
        const box = document.getElementById(input.dataset.preview);
        input.addEventListener("change", async () => {
            const text = input.files[0] ? await firstRows(input.files[0]) : "";
            box.querySelector("pre").textContent = text;
            box.hidden = !text;
        });
    }
}

/** words: confirm, confirmText, confirmYes, confirmNo. */
export function ask(words, yes) {
    const box = document.createElement("dialog");
    const add = (parent, tag, text, name) => {
        const node = parent.appendChild(document.createElement(tag));
        node.textContent = text;
        if (name) node.className = name;
        return node;
    };
    const head = add(box, "h2", words.confirm);
    head.id = "fraga";
    box.setAttribute("aria-labelledby", "fraga");
    if (words.confirmText) add(box, "p", words.confirmText);
    const row = add(box, "div", "", "actions");
    const go = add(row, "button", words.confirmYes, "button careful");
    const stay = add(row, "button", words.confirmNo, "button quiet");
    go.addEventListener("click", () => {
        box.close();
        yes();
    });
    stay.addEventListener("click", () => box.close());
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    stay.focus();
}

export function confirmForms() {
    for (const form of all("form[data-confirm]")) {
        let sure = false;
        form.addEventListener("submit", (e) => {
            if (sure) return;
            e.preventDefault();
            ask(form.dataset, () => {
                sure = true;
                form.requestSubmit(e.submitter);
                sure = false;
            });
        });
    }
}

// The forms of a page that hold what was typed before the log-in: it is not sent.
export function putBackForms() {
    const path = document.querySelector("[data-unsent]")?.dataset.unsent;
    return path ? all("form[method=post]").filter((form) => new URL(form.action).pathname === path) : [];
}

export function guardForms() {
    for (const form of all("form[data-guard]")) {
        let changed = putBackForms().includes(form);
        form.addEventListener("input", () => (changed = true));
        for (const end of ["submit", "reset", "sent"]) form.addEventListener(end, () => (changed = false));
        addEventListener("beforeunload", (e) => changed && e.preventDefault());
    }
}
