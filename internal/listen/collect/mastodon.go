package collect

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// Mastodon reads a public timeline of a server that speaks Mastodon's REST API
// (docs.joinmastodon.org/methods/timelines), oldest first by min_id. The first
// time it takes the newest page only.
type Mastodon struct {
	Fetch   *fetch.Client
	Clock   clock.Clock
	Base    string // "https://mastodon.example"
	Token   string // empty where the server shows timelines to anybody
	Hashtag string // without #; empty is the public timeline
	Local   bool   // only what was written on this server
}

type mastodonStatus struct {
	ID          string     `json:"id"`
	URI         string     `json:"uri"`
	URL         string     `json:"url"`
	CreatedAt   time.Time  `json:"created_at"`
	EditedAt    *time.Time `json:"edited_at"`
	Content     string     `json:"content"`
	Spoiler     string     `json:"spoiler_text"`
	Language    string     `json:"language"`
	Visibility  string     `json:"visibility"`
	InReplyToID string     `json:"in_reply_to_id"`
	Account     struct {
		Acct      string `json:"acct"`
		Followers int64  `json:"followers_count"`
	} `json:"account"`
	Reblog *struct {
		URI     string `json:"uri"`
		Account struct {
			Acct string `json:"acct"`
		} `json:"account"`
	} `json:"reblog"`
	Mentions []struct {
		Acct string `json:"acct"`
	} `json:"mentions"`
	Tags []struct {
		Name string `json:"name"`
	} `json:"tags"`
	Media []struct {
		URL    string `json:"url"`
		Remote string `json:"remote_url"` // at the server of its author; null here
	} `json:"media_attachments"`
}

const mastodonPage = 40 // the most that a server gives

// Read implements Reader. The cursor is the id of the newest status, before
// which the next reading begins by slack, for statuses of other servers arrive
// late and stand at their own time; after a comma, where an unfinished reading
// goes on.
func (m Mastodon) Read(ctx context.Context, cursor string, deliver Deliver) error {
	path := "/api/v1/timelines/public"
	if m.Hashtag != "" {
		path = "/api/v1/timelines/tag/" + url.PathEscape(m.Hashtag)
	}
	cursor, from, unfinished := strings.Cut(cursor, ",")
	if !unfinished {
		from = rewindSnowflake(cursor, 16, slack)
	}
	for range pagesAtOnce {
		q := url.Values{"limit": {strconv.Itoa(mastodonPage)}}
		if m.Local {
			q.Set("local", "true")
		}
		if from != "" {
			q.Set("min_id", from)
		}
		var list []mastodonStatus
		now := m.Clock.Now()
		resp, err := getJSON(ctx, m.Fetch, endpoint(m.Base, path, q), bearer(m.Token), now, &list)
		if err != nil {
			return err
		}
		newest := ""
		items := make([]Item, 0, len(list))
		for _, s := range slices.Backward(list) {
			if laterID(s.ID, newest) {
				newest = s.ID
			}
			if it := s.item(); it.ID != "" && (s.Visibility == "public" || s.Visibility == "") {
				items = append(items, it.bound())
			}
		}
		if laterID(newest, cursor) {
			cursor = newest
		}
		if first := from == ""; first || !laterID(newest, from) {
			if first && newest == "" {
				return nil
			}
			return deliver(ctx, items, cursor)
		}
		if err := deliver(ctx, items, cursor+","+newest); err != nil {
			return err
		}
		if from = newest; usedUp(resp.Header) {
			return waiting(ErrBusy, untilReset(resp.Header, now))
		}
	}
	return nil
}

func (s mastodonStatus) item() Item {
	it := Item{
		ID: s.URI, Author: s.Account.Acct, Text: plainText(s.Content), Lang: s.Language, URL: s.URL, At: s.CreatedAt,
		Followers: s.Account.Followers, Reply: s.InReplyToID, Links: anchors(s.Content), Mentions: []string{},
	}
	if s.URI == "" {
		it.ID = s.ID
	}
	if w := plainText(s.Spoiler); w != "" {
		it.Text = strings.TrimSpace(w + "\n" + it.Text)
	}
	if s.EditedAt != nil {
		it.Revision = s.EditedAt.UTC().Format(time.RFC3339)
	}
	if s.Reblog != nil {
		it.Repost, it.RepostBy = s.Reblog.URI, s.Reblog.Account.Acct
	}
	for _, m := range s.Mentions {
		it.Mentions = append(it.Mentions, m.Acct)
	}
	for _, t := range s.Tags {
		it.Tags = append(it.Tags, t.Name)
	}
	for _, a := range s.Media {
		it.Images = append(it.Images, cmp.Or(a.Remote, a.URL))
	}
	return it
}

// laterID compares ids that grow: numbers by value, others as text of one
// length.
func laterID(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}

// rewindSnowflake gives the id that a number with milliseconds above so many
// bits had some time before. Ids of other forms stay as they are.
func rewindSnowflake(id string, bits uint, by time.Duration) string {
	n, err := strconv.ParseInt(id, 10, 64)
	if ms := by.Milliseconds() << bits; err == nil && n > ms {
		return strconv.FormatInt(n-ms, 10)
	}
	return id
}
