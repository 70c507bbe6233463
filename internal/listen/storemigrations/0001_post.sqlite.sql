-- Posts, newest last: the id holds the second of the post (see PostID).
CREATE TABLE listen_post (
	id INTEGER PRIMARY KEY,
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
CREATE VIRTUAL TABLE listen_post_words USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '#._:-'");
