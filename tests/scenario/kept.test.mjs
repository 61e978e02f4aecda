// SPDX-License-Identifier: AGPL-3.0-or-later
// A session that ends while somebody types: after the log-in the form stands there again with everything
// in it, nothing is sent, and no other site or account can use that way.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PASSWORD } from "./client.mjs";
import { startServer, totp } from "./lib.mjs";

const COORDINATOR = "samordnare@example.se";
const REPORTER = "bovard.1493@example.se";
const typed = {
  main: "damage", detail: "damage.graffiti", when: "i natt", place: "Mariestad",
  text: "Klotter på muren & <b>skylten</b>.\nTvå rader: \"åäö\" + 50 %.",
};
const NOTHING_SENT = /Inget är skickat än: kontrollera och skicka\./;

let server;
before(async () => {
  server = await startServer({ exercise: 1, args: ["--no-limits", "--demo"] });
});
after(() => server?.stop());

async function logIn(email, client = server.client()) {
  const answer = await client.post("/logga-in", { email, password: PASSWORD });
  assert.equal(answer.status, 303, answer.words);
  return client;
}

/** As when the time is up: the browser is known, the session is not. */
const endSession = (client) => client.cookies.delete("samsyn");

const events = async (client) => (await client.get("/api/v1/1493/events?size=1")).json().count;

/** Opens the form, lets the session end, sends it: the page that asks for the log-in. */
async function sendTooLate(client, values = typed, path = "/1493/handelser/ny") {
  const form = await client.get(path);
  endSession(client);
  const page = await client.submit(form, path, values);
  assert.equal(page.status, 401, page.words);
  return { form, page };
}

const logInAgain = (client, page, email, password = PASSWORD) =>
  client.submit(page, "/logga-in", { email, password });

function holds(page, values, path) {
  const fields = page.form(path).fields;
  for (const [name, value] of Object.entries(values))
    assert.equal(fields.get(name)?.replace(/\r\n/g, "\n"), value, name);
}

test("a report sent after the session ended stands in the form again, and is sent once", async () => {
  const client = await logIn(REPORTER);
  const watcher = await logIn(COORDINATOR);
  const before = await events(watcher);
  const { form, page } = await sendTooLate(client);
  assert.match(page.words, /Du är inte inloggad längre/);
  assert.deepEqual(page.links("/_sprak/"), []); // that would lose what was typed
  const again = await logInAgain(client, page, REPORTER);
  assert.equal(again.status, 200, again.words);
  assert.match(again.words, /Du är inloggad igen\. Inget är skickat än: kontrollera och skicka\./);
  holds(again, typed, "/handelser/ny");
  assert.equal(again.form("/handelser/ny").fields.get("id"), form.form("/handelser/ny").fields.get("id"));
  assert.doesNotMatch(again.text, /error-summary/);
  assert.equal(await events(watcher), before);
  const receipt = await client.submitOk(again, "/handelser/ny", {});
  assert.match(receipt.words, /Mottagen/);
  assert.equal(await events(watcher), before + 1);
});

test("a wrong password keeps what was typed too", async () => {
  const client = await logIn(REPORTER);
  const { page } = await sendTooLate(client);
  const wrong = await logInAgain(client, page, REPORTER, "fel lösenord här");
  assert.equal(wrong.status, 422);
  assert.match(wrong.words, /stämmer inte.*Det du skrev är kvar/);
  const again = await logInAgain(client, wrong, REPORTER);
  assert.match(again.words, NOTHING_SENT);
  holds(again, typed, "/handelser/ny");
});

test("what was typed waits for the second factor", async () => {
  const email = "kommunpolis.1493@example.se";
  const client = await logIn(email);
  const set = await client.get("/konto/tvafaktor");
  const secret = /value="((?:[A-Z2-7]{4} ?){8})"/.exec(set.text)[1];
  const codes = await client.submit(set, "/konto/tvafaktor", { code: totp(secret) });
  assert.equal(codes.status, 200, codes.words);
  const { page } = await sendTooLate(client);
  const recovery = /<code>(.*?)<\/code>/.exec(codes.text)[1];
  const code = await logInAgain(client, page, email);
  assert.match(code.words, /Skriv din kod/);
  const wrong = await client.submit(code, "/logga-in/kod", { code: "000000" });
  assert.equal(wrong.status, 422);
  const again = await client.submit(wrong, "/logga-in/kod", { code: totp(secret, Date.now() + 30_000) });
  assert.match(again.words, NOTHING_SENT);
  holds(again, typed, "/handelser/ny");
  const late = await sendTooLate(client);
  const other = await client.submit(await logInAgain(client, late.page, email), "/logga-in/kod",
    { code: recovery });
  holds(other, typed, "/handelser/ny");
});

