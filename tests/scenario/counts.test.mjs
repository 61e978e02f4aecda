// SPDX-License-Identifier: AGPL-3.0-or-later
// What counts: incidents. Every number of the picture leads to exactly its rows, in the list, the
// interface, the exports and the tiles alike; reports that are no incidents stand beside it.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { samsyn, samsynOk, startServer } from "./lib.mjs";

let server, coordinator, picture, page;

const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
const FROM = day(90), LAST = day(31);
const PERIOD = `from=${FROM}&to=${LAST}`;

const digits = (text) => Number(text.replace(/\D/g, ""));
const count = async (query) =>
  (await coordinator.get(`/api/v1/1493/events?${query}&size=1`)).json().count;
const said = async (query) => {
  const list = await coordinator.get(`/1493/handelser?${query}`);
  return digits(/class="said"[^>]*>([\d\s\u00a0\u202f]+) /.exec(list.text)[1]);
};

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = server.client();
  const form = await coordinator.get("/logga-in");
  await coordinator.submitOk(form, "/logga-in",
    { email: "samordnare@example.se", password: "samsyn-exempel-2026" });
  picture = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  page = await coordinator.get(`/1493/laget?${PERIOD}`);
});
after(() => server?.stop());

/** The number that the picture gives for what an address of the list asks for. */
function told(address) {
  const query = new URL(address, server.url).searchParams;
  const own = query.get("from") === FROM && query.get("to") === LAST;
  const of = (row) => {
    if (own) return row?.n;
    if (query.get("from") === picture.period_before.from) return row?.before?.n;
    if (query.get("from") === picture.period_year_before.from) return row?.year_before?.n;
    return undefined;
  };
  const find = (rows, key, name) => rows.find((row) => row[key] === query.get(name));
  if (query.has("type")) return of(find(picture.types, "code", "type"));
  if (query.has("noarea")) return of(picture.areas.find((row) => row.id === null));
  if (query.has("noorganisation")) return of(picture.organisations.find((row) => row.id === null));
  if (query.has("area")) return of(find(picture.areas, "id", "area"));
  if (query.has("organisation")) return of(find(picture.organisations, "id", "organisation"));
  if (query.has("source")) return of(find(picture.sources, "source", "source"));
  if (query.has("place")) return of(find(picture.places, "name", "place"));
  if (query.get("kind") !== "incident") return picture.besides[query.get("kind")];
  if (own) return picture.all.n;
  return find(picture.timeline, "from", "from")?.n;
}

test("there are reports of every kind to tell apart", () => {
  assert.ok(picture.besides.all_clear > 0 && picture.besides.positive > 0 && picture.all.n > 0);
});

test("every number of the picture leads to exactly its rows", async () => {
  const links = [...new Set(page.links("/1493/handelser?"))];
  const seen = new Set();
  assert.ok(links.length > 40, `${links.length} links`);
  for (const link of links) {
    const query = link.split("?")[1];
    const number = told(link);
    assert.notEqual(number, undefined, link);
    assert.equal(await count(query), number, link);
    for (const name of new URLSearchParams(query).keys()) seen.add(name);
  }
  for (const name of ["type", "area", "organisation", "source", "place", "kind", "noarea"])
    assert.ok(seen.has(name), `a link by ${name}`);
});

test("the list says the same number as the picture, and of what kind", async () => {
  const query = `${PERIOD}&kind=incident`;
  assert.equal(await said(query), picture.all.n);
  const list = await coordinator.get(`/1493/handelser?${query}`);
  assert.match(list.words, /[\d\u202f]+ händelser i Mariestad/);
  const calm = await coordinator.get(`/1493/handelser?${PERIOD}&kind=all_clear`);
  assert.match(calm.words, new RegExp(`${picture.besides.all_clear} rapport(er)? om att inget har hänt i Mariestad`));
});

