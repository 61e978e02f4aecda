// SPDX-License-Identifier: AGPL-3.0-or-later
// Händelser: list, form, receipt, one event, export, tiles, as people of several roles meet them.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { startServer } from "./lib.mjs";

let server, coordinator, reporter, guard, politician;

before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
  coordinator = await server.logIn("samordnare@example.se");
  reporter = await server.logIn("bovard.1493@example.se");
  guard = await server.logIn("vaktare.1493@example.se");
  politician = await server.logIn("politiker.1493@example.se");
});
after(() => server?.stop());

const good = {
  main: "damage", detail: "damage.glass", when: "i går 01.30", place: "Mariestad", text: "Krossad ruta",
};

async function report(client, values = {}) {
  const form = await client.get("/1493/handelser/ny");
  return client.submitOk(form, "/handelser/ny", { ...good, ...values });
}

/** "/1493/handelser/ID" of a receipt. */
const addressOf = (receipt) => new URL(receipt.url).pathname.replace("/kvitto", "");
const counted = (page) =>
  Number(/class="said"[^>]*>([\d\s\u00a0\u202f]+) (händelse|rapport)/.exec(page.text)?.[1].replace(/\D/g, ""));

test("the list says in a sentence what is filtered, and each filter can be taken away", async () => {
  const all = await coordinator.get("/1493/handelser");
  assert.equal(all.status, 200);
  const some = await coordinator.get("/1493/handelser?type=damage&from=2026-01-01&to=2026-12-31");
  assert.ok(counted(some) > 0 && counted(some) < counted(all));
  assert.match(some.words, /händelser i Mariestad .*: skadegörelse\./);
  const without = some.links("/1493/handelser?").filter((href) => !href.includes("type=damage"));
  assert.ok(without.some((href) => href.includes("from=2026-01-01")), "a chip without the type");
});

test("two pages of the list have different rows, sorted as the heading says", async () => {
  const rows = (page) => page.links("/1493/handelser/").filter((l) => /[0-9a-f]{8}-/.test(l));
  const one = rows(await coordinator.get("/1493/handelser?sort=place"));
  const two = rows(await coordinator.get("/1493/handelser?sort=place&page=2"));
  assert.equal(one.length, 50);
  assert.equal(two.filter((row) => one.includes(row)).length, 0);
  const sorted = await coordinator.get("/1493/handelser?sort=place");
  assert.match(sorted.text, /aria-sort="ascending"/);
});

test("each filter that cannot be used gives a sentence, never an error page", async () => {
  for (const query of ["from=2026-13-45", "type=nonsense", "from=2026-05-01&to=2026-01-01", "page=-3",
    "area=xx", "organisation=1", "sort=colour", "hour=77", "weekday=9", `text=${"x".repeat(300)}`]) {
    const page = await coordinator.get(`/1493/handelser?${query}`);
    assert.equal(page.status, 422, query);
    assert.match(page.words, /Något behöver rättas/, query);
    assert.equal(page.forms.some((form) => form.action.endsWith("/handelser")), true, query);
  }
  assert.equal((await coordinator.get("/1493/handelser?page=99999")).status, 200);
  assert.equal((await coordinator.get("/1493/handelser.csv?type=nonsense")).status, 422);
});

test("a filter that nothing fits says what to do", async () => {
  const page = await coordinator.get("/1493/handelser?text=finnsintealls");
  assert.match(page.words, /Inget passar urvalet/);
  assert.equal(counted(page), 0);
});

test("a report becomes an event, is read back, and is found by its words", async () => {
  const receipt = await report(reporter, { text: "Zebrarandigt klotter på muren" });
  assert.match(receipt.words, /Mottagen .* kvitto/);
  assert.match(receipt.words, /Skadegörelse: Fönsterkross/);
  assert.match(receipt.words, /i går 01\.30/);
  const found = await coordinator.get("/1493/handelser?text=zebrarandigt");
  assert.equal(counted(found), 1);
  const one = await coordinator.get(addressOf(receipt));
  assert.match(one.words, /Zebrarandigt klotter/);
  assert.doesNotMatch(one.words, /Bovärd Exempel/, "the reporter's name is not shown");
});

