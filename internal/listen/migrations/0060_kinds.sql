-- Sources of other kinds than feeds: what is asked for there, with which token
-- (sealed), and which node reads a stream at present.
ALTER TABLE listen_source ADD COLUMN asks TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN credibility BIGINT NOT NULL DEFAULT 6;
ALTER TABLE listen_source ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN terms TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN keep_if TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN drop_if TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
ALTER TABLE listen_source ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
