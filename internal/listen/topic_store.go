package listen

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

// Topics lists the topics that are not archived, those of the actor's desks
// and those of the whole house, by their making.
func (s *Service) Topics(ctx context.Context) ([]Topic, error) {
	list, err := topics(ctx, s.db.Reader())
	if err != nil {
		return nil, err
	}
	actor := perm.From(ctx)
	return slices.DeleteFunc(list, func(t Topic) bool { return !sees(actor, t.Scope()) }), nil
}

// sees reports whether an actor who may listen sees an object of a desk: that
// of their own desk or of one below, and what belongs to the whole ministry.
func sees(a *perm.Actor, o perm.Scope) bool {
	return a.MayIn(View, o) || o.Level == perm.Ministry && a.May(View)
}

func topics(ctx context.Context, q bun.IDB) ([]Topic, error) {
	list := []Topic{}
	if err := q.NewSelect().Model(&list).Where("archived = ?", false).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	return list, nil
}

// Topic gives a topic, archived ones too; errs.NotFound when there is none that
// the actor sees.
func (s *Service) Topic(ctx context.Context, id string) (Topic, error) {
	t, err := topicByID(ctx, s.db.Reader(), id)
	if err == nil && !sees(perm.From(ctx), t.Scope()) {
		return Topic{}, notFound("topic", id)
	}
	return t, err
}

func topicByID(ctx context.Context, q bun.IDB, id string) (Topic, error) {
	var t Topic
	err := q.NewSelect().Model(&t).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return t, notFound("topic", id)
	}
	if err != nil {
		return t, fmt.Errorf("read topic: %w", err)
	}
	return t, nil
}

// AddTopic makes a topic under the id it brings, and has the past counted for
// it. A topic that is there already under this id is left as it is.
func (s *Service) AddTopic(ctx context.Context, t Topic) error {
	if err := allowed(ctx, ManageTopics, t.Scope()); err != nil {
		return err
	}
	if err := s.refuse(ctx, "terms", t.said()...); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	now := db.At(s.clock.Now())
	t.Version, t.TermsVersion, t.CountedVersion, t.Archived, t.CreatedAt, t.UpdatedAt = 1, 1, 0, false, now, now
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := tx.NewRaw(`SELECT coalesce(max(number), 0) + 1 FROM listen_topic`).Scan(ctx, &t.Number); err != nil {
			return fmt.Errorf("number topic: %w", err)
		}
		res, err := tx.NewInsert().Model(&t).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert topic: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if err := s.recountSoon(ctx, tx, t); err != nil {
			return err
		}
		return s.record(ctx, tx, ManageTopics, t.Scope(), "listen.topic.add", "topic", t.ID, map[string]any{"topic": names(t)})
	})
}

// SaveTopic changes a topic. Version must be the one that was read; otherwise
// errs.Conflict. New terms are counted over the past by a job.
func (s *Service) SaveTopic(ctx context.Context, t Topic) error {
	if err := allowed(ctx, ManageTopics, t.Scope()); err != nil {
		return err
	}
	if err := s.refuse(ctx, "terms", t.said()...); err != nil {
		return err
	}
	if err := t.check(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		old, err := topicByID(ctx, tx, t.ID)
		if err != nil || !sees(perm.From(ctx), old.Scope()) {
			return notFound("topic", t.ID)
		}
		if err := allowed(ctx, ManageTopics, old.Scope()); err != nil {
			return err
		}
		if old.Version != t.Version {
			return errs.New(errs.Conflict, "")
		}
		t.Version++
		t.CreatedAt, t.UpdatedAt = old.CreatedAt, db.At(s.clock.Now())
		t.TermsVersion, t.CountedVersion, t.Number, t.Kind = old.TermsVersion, old.CountedVersion, old.Number, old.Kind
		changed := !slices.Equal(old.AllTerms(), t.AllTerms()) || !reflect.DeepEqual(old.Wordings, t.Wordings) || old.Archived && !t.Archived
		if changed {
			t.TermsVersion = t.Version
		}
		res, err := tx.NewUpdate().Model(&t).WherePK().Where("version = ?", old.Version).Exec(ctx)
		if err != nil {
			return fmt.Errorf("save topic: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.New(errs.Conflict, "")
		}
		if changed && !t.Archived {
			if err := s.recountSoon(ctx, tx, t); err != nil {
				return err
			}
		}
		act := "listen.topic.change"
		if t.Archived && !old.Archived {
			act = "listen.topic.archive"
		}
		return s.record(ctx, tx, ManageTopics, t.Scope(), act, "topic", t.ID, map[string]any{"topic": names(t)})
	})
}

// names are the topic's names as a detail of the audit log.
func names(t Topic) map[string]string {
	m := map[string]string{}
	for l, n := range t.Names {
		m[string(l)] = n
	}
	return m
}
