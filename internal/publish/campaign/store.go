package campaign

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/perm"
)

// partner is a mission that takes part.
type partner struct {
	bun.BaseModel `bun:"table:publish_campaign_mission,alias:pm"`

	CampaignID string `bun:",pk"`
	MissionID  string `bun:",pk"`
}

// load gives a campaign that the actor sees.
func load(ctx context.Context, q bun.IDB, id string) (Campaign, error) {
	var c Campaign
	err := q.NewSelect().Model(&c).Where("c.id = ?", id).Scan(ctx)
	return seenOnly(ctx, q, id, c, err)
}

// lock loads it for an act: the update holds others off until the transaction
// ends, on both engines.
func lock(ctx context.Context, tx bun.Tx, id string) (Campaign, error) {
	var c Campaign
	err := tx.NewRaw(`UPDATE publish_campaign SET version = version WHERE id = ? RETURNING *`, id).Scan(ctx, &c)
	return seenOnly(ctx, tx, id, c, err)
}

func seenOnly(ctx context.Context, q bun.IDB, id string, c Campaign, err error) (Campaign, error) {
	if db.IsNoRows(err) {
		return Campaign{}, notFound("campaign", id)
	}
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign %s: %w", id, err)
	}
	one := []Campaign{c}
	if err := partners(ctx, q, one); err != nil {
		return Campaign{}, err
	}
	if !one[0].seen(perm.From(ctx)) {
		return Campaign{}, notFound("campaign", id)
	}
	return one[0], nil
}

// partners reads which missions take part.
func partners(ctx context.Context, q bun.IDB, list []Campaign) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	var rows []partner
	if err := q.NewSelect().Model(&rows).Where("pm.campaign_id IN (?)", bun.List(ids)).Order("pm.mission_id").Scan(ctx); err != nil {
		return fmt.Errorf("missions of campaigns: %w", err)
	}
	for _, r := range rows {
		i := slices.IndexFunc(list, func(c Campaign) bool { return c.ID == r.CampaignID })
		list[i].Partners = append(list[i].Partners, r.MissionID)
	}
	return nil
}

func putPartners(ctx context.Context, tx bun.Tx, c Campaign) error {
	if _, err := tx.NewDelete().Model((*partner)(nil)).Where("campaign_id = ?", c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("missions of campaign: %w", err)
	}
	if len(c.Partners) == 0 {
		return nil
	}
	var rows []partner
	for _, m := range c.Partners {
		rows = append(rows, partner{CampaignID: c.ID, MissionID: m})
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("missions of campaign: %w", err)
	}
	return nil
}
