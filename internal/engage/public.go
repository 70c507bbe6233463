package engage

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// PublicFilter chooses among the public questions and answers. AllMissions
// true gives those of every mission and of the ministry, else Mission says
// whose (empty is the ministry's own). MessageID narrows to one statement. Lang
// is the language of the question, empty for any.
type PublicFilter struct {
	AllMissions bool
	Mission     string
	MessageID   string
	Lang        i18n.Lang
	Cursor      string
	Limit       int
}

// PublicPage is a part of the public questions and answers, the newest answer
// first. Langs says in which languages there are any under the same filter.
type PublicPage struct {
	Items []Pair
	Next  string
	Langs map[i18n.Lang]int
}

// Public gives answered questions whose askers agreed. Names of askers are
// removed; nobody's right is needed.
func (s *Service) Public(ctx context.Context, f PublicFilter) (PublicPage, error) {
	if f.Limit <= 0 || f.Limit > 50 {
		f.Limit = 20
	}
	page := PublicPage{Langs: map[i18n.Lang]int{}}
	var counts []struct {
		Lang i18n.Lang
		N    int
	}
	err := f.narrow(s.DB.Reader().NewSelect().Model((*Question)(nil))).ColumnExpr("q.lang, count(*) AS n").GroupExpr("q.lang").Scan(ctx, &counts)
	if err != nil {
		return page, fmt.Errorf("count public answers: %w", err)
	}
	for _, c := range counts {
		page.Langs[c.Lang] = c.N
	}
	var found []Question
	sel := f.narrow(s.DB.Reader().NewSelect().Model(&found))
	if f.Lang != "" {
		sel = sel.Where("q.lang = ?", f.Lang)
	}
	if f.Cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
		at, id, ok := strings.Cut(string(b), ".")
		n, errN := strconv.ParseInt(at, 10, 64)
		if err != nil || errN != nil || !ok {
			return page, errs.New(errs.NotFound, "")
		}
		sel = sel.Where("(q.answered_at, q.id) < (?, ?)", n, id)
	}
	if err := sel.Order("q.answered_at DESC", "q.id DESC").Limit(int64(f.Limit) + 1).Scan(ctx); err != nil {
		return page, fmt.Errorf("list public answers: %w", err)
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(last.AnsweredAt), 10) + "." + last.ID))
	}
	sent, err := s.repliesOf(ctx, found)
	if err != nil {
		return page, fmt.Errorf("list public answers: %w", err)
	}
	for _, q := range found {
		q.Name, q.Email = "", ""
		page.Items = append(page.Items, Pair{q, sent[q.ID]})
	}
	return page, nil
}

func (f PublicFilter) narrow(sel *bun.SelectQuery) *bun.SelectQuery {
	sel = sel.Where("q.public").Where("q.agreed_public").Where("q.state = ?", Answered)
	if !f.AllMissions {
		sel = sel.Where("q.mission_id = ?", f.Mission)
	}
	if f.MessageID != "" {
		sel = sel.Where("q.message_id = ?", f.MessageID)
	}
	return sel
}
