-- What messages of some kinds say besides their text, and what of it is asked
-- for: subject is the address of a page or the country of travel advice,
-- occurs_at the beginning of an event.
ALTER TABLE publish_message ADD COLUMN details TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_message ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE publish_message ADD COLUMN occurs_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX publish_message_kind ON publish_message (kind, mission_id, released_at);
