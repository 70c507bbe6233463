// Package text is the house's language code: pure functions over strings, no
// database, no network, no state that a caller could notice.
//
// Two kinds of change to a text must not be confused:
//
//   - what is *kept*: [Clean] makes a foreign text safe to store and show, and
//     [Canonical] gives the one form whose hash proves a released text;
//   - what is *looked up*: [Fold], [Tokens], [Stem], [Index] and [Forms] lose
//     spelling on purpose, so that one search finds a word with or without vowel
//     signs, in Arabic or Persian letters and digits, with or without the
//     article. Their results are for comparing, never for showing.
//
// Languages are named by their BCP 47 codes: "ar", "ckb" (Sorani, Arabic script),
// "kmr" (Kurmanji, mostly in Latin script), "en" and so on; "und" or "" is unknown.
package text
