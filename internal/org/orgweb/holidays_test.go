package orgweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
)

func TestHolidayByForm(t *testing.T) {
	h := open(t)
	c := h.as(h.head, i18n.English)
	feast := org.Holiday{ID: id.New(), Names: four("Feast"), Calendar: org.Hijri, Month: 10, Day: 1, Days: 3}
	h.must(h.AddHoliday(h.system(), feast))
	v := fields(c.Get(t, holidaysPath+"/new?mission="+h.paris.ID), holidaysPath)
	for _, l := range i18n.Langs {
		v.Set("names-"+string(l), "Bastille "+string(l))
	}
	v.Set("date-day", "٣١")
	v.Set("date-month", "6")
	a := c.Post(t, holidaysPath, v)
	if a.Status != http.StatusUnprocessableEntity || fields(a, holidaysPath).Get("date-day") != "٣١" || a.Doc.Find(`.summary a[href="#date-day"]`).Length() != 1 {
		t.Errorf("31 June: %d %v", a.Status, fields(a, holidaysPath))
	}
	v.Set("date-day", "١٤")
	v.Set("date-month", "7")
	for range 2 {
		if a := c.Post(t, holidaysPath, v); a.Status != http.StatusSeeOther || a.Header.Get("Location") != holidaysOf(h.paris.ID) {
			t.Fatalf("new: %d %s", a.Status, a.Text(".summary"))
		}
	}
	page := c.Get(t, holidaysOf(h.paris.ID))
	if got := page.Text("#holidays"); !strings.Contains(got, "Bastille en") || !strings.Contains(got, "14 July 2026") || !strings.Contains(got, "20 March 2026") || !strings.Contains(got, "1 Shawwal 1447") {
		t.Errorf("holidays: %s", got)
	}
	if page.Doc.Find(`a[href="`+holidaysPath+"/"+feast.ID+`"]`).Length() != 0 {
		t.Error("the head may change the ministry's holiday")
	}
	skip := url.Values{"mission": {h.paris.ID}, "year": {"1447"}, "keep": {"no"}}
	if a := c.Post(t, holidaysPath+"/"+feast.ID+"/keep", skip); a.Status != http.StatusSeeOther {
		t.Fatalf("not kept: %d", a.Status)
	}
	if got := c.Get(t, holidaysOf(h.paris.ID)).Text("#holidays"); !strings.Contains(got, "Not kept this time") {
		t.Errorf("not kept: %s", got)
	}
	edit := holidaysPath + "/" + v.Get("id")
	form := fields(c.Get(t, edit), edit)
	form.Set("days", "2")
	if a := c.Post(t, edit, form); a.Status != http.StatusSeeOther {
		t.Errorf("edit: %d %s", a.Status, a.Text(".summary"))
	}
	if a := c.Post(t, edit, form); a.Status != http.StatusConflict {
		t.Errorf("edit of an old version: %d", a.Status)
	}
	for _, tc := range []struct {
		name, path string
		v          url.Values
		by         org.Person
		want       int
	}{
		{"the ministry's by a head", holidaysPath + "/" + feast.ID + "/remove", nil, h.head, http.StatusForbidden},
		{"by a reader", edit + "/remove", nil, h.reader, http.StatusForbidden},
		{"another mission's mark", holidaysPath + "/" + feast.ID + "/keep", url.Values{"mission": {h.rome.ID}, "year": {"0"}, "keep": {"no"}}, h.head, http.StatusForbidden},
		{"unknown", holidaysPath + "/x/remove", nil, h.head, http.StatusNotFound},
		{"own", edit + "/remove", nil, h.head, http.StatusSeeOther},
	} {
		if a := h.as(tc.by, i18n.English).Post(t, tc.path, tc.v); a.Status != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, a.Status, tc.want)
		}
	}
}
