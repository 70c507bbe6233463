// Package term keeps the term base: how the ministry words official names,
// titles and places in each language, and which wordings it does not want.
//
// An entry is one institution, office, title or place. In each language it has a
// preferred wording, perhaps others that are admitted, and wrong ones. Entries
// belong to the house, or to a mission, whose messages they add to.
//
// A [Base] marks what a text words otherwise (Find), and what a translation leaves
// without its official counterpart (Across). Package publish/tone shows both among
// its findings.
//
// Tables: publish_term, publish_term_edition.
package term
