package engage

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/search"
)

// Box is a view of the inbox.
type Box string

// The boxes of the inbox.
const (
	BoxOpen     Box = "open" // everyone who waits
	BoxNew      Box = "new"  // nobody has taken it
	BoxMine     Box = "mine" // assigned to the actor and open
	BoxOverdue  Box = "overdue"
	BoxApproval Box = "approval" // an answer waits for a second person
	BoxAnswered Box = "answered"
	BoxClosed   Box = "closed"
)

// Boxes lists the boxes in the order in which they are shown.
var Boxes = []Box{BoxOpen, BoxNew, BoxMine, BoxOverdue, BoxApproval, BoxAnswered, BoxClosed}

// waiting reports whether the box holds questions that wait, shown by their
// due time; the others are shown newest first.
func (b Box) waiting() bool { return b != BoxAnswered && b != BoxClosed && b != BoxApproval }

// Filter narrows the inbox. An unknown box is BoxOpen. Mission narrows to one
// mission, "ministry" to the ministry's own. Query searches question and
// answer. Cursor is the Next of the page before.
type Filter struct {
	Box     Box
	Mission string
	Query   string
	Cursor  string
	Limit   int
}

// Page is a part of the inbox. Next is empty on the last page.
type Page struct {
	Items []Question
	Next  string
}

// List gives the questions that the actor may see.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 25
	}
	if !slices.Contains(Boxes, f.Box) {
		f.Box = BoxOpen
	}
	var items []Question
	sel := s.visible(ctx, s.DB.Reader().NewSelect().Model(&items))
	sel = s.inBox(ctx, sel, f.Box)
	switch f.Mission {
	case "":
	case "ministry":
		sel = sel.Where("q.mission_id = ''")
	default:
		sel = sel.Where("q.mission_id = ?", f.Mission)
	}
	if strings.TrimSpace(f.Query) != "" {
		cond, args := s.words.Match(s.DB.Reader(), "q.words_id", search.Parse(f.Query))
		sel = sel.Where(cond, args...)
	}
	sel, err := f.page(sel)
	if err != nil {
		return Page{}, err
	}
	if err := sel.Limit(int64(f.Limit) + 1).Scan(ctx); err != nil {
		return Page{}, fmt.Errorf("list questions: %w", err)
	}
	p := Page{Items: items}
	if len(items) > f.Limit {
		p.Items = items[:f.Limit]
		last := p.Items[f.Limit-1]
		key := last.WordsID
		if f.Box.waiting() {
			key = int64(last.DueAt)
		}
		p.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(key, 10) + "." + last.ID))
	}
	return p, nil
}

// page orders the list and begins it after the cursor.
func (f Filter) page(sel *bun.SelectQuery) (*bun.SelectQuery, error) {
	column, order, compare := "q.words_id", "DESC", "<"
	if f.Box.waiting() {
		column, order, compare = "q.due_at", "ASC", ">"
	}
	if f.Cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
		key, last, ok := strings.Cut(string(b), ".")
		n, errN := strconv.ParseInt(key, 10, 64)
		if err != nil || errN != nil || !ok {
			return nil, errs.New(errs.Invalid, "engage.error.cursor")
		}
		sel = sel.Where("("+column+", q.id) "+compare+" (?, ?)", n, last)
	}
	return sel.OrderExpr(column + " " + order + ", q.id " + order), nil
}

// visible narrows to the missions in which the actor may look.
func (s *Service) visible(ctx context.Context, sel *bun.SelectQuery) *bun.SelectQuery {
	return within(ctx, sel, View)
}

func within(ctx context.Context, sel *bun.SelectQuery, p perm.Permission) *bun.SelectQuery {
	ids, all := perm.From(ctx).Missions(p)
	switch {
	case all:
		return sel
	case len(ids) == 0:
		return sel.Where("1 = 0")
	}
	return sel.Where("q.mission_id IN (?)", bun.List(ids))
}

const pendingAnswer = "EXISTS (SELECT 1 FROM engage_answer AS p WHERE p.question_id = q.id AND p.state = 'pending')"

func (s *Service) inBox(ctx context.Context, sel *bun.SelectQuery, b Box) *bun.SelectQuery {
	open := bun.List([]State{Fresh, Assigned, AnswerPending})
	switch b {
	case BoxNew:
		return sel.Where("q.state = ?", Fresh)
	case BoxMine:
		return sel.Where("q.state IN (?)", open).Where("q.assignee_id = ?", perm.From(ctx).ID)
	case BoxOverdue:
		return sel.Where("q.state IN (?)", open).Where("q.due_at < ?", s.now())
	case BoxApproval:
		return sel.Where(pendingAnswer)
	case BoxAnswered:
		return sel.Where("q.state = ?", Answered)
	case BoxClosed:
		return sel.Where("q.state = ?", Closed)
	}
	return sel.Where("q.state IN (?)", open)
}

// Counts says how many questions the actor sees in each box of those who wait.
func (s *Service) Counts(ctx context.Context) (map[Box]int, error) {
	out := map[Box]int{}
	for _, b := range []Box{BoxOpen, BoxNew, BoxMine, BoxOverdue, BoxApproval} {
		n, err := s.inBox(ctx, s.visible(ctx, s.DB.Reader().NewSelect().Model((*Question)(nil))), b).Count(ctx)
		if err != nil {
			return nil, fmt.Errorf("count questions: %w", err)
		}
		out[b] = int(n)
	}
	return out, nil
}

