CREATE TABLE publish_message (
	id TEXT PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	mission_id TEXT NOT NULL DEFAULT '',
	kind TEXT NOT NULL,
	sensitivity TEXT NOT NULL,
	source_lang TEXT NOT NULL,
	decision_id TEXT NOT NULL DEFAULT '',
	warning_id TEXT NOT NULL DEFAULT '',
	topic_id TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL,
	version BIGINT NOT NULL,
	settings_version BIGINT NOT NULL,
	hash TEXT NOT NULL,
	touched BIGINT NOT NULL DEFAULT 0,
	route TEXT NOT NULL DEFAULT '',
	round BIGINT NOT NULL DEFAULT 0,
	step BIGINT NOT NULL DEFAULT 0,
	step_due BIGINT NOT NULL DEFAULT 0,
	reminded_at BIGINT NOT NULL DEFAULT 0,
	overdue_at BIGINT NOT NULL DEFAULT 0,
	submitted_at BIGINT NOT NULL DEFAULT 0,
	submitted_by TEXT NOT NULL DEFAULT '',
	release_at BIGINT NOT NULL DEFAULT 0,
	embargo_until BIGINT NOT NULL DEFAULT 0,
	not_after BIGINT NOT NULL DEFAULT 0,
	released_at BIGINT NOT NULL DEFAULT 0,
	withdrawn_at BIGINT NOT NULL DEFAULT 0,
	withdrawn_note TEXT NOT NULL DEFAULT '',
	expired BOOLEAN NOT NULL DEFAULT FALSE,
	emergency BOOLEAN NOT NULL DEFAULT FALSE,
	emergency_reason TEXT NOT NULL DEFAULT '',
	review_due BIGINT NOT NULL DEFAULT 0,
	reviewed_at BIGINT NOT NULL DEFAULT 0,
	review_outcome TEXT NOT NULL DEFAULT '',
	failure TEXT NOT NULL DEFAULT '',
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL
);
CREATE INDEX publish_message_updated ON publish_message (updated_at, id);
CREATE INDEX publish_message_state ON publish_message (state, updated_at);
CREATE INDEX publish_message_released ON publish_message (released_at, id);
CREATE INDEX publish_message_mission ON publish_message (mission_id, released_at);
CREATE INDEX publish_message_decision ON publish_message (decision_id);
CREATE INDEX publish_message_warning ON publish_message (warning_id);

CREATE TABLE publish_variant (
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	lang TEXT NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	summary TEXT NOT NULL,
	hash TEXT NOT NULL,
	source_hash TEXT NOT NULL,
	folded TEXT NOT NULL,
	version BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL,
	PRIMARY KEY (message_id, lang)
);

CREATE TABLE publish_attachment (
	id TEXT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	position BIGINT NOT NULL,
	name TEXT NOT NULL,
	media_type TEXT NOT NULL,
	digest TEXT NOT NULL,
	size BIGINT NOT NULL,
	width BIGINT NOT NULL,
	height BIGINT NOT NULL,
	smaller TEXT NOT NULL,
	alt TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX publish_attachment_message ON publish_attachment (message_id, position);

CREATE TABLE publish_version (
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	version BIGINT NOT NULL,
	act TEXT NOT NULL,
	lang TEXT NOT NULL,
	hash TEXT NOT NULL,
	content TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	on_behalf_of TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (message_id, version)
);

CREATE TABLE publish_approval (
	id TEXT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	round BIGINT NOT NULL,
	step BIGINT NOT NULL,
	kind TEXT NOT NULL,
	lang TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	on_behalf_of TEXT NOT NULL,
	hash TEXT NOT NULL,
	decision TEXT NOT NULL,
	reason TEXT NOT NULL,
	at BIGINT NOT NULL,
	voided_at BIGINT NOT NULL DEFAULT 0,
	voided_by TEXT NOT NULL DEFAULT '',
	voided_why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX publish_approval_message ON publish_approval (message_id, at);

CREATE TABLE publish_route (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	sensitivity TEXT NOT NULL,
	steps TEXT NOT NULL,
	one_step_each BOOLEAN NOT NULL,
	answer_needs_approval BOOLEAN NOT NULL,
	review_within BIGINT NOT NULL,
	version BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE (mission_id, sensitivity)
);

CREATE TABLE publish_pause (
	mission_id TEXT PRIMARY KEY,
	reason TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	since BIGINT NOT NULL
);

INSERT INTO publish_route (id, mission_id, sensitivity, steps, one_step_each, answer_needs_approval, review_within, version, updated_by, updated_at) VALUES
('00000000-0000-7000-8000-000000000001', '', 'routine', '[{"kind":"language_review","permission":"publish.review","hours":24},{"kind":"clear","permission":"publish.clear","hours":24},{"kind":"release","permission":"publish.release","hours":24}]', FALSE, TRUE, 24, 1, '', 0),
('00000000-0000-7000-8000-000000000002', '', 'sensitive', '[{"kind":"language_review","permission":"publish.review","hours":12},{"kind":"clear","permission":"publish.clear","hours":12},{"kind":"release","permission":"publish.release","hours":12}]', TRUE, TRUE, 12, 1, '', 0),
('00000000-0000-7000-8000-000000000003', '', 'high', '[{"kind":"language_review","permission":"publish.review","hours":8},{"kind":"clear","permission":"publish.clear","hours":8},{"kind":"clear","permission":"publish.clear","hours":8,"ministry":true},{"kind":"release","permission":"publish.release","hours":8}]', TRUE, TRUE, 6, 1, '', 0);
