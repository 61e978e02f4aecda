// SPDX-License-Identifier: AGPL-3.0-or-later
// What the public sees, from "Publicera" to the open data, and what it never sees.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

let server, coordinator, officer, public_;

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  officer = await server.logIn("kommunpolis.1493@example.se");
  public_ = server.client();
});
after(() => server?.stop());

const publishPath = (from, to) => `/1493/laget/publicera?from=${day(from)}&to=${day(to)}`;

test("public pages answer without an account, in both languages, for active municipalities only", async () => {
  for (const path of ["/gullspang/", "/gullspang/laget", "/gullspang/om", "/gullspang/tillganglighet"]) {
    const page = await public_.get(path);
    assert.equal(page.status, 200, path);
    assert.match(page.words, /Övningsdata/, path);
    assert.match(page.headers.get("cache-control"), /^public/);
  }
  assert.match((await public_.get("/gullspang/tillganglighet")).words, /2018:1937/);
  for (const path of ["/habo/", "/ingenstans/", "/gullspang/laget/x",
    "/gullspang/laget/00000000-0000-7000-8000-000000000000", "/habo/laget.atom"])
    assert.equal((await public_.get(path)).status, 404, path);
  public_.cookies.set("lang", "en");
  assert.match((await public_.get("/gullspang/")).words, /Safety in Gullspång/);
  public_.cookies.delete("lang");
  assert.equal((await public_.get("/gullspang")).url, `${server.url}/gullspang/`);
});

