package collect

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// XSearch reads X's recent search, the last seven days (docs.x.com,
// /2/tweets/search/recent), newest first down to what was seen.
type XSearch struct {
	Fetch *fetch.Client
	Clock clock.Clock
	Base  string // empty is https://api.x.com
	Token string // bearer token of the app
	Query string
}

const (
	xBase = "https://api.x.com"
	// xBits is how many bits of an id are below its milliseconds.
	xBits = 22
	// xEpoch is when ids begin, in Unix milliseconds.
	xEpoch = 1288834974657
	// xWindow is how far back the search reaches, and some minutes less.
	xWindow = 7*24*time.Hour - 15*time.Minute
)

// xFields asks for what items hold.
func xFields() url.Values {
	return url.Values{
		"tweet.fields": {"created_at,lang,author_id,referenced_tweets,entities,attachments,edit_history_tweet_ids"},
		"expansions":   {"author_id"},
		"user.fields":  {"username,public_metrics"},
	}
}

// Read implements Reader.
func (x XSearch) Read(ctx context.Context, cursor string, deliver Deliver) error {
	var d descent
	parseCursor(cursor, &d)
	return d.walk(ctx, func(ctx context.Context, token string) (page, error) { return x.page(ctx, d.Seen, token) }, deliver)
}

func (x XSearch) page(ctx context.Context, seen, token string) (page, error) {
	q := xFields()
	q.Set("query", x.Query)
	q.Set("max_results", "100")
	now := x.Clock.Now()
	// Ids are not quite in the order in which tweets can be found.
	if since := rewindSnowflake(seen, xBits, time.Minute); now.Sub(xTime(since)) < xWindow {
		q.Set("since_id", since)
	}
	if token != "" {
		q.Set("next_token", token)
	}
	base := x.Base
	if base == "" {
		base = xBase
	}
	var a xAnswer
	resp, err := getJSON(ctx, x.Fetch, endpoint(base, "/2/tweets/search/recent", q), bearer(x.Token), now, &a)
	if resp != nil && resp.Status == 400 && token != "" {
		return page{}, errPage
	}
	if err != nil {
		return page{}, err
	}
	p := page{next: a.Meta.NextToken, newest: seen}
	for _, t := range a.Data {
		if it := t.item(a.Includes); it.ID != "" {
			p.items = append(p.items, it.bound())
			if laterID(it.ID, p.newest) {
				p.newest = it.ID
			}
		}
	}
	return p, nil
}

// xTime is when a tweet was written, by its id; zero for what is none.
func xTime(id string) time.Time {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n>>xBits + xEpoch)
}

type xTweet struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`
	AuthorID  string    `json:"author_id"`
	CreatedAt time.Time `json:"created_at"`
	Lang      string    `json:"lang"`
	Refs      []struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"referenced_tweets"`
	Entities struct {
		URLs []struct {
			Expanded string `json:"expanded_url"`
		} `json:"urls"`
		Hashtags []struct {
			Tag string `json:"tag"`
		} `json:"hashtags"`
	} `json:"entities"`
	Attachments struct {
		MediaKeys []string `json:"media_keys"`
	} `json:"attachments"`
}

type xIncludes struct {
	Users []struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		Metrics  struct {
			Followers int64 `json:"followers_count"`
		} `json:"public_metrics"`
	} `json:"users"`
}

type xAnswer struct {
	Data     []xTweet  `json:"data"`
	Includes xIncludes `json:"includes"`
	Meta     struct {
		NextToken string `json:"next_token"`
	} `json:"meta"`
}

func (t xTweet) item(in xIncludes) Item {
	it := Item{ID: t.ID, Author: t.AuthorID, Text: t.Text, Lang: t.Lang, At: t.CreatedAt, URL: "https://x.com/i/status/" + t.ID}
	for _, u := range in.Users {
		if u.ID == t.AuthorID {
			it.Author, it.Followers = u.Username, u.Metrics.Followers
		}
	}
	for _, r := range t.Refs {
		switch r.Type {
		case "retweeted":
			it.Repost = r.ID
		case "quoted":
			it.Quote = r.ID
		case "replied_to":
			it.Reply = r.ID
		}
	}
	for _, u := range t.Entities.URLs {
		if web(u.Expanded) {
			it.Links = append(it.Links, u.Expanded)
		}
	}
	for _, h := range t.Entities.Hashtags {
		it.Tags = append(it.Tags, h.Tag)
	}
	it.Images = t.Attachments.MediaKeys
	return it
}

// parseXLine reads one line of the filtered stream; an empty one is a sign of
// life. ok is false for what holds no tweet.
func parseXLine(line []byte) (it Item, ok bool, err error) {
	var l struct {
		Data     *xTweet   `json:"data"`
		Includes xIncludes `json:"includes"`
		Errors   []struct {
			Title string `json:"title"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return it, false, broken(err)
	}
	if l.Data == nil {
		if len(l.Errors) > 0 { // "operational-disconnect", "ConnectionException"
			return it, false, waiting(ErrFault, 0)
		}
		return it, false, broken(errors.New("line without data"))
	}
	it = l.Data.item(l.Includes)
	return it, it.ID != "", nil
}
