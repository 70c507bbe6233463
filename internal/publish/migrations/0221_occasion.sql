-- Days that return, as the ministry has written them: over those that come with
-- the program, by the same id, or beside them.
CREATE TABLE publish_occasion (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	country TEXT NOT NULL,
	rule TEXT NOT NULL,
	days BIGINT NOT NULL,
	mourning BOOLEAN NOT NULL,
	hidden BOOLEAN NOT NULL,
	names TEXT NOT NULL,
	version BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL
);

-- Corrections for one year of the rule's calendar, such as after a sighting of
-- the moon. Days are midnight UTC.
CREATE TABLE publish_occasion_day (
	occasion_id TEXT NOT NULL,
	year BIGINT NOT NULL,
	day BIGINT NOT NULL,
	PRIMARY KEY (occasion_id, year)
);
