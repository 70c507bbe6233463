package share

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Manage is the permission to share a message that is not public with readers
// outside, and to see who has read it.
const Manage perm.Permission = "publish.share"

// Permissions says which standard roles hold it in a new ministry: those who answer
// for what becomes public.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"unit_head", "head_of_mission", "releaser"}}}
}

// Limits.
const (
	MaxName   = 120 // characters, of names and organisations
	MaxRemark = 500
	MaxDays   = 30
	// MaxReaders bounds the links of one message that are valid at a time.
	MaxReaders = 100
)

// longest is how long a link lasts at most.
const longest = MaxDays * 24 * time.Hour

// What stands against an act.
var (
	ErrLink  = errs.New(errs.NotFound, "publish.share.error.link")                    // the link is none, or none any more
	ErrState = errs.New(errs.Conflict, "publish.share.error.state")                   // the message is a draft, or public
	ErrBound = errs.New(errs.Conflict, "publish.share.error.bound")                   // what is stored does not give its hash
	ErrMade  = errs.New(errs.Conflict, "publish.share.error.made")                    // this share was made before; its link is not shown again
	ErrOver  = errs.New(errs.Conflict, "publish.share.error.over")                    // the share ended before
	ErrMany  = errs.New(errs.Conflict, "publish.share.error.many", "max", MaxReaders) // MaxReaders
)

// Langs are languages joined by commas.
type Langs string

// JoinLangs makes Langs of a list.
func JoinLangs(list ...i18n.Lang) Langs {
	var out []string
	for _, l := range i18n.Langs {
		if slices.Contains(list, l) {
			out = append(out, string(l))
		}
	}
	return Langs(strings.Join(out, ","))
}

// List gives them one by one, in the order of i18n.Langs.
func (l Langs) List() []i18n.Lang {
	var out []i18n.Lang
	for s := range strings.SplitSeq(string(l), ",") {
		if s != "" {
			out = append(out, i18n.Lang(s))
		}
	}
	return out
}

// Share is a message as one named reader outside may see it before it is public.
type Share struct {
	bun.BaseModel `bun:"table:publish_share,alias:sh"`

	ID           string `bun:",pk"`
	MessageID    string
	Name         string
	Organisation string
	Email        string // sealed where it is kept; empty: none was given
	Langs        Langs
	Zone         string // where the reader is, by the IANA database
	Remark       string // for officials
	TokenHash    string
	CreatedBy    string
	CreatedAt    db.Time
	Until        db.Time // the link opens nothing from then on
	AcceptedAt   db.Time // when the reader accepted an embargo last
	AcceptedFor  db.Time // the embargo they accepted; zero: until the release
	FirstAt      db.Time // when they first opened the text
	LastAt       db.Time
	Openings     int
	Seen         string  // hash of what they were shown last
	ChangedAt    db.Time // when they were first shown something else than before
	RevokedAt    db.Time
	RevokedBy    string
}

// Reader names the reader with their organisation.
func (s Share) Reader() string { return s.Name + ", " + s.Organisation }

// State is how far a reader is.
type State string

// The states of a share.
const (
	Made     State = "made" // the embargo is not accepted yet
	Anew     State = "anew" // another embargo stands than the one they accepted
	Accepted State = "accepted"
	Opened   State = "opened" // the text was opened
	Public   State = "public" // the message was released while the link was valid
	Over     State = "over"   // its time ended before a release
	Revoked  State = "revoked"
)

// State tells how far the reader of a message is.
func (s Share) State(m publish.Message, now time.Time) State {
	switch {
	case !s.RevokedAt.IsZero():
		return Revoked
	case m.WasPublic() && m.ReleasedAt < s.Until:
		return Public
	case !db.At(now).Before(s.Until) || s.late(m, now):
		return Over
	case s.AcceptedAt.IsZero():
		return Made
	case s.AcceptedFor != Embargo(m):
		return Anew
	case s.Openings > 0:
		return Opened
	}
	return Accepted
}

// Valid reports whether the link still leads to the text, now or later.
func (s Share) Valid(m publish.Message, now time.Time) bool {
	return slices.Contains([]State{Made, Anew, Accepted, Opened}, s.State(m, now))
}

