package listen

import (
	"strings"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/test/fakes"
	"sifara/test/fakes/activitypub"
	"sifara/test/fakes/meta"
)

// TestFediversePersonsAreNotFollowed wants an organisation read, and a person
// only where the account is ours or in the register of public actors.
func TestFediversePersonsAreNotFollowed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ours, listed := "", ""
		h := newHouse(t, d, loopback(t), func(d *Deps) {
			d.Official = func(handle string) bool { return handle == ours }
			d.PublicActor = func(handle string) bool { return handle == listed }
		})
		s := activitypub.Start(t, fakes.Setup{Posts: 5, First: 5, Begin: now.Add(-time.Hour)})
		src := Source{ID: id.New(), Kind: ActivityPubSource, URL: s.URL, Every: 5}
		if err := h.AddSource(system(), src); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without owner and terms: %v, want Invalid", err)
		}
		src.Owner, src.Terms = "A ministry", "public"
		s.Type = "Person"
		if _, err := h.TestSource(system(), src); keyOf(err) != "listen.source.a_person" {
			t.Errorf("a person's account is tried: %v", err)
		}
		if err := h.AddSource(system(), src); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if got := mustSource(t, h, src.ID); got.Posts != 0 || got.LastError != "listen.source.a_person" || got.Health() != Dead {
			t.Errorf("a person's account: %d posts, %q, %s", got.Posts, got.LastError, got.Health())
		}
		listed = "ministry@" + strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/users/ministry")
		if f, err := h.TestSource(system(), src); err != nil || len(f.Items) != 5 {
			t.Errorf("a public actor: %d items, %v", len(f.Items), err)
		}
		ours, listed = listed, ""
		if n, err := h.PollNow(system(), src.ID); err != nil || n != 5 {
			t.Errorf("our own account: %d posts, %v", n, err)
		}
		var official string
		if err := h.store.Reader().NewRaw(`SELECT DISTINCT official FROM listen_post`).Scan(system(), &official); err != nil || official != ours {
			t.Errorf("posts are of %q, %v, want %q", official, err, ours)
		}
	})
}

// TestPagesOfOurs stores posts and comments of a page, comments with a pseudonym
// and without the name, and lets the version of the interface be raised without
// asking for the token again.
func TestPagesOfOurs(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, loopback(t))
		s := meta.Start(t, fakes.Setup{Posts: 8, First: 8, Begin: now.Add(-time.Hour), Token: "secret"})
		src := Source{ID: id.New(), Kind: InstagramSource, URL: strings.TrimSuffix(s.URL, "/v24.0"), Asks: meta.User, Every: 5}
		src.Token = h.SealToken(src.ID, "secret")
		if err := h.AddSource(system(), src); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an address without version: %v, want Invalid", err)
		}
		src.URL = s.URL
		f, err := h.TestSource(system(), src)
		if err != nil || len(f.Items) != 8 {
			t.Errorf("test: %d items, %v", len(f.Items), err)
		}
		if err := h.AddSource(system(), src); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		authors := []int64{}
		if err := h.store.Reader().NewRaw(`SELECT DISTINCT author FROM listen_post WHERE author <> 0`).Scan(system(), &authors); err != nil || len(authors) != 2 {
			t.Errorf("%d authors, %v, want the account and one commentator", len(authors), err)
		}
		var named int
		if err := h.store.Reader().NewRaw(`SELECT count(*) FROM listen_post WHERE text LIKE '%private_writer%' OR url LIKE '%private_writer%' OR official <> ''`).Scan(system(), &named); err != nil || named != 0 {
			t.Errorf("%d posts name a person, %v", named, err)
		}
		got := mustSource(t, h, src.ID)
		kept := got.Token
		got.Token, got.URL = "", strings.Replace(s.URL, "v24.0", "v25.0", 1)
		if err := h.SaveSource(system(), got); err != nil {
			t.Errorf("another version: %v", err)
		}
		if mustSource(t, h, src.ID).Token != kept {
			t.Error("the token is lost with the version")
		}
		got = mustSource(t, h, src.ID)
		got.Token, got.URL = "", "https://graph.example/v25.0"
		if err := h.SaveSource(system(), got); errs.KindOf(err) != errs.Invalid {
			t.Errorf("another server without a token: %v, want Invalid", err)
		}
		usual := Source{ID: id.New(), Kind: FacebookSource, Asks: meta.Page, Every: 5, Paused: true, Token: h.SealToken(src.ID, "x")}
		if err := h.AddSource(system(), usual); err != nil || mustSource(t, h, usual.ID).URL != UsualAddress(FacebookSource) {
			t.Errorf("without an address: %v", err)
		}
	})
}
