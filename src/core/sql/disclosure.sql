-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The ledger of all figures that have left the house. Rows are only ever added.
-- name: ledger_rows
-- in: municipality text
-- out: cell_key text, shown int?, exact_hash text
SELECT cell_key, shown, exact_hash FROM disclosure_ledger
 WHERE municipality_code = :municipality ORDER BY published_at, publication_id, cell_key;

-- name: ledger_add
-- in: municipality text, publication id, cell_key text, shown int?, exact_hash text, at int
INSERT INTO disclosure_ledger (municipality_code, publication_id, cell_key, shown, exact_hash,
  published_at)
VALUES (:municipality, :publication, :cell_key, :shown, :exact_hash, :at);
