// SPDX-License-Identifier: AGPL-3.0-or-later
// What the command line says when something is wrong: one table, read in Swedish and in English.
// Each sentence names what it is about and says what to do; what the system or the database said in
// English stands at most on a line of its own ("Teknisk uppgift: ...").

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, writeFile }
  from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { engine, newInstallation, program, samsyn, samsynOk, startServer } from "./lib.mjs";

const onSqlite = engine === "sqlite";
const root = process.getuid() === 0;
let place, dir, data, here, copy;

/** As somebody who is not root: root may read everything. */
let nobody = program;
function asNobody(args) {
  const options = { env: { ...process.env, LC_ALL: "C" }, timeout: 120_000 };
  if (root) Object.assign(options, { uid: 65534, gid: 65534 });
  return new Promise((resolve) => {
    execFile(nobody, args, options, (error, out, err) =>
      resolve({ code: error ? (typeof error.code === "number" ? error.code : 128) : 0, out, err }));
  });
}

async function sql(file, text) {
  const script = "import sqlite3,sys;d=sqlite3.connect(sys.argv[1]);d.execute(sys.argv[2]);d.commit()";
  await new Promise((resolve, reject) =>
    execFile("python3", ["-c", script, file, text], (e) => (e ? reject(e) : resolve())));
}

const NEWER = "INSERT INTO schema_migration (version, name, checksum, applied_at) " +
  "VALUES (9999, 'from_tomorrow', 'x', 0)";

before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args, "--municipality", "1493"]);
  dir = await mkdtemp(path.join(tmpdir(), "samsyn-sentences-"));
  await chmod(dir, 0o755);
  data = path.join(dir, "data");
  here = (name) => path.join(dir, name);
  copy = here("copy.db");
  await samsynOk(["init", "--data", data, "--municipality", "1493"]);
  await samsynOk(["backup", "--data", data, copy]);
  nobody = here("samsyn");
  await copyFile(program, nobody);
  await chmod(nobody, 0o755);
  await Promise.all([
    writeFile(here("list.txt"), "milk\nbread\n".repeat(400)),
    copyFile(copy, here("cut.db")).then(() => truncate(here("cut.db"), 40960)),
    copyFile(copy, here("tomorrow.db")).then(() => sql(here("tomorrow.db"), NEWER)),
    mkdir(here("odd")).then(() => writeFile(here("odd/samsyn.db"), "milk\nbread\n".repeat(400))),
    mkdir(here("new")).then(() => copyFile(copy, here("new/samsyn.db"))),
    writeFile(here("bad.json"), '{"time": {"name": "Datum"}}'),
    writeFile(here("other.json"), '{"time": {"column": "Datum"}}'),
    mkdir(here("empty")),
    mkdir(here("closed"), { mode: 0o700 }).then(() => writeFile(here("closed/a.csv"), "a;b\n")),
    mkdir(here("locked")).then(() => chmod(here("locked"), 0o555)),
    symlink("loop", here("loop")),
  ]);
  await sql(here("new/samsyn.db"), NEWER);
});
after(async () => {
  await chmod(here("locked"), 0o755);
  await rm(dir, { recursive: true, force: true });
  await place.remove();
});

const D = ["--data", "DATA"], PLACE = ["--municipality", "1493"];
const WEEK = ["--from", "2026-11-01", "--to", "2026-11-07"];

