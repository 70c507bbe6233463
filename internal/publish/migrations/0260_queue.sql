-- The slot for which a message waits in the queue of its speaker, and its place
-- there; zero for what was planned for a time of its own.
ALTER TABLE publish_message ADD COLUMN queue_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE publish_message ADD COLUMN queue_rank BIGINT NOT NULL DEFAULT 0;
CREATE INDEX publish_message_queue ON publish_message (queue_at);

-- The row at which acts on one queue take turns.
CREATE TABLE publish_queue (
	mission_id TEXT PRIMARY KEY,
	touched BIGINT NOT NULL
);
