package publish

// Kind says what sort of text a message is.
type Kind string

// The kinds of message. It is a closed list: each has what it needs in the
// editor, on its page, in feeds and for search engines.
const (
	Statement    Kind = "statement" // the position of the ministry
	Speech       Kind = "speech"
	News         Kind = "news"
	Blog         Kind = "blog"
	Post         Kind = "post"   // a short text for social channels
	Thread       Kind = "thread" // several short texts in a row: see Parts
	Gallery      Kind = "gallery"
	Video        Kind = "video"
	Audio        Kind = "audio"
	Event        Kind = "event"
	TravelAdvice Kind = "travel_advice" // the newest of a country is in force
	Page         Kind = "page"          // stands without a date; the newest of an address is shown
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{Statement, News, Speech, Blog, Post, Thread, Gallery, Video, Audio, Event, TravelAdvice, Page}

// Replaced reports whether a newer message of the kind takes the place of an
// older one on the same subject.
func (k Kind) Replaced() bool { return k == TravelAdvice || k == Page }

// Detailed reports whether messages of the kind say more than their text.
func (k Kind) Detailed() bool {
	return k == Speech || k == Event || k == TravelAdvice || k == Page
}
