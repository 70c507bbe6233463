-- What a person has typed of a text and not saved yet: one for each person and
-- language of a message. Base is the version that they had before them.
CREATE TABLE publish_autosave (
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	lang TEXT NOT NULL,
	person_id TEXT NOT NULL,
	title TEXT NOT NULL,
	summary TEXT NOT NULL,
	body TEXT NOT NULL,
	base BIGINT NOT NULL,
	saved_at BIGINT NOT NULL,
	PRIMARY KEY (message_id, lang, person_id)
);
CREATE INDEX publish_autosave_saved ON publish_autosave (saved_at);
