package publishweb

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/theme"
	"sifara/internal/web/webtest"
)

// wineJSON is a look in the API, with more fields in front of its end.
func wineJSON(more string) string {
	return `{"own":true,"accent":"#8a1c2c","ink":"#ffffff","follows":true,"header":"band",` + more + `}`
}

// recorded counts the acts of a name about an object.
func (o *office) recorded(t *testing.T, act, object string) int {
	t.Helper()
	list, _, err := audit.New(o.db, o.clock).List(perm.With(t.Context(), perm.SystemActor("test")), audit.Filter{Act: act, ObjectID: object})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// faults are the names of the fields that an answer finds wrong.
func faults(t *testing.T, a webtest.Answer) string {
	t.Helper()
	var p struct {
		Errors []struct{ Field string }
	}
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		t.Fatalf("%s: %v", a.Body, err)
	}
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Field)
	}
	return strings.Join(names, " ")
}

// TestLookIsSetByAPI walks from no look of its own to one with an emblem and back.
func TestLookIsSetByAPI(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := o.themes(t)
		p, path := o.program(o.releaser), "/sites/"+o.paris.ID+"/theme"
		if got := want[apiTheme](t, p, "GET", path, ""); got.Own || got.Version != 0 || got.Accent != "" {
			t.Fatalf("at first: %+v", got)
		}
		got := want[apiTheme](t, p, "PUT", path, wineJSON(`"version":0`))
		if got.Version != 1 || got.Accent != "#8a1c2c" || got.DarkAccent == "" || got.Header != "band" || !got.Follows {
			t.Fatalf("set: %+v", got)
		}
		if read := want[apiTheme](t, p, "GET", path, ""); read.Accent != got.Accent || read.DarkAccent != got.DarkAccent || read.Version != 1 {
			t.Errorf("read back: %+v", read)
		}
		look, err := s.Look(t.Context(), o.paris.ID)
		if err != nil || look.Accent.String() != "#8a1c2c" || look.Header != theme.Band {
			t.Fatalf("pages wear %+v, %v", look, err)
		}
		// An emblem and what is said of it stay when they are not named.
		l, err := s.AddLogo(perm.With(t.Context(), o.releaser), o.paris.ID, id.New(), bytes.NewReader(disc(t)))
		if err != nil {
			t.Fatal(err)
		}
		alt := `"alt":{"ar":"شعار","ckb":"دروشم","kmr":"Nîşan","en":"Emblem"}`
		want[apiTheme](t, p, "PUT", path, wineJSON(`"logo":"`+l.ID+`",`+alt+`,"version":1`))
		got = want[apiTheme](t, p, "PUT", path, `{"own":true,"accent":"#1a3a6a","ink":"#ffffff","dark_accent":"#9fc0f0","dark_ink":"#101615","header":"plain","version":2}`)
		if got.Logo == nil || *got.Logo != l.ID || got.Alt["kmr"] != "Nîşan" || got.DarkAccent != "#9fc0f0" || got.Follows {
			t.Errorf("the emblem is lost: %+v", got)
		}
		if got = want[apiTheme](t, p, "PUT", path, wineJSON(`"logo":"","alt":{},"version":3`)); *got.Logo != "" || len(got.Alt) != 0 {
			t.Errorf("the emblem stays: %+v", got)
		}
		if a := asJSON(t, p, "PUT", "/api/v1"+path, wineJSON(`"version":1`)); a.Status != http.StatusConflict {
			t.Errorf("an old version: %d %s", a.Status, a.Body)
		}
		if got = want[apiTheme](t, p, "PUT", path, `{"own":false,"version":4}`); got.Own || got.Version != 5 {
			t.Errorf("given up: %+v", got)
		}
		if look, err := s.Look(t.Context(), o.paris.ID); err != nil || look.Sheet != "" {
			t.Errorf("given up, pages wear %+v, %v", look, err)
		}
		if n := o.recorded(t, "publish.theme", o.paris.ID); n != 5 {
			t.Errorf("%d acts are recorded, want 5", n)
		}
	})
}

