// Command client shows how another program speaks with Sifara: it lists the
// missions, the official accounts and the messages, and checks a text that it
// received against what the ministry has said. It needs the standard library
// only.
//
//	SIFARA_TOKEN=sifara_… client -base https://mofa.example -lang en
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

func main() {
	base := flag.String("base", "http://localhost:8080", "address of the house")
	lang := flag.String("lang", "en", "language of the errors: ar, ckb, kmr or en")
	flag.Parse()
	c := client{base: *base + "/api/v1", token: os.Getenv("SIFARA_TOKEN"), lang: *lang}
	if err := walk(context.Background(), c, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// walk goes through the house as a newcomer would.
func walk(ctx context.Context, c client, out io.Writer) error {
	missions, err := list[mission](ctx, c, "/missions", nil)
	if err != nil {
		return fmt.Errorf("missions: %w", err)
	}
	for _, m := range missions {
		fmt.Fprintf(out, "mission %s in %s\n", m.Slug, m.Country)
	}
	accounts, err := list[account](ctx, c, "/accounts", nil)
	if err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	for _, a := range accounts {
		var answer struct{ Verdict string }
		if err := c.do(ctx, http.MethodGet, "/accounts/lookup?"+url.Values{"q": {a.Handle}}.Encode(), nil, &answer); err != nil {
			return fmt.Errorf("lookup of %s: %w", a.Handle, err)
		}
		fmt.Fprintf(out, "account %s on %s: %s\n", a.Handle, a.Platform, answer.Verdict)
	}
	messages, err := list[message](ctx, c, "/messages", url.Values{"state": {"released"}})
	if err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	for _, m := range messages {
		for _, v := range m.Variants {
			var answer struct{ Verdict string }
			if err := c.do(ctx, http.MethodPost, "/verify", map[string]string{"text": v.Title + "\n\n" + v.Body}, &answer); err != nil {
				return fmt.Errorf("verify %s: %w", m.Slug, err)
			}
			fmt.Fprintf(out, "message %s in %s: %s\n", m.Slug, v.Lang, answer.Verdict)
		}
	}
	return nil
}

type mission struct{ Slug, Country string }

type account struct{ Handle, Platform string }

type message struct {
	Slug     string
	Variants []struct{ Lang, Title, Body string }
}

// list reads a list to its end, page by page.
func list[T any](ctx context.Context, c client, path string, query url.Values) ([]T, error) {
	if query == nil {
		query = url.Values{}
	}
	var all []T
	for {
		var page struct {
			Items []T
			Next  string
		}
		if err := c.do(ctx, http.MethodGet, path+"?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, nil
		}
		query.Set("cursor", page.Next)
	}
}

// client sends requests to one house.
type client struct {
	base, token, lang string
}

// problem is how the house says what went wrong, in our language.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Field, Detail string }
}

func (p problem) Error() string {
	s := fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail)
	for _, e := range p.Errors {
		s += fmt.Sprintf(" [%s: %s]", e.Field, e.Detail)
	}
	return s
}

// tries bounds how often a request is repeated when the house is busy.
const tries = 5

// do sends a request and reads the answer into out. What changes something
// carries a key, so that a repeated request acts once.
func (c client) do(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	key := rand.Text()
	for try := 1; ; try++ {
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Language", c.lang)
		if c.token != "" {
			req.Header.Set("Authorization", "Bearer "+c.token)
		}
		if in != nil {
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", key)
		}
		wait, err := send(req, out)
		if wait == 0 || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// send gives how long to wait before the request may be repeated, zero when
// that would not help.
func send(req *http.Request, out any) (wait time.Duration, err error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return time.Second, err
	}
	defer res.Body.Close()
	if res.StatusCode < 300 {
		return 0, json.NewDecoder(res.Body).Decode(out)
	}
	var p problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		return 0, fmt.Errorf("status %d: %w", res.StatusCode, err)
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")) // absent is a second
		return time.Duration(max(seconds, 1)) * time.Second, p
	}
	return 0, p
}
