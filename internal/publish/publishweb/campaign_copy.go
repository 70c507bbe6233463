package publishweb

import (
	"net/http"
	"net/url"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
)

// copying asks when the copy of a campaign begins:
// GET /console/campaigns/{id}/copy.
func (c *console) copying(w http.ResponseWriter, r *http.Request) error {
	x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	v := url.Values{"id": {id.New()}, "mission": {x.MissionID}}
	// The same days a year later, or as soon as may be.
	next := x.StartsOn.Std().AddDate(1, 0, 0)
	for next.Before(d.now) {
		next = next.AddDate(1, 0, 0)
	}
	d.putDay(v, "starts", db.At(next))
	return c.showCopy(w, r, x, d.fresh(v))
}

func (c *console) showCopy(w http.ResponseWriter, r *http.Request, x campaign.Campaign, f form) error {
	return web.Render(w, r, web.Page{Title: f.d.t("publish.campaign.copy"), Intro: f.d.t("publish.campaign.copy_intro"), Crumbs: f.d.campaignCrumbs(&x), Body: campaignCopyView(f, x), Status: f.status})
}

// copyCampaign: POST /console/campaigns/{id}/copy.
func (c *console) copyCampaign(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	newID, mission, starts := in.ID("id"), in.OptionalID("mission"), db.At(in.Date("starts", utc))
	if err = in.Err(); err == nil {
		err = c.campaigns.Copy(r.Context(), x.ID, newID, mission, starts)
	}
	if err == nil {
		return done(w, r, nil, campaignPath(newID), "publish.campaign.copied")
	}
	d, deskErr := c.desk(r)
	if deskErr != nil {
		return deskErr
	}
	f := d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showCopy(w, r, x, f)
}