test("the list shows all reports, and says how many of them are incidents", async () => {
  const { all_clear, positive } = picture.besides;
  assert.equal(await count(PERIOD), picture.all.n + all_clear + positive);
  assert.equal(await said(PERIOD), picture.all.n + all_clear + positive);
  const list = await coordinator.get(`/1493/handelser?${PERIOD}`);
  assert.match(list.words, new RegExp(
    `[\\d\u202f]+ rapporter i Mariestad .* Det är [\\d\u202f]+ händelser, ${all_clear} rapport(er)? ` +
    `om att inget har hänt och ${positive} rapport(er)? om`));
});

test("the line beside the picture tells them and leads to them", async () => {
  const { all_clear, positive } = picture.besides;
  assert.match(page.words, new RegExp(`Dessutom: ${all_clear} rapport(er)? om att inget har hänt och ` +
    `${positive} rapport(er)? om .* De räknas inte som händelser`));
  for (const kind of ["all_clear", "positive"])
    assert.ok(page.links("/1493/handelser?").some((link) => link.includes(`kind=${kind}`)), kind);
});

test("the filter is a field of the list, and stays when another is changed", async () => {
  const list = await coordinator.get(`/1493/handelser?${PERIOD}&kind=all_clear&kind=positive`);
  assert.equal(await count(`${PERIOD}&kind=all_clear&kind=positive`),
    picture.besides.all_clear + picture.besides.positive);
  assert.deepEqual(list.form("/handelser").fields.getAll("kind").sort(), ["all_clear", "positive"]);
  const placed = page.links("/1493/handelser?").find((link) => link.includes("place="));
  const kept = (await coordinator.get(placed)).form("/handelser").fields;
  assert.equal(kept.get("kind"), "incident");
  assert.equal(kept.get("placed"), "1");
  const wrong = await coordinator.get("/1493/handelser?kind=nonsense");
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Välj vad som ska visas/);
});

test("exports hold exactly the rows of the kind, and say it", async () => {
  const json = (await coordinator.get(`/1493/handelser.json?${PERIOD}&kind=incident`)).json();
  const rows = json.events ?? json;
  assert.equal(rows.length, picture.all.n);
  assert.ok(rows.every((row) => row.kind === "incident"));
  const csv = (await coordinator.get(`/1493/handelser.csv?${PERIOD}&kind=positive`)).text;
  assert.equal(csv.trim().split("\r\n").length - 1, picture.besides.positive);
  const args = ["export", ...server.place.args, "--municipality", "1493", "--from", FROM, "--to", LAST];
  const told = await samsynOk([...args, "--kind", "all_clear", "--kind", "positive", "--format", "json"]);
  const out = JSON.parse(told.out);
  assert.equal((out.events ?? out).length, picture.besides.all_clear + picture.besides.positive);
  assert.equal((await samsyn([...args, "--kind", "nonsense"])).code, 2);
});

test("the tiles of the picture's map hold the same rows", async () => {
  const tiles = decodeURI(/data-data="([^"]*tiles[^"]*)"|([^"']*handelser\/tiles[^"']*)/.exec(page.text)[0]);
  assert.match(tiles, /kind=incident/);
  const at = "/1493/handelser/tiles/7/68/38.mvt";
  const bytes = async (query) => (await coordinator.get(`${at}?${query}`)).bytes;
  const [incidents, all] = [await bytes(`${PERIOD}&kind=incident`), await bytes(PERIOD)];
  assert.ok(incidents.length > 0);
  assert.notDeepEqual(incidents, all);
});

test("the command line and the documents say the same", async () => {
  const args = ["picture", ...server.place.args, "--municipality", "1493", "--from", FROM, "--to", LAST,
    "--lang", "sv"];
  const json = JSON.parse((await samsynOk(args)).out);
  assert.deepEqual(json.besides, picture.besides);
  assert.deepEqual(json.all, picture.all);
  const html = (await samsynOk([...args, "--format", "html"])).out;
  assert.ok(html.includes(`Dessutom: ${picture.besides.all_clear} rapport`));
  const csv = (await coordinator.get(`/1493/laget.csv?${PERIOD}`)).text;
  assert.match(csv, new RegExp(`"all_clear";"[^"]+";${picture.besides.all_clear};;`));
});