test("a page that has not changed is not sent again", async () => {
  const first = await public_.get("/gullspang/om");
  const again = await public_.get("/gullspang/om",
    { headers: { "if-none-match": first.headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.equal(again.text, "");
});

test("a text that points at a person is not published", async () => {
  const preview = await coordinator.get(publishPath(60, 31));
  assert.match(preview.words, /Så ser allmänheten det/);
  const answer = await coordinator.submit(preview, "/laget/publicera",
    { title: "Läget", note: "Ring 070-123 45 67 om du såg något.", do: "publish" });
  assert.equal(answer.status, 422);
  assert.match(answer.words, /070-123 45 67/);
  assert.match(answer.text, /Ring 070-123 45 67 om du såg något/); // what was typed is kept
  assert.equal((await public_.get("/mariestad/laget")).links("/mariestad/laget/").length, 0);
});

test("published, seen by all at once, as page, feed and open data, with no small number", async () => {
  assert.match((await public_.get("/mariestad/")).words, /inte publicerat något/); // now in memory
  const preview = await coordinator.get(publishPath(60, 31));
  await coordinator.submitOk(preview, "/laget/publicera",
    { title: "Läget i höst", note: "Fler vuxna är ute i centrum.", do: "publish" });
  const start = await public_.get("/mariestad/");
  assert.match(start.words, /Läget i höst/);
  const [href] = start.links("/mariestad/laget/");
  const page = await public_.get(href);
  assert.match(page.words, /Fler vuxna är ute i centrum\./);
  assert.match(page.words, /Publicerad .*Uppdaterad/);
  const data = (await public_.get(`${href}.json`)).json();
  const numbers = [data.picture.n, data.picture.before,
    ...[...data.picture.types, ...data.picture.areas].flatMap((row) => [row.n, row.before])];
  for (const n of numbers) assert.ok(n === null || n === undefined || n === 0 || n >= 5, `${n}`);
  assert.ok(numbers.some((n) => n === null), "something small was hidden");
  assert.match((await public_.get(`${href}.csv`)).text, /^\ufeff?kind;code;name;n;before/);
  const feed = await public_.get("/mariestad/laget.atom");
  assert.match(feed.headers.get("content-type"), /^application\/atom\+xml/);
  assert.match(feed.text, /<title>Läget i höst<\/title>/);
});

test("a window that would give a small number away is refused, and so is a period just ended", async () => {
  // one day more or less: many types have one to four events on that day
  const answers = [];
  for (const [from, to] of [[60, 32], [59, 31], [60, 30], [61, 31]]) {
    const preview = await coordinator.get(publishPath(from, to));
    answers.push(/kan inte publiceras/.test(preview.words));
  }
  assert.ok(answers.includes(true));
  const early = await coordinator.get(publishPath(20, 5));
  assert.match(early.words, /måste ha varit slut i 14 dagar/);
  const answer = await coordinator.post("/1493/laget/publicera", {
    csrf: early.form("/logga-ut").fields.get("csrf"), from: day(20), to: day(5), title: "För tidigt", do: "publish",
  });
  assert.equal(answer.status, 422);
});

test("only those who may publish reach it; withdrawing takes the page away", async () => {
  assert.equal((await officer.get(publishPath(60, 31))).status, 403);
  const list = await coordinator.get("/1493/laget/publicerat");
  const [href] = list.links("/mariestad/laget/");
  assert.equal((await public_.get(href)).status, 200);
  await coordinator.submitOk(list, "/dra-tillbaka");
  for (const path of [href, `${href}.json`, `${href}.csv`])
    assert.equal((await public_.get(path)).status, 404, path);
  assert.doesNotMatch((await public_.get("/mariestad/")).words, /Läget i höst/);
});

test("contacts are edited by the staff and read by all", async () => {
  const shown = await coordinator.get("/1493/installningar/kontakter");
  const page = { form: () => shown.forms.find((form) => form.action.endsWith("/kontakter")) };
  const wrong = await coordinator.submit(page, "/kontakter", { role: "Vaktmästare" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /telefonnummer eller en e-postadress/);
  await coordinator.submitOk(page, "/kontakter",
    { role: "Vaktmästare", name: "", phone: "0501-12 34 56", email: "", sort: "9" });
  const start = await public_.get("/mariestad/");
  assert.match(start.words, /Vaktmästare/);
  assert.ok(start.links("tel:").includes("tel:0501123456"));
  const removal = (await coordinator.get("/1493/installningar/kontakter")).forms
    .filter((form) => form.action.endsWith("/ta-bort")).at(-1);
  const gone = await coordinator.post(removal.action, Object.fromEntries(removal.fields));
  assert.equal(gone.status, 303);
  assert.doesNotMatch((await public_.get("/mariestad/")).words, /Vaktmästare/);
});

const moved = async (path, client = public_) => {
  const answer = await client.send("GET", path);
  return [answer.status, answer.headers.get("location")];
};

test("an address with capitals, å, ä, ö or other slashes leads to the right one, and nowhere else", async () => {
  const raw = async (path) => {
    const answer = await server.raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    return [Number(answer.split(" ")[1]), /^Location: (.*)\r$/mi.exec(answer)?.[1] ?? null];
  };
  for (const [asked, right] of [
    ["/GULLSPANG/", "/gullspang/"], ["/gullsp%C3%A5ng/", "/gullspang/"], ["/GULLSP%C3%85NG", "/gullspang/"],
    ["/H%C3%A5bo/", "/habo-uppsala/"], ["/Habo/", "/habo/"], ["/Gullspang", "/gullspang/"], ["/gullspang", "/gullspang/"],
    ["//gullspang/", "/gullspang/"], ["/gullspang//", "/gullspang/"], ["/Gullspang/Laget/", "/gullspang/laget"],
    ["/T%C3%B6reboda/om?a=1&b=%C3%A5", "/toreboda/om?a=1&b=%C3%A5"], ["/Mariestad/LAGET.atom", "/mariestad/laget.atom"],
    ["/1493/Handelser?type=damage", "/1493/handelser?type=damage"], ["/1493/handelser/", "/1493/handelser"],
    ["/1493//handelser//ny", "/1493/handelser/ny"], ["/Logga-In/", "/logga-in"], ["//", "/"],
  ])
    assert.deepEqual(await raw(asked), [308, right], asked);
  for (const asked of ["//evil.example", "//evil.example/", "//evil.example/om", "/%2Fevil.example/", "///evil.example",
    "/%5Cevil.example/", "/%5C%5Cevil.example/om", "/evil.example//", "/..//gullspang/", "/GULLSPANG/../evil/",
    "/%0D%0ALocation:%20x/", "/Ingenstans/", "/GULLSPANG/finns-inte", "/gullspang/laget/.."]) {
    const [status, location] = await raw(asked);
    assert.ok(status === 404 || status === 400, `${asked}: ${status}`);
    assert.equal(location, null, asked);
  }
  assert.equal((await public_.send("POST", "/Logga-In")).status, 405);
});

test("the API's description has an address at the root too", async () => {
  assert.deepEqual(await moved("/openapi.json"), [308, "/api/v1/openapi.json"]);
});

test("a feed in which nothing is published yet says when the municipality joined", async () => {
  const feed = await public_.get("/toreboda/laget.atom");
  assert.doesNotMatch(feed.text, /<entry>/);
  const updated = Date.parse(/<updated>(.*?)<\/updated>/.exec(feed.text)[1]);
  assert.ok(Math.abs(Date.now() - updated) < 3_600_000, feed.text);
});
