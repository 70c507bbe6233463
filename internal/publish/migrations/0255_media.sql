-- Of films and sound recordings: how long they are, in milliseconds; captions in
-- WebVTT and transcripts, each JSON by language.
ALTER TABLE publish_attachment ADD COLUMN duration BIGINT NOT NULL DEFAULT 0;
ALTER TABLE publish_attachment ADD COLUMN captions TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_attachment ADD COLUMN transcripts TEXT NOT NULL DEFAULT '';
