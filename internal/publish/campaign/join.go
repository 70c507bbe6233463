package campaign

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Member is the place of a message in a campaign.
type Member struct {
	bun.BaseModel `bun:"table:publish_campaign_message,alias:bm"`

	MessageID  string `bun:",pk"`
	CampaignID string
	AddedBy    string
	AddedAt    db.Time
}

// maxMembers bounds the messages of a campaign.
const maxMembers = 200

// Of gives the campaigns of messages, as far as the actor sees them, by the
// messages' ids.
func (s *Service) Of(ctx context.Context, messageIDs ...string) (map[string]Campaign, error) {
	out := map[string]Campaign{}
	if len(messageIDs) == 0 {
		return out, nil
	}
	var rows []Member
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("bm.message_id IN (?)", bun.List(messageIDs)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("campaigns of messages: %w", err)
	}
	if len(rows) == 0 {
		return out, nil
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.CampaignID)
	}
	var list []Campaign
	if err := inSight(s.DB.Reader().NewSelect().Model(&list), perm.From(ctx)).Where("c.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("campaigns of messages: %w", err)
	}
	if err := partners(ctx, s.DB.Reader(), list); err != nil {
		return nil, err
	}
	by := map[string]Campaign{}
	for _, c := range list {
		by[c.ID] = c
	}
	for _, r := range rows {
		if c, ok := by[r.CampaignID]; ok {
			out[r.MessageID] = c
		}
	}
	return out, nil
}

// Members gives the ids of the messages of a campaign that the actor sees, in
// the order in which they joined; those of messages that the actor may not
// view are among them.
func (s *Service) Members(ctx context.Context, campaignID string) ([]string, error) {
	if _, err := s.Campaign(ctx, campaignID); err != nil {
		return nil, err
	}
	var ids []string
	err := s.DB.Reader().NewSelect().Model((*Member)(nil)).Column("message_id").Where("bm.campaign_id = ?", campaignID).Order("bm.added_at", "bm.message_id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("messages of campaign: %w", err)
	}
	return ids, nil
}

// Messages gives the messages of a campaign that the actor may view, without
// long texts, and how many there are besides.
func (s *Service) Messages(ctx context.Context, campaignID string) (list []publish.Message, hidden int, err error) {
	ids, err := s.Members(ctx, campaignID)
	if err != nil || len(ids) == 0 {
		return nil, 0, err
	}
	list, err = s.Publish.Messages(ctx, publish.Filter{IDs: ids, Brief: true, Limit: maxMembers})
	return list, len(ids) - len(list), err
}

// Join puts a message into a campaign, out of the one it may be in; an empty
// campaign takes it out. Joining is no edit: approvals stay. The campaign that
// it joins must not be over. See the package for who may.
func (s *Service) Join(ctx context.Context, messageID, campaignID string) error {
	m, err := s.Publish.Message(ctx, messageID)
	if err != nil {
		return err
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var old Member
		err := tx.NewRaw(`DELETE FROM publish_campaign_message WHERE message_id = ? RETURNING *`, messageID).Scan(ctx, &old)
		if err != nil && !db.IsNoRows(err) {
			return fmt.Errorf("leave campaign: %w", err)
		}
		if old.CampaignID == campaignID {
			if err == nil { // nothing changes
				_, err = tx.NewInsert().Model(&old).Exec(ctx)
				return err
			}
			return nil
		}
		if old.CampaignID != "" {
			if err := s.member(ctx, tx, m, old.CampaignID, "publish.campaign.leave"); err != nil {
				return err
			}
		}
		if campaignID == "" {
			return nil
		}
		if err := s.member(ctx, tx, m, campaignID, "publish.campaign.join"); err != nil {
			return err
		}
		row := Member{MessageID: messageID, CampaignID: campaignID, AddedBy: perm.From(ctx).ID, AddedAt: db.At(s.Clock.Now())}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// member asks whether the actor may have a message join or leave a campaign,
// and records that it does.
func (s *Service) member(ctx context.Context, tx bun.Tx, m publish.Message, campaignID, act string) error {
	c, err := lock(ctx, tx, campaignID)
	if err != nil {
		return err
	}
	a := perm.From(ctx)
	if !c.run(a) && !a.MayIn(publish.MayDraft, m.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	if act == "publish.campaign.join" {
		if c.State.Over() {
			return ErrState
		}
		n, err := tx.NewSelect().Model((*Member)(nil)).Where("bm.campaign_id = ?", c.ID).Count(ctx)
		if err != nil || n >= maxMembers {
			return firstOf(err, errs.New(errs.Conflict, "publish.campaign.many", "max", maxMembers))
		}
	}
	titles := publish.Texts{}
	for _, v := range m.Variants {
		titles[v.Lang] = v.Title
	}
	return s.save(ctx, tx, &c, act, map[string]any{"title": titles})
}
