package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// LinkKind says what a link of a letter is for.
type LinkKind string

// The kinds of link.
const (
	Invitation LinkKind = "invitation" // to make a passkey or a password, as a new official
	Reset      LinkKind = "reset"      // to choose a new password; the second factor stays
	// turnedDown is a letter without a link: to whoever asks for a reset but
	// has no second factor, which the letter alone must not be able to replace.
	turnedDown LinkKind = "turned_down"
)

// letter is the job that makes a link's secret and mails it. The secret is made
// in the job, so that it stands in no queue.
type letter struct {
	LinkID string `json:"link_id"`
}

// Kind implements jobs.Args.
func (letter) Kind() string { return "auth.letter" }

// resetAsked is the job that looks to whom an address belongs that asked for a
// reset.
type resetAsked struct {
	Email string `json:"email"`
}

// Kind implements jobs.Args.
func (resetAsked) Kind() string { return "auth.reset" }

// sweep is the job that forgets what has expired.
type sweep struct{}

// Kind implements jobs.Args.
func (sweep) Kind() string { return "auth.sweep" }

// Jobs registers the context's jobs.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, j jobs.Job[letter]) error { return s.sendLetter(ctx, j.Args.LinkID) })
	jobs.Handle(q, func(ctx context.Context, j jobs.Job[resetAsked]) error { return s.answerReset(ctx, j.Args.Email) })
	jobs.Handle(q, s.sendDigest)
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[sweep]) error { return s.Sweep(ctx) })
	q.Every(time.Hour, sweep{})
}

// Invite sends a person the letter with which their account begins. Earlier
// invitations end.
func (s *Service) Invite(ctx context.Context, personID string) error {
	p, err := s.governed(ctx, personID)
	if err != nil {
		return err
	}
	if !p.Active {
		return errs.New(errs.Conflict, "auth.invite.inactive")
	}
	if p.Email == "" {
		return errs.New(errs.Conflict, "auth.invite.no_email")
	}
	o, err := s.overview(ctx, p)
	if err != nil {
		return err
	}
	if o.Ready() {
		return errs.New(errs.Conflict, "auth.invite.ready")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.queueLink(ctx, tx, p.ID, Invitation); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.invite", p.ID, map[string]any{"name": p.Recorded()})
	})
}

