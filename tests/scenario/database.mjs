// SPDX-License-Identifier: AGPL-3.0-or-later
// The database behind a server, past the program: rows put there for a test, and a seal over all of it
// that tells whether anything has changed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { engine } from "./lib.mjs";

function run(file, args, input) {
  const options = { maxBuffer: 64 << 20, env: { ...process.env, PYTHONHASHSEED: "0" } };
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (error, out, err) =>
      resolve({ code: error ? 1 : 0, out, err }));
    child.stdin.end(input);
  });
}

// Reads a script and a list of tables; says JSON. Nothing is kept open, so the server is not in the way.
const sqlite = `
import json, sqlite3, sys
path, tables = sys.argv[1], sys.argv[2].split()
db = sqlite3.connect(path, timeout=30)
text = sys.stdin.read()
def plain(v): return v.hex() if isinstance(v, bytes) else v
if tables:
    out = {}
    for t in tables:
        sums = [hash(repr(r)) for r in db.execute("SELECT * FROM " + t)]
        out[t] = str(sum(sums)) + " " + str(len(sums))
elif text.startswith("SELECT"):
    db.row_factory = sqlite3.Row
    out = [{k: plain(r[k]) for k in r.keys()} for r in db.execute(text)]
else:
    db.executescript("BEGIN;" + text + ";COMMIT;")
    out = None
db.close()
print(json.dumps(out))
`;

async function onSqlite(place, text, tables = []) {
  const file = path.join(place.data, "samsyn.db");
  const done = await run("python3", ["-c", sqlite, file, tables.join(" ")], text);
  assert.equal(done.code, 0, `${text.slice(0, 2000)}: ${done.err}`);
  return JSON.parse(done.out);
}

/* Past the walls, and through standard input: a statement may be longer than an argument. */
async function onPostgres(place, text) {
  const done = await run("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
    place.database.url, "-f", "-"], `SET app.scope = 'national';\n${text};\n`);
  assert.equal(done.code, 0, `${text.slice(0, 2000)}: ${done.err}`);
  return done.out.trim();
}

/** The rows of a SELECT. Ids come back as 32 hexadecimal digits. */
export async function select(place, query) {
  if (engine !== "postgres") return onSqlite(place, query);
  const text = await onPostgres(place, `SELECT coalesce(json_agg(t), '[]') FROM (${query}) t`);
  const rows = JSON.parse(text);
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
        row[name] = value.replaceAll("-", "");
  return rows;
}

/** Statements in one transaction. */
export const execute = (place, statements) =>
  engine === "postgres"
    ? onPostgres(place, `BEGIN;\n${statements.join(";\n")};\nCOMMIT`)
    : onSqlite(place, statements.join(";\n"));

/** An id as a literal of the engine. */
export const idLiteral = (id) =>
  engine === "postgres" ? `'${id}'` : `x'${id.replaceAll("-", "")}'`;

function literal(value) {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(value);
  if (value.literal) return value.literal;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return idLiteral(value);
  return `'${value.replaceAll("'", "''")}'`;
}

/** INSERT of a row given as an object. A text that looks like an id is one. */
export const insert = (table, row) =>
  `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.values(row)
    .map(literal).join(", ")})`;

/** A sum over each table: { table: text }. */
export async function seal(place, tables) {
  if (engine !== "postgres") return onSqlite(place, "", tables);
  const each = tables.map((t) =>
    `SELECT '${t}' AS name, md5(coalesce(string_agg(r, '' ORDER BY r), '')) || ' ' || count(*) AS sum
       FROM (SELECT t::text AS r FROM ${t} t) s`);
  const rows = await select(place, each.join(" UNION ALL "));
  return Object.fromEntries(rows.map((r) => [r.name, r.sum]));
}
