// SPDX-License-Identifier: AGPL-3.0-or-later
// Rows of every kind that an address or a form can name, made past the program: for keys.test.mjs.

import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { execute, insert } from "./database.mjs";

/** An id that nothing has. Each part has a letter, so that none is a number that a page happens to show. */
export function newId() {
  const parts = [8, 4, 3, 3, 12].map((n) => `${randomBytes(6).toString("hex").slice(0, n - 1)}a`);
  return `${parts[0]}-${parts[1]}-7${parts[2]}-8${parts[3]}-${parts[4]}`;
}

/** An id of the database as addresses have it; null when there is none. */
export const idText = (id) =>
  id?.replace(/-/g, "").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") ?? null;

const AT = Date.UTC(2026, 0, 15, 12);
const PICTURE = JSON.stringify({
  from: "2026-01-01", to: "2026-01-31", before_from: "2025-12-01", before_to: "2025-12-31", n: 30,
  before: 20, types: [], areas: [], min_count: 5, noise: 0, exercise: true,
});
const ADOPTED = JSON.stringify({
  work: "EST", period: "Prov", from: "2026-01-01", to: "2026-01-15", before_from: "2025-12-18",
  before_to: "2026-01-01", all: [{ name: null, n: 3, before: 2, certainty: "too_few" }], types: [],
  areas: [], focus: [],
});
const MINUTES = JSON.stringify({ version: 1, lang: "sv", opened_at: 1, closed_at: 2,
  items: ["attendance", "followup", "exceptions", "changes", "levels", "focus", "actions", "tell", "next"]
    .map((item) => ({ item, done: true, note: "Lugnt", lines: [] })) });
const BULLETIN_MAP = { height: 0, outline: null, shapes: [], marks: [] };
const BULLETIN = JSON.stringify({ made_at: 1, looked: false, exercise: false, map: BULLETIN_MAP, spots: [], actions: [],
  people: [] });
const BULLETIN_WORDS = JSON.stringify({ group: {}, public: {}, levels: [], focus: [], actions: [] });
const BULLETIN_OPEN = JSON.stringify({ version: 1, work: "EST", period: "Prov", from: "2026-01-01", to: "2026-01-15",
  exercise: false, figures: null, words: {}, levels: [], focus: [], actions: [], map: BULLETIN_MAP });
const PROFILE = JSON.stringify({
  source: "nyckelprov", type: { column: "Typ", default: "other" },
  time: { column: "Datum", format: "auto" },
});
const CSV = "Datum;Typ\n2026-01-02 12:00;Klotter\n";
const square = "SELECT shape FROM area ORDER BY municipality_code, name LIMIT 1";

/** kind -> (o) => statements; o is { id, name, municipality, account, organisation, place }. It may put
 * files in the data directory and add to o what the bodies of keys.mjs need. */
