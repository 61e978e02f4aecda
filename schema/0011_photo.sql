-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Photos of events. The picture itself is a file in the data directory, named by id and hash; the row
-- comes after the file and goes before it, so that no row is ever without one.
CREATE TABLE photo (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  event_id uuid,                        -- NULL: sent, and its report has not come yet
  sort bigint NOT NULL,                 -- order among the event's photos
  bytes bigint NOT NULL,
  width bigint NOT NULL,
  height bigint NOT NULL,
  hash text NOT NULL,                   -- SHA-256 of the file
  alt text,                             -- what is seen, in the sender's words
  created_at bigint NOT NULL,
  created_by uuid NOT NULL,
  origin text,
  PRIMARY KEY (municipality_code, id)
);
CREATE INDEX photo_event ON photo (municipality_code, event_id);
CREATE INDEX photo_waiting ON photo (municipality_code, created_by) WHERE event_id IS NULL;
