package publish

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
)

// lock loads a message for an act in tx. The update holds others off until the
// transaction ends, on both engines.
func lock(ctx context.Context, tx bun.Tx, id string) (*Message, error) {
	var m Message
	err := tx.NewRaw(`UPDATE publish_message SET touched = touched + 1 WHERE id = ? RETURNING *`, id).Scan(ctx, &m)
	if err != nil {
		return nil, notFound(err, "message", id)
	}
	one := []Message{m}
	if err := complete(ctx, tx, one); err != nil {
		return nil, err
	}
	return &one[0], nil
}

// load reads one message with its texts.
func load(ctx context.Context, q bun.IDB, column, value string) (*Message, error) {
	var m Message
	err := q.NewSelect().Model(&m).Where("? = ?", bun.Ident("m."+column), value).Scan(ctx)
	if err != nil {
		return nil, notFound(err, "message", value)
	}
	one := []Message{m}
	if err := complete(ctx, q, one); err != nil {
		return nil, err
	}
	return &one[0], nil
}

// notFound classifies the error of a query for one row.
func notFound(err error, what, id string) error {
	if db.IsNoRows(err) {
		return fmt.Errorf("publish: %s %s: %w", what, id, errs.Wrap(err, errs.NotFound, ""))
	}
	return fmt.Errorf("publish: %s %s: %w", what, id, err)
}

// complete reads the texts and attachments of messages and the state of each
// text.
func complete(ctx context.Context, q bun.IDB, list []Message) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var variants []Variant
	var files []Attachment
	var approvals []Approval
	if err := q.NewSelect().Model(&variants).Where("v.message_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return fmt.Errorf("publish: texts: %w", err)
	}
	if err := q.NewSelect().Model(&files).Where("a.message_id IN (?)", bun.List(ids)).Order("a.position", "a.id").Scan(ctx); err != nil {
		return fmt.Errorf("publish: attachments: %w", err)
	}
	if err := q.NewSelect().Model(&approvals).Where("p.message_id IN (?)", bun.List(ids)).Order("p.at", "p.id").Scan(ctx); err != nil {
		return fmt.Errorf("publish: approvals: %w", err)
	}
	var hands []struct{ MessageID, ActorID, OnBehalfOf string }
	if err := q.NewRaw(`SELECT DISTINCT message_id, actor_id, on_behalf_of FROM publish_version WHERE message_id IN (?)`, bun.List(ids)).Scan(ctx, &hands); err != nil {
		return fmt.Errorf("publish: authors: %w", err)
	}
	at := make(map[string]*Message, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for _, v := range variants {
		m := at[v.MessageID]
		m.Variants = append(m.Variants, v)
	}
	for _, a := range files {
		m := at[a.MessageID]
		m.Attachments = append(m.Attachments, a)
	}
	for _, a := range approvals {
		m := at[a.MessageID]
		m.Approvals = append(m.Approvals, a)
	}
	for _, h := range hands {
		m := at[h.MessageID]
		for _, person := range []string{h.ActorID, h.OnBehalfOf} {
			if person != "" && !slices.Contains(m.Authors, person) {
				m.Authors = append(m.Authors, person)
			}
		}
	}
	for i := range list {
		list[i].fill()
	}
	return nil
}

// save writes the message itself; texts and attachments are written by the
// acts that change them.
func save(ctx context.Context, tx bun.Tx, m *Message) error {
	if _, err := tx.NewUpdate().Model(m).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("publish: save message %s: %w", m.ID, err)
	}
	return nil
}
