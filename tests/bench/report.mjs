// SPDX-License-Identifier: AGPL-3.0-or-later
// How soon the form of a report can be used on a slow telephone: 4 times slower processor, 400 kbit/s,
// with and without a delay of its own for each answer.
//
//     SAMSYN_BIN=build/src/cmd/samsyn node tests/bench/report.mjs [times]

import { launch, logIn } from "../browser/lib.mjs";
import { startServer } from "../scenario/lib.mjs";

const TIMES = Number(process.argv[2] ?? 7);
const RATE = 400_000 / 8; // bytes a second

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** One first visit: milliseconds until something is drawn, until a choice of a kind shows, and bytes. */
async function visit(browser, server, cookies, latency) {
  const page = await browser.page({ cookies, width: 390, height: 844 });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: RATE,
    uploadThroughput: RATE });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  cdp.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
  await page.addInitScript(() => {
    const look = () => {
      const choice = document.querySelector("[name=main]");
      if (!choice || document.querySelector("link[rel=stylesheet]")?.sheet == null) return requestAnimationFrame(look);
      choice.click();
      const seen = () => (choice.checked && document.querySelector("#f-place")?.checkVisibility()
        ? (globalThis.usable = performance.now()) : requestAnimationFrame(seen));
      seen();
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${server.url}/1493/rapportera`);
  await page.waitForFunction(() => globalThis.usable);
  const told = await page.evaluate(() => ({ usable: globalThis.usable,
    drawn: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    script: performance.getEntriesByType("resource").find((r) => /site\..*js/.test(r.name))?.responseEnd,
    html: performance.getEntriesByType("navigation")[0].responseEnd }));
  await page.context().close();
  return { ...told, bytes };
}

const server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
const browser = await launch();
try {
  const cookies = await logIn(server, "bovard.1493@example.se");
  for (const latency of [0, 150, 400]) {
    const seen = [];
    for (let i = 0; i < TIMES; i++) seen.push(await visit(browser, server, cookies, latency));
    const of = (name) => Math.round(median(seen.map((s) => s[name])));
    console.log(`delay ${latency} ms: page here ${of("html")} ms, drawn ${of("drawn")} ms, form usable ${of("usable")} ms, ` +
      `script here ${of("script")} ms, ${of("bytes")} bytes`);
  }
} finally {
  await browser.close();
  await server.stop();
}
