package publishweb

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/witness"
	"sifara/internal/web/webtest"
	"sifara/test/fakes"
	fake "sifara/test/fakes/witness"
)

// TestLogPage keeps the log's key and witnesses through the console.
func TestLogPage(t *testing.T) {
	o := quick(t)
	out, err := fetch.New(fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	svc := witness.New(witness.Deps{DB: o.db, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Clock: o.clock, Audit: audit.New(o.db, o.clock), Fetch: out, Proof: o.log})
	fresh := false
	m := Module(Options{Service: o.svc, Witness: svc, Org: o.org, Clock: o.clock, Reauth: func(_ *http.Request, back string) (string, bool) { return "/console/confirm?back=" + back, fresh }})
	site := webtest.New(t, locales(), m.Routes...)
	keeper := webtest.Official("keeper", perm.Everywhere(), publish.MayLog)
	for _, l := range i18n.Langs {
		a := site.As(keeper, l).Get(t, logAddress)
		if a.Status != http.StatusOK || !strings.Contains(a.Text("#state"), "example.test/log") || a.Doc.Find("#witnesses form").Length() != 1 {
			t.Fatalf("%s: got %d\n%s", l, a.Status, a.Text("body"))
		}
	}
	if a := site.As(o.head, i18n.English).Get(t, logAddress); a.Status != http.StatusForbidden {
		t.Errorf("without permission: got %d", a.Status)
	}
	abroad := webtest.Official("abroad", perm.InMission(o.paris.ID), publish.MayLog)
	if a := site.As(abroad, i18n.English).Post(t, logAddress+"/key", url.Values{}); a.Status == http.StatusOK {
		t.Errorf("a mission may not touch the log: got %d", a.Status)
	}
	c := site.As(keeper, i18n.English)
	for _, a := range []webtest.Answer{c.Get(t, logAddress+"/key"), c.Post(t, logAddress+"/key", url.Values{})} {
		if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/console/confirm") {
			t.Errorf("without proof of identity: got %d to %q", a.Status, a.Header.Get("Location"))
		}
	}
	before, err := o.log.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fresh = true
	if a := site.As(abroad, i18n.English).Post(t, logAddress+"/key", url.Values{}); a.Status != http.StatusForbidden {
		t.Errorf("a mission changed the key: got %d", a.Status)
	}
	if a := c.Post(t, logAddress+"/key", url.Values{}); a.Status != http.StatusSeeOther || a.Header.Get("Location") != logAddress {
		t.Fatalf("change: got %d to %q", a.Status, a.Header.Get("Location"))
	}
	after, err := o.log.Key(t.Context())
	if err != nil || after == before {
		t.Fatalf("the key is as it was: %v", err)
	}
	if text := c.Get(t, logAddress).Text("#keys"); !strings.Contains(text, before) || !strings.Contains(text, after) || !strings.Contains(text, "until 31 March 2026") {
		t.Errorf("keys: got %q", text)
	}
	w := fake.Start(t, "witness.example/one", fakes.Setup{})
	form := url.Values{"id": {id.New()}, "key": {"nonsense"}, "address": {"https://10.0.0.1/w"}}
	if a := c.Post(t, logAddress+"/witnesses", form); a.Status != http.StatusUnprocessableEntity || a.Doc.Find("#key[aria-invalid], #address[aria-invalid]").Length() != 2 {
		t.Errorf("a bad witness: got %d\n%s", a.Status, a.Text("#witnesses"))
	}
	form = url.Values{"id": {id.New()}, "key": {w.Key}, "address": {"https://witness.example/api"}}
	if a := c.Post(t, logAddress+"/witnesses", form); a.Status != http.StatusSeeOther {
		t.Fatalf("add: got %d\n%s", a.Status, a.Text("#witnesses"))
	}
	if text := c.Get(t, logAddress).Text(".witness"); !strings.Contains(text, "witness.example/one") || !strings.Contains(text, "https://witness.example/api") {
		t.Errorf("witness: got %q", text)
	}
	if a := c.Post(t, logAddress+"/witnesses/"+form.Get("id")+"/remove", url.Values{}); a.Status != http.StatusSeeOther || c.Get(t, logAddress).Doc.Find(".witness").Length() != 0 {
		t.Errorf("remove: got %d", a.Status)
	}
}
