// SPDX-License-Identifier: AGPL-3.0-or-later
// A server of one's own for a test file, and a client that behaves like a browser without script.
//
//     const s = await startServer({ exercise: 1 });
//     after(() => s.stop());
//     const c = s.client();
//     const page = await c.get("/");
//     const next = await c.submitOk(page, "/log-in", { email, password });
//
// SAMSYN_BIN is the program, SAMSYN_TEST_ENGINE is sqlite or postgres, SAMSYN_TEST_PG the address
// of a PostgreSQL where databases may be made, SAMSYN_TEST_KEPT the folder of kept_exercise.mjs (without
// it each file draws exercise data of its own). tools/check sets all four.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "./client.mjs";

export { Client, Page, totp } from "./client.mjs";

export const engine = process.env.SAMSYN_TEST_ENGINE ?? "sqlite";
export const program = process.env.SAMSYN_BIN ?? path.resolve("build-check-gcc/src/cmd/samsyn");

/** Runs the program to its end: { code, out, err }. Never throws for an exit code. */
export function samsyn(args, { input = "", env = {}, seconds = 120 } = {}) {
  return run(program, args, { input, env, seconds });
}

function run(file, args, { input = "", env = {}, seconds = 120 } = {}) {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { timeout: seconds * 1000, maxBuffer: 64 << 20, env: { ...process.env, ...env } },
      (error, out, err) => {
        const code = error ? (typeof error.code === "number" ? error.code : 128) : 0;
        resolve({ code, out, err });
      },
    );
    child.stdin.on("error", () => {}); // it may have ended without reading
    child.stdin.end(input);
  });
}

/** The same, but anything else than exit code 0 fails the test with what the program said. */
export async function samsynOk(args, options) {
  const done = await samsyn(args, options);
  assert.equal(done.code, 0, `samsyn ${args.join(" ")}: ${done.err || done.out}`);
  return done;
}

export const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Stockholm" });
export const keptFile = (folder) => path.join(folder, `${engine}.json`);

/** Exercise data that was drawn today for all files of the run, if it was. */
function keptExercise() {
  const file = process.env.SAMSYN_TEST_KEPT && keptFile(process.env.SAMSYN_TEST_KEPT);
  const kept = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  return kept?.day === today() ? kept : undefined;
}

/** An installation: a data directory, and a database of its own when that is the engine. Empty, and not
 * initialised; or with the exercise data of a seed. */
export async function newInstallation({ exercise } = {}) {
  const dir = await mkdtemp(path.join(tmpdir(), "samsyn-scenario-"));
  const place = { dir, data: path.join(dir, "data"), args: ["--data", path.join(dir, "data")] };
  const kept = exercise === 1 ? keptExercise() : undefined;
  if (kept) await cp(kept.data, place.data, { recursive: true });
  if (engine === "postgres") {
    await mkdir(place.data, { mode: 0o700, recursive: true });
    place.database = await createDatabase(kept?.database);
    place.args = [...place.args, "--database", place.database.url];
  }
  place.remove = async () => {
    if (place.database) await place.database.drop();
    await rm(dir, { recursive: true, force: true });
  };
  if (exercise !== undefined && !kept) {
    await samsynOk(["init", ...place.args]);
    await samsynOk(["exercise", ...place.args, "--seed", String(exercise)], { seconds: 300 });
  }
  return place;
}

async function psql(url, statement) {
  const done = await run("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c",
    statement]);
  assert.equal(done.code, 0, `psql: ${done.err}`);
  return done.out.trim();
}

/** A database of its own, empty or like another that nobody uses. */
export async function createDatabase(like) {
  const base = process.env.SAMSYN_TEST_PG;
  assert.ok(base, "SAMSYN_TEST_PG is not set: run through tools/check or tools/pg");
  const name = `t_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await psql(base, `CREATE DATABASE ${name}${like ? ` TEMPLATE ${like} STRATEGY file_copy` : ""}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    query: (statement) => psql(url.href, statement),
    // Not WITH (FORCE): that may not end a vacuum that PostgreSQL has begun by itself, plain DROP may.
    drop: async () => {
      await psql(base, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = '${name}' AND usename = current_user`);
      await psql(base, `DROP DATABASE IF EXISTS ${name}`);
    },
  };
}

/** Starts a server. exercise: the seed of exercise data; municipalities: codes to switch on;
 * place: an installation made before (it is then the caller's to remove). */
export async function startServer({ exercise, municipalities = [], place, args = [], env } = {}) {
  const whole = exercise !== undefined && municipalities.length === 0;
  const home = place ?? (await newInstallation(whole ? { exercise } : {}));
  if (!place && !whole) {
    await samsynOk(["init", ...home.args, ...municipalities.flatMap((m) => ["--municipality", m])]);
    if (exercise !== undefined)
      await samsynOk(["exercise", ...home.args, "--seed", String(exercise)], { seconds: 300 });
  }
  const server = new Server(home, !place);
  await server.start(args, env);
  return server;
}

export class Server {
  constructor(place, removeAfter) {
    this.place = place;
    this.removeAfter = removeAfter;
    this.log = "";
  }

  /** Starts the process; it chooses a free port itself and tells it when it answers. */
  async start(args = [], env = {}) {
    this.child = spawn(
      program,
      ["serve", ...this.place.args, "--listen", "127.0.0.1:0", ...args],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
    );
    this.ended = once(this.child, "close"); // when all that it said has been read
    this.port = undefined;
    this.child.stderr.on("data", (text) => this.#keep(text));
    await new Promise((resolve) => {
      let said = "";
      this.child.once("exit", resolve);
      this.child.stdout.on("data", (text) => {
        this.#keep(text);
        said += text;
        this.port ??= /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
        if (this.port) resolve();
      });
    });
    if (!this.port) {
      await this.stop();
      assert.fail(`the server did not start:\n${this.log}`);
    }
    this.url = `http://127.0.0.1:${this.port}`;
    const answer = await fetch(`${this.url}/health`);
    assert.equal(answer.status, 200, `/health after the start:\n${this.log}`);
  }

  #keep(text) {
    this.log = (this.log + text).slice(-200_000);
  }

  client() {
    return new Client(this.url);
  }

  /** What the program wrote about the accounts of the exercise data. */
  async accounts() {
    return readFile(path.join(this.place.data, "exercise-accounts.txt"), "utf8");
  }

  /** Sends bytes as they are and returns all that comes back until the server closes. */
  async raw(bytes) {
    const socket = net.connect(this.port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1").on("data", (text) => (answer += text));
    socket.on("error", () => {}); // a reset is an answer too
    socket.write(bytes);
    await once(socket, "close");
    return answer;
  }

  /** A client that is logged in as somebody of the exercise data. */
  logIn(email, password) {
    return this.client().logIn(email, password);
  }

  /** Stops the process (by its id), and removes the installation that was made for it. */
  async stop(signal = "SIGTERM") {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null)
      this.child.kill(signal);
    const [code, by] = this.child ? await this.ended : [0, null];
    if (this.removeAfter) await this.place.remove();
    return { code, by };
  }
}
