// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page that can be reached by links, as each kind of person: it answers, is valid HTML, is
// accessible, fits a phone, breaks no security policy and says that the data are for practice.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, counted, launch, next, validate } from "./lib.mjs";

const password = "samsyn-exempel-2026";
const people = {
  public: null,
  coordinator: "samordnare@example.se",
  administrator: "system@example.se",
  reporter: "bovard.1493@example.se",
};
const starts = ["/", "/gullspang/", "/1493/"];
const MOST = 1500; // pages for one person: a stop for endless links
const COMBINATIONS = 24; // of filters at one address: there are hundreds
let server, browser;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--demo", "--no-limits"] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function clientFor(email) {
  const c = server.client();
  if (email) await c.submitOk(await c.get("/logga-in"), "/logga-in", { email, password });
  return c;
}

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
    if (!page.headers.get("content-type")?.startsWith("text/html") || page.status !== 200) continue;
    for (const href of page.links()) {
      const url = new URL(href, page.url);
      // the language is a choice that stays
      if (url.origin === server.url && !url.pathname.startsWith("/_sprak/"))
        pending.push(url.pathname + url.search);
    }
  }
  return seen;
}

const isHtml = (page) => page.headers.get("content-type")?.startsWith("text/html");

for (const [who, email] of Object.entries(people)) {
  test(`no link is dead and every page is valid: ${who}`, async () => {
    const pages = await crawl(await clientFor(email));
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

test("pages are accessible, fit a phone and break no policy", async () => {
  const pages = await crawl(await clientFor(people.coordinator));
  const first = new Map();
  for (const [at, page] of pages)
    if (isHtml(page) && page.status === 200 && !first.has(kind(at))) first.set(kind(at), at);
  const p = await browser.page({ width: 390, height: 844 });
  await p.goto(`${server.url}/logga-in`);
  await p.locator("input[name=email]").fill(people.coordinator);
  await p.locator("input[name=password]").fill(password);
  await next(p, () => p.locator("main button[type=submit]").first().click());
  const faults = [];
  for (const at of first.values()) {
    await p.goto(server.url + at);
    await counted(p);
    for (const open of at.includes("/laget") ? [false, true] : [false]) { // its tables are folded
      if (open) await p.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      for (const judge of [checkFits, checkAccessible])
        await judge(p).catch((fault) => faults.push(fault.message));
    }
  }
  assert.equal(faults.length, 0, faults.join("\n"));
  browser.checkQuiet();
});
