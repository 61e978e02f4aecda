// SPDX-License-Identifier: AGPL-3.0-or-later
// How figures are worked out: a page for each method, open to everybody.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import test, { after, before } from "node:test";
import { program, startServer } from "./lib.mjs";

let server;
before(async () => { server = await startServer({}); });
after(async () => { await server?.stop(); });

const get = async (path) => (await fetch(server.url + path)).text();
const links = (html) => [...html.matchAll(/href="(\/metoder\/[a-z-]+)"/g)].map((m) => m[1]);

test("every method of the command and every text of doc/methods has a page, and no link is broken", async () => {
  const list = links(await get("/metoder"));
  const help = spawnSync(program, ["analyse", "--help"], { encoding: "utf8" }).stdout;
  for (const name of await readdir("doc/methods"))
    assert.ok(list.includes(`/metoder/${name.replace(".md", "")}`), name);
  for (const path of list) {
    const code = path.split("/").pop();
    if (!["findings", "levels", "disclosure", "peers"].includes(code)) assert.match(help, new RegExp(`\\b${code}\\b`));
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200, path);
    const html = await answer.text();
    assert.match(html, /<div class="text method" lang="en">\n<p>/, path);
    assert.doesNotMatch(html, /\.md"/, path);
    for (const other of links(html)) assert.ok(list.includes(other), `${path} leads to ${other}`);
  }
});

test("a page has the question, the choices and the formulas; a name that is none is not found", async () => {
  const html = await get("/metoder/gistar");
  assert.match(html, /<h1>Var ligger många händelser samlade, mer än slumpen ger\?<\/h1>/);
  assert.match(html, /<code>--cell METRES<\/code>/);
  assert.match(html, /z = \(S − W ybar\)/);
  assert.match(html, /Anselin 1995/);
  assert.equal((await fetch(`${server.url}/metoder/finnsinte`)).status, 404);
  assert.equal((await fetch(`${server.url}/metoder/kde%2e%2e`)).status, 404);
});
