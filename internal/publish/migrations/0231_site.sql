-- What a mission says of itself on its site besides its pages: when its doors
-- are open, and which of its officials may be quoted.
CREATE TABLE publish_site (
	mission_id TEXT PRIMARY KEY,
	opens TEXT NOT NULL,
	closes TEXT NOT NULL,
	note TEXT NOT NULL,
	speakers TEXT NOT NULL,
	version BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at BIGINT NOT NULL
);
