// SPDX-License-Identifier: AGPL-3.0-or-later
// Reporting from a phone, without script: one event, nothing at all, a whole night's events.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

let server, coordinator, reporter, guard;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
});
after(() => server?.stop());

const found = async (text) => {
  const page = await coordinator.get(`/1493/handelser.json?text=${encodeURIComponent(text)}`);
  return JSON.parse(page.text).events;
};

test("a reporter comes straight to the page, and it says what it is not", async () => {
  const answer = await reporter.get("/1493/");
  assert.equal(answer.location?.pathname ?? new URL(answer.url).pathname, "/1493/rapportera");
  const page = await reporter.get("/1493/rapportera");
  assert.match(page.words, /Ring 112 vid pågående brott/);
  assert.match(page.words, /ingen polisanmälan/);
  assert.equal(page.text.match(/class="tile"/g).length, 8);
});

test("a kind, one of the offered times and a place are enough", async () => {
  const form = await reporter.get("/1493/rapportera");
  assert.equal(form.form("/rapportera").fields.get("when_pick"), "nyss", "chosen from the start");
  const receipt = await reporter.submitOk(form, "/rapportera",
    { main: "litter", when_pick: "i natt", place: "Mariestad", text: "kvartersmärke ett" });
  assert.match(new URL(receipt.url).pathname, /^\/1493\/rapportera\/kvitto\/[0-9a-f-]{36}$/);
  assert.match(receipt.words, /Mottagen .*kvitto [0-9a-f]{12}/);
  assert.equal((await found("kvartersmärke"))[0].type, "litter");
});

test("a written time goes before the offered one, and a wrong one keeps all that was typed", async () => {
  const form = await reporter.get("/1493/rapportera");
  const back = await reporter.submit(form, "/rapportera",
    { main: "damage", when_pick: "nyss", when: "nångång", place: "Mariestad", text: "Kvar" });
  assert.equal(back.status, 422);
  const fields = back.form("/rapportera").fields;
  assert.deepEqual(["main", "when", "place", "text"].map((name) => fields.get(name)),
    ["damage", "nångång", "Mariestad", "Kvar"]);
  assert.match(back.words, /Vi förstår inte ”nångång”/);
  const none = await reporter.submit(await reporter.get("/1493/rapportera"), "/rapportera", {});
  assert.equal(none.status, 422);
  assert.match(none.words, /Välj vad som har hänt/);
  assert.match(none.words, /Skriv var det hände/);
});

test("one more nearby keeps the kind and the place", async () => {
  const form = await reporter.get("/1493/rapportera");
  const receipt = await reporter.submitOk(form, "/rapportera",
    { main: "damage", east: "431800", north: "6507010" });
  const again = await reporter.get(receipt.links("/1493/rapportera?som=")[0]);
  const fields = again.form("/rapportera").fields;
  assert.deepEqual(["main", "east", "north"].map((name) => fields.get(name)),
    ["damage", "431800", "6507010"]);
  assert.notEqual(fields.get("id"), form.form("/rapportera").fields.get("id"));
});

test("another name is another place, whatever point came with the page", async () => {
  const form = await reporter.get("/1493/rapportera");
  const receipt = await reporter.submitOk(form, "/rapportera",
    { main: "damage", east: "431800", north: "6507010", text: "punktord" });
  const again = await reporter.get(receipt.links("/1493/rapportera?som=")[0]);
  await reporter.submitOk(again, "/rapportera", { place: "Lyrestad", text: "punktord två" });
  const [other] = (await found("punktord")).filter((e) => e.description === "punktord två");
  assert.equal(other.place_name, "Lyrestad");
  assert.notEqual(other.east, 431800);
  await reporter.submitOk(await reporter.get(receipt.links("/1493/rapportera?som=")[0]), "/rapportera",
    { text: "punktord tre" });
  const [same] = (await found("punktord")).filter((e) => e.description === "punktord tre");
  assert.equal(same.east, 431800, "the same name keeps the point");
});

test("a position far outside the municipality is no place", async () => {
  const form = await reporter.get("/1493/rapportera");
  const back = await reporter.submit(form, "/rapportera",
    { main: "damage", east: "674000", north: "6580000" }); // Stockholm
  assert.equal(back.status, 422);
  assert.match(back.words, /ligger utanför Mariestad/);
});

