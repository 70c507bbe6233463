package fetch

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// roundTripper holds one exchange, be it ours or a library's, to the limits.
type roundTripper struct {
	o       Options
	hosts   *hosts
	trusted *http.Transport // reaches Options.Allow too
	public  *http.Transport
	stream  bool // answers have no end
}

// RoundTrip implements http.RoundTripper.
func (rt *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := checkURL(req.URL); err != nil {
		closeBody(req)
		return nil, err
	}
	release, err := rt.hosts.enter(req.Context(), req.URL.Scheme+"://"+req.URL.Host)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	b := &body{cancel: cancel, release: release, ctx: ctx, stall: rt.o.Stall, left: rt.o.MaxBody}
	out := req.Clone(b.trace(ctx))
	out.Header.Set("User-Agent", rt.o.UserAgent)
	out.Header.Del("Accept-Encoding")
	if !rt.stream && out.Header.Get("Range") == "" && out.Method != http.MethodHead {
		out.Header.Set("Accept-Encoding", "gzip")
	}
	resp, err := rt.transport(req).RoundTrip(out)
	if err != nil {
		b.end()
		return nil, err
	}
	if err := b.wrap(resp); err != nil {
		resp.Body.Close()
		b.end()
		return nil, err
	}
	// Not the clone, whose context ends with the body.
	resp.Request = req.WithContext(context.WithValue(req.Context(), insideKey{}, b.private))
	return resp, nil
}

// insideKey marks, in the context of Response.Request, an answer that came from
// an address that is not public.
type insideKey struct{}

// transport keeps a public server's redirect out of what is allowed: only a
// request that nobody sent us on to, or that a private server sent us on to,
// may reach it.
func (rt *roundTripper) transport(req *http.Request) *http.Transport {
	if req.Response == nil {
		return rt.trusted
	}
	if inside, _ := req.Response.Request.Context().Value(insideKey{}).(bool); inside {
		return rt.trusted
	}
	return rt.public
}

// CloseIdleConnections is what http.Client.CloseIdleConnections calls.
func (rt *roundTripper) CloseIdleConnections() {
	rt.trusted.CloseIdleConnections()
	rt.public.CloseIdleConnections()
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

// body is a response body under the limits. It gives its place at the host
// back at the end, on error or when closed.
type body struct {
	ctx     context.Context // ends with the body
	cancel  context.CancelCauseFunc
	release func()
	once    sync.Once
	private bool // the connection leads to an address that is not public
	stall   time.Duration
	timer   *time.Timer
	raw     io.ReadCloser
	from    io.Reader // raw, decompressed
	left    int64
}

// trace learns where the connection leads, be it new or kept from before.
func (b *body) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if tcp, ok := info.Conn.RemoteAddr().(*net.TCPAddr); ok {
			a, valid := netip.AddrFromSlice(tcp.IP)
			b.private = valid && !public(a)
		}
	}})
}

func (b *body) wrap(resp *http.Response) error {
	if resp.ContentLength > b.left {
		return fmt.Errorf("%d bytes announced: %w", resp.ContentLength, ErrTooLarge)
	}
	b.raw = resp.Body
	b.from = &counted{r: resp.Body, left: b.left}
	switch encoding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ","))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		if resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified || resp.Request.Method == http.MethodHead {
			break
		}
		b.from = &unzip{r: b.from}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength, resp.Uncompressed = -1, true
	default:
		return fmt.Errorf("content encoding %.40q was not asked for: %w", encoding, ErrUnreachable)
	}
	b.timer = time.AfterFunc(b.stall, func() {
		b.cancel(ErrTimeout)
		if resp.StatusCode == http.StatusSwitchingProtocols {
			b.raw.Close() // the connection is ours and heeds no context
		}
	})
	b.timer.Stop() // it runs during Read only
	resp.Body = b
	if w, ok := b.raw.(io.Writer); ok && resp.StatusCode == http.StatusSwitchingProtocols {
		resp.Body = duplex{b, w}
	}
	return nil
}

// Read implements io.Reader. Its errors are ErrTooLarge, ErrTimeout or those of
// the connection.
func (b *body) Read(p []byte) (int, error) {
	b.timer.Reset(b.stall)
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one more than we take shows that there is more
	}
	n, err := b.from.Read(p)
	b.timer.Stop()
	b.left -= int64(n)
	if b.left < 0 {
		n, err = n-1, ErrTooLarge
	}
	if err != nil {
		if cause := context.Cause(b.ctx); err != io.EOF && cause != nil {
			err = cause
		}
		b.end()
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.end()
	return b.raw.Close()
}

func (b *body) end() {
	b.once.Do(func() {
		if b.timer != nil {
			b.timer.Stop()
		}
		b.cancel(context.Canceled)
		b.release()
	})
}

// counted bounds what comes over the wire; a body whose decompressed form is
// bounded could still be endless (empty gzip members).
type counted struct {
	r    io.Reader
	left int64
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, ErrTooLarge
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

// unzip reads the gzip header at the first Read, so that an empty body is an
// empty body.
type unzip struct {
	r io.Reader
	z *gzip.Reader
}

func (u *unzip) Read(p []byte) (int, error) {
	if u.z == nil {
		z, err := gzip.NewReader(u.r)
		if err != nil {
			return 0, err // io.EOF for an empty body
		}
		u.z = z
	}
	return u.z.Read(p)
}
