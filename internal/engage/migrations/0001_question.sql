CREATE TABLE engage_question (
	id TEXT PRIMARY KEY,
	words_id BIGINT NOT NULL UNIQUE,
	number BIGINT NOT NULL UNIQUE,
	secret_hash TEXT NOT NULL UNIQUE,
	message_id TEXT NOT NULL,
	slug TEXT NOT NULL,
	titles TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	lang TEXT NOT NULL,
	text TEXT NOT NULL,
	name TEXT NOT NULL,
	email TEXT NOT NULL,
	agreed_public BOOLEAN NOT NULL,
	public BOOLEAN NOT NULL,
	state TEXT NOT NULL,
	assignee_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	answered_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	erased_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE INDEX engage_question_open ON engage_question (state, due_at);
CREATE INDEX engage_question_mission ON engage_question (mission_id, state, due_at);
CREATE INDEX engage_question_assignee ON engage_question (assignee_id, state);
CREATE INDEX engage_question_message ON engage_question (message_id, asked_at);
CREATE INDEX engage_question_public ON engage_question (public, answered_at);

CREATE TABLE engage_answer (
	id TEXT PRIMARY KEY,
	question_id TEXT NOT NULL REFERENCES engage_question (id),
	revision BIGINT NOT NULL,
	body TEXT NOT NULL,
	note TEXT NOT NULL,
	publish BOOLEAN NOT NULL,
	author_id TEXT NOT NULL,
	editors TEXT NOT NULL,
	state TEXT NOT NULL,
	hash TEXT NOT NULL,
	submitted_at BIGINT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at BIGINT NOT NULL,
	returned_by TEXT NOT NULL,
	return_reason TEXT NOT NULL,
	sent_by TEXT NOT NULL,
	sent_at BIGINT NOT NULL,
	version BIGINT NOT NULL,
	UNIQUE (question_id, revision)
);
CREATE INDEX engage_answer_state ON engage_answer (state, question_id);

CREATE TABLE engage_entry (
	id TEXT PRIMARY KEY,
	question_id TEXT NOT NULL REFERENCES engage_question (id),
	at BIGINT NOT NULL,
	actor_id TEXT NOT NULL,
	act TEXT NOT NULL,
	note TEXT NOT NULL,
	subject TEXT NOT NULL
);
CREATE INDEX engage_entry_question ON engage_entry (question_id, at);

CREATE TABLE engage_canned (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	titles TEXT NOT NULL,
	bodies TEXT NOT NULL,
	retired BOOLEAN NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

CREATE TABLE engage_notice (
	question_id TEXT NOT NULL REFERENCES engage_question (id),
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (question_id, kind)
);

CREATE TABLE engage_counter (
	name TEXT PRIMARY KEY,
	value BIGINT NOT NULL
);
