-- A pause stops a mission, a host country, a topic or all. Ended pauses stay:
-- what fell due in one waits for an official.
ALTER TABLE publish_pause RENAME TO publish_pause_before;
CREATE TABLE publish_pause (
	id TEXT PRIMARY KEY,
	scope TEXT NOT NULL,
	value TEXT NOT NULL,
	reason TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	since BIGINT NOT NULL,
	ended_at BIGINT NOT NULL DEFAULT 0,
	ended_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX publish_pause_ended ON publish_pause (ended_at);
INSERT INTO publish_pause (id, scope, value, reason, actor_id, since)
	SELECT 'before:' || mission_id, CASE mission_id WHEN '' THEN 'all' ELSE 'mission' END, mission_id, reason, actor_id, since FROM publish_pause_before;
DROP TABLE publish_pause_before;

-- The one row that pausing and sending take turns at. version grows with every
-- pause, resumption and change of the rules.
CREATE TABLE publish_gate (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	version BIGINT NOT NULL,
	touched BIGINT NOT NULL,
	passes TEXT NOT NULL,
	gap_seconds BIGINT NOT NULL,
	next_at BIGINT NOT NULL
);
INSERT INTO publish_gate (id, version, touched, passes, gap_seconds, next_at) VALUES (1, 1, 0, '["consular","crisis"]', 60, 0);

-- One row for each node that lets sendings out by a version of the gate. A
-- pause is confirmed when none of an older version is left.
CREATE TABLE publish_sender (
	id TEXT PRIMARY KEY,
	version BIGINT NOT NULL,
	beat BIGINT NOT NULL,
	seen_at BIGINT NOT NULL
);

ALTER TABLE publish_message ADD COLUMN exempt TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_message ADD COLUMN held_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX publish_message_held ON publish_message (held_at);
