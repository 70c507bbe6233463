package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"sifara/internal/clock"
	"sifara/internal/errs"
	"sifara/internal/fetch"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func client(t *testing.T, o fetch.Options) *fetch.Client {
	t.Helper()
	if o.Clock == nil {
		o.Clock = clock.At(noon)
	}
	c, err := fetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdle)
	return c
}

// serve starts a server; the second result is its "127.0.0.1:port".
func serve(t *testing.T, h http.HandlerFunc) (url, address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL, s.Listener.Addr().String()
}

func get(t *testing.T, c *fetch.Client, url string) (*fetch.Response, error) {
	t.Helper()
	return c.Get(context.Background(), url, fetch.Conditional{})
}

func TestGet(t *testing.T) {
	url, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("User-Agent"); got != "Sifara/1 (+https://mofa.example)" {
			t.Errorf("User-Agent = %q", got)
		}
		if r.Header.Get("Cookie") != "" {
			t.Error("a cookie was sent back")
		}
		w.Header().Set("Set-Cookie", "id=1")
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Fri, 01 May 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, "خبر")
	})
	c := client(t, fetch.Options{UserAgent: "Sifara/1 (+https://mofa.example)", Allow: []string{address}})
	first, err := get(t, c, url+"/feed")
	if err != nil {
		t.Fatal(err)
	}
	if first.Status != 200 || string(first.Body) != "خبر" || first.ETag != `"v1"` || first.NotModified || first.FinalURL != url+"/feed" || first.MovedTo != "" {
		t.Errorf("Get = %+v", first)
	}
	again, err := c.Get(context.Background(), url+"/feed", fetch.Conditional{ETag: first.ETag, LastModified: first.LastModified})
	if err != nil || !again.NotModified || again.Status != 304 || len(again.Body) != 0 {
		t.Errorf("conditional Get = %+v, %v", again, err)
	}
}

func TestRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0, "99999999999999999999": 7 * 24 * time.Hour, "9999999": 7 * 24 * time.Hour,
		"Fri, 01 May 2026 12:10:00 GMT": 10 * time.Minute, "Fri, 01 May 2020 12:10:00 GMT": 0,
	} {
		url, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		got, err := get(t, client(t, fetch.Options{Allow: []string{address}}), url)
		if err != nil || got.Status != 429 || got.RetryAfter != want {
			t.Errorf("Retry-After %q: %v, %v; want %v", header, got, err, want)
		}
	}
}

// TestPrivateAddresses asks a real server on loopback by every spelling; the
// default client must not get through.
func TestPrivateAddresses(t *testing.T) {
	var hits atomic.Int64
	_, address := serve(t, func(w http.ResponseWriter, r *http.Request) { hits.Add(1) })
	_, port, _ := net.SplitHostPort(address)
	n := 0
	fmt.Sscan(port, &n)
	c := client(t, fetch.Options{Ports: []int{n}, Resolver: names(t, map[string][]string{
		"private.example.": {"127.0.0.1"}, "mapped.example.": {"::ffff:127.0.0.1"}, "both.example.": {"10.0.0.1", "127.0.0.1"},
		"metadata.google.internal.": {"169.254.169.254"}, "2130706433.": {"127.0.0.1"},
	})})
	for _, host := range []string{
		"127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.",
		"[::1]", "[::]", "0.0.0.0", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
		"①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1",
		"private.example", "mapped.example", "both.example", "metadata.google.internal",
	} {
		resp, err := get(t, c, "http://"+host+":"+port+"/")
		if err == nil || !errors.Is(err, fetch.ErrAddress) && !errors.Is(err, fetch.ErrURL) && !errors.Is(err, fetch.ErrUnreachable) {
			t.Errorf("%s: %v, %v", host, resp, err)
		}
	}
	for _, host := range []string{"private.example", "both.example", "127.0.0.1"} {
		if _, err := get(t, c, "http://"+host+":"+port+"/"); !errors.Is(err, fetch.ErrAddress) {
			t.Errorf("%s: %v, want ErrAddress", host, err)
		}
	}
	if hits.Load() != 0 {
		t.Errorf("%d requests reached the private server", hits.Load())
	}
}

// TestRebinding answers with a public address first and a private one after:
// what is checked is what is connected to.
func TestRebinding(t *testing.T) {
	var hits atomic.Int64
	_, address := serve(t, func(w http.ResponseWriter, r *http.Request) { hits.Add(1) })
	_, port, _ := net.SplitHostPort(address)
	n := 0
	fmt.Sscan(port, &n)
	table := map[string][]string{"rebind.example.": {"127.0.0.1"}}
	c := client(t, fetch.Options{Ports: []int{n}, Resolver: names(t, table)})
	if err := fetch.CheckURL("http://rebind.example:" + port); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, c, "http://rebind.example:"+port); !errors.Is(err, fetch.ErrAddress) || hits.Load() != 0 {
		t.Errorf("Get = %v after %d hits, want ErrAddress", err, hits.Load())
	}
}

