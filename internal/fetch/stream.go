package fetch

import (
	"context"
	"io"
	"net/http"
	"time"
)

const (
	// streamsPerHost bounds the streams from one host; they stay for hours and
	// do not take the places of short exchanges.
	streamsPerHost = 32
	// endless is the bound of a body that has no end.
	endless = 1 << 62
)

// newStreams makes the client for answers without an end, over the same
// guarded connections.
func newStreams(o Options, trusted, public *http.Transport) *roundTripper {
	o.Stall, o.MaxBody = o.StreamStall, endless
	return &roundTripper{o: o, hosts: newHosts(streamsPerHost), trusted: trusted, public: public, stream: true}
}

// Stream sends a request whose answer has no end: Server-Sent Events, lines of
// JSON. The guard and the limits of the header hold; the body is neither
// bounded in length nor compressed, and its reading fails with ErrTimeout when
// no byte came for Options.StreamStall. The caller bounds what it keeps, and
// closes the body. Errors are those of Get; a refusal is a response.
func (c *Client) Stream(ctx context.Context, req *http.Request) (*http.Response, error) {
	resp, err := c.streams.Do(req.WithContext(ctx))
	if err != nil {
		return nil, describe(ctx, req.URL, err)
	}
	return resp, nil
}

// StreamHTTP gives the client of Stream to a library that wants an
// *http.Client, such as one for websockets: the body of an answer that changes
// protocols (101) can be written to as well.
func (c *Client) StreamHTTP() *http.Client { return c.streams }

// RetryAfter is how long the server of a streamed answer asks to be left alone,
// as Response.RetryAfter.
func (c *Client) RetryAfter(h http.Header) time.Duration { return retryAfter(h, c.o.Clock.Now()) }

// duplex is the body of a connection that changed protocols.
type duplex struct {
	*body
	io.Writer
}
