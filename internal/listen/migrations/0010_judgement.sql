-- What came of a warning, in the words of its desk. A change is a new row: the
-- row with the highest version is in force.
CREATE TABLE listen_judgement (
	warning_id TEXT NOT NULL REFERENCES listen_warning (id),
	version BIGINT NOT NULL,
	verdict TEXT NOT NULL,
	note TEXT NOT NULL,
	judged_by TEXT NOT NULL,
	judged_at BIGINT NOT NULL,
	PRIMARY KEY (warning_id, version)
);
