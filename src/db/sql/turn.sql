-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The municipality's turn to be written to, until the transaction ends: over all programs that serve the
-- database (doc/decisions/031). SQLite has one writer, and is never asked.
-- name: turn_take
-- in: municipality text
SELECT :municipality;
-- postgres:
SELECT pg_advisory_xact_lock(
         hashtextextended('samsyn ' || current_schema()::text || ' ' || :municipality, 0));
