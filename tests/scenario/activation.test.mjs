// SPDX-License-Identifier: AGPL-3.0-or-later
// The server as systemd runs it: the socket comes from systemd, who is told when it is ready, and
// the address answers again after each restart. activate.py stands in for systemd.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import test, { after, before } from "node:test";
import { newInstallation, program, samsynOk } from "./lib.mjs";

const helper = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  "activate.py");

let place;
before(async () => {
  place = await newInstallation();
  await samsynOk(["init", ...place.args]);
});
after(() => place?.remove());

/** A systemd of one's own. next() is the next line that it says. */
class Systemd {
  constructor(kind, args = []) {
    this.child = spawn("python3", [helper, kind, program, "serve", ...place.args, ...args],
      { stdio: ["pipe", "pipe", "pipe"] });
    this.ended = once(this.child, "close"); // when all that it said has been read
    this.log = "";
    this.child.stderr.on("data", (text) => (this.log += text));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async next() {
    return (await this.lines.next()).value;
  }

  /** Reads on to a line that begins with the word; answers the rest of it. */
  async until(word) {
    for (;;) {
      const line = await this.next();
      assert.ok(line !== undefined, `no "${word}" came:\n${this.log}`);
      if (line.startsWith(`${word} `)) return line.slice(word.length + 1);
    }
  }

  tell(word) {
    this.child.stdin.write(`${word}\n`);
  }

  async end() {
    this.child.stdin.end(); // once more does nothing
    await this.ended;
  }
}

const health = async (port) => (await fetch(`http://127.0.0.1:${port}/health`)).status;

test("the socket comes from systemd, and who comes before the program waits for it", async () => {
  const systemd = new Systemd("inet", ["--listen", "127.0.0.1:1"]); // a port that nobody may take
  try {
    const port = await systemd.until("port");
    const early = health(port);
    systemd.tell("start");
    assert.equal(await systemd.next(), "notify READY=1");
    assert.equal(await early, 200);
    const answers = await Promise.all(Array.from({ length: 40 }, () => health(port)));
    assert.ok(answers.every((status) => status === 200), String(answers));
    await systemd.end();
    assert.match(systemd.log, new RegExp(`http://127\\.0\\.0\\.1:${port}/`));
  } finally {
    await systemd.end();
  }
});

test("after a stop the address still takes callers, and the next start answers them", async () => {
  const systemd = new Systemd("inet");
  try {
    const port = await systemd.until("port");
    for (let i = 0; i < 3; i++) {
      const waiting = health(port);
      systemd.tell("start");
      assert.equal(await systemd.next(), "notify READY=1");
      assert.equal(await waiting, 200);
      systemd.tell("stop");
      assert.equal(await systemd.next(), "notify STOPPING=1");
      systemd.tell("wait");
      assert.equal(await systemd.until("exit"), "0");
    }
  } finally {
    await systemd.end();
  }
});

for (const [kind, sentence] of [["inet2", /2 adresser/], ["unix", /IP-adress/]])
  test(`what systemd cannot mean is a sentence and exit code 1: ${kind}`, async () => {
    const systemd = new Systemd(kind);
    try {
      systemd.tell("start");
      systemd.tell("wait");
      assert.equal(await systemd.until("exit"), "1");
      await systemd.end();
      assert.match(systemd.log, sentence);
    } finally {
      await systemd.end();
    }
  });
