-- What a post passes on (kind 1), answers (2), shows (3) and quotes (4), where its
-- source says: object is a keyed hash, equal for the same thing in the same source
-- and period of pseudonyms. Rows go with their post; most posts have none.
CREATE TABLE listen_shared (
	post BIGINT NOT NULL, kind BIGINT NOT NULL, object BIGINT NOT NULL,
	PRIMARY KEY (post, kind, object)
) WITHOUT ROWID;
