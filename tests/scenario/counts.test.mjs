// SPDX-License-Identifier: AGPL-3.0-or-later
// What counts: incidents. Every number of the picture leads to exactly its rows, in the list, the
// interface, the exports and the tiles alike; reports that are no incidents stand beside it.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { samsyn, samsynOk, startServer } from "./lib.mjs";

let server, coordinator, picture, page, rows;

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
  coordinator = await server.logIn("samordnare@example.se");
  picture = (await coordinator.get(`/1493/laget.json?${PERIOD}`)).json();
  page = await coordinator.get(`/1493/laget?${PERIOD}`);
  rows = (await coordinator.get(`/1493/handelser.json?${PERIOD}&kind=incident`)).json();
  rows = (rows.events ?? rows).map(hoursOf);
});
after(() => server?.stop());

const HOUR = 3_600_000, WEEK = 7 * 24 * HOUR;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Stockholm", weekday: "short",
  hour: "2-digit", hourCycle: "h23" });
const shown = new Map(); // formatting is slow
function onTheClock(time) {
  const hour = Math.floor(time / HOUR);
  if (!shown.has(hour)) {
    const [day, at] = clock.format(hour * HOUR).split(/,? /);
    shown.set(hour, `${["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(day) + 1} ${Number(at)}`);
  }
  return shown.get(hour);
}

/** The hours of the week in which a row happened or can have: what a clock showed, hour by hour. */
function hoursOf(row) {
  const from = Date.parse(row.occurred_from), to = Date.parse(row.occurred_to);
  const hours = new Set();
  if (to - from > WEEK) return { type: row.type, timed: false, whole: false, hours };
  hours.add(onTheClock(from));
  for (let t = (Math.floor(from / HOUR) + 1) * HOUR; t < to; t += HOUR) hours.add(onTheClock(t));
  return { type: row.type, timed: true, whole: hours.size === 1, hours };
}

/** The rows that a number of weekday and hour stands for. */
const rowsOf = ({ weekday, hour, type = "" }) => rows.filter((row) => row.type.startsWith(type) &&
  [...row.hours].some((key) => {
  const [day, at] = key.split(" ");
  return (!weekday || day === weekday) && (!hour || at === hour);
}));

/** A number of the timeline, of this period or of the one before. */
function step(query) {
  const days = (from) => Math.round((Date.parse(query.get("from")) - Date.parse(from)) / 86_400_000);
  const now = picture.timeline.find((row) => row.from === query.get("from"));
  if (now) return now.n;
  const before = days(picture.period_before.from);
  return picture.timeline.find((_, i) => i * 7 === before)?.before;
}

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
  if (query.has("weekday") || query.has("hour"))
    return own ? rowsOf({ weekday: query.get("weekday"), hour: query.get("hour") }).length : undefined;
  if (query.has("timed")) return rows.filter((row) => row.timed).length;
  if (query.has("untimed")) return picture.quality.without_hour;
  if (query.has("noplace")) return picture.quality.without_place;
  if (query.has("type")) return of(find(picture.types, "code", "type"));
  if (query.has("noarea")) return of(picture.areas.find((row) => row.id === null));
  if (query.has("noorganisation")) return of(picture.organisations.find((row) => row.id === null));
  if (query.has("area")) return of(find(picture.areas, "id", "area"));
  if (query.has("organisation")) return of(find(picture.organisations, "id", "organisation"));
  if (query.has("source")) return of(find(picture.sources, "source", "source"));
  if (query.has("place")) return of(find(picture.places, "name", "place"));
  if (query.get("kind") !== "incident") return picture.besides[query.get("kind")];
  if (own) return picture.all.n;
  for (const [period, key] of [[picture.period_before, "before"], [picture.period_year_before, "year_before"]])
    if (query.get("from") === period.from && query.get("to") === period.to) return picture.all[key].n;
  return step(query);
}

test("there are reports of every kind to tell apart", () => {
  assert.ok(picture.besides.all_clear > 0 && picture.besides.positive > 0 && picture.all.n > 0);
});

test("every number of the picture leads to exactly its rows", async () => {
  const links = [...new Set(page.links("/1493/handelser?"))];
  const earlier = links.filter((link) => link.includes(`from=${picture.period_before.from}&to=${picture.period_before.to}`));
  for (const name of ["type=", "area=", "place=", "organisation=", "source=", "kind=incident"])
    assert.ok(earlier.some((link) => link.includes(`&${name}`)), `earlier by ${name}`);
  const seen = new Set();
  assert.ok(links.length > 240, `${links.length} links`);
  for (const link of links) {
    const query = link.split("?")[1];
    const number = told(link);
    assert.notEqual(number, undefined, link);
    assert.equal(await count(query), number, link);
    for (const name of new URLSearchParams(query).keys()) seen.add(name);
  }
  const spans = picture.quality.without_hour ? ["timed", "untimed"] : [];
  for (const name of ["type", "area", "organisation", "source", "place", "kind", "noarea",
    "weekday", "hour", "noplace", ...spans])
    assert.ok(seen.has(name), `a link by ${name}`);
});

