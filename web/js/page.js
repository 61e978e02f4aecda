// SPDX-License-Identifier: AGPL-3.0-or-later
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export function focusProblems() {
    document.querySelector("[data-focus]")?.focus();
}

// A phone shows the list first: the filter bar starts closed there.
export function openFilters() {
    if (matchMedia("(max-width: 39.99em)").matches)
        all("[data-filter]").forEach((d) => d.removeAttribute("open"));
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
