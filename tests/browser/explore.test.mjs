// SPDX-License-Identifier: AGPL-3.0-or-later
// Analys in a real browser: with script, without, by keyboard, on a phone, in the dark.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

let server, browser, cookies;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  cookies = await logIn(server, "samordnare@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = (options) => browser.page({ cookies, ...options });
const answered = (page) => page.waitForSelector("[data-part=answer] .sentence");
const LONG = "/1493/analys?question=repeat&method=mantel&p-permutations=9999";

test("every question is accessible and fits, on a phone and a screen, light and dark", async () => {
  for (const [width, dark] of [[390, true], [1280, false]]) {
    const page = await open({ width, dark });
    for (const address of ["/1493/analys", "/1493/analys?method=repeat-places", "/1493/analys?question=repeat&type=theft", "/1493/analys?question=clusters",
      "/1493/analys?question=changed", "/1493/analys?question=changed&method=farrington", "/1493/analys?question=when",
      "/1493/analys?question=season", "/1493/analys?question=season&method=harmonic"]) {
      await page.goto(server.url + address);
      await answered(page);
      await checkAccessible(page);
      await checkFits(page);
    }
    for (const address of ["/1493/analys?question=helped", "/1493/analys?method=knox&p-days=x", LONG]) {
      await page.goto(server.url + address);
      await checkAccessible(page);
      await checkFits(page);
    }
    await page.shot(`explore-${width}`);
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

/** Selects whose chosen text has no room, on one line or on several. */
const cut = (page) => page.evaluate(() => [...document.querySelectorAll("select")].filter((s) => s.offsetWidth).map((s) => {
  const style = getComputedStyle(s), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = s.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const lines = Math.floor((s.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)) /
    (1.1 * parseFloat(style.fontSize)));
  const text = s.selectedOptions[0].textContent;
  return pen.measureText(text).width > room * lines ? `${s.name}: ${text}` : "";
}).filter(Boolean));

test("what is chosen is read whole, and no two names on an axis lie on each other", async () => {
  const at = new Date(Date.now() - 200 * 864e5).toISOString().slice(0, 10);
  for (const width of [1280, 390, 320]) {
    const page = await open({ width });
    for (const ask of ["question=where", "question=clusters", "question=season&method=harmonic", "question=helped&method=did",
      "question=changed&method=breaks&type=damage.graffiti", `question=helped&method=its&p-at=${at}`]) {
      await page.goto(`${server.url}/1493/analys?${ask}`);
      if (!ask.endsWith("did")) await answered(page);
      await page.evaluate(() => document.querySelectorAll("details.filter").forEach((d) => (d.open = true)));
      assert.deepEqual(await cut(page), [], `${width} ${ask}`);
    }
    const over = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".timeline .plot > text")].map((t) => [t.textContent, t.getBoundingClientRect()])
        .filter(([, b]) => b.width);
      return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
        a.top < b.bottom - 5 && b.top < a.bottom - 5).map(([two]) => `${one} / ${two}`));
    });
    assert.deepEqual(over, [], String(width));
    const past = await page.evaluate(() => [...document.querySelectorAll(".timeline .plot > text")]
      .filter((t) => t.getBoundingClientRect().right > innerWidth).map((t) => t.textContent));
    assert.deepEqual(past, [], String(width));
    await checkFits(page);
    await page.context().close();
  }
});