test("sending the same form twice gives one event and the same receipt", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const values = { ...good, text: "Dubbelt sänt märkesord" };
  const one = await reporter.submit(form, "/handelser/ny", values);
  const two = await reporter.submit(form, "/handelser/ny", values);
  assert.equal(one.status, 303);
  assert.equal(two.location.href, one.location.href);
  assert.equal(counted(await coordinator.get("/1493/handelser?text=märkesord")), 1);
});

test("an id that somebody else has used is refused", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const receipt = await reporter.submitOk(form, "/handelser/ny", good);
  const id = addressOf(receipt).split("/").pop();
  const other = await guard.get("/1493/handelser/ny");
  const answer = await guard.submit(other, "/handelser/ny", { ...good, id });
  assert.equal(answer.status, 409);
});

test("the form comes back with everything typed, and names what to mend", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const back = await reporter.submit(form, "/handelser/ny",
    { main: "damage", when: "nångång", place: "", text: "Kvar här" });
  assert.equal(back.status, 422);
  const fields = back.form("/handelser/ny").fields;
  assert.equal(fields.get("text"), "Kvar här");
  assert.equal(fields.get("when"), "nångång");
  assert.equal(fields.get("main"), "damage");
  assert.match(back.words, /Vi förstår inte/);
  assert.match(back.words, /Skriv var det hände/);
  const id = form.form("/handelser/ny").fields.get("id");
  assert.equal(fields.get("id"), id, "the same report, so the same id");
});

test("a detail of another kind is refused with a sentence", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const back = await reporter.submit(form, "/handelser/ny", { ...good, detail: "litter.dumping" });
  assert.equal(back.status, 422);
  assert.match(back.words, /hör till ett annat slag/);
});

test("times in words become intervals, and are read back", async () => {
  const receipt = await report(reporter, { when: "mellan fredag kl. 16 och måndag kl. 7" });
  assert.match(receipt.words, /mellan fredag .* kl\. 16\.00 och måndag .* kl\. 07\.00/);
});

test("a place that is not known is asked about, and only its name can be kept", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const values = { ...good, place: "Bortomgatan vid ingenstans" };
  const back = await reporter.submit(form, "/handelser/ny", values);
  assert.equal(back.status, 422);
  assert.match(back.words, /Vi hittar ingen plats/);
  const receipt = await reporter.submitOk(back, "/handelser/ny", { ...values, place_choice: "name" });
  assert.match(receipt.words, /Bortomgatan vid ingenstans/);
  assert.match(receipt.words, /Bara kommunen är känd/);
});

test("a place on the map is taken, named in words and drawn only with its own position", async () => {
  const receipt = await report(reporter, { place: "", east: "432878", north: "6503584",
    text: "Punktmärke" });
  assert.match(receipt.words, /Exakt plats/);
  const all = (await coordinator.get("/1493/handelser.geojson?text=punktmärke")).json();
  assert.equal(all.features.length, 1);
  assert.ok(Math.abs(all.features[0].geometry.coordinates[1] - 58.66) < 0.2);
});

