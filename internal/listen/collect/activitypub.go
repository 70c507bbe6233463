package collect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// ActivityPub reads what an organisation has published on the Fediverse: the
// outbox of one actor (w3.org/TR/activitypub, 5.1), newest first. Questions are
// not signed; servers that want signatures are ErrSigned. What others wrote and
// the actor passes on is given with its text only where the outbox holds it.
type ActivityPub struct {
	Fetch *fetch.Client
	Clock clock.Clock
	Actor string // "https://social.example/users/ministry"
	// Public reports whether an account, "ministry@social.example" in lower
	// case, is no private person's. Other actors that are persons are ErrPerson;
	// nil means that all are.
	Public func(account string) bool
}

const (
	activityAccept = `application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	// activityPublic is who is addressed by what everybody may read.
	activityPublic = "https://www.w3.org/ns/activitystreams#Public"
)

// Read implements Reader.
func (a ActivityPub) Read(ctx context.Context, cursor string, deliver Deliver) error {
	actor, err := a.actor(ctx)
	if err != nil {
		return err
	}
	var d descent
	parseCursor(cursor, &d)
	return d.walk(ctx, func(ctx context.Context, token string) (page, error) {
		p, err := a.page(ctx, actor, token)
		d.byTime(&p)
		return p, err
	}, deliver)
}

type activityActor struct {
	ID     string       `json:"id"`
	Type   activityRefs `json:"type"`
	Name   string       `json:"preferredUsername"`
	Outbox string       `json:"outbox"`
}

// account is how people write the actor.
func (a activityActor) account() string { return strings.ToLower(a.Name + "@" + hostOf(a.ID)) }

// actor asks who the actor is, and refuses persons.
func (a ActivityPub) actor(ctx context.Context) (actor activityActor, err error) {
	if err := a.ask(ctx, a.Actor, &actor); err != nil {
		return actor, err
	}
	if actor.ID == "" || actor.Outbox == "" || hostOf(actor.ID) != hostOf(a.Actor) || hostOf(actor.Outbox) != hostOf(actor.ID) {
		return actor, ErrActor
	}
	organised := slices.ContainsFunc(actor.Type, func(t string) bool {
		return t == "Organization" || t == "Group" || t == "Service" || t == "Application"
	})
	if !organised && (a.Public == nil || !a.Public(actor.account())) {
		return actor, ErrPerson
	}
	return actor, nil
}

// activityPage is a collection or one of its pages.
type activityPage struct {
	First json.RawMessage   `json:"first"` // an address or the page itself
	Next  activityRefs      `json:"next"`
	Items []json.RawMessage `json:"orderedItems"`
}

// page gives the page at an address; the first page without one.
func (a ActivityPub) page(ctx context.Context, actor activityActor, token string) (page, error) {
	var got activityPage
	address := token
	if address == "" {
		address = actor.Outbox
	}
	err := a.ask(ctx, address, &got)
	if token != "" && (errors.Is(err, ErrMissing) || errors.Is(err, ErrGone)) {
		return page{}, errPage
	}
	if first := got.First; err == nil && token == "" && len(first) > 0 {
		if json.Unmarshal(first, &address) != nil {
			err = json.Unmarshal(first, &got)
		} else if got = (activityPage{}); hostOf(address) != hostOf(actor.ID) {
			err = errElsewhere
		} else {
			err = a.ask(ctx, address, &got)
		}
	}
	if err != nil {
		if !isOurs(err) {
			err = broken(err)
		}
		return page{}, err
	}
	p := page{items: actor.items(got.Items)}
	if len(got.Next) > 0 {
		if p.next = got.Next[0]; hostOf(p.next) != hostOf(actor.ID) {
			return page{}, broken(errElsewhere)
		}
	}
	return p, nil
}

// errElsewhere means that a page leads to another server, which could tell
// anything in the actor's name.
var errElsewhere = errors.New("page at another server")

// ask asks for a document of the actor's server.
func (a ActivityPub) ask(ctx context.Context, address string, into any) error {
	resp, err := getJSON(ctx, a.Fetch, address, http.Header{"Accept": {activityAccept}}, a.Clock.Now(), into)
	if resp != nil && (resp.Status == http.StatusUnauthorized || resp.Status == http.StatusForbidden) {
		return fmt.Errorf("status %d: %w", resp.Status, ErrSigned)
	}
	if errors.Is(err, ErrBroken) && bytes.HasPrefix(bytes.TrimSpace(resp.Body), []byte("<")) {
		return fmt.Errorf("a page for people: %w", ErrActor)
	}
	return err
}

// items are what an actor's activities say to everybody. What cannot be read,
// is not addressed to all or is said in another's name is left out.
func (actor activityActor) items(list []json.RawMessage) (items []Item) {
	for _, raw := range list {
		if it, ok := actor.item(raw); ok {
			items = append(items, it.bound())
		}
	}
	return items
}

type activity struct {
	ID        string          `json:"id"`
	Type      activityRefs    `json:"type"`
	Actor     activityRefs    `json:"actor"`
	Published activityTime    `json:"published"`
	To        activityRefs    `json:"to"`
	Cc        activityRefs    `json:"cc"`
	Object    json.RawMessage `json:"object"`
}

type activityObject struct {
	ID         string            `json:"id"`
	Author     activityRefs      `json:"attributedTo"`
	Name       string            `json:"name"`
	Summary    string            `json:"summary"` // of a note: a warning of what it holds
	Content    string            `json:"content"`
	ContentMap map[string]string `json:"contentMap"`
	Published  activityTime      `json:"published"`
	Updated    activityTime      `json:"updated"`
	URL        activityRefs      `json:"url"`
	Reply      activityRefs      `json:"inReplyTo"`
	Tags       []struct {
		Type activityRefs `json:"type"`
		Name string       `json:"name"`
	} `json:"tag"`
	Attachments []struct {
		URL activityRefs `json:"url"`
	} `json:"attachment"`
}

// item reads one activity: what was created, or passed on.
func (actor activityActor) item(raw json.RawMessage) (Item, bool) {
	var a activity
	if json.Unmarshal(raw, &a) != nil || !slices.Contains(a.Actor, actor.ID) || !addressedToAll(a.To) && !addressedToAll(a.Cc) {
		return Item{}, false
	}
	var refs activityRefs
	var o activityObject
	if json.Unmarshal(a.Object, &refs) != nil || len(refs) == 0 {
		return Item{}, false
	}
	_ = json.Unmarshal(a.Object, &o) // an address has no more than itself
	it := o.item()
	it.Author = actor.account()
	if it.At.IsZero() {
		it.At = a.Published.Time
	}
	switch {
	case slices.Contains(a.Type, "Announce") && a.ID != "":
		it.ID, it.Repost, it.At, it.Revision = a.ID, refs[0], a.Published.Time, ""
		return it, true
	case slices.Contains(a.Type, "Create") && o.ID != "" && hostOf(o.ID) == hostOf(actor.ID):
		return it, len(o.Author) == 0 || slices.Contains(o.Author, actor.ID)
	}
	return Item{}, false
}

func addressedToAll(list activityRefs) bool {
	return slices.ContainsFunc(list, func(s string) bool { return s == activityPublic || s == "as:Public" || s == "Public" })
}

func (o activityObject) item() Item {
	it := Item{ID: o.ID, At: o.Published.Time, Links: anchors(o.Content)}
	if len(o.ContentMap) == 1 {
		for lang, content := range o.ContentMap {
			it.Lang = lang
			if o.Content == "" {
				o.Content = content
			}
		}
	}
	var said []string
	for _, s := range []string{o.Name, o.Summary, o.Content} {
		if s = plainText(s); s != "" {
			said = append(said, s)
		}
	}
	it.Text = strings.Join(said, "\n")
	if len(o.URL) > 0 && web(o.URL[0]) {
		it.URL = o.URL[0]
	}
	if o.Updated.After(o.Published.Time) {
		it.Revision = o.Updated.UTC().Format(time.RFC3339)
	}
	if len(o.Reply) > 0 {
		it.Reply = o.Reply[0]
	}
	for _, t := range o.Tags {
		if slices.Contains(t.Type, "Hashtag") {
			it.Tags = append(it.Tags, strings.TrimPrefix(t.Name, "#"))
		}
	}
	for _, f := range o.Attachments {
		it.Images = append(it.Images, f.URL...)
	}
	return it
}

// activityRefs are what a property of ActivityStreams names: it may be one or
// several, each an address or an object that has one. What names nothing is
// left out.
type activityRefs []string

// UnmarshalJSON implements json.Unmarshaler. It takes any JSON.
func (r *activityRefs) UnmarshalJSON(b []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		list = []json.RawMessage{b}
	}
	*r = nil
	for _, x := range list[:min(len(list), 100)] {
		var s string
		if json.Unmarshal(x, &s) != nil {
			var o struct {
				ID   string `json:"id"`
				Href string `json:"href"`
			}
			_ = json.Unmarshal(x, &o) // neither text nor object
			if s = o.ID; s == "" {
				s = o.Href
			}
		}
		if s != "" {
			*r = append(*r, s)
		}
	}
	return nil
}

// activityTime is a moment; zero when it cannot be read.
type activityTime struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. It takes any JSON.
func (t *activityTime) UnmarshalJSON(b []byte) error {
	var s string
	_ = json.Unmarshal(b, &s) // no text is no time
	t.Time = timeOf(s)
	return nil
}

// timeOf reads a moment as servers write it; zero when it is none.
func timeOf(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// hostOf is the host of an address with its port, in lower case; empty when it
// has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
