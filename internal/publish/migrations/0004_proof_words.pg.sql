CREATE TABLE publish_proof_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX publish_proof_words_gin ON publish_proof_words USING GIN (words) WITH (fastupdate = off);
