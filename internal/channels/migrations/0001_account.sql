CREATE TABLE channels_account (
	id TEXT PRIMARY KEY,
	mission_id TEXT REFERENCES org_mission (id),
	platform TEXT NOT NULL,
	handle TEXT NOT NULL,
	url TEXT NOT NULL,
	name_key TEXT NOT NULL,
	owner_id TEXT NOT NULL REFERENCES org_person (id),
	custodian_id TEXT REFERENCES org_person (id),
	recovery TEXT NOT NULL,
	state TEXT NOT NULL,
	since BIGINT NOT NULL,
	state_at BIGINT NOT NULL,
	last_check BIGINT NOT NULL,
	checked_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
-- One account is registered once; a closed one may be opened again as new.
CREATE UNIQUE INDEX channels_account_key ON channels_account (name_key) WHERE state <> 'closed';
CREATE INDEX channels_account_mission ON channels_account (mission_id);

-- channels_history is what happened to an account, for its page; the record
-- that counts is the audit log.
CREATE TABLE channels_history (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES channels_account (id),
	at BIGINT NOT NULL,
	actor_id TEXT NOT NULL,
	act TEXT NOT NULL,
	state TEXT NOT NULL,
	note TEXT NOT NULL
);
CREATE INDEX channels_history_account ON channels_history (account_id, at);

CREATE TABLE channels_webhook (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	events TEXT NOT NULL,
	secret TEXT NOT NULL,
	old_secret TEXT NOT NULL,
	old_until BIGINT NOT NULL,
	state TEXT NOT NULL,
	why TEXT NOT NULL,
	failing_since BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);

-- channels_delivery is one event on its way to one webhook.
CREATE TABLE channels_delivery (
	id TEXT PRIMARY KEY,
	webhook_id TEXT NOT NULL REFERENCES channels_webhook (id),
	event_id TEXT NOT NULL,
	event TEXT NOT NULL,
	body BLOB NOT NULL,
	state TEXT NOT NULL,
	tries TEXT NOT NULL,
	tried INTEGER NOT NULL,
	next_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	done_at BIGINT NOT NULL,
	UNIQUE (webhook_id, event_id)
);
CREATE INDEX channels_delivery_webhook ON channels_delivery (webhook_id, created_at);
CREATE INDEX channels_delivery_done ON channels_delivery (done_at);