test("another question renews the answer, the method and the address without loading the page", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/analys`);
  await answered(page);
  await page.evaluate(() => (window.sameOne = true));
  await page.getByText("När i veckan händer det?").click();
  await page.waitForSelector(".hourweek");
  assert.equal(await page.textContent("[data-part=method]"), "Veckodag och timme");
  assert.equal(await page.locator("[data-map]").count(), 0);
  await page.getByText("Var händer det mest?").click();
  await page.locator("[data-map]").scrollIntoViewIfNeeded(); // it is drawn when it is about to be seen
  await page.waitForSelector("[data-map][data-drawn]");
  assert.equal(await page.evaluate(() => window.sameOne), true);
  assert.match(page.url(), /question=where/);
  await page.context().close();
  browser.checkQuiet();
});

test("a setting is kept while it is typed, and a wrong one is said at the field", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/analys?question=where&p-cell=1000`);
  await answered(page);
  const cell = page.locator("#f-p-cell");
  await cell.fill("250");
  await cell.press("Tab"); // to the next field, which must keep the keyboard
  await page.waitForFunction(() => location.search.includes("p-cell=250"));
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  assert.equal(await cell.inputValue(), "250");
  await cell.fill("7");
  await page.locator("form.ask button[type=submit]").click();
  await page.waitForSelector("#e-p-cell, #f-p-cell[aria-invalid=true]");
  assert.equal(await cell.inputValue(), "7");
  await page.context().close();
});

test("long work shows how far it is and is stopped by a button", async () => {
  for (const script of [true, false]) {
    const page = await open({ script });
    await page.goto(`${server.url}${LONG}&seed=${script ? 1 : 2}`);
    await page.waitForSelector("progress");
    await page.getByRole("button", { name: "Avbryt" }).click();
    await page.locator("[data-part=answer]", { hasText: "Räkningen avbröts" }).waitFor();
    await page.context().close();
  }
  browser.checkQuiet();
});

test("while the server counts, its button stays the same and half a date is not sent", async () => {
  const page = await open({});
  await page.goto(`${server.url}${LONG}&seed=3`);
  const stop = page.getByRole("button", { name: "Avbryt" });
  await stop.evaluate((node) => (window.firstOne = node));
  await stop.focus();
  await page.locator("#f-from").evaluate((field) => (field.value = "2026-1")); // somebody is writing
  for (let i = 0; i < 2; i++) { // renewed, and renewed again
    await page.locator("progress").first().evaluate((node) => (node.dataset.old = ""));
    const asked = await page.waitForRequest(/\/analys\?/);
    assert.notEqual(new URL(asked.url()).searchParams.get("from"), "2026-1");
    await page.waitForSelector("progress:not([data-old])");
  }
  assert.equal(await page.evaluate(() => document.activeElement === window.firstOne), true);
  await stop.press("Enter");
  await page.locator("[data-part=answer]", { hasText: "Räkningen avbröts" }).waitFor();
  await page.context().close();
  browser.checkQuiet();
});

test("without script the button counts, and a shared address shows the same", async () => {
  const page = await open({ script: false });
  await page.goto(`${server.url}/1493/analys`);
  await page.getByText("När i veckan händer det?").click();
  await next(page, () => page.getByRole("button", { name: "Räkna" }).click());
  const said = await page.textContent(".sentence");
  const shared = await page.inputValue("#dela");
  assert.match(shared, /seed=1&data=[0-9a-f]{16}-[0-9a-f]{16}$/);
  const other = await open({});
  await other.goto(shared);
  await answered(other);
  assert.equal(await other.textContent(".sentence"), said);
  assert.equal(await other.inputValue("#dela"), shared);
  await page.context().close();
  await other.context().close();
});

test("the keyboard alone gets to an answer", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/analys`);
  await answered(page);
  await page.focus("input[name=question]:checked");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => location.search.includes("question=repeat"));
  assert.equal(await page.evaluate(() => document.activeElement.value), "repeat");
  await page.context().close();
});

const BEGAN = new Date(Date.now() - 180 * 86_400_000).toISOString().slice(0, 10);
const DRAW = `/1493/analys?question=helped&method=wdd&p-start=${BEGAN}&p-treated=drawn`;
const CORNERS = [[0.35, 0.3], [0.65, 0.3], [0.65, 0.7], [0.35, 0.7]];

async function drawn(page, id = "karta-ground") {
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  await page.waitForSelector(`#${id}[data-drawn]`);
  return page.locator(`#${id} canvas`);
}

