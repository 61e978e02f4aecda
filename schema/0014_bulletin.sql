-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The bulletin (lägesbrev) of a period: made from the adopted picture, for the group and for everybody.

-- One for each period. What people wrote stands in words, what was frozen when it was made in content.
CREATE TABLE bulletin (
  municipality_code text NOT NULL,
  period_id uuid NOT NULL,
  adopted_version bigint NOT NULL,      -- of adopted_picture: its figures, levels and focus
  content text NOT NULL,                -- JSON: map, places and actions as they were then
  words text NOT NULL,                  -- JSON: introduction and sections, and what everybody is told
  version bigint NOT NULL,
  made_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  changed_by uuid,
  handed_at bigint,                     -- NULL: a draft, for those who write it only
  origin text,
  PRIMARY KEY (municipality_code, period_id)
);

-- What everybody can read: only what was chosen for it, figures through the door. Public pages read
-- this table and never the other.
CREATE TABLE bulletin_public (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  period_id uuid NOT NULL,
  period_from bigint NOT NULL,
  period_to bigint NOT NULL,            -- the first moment after it
  content text NOT NULL,                -- JSON
  published_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  withdrawn_at bigint,
  published_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX bulletin_public_period ON bulletin_public (municipality_code, period_id);
