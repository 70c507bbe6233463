-- Campaigns of the ministry and its missions: what is to be reached, with
-- whom, by when, at what cost. Days are kept as midnight UTC, amounts in the
-- smallest unit of the campaign's currency, figures in hundredths.
CREATE TABLE publish_campaign (
	id TEXT PRIMARY KEY,
	mission_id TEXT NOT NULL,
	names TEXT NOT NULL,
	folded TEXT NOT NULL,
	objective TEXT NOT NULL,
	objective_id TEXT NOT NULL,
	key_messages TEXT NOT NULL,
	publics TEXT NOT NULL,
	countries TEXT NOT NULL,
	langs TEXT NOT NULL,
	channels TEXT NOT NULL,
	starts_on BIGINT NOT NULL,
	ends_on BIGINT NOT NULL,
	result TEXT NOT NULL,
	indicator TEXT NOT NULL,
	baseline BIGINT NOT NULL,
	target BIGINT NOT NULL,
	currency TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	owner_id TEXT NOT NULL,
	copied_from TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE INDEX publish_campaign_updated ON publish_campaign (updated_at, id);
CREATE INDEX publish_campaign_days ON publish_campaign (ends_on, starts_on);

-- Missions that take part beside the one that leads.
CREATE TABLE publish_campaign_mission (
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	mission_id TEXT NOT NULL,
	PRIMARY KEY (campaign_id, mission_id)
);
CREATE INDEX publish_campaign_mission_of ON publish_campaign_mission (mission_id);

-- A message belongs to one campaign at most.
CREATE TABLE publish_campaign_message (
	message_id TEXT PRIMARY KEY REFERENCES publish_message (id),
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL
);
CREATE INDEX publish_campaign_message_of ON publish_campaign_message (campaign_id, added_at);

CREATE TABLE publish_campaign_line (
	id TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	title TEXT NOT NULL,
	planned BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX publish_campaign_line_of ON publish_campaign_line (campaign_id, created_at);

-- What was paid. A wrong entry is struck, never removed.
CREATE TABLE publish_campaign_spend (
	id TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	line_id TEXT NOT NULL REFERENCES publish_campaign_line (id),
	amount BIGINT NOT NULL,
	day BIGINT NOT NULL,
	note TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	struck_by TEXT NOT NULL,
	struck_at BIGINT NOT NULL
);
CREATE INDEX publish_campaign_spend_of ON publish_campaign_spend (campaign_id, day);

-- Measured values of the indicator. A wrong one is struck, never removed.
CREATE TABLE publish_campaign_value (
	id TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	value BIGINT NOT NULL,
	day BIGINT NOT NULL,
	note TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	struck_by TEXT NOT NULL,
	struck_at BIGINT NOT NULL
);
CREATE INDEX publish_campaign_value_of ON publish_campaign_value (campaign_id, day);

CREATE TABLE publish_campaign_event (
	id TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES publish_campaign (id),
	titles TEXT NOT NULL,
	place TEXT NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	attended BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX publish_campaign_event_of ON publish_campaign_event (campaign_id, starts_at);
CREATE INDEX publish_campaign_event_at ON publish_campaign_event (starts_at);
