package newsletter

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Kept is a letter in the public archive, in one language.
type Kept struct {
	Slug    string
	Subject string
	Content string // clean HTML
	List    List
	SentAt  db.Time
}

// Archive lists what was sent to open lists, the newest first; those of a
// mission or, when it is empty, of the whole house. Anybody may read it.
func (s *Service) Archive(ctx context.Context, missionID string, lang i18n.Lang, limit int) ([]Kept, error) {
	var rows []struct {
		Slug, Subject, ListID string
		StartedAt             db.Time
	}
	where, args := "", []any{lang, Draft}
	if missionID != "" {
		where, args = " AND t.mission_id = ?", append(args, missionID)
	}
	err := s.DB.Reader().NewRaw(`SELECT t.slug, e.subject, t.list_id, t.started_at FROM publish_newsletter_letter t
		JOIN publish_newsletter_edition e ON e.letter_id = t.id AND e.lang = ? JOIN publish_newsletter_list l ON l.id = t.list_id
		WHERE t.state <> ? AND t.why <> 'withdrawn' AND (l.open OR l.closed_at > 0)`+where+` ORDER BY t.started_at DESC, t.id DESC LIMIT ?`, append(args, min(limit, 200))...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("newsletter: archive: %w", err)
	}
	lists := map[string]List{}
	out := make([]Kept, 0, len(rows))
	for _, r := range rows {
		l, known := lists[r.ListID]
		if !known {
			if l, err = s.list(ctx, s.DB.Reader(), r.ListID); err != nil {
				return nil, err
			}
			lists[r.ListID] = l
		}
		out = append(out, Kept{Slug: r.Slug, Subject: r.Subject, List: l, SentAt: r.StartedAt})
	}
	return out, nil
}

// InArchive gives one letter as it was sent. NotFound for a draft, and for one
// whose message was withdrawn: what was taken back is read on its own page, with
// the note.
func (s *Service) InArchive(ctx context.Context, slug string, lang i18n.Lang) (Kept, error) {
	var t Letter
	err := s.DB.Reader().NewSelect().Model(&t).Where("t.slug = ?", slug).Where("t.state <> ?", Draft).Scan(ctx)
	if err != nil {
		return Kept{}, notFound(err, "letter", slug)
	}
	if err := s.stillPublic(ctx, s.DB.Reader(), t.Messages); err != nil {
		return Kept{}, errs.Wrap(err, errs.NotFound, "")
	}
	all, err := s.stored(ctx, t.ID)
	if err != nil {
		return Kept{}, err
	}
	e := all[lang]
	if e == nil {
		return Kept{}, notFound(errs.New(errs.NotFound, ""), "edition", slug)
	}
	l, err := s.list(ctx, s.DB.Reader(), t.ListID)
	if err != nil {
		return Kept{}, err
	}
	content, err := s.straight(ctx, t.ID, lang, e.Content)
	return Kept{Slug: slug, Subject: e.Subject, Content: content, List: l, SentAt: t.StartedAt}, err
}

// straight puts addresses in the place of counted links: who reads the archive
// is not counted.
func (s *Service) straight(ctx context.Context, letterID string, lang i18n.Lang, content string) (string, error) {
	var links []struct {
		N   int
		URL string `bun:"url"`
	}
	if err := s.DB.Reader().NewRaw(`SELECT n, url FROM publish_newsletter_link WHERE letter_id = ? AND lang = ?`, letterID, lang).Scan(ctx, &links); err != nil {
		return "", fmt.Errorf("newsletter: links: %w", err)
	}
	for _, l := range links {
		content = strings.ReplaceAll(content, markLink+pad2(l.N)+"\x02", escapeHref(l.URL))
	}
	return content, nil
}

func pad2(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

var hrefEscape = strings.NewReplacer("&", "&amp;", `"`, "&#34;", "<", "&lt;", ">", "&gt;", "'", "&#39;")

func escapeHref(url string) string { return hrefEscape.Replace(url) }
