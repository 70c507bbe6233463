package publishweb

import (
	"context"
	"net/http"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/agenda"
	"sifara/internal/publish/clash"
	"sifara/internal/web"
)

// The machine face of the calendar, and of what speaks against a time.

type calendarIn struct {
	From     string `query:"from" format:"date" doc:"First day, in the ministry's zone; today when left out"`
	To       string `query:"to" format:"date" doc:"Last day; a month after the first when left out, and at most 400 days"`
	Mission  string `query:"mission" doc:"Id of a mission, or \"ministry\""`
	Campaign string `query:"campaign" doc:"Id of a campaign"`
	Lang     string `query:"lang" enum:"ar,ckb,kmr,en" doc:"With a text in this language"`
	State    string `query:"state" enum:"draft,rejected,in_review,approved,scheduled,released,withdrawn" doc:"Messages in this state only"`
	Kind     string `query:"kind" enum:"planned,released,embargo,not_after,event,begins,ends,occasion"`
}

// apiDayOff is a holiday that no occasion of the list is.
type apiDayOff struct {
	Name  string   `json:"name" doc:"In the reader's language"`
	First string   `json:"first" format:"date"`
	Last  string   `json:"last" format:"date"`
	Where []string `json:"where,omitempty" doc:"The missions that keep it; left out: the ministry and all of them"`
	Not   []string `json:"not,omitempty" doc:"Missions that do not keep one of the ministry"`
}

type calendarOut struct {
	Body struct {
		From    string                `json:"from" format:"date"`
		To      string                `json:"to" format:"date"`
		Zone    string                `json:"zone" doc:"In which days are told"`
		Entries []agenda.CalendarLine `json:"entries" doc:"The earliest first"`
		DaysOff []apiDayOff           `json:"days_off"`
	}
}

// MomentInput names a message and a moment; exported for huma.
type MomentInput struct {
	MessageInput
	At time.Time `query:"at" required:"true"`
}

type warningsOut struct {
	Body struct {
		Grave    bool                `json:"grave" doc:"Planning for this time needs confirm"`
		Warnings []clash.WarningLine `json:"warnings"`
	}
}

// calendarAPI adds the operations on the calendar.
func (c *console) calendarAPI(a *web.API) {
	web.Operation(a, publish.MayView, tagged(http.MethodGet, "/calendar", "list-calendar", "List what goes out and what has, with events, occasions and holidays, as the calendar shows it", "calendar"), c.apiCalendar)
	web.Operation(a, publish.MayView, tagged(http.MethodGet, "/messages/{id}/warnings", "list-planning-warnings", "Tell what speaks against releasing a message at a time", "calendar"), func(ctx context.Context, in *MomentInput) (*warningsOut, error) {
		m, err := c.svc.Message(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := c.clashes.Look(ctx, m, in.At)
		if err != nil {
			return nil, err
		}
		var out warningsOut
		out.Body.Grave, out.Body.Warnings = clash.Grave(list), clash.Lines(list, i18n.From(ctx), c.org.Zone(ctx, m.MissionID))
		return &out, nil
	})
}

func (c *console) apiCalendar(ctx context.Context, in *calendarIn) (*calendarOut, error) {
	zone := c.org.Zone(ctx, "")
	from, until, err := agenda.Span(in.From, in.To, c.clock.Now(), zone)
	if err != nil {
		return nil, err
	}
	f := readCalendar(map[string][]string{"mission": {in.Mission}, "campaign": {in.Campaign}, "lang": {in.Lang}, "state": {in.State}, "kind": {in.Kind}})
	if f.MissionID != "" {
		if _, err := c.org.Mission(ctx, f.MissionID); err != nil {
			return nil, err
		}
	}
	told, err := c.agenda.Between(ctx, from, until, f)
	if err != nil {
		return nil, err
	}
	var out calendarOut
	b := &out.Body
	b.From, b.To, b.Zone = from.Format(time.DateOnly), until.AddDate(0, 0, -1).Format(time.DateOnly), zone.String()
	b.Entries, b.DaysOff = []agenda.CalendarLine{}, []apiDayOff{}
	for _, e := range told.Entries {
		b.Entries = append(b.Entries, e.Line())
	}
	for _, o := range told.Off {
		if !o.Told {
			b.DaysOff = append(b.DaysOff, apiDayOff{o.Holiday.Name(i18n.From(ctx).Lang()), o.First.Format(time.DateOnly), o.Last.Format(time.DateOnly), o.Where, o.Not})
		}
	}
	return &out, nil
}

// apiPlan plans a release as the page does: over something grave only when that
// is confirmed.
func (c *console) apiPlan(ctx context.Context, in *releaseIn) (*messageOut, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	lines, err := c.weighed(ctx, m, *in.Body.At, in.Body.Confirm)
	if err != nil {
		return nil, err
	}
	out, err := c.out(c.svc.Schedule(ctx, in.ID, in.Body.Hash, *in.Body.At))
	if err == nil {
		out.Body.Warnings = lines
	}
	return out, err
}

// warned is the refusal that names each warning.
func warned(list []clash.WarningLine) error {
	e := errs.New(errs.Conflict, "publish.error.warned")
	for _, l := range list {
		e.Fields = append(e.Fields, errs.Field{Name: "confirm", Key: "publish.clash.line", Args: []any{"text", l.Text}})
	}
	return e
}
