package collect

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// Facebook reads the posts of a page and what is said under them, by Meta's
// Graph API (developers.facebook.com/docs/graph-api/reference/page/feed). The
// page's owner makes the token. Comments are heard for a fortnight after their
// post.
type Facebook struct {
	Fetch *fetch.Client
	Clock clock.Clock
	Base  string // with the version: "https://graph.facebook.com/v24.0"
	Page  string // its id
	Token string // of the page
}

// Instagram reads the media of a professional account and what is said under
// them, by the same API (…/docs/instagram-platform/reference). Answers to
// comments that are not among the newest fifty of their post are missed when
// they come late.
type Instagram struct {
	Fetch *fetch.Client
	Clock clock.Clock
	Base  string
	User  string // the account's id in the API
	Token string
}

// Read implements Reader.
func (f Facebook) Read(ctx context.Context, cursor string, deliver Deliver) error {
	const comment = "id,message,created_time,permalink_url,from{id},parent{id}"
	g := graph{
		fetch: f.Fetch, clock: f.Clock, base: f.Base, token: f.Token, posts: "/" + url.PathEscape(f.Page) + "/posts", author: f.Page,
		fields: "id,message,created_time,permalink_url,comments.filter(stream).order(reverse_chronological).limit(50){" + comment + "}",
		asks:   url.Values{"fields": {comment}, "filter": {"stream"}, "order": {"reverse_chronological"}, "limit": {"50"}},
	}
	return g.read(ctx, cursor, deliver)
}

// Read implements Reader.
func (i Instagram) Read(ctx context.Context, cursor string, deliver Deliver) error {
	const reply = "id,text,timestamp,from,username"
	const comment = reply + ",replies.limit(50){" + reply + "}"
	g := graph{
		fetch: i.Fetch, clock: i.Clock, base: i.Base, token: i.Token, posts: "/" + url.PathEscape(i.User) + "/media", author: i.User,
		fields: "id,caption,timestamp,permalink,username,comments.limit(50){" + comment + "}",
		asks:   url.Values{"fields": {comment}, "limit": {"50"}},
	}
	return g.read(ctx, cursor, deliver)
}

// GraphVersion reports whether an address names a version of the Graph API, as
// it must: what an application may ask changes with it.
func GraphVersion(address string) bool { return graphVersion.MatchString(address) }

var graphVersion = regexp.MustCompile(`/v[0-9]{1,3}\.[0-9]{1,2}/?$`)

const (
	// commentsFor is how long after a post its comments are read.
	commentsFor = 14 * 24 * time.Hour
	// graphPosts is how many posts are asked for at once, with their comments.
	graphPosts = "25"
	// graphWindow is the time over which Meta counts calls.
	graphWindow = time.Hour
	// graphNear is the part of what may be used, in percent, at which we rest:
	// the ministry's other programs have the same share.
	graphNear = 95
)

// graph reads posts with their comments.
type graph struct {
	fetch       *fetch.Client
	clock       clock.Clock
	base, token string
	posts       string     // path of the posts
	fields      string     // of posts, with those of their first comments
	asks        url.Values // for further comments
	author      string     // of the posts, where they do not say
}

// graphPost is a post, a medium, a comment or an answer.
type graphPost struct {
	ID        string        `json:"id"`
	Message   string        `json:"message"` // Facebook
	Caption   string        `json:"caption"` // Instagram, of media
	Text      string        `json:"text"`    // Instagram, of comments
	Created   activityTime  `json:"created_time"`
	Timestamp activityTime  `json:"timestamp"`
	Address   string        `json:"permalink_url"`
	Permalink string        `json:"permalink"`
	Username  string        `json:"username"`
	From      graphNamed    `json:"from"`
	Parent    graphNamed    `json:"parent"`
	Comments  graphComments `json:"comments"`
	Replies   graphComments `json:"replies"`
}

type graphNamed struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

type graphPaging struct {
	Cursors struct {
		After string `json:"after"`
	} `json:"cursors"`
	Next string `json:"next"` // holds the token: only that there is one counts
}

// after is the cursor of the next page; empty on the last.
func (p graphPaging) after() string {
	if p.Next == "" {
		return ""
	}
	return p.Cursors.After
}

type graphComments struct {
	Data   []graphPost `json:"data"`
	Paging graphPaging `json:"paging"`
}

// read walks down the posts. The mark is the time of the newest that was said
// when a walk began; what is older was heard in an earlier one.
func (g graph) read(ctx context.Context, cursor string, deliver Deliver) error {
	var d descent
	parseCursor(cursor, &d)
	seen, _ := d.seen() // zero the first time
	return d.walk(ctx, func(ctx context.Context, token string) (page, error) {
		q := url.Values{"fields": {g.fields}, "limit": {graphPosts}}
		if token != "" {
			q.Set("after", token)
		}
		var a graphComments
		h, err := g.ask(ctx, g.posts, q, &a)
		if err != nil {
			return page{}, err
		}
		p := page{next: a.Paging.after(), rest: resting(h)}
		var newest time.Time
		// A page of posts may bring any number of comments: when there are many
		// they are stored before the walk goes on.
		take := func(items []Item) error {
			for _, it := range items {
				if it.At.After(newest) {
					newest = it.At
				}
			}
			if p.items = append(p.items, items...); len(p.items) < batch {
				return nil
			}
			full := p.items
			p.items = nil
			return deliver(ctx, full, formatCursor(&d))
		}
		for _, post := range a.Data {
			it := post.item("")
			if it.ID == "" {
				continue
			}
			if it.Author == "" {
				it.Author = g.author
			}
			p.reached = p.reached || !it.At.IsZero() && it.At.Before(seen.Add(-commentsFor))
			if err := take(append([]Item{it.bound()}, post.Comments.items(post.ID)...)); err != nil {
				return page{}, err
			}
			if err := g.more(ctx, post.ID, "/comments", post.Comments, seen, take); err != nil {
				return page{}, err
			}
		}
		p.newest = d.mark(newest)
		return p, nil
	}, deliver)
}

