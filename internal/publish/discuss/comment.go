package discuss

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Comment is what somebody says about a message. Lang and Quote are the place in
// the text that it is about; empty when it is about the whole.
type Comment struct {
	bun.BaseModel `bun:"table:publish_discuss_comment,alias:dc"`

	ID         string `bun:",pk"`
	MessageID  string
	Lang       i18n.Lang
	Quote      string
	Body       string
	AuthorID   string
	At         db.Time
	ResolvedAt db.Time
	ResolvedBy string

	Mentions []Mention `bun:"-"`
}

// Mention is somebody who is called by a comment.
type Mention struct {
	bun.BaseModel `bun:"table:publish_discuss_mention,alias:dm"`

	CommentID string `bun:",pk"`
	PersonID  string `bun:",pk"`
	DoneAt    db.Time
}

// Colleagues are those who can be called on a message: who may view it, but the
// actor.
func (s *Service) Colleagues(ctx context.Context, m publish.Message) ([]org.Person, error) {
	all, err := s.Org.Holders(ctx, publish.MayView, m.Scope())
	return slices.DeleteFunc(all, func(p org.Person) bool { return p.ID == perm.From(ctx).ID }), err
}

// Say adds a comment under the id it brings and calls the colleagues whom it names:
// those whose names follow an "@", in any language of the house, and those given
// beside. NotFound when the actor may not view the message. A call of somebody who
// may not view it is Invalid. Called again with the same id it changes nothing.
func (s *Service) Say(ctx context.Context, c Comment, call ...string) error {
	m, err := s.Publish.Message(ctx, c.MessageID)
	if err != nil {
		return err
	}
	if err := c.clean(); err != nil {
		return err
	}
	around, err := s.Colleagues(ctx, m)
	if err != nil {
		return err
	}
	people := named(c.Body, around)
	for _, p := range call {
		if !slices.ContainsFunc(around, func(o org.Person) bool { return o.ID == p }) {
			return errs.InvalidFields(errs.Field{Name: "call", Key: "web.field.choice"})
		}
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	c.AuthorID, c.At, c.ResolvedAt, c.ResolvedBy = perm.From(ctx).ID, db.At(s.Clock.Now()), 0, ""
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&c).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("comment on %s: %w", m.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, p := range people {
			if _, err := tx.NewInsert().Model(&Mention{CommentID: c.ID, PersonID: p}).Exec(ctx); err != nil {
				return fmt.Errorf("mention in %s: %w", c.ID, err)
			}
		}
		return s.told(ctx, tx, m, "publish.comment", people, nil)
	})
}

func (c *Comment) clean() error {
	c.Body, c.Quote = strings.TrimSpace(text.Clean(c.Body)), text.Line(c.Quote)
	if !slices.Contains(i18n.Langs, c.Lang) {
		c.Lang = ""
	}
	bad := long(nil, "body", c.Body, MaxBody)
	bad = long(bad, "quote", c.Quote, MaxQuote)
	if c.Body == "" {
		bad = append(bad, errs.Field{Name: "body", Key: "web.field.required"})
	}
	if !id.Valid(c.ID) {
		bad = append(bad, errs.Field{Name: "id", Key: "web.field.choice"})
	}
	return errs.InvalidFields(bad...)
}

func long(bad []errs.Field, name, value string, most int) []errs.Field {
	if n := utf8.RuneCountInString(value); n > most {
		bad = append(bad, errs.Field{Name: name, Key: "web.field.long", Args: []any{"max", most, "count", n - most}})
	}
	return bad
}

// named finds those of some people whose name follows an "@". Of two whose names
// begin alike it is the longer that is called.
func named(body string, people []org.Person) []string {
	body = text.Fold(body)
	var out []string
	for rest := body; ; {
		_, after, ok := strings.Cut(rest, "@")
		if !ok {
			return out
		}
		rest = after
		best, length := "", 0
		for _, p := range people {
			for _, name := range names(p) {
				if len(name) > length && strings.HasPrefix(after, name) && ends(after[len(name):]) {
					best, length = p.ID, len(name)
				}
			}
		}
		if best != "" && !slices.Contains(out, best) {
			out = append(out, best)
		}
	}
}

// names are the ways to write somebody's name, folded.
func names(p org.Person) []string {
	out := []string{text.Fold(p.Name)}
	for _, l := range i18n.Langs {
		out = append(out, text.Fold(p.Called(l)))
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// ends reports whether a name that is followed by rest is over.
func ends(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// Resolve closes a comment, and the calls in it. Whoever may view the message may.
func (s *Service) Resolve(ctx context.Context, messageID, commentID string) error {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return err
	}
	now, actor := db.At(s.Clock.Now()), perm.From(ctx).ID
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Comment)(nil)).Set("resolved_at = ?, resolved_by = ?", now, actor).
			Where("id = ? AND message_id = ? AND resolved_at = 0", commentID, m.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("resolve comment %s: %w", commentID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orOver(err)
		}
		if _, err := tx.NewUpdate().Model((*Mention)(nil)).Set("done_at = ?", now).Where("comment_id = ? AND done_at = 0", commentID).Exec(ctx); err != nil {
			return fmt.Errorf("resolve comment %s: %w", commentID, err)
		}
		return s.told(ctx, tx, m, "publish.comment_resolve", nil, nil)
	})
}

func orOver(err error) error {
	if err == nil {
		return ErrOver
	}
	return err
}

// Done says that the actor has seen to a call.
func (s *Service) Done(ctx context.Context, messageID, commentID string) error {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Mention)(nil)).Set("done_at = ?", db.At(s.Clock.Now())).
			Where("comment_id = ? AND person_id = ? AND done_at = 0", commentID, perm.From(ctx).ID).
			Where("comment_id IN (SELECT id FROM publish_discuss_comment WHERE message_id = ?)", m.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("settle mention in %s: %w", commentID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orOver(err)
		}
		return s.told(ctx, tx, m, "publish.comment_done", nil, nil)
	})
}

// Comments gives what was said about a message, the oldest first, to those who may
// view it.
func (s *Service) Comments(ctx context.Context, messageID string) ([]Comment, error) {
	if _, err := s.Publish.Message(ctx, messageID); err != nil {
		return nil, err
	}
	var out []Comment
	if err := s.DB.Reader().NewSelect().Model(&out).Where("dc.message_id = ?", messageID).Order("dc.at", "dc.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("comments on %s: %w", messageID, err)
	}
	var calls []Mention
	err := s.DB.Reader().NewSelect().Model(&calls).Where("dm.comment_id IN (SELECT id FROM publish_discuss_comment WHERE message_id = ?)", messageID).Order("dm.person_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("mentions on %s: %w", messageID, err)
	}
	for i := range out {
		for _, x := range calls {
			if x.CommentID == out[i].ID {
				out[i].Mentions = append(out[i].Mentions, x)
			}
		}
	}
	return out, nil
}

// Calls are the comments that call the actor and that they have not seen to, the
// newest first, on messages that they may still view.
func (s *Service) Calls(ctx context.Context) ([]Comment, error) {
	var all []Comment
	err := s.DB.Reader().NewSelect().Model(&all).
		Where("dc.id IN (SELECT comment_id FROM publish_discuss_mention WHERE person_id = ? AND done_at = 0)", perm.From(ctx).ID).Order("dc.at DESC").Limit(100).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("calls: %w", err)
	}
	var out []Comment
	for _, c := range all {
		if _, err := s.Publish.Message(ctx, c.MessageID); err == nil {
			out = append(out, c)
		} else if errs.KindOf(err) != errs.NotFound {
			return nil, err
		}
	}
	return out, nil
}
