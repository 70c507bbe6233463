package search

import (
	"strings"

	"github.com/uptrace/bun/dialect"
)

// Schema is the DDL that makes the full-text table of a name on an engine: the
// text to copy into a context's migrations, where tests keep it to this.
//
// On SQLite the words are indexed but not stored (contentless), rows can still be
// replaced and deleted (contentless_delete), and the tokenizer splits at spaces
// only, because the signs a token may hold besides letters are tokenchars. On
// PostgreSQL fastupdate is off so that a search never pays for a pending list; an
// index that takes in thousands of rows a minute may switch it on.
func Schema(engine dialect.Name, table string) string {
	const lite = `CREATE VIRTUAL TABLE {t} USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '#._:-'");
`
	const pg = `CREATE TABLE {t} (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX {t}_gin ON {t} USING GIN (words) WITH (fastupdate = off);
`
	if engine == dialect.PG {
		return strings.ReplaceAll(pg, "{t}", table)
	}
	return strings.ReplaceAll(lite, "{t}", table)
}
