package engage

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Writing is what an officer writes: the answer in the asker's language, for a
// correction the note that readers see, and whether question and answer shall
// be public (which needs the asker's agreement too). Version is that of the
// draft the officer had before them, 0 for none.
type Writing struct {
	Body    string
	Note    string
	Publish bool
	Version int64
}

func (w *Writing) clean() {
	w.Body = strings.TrimSpace(text.Clean(w.Body))
	w.Note = strings.TrimSpace(text.Clean(w.Note))
}

func (w *Writing) check(correction bool) error {
	var bad []errs.Field
	if w.Body == "" {
		bad = append(bad, errs.Field{Name: "body", Key: "web.field.required"})
	}
	if correction && w.Note == "" {
		bad = append(bad, errs.Field{Name: "note", Key: "web.field.required"})
	}
	return errs.InvalidFields(append(bad, w.tooLong()...)...)
}

func (w *Writing) tooLong() (bad []errs.Field) {
	if n := utf8.RuneCountInString(w.Body); n > MaxBody {
		bad = append(bad, errs.Field{Name: "body", Key: "web.field.long", Args: []any{"max", MaxBody, "count", n - MaxBody}})
	}
	if n := utf8.RuneCountInString(w.Note); n > MaxNote {
		bad = append(bad, errs.Field{Name: "note", Key: "web.field.long", Args: []any{"max", MaxNote, "count", n - MaxNote}})
	}
	return bad
}

// SaveDraft keeps what was written without sending it. A draft that somebody
// else changed meanwhile is Conflict and stays as it is.
func (s *Service) SaveDraft(ctx context.Context, qid string, w Writing) error {
	w.clean()
	if err := errs.InvalidFields(w.tooLong()...); err != nil {
		return err
	}
	return s.do(ctx, &act{id: qid, need: Answer, name: "drafted"}, func(ctx context.Context, tx bun.Tx, q *Question) error {
		a, err := s.write(ctx, tx, q, w)
		if err != nil {
			return err
		}
		return s.saveReply(ctx, tx, a)
	})
}

// Submit finishes what was written: it is sent at once, or waits for a second
// person where the mission's route says so. sent tells which. The same text
// submitted twice is sent once.
func (s *Service) Submit(ctx context.Context, qid string, w Writing) (sent bool, err error) {
	w.clean()
	f, err := s.Question(ctx, qid)
	if err != nil {
		return false, err
	}
	if again, ok := f.replayed(w); ok {
		return again, nil
	}
	needs, err := s.needsApproval(ctx, f.MissionID)
	if err != nil {
		return false, err
	}
	a := &act{id: qid, need: Answer, name: "submitted"}
	if !needs {
		a.name = "answered"
	}
	err = s.do(ctx, a, func(ctx context.Context, tx bun.Tx, q *Question) error {
		if q.MissionID != f.MissionID {
			return errs.New(errs.Conflict, "")
		}
		r, err := s.write(ctx, tx, q, w)
		if err != nil {
			return err
		}
		if err := w.check(r.Revision > 1); err != nil {
			return err
		}
		me := perm.From(ctx).ID
		r.AuthorID, r.SubmittedAt, r.Hash = me, s.now(), r.Digest(q.Lang)
		r.ReturnedBy, r.ReturnReason = "", ""
		a.detail = map[string]any{"revision": r.Revision}
		if !needs {
			return s.send(ctx, tx, q, r, me)
		}
		r.State = Pending
		if q.State.Open() {
			q.State = AnswerPending
			if q.AssigneeID == "" {
				q.AssigneeID = me
			}
		}
		return s.saveReply(ctx, tx, r)
	})
	return err == nil && !needs, err
}

func (s *Service) needsApproval(ctx context.Context, missionID string) (bool, error) {
	if s.Approvals == nil {
		return false, nil
	}
	needs, err := s.Approvals.AnswerNeedsApproval(ctx, missionID)
	if err != nil {
		return false, fmt.Errorf("route of answers in mission %q: %w", missionID, err)
	}
	return needs, nil
}

// NeedsApproval tells the writer beforehand whether a second person will look
// at their answer.
func (s *Service) NeedsApproval(ctx context.Context, missionID string) (bool, error) {
	return s.needsApproval(ctx, missionID)
}

// replayed reports whether exactly this was submitted before, by a form sent
// twice, and whether it has been sent.
func (f *File) replayed(w Writing) (sent, ok bool) {
	if len(f.Replies) == 0 {
		return false, false
	}
	last := f.Replies[len(f.Replies)-1]
	if last.State == Drafted || last.Version <= w.Version {
		return false, false
	}
	return last.State == Sent, last.Body == w.Body && last.Note == w.Note && last.Publish == (w.Publish && f.AgreedPublic)
}

