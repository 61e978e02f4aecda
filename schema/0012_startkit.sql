-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Slips that let people in without an e-mail address known beforehand: printed, handed out, used once.

-- A sheet of slips, made and withdrawn as one. Only ever for reporters.
CREATE TABLE slip_sheet (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  slips bigint NOT NULL,
  created_at bigint NOT NULL,
  created_by uuid,
  expires_at bigint NOT NULL,
  withdrawn_at bigint,
  PRIMARY KEY (municipality_code, id)
);

-- The code itself is nowhere but on the paper.
CREATE TABLE slip (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  sheet_id uuid NOT NULL,
  code_hash bytea NOT NULL,             -- BLAKE2b-256 of the code's 20 letters
  tries bigint NOT NULL DEFAULT 0,      -- addresses that were turned away
  used_at bigint,
  used_by uuid,
  PRIMARY KEY (municipality_code, id),
  UNIQUE (municipality_code, code_hash)
);
CREATE INDEX slip_of_sheet ON slip (municipality_code, sheet_id);
