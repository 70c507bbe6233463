package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/web/webtest"
)

// planner may plan campaigns in Paris.
func (o *office) planner() *perm.Actor {
	return webtest.Official("planner", perm.InMission(o.paris.ID), publish.MayView, publish.MayDraft, campaign.Manage)
}

// campaignFields is the form of a campaign as it is typed in Arabic.
func (o *office) campaignFields(campaignID string) url.Values {
	return url.Values{"id": {campaignID}, "mission": {o.paris.ID}, "names-ar": {"أسبوع الثقافة"}, "names-en": {"Culture week"}, "objective-ar": {"زوار أكثر"}, "messages-en": {"First\nSecond"},
		"publics": {"culture", "diaspora"}, "public-culture": {"curators"}, "countries": {"فرنسا، بلجيكا"}, "langs": {"ar", "en"}, "channels": {"site", "events"},
		"starts-day": {"١"}, "starts-month": {"٤"}, "starts-year": {"٢٠٢٦"}, "ends-day": {"20"}, "ends-month": {"4"}, "ends-year": {"2026"},
		"indicator-en": {"Visitors"}, "indicator-ar": {"الزوار"}, "baseline": {"١٠٠"}, "target": {"٣٠٠٫٥"}, "currency": {"EUR"}, "owner": {"planner"}}
}

