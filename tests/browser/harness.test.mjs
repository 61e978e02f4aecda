// SPDX-License-Identifier: AGPL-3.0-or-later
// The judges must see faults: each is shown a bad page and a good one.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import test, { after, before } from "node:test";
import { checkAccessible, checkFits, launch, validate } from "./lib.mjs";

const good = `<!DOCTYPE html><html lang="sv"><head><meta charset="utf-8"><title>Bra</title></head>
<body><main><h1>Bra sida</h1><p>Text</p></main></body></html>`;
const bad = `<!DOCTYPE html><html><head><meta charset="utf-8"><title>Dålig</title></head>
<body><main><h1>Dålig sida</h1><img src="/x.png"><p style="width:3000px">bred</p>
<table><p>fel</p></table><script>document.title = "x"</script></main></body></html>`;
let server, browser, url;

before(async () => {
  server = http.createServer((request, answer) => {
    const headers = { "content-type": "text/html; charset=utf-8" };
    headers["content-security-policy"] = "default-src 'self'; style-src 'self' 'unsafe-inline'";
    answer.writeHead(request.url === "/x.png" ? 404 : 200, headers);
    answer.end(request.url === "/good" ? good : bad);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
});

test("a good page passes every judge", async () => {
  const page = await browser.page({ width: 390 });
  await page.goto(`${url}/good`);
  await checkAccessible(page);
  await checkFits(page);
  browser.checkQuiet();
  await browser.checkHtml();
});

test("a bad page is told by every judge", async () => {
  const page = await browser.page({ width: 390 });
  await page.goto(`${url}/bad`);
  await assert.rejects(checkAccessible(page), /image-alt/);
  await assert.rejects(checkFits(page), /wider/);
  assert.throws(() => browser.checkQuiet(), /Content Security Policy/);
  await assert.rejects(browser.checkHtml(), /table/);
});

test("the validator names the page of a fault", async () => {
  const faults = await validate(new Map([["/a", good], ["/b", bad]]));
  assert.ok(faults.length > 0 && faults.every((fault) => fault.startsWith("/b:")));
});
