package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"sifara/internal/audit"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Beginning is what a new message begins with. ID is made by the form, so that
// a replayed form makes one message.
type Beginning struct {
	ID          string
	MissionID   string
	Kind        Kind
	Sensitivity Sensitivity
	SourceLang  i18n.Lang
	DecisionID  string
	WarningID   string
	TopicID     string
	Words       Words // of the source language; may be empty
}

// Words are the text of a message in one language.
type Words struct {
	Title   string
	Summary string
	Body    string // Markdown
}

// Create begins a message. Called again with the same ID by the same person it
// gives what was made.
func (s *Service) Create(ctx context.Context, b Beginning) (Message, error) {
	actor := perm.From(ctx)
	scope := perm.InMission(b.MissionID)
	if !actor.MayIn(MayDraft, scope) {
		return Message{}, fmt.Errorf("publish: create message: %w", errNotPermitted)
	}
	w, err := b.Words.clean()
	if err != nil {
		return Message{}, err
	}
	if err := b.check(); err != nil {
		return Message{}, err
	}
	var out Message
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := s.clock.Now()
		m := &Message{ID: b.ID, Slug: firstSlug(b.ID, now), MissionID: b.MissionID, Kind: b.Kind, Sensitivity: b.Sensitivity,
			SourceLang: b.SourceLang, DecisionID: b.DecisionID, WarningID: b.WarningID, TopicID: b.TopicID,
			State: StateDraft, CreatedBy: actor.ID, CreatedAt: db.At(now), UpdatedAt: db.At(now)}
		res, err := tx.NewInsert().Model(m).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return s.again(ctx, tx, b.ID, actor, &out)
		}
		a := &act{s: s, tx: tx, m: m, now: now, actor: actor, name: "publish.create", detail: map[string]any{}}
		if err := a.need(MayDraft, scope); err != nil {
			return err
		}
		m.SettingsVersion = 1
		if err := a.edited(ctx, "create", "", m.Settings()); err != nil {
			return err
		}
		if w != (Words{}) {
			if err := a.rewrite(ctx, m.SourceLang, w, ""); err != nil {
				return err
			}
		}
		if err := a.finish(ctx); err != nil {
			return err
		}
		out = *m
		return nil
	})
	if err != nil {
		return Message{}, fmt.Errorf("publish: create message %s: %w", b.ID, err)
	}
	return out, nil
}

// again answers a replayed creation.
func (s *Service) again(ctx context.Context, tx bun.Tx, messageID string, actor *perm.Actor, out *Message) error {
	m, err := load(ctx, tx, "id", messageID)
	if err != nil {
		return err
	}
	if m.CreatedBy != actor.ID {
		return errs.New(errs.Conflict, "")
	}
	*out = *m
	return nil
}

func (b Beginning) check() error {
	var bad []errs.Field
	choice := func(ok bool, field string) {
		if !ok {
			bad = append(bad, errs.Field{Name: field, Key: "web.field.choice"})
		}
	}
	choice(id.Valid(b.ID), "id")
	choice(slices.Contains(Kinds, b.Kind), "kind")
	choice(slices.Contains(Sensitivities, b.Sensitivity), "sensitivity")
	choice(slices.Contains(i18n.Langs, b.SourceLang), "source_lang")
	return errs.InvalidFields(bad...)
}

// clean makes the words safe to keep and holds the limits. No words at all are
// fine: they say that there is no text.
func (w Words) clean() (Words, error) {
	w.Title = text.Line(w.Title)
	w.Summary = strings.TrimSpace(text.Clean(w.Summary))
	w.Body = strings.TrimSpace(text.Clean(w.Body))
	if w == (Words{}) {
		return w, nil
	}
	var bad []errs.Field
	if w.Title == "" {
		bad = append(bad, errs.Field{Name: "title", Key: "web.field.required"})
	}
	if w.Body == "" {
		bad = append(bad, errs.Field{Name: "body", Key: "web.field.required"})
	}
	for _, f := range []struct {
		name, value string
		max         int
	}{{"title", w.Title, MaxTitle}, {"summary", w.Summary, MaxSummary}, {"body", w.Body, MaxBody}} {
		if n := utf8.RuneCountInString(f.value); n > f.max {
			bad = append(bad, errs.Field{Name: f.name, Key: "web.field.long", Args: []any{"max", f.max, "count", n - f.max}})
		}
	}
	return w, errs.InvalidFields(bad...)
}

// Edit is a new text in one language.
type Edit struct {
	Words
	// Version is the variant's version that the writer had before them; zero
	// when there was no text.
	Version int
	// SourceHash is the hash of the source that the writer had before them. It
	// is kept for a new translation, and for an old one when Matches says that
	// the translation has caught up.
	SourceHash string
	Matches    bool
}

