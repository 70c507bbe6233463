package publish

import (
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// Limits of a text, in characters. The body is that of a long speech.
const (
	MaxTitle   = 300
	MaxSummary = 600
	MaxBody    = 60_000
)

// VariantState says how far the text in one language is. It follows from the
// message and its approvals and is not stored.
type VariantState string

// The states of a variant.
const (
	VariantMissing  VariantState = "missing"
	VariantDraft    VariantState = "draft"
	VariantReviewed VariantState = "reviewed" // a language reviewer who reads it vouches for it
	VariantApproved VariantState = "approved" // all steps before the release are done
	VariantStale    VariantState = "stale"    // the source changed after it was translated, whatever else was done since
)

// Variant is a message in one language. One without title and body does not
// exist.
type Variant struct {
	bun.BaseModel `bun:"table:publish_variant,alias:v"`

	MessageID  string    `bun:",pk"`
	Lang       i18n.Lang `bun:",pk"`
	Title      string
	Body       string // Markdown
	Summary    string // plain text; may be empty
	Hash       string // of title, summary and body: see variantHash
	SourceHash string // Hash of the source text it was translated from; its own for the source
	Folded     string // title for searching
	Version    int    // the message's Version at which it was last edited
	EditedBy   string
	EditedAt   db.Time

	State VariantState `bun:"-"`
}

// HTML is the body as it goes out.
func (v Variant) HTML() string { return HTML(v.Body) }
