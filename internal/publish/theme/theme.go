package theme

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Value implements driver.Valuer.
func (c Colour) Value() (driver.Value, error) { return c.String(), nil }

// Scan implements sql.Scanner.
func (c *Colour) Scan(v any) error {
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("theme: colour from %T", v)
	}
	var err error
	*c, err = Parse(s)
	return err
}

// Theme is one saved theme of the ministry or of a mission. The newest version
// counts.
type Theme struct {
	bun.BaseModel `bun:"table:publish_theme,alias:te"`

	MissionID  string `bun:",pk"` // empty: the ministry
	Version    int    `bun:",pk"` // from 1; 0 was never saved
	Own        bool   // false: the unit wears the ministry's theme, or the program's, again
	Accent     Colour
	Ink        Colour
	DarkAccent Colour
	DarkInk    Colour
	Follows    bool // the dark colours follow from the light ones
	Header     Header
	LogoID     string        // of publish_theme_logo; empty: the mark of the program
	Alt        publish.Texts // what the emblem shows, in every language when there is one
	SavedBy    string
	SavedAt    db.Time
}

// Tokens are the choices of the theme.
func (t Theme) Tokens() Tokens {
	return Tokens{t.Accent, t.Ink, t.DarkAccent, t.DarkInk, t.Header}
}

// Standard is what a unit without a theme begins with: the colours of the
// program.
func Standard(missionID string) Theme {
	t := Tokens{Accent: Colour{0x0f, 0x4c, 0x45}, Ink: White, Header: Full}.Complete()
	return Theme{MissionID: missionID, Accent: t.Accent, Ink: t.Ink, DarkAccent: t.DarkAccent, DarkInk: t.DarkInk, Follows: true, Header: t.Header}
}

// MaxAlt bounds what is said of an emblem, in characters.
const MaxAlt = 160

// Check completes a theme and refuses one that could not be read. Fields: those
// of Tokens.Check, and "alt_" with a language.
func (t *Theme) Check() error {
	if !t.Own {
		*t = Theme{MissionID: t.MissionID, Version: t.Version, Header: Full}
		return nil
	}
	if t.Follows {
		full := t.Tokens().Complete()
		t.DarkAccent, t.DarkInk = full.DarkAccent, full.DarkInk
	}
	var bad []errs.Field
	if e, ok := errs.Find(t.Tokens().Check()); ok {
		bad = e.Fields
	}
	t.Alt = lines(t.Alt)
	for _, l := range i18n.Langs {
		switch n := utf8.RuneCountInString(t.Alt[l]); {
		case n > MaxAlt:
			bad = append(bad, errs.Field{Name: "alt_" + string(l), Key: "web.field.long", Args: []any{"max", MaxAlt, "count", n - MaxAlt}})
		case n == 0 && t.LogoID != "":
			bad = append(bad, errs.Field{Name: "alt_" + string(l), Key: "web.field.required"})
		}
	}
	return errs.InvalidFields(bad...)
}

// lines are texts of one line each, without the empty ones.
func lines(t publish.Texts) publish.Texts {
	out := publish.Texts{}
	for _, l := range i18n.Langs {
		if s := text.Line(t[l]); s != "" {
			out[l] = s
		}
	}
	return out
}

// Logo is an emblem that was uploaded for a unit, drawn anew and small.
type Logo struct {
	bun.BaseModel `bun:"table:publish_theme_logo,alias:tl"`

	ID        string `bun:",pk"`
	MissionID string
	Digest    string // SHA-256 of the bytes: where the blob store has them
	MediaType string // image/png or image/jpeg
	Size      int64
	Width     int
	Height    int
	AddedBy   string
	AddedAt   db.Time
}

// File is the name of the emblem in its public address.
func (l Logo) File() string {
	return l.Digest + map[string]string{"image/png": ".png", "image/jpeg": ".jpg"}[l.MediaType]
}

// Look is what a page needs of a theme. The zero value is the look of the program.
type Look struct {
	Tokens
	Sheet string // the digest of its sheet; empty: none
	Logo  Logo
	Alt   publish.Texts
}

// known tells whether a header style is one of ours.
func (h Header) known() bool { return slices.Contains(Headers, h) }
