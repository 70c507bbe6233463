package publishweb

import (
	"strings"
	"testing"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/publish"
)

// TestMissionSaysWhenItIsOpen holds that hours and speakers reach the public
// page, that only who releases there sets them, and that wrong ones are refused.
func TestMissionSaysWhenItIsOpen(t *testing.T) {
	eachPublic(t, func(t *testing.T, p *public) {
		p.deps.Org = p.org
		p.svc = publish.New(p.deps)
		p.options.Service = p.svc
		p.open()
		official := org.Person{ID: id.New(), Name: "Layla Hassan", Post: four("ملحقة صحفية", "ڕاوێژکاری ڕۆژنامەوانی", "Şêwirmenda çapemeniyê", "Press attaché"), Email: "layla@mofa.example", Language: i18n.Arabic, MissionID: p.paris.ID}
		if err := p.org.AddPerson(p.system(), official); err != nil {
			t.Fatal(err)
		}
		good := publish.Site{MissionID: p.paris.ID, Opens: "09:30", Closes: "14:00", Speakers: []string{official.ID}, Note: publish.Texts{i18n.English: "Ring twice."}}
		if _, err := p.svc.SaveSite(p.as("releaser"), good); err != nil {
			t.Fatal(err)
		}
		if _, err := p.svc.SaveSite(p.as("releaser"), good); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an old version: got %v", err)
		}
		c := p.As(nil, i18n.English)
		a := c.Get(t, "/en/missions/paris/contact")
		for _, want := range []string{"09:30 to 14:00", "Layla Hassan", "Press attaché", "Ring twice."} {
			if !strings.Contains(a.Text("main"), want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if got := linkedData(t, a.Doc.Find("script[type='application/ld+json']").Text())["openingHours"]; got != "Mo,Tu,We,Th,Fr 09:30-14:00" {
			t.Errorf("opening hours: got %v", got)
		}
		good.Version = 1
		for name, change := range map[string]func(*publish.Site){
			"closes before it opens": func(x *publish.Site) { x.Closes = "08:00" },
			"no hour":                func(x *publish.Site) { x.Opens = "morning" },
			"a stranger speaks":      func(x *publish.Site) { x.Speakers = []string{id.New()} },
			"a long note": func(x *publish.Site) {
				x.Note = publish.Texts{i18n.English: strings.Repeat("x", publish.MaxSiteNote+1)}
			},
		} {
			x := good
			change(&x)
			if _, err := p.svc.SaveSite(p.as("releaser"), x); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if _, err := p.svc.SaveSite(t.Context(), good); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("nobody: got %v", err)
		}
	})
}
