-- What the heat of a message's texts led to, once for each submission and each
-- emergency release. Heat is in thousandths; the columns ended_ are of the second
-- person who ended the cooling-off before its time.
CREATE TABLE publish_cool (
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	round BIGINT NOT NULL,
	hash TEXT NOT NULL,
	heat BIGINT NOT NULL,
	sensitivity TEXT NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	emergency BOOLEAN NOT NULL DEFAULT FALSE,
	ended_at BIGINT NOT NULL DEFAULT 0,
	ended_by TEXT NOT NULL DEFAULT '',
	ended_for TEXT NOT NULL DEFAULT '',
	ended_why TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (message_id, round)
);
