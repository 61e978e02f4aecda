// SPDX-License-Identifier: AGPL-3.0-or-later
// samsyn analyse, every method: its options and fields are those of doc/analyse.md, it answers the
// same on any number of threads, and it says what is wrong with a table.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { cases } from "./analyse_cases.mjs";
import { engine, samsyn, samsynOk } from "./lib.mjs";

const doc = await readFile(new URL("../../doc/analyse.md", import.meta.url), "utf8");

/** The part of the page about a method. */
function section(method) {
  const parts = doc.split(/^## /m).filter((part) => part.startsWith(`${method}\n`));
  assert.equal(parts.length, 1, `doc/analyse.md has no part about ${method}`);
  return parts[0];
}

const options = (text) => [...text.matchAll(/^\| `--([a-z0-9-]+)/gm)].map((m) => m[1]);
const fields = (text) => [...text.matchAll(/^\| `([a-z][^`]*)` \|/gm)].map((m) => m[1]);

/** The paths of a JSON value: cells[].p, pairs. */
function paths(value, prefix = "") {
  const found = Object.entries(value).flatMap(([key, v]) => {
    if (!Array.isArray(v)) return [`${prefix}${key}`];
    return v.length ? v.flatMap((row) => paths(row, `${prefix}${key}[].`)) : [`${prefix}${key}[]`];
  });
  return [...new Set(found)];
}

async function run(method, csv, args) {
  const done = await samsynOk(["analyse", method, ...args, "-"], { input: csv });
  return JSON.parse(done.out);
}

describe("samsyn analyse", { skip: engine === "postgres" && "opens no database" }, () => {
  let dir, methods;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "samsyn-analyse-"));
    const help = await samsynOk(["analyse", "--help", "--lang", "en"]);
    methods = [...help.out.matchAll(/^ {2}([a-z][a-z0-9-]*) {2,}\S.*\?$/gm)].map((m) => m[1]);
    // The method that needs a file of streets besides.
    await writeFile(path.join(dir, "streets.csv"), "x1,y1,x2,y2\n430000,6507000,434000,6507000\n" +
      "431000,6507000,431000,6511000\n430000,6508200,434000,6508200\n");
    cases["network-kde"] = [cases.kde[0],
      ["--streets", path.join(dir, "streets.csv"), "--sigma", "300", "--snap", "500"]];
  });
  after(() => rm(dir, { recursive: true, force: true }));

  test("every method has a case here and a part of the page", () => {
    assert.deepEqual([...methods].sort(), Object.keys(cases).sort());
    for (const method of methods) section(method);
  });

  test("who asks for progress sees it, also in a file, and the answer is the same", async () => {
    const [csv, args] = cases.knox;
    const plain = await samsynOk(["analyse", "knox", ...args, "-"], { input: csv });
    const shown = await samsynOk(["analyse", "knox", ...args, "--progress", "-"], { input: csv });
    assert.equal(shown.out, plain.out);
    assert.equal(plain.err, "");
    const lines = shown.err.trim().split("\n").map((line) => Number(/^analyse (\d+) %$/.exec(line)[1]));
    assert.deepEqual(lines, [...lines].sort((a, b) => a - b));
    assert.equal(lines.at(-1), 100);
    assert.ok(lines.length <= 11);
  });

  for (const method of ["aoristic", "gistar", "moran", "dual-kde"])
    test(`${method}: says nothing of three events but that they are too few`, async () => {
      const [csv, args] = cases[method];
      const answer = await run(method, csv.split("\n").slice(0, 4).join("\n") + "\n", [...args, "--lang", "sv"]);
      assert.match(answer.sentence, /^För lite underlag: 3 /);
      assert.equal(answer.more, undefined);
    });

  for (const method of [...Object.keys(cases), "network-kde"]) {
    test(`${method}: fields and options are those of the page`, async () => {
      const [csv, args] = cases[method];
      const answer = await run(method, csv, args);
      assert.deepEqual(Object.keys(answer).filter((key) => key !== "more"),
        ["method", "version", "parameters", "n", "seed", "results", "warnings", "sentence"]);
      assert.equal(answer.method, method);
      assert.equal(answer.n, csv.trim().split("\n").length - 1);
      assert.match(answer.sentence, /^[^{}]{12,}[.]$/);
      const found = section(method);
      assert.deepEqual(paths(answer.results).sort(), fields(found).sort());
      assert.deepEqual(Object.keys(answer.parameters).sort(), options(found).sort());
    });

    test(`${method}: the same answer on two threads, from a packed file, in English`, async () => {
      const [csv, args] = cases[method];
      const file = path.join(dir, `${method}.csv.gz`);
      await writeFile(file, gzipSync(csv));
      const one = await samsynOk(["analyse", method, ...args, "--lang", "sv", "-"], { input: csv });
      const two = await samsynOk(
        ["analyse", method, ...args, "--lang", "sv", "--threads", "2", file]);
      assert.equal(two.out, one.out);
      const english = await run(method, csv, [...args, "--lang", "en"]);
      const swedish = JSON.parse(one.out);
      for (const bin of [...(english.results.bins ?? []), ...(swedish.results.bins ?? [])]) delete bin.name;
      assert.deepEqual(english.results, swedish.results);
      assert.notEqual(english.sentence, swedish.sentence);
    });

    test(`${method}: what is wrong with a table is said`, async () => {
      const [csv, args] = cases[method];
      const lines = csv.trim().split("\n");
      const row = Math.min(3, lines.length - 1);
      const cells = lines[row].split(",");
      const columns = /^Columns: (.*)/m.exec(section(method))[1];
      const at = lines[0].split(",").findIndex((name) =>
        ["x", "value", "before", "t"].includes(name) && columns.includes(`\`${name}\``));
      cells[at] = "inte";
      lines[row] = cells.join(",");
      const bad = await samsyn(["analyse", method, ...args, "--lang", "sv", "-"],
        { input: `${lines.join("\n")}\n` });
      assert.equal(bad.code, 2);
      assert.match(bad.err, new RegExp(`[Rr]ad ${row + 1}`));
      assert.equal(bad.out, "");
      const unknown = await samsyn(["analyse", method, ...args, "--no-such", "1", "-"], { input: csv });
      assert.equal(unknown.code, 2);
      const empty = await samsyn(["analyse", method, ...args, "--lang", "sv", "-"],
        { input: `${csv.split("\n")[0]}\n` });
      assert.ok(empty.code === 2 || (empty.code === 0 && JSON.parse(empty.out).n === 0), empty.err);
      assert.doesNotMatch(empty.err, /oss|fel hos/i);
    });

    test(`${method}: as a table and as a map, or a sentence that says why not`, async () => {
      const [csv, args] = cases[method];
      const table = await samsyn(["analyse", method, ...args, "--format", "csv", "-"], { input: csv });
      assert.ok(table.code === 0 || table.code === 2, table.err);
      if (table.code === 0) {
        const rows = table.out.trimEnd().split("\n");
        assert.ok(rows.length > 1 && rows[0].includes(","));
      }
      const map = await samsyn(["analyse", method, ...args, "--format", "geojson", "-"], { input: csv });
      assert.ok(map.code === 0 || map.code === 2, map.err);
      if (map.code === 0) {
        const first = JSON.parse(map.out).features[0].geometry.coordinates.flat(3);
        assert.ok(first[0] > 13 && first[0] < 14.5 && first[1] > 58 && first[1] < 59, first);
      }
    });
  }
});
