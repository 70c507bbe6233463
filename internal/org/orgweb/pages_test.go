package orgweb

import (
	"context"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web/webtest"
)

// house is an institution with its pages.
type house struct {
	*org.Service
	t      *testing.T
	site   *webtest.Site
	clock  *clock.Manual
	first  org.Person
	paris  org.Mission
	rome   org.Mission
	head   org.Person // of Paris
	reader org.Person // in Paris
	abroad org.Person // in Rome
}

func open(t *testing.T) *house {
	t.Helper()
	d := dbtest.SQLite(t, audit.Migrations(), org.Migrations())
	c := clock.At(time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	svc := org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: audit.New(d, c)})
	h := &house{Service: svc, t: t, clock: c, site: webtest.New(t, []fs.FS{org.Locales(), audit.Locales()}, Module(svc).Routes...)}
	ctx := h.system()
	h.must(svc.SyncRoles(ctx, append(append(org.Permissions(), audit.Permissions()...), perm.Definition{Permission: "test.rare", Roles: []string{org.Administrator}})))
	var err error
	h.first, err = svc.Setup(ctx, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: four("Head of unit"), Language: i18n.Arabic},
	})
	h.must(err)
	h.paris = h.mission("paris", "FR", "Europe/Paris", 48.86, 2.35)
	h.rome = h.mission("rome", "IT", "Europe/Rome", 41.9, 12.5)
	h.head, h.reader, h.abroad = h.person("Head", h.paris), h.person("Reader", h.paris), h.person("Abroad", h.rome)
	h.give(h.head, org.HeadOfMission, h.paris)
	h.give(h.reader, org.Reader, h.paris)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) system() context.Context { return perm.With(h.t.Context(), perm.SystemActor("test")) }

func (h *house) mission(slug, country, zone string, lat, lon float64) org.Mission {
	m := org.Mission{ID: id.New(), Slug: slug, Kind: org.Embassy, Names: four("Embassy " + slug), City: four(slug), Country: country, TimeZone: zone, Weekend: []time.Weekday{0, 6}, Languages: i18n.Langs, Lat: lat, Lon: lon}
	h.must(h.CreateMission(h.system(), m))
	m, err := h.Mission(h.t.Context(), m.ID)
	h.must(err)
	return m
}

func (h *house) person(name string, at org.Mission) org.Person {
	p := org.Person{ID: id.New(), Name: name, Post: four("Post of " + name), MissionID: at.ID, Language: i18n.English}
	h.must(h.AddPerson(h.system(), p))
	return p
}

func (h *house) give(p org.Person, role string, at org.Mission) {
	h.must(h.Grant(h.system(), org.Assignment{ID: id.New(), PersonID: p.ID, Role: role, Level: perm.Mission, Unit: at.ID}))
}

// as gives a browser of a person with the authority they have now.
func (h *house) as(p org.Person, l i18n.Lang) *webtest.Client {
	h.t.Helper()
	grants, err := h.Grants(h.t.Context(), p.ID)
	h.must(err)
	return h.site.As(&perm.Actor{Kind: perm.Person, ID: p.ID, Name: p.Name, Grants: grants}, l)
}

func four(s string) org.Names {
	return org.Names{i18n.Arabic: s + " بالعربية", i18n.Sorani: s + " بە کوردی", i18n.Kurmanji: s + " bi kurdî", i18n.English: s}
}

// fields reads what a page's form would send.
func fields(a webtest.Answer, action string) url.Values {
	v := url.Values{}
	a.Doc.Find(`form[action="` + action + `"]`).Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		kind, _ := s.Attr("type")
		_, checked := s.Attr("checked")
		switch {
		case name == "" || (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(s) == "select":
			value, _ := s.Find("option[selected]").Attr("value")
			v.Add(name, value)
		case goquery.NodeName(s) == "textarea":
			v.Add(name, s.Text())
		default:
			value, _ := s.Attr("value")
			v.Add(name, value)
		}
	})
	return v
}

