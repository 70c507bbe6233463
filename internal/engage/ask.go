package engage

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/mail"
	"sifara/internal/search"
	"sifara/internal/text"
)

// AskInput is a filled form. Sum is what the person answered to the human
// question, negative when it could not be read. Trap is the field that people
// do not see.
type AskInput struct {
	Ticket string
	Sum    int
	Trap   string
	Lang   i18n.Lang
	Text   string
	Name   string
	Email  string
	Agreed bool
}

// Receipt is what the asker is given: the number to speak of and the secret of
// their own page.
type Receipt struct {
	Number int64
	Secret string
}

// Statement finds a statement under which may be asked.
func (s *Service) Statement(ctx context.Context, slug string) (Statement, error) {
	return s.Statements.ReleasedStatement(ctx, slug)
}

// NewForm gives an empty form below a statement.
func (s *Service) NewForm(st Statement) (Form, error) {
	m, err := uuid.Parse(st.ID)
	if err != nil {
		return Form{}, fmt.Errorf("form for statement %q: %w", st.ID, err)
	}
	return s.gate.issue(uuid.Nil, m, time.Time{}, s.Clock.Now()), nil
}

// AgainForm gives the form once more after an error: for the same question,
// with a new human question. A ticket that is not ours or too old gives a fresh
// one.
func (s *Service) AgainForm(st Statement, old string) (Form, error) {
	t, err := s.gate.open(old)
	if err != nil || t.message.String() != st.ID || s.Clock.Now().Sub(t.issued) > maxFormAge {
		return s.NewForm(st)
	}
	return s.gate.issue(t.question, t.message, t.issued, s.Clock.Now()), nil
}

// Ask takes a question. The same form sent twice is one question and gives the
// same receipt. Errors: Invalid with fields; TooMany when the statement has its
// fill for the hour.
func (s *Service) Ask(ctx context.Context, st Statement, in AskInput) (Receipt, error) {
	t, err := s.gate.open(in.Ticket)
	if err != nil {
		return Receipt{}, err
	}
	if t.message.String() != st.ID {
		return Receipt{}, errForm
	}
	if r, ok, err := s.receipt(ctx, t.question.String()); err != nil || ok {
		return r, err
	}
	if in.Trap != "" {
		return Receipt{}, errs.New(errs.Invalid, "engage.form.trap")
	}
	in.clean()
	bad := in.check(s.TakesEmail())
	if err := s.gate.check(t, s.Clock.Now(), in.Sum); err != nil {
		e, _ := errs.Find(err)
		if len(e.Fields) == 0 {
			return Receipt{}, err
		}
		bad = append(bad, e.Fields...)
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return Receipt{}, err
	}
	q, err := s.newQuestion(ctx, st, t.question.String(), in)
	if err != nil {
		return Receipt{}, err
	}
	return s.store(ctx, q)
}

func (in *AskInput) clean() {
	in.Text = strings.TrimSpace(text.Clean(in.Text))
	in.Name = text.Line(in.Name)
	in.Email = strings.TrimSpace(text.Line(in.Email))
}

