package share

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/blob"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Stage is what a link leads to.
type Stage string

// The stages; see the package documentation.
const (
	Wait   Stage = "wait"
	Ask    Stage = "ask"
	Text   Stage = "text"
	Page   Stage = "public"
	closed Stage = ""
)

// Reading is what the holder of a link finds. Message has the languages of the share
// only; what surrounds its texts (approvals, authors, remarks) is for officials and
// not to be shown.
type Reading struct {
	Share   Share
	Message publish.Message
	Stage   Stage
	Embargo db.Time // zero: until the release
	Late    bool    // the embargo is past, and the message is not public yet
}

// Find tells what a link leads to and changes nothing. ErrLink for every link that
// is none or none any more.
func (s *Service) Find(ctx context.Context, token string) (Reading, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return Reading{}, ErrLink
	}
	var r Reading
	err := s.DB.Reader().NewSelect().Model(&r.Share).Where("sh.token_hash = ? AND sh.revoked_at = 0", hashed(token)).Scan(ctx)
	if db.IsNoRows(err) {
		return Reading{}, ErrLink
	}
	if err != nil {
		return Reading{}, fmt.Errorf("share of a link: %w", err)
	}
	m, err := s.Publish.Message(asHouse(ctx), r.Share.MessageID)
	if err != nil {
		return Reading{}, err
	}
	now := s.Clock.Now()
	r.Embargo = Embargo(m)
	r.Late = !r.Embargo.IsZero() && !db.At(now).Before(r.Embargo)
	r.Stage = s.stage(r.Share, m)
	r.Message = r.Share.shown(m)
	switch {
	case r.Stage == closed:
		return Reading{}, ErrLink
	case r.Stage != Page && len(r.Message.Variants) == 0:
		r.Stage = Wait
	}
	return r, nil
}

func (s *Service) stage(x Share, m publish.Message) Stage {
	switch state := x.State(m, s.Clock.Now()); {
	case state == Public:
		return Page
	case state == Over || state == Revoked:
		return closed
	case !Shareable(m) || !m.Bound():
		return Wait
	case state == Made || state == Anew:
		return Ask
	}
	return Text
}

// asHouse reads for somebody whose link was looked at.
func asHouse(ctx context.Context) context.Context {
	return perm.With(ctx, perm.SystemActor("publish.share"))
}

// Accept says that the reader accepts an embargo: the one that stood on their page,
// zero for none. When it is another one since, nothing happens: they are asked again.
func (s *Service) Accept(ctx context.Context, token string, embargo db.Time) error {
	r, err := s.Find(ctx, token)
	if err != nil {
		return err
	}
	if r.Stage != Ask || embargo != r.Embargo {
		return nil
	}
	return s.DB.Tx(asHouse(ctx), func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Share)(nil)).Set("accepted_at = ?, accepted_for = ?", db.At(s.Clock.Now()), embargo).
			Where("id = ? AND token_hash = ? AND revoked_at = 0", r.Share.ID, hashed(token)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("accept embargo of share %s: %w", r.Share.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return instead(err, ErrLink)
		}
		detail := map[string]any{"publish_reader": r.Share.Reader()}
		if !embargo.IsZero() {
			detail["until"] = embargo
		}
		return s.record(ctx, tx, r.Message, "publish.share_accept", detail)
	})
}

// Langs are the languages in which the holder of the link may read.
func (r Reading) Langs() []i18n.Lang {
	if have := r.Message.Langs(); len(have) > 0 {
		return have
	}
	return r.Share.Langs.List()
}

// Open is Find for somebody who is then shown the text in a language of the share: it
// counts the opening and notes whether they saw another text before. In another
// language nothing is counted.
func (s *Service) Open(ctx context.Context, token string, l i18n.Lang) (Reading, error) {
	r, err := s.Find(ctx, token)
	if err != nil || r.Stage != Text || !slices.Contains(r.Langs(), l) {
		return r, err
	}
	return r, s.count(ctx, &r.Share, r.Share.seen(r.Message))
}

// count counts an opening of what has a hash.
func (s *Service) count(ctx context.Context, x *Share, seen string) error {
	now := db.At(s.Clock.Now())
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := tx.NewRaw(`UPDATE publish_share SET openings = openings + 1, last_at = ?, first_at = CASE WHEN first_at = 0 THEN ? ELSE first_at END,
			changed_at = CASE WHEN seen <> '' AND seen <> ? THEN ? ELSE changed_at END, seen = ? WHERE id = ? AND revoked_at = 0 RETURNING *`,
			now, now, seen, now, seen, x.ID).Scan(ctx, x)
		if db.IsNoRows(err) {
			return ErrLink // revoked at this moment
		}
		if err != nil {
			return fmt.Errorf("count opening of share %s: %w", x.ID, err)
		}
		return s.Live.Notify(ctx, tx, publish.TopicMessage(x.MessageID))
	})
}

// File gives a picture or file of the text to the holder of a link who may see the
// text. The caller closes it.
func (s *Service) File(ctx context.Context, token, fileID, digest string) (publish.Attachment, *blob.Content, error) {
	r, err := s.Find(ctx, token)
	if err != nil {
		return publish.Attachment{}, nil, err
	}
	if r.Stage != Text {
		return publish.Attachment{}, nil, ErrLink
	}
	for _, a := range r.Message.Attachments {
		if a.ID == fileID {
			return s.Publish.File(asHouse(ctx), fileID, digest)
		}
	}
	return publish.Attachment{}, nil, errs.New(errs.NotFound, "")
}
