CREATE TABLE engage_question_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX engage_question_words_gin ON engage_question_words USING GIN (words) WITH (fastupdate = off);
