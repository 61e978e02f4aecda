-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Does the database wait for the disk before it acknowledges? The settings in words, and 1 or 0.
-- name: bench_durable
-- out: settings text, durable int
SELECT 'SQLite ' || sqlite_version() || ', journal_mode ' || journal_mode || ', synchronous ' || synchronous
         AS settings,
       CASE WHEN synchronous >= 2 AND journal_mode <> 'off' AND journal_mode <> 'memory'
            THEN 1 ELSE 0 END AS durable
  FROM pragma_journal_mode, pragma_synchronous;
-- postgres:
SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') ||
         ', synchronous_commit ' || current_setting('synchronous_commit') || ', full_page_writes ' ||
         current_setting('full_page_writes') || ', wal_sync_method ' || current_setting('wal_sync_method')
         AS settings,
       CASE WHEN current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
                 AND current_setting('synchronous_commit') <> 'off'
            THEN 1 ELSE 0 END::bigint AS durable;
