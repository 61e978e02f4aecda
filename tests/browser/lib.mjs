// SPDX-License-Identifier: AGPL-3.0-or-later
// A real browser (Debian's Chromium) for the tests that need one.
//
//     const b = await launch();            // after(() => b.close())
//     const p = await b.page({ width: 390 });
//     await p.goto(server.url + "/");
//     await checkAccessible(p);            // axe: WCAG 2.2 AA, no violation
//     await p.shot("start");               // build-check-gcc/browser/start.png
//     b.checkQuiet();                      // nothing broke the content security policy
//
// HTML is collected by every goto() and judged once: await b.checkHtml().

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const shots = process.env.SAMSYN_TEST_SHOTS ?? path.resolve("build-check-gcc/browser");
const flags = [
  "--no-sandbox", // tests may run as root, where Chromium's own sandbox cannot
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

// The console repeats each answer that is no success, and a worker that could not be renewed without a network;
// tests look at the answers themselves, and at what the worker keeps.
const network = /^(Failed to load resource|An unknown error occurred when fetching the script)/;

/** Fails with every fault on a line of its own. */
function none(faults, sentence) {
  assert.ok(faults.length === 0, `${sentence}:\n${faults.join("\n")}`);
}

function chromiumPath() {
  const found = [process.env.SAMSYN_TEST_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"]
    .find((file) => file && existsSync(file));
  assert.ok(found, "Chromium is not installed: run tools/deps.sh test");
  return found;
}

/** The cookies of somebody of the exercise data, for browser.page({ cookies }). */
export async function logIn(server, email) {
  const client = await server.logIn(email);
  return [...client.cookies].map(([name, value]) => ({ name, value, url: server.url }));
}

/** Until the worker keeps the forms of a municipality for when there is no network, and a script that it
 * fetches after them: "guard" looks for persons (the last of all), "photo" prepares photos; null: no script. */
export function kept(page, script = "guard", town = "1493") {
  return page.evaluate(async ([form, start]) => {
    for (;;) {
      for (const name of await caches.keys()) {
        const paths = (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname);
        if (paths.includes(form) && (!start || paths.some((p) => p.startsWith(start)))) return;
      }
      await new Promise(requestAnimationFrame);
    }
  }, [`/${town}/rapportera/utan-nat/flera`, script && `/_/${script}.`]);
}

/** Does what leads to another page, and waits until that page is there whole: a click only waits until
 * its first bytes have come. A page that renews its own parts has no load of its own. */
export async function next(page, act) {
  const [answer] = await Promise.all([act(), page.waitForEvent("load")]);
  return answer;
}

/** Goes to what a keyboard can reach, and fails for what it cannot. */
export async function reach(what) {
  await what.waitFor();
  const reached = await what.evaluate((node) => {
    node.focus();
    return node.tabIndex >= 0 && node === document.activeElement;
  });
  assert.ok(reached, `${what} cannot be reached by the keyboard`);
}

/** Opens a page as on a slow telephone: it is drawn, and its scripts come when the answer is called. */
export async function openSlowly(page, address) {
  let come;
  const late = new Promise((done) => (come = done));
  await page.route(/\.js$/, (route) => late.then(() => route.continue()));
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => document.readyState !== "loading");
  await page.evaluate(() => new Promise(requestAnimationFrame)); // not before the style has come
  return async () => {
    come();
    await page.waitForLoadState();
  };
}

/** Until the server has counted all that the page tells of. */
export const counted = (page) => page.waitForFunction(() => !document.querySelector("[data-again]"));

export async function launch() {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: flags });
  return new Browser(browser);
}

export class Browser {
  constructor(browser) {
    this.browser = browser;
    this.complaints = []; // errors of scripts, of the console and of the security policy
    this.html = new Map(); // address -> what the server sent
    this.reading = []; // promises of it
  }

  /** A page in a context of its own. script: false switches JavaScript off. */
  async page({ width = 1280, height = 900, script = true, dark = false, cookies = [],
    reducedMotion = true, locale = "sv-SE" } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      javaScriptEnabled: script,
      colorScheme: dark ? "dark" : "light",
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
      locale,
      timezoneId: "Europe/Stockholm",
    });
    await context.addCookies(cookies);
    const close = context.close.bind(context);
    context.close = async () => {
      await Promise.all(this.reading); // what is closed cannot be read any more
      await close();
    };
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // maps are drawn without a graphics card here
    this.#listen(page);
    page.shot = (name) => shoot(page, name);
    return page;
  }

  #listen(page) {
    page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !network.test(text))
        this.complaints.push(`${page.url()}: ${text}`);
    });
    page.on("response", (response) => this.reading.push(this.#keep(response)));
  }

  async #keep(response) {
    const type = response.headers()["content-type"] ?? "";
    if (response.request().resourceType() !== "document" || !type.startsWith("text/html")) return;
    const text = await response.text().catch(() => null); // gone when the page went on
    if (text) this.html.set(response.url(), text);
  }

  /** Fails when a page complained. */
  checkQuiet() {
    const said = this.complaints.splice(0);
    none(said, "the browser complained");
  }

  /** All HTML that was seen, through the validator in one go. */
  async checkHtml() {
    await Promise.all(this.reading.splice(0));
    const pages = new Map(this.html);
    this.html.clear();
    assert.ok(pages.size > 0, "no page was seen");
    none(await validate(pages), "the HTML is not valid");
  }

  async close() {
    await this.browser.close();
  }
}

async function shoot(page, name) {
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

let axe; // its text

/** Fails for every violation that axe finds, with the rule, the element and the reason. */
export async function checkAccessible(page, { except = [] } = {}) {
  axe ??= await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(axe);
  const violations = await page.evaluate(async (skip) => {
    const found = await window.axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: Object.fromEntries(skip.map((rule) => [rule, { enabled: false }])),
    });
    return found.violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(" ")}: ${n.failureSummary}`));
  }, except);
  none(violations, `${page.url()} is not accessible`);
}

/** Fails when something is wider than the window: then one has to scroll sideways. */
export async function checkFits(page) {
  const over = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${page.url()} is ${over} px wider than the window`);
}

/** pages: Map of address -> HTML. Answers the faults; one start of Java for all. */
export async function validate(pages) {
  const dir = await mkdtemp(path.join(tmpdir(), "samsyn-html-"));
  try {
    const files = new Map();
    let number = 0;
    for (const [address, html] of pages) {
      const file = path.join(dir, `${++number}.html`);
      files.set(`file:${file}`, address);
      await writeFile(file, html);
    }
    const report = await nu([...files.keys()].map((file) => file.slice("file:".length)));
    return report.messages
      .filter((m) => m.type === "error" || m.type === "non-document-error")
      .map((m) => `${files.get(m.url) ?? m.url}:${m.lastLine}: ${m.message}: ${m.extract ?? ""}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function nu(files) {
  const jar = path.join(path.dirname(require.resolve("vnu-jar/package.json")),
    "build/dist/vnu.jar");
  const args = ["-Xss1m", "-jar", jar, "--format", "json", "--exit-zero-always", "--stdout",
    ...files];
  return new Promise((resolve, reject) => {
    execFile("java", args, { maxBuffer: 64 << 20, timeout: 300_000 }, (error, out, err) => {
      if (error) reject(new Error(`vnu.jar: ${error.message} ${err}`));
      else resolve(JSON.parse(out));
    });
  });
}
