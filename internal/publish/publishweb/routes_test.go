package publishweb

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/web/webtest"
)

func TestChannelsOfficesAndEscalationInTheConsole(t *testing.T) {
	o := quick(t)
	head := o.site.As(o.head, i18n.English)
	system := o.system()
	lawyer := org.Person{ID: id.New(), Name: "Lawyer", Post: four("محام", "پارێزەر", "Parêzer", "Lawyer"), MissionID: o.paris.ID, Language: i18n.English}
	if err := o.org.AddPerson(system, lawyer); err != nil {
		t.Fatal(err)
	}
	if err := o.org.Grant(system, org.Assignment{ID: id.New(), PersonID: lawyer.ID, Role: org.Clearer, Level: perm.Mission, Unit: o.paris.ID}); err != nil {
		t.Fatal(err)
	}
	office := officeValue(org.Clearer, o.paris.ID)
	form := url.Values{"mission": {o.paris.ID}, "channel": {"newsletter"}, "version": {"0"}, "kind-0": {"clear"}, "hours-0": {"5"}, "who-0": {office}, "after-0": {"3"}, "escalate-0": {"person:" + lawyer.ID},
		"hours-release": {"2"}, "review_within": {"4"}}
	if a := head.Post(t, "/console/routes/edit", form); a.Status != 303 {
		t.Fatalf("save: %d %s", a.Status, a.Text("main"))
	}
	again := head.Get(t, "/console/routes/edit?"+url.Values{"mission": {o.paris.ID}, "channel": {"newsletter"}}.Encode())
	for _, selector := range []string{"select[name=who-0] option[value='" + office + "'][selected]", "select[name=escalate-0] option[value='person:" + lawyer.ID + "'][selected]", "input[name=after-0][value='3']"} {
		if again.Doc.Find(selector).Length() != 1 {
			t.Errorf("the form lacks %s", selector)
		}
	}
	if again.Doc.Find("select[name^=certificate]").Length() != 0 {
		t.Error("a certificate is offered where nobody certifies")
	}
	list := head.Get(t, "/console/routes").Text("main")
	for _, want := range []string{"Embassy of Iraq in Paris – Newsletter", "Clearing officer – Embassy of Iraq in Paris", "passed on after 3 hours to Lawyer"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of routes lacks %q: %s", want, list)
		}
	}
	m := o.draft(t)
	settings := url.Values{"mission": {o.paris.ID}, "kind": {"statement"}, "sensitivity": {"routine"}, "version": {"1"}, "channels": {"x", "newsletter"}}
	if a := o.site.As(o.writer, i18n.English).Post(t, messagePath(m.ID)+"/settings", settings); a.Status != 303 {
		t.Fatalf("settings: %d %s", a.Status, a.Text("main"))
	}
	m = o.read(t, m.ID)
	page := o.site.As(o.writer, i18n.English).Get(t, messagePath(m.ID)).Text("main")
	if m.Channels != "newsletter,x" || !strings.Contains(page, "Newsletter and X") {
		t.Errorf("channels %q, page %s", m.Channels, page)
	}
	m = o.act(t, o.writer, m, "submit", url.Values{})
	if m.Route.Match.Channel != publish.Newsletter {
		t.Errorf("took the route %+v", m.Route.Match)
	}
}

// TestRoutesWarnOfWhatHoldsMessagesUp wants who sets a route, and who tries one, to
// be told of a step that is passed on to somebody who may not take it, and of a
// required language that nobody reads.
func TestRoutesWarnOfWhatHoldsMessagesUp(t *testing.T) {
	o := quick(t).knowing(t)
	head := o.site.As(o.head, i18n.English)
	clerk := o.official(t, "Clerk Without", o.paris.ID, "reader")
	clearer := o.official(t, "Layla Clear", o.paris.ID, org.Clearer)
	reviewer := o.official(t, "Sara Reads", o.paris.ID, org.LanguageReviewer)
	save := func(version, to string, required ...string) webtest.Answer {
		t.Helper()
		form := url.Values{"mission": {o.paris.ID}, "kind": {"news"}, "version": {version}, "kind-0": {"language_review"}, "hours-0": {"5"}, "kind-1": {"clear"}, "hours-1": {"5"}, "after-1": {"3"}, "escalate-1": {"person:" + to},
			"required": required, "hours-release": {"2"}, "review_within": {"4"}}
		a := head.Post(t, "/console/routes/edit", form)
		if a.Status != 303 {
			t.Fatalf("save: %d %s", a.Status, a.Text("main"))
		}
		return head.Get(t, a.Header.Get("Location"))
	}
	reads, err := o.org.Person(o.system(), reviewer.ID)
	if err != nil {
		t.Fatal(err)
	}
	reads.Reads = []i18n.Lang{i18n.Arabic}
	if err := o.org.EditPerson(o.system(), reads); err != nil {
		t.Fatal(err)
	}
	form := save("0", clerk.ID, "ar", "kmr")
	try := head.Get(t, "/console/routes/try?"+url.Values{"mission": {o.paris.ID}, "kind": {"news"}}.Encode())
	for name, page := range map[string]webtest.Answer{"the form": form, "trying it": try} {
		got := page.Text(".k-warning")
		if !strings.Contains(got, "Step 2 would be passed on to Clerk Without") || !strings.Contains(got, "Kurdish (Kurmanji) is required") || strings.Contains(got, "Arabic") {
			t.Errorf("%s warns: %q", name, got)
		}
	}
	if page := save("1", clearer.ID, "ar"); page.Doc.Find(".k-warning").Length() != 0 || page.Doc.Find("#own").Length() != 1 {
		t.Errorf("a sound route warns: %s", page.Text("main"))
	}
}

