-- A route may also be chosen by topic and kind, and ask for two people.
ALTER TABLE publish_route RENAME TO publish_route_before;
CREATE TABLE publish_route (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	topic_id TEXT NOT NULL DEFAULT '',
	kind TEXT NOT NULL DEFAULT '',
	sensitivity TEXT NOT NULL,
	steps TEXT NOT NULL,
	one_step_each BOOLEAN NOT NULL,
	two_people BOOLEAN NOT NULL DEFAULT FALSE,
	answer_needs_approval BOOLEAN NOT NULL,
	review_within BIGINT NOT NULL,
	version BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (mission_id, topic_id, kind, sensitivity)
);
INSERT INTO publish_route (id, mission_id, sensitivity, steps, one_step_each, two_people, answer_needs_approval, review_within, version, updated_by, updated_at)
	SELECT id, mission_id, sensitivity, steps, one_step_each, sensitivity <> 'routine' AND steps LIKE '%"kind":"clear"%', answer_needs_approval, review_within, version, updated_by, updated_at FROM publish_route_before;
DROP TABLE publish_route_before;

ALTER TABLE publish_message ADD COLUMN step_at BIGINT NOT NULL DEFAULT 0;
UPDATE publish_message SET step_at = updated_at WHERE state IN ('in_review', 'approved');
