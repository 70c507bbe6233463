package search

import (
	"strconv"
	"strings"

	"sifara/internal/text"
)

// maxWords bounds what one document puts into the index, in bytes of tokens.
// PostgreSQL refuses a tsvector of a megabyte. Later words of a longer document
// are not found; filters always are.
const maxWords = 256 << 10

// Document gives the tokens of a text and its filters, separated by spaces: the
// Words of an [Entry]. lang is the language of the text ("" when unknown). A
// document of several parts or languages is the Documents of its parts joined
// with a space; give the filters with any one of them. An empty text is a
// document that only filters find.
func Document(lang, s string, filters ...string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8 + 16*len(filters) + len(every) + 1)
	var stack [64]string
	for _, w := range text.Index(stack[:0], lang, s) {
		if b.Len()+len(w) > maxWords {
			break
		}
		b.WriteString(w)
		b.WriteByte(' ')
	}
	for _, f := range filters {
		b.WriteString(filterToken(f))
		b.WriteByte(' ')
	}
	b.WriteString(every)
	return b.String()
}

// Vector writes the result of [Document] as PostgreSQL's input form of a
// tsvector, each token quoted and with its position:
//
//	'minist':1 'baghdad':2 'is:doc':3
func Vector(document string) string {
	b := make([]byte, 0, 2*len(document))
	for pos, rest := 1, document; rest != ""; pos++ {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		if w == "" {
			pos--
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = quoteLexeme(b, w)
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(pos), 10)
	}
	return string(b)
}

// quoteLexeme appends w as a quoted lexeme of tsvector and tsquery. Tokens hold
// neither quotes nor backslashes; doubling them keeps that from mattering.
func quoteLexeme(b []byte, w string) []byte {
	b = append(b, '\'')
	for i := range len(w) {
		if w[i] == '\'' || w[i] == '\\' {
			b = append(b, w[i])
		}
		b = append(b, w[i])
	}
	return append(b, '\'')
}