// queueLink has a letter with a link sent; earlier links of the kind end.
func (s *Service) queueLink(ctx context.Context, tx bun.Tx, personID string, kind LinkKind) error {
	if _, err := s.ensure(ctx, tx, personID); err != nil {
		return err
	}
	now := s.Clock.Now()
	if _, err := tx.ExecContext(ctx, `UPDATE auth_link SET expires_at = ? WHERE person_id = ? AND kind = ? AND used_at = 0 AND expires_at > ?`, db.At(now), personID, kind, db.At(now)); err != nil {
		return fmt.Errorf("end links of %s: %w", personID, err)
	}
	life := invitationLife
	if kind != Invitation {
		life = resetLife
	}
	linkID := id.New()
	_, err := tx.ExecContext(ctx, `INSERT INTO auth_link (id, person_id, kind, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		linkID, personID, kind, perm.From(ctx).ID, db.At(now), db.At(now.Add(life)))
	if err != nil {
		return fmt.Errorf("make link for %s: %w", personID, err)
	}
	return s.Queue.Insert(ctx, tx, letter{LinkID: linkID})
}

// RequestReset has a reset letter sent to an address when an account belongs to
// it. Answer and work are the same in any case: a job looks whether there is
// one. Asking is limited, so that nobody's mailbox can be filled.
func (s *Service) RequestReset(ctx context.Context, v Visit, email string) error {
	if _, err := s.admit(ctx, v, "reset", email, false); err != nil {
		return err
	}
	if _, err := mail.ParseAddress(email); err != nil {
		return nil // nobody has such an address
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.Queue.Insert(ctx, tx, resetAsked{Email: email}, jobs.Unique())
	})
}

// answerReset queues the letter to whom an address belongs, if anybody.
func (s *Service) answerReset(ctx context.Context, email string) error {
	p, acc, err := s.byEmail(ctx, email)
	if err != nil || p.ID == "" || !p.Active || acc.DisabledAt != 0 {
		return err
	}
	kind := Reset
	if acc.TOTP == "" {
		kind = turnedDown
	}
	recent := 0
	since := db.At(s.Clock.Now().Add(-10 * time.Minute))
	if err := s.DB.Reader().NewRaw(`SELECT count(*) FROM auth_link WHERE person_id = ? AND kind <> ? AND created_at > ?`, p.ID, Invitation, since).Scan(ctx, &recent); err != nil {
		return fmt.Errorf("count resets: %w", err)
	}
	if recent > 0 {
		return nil
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.queueLink(ctx, tx, p.ID, kind); err != nil {
			return err
		}
		return s.record(ctx, tx, "auth.reset_ask", p.ID, map[string]any{"name": p.Recorded()})
	})
}

// link is a row of auth_link.
type link struct {
	ID, PersonID      string
	Kind              LinkKind
	CreatedAt         db.Time
	ExpiresAt, UsedAt db.Time
}

// sendLetter makes the secret and mails it. A second run makes a new secret:
// the letter of a run that died may or may not have left, and only the last one
// is valid.
func (s *Service) sendLetter(ctx context.Context, linkID string) error {
	var l link
	err := s.DB.Reader().NewRaw(`SELECT id, person_id, kind, created_at, expires_at, used_at FROM auth_link WHERE id = ?`, linkID).Scan(ctx, &l)
	if db.IsNoRows(err) || err == nil && (l.UsedAt != 0 || db.At(s.Clock.Now()) >= l.ExpiresAt) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("link %s: %w", linkID, err)
	}
	p, err := s.Org.Person(ctx, l.PersonID)
	if err != nil {
		return err
	}
	secret := newSecret()
	if _, err := s.DB.Writer().ExecContext(ctx, `UPDATE auth_link SET secret_hash = ? WHERE id = ?`, hashOf(secret), l.ID); err != nil {
		return fmt.Errorf("link %s: %w", linkID, err)
	}
	m, err := s.compose(ctx, p, l, secret)
	if err != nil {
		return err
	}
	if err := s.Mail.Send(ctx, m); err != nil {
		if errors.Is(err, mail.ErrMessage) || errors.Is(err, mail.ErrAddress) || errors.Is(err, mail.ErrRefused) {
			s.Log.Warn("letter given up", slog.String("link", l.ID), slog.String("person", p.ID), "err", err)
			return jobs.Cancel(err)
		}
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE auth_link SET sent_at = ? WHERE id = ?`, db.At(s.Clock.Now()), l.ID); err != nil {
			return fmt.Errorf("link %s: %w", linkID, err)
		}
		return s.record(ctx, tx, "auth.letter", p.ID, map[string]any{"auth_letter": audit.Word("auth.letter.kind." + string(l.Kind)), "name": p.Recorded()})
	})
}

// compose writes the letter in the person's language.
func (s *Service) compose(ctx context.Context, p org.Person, l link, secret string) (mail.Message, error) {
	lang, ministry, err := s.letterhead(ctx, p)
	if err != nil {
		return mail.Message{}, err
	}
	t := s.Catalogue.Printer(lang)
	where := s.o.BaseURL + "/console/" + string(l.Kind) + "/" + secret
	body := t.T("auth.letter.greeting", "name", p.Called(lang)) + "\n\n" + t.T("auth.letter."+string(l.Kind)+".text", "ministry", ministry)
	if l.Kind != turnedDown {
		body += "\n\n" + where + "\n\n" + t.T("auth.letter.until", "time", t.Duration(l.ExpiresAt.Sub(l.CreatedAt)))
	}
	body += "\n\n" + t.T("auth.letter."+string(l.Kind)+".else") + "\n\n" + ministry + "\n"
	return mail.Message{
		ID: "auth-" + l.ID + "-" + hashOf(secret)[:8], To: []mail.Address{{Name: p.Name, Email: p.Email}},
		Subject: t.T("auth.letter."+string(l.Kind)+".subject", "ministry", ministry), Text: body, Lang: lang.Tag(),
	}, nil
}

