-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Several programs may serve one database. Who runs a job says so, and renews a lease while it lives;
-- a running job whose lease has run out was interrupted.
ALTER TABLE job ADD COLUMN owner uuid;
ALTER TABLE job ADD COLUMN lease_until bigint;
