package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"sifara/internal/app"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/campaign"
)

type publishCalendarCmd struct {
	output
	From    string `help:"First day, such as 2026-03-21, in the ministry's zone; today when left out." placeholder:"DAY"`
	To      string `help:"Last day; a month after the first when left out, at most 400 days." placeholder:"DAY"`
	Mission string `help:"Of one mission, by its slug." placeholder:"SLUG"`
}

// calendarReport is the calendar as JSON.
type calendarReport struct {
	From    string                `json:"from"`
	To      string                `json:"to"`
	Zone    string                `json:"zone"`
	Entries []agenda.CalendarLine `json:"entries"`
	DaysOff []dayOffLine          `json:"days_off"`
}

type dayOffLine struct {
	Name  string   `json:"name"`
	First string   `json:"first"`
	Last  string   `json:"last"`
	Where []string `json:"where,omitempty"`
	Not   []string `json:"not,omitempty"`
}

func (p *publishCalendarCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish calendar")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	zone := h.Org.Zone(ctx, "")
	from, until, err := agenda.Span(p.From, p.To, h.Clock.Now(), zone)
	if err != nil {
		return err
	}
	var f agenda.Filter
	if p.Mission != "" {
		m, err := h.Org.MissionBySlug(ctx, p.Mission)
		if err != nil {
			return err
		}
		f.MissionID = m.ID
	}
	told, err := h.Agenda.Between(ctx, from, until, f)
	if err != nil {
		return err
	}
	r := calendarReport{From: from.Format(time.DateOnly), To: until.AddDate(0, 0, -1).Format(time.DateOnly), Zone: zone.String(), Entries: []agenda.CalendarLine{}, DaysOff: []dayOffLine{}}
	for _, e := range told.Entries {
		r.Entries = append(r.Entries, e.Line())
	}
	for _, o := range told.Off {
		if !o.Told {
			r.DaysOff = append(r.DaysOff, dayOffLine{o.Holiday.Name(i18n.From(ctx).Lang()), o.First.Format(time.DateOnly), o.Last.Format(time.DateOnly), o.Where, o.Not})
		}
	}
	return p.print(r, r.write)
}

// write writes the calendar for people: a line for each entry and holiday.
func (r calendarReport) write(w io.Writer) {
	for _, e := range r.Entries {
		when := e.At.Format("2006-01-02 15:04")
		if e.AllDay {
			when = e.At.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", when, e.Kind, oneLine(e.Title), oneLine(e.Where))
	}
	for _, o := range r.DaysOff {
		fmt.Fprintf(w, "%s\tholiday\t%s\t\n", o.First, oneLine(o.Name))
	}
}

type publishCampaignsCmd struct {
	output
	State string `help:"Only those in a state." enum:"any,planned,running,ended,stopped" default:"any"`
}

// campaignLine is one campaign as JSON.
type campaignLine struct {
	ID       string        `json:"id"`
	Names    publish.Texts `json:"names"`
	State    string        `json:"state"`
	LedBy    string        `json:"led_by"`
	StartsOn string        `json:"starts_on"`
	EndsOn   string        `json:"ends_on"`
	Langs    []i18n.Lang   `json:"langs"`
	Messages int           `json:"messages"`
}

func (p *publishCampaignsCmd) Run(ctx context.Context, c *app.Config) error {
	ctx = asOperator(ctx, "publish campaigns")
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Close()
	names, err := h.Org.MissionNames(ctx)
	if err != nil {
		return err
	}
	if m, err := h.Org.Ministry(ctx); err == nil {
		names[""] = m.Name(i18n.From(ctx).Lang())
	}
	lines := []campaignLine{}
	f := campaign.Filter{Limit: 200}
	if p.State != "any" {
		f.State = campaign.State(p.State)
	}
	for {
		list, err := h.PublishCampaigns.List(ctx, f)
		if err != nil {
			return err
		}
		for _, x := range list {
			members, err := h.PublishCampaigns.Members(ctx, x.ID)
			if err != nil {
				return err
			}
			lines = append(lines, campaignLine{x.ID, x.Names, string(x.State), names[x.MissionID], x.StartsOn.Std().Format(time.DateOnly), x.EndsOn.Std().Format(time.DateOnly), x.Langs, len(members)})
		}
		if len(list) < f.Limit {
			break
		}
		last := list[len(list)-1]
		f.Before = publish.Place{At: last.UpdatedAt, ID: last.ID}
	}
	return p.print(lines, func(w io.Writer) {
		for _, l := range lines {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\n", oneLine(l.Names.In(i18n.From(ctx).Lang())), l.State, oneLine(l.LedBy), l.StartsOn, l.EndsOn, l.Messages)
		}
	})
}
