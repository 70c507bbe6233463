package publish

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// Version is what one edit made. Nothing of a message's history is lost.
type Version struct {
	bun.BaseModel `bun:"table:publish_version,alias:h"`

	MessageID  string `bun:",pk"`
	Version    int    `bun:",pk"`
	Act        string // create, edit, restore, remove, settings, attach, describe, captions, detach
	Lang       i18n.Lang
	Hash       string // of the whole content after the edit
	Content    string // JSON: the text, the settings or the attachment
	ActorID    string
	OnBehalfOf string
	At         db.Time
}

// words reads the text that the edit made; it has none for other edits.
func (v Version) words() Words {
	var w Words
	if v.Act == "edit" || v.Act == "restore" {
		_ = json.Unmarshal([]byte(v.Content), &w) // written by us; an unreadable one shows as empty
	}
	return w
}

// Change is one edit with the text before and after it; both are empty for an
// edit that touched no text.
type Change struct {
	Version
	Before Words
	After  Words
}

// History gives every edit of a message, the newest first, to those who may
// view it.
func (s *Service) History(ctx context.Context, messageID string) ([]Change, error) {
	m, err := s.Message(ctx, messageID)
	if err != nil {
		return nil, err
	}
	var rows []Version
	if err := s.db.Reader().NewSelect().Model(&rows).Where("h.message_id = ?", m.ID).Order("h.version").Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: history of %s: %w", messageID, err)
	}
	last := map[i18n.Lang]Words{}
	out := make([]Change, len(rows))
	for i, r := range rows {
		c := Change{Version: r}
		if r.Lang != "" {
			c.Before, c.After = last[r.Lang], r.words()
			last[r.Lang] = c.After
		}
		out[len(rows)-1-i] = c
	}
	return out, nil
}

// SourceThen gives the source text from which a translation was made, and
// whether it is still known.
func (s *Service) SourceThen(ctx context.Context, m Message, l i18n.Lang) (Words, bool, error) {
	v, ok := m.Variant(l)
	if !ok {
		return Words{}, false, nil
	}
	var rows []Version
	err := s.db.Reader().NewSelect().Model(&rows).Where("h.message_id = ? AND h.lang = ?", m.ID, m.SourceLang).Order("h.version DESC").Scan(ctx)
	if err != nil {
		return Words{}, false, fmt.Errorf("publish: earlier source of %s: %w", m.ID, err)
	}
	for _, r := range rows {
		w := r.words()
		if variantHash(Variant{Lang: m.SourceLang, Title: w.Title, Summary: w.Summary, Body: w.Body}) == v.SourceHash {
			return w, true, nil
		}
	}
	return Words{}, false, nil
}