// more reads the pages of comments, or answers, behind the first, until they
// are older than what was heard.
func (g graph) more(ctx context.Context, post, edge string, c graphComments, seen time.Time, take func([]Item) error) error {
	for {
		for _, comment := range c.Data {
			if comment.Replies.Paging.after() == "" {
				continue
			}
			if err := g.more(ctx, comment.ID, "/replies", comment.Replies, time.Time{}, take); err != nil {
				return err
			}
		}
		after := c.Paging.after()
		if after == "" || c.heard(seen) {
			return nil
		}
		q := url.Values{"after": {after}}
		for k, v := range g.asks {
			q[k] = v
		}
		c = graphComments{}
		if _, err := g.ask(ctx, "/"+url.PathEscape(post)+edge, q, &c); err != nil {
			return err
		}
		if c.Paging.after() == after {
			return broken(errors.New("page that leads to itself"))
		}
		if err := take(c.items(post)); err != nil {
			return err
		}
	}
}

// heard reports whether what comes behind a page was heard before: the page has
// the newest first and ends before the mark.
func (c graphComments) heard(seen time.Time) bool {
	if seen.IsZero() || len(c.Data) == 0 {
		return false
	}
	first, last := c.Data[0].at(), c.Data[len(c.Data)-1].at()
	return !first.Before(last) && !last.IsZero() && last.Before(seen.Add(-slack))
}

// items are the comments of a page with the answers that stand with them.
func (c graphComments) items(post string) (items []Item) {
	for _, comment := range c.Data {
		if it := comment.item(post); it.ID != "" {
			items = append(items, it.bound())
			items = append(items, comment.Replies.items(comment.ID)...)
		}
	}
	return items
}

func (p graphPost) at() time.Time {
	if !p.Created.IsZero() {
		return p.Created.Time
	}
	return p.Timestamp.Time
}

// item makes an item of a post, or of a comment on another.
func (p graphPost) item(reply string) Item {
	it := Item{ID: p.ID, Author: p.Username, Text: strings.TrimSpace(p.Message + p.Caption + p.Text), URL: p.Address + p.Permalink, At: p.at(), Reply: reply}
	if p.Parent.ID != "" {
		it.Reply = p.Parent.ID
	}
	for _, name := range []string{p.From.Username, p.From.ID} {
		if it.Author == "" {
			it.Author = name
		}
	}
	return it
}

// ask asks the API, with the token in a header, for addresses are logged.
func (g graph) ask(ctx context.Context, path string, q url.Values, into any) (http.Header, error) {
	resp, err := getJSON(ctx, g.fetch, endpoint(g.base, path, q), bearer(g.token), g.clock.Now(), into)
	if resp == nil {
		return nil, err
	}
	if err != nil && (resp.Status < 200 || resp.Status > 299) {
		return nil, graphRefusal(resp, err, q.Get("after") != "")
	}
	return resp.Header, err
}

// graphRefusal reads why the API refuses: what it says by the status alone is
// nearly always 400 (developers.facebook.com/docs/graph-api/guides/error-handling).
func graphRefusal(resp *fetch.Response, err error, paged bool) error {
	var e struct {
		Error struct {
			Code    int `json:"code"`
			Subcode int `json:"error_subcode"`
		} `json:"error"`
	}
	if json.Unmarshal(resp.Body, &e) != nil {
		return err
	}
	switch code := e.Error.Code; {
	case code == 4, code == 17, code == 32, code == 341, code == 368, code == 613, code >= 80000 && code < 80100:
		return waiting(ErrBusy, max(resp.RetryAfter, regain(resp.Header), RetryAfter(err)))
	case code == 1, code == 2:
		return waiting(ErrFault, resp.RetryAfter)
	case code == 10, code == 102, code == 104, code == 190, code >= 200 && code < 300:
		return ErrRefused
	case code == 100 && e.Error.Subcode == 33, code == 803:
		return ErrMissing
	case code == 100 && paged:
		return errPage
	}
	return err
}

// graphUsage is how much of what may be used is used, in percent.
type graphUsage struct {
	Calls  float64 `json:"call_count"`
	Time   float64 `json:"total_time"`
	CPU    float64 `json:"total_cputime"`
	Regain float64 `json:"estimated_time_to_regain_access"` // minutes
}

// usages reads the headers in which the API says how much was used
// (developers.facebook.com/docs/graph-api/overview/rate-limiting).
func usages(h http.Header) (list []graphUsage) {
	var app graphUsage
	if json.Unmarshal([]byte(h.Get("X-App-Usage")), &app) == nil {
		list = append(list, app)
	}
	var business map[string][]graphUsage
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &business) == nil {
		for _, l := range business {
			list = append(list, l...)
		}
	}
	return list
}

// regain is how long it takes until more may be asked: as the API says, else
// the whole time over which it counts.
func regain(h http.Header) time.Duration {
	var most float64
	for _, u := range usages(h) {
		most = max(most, min(u.Regain, 7*24*60))
	}
	if most > 0 {
		return time.Duration(most * float64(time.Minute))
	}
	return graphWindow
}

// resting is how long to rest before more is asked; 0 while enough is left.
func resting(h http.Header) time.Duration {
	for _, u := range usages(h) {
		if max(u.Calls, u.Time, u.CPU) >= graphNear {
			return regain(h)
		}
	}
	return 0
}
