CREATE TABLE publish_websub (
	id TEXT PRIMARY KEY,
	topic TEXT NOT NULL,
	callback TEXT NOT NULL,
	lang TEXT NOT NULL,
	mission_id TEXT NOT NULL DEFAULT '',
	secret TEXT NOT NULL DEFAULT '',
	until_at BIGINT NOT NULL,
	turn BIGINT NOT NULL DEFAULT 0,
	sent BIGINT NOT NULL DEFAULT 0,
	tried BIGINT NOT NULL DEFAULT 0,
	next_at BIGINT NOT NULL DEFAULT 0,
	give_up_at BIGINT NOT NULL DEFAULT 0,
	status BIGINT NOT NULL DEFAULT 0,
	failure TEXT NOT NULL DEFAULT '',
	told_at BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	UNIQUE (topic, callback)
);
CREATE INDEX publish_websub_lang ON publish_websub (lang, mission_id, id);
