-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Actions (åtgärder): what is done about a problem at a place, by whom, until when, and what came of it.
CREATE TABLE action (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  problem text NOT NULL,                -- a sentence
  type_code text NOT NULL,              -- the type of events that it is about
  area_id uuid,                         -- where: an area,
  circle text,                          -- or a circle "430125-6505125-300"
  place_name text,                      -- and what the circle is called
  seen_from bigint,                     -- the events behind it: when they happened
  seen_to bigint,
  kind text NOT NULL,                   -- of the program's catalogue
  organisation_id uuid NOT NULL,        -- who owns it
  partners text,
  starts_at bigint NOT NULL,
  ends_at bigint NOT NULL,              -- the first moment after its last day
  yearly smallint NOT NULL DEFAULT 0,
  remind_days bigint NOT NULL,
  reminded_for bigint,                  -- the ends_at that letters have been sent for
  state text NOT NULL CHECK (state IN ('planned', 'ongoing', 'late', 'done', 'dropped')),
  state_at bigint NOT NULL,
  version bigint NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  changed_at bigint NOT NULL,
  changed_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX action_end ON action (municipality_code, ends_at);

-- What happened with it: one row for each version.
CREATE TABLE action_history (
  municipality_code text NOT NULL,
  action_id uuid NOT NULL,
  version bigint NOT NULL,
  at bigint NOT NULL,
  by_account uuid,
  what text NOT NULL CHECK (what IN ('added', 'edited', 'state')),
  state text NOT NULL,                  -- after it
  note text,
  changes text NOT NULL,                -- JSON: [[field, before, after], ...]
  PRIMARY KEY (municipality_code, action_id, version)
);

-- How the effect is to be measured. The highest version counts; what is locked is never changed.
CREATE TABLE action_plan (
  municipality_code text NOT NULL,
  action_id uuid NOT NULL,
  version bigint NOT NULL,
  type_code text NOT NULL,
  area_id uuid,
  circle text,
  place_name text,
  comparison text NOT NULL CHECK (comparison IN ('none', 'rest', 'area')),
  comparison_id uuid,
  before_from bigint NOT NULL,
  before_to bigint NOT NULL,
  after_from bigint NOT NULL,
  after_to bigint NOT NULL,
  method text NOT NULL CHECK (method IN ('compare-counts', 'wdd', 'did')),
  proposed smallint NOT NULL,           -- 1: the program's own, that nobody has looked at
  baseline bigint NOT NULL,             -- events of the time before, as they were counted when it was made
  baseline_comparison bigint,
  late smallint NOT NULL,               -- 1: made when the action had already started
  reason text,
  made_at bigint NOT NULL,
  made_by uuid,
  locked_at bigint,
  locked_by uuid,
  PRIMARY KEY (municipality_code, action_id, version)
);

-- The effect, as it was computed: frozen.
CREATE TABLE action_effect (
  municipality_code text NOT NULL,
  action_id uuid NOT NULL,
  plan_version bigint NOT NULL,
  made_at bigint NOT NULL,
  method text NOT NULL,
  before_n bigint NOT NULL,
  after_n bigint NOT NULL,
  comparison_before bigint,
  comparison_after bigint,
  verdict text NOT NULL CHECK (verdict IN ('fewer', 'more', 'unsure', 'too_few')),
  words_sv text NOT NULL,
  words_en text NOT NULL,
  PRIMARY KEY (municipality_code, action_id, plan_version)
);