// write puts what was written into the open revision, or begins one: the first
// of an open question, a correction of an answered one.
func (s *Service) write(ctx context.Context, tx bun.Tx, q *Question, w Writing) (*Reply, error) {
	if q.State == Closed {
		return nil, ErrState
	}
	all, err := s.replies(ctx, tx, q.ID)
	if err != nil {
		return nil, err
	}
	var r *Reply
	if n := len(all); n > 0 && all[n-1].State != Sent {
		r = &all[n-1]
	}
	switch {
	case r == nil && w.Version != 0:
		return nil, ErrAnswered
	case r == nil:
		r = &Reply{ID: id.New(), QuestionID: q.ID, Revision: int64(len(all) + 1), State: Drafted}
	case r.State == Pending:
		return nil, ErrState
	case r.Version != w.Version:
		return nil, errs.New(errs.Conflict, "engage.error.draft_changed")
	}
	r.Body, r.Note, r.Publish = w.Body, w.Note, w.Publish && q.AgreedPublic
	if r.Revision == 1 {
		r.Note = ""
	}
	r.edited(perm.From(ctx).ID)
	if q.State == Fresh {
		q.State, q.AssigneeID = Assigned, perm.From(ctx).ID
	}
	return r, nil
}

// send lets a revision out: the only place where a question becomes answered.
func (s *Service) send(ctx context.Context, tx bun.Tx, q *Question, r *Reply, by string) error {
	now := s.now()
	r.State, r.SentBy, r.SentAt = Sent, by, now
	if err := s.saveReply(ctx, tx, r); err != nil {
		return err
	}
	if q.AnsweredAt.IsZero() {
		q.AnsweredAt = now
	}
	q.State, q.Public = Answered, r.Publish && q.AgreedPublic
	if q.AssigneeID == "" {
		q.AssigneeID = r.AuthorID
	}
	if err := s.index(ctx, tx, q, r); err != nil {
		return err
	}
	if q.Email != "" && r.Revision == 1 {
		if err := s.queueNotice(ctx, tx, q.ID, noticeAnswered); err != nil {
			return err
		}
	}
	return s.Bus.Emit(ctx, tx, AnswerSent{QuestionID: q.ID, Number: q.Number, MessageID: q.MessageID, MissionID: q.MissionID, Revision: r.Revision, Public: q.Public})
}

// Approve lets out an answer that waits, by someone who did not write it. seen
// is the hash of what they had before them. It is sent in the same
// transaction.
func (s *Service) Approve(ctx context.Context, qid, seen string) error {
	a := &act{id: qid, need: Approve, name: "approved"}
	return s.do(ctx, a, func(ctx context.Context, tx bun.Tx, q *Question) error {
		r, err := s.pending(ctx, tx, q)
		if err != nil {
			return err
		}
		actor := perm.From(ctx)
		under, _ := actor.Authority(Approve, q.Scope())
		if err := r.MayApprove(actor.ID, under.StandInFor, seen, q.Lang); err != nil {
			return err
		}
		r.ApprovedBy, r.ApprovedAt = actor.ID, s.now()
		a.subject, a.detail = r.AuthorID, map[string]any{"revision": r.Revision, "hash": r.Hash}
		return s.send(ctx, tx, q, r, actor.ID)
	})
}

// Return gives an answer that waits back to its author with a reason.
func (s *Service) Return(ctx context.Context, qid, reason string) error {
	if reason == "" {
		return errs.InvalidFields(errs.Field{Name: "reason", Key: "web.field.required"})
	}
	a := &act{id: qid, need: Approve, name: "returned", note: reason}
	return s.do(ctx, a, func(ctx context.Context, tx bun.Tx, q *Question) error {
		r, err := s.pending(ctx, tx, q)
		if err != nil {
			return err
		}
		r.State, r.Hash, r.ReturnedBy, r.ReturnReason = Drafted, "", perm.From(ctx).ID, reason
		a.subject = r.AuthorID
		return s.reopenDraft(ctx, tx, q, r)
	})
}

// Recall takes an answer back that waits for approval, to write on.
func (s *Service) Recall(ctx context.Context, qid string) error {
	return s.do(ctx, &act{id: qid, need: Answer, name: "recalled"}, func(ctx context.Context, tx bun.Tx, q *Question) error {
		r, err := s.pending(ctx, tx, q)
		if err != nil {
			return err
		}
		r.State, r.Hash = Drafted, ""
		return s.reopenDraft(ctx, tx, q, r)
	})
}

func (s *Service) reopenDraft(ctx context.Context, tx bun.Tx, q *Question, r *Reply) error {
	if q.State == AnswerPending {
		q.State = Assigned
	}
	return s.saveReply(ctx, tx, r)
}

func (s *Service) pending(ctx context.Context, tx bun.Tx, q *Question) (*Reply, error) {
	all, err := s.replies(ctx, tx, q.ID)
	if err != nil {
		return nil, err
	}
	if n := len(all); n > 0 && all[n-1].State == Pending {
		return &all[n-1], nil
	}
	return nil, ErrState
}
