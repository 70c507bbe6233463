// Package campaign keeps the campaigns that the ministry and its missions run:
// an objective, the publics it is for, key messages in four languages, the
// time, the budget and what was spent of it, an expected result with an
// indicator that is measured, and the messages and events that serve it
// (R2.1). It has nothing to do with listen/campaign, which keeps files on
// hostile campaigns of others.
//
//	planned ─ start ▸ running ─ end ▸ ended
//	   └──────── stop ──┴──▸ stopped (with its reason)
//
// A campaign is led by a mission, or by the ministry itself; other missions
// may take part. Who holds publish.view in one of them sees the campaign; for
// others it does not exist. Who holds publish.campaign where it is led works
// on it. A message joins by whoever works on the campaign, or by whoever sees
// the campaign and may draft the message. Campaigns that are over keep what
// they had; only what was still to be paid and measured is entered then.
//
// Days are midnight UTC whatever the zone; amounts are in the smallest unit of
// the currency, figures of the indicator in hundredths: nothing is a floating
// number. Entries of money and of figures are struck out, never removed.
//
// Tables: publish_campaign, publish_campaign_mission, publish_campaign_message,
// publish_campaign_line, publish_campaign_spend, publish_campaign_value,
// publish_campaign_event. Live topic: publish.campaigns.
package campaign

import "sifara/internal/perm"

// Manage is the permission to plan and to run campaigns.
const Manage perm.Permission = "publish.campaign"

// Permissions declares it with the standard roles that hold it.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"unit_head", "head_of_mission", "drafter"}}}
}

// Live is the live topic of campaigns.
const Live = "publish.campaigns"