// who is wrong, the words, exit code, what the sentence must say in Swedish, and in English
const rows = [
  // options
  ["unknown option", ["doctor", "--flyg"], 2, /--flyg/, /--flyg/],
  ["option without its value", ["serve", "--listen"], 2, /--listen ADDR:PORT/, /--listen ADDR:PORT/],
  ["flag with a value", ["serve", "--demo=ja"], 2, /--demo tar inget värde/, /--demo takes no value/],
  ["option twice", ["serve", ...D, ...D], 2, /--data.*två gånger/, /--data.*twice/],
  ["no place", ["doctor"], 2, /--data KATALOG/, /--data DIR/],
  ["language", ["doctor", "--lang", "fi"], 2, /sv eller en.*fi/, /sv eller en.*fi/],
  ["threads", ["serve", ...D, "--threads", "99"], 2, /--threads.*1 och 64/, /--threads.*1 (and|to) 64/],
  ["address", ["serve", ...D, "--listen", "hus:dörr"], 2, /hus:dörr.*127\.0\.0\.1:8080/, /127\.0\.0\.1:8080/],
  ["port too large", ["serve", ...D, "--listen", "127.0.0.1:70000"], 2, /70000/, /70000/],
  ["not an address", ["serve", ...D, "--listen", "999.1.1.1:80"], 2, /999\.1\.1\.1.*Skriv/, /999\.1\.1\.1.*Write/],
  ["another computer's address", ["serve", ...D, "--listen", "192.0.2.7:8099"], 1,
    /har inte adressen 192\.0\.2\.7.*0\.0\.0\.0/, /does not have the address 192\.0\.2\.7/],
  ["municipality", ["export", ...D, "--municipality", "9999"], 2, /9999.*fyra siffror/, /9999.*four digits/],
  ["format", ["export", ...D, ...PLACE, "--format", "docx"], 2, /docx.*xlsx/, /docx.*xlsx/],
  ["format of a picture", ["picture", ...D, ...PLACE, ...WEEK, "--format", "docx"], 2, /pdf.*docx/, /pdf.*docx/],
  ["dates reversed", ["export", ...D, ...PLACE, "--from", "2026-11-07", "--to", "2026-11-01"], 2,
    /--from och --to/, /--from and --to/],
  ["dates of a picture", ["picture", ...D, ...PLACE, "--from", "2026-11-07", "--to", "2026-11-01"], 2,
    /--to.*efter --from/, /--to.*after --from/],
  ["no date", ["export", ...D, ...PLACE, "--from", "igår"], 2, /--from.*igår.*2026-11-14/, /--from.*2026-11-14/],
  ["seed", ["exercise", ...D, "--seed", "ett"], 2, /--seed.*heltal/, /--seed.*number/],
  ["type", ["export", ...D, ...PLACE, "--type", "flyg"], 2, /flyg.*damage/, /flyg.*damage/],
  // files that are named
  ["import of nothing", ["import", ...D, "--format", "csv", "DIR/no.csv"], 2, /no\.csv finns inte/, /no\.csv does not exist/],
  ["import of a directory", ["import", ...D, "--format", "csv", "DIR/empty"], 2, /empty är en katalog/, /empty is a directory/],
  ["import below a file", ["import", ...D, "--format", "csv", "DIR/list.txt/a"], 2, /del av sökvägen/, /part of the path/],
  ["import of a loop", ["import", ...D, "--format", "csv", "DIR/loop"], 2, /länk/, /link/],
  ["a long name", ["import", ...D, "--format", "csv", `DIR/${"x".repeat(300)}`], 2, /för långt/, /too long/],
  ["profile that is missing", ["import", ...D, "--format", "csv", "--profile", "DIR/no.json", "DIR/list.txt"], 2,
    /no\.json finns inte/, /no\.json does not exist/],
  ["profile with a wrong name in it", ["import", ...D, ...PLACE, "--format", "csv", "--profile", "DIR/bad.json", "DIR/list.txt"], 2,
    /”time” har ”name”, som inte finns.*column, clock, format/, /“time” in the profile has “name”.*column, clock, format/],
  ["profile that asks for another column", ["import", ...D, ...PLACE, "--format", "csv", "--profile", "DIR/other.json", "DIR/list.txt"], 2,
    /Datum/, /Datum/],
  ["export to nowhere", ["export", ...D, ...PLACE, "--output", "DIR/no/a.csv"], 1, /katalogen finns inte/, /directory does not exist/],
  ["export to a directory", ["export", ...D, ...PLACE, "--output", "DIR/empty"], 1, /empty är en katalog/, /empty is a directory/],
  ["export to a full disk", ["export", ...D, ...PLACE, "--output", "/dev/full"], 1, /Disken är full.*Frigör/, /disk is full.*Free/],
  ["picture to a full disk", ["picture", ...D, ...PLACE, ...WEEK, "--output", "/dev/full"], 1, /Disken är full/, /disk is full/],
  ["picture to nowhere", ["picture", ...D, ...PLACE, ...WEEK, "--output", "DIR/no/a"], 1, /katalogen finns inte/, /directory does not exist/],
  ["backup to nowhere", ["backup", ...D, "DIR/no/copy.db"], 1, /katalogen finns inte/, /directory does not exist/],
  ["backup on top of a file", ["backup", ...D, "DIR/copy.db"], 1, /copy\.db finns redan/, /copy\.db (is there already|exists)/],
  // the data directory
  ["no installation", ["doctor", "--data", "DIR/empty"], 1, /samsyn init --data/, /samsyn init --data/],
  ["a file as directory", ["doctor", "--data", "DIR/list.txt"], 2, /list\.txt är en fil.*katalogen/, /list\.txt is a file/],
  ["a file as directory, new", ["init", "--data", "DIR/list.txt"], 2, /list\.txt är en fil.*katalogen/, /list\.txt is a file/],
  ["no database", ["doctor", "--data", "DIR/odd"], 1, /samsyn\.db är ingen databas.*restore/, /samsyn\.db is not a database.*restore/],
  ["no database to serve", ["serve", "--data", "DIR/odd"], 1, /samsyn\.db är ingen databas.*restore/, /is not a database.*restore/],
  ["newer database", ["serve", "--data", "DIR/new"], 1, /nyare Samsyn.*Installera/, /newer Samsyn.*Install/],
  ["newer database, migrate", ["migrate", "--data", "DIR/new"], 1, /nyare Samsyn.*Installera/, /newer Samsyn.*Install/],
  ["migrate of nothing", ["migrate", "--data", "DIR/typo"], 1, /finns ingen installation.*samsyn init --data/, /no installation.*samsyn init --data/],
  ["migrate of an empty directory", ["migrate", "--data", "DIR/empty"], 1, /finns ingen installation.*samsyn init --data/, /no installation/],
  ["import of no file", ["import", ...D, ...PLACE], 2, /Skriv FILE\.\.\. också: kommandot/, /Write FILE\.\.\. too: the command/],
  ["newer database, doctor", ["doctor", "--data", "DIR/new"], 1, /nyare Samsyn.*Installera/, /newer Samsyn.*Install/],
  // copies
  ["restore of nothing", ["restore", "--data", "DIR/r", "DIR/no.db"], 2, /no\.db finns inte/, /no\.db does not exist/],
  ["restore of a directory", ["restore", "--data", "DIR/r", "DIR/empty"], 2, /empty är en katalog/, /empty is a directory/],
  ["restore of a list", ["restore", "--data", "DIR/r", "DIR/list.txt"], 1, /ingen säkerhetskopia.*samsyn backup/, /not a backup.*samsyn backup/],
  ["restore of a part", ["restore", "--data", "DIR/r", "DIR/cut.db"], 1, /cut\.db är skadad eller avhuggen.*Inget har ändrats/, /damaged or cut off/],
  ["restore from tomorrow", ["restore", "--data", "DIR/r", "DIR/tomorrow.db"], 1, /nyare Samsyn.*Installera/, /newer Samsyn.*Install/],
  ["restore on top", ["restore", ...D, "DIR/copy.db"], 1, /--replace/, /--replace/],
  ["restore to nowhere", ["restore", "--data", "DIR/no/no", "DIR/copy.db"], 1, /katalogen finns inte/, /directory does not exist/],
  // PostgreSQL
  ["PostgreSQL down", ["doctor", "--database", "postgresql://samsyn@127.0.0.1:1/samsyn"], 1,
    /PostgreSQL svarar inte.*--database/, /PostgreSQL does not answer.*--database/],
  ["PostgreSQL and files without a directory or a home", ["serve", "--database", "postgresql://samsyn@127.0.0.1:1/samsyn"],
    2, /lägger filer i en katalog.*--data/, /puts files in a directory.*--data/],
  // A name that no name server is asked about: two dots in a row.
  ["PostgreSQL of an unknown host", ["doctor", "--database", "postgresql://samsyn@finns..inte/samsyn"], 1,
    /PostgreSQL svarar inte/, /PostgreSQL does not answer/],
  ["address of PostgreSQL", ["doctor", "--database", "postgresql://samsyn:hemligt@[::1/db"], 2,
    /postgresql:\/\/ANVÄNDARE@/, /postgresql:\/\/USER@/],
];

