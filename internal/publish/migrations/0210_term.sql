-- How the ministry words official names, titles and places. mission_id is empty
-- for the whole house; words is JSON by language; folded is for searching.
CREATE TABLE publish_term (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL DEFAULT '',
	kind TEXT NOT NULL,
	words TEXT NOT NULL,
	note TEXT NOT NULL DEFAULT '',
	source TEXT NOT NULL DEFAULT '',
	folded TEXT NOT NULL,
	version BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL
);

-- One row: the edition of all entries together.
CREATE TABLE publish_term_edition (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	number BIGINT NOT NULL
);
INSERT INTO publish_term_edition (id, number) VALUES (1, 0);
