// SPDX-License-Identifier: AGPL-3.0-or-later
// Photos in a real browser: photo first, faces covered by finger and by keys, removed, sent; without script.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { plain, SECRET, telephone } from "../scenario/photos.mjs";
import { startServer } from "../scenario/lib.mjs";
import { checkAccessible, checkFits, launch, logIn } from "./lib.mjs";

let server, browser, cookies, staff;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  const client = await server.logIn("samordnare@example.se");
  await client.submitOk(await client.get("/1493/installningar/bilder"), "/bilder", { photos: "1" });
  browser = await launch();
  cookies = await logIn(server, "bovard.1493@example.se");
  staff = await logIn(server, "samordnare@example.se");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(path, options = {}) {
  const page = await browser.page({ cookies, width: 390, height: 844, ...options });
  await page.goto(server.url + path);
  return page;
}

const jpeg = (buffer, name = "IMG_1.jpg") => ({ name, mimeType: "image/jpeg", buffer });
const chooser = (page) => page.locator("input[name=photos]");
async function choose(page, ...files) {
  const shown = await page.locator("[data-photo-list] .photo").count();
  await chooser(page).setInputFiles(files);
  await page.locator("[data-photo-list] .photo").nth(shown + files.length - 1).waitFor();
}
async function begin(path = "/1493/rapportera", options = {}) {
  const page = await open(path, options);
  await page.locator("[data-photo-list]").waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector("[data-photo-plain]")?.hidden);
  await page.waitForLoadState("networkidle");
  return page;
}

/** The colours of the first photo in the form, as its bytes will be sent: eight across, six down. */
const board = (page) => page.evaluate(async () => {
  const file = document.querySelector("input[name=photos]").files[0];
  const bitmap = await createImageBitmap(file);
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let jumps = 0; // from black to white and back, in the middle
  const y = Math.round(canvas.height / 2) - 9;
  for (let x = Math.round(canvas.width * 0.4); x < canvas.width * 0.6; x++) {
    const at = 4 * (y * canvas.width + x);
    if (Math.abs(data[at] - data[at - 4]) > 60) jumps++;
  }
  return { width: canvas.width, height: canvas.height, jumps, type: file.type };
});
const sent = (page) => page.evaluate(async () => {
  const out = [];
  for (const f of document.querySelector("input[name=photos]").files)
    out.push({ name: f.name, text: new TextDecoder("latin1").decode(await f.arrayBuffer()) });
  return out;
});

test("photo first: made smaller, place and time proposed, sent in few taps", async () => {
  const page = await begin();
  await choose(page, jpeg(telephone()));
  const { width, height } = await board(page);
  assert.deepEqual([width, height], [1600, 1200]);
  const [file] = await sent(page);
  assert.match(file.name, /^[0-9a-f-]{36}\.jpg$/);
  for (const word of [SECRET, "Exif", "2026:01"]) assert.ok(!file.text.includes(word), word);
  await page.locator("[data-photo-said]", { hasText: /Platsen togs ur bilden: .+\. Tiden togs ur bilden: 14 januari 2026 kl\. 22\.40\./ }).waitFor();
  assert.equal(await page.inputValue("[name=when]"), "14 januari 2026 kl. 22.40");
  assert.equal(await page.locator("[name=when_pick]:checked").count(), 0, "another time is not marked beside it");
  await page.getByRole("button", { name: "Ta bort båda" }).waitFor();
  assert.ok(Number(await page.inputValue("[name=east]")) > 400000);
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.shot("photo-chosen-390");
  await checkAccessible(page);
  await checkFits(page);
  await page.getByLabel("Vad syns på bilden?").fill("En krossad ruta i porten");
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  await page.locator("[data-outbox-said]").getByText(/^Bild 1 .*Mottagen/).waitFor();
  await page.goto(server.url + `/1493/handelser/${page.url().split("/").at(-1)}`);
  const shown = page.getByRole("img", { name: "En krossad ruta i porten" });
  await shown.waitFor();
  assert.ok(await shown.evaluate((i) => i.decode().then(() => i.naturalWidth === 1600)));
  await page.shot("photo-event-390");
  await checkAccessible(page);
  browser.checkQuiet();
});

test("the eight choices stand in sight on a phone, photos below them; what is chosen is not left without a word", async () => {
  const page = await begin();
  const foot = await page.locator(".tile").last().evaluate((tile) => tile.getBoundingClientRect().bottom);
  assert.ok(foot <= 844, `${foot}`);
  assert.ok((await page.locator("[data-photos]").boundingBox()).y >= foot);
  await choose(page, jpeg(plain));
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  const asked = page.waitForEvent("dialog");
  const reload = page.reload().catch(() => {});
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  assert.equal((await sent(page)).length, 1, "still there");
  await page.context().close();
  await reload;
});

test("what the photo proposed can be taken away, and what was written stands", async () => {
  const page = await begin();
  await page.getByRole("radio", { name: "Skadegörelse" }).click();
  await page.fill("[name=when]", "i går 22");
  await choose(page, jpeg(telephone()));
  await page.locator("[data-photo-said] button").waitFor();
  assert.equal(await page.inputValue("[name=when]"), "i går 22");
  await page.getByRole("button", { name: "Ta bort platsen" }).click();
  assert.equal(await page.inputValue("[name=east]"), "");
  await page.context().close();
});

