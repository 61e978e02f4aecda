// SPDX-License-Identifier: AGPL-3.0-or-later
// A way to the server that breaks: between client and server on loopback, each request is let through or
// cut at a place that the test chooses.
//
//     const way = await startCutter(server.url, (request) => "after");
//     ... use way.url ...; way.cuts counts; way.close()

import { once } from "node:events";
import http from "node:http";

/** Where a request can be cut: before it reaches the server; when half of it has; when all of it has and
 * nobody waits for the answer; when the server has answered and the client hears nothing; when the client
 * has half of the answer. */
export const PLACES = ["before", "half", "commit", "after", "answer"];

async function answerOf(out) {
  const [answer] = await once(out, "response");
  const parts = [];
  for await (const part of answer) parts.push(part);
  const head = answer.rawHeaders.join(": ").length + 2 * answer.rawHeaders.length;
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts), head };
}

async function pass(target, place, request, response, sent) {
  if (place === "before") return request.socket.destroy();
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const out = http.request(new URL(request.url, target), { method: request.method, agent: false,
    headers: { ...request.headers, connection: "close" } });
  out.on("error", () => {}); // what is cut here is broken there too
  if (place === "half" || place === "commit") {
    const sent = place === "half" ? body.subarray(0, body.length >> 1) : body;
    await new Promise((done) => (place === "half" && body.length ? out.write(sent, done) : out.end(sent, done)));
    out.destroy();
    return request.socket.destroy();
  }
  const answer = await answerOf(out.end(body) && out);
  if (place === "after") return request.socket.destroy();
  delete answer.headers["transfer-encoding"];
  response.writeHead(answer.status, { ...answer.headers, connection: "close", "content-length": answer.body.length });
  sent(answer.body.length + answer.head);
  if (!place) return response.end(answer.body);
  response.write(answer.body.subarray(0, answer.body.length >> 1), () => request.socket.destroy());
}

/** choose(request): one of PLACES, or null to let it through. */
export async function startCutter(target, choose) {
  const way = { cuts: 0, choose, sent: () => {} }; // sent(bytes): what went to the client
  const server = http.createServer((request, response) => {
    const place = way.choose(request);
    if (place) way.cuts++;
    pass(target, place, request, response, (n) => way.sent(n)).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  way.url = `http://127.0.0.1:${server.address().port}`;
  way.close = () => {
    server.closeAllConnections?.();
    return new Promise((done) => server.close(done));
  };
  return way;
}
