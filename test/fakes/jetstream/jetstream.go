// Package jetstream is somebody else's server: /subscribe of Bluesky's Jetstream
// (github.com/bluesky-social/jetstream) over a websocket, as JSON or, with a
// dictionary, as zstd. Among the posts are events of other kinds.
package jetstream

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"

	"sifara/test/fakes"
)

const collection = "app.bsky.feed.post"

// Server is a running server.
type Server struct {
	URL    string // "ws://…/subscribe"
	Faults *fakes.Injector

	set        fakes.Setup
	zip        *zstd.Encoder
	compressed atomic.Int64
}

// Compressed is how many events were sent compressed.
func (s *Server) Compressed() int64 { return s.compressed.Load() }

// Start runs a server until the test ends. With a dictionary it compresses for
// those who ask for that.
func Start(t testing.TB, set fakes.Setup, dictionary []byte) *Server {
	t.Helper()
	s := &Server{set: set, Faults: set.Injector()}
	if dictionary != nil {
		var err error
		if s.zip, err = zstd.NewWriter(nil, zstd.WithEncoderDict(dictionary)); err != nil {
			t.Fatal(err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /subscribe", s.Faults.Streams(http.HandlerFunc(s.subscribe)))
	s.URL = strings.Replace(fakes.Serve(t, mux), "http", "ws", 1) + "/subscribe"
	return s
}

var dictionaries sync.Map // id to func() []byte

// Dictionary gives a dictionary for zstd of made-up events, with an id. It is
// made once: that takes longer than most tests.
func Dictionary(id uint32) []byte {
	made, _ := dictionaries.LoadOrStore(id, sync.OnceValue(func() []byte { return dictionary(id) }))
	return made.(func() []byte)()
}

func dictionary(id uint32) []byte {
	var samples [][]byte
	var history []byte
	for i := range 200 {
		s := fmt.Appendf(nil, `{"did":"did:plc:%x","time_us":17%d,"kind":"commit","commit":{"rev":"3l%x","operation":"create","collection":"app.bsky.feed.post","rkey":"%x","record":{"$type":"app.bsky.feed.post","text":"news %d of the harbour","langs":["en"]}}}`, i*i*7919, i*1013904223, i*99991, i*31337, i)
		if samples = append(samples, s); i < 20 {
			history = append(history, s...)
		}
	}
	d, err := zstd.BuildDict(zstd.BuildDictOptions{ID: id, Contents: samples, History: history, Offsets: [3]int{1, 4, 8}})
	if err != nil {
		panic(err) // it is always the same
	}
	return d
}

// subscribe plays events back from the cursor, in microseconds, and stays.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !slices.Contains(q["wantedCollections"], collection) {
		http.Error(w, "this server has posts", http.StatusBadRequest)
		return
	}
	compress := q.Get("compress") == "true"
	if compress && s.zip == nil {
		http.Error(w, "compression is off", http.StatusBadRequest)
		return
	}
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	ctx := c.CloseRead(r.Context())
	from, _ := strconv.ParseInt(q.Get("cursor"), 10, 64)
	most := number(q.Get("maxMessageSizeBytes"))
	var row []int
	for n := range s.set.Posts {
		if s.set.At(n).UnixMicro() >= from {
			row = append(row, n)
		}
	}
	for _, n := range fakes.Arrange(s.Faults, row) {
		for _, event := range s.events(n) {
			if b, _ := json.Marshal(event); most == 0 || len(b) <= most {
				if s.send(ctx, c, b, compress) != nil {
					return
				}
			}
		}
	}
	fakes.Live(ctx, func() error {
		b, _ := json.Marshal(fakes.Doc{"did": "did:plc:other", "time_us": s.set.At(s.set.Posts).UnixMicro(), "kind": "identity"})
		return s.send(ctx, c, b, compress)
	})
}

func (s *Server) send(ctx context.Context, c *websocket.Conn, b []byte, compress bool) error {
	if compress {
		s.compressed.Add(1)
		return c.Write(ctx, websocket.MessageBinary, s.zip.EncodeAll(b, nil))
	}
	return c.Write(ctx, websocket.MessageText, b)
}

// events are a post and, now and then, what else happens.
func (s *Server) events(n int) []fakes.Doc {
	did, at, key := "did:plc:privatewriter", s.set.At(n), fmt.Sprintf("3l%06d", n)
	commit := func(operation, key string, record any) fakes.Doc {
		return fakes.Doc{"did": did, "time_us": at.UnixMicro(), "kind": "commit", "commit": fakes.Doc{"rev": key, "operation": operation, "collection": collection, "rkey": key, "record": record, "cid": "bafy" + key}}
	}
	list := []fakes.Doc{commit("create", key, fakes.Doc{"$type": collection, "text": fakes.Text(n), "createdAt": at.Format(time.RFC3339Nano), "langs": []string{"en"}})}
	switch n % 10 {
	case 3:
		list = append(list, fakes.Doc{"did": did, "time_us": at.UnixMicro(), "kind": "account", "account": fakes.Doc{"active": true}})
	case 6:
		list = append(list, commit("delete", key+"x", nil))
	case 9:
		list = append(list, commit("create", key+"y", fakes.Doc{"text": 7}))
	}
	return list
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
