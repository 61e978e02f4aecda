// SPDX-License-Identifier: AGPL-3.0-or-later
// The scripts of the outbox as a browser gets them, outside a browser.

import { webcrypto } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

export async function outboxScript() {
  globalThis.crypto ??= webcrypto; // Node 18 has it only under this name
  const out = await esbuild.build({
    stdin: { resolveDir: path.join(root, "web/js"), contents: ["lock", "outbox", "outbox_file", "outbox_memory",
      "uuid7"].map((name) => `export * from "./${name}.js";`).join("\n") },
    bundle: true, format: "esm", write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(out.outputFiles[0].contents).toString("base64")}`);
}

/** Small, and the same for the same seed: mulberry32. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