test("an area is drawn by pointing, counted, and stands in the address", async () => {
  const page = await open({});
  await page.goto(server.url + DRAW);
  const canvas = await drawn(page);
  const box = await canvas.boundingBox();
  for (const [x, y] of CORNERS) await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
  await page.waitForFunction(() => /p-ground=\d{6}-\d{7}(_\d{6}-\d{7}){3}(&|$)/.test(location.search));
  await answered(page);
  assert.match(await page.textContent("[data-map-said=karta-ground]"), /^4 hörn, [\d\s]+ km²/);
  const corners = await page.inputValue("#f-p-ground");
  await page.getByRole("button", { name: "Ta bort senaste hörnet" }).click();
  await page.waitForFunction(() => /p-ground=\d{6}-\d{7}(_\d{6}-\d{7}){2}(&|$)/.test(location.search));
  assert.ok(corners.startsWith(await page.inputValue("#f-p-ground")));
  await drawn(page, "karta-mark");
  assert.match(await page.textContent("#fore-efter"), /Ringen runt åtgärden, 500 m/);
  await checkAccessible(page);
  await checkFits(page);
  const other = await open({ script: false }); // the same by its address alone
  await other.goto(page.url());
  assert.equal(await other.textContent(".sentence"), await page.textContent(".sentence"));
  assert.equal(await other.inputValue("#f-p-ground"), await page.inputValue("#f-p-ground"));
  await other.context().close();
  await page.context().close();
  browser.checkQuiet();
});

test("an area is drawn with the keyboard alone, also on a phone", async () => {
  const page = await open({ width: 390 });
  await page.goto(server.url + DRAW);
  const canvas = await drawn(page);
  await canvas.focus();
  const said = (n) => page.waitForFunction((text) =>
    document.querySelector("[data-map-said=karta-ground]").textContent.includes(text), n);
  const moved = async (key) => {
    const before = await page.evaluate(() => document.querySelector("#karta-ground").dataset.moved);
    await page.keyboard.press(key);
    await page.waitForFunction((n) => document.querySelector("#karta-ground").dataset.moved !== n, before);
  };
  await page.keyboard.press("Enter");
  await said("Minst 2 hörn till");
  await moved("ArrowRight");
  await page.keyboard.press("Enter");
  await said("Minst 1 hörn till");
  await page.keyboard.press("Backspace");
  await said("Minst 2 hörn till");
  await page.keyboard.press("Enter");
  await moved("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.search.includes("p-ground="));
  await said("3 hörn");
  await answered(page);
  await checkAccessible(page);
  await checkFits(page);
  await page.context().close();
});

test("the middle of a circle is set on the map; without script both are written", async () => {
  const page = await open({});
  await page.goto(`${server.url}/1493/analys?question=helped&method=wdd&p-treated=circle`);
  const canvas = await drawn(page, "karta-radius");
  const box = await canvas.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction(() => /p-east=\d{6}&p-north=\d{7}/.test(location.search));
  assert.match(await page.textContent("[data-map-said=karta-radius]"), /Cirkelns mitt är satt/);
  const east = await page.inputValue("#f-p-east");
  await page.context().close();
  const plain = await open({ script: false });
  await plain.goto(server.url + DRAW);
  const at = Number(east);
  await plain.fill("#f-p-ground", `${at - 900} 6506000, ${at + 900} 6506000, ${at + 900} 6509000, ${at - 900} 6509000`);
  await Promise.all([plain.waitForNavigation(), plain.getByRole("button", { name: "Räkna" }).click()]);
  await plain.waitForSelector(".sentence");
  await plain.fill("#f-p-ground", "430000 6505000, 431000 6506000, 431000 6505000, 430000 6506000");
  await Promise.all([plain.waitForNavigation(), plain.getByRole("button", { name: "Räkna" }).click()]);
  assert.match(await plain.textContent("#e-p-ground"), /Sidorna får inte korsa varandra/);
  await plain.context().close();
});
