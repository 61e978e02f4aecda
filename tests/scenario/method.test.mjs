// SPDX-License-Identifier: AGPL-3.0-or-later
// How we count: a page for each method, readable by everybody, with the whole text of doc/methods.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

let server, anyone;
before(async () => {
  server = await startServer({ args: ["--no-limits", "--demo"] });
  anyone = server.client();
});
after(() => server?.stop());

test("every method that is documented has a page, and the list leads to it", async () => {
  const list = await anyone.get("/metoder");
  assert.equal(list.status, 200);
  const files = readdirSync(new URL("../../doc/methods", import.meta.url)).filter((f) => f.endsWith(".md"));
  for (const name of files.map((f) => f.slice(0, -3))) {
    assert.ok(list.text.includes(`href="/metoder/${name}"`), name);
    const page = await anyone.get(`/metoder/${name}`);
    assert.equal(page.status, 200, name);
    assert.match(page.words, /Frågan.*Så gör vi.*Det här klarar metoden inte/s);
    assert.doesNotMatch(page.text, /\{\{|\*\*/);
  }
});

test("the worked example stands there, and sister pages are links", async () => {
  const page = await anyone.get("/metoder/knox");
  assert.match(page.words, /expected_analytic 3 · 4 \/ 10 = 1\.2/);
  assert.match(page.text, /href="\/metoder\/peers"/);
});

test("a method that does not exist is no page", async () => {
  assert.equal((await anyone.get("/metoder/finns-inte")).status, 404);
});
