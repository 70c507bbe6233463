package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Box is a view of the list.
type Box string

// The boxes of the list. BoxMine are open files in which a party the actor
// speaks for has not been heard.
const (
	BoxOpen    Box = "open"
	BoxMine    Box = "mine"
	BoxOverdue Box = "overdue"
	BoxDecided Box = "decided"
	BoxClosed  Box = "closed"
)

// Boxes lists the boxes in the order in which they are shown.
var Boxes = []Box{BoxOpen, BoxMine, BoxOverdue, BoxDecided, BoxClosed}

// Filter narrows the list. An unknown box is BoxOpen. Cursor is the Next of the
// page before.
type Filter struct {
	Box    Box
	Query  string
	Cursor string
	Limit  int
}

// Page is a part of the list, the newest file first. Next is empty on the last.
type Page struct {
	Items []Decision
	Next  string
}

// List gives the files that the actor may see.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 25
	}
	if !slices.Contains(Boxes, f.Box) {
		f.Box = BoxOpen
	}
	u, err := s.unitsOf(ctx)
	if err != nil {
		return Page{}, err
	}
	var items []Decision
	sel := s.inBox(s.visible(ctx, s.DB.Reader().NewSelect().Model(&items), u), f.Box, u)
	for word := range strings.FieldsSeq(text.Fold(f.Query)) {
		sel = sel.Where("d.found_by LIKE ? ESCAPE '!'", "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word)+"%")
	}
	if f.Cursor != "" {
		sel = sel.Where("d.id < ?", f.Cursor)
	}
	if err := sel.Order("d.id DESC").Limit(int64(f.Limit) + 1).Scan(ctx); err != nil {
		return Page{}, fmt.Errorf("list decision files: %w", err)
	}
	p := Page{Items: items}
	if len(items) > f.Limit {
		p.Items, p.Next = items[:f.Limit], items[f.Limit-1].ID
	}
	return p, nil
}

func (s *Service) inBox(sel *bun.SelectQuery, b Box, u units) *bun.SelectQuery {
	switch b {
	case BoxMine:
		return sel.Where("d.state = ?", Opened).Where("EXISTS (SELECT 1 FROM planning_party AS p WHERE p.decision_id = d.id AND p.recorded_at = 0 AND "+ownParty+")", u.args()...)
	case BoxOverdue:
		now := s.now()
		return sel.Where("d.state = ?", Opened).
			Where("((d.due_at > 0 AND d.due_at < ?) OR EXISTS (SELECT 1 FROM planning_party AS p WHERE p.decision_id = d.id AND p.recorded_at = 0 AND p.due_at < ?))", now, now)
	case BoxDecided:
		return sel.Where("d.state = ?", Decided)
	case BoxClosed:
		return sel.Where("d.state = ?", Closed)
	}
	return sel.Where("d.state = ?", Opened)
}

// Counts says how many files the actor sees in each box of those not decided.
func (s *Service) Counts(ctx context.Context) (map[Box]int, error) {
	u, err := s.unitsOf(ctx)
	if err != nil {
		return nil, err
	}
	out := map[Box]int{}
	for _, b := range []Box{BoxOpen, BoxMine, BoxOverdue} {
		n, err := s.inBox(s.visible(ctx, s.DB.Reader().NewSelect().Model((*Decision)(nil)), u), b, u).Count(ctx)
		if err != nil {
			return nil, fmt.Errorf("count decision files: %w", err)
		}
		out[b] = int(n)
	}
	return out, nil
}

// Waiting is what waits for the actor: files in which they must be heard, then
// those that are overdue and theirs to decide.
func (s *Service) Waiting(ctx context.Context, limit int) ([]Decision, error) {
	mine, err := s.List(ctx, Filter{Box: BoxMine, Limit: limit})
	if err != nil {
		return nil, err
	}
	late, err := s.List(ctx, Filter{Box: BoxOverdue, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := mine.Items
	for _, d := range late.Items {
		seen := slices.ContainsFunc(out, func(x Decision) bool { return x.ID == d.ID })
		if !seen && perm.From(ctx).MayIn(Decide, d.Scope()) {
			out = append(out, d)
		}
	}
	return out[:min(len(out), limit)], nil
}

// File gives a file that the actor may see; any other is NotFound.
func (s *Service) File(ctx context.Context, id string) (*File, error) {
	f, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	u, err := s.unitsOf(ctx)
	if err != nil {
		return nil, err
	}
	if !sees(ctx, f, u) {
		return nil, errs.New(errs.NotFound, "")
	}
	return f, nil
}

// Decision gives the head of a file that the actor may see, for those who
// began something from it.
func (s *Service) Decision(ctx context.Context, id string) (Decision, error) {
	f, err := s.File(ctx, id)
	if err != nil {
		return Decision{}, err
	}
	return f.Decision, nil
}

// SpeaksFor gives the ids of the parties whose position the actor may record.
func (s *Service) SpeaksFor(ctx context.Context, f *File) (map[string]bool, error) {
	u, err := s.unitsOf(ctx)
	out := map[string]bool{}
	for i := range f.Parties {
		out[f.Parties[i].ID] = u.speaksFor(&f.Parties[i])
	}
	return out, err
}

// Followed is what was begun from a file, as far as anybody tells.
func (s *Service) Followed(ctx context.Context, id string) ([]Followed, error) {
	if s.Results == nil {
		return nil, nil
	}
	return s.Results.FromDecision(ctx, id)
}