// TestLooksOfOthersByAPI calls both operations in every role, from another mission
// and about units that are not one's own.
func TestLooksOfOthersByAPI(t *testing.T) {
	o := quick(t)
	s := o.themes(t)
	_, roman := o.rome(t)
	unit := webtest.Official("unit", perm.Everywhere(), publish.MayView, publish.MayRelease)
	for _, x := range []struct {
		site string
		want map[*perm.Actor]int
	}{
		{o.paris.ID, map[*perm.Actor]int{nil: 401, o.writer: 403, o.reviewer: 403, o.clearer: 403, o.head: 403, o.reader: 403, o.abroad: 404, roman: 404, o.releaser: 200}},
		{"ministry", map[*perm.Actor]int{nil: 401, o.writer: 403, o.releaser: 404, o.abroad: 404, unit: 200}},
		{id.New(), map[*perm.Actor]int{o.releaser: 404, unit: 404}},
	} {
		for who, want := range x.want {
			c, name := o.site.As(nil, "en"), "nobody"
			if who != nil {
				c, name = o.program(who), who.ID
			}
			for method, body := range map[string]string{"GET": "", "PUT": wineJSON(`"version":0`)} {
				if a := asJSON(t, c, method, "/api/v1/sites/"+x.site+"/theme", body); a.Status != want {
					t.Errorf("%s of %s by %s: %d, want %d: %s", method, x.site, name, a.Status, want, a.Body)
				}
			}
		}
	}
	for _, site := range []string{o.paris.ID, ""} {
		if now, err := s.Theme(t.Context(), site); err != nil || now.Version != 1 {
			t.Errorf("%q was saved %d times, %v", site, now.Version, err)
		}
	}
}

// TestBadLooksByAPI wants refusals that name the fields of the form and say which
// colour would do.
func TestBadLooksByAPI(t *testing.T) {
	o := quick(t)
	s := o.themes(t)
	l, err := s.AddLogo(perm.With(t.Context(), webtest.Official("unit", perm.Everywhere(), publish.MayRelease)), "", id.New(), bytes.NewReader(disc(t)))
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ body, want string }{
		"no colours":            {`{"own":true,"header":"full","version":0}`, "accent ink dark_accent dark_ink"},
		"no dark colours":       {`{"own":true,"accent":"#0f4c45","ink":"#ffffff","header":"full","version":0}`, "dark_accent dark_ink"},
		"a style sheet":         {`{"own":true,"accent":"red;}body{display:none","ink":"#ffffff","follows":true,"header":"full","version":0}`, "accent"},
		"cannot be read":        {`{"own":true,"accent":"#f2d060","ink":"#000000","follows":true,"header":"full","version":0}`, "accent"},
		"no such header":        {`{"own":true,"accent":"#0f4c45","ink":"#ffffff","follows":true,"header":"huge","version":0}`, "header"},
		"an emblem of nobody":   {wineJSON(`"logo":"` + id.New() + `","alt":{"ar":"x","ckb":"x","kmr":"x","en":"x"},"version":0`), "logo"},
		"an emblem of others":   {wineJSON(`"logo":"` + l.ID + `","alt":{"ar":"x","ckb":"x","kmr":"x","en":"x"},"version":0`), "logo"},
		"an emblem not told of": {wineJSON(`"logo":"` + l.ID + `","alt":{"ar":"x","ckb":"x","en":"x"},"version":0`), "alt_kmr"},
		"too long":              {wineJSON(`"alt":{"en":"` + strings.Repeat("x", theme.MaxAlt+1) + `"},"version":0`), "alt_en"},
		"no version":            {wineJSON(`"alt":{}`), "version"},
		"what is not known":     {wineJSON(`"css":"x","version":0`), "css"},
	} {
		a := asJSON(t, o.program(o.releaser), "PUT", "/api/v1/sites/"+o.paris.ID+"/theme", x.body)
		if got := faults(t, a); a.Status != http.StatusUnprocessableEntity || got != x.want {
			t.Errorf("%s: %d %q, want %q: %s", name, a.Status, got, x.want, a.Body)
		}
		if name == "cannot be read" && !strings.Contains(a.Body, "#") {
			t.Errorf("no colour is suggested: %s", a.Body)
		}
	}
	if now, err := s.Theme(t.Context(), o.paris.ID); err != nil || now.Version != 0 {
		t.Errorf("saved: %+v, %v", now, err)
	}
	if !slices.Contains([]int{400, 422}, asJSON(t, o.program(o.releaser), "PUT", "/api/v1/sites/"+o.paris.ID+"/theme", `{`).Status) {
		t.Error("half a body is taken")
	}
}