test("nothing to report is a report, and sent twice it is one", async () => {
  const calm = async () => Number(JSON.parse(
    (await coordinator.get("/1493/handelser.json?kind=all_clear")).text).count);
  const before = await calm();
  const form = await reporter.get("/1493/rapportera/inget");
  const one = await reporter.submit(form, "/rapportera/inget", { span: "today" });
  const two = await reporter.submit(form, "/rapportera/inget", { span: "today" });
  assert.equal(one.status, 303);
  assert.equal(two.location.href, one.location.href);
  assert.equal(await calm(), before + 1);
  const back = await reporter.get("/1493/rapportera/inget"); // went back: the form came anew, with another id
  assert.notEqual(back.form("/rapportera/inget").fields.get("id"), form.form("/rapportera/inget").fields.get("id"));
  const three = await reporter.submit(back, "/rapportera/inget", { span: "today" });
  assert.equal(three.location.href, one.location.href);
  assert.equal(await calm(), before + 1);
  const other = await reporter.submit(back, "/rapportera/inget", { span: "week" });
  assert.notEqual(other.location.href, one.location.href, "another time is another report");
  assert.equal(await calm(), before + 2);
  const wrong = await reporter.submit(form, "/rapportera/inget", { span: "someday" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /Välj när det var lugnt/);
});

test("a time from midnight on is said as people say it", async () => {
  const csrf = (await reporter.get("/1493/rapportera/utkorg")).json().csrf;
  const said = async (from, to) => {
    const made = await reporter.send("POST", "/api/v1/1493/events", { body: JSON.stringify({ type: "litter",
      occurred_from: from, occurred_to: to, place_name: "Mariestad", east: 431800, north: 6507010 }),
    headers: { "content-type": "application/json", "x-csrf-token": csrf, origin: server.url } });
    assert.equal(made.status, 201, made.text);
    return (await reporter.get(`/1493/handelser/${made.json().id}`)).words;
  };
  assert.match(await said("2026-01-13T23:00:00Z", "2026-01-14T17:44:00Z"), /14 januari 2026 före kl\. 18\.44/);
  assert.match(await said("2026-01-13T23:00:00Z", "2026-01-14T22:59:59Z"), /14 januari 2026, under dagen/);
  assert.match(await said("2026-01-14T00:00:00Z", "2026-01-14T17:44:00Z"), /14 januari 2026 kl\. 01\.00–18\.44/);
});

/** The night whose times the first test of a list uses: long past, so that no clock matters. */
const night = (form) => {
  const offered = [...form.text.matchAll(/name="night" value="(n\d{8})"/g)].map((m) => m[1]);
  return offered.sort()[0];
};
const local = (iso) =>
  new Date(iso).toLocaleString("sv-SE", { timeZone: "Europe/Stockholm" }).slice(0, 16);
const dayOf = (code, more = 0) => {
  const day = new Date(`${code.slice(1, 5)}-${code.slice(5, 7)}-${code.slice(7)}T00:00:00Z`);
  return new Date(day.getTime() + more * 86_400_000).toISOString().slice(0, 10);
};

test("a night's events are sent together: times belong to the night, a place is said once", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const code = night(form);
  const values = { night: code,
    "type-1": "damage.glass", "when-1": "2240", "place-1": "Mariestad", "text-1": "nattlista a",
    "type-2": "disturbance", "when-2": "0130", "text-2": "nattlista b",
    "type-4": "litter", "when-4": "23-0030", "place-4": "samma", "text-4": "nattlista c" };
  const page = await guard.submitOk(form, "/rapportera/flera", values);
  assert.match(page.words, /3 händelser mottagna/);
  const events = (await found("nattlista")).sort((a, b) => a.description.localeCompare(b.description));
  assert.deepEqual(events.map((e) => [e.type, local(e.occurred_from), e.place_name]), [
    ["damage.glass", `${dayOf(code)} 22:40`, "Mariestad"],
    ["disturbance", `${dayOf(code, 1)} 01:30`, "Mariestad"],
    ["litter", `${dayOf(code)} 23:00`, "Mariestad"],
  ]);
  assert.equal(local(events[2].occurred_to), `${dayOf(code, 1)} 00:30`);
  await guard.submitOk(form, "/rapportera/flera", values);
  assert.equal((await found("nattlista")).length, 3, "sent again they are the same");
  await guard.submitOk(form, "/rapportera/flera", { ...values, "text-4": "nattlista d" });
  assert.equal((await found("nattlista")).length, 4, "a changed line is an event of its own");
});

