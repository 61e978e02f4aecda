// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes the exercise data once for all test files of a run; lib.mjs copies it instead of drawing it again.
//
//     SAMSYN_BIN=… SAMSYN_TEST_ENGINE=… node tests/scenario/kept_exercise.mjs FOLDER

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createDatabase, engine, keptFile, samsynOk, today } from "./lib.mjs";

const folder = process.argv[2];
const data = path.join(folder, engine);
await rm(data, { recursive: true, force: true });
await mkdir(data, { recursive: true, mode: 0o700 });
const database = engine === "postgres" ? await createDatabase() : undefined;
const args = ["--data", data, ...(database ? ["--database", database.url] : [])];
await samsynOk(["init", ...args]);
const day = today();
await samsynOk(["exercise", ...args, "--seed", "1"], { seconds: 300 });
await writeFile(keptFile(folder), JSON.stringify({ day, data, database: database?.name }));