func (o *office) planned(t *testing.T) campaign.Campaign {
	t.Helper()
	campaignID := id.New()
	if a := o.site.As(o.planner(), i18n.Arabic).Post(t, campaignsPath, o.campaignFields(campaignID)); a.Status != http.StatusSeeOther {
		t.Fatalf("begin: %d %s", a.Status, a.Text("main"))
	}
	x, err := o.campaigns.Campaign(perm.With(t.Context(), o.reader), campaignID)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestCampaignByHand(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		x := o.planned(t)
		if x.Target != 30050 || strings.Join(x.Countries, "") != "BEFR" || !x.StartsOn.Std().Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) || x.Publics[1].Note != "curators" {
			t.Fatalf("got %+v", x)
		}
		w := o.site.As(o.planner(), i18n.English)
		path := campaignPath(x.ID)
		if a := w.Get(t, path+"/edit"); a.Doc.Find("textarea[name=messages-en]").Text() != "First\nSecond" || a.Doc.Find("input[name=channels][checked]").Length() != 2 || !strings.Contains(a.Doc.Find("textarea[name=countries]").Text(), "France") {
			t.Errorf("the form does not show what is stored: %s", a.Text("main"))
		}
		if a := w.Post(t, path+"/lines", url.Values{"form": {"line"}, "id": {id.New()}, "title": {"Hall"}, "planned": {"1,250.5"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("line: %d %s", a.Status, a.Text("main"))
		}
		if a := w.Post(t, path+"/lines", url.Values{"form": {"line"}, "id": {id.New()}, "title": {"Hall"}, "planned": {"1,25"}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("input[name=planned]").AttrOr("value", "") != "1,25" {
			t.Errorf("a wrong amount: %d %s", a.Status, a.Text("main"))
		}
		money := w.Get(t, path+"?view=money")
		line := money.Doc.Find("select[name=line] option").AttrOr("value", "")
		if !strings.Contains(money.Text("#lines"), "1,250.50") || line == "" {
			t.Fatalf("budget: %s", money.Text("#lines"))
		}
		pay := url.Values{"form": {"spend"}, "id": {id.New()}, "line": {line}, "amount": {"200"}, "note": {"Bill 7"}, "day-day": {"1"}, "day-month": {"2"}, "day-year": {"2026"}}
		if a := w.Post(t, path+"/spend", pay); a.Status != http.StatusSeeOther {
			t.Fatalf("pay: %d %s", a.Status, a.Text("main"))
		}
		if a := w.Post(t, path+"/values", url.Values{"form": {"value"}, "id": {id.New()}, "value": {"200"}, "measured-day": {"1"}, "measured-month": {"2"}, "measured-year": {"2026"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("measure: %d %s", a.Status, a.Text("main"))
		}
		event := url.Values{"form": {"event"}, "id": {id.New()}, "title-en": {"Opening"}, "at-day": {"2"}, "at-month": {"4"}, "at-year": {"2026"}, "at-time": {"18:30"}}
		if a := w.Post(t, path+"/events", event); a.Status != http.StatusSeeOther {
			t.Fatalf("event: %d %s", a.Status, a.Text("main"))
		}
		m := o.draft(t)
		if a := w.Post(t, path+"/messages", url.Values{"message": {m.ID}}); a.Status != http.StatusSeeOther {
			t.Fatalf("join: %d %s", a.Status, a.Text("main"))
		}
		page := w.Get(t, path)
		for _, want := range []string{"200.00", "Visitors"} {
			if !strings.Contains(page.Text("main"), want) {
				t.Errorf("the page lacks %q: %s", want, page.Text("main"))
			}
		}
		if !strings.Contains(page.Text("#events"), "Opening") || !strings.Contains(page.Text("#messages"), "بيان عن الزيارة") || !strings.Contains(page.Text("#aim"), "Second") {
			t.Errorf("page: %s", page.Text("main"))
		}
		if board := w.Get(t, path+"?view=board"); !strings.Contains(board.Text(".board"), "بيان عن الزيارة") {
			t.Errorf("board: %s", board.Text("main"))
		}
		if cal := w.Get(t, path+"?view=calendar"); !strings.Contains(cal.Text("#campaign"), "Opening") || !strings.Contains(cal.Text("#campaign"), "Campaign begins") {
			t.Errorf("calendar: %s", cal.Text("#campaign"))
		}
		if a := w.Get(t, messagePath(m.ID)); !strings.Contains(a.Text("#campaign"), "Culture week") {
			t.Errorf("the message does not name its campaign: %s", a.Text("#campaign"))
		}
		if a := w.Post(t, messagePath(m.ID)+"/campaign", url.Values{"campaign": {""}}); a.Status != http.StatusSeeOther {
			t.Errorf("leave: %d", a.Status)
		}
		if a := w.Post(t, path+"/state", url.Values{"form": {"stop"}, "to": {"stopped"}}); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#reason").Length() != 1 {
			t.Errorf("stopped without a reason: %d %s", a.Status, a.Text("[role=alert]"))
		}
		if a := w.Post(t, path+"/state", url.Values{"to": {"running"}}); a.Status != http.StatusSeeOther {
			t.Errorf("start: %d", a.Status)
		}
		copied := id.New()
		if a := w.Post(t, path+"/copy", url.Values{"id": {copied}, "mission": {o.paris.ID}, "starts-day": {"1"}, "starts-month": {"4"}, "starts-year": {"2027"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("copy: %d %s", a.Status, a.Text("main"))
		}
		if a := w.Get(t, campaignPath(copied)); !strings.Contains(a.Text("#facts"), "Culture week") || !strings.Contains(a.Text("main"), "2027") {
			t.Errorf("copy: %s", a.Text("#facts"))
		}
		if a := w.Get(t, campaignsPath+"?q=اسبوع&state=running"); a.Doc.Find("#campaigns tbody tr").Length() != 1 {
			t.Errorf("list: %s", a.Text("#campaigns"))
		}
	})
}

func TestCampaignOfOthers(t *testing.T) {
	o := quick(t)
	x := o.planned(t)
	abroad := webtest.Official("abroad", perm.InMission("elsewhere"), publish.MayView, publish.MayDraft, campaign.Manage)
	for _, r := range (&console{}).campaignRoutes() {
		if !strings.HasPrefix(r.Pattern, campaignsPath+"/{id}") {
			continue
		}
		path := strings.ReplaceAll(r.Pattern, "{id}", x.ID)
		for _, name := range []string{"message", "line", "spend", "value", "event"} {
			path = strings.ReplaceAll(path, "{"+name+"}", id.New())
		}
		c := o.site.As(abroad, i18n.English)
		form := url.Values{"id": {id.New()}, "message": {o.draft(t).ID}, "to": {"running"}, "title": {"x"}, "planned": {"1"}, "value": {"1"}, "measured-day": {"1"}, "measured-month": {"2"}, "measured-year": {"2026"},
			"title-en": {"x"}, "at-day": {"1"}, "at-month": {"2"}, "at-year": {"2026"}, "line": {id.New()}, "amount": {"1"}, "note": {"x"}, "day-day": {"1"}, "day-month": {"2"}, "day-year": {"2026"}, "starts-day": {"1"}, "starts-month": {"2"}, "starts-year": {"2026"}}
		status := 0
		if r.Method == http.MethodGet {
			status = c.Get(t, path).Status
		} else {
			status = c.Post(t, path, form).Status
		}
		if status != http.StatusNotFound {
			t.Errorf("%s %s from another mission: %d, want 404", r.Method, r.Pattern, status)
		}
	}
	reader := o.site.As(o.reader, i18n.English)
	if a := reader.Get(t, campaignPath(x.ID)); a.Status != http.StatusOK || a.Doc.Find("#next").Length() != 0 || strings.Contains(a.Text("main"), "Enter a value") {
		t.Errorf("a reader is offered acts: %d %s", a.Status, a.Text("main"))
	}
	if a := reader.Post(t, campaignPath(x.ID)+"/messages", url.Values{"message": {o.draft(t).ID}}); a.Status != http.StatusForbidden {
		t.Errorf("a reader adds a message: %d", a.Status)
	}
}

func TestCalendarViewsAndMoves(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		x := o.planned(t)
		m := o.approved(t)
		m = o.act(t, o.releaser, m, "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"4"}, "at-year": {"2026"}, "at-time": {"10:30"}})
		c := o.site.As(o.releaser, i18n.English)
		month := c.Get(t, calendarPath+"?month=2026-04")
		if month.Doc.Find("table.month td[data-day='2026-04-02'] [data-message='"+m.ID+"']").Length() != 1 || month.Doc.Find("table.month tbody tr").Length() != 5 {
			t.Fatalf("month: %s", month.Text("#calendar"))
		}
		if month.Doc.Find("td[data-day='2026-04-01'] .month-begins").Length() != 1 || month.Doc.Find("td[data-day='2026-04-20'] .month-ends").Length() != 1 {
			t.Error("the campaign's days are missing")
		}
		if o.site.As(o.reader, i18n.English).Get(t, calendarPath+"?month=2026-04").Doc.Find("[draggable]").Length() != 0 {
			t.Error("a reader may drag")
		}
		week := c.Get(t, calendarPath+"?view=week&day=2026-04-02")
		if week.Doc.Find("table.month tbody td").Length() != 7 || !strings.Contains(week.Text("#calendar"), "بيان عن الزيارة") {
			t.Errorf("week: %s", week.Text("#calendar"))
		}
		for query, want := range map[string]bool{"": true, "&mission=" + o.paris.ID: true, "&mission=ministry": false, "&lang=ar": true, "&lang=en": false, "&state=scheduled": true, "&state=draft": false, "&kind=planned": true, "&kind=event": false, "&campaign=" + x.ID: false} {
			list := c.Get(t, calendarPath+"?view=list&month=2026-04"+query)
			if got := strings.Contains(list.Text("#calendar"), "بيان عن الزيارة"); got != want {
				t.Errorf("filter %q shows the message: %v, want %v", query, got, want)
			}
		}
		move := url.Values{"message": {m.ID}, "hash": {m.Hash}, "day": {"2026-04-06"}, "confirm": {"1"}, "back": {calendarPath + "?month=2026-04"}}
		if a := c.Post(t, calendarPath+"/move", move); a.Status != http.StatusSeeOther || a.Header.Get("Location") != calendarPath+"?month=2026-04" {
			t.Fatalf("move: %d %s", a.Status, a.Header.Get("Location"))
		}
		if got := o.read(t, m.ID); got.ReleaseAt != m.ReleaseAt.Add(4*24*time.Hour) || got.State != publish.StateScheduled {
			t.Errorf("planned for %v, was %v", got.ReleaseAt.Std(), m.ReleaseAt.Std())
		}
		now := o.read(t, m.ID)
		for what, form := range map[string]url.Values{
			"to the past":         {"message": {m.ID}, "hash": {m.Hash}, "day": {"2020-01-01"}, "confirm": {"1"}},
			"with another hash":   {"message": {m.ID}, "hash": {"x"}, "day": {"2026-04-07"}, "confirm": {"1"}},
			"and back elsewhere":  {"message": {m.ID}, "hash": {"x"}, "day": {"2026-04-07"}, "confirm": {"1"}, "back": {"https://example.org/console/calendar"}},
			"by who wrote it too": {"message": {m.ID}, "hash": {m.Hash}, "day": {"2026-04-08"}, "confirm": {"1"}},
		} {
			who := c
			if what == "by who wrote it too" {
				who = o.site.As(webtest.Official("writer", perm.InMission(o.paris.ID), publish.MayView, publish.MayDraft, publish.MayRelease), i18n.English)
			}
			a := who.Post(t, calendarPath+"/move", form)
			if loc := a.Header.Get("Location"); a.Status != http.StatusSeeOther || loc != calendarPath {
				t.Errorf("moved %s: %d %s", what, a.Status, loc)
			}
			if got := o.read(t, m.ID); got.ReleaseAt != now.ReleaseAt {
				t.Errorf("moved %s", what)
			}
		}
		if a := o.site.As(o.abroad, i18n.English).Post(t, calendarPath+"/move", move); a.Status != http.StatusNotFound {
			t.Errorf("moved from another mission: %d", a.Status)
		}
	})
}