func TestPagesInEveryLanguage(t *testing.T) {
	h := open(t)
	departments, err := h.Departments(t.Context())
	h.must(err)
	h.must(h.AppointStandIn(h.system(), org.StandIn{ID: id.New(), PersonID: h.reader.ID, ForPersonID: h.head.ID, Until: db.At(h.clock.Now().Add(time.Hour)), Reason: "leave"}))
	own := org.Role{Key: "press", Names: four("Press"), Permissions: []perm.Permission{org.View}}
	h.must(h.CreateRole(h.system(), own))
	feast := org.Holiday{ID: id.New(), Names: four("Feast"), Calendar: org.Hijri, Month: 10, Day: 1, Days: 3}
	h.must(h.AddHoliday(h.system(), feast))
	h.must(h.AddHoliday(h.system(), org.Holiday{ID: id.New(), MissionID: h.paris.ID, Names: four("Past"), Calendar: org.Once, Year: 2020, Month: 5, Day: 4}))
	person, mission, department := staffPath+"/"+h.head.ID, missionsPath+"/"+h.paris.ID, departmentsPath+"/"+departments[0].ID
	for _, l := range i18n.Langs {
		c := h.as(h.first, l)
		for _, path := range []string{
			root, root + "/ministry", departmentsPath + "/new", department, department + "/edit", missionsPath, missionsPath + "?q=paris", missionsPath + "?q=nowhere",
			missionsPath + "/new", mission, mission + "/edit", staffPath, staffPath + "?q=Head&left=1", staffPath + "/new", person, person + "/edit", person + "/rotate",
			person + "/grant", person + "/standin", standInsPath, deputyPath, rolesPath, rolesPath + "/new", rolesPath + "/new?from=drafter", rolesPath + "/press",
			holidaysPath, holidaysOf(h.paris.ID), holidaysPath + "/new", holidaysPath + "/" + feast.ID,
		} {
			a := c.Get(t, path)
			if a.Status != http.StatusOK {
				t.Errorf("%s in %s: %d", path, l, a.Status)
				continue
			}
			if got := a.Doc.Find("html").AttrOr("dir", ""); got != l.Dir() {
				t.Errorf("%s in %s: dir %q", path, l, got)
			}
			if n := a.Doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s in %s: %d h1", path, l, n)
			}
			ids := map[string]bool{}
			a.Doc.Find("main [id]").Each(func(_ int, s *goquery.Selection) {
				if v := s.AttrOr("id", ""); ids[v] {
					t.Errorf("%s: id %q twice", path, v)
				} else {
					ids[v] = true
				}
			})
		}
	}
	if got := h.as(h.first, i18n.Arabic).Get(t, mission).Text("h1"); got != "Embassy paris بالعربية" {
		t.Errorf("title %q", got)
	}
}

