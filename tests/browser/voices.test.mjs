// SPDX-License-Identifier: AGPL-3.0-or-later
// From what inhabitants have told to what the public reads, in a real browser: accessible and narrow,
// by keyboard alone, without script.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { execute, insert } from "../scenario/database.mjs";
import { newInstallation, startServer } from "../scenario/lib.mjs";
import { newId } from "../scenario/objects.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

const OWN = "/1493/otrygga-platser/publicerat", PUBLIC = "/mariestad/otrygga-platser";
const NOW = new Date(Date.now() + 2 * 3600_000); // never in a month that has ended in Sweden
const AT = Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 3, 10, 12);
const MONTH = new Date(AT).toISOString().slice(0, 7);
let place, server, browser, cookies;

/** An accepted report, past the program. */
function report(feeling, reasons, east) {
  const id = newId();
  return [insert("event", {
    municipality_code: "1493", id, source: "citizen", type_code: feeling === "safe" ? "positive" : "unsafe_place",
    occurred_from: AT, occurred_to: AT, local_weekday: 1, local_hour: 12, local_week: 202601,
    precision: "point", east, north: 6507010, state: "included", version: 1, reported_at: AT, changed_at: AT,
  }), insert("citizen_report", {
    municipality_code: "1493", id, feeling, reasons, times: "", state: "received", code_until: AT * 2,
    received_at: AT, changed_at: AT, version: 1,
  })];
}
const many = (n, ...values) => Array.from({ length: n }, () => report(...values)).flat();

before(async () => {
  place = await newInstallation({ exercise: 1 });
  await execute(place, [...many(6, "unsafe", "lighting overview", 431800),
    ...many(5, "safe", "people", 431800), ...many(2, "unsafe", "desolate", 450000)]);
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await place?.remove();
});

test("by keyboard alone and without script: gathered, answered, published, read, taken back", async () => {
  const page = await browser.page({ width: 390, height: 844, cookies, script: false });
  const press = (role, name) => next(page, async () => {
    await page.getByRole(role, { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  });
  await page.goto(`${server.url}/1493/otrygga-platser`);
  await press("link", "Publicerat");
  await page.locator("#f-from").selectOption(MONTH);
  await page.locator("#f-to").selectOption(MONTH);
  await press("button", "Samla rapporterna");
  assert.match(await page.locator("main").innerText(), /6 rapporter/);
  assert.equal(await page.getByRole("button", { name: "Publicera", exact: true }).count(), 0);
  await next(page, async () => {
    await page.locator("tbody a").first().focus();
    await page.keyboard.press("Enter");
  });
  await page.locator("#f-done").focus();
  await page.keyboard.type("Belysning åtgärdas före 1 oktober.");
  await press("button", "Spara");
  await press("button", "Publicera");
  await press("link", "Se sidan som allmänheten läser");
  const text = await page.locator("main").innerText();
  assert.match(text, /Mariestad med omnejd: känns otrygg[^]*Belysning åtgärdas före 1 oktober\./);
  assert.match(text, /Mariestad med omnejd: känns trygg/);
  assert.doesNotMatch(text, /öde|6 rapporter/);
  await page.context().close();
});

test("all its pages are accessible and fit: phone, screen, light and dark", async () => {
  for (const [width, dark] of [[320, false], [390, true], [1280, false]]) {
    const page = await browser.page({ width, height: 844, dark, cookies });
    const look = async (name) => {
      await checkAccessible(page);
      await checkFits(page);
      await page.shot(`voices-${name}-${width}`);
    };
    await page.goto(`${server.url}/1493/otrygga-platser`);
    await look("reports");
    await page.goto(server.url + OWN);
    await look("list");
    await next(page, () => page.locator("tbody a").first().click());
    await look("one");
    await next(page, () => page.locator("tbody a").first().click());
    await page.locator("#f-done").fill("");
    await next(page, () => page.getByRole("button", { name: "Spara", exact: true }).click());
    await look("wrong");
    await page.goto(server.url + PUBLIC);
    await look("public");
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});