// Words of the system and the databases, and of our own errors, that no sentence may hold.
const FOREIGN = new RegExp(["permission denied", "no such file", ": not a directory", "is a directory\\)",
  "no space left", "read-only file", "disk I/O", "file is not a", "malformed", "unable to", "cannot open",
  "connection to server", "FATAL", "\\bERR_", "\\b(IO|NOTFOUND|INTERNAL|CORRUPT|SCHEMA)\\b", "step \\d",
  "[{}]\\d?", "\\(null\\)", "hemligt"].join("|"), "i");

function fill(words) {
  return words.map((w) => w.replace("DATA", data).replace("DIR", dir));
}

/** The first line that is no technical detail. */
function readAloud(name, done, code, expected) {
  assert.equal(done.code, code, `${name}: ${done.err}`);
  const [sentence, ...rest] = done.err.trim().split("\n");
  assert.match(sentence, /^samsyn [a-z-]+: \S/, name);
  assert.match(sentence, expected, name);
  assert.doesNotMatch(sentence, FOREIGN, name);
  for (const line of rest)
    assert.match(line, /^(Teknisk uppgift|Technical detail|Se|See|Rollerna är|The roles are): /, name);
  assert.doesNotMatch(done.err, /hemligt/, name);
}

test("each mistake has a sentence of its own, in Swedish and in English", async () => {
  for (const [name, words, code, swedish, english] of rows) {
    const sv = await samsyn(fill(words), { env: { LC_ALL: "C", SAMSYN_DATA: "", HOME: "", XDG_STATE_HOME: "" } });
    readAloud(name, sv, code, swedish);
    assert.doesNotMatch(sv.err.split("\n")[0], /\b(the|is|not|and|does)\b/i, name);
    const en = await samsyn([...fill(words), "--lang", "en"].slice(0, name === "language" ? -2 : undefined),
      { env: { LC_ALL: "C", SAMSYN_DATA: "", HOME: "", XDG_STATE_HOME: "" } });
    if (name === "option without its value") continue; // "--lang" would be the value
    readAloud(`${name}, in English`, en, code, english);
    if (name !== "language") assert.doesNotMatch(en.err.split("\n")[0], /\b(är|finns|inte|och)\b/, name);
  }
  await assert.rejects(stat(here("r")), "nothing is made by a restore that failed");
});