test("text that points at a person is stopped; a coordinator may keep it, for a reason that is noted", async () => {
  const words = { ...good, text: "Han heter Kalle, ring 070-123 45 67" };
  const form = await reporter.get("/1493/handelser/ny");
  const stopped = await reporter.submit(form, "/handelser/ny", { ...words, keep_reason: "Jag vill" });
  assert.equal(stopped.status, 422);
  assert.match(stopped.text, /<mark>/);
  assert.match(stopped.words, /ser ut som ett telefonnummer/);
  assert.doesNotMatch(stopped.text, /name="keep_reason"/);
  const own = await coordinator.get("/1493/handelser/ny");
  const asked = await coordinator.submit(own, "/handelser/ny", words);
  assert.equal(asked.status, 422);
  assert.match(asked.words, /skriv varför det ska stå kvar/);
  const named = await coordinator.submit(asked, "/handelser/ny", { ...words, keep_reason: "Ring 070-123 45 67" });
  assert.equal(named.status, 422, "the reason is guarded too");
  const kept = await coordinator.submit(named, "/handelser/ny", { ...words, keep_reason: "Numret går till jouren" });
  assert.equal(kept.status, 303, kept.words);
  const id = /handelser\/([0-9a-f-]{36})/.exec(kept.location.href)[1];
  assert.match((await coordinator.get(`/1493/granska/${id}`)).words,
    /Samordnare Exempel Texten fick stå kvar när den skrevs: Numret går till jouren/);
  assert.match((await coordinator.get("/1493/installningar/logg")).words, /Låtit en text som var markerad stå kvar/);
  // unchanged it is not asked about again; a new one is
  const edit = await coordinator.get(`/1493/handelser/${id}/redigera`);
  assert.equal((await coordinator.submit(edit, "/redigera", { place: "Mariestad" })).status, 303);
  const again = await coordinator.get(`/1493/handelser/${id}/redigera`);
  const other = { text: "Ring 070-123 45 68 i stället" };
  const why = await coordinator.submit(again, "/redigera", other);
  assert.equal(why.status, 422);
  assert.equal((await coordinator.submit(why, "/redigera", { ...other, keep_reason: "Nytt nummer till jouren" })).status, 303);
  assert.match((await coordinator.get(`/1493/granska/${id}`)).words, /stå kvar när den skrevs: Nytt nummer till jouren/);
  assert.doesNotMatch((await coordinator.get("/1493/granska")).words, /Senast: Texten fick/, "nothing to take back");
});

test("the words that point at a person are taken away by a press, without script", async () => {
  for (const [client, path] of [[reporter, "/handelser/ny"], [reporter, "/rapportera"], [coordinator, "/handelser/ny"]]) {
    const values = { ...good, when: "i går 22", text: "Släckt lampa. Ring 070-123 45 67 eller kalle@example.se. Tack" };
    const form = await client.get(`/1493${path}`);
    const stopped = await client.submit(form, path, values);
    assert.match(stopped.text, /name="remove" value="1">Ta bort de markerade orden/);
    const cleared = await client.submit(stopped, path, { remove: "1" });
    assert.equal(cleared.status, 422);
    assert.match(cleared.words, /Orden är borttagna\. Läs texten en gång till/);
    assert.equal(cleared.form(path).fields.get("text").trim(), "Släckt lampa. Ring eller . Tack");
    assert.equal(cleared.form(path).fields.get("place"), good.place, "the rest stands");
    assert.equal((await client.submit(cleared, path, {})).status, 303);
  }
});

test("one more nearby keeps the kind and the place", async () => {
  const receipt = await report(reporter);
  const again = await reporter.get(receipt.links("som=")[0]);
  const fields = again.form("/handelser/ny").fields;
  assert.deepEqual([fields.get("main"), fields.get("detail"), fields.get("place")],
    ["damage", "damage.glass", "Mariestad"]);
  assert.equal(fields.get("when"), "");
});

test("a change is kept in the history, and two changes at once lose nothing", async () => {
  const address = addressOf(await report(reporter, { text: "Före" }));
  const first = await coordinator.get(`${address}/redigera`);
  const changed = await coordinator.submitOk(first, "/redigera", { text: "Efter" });
  assert.match(changed.words, /Ändringen är sparad/);
  assert.match(changed.words, /tidigare: Före → nu: Efter/);
  const late = await coordinator.submit(first, "/redigera", { text: "Min egen" });
  assert.equal(late.status, 409);
  assert.match(late.words, /Någon annan har ändrat händelsen/);
  assert.match(late.words, /Efter/);
  assert.equal(late.form("/redigera").fields.get("text"), "Min egen");
  const saved = await coordinator.submitOk(late, "/redigera");
  assert.match(saved.words, /Min egen/);
});

