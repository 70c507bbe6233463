package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"

	"sifara/internal/clock"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/test/fakes/jetstream"
)

const (
	// tooMuch is where an endless answer ends, should nobody hang up before.
	tooMuch = 256 << 20
	// heapBound is how much memory one reader may take for an answer, whatever
	// its length: the bound of answers several times over, for buffers double.
	heapBound = 96 << 20
)

// endless sends a head and then the same again and again. It measures how much
// it could send and how far the heap grew.
type endless struct {
	head, again string
	websocket   bool
	sent, heap  atomic.Int64
}

func (e *endless) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/2/tweets/search/stream/rules" {
		fmt.Fprint(w, `{"data":[{"id":"1","value":"q","tag":""}]}`)
		return
	}
	base := heap()
	again := []byte(strings.Repeat(e.again, max(1, 64<<10/len(e.again))))
	send := func(b []byte) bool {
		_, err := w.Write(b)
		return err == nil
	}
	if e.websocket {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		m, err := c.Writer(r.Context(), websocket.MessageText) // one message
		if err != nil {
			return
		}
		send = func(b []byte) bool {
			_, err := m.Write(b)
			return err == nil
		}
	}
	for b := []byte(e.head); e.sent.Load() < tooMuch && send(b); b = again {
		if e.sent.Add(int64(len(b)))&(4<<20-1) < 64<<10 {
			e.heap.Store(max(e.heap.Load(), heap()-base))
		}
	}
}

// heap is what is in use, rubbish too.
func heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestEndlessAnswers sends every reader an answer that begins well and never
// ends: it must say that it is too large, and take no more memory for it.
func TestEndlessAnswers(t *testing.T) {
	heads := map[string][2]string{
		"mastodon":    {`[`, `{"id":"1","uri":"u","content":"x"},`},
		"telegram":    {`{"ok":true,"result":[`, `{"update_id":1,"channel_post":{"message_id":1,"text":"x"}},`},
		"youtube":     {`{"items":[`, `{"id":"1"},`},
		"x search":    {`{"data":[`, `{"id":"1","text":"x"},`},
		"activitypub": {`{"id":"x","orderedItems":[`, `{"type":"Create"},`},
		"facebook":    {`{"data":[`, `{"id":"1","message":"x"},`},
		"instagram":   {`{"data":[`, `{"id":"1","caption":"x"},`},
		// Events without an end: those that have one are taken one by one.
		"x stream":       {`{"data":{"id":"1","text":"`, `x`},
		"jetstream":      {`{"did":"d","time_us":1,"x":"`, `x`},
		"jetstream zstd": {`{"did":"d","time_us":1,"x":"`, `x`},
		"eventstreams":   {"id: 1\ndata: {", "data: x\n"},
	}
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			e := &endless{head: heads[p.name][0], again: heads[p.name][1], websocket: strings.HasPrefix(p.name, "jetstream")}
			server := httptest.NewServer(e)
			defer server.Close()
			url := server.URL
			if e.websocket {
				url = strings.Replace(url, "http", "ws", 1)
			}
			runtime.GC()
			err := p.reader(patience(t), clock.At(began), url).Read(t.Context(), "", func(context.Context, []Item, string) error { return nil })
			if !errors.Is(err, fetch.ErrTooLarge) {
				t.Errorf("%v, want ErrTooLarge", err)
			}
			if known, ok := errs.Find(err); !ok || known.Key != "fetch.too_large" {
				t.Errorf("%v says nothing to people", err)
			}
			server.CloseClientConnections()
			server.Close() // the handler is over
			if e.sent.Load() >= tooMuch {
				t.Errorf("%d bytes were taken", e.sent.Load())
			}
			if e.heap.Load() > heapBound {
				t.Errorf("the heap grew by %d bytes", e.heap.Load())
			}
		})
	}
}

// TestSlowStoring lets a stream run while nothing can be stored: what waits is
// bounded, for reading stops too.
func TestSlowStoring(t *testing.T) {
	var sent atomic.Int64
	line := fmt.Appendf(nil, "data: {\"meta\":{\"id\":\"1\"},\"type\":\"edit\",\"title\":\"%s\",\"wiki\":\"enwiki\"}\n\n", strings.Repeat("x", 64<<10))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for sent.Load() < tooMuch {
			if _, err := w.Write(line); err != nil {
				return
			}
			sent.Add(int64(len(line)))
		}
	}))
	defer server.Close()
	var once sync.Once
	err := Wikimedia{Fetch: patience(t), Clock: clock.At(began), URL: server.URL}.Read(t.Context(), "", func(context.Context, []Item, string) error {
		once.Do(func() {
			for last := int64(-1); last != sent.Load(); { // until the server is kept waiting
				last = sent.Load()
				time.Sleep(200 * time.Millisecond)
			}
		})
		return errCrash
	})
	// What sockets hold is the system's; ahead events and one batch are ours.
	if got := sent.Load(); !errors.Is(err, errCrash) || got > 64<<20 {
		t.Errorf("%d bytes were taken while nothing was stored, %v", got, err)
	}
}

// TestStoringFailsInSilence lets storing fail on a stream that says no more
// than that it lives: the reader must come back all the same.
func TestStoringFailsInSilence(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/rules") {
			fmt.Fprint(w, `{"data":[{"id":"1","value":"q","tag":"ours"}]}`)
			return
		}
		if strings.Contains(r.URL.Path, "/tweets/") {
			fmt.Fprint(w, "{\"data\":{\"id\":\"1\",\"text\":\"x\"}}\r\n")
		} else {
			fmt.Fprint(w, "id: 1\ndata: {\"meta\":{\"id\":\"1\"},\"type\":\"edit\",\"title\":\"x\"}\n\n")
		}
		for r.Context().Err() == nil {
			fmt.Fprint(w, "\r\n")
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	}))
	defer server.Close()
	for name, r := range map[string]Reader{
		"x stream": XStream{Fetch: patience(t), Clock: clock.At(began), Base: server.URL, Query: "q", Tag: "ours"}, "eventstreams": Wikimedia{Fetch: patience(t), Clock: clock.At(began), URL: server.URL},
	} {
		back := make(chan error, 1)
		go func() {
			back <- r.Read(t.Context(), "", func(context.Context, []Item, string) error { return errCrash })
		}()
		select {
		case err := <-back:
			if !errors.Is(err, errCrash) {
				t.Errorf("%s: %v, want what storing said", name, err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s waits for a stream whose events it cannot store", name)
		}
	}
}

// TestZipBomb sends a compressed event that unpacks to a thousand times its
// size.
func TestZipBomb(t *testing.T) {
	dictionary := jetstream.Dictionary(7)
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderDict(dictionary))
	if err != nil {
		t.Fatal(err)
	}
	bomb := zip.EncodeAll(bytes.Repeat([]byte("x"), 64<<20), nil)
	if len(bomb) > maxEvent/8 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		_ = c.Write(r.Context(), websocket.MessageBinary, bomb)
		_, _, _ = c.Read(r.Context())
	}))
	defer server.Close()
	before := heap()
	err = Jetstream{Fetch: patience(t), URL: strings.Replace(server.URL, "http", "ws", 1), Dictionary: dictionary}.Read(t.Context(), "", nil)
	if grown := heap() - before; !errors.Is(err, fetch.ErrTooLarge) || grown > 48<<20 {
		t.Errorf("%v, the heap grew by %d bytes", err, grown)
	}
}