// Write saves the text in one language. Without words it removes the text. A
// Version that is not the stored one is ErrEdited, unless the stored text is
// the same. An edit takes the message from its route and voids what was
// approved.
func (s *Service) Write(ctx context.Context, messageID string, l i18n.Lang, e Edit) (Message, error) {
	if !slices.Contains(i18n.Langs, l) {
		return Message{}, errs.InvalidFields(errs.Field{Name: "lang", Key: "web.field.choice"})
	}
	w, err := e.Words.clean()
	if err != nil {
		return Message{}, err
	}
	return s.do(ctx, messageID, "publish.edit", func(ctx context.Context, a *act) error {
		if err := a.mayEdit(); err != nil {
			return err
		}
		if err := dropTyped(ctx, a.tx, messageID, l, a.actor.ID); err != nil {
			return err
		}
		old, existed := a.m.Variant(l)
		same := Words{old.Title, old.Summary, old.Body} == w
		catches := e.Matches && existed && l != a.m.SourceLang && e.SourceHash != "" && old.SourceHash != e.SourceHash
		if same && !catches {
			a.idle = true
			return nil
		}
		if e.Version != old.Version && !same {
			return ErrEdited
		}
		source := old.SourceHash
		if !existed || catches {
			source = e.SourceHash
		}
		a.detail["language"] = audit.Word("publish.lang." + string(l))
		if w == (Words{}) {
			return a.removeWords(ctx, l)
		}
		return a.rewrite(ctx, l, w, source)
	})
}

// mayEdit asks whether the actor may change this message at all.
func (a *act) mayEdit() error {
	if err := a.need(MayDraft, a.m.Scope()); err != nil {
		return err
	}
	if !a.m.Editable() {
		return ErrState
	}
	return nil
}

// rewrite is the edit of a text.
func (a *act) rewrite(ctx context.Context, l i18n.Lang, w Words, source string) error {
	if err := a.putWords(ctx, l, w, source); err != nil {
		return err
	}
	v, _ := a.m.Variant(l)
	return a.edited(ctx, "edit", l, v)
}

// putWords writes the text of a language and brings it into the message. The
// version is that of the edit that is under way.
func (a *act) putWords(ctx context.Context, l i18n.Lang, w Words, source string) error {
	v := Variant{MessageID: a.m.ID, Lang: l, Title: w.Title, Summary: w.Summary, Body: w.Body, Folded: text.Fold(w.Title),
		Version: a.m.Version + 1, EditedBy: a.actor.ID, EditedAt: db.At(a.now)}
	v.Hash = variantHash(v)
	v.SourceHash = source
	if src, ok := a.m.Source(); l == a.m.SourceLang {
		v.SourceHash = v.Hash
	} else if source == "" && ok {
		v.SourceHash = src.Hash
	}
	_, err := a.tx.NewInsert().Model(&v).On("CONFLICT (message_id, lang) DO UPDATE").
		Set("title = EXCLUDED.title, body = EXCLUDED.body, summary = EXCLUDED.summary, hash = EXCLUDED.hash, source_hash = EXCLUDED.source_hash").
		Set("folded = EXCLUDED.folded, version = EXCLUDED.version, edited_by = EXCLUDED.edited_by, edited_at = EXCLUDED.edited_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	a.m.Variants = slices.DeleteFunc(a.m.Variants, func(x Variant) bool { return x.Lang == l })
	a.m.Variants = append(a.m.Variants, v)
	a.m.fill()
	return nil
}

func (a *act) removeWords(ctx context.Context, l i18n.Lang) error {
	if _, err := a.tx.NewDelete().Model((*Variant)(nil)).Where("message_id = ? AND lang = ?", a.m.ID, l).Exec(ctx); err != nil {
		return fmt.Errorf("remove text: %w", err)
	}
	a.m.Variants = slices.DeleteFunc(a.m.Variants, func(x Variant) bool { return x.Lang == l })
	return a.edited(ctx, "remove", l, Variant{MessageID: a.m.ID, Lang: l})
}

// edited closes every edit: the version grows, the content has a new hash,
// approvals are void, the message leaves its route, and what the edit made is
// kept with who made it.
func (a *act) edited(ctx context.Context, what string, l i18n.Lang, content any) error {
	m := a.m
	m.Version++
	m.Hash = m.ContentHash()
	if err := a.void(ctx, VoidEdited, everyApproval); err != nil {
		return err
	}
	a.offRoute(StateDraft)
	b, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode version: %w", err)
	}
	row := Version{MessageID: m.ID, Version: m.Version, Act: what, Lang: l, Hash: m.Hash, Content: string(b),
		ActorID: a.actor.ID, OnBehalfOf: a.grant.StandInFor, At: db.At(a.now)}
	if _, err := a.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("keep version: %w", err)
	}
	for _, person := range []string{row.ActorID, row.OnBehalfOf} {
		if person != "" && !m.writtenBy(person) {
			m.Authors = append(m.Authors, person)
		}
	}
	a.detail["version"] = m.Version
	return nil
}

// firstSlug is the address of a message before it has a title.
func firstSlug(messageID string, now time.Time) string {
	return now.Format(time.DateOnly) + "-" + shortID(messageID)
}

// shortID is the random end of an id.
func shortID(messageID string) string {
	return messageID[max(0, len(messageID)-6):]
}

// PublicSlug is the address under which the message is, or will be, public: that of
// its first submission, which keeps it.
func (m *Message) PublicSlug() string {
	if m.Round == 0 && !m.WasPublic() {
		return m.betterSlug()
	}
	return m.Slug
}

// betterSlug makes an address of words out of a title in Latin letters, if
// there is one; the end of the id keeps it unique.
func (m *Message) betterSlug() string {
	for _, l := range []i18n.Lang{i18n.English, i18n.Kurmanji} {
		v, ok := m.Variant(l)
		if !ok {
			continue
		}
		words := strings.FieldsFunc(text.Fold(v.Title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
		slug := ""
		for _, w := range words {
			if len(slug)+len(w) > 70 {
				break
			}
			slug += w + "-"
		}
		if len(slug) > 8 {
			return slug + shortID(m.ID)
		}
	}
	return m.Slug
}