test("who may not read or write is told whom to be", async () => {
  const cases = [
    [["doctor", "--data", here("closed/data")], 1, /Användaren \S+ kommer inte åt .*closed\/data.*rättigheterna/],
    [["import", "--data", data, "--format", "csv", here("closed/a.csv")], 2, /kommer inte åt .*a\.csv/],
    [["init", "--data", here("locked/data")], 1, /locked\/data/],
    [["restore", "--data", here("locked/data"), copy], 1, /kommer inte åt .*rättigheterna/],
  ];
  if (root) {
    cases.push([["serve", "--data", data, "--listen", "127.0.0.1:0"], 1, /kommer inte åt .*Kör kommandot som root/]);
    await chmod(copy, 0o644);
  } else {
    await chmod(here("closed"), 0);
  }
  for (const [words, code, expected] of cases)
    readAloud(words.join(" "), await asNobody(words), code, expected);
  await chmod(here("closed"), 0o700);
});

test("a port that is taken, and a directory that is served already", async () => {
  const taken = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address();
  const done = await samsyn(["serve", ...place.args, "--listen", `127.0.0.1:${port}`], { env: { LC_ALL: "C" } });
  taken.close();
  readAloud("taken", { ...done, err: withoutLog(done.err) }, 1, new RegExp(`[Pp]orten ${port} .*--listen`));
  if (!onSqlite) return;
  const server = await startServer({ place });
  try {
    const second = await samsyn(["serve", ...place.args, "--listen", "127.0.0.1:0"], { env: { LC_ALL: "C" } });
    readAloud("second", { ...second, err: withoutLog(second.err) }, 1, /svarar redan.*Stoppa/);
    const over = await samsyn(["restore", ...place.args, "--replace", copy], { env: { LC_ALL: "C" } });
    readAloud("restore under a server", over, 1, /används redan.*Stoppa/);
  } finally {
    await server.stop();
  }
});

function withoutLog(text) {
  return text.split("\n").filter((line) => !line.startsWith("{")).join("\n");
}

test("a missing reader of files is named, on the command line and on the page", async () => {
  const env = { LC_ALL: "C", SAMSYN_CONVERT: here("no-such/samsyn-convert") };
  const file = here("list.txt"), there = ["import", "--data", data, ...PLACE];
  const csv = await samsyn([...there, "--format", "csv", file], { env });
  readAloud("csv", csv, 1, /samsyn-convert, som läser filer, saknas.*installera om/);
  const gdal = await samsyn([...there, "--format", "gdal", file], { env });
  readAloud("gdal", gdal, 1, /samsyn-convert-gdal.*libgdal32/);
  const server = await startServer({ exercise: 1, env });
  try {
    const c = await server.logIn("samordnare@example.se");
    const page = await c.get("/1493/importera");
    const answer = await c.submit(page, "/importera", {}, { file: ["a.csv", "Datum;Typ\n2026-11-01;x\n"] });
    assert.match(answer.words, /samsyn-convert, som läser filer, saknas/);
    assert.doesNotMatch(answer.words, /Något gick fel hos oss/);
  } finally {
    await server.stop();
  }
});

