// SPDX-License-Identifier: AGPL-3.0-or-later
// The start page and what is decided on it in a real browser: by keyboard, without script, on paper.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkFits, counted, launch, logIn, next } from "./lib.mjs";

let server, browser, cookies, areas, at, adopted;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
  const page = await open("/1493/nu");
  const hrefs = (part) => page.$$eval(`a[href*="${part}"]`, (list) => list.map((a) => a.getAttribute("href")));
  areas = [...new Set(await hrefs("/omraden/"))];
  at = areas[0].split("/omraden/")[0];
  await page.goto(`${server.url}/1493/nu/faststallda`);
  [adopted] = (await hrefs("/faststalld")).filter((href) => href.endsWith("/faststalld"));
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies, width: 1280, ...options });
  await page.goto(server.url + path);
  return page;
}

/* Every page by itself, at 320 px too: pages.test.mjs. */
test("the pages look well on a phone and a screen, by night and by day", async () => {
  const paths = ["/1493/nu", areas[0], `${at}/fokus`, `${at}/faststall`, adopted, "/1493/nu/faststallda",
    "/1493/installningar/rytm", "/1493/installningar/lov", "/1493/installningar/lov/ny"];
  for (const [width, dark] of [[390, true], [1280, false]]) {
    for (const [i, path] of paths.entries()) {
      const page = await open(path, { width, dark });
      if (path === "/1493/nu") await counted(page);
      await checkFits(page);
      await page.shot(`changes-${i}-${width}${dark ? "-dark" : ""}`);
      await page.context().close();
    }
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("the page renews itself when the places have been looked for, and when another period is chosen", async () => {
  const page = await open("/1493/nu");
  await counted(page);
  await page.getByText("räknas ut", { exact: true }).waitFor({ state: "detached" });
  const earlier = await page.locator("#f-period option").nth(3).getAttribute("value");
  const name = await page.locator("#f-period option").nth(3).textContent();
  await page.selectOption("#f-period", earlier);
  await page.locator('[data-part="answer"]').getByText(name, { exact: true }).waitFor();
  await page.locator(`.tabs a[href$="period=${earlier}"]`).waitFor(); // the tabs follow
  await counted(page);
  await page.getByText("Lägesbilden är fastställd").waitFor();
  await page.context().close();
});

test("a level is set by keyboard alone, and on to the next area", async () => {
  const page = await open(areas[0]);
  await page.locator('input[name="level"]').first().focus();
  while (!(await page.locator('input[name="level"][value="3"]').isChecked()))
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.name), "reason");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Fler händelser på kvällarna");
  await page.keyboard.press("Tab"); // save
  await page.keyboard.press("Tab"); // save and go on
  const [, other] = /Spara och gå till (.*)/.exec(await page.evaluate(() => document.activeElement.textContent));
  await next(page, () => page.keyboard.press("Enter"));
  await page.getByRole("heading", { level: 1, name: other }).waitFor();
  await page.getByText("Nivån är sparad.").waitFor();
  await page.goto(server.url + areas[0]);
  await page.getByText("Fler händelser på kvällarna").first().waitFor();
  await page.context().close();
});

test("focus is chosen and the picture adopted without script", async () => {
  const page = await open(`${at}/fokus`, { script: false });
  await page.fill('[name="name1"]', "Exempelparken");
  await page.click('label[for="f-need1"]');
  await page.click('label[for="f-influence1-1"]');
  await page.fill('[name="reason1"]', "Mest händer här");
  await next(page, () => page.getByRole("button", { name: "Spara fokusplatserna" }).click());
  await next(page, () => page.getByRole("link", { name: "Fastställ lägesbilden" }).click());
  await next(page, () => page.getByRole("button", { name: "Fastställ lägesbilden" }).click());
  await page.getByText("Siffrorna ändras inte").waitFor();
  await page.getByText("Exempelparken").first().waitFor();
  await page.goto(`${server.url}/1493/nu`);
  const earlier = await page.locator("#f-period option").nth(2).getAttribute("value");
  await page.selectOption("#f-period", earlier);
  await next(page, () => page.getByRole("button", { name: "Visa", exact: true }).click());
  assert.match(page.url(), new RegExp(earlier));
  await page.context().close();
});

test("on paper stands what was decided, and nothing to press", async () => {
  const page = await open(adopted);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("table").first().isVisible());
  assert.equal(await page.locator("nav:visible, button:visible").count(), 0);
  await page.shot("changes-print");
  await page.goto(`${server.url}/1493/nu`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("form:visible, button:visible").count(), 0);
  assert.ok(await page.getByText("Nivå per område").isVisible());
  await page.context().close();
});