test("one wrong line keeps all of them back, and says which", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const values = { night: night(form),
    "type-1": "damage", "when-1": "2240", "place-1": "Mariestad", "text-1": "radfel",
    "type-2": "", "when-2": "25:90", "place-2": "Finnsingenstans", "text-2": "ring 070-123 45 67" };
  const back = await guard.submit(form, "/rapportera/flera", values);
  assert.equal(back.status, 422);
  for (const words of [/Händelse 2: Välj vad som har hänt/, /Händelse 2: Vi förstår inte/,
    /Händelse 2: Vi hittar ingen plats/, /Händelse 2: Texten ser ut att peka ut en person/])
    assert.match(back.words, words);
  assert.doesNotMatch(back.words, /Händelse 1:/);
  const fields = back.form("/rapportera/flera").fields;
  for (const [name, value] of Object.entries(values)) assert.equal(fields.get(name), value, name);
  assert.equal((await found("radfel")).length, 0);
  const empty = await guard.submit(form, "/rapportera/flera", { night: values.night });
  assert.match(empty.words, /Skriv minst en händelse/);
});

test("a chosen place is not asked for again", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const lines = { night: night(form), "type-1": "damage", "when-1": "2240", "place-1": "Skolan",
    "type-2": "damage", "when-2": "nångång", "place-2": "Mariestad" };
  const asked = await guard.submit(form, "/rapportera/flera", lines);
  const choice = /name="choice-1" value="([^"]+)"/.exec(asked.text)[1];
  const back = await guard.submit(asked, "/rapportera/flera", { ...lines, "choice-1": choice });
  assert.equal(back.status, 422);
  assert.equal(back.form("/rapportera/flera").fields.get("choice-1"), choice);
  const more = await guard.submit(back, "/rapportera/flera", { more: "1" });
  assert.equal(more.form("/rapportera/flera").fields.get("choice-1"), choice);
  assert.equal((await guard.submit(more, "/rapportera/flera", { "when-2": "2300" })).status, 303);
});

test("long texts on every line come in", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const lines = { night: night(form) };
  for (let n = 1; n <= 20; n++) Object.assign(lines, { [`type-${n}`]: "litter", [`when-${n}`]: "2240",
    [`place-${n}`]: "Mariestad", [`text-${n}`]: `${"å".repeat(990)} ${n}` });
  assert.equal((await guard.submit(form, "/rapportera/flera", lines)).status, 303);
});

test("lines can be added without losing any", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const more = await guard.submit(form, "/rapportera/flera", { "text-5": "kvar", more: "1" });
  assert.equal(more.status, 200);
  assert.equal(more.form("/rapportera/flera").fields.get("text-5"), "kvar");
  assert.ok(more.form("/rapportera/flera").fields.has("when-10"));
});

test("receipts of events that one may not see are as if they were not there", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const page = await guard.submitOk(form, "/rapportera/flera", { night: night(form),
    "type-1": "litter", "when-1": "2240", "place-1": "Mariestad" });
  const address = new URL(page.url);
  assert.equal((await guard.get(address.pathname + address.search)).status, 200);
  assert.equal((await reporter.get(address.pathname + address.search)).status, 404);
});

test("a place that we do not know may be kept as a name, on each line that writes one", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const lines = { night: night(form), "type-1": "litter", "when-1": "2359", "place-1": "Hittepåtorget",
    "text-1": "hittepå ett", "type-2": "damage", "when-2": "0110", "text-2": "hittepå två" };
  const back = await guard.submit(form, "/rapportera/flera", lines);
  assert.equal(back.status, 422);
  assert.match(back.words, /Händelse 1: Vi hittar ingen plats som heter ”Hittepåtorget”\. Skriv ett annat namn, eller kryssa/);
  assert.doesNotMatch(back.words, /Händelse 2:/, "nobody wrote a place there");
  assert.doesNotMatch(back.words, /karta[^n]/, "what the page does not have is not named");
  assert.match(back.text, /type="checkbox"[^>]*name="choice-1" value="name"/);
  assert.doesNotMatch(back.text, /name="choice-2"/);
  const other = await guard.submit(back, "/rapportera/flera", { ...lines, "choice-1": "name", "when-2": "nångång" });
  assert.equal(other.status, 422);
  assert.equal(other.form("/rapportera/flera").fields.get("choice-1"), "name", "what is chosen stays");
  assert.equal((await guard.submit(other, "/rapportera/flera", { "when-2": "0110" })).status, 303);
  const events = await found("hittepå");
  assert.equal(events.length, 2);
  for (const e of events) assert.deepEqual([e.place_name, e.east ?? null], ["Hittepåtorget", null]);
});

