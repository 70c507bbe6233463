-- When a warning could have been raised at the earliest (the end of the bin that
-- told), and the kind of sources that rise where it is neither of a topic nor of
-- a hashtag.
ALTER TABLE listen_warning ADD COLUMN alarmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listen_warning ADD COLUMN source_group TEXT NOT NULL DEFAULT '';

-- A rise or a silence that collection explains and the world does not.
CREATE TABLE listen_fault (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	series TEXT NOT NULL,
	source_id TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	ended BOOLEAN NOT NULL,
	observed BIGINT NOT NULL,
	expected DOUBLE PRECISION NOT NULL,
	together BIGINT NOT NULL,
	raised_at BIGINT NOT NULL,
	UNIQUE (series, kind, since)
);
CREATE INDEX listen_fault_until ON listen_fault (until);

-- How many false alarms a month are borne: of a topic by its id, of all hashtags
-- and of all countries and groups of sources by these words. Without a row: one.
CREATE TABLE listen_alarm_rate (
	subject TEXT PRIMARY KEY,
	rate DOUBLE PRECISION NOT NULL,
	version BIGINT NOT NULL,
	set_by TEXT NOT NULL,
	set_at BIGINT NOT NULL
);
