-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the public is shown.

-- Contacts by function and, where the municipality wants it, name.
CREATE TABLE contact (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  role text NOT NULL,
  name text NOT NULL,
  phone text NOT NULL,
  email text NOT NULL,
  sort bigint NOT NULL,
  changed_at bigint NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);

-- Pictures of a period that have passed disclosure, as they were published.
CREATE TABLE published_picture (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  period_from bigint NOT NULL,
  period_to bigint NOT NULL,
  content text NOT NULL,                -- JSON, only figures that passed disclosure
  note text NOT NULL,                   -- the coordinator's own words
  published_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  withdrawn_at bigint,
  published_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX published_picture_time ON published_picture (municipality_code, period_to);

-- Every figure that has ever left the house, so that a later one cannot give it away.
CREATE TABLE disclosure_ledger (
  municipality_code text NOT NULL,
  publication_id uuid NOT NULL,
  cell_key text NOT NULL,
  shown bigint,                         -- NULL: hidden
  exact_hash text NOT NULL,             -- keyed hash of the rows behind it
  published_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, publication_id, cell_key)
);
CREATE INDEX disclosure_cell ON disclosure_ledger (municipality_code, cell_key);