// letterhead gives the language of letters to a person and the ministry's name
// in it.
func (s *Service) letterhead(ctx context.Context, p org.Person) (i18n.Lang, string, error) {
	lang := p.Language
	if _, ok := i18n.Parse(string(lang)); !ok {
		lang = i18n.Arabic
	}
	house, err := s.Org.Ministry(ctx)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return lang, "", err
	}
	if ministry := house.Names.In(lang); ministry != "" {
		return lang, ministry, nil
	}
	return lang, s.Catalogue.Printer(lang).T("ui.name"), nil
}

// FollowLink gives whom a letter's secret belongs to, without using it up.
// ErrLink when it does not (any more).
func (s *Service) FollowLink(ctx context.Context, kind LinkKind, secret string) (org.Person, error) {
	l, err := s.openLink(ctx, s.DB.Reader(), kind, secret)
	if err != nil {
		return org.Person{}, err
	}
	p, err := s.person(ctx, l.PersonID)
	if errors.Is(err, ErrNoAccess) {
		return org.Person{}, ErrLink
	}
	return p, err
}

func (s *Service) openLink(ctx context.Context, q bun.IDB, kind LinkKind, secret string) (link, error) {
	var l link
	if len(secret) != 43 {
		return l, ErrLink
	}
	err := q.NewRaw(`SELECT id, person_id, kind, created_at, expires_at, used_at FROM auth_link WHERE secret_hash = ? AND kind = ? AND used_at = 0 AND expires_at > ?`,
		hashOf(secret), kind, db.At(s.Clock.Now())).Scan(ctx, &l)
	if db.IsNoRows(err) {
		return l, ErrLink
	}
	if err != nil {
		return l, fmt.Errorf("open link: %w", err)
	}
	return l, nil
}

// spend uses a link up.
func (s *Service) spend(ctx context.Context, tx bun.Tx, kind LinkKind, secret string) error {
	res, err := tx.ExecContext(ctx, `UPDATE auth_link SET used_at = ? WHERE secret_hash = ? AND kind = ? AND used_at = 0 AND expires_at > ?`,
		db.At(s.Clock.Now()), hashOf(secret), kind, db.At(s.Clock.Now()))
	if err != nil {
		return fmt.Errorf("spend link: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return ErrLink
	}
	return nil
}

// PasswordByLink sets a password by the secret of a letter and uses it up. The
// person is then half signed in: the second factor follows.
func (s *Service) PasswordByLink(ctx context.Context, kind LinkKind, secret, password string) (Half, error) {
	p, err := s.FollowLink(ctx, kind, secret)
	if err != nil {
		return Half{}, err
	}
	if err := CheckPassword(password, aboutPerson(p)...); err != nil {
		return Half{}, err
	}
	hash, err := s.hash.hash(ctx, password)
	if err != nil {
		return Half{}, err
	}
	half := Half{PersonID: p.ID}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ctx = as(ctx, p)
		if err := s.spend(ctx, tx, kind, secret); err != nil {
			return err
		}
		acc, err := s.ensure(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		half.Enrol = acc.TOTP == ""
		return s.putPassword(ctx, tx, p, hash, "")
	})
	return half, err
}

// PasskeyByLink stores the passkey that an invited person made, uses the
// invitation up and signs them in.
func (s *Service) PasskeyByLink(ctx context.Context, v Visit, secret string, kept Ceremony, answer []byte) (Admitted, error) {
	p, err := s.FollowLink(ctx, Invitation, secret)
	if err != nil {
		return Admitted{}, err
	}
	k, err := s.newPasskey(ctx, v, holder{person: p}, kept, answer)
	if err != nil {
		return Admitted{}, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.spend(ctx, tx, Invitation, secret); err != nil {
			return err
		}
		return s.addPasskey(as(ctx, p), tx, k)
	})
	if err != nil {
		return Admitted{}, err
	}
	return s.begin(ctx, v, p.ID, ByPasskey, attempt{})
}
