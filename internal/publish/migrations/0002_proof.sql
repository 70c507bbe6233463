-- The public log of every text that became public (package ledger), and what is
-- needed to recognise a pasted text as one of them.
CREATE TABLE publish_log_record (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL,
	data BLOB NOT NULL
);
CREATE TABLE publish_log_hash (
	id BIGINT PRIMARY KEY,
	hash BLOB NOT NULL
);
CREATE TABLE publish_log_head (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	size BIGINT NOT NULL,
	frontier BLOB NOT NULL
);
INSERT INTO publish_log_head (id, size, frontier) VALUES (1, 0, '');

-- One row per record of the log: what it is about. seq is its index.
CREATE TABLE publish_proof (
	seq BIGINT PRIMARY KEY,
	message_id TEXT NOT NULL REFERENCES publish_message (id),
	lang TEXT NOT NULL,
	act TEXT NOT NULL
);
CREATE INDEX publish_proof_message ON publish_proof (message_id, lang);

-- Hashes of the whole text in the forms in which people copy it.
CREATE TABLE publish_proof_hash (
	hash TEXT NOT NULL,
	seq BIGINT NOT NULL REFERENCES publish_proof (seq),
	PRIMARY KEY (hash, seq)
);

-- Fingerprints by which a part or an altered copy is recognised.
CREATE TABLE publish_proof_print (
	print BIGINT NOT NULL,
	seq BIGINT NOT NULL REFERENCES publish_proof (seq),
	PRIMARY KEY (print, seq)
);
