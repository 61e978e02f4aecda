// SPDX-License-Identifier: AGPL-3.0-or-later
// Every key of a row that a route takes, in its address, its query or its form, written by hand:
// keys.test.mjs holds the running program against it. A new key fails the tests until it stands here.

import { newId } from "./objects.mjs";

/** Parts of addresses that name no row, or one that the wall of matrix.test.mjs stands before. */
export const noRow = new Set(["municipality", "slug", "cluster", "z", "x", "y", "file", "lang", "rest"]);

/** What an address may name that belongs to nobody: the same for all who may ask. */
const typeCode = { register: "damage.graffiti", absent: 404 };
const townCode = { register: "1499", absent: 404 };
/** Whoever has it may use it: a letter's secret. Only one that does not exist can be tried. */
const secret = { secret: "x".repeat(43), absent: 404 };
/** The same of a slip: the municipality and twenty letters. */
const slipSecret = { secret: "1493-0000-0000-0000-0000-0000", absent: 404 };
const poster = { register: "rapportorer", absent: 404 };
const town = { town: true }; // only a municipality has such: nothing at the country's address
/** A filter: what is not ours finds nothing. */
const filter = (kind) => ({ kind, absent: 200 });
/** A choice in a form: what is not ours was never among those shown. */
const choice = (kind) => ({ kind, absent: 422 });
/** The field is taken by a neighbour's table and not looked at here. */
const ignored = (kind) => ({ kind, absent: 200 });

const report = { main: "damage", detail: "damage.glass", when: "i går 01.30", unknown: "1",
  text: "Krossad ruta", keep_reason: "1" };
/** A key in a field of another kind: the program does not say that it is one. */
const unseen = (spec, where) => ({ ...spec, unseen: where });
const pictureFilters = { area: filter("area"),
  period: unseen({ ...choice("period"), ...town }, "query") };
const eventFilters = { area: filter("area"), organisation: filter("organisation") };
/** The ground of a measure: an area in a field of text. */
const ground = { "p-treated": unseen(filter("area"), "query"), "p-control": unseen(filter("area"), "query") };
/** A file of nothing is refused: too little to go on. */
const thin = (kind) => ({ kind, absent: 422 });
const thinFilters = { area: thin("area"), organisation: thin("organisation") };

const actionFilters = { area: filter("area"), owner: filter("organisation") };
const actionDays = { "first-day": "5", "first-month": "1", "first-year": "2036", "last-day": "5",
  "last-month": "3", "last-year": "2036" };
const action = (o) => ({ title: "Laga lampan", problem: "Det är mörkt i parken.",
  type: "damage.graffiti", kind: "lighting", remind: "7", ...actionDays,
  organisation: o.organisation?.id ?? (o.area ?? o.id)?.organisation,
  ...(o.area ? { area: o.area.id }
    : { place: "Provet", circle: "432000-6507000-200", circle_place: "Provet" }) });
const actionPlan = { type: "damage.graffiti", comparison: "none", method: "auto", version: "1",
  "before_first-day": "5", "before_first-month": "1", "before_first-year": "2035",
  "before_last-day": "5", "before_last-month": "3", "before_last-year": "2035",
  "after_first-day": "6", "after_first-month": "1", "after_first-year": "2036",
  "after_last-day": "5", "after_last-month": "3", "after_last-year": "2036" };

/** "VERB /path" -> keys: { name: kind or { kind, absent } }, body: what a form says beside them (o: the
 * object of each key), own: the answer with one's own object (GET 200, otherwise 303). */