test("a face is covered with a finger, and cannot be brought back", async () => {
  const page = await begin();
  await choose(page, jpeg(plain));
  assert.ok((await board(page)).jumps >= 10, "the board is there");
  await page.getByRole("button", { name: /Dölj ansikten och skyltar på bild 1/ }).click();
  const dialog = page.getByRole("dialog", { name: "Dölj ansikten och skyltar" });
  await dialog.waitFor();
  await checkAccessible(page);
  const box = await page.locator("dialog canvas").boundingBox();
  const point = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  const drag = async () => {
    await page.mouse.move(...point(0.38, 0.38));
    await page.mouse.down();
    await page.mouse.move(...point(0.62, 0.62), { steps: 4 });
    await page.mouse.up();
  };
  await drag();
  await page.shot("photo-cover-390");
  await page.getByRole("button", { name: "Ångra senaste rutan" }).click();
  assert.ok(await page.getByRole("button", { name: "Ångra senaste rutan" }).isDisabled());
  await drag();
  await page.getByRole("button", { name: "Använd bilden så här" }).click();
  await page.locator(".photos [role=status]", { hasText: "kan inte tas bort ur den" }).waitFor();
  assert.ok((await board(page)).jumps <= 6, `squares of one colour each: ${(await board(page)).jumps}`);
  await page.shot("photo-covered-390");
  await page.context().close();
});

test("the same by keys alone, and cancelled it changes nothing", async () => {
  const page = await begin("/1493/rapportera", { width: 1280, height: 900, dark: true });
  await choose(page, jpeg(plain));
  const before = await board(page);
  const cover = page.getByRole("button", { name: /Dölj ansikten/ });
  await cover.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.locator("dialog canvas").focus();
  await page.keyboard.press("ArrowLeft");
  await page.locator("[data-cover-said]", { hasText: /20 procent bred och 20 procent hög, 38 procent från vänster/ }).waitFor();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await page.locator("[data-cover-said]", { hasText: "1 ytor" }).waitFor();
  await page.shot("photo-cover-1280-dark");
  await page.keyboard.press("Escape");
  assert.equal((await board(page)).jumps, before.jumps, "Escape leaves the photo as it was");
  assert.ok(await cover.evaluate((b) => b === document.activeElement), "and the focus comes back");
  await page.keyboard.press("Enter");
  await page.locator("dialog canvas").focus();
  for (const key of ["ArrowLeft", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"]) await page.keyboard.press(key);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".photos [role=status]", { hasText: "kan inte tas bort ur den" }).waitFor();
  assert.ok((await board(page)).jumps < before.jumps / 2);
  await page.context().close();
});

test("three at most; one is removed and another takes its place", async () => {
  const page = await begin();
  await choose(page, jpeg(plain), jpeg(plain), jpeg(plain));
  assert.ok(await chooser(page).isHidden(), "there is no room for a fourth");
  await page.getByRole("button", { name: "Ta bort bild 2" }).click();
  assert.equal((await sent(page)).length, 2);
  await choose(page, jpeg(plain));
  assert.equal((await sent(page)).length, 3);
  await page.context().close();
});

test("a file that is no picture says so and is not sent", async () => {
  const page = await begin();
  await chooser(page).setInputFiles([{ name: "IMG_2.heic", mimeType: "image/heic", buffer: Buffer.from("x") }]);
  await page.locator(".photos [role=status]", { hasText: "Mest kompatibel" }).waitFor();
  assert.equal((await sent(page)).length, 0);
  await page.context().close();
});

test("without script the photo is looked at first, and the page says that it cannot cover", async () => {
  const page = await open("/1493/rapportera", { script: false });
  await page.getByText("Här går det inte att dölja ansikten").waitFor();
  await chooser(page).setInputFiles([jpeg(telephone())]);
  await page.getByRole("button", { name: "Lägg till bilden och se efter" }).click();
  await page.getByText(/Platsen togs ur bilden: /).waitFor();
  await page.shot("photo-plain-390");
  await page.getByRole("radio", { name: "Skadegörelse" }).check();
  await page.getByRole("button", { name: "Skicka rapporten" }).click();
  await page.waitForURL(/kvitto/);
  await page.context().close();
});

test("the pages are accessible and fit, light and dark", async () => {
  for (const [width, dark] of [[320, false], [1280, true]]) {
    const page = await begin("/1493/rapportera", { width, dark });
    await choose(page, jpeg(telephone({ turn: 6 })));
    await page.shot(`photo-form-${width}`);
    await checkAccessible(page);
    await checkFits(page);
    const settings = await open("/1493/installningar/bilder", { width, dark, cookies: staff });
    await checkAccessible(settings);
    await checkFits(settings);
    await settings.shot(`photo-settings-${width}`);
    await page.context().close();
    await settings.context().close();
  }
  browser.checkQuiet();
  await browser.checkHtml();
});
