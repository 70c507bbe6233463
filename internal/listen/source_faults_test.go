package listen

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/test/fakes"
	"sifara/test/fakes/activitypub"
	"sifara/test/fakes/eventstreams"
	"sifara/test/fakes/feeds"
	"sifara/test/fakes/jetstream"
	"sifara/test/fakes/mastodon"
	"sifara/test/fakes/meta"
	"sifara/test/fakes/telegram"
	"sifara/test/fakes/x"
	"sifara/test/fakes/youtube"
)

// outside is a server of somebody else and the source that reads it.
type outside struct {
	kind SourceKind
	// start runs the server. goOn, which may be nil, is called when a polled
	// source was read without a fault.
	start func(t testing.TB, set fakes.Setup) (src Source, faults *fakes.Injector, goOn func())
}

var outsides = []outside{
	{FeedSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := feeds.Start(t, set)
		return Source{URL: s.URL + "/feed.xml"}, s.Faults, s.Read
	}},
	{SitemapSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := feeds.Start(t, set)
		return Source{URL: s.URL + "/news.xml"}, s.Faults, s.Read
	}},
	{MastodonSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := mastodon.Start(t, set)
		return Source{URL: s.URL, Asks: "#" + mastodon.Tag}, s.Faults, s.Publish
	}},
	{TelegramSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := telegram.Start(t, set)
		return Source{URL: s.URL, Asks: "@" + telegram.Channel}, s.Faults, s.Publish
	}},
	{YouTubeSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := youtube.Start(t, set)
		return Source{URL: s.URL, Asks: youtube.Video}, s.Faults, s.Publish
	}},
	{ActivityPubSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := activitypub.Start(t, set)
		return Source{URL: s.URL, Owner: "A ministry", Terms: "public"}, s.Faults, s.Publish
	}},
	{FacebookSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := meta.Start(t, set)
		return Source{URL: s.URL, Asks: meta.Page}, s.Faults, s.Publish
	}},
	{InstagramSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := meta.Start(t, set)
		return Source{URL: s.URL, Asks: meta.User}, s.Faults, s.Publish
	}},
	{XSearchSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := x.Start(t, set)
		return Source{URL: s.URL, Asks: x.Query}, s.Faults, s.Publish
	}},
	{XStreamSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		set.First = 0
		s := x.Start(t, set)
		return Source{URL: s.URL, Asks: x.Query}, s.Faults, nil
	}},
	{BlueskySource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		s := jetstream.Start(t, set, jetstream.Dictionary(7))
		return Source{URL: s.URL, KeepIf: "harbour"}, s.Faults, nil
	}},
	{WikimediaSource, func(t testing.TB, set fakes.Setup) (Source, *fakes.Injector, func()) {
		set.First = set.Posts
		s := eventstreams.Start(t, set)
		return Source{URL: s.URL, Asks: eventstreams.Wiki}, s.Faults, nil
	}},
}

// TestSourcesThroughFaults adds a source of each kind for each fault, lets the
// jobs of the house read it until the server has nothing left, and wants stored
// exactly the posts that there are, each once.
func TestSourcesThroughFaults(t *testing.T) {
	for _, o := range outsides {
		t.Run(string(o.kind), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, d *db.DB) {
				client, err := fetch.New(fetch.Options{Allow: []string{"127.0.0.0/8"}, Stall: 300 * time.Millisecond, StreamStall: 300 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				h := newHouse(t, d, func(d *Deps) { d.Fetch, d.JetstreamDictionary = client, jetstream.Dictionary(7) })
				for seed, fault := range fakes.Faults() {
					// Servers stay until all faults are through: the address of one that is
					// closed may be given to the next, and each can be a source once.
					servers := t
					t.Run(string(fault), func(t *testing.T) { h.through(t, servers, o, fault, uint64(seed)) })
				}
			})
		})
	}
}

// through reads one source through one fault. The server is closed when servers
// has ended.
func (h *house) through(t, servers *testing.T, o outside, fault fakes.Fault, seed uint64) {
	const first, posts = 32, 160
	set := fakes.Setup{Posts: posts, First: first, Begin: h.clock.Now().Add(-2 * time.Hour), Fault: fault, Seed: seed}
	if fault != fakes.Disorder {
		set.Step = 30 * time.Second
	}
	kind := Source{Kind: o.kind}.Rules()
	if kind.MayHold {
		set.Token = "secret"
	}
	src, faults, goOn := o.start(servers, set)
	src.ID, src.Kind, src.Every = id.New(), o.kind, 5
	src.Token = h.SealToken(src.ID, set.Token)
	if err := h.AddSource(system(), src); err != nil {
		t.Fatal(err)
	}
	src = mustSource(t, h, src.ID)
	rest := h.pollAll
	if kind.Streams {
		rest = h.streamAll
	}
	longest := rest(t, src, posts, goOn)
	got, want := h.texts(t, src), fakes.Texts(posts)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d posts are stored, want %d: %q", len(got), len(want), differ(got, want))
	}
	s := mustSource(t, h, src.ID)
	if s.Posts != posts {
		t.Errorf("the page of the source counts %d posts, want %d", s.Posts, posts)
	}
	if fault != fakes.None && faults.Spoilt() == 0 {
		t.Error("nothing went wrong at the server")
	}
	if asked := longest >= fakes.RetryAfter*time.Second; asked != (fault == fakes.Busy) {
		t.Errorf("the longest wait was %v", longest)
	}
	s.Paused = true
	if err := h.SaveSource(system(), s); err != nil {
		t.Fatal(err)
	}
}

