-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: change_head
-- in:  municipality text, n int
-- out: seq int
INSERT INTO change_head (municipality_code, seq) VALUES (:municipality, :n)
ON CONFLICT (municipality_code) DO UPDATE SET seq = change_head.seq + excluded.seq
RETURNING seq;

-- name: change_add
-- in:  municipality text, seq int, table_name text, row_id id?, op text, at int
INSERT INTO change_log (municipality_code, seq, table_name, row_id, op, at)
VALUES (:municipality, :seq, :table_name, :row_id, :op, :at);
