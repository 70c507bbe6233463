-- What the classifiers say of a post (0: not asked), and the first post of its
-- story (0: it is the first itself).
ALTER TABLE listen_post ADD COLUMN labels BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listen_post ADD COLUMN story BIGINT NOT NULL DEFAULT 0;
CREATE INDEX listen_post_story ON listen_post (story) WHERE story <> 0;

-- The posts of each topic, by the number of the topic, in the order of time.
CREATE TABLE listen_mention (
	topic BIGINT NOT NULL, post BIGINT NOT NULL, country TEXT NOT NULL, source BIGINT NOT NULL,
	lang TEXT NOT NULL, labels BIGINT NOT NULL, story BIGINT NOT NULL,
	PRIMARY KEY (topic, post)
) WITHOUT ROWID;

-- Sums by day (Unix time / 86400) and one property; topic 0 is all posts. They
-- outlive the posts.
CREATE TABLE listen_topic_day (
	topic BIGINT NOT NULL, day BIGINT NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (topic, day, facet, value)
) WITHOUT ROWID;

-- Stories of two posts and more, by their first post.
CREATE TABLE listen_story (
	id INTEGER PRIMARY KEY, posts BIGINT NOT NULL, last BIGINT NOT NULL
);
CREATE INDEX listen_story_last ON listen_story (last);
-- What the search for nearly equal texts remembers, written with the posts: who
-- reads it in order remembers the same. total is the sum of entries so far.
CREATE TABLE listen_story_sketch (
	turn INTEGER PRIMARY KEY, writer BIGINT NOT NULL, total BIGINT NOT NULL, newest BIGINT NOT NULL, entries BLOB NOT NULL
);
