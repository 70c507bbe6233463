package collect

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
	"sifara/test/fakes"
	"sifara/test/fakes/activitypub"
	"sifara/test/fakes/eventstreams"
	"sifara/test/fakes/jetstream"
	"sifara/test/fakes/mastodon"
	"sifara/test/fakes/meta"
	"sifara/test/fakes/telegram"
	"sifara/test/fakes/x"
	"sifara/test/fakes/youtube"
)

var began = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const token = "secret"

// patience is a client that soon takes silence for a fault.
func patience(t testing.TB) *fetch.Client {
	t.Helper()
	f, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}, Stall: 300 * time.Millisecond, StreamStall: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// protocol is a server with what reads it.
type protocol struct {
	name string
	// start runs the server; publish, which may be nil, makes it show all posts.
	start  func(t testing.TB, set fakes.Setup) (url string, faults *fakes.Injector, publish func())
	reader func(f *fetch.Client, k clock.Clock, url string) Reader
}

var protocols = []protocol{
	{"mastodon", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := mastodon.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return Mastodon{Fetch: f, Clock: k, Base: u, Token: token, Hashtag: mastodon.Tag}
	}},
	{"telegram", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := telegram.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return Telegram{Fetch: f, Clock: k, Base: u, Token: token, Channels: []string{telegram.Channel}}
	}},
	{"youtube", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := youtube.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return YouTube{Fetch: f, Clock: k, Base: u, Key: token, Video: youtube.Video}
	}},
	{"activitypub", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := activitypub.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return ActivityPub{Fetch: f, Clock: k, Actor: u}
	}},
	{"facebook", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := meta.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return Facebook{Fetch: f, Clock: k, Base: u, Token: token, Page: meta.Page}
	}},
	{"instagram", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := meta.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return Instagram{Fetch: f, Clock: k, Base: u, Token: token, User: meta.User}
	}},
	{"x search", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := x.Start(t, set)
		return s.URL, s.Faults, s.Publish
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return XSearch{Fetch: f, Clock: k, Base: u, Token: token, Query: x.Query}
	}},
	{"x stream", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		set.First = 0
		s := x.Start(t, set)
		return s.URL, s.Faults, nil
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return XStream{Fetch: f, Clock: k, Base: u, Token: token, Query: x.Query, Tag: "ours"}
	}},
	{"jetstream", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := jetstream.Start(t, set, nil)
		return s.URL, s.Faults, nil
	}, func(f *fetch.Client, _ clock.Clock, u string) Reader { return Jetstream{Fetch: f, URL: u} }},
	{"jetstream zstd", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		s := jetstream.Start(t, set, jetstream.Dictionary(7))
		return s.URL, s.Faults, nil
	}, func(f *fetch.Client, _ clock.Clock, u string) Reader {
		return Jetstream{Fetch: f, URL: u, Dictionary: jetstream.Dictionary(7)}
	}},
	{"eventstreams", func(t testing.TB, set fakes.Setup) (string, *fakes.Injector, func()) {
		set.First = set.Posts
		s := eventstreams.Start(t, set)
		return s.URL, s.Faults, nil
	}, func(f *fetch.Client, k clock.Clock, u string) Reader {
		return Wikimedia{Fetch: f, Clock: k, URL: u, Wikis: []string{eventstreams.Wiki}}
	}},
}

var errCrash = errors.New("crash")

// notebook stores what a reader delivers, in memory, and crashes now and then:
// before it stored, when nothing of a delivery is kept, and after.
type notebook struct {
	keys       map[string]map[string]bool // text to keys
	cursor     string
	deliveries int
	longest    time.Duration // that a reader was told to wait
}

func (n *notebook) deliver(_ context.Context, items []Item, cursor string) error {
	n.deliveries++
	if n.deliveries%5 == 4 {
		return errCrash
	}
	for _, it := range items {
		if it.Text == "" && it.Repost != "" {
			continue // passed on, without a text of its own
		}
		if n.keys[it.Text] == nil {
			n.keys[it.Text] = map[string]bool{}
		}
		n.keys[it.Text][it.Key()] = true
	}
	n.cursor = cursor
	if n.deliveries%5 == 3 {
		return errCrash
	}
	return nil
}

// run reads until so many posts are stored, or until a hundred tries in a row
// brought none: how many a try brings depends on how busy the machine is.
func (n *notebook) run(ctx context.Context, r Reader, posts int) {
	ctx, enough := context.WithTimeout(ctx, 30*time.Second) // a stream that lost something says no more for ever
	defer enough()
	for vain, had := 0, 0; len(n.keys) < posts && vain < 100 && ctx.Err() == nil; vain++ {
		if len(n.keys) > had {
			vain, had = 0, len(n.keys)
		}
		ctx, cancel := context.WithCancel(ctx)
		_ = Keeper{
			Load: func(context.Context) (string, error) { return n.cursor, nil },
			Deliver: func(ctx context.Context, items []Item, cursor string) error {
				err := n.deliver(ctx, items, cursor)
				if len(n.keys) == posts {
					cancel()
				}
				return err
			},
			Wait: func(_ context.Context, d time.Duration) error {
				n.longest = max(n.longest, d)
				return nil
			},
			GiveUp: 20,
		}.Run(ctx, r)
		cancel()
	}
}

