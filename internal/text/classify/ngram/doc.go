// Package ngram turns a short text into the features that the classifiers of
// package classify weigh: hashed word 1- and 2-grams, character 2- to 5-grams
// inside words, emoji, signs, words under a negation, and the form of the whole
// (length, first words, shouting). One pass over the text serves every model.
//
// A feature is a 32-bit hash; what it stood for is not kept. The hashes, and the
// folding under them, are part of the trained models: whoever changes anything
// here must train the models again, and a test of package classify says so. That
// is also why the folding is this package's own and not that of package text,
// which may change with the needs of search.
package ngram
