// SPDX-License-Identifier: AGPL-3.0-or-later
// Every shared component: valid, accessible, readable by day and night, no wider than a phone;
// and what the scripts add to them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { checkAccessible, checkFits, launch, openSlowly } from "./lib.mjs";

const program = process.env.SAMSYN_GALLERY ??
  path.resolve(path.dirname(process.env.SAMSYN_BIN ?? "x/y/z"), "../../tests/gallery/gallery");
const names = ["list", "form", "form-error", "picture", "detail", "login"];
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
  ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json" };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; " +
  "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const folder = mkdtempSync(path.join(tmpdir(), "samsyn-gallery-"));
let server, browser, url, asked, job;

const made = {
  "/job.json": () => job,
  "/say.json": () => ({ text: "nära Stationsgatan" }),
};

async function serve(request, answer) {
  const where = new URL(request.url, "http://x");
  asked.push(`${request.method} ${where.pathname}${where.search}`);
  const headers = { "content-security-policy": policy };
  if (made[where.pathname]) {
    answer.writeHead(200, { ...headers, "content-type": "application/json" });
    return answer.end(JSON.stringify(made[where.pathname]()));
  }
  if (where.pathname.endsWith(".mvt")) return answer.writeHead(204, headers).end();
  try {
    let body = await readFile(path.join(folder, where.pathname));
    // a narrower filter gives a shorter answer
    const words = { ruta: "1 händelse med ordet ruta", "många": "Många ord. ".repeat(300) };
    const said = words[where.searchParams.get("q")];
    if (said) body = body.toString().replace(/46 händelser[^<]*/, said);
    answer.writeHead(200, { ...headers, "content-type": types[path.extname(where.pathname)] });
    answer.end(body);
  } catch {
    answer.writeHead(404, headers).end();
  }
}

before(async () => {
  execFileSync(program, [folder]);
  writeFileSync(path.join(folder, "worker.js"), ""); // one that does nothing: pages ask for it
  asked = [];
  job = { percent: 48, far: "270 000 av 556 505 rader", running: true };
  server = http.createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name, options) {
  const page = await browser.page(options);
  await page.goto(`${url}/${name}.html`);
  return page;
}

for (const [mode, options] of Object.entries({
  "phone-light": { width: 360, height: 740 },
  "phone-dark": { width: 360, height: 740, dark: true },
  "desk-light": {},
  "desk-dark": { dark: true },
})) {
  test(`components are accessible and fit: ${mode}`, async () => {
    for (const name of names) {
      const page = await open(name, options);
      await checkAccessible(page);
      await checkFits(page);
      await page.shot(`gallery-${name}-${mode}`);
      await page.context().close();
    }
    browser.checkQuiet();
  });
}

test("components are valid HTML", async () => {
  for (const name of names) await (await open(name, { script: false })).context().close();
  await browser.checkHtml();
});

test("without script nothing is shown that cannot work", async () => {
  const page = await open("detail", { script: false });
  for (const button of await page.locator("[data-copy], [data-print], [data-theme-switch]").all())
    assert.equal(await button.isVisible(), false);
});

test("the filter renews the list and the address, and keeps the focus", async () => {
  const page = await open("list");
  const word = page.getByLabel("Ord i texten");
  await word.fill("ruta");
  await page.locator(".said", { hasText: "ordet ruta" }).waitFor();
  assert.match(page.url(), /[?&]q=ruta/);
  assert.doesNotMatch(page.url(), /area=/); // empty choices stay out of the address
  assert.equal(await word.evaluate((n) => n === document.activeElement), true);
  browser.checkQuiet();
});

test("a script that comes late moves nothing, and without script the filter is open", async () => {
  for (const [name, what] of [["list", ".said"], ["detail", "footer"], ["login", "footer"]]) {
    const page = await browser.page({ width: 360, height: 740 });
    const come = await openSlowly(page, `${url}/${name}.html`);
    const top = () => page.locator(what).evaluate((node) => node.getBoundingClientRect().top);
    const before = await top();
    await come();
    assert.equal(await top(), before, name);
    await page.context().close();
  }
  const page = await browser.page({ width: 360, height: 740 }); // and one that does not come at all
  await openSlowly(page, `${url}/list.html`);
  const field = page.getByLabel("Ord i texten");
  assert.ok(await field.evaluate((node) => node.closest("form").offsetHeight) === 0);
  await page.evaluate(() => document.getAnimations().forEach((one) => one.finish())); // ten seconds later
  assert.ok(await field.evaluate((node) => node.closest("form").offsetHeight) > 100);
  await page.context().close();
  for (const [script, shown] of [[true, false], [false, true]]) {
    const page = await open("list", { width: 360, height: 740, script });
    assert.equal(await page.getByLabel("Ord i texten").isVisible(), shown);
    if (script) await page.locator("[data-filter] > summary").click();
    await page.getByLabel("Ord i texten").fill("ruta");
    await page.context().close();
  }
  browser.checkQuiet();
});

test("what comes while somebody presses waits until the press was a click", async () => {
  const page = await open("list");
  const form = page.locator("form[data-live]");
  await page.evaluate(() => {
    window.pressed = 0;
    document.querySelector(".said").addEventListener("click", () => window.pressed++);
  });
  await page.locator(".said").hover();
  await page.mouse.down();
  await page.getByLabel("Ord i texten").evaluate((field) => (field.value = "ruta"));
  const answer = page.waitForResponse(/q=ruta/);
  await form.evaluate((f) => f.requestSubmit());
  await (await answer).finished();
  await form.and(page.locator("[aria-busy]")).waitFor(); // the answer is there and held
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.match(await page.locator(".said").textContent(), /46 händelser/);
  await page.mouse.up();
  await page.locator(".said", { hasText: "ordet ruta" }).waitFor();
  assert.equal(await page.evaluate(() => window.pressed), 1);
  await page.context().close();
  browser.checkQuiet();
});

test("what is renewed above the reader does not move what the reader sees", async () => {
  const page = await open("list", { width: 360, height: 740 });
  const map = page.locator("[data-map]");
  await page.evaluate(() => (document.documentElement.style.overflowAnchor = "none")); // as in Safari
  await page.getByLabel("Ord i texten").evaluate((field) => (field.value = "många"));
  await map.evaluate((node) => node.scrollIntoView({ block: "center" }));
  const top = () => map.evaluate((node) => Math.round(node.getBoundingClientRect().top));
  const before = await top();
  await page.locator("form[data-live]").evaluate((f) => f.requestSubmit());
  await page.locator(".said", { hasText: "Många ord." }).waitFor();
  assert.equal(await top(), before);
  await page.context().close();
});

test("a careful form asks first, and the answer no sends nothing", async () => {
  const page = await open("detail");
  const remove = page.getByRole("button", { name: "Ta bort händelsen" });
  await remove.click();
  const box = page.getByRole("dialog");
  assert.equal(await box.getByRole("heading").textContent(), "Ta bort händelsen?");
  asked.length = 0;
  await box.getByRole("button", { name: "Behåll den" }).click();
  await box.waitFor({ state: "detached" });
  assert.equal(asked.some((line) => line.startsWith("POST")), false);
  await remove.click();
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await box.getByRole("button", { name: "Ta bort händelsen" }).click();
  await sent;
});

test("work that goes on tells how far, and loads the page at its end", async () => {
  const page = await open("detail");
  await page.locator("[data-far]", { hasText: "270 000" }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("[data-job] progress").value), 48);
  const loaded = page.waitForEvent("load");
  job = { percent: 100, far: "556 505 av 556 505 rader", running: false };
  await loaded;
  job = { percent: 48, far: "270 000 av 556 505 rader", running: true };
});