test("a form that is older than the log-in comes back filled in", async () => {
  const client = await logIn(REPORTER);
  const form = await client.get("/1493/handelser/ny");
  await logIn(REPORTER, client); // in another tab
  const back = await client.submit(form, "/handelser/ny", typed);
  assert.equal(back.status, 403);
  assert.match(back.words, /loggat in på nytt sedan du öppnade formuläret\. Inget är skickat än/);
  holds(back, typed, "/handelser/ny");
  assert.equal((await client.submit(back, "/handelser/ny")).status, 303);
});

test("a button on a page that is older than the log-in says so and leads back", async () => {
  const client = await logIn(REPORTER);
  const csrf = (await client.get("/konto")).form("/logga-ut").fields.get("csrf");
  await logIn(REPORTER, client);
  const page = await client.post("/konto/inloggningar/avsluta", { csrf },
    { referer: `${server.url}/konto/inloggningar` });
  assert.equal(page.status, 403);
  assert.match(page.words, /Inget är ändrat: du har loggat in på nytt/);
  assert.deepEqual(page.links("/konto/inloggningar"), ["/konto/inloggningar"]);
});

test("another account that logs in sees nothing of it", async () => {
  const client = await logIn(COORDINATOR);
  const { page } = await sendTooLate(client);
  const other = await logInAgain(client, page, REPORTER);
  assert.equal(other.status, 303);
  const shown = await client.get(other.location.href);
  assert.match(shown.words, /skrevs med ett annat konto/);
  assert.doesNotMatch(shown.text, /skylten/);
  const form = await (await logIn(COORDINATOR, client)).get("/1493/handelser/ny");
  await logIn(REPORTER, client);
  const refused = await client.submit(form, "/handelser/ny", typed);
  assert.equal(refused.status, 403);
  assert.doesNotMatch(refused.words, NOTHING_SENT);
});

test("another site can neither fill in a form nor have one sent", async () => {
  const client = await logIn(REPORTER);
  const form = await client.get("/1493/handelser/ny");
  const own = Object.fromEntries(form.form("/handelser/ny").fields);
  const { page } = await sendTooLate(client);
  const pack = page.form("/logga-in").fields.get("kept");
  const credentials = { email: REPORTER, password: PASSWORD, kept: pack };
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const forged = { ...own, ...typed, text: "Skrivet av någon annan." };
  for (const headers of [evil, { origin: "null" }, { ...evil, origin: server.url }]) {
    const late = await client.post("/1493/handelser/ny", forged, headers);
    assert.ok([401, 403].includes(late.status));
    assert.doesNotMatch(late.text, /Skrivet av någon annan|name="kept"/);
    assert.equal((await client.post("/logga-in", credentials, headers)).status, 403);
  }
  await logIn(REPORTER, client);
  const here = await client.post("/1493/handelser/ny", forged, evil);
  assert.equal(here.status, 403);
  assert.doesNotMatch(here.text, /Skrivet av någon annan/);
});

