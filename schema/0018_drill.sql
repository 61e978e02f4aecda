-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Exercises in a working municipality. A twin with a code of its own (1493 practises in 6493) holds all of
-- one; its row in table municipality is there as long as it goes on.

-- Letters that would have been sent, had it been real. None of them ever leaves.
CREATE TABLE drill_letter (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, id)
);
