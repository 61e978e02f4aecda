// SPDX-License-Identifier: AGPL-3.0-or-later
// The script that looks at texts in the browser finds what the server finds, on the labelled corpus.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { program } from "./lib.mjs";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const built = path.join(path.dirname(program), "../../tests/bench");

async function script() {
  const out = await esbuild.build({
    entryPoints: [path.join(root, "web/js/guard.js")], bundle: true, format: "esm", write: false,
    loader: { ".txt": "text" },
  });
  return import(`data:text/javascript;base64,${Buffer.from(out.outputFiles[0].contents).toString("base64")}`);
}

// Nothing here asks a database, so one engine is enough.
const skip = process.env.SAMSYN_TEST_ENGINE === "postgres" && "no database is asked";

test("browser and server point at the same words in 30,000 texts", { skip }, async () => {
  const { guardFind } = await script();
  const corpus = path.join(built, "guard_corpus.tsv");
  const run = spawnSync(path.join(built, "guard_bench"), [corpus, "--spans"], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(run.status, 0, run.stderr);
  const server = run.stdout.split("\n");
  const texts = (await readFile(corpus, "utf8")).trimEnd().split("\n").map((l) => l.split("\t")[3].replaceAll("\\n", "\n"));
  assert.ok(texts.length >= 20000);
  texts.forEach((text, i) => {
    const here = guardFind(text).map((f) => `${f.kind}:${text.slice(f.at, f.at + f.length)}\t`).join("").replaceAll("\n", "\\n");
    assert.equal(here, server[i], text);
  });
});

test("the guard finds what it promises in the labelled corpus", { skip }, () => {
  const run = spawnSync(path.join(built, "guard_bench"), [path.join(built, "guard_corpus.tsv")], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stdout);
});
