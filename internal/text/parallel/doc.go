// Package parallel says how likely one text renders another: in a different
// language, or in other words of the same one. It knows no dictionary. It looks at
// what stays alike when a text is translated (numbers, dates, and names that are
// heard alike in both scripts, or that the caller knows in both languages) and, of
// two texts in one language, at the stems of their words.
//
// Sentences are held against each other in their order, as they were translated
// (after Gale and Church 1993, and the local alignment of Smith and Waterman 1981).
// What both have counts by how rare it is. What only one of two sentences that
// belong together has is a [Change]: a date or a number that was altered.
//
// A match is a hint for a person, never proof of who wrote a text.
// docs/models/parallel.md says how often it errs.
package parallel
