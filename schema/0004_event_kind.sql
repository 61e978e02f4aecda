-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Which types are incidents: 'incident', 'all_clear' (somebody looked, and there was nothing),
-- 'positive' (something good). Only incidents are counted. The program fills it in at each start.
ALTER TABLE event_type ADD COLUMN kind text NOT NULL DEFAULT 'incident';
