-- Posts, newest last: the id holds the second of the post (see PostID).
CREATE TABLE listen_post (
	id BIGINT PRIMARY KEY,
	key BIGINT NOT NULL,
	source BIGINT NOT NULL,
	lang TEXT NOT NULL,
	country TEXT NOT NULL,
	author BIGINT NOT NULL,
	official TEXT NOT NULL,
	followers BIGINT NOT NULL,
	url TEXT NOT NULL,
	text TEXT NOT NULL
);
CREATE TABLE listen_post_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX listen_post_words_gin ON listen_post_words USING GIN (words) WITH (fastupdate = off);
