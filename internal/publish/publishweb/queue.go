package publishweb

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// queuePath is the page of what waits for its slot.
const queuePath = calendarPath + "/queue"

// queuePage shows the queue of a unit in the order in which it goes out, and
// what of it a pause holds up: GET /console/calendar/queue?unit=.
type queuePage struct {
	unitPage
	list   []queueEntry
	held   []publish.Message
	acts   bool // the reader may change it
	pauses []publish.Pause
}

// queueEntry is one message that waits, in words.
type queueEntry struct {
	ID, title, when, what string
	at                    db.Time
}

func (c *console) queue(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	u, err := c.unitPage(r, queuePath, r.URL.Query().Get("unit"))
	if err != nil {
		return err
	}
	p := queuePage{unitPage: u, acts: u.may(publish.MayRelease)}
	list, err := c.svc.Queue(ctx, u.missionID)
	if err != nil {
		return err
	}
	zone := c.org.Zone(ctx, u.missionID)
	for i := range list {
		p.list = append(p.list, p.entry(&list[i].Message, zone))
	}
	slices.SortStableFunc(p.list, func(a, b queueEntry) int { return cmp.Compare(a.at, b.at) })
	f := publish.Filter{Held: true, MissionID: u.missionID, Ministry: u.missionID == "", Brief: true, Limit: pageSize}
	held, err := c.svc.Messages(ctx, f)
	if err != nil {
		return err
	}
	p.held = slices.DeleteFunc(held, func(m publish.Message) bool { return !m.Queued() })
	if p.pauses, err = c.svc.PausesOf(ctx, publish.Message{MissionID: u.missionID}); err != nil {
		return err
	}
	if err = c.namePauses(ctx, p.d, p.pauses); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: p.d.t("publish.queue.title"), Intro: p.d.t("publish.queue.intro"), Crumbs: p.d.calendarCrumbs(), Body: queueView(p)})
}

func (p queuePage) entry(m *publish.Message, zone *time.Location) queueEntry {
	d := p.d
	e := queueEntry{ID: m.ID, title: d.title(m), at: m.QueueAt, what: d.t("publish.kind." + string(m.Kind))}
	if m.QueueAt.IsZero() {
		return e
	}
	at := m.QueueAt.In(zone)
	e.when = d.p.DateWeekday(at) + " · " + d.p.Clock(at)
	var names []string
	for _, x := range m.Channels.List() {
		names = append(names, d.t("publish.channel."+string(x)))
	}
	if len(names) > 0 {
		e.what += " · " + d.p.List(names)
	}
	return e
}

// button is that of an act on a message that waits. It names the message for
// those who hear the page.
func (p queuePage) button(x queueEntry, act, icon string) ui.Button {
	b := ui.Button{Label: p.d.t("publish.queue." + act), Icon: icon, Small: true, Quiet: true}
	if act == "out" {
		b.Confirm = p.d.t("publish.queue.out_confirm", "title", x.title)
	}
	return b
}

// moveInQueue moves a message in its queue, or takes it out:
// POST /console/calendar/queue.
func (c *console) moveInQueue(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, back, messageID := r.Context(), queuePath+"?unit="+url.QueryEscape(in.Raw("unit")), in.Raw("message")
	switch in.Raw("act") {
	case "earlier", "later":
		return done(w, r, c.slots.Move(ctx, messageID, in.Raw("act") == "later"), back, "publish.queue.moved")
	case "out":
		return done(w, r, c.slots.TakeOut(ctx, messageID), back, "publish.done.unscheduled")
	}
	return errs.New(errs.Invalid, "web.field.choice")
}

// parseClock reads a time of day, such as 9:30, as a minute, in any digits.
func parseClock(s string) (int, bool) {
	t, err := time.Parse("15:04", strings.TrimSpace(i18n.ParseDigits(s)))
	return t.Hour()*60 + t.Minute(), err == nil
}