/** The rows of a table in the figure with this id: the cells with their addresses. */
function table(id) {
  const figure = page.text.split(`<figure class="figure" id="${id}">`)[1].split("</figure>")[0];
  return [...figure.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<t[dh]\b[^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => ({
      text: cell.replace(/<[^>]*>/g, "").trim(),
      query: /href="[^"?]*\?([^"]*)"/.exec(cell)?.[1].replaceAll("&amp;", "&"),
    })));
}

test("a cell of weekday and hour leads to what happened then or can have", async () => {
  const lines = table("vecka");
  assert.equal(lines.length, 26, "a head, 24 hours and the sums");
  let whole = 0, parts = 0;
  for (const [hour, line] of lines.slice(1, 25).entries())
    for (const [day, cell] of line.slice(1, 8).entries()) {
      const weight = picture.weekday_hour[day][hour];
      assert.equal(cell.query !== undefined, weight >= 0.5, `day ${day + 1} hour ${hour}: ${cell.text}`);
      if (weight < 0.5) continue;
      const touching = rowsOf({ weekday: `${day + 1}`, hour: `${hour}` });
      assert.equal(Number(cell.text), Math.round(weight));
      assert.ok(touching.length >= weight - 0.001);
      if (touching.every((row) => row.whole)) {
        whole++;
        assert.equal(await count(cell.query), weight);
      } else parts++;
    }
  assert.ok(parts > 0);
  for (const [i, cell] of lines[25].slice(1, 8).entries())
    assert.match(cell.query, new RegExp(`weekday=${i + 1}$`));
  assert.equal(/&timed=1$/.test(lines[25][8].query), picture.quality.without_hour > 0);
  assert.equal(digits(lines[25][8].text), await count(lines[25][8].query));
  assert.equal(digits(lines[25][8].text) + picture.quality.without_hour, picture.all.n);
});

test("a cell of whole events alone shows as many as its list", async () => {
  const query = `${PERIOD}&type=disturbance`;
  const own = (await coordinator.get(`/1493/laget.json?${query}`)).json();
  let cells = 0;
  for (const [day, hours] of own.weekday_hour.entries())
    for (const [hour, weight] of hours.entries()) {
      const then = rowsOf({ weekday: `${day + 1}`, hour: `${hour}`, type: "disturbance" });
      if (!then.length || !then.every((row) => row.whole)) continue;
      cells++;
      assert.equal(await count(`${query}&kind=incident&weekday=${day + 1}&hour=${hour}`), weight);
    }
  assert.ok(cells > 5, `${cells} cells`);
});

test("the timeline and the bars lead to the rows of both periods", async () => {
  const steps = table("tid").slice(1);
  assert.equal(steps.length, picture.timeline.length);
  for (const [i, { n, before }] of picture.timeline.entries()) {
    assert.deepEqual([steps[i][1].text, steps[i][2].text].map(digits), [n, before]);
    if (n) assert.equal(await count(steps[i][1].query), n);
    if (before) assert.equal(await count(steps[i][2].query), before);
  }
  for (const [id, list] of [["typer", picture.types], ["omraden", picture.areas], ["platser", picture.places]])
    for (const line of table(id).slice(1)) {
      const [now, before] = [line[2], line[3]].map((cell) => digits(cell.text.split(":").at(-1)));
      assert.ok(list.some((row) => row.n === now && row.before.n === before), `${id}: ${line[0].text}`);
      for (const [cell, n] of [[line[2], now], [line[3], before]]) {
        assert.equal(cell.query !== undefined, n > 0, `${id}: ${cell.text}`);
        if (n) assert.equal(await count(cell.query), n, `${id}: ${cell.text}`);
      }
    }
});

test("what is asked for by hour is told in words, and the same everywhere", async () => {
  const query = `${PERIOD}&kind=incident&weekday=5&hour=22`;
  const n = rowsOf({ weekday: "5", hour: "22" }).length;
  assert.ok(n > 0);
  const list = await coordinator.get(`/1493/handelser?${query}`);
  assert.equal(await said(query), n);
  assert.match(list.words, /: som hände på fredagar kl\. 22–23, eller kan ha gjort det\./);
  assert.equal(await count(query), n);
  const file = (await coordinator.get(`/1493/handelser.json?${query}`)).json();
  assert.equal((file.events ?? file).length, n);
  const csv = (await coordinator.get(`/1493/handelser.csv?${query}`)).text;
  assert.equal(csv.trim().split("\r\n").length - 1, n);
  const tile = async (more) => (await coordinator.get(
    `/1493/handelser/tiles/7/68/38.mvt?${PERIOD}&kind=incident${more}`)).bytes;
  assert.notDeepEqual(await tile("&weekday=5&hour=22"), await tile(""));
  const words = async (more) => (await coordinator.get(`/1493/handelser?${PERIOD}${more}`)).words;
  assert.match(await words("&weekday=7"), /: som hände på söndagar, eller kan ha gjort det\./);
  assert.match(await words("&hour=9"), /: som hände kl\. 09–10, eller kan ha gjort det\./);
  assert.match(await words("&untimed=1"), /: med ett tidsspann på mer än en vecka\./);
  const kept = list.form("/handelser").fields;
  assert.deepEqual([kept.get("weekday"), kept.get("hour")], ["5", "22"]);
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
