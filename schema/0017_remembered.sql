-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A device that is to stay logged in for 30 days. Holds only for who does nothing but report (core/session.h).
ALTER TABLE session ADD COLUMN remembered smallint NOT NULL DEFAULT 0;
