-- A message that is not public yet, as one named reader outside may see it. Of the
-- reader's link only the hash is kept. Until is when it opens nothing any more.
-- Accepted_for is the embargo that the reader accepted, in the words of the page:
-- zero when none was set. Seen is the hash of what they were shown last, changed_at
-- when that was first something else than before.
CREATE TABLE publish_share (
	id TEXT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	name TEXT NOT NULL,
	organisation TEXT NOT NULL,
	email TEXT NOT NULL DEFAULT '',
	langs TEXT NOT NULL,
	zone TEXT NOT NULL,
	remark TEXT NOT NULL DEFAULT '',
	token_hash TEXT NOT NULL UNIQUE,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	accepted_at BIGINT NOT NULL DEFAULT 0,
	accepted_for BIGINT NOT NULL DEFAULT 0,
	first_at BIGINT NOT NULL DEFAULT 0,
	last_at BIGINT NOT NULL DEFAULT 0,
	openings BIGINT NOT NULL DEFAULT 0,
	seen TEXT NOT NULL DEFAULT '',
	changed_at BIGINT NOT NULL DEFAULT 0,
	revoked_at BIGINT NOT NULL DEFAULT 0,
	revoked_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX publish_share_message ON publish_share (message_id, created_at);
CREATE INDEX publish_share_until ON publish_share (until);
