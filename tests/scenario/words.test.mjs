// SPDX-License-Identifier: AGPL-3.0-or-later
// The words: Swedish quotation marks and dates, no phrase that was found stiff once, and pages that
// do not say "must" where it is a choice.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";
import { startServer } from "./lib.mjs";

async function texts(lang) {
  const all = [];
  for (const name of await readdir(`po/${lang}`)) {
    const file = await readFile(`po/${lang}/${name}`, "utf8");
    for (const part of file.split(/\n(?=msgid )/)) {
      const key = /^msgid "(.+)"/.exec(part)?.[1];
      for (const m of part.matchAll(/^msgstr(?:\[\d\])? "(.*)"$/gm))
        if (key) all.push({ where: `${name}: ${key}`, text: m[1] });
    }
  }
  return all;
}

test("Swedish has Swedish quotation marks, dashes and dates", async () => {
  for (const { where, text } of await texts("sv")) {
    if (text.startsWith('\\"')) continue; // cells of a CSV file
    assert.doesNotMatch(text, /[„“«»]|\\"|''/, `${where}: ${text}`);
    assert.doesNotMatch(text, /\d{1,2}\/\d{1,2}\/\d{2,4}|\b\d{1,2}:\d\d\b(?!:|\.)(?! ?\+)/,
      `${where}: ${text}`.replace("2026-03-27 10:25", ""));
    assert.doesNotMatch(text, /\b(January|February|March|April \d|May|June|July|August|October) \d/, where);
    assert.doesNotMatch(text, / - |\bvänligen\b|\bej\b|\bdylikt\b|\bt\.ex\.|\bo\.s\.v\.|\bbl\.a\./i, `${where}: ${text}`);
  }
});

test("English has its own quotation marks, and no Swedish words", async () => {
  for (const { where, text } of await texts("en")) {
    if (text.startsWith('\\"')) continue;
    assert.doesNotMatch(text, /[„”](?=\w)|\\"/, `${where}: ${text}`);
    if (/Swedish|i går|i natt|^mellan |^kl\. |^vecka |^från /.test(text)) continue; // how times are written in the form
    assert.doesNotMatch(text, /\b(och|är|inte|som|för)\b/, `${where}: ${text}`);
  }
});

test("what was stiff or wrong does not come back", async () => {
  const found = (await texts("sv")).filter(({ text }) =>
    /visas inte som det är|Konton ges genom|färre än 1 gång|återtagen|för mycket\.$/.test(text));
  assert.deepEqual(found, []);
});

test("where the second factor is a choice, nobody is told that it is needed", async () => {
  const server = await startServer({ exercise: 1, args: ["--demo", "--no-limits"] });
  try {
    const c = await server.logIn("samordnare@example.se");
    const page = await c.get("/konto/tvafaktor");
    assert.match(page.words, /kod från din telefon/);
    assert.doesNotMatch(page.words, /behöver du ställa in|kräver tvåstegsinloggning/);
  } finally {
    await server.stop();
  }
});