export const keyed = {
  "POST /konto/inloggningar/avsluta": { keys: { session: { kind: "session", absent: 404 } } },
  "GET /inbjudan/{token}": { keys: { token: secret } },
  "POST /inbjudan/{token}": { keys: { token: secret },
    body: () => ({ name: "Någon", password: "ett långt lösenord 27" }) },
  "POST /inbjudan/{token}/tacka-ja": { keys: { token: secret } },
  "GET /lapp/{code}": { keys: { code: slipSecret } },
  "POST /lapp/{code}": { keys: { code: slipSecret },
    body: () => ({ name: "Någon", email: "nagon.annan@example.se", password: "ett långt lösenord 27" }) },
  "POST /lapp/{code}/ta": { keys: { code: slipSecret } },
  "GET /nytt-losenord/{token}": { keys: { token: secret } },
  "POST /nytt-losenord/{token}": { keys: { token: secret },
    body: () => ({ password: "ett långt lösenord 27" }) },

  "GET /metoder/{name}": { keys: { name: { register: "knox", absent: 404 } } },

  "GET /{slug}/lagesbrev/{id}": { keys: { id: "openBulletin" }, ...town },
  "GET /{slug}/lagesbrev/{id}.md": { keys: { id: "openBulletin" }, ...town },
  "GET /{slug}/lagesbrev/{id}.odt": { keys: { id: "openBulletin" }, ...town },
  "GET /{slug}/lagesbrev/{id}.pdf": { keys: { id: "openBulletin" }, ...town },
  "GET /{slug}/laget/{id}": { keys: { id: "picture" } },
  "GET /{slug}/laget/{id}.csv": { keys: { id: "picture" } },
  "GET /{slug}/laget/{id}.json": { keys: { id: "picture" } },

  "GET /{municipality}/analys": { keys: { ...eventFilters, ...ground } },
  "GET /{municipality}/analys.csv": { keys: thinFilters, own: 422 },
  "GET /{municipality}/analys.geojson": { keys: thinFilters, own: 422 },
  "GET /{municipality}/analys.json": { keys: thinFilters, own: 422 },
  "GET /{municipality}/analys/underlag.csv": { keys: thinFilters, own: 422 },
  "GET /{municipality}/analys/tiles/{z}/{x}/{y}.mvt": { keys: eventFilters },
  "GET /api/v1/{municipality}/analysis": { keys: thinFilters, own: 422 },
  "GET /{municipality}/atgarder": { keys: actionFilters, ...town },
  "GET /{municipality}/atgarder.csv": { keys: actionFilters, ...town },
  "GET /{municipality}/atgarder.ics": { keys: actionFilters, ...town },
  "GET /{municipality}/atgarder.json": { keys: actionFilters, ...town },
  "GET /{municipality}/atgarder.xlsx": { keys: actionFilters, ...town },
  "GET /{municipality}/atgarder/ny": { keys: { area: filter("area") }, ...town },
  "POST /{municipality}/atgarder/ny": {
    keys: { area: choice("area"), organisation: choice("organisation") }, ...town, body: action },
  "GET /{municipality}/atgarder/{id}": { keys: { id: "action" }, ...town },
  "GET /{municipality}/atgarder/{id}.ics": { keys: { id: "action" }, ...town },
  "GET /{municipality}/atgarder/{id}/redigera": { keys: { id: "action" }, ...town },
  "POST /{municipality}/atgarder/{id}/redigera": {
    keys: { id: "action", area: choice("area"), organisation: choice("organisation") }, ...town,
    body: (o) => ({ ...action(o), version: "1" }) },
  "POST /{municipality}/atgarder/{id}/lage": { keys: { id: "action" }, ...town,
    body: () => ({ state: "ongoing", version: "1", note: "" }) },
  "GET /{municipality}/atgarder/{id}/plan": { keys: { id: "action" }, ...town },
  "POST /{municipality}/atgarder/{id}/plan": {
    keys: { id: "action", comparison: unseen(choice("area"), "body") }, ...town,
    body: () => actionPlan },
  "POST /{municipality}/atgarder/{id}/plan/las": { keys: { id: "action" }, ...town },
  "GET /{municipality}/handelser": { keys: eventFilters },
  "GET /{municipality}/handelser.csv": { keys: eventFilters },
  "GET /{municipality}/handelser.geojson": { keys: eventFilters },
  "GET /{municipality}/handelser.json": { keys: eventFilters },
  "GET /{municipality}/handelser.xlsx": { keys: eventFilters },
  "GET /{municipality}/handelser/tiles/{z}/{x}/{y}.mvt": { keys: eventFilters },
  "GET /api/v1/{municipality}/events": { keys: eventFilters },
  "GET /api/v1/{municipality}/events/{id}": { keys: { id: "event" } },
  "GET /{municipality}/handelser/{id}": { keys: { id: "event", som: ignored("event") } },
  "GET /{municipality}/handelser/{id}/kvitto": { keys: { id: "event" } },
  "GET /{municipality}/handelser/ny": { keys: { som: filter("event") }, ...town },
  "POST /{municipality}/handelser/ny": {
    keys: { id: { chosen: true }, organisation: choice("organisation") }, ...town,
    body: () => ({ id: newId(), ...report }),
  },
  "GET /{municipality}/bilder/{id}": { keys: { id: "photo" } },
  "POST /{municipality}/bilder/{id}/ta-bort": { keys: { id: "photo" } },
  "POST /{municipality}/handelser/{id}/bilder": { keys: { id: "event" }, own: 422 }, // no file
  // the sender chooses it, and photo.test.mjs tries another's
  "GET /{municipality}/rapportera/bilder/{id}": { keys: { id: { sender: true } } },
  "PUT /{municipality}/rapportera/bilder/{id}": { keys: { id: { sender: true } } },
  "POST /{municipality}/rapportera/bilder/{id}": {
    // without a report nothing is looked for; outbox_photo.test.mjs tries another's photo
    keys: { id: { kind: "waitingPhoto", absent: 422, own: 422 }, rapport: { kind: "event", absent: 404, own: 200 } } },
  "GET /{municipality}/rapportera": { keys: { som: filter("event") }, ...town },
  "POST /{municipality}/rapportera": {
    keys: { id: { chosen: true }, organisation: choice("organisation"), "photo-1": choice("waitingPhoto"),
      "photo-2": choice("waitingPhoto"), "photo-3": choice("waitingPhoto") }, ...town,
    body: () => ({ id: newId(), ...report }),
  },
  "GET /{municipality}/rapportera/kvitto/{id}": { keys: { id: "event" } },
  "POST /{municipality}/rapportera/inget": { keys: { id: { chosen: true, derived: true } }, ...town,
    body: () => ({ id: newId(), span: "night" }) },
  "GET /{municipality}/rapportera/flera/kvitto": { keys: { id: { kind: "event", absent: 404 } } },
  // the id of a list: each line's event has one made from it and from what the line says
  "POST /{municipality}/rapportera/flera": { keys: { id: { chosen: true, derived: true } }, ...town,
    body: () => ({ id: newId(), night: "d20260102", "type-1": "damage", "when-1": "0130",
      "place-1": "Mariestad", "choice-1": "name" }) },
  "POST /api/v1/{municipality}/events": {
    json: true, ...town, own: 201,
    keys: { id: unseen({ chosen: true }, "body"), organisation: unseen(choice("organisation"), "body") },
    body: () => ({ type: "damage.glass", occurred_from: "2026-01-02T03:04:05Z", precision: "municipality" }),
  },
  "GET /{municipality}/handelser/{id}/redigera": { keys: { id: "event" } },
  "POST /{municipality}/handelser/{id}/redigera": {
    keys: { id: "event", organisation: choice("organisation") },
    body: () => ({ ...report, version: "1" }),
  },
  "GET /{municipality}/handelser/{id}/ta-bort-text": { keys: { id: "event" } },
  "POST /{municipality}/handelser/{id}/ta-bort-text": { keys: { id: "event" } },

  "GET /{municipality}/granska/{id}": { keys: { id: "event" } },
  // a report is linked to itself: nothing to do, and found; an organisation is only looked at together
  // with a report (review.test.mjs)
  "POST /{municipality}/granska": {
    keys: { rapport: { kind: "event", absent: 409 }, main: { kind: "event", absent: 409 },
      till: { kind: "organisation", absent: 422, own: 422 } },
    body: (o) => o.main ? { gor: "link", rapport: o.main.id, version: "1" }
      : { gor: o.till ? "forward" : "reject", skal: "test", version: "1" },
  },
  "POST /{municipality}/granska/angra": { keys: { omgang: { kind: "act", absent: 404 } } },
  "GET /{municipality}/svar": { keys: { om: { kind: "event", absent: 404 },
    fran: { kind: "action", absent: 404 } }, ...town },
  // nothing to answer about an action whose place has no reports (feedback.test.mjs has some)
  "POST /{municipality}/svar": {
    keys: { rapport: { kind: "event", absent: 404 }, om: { kind: "event", absent: 404 },
      fran: { kind: "action", absent: 404, own: 422 }, atgard: { kind: "action", absent: 422, own: 422 } },
    ...town,
    body: (o) => ({ ...(o.rapport ? { om: o.rapport.id } : o.om ? { rapport: o.om.id } : {}), gor: "skicka",
      text: "Det är lagat" }),
  },
  "POST /{municipality}/svar/{id}/ta-tillbaka": { keys: { id: "answer" }, ...town },
  "GET /brev/sluta/{token}": { keys: { token: secret } },
  "POST /brev/sluta/{token}": { keys: { token: secret } },
  "POST /{municipality}/till-dig/{id}/svar": { keys: { id: "question" }, ...town,
    body: () => ({ text: "Mot gården" }) },
  "POST /{municipality}/till-dig/{id}/mottaget": { keys: { id: "forward" }, ...town },
  "GET /{municipality}/importera/fil/{id}": { keys: { id: "upload" } },
  "POST /{municipality}/importera/fil/{id}": {
    keys: { id: "upload", saved: { kind: "profile", absent: 404 } },
    body: () => ({ col: "0:when", format: "0", precision: "point", outside: "unplaced", source: "prov" }),
  },
  "GET /{municipality}/importera/fil/{id}/typer": { keys: { id: "upload" } },
  "POST /{municipality}/importera/fil/{id}/typer": { keys: { id: "upload" },
    body: () => ({ word: "0:damage.graffiti" }) },
  "POST /{municipality}/importera/fil/{id}/starta": { keys: { id: "upload" } },
  "POST /{municipality}/importera/las/{id}": { keys: { id: "upload" } },
  "GET /{municipality}/importera/jobb/{id}": { keys: { id: "job" } },
  "GET /{municipality}/importera/jobb/{id}/status": { keys: { id: "job" } },
  "POST /{municipality}/importera/jobb/{id}/avbryt": { keys: { id: "runningJob" } },
  "POST /{municipality}/importera/jobb/{id}/fortsatt": { keys: { id: "job" } },
  "GET /{municipality}/importera/{id}/avvisade.csv": { keys: { id: "run" } },
  "POST /{municipality}/importera/{id}/ta-bort": { keys: { id: "run" } },

  "GET /{municipality}/laget": { keys: pictureFilters },
  "GET /{municipality}/laget.csv": { keys: pictureFilters },
  "GET /{municipality}/laget.json": { keys: pictureFilters },
  "GET /{municipality}/laget.pdf": { keys: pictureFilters },
  "GET /{municipality}/laget/tiles/{z}/{x}/{y}.mvt": { keys: pictureFilters },
  "GET /{municipality}/laget/publicera": {
    keys: { area: filter("area"), period: unseen(filter("period"), "query") } },
  "POST /{municipality}/laget/publicerat/{id}/dra-tillbaka": { keys: { id: "picture" } },

  "GET /{municipality}/mote/{id}": { keys: { id: "openMeeting", area: filter("area") }, ...town },
  "GET /{municipality}/mote/{id}/lage": { keys: { id: "openMeeting" }, ...town },
  "GET /{municipality}/mote/{id}/protokoll": { keys: { id: "closedMeeting" }, ...town },
  "POST /{municipality}/mote/{id}/protokoll": { keys: { id: "closedMeeting" }, ...town,
    body: () => ({ ord: "Lugnt", saker: "1" }) },
  "GET /{municipality}/mote/{id}/anteckning": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/gaster": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/nivaer": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/fokus": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/beslut": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/beratta": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/nasta": { keys: { id: "openMeeting" }, ...town, own: 303 },
  "GET /{municipality}/mote/{id}/avsluta": { keys: { id: "openMeeting" }, ...town },
  "POST /{municipality}/mote/{id}/avsluta": { keys: { id: "openMeeting" }, ...town,
    body: () => ({ revision: "0" }) },
  "POST /{municipality}/mote/{id}/oppna": { keys: { id: "plannedMeeting" }, ...town },
  "POST /{municipality}/mote/{id}/tid": { keys: { id: "plannedMeeting" }, ...town,
    body: () => ({ "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00", minutes: "30" }) },
  "POST /{municipality}/mote/{id}/angra": { keys: { id: "openMeeting" }, ...town },
  "POST /{municipality}/mote/{id}/stall-in": { keys: { id: "plannedMeeting" }, ...town },
  "POST /{municipality}/mote/{id}/anteckning": { keys: { id: "openMeeting" }, ...town,
    body: () => ({ item: "changes", version: "0", words: "Mörkt i parken" }) },
  "POST /{municipality}/mote/{id}/narvaro": {
    keys: { id: "openMeeting", account: { kind: "member", absent: 404 } }, ...town,
    body: (o) => ({ here: "1", ...(o.account ? {} : { account: o.id.account }) }) },
  "POST /{municipality}/mote/{id}/gaster": {
    keys: { id: "openMeeting", remove: { kind: "meetingGuest", absent: 303 } }, ...town, // gone already is as good
    body: () => ({ guest: "Räddningstjänsten", people: "2" }) },
  "POST /{municipality}/mote/{id}/uppfoljning": {
    keys: { id: "fullMeeting", action: { kind: "action", absent: 404 } }, ...town,
    body: (o) => ({ done: "1", ...(o.action ? {} : { action: o.id.id }) }) },
  "POST /{municipality}/mote/{id}/nivaer": {
    keys: { id: "fullMeeting", area: { kind: "area", absent: 404 } }, ...town,
    body: (o) => ({ version: "0", level: "2", reason: "Fler än vanligt", ...(o.area ? {} : { area: o.id.id }) }) },
  "POST /{municipality}/mote/{id}/fokus": { keys: { id: "openMeeting", area: choice("area") }, ...town,
    body: () => ({ version: "0", name: "Parken", need: "3", influence: "2", why: "Mest händer här" }) },
  "POST /{municipality}/mote/{id}/beslut": {
    keys: { id: "openMeeting", organisation: choice("organisation"), within: choice("area") }, ...town,
    body: (o) => ({ problem: "Klotter", place: o.within ? "Bakgården" : "Exempelparken", measure: "Bättre belysning",
      type: "damage.graffiti", kind: "lighting", "last-day": "5", "last-month": "3", "last-year": "2036",
      ...(o.organisation ? {} : { organisation: o.id.organisation }) }) },
  "POST /{municipality}/mote/{id}/ta-tillbaka": {
    keys: { id: "openMeeting", action: { kind: "action", absent: 303 } }, ...town,
    body: (o) => (o.action ? {} : { action: newId() }) },
  "POST /{municipality}/mote/{id}/beratta": {
    keys: { id: "openMeeting", message: { kind: "meetingMessage", absent: 404 },
      remove: { kind: "meetingMessage", absent: 303 } }, ...town,
    body: () => ({ told: "1", audience: "public", say: "Lampan är lagad" }) },
  "POST /{municipality}/mote/{id}/nasta": { keys: { id: "openMeeting" }, ...town,
    body: () => ({ "day-day": "5", "day-month": "3", "day-year": "2036", time: "14.00" }) },
  "GET /{municipality}/lagesbrev/{id}": { keys: { id: "bulletin" }, ...town },
  "GET /{municipality}/lagesbrev/{id}.md": { keys: { id: "bulletin" }, ...town },
  "GET /{municipality}/lagesbrev/{id}.odt": { keys: { id: "bulletin" }, ...town },
  "GET /{municipality}/lagesbrev/{id}.pdf": { keys: { id: "bulletin" }, ...town },
  "POST /{municipality}/lagesbrev/{id}/gor": { keys: { id: "bulletin" }, ...town },
  "POST /{municipality}/lagesbrev/{id}/lamna-ut": { keys: { id: "bulletin" }, ...town },
  "GET /{municipality}/lagesbrev/{id}/skriv": { keys: { id: "bulletin" }, ...town },
  "POST /{municipality}/lagesbrev/{id}/skriv": { keys: { id: "bulletin" }, ...town,
    body: () => ({ version: "1", intro: "Ett ord" }) },
  "GET /{municipality}/lagesbrev/{id}/allmanheten": { keys: { id: "bulletin" }, ...town },
  "POST /{municipality}/lagesbrev/{id}/allmanheten": { keys: { id: "bulletin" }, ...town,
    body: () => ({ version: "1", intro: "Ett ord" }) },
  "POST /{municipality}/lagesbrev/{id}/dra-tillbaka": { keys: { id: "bulletin" }, ...town },

  "GET /{municipality}/nu": { keys: { period: { kind: "assessed", absent: 404 } }, ...town },
  "GET /{municipality}/nu/{id}/faststalld": { keys: { id: "adopted" }, ...town },
  "GET /{municipality}/nu/{id}/fokus": { keys: { id: "assessed" }, ...town },
  "POST /{municipality}/nu/{id}/fokus": {
    keys: { id: "assessed", area1: choice("area"), area2: choice("area"), area3: choice("area") }, ...town,
    body: () => ({ version: "0", ...Object.assign({}, ...[1, 2, 3].map((i) => ({ [`name${i}`]: "Parken",
      [`need${i}`]: "3", [`influence${i}`]: "2", [`reason${i}`]: "Mest händer här" }))) }),
  },
  "GET /{municipality}/nu/{id}/omraden/{area}": { keys: { id: "assessed", area: "area" }, ...town },
  "POST /{municipality}/nu/{id}/omraden/{area}": { keys: { id: "assessed", area: "area" }, ...town,
    body: () => ({ version: "0", level: "2", reason: "Fler än vanligt" }) },
  "GET /{municipality}/nu/{id}/faststall": { keys: { id: "assessed" }, ...town },
  "POST /{municipality}/nu/{id}/faststall": { keys: { id: "assessed" }, ...town,
    body: () => ({ drafts: "1" }) },

  "GET /{municipality}/installningar/lov/{id}": { keys: { id: "schoolBreak" }, ...town },
  "POST /{municipality}/installningar/lov/{id}": { keys: { id: "schoolBreak" }, ...town,
    body: (o) => ({ name: `${o.id.name} ny`, first: "2031-02-03", last: "2031-02-09",
      name_seen: o.id.name, starts_seen: o.id.starts, ends_seen: o.id.ends }) },
  "POST /{municipality}/installningar/lov/{id}/ta-bort": { keys: { id: "schoolBreak" }, ...town },
  "GET /{municipality}/installningar/affischer/{affisch}": { keys: { affisch: poster }, ...town },
  "GET /{municipality}/installningar/svarsmallar/{key}": { keys: { key: "answerTemplate" }, ...town },
  "POST /{municipality}/installningar/svarsmallar/{key}": { keys: { key: "answerTemplate" }, ...town,
    body: () => ({ namn: "Egen", text: "Tack!", version: "1" }) },
  "POST /{municipality}/installningar/svarsmallar/{key}/ta-bort": { keys: { key: "answerTemplate" }, ...town,
    body: () => ({ version: "1" }) },
  "GET /{municipality}/installningar/handelsetyper/{code}": { keys: { code: typeCode }, ...town },
  "POST /{municipality}/installningar/handelsetyper/{code}": { keys: { code: typeCode }, ...town,
    body: () => ({ label: "Eget ord" }) },
  "GET /{municipality}/installningar/kommuner/{code}": { keys: { code: townCode } },
  "POST /{municipality}/installningar/kommuner/{code}": { keys: { code: townCode },
    body: () => ({ active: "1" }) },
  "GET /{municipality}/installningar/jobb/{id}": { keys: { id: "job" } },
  "GET /{municipality}/installningar/jobb/{id}/lage": { keys: { id: "job" } },
  "POST /{municipality}/installningar/jobb/{id}/avbryt": { keys: { id: "runningJob" } },
  "GET /{municipality}/installningar/kontakter": { keys: { id: ignored("contact") }, ...town },
  "POST /{municipality}/installningar/kontakter": {
    keys: { id: { kind: "contact", absent: 404 } }, ...town,
    body: () => ({ role: "Polis", name: "", phone: "114 14", email: "", sort: "3" }),
  },
  "POST /{municipality}/installningar/kontakter/{id}/ta-bort": { keys: { id: "contact" }, ...town },
  "POST /{municipality}/installningar/ovning": { keys: { med: { kind: "account", absent: 422 } }, ...town },
  "GET /{municipality}/installningar/logg": { keys: { vem: filter("account") } },
  "GET /{municipality}/installningar/logg.csv": { keys: { vem: filter("account") } },
  "POST /{municipality}/installningar/konton/bjud-in": {
    keys: { organisation: choice("organisation") }, own: 200,
    body: (o) => ({ email: "ny.person@example.se", name: "Ny Person",
      role: o.organisation.role ?? "reporter" }),
  },
  "POST /{municipality}/installningar/konton/flera": {
    keys: { organisation: choice("organisation") }, own: 200, ...town,
    body: () => ({ lines: "Ny Person; ny.person@example.se", slips: "2" }),
  },
  "POST /{municipality}/installningar/konton/lappar/{sheet}/dra-tillbaka": {
    keys: { sheet: "sheet" } },
  "POST /{municipality}/installningar/konton/inbjudan/{invitation}": {
    keys: { invitation: "invitation" }, body: () => ({ gor: "dra-tillbaka" }),
  },
  "GET /{municipality}/installningar/konton/{account}": { keys: { account: "account" } },
  "POST /{municipality}/installningar/konton/{account}": {
    keys: { account: "account", organisation: choice("organisation") },
    body: (o) => ({ role: o.account.role ?? "reporter", state: "suspended" }),
  },

  "GET /{municipality}/otrygga-platser/publicerat/{id}": { keys: { id: "voices" }, ...town },
  "POST /{municipality}/otrygga-platser/publicerat/{id}": { keys: { id: "voices" }, ...town,
    body: () => ({ gor: "dra-tillbaka" }) },
  "GET /{municipality}/otrygga-platser/publicerat/{id}/{cluster}": { keys: { id: "voices" }, ...town },
  "POST /{municipality}/otrygga-platser/publicerat/{id}/{cluster}": {
    keys: { id: "voices", measure: { kind: "action", absent: 422 } }, ...town,
    body: () => ({ version: "1", done: "Vi lagar lampan." }) },
  "GET /{municipality}/otrygga-platser/{id}": { keys: { id: "citizenReport" }, ...town },
  "POST /{municipality}/otrygga-platser/{id}": { keys: { id: "citizenReport" }, ...town,
    body: () => ({ version: "1", state: "looking" }) },

  "GET /{municipality}/installningar/omraden/{id}": { keys: { id: "area" }, ...town },
  "POST /{municipality}/installningar/omraden/{id}": { keys: { id: "area" }, ...town,
    body: (o) => ({ name: `${o.id.name} ny`, kind: "district", name_seen: o.id.name,
      kind_seen: "district" }) },
  "POST /{municipality}/installningar/omraden/{id}/ta-bort": { keys: { id: "area" }, ...town },
  "GET /{municipality}/installningar/omraden/utkast/{id}": { keys: { id: "areaDraft" }, ...town },
  "POST /{municipality}/installningar/omraden/utkast/{id}": { keys: { id: "areaDraft" }, ...town,
    body: () => ({ column: "namn", kind: "district" }) },
  "GET /{municipality}/installningar/organisationer/{id}": { keys: { id: "organisation" }, ...town },
  "POST /{municipality}/installningar/organisationer/{id}": { keys: { id: "organisation" }, ...town,
    body: (o) => ({ name: `${o.id.name} ny`, kind: "housing", name_seen: o.id.name,
      kind_seen: "housing" }) },
  "POST /{municipality}/installningar/organisationer/{id}/ta-bort": { keys: { id: "organisation" },
    ...town },
  "POST /{municipality}/installningar/organisationer/{id}/vack": {
    keys: { id: "sleepingOrganisation" }, ...town },
  "POST /{municipality}/installningar/organisationer/{id}/vila": { keys: { id: "organisation" },
    ...town },
  "GET /{municipality}/installningar/perioder/{id}": { keys: { id: "period" }, ...town },
  "POST /{municipality}/installningar/perioder/{id}": { keys: { id: "period" }, ...town,
    body: (o) => ({ name: `${o.id.name} ny`, first: "2031-02-03", last: "2031-02-09",
      name_seen: o.id.name, starts_seen: o.id.starts, ends_seen: o.id.ends }) },
  "POST /{municipality}/installningar/perioder/{id}/ta-bort": { keys: { id: "period" }, ...town },
  "GET /{municipality}/installningar/platser/{id}": { keys: { id: "place" }, ...town },
  "POST /{municipality}/installningar/platser/{id}": { keys: { id: "place" }, ...town,
    body: (o) => ({ name: `${o.id.name} ny`, kind: "own", north: "58,71", east: "13,82",
      name_seen: o.id.name }) },
  "POST /{municipality}/installningar/platser/{id}/ta-bort": { keys: { id: "place" }, ...town },
  "GET /{municipality}/installningar/platser/utkast/{id}": { keys: { id: "placeDraft" }, ...town },
  "POST /{municipality}/installningar/platser/utkast/{id}": { keys: { id: "placeDraft" }, ...town },
};

/** Kinds where not even a colleague of the same municipality sees one's own. Events: only for roles that
 * see no more than their organisation's. */
export const personal = new Set(["session", "areaDraft", "placeDraft", "question", "act", "waitingPhoto"]);
