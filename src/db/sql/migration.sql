-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: migration_table
CREATE TABLE IF NOT EXISTS schema_migration (
  version bigint PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at bigint NOT NULL
);

-- name: migration_add
-- in: version int, name text, checksum text, at int
INSERT INTO schema_migration (version, name, checksum, applied_at)
VALUES (:version, :name, :checksum, :at);

-- name: migration_list
-- out: version int, name text, checksum text
SELECT version, name, checksum FROM schema_migration ORDER BY version;

-- name: migration_table_exists
-- out: n int
SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration';
-- postgres:
SELECT count(*) AS n FROM information_schema.tables
 WHERE table_schema = current_schema() AND table_name = 'schema_migration';