// ToApprove counts the answers that wait for the actor as second person: those
// they may approve and did not write.
func (s *Service) ToApprove(ctx context.Context) (int, error) {
	list, err := s.toApprove(ctx)
	return len(list), err
}

func (s *Service) toApprove(ctx context.Context) ([]Question, error) {
	var found []Question
	sel := within(ctx, s.DB.Reader().NewSelect().Model(&found), Approve)
	if err := s.inBox(ctx, sel, BoxApproval).Order("q.due_at").Limit(100).Scan(ctx); err != nil {
		return nil, fmt.Errorf("answers to approve: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]string, len(found))
	for i, q := range found {
		ids[i] = q.ID
	}
	var pending []Reply
	if err := s.DB.Reader().NewSelect().Model(&pending).Where("a.question_id IN (?)", bun.List(ids)).Where("a.state = ?", Pending).Scan(ctx); err != nil {
		return nil, fmt.Errorf("answers to approve: %w", err)
	}
	me := perm.From(ctx).ID
	return slices.DeleteFunc(found, func(q Question) bool {
		return slices.ContainsFunc(pending, func(a Reply) bool { return a.QuestionID == q.ID && slices.Contains(a.Editors, me) })
	}), nil
}

// Today is what waits for the actor, the most urgent first: answers to
// approve, then questions that are theirs or nobody's, overdue or not.
func (s *Service) Today(ctx context.Context, limit int) ([]Question, error) {
	out, err := s.toApprove(ctx)
	if err != nil || len(out) >= limit {
		return out[:min(len(out), limit)], err
	}
	var rest []Question
	sel := unanswered(ctx, s.DB.Reader().NewSelect().Model(&rest))
	if err := sel.Order("q.due_at").Limit(int64(limit - len(out))).Scan(ctx); err != nil {
		return nil, fmt.Errorf("questions of today: %w", err)
	}
	return append(out, rest...), nil
}

// unanswered narrows to questions that the actor may answer and that are theirs
// or nobody's.
func unanswered(ctx context.Context, sel *bun.SelectQuery) *bun.SelectQuery {
	return within(ctx, sel, Answer).Where("q.state IN (?)", bun.List([]State{Fresh, Assigned})).Where("(q.assignee_id = ? OR q.assignee_id = '')", perm.From(ctx).ID)
}

// Waiting counts what Today lists.
func (s *Service) Waiting(ctx context.Context) (int, error) {
	approve, err := s.ToApprove(ctx)
	if err != nil {
		return 0, err
	}
	n, err := unanswered(ctx, s.DB.Reader().NewSelect().Model((*Question)(nil))).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count questions of today: %w", err)
	}
	return approve + int(n), nil
}

// File is all that officials see of a question.
type File struct {
	Question
	Replies []Reply // every revision, the first first
	Entries []Entry // the first first
	Notices []Notice
	// HasEmail says that an address is kept; it is never shown.
	HasEmail bool
}

// Draft is the revision being written or waiting for approval, nil when there
// is none.
func (f *File) Draft() *Reply {
	if n := len(f.Replies); n > 0 && f.Replies[n-1].State != Sent {
		return &f.Replies[n-1]
	}
	return nil
}

// Sent are the revisions that the asker has.
func (f *File) Sent() []Reply {
	return slices.DeleteFunc(slices.Clone(f.Replies), func(a Reply) bool { return a.State != Sent })
}

// Question gives the file of a question in a mission where the actor may look;
// any other is NotFound.
func (s *Service) Question(ctx context.Context, id string) (*File, error) {
	r := s.DB.Reader()
	q, err := s.loadQuestion(ctx, r, id)
	if err != nil {
		return nil, fmt.Errorf("question %s: %w", id, err)
	}
	if err := allowed(ctx, View, q); err != nil {
		return nil, err
	}
	f := &File{Question: *q, HasEmail: q.Email != ""}
	f.Email = ""
	if f.Replies, err = s.replies(ctx, r, id); err != nil {
		return nil, fmt.Errorf("question %s: %w", id, err)
	}
	if err := r.NewSelect().Model(&f.Entries).Where("e.question_id = ?", id).Order("e.at", "e.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("question %s: %w", id, err)
	}
	if err := r.NewSelect().Model(&f.Notices).Where("n.question_id = ?", id).Order("n.kind").Scan(ctx); err != nil {
		return nil, fmt.Errorf("question %s: %w", id, err)
	}
	return f, nil
}

// ByNumber finds the question of a number as people speak of it. It is nil
// when the text is no number of a question that the actor may see.
func (s *Service) ByNumber(ctx context.Context, number string) (*Question, error) {
	n, err := strconv.ParseInt(strings.TrimLeft(strings.TrimSpace(number), "#№"), 10, 64)
	if err != nil {
		return nil, nil
	}
	q := &Question{}
	err = s.visible(ctx, s.DB.Reader().NewSelect().Model(q)).Where("q.number = ?", n).Scan(ctx)
	if err = noRows(err); errs.KindOf(err) == errs.NotFound {
		return nil, nil
	}
	return q, err
}
