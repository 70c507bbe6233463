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
	var files []Attachment
	if err := q.NewSelect().Model(&files).Where("a.message_id IN (?)", bun.List(idsOf(list))).Order("a.position", "a.id").Scan(ctx); err != nil {
		return fmt.Errorf("publish: attachments: %w", err)
	}
	at := byID(list)
	for _, a := range files {
		m := at[a.MessageID]
		m.Attachments = append(m.Attachments, a)
	}
	return texts(ctx, q, list)
}

// outline is complete without attachments and without the long parts of texts.
func outline(ctx context.Context, q bun.IDB, list []Message) error {
	return texts(ctx, q, list, "message_id", "lang", "title", "hash", "source_hash", "version", "edited_by", "edited_at")
}

// texts reads the texts of messages, whose hands they went through, and the
// state of each text. With columns, only those of the texts are read.
func texts(ctx context.Context, q bun.IDB, list []Message, columns ...string) error {
	if len(list) == 0 {
		return nil
	}
	var variants []Variant
	if err := q.NewSelect().Model(&variants).Column(columns...).Where("v.message_id IN (?)", bun.List(idsOf(list))).Scan(ctx); err != nil {
		return fmt.Errorf("publish: texts: %w", err)
	}
	at := byID(list)
	for _, v := range variants {
		m := at[v.MessageID]
		m.Variants = append(m.Variants, v)
	}
	if err := hands(ctx, q, list); err != nil {
		return err
	}
	for i := range list {
		list[i].fill()
	}
	return nil
}

// hands reads whose hands messages went through: approvals and authors. It
// replaces what was read before.
func hands(ctx context.Context, q bun.IDB, list []Message) error {
	if len(list) == 0 {
		return nil
	}
	ids := idsOf(list)
	var approvals []Approval
	if err := q.NewSelect().Model(&approvals).Where("p.message_id IN (?)", bun.List(ids)).Order("p.at", "p.id").Scan(ctx); err != nil {
		return fmt.Errorf("publish: approvals: %w", err)
	}
	var wrote []struct{ MessageID, ActorID, OnBehalfOf string }
	if err := q.NewRaw(`SELECT DISTINCT message_id, actor_id, on_behalf_of FROM publish_version WHERE message_id IN (?)`, bun.List(ids)).Scan(ctx, &wrote); err != nil {
		return fmt.Errorf("publish: authors: %w", err)
	}
	at := byID(list)
	for _, m := range at {
		m.Approvals, m.Authors = nil, nil
	}
	for _, a := range approvals {
		m := at[a.MessageID]
		m.Approvals = append(m.Approvals, a)
	}
	for _, h := range wrote {
		m := at[h.MessageID]
		for _, person := range []string{h.ActorID, h.OnBehalfOf} {
			if person != "" && !slices.Contains(m.Authors, person) {
				m.Authors = append(m.Authors, person)
			}
		}
	}
	return nil
}

func idsOf(list []Message) []string {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// byID points into the list.
func byID(list []Message) map[string]*Message {
	at := make(map[string]*Message, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	return at
}

// save writes the message itself; texts and attachments are written by the
// acts that change them.
func save(ctx context.Context, tx bun.Tx, m *Message) error {
	if _, err := tx.NewUpdate().Model(m).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("publish: save message %s: %w", m.ID, err)
	}
	return nil
}
