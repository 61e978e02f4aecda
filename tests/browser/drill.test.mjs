// SPDX-License-Identifier: AGPL-3.0-or-later
// An exercise in a working municipality, the whole way: started by keyboard without script, reported in from
// a telephone, seen in Granska, ended, and gone.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, kept, launch, logIn } from "./lib.mjs";

let server, browser, lead, guard;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  browser = await launch();
  lead = await logIn(server, "samordnare@example.se");
  guard = await logIn(server, "vaktare.1493@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Presses a link or button by the keyboard alone, and waits for what it leads to. */
async function press(page, locator, to) {
  await locator.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(to);
}

async function look(page, name) {
  await checkAccessible(page);
  await page.setViewportSize({ width: 320, height: 700 });
  await checkFits(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.shot(name);
}

test("started, reported in, reviewed, ended: and gone", async () => {
  const desk = await browser.page({ cookies: lead, width: 390, script: false });
  await desk.goto(`${server.url}/1493/installningar/kom-igang`);
  await press(desk, desk.getByRole("link", { name: "Starta en övning" }), /\/1493\/installningar\/ovning$/);
  assert.equal(await desk.locator("input[name=med]:checked").count(), await desk.locator("input[name=med]").count());
  await press(desk, desk.getByRole("button", { name: "Starta en övning" }), /\/6493\/installningar\/ovning/);
  await desk.getByText("Övningen är startad. Allt i den är påhittat.").waitFor();

  const phone = await browser.page({ cookies: guard, width: 390, height: 844, dark: true });
  await phone.goto(`${server.url}/1493/rapportera`);
  await phone.getByText("En övning pågår.").waitFor();
  await phone.getByRole("link", { name: "Gå till övningen" }).click();
  await phone.waitForURL(/\/6493\/rapportera$/);
  await phone.getByText("Allt här är påhittat.").waitFor();
  assert.equal(await phone.getByRole("link", { name: "Riktiga händelser rapporterar du i Mariestad" })
    .getAttribute("href"), "/1493/rapportera");
  assert.equal(await phone.getByRole("link", { name: "Avsluta övningen" }).count(), 0);
  await look(phone, "drill-report");
  await phone.getByRole("radio", { name: "Nedskräpning" }).click();
  await phone.locator("#f-place").fill("Mariestad");
  await phone.locator("textarea[name=text]").fill("Soffan i övningen står kvar.");
  await phone.getByRole("button", { name: "Skicka i övningen" }).click();
  await phone.getByRole("link", { name: /En till/ }).waitFor();
  await phone.getByText("Allt här är påhittat.").waitFor(); // on the receipt too

  await desk.goto(`${server.url}/6493/granska`);
  await desk.getByText("Soffan i övningen står kvar.").first().waitFor();
  await desk.goto(`${server.url}/1493/granska`);
  await desk.getByText("En övning pågår.").waitFor();
  assert.equal(await desk.getByText("Soffan i övningen står kvar.").count(), 0);

  const seen = await browser.page({ cookies: lead, width: 390 }); // axe needs script
  for (const [to, name] of [["/6493/installningar/ovning", "drill-running"],
    ["/6493/installningar/ovning/avsluta", "drill-end"], ["/1493/installningar", "drill-beside"]]) {
    await seen.goto(server.url + to);
    await look(seen, name);
  }
  // without network "/" leads to what is real, also where the exercise was opened first
  const away = await browser.page({ cookies: guard, width: 390 });
  for (const town of ["6493", "1493"]) {
    await away.goto(`${server.url}/${town}/rapportera`);
    await kept(away, "guard", town);
  }
  await away.context().setOffline(true);
  await away.goto(`${server.url}/`);
  assert.equal(new URL(away.url()).pathname, "/1493/rapportera");
  await away.context().close();

  await desk.goto(`${server.url}/6493/nu`);
  await press(desk, desk.getByRole("link", { name: "Avsluta övningen" }), /\/avsluta$/);
  await press(desk, desk.getByRole("button", { name: "Avsluta och ta bort allt" }), /\/1493\/installningar\/ovning/);
  await desk.getByText("Övningen är avslutad och allt i den är borttaget.").waitFor();

  await phone.goto(`${server.url}/6493/rapportera`);
  await phone.getByText("Övningen är avslutad, eller så är du inte med i den.").waitFor();
  await seen.goto(`${server.url}/1493/installningar/ovning`);
  await look(seen, "drill-start");
  for (const page of [desk, phone, seen]) await page.context().close();
  browser.checkQuiet();
  await browser.checkHtml();
});