const makers = {
  event: (o) => [eventRow(o, null)],
  photo: async (o) => {
    const event = newId();
    return [eventRow({ ...o, id: event }, null), await photoRow(o, event)];
  },
  waitingPhoto: async (o) => [await photoRow(o, null)],
  /* Accepted just now by this account: the latest it did. */
  act: (o) => {
    const event = newId();
    return [eventRow({ ...o, id: event }, null), insert("review_act", {
      municipality_code: o.municipality, id: newId(), batch_id: o.id, event_id: event, kind: "accept",
      at: Date.now() + 3600_000, by_id: o.account, state_before: "submitted", version_after: 1,
    })];
  },
  question: (o) => {
    const event = newId();
    return [eventRow({ ...o, id: event }, null), insert("review_question", {
      municipality_code: o.municipality, id: o.id, event_id: event, reporter_id: o.account,
      question: o.name, asked_at: AT,
    })];
  },
  answer: (o) => {
    const event = newId();
    return [eventRow({ ...o, id: event, account: newId() }, null), insert("feedback_answer", {
      municipality_code: o.municipality, id: o.id, batch_id: newId(), event_id: event, reporter_id: newId(),
      text: o.name, at: AT,
    })];
  },
  answerTemplate: (o) => [insert("feedback_template", {
    municipality_code: o.municipality, key: { literal: `'${o.id}'` }, name: o.name, text: o.name, removed: 0,
    version: 1, changed_at: AT,
  })],
  forward: (o) => {
    const event = newId();
    return [eventRow({ ...o, id: event }, null), insert("review_forward", {
      municipality_code: o.municipality, id: o.id, event_id: event,
      organisation_id: o.organisation ?? newId(), note: o.name, at: AT,
    })];
  },
  organisation: (o) => [insert("organisation", {
    municipality_code: o.municipality, id: o.id, name: o.name, kind: "housing", active: 1, created_at: AT,
  })],
  sleepingOrganisation: (o) => [insert("organisation", {
    municipality_code: o.municipality, id: o.id, name: o.name, kind: "housing", active: 0, created_at: AT,
  })],
  area: (o) => [insert("area", {
    municipality_code: o.municipality, id: o.id, kind: "district", name: o.name,
    shape: { literal: `(${square})` }, east_min: 1, north_min: 1, east_max: 2, north_max: 2,
    source: "prov", created_at: AT,
  })],
  place: (o) => [insert("place", {
    municipality_code: o.municipality, id: o.id, kind: "own", name: o.name,
    name_folded: o.name.toLowerCase(), east: 432000, north: 6507000, precision: "place", source: "prov",
    created_at: AT,
  })],
  action: (o) => [
    insert("action", {
      municipality_code: o.municipality, id: o.id, title: o.name, problem: o.name,
      type_code: "damage.graffiti", circle: "432000-6507000-200", place_name: o.name, kind: "repair",
      organisation_id: o.organisation ?? newId(), starts_at: Date.UTC(2036, 0, 5, 23),
      ends_at: Date.UTC(2036, 2, 5, 23), yearly: 0, remind_days: 7, state: "planned", state_at: AT,
      version: 1, created_at: AT, changed_at: AT,
    }),
    insert("action_plan", {
      municipality_code: o.municipality, action_id: o.id, version: 1, type_code: "damage.graffiti",
      circle: "432000-6507000-200", place_name: o.name, comparison: "none",
      before_from: Date.UTC(2035, 0, 5, 23), before_to: Date.UTC(2035, 2, 5, 23),
      after_from: Date.UTC(2036, 0, 5, 23), after_to: Date.UTC(2036, 2, 5, 23),
      method: "compare-counts", proposed: 1, baseline: 0, late: 0, made_at: AT,
    }),
  ],
  period: (o) => {
    Object.assign(o, { starts: Date.UTC(2031, 0, 5, 23), ends: Date.UTC(2031, 0, 12, 23) });
    return [insert("period", {
      municipality_code: o.municipality, id: o.id, name: o.name, starts_at: o.starts, ends_at: o.ends,
      created_at: AT,
    })];
  },
  /* A period that has begun, with a level to adopt. */
  assessed: (o) => [
    insert("period", {
      municipality_code: o.municipality, id: o.id, name: o.name, starts_at: AT - 1, ends_at: AT,
      created_at: AT,
    }),
    insert("area_level", {
      municipality_code: o.municipality, period_id: o.id, area_id: newId(), version: 1, level: 2,
      reason: o.name, set_at: AT,
    }),
  ],
  adopted: (o) => [
    insert("period", {
      municipality_code: o.municipality, id: o.id, name: o.name, starts_at: AT - 1, ends_at: AT,
      created_at: AT,
    }),
    insert("adopted_picture", {
      municipality_code: o.municipality, period_id: o.id, version: 1, drafts: 1, content: ADOPTED,
      adopted_at: AT,
    }),
  ],
  plannedMeeting: (o) => [meetingRow(o, "planned")],
  /* About a period of its own, which has begun. */
  openMeeting: (o) => {
    const period = newId();
    return [insert("period", {
      municipality_code: o.municipality, id: period, name: o.name, starts_at: AT - 1, ends_at: AT,
      created_at: AT,
    }), meetingRow(o, "open", { period_id: period, opened_at: AT })];
  },
  /* With an action and an area that have its id. */
  fullMeeting: (o) => [...makers.openMeeting(o), ...makers.action(o), ...makers.area(o)],
  closedMeeting: (o) => [meetingRow(o, "closed", { opened_at: AT, closed_at: AT + 1, content: MINUTES })],
  meetingGuest: (o) => {
    const meeting = newId();
    return [meetingRow({ ...o, id: meeting }, "open", { opened_at: AT }), insert("meeting_guest", {
      municipality_code: o.municipality, meeting_id: meeting, id: o.id, organisation: o.name, people: 1,
      at: AT,
    })];
  },
  meetingMessage: (o) => [insert("meeting_message", {
    municipality_code: o.municipality, id: o.id, meeting_id: newId(), audience: "public", words: o.name,
    at: AT,
  })],
  member: (o) => makers.account({ ...o, role: "group_member" }),
  bulletin: (o) => [
    ...makers.adopted(o),
    insert("bulletin", {
      municipality_code: o.municipality, period_id: o.id, adopted_version: 1, content: BULLETIN, words: BULLETIN_WORDS,
      version: 1, made_at: AT, changed_at: AT, handed_at: AT,
    }),
  ],
  openBulletin: (o) => [insert("bulletin_public", {
    municipality_code: o.municipality, id: o.id, period_id: newId(), period_from: AT - 1, period_to: AT,
    content: BULLETIN_OPEN, published_at: AT, updated_at: AT,
  })],
  schoolBreak: (o) => {
    Object.assign(o, { starts: Date.UTC(2031, 0, 5, 23), ends: Date.UTC(2031, 0, 12, 23) });
    return [insert("school_break", {
      municipality_code: o.municipality, id: o.id, name: o.name, starts_at: o.starts, ends_at: o.ends,
      changed_at: AT,
    })];
  },
  sheet: (o) => [insert("slip_sheet", {
    municipality_code: o.municipality, id: o.id, organisation_id: o.organisation ?? newId(), slips: 1,
    created_at: AT, expires_at: Date.UTC(2099, 0, 1),
  })],
  contact: (o) => [insert("contact", {
    municipality_code: o.municipality, id: o.id, role: o.name, name: o.name, phone: "0500-12 34 56",
    email: "", sort: 1, changed_at: AT,
  })],
  citizenReport: (o) => [insert("citizen_report", {
    municipality_code: o.municipality, id: o.id, feeling: "unsafe", reasons: "lighting", times: "",
    state: "received", answer: o.name, code_until: AT * 2, received_at: AT, changed_at: AT, version: 1,
  })],
  voices: (o) => [
    insert("voices_publication", {
      municipality_code: o.municipality, id: o.id, period_from: AT, period_to: AT + 1, created_at: AT,
      published_at: AT, updated_at: AT,
    }),
    insert("voices_cluster", {
      municipality_code: o.municipality, publication_id: o.id, cluster: "safe-rest", done: o.name,
      shown: 1, kind: "rest", place: "", feeling: "safe", themes: "", version: 1,
    }),
  ],
  picture: (o) => [insert("published_picture", {
    municipality_code: o.municipality, id: o.id, title: o.name, period_from: AT, period_to: AT + 1,
    content: PICTURE, note: o.name, published_at: AT, updated_at: AT,
  })],
  account: (o) => [
    insert("account", {
      id: o.id, email: `${o.id}@example.se`, name: o.name, lang: "sv", state: "active", created_at: AT,
    }),
    insert("membership", {
      municipality_code: o.municipality, account_id: o.id, role: o.role ?? "reporter",
      state: "active", created_at: AT, changed_at: AT,
    }),
  ],
  invitation: (o) => [insert("invitation", {
    municipality_code: o.municipality, id: o.id,
    token_hash: blob(o.id), email: `${o.id}@example.se`, name: o.name, role: o.role ?? "reporter",
    created_at: AT, expires_at: AT * 2,
  })],
  profile: (o) => [insert("import_profile", {
    municipality_code: o.municipality, id: o.id, name: o.name, format: "csv", mapping: PROFILE,
    created_at: AT, changed_at: AT,
  })],
  run: (o) => [
    insert("import_run", {
      municipality_code: o.municipality, id: o.id, format: "csv", file_name: o.name, file_hash: "x",
      state: "done", rows_read: 1, rows_refused: 1, started_at: AT, ended_at: AT,
    }),
    insert("import_reject", {
      municipality_code: o.municipality, import_id: o.id, row_no: 1, reason: "import_reason_when",
      raw: JSON.stringify({ Datum: o.name }),
    }),
    eventRow({ ...o, id: newId() }, o.id),
  ],
  upload: async (o) => {
    const file = path.join(o.place.data, "imports", o.id);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.data`, CSV);
    await writeFile(`${file}.json`, JSON.stringify({
      municipality: o.municipality, name: `${o.name}.csv`, format: "csv", profile: PROFILE,
      profile_id: "00000000-0000-0000-0000-000000000000",
    }));
    return [];
  },
  /* Failed, with its file still there: it can be looked at and gone on with. */
  job: async (o) => {
    const upload = { ...o, id: newId() };
    await makers.upload(upload);
    return [jobRow(o, "failed", upload.id)];
  },
  /* Run by another server, as far as anybody can see. */
  runningJob: (o) => [jobRow(o, "running", newId())],
  areaDraft: (o) => draft(o, "omraden", "a.geojson", JSON.stringify({
    type: "FeatureCollection", features: [{
      type: "Feature", properties: { namn: o.name }, geometry: { type: "Polygon",
        coordinates: [[[13.81, 58.7], [13.83, 58.7], [13.83, 58.72], [13.81, 58.72], [13.81, 58.7]]] },
    }],
  })),
  placeDraft: (o) => draft(o, "platser", "p.csv", `namn;slag;nord;öst\n${o.name};plats;58,71;13,82\n`),
};

const meetingRow = (o, state, more = {}) => insert("meeting", {
  municipality_code: o.municipality, id: o.id, starts_at: AT, minutes: 30, state, created_at: AT, ...more,
});

const blob = (id) => ({
  literal: process.env.SAMSYN_TEST_ENGINE === "postgres" ? `'\\x${id.replaceAll("-", "")}'`
    : `x'${id.replaceAll("-", "")}'`,
});

async function photoRow(o, event) {
  const dir = path.join(o.place.data, "photos", o.municipality), bytes = Buffer.from(o.name);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(path.join(dir, `${o.id}-${"0".repeat(16)}.jpg`), bytes, { mode: 0o600 });
  return insert("photo", {
    municipality_code: o.municipality, id: o.id, event_id: event, sort: 1, bytes: bytes.length, width: 1,
    height: 1, hash: "0".repeat(64), alt: o.name, created_at: Date.now(), created_by: o.account,
  });
}

const jobRow = (o, state, upload) => insert("job", {
  municipality_code: o.municipality, id: o.id, kind: "import", title: o.name, state,
  parameters: JSON.stringify({ upload, dry_run: false }), created_at: AT, started_at: AT,
  owner: state === "running" ? newId() : null, lease_until: state === "running" ? AT * 2 : null,
});

async function draft(o, what, file, content) {
  const dir = path.join(o.place.data, "drafts");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(path.join(dir, `${what}-${o.municipality}-${o.account}-${o.id}-${file}`), content);
  return [];
}

const eventRow = (o, run) => insert("event", {
  municipality_code: o.municipality, id: o.id, source: run ? "nyckelprov" : "report", import_id: run,
  organisation_id: o.organisation, type_code: "damage.graffiti", occurred_from: AT, occurred_to: AT,
  local_weekday: 4, local_hour: 13, local_week: 202603, precision: "none", place_name: o.name,
  state: "included", version: 1, reported_at: AT, changed_at: AT, created_by: o.account,
  description: o.name,
});

let number = 0;

/** Makes objects; each item is { kind, municipality, ... }. Answers them with id and name. */
export async function make(place, items) {
  const statements = [];
  for (const item of items) {
    item.id ??= newId();
    item.name ??= `Hemligt ${String(++number).padStart(4, "0")}x`;
    item.place = place;
    statements.push(...(await makers[item.kind](item)));
  }
  if (statements.length) await execute(place, statements);
  return items;
}