test("text taken away for good is gone here, in the history and in the search", async () => {
  const address = addressOf(await report(reporter, { text: "Hemlighetsord ett",
    place: "Hemlighetsgården", place_choice: "name" }));
  const edit = await coordinator.get(`${address}/redigera`);
  await coordinator.submitOk(edit, "/redigera", { text: "Hemlighetsord två" });
  const ask = await coordinator.get(`${address}/ta-bort-text`);
  assert.match(ask.words, /platsens namn också, om någon har skrivit det själv/);
  const gone = await coordinator.submitOk(ask, "/ta-bort-text");
  assert.doesNotMatch(gone.words, /Hemlighets/);
  assert.equal(counted(await coordinator.get("/1493/handelser?text=hemlighetsord")), 0);
  assert.equal((await coordinator.get(`${address}/redigera`)).status, 409);
});

test("a reporter sees only the own organisation: list, one event, tiles", async () => {
  const address = addressOf(await report(reporter, { text: "Bara vårt ord" }));
  assert.equal((await guard.get(address)).status, 404);
  assert.equal(counted(await guard.get("/1493/handelser?text=%22bara+v%C3%A5rt%22")), 0);
  assert.equal(counted(await reporter.get("/1493/handelser?text=%22bara+v%C3%A5rt%22")), 1);
  assert.ok(counted(await reporter.get("/1493/handelser")) < counted(await coordinator.get("/1493/handelser")));
  const tile = "/1493/handelser/tiles/6/34/19.mvt";
  assert.notEqual((await reporter.get(tile)).bytes.length, 0);
  assert.notDeepEqual((await reporter.get(tile)).bytes, (await coordinator.get(tile)).bytes);
  for (const path of ["/1493/handelser.csv", `${address}/redigera`, "/1447/handelser"])
    assert.equal((await reporter.send("GET", path)).status, 403, path);
  assert.equal((await politician.send("GET", "/1493/handelser")).status, 403);
});

test("a tile is not sent again while nothing has changed", async () => {
  const tile = "/1493/handelser/tiles/8/137/76.mvt";
  const first = await coordinator.send("GET", tile);
  const tag = first.headers.get("etag");
  assert.match(first.headers.get("cache-control"), /private/);
  const again = await coordinator.send("GET", tile, { headers: { "if-none-match": tag } });
  assert.equal(again.status, 304);
  await report(reporter);
  const after = await coordinator.send("GET", tile, { headers: { "if-none-match": tag } });
  assert.equal(after.status, 200);
});

test("the base map is the same for everybody", async () => {
  const tile = await server.client().send("GET", "/mariestad/tiles/base/8/137/76.mvt");
  assert.equal(tile.status, 200);
  assert.match(tile.headers.get("cache-control"), /public/);
  assert.ok(tile.bytes.length > 500);
  assert.equal((await coordinator.get("/1493/tiles/base/40/0/0.mvt")).status, 404);
});

