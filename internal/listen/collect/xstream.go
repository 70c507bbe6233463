package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// XStream reads X's filtered stream (docs.x.com, /2/tweets/search/stream) for
// one rule, which it sets. The stream itself cannot be resumed: what was
// written while nobody was connected is found by recent search, after the
// stream is open, so that there is no gap between the two; only what search
// does not know yet at that moment is missed. The cursor is the newest id.
type XStream struct {
	Fetch *fetch.Client
	Clock clock.Clock
	Base  string // empty is https://api.x.com
	Token string
	Query string // the rule; it must be one that search understands too
	Tag   string // by which the rule is known as ours
}

// Streams implements Streamer.
func (XStream) Streams() {}

// Read implements Reader.
func (x XStream) Read(ctx context.Context, cursor string, deliver Deliver) error {
	if x.Base == "" {
		x.Base = xBase
	}
	if err := x.setRule(ctx); err != nil {
		return err
	}
	calling, hangUp := context.WithCancel(ctx)
	defer hangUp()
	resp, err := open(calling, x.Fetch, endpoint(x.Base, "/2/tweets/search/stream", xFields()), bearer(x.Token), x.Clock.Now())
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if cursor != "" {
		if cursor, err = x.catchUp(ctx, cursor, deliver); err != nil {
			return err
		}
	}
	l := newLines(resp.Body)
	err = flow(ctx, hangUp, func(context.Context) (happening, error) {
		for {
			line, err := l.next()
			if err != nil {
				return happening{}, err
			}
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			it, ok, err := parseXLine(line)
			if err != nil {
				return happening{}, err
			}
			if ok && laterID(it.ID, cursor) {
				cursor = it.ID
			}
			return happening{item: it, wanted: ok, cursor: cursor}, nil
		}
	}, deliver)
	return streamError(ctx, err)
}

// catchUp delivers what search finds since the cursor. The cursor moves at the
// end only, for search tells the newest first.
func (x XStream) catchUp(ctx context.Context, cursor string, deliver Deliver) (string, error) {
	search := XSearch{Fetch: x.Fetch, Clock: x.Clock, Base: x.Base, Token: x.Token, Query: x.Query}
	newest, token := cursor, ""
	for range pagesAtOnce {
		p, err := search.page(ctx, cursor, token)
		if err != nil {
			return "", err
		}
		if laterID(p.newest, newest) {
			newest = p.newest
		}
		kept := cursor
		if p.next == "" {
			kept = newest
		}
		if err := deliver(ctx, p.items, kept); err != nil || p.next == "" {
			return newest, err
		}
		token = p.next
	}
	return cursor, nil
}

type xRule struct {
	ID    string `json:"id,omitempty"`
	Value string `json:"value"`
	Tag   string `json:"tag"`
}

// setRule makes our rule say Query. Rules of others stay.
func (x XStream) setRule(ctx context.Context) error {
	address := endpoint(x.Base, "/2/tweets/search/stream/rules", nil)
	var have struct {
		Data []xRule `json:"data"`
	}
	if _, err := getJSON(ctx, x.Fetch, address, bearer(x.Token), x.Clock.Now(), &have); err != nil {
		return err
	}
	var old []string
	for _, r := range have.Data {
		if r.Tag == x.Tag && r.Value != x.Query {
			old = append(old, r.ID)
		}
	}
	if len(old) > 0 {
		if err := x.post(ctx, address, map[string]any{"delete": map[string]any{"ids": old}}); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(have.Data, func(r xRule) bool { return r.Tag == x.Tag && r.Value == x.Query }) {
		return nil
	}
	return x.post(ctx, address, map[string]any{"add": []xRule{{Value: x.Query, Tag: x.Tag}}})
}

func (x XStream) post(ctx context.Context, address string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
	if err != nil {
		return fetch.ErrURL
	}
	req.Header = bearer(x.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := x.Fetch.Do(ctx, req)
	if err != nil {
		return err
	}
	after := resp.RetryAfter
	if after == 0 {
		after = untilReset(resp.Header, x.Clock.Now())
	}
	return refusal(resp.Status, after)
}
