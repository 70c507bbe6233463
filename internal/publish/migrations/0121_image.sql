-- Pictures that became public: their record in the log and the prints by which a
-- copy is recognised (package likeness).
CREATE TABLE publish_proof_image (
	seq BIGINT PRIMARY KEY,
	attachment_id TEXT NOT NULL UNIQUE,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	prints BLOB NOT NULL
);

-- The very bytes in which a picture is served, in each of its sizes.
CREATE TABLE publish_proof_digest (
	digest TEXT NOT NULL,
	seq BIGINT NOT NULL REFERENCES publish_proof_image (seq),
	PRIMARY KEY (digest, seq)
);