test("the chosen appearance is kept for the next page", async () => {
  const page = await open("login");
  const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await dark();
  await page.getByRole("button", { name: "Mörkt utseende" }).click();
  assert.notEqual(await dark(), light);
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map((c) => [c.name, c.value]), [["theme", "dark"]]);
});

test("problems get the focus and lead to their fields", async () => {
  const page = await open("form-error");
  assert.equal(await page.evaluate(() => document.activeElement.className), "error-summary");
  await page.getByRole("link", { name: /Datumet finns inte/ }).click();
  await page.waitForFunction(() => document.activeElement.name === "date-day"); // with the next frame
});

test("a chosen file shows its first rows in its own encoding", async () => {
  const page = await open("form");
  const bytes = Buffer.from("Plats;Antal\r\nSj\xf6torp;3\r\n", "latin1");
  await page.getByLabel(/^Fil/).setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: bytes });
  await page.locator(".file pre", { hasText: "Sjötorp;3" }).waitFor();
});

test("a map that is drawn moves nothing below it", async () => {
  for (const options of [{}, { width: 360, height: 740 }]) {
    const page = await open("detail", options);
    const under = () => page.evaluate(() =>
      Math.round(document.querySelector("form[data-confirm]").getBoundingClientRect().top + scrollY));
    assert.equal(await page.locator("#pick[data-drawn]").count(), 0, "drawn before it is seen");
    const before = await under();
    await page.locator("#pick").scrollIntoViewIfNeeded();
    await page.locator("#pick[data-drawn]").waitFor();
    await page.getByRole("button", { name: "Använd min plats" }).waitFor();
    assert.equal(await under(), before);
    await page.context().close();
  }
});

test("choosing a place on the map fills the form in metres and says it in words", async () => {
  const page = await open("detail");
  const map = page.locator("#pick");
  await map.scrollIntoViewIfNeeded();
  await page.locator("#pick[data-drawn]").waitFor();
  await map.locator("canvas").focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("[data-map-said]", { hasText: "nära Stationsgatan" }).waitFor();
  const [east, north] = await page.evaluate(() =>
    ["east", "north"].map((name) => Number(document.querySelector(`[name=${name}]`).value)));
  assert.ok(east > 420_000 && east < 450_000, `east ${east}`);
  assert.ok(north > 6_490_000 && north < 6_530_000, `north ${north}`);
  browser.checkQuiet();
});

test("the scale goes one way in grey print too, by day and by night", async () => {
  for (const dark of [false, true]) {
    const page = await open("login", { dark });
    const grey = await page.evaluate(() => [0, 1, 2, 3, 4, 5, 6].map((i) => {
      const hex = getComputedStyle(document.documentElement).getPropertyValue(`--s${i}`).trim();
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      return 0.299 * r + 0.587 * g + 0.114 * b;
    }));
    const steps = grey.slice(1).map((v, i) => (dark ? v - grey[i] : grey[i] - v));
    assert.ok(steps.every((step) => step > 8), `steps ${steps.map(Math.round)}`);
  }
});
