// SPDX-License-Identifier: AGPL-3.0-or-later
// The command line: help, wrong use, and installations that are not what they should be.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rmdir, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { after, before } from "node:test";
import { promisify } from "node:util";
import { execute } from "./database.mjs";
import { engine, newInstallation, program, samsyn, samsynOk } from "./lib.mjs";

// backup and restore are about the file; PostgreSQL has its own tools
const onSqlite = engine === "sqlite" ? test : () => {};
let place;
before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args, "--municipality", "1493"]);
});
after(() => place.remove());

async function subcommands() {
  const { out } = await samsynOk(["--help"]);
  return [...out.matchAll(/^ {2,4}([a-z][a-z-]*) {2,}/gm)].map((m) => m[1]);
}

test("every subcommand explains itself and ends well", async () => {
  const names = await subcommands();
  assert.ok(names.length >= 7, names.join(" "));
  for (const name of names) {
    const { out, err } = await samsynOk([name, "--help"]);
    assert.match(out, new RegExp(`^samsyn ${name} `));
    assert.match(out, /--help/);
    assert.equal(err, "");
  }
});

test("every subcommand refuses an unknown option with exit code 2 and names it", async () => {
  for (const name of await subcommands()) {
    const done = await samsyn([name, "--ingenting"]);
    assert.equal(done.code, 2, name);
    assert.match(done.err, /--ingenting/, name);
    assert.equal(done.out, "", name);
  }
});

test("no command, or one that does not exist, is exit code 2", async () => {
  assert.equal((await samsyn([])).code, 2);
  const done = await samsyn(["flyg"]);
  assert.equal(done.code, 2);
  assert.match(done.err, /flyg/);
});

test("the program speaks English when the environment does", async () => {
  const swedish = await samsynOk(["--help"], { env: { LC_ALL: "sv_SE.UTF-8" } });
  const english = await samsynOk(["--help"], { env: { LC_ALL: "en_GB.UTF-8" } });
  assert.match(swedish.out, /Användning/);
  assert.doesNotMatch(english.out, /Användning|å|ä|ö/);
});

test("an unknown municipality is named, and nothing is made", async () => {
  const empty = await newInstallation();
  try {
    const done = await samsyn(["init", ...empty.args, "--municipality", "9999"]);
    assert.equal(done.code, 2);
    assert.match(done.err, /9999/);
    await assert.rejects(stat(path.join(empty.data, "samsyn.db")));
  } finally {
    await empty.remove();
  }
});

test("init takes several codes after one option, and nothing without one", async () => {
  const done = await samsyn(["init", ...place.args, "--municipality", "1473", "9999"]);
  assert.equal(done.code, 2);
  assert.match(done.err, /9999/);
  await samsynOk(["init", ...place.args, "--municipality", "1473", "1447"]);
  const stray = await samsyn(["init", ...place.args, "1447"]);
  assert.equal(stray.code, 2);
  assert.match(stray.err, /Ta bort ”1447”/);
});

test("init may run again and takes nothing away", async () => {
  await samsynOk(["init", ...place.args, "--municipality", "1447"]);
  await samsynOk(["doctor", ...place.args]);
  await samsynOk(["audit", "verify", ...place.args]);
});

test("a log that somebody changed is told of in Swedish", async () => {
  const other = await newInstallation();
  try {
    await samsynOk(["init", ...other.args, "--municipality", "1493"]);
    const file = path.join(other.dir, "a.csv");
    await writeFile(file, "id,datum\n1,2025-03-27\n");
    await samsynOk(["import", ...other.args, "--municipality", "1493", "--format", "csv", file]);
    await execute(other, ["UPDATE audit SET action = 'something.else' WHERE seq = 1"]);
    const verified = await samsyn(["audit", "verify", ...other.args]);
    assert.equal(verified.code, 1);
    assert.match(verified.err, /Rad 1 i loggen är inte som den skrevs/);
    assert.doesNotMatch(verified.err, /entry/);
    const doctor = await samsyn(["doctor", ...other.args]);
    assert.match(doctor.out, /Rad 1 i loggen är inte som den skrevs/);
  } finally {
    await other.remove();
  }
});

test("a directory without an installation is told, with what to do", async () => {
  const empty = path.join(place.dir, "empty");
  await mkdir(empty);
  const done = await samsyn(["doctor", "--data", empty]);
  assert.equal(done.code, 1);
  assert.match(done.err, /samsyn init/);
  assert.deepEqual(await readdir(empty), []);
});

onSqlite("what is no database is refused and left as it is", async () => {
  const dir = path.join(place.dir, "odd");
  await mkdir(dir);
  const file = path.join(dir, "samsyn.db");
  await writeFile(file, "this is a shopping list, not a database\n".repeat(200));
  await chmod(file, 0o600);
  const before = await stat(file);
  const done = await samsyn(["doctor", "--data", dir]);
  assert.equal(done.code, 1);
  assert.match(done.err, /^samsyn doctor: \S/);
  assert.equal((await stat(file)).size, before.size);
});

onSqlite("a backup is restored, and found sound", async () => {
  const copy = path.join(place.dir, "copy.db"), other = path.join(place.dir, "other");
  await samsynOk(["backup", ...place.args, copy]);
  assert.equal((await samsyn(["backup", ...place.args, copy])).code, 1, "never over another file");
  await samsynOk(["restore", "--data", other, copy]);
  await samsynOk(["doctor", "--data", other]);
  const again = await samsyn(["restore", "--data", other, copy]);
  assert.equal(again.code, 1);
  assert.match(again.err, /--replace/);
  await samsynOk(["restore", "--data", other, "--replace", copy]);
});

