package newsletter

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/i18n"
)

// Follow gives the address of a counted link. With count it adds one to that
// link, in that language and wording, and keeps nothing of who followed it.
// ErrLink for what is none of ours.
func (s *Service) Follow(ctx context.Context, code string, count bool) (string, error) {
	l, ok := s.readLink(code)
	if !ok {
		return "", ErrLink
	}
	var url string
	q := s.DB.Reader().NewRaw(`SELECT url FROM publish_newsletter_link WHERE letter_id = ? AND lang = ? AND n = ?`, l.letterID, l.lang, l.n)
	if count {
		column := bun.Ident("clicks_a")
		if l.wording == WordingB {
			column = "clicks_b"
		}
		q = s.DB.Writer().NewRaw(`UPDATE publish_newsletter_link SET ? = ? + 1 WHERE letter_id = ? AND lang = ? AND n = ? RETURNING url`, column, column, l.letterID, l.lang, l.n)
	}
	if err := q.Scan(ctx, &url); db.IsNoRows(err) {
		return "", ErrLink
	} else if err != nil {
		return "", fmt.Errorf("newsletter: follow link: %w", err)
	}
	return url, nil
}

// LinkClicks is how often a link was followed, by wording.
type LinkClicks struct {
	Lang     i18n.Lang
	N        int
	URL      string `bun:"url"`
	ClicksA  int64  `bun:"clicks_a"`
	ClicksB  int64  `bun:"clicks_b"`
	LetterID string
}

// Clicks lists the links of a letter that were followed, the most first.
func (s *Service) Clicks(ctx context.Context, letterID string) ([]LinkClicks, error) {
	if _, err := s.Letter(ctx, letterID); err != nil {
		return nil, err
	}
	var all []LinkClicks
	err := s.DB.Reader().NewRaw(`SELECT letter_id, lang, n, url, clicks_a, clicks_b FROM publish_newsletter_link
		WHERE letter_id = ? AND clicks_a + clicks_b > 0 ORDER BY clicks_a + clicks_b DESC, lang, n LIMIT 100`, letterID).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("newsletter: clicks: %w", err)
	}
	return all, nil
}
