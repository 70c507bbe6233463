-- What a desk was told of a day: facts, without words of any language, so that
-- page, letter and print agree whatever arrives later.
CREATE TABLE listen_briefing (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	day TEXT NOT NULL,
	content TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	UNIQUE (mission_id, department_id, topic_id, day)
);
CREATE INDEX listen_briefing_day ON listen_briefing (day);

-- Who gets a briefing by mail.
CREATE TABLE listen_briefing_reader (
	person_id TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	since BIGINT NOT NULL,
	last_day TEXT NOT NULL,
	PRIMARY KEY (person_id, mission_id, department_id, topic_id)
);

-- A search that somebody keeps.
CREATE TABLE listen_view (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL,
	name TEXT NOT NULL,
	asked TEXT NOT NULL,
	shared BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE INDEX listen_view_person ON listen_view (person_id);

-- Who is told of what at once.
CREATE TABLE listen_alert (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	country TEXT NOT NULL,
	view_id TEXT NOT NULL,
	least BIGINT NOT NULL,
	receiver TEXT NOT NULL,
	person_id TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	looked_at BIGINT NOT NULL,
	told_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE INDEX listen_alert_view ON listen_alert (view_id, active);
