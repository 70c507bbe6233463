-- Readers are counted, never known: no address, no name of a browser, nothing
-- that could be joined to a person is in these tables.
CREATE TABLE publish_view (
	mission_id TEXT NOT NULL,
	message_id TEXT NOT NULL,
	lang TEXT NOT NULL,
	kind TEXT NOT NULL,
	hour BIGINT NOT NULL,
	views BIGINT NOT NULL,
	PRIMARY KEY (message_id, mission_id, lang, kind, hour)
);
CREATE INDEX publish_view_hour ON publish_view (hour, mission_id);

-- Distinct readers of one day, as each node estimated them, added up.
CREATE TABLE publish_reader (
	mission_id TEXT NOT NULL,
	message_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	day BIGINT NOT NULL,
	readers BIGINT NOT NULL,
	PRIMARY KEY (message_id, mission_id, kind, day)
);
CREATE INDEX publish_reader_day ON publish_reader (day, mission_id);
