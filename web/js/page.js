// SPDX-License-Identifier: AGPL-3.0-or-later
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const CLICK = 300; // milliseconds after a finger has left in which its click comes
const ENDS = ["pointerup", "pointercancel", "pointermove", "dragend", "change", "keydown", "blur"];

// The end of a press that began on target. Some are never told: a list of choices takes its own.
function ends(e, target) {
    if (e.type === "pointermove") return !e.buttons;
    if (e.type === "change") return e.target === target;
    return e.type !== "blur" || e.target === window;
}

// A press meets what was shown when it began: what comes late waits for still().
let press = Promise.resolve();
export async function still() {
    for (let now; now !== press; ) {
        now = press;
        await now;
    }
}

export function watchPresses() {
    const begin = ({ target }) => {
        press = new Promise((done) => {
            const over = new AbortController();
            const end = (e) => {
                if (!ends(e, target)) return;
                over.abort();
                setTimeout(done, CLICK);
            };
            for (const name of ENDS) addEventListener(name, end, { capture: true, signal: over.signal });
        });
    };
    addEventListener("pointerdown", begin, true);
}

export function focusProblems() {
    document.querySelector("[data-focus]")?.focus();
}

// A phone shows the list first: the filter bar starts closed there (see notices.css).
export function openFilters() {
    const phone = matchMedia("(max-width: 39.99em)").matches;
    const waited = matchMedia("(scripting: enabled)").matches;
    for (const bar of all("[data-filter]")) {
        const opened = waited && bar.lastElementChild.offsetHeight > 0; // somebody may be writing there
        if (phone && !opened) bar.removeAttribute("open");
        bar.dataset.ready = "";
    }
}

export function closeMenus() {
    const shut = (menu) => menu.removeAttribute("open");
    document.addEventListener("click", (e) => {
        all(".menu[open]").forEach((m) => m.contains(e.target) || shut(m));
    });
    document.addEventListener("keydown", (e) => {
        if (e.key !== "Escape") return;
        all(".menu[open]").forEach((m) => {
            shut(m);
            m.querySelector("summary").focus();
        });
    });
}

const systemDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

export function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : systemDark();
}

// The choice is kept in a cookie that the server reads, so that the next page does not flash.
export function switchTheme() {
    for (const item of all("[data-theme-switch]")) {
        const button = item.querySelector("button");
        const say = () => (button.textContent = isDark() ? button.dataset.light : button.dataset.dark);
        item.hidden = false;
        say();
        button.addEventListener("click", () => {
            const theme = isDark() ? "light" : "dark";
            document.documentElement.dataset.theme = theme;
            document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
            say();
            document.dispatchEvent(new Event("theme"));
        });
    }
}

export function printButtons() {
    for (const button of all("[data-print]")) {
        button.hidden = false;
        button.addEventListener("click", () => print());
    }
}
