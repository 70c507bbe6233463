package listen

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"

	"sifara/internal/listen/privacy"
)

// Post is one public utterance as it is kept: a post of a platform or an item
// of a feed. Its author is a pseudonym; mentions of private persons in Text
// were masked before it was stored.
type Post struct {
	ID        int64
	At        time.Time // UTC, to the second
	Source    int64     // number of the Source
	Lang      string    // ISO 639, "und" when unknown
	Country   string    // ISO 3166-1 alpha-2, empty when unknown
	Author    int64     // pseudonym: keyed hash of source and handle; 0 when not given
	Official  string    // handle of the author, if it is a registered official account
	Followers int64
	URL       string // empty when unknown, or when it would name a private person
	Text      string
	Labels    Labels   // what the classifiers say of it
	Story     int64    // the post that began its story; 0 if it is the first itself
	Shared    []Shared // what it has in common with others; only where a walk asked for it
	answer    *answer
}

// idBits is how many bits of a post's id do not tell the time.
const idBits = 31

// PostID gives the lowest id a post of that second can have. Ids grow with
// time, so a period is a range of ids: [PostID(from), PostID(to)).
func PostID(t time.Time) int64 {
	s := t.Unix()
	switch {
	case s < 0:
		s = 0
	case s >= 1<<32:
		s = 1<<32 - 1
	}
	return s << idBits
}

// PostTime is the second of the post with that id, also of one that is gone.
func PostTime(id int64) time.Time { return timeOf(id) }

// timeOf is the second that an id tells.
func timeOf(id int64) time.Time { return time.Unix(id>>idBits, 0).UTC() }

// Pseudonym is the author's name in one answer: a few letters that say only
// whether two of its posts have the same author. The next answer has other
// letters for all, so that nobody gathers what one author wrote by asking again
// or turning pages. Empty without author.
func (p Post) Pseudonym() string {
	if p.Author == 0 {
		return ""
	}
	b := make([]byte, 8, 8+len(answer{}))
	binary.BigEndian.PutUint64(b, uint64(p.Author))
	if p.answer != nil {
		b = append(b, p.answer[:]...)
	}
	sum := sha256.Sum256(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5])[:6])
}

// answer tells the pseudonyms of one answer from those of any other.
type answer [16]byte

func newAnswer() *answer {
	var a answer
	rand.Read(a[:])
	return &a
}

// Audience is how many followers the author had, rounded down to one digit and
// zeros: the exact number would tell one account from all others. It is exact
// for official accounts.
func (p Post) Audience() int64 {
	if p.Official != "" {
		return p.Followers
	}
	unit := int64(1)
	for p.Followers/unit >= 10 {
		unit *= 10
	}
	if p.Followers < privacy.K {
		return 0
	}
	return p.Followers / unit * unit
}

// hourOf is the hour of a time, counted from 1970.
func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// hourTime is the beginning of an hour.
func hourTime(h int64) time.Time { return time.Unix(h*3600, 0).UTC() }

// dayOf is the day (UTC) of an hour.
func dayOf(hour int64) int64 { return hour / 24 }
