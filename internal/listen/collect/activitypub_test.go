package collect

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/test/fakes"
	"sifara/test/fakes/activitypub"
)

// TestActorsThatAreRead reads organisations and registered accounts, and says
// why it does not read others.
func TestActorsThatAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string
		signed bool
		path   string
		public func(account string) bool
		want   error
	}{
		"organisation":        {kind: "Organization"},
		"group":               {kind: "Group"},
		"person":              {kind: "Person", want: ErrPerson},
		"other person":        {kind: "Person", public: func(a string) bool { return strings.HasPrefix(a, "ministry@elsewhere") }, want: ErrPerson},
		"registered":          {kind: "Person", public: func(a string) bool { return strings.HasPrefix(a, "ministry@127.0.0.1") }},
		"signed only":         {kind: "Organization", signed: true, want: ErrSigned},
		"no such":             {kind: "Organization", path: "x", want: ErrMissing},
		"an outbox, no actor": {kind: "Organization", path: "/outbox", want: ErrActor},
	} {
		s := activitypub.Start(t, fakes.Setup{Posts: 3, First: 3, Begin: began})
		s.Type, s.Signed = c.kind, c.signed
		n := 0
		r := ActivityPub{Fetch: patience(t), Clock: clock.At(began), Actor: s.URL + c.path, Public: c.public}
		err := r.Read(t.Context(), "", func(_ context.Context, items []Item, _ string) error {
			n += len(items)
			return nil
		})
		if !errors.Is(err, c.want) || (c.want == nil) != (n == 3) {
			t.Errorf("%s: %d items, %v, want %v", name, n, err, c.want)
		}
	}
}

// TestActorsElsewhere refuses an actor whose outbox, or the next page of it, is
// at another server.
func TestActorsElsewhere(t *testing.T) {
	outbox := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		me := "http://" + r.Host + "/a"
		switch r.URL.Path {
		case "/a":
			fakes.Write(w, http.StatusOK, fakes.Doc{"id": me, "type": "Group", "preferredUsername": "g", "outbox": outbox})
		case "/first":
			fakes.Write(w, http.StatusOK, fakes.Doc{"first": "https://evil.example/page"})
		case "/next":
			fakes.Write(w, http.StatusOK, fakes.Doc{"first": fakes.Doc{"orderedItems": []int{}, "next": "https://evil.example/page"}})
		default:
			fakes.Write(w, http.StatusOK, fakes.Doc{"orderedItems": nil})
		}
	}))
	defer server.Close()
	for path, want := range map[string]error{"https://evil.example/outbox": ErrActor, server.URL + "/first": ErrBroken, server.URL + "/next": ErrBroken, server.URL + "/plain": nil} {
		outbox = path
		err := ActivityPub{Fetch: patience(t), Clock: clock.At(began), Actor: server.URL + "/a"}.Read(t.Context(), "", func(context.Context, []Item, string) error { return nil })
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

// TestActivities reads what an activity holds.
func TestActivities(t *testing.T) {
	actor := activityActor{ID: "https://s.example/users/m", Name: "M"}
	it, ok := actor.item(json.RawMessage(`{"id":"https://s.example/1/activity","type":["Create"],"actor":{"id":"https://s.example/users/m"},"to":"as:Public","published":"2026-06-01T12:00:00Z",
		"object":{"id":"https://s.example/1","type":"Note","attributedTo":["https://s.example/users/m"],"summary":"Flood","content":"<p>Stay <b>home</b> <a href=\"https://mofa.example/x\">more</a></p>","contentMap":{"ckb":"x"},
		"published":"2026-06-01T12:00:00Z","updated":"2026-06-01T13:00:00Z","url":[{"type":"Link","href":"https://s.example/@m/1"}],"inReplyTo":{"id":"https://s.example/0"},"tag":[{"type":"Hashtag","name":"#flood"},{"type":"Mention","name":"@x"}],"attachment":[{"url":"https://s.example/p.png"}]}}`))
	if !ok || it.ID != "https://s.example/1" || it.Revision != "2026-06-01T13:00:00Z" || it.Author != "m@s.example" || it.Text != "Flood\nStay home more" || it.Lang != "ckb" || it.URL != "https://s.example/@m/1" ||
		!it.At.Equal(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)) || it.Reply != "https://s.example/0" || len(it.Tags) != 1 || len(it.Images) != 1 || len(it.Links) != 1 {
		t.Errorf("%v, %+v", ok, it)
	}
	it, ok = actor.item(json.RawMessage(`{"id":"https://s.example/2","type":"Announce","actor":"https://s.example/users/m","cc":["https://www.w3.org/ns/activitystreams#Public"],"object":{"id":"https://o.example/1","content":"Theirs"}}`))
	if !ok || it.ID != "https://s.example/2" || it.Repost != "https://o.example/1" || it.Text != "Theirs" {
		t.Errorf("%v, %+v", ok, it)
	}
}

func FuzzActivities(f *testing.F) {
	f.Add([]byte(`{"orderedItems":[{"id":"https://s.example/1/activity","type":"Create","actor":"https://s.example/a","to":"as:Public","object":{"id":"https://s.example/1","content":"<p>x</p>","published":"2026-06-01T12:00:00Z","url":"u"}}]}`))
	f.Add([]byte(`{"first":{"orderedItems":[{"type":"Announce","actor":["https://s.example/a"],"cc":["Public"],"object":"https://o.example/1"}]},"next":["n"]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		actor := activityActor{ID: "https://s.example/a", Name: "m"}
		var p activityPage
		if json.Unmarshal(b, &p) != nil {
			return
		}
		var first activityPage
		_ = json.Unmarshal(p.First, &first) // mostly none
		for _, it := range actor.items(append(p.Items, first.Items...)) {
			if it.ID == "" || it.Author != "m@s.example" || len(it.Text) > maxItemText {
				t.Fatalf("%+v", it)
			}
		}
	})
}