func TestAllowByName(t *testing.T) {
	_, address := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	_, port, _ := net.SplitHostPort(address)
	c := client(t, fetch.Options{Allow: []string{"minio.internal:" + port}, Resolver: names(t, map[string][]string{
		"minio.internal.": {"127.0.0.1"}, "other.internal.": {"127.0.0.1"},
	})})
	if _, err := get(t, c, "http://MINIO.internal:"+port); err != nil {
		t.Error(err)
	}
	if _, err := get(t, c, "http://other.internal:"+port); !errors.Is(err, fetch.ErrAddress) {
		t.Errorf("other name: %v, want ErrAddress", err)
	}
}

func TestRedirects(t *testing.T) {
	var secret, seen atomic.Int64
	_, inside := serve(t, func(w http.ResponseWriter, r *http.Request) { secret.Add(1) })
	var other string
	other, otherAddress := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Authorization", "X-Api-Key", "Referer"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s was told to another host", name)
			}
		}
		if r.Header.Get("Accept") != "application/rss+xml" {
			t.Errorf("Accept = %q", r.Header.Get("Accept"))
		}
		seen.Add(1)
	})
	mux := http.NewServeMux()
	to := func(path string, status int, target string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(status)
		})
	}
	to("/private", 302, "http://"+inside+"/")
	to("/metadata", 301, "http://169.254.169.254/latest/")
	to("/file", 302, "file:///etc/passwd")
	to("/login", 302, "http://a:b@example.org/")
	to("/decimal", 302, "http://2130706433/")
	to("/loop", 302, "/loop")
	to("/away", 302, other+"/")
	to("/moved", 301, "/moved2")
	to("/moved2", 308, "/here")
	to("/half", 301, "/temporary")
	to("/temporary", 302, "/gone")
	to("/gone", 301, "/here")
	to("/nowhere", 301, "/404")
	mux.HandleFunc("/here", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "here") })
	url, address := serve(t, mux.ServeHTTP)
	c := client(t, fetch.Options{Allow: []string{address, otherAddress}})
	for _, test := range []struct {
		path, movedTo string
		want          error
	}{
		{"/private", "", fetch.ErrAddress},
		{"/metadata", "", fetch.ErrAddress},
		{"/file", "", fetch.ErrURL},
		{"/login", "", fetch.ErrURL},
		{"/decimal", "", fetch.ErrAddress},
		{"/loop", "", fetch.ErrRedirects},
		{"/moved", "/here", nil},
		{"/half", "/temporary", nil},
		{"/nowhere", "", nil},
		{"/here", "", nil},
	} {
		got, err := get(t, c, url+test.path)
		if test.want != nil {
			if !errors.Is(err, test.want) {
				t.Errorf("%s: %v, want %v", test.path, err, test.want)
			}
			continue
		}
		if err != nil || strings.TrimPrefix(got.MovedTo, url) != test.movedTo {
			t.Errorf("%s: MovedTo %+v, %v; want %q", test.path, got, err, test.movedTo)
		}
	}
	req, err := http.NewRequest(http.MethodGet, url+"/away?token=s3cret", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer s3cret"}, "X-Api-Key": {"s3cret"}, "Accept": {"application/rss+xml"}}
	if _, err := c.Do(context.Background(), req); err != nil || seen.Load() != 1 {
		t.Errorf("Do = %v, seen %d", err, seen.Load())
	}
	if secret.Load() != 0 {
		t.Error("a redirect reached the private server")
	}
}

// TestPublicRedirectIntoAllowed: a public server cannot send us into what was
// allowed for another purpose, not even over a connection kept from before.
func TestPublicRedirectIntoAllowed(t *testing.T) {
	var hits atomic.Int64
	inside, insideAddress := serve(t, func(w http.ResponseWriter, r *http.Request) { hits.Add(1) })
	_, outsideAddress := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside, http.StatusFound)
	})
	c := client(t, fetch.Options{Allow: []string{insideAddress, "public.example:80"}})
	if _, err := get(t, c, inside); err != nil || hits.Load() != 1 {
		t.Fatal(err)
	}
	restore := fetch.PretendPublic(c, "public.example:80", outsideAddress)
	defer restore()
	if _, err := get(t, c, "http://public.example/"); !errors.Is(err, fetch.ErrAddress) || hits.Load() != 1 {
		t.Errorf("Get = %v after %d hits, want ErrAddress after 1", err, hits.Load())
	}
}

