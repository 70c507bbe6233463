package publish

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/text"
)

// Details are what a message of some kinds says besides its text. Each kind
// has its own; those of other kinds are not set. They are content: approvals
// are bound to them.
type Details struct {
	// Of an Event. Zone is the IANA zone in which it is announced; Register is a
	// web or mail address, or empty.
	Starts   db.Time `json:"starts,omitempty" format:"date-time"`
	Ends     db.Time `json:"ends,omitempty" format:"date-time"`
	Zone     string  `json:"zone,omitempty"`
	Venue    Texts   `json:"venue,omitempty"`
	Register string  `json:"register,omitempty"`

	// Of a Speech: who gave it, on what occasion, on which day.
	GivenBy   Texts   `json:"given_by,omitempty"`
	Occasion  Texts   `json:"occasion,omitempty"`
	Delivered db.Time `json:"delivered,omitempty" format:"date-time"`

	// Of TravelAdvice: the country, ISO 3166-1 alpha-2; how dangerous it is,
	// from 1 to MaxLevel; until when the advice holds without being renewed.
	Country    string  `json:"country,omitempty"`
	Level      int     `json:"level,omitempty" minimum:"0" maximum:"4"`
	ValidUntil db.Time `json:"valid_until,omitempty" format:"date-time"`

	// Of a Page: where it stands, its address below that, its place among its
	// neighbours from the first.
	Section Section `json:"section,omitempty"`
	Address string  `json:"address,omitempty"`
	Order   int     `json:"order,omitempty"`
}

// MaxLevel is the highest level of travel advice: do not travel.
const MaxLevel = 4

// Section is where a page stands on its site.
type Section string

// The sections. Each of the first three is one page of a site.
const (
	AboutPage    Section = "about"    // of the ministry or mission itself
	HeadPage     Section = "head"     // of who leads it
	ServicesPage Section = "services" // what citizens can have done
	ProfilePage  Section = "profile"  // of the country: history, culture, values, heritage
	FurtherPage  Section = "further"  // any other page, named in the menu
)

// Sections lists them in the order in which they are offered.
var Sections = []Section{AboutPage, HeadPage, ServicesPage, ProfilePage, FurtherPage}

// Single reports whether the section is one page, whose address is its name.
func (s Section) Single() bool { return s == AboutPage || s == HeadPage || s == ServicesPage }

// Limits of details.
const (
	maxVenue   = 300
	maxAddress = 60
	// MaxOrder is the last place of a page among its neighbours.
	MaxOrder    = 99
	maxRegister = 500
)

var validAddress = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// IsZero reports whether nothing is set.
func (d Details) IsZero() bool { return reflect.ValueOf(d).IsZero() }

// Value implements driver.Valuer: JSON, empty when nothing is set.
func (d Details) Value() (driver.Value, error) {
	if d.IsZero() {
		return "", nil
	}
	return jsonValue(d)
}

// Scan implements sql.Scanner.
func (d *Details) Scan(v any) error { return jsonScan(v, d) }

// of keeps what belongs to a kind, cleaned.
func (d Details) of(k Kind) Details {
	switch k {
	case Event:
		return Details{Starts: d.Starts, Ends: d.Ends, Zone: d.Zone, Venue: lines(d.Venue), Register: strings.TrimSpace(text.Line(d.Register))}
	case Speech:
		return Details{GivenBy: lines(d.GivenBy), Occasion: lines(d.Occasion), Delivered: d.Delivered}
	case TravelAdvice:
		return Details{Country: d.Country, Level: d.Level, ValidUntil: d.ValidUntil}
	case Page:
		out := Details{Section: d.Section, Address: strings.ToLower(strings.TrimSpace(d.Address)), Order: d.Order}
		if d.Section.Single() {
			out.Address = string(d.Section)
		}
		return out
	}
	return Details{}
}

// lines are texts of one line each, without the empty ones; nil for none.
func lines(t Texts) Texts {
	var out Texts
	for l, s := range t {
		if s = strings.TrimSpace(text.Line(s)); s != "" {
			if out == nil {
				out = Texts{}
			}
			out[l] = s
		}
	}
	return out
}

