// SPDX-License-Identifier: AGPL-3.0-or-later
// A session that ends while somebody types, in a real browser: on a phone at night, with script and without.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "../scenario/client.mjs";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, next } from "./lib.mjs";

const EMAIL = "bovard.1493@example.se";
const TEXT = "Krossad ruta i entrén.\nGlas på gården.";

let server, browser;
before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function logIn(page) {
  await page.fill("#f-email", EMAIL);
  await page.fill("#f-password", PASSWORD);
  await send(page);
}

const send = (page) => next(page, () => page.click("main .actions button[type=submit]"));

/** The judges are scripts themselves. */
async function look(page, script, name) {
  if (!script) return;
  await checkAccessible(page);
  await checkFits(page);
  await page.shot(name);
}

for (const [width, dark, script] of [[390, true, true], [1280, false, true], [390, false, false]])
  test(`what was typed comes back after the log-in: ${width} px, ${script ? "with" : "without"} script`, async () => {
    const page = await browser.page({ width, dark, script });
    await page.goto(`${server.url}/logga-in?till=/1493/handelser/ny`);
    await logIn(page);
    await page.locator("label", { hasText: /^Skadegörelse$/ }).click();
    await page.fill("#f-when", "i natt");
    await page.fill("#f-place", "Mariestad");
    await page.fill("#f-text", TEXT);
    await page.context().clearCookies({ name: "samsyn" });
    await send(page);
    assert.match(await page.locator("main").innerText(), /Det du skrev är kvar/);
    await look(page, script, `kept-login-${width}`);
    await logIn(page);
    assert.match(await page.locator("[role=status]").first().innerText(), /Inget är skickat än/);
    assert.equal(await page.inputValue("#f-text"), TEXT);
    assert.equal(await page.inputValue("#f-when"), "i natt");
    assert.equal(await page.inputValue("#f-detail"), "");
    assert.ok(await page.getByLabel("Skadegörelse", { exact: true }).isChecked());
    await look(page, script, `kept-form-${width}`);
    await send(page);
    assert.match(page.url(), /\/kvitto$/);
    await page.context().close();
    browser.checkQuiet();
  });

test("whoever leaves a form that was put back is warned, since nothing is sent", async () => {
  const page = await browser.page({ width: 390 });
  await page.goto(`${server.url}/logga-in?till=/1493/handelser/ny`);
  await logIn(page);
  await page.locator("label", { hasText: /^Skadegörelse$/ }).click();
  await page.fill("#f-when", "i natt");
  await page.context().clearCookies({ name: "samsyn" });
  await send(page);
  await logIn(page);
  await page.locator("h1").click(); // a browser asks only somebody who has touched the page
  const asked = page.waitForEvent("dialog").then((dialog) => [dialog.type(), dialog.accept()]);
  await page.locator(".site-name").click();
  assert.equal((await asked)[0], "beforeunload");
  await page.context().close();
});
