package engage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"sifara/internal/errs"
	"sifara/internal/id"
)

// The window in which a form may be sent: a person needs some seconds to write
// a question, and a page left open overnight still works.
const (
	minFormAge = 3 * time.Second
	maxFormAge = 24 * time.Hour
)

// Errors of the form, each with what to do about it.
var (
	errForm    = errs.New(errs.Invalid, "engage.form.broken")
	errExpired = errs.New(errs.Invalid, "engage.form.expired")
)

// ticket is what a form carries to show that we gave it out: for which
// question and statement, when, and which answer to the human question is right
// (as a keyed hash, so that reading the form does not tell). It is stored
// nowhere.
type ticket struct {
	question uuid.UUID
	message  uuid.UUID
	issued   time.Time // whole seconds
	human    [16]byte
}

const (
	ticketVersion = 1
	ticketBody    = 1 + 16 + 16 + 8 + 16
	ticketSize    = ticketBody + sha256.Size
)

// gate makes and reads tickets under a key of the vault.
type gate struct{ key []byte }

func (g gate) mac(parts ...[]byte) []byte {
	h := hmac.New(sha256.New, g.key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func (g gate) human(question uuid.UUID, issued time.Time, sum int) (out [16]byte) {
	var n [9]byte
	binary.BigEndian.PutUint64(n[:], uint64(issued.Unix()))
	n[8] = byte(sum)
	copy(out[:], g.mac([]byte("human"), question[:], n[:]))
	return out
}

// seal writes a ticket as text for a hidden field.
func (g gate) seal(t ticket) string {
	b := make([]byte, 0, ticketSize)
	b = append(b, ticketVersion)
	b = append(b, t.question[:]...)
	b = append(b, t.message[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.issued.Unix()))
	b = append(b, t.human[:]...)
	b = append(b, g.mac([]byte("ticket"), b)...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// open reads a ticket; anything that seal did not write under the same key is
// errForm.
func (g gate) open(s string) (ticket, error) {
	if len(s) != base64.RawURLEncoding.EncodedLen(ticketSize) {
		return ticket{}, errForm
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != ticketSize || b[0] != ticketVersion {
		return ticket{}, errForm
	}
	if !hmac.Equal(b[ticketBody:], g.mac([]byte("ticket"), b[:ticketBody])) {
		return ticket{}, errForm
	}
	t := ticket{
		question: uuid.UUID(b[1:17]), message: uuid.UUID(b[17:33]),
		issued: time.Unix(int64(binary.BigEndian.Uint64(b[33:41])), 0).UTC(),
		human:  [16]byte(b[41:57]),
	}
	return t, nil
}

// check holds the ticket against the clock and the answer to the human
// question.
func (g gate) check(t ticket, now time.Time, sum int) error {
	age := now.Sub(t.issued)
	switch {
	case age > maxFormAge || age < -time.Minute:
		return errExpired
	case age < minFormAge:
		return errs.InvalidFields(errs.Field{Name: "human", Key: "engage.form.fast"})
	}
	want := g.human(t.question, t.issued, sum)
	if sum < 0 || sum > 255 || !hmac.Equal(want[:], t.human[:]) {
		return errs.InvalidFields(errs.Field{Name: "human", Key: "engage.form.human_wrong"})
	}
	return nil
}

// Form is what an empty form below a statement needs: the ticket for its
// hidden field and the two numbers of the human question, "What is A plus B?".
type Form struct {
	Ticket string
	A, B   int
}

// maxSummand bounds the numbers of the human question; their words are
// messages.
const maxSummand = 9

// issue gives a form for a question of the given id, a fresh one when it is
// zero. since is when the person was first given the form; zero means now.
func (g gate) issue(question, message uuid.UUID, since, now time.Time) Form {
	if question == uuid.Nil {
		question = uuid.MustParse(id.New())
	}
	if since.IsZero() {
		since = now
	}
	f := Form{A: 1 + rand.IntN(maxSummand), B: 1 + rand.IntN(maxSummand)}
	t := ticket{question: question, message: message, issued: since.Truncate(time.Second)}
	t.human = g.human(question, t.issued, f.A+f.B)
	f.Ticket = g.seal(t)
	return f
}
