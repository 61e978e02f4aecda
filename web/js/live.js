// SPDX-License-Identifier: AGPL-3.0-or-later
// A filter form sends itself and only the parts marked data-part are renewed: the field keeps its
// focus, the page its place. Pages without such parts keep the button and nothing else.
import { all, still } from "./page.js";

let latest = 0;

const PARTS = ["year", "month", "day"];
const dates = (query) => [...query.keys()].filter((n) => n.endsWith("-year")).map((n) => n.slice(0, -5));
const partsOf = (query, name) => PARTS.map((part) => query.get(`${name}-${part}`).trim());

// Three fields of a date are one word of the address.
function joinDates(query) {
    for (const name of dates(query)) {
        const [year, month, day] = partsOf(query, name);
        if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) continue;
        query.set(name, [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-"));
        for (const part of PARTS) query.delete(`${name}-${part}`);
    }
}

// Dates of which only a part is written so far.
const begun = (query) =>
    dates(query).filter((name) => new Set(partsOf(query, name).map((v) => v === "")).size > 1);

const isPart = ({ name }) => PARTS.some((part) => name?.endsWith(`-${part}`));

// asked: the person has asked for it; otherwise a date that is half written waits.
function address(form, asked) {
    const url = new URL(form.action, location.href);
    const query = new URLSearchParams(new FormData(form));
    if (!asked)
        for (const name of begun(query)) for (const part of PARTS) query.delete(`${name}-${part}`);
    joinDates(query);
    for (const [name, value] of [...query]) if (!value) query.delete(name, value);
    url.search = query;
    return url;
}

// A field that is drawn anew is the one that the person was in.
function keepFocus(id) {
    if (id && document.activeElement === document.body) document.getElementById(id)?.focus();
}

function change(map, other, name) {
    if (other.dataset[name] === map.dataset[name]) return false;
    if (name in other.dataset) map.dataset[name] = other.dataset[name];
    else delete map.dataset[name];
    return true;
}

// What the reader is at keeps its place in the window, also when something above it grows: the field that
// was just used, otherwise what is in the middle.
function keepPlace(change) {
    const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    const field = document.activeElement;
    const top = (node) => node.getBoundingClientRect().top;
    const inSight = field && field !== document.body && top(field) >= 0 && top(field) < innerHeight;
    const here = inSight ? field : middle;
    const before = here && top(here);
    const { style } = document.documentElement;
    style.overflowAnchor = "none"; // the browser would keep another place at the same time
    change();
    if (here?.isConnected) scrollBy({ top: top(here) - before, behavior: "instant" });
    requestAnimationFrame(() => requestAnimationFrame(() => (style.overflowAnchor = "")));
}

// Parts with a data-key stay as they are while the key does: nobody loses what they are typing.
function renew(fresh) {
    const focused = document.activeElement?.id;
    const waited = document.querySelector("[data-again]"); // room that was kept free is not taken back
    for (const part of all("[data-part]")) {
        const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
        if (!other || (part.dataset.key && part.dataset.key === other.dataset.key)) continue;
        const rooms = all("[data-room]", part).map((room) => room.offsetHeight);
        part.replaceChildren(...other.childNodes);
        if (waited) all("[data-room]", part).forEach((room, i) => { // but no hole where nothing came
            if (room.childElementCount) room.style.minHeight = `${rooms[i] ?? 0}px`;
        });
        if ("key" in other.dataset) part.dataset.key = other.dataset.key;
    }
    keepFocus(focused);
    document.dispatchEvent(new Event("renewed"));
    for (const map of all("[data-map]")) {
        const other = fresh.getElementById(map.id);
        if (!other || !["urlData", "urlFound"].filter((name) => change(map, other, name)).length) continue;
        map.dispatchEvent(new Event("data"));
    }
    document.title = fresh.title;
}

// The page says that the server is still counting: it asks for what it shows, not for what somebody has
// begun to write in the form.
function again(form) {
    const mine = latest;
    if (!document.querySelector("[data-again]")) return;
    const ask = () => mine === latest && send(form, new URL(location.href), { failed: () => again(form) });
    setTimeout(ask, 1000);
}

// What the person asked for is a step that the way back leads to; what renews itself is none.
let shown = location.search;

function enter(url, step) {
    if (url.href === location.href) return;
    shown = url.search;
    if (step) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
}

async function send(form, url, { step = false, failed = () => location.assign(url) } = {}) {
    const mine = ++latest;
    form.setAttribute("aria-busy", "true");
    try {
        const answer = await fetch(url, { headers: { Accept: "text/html" } });
        if (mine !== latest) return;
        if (!answer.ok || answer.redirected) return location.assign(url);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        await still();
        if (mine !== latest) return;
        keepPlace(() => renew(fresh));
        enter(url, step);
        again(form);
    } catch {
        if (mine === latest) failed();
    } finally {
        form.removeAttribute("aria-busy");
    }
}

export function liveFilters() {
    if (!document.querySelector("[data-part]")) return;
    addEventListener("popstate", () => location.search !== shown && location.reload());
    for (const form of all("form[data-live]")) {
        let timer = 0;
        again(form);
        const soon = (wait, asked = false) => {
            clearTimeout(timer);
            timer = setTimeout(() => form.checkValidity() && send(form, address(form, asked), { step: asked }), wait);
        };
        form.addEventListener("change", (e) => {
            const half = isPart(e.target) && begun(new URLSearchParams(new FormData(form))).length > 0;
            if (!half) soon(50);
        });
        form.addEventListener("input", (e) => e.target.type === "search" && soon(400));
        form.addEventListener("submit", (e) => {
            e.preventDefault();
            soon(0, true);
        });
    }
}
