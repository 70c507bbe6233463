// Package fetch is the only way out of the house to HTTP: feeds, the
// interfaces of channels, webhooks.
//
// Addresses come from people and from other people's servers, so each
// connection is checked at the moment it is made, after the name has been
// resolved: only public addresses on a few ports, whatever the spelling of the
// address, the answer of the name server or the redirect. Sizes, times and
// redirects are bounded; there are no cookies; the environment's proxy settings
// are not used, for behind a proxy the address could not be checked.
//
// A service inside the network (an object store, a test server) is reached by
// naming it in Options.Allow. Make a client of its own for it: what is allowed
// is allowed to every address the same client is given, though never to a
// public server's redirect.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sifara/internal/clock"
)

// Options tune a client. The zero value is safe and right for feeds.
type Options struct {
	// UserAgent says truly who asks, with a way to complain, for example
	// "Sifara/1.2 (+https://mofa.example/robots)". Empty means "Sifara".
	UserAgent string
	// Allow lists what may be reached besides public addresses: "10.2.0.0/16"
	// or "10.2.0.7" (any port), "10.2.0.7:9000", "minio.internal:9000".
	Allow []string
	// Deny lists public networks that may not be reached, such as the
	// ministry's own ("203.0.113.0/24"). Allow goes before Deny.
	Deny []string
	// Ports that public servers may be asked on; empty means 80, 443, 8080, 8443.
	Ports []int
	// Timeout is for the whole exchange with all redirects; 0 means 30 s.
	Timeout time.Duration
	// Stall is the longest wait for the next byte; 0 means 10 s.
	Stall time.Duration
	// StreamStall is the longest silence of a stream (see Client.Stream); 0 means
	// 90 s, for servers send a sign of life every 15 to 30 s.
	StreamStall time.Duration
	// MaxBody bounds the body, as sent and after decompression; 0 means 10 MiB.
	MaxBody int64
	// MaxHeader bounds the response header; 0 means 64 KiB.
	MaxHeader int64
	// MaxRedirects bounds the redirects followed; 0 means 5, negative none.
	MaxRedirects int
	// PerHost bounds the exchanges with one host and port at once; 0 means 4.
	PerHost int
	// RootCAs replaces the system's authorities, for internal services.
	RootCAs *x509.CertPool
	// Resolver replaces the system's, for tests.
	Resolver *net.Resolver
	// Clock is for Retry-After dates; nil means the system's.
	Clock clock.Clock
}

func (o Options) withDefaults() Options {
	set(&o.UserAgent, "Sifara")
	set(&o.Timeout, 30*time.Second)
	set(&o.Stall, 10*time.Second)
	set(&o.StreamStall, 90*time.Second)
	set(&o.MaxBody, 10<<20)
	set(&o.MaxHeader, 64<<10)
	set(&o.MaxRedirects, 5)
	set(&o.PerHost, 4)
	if len(o.Ports) == 0 {
		o.Ports = []int{80, 443, 8080, 8443}
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Client fetches. It is safe for concurrent use; make one per purpose and keep
// it.
type Client struct {
	o       Options
	guard   *guard
	client  *http.Client
	streams *http.Client
}

// New makes a client. The error is about a malformed entry of Allow or Deny.
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	g, err := newGuard(o)
	if err != nil {
		return nil, err
	}
	public := *g
	public.allowed = allowed{}
	rt := &roundTripper{
		o: o, hosts: newHosts(o.PerHost),
		trusted: newTransport(o, g), public: newTransport(o, &public),
	}
	c := &Client{o: o, guard: g}
	c.client = &http.Client{Transport: rt, CheckRedirect: c.checkRedirect, Timeout: o.Timeout}
	c.streams = &http.Client{Transport: newStreams(o, rt.trusted, rt.public), CheckRedirect: c.checkRedirect}
	return c, nil
}

func newTransport(o Options, g *guard) *http.Transport {
	return &http.Transport{
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    o.Stall,
		ResponseHeaderTimeout:  o.Stall,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: o.MaxHeader,
		MaxIdleConnsPerHost:    2,
		MaxIdleConns:           64,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true, // we decompress under our own limits
		ForceAttemptHTTP2:      true,
	}
}

// HTTP gives the guarded client to a library that wants an *http.Client. All
// limits hold; the body must be closed. Errors of reading answer to errors.Is
// as those of Get do, but their text may hold the whole address: do not log it
// where the address holds a token.
func (c *Client) HTTP() *http.Client { return c.client }

// CloseIdle closes the connections that are not in use, for a graceful stop.
func (c *Client) CloseIdle() { c.client.CloseIdleConnections() }

// Conditional makes Get ask only for what is new since an earlier Response.
type Conditional struct {
	ETag         string
	LastModified string
}

// Response is an answer, whatever its status.
type Response struct {
	Status int
	Header http.Header
	// Body is decompressed, never nil; its charset is the caller's matter.
	Body []byte
	// ETag and LastModified are for the next Conditional, as the server wrote
	// them; empty when absent or absurdly long.
	ETag         string
	LastModified string
	// NotModified means that the Conditional held (304): there is no body.
	NotModified bool
	// RetryAfter is how long the server asks to be left alone; 0 when it does
	// not, at most a week.
	RetryAfter time.Duration
	// FinalURL is the address that answered, after redirects.
	FinalURL string
	// MovedTo is the address to use from now on, when the server says that the
	// address has moved for good (301, 308) and the new one answers; else empty.
	MovedTo string
}

// Get asks for an address and follows redirects. An error means that there is
// no answer: ErrAddress, ErrURL, ErrTooLarge, ErrTimeout, ErrRedirects,
// ErrUnreachable or the context's. A refusal by the server (404, 500) is a
// Response.
func (c *Client) Get(ctx context.Context, url string, cond Conditional) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch: %w", ErrURL)
	}
	if cond.ETag != "" {
		req.Header.Set("If-None-Match", cond.ETag)
	}
	if cond.LastModified != "" {
		req.Header.Set("If-Modified-Since", cond.LastModified)
	}
	return c.Do(ctx, req)
}

// Do sends a request of the caller's making and reads the answer, with the
// errors of Get. Redirects are followed for GET and HEAD only, for anything
// else the redirect itself is the Response; headers other than Accept and
// Accept-Language are not sent on to another host.
func (c *Client) Do(ctx context.Context, req *http.Request) (*Response, error) {
	tr := &trail{}
	req = req.WithContext(context.WithValue(ctx, trailKey{}, tr))
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, describe(ctx, req.URL, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, describe(ctx, req.URL, err)
	}
	out := &Response{
		Status: resp.StatusCode, Header: resp.Header, Body: body,
		ETag: short(resp.Header.Get("ETag")), LastModified: short(resp.Header.Get("Last-Modified")),
		NotModified: resp.StatusCode == http.StatusNotModified,
		RetryAfter:  retryAfter(resp.Header, c.o.Clock.Now()),
		FinalURL:    resp.Request.URL.String(),
	}
	if resp.StatusCode < 300 || out.NotModified {
		out.MovedTo = tr.movedTo
	}
	return out, nil
}

func short(s string) string {
	if len(s) > 1024 {
		return ""
	}
	return s
}

func retryAfter(h http.Header, now time.Time) time.Duration {
	const most = 7 * 24 * time.Hour
	text := h.Get("Retry-After")
	if text == "" {
		return 0
	}
	if strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds > int(most/time.Second) {
			return most
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), most)
}