test("one place that nobody knows is asked about in words that hold for it", async () => {
  const form = await reporter.get("/1493/rapportera");
  const back = await reporter.submit(form, "/rapportera", { main: "litter", place: "Hittepågränd" });
  assert.equal(back.status, 422);
  assert.match(back.words, /Spara bara namnet, utan plats på kartan/);
  assert.doesNotMatch(back.words, /Ingen av dem/);
  const receipt = await reporter.submit(back, "/rapportera", { place_choice: "name" });
  assert.equal(receipt.status, 303);
});

test("a clock that has not come yet in the shift is never another day's", async () => {
  const minute = local(new Date().toISOString()).slice(11);
  if (minute >= "23:55") return; // then nothing of the day is left to come
  const form = await guard.get("/1493/rapportera/flera");
  const lines = { night: `d${local(new Date().toISOString()).slice(0, 10).replaceAll("-", "")}`,
    "type-1": "litter", "when-1": "2359", "place-1": "Mariestad", "text-1": "aldrig flyttad" };
  const back = await guard.submit(form, "/rapportera/flera", lines);
  assert.equal(back.status, 422);
  const said = /Händelse 1: ”2359” har inte varit än under det passet\. Skriv dagen också, till exempel (\d+ \p{L}+ \d{4} kl\. 23\.59)\./u;
  assert.match(back.words, said);
  assert.equal((await found("aldrig flyttad")).length, 0);
  const written = said.exec(back.words)[1];
  assert.equal((await guard.submit(back, "/rapportera/flera", { "when-1": written })).status, 303, "written out it stands");
  const ahead = await guard.submit(form, "/rapportera/flera", { ...lines, "when-1": "0001-2359" });
  assert.equal(ahead.status, 422, "nor does an end that has not come");
});

test("words that hang on now are of the shift, or asked about", async () => {
  const form = await guard.get("/1493/rapportera/flera");
  const lines = { night: night(form), "type-1": "litter", "place-1": "Mariestad", "text-1": "nyssord" };
  const back = await guard.submit(form, "/rapportera/flera", { ...lines, "when-1": "nyss" });
  assert.equal(back.status, 422);
  assert.match(back.words, /Händelse 1: ”nyss” ligger utanför passet/);
  const told = await guard.submit(form, "/rapportera/flera", { ...lines, "when-1": "i natt" });
  assert.equal(told.status, 303, "the night of the shift");
  const [event] = await found("nyssord");
  assert.equal(local(event.occurred_from), `${dayOf(lines.night)} 22:00`);
});

test("a time long ago is asked about, a day with two figures of the year is a day", async () => {
  const form = await reporter.get("/1493/rapportera");
  const ask = async (when) => reporter.submit(form, "/rapportera", { main: "litter", when, place: "Mariestad" });
  assert.match((await ask("29 februari 2024")).location?.pathname ?? "", /kvitto/);
  for (const when of ["14.10.24", "14/10-24", "14/10/24"]) {
    const back = await ask(when);
    assert.equal(back.status, 422, when);
    assert.match(back.words, /Vi läser tiden som mellan måndag 14 oktober 2024 kl\. 00\.00 och .* mer än ett år sedan/, when);
  }
  const early = await ask("1 januari 1900");
  assert.equal(early.status, 422);
  assert.match(early.words, /Skriv en tid från 1990 eller senare/);
  const lines = await guard.get("/1493/rapportera/flera");
  const back = await guard.submit(lines, "/rapportera/flera", { night: night(lines), "type-1": "litter",
    "when-1": "14.10.24 2210", "place-1": "Mariestad" });
  assert.equal(back.status, 422);
  assert.match(back.words, /Händelse 1: Vi läser tiden som måndag 14 oktober 2024 kl\. 22\.10/);
});
