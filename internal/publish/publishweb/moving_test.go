package publishweb

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/web/webtest"
)

// rome opens a second embassy that deals with Monaco too, and gives its people.
func (o *office) rome(t *testing.T) (m org.Mission, releaser *perm.Actor) {
	t.Helper()
	m = o.paris
	m.ID, m.Slug, m.Country, m.Jurisdiction, m.TimeZone = id.New(), "rome", "IT", []string{"MC"}, "Europe/Rome"
	m.Names, m.City = four("سفارة روما", "باڵیۆزخانەی ڕۆما", "Balyozxaneya Romayê", "Embassy in Rome"), four("روما", "ڕۆما", "Roma", "Rome")
	if err := o.org.CreateMission(o.system(), m); err != nil {
		t.Fatal(err)
	}
	return m, webtest.Official("rome", perm.InMission(m.ID), publish.MayView, publish.MayRelease)
}

// plannedIn plans a message of a mission for a time.
func (o *office) plannedIn(t *testing.T, m org.Mission, title string, at time.Time) publish.Message {
	t.Helper()
	as := func(p ...perm.Permission) *perm.Actor {
		return webtest.Official(id.New(), perm.InMission(m.ID), append(p, publish.MayView)...)
	}
	must := func(x publish.Message, err error) publish.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := must(o.svc.Create(perm.With(t.Context(), as(publish.MayDraft)), publish.Beginning{ID: id.New(), MissionID: m.ID, Kind: publish.News, Sensitivity: publish.Routine, SourceLang: i18n.English, Words: publish.Words{Title: title, Body: "Text."}}))
	x = must(o.svc.Submit(perm.With(t.Context(), as(publish.MayDraft)), x.ID, x.Hash))
	x = must(o.svc.Approve(perm.With(t.Context(), as(publish.MayReview)), x.ID, publish.Judgement{Step: 0, Hash: x.Hash}))
	x = must(o.svc.Approve(perm.With(t.Context(), as(publish.MayClear)), x.ID, publish.Judgement{Step: 1, Hash: x.Hash}))
	return must(o.svc.Schedule(perm.With(t.Context(), as(publish.MayRelease)), x.ID, x.Hash, at))
}

// noonOf is noon in Paris on a day of March 2026.
func noonOf(day int) time.Time { return time.Date(2026, 3, day, 11, 0, 0, 0, time.UTC) }

// TestMovingAsksFirst: dropped on another day, a release moves only once what
// speaks against the day has been shown and confirmed.
func TestMovingAsksFirst(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		rome, _ := o.rome(t)
		o.plannedIn(t, rome, "Of Rome", noonOf(16).Add(time.Hour))
		m := o.plannedIn(t, o.paris, "Of Paris", noonOf(17))
		r := o.site.As(o.releaser, i18n.English)
		back := calendarPath + "?month=2026-03"
		calendar := r.Get(t, back)
		link := calendar.Doc.Find(`[data-message="`+m.ID+`"] .month-move`).AttrOr("href", "")
		if calendar.Doc.Find(`form#move[data-confirm], form#move [data-confirm]`).Length() != 0 || !strings.HasPrefix(link, movePath+"?") {
			t.Fatalf("the calendar leads to %q", link)
		}
		if a := r.Get(t, link); a.Status != 200 || a.Doc.Find(`input[name="to-day"]`).AttrOr("value", "") != "17" || a.Doc.Find("input[name=confirm]").Length() != 0 {
			t.Fatalf("the page without a day: %d %s", a.Status, a.Text("main"))
		}
		f := url.Values{"message": {m.ID}, "hash": {m.Hash}, "day": {"2026-03-16"}, "back": {back}}
		a := r.Post(t, movePath, f)
		said := a.Text("#warnings")
		if a.Status != 200 || !strings.Contains(said, "Halabja") || !strings.Contains(said, "Same public Another message goes out within two hours.") || strings.Contains(said, "Rome") {
			t.Fatalf("dropped: %d %s", a.Status, said)
		}
		if got := o.read(t, m.ID); !got.ReleaseAt.Std().Equal(noonOf(17)) {
			t.Fatalf("moved without a word to %v", got.ReleaseAt.Std())
		}
		f.Set("confirm", "1")
		if a := r.Post(t, movePath, f); a.Status != 303 || a.Header.Get("Location") != back {
			t.Fatalf("confirmed: %d %s %s", a.Status, a.Header.Get("Location"), a.Text("main"))
		}
		if got := o.read(t, m.ID); !got.ReleaseAt.Std().Equal(noonOf(16)) {
			t.Errorf("moved to %v", got.ReleaseAt.Std())
		}
		everywhere := o.site.As(webtest.Official("chief", perm.Everywhere(), publish.MayView, publish.MayRelease), i18n.English)
		f.Del("confirm")
		if a := everywhere.Post(t, movePath, f); !strings.Contains(a.Text("#warnings"), "“Of Rome” of Embassy in Rome") {
			t.Errorf("who sees both is told: %s", a.Text("#warnings"))
		}
	})
}

