// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page of the program: those that links lead to, and those that only the program's own table of routes tells
// of. Each answers, is valid HTML, is accessible by day and by night, fits 320 px and a screen, breaks no security
// policy and says that the data are for practice. A new route without a page here fails.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { addressOf, allKinds } from "./addresses.mjs";
import { checkAccessible, checkFits, counted, launch, validate } from "./lib.mjs";

const starts = ["/", "/gullspang/", "/1493/"];
const MOST = 1500; // pages for one person: a stop for endless links
const COMBINATIONS = 12; // of filters at one address: there are hundreds
let world, server, browser, described;
const reached = { public: new Map(), coordinator: new Map(), administrator: new Map(), reporter: new Map() };

before(async () => {
  world = await allKinds();
  ({ server } = world);
  described = (await server.client().get("/api/v1/openapi.json")).json();
  browser = await launch();
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
  await world?.remove();
});

/** Pages that differ only in ids, numbers and values are one kind. */
function kind(address) {
  const url = new URL(address, server.url);
  const path = url.pathname.replace(/^\/metoder\/[a-z-]+/, "/metoder/:name").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id").replace(/\d+/g, ":n");
  return `${path}?${[...new Set(url.searchParams.keys())].sort().join("&")}`;
}

/** Breadth first by links from the starts: {address -> Page}, at most two of a kind and not every
 *  combination of filters, so that all of the program is reached. */
async function crawl(c) {
  const seen = new Map(), kinds = new Map();
  const pending = [...starts];
  for (let address; seen.size < MOST && (address = pending.shift()) !== undefined;) {
    const [path] = kind(address).split("?");
    const count = kinds.get(kind(address)) ?? 0, combinations = kinds.get(path) ?? 0;
    if (seen.has(address) || count >= 2 || combinations >= COMBINATIONS) continue;
    kinds.set(kind(address), count + 1);
    kinds.set(path, combinations + 1);
    const page = await c.get(address);
    seen.set(address, page);
    if (!isHtml(page)) continue;
    for (const href of page.links()) {
      const url = new URL(href, page.url);
      // the language is a choice that stays
      if (url.origin === server.url && !url.pathname.startsWith("/_sprak/"))
        pending.push(url.pathname + url.search);
    }
  }
  return seen;
}

const isHtml = (page) => page.status === 200 && page.headers.get("content-type")?.startsWith("text/html");

for (const who of Object.keys(reached)) {
  test(`no link is dead and every page is valid: ${who}`, async () => {
    const pages = await crawl(world.clients[who]);
    reached[who] = pages;
    const bad = [...pages].filter(([at, page]) =>
      page.status !== 200 && !(starts.includes(at) && [403, 404].includes(page.status)));
    assert.deepEqual(bad.map(([at, page]) => `${at}: ${page.status}`), []);
    const html = [...pages].filter(([, page]) => isHtml(page));
    assert.ok(pages.size < MOST, "there is more than was looked at");
    assert.ok(html.length >= 3, `only ${[...pages.keys()].join(" ")} was found`);
    const faults = await validate(new Map(html.map(([at, page]) => [at, page.text])));
    assert.equal(faults.length, 0, faults.join("\n"));
    for (const [at, page] of html) assert.match(page.words, /Övningsdata/, at);
  });
}

/** The path of the route that answers an address: the one with the fewest gaps. */
function routeOf(address) {
  const { pathname } = new URL(address, server.url), holes = (path) => path.split("{").length;
  const part = { municipality: "\\d{4}", slug: "[a-zåäö-]+", id: "[0-9a-f-]{36}" };
  return Object.keys(described.paths).filter((path) => described.paths[path].get)
    .sort((a, b) => holes(a) - holes(b))
    .find((path) => new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, (_, n) => part[n] ?? "[^/]+")}$`).test(pathname));
}

const EACH = 2; // kinds of page at one route, which differ in what is asked for

/** What there is to look at in the browser: [{ who, at }], each kind of page once, as whoever met it first; then the
 *  routes that no link led to. */
async function toLookAt() {
  const kinds = new Map(), found = new Map();
  for (const [who, pages] of Object.entries(reached))
    for (const [at, page] of pages) {
      const route = routeOf(at), n = found.get(route) ?? 0, fresh = isHtml(page) && !kinds.has(kind(at)) && n < EACH;
      found.set(route, n + fresh);
      if (fresh) kinds.set(kind(at), { who, at });
    }
  const faults = [], made = new Map();
  for (const path of Object.keys(described.paths).filter((p) => described.paths[p].get && !found.has(p))) {
    const { who, at } = addressOf(path, world), page = await world.clients[who].get(at);
    if (page.status >= 400) faults.push(`${path} as ${who} at ${at}: ${page.status} ${page.words.slice(0, 200)}`);
    if (!isHtml(page)) continue; // a file, or what a script asks for
    kinds.set(path, { who, at });
    made.set(at, page.text);
  }
  assert.deepEqual(faults, []);
  assert.deepEqual(await validate(made), []);
  return [...kinds.values()];
}

const PHONE = { width: 320, height: 740 }, SCREEN = { width: 1280, height: 900 };

test("every page is accessible by day and by night, fits 320 px and a screen, and breaks no policy", async () => {
  const all = await toLookAt(), faults = [];
  const p = await browser.page(PHONE);
  const judge = async (...judges) => {
    for (const one of judges) await one(p).catch((fault) => faults.push(fault.message));
  };
  for (const who of Object.keys(world.clients)) {
    await p.context().clearCookies();
    await p.context().addCookies([...world.clients[who].cookies].map(([name, value]) => ({ name, value, url: server.url })));
    for (const { at } of all.filter((one) => one.who === who)) {
      await p.setViewportSize(PHONE);
      await p.emulateMedia({ colorScheme: "light" });
      const answer = await p.goto(server.url + at);
      if (answer.status() !== 200) faults.push(`${at} as ${who}: ${answer.status()}`);
      await counted(p);
      if (at.includes("/laget")) await p.evaluate(() => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
      await judge(checkFits, checkAccessible);
      await p.emulateMedia({ colorScheme: "dark" });
      await p.setViewportSize(SCREEN);
      await judge(checkFits, checkAccessible);
    }
  }
  console.log(`# ${all.length} pages of ${new Set(all.map(({ at }) => routeOf(at))).size} routes looked at`);
  assert.equal(faults.length, 0, faults.join("\n"));
  browser.checkQuiet();
}, { timeout: 1_200_000 });