test("exports hold exactly what is filtered, and no cell becomes a formula", async () => {
  await report(coordinator, { place: "Mariestad", text: "=SUMMA(A1) exportmärke" });
  const query = "?text=exportm%C3%A4rke";
  const csv = await coordinator.get(`/1493/handelser.csv${query}`);
  assert.match(csv.headers.get("content-disposition"), /attachment; filename="handelser-1493\.csv"/);
  assert.equal(csv.text.trim().split("\r\n").length, 2);
  assert.match(csv.text, /"'=SUMMA\(A1\) exportmärke"/);
  const bom = await coordinator.get(`/1493/handelser.csv${query}&bom=1`);
  assert.deepEqual([...bom.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal((await coordinator.get(`/1493/handelser.json${query}`)).json().events.length, 1);
  const geojson = (await coordinator.get(`/1493/handelser.geojson${query}`)).json();
  assert.equal(geojson.features[0].geometry, null, "a town is no point");
  const xlsx = await coordinator.get(`/1493/handelser.xlsx${query}`);
  assert.deepEqual([...xlsx.bytes.subarray(0, 2)], [0x50, 0x4b]);
  const all = (await coordinator.get("/1493/handelser.json")).json().events.length;
  assert.equal(all, counted(await coordinator.get("/1493/handelser")));
});

test("the interface answers pages with links, problems by RFC 9457, and takes a report once", async () => {
  const page = (await coordinator.get("/api/v1/1493/events?size=2&type=damage")).json();
  assert.equal(page.events.length, 2);
  assert.match(page.links.next, /page=2/);
  const bad = await coordinator.get("/api/v1/1493/events?from=igår");
  assert.equal(bad.status, 422);
  assert.equal(bad.headers.get("content-type"), "application/problem+json");
  assert.equal(bad.json().errors[0].field, "from");
  const unknown = await coordinator.get("/api/v1/1493/events?limit=2&size=2");
  assert.equal(unknown.status, 400);
  assert.equal(unknown.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(unknown.json().errors.map((one) => one.field), ["limit"]);
  const csrf = (await reporter.get("/1493/handelser/ny")).form("/handelser/ny").fields.get("csrf");
  const send = (body, token = csrf) => reporter.send("POST", "/api/v1/1493/events", {
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", "x-csrf-token": token, origin: server.url },
  });
  const event = { id: "0192f0c1-0000-7000-8000-00000000abcd", type: "litter",
    occurred_from: "2025-11-14T22:40:00+01:00", description: "Skräp" };
  const one = await send(event);
  assert.equal(one.status, 201, one.text);
  assert.equal((await send(event)).status, 201);
  const got = (await reporter.get(one.headers.get("location"))).json();
  assert.equal(got.occurred_from, "2025-11-14T21:40:00Z");
  const here = { ...event, id: "0192f0c1-0000-7000-8000-00000000abce", east: 431800, north: 6507010 };
  assert.deepEqual([(await send(here)).status, (await send(here)).status], [201, 201]);
  for (const other of [{ east: 432500 }, { place_name: "Parken" }, { precision: "place" }])
    assert.equal((await send({ ...here, ...other })).status, 409, JSON.stringify(other));
  assert.equal((await send({ ...event, colour: "red" })).json().errors[0].field, "colour");
  assert.equal((await send({ ...event, type: 7 })).status, 422);
  assert.equal((await send([])).status, 400);
  const ahead = { ...event, id: undefined, occurred_from: "2130-01-01T10:00:00+01:00" };
  assert.equal((await send(ahead)).json().errors[0].field, "occurred_from");
  assert.equal((await send({ ...ahead, type: "planned_event" })).status, 201);
  assert.equal((await send(event, "wrong")).status, 403);
  const typed = (type) => reporter.send("POST", "/api/v1/1493/events", {
    body: JSON.stringify({ ...event, id: undefined }),
    headers: { "content-type": type, "x-csrf-token": csrf, origin: server.url },
  });
  assert.equal((await typed("application/json; charset=utf-8")).status, 201);
  assert.equal((await typed("application/jsonl")).status, 415);
});

test("what a page does not know in its address is ignored: links in mail get tracking added", async () => {
  const plain = await coordinator.get("/1493/handelser?type=damage");
  const tracked = await coordinator.get("/1493/handelser?type=damage&utm_source=mail&fbclid=x%FF");
  assert.equal(tracked.status, 200);
  assert.equal(counted(tracked), counted(plain));
  const form = await reporter.get("/1493/handelser/ny?utm_source=mail");
  assert.equal((await reporter.submit(form, "/handelser/ny", { ...good, gclid: "x" })).status, 303);
});

test("bytes that are no text: the field is named, what was typed stays, and so does the log-in", async () => {
  const form = (await reporter.get("/1493/handelser/ny")).form("/handelser/ny");
  const fields = new URLSearchParams(form.fields);
  for (const [name, value] of Object.entries(good)) fields.set(name, value);
  fields.set("text", "BYTES");
  const post = (body) => reporter.send("POST", form.action, { body,
    headers: { "content-type": "application/x-www-form-urlencoded", origin: server.url } });
  for (const bytes of ["Krossad+%E5+ruta", "Krossad+%00+ruta"]) {
    const back = await post(fields.toString().replace("BYTES", bytes));
    assert.equal(back.status, 422, back.words);
    assert.match(back.words, /tecken som inte går att läsa. Skriv om den/);
    assert.match(back.text, /href="#f-text"/);
    assert.equal(back.form("/handelser/ny").fields.get("text"), "Krossad \uFFFD ruta");
    assert.equal(back.form("/handelser/ny").fields.get("place"), good.place);
  }
  const broken = await post("text=%zz");
  assert.equal(broken.status, 400);
  assert.match(broken.words, /Logga ut/);
});

test("places for the form: by name, and a position in words", async () => {
  const found = (await reporter.get("/1493/platser?q=marie")).json().places;
  assert.equal(found[0].name, "Mariestad");
  assert.match((await reporter.get("/1493/platser/har?lon=13.82&lat=58.71")).json().text, /\w/);
  assert.equal((await reporter.get("/1493/platser/har?lon=200&lat=58")).status, 422);
});

test("a report sent again with other words is a report of its own, and nothing typed is lost", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const typed = { main: "litter", when: "i natt", place: "Mariestad", text: "Skräp vid muren." };
  const sent = [typed, typed, { ...typed, text: "Skräp vid bron också." }];
  const receipts = [];
  for (const values of sent) {
    const answer = await reporter.submit(form, "/handelser/ny", values);
    assert.equal(answer.status, 303, answer.words);
    receipts.push(answer.location.pathname);
  }
  assert.equal(receipts[0], receipts[1]);
  assert.notEqual(receipts[0], receipts[2]);
  const fields = new URLSearchParams({ ...typed, text: "Detta får inte försvinna.", csrf: "gammal" });
  const refused = await reporter.post("/1493/handelser/ny", fields);
  assert.equal(refused.status, 403);
  assert.match(refused.words, /Detta får inte försvinna/);
});

test("the summary of what to mend names the fields", async () => {
  const form = await reporter.get("/1493/handelser/ny");
  const page = await reporter.submit(form, "/handelser/ny", { when: "" });
  assert.equal(page.status, 422);
  assert.match(page.words, /När hände det\? Skriv när/);
});

test("a name with many places: the street first, its numbers in order, and how many more there are", async () => {
  const found = (await reporter.get("/1493/platser?q=exempelskogsv")).json();
  const names = found.places.map((place) => place.name.split(",")[0]);
  assert.equal(names.length, 8);
  assert.equal(names[0], "Exempelskogsvägen");
  const numbers = names.slice(1).map((name) => Number(/^Exempelskogsvägen (\d+)$/.exec(name)[1]));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  assert.match(found.more, /^Det finns \d+ platser till med ett sådant namn\. Skriv mer av namnet/);
  const form = await reporter.get("/1493/handelser/ny");
  const page = await reporter.submit(form, "/handelser/ny",
    { main: "litter", when: "i natt", place: "exempelskogsv" });
  assert.equal(page.status, 422);
  assert.ok(page.words.includes(found.more));
  assert.ok(page.words.includes(found.places[0].text), found.places[0].text);
  assert.equal((await reporter.get("/1493/platser?q=exempelskogsv%C3%A4gen%2010")).json().more, undefined);
});

test("an area that events are counted by can be named as the place, and the report counts there", async () => {
  const before = counted(await coordinator.get("/1493/handelser?text=hittad+i+ytan"));
  assert.ok(!(before > 0));
  const receipt = await report(reporter, { place: "norra övningsområdet", text: "Hittad i ytan" });
  assert.match(receipt.words, /Plats Norra övningsområdet/);
  assert.match(receipt.words, /Bara området är känt/);
  const list = await coordinator.get("/1493/handelser");
  const [, area] = /value="([0-9a-f-]{36})"[^>]*>\s*Norra övningsområdet/.exec(list.text);
  const there = await coordinator.get(`/1493/handelser?area=${area}&text=hittad`);
  assert.equal(counted(there), 1);
  const change = await coordinator.get(`${addressOf(receipt)}/redigera`);
  const saved = await coordinator.submitOk(change, "/redigera", { text: "Hittad igen" });
  assert.match(saved.words, /Norra övningsområdet/);
});
