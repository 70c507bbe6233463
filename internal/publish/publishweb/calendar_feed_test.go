package publishweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// TestCalendarFeed subscribes by hand, reads as a calendar program without a
// session, and holds that the address tells what its person may see, and
// nothing once it is renewed, revoked or the person has left.
func TestCalendarFeed(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		system := perm.With(t.Context(), perm.SystemActor("test"))
		person := func(mission, role string) *perm.Actor {
			t.Helper()
			p := org.Person{ID: id.New(), Name: "Officer", Email: id.New() + "@example.test", Language: i18n.English, MissionID: mission, Post: org.Names{i18n.Arabic: "موظف", i18n.Sorani: "کارمەند", i18n.Kurmanji: "Karmend", i18n.English: "Officer"}}
			if err := o.org.AddPerson(system, p); err != nil {
				t.Fatal(err)
			}
			if err := o.org.Grant(system, org.Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: perm.Mission, Unit: mission, Reason: "Test"}); err != nil {
				t.Fatal(err)
			}
			grants, err := o.org.Grants(system, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return &perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants}
		}
		m := o.approved(t)
		o.act(t, o.releaser, m, "release", url.Values{"when": {"later"}, "at-day": {"2"}, "at-month": {"4"}, "at-year": {"2026"}, "at-time": {"10:30"}})
		reader := person(o.paris.ID, "reader")
		if a := o.site.As(reader, i18n.English).Get(t, calendarPath); strings.Contains(a.Text("#feed"), "since") {
			t.Fatalf("there is an address already: %s", a.Text("#feed"))
		}
		subscribe := func() string {
			t.Helper()
			a := o.site.As(reader, i18n.English).Post(t, calendarPath+"/feed", url.Values{})
			address := a.Text("#feed-address")
			if a.Status != http.StatusOK || !strings.HasPrefix(address, "https://example.test/calendar/") || a.Header.Get("Cache-Control") == "" {
				t.Fatalf("subscribe: %d %q", a.Status, address)
			}
			return strings.TrimPrefix(address, "https://example.test")
		}
		path := subscribe()
		program := o.site.As(nil, i18n.English)
		a := program.Get(t, path)
		plain := strings.ReplaceAll(a.Body, "\r\n ", "")
		if a.Status != http.StatusOK || a.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(plain, "SUMMARY:Planned release: بيان عن الزيارة") || !strings.Contains(plain, "DTSTART:20260402T083000Z") {
			t.Fatalf("read: %d %v %s", a.Status, a.Header, plain)
		}
		if !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("may be stored on the way: %s", a.Header.Get("Cache-Control"))
		}
		if err := o.org.Activate(system, reader.ID, false, 1); err != nil {
			t.Fatal(err)
		}
		if a := program.Get(t, path); a.Status != http.StatusNotFound {
			t.Errorf("after the person left: %d", a.Status)
		}
		reader = person(o.paris.ID, "reader")
		path = subscribe()
		next := subscribe()
		if a := program.Get(t, path); a.Status != http.StatusNotFound {
			t.Errorf("the address before: %d", a.Status)
		}
		if a := program.Get(t, next); a.Status != http.StatusOK {
			t.Errorf("the new address: %d", a.Status)
		}
		if a := o.site.As(reader, i18n.English).Post(t, calendarPath+"/feed/revoke", url.Values{}); a.Status != http.StatusSeeOther {
			t.Errorf("revoke: %d", a.Status)
		}
		for _, wrong := range []string{next, "/calendar/x.ics", "/calendar/" + strings.Repeat("a", 43) + ".ics", strings.TrimSuffix(next, ".ics")} {
			if a := program.Get(t, wrong); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", wrong, a.Status)
			}
		}
	})
}
