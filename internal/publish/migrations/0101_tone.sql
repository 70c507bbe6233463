-- The words that the check of tone looks for, every version of every list that
-- the ministry has changed; a list without a row is as shipped.
CREATE TABLE publish_tone_list (
	lang TEXT NOT NULL,
	list TEXT NOT NULL,
	version BIGINT NOT NULL,
	terms TEXT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL,
	PRIMARY KEY (lang, list, version)
);

-- What heat leads to, every version; without a row the standard counts. Heat is
-- in thousandths.
CREATE TABLE publish_tone_setting (
	version BIGINT PRIMARY KEY,
	raise_at BIGINT NOT NULL,
	cool_from BIGINT NOT NULL,
	cool_hours BIGINT NOT NULL,
	edited_by TEXT NOT NULL,
	edited_at BIGINT NOT NULL
);

-- One row: the edition of all lists and settings together.
CREATE TABLE publish_tone_edition (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	number BIGINT NOT NULL
);
INSERT INTO publish_tone_edition (id, number) VALUES (1, 0);

-- What the servers said that links of messages lead to.
CREATE TABLE publish_tone_link (
	address TEXT PRIMARY KEY,
	status BIGINT NOT NULL,
	asked_at BIGINT NOT NULL
);
