-- Counts by hour (Unix time / 3600), kept in the transaction that stores the
-- posts. They outlive the posts.
CREATE TABLE listen_volume (
	hour BIGINT NOT NULL, lang TEXT NOT NULL, source BIGINT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (hour, lang, source)
);
CREATE TABLE listen_topic_count (
	topic TEXT NOT NULL, hour BIGINT NOT NULL, country TEXT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (topic, hour, country)
);
CREATE TABLE listen_tag_count (
	hour BIGINT NOT NULL, tag TEXT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (tag, hour)
);
CREATE INDEX listen_tag_count_hour ON listen_tag_count (hour, posts);
-- The commonest words of each day, found again by a job when the day has
-- new posts.
CREATE TABLE listen_day_word (
	day BIGINT NOT NULL, lang TEXT NOT NULL, word TEXT NOT NULL, shown TEXT NOT NULL, posts BIGINT NOT NULL,
	PRIMARY KEY (day, lang, word)
);
CREATE TABLE listen_day_dirty (day BIGINT PRIMARY KEY);
