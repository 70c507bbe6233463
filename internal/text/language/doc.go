// Package language tells in which language a text is written: by its script, and
// within a script by a linear model over groups of letters and whole words.
//
// A text is read once. Its words are folded (case, vowel signs, tatweel and the
// letters that keyboards exchange), the script of most letters is chosen, and each
// feature of the words of that script is looked up in one table of small numbers,
// a row of one number per language. The language with the greatest sum is the
// answer, and the sums give its probability. Nothing is allocated.
//
// The table is identify.bin.gz, made by internal/text/language/train from public
// sentences; docs/models/identify.md has its sources and figures.
package language