// check finds what is wrong with what is given; what is missing is asked for
// only when the message is submitted.
func (d Details) check(ctx context.Context) []errs.Field {
	var bad []errs.Field
	wrong := func(when bool, name, key string, args ...any) {
		if when {
			bad = append(bad, errs.Field{Name: name, Key: key, Args: args})
		}
	}
	_, zone := org.ParseZone(d.Zone)
	wrong(d.Zone != "" && zone != nil, "zone", "web.field.choice")
	wrong(!d.Ends.IsZero() && !d.Starts.Before(d.Ends), "ends", "publish.error.ends")
	wrong(!d.Ends.IsZero() && d.Ends.Sub(d.Starts) > 366*24*time.Hour, "ends", "publish.error.ends_late")
	wrong(d.Register != "" && !validRegister(d.Register), "register", "publish.error.register")
	for _, f := range []struct {
		name string
		in   Texts
	}{{"venue", d.Venue}, {"given_by", d.GivenBy}, {"occasion", d.Occasion}} {
		for _, l := range i18n.Langs {
			n := utf8.RuneCountInString(f.in[l])
			wrong(n > maxVenue, f.name+"_"+string(l), "web.field.long", "max", maxVenue, "count", n-maxVenue)
		}
	}
	wrong(d.Country != "" && !org.ValidCountry(i18n.From(ctx), d.Country), "country", "web.field.choice")
	wrong(d.Level < 0 || d.Level > MaxLevel, "level", "web.field.choice")
	wrong(d.Section != "" && !slices.Contains(Sections, d.Section), "section", "web.field.choice")
	wrong(d.Address != "" && (len(d.Address) > maxAddress || !validAddress.MatchString(d.Address)), "address", "publish.error.address")
	wrong(d.Order < 0 || d.Order > MaxOrder, "order", "web.field.number", "min", 0, "max", MaxOrder)
	return bad
}

// validRegister admits web addresses with a host, and mail addresses.
func validRegister(s string) bool {
	u, err := url.Parse(s)
	switch {
	case err != nil || len(s) > maxRegister:
		return false
	case u.Scheme == "mailto":
		return strings.Contains(u.Opaque, "@")
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// Lapsed reports whether the message is travel advice whose time had passed at a
// moment: nobody renewed it, and it must not be read as if it still held.
func (m *Message) Lapsed(at time.Time) bool {
	return m.Kind == TravelAdvice && !m.Details.ValidUntil.IsZero() && at.After(m.Details.ValidUntil.Std())
}

// ErrDetails is what an error wraps that says which details a kind lacks
// before the message may be approved.
var ErrDetails = errors.New("publish: details are missing")

func lacking(k Kind) error {
	return errs.Wrap(ErrDetails, errs.Invalid, "publish.error.details."+string(k))
}

// detailed reports what the kind of the message still lacks.
func (m *Message) detailed() error {
	d, missing := m.Details, false
	switch m.Kind {
	case Event:
		missing = d.Starts.IsZero() || d.Ends.IsZero() || d.Zone == "" || !m.saidIn(d.Venue)
	case Speech:
		missing = d.Delivered.IsZero() || !m.saidIn(d.GivenBy) || !m.saidIn(d.Occasion)
	case TravelAdvice:
		missing = d.Country == "" || d.Level == 0 || d.ValidUntil.IsZero()
	case Page:
		missing = d.Section == "" || d.Address == ""
	case Gallery:
		if !slices.ContainsFunc(m.Attachments, Attachment.IsImage) {
			return errNoPicture
		}
	case Video:
		if !slices.ContainsFunc(m.Attachments, Attachment.IsVideo) {
			return errNoVideo
		}
	case Audio:
		if !slices.ContainsFunc(m.Attachments, Attachment.IsAudio) {
			return errNoAudio
		}
	case Thread:
		return m.threaded()
	}
	if missing {
		return lacking(m.Kind)
	}
	return nil
}

// saidIn reports whether a text exists in every language of the message.
func (m *Message) saidIn(t Texts) bool {
	return !slices.ContainsFunc(m.Langs(), func(l i18n.Lang) bool { return t[l] == "" })
}

// setDetails sets the details and what lists ask of them.
func (m *Message) setDetails(d Details) {
	m.Details, m.OccursAt, m.Subject = d, d.Starts, d.subject(m.Kind)
}

// subject is what a newer message of the same kind and speaker replaces: the
// address of a page, profiles apart, or the country of travel advice.
func (d Details) subject(k Kind) string {
	switch {
	case k == Page && d.Section == ProfilePage && d.Address != "":
		return string(ProfilePage) + "/" + d.Address
	case k == Page:
		return d.Address
	}
	return d.Country
}
