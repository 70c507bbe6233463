// Package tone applies the check of tone (package text/tone) to the messages of
// the house: with the ministry's own word lists and thresholds, the released
// statements that a text may contradict, and the servers that its links lead to.
//
// Besides what is written it reads what is said: the captions of films and
// recordings in the language, and of a transcript that somebody wrote the
// paragraphs that do not stand in the captions, so that no words are read twice.
// Each film is a text of its own: its heat is that of its hottest passage, and the
// message is as hot as the hottest of its texts.
//
// It implements publish.Tone: what it says of a message's heat decides the route
// that the message takes and how long it cools off.
//
// Tables: publish_tone_list and publish_tone_setting (every version that was ever
// saved), publish_tone_edition, publish_tone_link. Jobs: publish.tone.links, which
// asks the links of a message when it is submitted.
package tone
