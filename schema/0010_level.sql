-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The rhythm of the work, and what people decide about a period: levels, focus, the adopted picture.

-- When periods begin, and what the municipality calls the work. Periods open by themselves from it.
CREATE TABLE rhythm (
  municipality_code text NOT NULL,
  name text NOT NULL,                   -- 'EST', 'VEST' ...
  step text NOT NULL CHECK (step IN ('week', 'fortnight', 'four_weeks', 'month')),
  first_day bigint NOT NULL,            -- midnight of the day on which the first period begins
  cutoff_days bigint NOT NULL,          -- reports are awaited so many days after the last day ...
  cutoff_minutes bigint NOT NULL,       -- ... until this time of that day
  active smallint NOT NULL,             -- 0: no more periods are opened
  opened_to bigint NOT NULL,            -- periods before this have been opened
  version bigint NOT NULL,
  changed_at bigint NOT NULL,
  changed_by uuid,
  origin text,
  PRIMARY KEY (municipality_code)
);

-- Days when school is out.
CREATE TABLE school_break (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  starts_at bigint NOT NULL,
  ends_at bigint NOT NULL,              -- the first moment after it
  changed_at bigint NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);

-- The level that a person has set for an area in a period. Rows are only added: the highest version
-- counts, and who comes second with a version has not seen the first.
CREATE TABLE area_level (
  municipality_code text NOT NULL,
  period_id uuid NOT NULL,
  area_id uuid NOT NULL,
  version bigint NOT NULL,
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 4), -- 0: taken back; 1 green .. 4 red
  suggested smallint,                   -- what the program suggested then; NULL: nothing
  reason text NOT NULL,
  set_at bigint NOT NULL,
  set_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, period_id, area_id, version)
);

-- The places that come first in the next period, as one list; versions as above.
CREATE TABLE focus_list (
  municipality_code text NOT NULL,
  period_id uuid NOT NULL,
  version bigint NOT NULL,
  set_at bigint NOT NULL,
  set_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, period_id, version)
);
CREATE TABLE focus_place (
  municipality_code text NOT NULL,
  period_id uuid NOT NULL,
  version bigint NOT NULL,
  place_no smallint NOT NULL,           -- 1 comes first
  name text NOT NULL,
  area_id uuid,
  need smallint NOT NULL CHECK (need BETWEEN 1 AND 3),
  influence smallint NOT NULL CHECK (influence BETWEEN 1 AND 3),
  reason text NOT NULL,
  PRIMARY KEY (municipality_code, period_id, version, place_no)
);

-- A period's picture as the group adopted it: figures, levels and focus as they stood. Never changed;
-- a later decision is a new version.
CREATE TABLE adopted_picture (
  municipality_code text NOT NULL,
  period_id uuid NOT NULL,
  version bigint NOT NULL,
  drafts bigint NOT NULL,               -- how many versions of levels and focus there were then
  content text NOT NULL,                -- JSON, see doc/changes.md
  adopted_at bigint NOT NULL,
  adopted_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, period_id, version)
);
