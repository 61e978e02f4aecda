// SPDX-License-Identifier: AGPL-3.0-or-later
// The end of the story: a caretaker reports, the coordinator answers by keyboard and without script, and two
// weeks later "åtgärdat, tack" stands on the caretaker's phone.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn, next } from "./lib.mjs";

let server, browser, coordinator, reporter;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  coordinator = await logIn(server, "samordnare@example.se");
  reporter = await logIn(server, "bovard.1493@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A report as the form without script sends it: the path of its receipt. */
async function report(text) {
  const client = await server.logIn("bovard.1493@example.se");
  const csrf = (await client.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  const answer = await client.send("POST", "/api/v1/1493/events", {
    headers: { "content-type": "application/json", origin: server.url, "x-csrf-token": csrf },
    body: JSON.stringify({ type: "damage.glass", occurred_from: new Date(Date.now() - 3600_000).toISOString(),
      precision: "point", east: 431800, north: 6507010, place_name: "Provtorget", description: text }),
  });
  assert.equal(answer.status, 201, answer.text);
  return JSON.parse(answer.text).id;
}

/** Presses by the keyboard alone, and waits for the page that it leads to. */
async function press(page, locator, key = "Enter") {
  await locator.focus();
  await next(page, () => page.keyboard.press(key));
}

test("from a phone to an answer on it: by keyboard, without script, small and large, light and dark", async () => {
  const id = await report("Rutan är sönder"), second = await report("En ruta till");
  const phone = await browser.page({ cookies: reporter, width: 390, script: false });
  await phone.goto(`${server.url}/1493/rapportera/kvitto/${id}`);
  await press(phone, phone.getByRole("link", { name: "Se vad som händer med dina rapporter" }));
  assert.match(await phone.textContent(`#r-${id}`), /Mottagen, väntar på granskning/);

  const desk = await browser.page({ cookies: coordinator, width: 1280, script: false });
  await desk.goto(`${server.url}/1493/granska`);
  await press(desk, desk.locator("main").getByRole("link", { name: "Svara rapportörer" }));
  for (const one of [id, second]) {
    await desk.locator(`#r-${one}`).focus();
    await desk.keyboard.press("Space");
  }
  await desk.locator("#f-mall").selectOption("done");
  await press(desk, desk.getByRole("button", { name: "Hämta mallen" }));
  assert.match(await desk.locator("#f-text").inputValue(), /Det är åtgärdat nu/);
  assert.equal(await desk.locator(".preview").count(), 2, "how both would read");
  await desk.shot("feedback-desk-1280");
  await press(desk, desk.getByRole("button", { name: "Skicka svar" }));
  assert.match(await desk.textContent("main"), /Svaren är skickade/);
  assert.equal(await desk.locator(`#r-${id}`).count(), 0, "it no longer waits");

  await phone.goto(`${server.url}/1493/mina-rapporter`);
  const card = await phone.textContent(`#r-${id}`);
  assert.match(card, /Nytt svar/);
  assert.match(card, /Tack för din rapport om Provtorget den .+ Det är åtgärdat nu\./);
  await phone.shot("feedback-phone-390");
  await phone.context().close();
  await desk.context().close();

  await report("Väntar ännu");
  for (const [width, dark] of [[320, false], [390, true], [1280, false]])
    for (const [cookies, name, path] of [[reporter, "mine", "/1493/mina-rapporter"], [coordinator, "desk", "/1493/svar?alla=1"],
      [coordinator, "one", `/1493/svar?om=${id}`], [coordinator, "templates", "/1493/installningar/svarsmallar"],
      [coordinator, "template", "/1493/installningar/svarsmallar/done"]]) {
      const page = await browser.page({ cookies, width, dark });
      await page.goto(server.url + path);
      if (width !== 320) await checkAccessible(page);
      await checkFits(page);
      await page.shot(`feedback-${name}-${width}${dark ? "-dark" : ""}`);
      await page.context().close();
    }
  browser.checkQuiet();
  await browser.checkHtml();
});
