-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Events, and what they are placed and sorted by.

-- The taxonomy: two levels, stable codes ('damage', 'damage.graffiti'). Kept by the program.
CREATE TABLE event_type (
  code text PRIMARY KEY,
  parent_code text,
  sort bigint NOT NULL
);

-- A municipality's own words for a type, or that it is not used.
CREATE TABLE event_type_label (
  municipality_code text NOT NULL,
  code text NOT NULL,
  label text,
  hidden smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (municipality_code, code)
);

-- Districts and other areas. The shape is WKB in SWEREF 99 TM.
CREATE TABLE area (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,                   -- 'district', 'locality', 'school', ...
  name text NOT NULL,
  shape bytea NOT NULL,
  east_min double precision NOT NULL,
  north_min double precision NOT NULL,
  east_max double precision NOT NULL,
  north_max double precision NOT NULL,
  population bigint,
  source text NOT NULL,
  created_at bigint NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);

-- Names of places: localities from the register, streets and places the municipality brings.
CREATE TABLE place (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,                   -- 'locality', 'street', 'area', 'own'
  name text NOT NULL,
  name_folded text NOT NULL,            -- lower case, for searching
  locality text,
  east double precision NOT NULL,
  north double precision NOT NULL,
  precision text NOT NULL,              -- 'point', 'street', 'place', 'area'
  source text NOT NULL,
  created_at bigint NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX place_name ON place (municipality_code, name_folded);

-- Reporting periods: rows, never computed from week numbers alone.
CREATE TABLE period (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  starts_at bigint NOT NULL,
  ends_at bigint NOT NULL,              -- the first moment after it
  created_at bigint NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX period_start ON period (municipality_code, starts_at);

CREATE TABLE event (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  source text NOT NULL,                 -- 'report', 'police', 'import', ...: who the row came from
  source_key text,                      -- the row's own id there; the same never comes in twice
  source_hash text,                     -- of what came in, to see that it was revised
  import_id uuid,
  organisation_id uuid,
  type_code text NOT NULL,
  type_said text,                       -- the source's own word for it
  occurred_from bigint NOT NULL,
  occurred_to bigint NOT NULL,          -- later than occurred_from when nobody saw it happen
  local_weekday smallint NOT NULL,      -- 1 = Monday; of occurred_from, Europe/Stockholm
  local_hour smallint NOT NULL,
  local_week bigint NOT NULL,           -- ISO year * 100 + week
  precision text NOT NULL CHECK (precision IN
    ('none', 'point', 'street', 'place', 'area', 'municipality', 'county')),
  east double precision,                -- only with precision point, street or place
  north double precision,
  cell bigint,                          -- 100 m square: row * 100000 + column
  place_name text,
  place_id uuid,
  area_id uuid,
  state text NOT NULL DEFAULT 'included' CHECK (state IN
    ('submitted', 'included', 'redacted', 'rejected')),
  version bigint NOT NULL DEFAULT 1,
  reported_at bigint NOT NULL,          -- when it reached us
  changed_at bigint NOT NULL,
  created_by uuid,
  origin text,
  title text,                           -- the texts stand last: most readers stop before them
  description text,
  url text,
--sqlite:  rid INTEGER PRIMARY KEY, UNIQUE (municipality_code, id)
--postgres:  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX event_time ON event (municipality_code, occurred_from);
CREATE INDEX event_cell ON event (municipality_code, cell);
CREATE UNIQUE INDEX event_source ON event (municipality_code, source, source_key);
CREATE INDEX event_import ON event (municipality_code, import_id) WHERE import_id IS NOT NULL;
-- A notice of the police is looked for in the whole country: revised ones change municipality.
CREATE INDEX event_police ON event (source_key) WHERE source = 'police';

-- What an event said before: one row for each earlier version.
CREATE TABLE event_version (
  municipality_code text NOT NULL,
  event_id uuid NOT NULL,
  version bigint NOT NULL,
  replaced_at bigint NOT NULL,
  replaced_by uuid,
  reason text NOT NULL,                 -- 'edited', 'revised', 'moved', 'redacted'
  content text NOT NULL,                -- JSON of the fields as they were, without the texts
  texts text,                           -- JSON of the texts; NULL when they were redacted
  PRIMARY KEY (municipality_code, event_id, version)
);

-- How a file of a certain kind is read: columns to fields, formats, places.
CREATE TABLE import_profile (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  format text NOT NULL,
  mapping text NOT NULL,                -- JSON, see doc/import.md
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  changed_by uuid,
  PRIMARY KEY (municipality_code, id),
  UNIQUE (municipality_code, name)
);

CREATE TABLE import_run (
  municipality_code text NOT NULL,      -- '0000' for imports of the whole country
  id uuid NOT NULL,
  format text NOT NULL,
  file_name text NOT NULL,
  file_hash text NOT NULL,
  profile_id uuid,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  rows_read bigint NOT NULL DEFAULT 0,  -- whole batches that are in; resuming starts here
  rows_new bigint NOT NULL DEFAULT 0,
  rows_same bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  rows_refused bigint NOT NULL DEFAULT 0,
  started_at bigint NOT NULL,
  ended_at bigint,
  started_by uuid,
  PRIMARY KEY (municipality_code, id)
);

-- Rows that were refused, whole, with the reason.
CREATE TABLE import_reject (
  municipality_code text NOT NULL,
  import_id uuid NOT NULL,
  row_no bigint NOT NULL,
  reason text NOT NULL,                 -- key of a sentence
  field text,
  raw text NOT NULL,                    -- the row as JSON
  PRIMARY KEY (municipality_code, import_id, row_no)
);

-- Words of an event for searching: folded and stemmed by the program, so that both engines find the
-- same. SQLite joins on event.rid.
--sqlite: CREATE VIRTUAL TABLE event_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0');
--postgres: CREATE TABLE event_words (
--postgres:   municipality_code text NOT NULL, event_id uuid NOT NULL, words tsvector NOT NULL,
--postgres:   PRIMARY KEY (municipality_code, event_id));
--postgres: CREATE INDEX event_words_find ON event_words USING gin (words);