func TestMovingRefusesNonsense(t *testing.T) {
	o := quick(t)
	m := o.plannedIn(t, o.paris, "Of Paris", noonOf(17))
	draft := o.draft(t)
	r := o.site.As(o.releaser, i18n.English)
	for _, tt := range []struct {
		name string
		form url.Values
		want int
	}{
		{"no message", url.Values{"day": {"2026-03-18"}}, 404},
		{"another's message", url.Values{"message": {id.New()}, "day": {"2026-03-18"}}, 404},
		{"no day", url.Values{"message": {m.ID}, "hash": {m.Hash}}, 422},
		{"a day that is none", url.Values{"message": {m.ID}, "hash": {m.Hash}, "day": {"2026-02-31"}}, 422},
		{"hostile day", url.Values{"message": {m.ID}, "hash": {m.Hash}, "day": {"<script>"}}, 422},
		{"not planned", url.Values{"message": {draft.ID}, "hash": {draft.Hash}, "day": {"2026-03-18"}}, 303},
		{"in the past", url.Values{"message": {m.ID}, "hash": {m.Hash}, "day": {"2026-02-01"}, "confirm": {"1"}}, 303},
		{"another content", url.Values{"message": {m.ID}, "hash": {"x"}, "day": {"2026-03-18"}, "confirm": {"1"}}, 303},
		{"back to elsewhere", url.Values{"message": {m.ID}, "hash": {"x"}, "day": {"2026-03-18"}, "confirm": {"1"}, "back": {"https://evil.example/console/calendar"}}, 303},
	} {
		a := r.Post(t, movePath, tt.form)
		if a.Status != tt.want || a.Status == 303 && a.Header.Get("Location") != calendarPath {
			t.Errorf("%s: %d %s", tt.name, a.Status, a.Header.Get("Location"))
		}
	}
	if got := o.read(t, m.ID); !got.ReleaseAt.Std().Equal(noonOf(17)) {
		t.Errorf("moved to %v", got.ReleaseAt.Std())
	}
	if a := o.site.As(o.abroad, i18n.English).Get(t, movePath+"?message="+m.ID); a.Status != 404 {
		t.Errorf("from abroad: %d", a.Status)
	}
}

