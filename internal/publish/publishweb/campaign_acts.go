package publishweb

import (
	"net/http"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
)

// campaignAct runs an act that a form of the campaign's page asks for. Where
// it is refused the page is shown again with what was typed.
func (c *console) campaignAct(w http.ResponseWriter, r *http.Request, view, said string, act func(in *web.Form, d *desk) error) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	back := campaignPath(r.PathValue("id")) + view
	err = act(in, d)
	if bad := in.Err(); bad != nil {
		err = bad
	}
	if err == nil {
		return done(w, r, nil, back, said)
	}
	f := d.typed(r)
	e, ok := errs.Find(err)
	if !ok || len(e.Fields) == 0 || !f.refused(r, err) {
		return done(w, r, err, back, said)
	}
	q := r.URL.Query()
	q.Set("view", map[string]string{"?view=money#paid": "money", "?view=money#lines": "money"}[view])
	r.URL.RawQuery = q.Encode()
	return c.showCampaign(w, r, f)
}

// moveCampaign starts, ends or stops: POST /console/campaigns/{id}/state.
func (c *console) moveCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "", "publish.done.saved", func(in *web.Form, _ *desk) error {
		return c.campaigns.Move(r.Context(), r.PathValue("id"), campaign.State(in.Choice("to", "running", "ended", "stopped")), in.Raw("reason"))
	})
}

// joinCampaign has a message join: POST /console/campaigns/{id}/messages.
func (c *console) joinCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#messages", "publish.campaign.joined", func(in *web.Form, _ *desk) error {
		message := in.ID("message")
		if in.Err() != nil {
			return in.Err()
		}
		return c.campaigns.Join(r.Context(), message, r.PathValue("id"))
	})
}

// leaveCampaign: POST /console/campaigns/{id}/messages/{message}/leave.
func (c *console) leaveCampaign(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#messages", "publish.campaign.left", func(*web.Form, *desk) error {
		if _, err := c.campaigns.Campaign(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
		of, err := c.campaigns.Of(r.Context(), r.PathValue("message"))
		if err != nil || of[r.PathValue("message")].ID != r.PathValue("id") {
			return err // it left already
		}
		return c.campaigns.Join(r.Context(), r.PathValue("message"), "")
	})
}

// chooseCampaign is the choice on the page of a message:
// POST /console/messages/{id}/campaign.
func (c *console) chooseCampaign(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	to := in.OptionalID("campaign")
	if err = in.Err(); err == nil {
		err = c.campaigns.Join(r.Context(), r.PathValue("id"), to)
	}
	said := "publish.campaign.joined"
	if to == "" {
		said = "publish.campaign.left"
	}
	return done(w, r, err, messagePath(r.PathValue("id"))+"#campaign", said)
}

// putLine: POST /console/campaigns/{id}/lines.
func (c *console) putLine(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "?view=money#lines", "publish.done.saved", func(in *web.Form, d *desk) error {
		x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		digits, _ := campaign.Exponent(x.Currency)
		l := campaign.Line{ID: in.ID("id"), CampaignID: x.ID, Title: in.Text("title", campaign.MaxName), Planned: d.readFixed(in, "planned", digits, false)}
		if in.Err() != nil {
			return in.Err()
		}
		return c.campaigns.PutLine(r.Context(), l)
	})
}

// dropLine: POST /console/campaigns/{id}/lines/{line}/drop.
func (c *console) dropLine(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "?view=money#lines", "publish.done.saved", func(*web.Form, *desk) error {
		return c.campaigns.DropLine(r.Context(), r.PathValue("id"), r.PathValue("line"))
	})
}

// pay enters something that was paid: POST /console/campaigns/{id}/spend.
func (c *console) pay(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "?view=money#paid", "publish.done.saved", func(in *web.Form, d *desk) error {
		x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		digits, _ := campaign.Exponent(x.Currency)
		s := campaign.Spend{ID: in.ID("id"), CampaignID: x.ID, LineID: in.ID("line"), Amount: d.readFixed(in, "amount", digits, false), Day: db.At(in.Date("day", utc)), Note: in.Text("note", campaign.MaxNote)}
		if in.Err() != nil {
			return in.Err()
		}
		return c.campaigns.Pay(r.Context(), s)
	})
}

// strikeSpend: POST /console/campaigns/{id}/spend/{spend}/strike.
func (c *console) strikeSpend(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "?view=money#paid", "publish.done.saved", func(*web.Form, *desk) error {
		return c.campaigns.StrikeSpend(r.Context(), r.PathValue("id"), r.PathValue("spend"))
	})
}

// measure enters a value: POST /console/campaigns/{id}/values.
func (c *console) measure(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#result", "publish.done.saved", func(in *web.Form, d *desk) error {
		v := campaign.Value{ID: in.ID("id"), CampaignID: r.PathValue("id"), Value: d.readFixed(in, "value", 2, false), Day: db.At(in.Date("measured", utc)), Note: in.Optional("source", campaign.MaxNote)}
		if v.Day.IsZero() && in.Err() == nil {
			in.Fail("measured", "web.field.required")
		}
		if in.Err() != nil {
			return in.Err()
		}
		return c.campaigns.Measure(r.Context(), v)
	})
}

// strikeValue: POST /console/campaigns/{id}/values/{value}/strike.
func (c *console) strikeValue(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#result", "publish.done.saved", func(*web.Form, *desk) error {
		return c.campaigns.StrikeValue(r.Context(), r.PathValue("id"), r.PathValue("value"))
	})
}

// putEvent adds or changes an event: POST /console/campaigns/{id}/events.
func (c *console) putEvent(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#events", "publish.done.saved", func(in *web.Form, d *desk) error {
		x, err := c.campaigns.Campaign(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		zone := c.org.Zone(r.Context(), x.MissionID)
		e := campaign.Event{ID: in.ID("id"), CampaignID: x.ID, Titles: publish.Texts{}, Place: in.Optional("place", campaign.MaxName), StartsAt: db.At(in.DateTime("at", zone)), EndsAt: db.At(in.DateTime("until", zone)), Attended: -1}
		for _, l := range i18n.Langs {
			e.Titles[l] = in.Optional("title-"+string(l), campaign.MaxName)
		}
		if in.Raw("attended") != "" {
			e.Attended = d.readFixed(in, "attended", 0, true)
		}
		if in.Err() != nil {
			return in.Err()
		}
		return c.campaigns.PutEvent(r.Context(), e)
	})
}

// dropEvent: POST /console/campaigns/{id}/events/{event}/drop.
func (c *console) dropEvent(w http.ResponseWriter, r *http.Request) error {
	return c.campaignAct(w, r, "#events", "publish.done.saved", func(*web.Form, *desk) error {
		return c.campaigns.DropEvent(r.Context(), r.PathValue("id"), r.PathValue("event"))
	})
}
