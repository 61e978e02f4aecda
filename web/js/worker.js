// SPDX-License-Identifier: AGPL-3.0-or-later
// The service worker: keeps the style, the script and the empty forms of reports for when there is no
// network. It keeps nothing that belongs to anybody: the forms are fetched without cookies, from addresses
// that are the same for all. Pages come from the network whenever it answers; so no page grows old here.
/* global KEPT, GUARD */
const PREFIX = "samsyn-";
const NAME = PREFIX + [...KEPT, GUARD].map((path) => path.split(".")[1]).join("-");
const FORM = /^\/(\d{4})\/rapportera(\/inget|\/flera)?$/;
const DOOR = /^\/(\d{4}\/?)?$/;
const PHOTO_SCRIPT = /data-script="(\/_\/photo\.\w+\.js)"/g;
const GUARDS = /^\/_\/guard\./;
const SHELL = /^\/\d{4}\/rapportera\/utan-nat/;
const PATIENCE = 12_000; // for a page; then the kept form is better than none
const DAY = 24 * 3600_000;

const shellOf = (path) => path.replace("/rapportera", "/rapportera/utan-nat");
const SAME = { ignoreVary: true }; // nothing here depends on who asks

async function keep(cache, url, how = "no-cache") {
    // style and script as the page has just fetched them: with other credentials they would come once more
    const credentials = how === "default" ? "same-origin" : "omit";
    const answer = await fetch(url, { credentials, cache: how, redirect: "error" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const text = SHELL.test(new URL(url, location.href).pathname) ? await answer.clone().text() : "";
    for (const [, path] of text.matchAll(PHOTO_SCRIPT)) // only where photos are taken
        if (!(await cache.match(path, SAME))) await keep(cache, path, "default");
    await cache.put(new URL(url, location.href).pathname, answer);
}

// What looks for persons in free words is large, and comes after all that a report needs: without it the
// form says so, and the server looks.
async function keepGuard(cache) {
    if (!(await cache.match(GUARD, SAME))) await keep(cache, GUARD, "default");
}

// The forms that older workers kept, anew: they name the style and script of their time.
async function install() {
    const cache = await caches.open(NAME);
    await Promise.all(KEPT.map((path) => keep(cache, path, "default")));
    for (const name of await caches.keys()) {
        if (!name.startsWith(PREFIX) || name === NAME) continue;
        const old = await caches.open(name);
        const lang = await old.match("/lang").then((a) => a?.text());
        if (lang) await cache.put("/lang", new Response(lang));
        for (const { url } of await old.keys()) {
            const path = new URL(url).pathname;
            if (SHELL.test(path)) await keep(cache, `${path}?sprak=${lang ?? "sv"}`);
            if (GUARDS.test(path)) await keepGuard(cache).catch(() => {}); // the next visit asks again
        }
    }
    await self.skipWaiting();
}

async function activate() {
    for (const name of await caches.keys())
        if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
    await self.clients.claim();
}

const isOld = (kept) => !(Date.now() - Date.parse(kept.headers.get("date")) < DAY);

// A page of reports was opened: its municipality's forms are kept, as they are today.
async function keepForms({ base, lang }) {
    const cache = await caches.open(NAME);
    const same = (await cache.match("/lang").then((a) => a?.text())) === lang;
    for (const more of ["", "/inget", "/flera"]) {
        const path = shellOf(base + more);
        const kept = await cache.match(path, SAME);
        if (!kept || !same || isOld(kept)) await keep(cache, `${path}?sprak=${lang}`);
    }
    await cache.put("/lang", new Response(lang));
    await keepGuard(cache);
}

const inTime = (request) => new Promise((done, failed) => {
    setTimeout(() => failed(new Error("late")), PATIENCE);
    fetch(request).then(done, failed);
});

async function form(request, path) {
    const cache = await caches.open(NAME);
    const kept = await cache.match(shellOf(path), SAME);
    if (!kept) return fetch(request);
    const answer = await inTime(request).catch(() => kept);
    return answer.status >= 500 ? kept : answer;
}

// "/" and "/1493/" lead to the page that works.
async function door(request) {
    try {
        return await fetch(request);
    } catch (e) {
        const kept = (await (await caches.open(NAME)).keys()).map(({ url }) => new URL(url).pathname);
        const wanted = /^\/(\d{4})/.exec(new URL(request.url).pathname)?.[1];
        const exercise = (path) => path[1] >= "5"; // nobody comes to one by surprise (doc/decisions/029)
        const found = kept.filter((path) => SHELL.test(path)).sort((a, b) => exercise(a) - exercise(b))
            .find((path) => !wanted || path.startsWith(`/${wanted}/`));
        if (!found) throw e;
        return Response.redirect(`${found.slice(0, 5)}/rapportera`);
    }
}

async function asset(request) {
    const kept = await (await caches.open(NAME)).match(request, SAME);
    return kept ?? fetch(request);
}

self.addEventListener("install", (e) => e.waitUntil(install()));
self.addEventListener("activate", (e) => e.waitUntil(activate()));
self.addEventListener("message", (e) => {
    const { base, lang } = e.data ?? {};
    if (FORM.test(base) && /^(sv|en)$/.test(lang)) e.waitUntil(keepForms({ base, lang }).catch(() => {}));
});
self.addEventListener("fetch", (e) => {
    const { request } = e;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (url.pathname.startsWith("/_/")) e.respondWith(asset(request));
    else if (request.mode === "navigate" && FORM.test(url.pathname)) e.respondWith(form(request, url.pathname));
    else if (request.mode === "navigate" && DOOR.test(url.pathname)) e.respondWith(door(request));
});
