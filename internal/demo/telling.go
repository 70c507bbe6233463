package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
)

// stage is how far a message gets.
type stage int

const (
	written stage = iota
	submitted
	partlyReviewed
	reviewed
	cleared
	released
)

// telling is a message of the demonstration and its way along the route.
type telling struct {
	key         string // of its text
	mission     string // slug; empty when the ministry itself speaks
	by          string // the drafter
	kind        publish.Kind
	sensitivity publish.Sensitivity
	source      i18n.Lang
	langs       []i18n.Lang   // all that have a text when empty
	at          time.Time     // of the release, or when it would be
	span        time.Duration // from the first word to the release
	until       stage
	reviewed    []i18n.Lang // the languages that get a review when it is partly reviewed
	settings    func(*publish.Settings)
	origin      func(ctx context.Context) (decision, warning, topic string, err error)
	picture     func() ([]byte, error)
	alt         publish.Texts
	plates      []drawing                                                        // the pictures of a gallery
	then        func(ctx context.Context, at time.Time, m publish.Message) error // instead of the release
	thenBy      string                                                           // who does it; the releaser when empty
}

// tell plans the way of a message. The steps share the span: half of it goes
// into writing, the rest into approvals.
func (b *builder) tell(t telling) error {
	words, err := texts(t.key)
	if err != nil {
		return err
	}
	if t.source == "" {
		t.source = i18n.Arabic
	}
	if t.span == 0 {
		t.span = 26 * time.Hour
	}
	if t.sensitivity == "" {
		t.sensitivity = publish.Routine
	}
	if t.kind == "" {
		t.kind = publish.News
	}
	if len(t.langs) == 0 {
		for _, l := range i18n.Langs {
			if _, ok := words[l]; ok {
				t.langs = append(t.langs, l)
			}
		}
	}
	at := func(share float64) time.Time { return t.at.Add(-time.Duration(float64(t.span) * (1 - share))) }
	b.by(at(0), t.by, "begin "+t.key, func(ctx context.Context) error { return b.begin(ctx, t, words) })
	for i, l := range t.langs {
		if l != t.source {
			b.by(at(0.1+0.08*float64(i)), t.by, "write "+t.key, func(ctx context.Context) error { return b.write(ctx, t, l, words[l]) })
		}
	}
	if t.picture != nil {
		b.by(at(0.44), t.by, "attach to "+t.key, func(ctx context.Context) error { return b.attach(ctx, t, t.key) })
	}
	for i, d := range t.plates {
		b.by(at(0.45+0.01*float64(i)), t.by, "attach to "+t.key, func(ctx context.Context) error {
			one := t
			one.picture, one.alt = d.make, d.alt
			return b.attach(ctx, one, d.name)
		})
	}
	if t.until >= submitted {
		b.by(at(0.5), t.by, "submit "+t.key, func(ctx context.Context) error {
			m, err := b.message(ctx, t.key)
			if err == nil {
				_, err = b.house.Publish.Submit(ctx, m.ID, m.Hash)
			}
			return err
		})
	}
	b.review(t, at)
	b.clear(t, at)
	return nil
}

// review plans what the language editors do.
func (b *builder) review(t telling, at func(float64) time.Time) {
	if t.until < partlyReviewed {
		return
	}
	for i, e := range []struct {
		key   string
		langs []i18n.Lang
	}{{"editor-ar", []i18n.Lang{i18n.Arabic}}, {"editor-ku", []i18n.Lang{i18n.Sorani, i18n.Kurmanji}}, {"editor-en", []i18n.Lang{i18n.English}}} {
		langs := slices.DeleteFunc(e.langs, func(l i18n.Lang) bool {
			return !slices.Contains(t.langs, l) || t.until == partlyReviewed && !slices.Contains(t.reviewed, l)
		})
		if len(langs) > 0 {
			b.by(at(0.6+0.06*float64(i)), e.key, "review "+t.key, func(ctx context.Context) error { return b.approve(ctx, t.key, langs) })
		}
	}
}