test("only a pack of our own is opened, and only from our own page", async () => {
  const client = await logIn(REPORTER);
  const { page } = await sendTooLate(client);
  const { kept, till } = Object.fromEntries(page.form("/logga-in").fields);
  const [data, mac] = kept.split(".");
  const other = Buffer.from(data, "base64url").toString().replace("Mariestad", "Ankeborg");
  const bent = [`${Buffer.from(other).toString("base64url")}.${mac}`, `${data}.${"0".repeat(64)}`,
    data, `${data}.`, `.${mac}`, "x", `%%%.${mac}`, `${"A".repeat(40000)}.${mac}`];
  for (const pack of bent) {
    const answer = await client.post("/logga-in", { email: REPORTER, password: PASSWORD, till, kept: pack });
    assert.equal(answer.status, 303, pack.slice(0, 50));
    assert.equal(answer.location.pathname, "/1493/handelser/ny");
  }
  const unsaid = await client.send("POST", "/logga-in", {
    body: new URLSearchParams({ email: REPORTER, password: PASSWORD, till, kept }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  assert.equal(unsaid.status, 303);
});

test("a pack opens no form that the account may not see any longer", async () => {
  const email = "bostadschef.1493@example.se";
  const client = await logIn(email);
  const { page } = await sendTooLate(client);
  const coordinator = await logIn(COORDINATOR);
  const list = await coordinator.get("/1493/installningar/konton");
  const row = list.text.split("<tr>").find((r) => r.includes(email));
  const address = /href="([^"]*)"/.exec(row)[1];
  await coordinator.submitOk(await coordinator.get(address), address, { state: "suspended" });
  const again = await logInAgain(client, page, email);
  assert.equal(again.status, 303, again.words);
  assert.match((await client.get(again.location.href)).words, /en sida som kontot inte får se/);
});

test("passwords and codes are never in the page", async () => {
  const client = await logIn(REPORTER);
  const csrf = (await client.get("/konto")).form("/konto").fields.get("csrf");
  const secrets = { current: "hemligt-lösen-1", fresh: "hemligt-lösen-2", code: "hemligt-lösen-3",
    confirm: "hemligt-lösen-4", password: "hemligt-lösen-5", csrf };
  endSession(client);
  for (const path of ["/konto/losenord", "/konto/tvafaktor", "/konto/tvafaktor/ta-bort",
    "/konto/tvafaktor/reservkoder"]) {
    const page = await client.post(path, secrets);
    assert.equal(page.status, 401);
    assert.doesNotMatch(page.text, /hemligt|name="kept"/);
  }
});

test("a file cannot be kept, and the page says so", async () => {
  const client = await logIn(COORDINATOR);
  const path = "/1493/installningar/omraden/ny";
  const form = await client.get(path);
  endSession(client);
  const alone = await client.submit(form, path, {}, { file: ["a.geojson", "{}"] });
  assert.equal(alone.status, 401);
  assert.match(alone.words, /Filen följer inte med\. Välj den igen\./);
  await logIn(COORDINATOR, client);
  const event = await client.get("/1493/handelser/ny");
  endSession(client);
  const both = await client.submit(event, "/handelser/ny", typed, { file: ["a.txt", "text"] });
  const again = await logInAgain(client, both, COORDINATOR);
  assert.match(again.words, /Inget är skickat än.*Filen följer inte med\. Välj den igen\./);
  holds(again, typed, "/handelser/ny");
});

test("what is too much to keep is shown for copying", async () => {
  const client = await logIn(REPORTER);
  const form = await client.get("/1493/handelser/ny");
  endSession(client);
  const page = await client.submit(form, "/handelser/ny", { ...typed, text: "Ö".repeat(25000) }, {});
  assert.equal(page.form("/logga-in").fields.get("kept"), null);
  assert.match(page.words, /kan inte sättas tillbaka i formuläret\. Kopiera/);
  assert.match(page.words, /ÖÖÖÖÖÖ/);
  await logIn(REPORTER, client);
  const fits = await sendTooLate(client, { ...typed, text: "Ö".repeat(10000) });
  holds(await logInAgain(client, fits.page, REPORTER), { text: "Ö".repeat(10000) }, "/handelser/ny");
});

test("a button without fields leads back to the page where it stood", async () => {
  const client = await logIn(REPORTER);
  const csrf = (await client.get("/konto")).form("/logga-ut").fields.get("csrf");
  endSession(client);
  const page = await client.post("/konto/inloggningar/avsluta", { csrf },
    { referer: `${server.url}/konto/inloggningar?x=1` });
  assert.match(page.words, /Logga in, så kommer du tillbaka till sidan/);
  assert.equal((await logInAgain(client, page, REPORTER)).location.pathname, "/konto/inloggningar");
  for (const referer of ["https://evil.example/x", `${server.url}//evil.example/x`, `${server.url}.evil/x`]) {
    endSession(client);
    const other = await client.post("/konto/inloggningar/avsluta", { csrf }, { referer });
    assert.equal(other.form("/logga-in").fields.get("till"), "/");
  }
});

test("a change made meanwhile by somebody else is not written over", async () => {
  const client = await logIn(COORDINATOR);
  const [event] = (await client.get("/api/v1/1493/events?size=1")).json().events;
  const path = `/1493/handelser/${event.id}/redigera`;
  const form = await client.get(path);
  const colleague = await logIn(COORDINATOR);
  await colleague.submitOk(await colleague.get(path), path, { text: "Ändrat av en kollega." });
  endSession(client);
  const page = await client.submit(form, path, { text: "Min ändring." });
  const again = await logInAgain(client, page, COORDINATOR);
  assert.match(again.words, /Ändrat av en kollega/);
  holds(again, { text: "Min ändring." }, path);
});

test("an event that is gone meanwhile gives its error, with the texts, and the log-in holds", async () => {
  const client = await logIn(COORDINATOR);
  const [event] = (await client.get("/api/v1/1493/events?size=1&page=6")).json().events;
  const path = `/1493/handelser/${event.id}/redigera`;
  const form = await client.get(path);
  const colleague = await logIn(COORDINATOR);
  const ask = await colleague.get(`/1493/handelser/${event.id}/ta-bort-text`);
  await colleague.submitOk(ask, "/ta-bort-text");
  endSession(client);
  const page = await client.submit(form, path, { text: "Det som jag skrev." });
  const again = await logInAgain(client, page, COORDINATOR);
  assert.ok(again.status >= 400 && again.status < 500, String(again.status));
  assert.match(again.words, /Det som jag skrev\./);
  assert.equal((await client.get("/konto")).status, 200);
});

test("a form in English comes back in English", async () => {
  const client = await logIn(REPORTER);
  client.cookies.set("lang", "en");
  const { page } = await sendTooLate(client);
  assert.match((await logInAgain(client, page, REPORTER)).words, /Nothing is sent yet: check and send/);
});

const lists = ["organisationer", "perioder", "omraden", "platser", "kontakter", "konton", "handelsetyper"]
  .map((name) => `/1493/installningar/${name}`);

/** All that the forms of a municipality change, as its pages show it: name -> words. Who logged in
 * when is no change of theirs. */
async function shown(client) {
  const pages = [...lists.filter((page) => !page.endsWith("/konton")), "/konto", "/1493/laget/publicerat",
    "/1493/importera", "/api/v1/1493/events?size=50"];
  const seen = new Map();
  for (const page of pages) {
    const answer = await client.get(page);
    assert.equal(answer.status, 200, page);
    seen.set(page, answer.words);
  }
  const accounts = (await client.get("/1493/installningar/konton")).text;
  seen.set("konton", accounts.replaceAll(/<td data-label="Senast[^<]*<\/td>/g, ""));
  return seen;
}

/** Addresses of forms: those that take a POST where a page stands, with rows of the lists. */
async function formPages(client) {
  const { paths } = (await client.get("/api/v1/openapi.json")).json();
  const both = Object.keys(paths).filter((path) => paths[path].get && paths[path].post);
  const [event] = (await client.get("/api/v1/1493/events?size=1&page=9")).json().events;
  const rows = [];
  for (const list of lists) rows.push(...(await client.get(list)).links(`${list}/`).slice(0, 3));
  const fixed = both.filter((path) => !/\{(?!municipality)/.test(path))
    .map((path) => path.replace("{municipality}", "1493"));
  return [...new Set([...fixed, ...rows, `/1493/handelser/${event.id}/redigera`])]
    .filter((path) => !/^\/(logga|lapp)|losenord|tvafaktor/.test(path));
}

test("whatever form is put back, nothing has changed before it is sent", async () => {
  const client = await logIn(COORDINATOR);
  const watcher = await logIn(COORDINATOR);
  const before = await shown(watcher);
  let kept = 0;
  for (const path of await formPages(client)) {
    const csrf = (await client.get("/konto")).form("/logga-ut").fields.get("csrf");
    const formOf = (page) => page.forms.find((f) => f.method === "POST" && f.action.endsWith(path));
    const form = formOf(await client.get(path));
    if (!form) continue;
    const fields = Object.fromEntries([...form.fields].map(([name, value]) =>
      [name, /^(name|title|label|text|note|phone)$/.test(name) ? "Ändrat 123" : value]));
    endSession(client);
    const page = await client.post(path, { ...fields, do: "publish", csrf });
    if (page.status !== 401) assert.fail(`${path}: ${page.status}`);
    const again = await logInAgain(client, page, COORDINATOR);
    assert.ok(again.status < 400, `${path}: ${again.status} ${again.words}`);
    if (!page.form("/logga-in").fields.get("kept")) continue;
    assert.match(again.words, NOTHING_SENT, path);
    for (const [name, value] of Object.entries(fields))
      if (value === "Ändrat 123") assert.equal(formOf(again).fields.get(name), value, `${path} ${name}`);
    kept++;
  }
  assert.ok(kept >= 10, `${kept} forms`);
  for (const [page, words] of await shown(watcher))
    assert.ok(words === before.get(page), `${page} has changed: ${words.slice(0, 2000)}`);
});