func TestPostIsNotRedirected(t *testing.T) {
	url, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path != "/hook" || string(body) != `{"a":1}` {
			t.Errorf("got %s %q", r.URL.Path, body)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	c := client(t, fetch.Options{Allow: []string{address}})
	req, err := http.NewRequest(http.MethodPost, url+"/hook", strings.NewReader(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Do(context.Background(), req)
	if err != nil || got.Status != http.StatusTemporaryRedirect || got.FinalURL != url+"/hook" {
		t.Errorf("Do = %+v, %v", got, err)
	}
}

func zipped(size int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(make([]byte, size))
	z.Close()
	return b.Bytes()
}

func TestLimits(t *testing.T) {
	blocked := make(chan struct{})
	mux := http.NewServeMux()
	send := func(path, encoding string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			w.Write(body)
		})
	}
	send("/exact", "", make([]byte, 1000))
	send("/announced", "", make([]byte, 1001))
	send("/zip", "gzip", zipped(1000))
	send("/bomb", "gzip", zipped(500_000))
	send("/broken", "gzip", zipped(1000)[:20])
	send("/notzip", "gzip", []byte("plain"))
	send("/empty", "gzip", nil)
	send("/twice", "gzip, gzip", zipped(10))
	send("/brotli", "br", []byte("x"))
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for range 100 {
			w.Write(make([]byte, 100))
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/members", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		for range 1000 {
			w.Write(zipped(0))
		}
	})
	mux.HandleFunc("/header", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 20_000))
	})
	mux.HandleFunc("/silent", func(w http.ResponseWriter, r *http.Request) { <-blocked })
	mux.HandleFunc("/stall", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "x")
		w.(http.Flusher).Flush()
		<-blocked
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for {
			select {
			case <-blocked:
				return
			case <-time.After(20 * time.Millisecond):
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
			}
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "500")
		io.WriteString(w, "x")
	})
	url, address := serve(t, mux.ServeHTTP)
	t.Cleanup(func() { close(blocked) })
	patient := client(t, fetch.Options{Allow: []string{address}, MaxBody: 1000, MaxHeader: 8 << 10})
	hasty := client(t, fetch.Options{Allow: []string{address}, Stall: 100 * time.Millisecond, Timeout: 500 * time.Millisecond})
	for _, test := range []struct {
		path string
		size int
		want *errs.Error
	}{
		{"/exact", 1000, nil},
		{"/zip", 1000, nil},
		{"/empty", 0, nil},
		{"/announced", 0, fetch.ErrTooLarge},
		{"/endless", 0, fetch.ErrTooLarge},
		{"/bomb", 0, fetch.ErrTooLarge},
		{"/members", 0, fetch.ErrTooLarge},
		{"/header", 0, fetch.ErrTooLarge},
		{"/broken", 0, fetch.ErrUnreachable},
		{"/notzip", 0, fetch.ErrUnreachable},
		{"/twice", 0, fetch.ErrUnreachable},
		{"/brotli", 0, fetch.ErrUnreachable},
		{"/cut", 0, fetch.ErrUnreachable},
		{"/silent", 0, fetch.ErrTimeout},
		{"/stall", 0, fetch.ErrTimeout},
		{"/drip", 0, fetch.ErrTimeout},
	} {
		t.Run(test.path[1:], func(t *testing.T) {
			c := patient
			if test.want == fetch.ErrTimeout {
				c = hasty
			}
			got, err := get(t, c, url+test.path)
			switch {
			case test.want != nil && !errors.Is(err, test.want):
				t.Errorf("%v, want %v", err, test.want)
			case test.want == nil && (err != nil || len(got.Body) != test.size):
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	tls.Config.ErrorLog = nil
	defer tls.Close()
	c := client(t, fetch.Options{Allow: []string{"127.0.0.0/8"}, Resolver: names(t, nil)})
	for name, url := range map[string]string{
		"refused": "http://" + closed + "/s3cret?token=s3cret", "certificate": tls.URL + "/s3cret", "no such name": "http://nowhere.example/s3cret",
	} {
		_, err := get(t, c, url)
		if !errors.Is(err, fetch.ErrUnreachable) {
			t.Errorf("%s: %v, want ErrUnreachable", name, err)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error tells the address: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Get(ctx, "http://"+closed, fetch.Conditional{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestPerHost(t *testing.T) {
	var now, most atomic.Int64
	url, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(10 * time.Millisecond)
		now.Add(-1)
	})
	c := client(t, fetch.Options{Allow: []string{address}, PerHost: 2})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := get(t, c, url); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() > 2 {
		t.Errorf("%d at once, want at most 2", most.Load())
	}
}

// TestHTTP: a library with our client is held to the same rules.
func TestHTTP(t *testing.T) {
	url, address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/out" {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
			return
		}
		w.Write(make([]byte, 2000))
	})
	c := client(t, fetch.Options{Allow: []string{address}, MaxBody: 1500}).HTTP()
	if _, err := c.Get(url + "/out"); !errors.Is(err, fetch.ErrAddress) {
		t.Errorf("redirect: %v, want ErrAddress", err)
	}
	if _, err := c.Get("http://127.0.0.1:1/"); !errors.Is(err, fetch.ErrAddress) {
		t.Errorf("loopback: %v, want ErrAddress", err)
	}
	if _, err := c.Get(url + "/"); !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("long: %v, want ErrTooLarge", err)
	}
}

// names gives a resolver that asks a name server of the test's own.
func names(t *testing.T, table map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := answer(buf[:n], table); answer != nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(query []byte, table map[string][]string) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Authoritative = true, true
	m.Additionals = nil
	q := m.Questions[0]
	addresses, ok := table[strings.ToLower(q.Name.String())]
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	}
	for _, text := range addresses {
		a := netip.MustParseAddr(text)
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case a.Is4() && q.Type == dnsmessage.TypeA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
		case a.Is6() && q.Type == dnsmessage.TypeAAAA:
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
		}
	}
	packed, _ := m.Pack()
	return packed
}
