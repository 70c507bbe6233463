package engage

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/mail"
)

// The letters that an asker may get: their link when the question was taken,
// and word that an answer exists. Neither repeats what they wrote, so that the
// form cannot be used to send words to strangers.
const (
	noticeTaken    = "taken"
	noticeAnswered = "answered"
)

// The states of a letter. Dropped means the address was deleted before.
const (
	NoticeQueued  = "queued"
	NoticeSent    = "sent"
	NoticeFailed  = "failed"
	NoticeDropped = "dropped"
)

// noticeArgs name a letter.
type noticeArgs struct {
	QuestionID string `json:"question_id"`
	Notice     string `json:"notice"`
}

// Kind implements jobs.Args.
func (noticeArgs) Kind() string { return "engage.notice" }

// queueNotice has a letter sent, once per question and kind.
func (s *Service) queueNotice(ctx context.Context, tx bun.Tx, qid, kind string) error {
	if s.Mail == nil {
		return nil
	}
	n := &Notice{QuestionID: qid, Kind: kind, State: NoticeQueued, At: s.now()}
	res, err := tx.NewInsert().Model(n).On("CONFLICT (question_id, kind) DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if rows, err := res.RowsAffected(); err != nil || rows == 0 {
		return err
	}
	return s.Queue.Insert(ctx, tx, noticeArgs{QuestionID: qid, Notice: kind}, jobs.Attempts(12))
}

func (s *Service) runNotice(ctx context.Context, job jobs.Job[noticeArgs]) error {
	n := &Notice{}
	err := s.DB.Writer().NewSelect().Model(n).Where("n.question_id = ?", job.Args.QuestionID).Where("n.kind = ?", job.Args.Notice).Scan(ctx)
	if err != nil {
		return fmt.Errorf("letter: %w", noRows(err))
	}
	if n.State != NoticeQueued {
		return nil
	}
	q, err := s.loadQuestion(ctx, s.DB.Reader(), n.QuestionID)
	if err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	if q.Email == "" {
		return s.settle(ctx, n, NoticeDropped)
	}
	address, err := s.Vault.Unseal(emailPurpose(q.ID), q.Email)
	if err != nil {
		return jobs.Cancel(errors.Join(fmt.Errorf("letter for question %s: %w", q.ID, err), s.settle(ctx, n, NoticeFailed)))
	}
	err = s.Mail.Send(ctx, s.letter(q, n.Kind, string(address)))
	switch {
	case err == nil:
		return s.settle(ctx, n, NoticeSent)
	case errs.KindOf(err) == errs.Unavailable && !job.Last():
		return fmt.Errorf("letter for question %s: %w", q.ID, err)
	}
	s.Log.Warn("letter to an asker failed", "question", q.ID, "kind", n.Kind, "err", err)
	return s.settle(ctx, n, NoticeFailed)
}

// letter writes a letter in the asker's language.
func (s *Service) letter(q *Question, kind, address string) mail.Message {
	p := s.Words.Printer(q.Lang)
	link := fmt.Sprintf("%s/%s/questions/follow/%s", s.BaseURL, q.Lang, s.secret(q.ID))
	number := p.Digits(fmt.Sprint(q.Number))
	return mail.Message{
		ID: "engage-" + kind + "-" + q.ID, To: []mail.Address{{Email: address}}, Lang: q.Lang.Tag(),
		Subject: p.T("engage.letter."+kind+".subject", "number", number),
		Text: p.T("engage.letter."+kind+".text", "number", number, "title", q.Title(q.Lang)) + "\n\n" + link + "\n\n" +
			p.T("engage.letter.secret") + "\n" + p.T("engage.letter.why") + "\n",
	}
}

// settle notes what became of a letter. After word of the answer the address
// has served its purpose and is deleted.
func (s *Service) settle(ctx context.Context, n *Notice, state string) error {
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q, err := s.lockQuestion(ctx, tx, n.QuestionID)
		if err != nil {
			return err
		}
		n.State, n.At = state, s.now()
		if _, err := tx.NewUpdate().Model(n).WherePK().Exec(ctx); err != nil {
			return err
		}
		if n.Kind == noticeAnswered && state == NoticeSent {
			q.Email = ""
			if err := s.saveQuestion(ctx, tx, q); err != nil {
				return err
			}
		}
		if err := s.Live.Notify(ctx, tx, QuestionTopic(q.ID)); err != nil {
			return err
		}
		return s.record(ctx, tx, "engage.letter_"+state, q, map[string]any{"letter": audit.Word("engage.letter.kind." + n.Kind)})
	})
	if err != nil {
		return fmt.Errorf("letter for question %s: %w", n.QuestionID, err)
	}
	return nil
}
