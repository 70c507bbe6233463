-- The store knows topics by a number. Narratives are topics of another kind,
-- with wordings of a claim.
ALTER TABLE listen_topic ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listen_topic ADD COLUMN kind TEXT NOT NULL DEFAULT 'topic';
ALTER TABLE listen_topic ADD COLUMN terms_in TEXT NOT NULL DEFAULT '{}';
ALTER TABLE listen_topic ADD COLUMN wordings TEXT NOT NULL DEFAULT '{}';
UPDATE listen_topic SET number = (SELECT count(*) FROM listen_topic AS o WHERE o.id <= listen_topic.id);

CREATE UNIQUE INDEX listen_topic_number ON listen_topic (number);
-- The tables of the store that are new are filled by counting each topic again.
UPDATE listen_topic SET counted_version = 0;
