-- The keys of the public log, once it had more than the first, which is derived
-- from the vault and has no row until then. public is the line that people keep;
-- sealed holds the seed of every later key. A key signs from since until until (0:
-- no end) and stays published for ever: proofs made with it go on holding.
CREATE TABLE publish_log_key (
	n BIGINT PRIMARY KEY,
	public TEXT NOT NULL,
	sealed TEXT NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL DEFAULT 0,
	made_by TEXT NOT NULL
);

-- What witnesses signed: the line that is added to the checkpoint of a size.
CREATE TABLE publish_log_cosignature (
	size BIGINT NOT NULL,
	witness TEXT NOT NULL,
	line TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (size, witness)
);

-- Witnesses that are asked to sign checkpoints, and how the last attempt went.
CREATE TABLE publish_witness (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	public TEXT NOT NULL,
	address TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	size BIGINT NOT NULL DEFAULT 0,
	cosigned_at BIGINT NOT NULL DEFAULT 0,
	asked_at BIGINT NOT NULL DEFAULT 0,
	failure TEXT NOT NULL DEFAULT '',
	failures BIGINT NOT NULL DEFAULT 0
);
