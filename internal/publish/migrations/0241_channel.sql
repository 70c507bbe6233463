-- A route may also be chosen by channel; a message may name the channels that it
-- is for.
ALTER TABLE publish_route RENAME TO publish_route_before;
CREATE TABLE publish_route (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	topic_id TEXT NOT NULL DEFAULT '',
	kind TEXT NOT NULL DEFAULT '',
	channel TEXT NOT NULL DEFAULT '',
	sensitivity TEXT NOT NULL,
	steps TEXT NOT NULL,
	one_step_each BOOLEAN NOT NULL,
	two_people BOOLEAN NOT NULL DEFAULT FALSE,
	required TEXT NOT NULL DEFAULT '',
	incomplete TEXT NOT NULL DEFAULT '',
	answer_needs_approval BOOLEAN NOT NULL,
	review_within BIGINT NOT NULL,
	version BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (mission_id, topic_id, kind, channel, sensitivity)
);
INSERT INTO publish_route (id, mission_id, topic_id, kind, sensitivity, steps, one_step_each, two_people, required, incomplete, answer_needs_approval, review_within, version, updated_by, updated_at)
	SELECT id, mission_id, topic_id, kind, sensitivity, steps, one_step_each, two_people, required, incomplete, answer_needs_approval, review_within, version, updated_by, updated_at FROM publish_route_before;
DROP TABLE publish_route_before;

ALTER TABLE publish_message ADD COLUMN channels TEXT NOT NULL DEFAULT '';
-- The steps that wait and were passed on to whom their route names, and when the
-- next one will be.
ALTER TABLE publish_message ADD COLUMN escalated TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_message ADD COLUMN escalate_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX publish_message_escalate ON publish_message (escalate_at);
