// SPDX-License-Identifier: AGPL-3.0-or-later
// A coordinator sends a file, says what its columns mean, tries it, imports it, takes it back.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

const rows = "Nr;Datum;Tid;Händelse;N;E;Var\r\n" +
  "1;2025-03-27;0130;Klotter;6507010,5;431800;\r\n" +
  "2;2025-03-28;..;Bus;;;Ån bakom ön\r\n" +
  "3;i förrgår;1200;Klotter;;;\r\n";

let server, c;
before(async () => {
  server = await startServer({ exercise: 1, municipalities: ["1493"], args: ["--no-limits"] });
  c = await server.logIn("samordnare@example.se");
}, { timeout: 240_000 });
after(() => server?.stop());

/** Follows a job's page until the work is done. */
async function finished(page) {
  for (let i = 0; i < 20000; i++) {
    const status = await c.get(`${new URL(page.url).pathname}/status`);
    assert.equal(status.status, 200, status.words);
    if (!status.json().running) return c.get(page.url);
  }
  return assert.fail(`the job never ended: ${page.words}`);
}

const send = async (name, bytes) =>
  c.submitOk(await c.get("/1493/importera"), "/importera", {}, { file: [name, bytes] });

test("a file is read as a person says, tried, imported and taken back", async () => {
  const columns = await send("klotter.csv", rows);
  assert.match(columns.words, /Vad står i kolumnerna\?/);
  assert.match(columns.words, /6507010,5/);
  const chosen = columns.forms.at(-1).fields.getAll("col");
  assert.ok(chosen.includes("0:key") && chosen.includes("1:when") && chosen.includes("2:clock"));
  const col = ["0:key", "1:when", "2:clock", "3:type", "4:north", "5:east", "6:place"];
  const types = await c.submitOk(columns, "/fil/", { col, name: "Klotterlistan" });
  assert.match(types.words, /Bus \(1 rad\)/);
  const words = types.forms.at(-1).fields.getAll("word");
  assert.deepEqual(words.sort(), ["0:damage.graffiti", "1:other"]);
  const tried = await finished(await c.submitOk(types, "/typer", {
    word: ["0:damage.graffiti", "1:disturbance"] }));
  assert.match(tried.words, /Provkörning, inget är sparat\. 3 rader lästa: 2 skulle bli nya/);
  assert.match(tried.words, /Rad 4, Datum: Tiden går inte att läsa/);
  const done = await finished(await c.submitOk(tried, "/starta"));
  assert.match(done.words, /3 rader lästa: 2 nya, 0 oförändrade, 0 ändrade, 1 kunde inte/);

  const rejects = await c.get(done.links("avvisade.csv")[0]);
  assert.match(rejects.headers.get("content-type"), /text\/csv/);
  assert.match(rejects.text, /i förrgår/);

  const again = await send("klotter.csv", rows);
  const saved = /<option value="([0-9a-f-]{36})"[^>]*>Klotterlistan/.exec(again.text)?.[1];
  assert.ok(saved, "the way of reading was saved");
  const same = await finished(await c.submitOk(again, "/fil/", { saved }));
  assert.match(same.words, /0 skulle bli nya, 2 finns redan/);

  const list = await c.get("/1493/importera");
  const undone = await c.submitOk(list, "/ta-bort");
  assert.match(undone.words, /Importen och dess händelser är borttagna/);
  assert.match(undone.words, /Inget har importerats än/);
});

test("what cannot be read comes back with a sentence", async () => {
  const page = await c.get("/1493/importera");
  const image = await c.submit(page, "/importera", {}, { file: ["bild.png", "x"] });
  assert.equal(image.status, 422);
  assert.match(image.words, /Spara den som \.csv eller \.xlsx/);
  const broken = await c.submit(page, "/importera", {}, { file: ["a.xlsx", "ingen zip"] });
  assert.equal(broken.status, 422);
  const none = await c.submit(page, "/importera", {});
  assert.equal(none.status, 422);
});

test("a file that breaks off shows the rows before the fault, and the server lives", async () => {
  const columns = await send("avhuggen.csv", "Datum;Text\n2026-11-01;Klotter\n2026-11-02;\"utan slut");
  assert.match(columns.words, /Vad står i kolumnerna\?/);
  assert.match(columns.words, /2026-11-01/);
  assert.equal((await c.get("/health")).status, 200);
});

test("without a date column the form comes back", async () => {
  const columns = await send("x.csv", "a,b\n1,2\n");
  const answer = await c.submit(columns, "/fil/", { col: ["0:key", "1:title"] });
  assert.equal(answer.status, 422);
  assert.match(answer.words, /Välj vilken kolumn som har datum/);
});

test("notices of the Police are filtered by the municipality", async () => {
  const notice = (id, town) => ({
    id, datetime: "2025-03-27 6:09:30 +01:00", name: `27 mars 05.10, Brand, ${town}`,
    summary: "Rök.", url: `/h/${id}/`, type: "Brand", location: { name: town, gps: "58.7,13.8" },
  });
  const answer = JSON.stringify([notice(1, "Mariestad"), notice(2, "Habo")]);
  const tried = await finished(await send("polisen.json", answer));
  assert.match(tried.words, /2 rader lästa: 1 skulle bli nya/);
  assert.match(tried.words, /1 notis gäller en annan kommun/);
});

test("those who may not import do not reach the pages", async () => {
  const other = await server.logIn("bovard.1493@example.se");
  assert.equal((await other.send("GET", "/1493/importera")).status, 403);
  const stranger = await server.client().send("GET", "/1493/importera");
  assert.ok([302, 303, 401].includes(stranger.status), String(stranger.status));
  assert.equal((await c.send("GET", "/1493/importera/fil/00000000-0000-7000-8000-000000000000"))
    .status, 404);
});