// pollAll runs the polling job until so many posts are stored, and twice more. It
// gives the longest time for which a busy source was left alone.
func (h *house) pollAll(t *testing.T, src Source, posts int, goOn func()) (longest time.Duration) {
	t.Helper()
	h.drain(t) // it was asked when it was added
	for tries, after := 0, 0; tries < 200 && after < 2; tries++ {
		s := mustSource(t, h, src.ID)
		if s.LastError == "listen.source.busy" { // other faults are waited out too
			longest = max(longest, s.NextAt.Std().Sub(s.LastTryAt.Std()))
		}
		if s.Failures == 0 && s.LastError == "" && s.LastSuccessAt > 0 {
			goOn()
		}
		if s.Posts >= int64(posts) {
			after++
		}
		h.clock.Set(s.NextAt.Std().Add(time.Second))
		if err := h.db.Tx(system(), func(ctx context.Context, tx bun.Tx) error { return h.enqueue(ctx, tx, pollJob{}) }); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
	}
	return longest
}

// streamAll tends the stream until so many posts are stored.
func (h *house) streamAll(t *testing.T, src Source, posts int, _ func()) time.Duration {
	t.Helper()
	var longest atomic.Int64
	h.wait = func(ctx context.Context, d time.Duration) error {
		longest.Store(max(longest.Load(), int64(d)))
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(system())
	defer cancel()
	node := h.newStreams(id.New())
	defer node.stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && mustSource(t, h, src.ID).Posts < int64(posts); {
		if err := node.tend(ctx); err != nil {
			t.Fatal(err)
		}
		if run := node.running[src.ID]; run == nil || run.over() {
			h.clock.Advance(restAfter + fakes.RetryAfter*time.Second) // it gave up, and rests
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Duration(longest.Load())
}

// texts are the texts of what is stored of a source, sorted, one for each post.
func (h *house) texts(t *testing.T, src Source) []string {
	t.Helper()
	list := []string{}
	if err := h.store.Reader().NewRaw(`SELECT text FROM listen_post WHERE source = ?`, src.Number).Scan(system(), &list); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// differ are the texts of two sorted lists that have no like in the other.
func differ(got, want []string) (out []string) {
	for len(got) > 0 || len(want) > 0 {
		switch {
		case len(want) == 0 || len(got) > 0 && got[0] < want[0]:
			out, got = append(out, "+"+got[0]), got[1:]
		case len(got) == 0 || got[0] > want[0]:
			out, want = append(out, "-"+want[0]), want[1:]
		default:
			got, want = got[1:], want[1:]
		}
	}
	return out
}

// TestSourcesSayWhatIsTooLarge lets a source of each kind meet a server that
// never ends: it fails with words that say so, and stores nothing.
func TestSourcesSayWhatIsTooLarge(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/rules") {
				fmt.Fprint(w, `{"data":[]}`)
				return
			}
			fmt.Fprint(w, "[{\"x\":\"")
			for range 512 {
				if _, err := fmt.Fprint(w, strings.Repeat("x", 64<<10)); err != nil {
					return
				}
			}
		}))
		defer server.Close()
		h := newHouse(t, d, loopback(t))
		h.wait = func(ctx context.Context, _ time.Duration) error { return errors.Join(ctx.Err(), errCrash) }
		for _, k := range Kinds() {
			if k.Kind == BlueskySource {
				continue // a websocket must be opened first: collect's TestEndlessAnswers
			}
			src := Source{ID: id.New(), Kind: k.Kind, URL: server.URL, Asks: "harbour", Owner: "A city", Terms: "public", Every: 5}
			if k.Version {
				src.URL += "/v24.0"
			}
			if k.MayHold {
				src.Token = h.SealToken(src.ID, "secret")
			}
			if err := h.AddSource(system(), src); err != nil {
				t.Fatal(k.Kind, err)
			}
			if k.Streams {
				src := mustSource(t, h, src.ID)
				node := h.newStreams("n")
				rd, err := h.reader(src)
				if err != nil {
					t.Fatal(err)
				}
				if err := h.takeCursor(system(), src.Number, "n"); err != nil {
					t.Fatal(err)
				}
				if err := node.keeper(src).Run(system(), rd); !errors.Is(err, errCrash) {
					t.Errorf("%s: %v", k.Kind, err)
				}
			} else if _, err := h.PollNow(system(), src.ID); err != nil {
				t.Errorf("%s: %v", k.Kind, err)
			}
			if s := mustSource(t, h, src.ID); s.LastError != "fetch.too_large" || s.Failures == 0 || s.Posts != 0 {
				t.Errorf("%s: error %q after %d failures, %d posts", k.Kind, s.LastError, s.Failures, s.Posts)
			}
		}
	})
}

// errCrash ends what would be tried again.
var errCrash = errors.New("crash")
