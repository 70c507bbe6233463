package publishweb

import (
	"net/http"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/calendar"
	"sifara/internal/publish/campaign"
	"sifara/internal/web"
)

// The times that a calendar program is told of.
const (
	feedBack  = 60  // days
	feedAhead = 400 // days
)

// feedPath is where calendar programs read: /calendar/SECRET.ics.
const feedPath = "/calendar/"

func (c *console) feedRoutes() []web.Route {
	return []web.Route{
		web.Post(calendarPath+"/feed", publish.MayView, c.renewFeed),
		web.Post(calendarPath+"/feed/revoke", publish.MayView, c.revokeFeed),
		web.PublicGet(feedPath+"{file}", c.feed),
	}
}

// renewFeed makes the reader's address and shows it once:
// POST /console/calendar/feed.
func (c *console) renewFeed(w http.ResponseWriter, r *http.Request) error {
	secret, err := c.feeds.Renew(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return c.showCalendar(w, r, c.baseURL+feedPath+secret+".ics")
}

// revokeFeed: POST /console/calendar/feed/revoke.
func (c *console) revokeFeed(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, c.feeds.Revoke(r.Context()), calendarPath, "publish.calendar.feed.revoked")
}

// feed is the calendar of the person whose secret stands in the address:
// GET /calendar/{file}.
func (c *console) feed(w http.ResponseWriter, r *http.Request) error {
	// Nobody guesses 256 bits; this keeps guessing from costing anything.
	if err := web.Limit(r.Context(), "calendar", time.Second, 60); err != nil {
		return err
	}
	secret, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	person, actor, err := c.feeds.Reader(r.Context(), secret)
	if err != nil {
		return err
	}
	ctx := perm.With(r.Context(), actor)
	if c.words != nil {
		ctx = i18n.WithPrinter(ctx, c.words.Printer(person.Language))
	}
	r = r.WithContext(ctx)
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	events, err := c.feedEvents(r, d)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", calendar.Media)
	h.Set("Content-Disposition", `inline; filename="sifara.ics"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	_, err = w.Write([]byte(calendar.Write(d.t("publish.nav.calendar"), d.now, events)))
	return err
}

// feedEvents are what the reader of the feed may see.
func (c *console) feedEvents(r *http.Request, d *desk) ([]calendar.Event, error) {
	zone := c.org.Zone(r.Context(), "")
	now := d.now.In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	from, until := today.AddDate(0, 0, -feedBack), today.AddDate(0, 0, feedAhead)
	told, err := c.agenda.Between(r.Context(), from, until, agenda.Filter{})
	if err != nil {
		return nil, err
	}
	var out []calendar.Event
	for _, e := range c.entries(r.Context(), told.Entries) {
		if e.Kind == agenda.Begins || e.Kind == agenda.Ends {
			continue // told as one event over all its days
		}
		what := d.t("publish.moment." + string(e.Kind))
		x := calendar.Event{UID: e.UID + "@" + host(c.baseURL), Start: e.At, End: e.Until, Summary: what + ": " + e.Title, Note: e.Where, URL: c.baseURL + e.href, Place: e.Place, Kind: what, AllDay: e.AllDay}
		if e.AllDay {
			x.Start = dayUTC(e.At)
		}
		if e.AllDay && !e.Until.IsZero() {
			x.End = dayUTC(e.Until)
		}
		if e.Message != nil {
			_, state := d.state(e.Message)
			x.Note = e.Where + "\n" + state
		}
		if e.Off != nil {
			x.Note = e.Where + "\n" + d.offAs(e)
		}
		out = append(out, x)
	}
	plans, err := c.campaigns.List(r.Context(), campaign.Filter{From: db.At(dayUTC(from)), To: db.At(dayUTC(until)), Limit: 200})
	if err != nil {
		return nil, err
	}
	for _, x := range plans {
		out = append(out, calendar.Event{UID: x.ID + "@" + host(c.baseURL), AllDay: true, Start: x.StartsOn.Std(), End: x.EndsOn.Std().AddDate(0, 0, 1), Summary: d.t("publish.campaign") + ": " + x.Name(d.p.Lang()),
			Note: d.mission(x.MissionID), URL: c.baseURL + campaignPath(x.ID), Kind: d.t("publish.campaign")})
	}
	for _, o := range told.Off {
		if o.Told {
			continue
		}
		_, where := d.offDays(o)
		out = append(out, calendar.Event{UID: o.Holiday.ID + "-" + o.First.Format("20060102") + "@" + host(c.baseURL), AllDay: true, Start: o.First, End: o.Last.AddDate(0, 0, 1), Summary: o.Holiday.Name(d.p.Lang()), Note: where})
	}
	return out, nil
}

// host is the name of the house in what must be unique in the world.
func host(baseURL string) string {
	_, rest, _ := strings.Cut(baseURL, "://")
	return rest
}
