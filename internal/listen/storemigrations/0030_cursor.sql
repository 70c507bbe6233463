-- How far a source was read, written with the posts; holder is the one that may
-- write it where several nodes take turns.
CREATE TABLE listen_source_cursor (
	source BIGINT PRIMARY KEY,
	cursor TEXT NOT NULL,
	holder TEXT NOT NULL
);
