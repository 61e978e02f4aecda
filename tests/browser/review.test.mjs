// SPDX-License-Identifier: AGPL-3.0-or-later
// The coordinator's inbox in a real browser: fifty reports by keyboard, the way back, words said aloud,
// without script, small and large, light and dark.

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

const hours = (n) => new Date(Date.now() - n * 3600_000).toISOString();

async function reports(n, more = () => ({})) {
  const client = await server.logIn("bovard.1493@example.se");
  const csrf = (await client.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  for (let i = 0; i < n; i++) {
    const answer = await client.send("POST", "/api/v1/1493/events", {
      headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": csrf },
      body: JSON.stringify({ type: "other", occurred_from: hours(10), precision: "point",
        east: 430000 + 80 * i, north: 6507010, description: `rapport ${i}`, ...more(i) }),
    });
    assert.equal(answer.status, 201, answer.text);
  }
}

async function open(path = "/1493/granska", options = {}) {
  const page = await browser.page({ cookies, ...options });
  await page.goto(server.url + path);
  return page;
}

const live = (page) => page.locator("[data-live]");
const heading = (page) => page.evaluate(() => document.activeElement.querySelector("h3")?.textContent);

/** A key, counted, and what is said after it. */
function keyboard(page) {
  let pressed = 0;
  return {
    press: async (key) => { pressed++; await page.keyboard.press(key); },
    said: (words) => live(page).filter({ hasText: words }).waitFor({ state: "attached" }),
    pressed: () => pressed,
  };
}

/* Every page by itself, at 320 px too: pages.test.mjs. */
test("the pages look well on a phone and a screen, by night and by day", async () => {
  await reports(2, (i) => ({ east: 439000 + i, description: i ? "Ring" : "Klotter igen" }));
  const list = await open();
  const one = await list.locator("a[data-key=o]").last().getAttribute("href");
  await list.context().close();
  for (const [width, dark] of [[390, true], [1280, false]])
    for (const [name, path] of [["inbox", "/1493/granska"], ["one", one], ["mine", "/1493/till-dig"]]) {
      const page = await open(path, { width, dark });
      await checkFits(page);
      await page.shot(`review-${name}-${width}${dark ? "-dark" : ""}`);
      await page.context().close();
    }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("the map of a report that counts nowhere yet shows its place", async () => {
  const list = await open();
  const one = await list.locator("a[data-key=o]").last().getAttribute("href");
  await list.context().close();
  const page = await open(one, { width: 1280 });
  await page.locator(".map .map-mark svg").waitFor();
  assert.equal(await page.locator(".key").count(), 0);
  await page.locator(".map[data-drawn]").waitFor();
  await checkAccessible(page);
  await page.shot("review-map-1280");
  await page.context().close();
});

test("fifty reports are reviewed with a key each, and focus goes to the next", async () => {
  const before = await open();
  const there = await before.locator("[data-report]").count();
  await before.context().close();
  await reports(50 - there);
  const page = await open("/1493/granska", { width: 1280 }), hand = keyboard(page);
  assert.equal(await page.locator("[data-report]").count(), 50);
  await hand.press("g");
  await hand.said("Gå till en rapport med j först");
  await hand.press("j");
  for (let left = 50; left > 0; left--) {
    assert.ok(await heading(page), `${left} left, and one is in focus`);
    if (left === 40) { // one is rejected: a letter, a digit for why, and Enter
      await hand.press("a");
      await page.locator("dialog[open]").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.name), "skal");
      assert.equal(await page.locator("dialog[open] input[name=skal]:checked").count(), 0, "nothing is chosen beforehand");
      await hand.press("3");
      assert.equal(await page.locator("dialog[open] input[name=skal]:checked").inputValue(), "unclear");
      await hand.press("Enter");
    } else await hand.press("g");
    await hand.said(left > 1 ? new RegExp(`(Godkänd|Avslagen)\\. ${left - 1} rapport`) : /Inget väntar/);
  }
  const seen = await page.locator("[data-said]").boundingBox();
  assert.ok(seen && seen.y >= 0 && seen.y < 400, "what was done is told where the eye is");
  assert.ok(hand.pressed() <= 60, `${hand.pressed()} keys for 50 reports`);
  assert.match(await page.locator(".site-nav [aria-current]").innerText(), /^Granska$/);
  assert.equal(await page.evaluate(() => document.activeElement.innerText.includes("Inget väntar")), true);
  await checkAccessible(page);
  await page.context().close();
  browser.checkQuiet();
});

test("undo by a key brings the latest back", async () => {
  await reports(2, (i) => ({ description: `ångerord ${i}`, east: 434000 + 500 * i }));
  const page = await open(), hand = keyboard(page);
  await hand.press("j");
  await hand.press("g");
  await hand.said(/Godkänd\. 1 rapport/);
  assert.equal(await page.getByText("ångerord 0").count(), 0);
  await next(page, () => hand.press("u"));
  assert.equal(await page.getByText("ångerord 0").count(), 1);
  assert.match(await page.locator("main").innerText(), /Det senaste är ångrat/);
  await page.waitForFunction(() => document.activeElement.innerText.includes("ångerord 0"));
  await page.context().close();
});

test("chosen ones are done in one press, and arrows move as well", async () => {
  const page = await open(), hand = keyboard(page);
  await hand.press("ArrowDown");
  await hand.press("x");
  await hand.said("Vald");
  await hand.press("ArrowDown");
  await hand.press("x");
  await hand.press("g");
  await hand.said(/Godkänd, 2 rapporter\. Inget väntar/);
  await page.context().close();
});

test("the same happening is linked by a key, to the main report that is chosen", async () => {
  await reports(3, (i) => ({ type: "disturbance.noise", description: `bullerord ${i}`, east: 436000 + 20 * i }));
  const page = await open(), hand = keyboard(page);
  assert.match(await page.locator("h2", { hasText: "kan vara samma händelse" }).innerText(), /^3 rapporter/);
  await hand.press("j");
  await hand.press("j");
  await hand.press("h"); // the second is the main one
  await hand.press("k");
  await hand.press("s");
  await hand.said("Kopplad som samma händelse. 2 rapporter");
  await page.locator("[data-report]", { hasText: "bullerord 1" }).getByRole("link", { name: "Öppna" }).click();
  await page.getByRole("heading", { name: "Fler som har berättat om samma händelse" }).waitFor();
  await page.context().close();
});

test("on the main report the same key takes the whole group, and its number stays", async () => {
  await reports(3, (i) => ({ type: "disturbance.noise", description: `helord ${i}`, east: 445000 + 20 * i }));
  const page = await open("/1493/granska", { width: 390 }), hand = keyboard(page);
  const card = (i) => page.locator("[data-report]", { hasText: `helord ${i}` });
  const number = await card(1).locator(".review-no").innerText();
  await card(0).focus();
  assert.match(await card(0).locator("button[value=link]").innerText(), /^Godkänn och koppla hit de andra/);
  await hand.press("h");
  await card(1).focus();
  await hand.press("h");
  await hand.said(`Samma som rapport ${number}`);
  assert.match(await card(0).locator("button[value=link]").innerText(), new RegExp(`^Samma som rapport ${number}`));
  const there = await page.locator("[data-report]").count();
  await hand.press("s");
  await hand.said("Kopplad som samma händelse, 3 rapporter.");
  assert.equal(await page.locator("[data-report]").count(), there - 3);
  const bar = page.locator("[data-said]", { hasText: "Kopplad som samma händelse, 3 rapporter." });
  await bar.waitFor();
  const box = await bar.boundingBox();
  assert.ok(box.y >= 0 && box.y < 844, `the message stands at ${box.y}`);
  await next(page, () => hand.press("u"));
  assert.equal(await card(1).locator(".review-no").innerText(), number);
  await card(0).focus();
  await hand.press("s");
  await hand.said("Kopplad som samma händelse, 3 rapporter.");
  await page.context().close();
});

test("what is left of a group says what it is, and what was accepted can be linked to", async () => {
  await reports(4, (i) => ({ type: "disturbance.noise", description: `parord ${i}`,
    east: 441000 + 20 * i + (i > 1 ? 3000 : 0) }));
  const page = await open(), hand = keyboard(page);
  const card = (i) => page.locator("[data-report]", { hasText: `parord ${i}` });
  const title = (i) => page.locator("[data-group]", { has: card(i) }).locator("h2");
  await card(0).focus();
  await hand.press("g");
  await hand.said("Godkänd. ");
  assert.equal(await title(1).innerText(), "Kan vara samma som något som redan är med");
  assert.match(await page.locator("[data-group]", { has: card(1) }).locator("fieldset label").innerText(), /^Störande ljud|Buller|Oväsen|^.+, /);
  await checkAccessible(page);
  await card(1).focus();
  await hand.press("s");
  await hand.said("Kopplad som samma händelse. ");
  assert.equal(await card(1).count(), 0);
  await card(2).focus(); // the other pair: one is rejected, and the other is alone
  await hand.press("a");
  await page.locator("dialog[open]").waitFor();
  await hand.press("3");
  await hand.press("Enter");
  await hand.said("Avslagen. ");
  assert.equal(await title(3).textContent(), "En rapport för sig");
  assert.equal(await card(3).getByText("Samma som").count(), 0);
  await hand.press("g");
  await hand.said("Godkänd. ");
  await page.context().close();
});

test("shortcuts can be turned off, and stay so", async () => {
  const page = await open();
  await page.getByText("Kortkommandon", { exact: true }).click();
  await page.getByRole("button", { name: "Stäng av kortkommandon" }).click();
  const here = await page.locator("[data-report]").count();
  await page.locator("[data-report]").first().focus();
  await page.keyboard.press("g");
  await page.reload();
  await page.locator("[data-report]").first().focus();
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  assert.equal(await page.locator("input[name=rapport]:checked").count(), 0);
  assert.equal(await page.locator("[data-report]").count(), here);
  assert.equal(await page.locator("[data-report] kbd").first().isVisible(), false);
  await page.getByText("Kortkommandon", { exact: true }).click();
  await page.getByRole("button", { name: "Slå på kortkommandon" }).click();
  await page.locator("[data-report]").first().focus();
  await page.keyboard.press("x");
  assert.equal(await page.locator("input[name=rapport]:checked").count(), 1);
  await page.context().close();
});

test("letters that are written are letters, and what another has done is said in the report", async () => {
  const page = await open(), other = await open();
  await page.keyboard.press("j");
  await page.keyboard.press("f");
  await page.locator("dialog[open] textarea").waitFor();
  await page.keyboard.type("jag undrar");
  assert.equal(await page.locator("dialog[open] textarea").inputValue(), "jag undrar");
  await page.keyboard.press("Escape");
  assert.ok(await heading(page), "focus goes back to the report");
  await other.keyboard.press("j");
  await other.keyboard.press("g");
  await live(other).filter({ hasText: "Godkänd" }).waitFor({ state: "attached" });
  await page.keyboard.press("g");
  await page.locator("[data-report] [data-fault]", { hasText: "Redan hanterad: Godkänd" }).waitFor();
  await page.context().close();
  await other.context().close();
});

test("without script every action is a form", async () => {
  await reports(2, (i) => ({ description: `utanord ${i}`, east: 437000 + 700 * i }));
  const page = await open("/1493/granska", { script: false, width: 390 });
  const card = page.locator("[data-report]", { hasText: "utanord 0" });
  await next(page, () => card.getByRole("button", { name: "Godkänn" }).click());
  assert.match(await page.locator("main").innerText(), /Rapporten är godkänd\.[\s\S]*Senast: Godkänd/);
  const rest = page.locator("[data-report]", { hasText: "utanord 1" });
  await next(page, () => rest.getByRole("link", { name: "Avslå" }).click());
  const form = page.locator("#granska-avsla");
  await form.getByText("Går inte att förstå").click();
  await next(page, () => form.getByRole("button", { name: "Avslå" }).click());
  assert.match(await page.locator("main").innerText(), /Rapporten är avslagen/);
  await next(page, () => page.getByRole("button", { name: "Ångra" }).click());
  await page.locator("[data-report]", { hasText: "utanord 1" }).getByText(/Välj rapport/).click();
  await next(page, () => page.getByRole("button", { name: "Gör det med de valda" }).click());
  assert.match(await page.locator("main").innerText(), /Välj vad som ska göras/);
  await page.getByLabel("Gör så här").selectOption({ label: "Godkänn" });
  await next(page, () => page.getByRole("button", { name: "Gör det med de valda" }).click());
  assert.equal(await page.getByText("utanord 1").count(), 0);
  await page.context().close();
});

test("the question mark opens the list of keys, and closes it", async () => {
  await reports(1, () => ({ description: "tangentord" }));
  const page = await open();
  const help = page.locator("[data-help]");
  await help.waitFor();
  await page.keyboard.press("?");
  assert.equal(await help.evaluate((d) => d.open), true);
  await page.keyboard.press("?");
  assert.equal(await help.evaluate((d) => d.open), false);
  await page.context().close();
});
