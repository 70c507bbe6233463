package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// variantHash binds the exact text of one language. A changed space changes it.
func variantHash(v Variant) string {
	return digest(struct {
		Form    string    `json:"form"`
		Lang    i18n.Lang `json:"lang"`
		Title   string    `json:"title"`
		Summary string    `json:"summary"`
		Body    string    `json:"body"`
	}{"sifara/variant/1", v.Lang, v.Title, v.Summary, v.Body})
}

// ContentHash binds all that would go out: who speaks, what kind of text, how
// it is treated, every language, every attachment with its alternative texts,
// captions and transcripts, and from when until when it may be public. Approvals are bound to it. The
// address (slug) is no content.
func (m *Message) ContentHash() string {
	type part struct {
		Lang i18n.Lang `json:"lang"`
		Hash string    `json:"hash"`
	}
	type file struct {
		Name    string  `json:"name"`
		Type    string  `json:"type"`
		Digest  string  `json:"digest"`
		Smaller Smaller `json:"smaller"`
		Alt     Texts   `json:"alt"`
		// Left out when empty: older hashes stay true.
		Caption Texts   `json:"caption,omitempty"`
		Author  string  `json:"author,omitempty"`
		Source  string  `json:"source,omitempty"`
		Licence Licence `json:"licence,omitempty"`
		FocusX  int     `json:"focus_x,omitempty"`
		FocusY  int     `json:"focus_y,omitempty"`
		// Of films and recordings, likewise.
		Captions    Texts `json:"captions,omitempty"`
		Transcripts Texts `json:"transcripts,omitempty"`
	}
	c := struct {
		Form        string      `json:"form"`
		Message     string      `json:"message"`
		Mission     string      `json:"mission"`
		Kind        Kind        `json:"kind"`
		Sensitivity Sensitivity `json:"sensitivity"`
		Source      i18n.Lang   `json:"source"`
		Embargo     db.Time     `json:"embargo"`
		NotAfter    db.Time     `json:"not_after"`
		Variants    []part      `json:"variants"`
		Files       []file      `json:"files"`
		Exempt      Exemption   `json:"exempt,omitempty"` // left out when empty: older hashes stay true
		Details     Details     `json:"details,omitzero"` // likewise
		Channels    Channels    `json:"channels,omitempty"`
	}{Form: "sifara/message/1", Message: m.ID, Mission: m.MissionID, Kind: m.Kind, Sensitivity: m.Sensitivity,
		Source: m.SourceLang, Embargo: m.EmbargoUntil, NotAfter: m.NotAfter, Exempt: m.Exempt, Details: m.Details, Channels: m.Channels}
	for _, l := range i18n.Langs {
		if v, ok := m.Variant(l); ok {
			// Computed from the text itself: a text changed behind the program's
			// back must not pass with its old hash beside it.
			c.Variants = append(c.Variants, part{l, variantHash(v)})
		}
	}
	for _, a := range m.Attachments {
		c.Files = append(c.Files, file{a.Name, a.MediaType, a.Digest, a.Smaller, a.Alt, a.Caption, a.Author, a.Source, a.Licence, a.FocusX, a.FocusY, a.Captions, a.Transcripts})
	}
	return digest(c)
}

// ShortHash is the part of a hash that people compare.
func ShortHash(hash string) string {
	if len(hash) < 12 {
		return hash
	}
	return fmt.Sprintf("%s %s %s", hash[:4], hash[4:8], hash[8:12])
}

func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Bound reports whether the texts as they are here give the hashes that are kept
// beside them, each its own and all together the message's: what is shown of such
// a message is what approvals are bound to.
func (m *Message) Bound() bool {
	for _, v := range m.Variants {
		if variantHash(v) != v.Hash {
			return false
		}
	}
	return m.ContentHash() == m.Hash
}