func TestRoutesAndPauseRulesByAPI(t *testing.T) {
	o := quick(t)
	token := func(a *perm.Actor) *webtest.Client {
		of := *a
		of.Kind = perm.Token
		return o.site.As(&of, i18n.English)
	}
	head := token(o.head)
	body := `{"mission_id":"` + o.paris.ID + `","kind":"news","steps":[{"kind":"clear","hours":4,"offices":[{"role":"clearer","unit":"` + o.paris.ID + `"}],"escalate":{"after":2,"roles":["unit_head"]}},{"kind":"release"}],"required":["en"],"review_within":5,"version":0}`
	saved := asJSON(t, head, "PUT", "/api/v1/routes", body)
	if saved.Status != 200 {
		t.Fatalf("save: %d %s", saved.Status, saved.Body)
	}
	r, err := o.svc.RouteFor(t.Context(), publish.Match{MissionID: o.paris.ID, Kind: publish.News, Sensitivity: publish.High})
	if err != nil || r.Kind != publish.News || len(r.Steps) != 2 || r.Steps[0].Permission != publish.MayClear || r.Steps[0].Escalate.After != 2 || r.Steps[0].Offices[0].Role != "clearer" || len(r.Required) != 1 {
		t.Fatalf("saved %+v, %v", r, err)
	}
	for name, bad := range map[string]string{
		"made twice": body, "a language that is none": strings.Replace(body, `["en"]`, `["fr"]`, 1), "a certificate that nobody gives": strings.Replace(body, `"hours":4`, `"certificate":"x"`, 1),
	} {
		if a := asJSON(t, head, "PUT", "/api/v1/routes", bad); a.Status/100 != 4 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if a := asJSON(t, token(o.abroad), "DELETE", "/api/v1/routes/"+r.ID, ""); a.Status != 403 {
		t.Errorf("dropped by another mission: %d", a.Status)
	}
	if a := asJSON(t, head, "DELETE", "/api/v1/routes/"+r.ID, ""); a.Status != 200 || strings.Contains(a.Body, r.ID) {
		t.Errorf("drop: %d %s", a.Status, a.Body)
	}
	if a := asJSON(t, head, "PUT", "/api/v1/pauses/rules", `{"passes":["crisis"],"gap":30,"version":1}`); a.Status != 403 {
		t.Errorf("rules of pauses without the permission: %d", a.Status)
	}
	all := token(webtest.Official("all", perm.Everywhere(), publish.MayView, publish.MayExempt))
	if a := asJSON(t, all, "PUT", "/api/v1/pauses/rules", `{"passes":["crisis"],"gap":30,"version":1}`); a.Status != 200 || !strings.Contains(a.Body, `"passes":["crisis"],"gap":30,"version":2`) {
		t.Errorf("rules of pauses: %d %s", a.Status, a.Body)
	}
}

// TestSettingsByAPIKeepWhatIsNotNamed wants a program that knows nothing of channels
// and details to leave them as they are.
func TestSettingsByAPIKeepWhatIsNotNamed(t *testing.T) {
	o := quick(t)
	m := o.draft(t)
	to := m.Settings()
	to.Kind, to.Channels, to.Details = publish.TravelAdvice, publish.JoinChannels("newsletter"), publish.Details{Country: "FR", Level: 2}
	ctx := perm.With(t.Context(), o.writer)
	m, err := o.svc.Arrange(ctx, m.ID, m.SettingsVersion, to)
	if err != nil {
		t.Fatal(err)
	}
	of := *o.writer
	of.Kind = perm.Token
	c := o.site.As(&of, i18n.English)
	put := func(more string) publish.Message {
		t.Helper()
		now := o.read(t, m.ID)
		body := fmt.Sprintf(`{"mission_id":%q,"kind":"travel_advice","sensitivity":"sensitive","version":%d%s}`, m.MissionID, now.SettingsVersion, more)
		if a := asJSON(t, c, "PUT", "/api/v1/messages/"+m.ID+"/settings", body); a.Status != 200 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		return o.read(t, m.ID)
	}
	if got := put(""); got.Sensitivity != publish.Sensitive || got.Channels != "newsletter" || got.Details.Country != "FR" {
		t.Errorf("not named: %+v", got.Settings())
	}
	if got := put(`,"channels":[],"details":{"country":"DE","level":1}`); got.Channels != "" || got.Details.Country != "DE" {
		t.Errorf("named: %+v", got.Settings())
	}
	o.writer.Grants[0].Permissions = append(o.writer.Grants[0].Permissions, publish.MayExempt)
	if put(`,"exempt":"crisis"`); put("").Exempt != publish.Crisis {
		t.Error("the exemption is lost where it is not named")
	}
	if put(`,"exempt":""`).Exempt != "" {
		t.Error("the exemption cannot be taken back")
	}
}

// asJSON asks the API as a client.
func asJSON(t *testing.T, c *webtest.Client, method, path, body string) webtest.Answer {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer test")
	r.RemoteAddr = fmt.Sprintf("[2001:db8:%x:%x::1]:1234", rand.IntN(1<<16), rand.IntN(1<<16)) // rates are limited by network
	return c.Do(t, r)
}
