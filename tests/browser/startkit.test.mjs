// SPDX-License-Identifier: AGPL-3.0-or-later
// A new municipality in a real browser: how many pages and fields it takes to the first report, without a
// mouse and without script; how it looks; and what comes out of the printer.

import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import test, { after, before } from "node:test";
import { execute } from "../scenario/database.mjs";
import { newInstallation, samsynOk, startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch } from "./lib.mjs";

const at = "/1447/installningar";
const password = "korgstol vinterdag tall";
let place, server, browser, cookies;

before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args, "--municipality", "1447"]);
  await samsynOk(["account", "add", ...place.args, "--name", "Samordnare Exempel", "--role",
    "prevention_coordinator", "--municipality", "1447", "samordnare@example.se"], { input: `${password}\n` });
  await execute(place, ["INSERT INTO setting (municipality_code, key, value) VALUES ('0000', 'require_factor', '0')"]);
  server = await startServer({ place, args: ["--no-limits", "--demo"] });
  browser = await launch();
  const client = server.client();
  await client.submitOk(await client.get("/logga-in"), "/logga-in",
    { email: "samordnare@example.se", password });
  cookies = [...client.cookies].map(([name, value]) => ({ name, value, url: server.url }));
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await place?.remove();
});

/** Presses a link or button by the keyboard alone, and waits for what it leads to. */
async function press(page, locator) {
  await locator.focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

test("from nothing to the first report: at most 20 pages and 20 fields, by keyboard, without script", async () => {
  const page = await browser.page({ cookies, script: false });
  const count = { pages: 0, fields: 0 };
  page.on("response", (r) => {
    if (r.request().resourceType() === "document" && r.status() < 300) count.pages++;
  });
  const fill = async (selector, value) => {
    count.fields++;
    const field = page.locator(selector);
    if ((await field.evaluate((f) => f.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  };
  const send = () => press(page, page.locator("main form:not(.no-print) button[type=submit]").first());
  const onward = () => press(page, page.locator(".next-step a.button"));
  const toList = () => page.goto(`${server.url}${at}/kom-igang`);

  await page.goto(`${server.url}${at}`); // a notice leads to the list
  await press(page, page.locator(".notice a"));
  await onward(); // organisations
  await fill("#f-name", "Gullspångsbostäder Exempel");
  await fill("#f-kind", "housing");
  await send();

  await toList();
  await onward(); // reporters
  await fill("#f-organisation", { label: "Gullspångsbostäder Exempel" });
  await fill("#f-lines", "Bo Exempel; bo@example.se\nAnn Exempel; ann@example.se");
  await fill("#f-slips", "2");
  await send();
  assert.match(await page.textContent("table"), /Bo Exempel.*Ett mejl är på väg/s);
  const code = await page.locator(".slip .slip-code").first().textContent();

  await page.goto(`${server.url}${at}/kom-igang`); // the rhythm: what is suggested is taken
  await press(page, page.locator(`ol.steps a[href$="${at}/rytm"]`));
  await send();
  await page.goto(`${server.url}/1447/nu`); // a period is open at once
  const now = await page.textContent("main");
  assert.match(now, /Vecka \d+/);
  assert.doesNotMatch(now, /öppnas inte av sig själva/);

  await page.goto(`${server.url}${at}/personuppgifter`);
  await fill("#f-email", "dataskydd@example.se");
  await send();

  // a reporter takes a slip up on another device, and reports
  const phone = await browser.page({ width: 390, script: false });
  phone.on("response", (r) => {
    if (r.request().resourceType() === "document" && r.status() < 300) count.pages++;
  });
  await phone.goto(`${server.url}/lapp/${code}`);
  for (const [name, value] of [["name", "Eva Exempel"], ["email", "eva@example.se"], ["password", password]]) {
    count.fields++;
    await phone.fill(`#f-${name}`, value);
  }
  await press(phone, phone.locator("main button[type=submit]").first());
  await phone.goto(`${server.url}/1447/rapportera`);
  assert.match(await phone.textContent("main"), /112/);
  await phone.context().close();

  await toList();
  const said = await page.textContent("main");
  assert.match(said, /4 av 8 steg är klara/);
  for (const key of ["types", "areas", "posters"]) { // three that may be said
    await press(page, page.locator(`form:has(input[value=${key}]) button`));
  }
  assert.match(await page.textContent("main"), /7 av 8 steg är klara/);
  console.log(`# start kit: ${count.pages} pages, ${count.fields} fields`);
  assert.ok(count.pages <= 20, `${count.pages} pages`);
  assert.ok(count.fields <= 20, `${count.fields} fields`);
  await page.context().close();
});

const pages = ["/kom-igang", "/affischer", "/affischer/rapportorer", "/affischer/invanare",
  "/personuppgifter", "/konton/flera", ""];

/* Every page by itself, at 320 px too: pages.test.mjs. */
test("its pages look well on a phone and a screen, by night and by day", async () => {
  for (const [width, dark] of [[390, true], [1280, false]]) {
    const page = await browser.page({ width, dark, cookies });
    for (const path of [...pages.map((p) => at + p), "/gullspang/personuppgifter", "/lapp"]) {
      await page.goto(server.url + path);
      await checkFits(page);
      await page.shot(`startkit-${path.replace(/\W+/g, "-")}-${width}-${dark ? "dark" : "light"}`);
    }
    await page.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});

test("slips that were just made: whole page accessible, and cut from the paper two by two", async () => {
  const page = await browser.page({ cookies });
  await page.goto(`${server.url}${at}/konton/flera`);
  await page.selectOption("#f-organisation", { label: "Gullspångsbostäder Exempel" });
  await page.fill("#f-slips", "9");
  await Promise.all([page.waitForNavigation(), page.click("main form button[type=submit]")]);
  assert.equal(await page.locator(".slip").count(), 9);
  await checkAccessible(page);
  await page.shot("startkit-slips");
  await page.emulateMedia({ media: "print" });
  const boxes = await page.locator(".slip").evaluateAll((all) => all.map((s) => s.getBoundingClientRect().x));
  assert.equal(new Set(boxes.map(Math.round)).size, 2);
  assert.equal(await page.locator(".site-head").isVisible(), false);
  assert.equal(await page.locator("h1").isVisible(), false);
  assert.equal(pagesOf(await page.pdf({ preferCSSPageSize: true })), 2);
  await page.context().close();
  const phone = await browser.page({ width: 390, cookies });
  await phone.goto(`${server.url}/lapp`);
  await checkFits(phone);
  await phone.context().close();
  browser.checkQuiet();
});

/** Pages of a PDF: its page objects, also in compressed streams of objects. */
function pagesOf(bytes) {
  let text = bytes.toString("latin1");
  for (const m of text.matchAll(/stream\r?\n/g)) {
    const from = m.index + m[0].length, to = text.indexOf("endstream", from);
    try {
      text += inflateSync(bytes.subarray(from, to)).toString("latin1");
    } catch {
      continue; // a stream that is not packed that way
    }
  }
  return (text.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
}

test("a poster is one sheet of A4, black on white, in letters that are read at two metres", async () => {
  const page = await browser.page({ cookies, dark: true });
  for (const path of ["rapportorer", "invanare"]) {
    await page.goto(`${server.url}${at}/affischer/${path}`);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.equal(pagesOf(pdf), 1, path);
    const look = await page.locator(".poster").evaluate((p) => {
      const size = (s) => parseFloat(getComputedStyle(p.querySelector(s)).fontSize) * 0.75;
      const style = getComputedStyle(p);
      return { ink: style.color, paper: style.backgroundColor, call: size(".poster-call"),
        address: size(".poster-address"), alarm: size(".poster-alarm p") };
    });
    assert.equal(look.ink, "rgb(0, 0, 0)");
    assert.equal(look.paper, "rgb(255, 255, 255)");
    assert.ok(look.call >= 40 && look.address >= 24 && look.alarm >= 24, JSON.stringify(look));
    assert.equal(await page.locator("h1").isVisible(), false);
    await page.emulateMedia({ media: "screen" });
  }
  await page.context().close();
  browser.checkQuiet();
});