// the file of the database: PostgreSQL has its own
const sqliteTest = onSqlite ? test : () => {};
sqliteTest("a disk without room leaves the installation as it was", async () => {
  const small = (blocks, words) =>
    samsynThrough(`ulimit -f ${blocks}; exec "$0" "$@"`, words);
  const made = await small(64, ["init", "--data", here("small")]);
  readAloud("init", made, 1, /har plats|Disken är full/);
  const kept = await small(64, ["backup", "--data", data, here("small.db")]);
  readAloud("backup", kept, 1, /small\.db.*har plats|Disken är full.*small\.db/);
  await assert.rejects(stat(here("small.db")));
  await assert.rejects(stat(here("small.db.part")));
  const before = await readFile(copy);
  const back = await small(64, ["restore", "--data", data, "--replace", copy]);
  readAloud("restore", back, 1, /Disken är full.*Frigör/);
  assert.deepEqual(await readFile(copy), before);
  await samsynOk(["doctor", "--data", data]);
});

sqliteTest("an import that finds no room names the disk of the installation, not the file it read", async () => {
  const file = here("many.csv"), room = here("tight"), words = ["import", "--data", room, ...PLACE, "--format", "csv"];
  const row = (i) => `${i};2026-11-01 12:00;Klotter;${"x".repeat(400)}\n`;
  await writeFile(file, "Nr;Datum;Typ;Text\n" + Array.from({ length: 12_000 }, (_, i) => row(i)).join(""));
  await samsynOk(["init", "--data", room]);
  const done = await samsynThrough(`ulimit -f 2048; exec "$0" "$@"`, [...words, file]);
  readAloud("import", done, 1, /Disken är full|har plats/);
  assert.match(done.err, /tight/);
  assert.doesNotMatch(done.err, /many\.csv kunde inte skrivas/);
  assert.match((await samsynOk([...words, file])).out, /12.000 rader lästa/); // and it goes on
});

function samsynThrough(script, words) {
  return new Promise((resolve) => {
    execFile("sh", ["-c", script, program, ...words], { env: { ...process.env, LC_ALL: "C" } }, (e, out, err) =>
      resolve({ code: e ? e.code : 0, out, err }));
  });
}

if (!onSqlite) {
  test("PostgreSQL that says no is told apart: log-in, database, empty, newer", async () => {
    const env = { LC_ALL: "C", PGPASSWORD: "hemligt" };
    const address = (change) => {
      const url = new URL(place.database.url);
      change(url);
      return url.href;
    };
    const ask = (url) => samsyn(["doctor", "--database", url], { env });
    readAloud("user", await ask(address((u) => (u.username = "ingen_sadan"))), 1, /släpper inte in oss.*--database/);
    readAloud("name", await ask(address((u) => (u.pathname = "/finns_inte"))), 1, /finns inte.*createdb/);
    const empty = await newInstallation();
    readAloud("empty", await ask(empty.database.url), 1, /ingen installation.*samsyn init --database/);
    readAloud("migrate of nothing", await samsyn(["migrate", ...empty.args], { env }), 1, /ingen installation.*samsyn init --database/);
    await samsynOk(["init", ...empty.args]);
    await empty.database.query(NEWER);
    readAloud("newer", await samsyn(["migrate", ...empty.args], { env }), 1, /nyare Samsyn.*Installera/);
    await empty.remove();
  });
}

test("PostgreSQL that is starting is told apart from one that is full", async () => {
  // What the server answers to everybody while it recovers: an error with a code, and nothing else.
  const fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
  const no = Buffer.alloc(5 + fields.length);
  no.write("E", 0);
  no.writeUInt32BE(4 + fields.length, 1);
  no.write(fields, 5);
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (asked) => (asked.length === 8 ? socket.write("N") : socket.end(no)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `postgresql://samsyn@127.0.0.1:${server.address().port}/samsyn`;
  readAloud("starting", await samsyn(["doctor", "--database", url], { env: { LC_ALL: "C" } }), 1,
    /PostgreSQL startar eller stannar just nu.*Försök igen/);
  server.close();
});

test("one entry of the log is an entry", async () => {
  const place = here("alone");
  await samsynOk(["init", "--data", place]);
  await samsyn(["import", "--data", place, ...PLACE, "--format", "geojson", here("list.txt")]);
  const { out } = await samsynOk(["audit", "verify", "--data", place, "--lang", "sv"]);
  assert.match(out, /: 1 post\./);
});
