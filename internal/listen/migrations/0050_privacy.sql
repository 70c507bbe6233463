-- How many questions about private accounts were refused, by day.
CREATE TABLE listen_refusal (day BIGINT PRIMARY KEY, refused BIGINT NOT NULL);

-- Days that posts of a source are kept; 0 is the rule of the house.
ALTER TABLE listen_source ADD COLUMN keep_days BIGINT NOT NULL DEFAULT 0;

-- The keys of pseudonyms, each for posts of one period (of pseudonymDays),
-- sealed. When a row goes, nobody can tell again whom a pseudonym of that
-- period stood for.
CREATE TABLE listen_pseudonym_key (
	period BIGINT PRIMARY KEY,
	sealed TEXT NOT NULL,
	created_at BIGINT NOT NULL
);

-- What retention removed, by day and kind: posts, lines, items, keys.
CREATE TABLE listen_removed (
	day BIGINT NOT NULL,
	kind TEXT NOT NULL,
	removed BIGINT NOT NULL,
	PRIMARY KEY (day, kind)
);
