package publish

import (
	"database/sql/driver"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// Limits of attachments.
const (
	MaxAttachment  = 12 << 20 // bytes of one upload; of films and recordings see Deps.MaxMedia
	MaxAttachments = 10       // of one message
	MaxAlt         = 500      // characters
)

// Attachment is a picture, a film, a sound recording or a PDF that goes out with a
// message. Pictures have been drawn anew on arrival and films and recordings
// stripped, so nothing hidden in the upload (place, camera, code) is kept.
type Attachment struct {
	bun.BaseModel `bun:"table:publish_attachment,alias:a"`

	ID        string `bun:",pk"`
	MessageID string
	Position  int
	Name      string // file name as it is offered to readers
	MediaType string // image/jpeg, image/png, application/pdf or one of package media
	Digest    string // SHA-256 of the bytes, hexadecimal: where the blob store has it
	Size      int64
	Width     int // of a picture or film, in pixels
	Height    int
	Duration  int64   // of a film or recording, in milliseconds; zero: not known
	Smaller   Smaller // the same picture in smaller sizes, smallest first; may be empty
	Alt       Texts   // see FileText, as the others
	Caption   Texts
	Author    string
	Source    string
	Licence   Licence
	FocusX    int `bun:"focus_x"`
	FocusY    int `bun:"focus_y"`
	// Captions of a film or recording are WebVTT as package caption writes it.
	Captions Texts
	// Transcripts are those that somebody wrote; see Transcript.
	Transcripts Texts
	AddedBy     string
	AddedAt     db.Time
}

// FileText is what is said of it.
func (a Attachment) FileText() FileText {
	return FileText{a.Alt, a.Caption, a.Author, a.Source, a.Licence, a.FocusX, a.FocusY}
}

func (a *Attachment) say(x FileText) {
	a.Alt, a.Caption, a.Author, a.Source, a.Licence, a.FocusX, a.FocusY = x.Alt, x.Caption, x.Author, x.Source, x.Licence, x.FocusX, x.FocusY
}

// IsImage reports whether it is shown in the page; else it is offered as a file.
func (a Attachment) IsImage() bool { return strings.HasPrefix(a.MediaType, "image/") }

// IsVideo reports whether it is a film.
func (a Attachment) IsVideo() bool { return strings.HasPrefix(a.MediaType, "video/") }

// IsAudio reports whether it is a sound recording.
func (a Attachment) IsAudio() bool { return strings.HasPrefix(a.MediaType, "audio/") }

// IsMedia reports whether it is a film or a sound recording.
func (a Attachment) IsMedia() bool { return a.IsVideo() || a.IsAudio() }

// missingAlt gives the languages of the message in which no alternative text
// is written yet.
func (a Attachment) missingAlt(langs []i18n.Lang) []i18n.Lang {
	var out []i18n.Lang
	for _, l := range langs {
		if strings.TrimSpace(a.Alt[l]) == "" {
			out = append(out, l)
		}
	}
	return out
}

// Rendition is a picture in one size.
type Rendition struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Smaller are the smaller sizes of a picture, JSON in the database.
type Smaller []Rendition

// Value implements driver.Valuer.
func (s Smaller) Value() (driver.Value, error) { return jsonValue([]Rendition(s)) }

// Scan implements sql.Scanner.
func (s *Smaller) Scan(v any) error { return jsonScan(v, (*[]Rendition)(s)) }
