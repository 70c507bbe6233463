-- The secret address at which a person's calendar program reads what will go
-- out. One for each person; only the hash of the secret is kept.
CREATE TABLE publish_calendar_feed (
	person_id TEXT PRIMARY KEY,
	secret_hash TEXT NOT NULL UNIQUE,
	created_at BIGINT NOT NULL
);