func TestWhoMaySeeAndDo(t *testing.T) {
	h := open(t)
	paris, rome, abroad := missionsPath+"/"+h.paris.ID, missionsPath+"/"+h.rome.ID, staffPath+"/"+h.abroad.ID
	for _, tc := range []struct {
		name   string
		by     *org.Person
		method string
		path   string
		want   int
	}{
		{"nobody", nil, "GET", root, http.StatusSeeOther},
		{"nobody acts", nil, "POST", missionsPath, http.StatusUnauthorized},
		{"reader sees the ministry", &h.reader, "GET", root, http.StatusOK},
		{"reader sees the other mission", &h.reader, "GET", rome, http.StatusOK},
		{"reader sees no one elsewhere", &h.reader, "GET", abroad, http.StatusNotFound},
		{"reader may not edit", &h.reader, "GET", paris + "/edit", http.StatusForbidden},
		{"reader may not grant", &h.reader, "POST", staffPath + "/" + h.head.ID + "/grant", http.StatusForbidden},
		{"head sees no one elsewhere", &h.head, "GET", abroad, http.StatusNotFound},
		{"head edits no one elsewhere", &h.head, "GET", abroad + "/edit", http.StatusNotFound},
		{"head moves no one elsewhere", &h.head, "POST", abroad + "/rotate", http.StatusNotFound},
		{"head grants no one elsewhere", &h.head, "POST", abroad + "/grant", http.StatusNotFound},
		{"head appoints no stand-in elsewhere", &h.head, "GET", abroad + "/standin", http.StatusNotFound},
		{"head closes no mission", &h.head, "POST", paris + "/state", http.StatusUnprocessableEntity},
		{"unknown mission", &h.first, "GET", missionsPath + "/" + id.New(), http.StatusNotFound},
		{"unknown person", &h.first, "GET", staffPath + "/nobody", http.StatusNotFound},
		{"standard role", &h.first, "GET", rolesPath + "/drafter", http.StatusConflict},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := h.site.As(nil, i18n.English)
			if tc.by != nil {
				c = h.as(*tc.by, i18n.English)
			}
			var a webtest.Answer
			if tc.method == "GET" {
				a = c.Get(t, tc.path)
			} else {
				a = c.Post(t, tc.path, url.Values{})
			}
			if a.Status != tc.want {
				t.Errorf("status %d, want %d", a.Status, tc.want)
			}
		})
	}
	if a := h.as(h.reader, i18n.English).Get(t, rome); a.Doc.Find("#people-table").Length() != 0 || strings.Contains(a.Body, "Abroad") {
		t.Error("the staff of another mission is shown")
	}
	if a := h.as(h.head, i18n.English).Post(t, paris+"/state", url.Values{"state": {"closed"}, "version": {"1"}}); a.Status != http.StatusForbidden {
		t.Errorf("a head closed the mission: %d", a.Status)
	}
}

func TestEditMissionKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	here := missionsPath + "/" + h.paris.ID
	for _, l := range []i18n.Lang{i18n.Arabic, i18n.English} {
		c := h.as(h.head, l)
		v := fields(c.Get(t, here+"/edit"), here)
		if v.Get("slug") != "paris" || len(v["languages"]) != 4 || len(v["weekend"]) != 2 {
			t.Fatalf("form = %v", v)
		}
		v.Set("zone", "Mars/Olympus")
		v.Set("names-en", "<b>Paris</b>")
		v.Set("phone", "call me")
		a := c.Post(t, here, v)
		if a.Status != http.StatusUnprocessableEntity || a.Doc.Find(".summary li").Length() != 2 {
			t.Errorf("%s: status %d, %d errors", l, a.Status, a.Doc.Find(".summary li").Length())
		}
		again := fields(a, here)
		if again.Get("names-en") != "<b>Paris</b>" || again.Get("phone") != "call me" || again.Get("version") != v.Get("version") {
			t.Errorf("typed text is lost: %v", again)
		}
	}
}

func TestStaleFormShowsWhatIsStored(t *testing.T) {
	h := open(t)
	here := missionsPath + "/" + h.paris.ID
	c := h.as(h.head, i18n.English)
	v := fields(c.Get(t, here+"/edit"), here)
	other := maps.Clone(v)
	other.Set("phone", "+33 1 11 11 11 11")
	if a := c.Post(t, here, other); a.Status != http.StatusSeeOther {
		t.Fatalf("first: %d %s", a.Status, a.Text(".summary"))
	}
	v.Set("phone", "+33 2 22 22 22 22")
	a := c.Post(t, here, v)
	if a.Status != http.StatusConflict || !strings.Contains(a.Text("#phone-hint"), "+33 1 11 11 11 11") {
		t.Errorf("status %d, hint %q", a.Status, a.Text("#phone-hint"))
	}
	again := fields(a, here)
	if again.Get("phone") != "+33 2 22 22 22 22" {
		t.Errorf("typed text is lost: %v", again)
	}
	if a := c.Post(t, here, again); a.Status != http.StatusSeeOther {
		t.Errorf("knowingly again: %d", a.Status)
	}
	if m, _ := h.Mission(t.Context(), h.paris.ID); m.Phone != "+33 2 22 22 22 22" {
		t.Errorf("phone %q", m.Phone)
	}
}