// clear plans the clearance and the release.
func (b *builder) clear(t telling, at func(float64) time.Time) {
	clearer, releaser := "consul-"+t.mission, "spokesperson"
	if t.mission == "" {
		clearer, releaser = "spokesperson", "unit-head"
	}
	if t.until >= cleared {
		b.by(at(0.85), clearer, "clear "+t.key, func(ctx context.Context) error { return b.approve(ctx, t.key, nil) })
	}
	if t.thenBy != "" {
		releaser = t.thenBy
	}
	if t.until < released && t.then == nil {
		return
	}
	b.by(t.at, releaser, "release "+t.key, func(ctx context.Context) error {
		m, err := b.message(ctx, t.key)
		if err != nil {
			return err
		}
		if t.then != nil {
			return t.then(ctx, t.at, m)
		}
		_, err = b.house.Publish.Release(ctx, m.ID, m.Hash)
		return err
	})
}

// message is a message by the key of its text.
func (b *builder) message(ctx context.Context, key string) (publish.Message, error) {
	return b.house.Publish.Message(ctx, b.messages[key])
}

func (b *builder) begin(ctx context.Context, t telling, words map[i18n.Lang]publish.Words) error {
	p := b.house.Words.Printer(t.source)
	n := publish.Beginning{ID: id.New(), MissionID: b.missions[t.mission], Kind: t.kind, Sensitivity: t.sensitivity, SourceLang: t.source, Words: dated(words[t.source], p, t.at)}
	if t.origin != nil {
		var err error
		if n.DecisionID, n.WarningID, n.TopicID, err = t.origin(ctx); err != nil {
			return err
		}
	}
	m, err := b.house.Publish.Create(ctx, n)
	if err != nil {
		return err
	}
	b.messages[t.key] = m.ID
	if t.settings == nil {
		return nil
	}
	s := m.Settings()
	t.settings(&s)
	_, err = b.house.Publish.Arrange(ctx, m.ID, m.SettingsVersion, s)
	return err
}

// write translates a message into a language.
func (b *builder) write(ctx context.Context, t telling, l i18n.Lang, w publish.Words) error {
	m, err := b.message(ctx, t.key)
	if err != nil {
		return err
	}
	source, _ := m.Source()
	_, err = b.house.Publish.Write(ctx, m.ID, l, publish.Edit{Words: dated(w, b.house.Words.Printer(l), t.at), SourceHash: source.Hash})
	return err
}

func (b *builder) attach(ctx context.Context, t telling, name string) error {
	data, err := t.picture()
	if err != nil {
		return err
	}
	_, err = b.house.Publish.Attach(ctx, b.messages[t.key], publish.Upload{ID: id.New(), Name: name + ".png", Data: bytes.NewReader(data), FileText: publish.FileText{Alt: t.alt, Caption: t.alt, Author: "Digital Diplomacy Unit", Licence: publish.OwnWork}})
	return err
}

// approve takes the step of a message that waits.
func (b *builder) approve(ctx context.Context, key string, langs []i18n.Lang) error {
	m, err := b.message(ctx, key)
	if err != nil {
		return err
	}
	_, err = b.house.Publish.Approve(ctx, m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash, Langs: langs})
	return err
}

// scheduled plans a release instead of releasing.
func (b *builder) scheduled(release time.Time) func(context.Context, time.Time, publish.Message) error {
	return func(ctx context.Context, _ time.Time, m publish.Message) error {
		_, err := b.house.Publish.Schedule(ctx, m.ID, m.Hash, release)
		return err
	}
}

// rejected sends a message back instead of taking its step.
func (b *builder) rejected(reason string) func(context.Context, time.Time, publish.Message) error {
	return func(ctx context.Context, _ time.Time, m publish.Message) error {
		if m.State != publish.StateInReview {
			return fmt.Errorf("%s waits for nobody", m.ID)
		}
		_, err := b.house.Publish.Reject(ctx, m.ID, publish.Judgement{Step: m.Step, Hash: m.Hash, Reason: reason})
		return err
	}
}

// notAfter is a setting: not public after a time; embargo, not before one.
func notAfter(t time.Time) func(*publish.Settings) {
	return func(s *publish.Settings) { s.NotAfter = db.At(t) }
}

func embargo(t time.Time) func(*publish.Settings) {
	return func(s *publish.Settings) { s.EmbargoUntil = db.At(t) }
}