func (in *AskInput) check(takesEmail bool) (bad []errs.Field) {
	if utf8.RuneCountInString(in.Text) < 5 {
		bad = append(bad, errs.Field{Name: "text", Key: "engage.form.text_short"})
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{{"text", in.Text, MaxText}, {"name", in.Name, MaxName}, {"email", in.Email, MaxEmail}} {
		if n := utf8.RuneCountInString(f.value); n > f.max {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.long", Args: []any{"max", f.max, "count", n - f.max}})
		}
	}
	if _, ok := i18n.Parse(string(in.Lang)); !ok {
		bad = append(bad, errs.Field{Name: "lang", Key: "web.field.choice"})
	}
	if in.Email != "" {
		if a, err := mail.ParseAddress(in.Email); err != nil || a.Name != "" || !takesEmail {
			bad = append(bad, errs.Field{Name: "email", Key: "engage.form.email_bad"})
		}
	}
	return bad
}

func (s *Service) newQuestion(ctx context.Context, st Statement, qid string, in AskInput) (*Question, error) {
	week, err := s.Org.Week(ctx, st.MissionID)
	if err != nil {
		return nil, fmt.Errorf("working week of %q: %w", st.MissionID, err)
	}
	now := s.Clock.Now()
	q := &Question{
		ID: qid, SecretHash: secretHash(s.secret(qid)), MessageID: st.ID, Slug: st.Slug, Titles: st.Titles, MissionID: st.MissionID,
		Lang: in.Lang, Text: in.Text, Name: in.Name, AgreedPublic: in.Agreed, State: Fresh,
		AskedAt: db.At(now), DueAt: db.At(week.Due(now, s.Options.TargetDays)), Version: 1,
	}
	if in.Email != "" {
		q.Email = s.Vault.Seal(emailPurpose(qid), []byte(in.Email))
	}
	return q, nil
}

// store saves a question, once. A second try takes another index id, should
// two questions of one millisecond have met.
func (s *Service) store(ctx context.Context, q *Question) (Receipt, error) {
	for try := 0; ; try++ {
		wid, err := search.IDFromUUID(id.New())
		if err != nil {
			return Receipt{}, err
		}
		q.WordsID = wid
		err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.insert(ctx, tx, q) })
		if err == nil {
			return Receipt{Number: q.Number, Secret: s.secret(q.ID)}, nil
		}
		if !db.IsUnique(err) || try == 2 {
			return Receipt{}, fmt.Errorf("take question %s: %w", q.ID, err)
		}
		if r, ok, err := s.receipt(ctx, q.ID); err != nil || ok {
			return r, err
		}
	}
}

func (s *Service) insert(ctx context.Context, tx bun.Tx, q *Question) error {
	n, err := tx.NewSelect().Model((*Question)(nil)).Where("q.message_id = ?", q.MessageID).Where("q.asked_at > ?", q.AskedAt.Add(-time.Hour)).Count(ctx)
	if err != nil {
		return err
	}
	if int(n) >= s.Options.HourlyBound {
		return errs.New(errs.TooMany, "engage.form.full")
	}
	if q.Number, err = s.nextNumber(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(q).Exec(ctx); err != nil {
		return err
	}
	if err := s.index(ctx, tx, q, nil); err != nil {
		return err
	}
	if q.Email != "" {
		if err := s.queueNotice(ctx, tx, q.ID, noticeTaken); err != nil {
			return err
		}
	}
	if err := s.enter(ctx, tx, q.ID, "asked", "", ""); err != nil {
		return err
	}
	if err := s.Bus.Emit(ctx, tx, Asked{QuestionID: q.ID, Number: q.Number, MessageID: q.MessageID, MissionID: q.MissionID}); err != nil {
		return err
	}
	if err := s.Live.Notify(ctx, tx, InboxTopic); err != nil {
		return err
	}
	return s.record(ctx, tx, "engage.asked", q, nil)
}

// receipt gives the receipt of a question that was taken before.
func (s *Service) receipt(ctx context.Context, qid string) (Receipt, bool, error) {
	q, err := s.loadQuestion(ctx, s.DB.Reader(), qid)
	if errs.KindOf(err) == errs.NotFound {
		return Receipt{}, false, nil
	}
	if err != nil {
		return Receipt{}, false, fmt.Errorf("look for question %s: %w", qid, err)
	}
	return Receipt{Number: q.Number, Secret: s.secret(qid)}, true, nil
}

// secret is the secret of a question's own page: 160 bits under the vault's
// root key, so nobody finds it in the database and a letter can still name it.
func (s *Service) secret(qid string) string {
	return strings.ToLower(base32.StdEncoding.EncodeToString(s.Vault.MAC("engage/follow", []byte(qid))[:20]))
}

func secretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func emailPurpose(qid string) string { return "engage_question/" + qid + "/email" }
