CREATE TABLE listen_campaign (
	id TEXT PRIMARY KEY,
	titles TEXT NOT NULL,
	narrative TEXT NOT NULL,
	wordings TEXT NOT NULL,
	topic_id TEXT NOT NULL,
	warning_id TEXT NOT NULL,
	group_key TEXT NOT NULL,
	search TEXT NOT NULL,
	search_country TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	countries TEXT NOT NULL,
	confidence BIGINT NOT NULL,
	basis TEXT NOT NULL,
	behaviour TEXT NOT NULL,
	reach TEXT NOT NULL,
	tlp TEXT NOT NULL,
	mission_id TEXT NOT NULL,
	department_id TEXT NOT NULL,
	desk_mission_id TEXT NOT NULL,
	desk_department_id TEXT NOT NULL,
	handed_by TEXT NOT NULL,
	handed_at BIGINT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	answer_id TEXT NOT NULL,
	keep_until BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

-- What was taken as evidence at one moment. Rows are added, and removed when
-- the file's time is over, never changed: hash proves it.
CREATE TABLE listen_campaign_snapshot (
	id TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES listen_campaign (id),
	note TEXT NOT NULL,
	posts BIGINT NOT NULL,
	hash TEXT NOT NULL,
	taken_by TEXT NOT NULL,
	taken_at BIGINT NOT NULL,
	expired_at BIGINT NOT NULL
);
CREATE INDEX listen_campaign_snapshot_file ON listen_campaign_snapshot (campaign_id, taken_at);

CREATE TABLE listen_campaign_evidence (
	snapshot_id TEXT NOT NULL REFERENCES listen_campaign_snapshot (id),
	ordinal BIGINT NOT NULL,
	record TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (snapshot_id, ordinal)
);

CREATE TABLE listen_campaign_framework (
	id TEXT PRIMARY KEY,
	source_hash TEXT NOT NULL,
	version TEXT NOT NULL,
	techniques BIGINT NOT NULL,
	loaded_by TEXT NOT NULL,
	loaded_at BIGINT NOT NULL
);

CREATE TABLE listen_campaign_technique (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	stix_id TEXT NOT NULL,
	created TEXT NOT NULL,
	modified TEXT NOT NULL
);