func TestNewMissionOnce(t *testing.T) {
	h := open(t)
	c := h.as(h.first, i18n.Arabic)
	v := fields(c.Get(t, missionsPath+"/new"), missionsPath)
	for _, l := range i18n.Langs {
		v.Set("names-"+string(l), "Madrid")
		v.Set("city-"+string(l), "Madrid")
	}
	v.Set("slug", "madrid")
	v.Set("country", "ES")
	v.Set("zone", "Europe/Madrid")
	v.Set("lat", "٤٠٫٤٢")
	v.Set("lon", "-3,7")
	v["jurisdiction"] = []string{"AD", "ES"}
	for range 2 {
		if a := c.Post(t, missionsPath, v); a.Status != http.StatusSeeOther {
			t.Fatalf("status %d: %s", a.Status, a.Text(".summary"))
		}
	}
	m, err := h.MissionBySlug(t.Context(), "madrid")
	h.must(err)
	if m.Lat != 40.42 || m.Lon != -3.7 || len(m.Jurisdiction) != 1 {
		t.Errorf("mission = %+v", m)
	}
	if a := c.Get(t, missionsPath+"?q=ANDORRA"); a.Doc.Find("#missions tbody tr").Length() != 0 {
		t.Error("the English name of a country is not the Arabic reader's")
	}
	if a := c.Get(t, missionsPath+"?q=اندورا"); a.Doc.Find("#missions tbody tr").Length() != 1 || a.Doc.Find(".map-point").Length() != 1 {
		t.Error("a country under jurisdiction is not found")
	}
}

func TestGrantByForm(t *testing.T) {
	h := open(t)
	here := staffPath + "/" + h.reader.ID
	c := h.as(h.head, i18n.English)
	form := c.Get(t, here+"/grant")
	if form.Doc.Find(`select[name=unit] option[value="ministry:"]`).Length() != 0 || form.Doc.Find(`select[name=unit] option[value="mission:`+h.rome.ID+`"]`).Length() != 0 {
		t.Error("offers scopes the head does not hold")
	}
	v := fields(form, here+"/grant")
	v.Set("role", org.HeadOfMission)
	v.Set("until-day", "٣١")
	v.Set("until-month", "2")
	v.Set("until-year", "2026")
	v.Set("reason", "مؤقت")
	a := c.Post(t, here+"/grant", v)
	if a.Status != http.StatusUnprocessableEntity || fields(a, here+"/grant").Get("until-day") != "٣١" || fields(a, here+"/grant").Get("reason") != "مؤقت" {
		t.Errorf("wrong date: %d %v", a.Status, fields(a, here+"/grant"))
	}
	v.Set("until-month", "3")
	beyond := maps.Clone(v)
	beyond.Set("unit", "ministry:")
	if a := c.Post(t, here+"/grant", beyond); a.Status != http.StatusForbidden {
		t.Errorf("in the ministry: %d", a.Status)
	}
	if a := c.Post(t, here+"/grant", v); a.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.Status, a.Text(".summary"))
	}
	page := c.Get(t, here)
	if got := page.Text("#assignments"); !strings.Contains(got, "3 March 2026 to 31 March 2026") || !strings.Contains(got, "مؤقت") {
		t.Errorf("assignments: %s", got)
	}
	all, err := h.Assignments(t.Context(), h.reader.ID)
	h.must(err)
	if a := c.Post(t, root+"/assignments/"+all[0].ID+"/end", url.Values{"person": {h.reader.ID}}); a.Status != http.StatusSeeOther || a.Header.Get("Location") != here {
		t.Errorf("end: %d %s", a.Status, a.Header.Get("Location"))
	}
	if got := c.Get(t, here).Text("#assignments"); !strings.Contains(got, "Ended by Head") {
		t.Errorf("assignments: %s", got)
	}
}