onSqlite("a restore keeps the log of what it replaces, and all of it when it fails", async () => {
  const copy = path.join(place.dir, "copy2.db"), other = path.join(place.dir, "third");
  const db = path.join(other, "samsyn.db");
  await samsynOk(["backup", ...place.args, copy]);
  await samsynOk(["restore", "--data", other, copy]);
  await writeFile(`${db}-wal`, "as after a crash");
  await mkdir(`${db}.restored`); // where the copy cannot be put
  assert.equal((await samsyn(["restore", "--data", other, "--replace", copy])).code, 1);
  assert.equal(await readFile(`${db}-wal`, "utf8"), "as after a crash");
  await rmdir(`${db}.restored`);
  await samsynOk(["restore", "--data", other, "--replace", copy]);
  assert.equal(await readFile(`${db}.before-restore-wal`, "utf8"), "as after a crash");
  await samsynOk(["doctor", "--data", other]);
});

test("a picture written to a pipe goes into it, and the pipe stays a pipe", async () => {
  const pipe = path.join(place.dir, "pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  const [text] = await Promise.all([
    readFile(pipe, "utf8"),
    samsynOk(["picture", ...place.args, "--municipality", "1493", "--from", "2026-11-01", "--to",
      "2026-11-15", "--output", pipe]),
  ]);
  assert.equal(JSON.parse(text).municipality, "1493");
  assert.ok((await stat(pipe)).isFIFO());
});

test("a missing municipality is asked for, and words that are not UTF-8 are refused", async () => {
  for (const name of ["export", "picture"]) {
    const done = await samsyn([name, ...place.args]);
    assert.equal(done.code, 2, name);
    assert.match(done.err, /--municipality/, name);
  }
  const latin = `exec "$0" export "$@" --municipality 1493 --text "$(printf '\\344')"`;
  const done = await promisify(execFile)("sh", ["-c", latin, program, ...place.args]).catch((e) => e);
  assert.equal(done.code, 2);
  assert.match(done.stderr, /--text/);
  assert.equal(done.stdout, "");
});

test("a directory that cannot be made is told as that", async () => {
  const done = await samsyn(["init", "--data", path.join(place.dir, "finns-inte", "data")]);
  assert.equal(done.code, 1);
  assert.match(done.err, /finns-inte/);
  assert.doesNotMatch(done.err, /samsyn init --data/);
});

test("a directory is no file to import", async () => {
  const done = await samsyn(["import", ...place.args, "--format", "csv", place.dir]);
  assert.equal(done.code, 2);
  assert.ok(done.err.includes(place.dir));
});

test("with --database alone files go to a directory of one's own, and it is told", { skip: engine !== "postgres" },
  async (t) => {
    const other = await newInstallation();
    t.after(() => other.remove());
    const alone = ["--database", other.database.url];
    const home = path.join(other.dir, "home");
    const env = { HOME: home, XDG_STATE_HOME: "" };
    await samsynOk(["init", ...alone, "--municipality", "1493"], { env });
    const file = path.join(other.dir, "a.csv");
    await writeFile(file, "id,datum\n1,2025-03-27\n2,inte ett datum\n");
    const done = await samsyn(["import", ...alone, "--municipality", "1493", "--format", "csv", file], { env });
    assert.match(done.err, /Filer läggs i .*home\/.local\/state\/samsyn\/[0-9a-f]{16}\. Ange --data/);
    const state = path.join(home, ".local/state/samsyn");
    const [name] = await readdir(state);
    assert.ok((await readdir(path.join(state, name))).length > 0);
    assert.equal((await stat(path.join(state, name))).mode & 0o77, 0);
    // Somebody else's directory is not trusted: a link there leads nowhere.
    await rename(path.join(state, name), path.join(other.dir, "elsewhere"));
    await symlink(path.join(other.dir, "elsewhere"), path.join(state, name));
    const link = await samsyn(["import", ...alone, "--municipality", "1493", "--format", "csv", file], { env });
    assert.equal(link.code, 2);
  });

test("demo-reset leaves the data of a demo that is running, and a port that is none is told of at once", async () => {
  const dir = path.join(place.dir, "demo"), script = path.join(dir, "tools/demo.sh");
  await mkdir(path.join(dir, "tools"), { recursive: true });
  await mkdir(path.join(dir, "demo-data"));
  await copyFile("tools/demo.sh", script);
  const lock = path.join(dir, "demo-data/serve-lock");
  const server = spawn("flock", [lock, "sh", "-c", "echo held; cat"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await once(server.stdout, "data");
    const run = (PORT) => promisify(execFile)("bash", [script, "--reset"], { env: { ...process.env, PORT } });
    await assert.rejects(run("1"), { code: 1, stderr: /Samsyn kör redan med demo-data/ });
    await access(lock);
    for (const port of ["0", "65536", "x", "08x", "1234567"])
      await assert.rejects(run(port), { code: 2, stderr: /mellan 1 och 65535/ });
  } finally {
    server.stdin.end();
    await once(server, "exit");
  }
});
