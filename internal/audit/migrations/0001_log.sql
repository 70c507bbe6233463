CREATE TABLE audit_log_record (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL,
	data BLOB NOT NULL
);
CREATE TABLE audit_log_hash (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL
);
CREATE TABLE audit_log_head (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	size BIGINT NOT NULL,
	frontier BLOB NOT NULL
);
INSERT INTO audit_log_head (id, size, frontier) VALUES (1, 0, '');

-- audit_entry only finds records; what is shown is read from the record itself.
CREATE TABLE audit_entry (
	seq BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	actor_id TEXT NOT NULL,
	act TEXT NOT NULL,
	object TEXT NOT NULL,
	object_id TEXT NOT NULL,
	mission TEXT NOT NULL,
	department TEXT NOT NULL
);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, seq);
CREATE INDEX audit_entry_act ON audit_entry (act, seq);
CREATE INDEX audit_entry_object ON audit_entry (object_id, seq);
CREATE INDEX audit_entry_mission ON audit_entry (mission, seq);
CREATE INDEX audit_entry_at ON audit_entry (at);

-- audit_check keeps the outcome of each verification.
CREATE TABLE audit_check (
	id TEXT PRIMARY KEY,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	size BIGINT NOT NULL,
	root TEXT NOT NULL,
	fault TEXT NOT NULL,
	place BIGINT NOT NULL
);
CREATE INDEX audit_check_at ON audit_check (at);