func TestOwnStandIn(t *testing.T) {
	h := open(t)
	c := h.as(h.head, i18n.Arabic)
	v := fields(c.Get(t, deputyPath), deputyPath)
	v.Set("person", h.reader.ID)
	v.Set("until-day", "10")
	v.Set("until-month", "3")
	v.Set("until-year", "2026")
	if a := c.Post(t, deputyPath, v); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#reason-error").Length() != 1 {
		t.Errorf("without reason: %d", a.Status)
	}
	v.Set("reason", "إجازة")
	if a := c.Post(t, deputyPath, v); a.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", a.Status, a.Text(".summary"))
	}
	deputy := h.as(h.reader, i18n.English)
	page := deputy.Get(t, deputyPath)
	if !strings.Contains(page.Text("#standin-table"), "Head") {
		t.Errorf("the stand-in does not see it: %s", page.Text("main"))
	}
	// In Paris the last day ends at midnight there.
	list, err := h.StandInsOf(t.Context(), h.head.ID)
	h.must(err)
	if want := time.Date(2026, 3, 10, 23, 0, 0, 0, time.UTC); !list[0].Until.Std().Equal(want) {
		t.Errorf("until %v, want %v", list[0].Until.Std(), want)
	}
	end := standInsPath + "/" + list[0].ID + "/end"
	if a := h.as(h.abroad, i18n.English).Post(t, end, url.Values{}); a.Status != http.StatusNotFound {
		t.Errorf("ended by a stranger: %d", a.Status)
	}
	if a := deputy.Post(t, end, url.Values{"back": {"https://evil.example/"}}); a.Status != http.StatusSeeOther || a.Header.Get("Location") != deputyPath {
		t.Errorf("ended: %d %s", a.Status, a.Header.Get("Location"))
	}
}

func TestStaffAndRolesByForm(t *testing.T) {
	h := open(t)
	c := h.as(h.first, i18n.English)
	v := fields(c.Get(t, staffPath+"/new?unit=mission:"+h.paris.ID), staffPath)
	v.Set("name", "New official")
	v.Set("post-ar", "ملحق")
	v.Set("language", "ckb")
	if a := c.Post(t, staffPath, v); a.Status != http.StatusSeeOther {
		t.Fatalf("new: %d %s", a.Status, a.Text(".summary"))
	}
	here := staffPath + "/" + v.Get("id")
	move := fields(c.Get(t, here+"/rotate"), here+"/rotate")
	move.Set("unit", "nowhere")
	if a := c.Post(t, here+"/rotate", move); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("to nowhere: %d", a.Status)
	}
	move.Set("unit", "mission:"+h.rome.ID)
	if a := c.Post(t, here+"/rotate", move); a.Status != http.StatusSeeOther {
		t.Fatalf("rotate: %d %s", a.Status, a.Text(".summary"))
	}
	if got := c.Get(t, here).Doc.Find("#history .step").Length(); got != 2 {
		t.Errorf("%d posts", got)
	}
	role := fields(c.Get(t, rolesPath+"/new?from=drafter"), rolesPath)
	role.Set("key", "press")
	if a := c.Post(t, rolesPath, role); a.Status != http.StatusSeeOther {
		t.Fatalf("role: %d %s", a.Status, a.Text(".summary"))
	}
	edit := fields(c.Get(t, rolesPath+"/press"), rolesPath+"/press")
	edit.Del("permissions")
	if a := c.Post(t, rolesPath+"/press", edit); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("role without permissions: %d", a.Status)
	}
	edit["permissions"] = []string{"org.view", "audit.view"}
	if a := c.Post(t, rolesPath+"/press", edit); a.Status != http.StatusSeeOther {
		t.Errorf("edit role: %d %s", a.Status, a.Text(".summary"))
	}
	if a := c.Post(t, rolesPath+"/press/delete", nil); a.Status != http.StatusSeeOther {
		t.Errorf("delete role: %d", a.Status)
	}
}
