package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sifara/internal/fetch"
)

// get asks an address once. A refusal is an error with the wait that the
// server asks for, in whichever header it does.
func get(ctx context.Context, c *fetch.Client, address string, header http.Header, now time.Time) (*fetch.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fetch.ErrURL
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := c.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	if resp.NotModified {
		return resp, nil
	}
	after := resp.RetryAfter
	if resp.Status == http.StatusTooManyRequests && after == 0 {
		after = untilReset(resp.Header, now)
	}
	return resp, refusal(resp.Status, after)
}

// getJSON asks for a JSON document. On refusal the response is given beside the
// error, for servers that say in the body why.
func getJSON(ctx context.Context, c *fetch.Client, address string, header http.Header, now time.Time, into any) (*fetch.Response, error) {
	resp, err := get(ctx, c, address, header, now)
	if err != nil {
		return resp, err
	}
	if err := json.Unmarshal(resp.Body, into); err != nil {
		return resp, broken(err)
	}
	return resp, nil
}

// resetHeaders are how servers tell when more may be asked: Mastodon by an ISO
// 8601 time, X by Unix seconds.
var resetHeaders = []string{"X-Ratelimit-Reset", "X-Rate-Limit-Reset"}

// untilReset is how long it takes until more may be asked; 0 when the server
// does not say.
func untilReset(h http.Header, now time.Time) time.Duration {
	for _, name := range resetHeaders {
		v := h.Get(name)
		if v == "" {
			continue
		}
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return max(at.Sub(now), time.Second)
		}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && n > 0 {
			return max(time.Unix(n, 0).Sub(now), time.Second)
		}
	}
	return 0
}

// usedUp reports whether the server says that no further question is allowed
// in this period.
func usedUp(h http.Header) bool {
	return h.Get("X-Ratelimit-Remaining") == "0" || h.Get("X-Rate-Limit-Remaining") == "0"
}

// endpoint puts a path and a query on a base address, which may end in a slash.
func endpoint(base, path string, q url.Values) string {
	out := strings.TrimRight(base, "/") + path
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

func bearer(token string) http.Header {
	h := http.Header{"Accept": {"application/json"}}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	return h
}

// open begins a stream, or tells why the server refuses it.
func open(ctx context.Context, c *fetch.Client, address string, header http.Header, now time.Time) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fetch.ErrURL
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := c.Stream(ctx, req)
	if err != nil {
		return nil, err
	}
	after := c.RetryAfter(resp.Header)
	if resp.StatusCode == http.StatusTooManyRequests && after == 0 {
		after = untilReset(resp.Header, now)
	}
	if err := refusal(resp.StatusCode, after); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// parseCursor reads a cursor that a reader made. What cannot be read is as no
// cursor: the source is read from the beginning, and keys tell what is known.
func parseCursor(cursor string, into any) {
	if cursor != "" {
		_ = json.Unmarshal([]byte(cursor), into)
	}
}

func formatCursor(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("collect: cursor %T: %v", v, err)) // cursors are plain structs
	}
	return string(b)
}
