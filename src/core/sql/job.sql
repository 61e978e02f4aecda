-- SPDX-License-Identifier: AGPL-3.0-or-later
-- name: job_put
-- in: municipality text, id id, kind text, title text, parameters text, by id?, at int
INSERT INTO job (municipality_code, id, kind, title, state, parameters, created_by, created_at)
VALUES (:municipality, :id, :kind, :title, 'waiting', :parameters, :by, :at);

-- name: job_next
-- out: municipality text, id id, kind text, title text, parameters text, created_by id?
SELECT municipality_code AS municipality, id, kind, title, parameters, created_by FROM job
 WHERE state = 'waiting' ORDER BY created_at, id LIMIT 1;

-- name: job_begin
-- in: municipality text, id id, at int, owner id, lease_until int
UPDATE job SET state = 'running', started_at = :at, owner = :owner, lease_until = :lease_until
 WHERE municipality_code = :municipality AND id = :id AND state = 'waiting';

-- name: job_far
-- in: municipality text, id id, done int, total int, owner id
UPDATE job SET done = :done, total = :total
 WHERE municipality_code = :municipality AND id = :id AND owner = :owner AND state = 'running';

-- name: job_end
-- in: municipality text, id id, state text, report text?, problem text?, at int, owner id
UPDATE job SET state = :state, report = :report, problem = :problem, ended_at = :at
 WHERE municipality_code = :municipality AND id = :id AND owner = :owner AND state = 'running';

-- name: job_renew
-- in: id id, owner id, lease_until int
UPDATE job SET lease_until = :lease_until
 WHERE id = :id AND owner = :owner AND state = 'running';

-- name: job_interrupted
-- in: at int
UPDATE job SET state = 'failed', problem = 'job_interrupted', ended_at = :at
 WHERE state = 'running' AND (lease_until IS NULL OR lease_until < :at);

-- name: job_cancel
-- in: municipality text, id id
UPDATE job SET cancel = 1 WHERE municipality_code = :municipality AND id = :id
   AND state IN ('waiting', 'running');

-- name: job_one
-- in: municipality text, id id
-- out: municipality text, id id, kind text, title text, state text, parameters text, done int
-- out: total int, report text?, problem text?, cancel int, created_by id?, created_at int
-- out: started_at int?, ended_at int?
SELECT municipality_code AS municipality, id, kind, title, state, parameters, done, total, report,
  problem, cancel, created_by, created_at, started_at, ended_at
  FROM job WHERE municipality_code = :municipality AND id = :id;

-- name: job_list
-- in: municipality text, kind text, most int
-- out: municipality text, id id, kind text, title text, state text, parameters text, done int
-- out: total int, report text?, problem text?, cancel int, created_by id?, created_at int
-- out: started_at int?, ended_at int?
SELECT municipality_code AS municipality, id, kind, title, state, parameters, done, total, report,
  problem, cancel, created_by, created_at, started_at, ended_at
  FROM job WHERE municipality_code = :municipality AND (:kind = '' OR kind = :kind)
 ORDER BY created_at DESC, id DESC LIMIT :most;