// TestCrowdAndCampaignAreWarnedOf: a sixth message on one day, and one of the
// same campaign by a partner, whose name the partner may know.
func TestCrowdAndCampaignAreWarnedOf(t *testing.T) {
	o := quick(t)
	rome, _ := o.rome(t)
	x := id.New()
	f := o.campaignFields(x)
	f["partners"] = []string{rome.ID}
	if a := o.site.As(webtest.Official("planner", perm.Everywhere(), publish.MayView, campaign.Manage), i18n.Arabic).Post(t, campaignsPath, f); a.Status != 303 {
		t.Fatalf("campaign: %d %s", a.Status, a.Text("main"))
	}
	m := o.approved(t)
	theirs := o.plannedIn(t, rome, "Of Rome", noonOf(18))
	for _, id := range []string{m.ID, theirs.ID} {
		if err := o.campaigns.Join(o.system(), id, x); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 5 {
		o.plannedIn(t, o.paris, "One of many", noonOf(18).Add(time.Duration(n-9)*time.Hour))
	}
	path := messagePath(m.ID) + "/release"
	f = url.Values{"when": {"later"}, "hash": {m.Hash}, "at-day": {"18"}, "at-month": {"3"}, "at-year": {"2026"}, "at-time": {"12:30"}}
	a := o.site.As(o.releaser, i18n.English).Post(t, path, f)
	said := a.Text("#warnings")
	if a.Status != 200 || a.Doc.Find("input[name=anyway]").Length() != 1 || !strings.Contains(said, "Same campaign") || !strings.Contains(said, "Another message of Embassy in Rome") || strings.Contains(said, "Of Rome”") || !strings.Contains(said, "6 messages go out") {
		t.Fatalf("planned: %d %s", a.Status, said)
	}
	f.Set("anyway", "1")
	if a := o.site.As(o.releaser, i18n.English).Post(t, path, f); a.Status != 303 {
		t.Errorf("all the same: %d %s", a.Status, a.Text("main"))
	}
}

// TestCalendarAPI lists what the page shows, and plans over what is grave only
// when that is confirmed.
func TestCalendarAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		call := func(a *perm.Actor, method, path string, in any, out any) (int, string) {
			t.Helper()
			b, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(b))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer test")
			token := *a
			token.Kind = perm.Token
			answer := o.site.As(&token, i18n.English).Do(t, r)
			_ = json.Unmarshal([]byte(answer.Body), out)
			return answer.Status, answer.Body
		}
		m := o.approved(t)
		var told struct {
			Grave    bool
			Warnings []struct {
				Kind, Text string
				Grave      bool
			}
		}
		at := noonOf(16).Format(time.RFC3339)
		if status, body := call(o.releaser, "GET", "/messages/"+m.ID+"/warnings?at="+url.QueryEscape(at), nil, &told); status != 200 || !told.Grave || len(told.Warnings) == 0 || told.Warnings[0].Kind != "mourning" {
			t.Fatalf("warnings: %d %s", status, body)
		}
		if status, _ := call(o.abroad, "GET", "/messages/"+m.ID+"/warnings?at="+url.QueryEscape(at), nil, nil); status != 404 {
			t.Errorf("warnings from abroad: %d", status)
		}
		plan := map[string]any{"hash": m.Hash, "at": at}
		if status, body := call(o.releaser, "POST", "/messages/"+m.ID+"/release", plan, nil); status != 409 || !strings.Contains(body, "Halabja") {
			t.Fatalf("planned over it: %d %s", status, body)
		}
		plan["confirm"] = true
		var planned struct {
			State    string
			Warnings []struct{ Kind string }
		}
		if status, body := call(o.releaser, "POST", "/messages/"+m.ID+"/release", plan, &planned); status != 200 || planned.State != "scheduled" || len(planned.Warnings) == 0 {
			t.Fatalf("confirmed: %d %s", status, body)
		}
		var list struct {
			From, To, Zone string
			Entries        []struct {
				Kind, ID, Title string
				Holiday         bool
			}
			Days []struct{ Name string } `json:"days_off"`
		}
		if status, body := call(o.reader, "GET", "/calendar?from=2026-03-10&to=2026-03-31&mission="+o.paris.ID, nil, &list); status != 200 || list.Zone != "Asia/Baghdad" || list.To != "2026-03-31" {
			t.Fatalf("calendar: %d %s", status, body)
		}
		found := false
		for _, e := range list.Entries {
			found = found || e.Kind == "planned" && e.ID == m.ID
		}
		if !found {
			t.Errorf("the calendar lacks the release: %+v", list.Entries)
		}
		if status, _ := call(o.abroad, "GET", "/calendar?from=2026-03-10&kind=planned", nil, &list); status != 200 || len(list.Entries) != 0 {
			t.Errorf("from abroad: %d %+v", status, list.Entries)
		}
		for _, bad := range []string{"?from=yesterday", "?from=2026-03-10&to=2026-03-01", "?from=2026-01-01&to=2028-01-01", "?kind=x", "?lang=fr"} {
			if status, body := call(o.reader, "GET", "/calendar"+bad, nil, nil); status != 422 {
				t.Errorf("%s: %d %s", bad, status, body)
			}
		}
		if status, _ := call(o.reader, "GET", "/calendar?mission="+id.New(), nil, nil); status != 404 {
			t.Errorf("no such mission: %d", status)
		}
	})
}

// TestFeastStandsOnceInTheCalendar: a holiday that the list of occasions has too
// is one entry, which says who is closed; in every view and for programs.
func TestFeastStandsOnceInTheCalendar(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		for _, h := range []org.Holiday{
			{ID: id.New(), Names: four("نوروز", "نەورۆز", "Newroz", "Nowruz"), Calendar: org.Yearly, Month: 3, Day: 21, Days: 2},
			{ID: id.New(), Names: four("يوم المكتبة", "ڕۆژی کتێبخانە", "Roja pirtûkxaneyê", "Library Day"), Calendar: org.Yearly, Month: 3, Day: 24, Days: 1},
		} {
			if err := o.org.AddHoliday(o.system(), h); err != nil {
				t.Fatal(err)
			}
		}
		w := o.site.As(o.reader, i18n.Arabic)
		a := w.Get(t, calendarPath+"?month=2026-03")
		cell := func(day, what string) string {
			return strings.Join(strings.Fields(a.Doc.Find(`td[data-day="`+day+`"] `+what).Text()), " ")
		}
		if got := cell("2026-03-21", ".month-holiday"); got != "" || !strings.Contains(cell("2026-03-21", `.month-entry:has(a[href$="/iq-newroz"])`), "عطلة: الوزارة") {
			t.Errorf("the day of Newroz: %q, %s", got, cell("2026-03-21", ""))
		}
		if got := cell("2026-03-22", ".month-holiday"); !strings.Contains(got, "نوروز") {
			t.Errorf("the day after: %s", got)
		}
		if got := cell("2026-03-24", ".month-holiday"); !strings.Contains(got, "يوم المكتبة") {
			t.Errorf("a holiday of our own: %s", got)
		}
		list := w.Get(t, calendarPath+"?view=list&month=2026-03")
		if off := list.Text("#off"); strings.Contains(off, "نوروز") || !strings.Contains(off, "يوم المكتبة") || !strings.Contains(list.Text("#calendar"), "عطلة: الوزارة") {
			t.Errorf("the list: %s", list.Text("#calendar"))
		}
	})
}
