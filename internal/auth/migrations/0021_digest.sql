-- The letter that says what waits for a person: at most one on each day of the
-- person's own calendar. The row is the promise to send it and what became of it.
CREATE TABLE auth_digest (
	person_id TEXT NOT NULL REFERENCES org_person (id),
	day TEXT NOT NULL,
	state TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (person_id, day)
);
-- Those who want no such letters.
CREATE TABLE auth_quiet (
	person_id TEXT PRIMARY KEY REFERENCES org_person (id),
	since BIGINT NOT NULL
);
