package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sifara/internal/app"
	"sifara/internal/auth"
	"sifara/internal/channels"
	"sifara/internal/clock"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// TestWalk runs the client against a whole house in this process.
func TestWalk(t *testing.T) {
	h, token := house(t)
	server := httptest.NewServer(h.Server.Handler())
	defer server.Close()
	var out strings.Builder
	if err := walk(t.Context(), client{base: server.URL + "/api/v1", token: token, lang: "en"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mission paris in FR\n", "account @IraqInParis on x: ours\n", " in ar: unchanged\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the client did not say %q:\n%s", want, out.String())
		}
	}
	err := walk(t.Context(), client{base: server.URL + "/api/v1", lang: "kmr"}, &out)
	if err == nil || !strings.Contains(err.Error(), "401 ") || !strings.Contains(err.Error(), "Pêşî têkevin") && !strings.ContainsAny(err.Error(), "êîûşç") {
		t.Errorf("without token: %v, want a refusal in Kurmanji", err)
	}
	if err := h.API.Check(); err != nil {
		t.Errorf("the API breaks its rules:\n%v", err)
	}
}

// house gives a ministry with a mission, an account and a statement, and a
// token of its first official.
func house(t *testing.T) (*app.House, string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), MailFrom: "sifara@mofa.example"}, slog.New(slog.DiscardHandler), clock.System{})
	must(err)
	t.Cleanup(func() { h.Close() })
	must(h.Migrate(t.Context()))
	system := perm.With(t.Context(), perm.SystemActor("test"))
	first, err := h.Org.Setup(system, org.MinistrySpec{
		Ministry: org.Ministry{Names: four("Ministry"), City: four("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs},
		First:    org.Person{Name: "First", Post: four("Head"), Email: "first@mofa.example", Language: i18n.Arabic},
	})
	must(err)
	paris := org.Mission{ID: id.New(), Slug: "paris", Kind: org.Embassy, Names: four("Paris"), City: four("Paris"), Country: "FR", TimeZone: "Europe/Paris", Weekend: []time.Weekday{0, 6}, Languages: i18n.Langs}
	must(h.Org.CreateMission(system, paris))
	keeper := org.Person{ID: id.New(), Name: "Keeper", Post: four("Keeper"), MissionID: paris.ID, Language: i18n.English}
	must(h.Org.AddPerson(system, keeper))
	grants, err := h.Org.Grants(t.Context(), first.ID)
	must(err)
	ctx := perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: first.ID, Name: first.Name, Grants: grants})

	account := channels.Draft{ID: id.New(), MissionID: paris.ID, Platform: channels.X, Handle: "@IraqInParis", OwnerID: first.ID, CustodianID: keeper.ID}
	must(h.Channels.Register(ctx, account))
	must(h.Channels.SetState(ctx, account.ID, channels.Active, "", 1))
	release(ctx, t, h, paris.ID)
	token, err := h.Auth.CreateToken(ctx, auth.NewToken{ID: id.New(), Name: "client", Permissions: []perm.Permission{org.View, publish.MayView}, ExpiresAt: time.Now().Add(time.Hour)})
	must(err)
	return h, token
}

func release(ctx context.Context, t *testing.T, h *app.House, mission string) {
	t.Helper()
	m, err := h.Publish.Create(ctx, publish.Beginning{ID: id.New(), MissionID: mission, Kind: publish.Statement, Sensitivity: publish.Routine, SourceLang: i18n.Arabic,
		Words: publish.Words{Title: "بيان السفارة عن مواعيد التأشيرات الجديدة", Body: "تعلن السفارة أن طلبات التأشيرة تُستقبل كل يوم من الأحد إلى الخميس بين التاسعة والثانية عشرة."}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Publish.Rush(ctx, m.ID, m.Hash, "The office hours change today."); err != nil {
		t.Fatal(err)
	}
}

func four(s string) org.Names {
	return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
}
