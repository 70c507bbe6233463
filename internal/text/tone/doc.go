// Package tone reads a text that is about to go out in the name of a ministry,
// in Arabic, Sorani, Kurmanji or English, and says what in it is heated or
// otherwise unfit: insults, threats, sarcasm, shouting, attacks on the reader,
// named heads of state or governments, unverified numbers, superlatives,
// undiplomatic terms, promises, personal data, the wrong language or direction,
// hard reading, pictures without alternative text and broken links.
//
// It is pure: no database, no network. Words come from editable [Lists]; English
// posts are also shown to the speech-act model, Arabic ones to the sarcasm model
// of package classify. docs/models/tone.md says how heat is made and measured.
package tone
