CREATE TABLE planning_decision (
	id TEXT PRIMARY KEY,
	title TEXT NOT NULL,
	question TEXT NOT NULL,
	warning_id TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	country TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	evidence TEXT,
	state TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	chosen_id TEXT NOT NULL,
	reasons TEXT NOT NULL,
	unheard BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	closed_by TEXT NOT NULL,
	closed_at BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	found_by TEXT NOT NULL,
	version BIGINT NOT NULL
);
CREATE UNIQUE INDEX planning_decision_warning ON planning_decision (warning_id) WHERE warning_id <> '';
CREATE INDEX planning_decision_state ON planning_decision (state, due_at);

CREATE TABLE planning_option (
	id TEXT PRIMARY KEY,
	decision_id TEXT NOT NULL REFERENCES planning_decision (id),
	text TEXT NOT NULL,
	dropped BOOLEAN NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX planning_option_decision ON planning_option (decision_id, added_at);

CREATE TABLE planning_argument (
	id TEXT PRIMARY KEY,
	decision_id TEXT NOT NULL REFERENCES planning_decision (id),
	option_id TEXT NOT NULL REFERENCES planning_option (id),
	speaks_for BOOLEAN NOT NULL,
	text TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX planning_argument_decision ON planning_argument (decision_id, added_at);

CREATE TABLE planning_party (
	id TEXT PRIMARY KEY,
	decision_id TEXT NOT NULL REFERENCES planning_decision (id),
	kind TEXT NOT NULL,
	unit_id TEXT NOT NULL,
	due_at BIGINT NOT NULL,
	stance TEXT NOT NULL,
	option_id TEXT NOT NULL,
	statement TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	reminded_at BIGINT NOT NULL,
	overdue_at BIGINT NOT NULL,
	added_by TEXT NOT NULL,
	UNIQUE (decision_id, kind, unit_id)
);
CREATE INDEX planning_party_unit ON planning_party (kind, unit_id, recorded_at);
CREATE INDEX planning_party_due ON planning_party (recorded_at, due_at);

CREATE TABLE planning_entry (
	id TEXT PRIMARY KEY,
	decision_id TEXT NOT NULL REFERENCES planning_decision (id),
	at BIGINT NOT NULL,
	actor_id TEXT NOT NULL,
	act TEXT NOT NULL,
	note TEXT NOT NULL,
	subject TEXT NOT NULL
);
CREATE INDEX planning_entry_decision ON planning_entry (decision_id, at);