// late reports whether a message can not go out any more.
func (Share) late(m publish.Message, now time.Time) bool {
	return !m.WasPublic() && !m.NotAfter.IsZero() && !db.At(now).Before(m.NotAfter)
}

// Embargo is the time before which nothing of a message may be made public: its
// embargo or the later time of its planned release. Zero when neither is set: then
// nothing may be before its release.
func Embargo(m publish.Message) db.Time { return max(m.EmbargoUntil, m.ReleaseAt) }

// Shareable reports whether a message may be shown to readers: it is on its way to
// the public and not there yet.
func Shareable(m publish.Message) bool {
	return slices.Contains([]publish.State{publish.StateInReview, publish.StateApproved, publish.StateScheduled}, m.State)
}

// Draft is what an official says of a new share. ID is made by the form, so that a
// form that is sent twice makes one. A zero Until is as long as may be.
type Draft struct {
	ID           string
	MessageID    string
	Name         string
	Organisation string
	Email        string
	Langs        []i18n.Lang
	Zone         string
	Remark       string
	Until        time.Time
}

// check makes the draft safe to keep and holds the limits.
func (d *Draft) check(m publish.Message, now time.Time) error {
	d.Name, d.Organisation, d.Email = text.Line(d.Name), text.Line(d.Organisation), text.Line(d.Email)
	d.Remark = strings.TrimSpace(text.Clean(d.Remark))
	var bad []errs.Field
	fail := func(name, key string, args ...any) {
		bad = append(bad, errs.Field{Name: name, Key: key, Args: args})
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{{"name", d.Name, MaxName}, {"organisation", d.Organisation, MaxName}, {"remark", d.Remark, MaxRemark}} {
		if n := utf8.RuneCountInString(f.value); n > f.max {
			fail(f.name, "web.field.long", "max", f.max, "count", n-f.max)
		} else if f.value == "" && f.name != "remark" {
			fail(f.name, "web.field.required")
		}
	}
	if d.Email != "" {
		bare, err := mail.Bare(d.Email)
		if err != nil {
			fail("email", "publish.share.error.email")
		}
		d.Email = bare
	}
	if len(d.Langs) == 0 {
		fail("langs", "web.field.required")
	} else if have := m.Langs(); slices.ContainsFunc(d.Langs, func(l i18n.Lang) bool { return !slices.Contains(have, l) }) {
		fail("langs", "web.field.choice")
	}
	if _, err := org.ParseZone(d.Zone); err != nil {
		fail("zone", "web.field.choice")
	}
	if d.Until.IsZero() {
		d.Until = now.Add(longest)
	}
	if !d.Until.After(now) || d.Until.After(now.Add(longest)) {
		fail("until", "publish.share.error.until", "days", MaxDays)
	}
	if !id.Valid(d.ID) {
		fail("id", "web.field.choice")
	}
	return errs.InvalidFields(bad...)
}

// tokenBytes are 256 bits.
const tokenBytes = 32

// newToken gives the secret of a link, in letters that stand unescaped in an
// address.
func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is how a token is kept. A plain hash is enough: there is nothing to guess.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// shown is the part of a message that a reader sees: the languages of the share, in
// which there is a text, and what is said of files in them.
func (s Share) shown(m publish.Message) publish.Message {
	langs := s.Langs.List()
	m.Variants = slices.DeleteFunc(slices.Clone(m.Variants), func(v publish.Variant) bool { return !slices.Contains(langs, v.Lang) })
	m.Attachments = slices.Clone(m.Attachments)
	for i := range m.Attachments {
		a := &m.Attachments[i]
		for _, t := range []*publish.Texts{&a.Alt, &a.Caption, &a.Captions, &a.Transcripts} {
			*t = maps.Clone(*t)
			maps.DeleteFunc(*t, func(l i18n.Lang, _ string) bool { return !slices.Contains(langs, l) })
		}
	}
	return m
}

// seen binds what a reader sees, and none of what they do not: neither other
// languages nor how the message is treated.
func (s Share) seen(m publish.Message) string {
	m = s.shown(m)
	m.Sensitivity, m.Channels, m.Exempt, m.EmbargoUntil, m.NotAfter = "", "", "", 0, 0
	return m.ContentHash()
}
