-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What inhabitants have told of places, gathered by neighbourhood, and what is done about it.

-- Whole months that no other publication covers. What was published is never counted again.
CREATE TABLE voices_publication (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  period_from bigint NOT NULL,
  period_to bigint NOT NULL,
  created_at bigint NOT NULL,
  published_at bigint,                  -- NULL: a draft
  updated_at bigint NOT NULL,
  withdrawn_at bigint,
  published_by uuid,
  origin text,
  PRIMARY KEY (municipality_code, id)
);

-- A draft has a row for each place that somebody has written about; a publication, for each it shows.
CREATE TABLE voices_cluster (
  municipality_code text NOT NULL,
  publication_id uuid NOT NULL,
  cluster text NOT NULL,                -- 'unsafe-' or 'safe-', and the area's id or 'rest'
  done text NOT NULL,                   -- what is done, or why nothing is, in the coordinator's words
  action_id uuid,
  shown smallint NOT NULL,              -- 1: published
  kind text NOT NULL CHECK (kind IN ('area', 'locality', 'rest')),
  place text NOT NULL,                  -- as it was called then
  feeling text NOT NULL CHECK (feeling IN ('unsafe', 'safe')),
  themes text NOT NULL,                 -- codes with a blank between
  version bigint NOT NULL,
  PRIMARY KEY (municipality_code, publication_id, cluster)
);
