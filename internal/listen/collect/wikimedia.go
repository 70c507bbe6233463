package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// Wikimedia reads recent changes of Wikipedia and its sisters from
// EventStreams (wikitech.wikimedia.org/wiki/Event_Platform/EventStreams). The
// cursor is the id of the last event, which the server takes back in
// Last-Event-ID and goes on exactly after it.
type Wikimedia struct {
	Fetch  *fetch.Client
	Clock  clock.Clock
	URL    string   // empty is https://stream.wikimedia.org/v2/stream/recentchange
	Wikis  []string // "arwiki", "ckbwiki"; empty is all
	Titles []string // pages, with or without underscores; empty is all
	Bots   bool     // changes by bots too
}

// Streams implements Streamer.
func (Wikimedia) Streams() {}

// Read implements Reader.
func (w Wikimedia) Read(ctx context.Context, cursor string, deliver Deliver) error {
	address := w.URL
	if address == "" {
		address = "https://stream.wikimedia.org/v2/stream/recentchange"
	}
	header := http.Header{"Accept": {"text/event-stream"}, "Cache-Control": {"no-cache"}}
	if cursor != "" {
		header.Set("Last-Event-ID", cursor)
	}
	calling, hangUp := context.WithCancel(ctx)
	defer hangUp()
	resp, err := open(calling, w.Fetch, address, header, w.Clock.Now())
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	s := sse{lines: newLines(resp.Body), id: cursor}
	err = flow(ctx, hangUp, func(context.Context) (happening, error) {
		for {
			name, data, err := s.next()
			if err != nil {
				return happening{}, err
			}
			if name != "message" {
				continue
			}
			item, wanted, err := w.parse(data)
			return happening{item: item, wanted: wanted, cursor: s.id}, err
		}
	}, deliver)
	return streamError(ctx, err)
}

type recentChange struct {
	Meta struct {
		ID     string    `json:"id"`
		Domain string    `json:"domain"`
		DT     time.Time `json:"dt"`
	} `json:"meta"`
	Type      string `json:"type"`
	Namespace int    `json:"namespace"`
	Title     string `json:"title"`
	TitleURL  string `json:"title_url"`
	NotifyURL string `json:"notify_url"`
	Comment   string `json:"comment"`
	Timestamp int64  `json:"timestamp"`
	User      string `json:"user"`
	Bot       bool   `json:"bot"`
	Wiki      string `json:"wiki"`
}

// parse reads one event. Only edits and new pages of the article namespace say
// something; "canary" events are the service's own.
func (w Wikimedia) parse(data []byte) (Item, bool, error) {
	var c recentChange
	if err := json.Unmarshal(data, &c); err != nil {
		return Item{}, false, broken(err)
	}
	if c.Meta.ID == "" {
		return Item{}, false, broken(errors.New("event without id"))
	}
	wanted := c.Meta.Domain != "canary" && (c.Type == "edit" || c.Type == "new") && c.Namespace == 0 && (w.Bots || !c.Bot) &&
		(len(w.Wikis) == 0 || slices.Contains(w.Wikis, c.Wiki)) &&
		(len(w.Titles) == 0 || slices.ContainsFunc(w.Titles, func(t string) bool { return samePage(t, c.Title) }))
	if !wanted {
		return Item{}, false, nil
	}
	it := Item{ID: c.Meta.ID, Author: c.User, Text: c.Title, URL: c.TitleURL, At: c.Meta.DT, Links: []string{c.TitleURL}, Tags: []string{c.Wiki}}
	if lang, ok := strings.CutSuffix(c.Wiki, "wiki"); ok && len(lang) <= 3 {
		it.Lang = lang
	}
	if c.Comment != "" {
		it.Text += "\n" + c.Comment
	}
	if web(c.NotifyURL) {
		it.URL = c.NotifyURL // shows the difference
	}
	if c.Timestamp > 0 {
		it.At = time.Unix(c.Timestamp, 0)
	}
	return it, true, nil
}

func samePage(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", " "), strings.ReplaceAll(b, "_", " "))
}

// sse reads Server-Sent Events (html.spec.whatwg.org, 9.2).
type sse struct {
	lines lines
	id    string // of the last event that had one
}

// next gives an event with its name, "message" when it has none, and its data.
// An event that is not complete at the end of the stream is left out, as the
// standard wants.
func (s *sse) next() (name string, data []byte, err error) {
	id, seen := s.id, false
	for {
		line, err := s.lines.next()
		if err != nil {
			return "", nil, err
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			s.id = id
			if !seen {
				name = ""
				continue
			}
			if name == "" {
				name = "message"
			}
			return name, bytes.TrimSuffix(data, []byte("\n")), nil
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if len(data)+len(value) > maxEvent {
				return "", nil, fetch.ErrTooLarge
			}
			seen, data = true, append(append(data, value...), '\n')
		case "id":
			if !bytes.ContainsRune(value, 0) && len(value) <= 8<<10 {
				id = string(value)
			}
		}
	}
}