// TestNothingIsLost reads each source through each fault and through crashes of
// our own, and wants exactly the posts that there are, each under one key.
func TestNothingIsLost(t *testing.T) {
	const first, posts = 32, 240
	for _, p := range protocols {
		for seed, fault := range fakes.Faults() {
			t.Run(p.name+"/"+string(fault), func(t *testing.T) {
				t.Parallel()
				set := fakes.Setup{Posts: posts, First: first, Begin: began, Token: token, Fault: fault, Seed: uint64(seed)}
				if fault != fakes.Disorder {
					set.Step = 30 * time.Second // farther apart than what is read again to be sure
				}
				url, faults, publish := p.start(t, set)
				r := p.reader(patience(t), clock.At(began.Add(3*time.Hour)), url)
				n := &notebook{keys: map[string]map[string]bool{}}
				if publish != nil {
					n.run(t.Context(), r, first)
					publish()
				}
				n.run(t.Context(), r, posts)
				for _, text := range fakes.Texts(posts) {
					if len(n.keys[text]) != 1 {
						t.Errorf("%q is stored under %d keys", text, len(n.keys[text]))
					}
				}
				if len(n.keys) != posts {
					t.Errorf("%d posts, want %d", len(n.keys), posts)
				}
				if fault != fakes.None && faults.Spoilt() == 0 {
					t.Error("nothing went wrong at the server")
				}
				if asked := n.longest >= fakes.RetryAfter*time.Second; asked != (fault == fakes.Busy) {
					t.Errorf("the longest wait was %v", n.longest)
				}
			})
		}
	}
}

// TestXStreamSetsItsRule changes our rule and leaves those of others.
func TestXStreamSetsItsRule(t *testing.T) {
	s := x.Start(t, fakes.Setup{Posts: 4, Begin: began, Token: token})
	for _, query := range []string{"boats", x.Query, x.Query} {
		r := XStream{Fetch: patience(t), Clock: clock.At(began), Base: s.URL, Token: token, Query: query, Tag: "ours"}
		if err := r.setRule(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := []string{"cats", query}; !slices.Equal(s.Rules(), want) {
			t.Errorf("rules %q, want %q", s.Rules(), want)
		}
	}
}

// TestGiveUp wants an end that can be seen.
func TestGiveUp(t *testing.T) {
	status := 503
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer server.Close()
	for code, want := range map[int]int{503: 10, 401: 1, 410: 1} {
		status = code
		failures := 0
		err := Keeper{
			Load:    func(context.Context) (string, error) { return "", nil },
			Deliver: func(context.Context, []Item, string) error { return nil },
			State:   func(_ context.Context, n int, _ error) { failures = n },
			Wait:    func(context.Context, time.Duration) error { return nil },
		}.Run(t.Context(), Wikimedia{Fetch: patience(t), Clock: clock.At(began), URL: server.URL})
		if failures != want || err == nil {
			t.Errorf("%d: gave up after %d with %v, want after %d", code, failures, err, want)
		}
	}
}

// TestPrivateAddresses wants streams held to the guard as questions are.
func TestPrivateAddresses(t *testing.T) {
	guarded, err := fetch.New(fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range protocols {
		url := "http://127.0.0.1:1"
		if strings.HasPrefix(p.name, "jetstream") {
			url = "ws://127.0.0.1:1"
		}
		if err := p.reader(guarded, clock.At(began), url).Read(t.Context(), "", nil); !errors.Is(err, fetch.ErrAddress) {
			t.Errorf("%s at a private address: %v, want ErrAddress", p.name, err)
		}
	}
}

// TestWaits reads when more may be asked, as Mastodon and X say it.
func TestWaits(t *testing.T) {
	for name, value := range map[string]string{"X-RateLimit-Reset": began.Add(90 * time.Second).Format(time.RFC3339Nano), "x-rate-limit-reset": strconv.FormatInt(began.Unix()+90, 10)} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, value)
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		err := XSearch{Fetch: patience(t), Clock: clock.At(began), Base: server.URL}.Read(t.Context(), "", nil)
		server.Close()
		if !errors.Is(err, ErrBusy) || RetryAfter(err) != 90*time.Second {
			t.Errorf("%s: %v, to wait %v", name, err, RetryAfter(err))
		}
	}
}

func FuzzParseEvents(f *testing.F) {
	f.Add([]byte(`{"did":"d","time_us":1,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"a","record":{"text":"x"}}}`))
	f.Add([]byte(`{"data":{"id":"1","text":"x"}}`))
	f.Add([]byte(`{"meta":{"id":"1"},"type":"edit","title":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if it, at, err := parseJetstream(b); err == nil && at <= 0 || err != nil && it.ID != "" {
			t.Fatalf("%+v at %d, %v", it, at, err)
		}
		if it, ok, err := parseXLine(b); ok && (it.ID == "" || err != nil) {
			t.Fatalf("%+v, %v", it, err)
		}
		if it, ok, err := (Wikimedia{}).parse(b); ok && (it.ID == "" || err != nil) {
			t.Fatalf("%+v, %v", it, err)
		}
		var m telegramMessage
		if json.Unmarshal(b, &m) == nil {
			m.item()
		}
	})
}
