-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The house: municipalities, people with accounts, rules, and the logs that everything leaves.
--
-- One text for SQLite and PostgreSQL; lines that begin with an engine's name count only there.
-- Times are UTC milliseconds, ids UUID, places SWEREF 99 TM metres. A table whose first column is
-- municipality_code belongs to the municipalities and stands behind the walls.

-- Municipalities (kind 'municipality'), counties ('county', code NN00) and the country ('0000').
-- Filled and kept by the program from its own register.
CREATE TABLE municipality (
  code text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('municipality', 'county', 'country')),
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  county_code text NOT NULL,
  population bigint NOT NULL,
  active smallint NOT NULL DEFAULT 0,   -- 1 when it works with Samsyn
  activated_at bigint
);

-- Small settings of a municipality, or of the installation under '0000'.
CREATE TABLE setting (
  municipality_code text NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (municipality_code, key)
);

CREATE TABLE organisation (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  active smallint NOT NULL DEFAULT 1,
  created_at bigint NOT NULL,
  origin text,                          -- 'exempel' for exercise data
  PRIMARY KEY (municipality_code, id)
);

-- Accounts cross the walls: one person may work for several municipalities.
CREATE TABLE account (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,           -- folded to lower case
  name text NOT NULL,
  password_hash text,                   -- NULL until the invitation is used
  password_changed_at bigint,
  totp_secret bytea,                    -- NULL: no second factor yet
  totp_last_step bigint,
  totp_confirmed smallint NOT NULL DEFAULT 0,
  lang text NOT NULL DEFAULT 'sv',
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('invited', 'active', 'closed')),
  failed_count bigint NOT NULL DEFAULT 0,
  failed_at bigint,
  created_at bigint NOT NULL,
  last_login_at bigint,
  origin text
);

CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES account (id),
  hash text NOT NULL,
  used_at bigint,
  PRIMARY KEY (account_id, hash)
);

-- What an account may do in a municipality. Municipality '0000' with role 'administrator' is the
-- administrator of the installation.
CREATE TABLE membership (
  municipality_code text NOT NULL,
  account_id uuid NOT NULL REFERENCES account (id),
  role text NOT NULL,
  organisation_id uuid,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'ended')),
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (municipality_code, account_id)
);
CREATE INDEX membership_account ON membership (account_id);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY,         -- BLAKE2b-256 of the cookie; the cookie itself is nowhere
  id uuid NOT NULL UNIQUE,              -- what lists and revoking use
  account_id uuid NOT NULL REFERENCES account (id),
  municipality_code text,               -- where the person works now
  csrf text NOT NULL,
  second_factor smallint NOT NULL DEFAULT 0,
  device text NOT NULL,                 -- "Firefox, Android": coarse, for the person's own list
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE invitation (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  organisation_id uuid,
  created_at bigint NOT NULL,
  created_by uuid,
  expires_at bigint NOT NULL,
  used_at bigint,
  PRIMARY KEY (municipality_code, id)
);

CREATE TABLE password_reset (
  token_hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at bigint
);

-- Letters that wait or have been sent. The body goes when it has been sent.
CREATE TABLE mail (
  id uuid PRIMARY KEY,
  recipient text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts bigint NOT NULL DEFAULT 0,
  next_at bigint NOT NULL,
  created_at bigint NOT NULL,
  sent_at bigint
);
CREATE INDEX mail_waiting ON mail (state, next_at);

-- Long work: imports, exports, picture as document.
CREATE TABLE job (
  municipality_code text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  parameters text NOT NULL,             -- JSON
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,      -- 0: not known
  report text,                          -- JSON
  problem text,                         -- key of a sentence
  cancel smallint NOT NULL DEFAULT 0,
  created_by uuid,
  created_at bigint NOT NULL,
  started_at bigint,
  ended_at bigint,
  PRIMARY KEY (municipality_code, id)
);

-- Every change and every reading of protected rows; a chain of hashes in each municipality.
-- Rows are only ever added.
CREATE TABLE audit (
  municipality_code text NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  account_id uuid,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id uuid,
  detail text NOT NULL,                 -- JSON, never free text about persons
  hash bytea NOT NULL,
  PRIMARY KEY (municipality_code, seq)
);
CREATE INDEX audit_at ON audit (municipality_code, at);

CREATE TABLE change_head (
  municipality_code text PRIMARY KEY,
  seq bigint NOT NULL
);

CREATE TABLE change_log (
  municipality_code text NOT NULL,
  seq bigint NOT NULL,
  table_name text NOT NULL,
  row_id uuid,
  op text NOT NULL CHECK (op IN ('i', 'u', 'd')),
  at bigint NOT NULL,
  PRIMARY KEY (municipality_code, seq)
)
--sqlite: WITHOUT ROWID
;
