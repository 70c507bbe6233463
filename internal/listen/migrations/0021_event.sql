-- What happened, as an officer says, so that warnings can be held against it.
CREATE TABLE listen_event (
	id TEXT PRIMARY KEY,
	title TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	country TEXT NOT NULL,
	began_at BIGINT NOT NULL,
	origin TEXT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	withdrawn BOOLEAN NOT NULL
);
CREATE INDEX listen_event_began ON listen_event (began_at);
