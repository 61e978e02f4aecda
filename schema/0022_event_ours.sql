-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an organisation has reported, the latest first.
CREATE INDEX event_ours ON event (municipality_code, organisation_id, reported_at)
  WHERE organisation_id IS NOT NULL;
