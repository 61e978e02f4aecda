// SPDX-License-Identifier: AGPL-3.0-or-later
// Actions in a real browser: every page accessible and within the window, by keyboard alone, without
// script, and on paper.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

const at = "/1493/atgarder";
let server, browser, cookies, late, done;

before(async () => {
  server = await startServer({ exercise: 1, municipalities: ["1493"], args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
  const page = await open("");
  const href = (name) => page.getByRole("link", { name }).getAttribute("href");
  late = (await href(/Fotpatrull/)).slice(at.length);
  done = (await href(/Bättre ljus/)).slice(at.length);
  await page.context().close();
}, { timeout: 240_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies, ...options });
  await page.goto(server.url + at + path);
  return page;
}

/* Every page by itself, at 320 px too: pages.test.mjs. */
test("the pages look well on a phone and a screen, by night and by day", async () => {
  const pages = { list: "", wheel: "/arshjul", new: "/ny", late, done, edit: `${late}/redigera`,
    plan: `${late}/plan` };
  for (const [width, dark] of [[390, true], [1280, false]])
    for (const [name, path] of Object.entries(pages)) {
      const page = await open(path, { width, dark });
      await checkFits(page);
      await page.shot(`action-${name}-${width}${dark ? "-dark" : ""}`);
      await page.context().close();
    }
  browser.checkQuiet();
  await browser.checkHtml();
});

/** Presses Tab until the field (or button) has the focus: a few times at most. */
async function reach(page, name) {
  const here = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  for (let i = 0; i < 6 && (await here()) !== name; i++) await page.keyboard.press("Tab");
  assert.equal(await here(), name);
}

test("an action is made by keyboard alone, from the list to its page", async () => {
  const page = await open("");
  const last = new Date(Date.now() + 60 * 86_400_000);
  await page.getByRole("link", { name: "Ny åtgärd" }).focus();
  await next(page, () => page.keyboard.press("Enter"));
  await page.locator("#f-problem").focus();
  for (const [name, words] of [["f-problem", "Det är mörkt i parken på kvällarna."],
    ["f-type", "Skade"], ["f-place", "Exempelparken"], ["f-title", "Byt lampor"], ["f-kind", "Bättre"],
    ["f-organisation", ""], ["f-first", ""], ["f-first-month", ""], ["f-first-year", ""],
    ["f-last", last.getDate()], ["f-last-month", last.getMonth() + 1],
    ["f-last-year", last.getFullYear()]]) {
    await reach(page, name);
    await page.keyboard.type(String(words));
  }
  await reach(page, "Spara åtgärden");
  await next(page, () => page.keyboard.press("Enter"));
  const text = await page.locator("main").innerText();
  assert.match(text, /Byt lampor/);
  assert.match(text, /inom 200 m från Exempelparken/);
  assert.match(text, /Bättre belysning/);
  assert.match(text, /Programmets förslag/);
  await page.context().close();
});

test("a form that is sent with faults leads to each of them", async () => {
  const page = await open("/ny");
  await next(page, () => page.getByRole("button", { name: "Spara åtgärden" }).click());
  await checkAccessible(page);
  await page.getByRole("alert").getByRole("link").first().click();
  assert.match(await page.evaluate(() => document.activeElement.id), /^f-/);
  await page.shot("action-faults");
  await page.context().close();
});

test("without script: the state is changed, the plan is counted, the list is filtered", async () => {
  const page = await open(late, { script: false, width: 390 });
  await page.locator("label", { hasText: /^Klar$/ }).click();
  await page.locator("#f-note").fill("Sista passet är gjort.");
  await next(page, () => page.getByRole("button", { name: "Spara läget" }).click());
  assert.match(await page.locator("main").innerText(), /Klar: Sista passet är gjort\./);
  await page.goto(`${server.url}${at}${late}/plan`);
  await next(page, () => page.getByRole("button", { name: "Räkna tiden före" }).click());
  assert.match(await page.locator("main").innerText(), /Händelser på platsen, tiden före/);
  await page.goto(server.url + at);
  await page.locator("summary", { hasText: "Urval" }).click();
  await page.locator("#f-state").selectOption("done");
  await next(page, () => page.locator("form[data-live] button").first().click());
  const text = await page.locator("main").innerText();
  assert.match(text, /3 åtgärder i Mariestad/);
  await page.context().close();
});

test("on paper the wheel and its table are there, and no navigation", async () => {
  const page = await open("/arshjul");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("svg[role=img]").isVisible(), true);
  assert.equal(await page.getByRole("table").isVisible(), true);
  assert.equal(await page.locator("nav").first().isVisible(), false);
  assert.equal(await page.getByRole("link", { name: "Alla åtgärder" }).isVisible(), false);
  await page.context().close();
});
