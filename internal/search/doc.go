// Package search is full-text search with the same words on both engines.
//
// Package text turns a document into tokens; this package stores them and asks
// for them. Neither engine parses language: SQLite's FTS5 is given a tokenizer that
// only splits at spaces, PostgreSQL is given finished tsvector and tsquery values.
// So both find the same documents, and a better stemmer is a reindex, not a
// migration.
//
// # A context that wants its rows searchable
//
// It owns a table named <context>_<thing>_words, made by a pair of migrations:
//
//	-- 0002_words.sqlite.sql
//	CREATE VIRTUAL TABLE listen_post_words USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '#._:-'");
//
//	-- 0002_words.pg.sql
//	CREATE TABLE listen_post_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
//	CREATE INDEX listen_post_words_gin ON listen_post_words USING GIN (words) WITH (fastupdate = off);
//
// ([Schema] gives these texts for any name.) Then, in the transaction that saves
// the row:
//
//	words := search.New("listen_post_words")
//	words.Put(ctx, tx, search.Entry{ID: post.ID, Words: search.Document("ar", post.Text, "lg:ar", "src:12")})
//
// and to find:
//
//	q := search.Parse(input).With("lg:ar")
//	ids, err := words.Search(ctx, db, q, search.Page{Limit: 50})
//
// The table holds words and numbers only (it is contentless): the text itself is
// read from the context's own table by id. "Newest first" means the highest id
// first, so ids must be given in the order in which results are wanted.
//
// # Rows whose ids are text (UUIDv7)
//
// The full-text table needs an integer. Give the context's table a column
//
//	words_id BIGINT NOT NULL UNIQUE
//
// filled with [IDFromUUID] of the row's UUIDv7, which is ordered by its
// millisecond, and read "WHERE words_id IN (…)", or use [Index.Match] as a
// condition in the context's own SELECT.
//
// # Filters
//
// A filter such as "lg:ar" is a token with a colon, which no user text can give.
// It is stored with the words and asked for with [Query.With], so a filtered
// search reads nothing but the index. Values are compared without case; signs
// other than a–z, 0–9, '.' and '-' are encoded by both sides alike.
package search
