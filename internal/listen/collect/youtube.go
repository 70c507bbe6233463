package collect

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"sifara/internal/clock"
	"sifara/internal/fetch"
)

// YouTube reads the comments of a video, or of all videos of a channel, by the
// Data API v3 (developers.google.com/youtube/v3/docs/commentThreads/list),
// newest thread first. Answers to a thread are read with it; later answers to a
// thread that was read before are not offered by the API in order of time and
// are missed.
type YouTube struct {
	Fetch   *fetch.Client
	Clock   clock.Clock
	Base    string // empty is https://www.googleapis.com/youtube/v3
	Key     string // of the project
	Video   string // one of the two
	Channel string // "UC…"
}

type youtubeComment struct {
	ID      string `json:"id"`
	Snippet struct {
		Text      string    `json:"textDisplay"`
		Author    string    `json:"authorDisplayName"`
		Video     string    `json:"videoId"`
		Parent    string    `json:"parentId"`
		Published time.Time `json:"publishedAt"`
		Updated   time.Time `json:"updatedAt"`
	} `json:"snippet"`
}

type youtubeThreads struct {
	Next  string `json:"nextPageToken"`
	Items []struct {
		ID      string `json:"id"`
		Snippet struct {
			Video   string         `json:"videoId"`
			Top     youtubeComment `json:"topLevelComment"`
			Replies int            `json:"totalReplyCount"`
		} `json:"snippet"`
		Replies struct {
			Comments []youtubeComment `json:"comments"`
		} `json:"replies"`
	} `json:"items"`
}

// Read implements Reader.
func (y YouTube) Read(ctx context.Context, cursor string, deliver Deliver) error {
	if y.Base == "" {
		y.Base = "https://www.googleapis.com/youtube/v3"
	}
	var d descent
	parseCursor(cursor, &d)
	return d.walk(ctx, func(ctx context.Context, token string) (page, error) {
		p, first, err := y.page(ctx, token)
		if err != nil {
			return p, err
		}
		// The order is that of the threads; an answer says nothing of it.
		threads := page{items: first}
		d.byTime(&threads)
		p.newest, p.reached = threads.newest, threads.reached
		return p, nil
	}, deliver)
}

// page gives the comments of a page, and those of them that begin a thread.
func (y YouTube) page(ctx context.Context, token string) (p page, threads []Item, err error) {
	q := url.Values{"part": {"snippet,replies"}, "order": {"time"}, "maxResults": {"100"}, "textFormat": {"plainText"}}
	if y.Video != "" {
		q.Set("videoId", y.Video)
	} else {
		q.Set("allThreadsRelatedToChannelId", y.Channel)
	}
	if token != "" {
		q.Set("pageToken", token)
	}
	var a youtubeThreads
	if err := y.ask(ctx, "/commentThreads", q, &a); err != nil {
		return p, nil, err
	}
	p.next = a.Next
	for _, t := range a.Items {
		video := t.Snippet.Video
		threads = append(threads, t.Snippet.Top.item(video, video))
		p.items = append(p.items, threads[len(threads)-1])
		replies := t.Replies.Comments
		if t.Snippet.Replies > len(replies) {
			if replies, err = y.replies(ctx, t.ID); err != nil {
				return p, nil, err
			}
		}
		for _, c := range replies {
			p.items = append(p.items, c.item(video, t.ID))
		}
	}
	return p, threads, nil
}

// replies reads all answers to a thread.
func (y YouTube) replies(ctx context.Context, thread string) (out []youtubeComment, err error) {
	token := ""
	for range 10 {
		q := url.Values{"part": {"snippet"}, "parentId": {thread}, "maxResults": {"100"}, "textFormat": {"plainText"}}
		if token != "" {
			q.Set("pageToken", token)
		}
		var a struct {
			Next  string           `json:"nextPageToken"`
			Items []youtubeComment `json:"items"`
		}
		if err := y.ask(ctx, "/comments", q, &a); err != nil {
			return nil, err
		}
		if out, token = append(out, a.Items...), a.Next; token == "" {
			break
		}
	}
	return out, nil
}

// item makes an item of a comment on parent: a video, or a thread.
func (c youtubeComment) item(video, parent string) Item {
	s := c.Snippet
	it := Item{ID: c.ID, Author: s.Author, Text: plainText(s.Text), At: s.Published, Reply: parent, URL: "https://www.youtube.com/watch?v=" + video + "&lc=" + c.ID}
	if s.Updated.After(s.Published) {
		it.Revision = s.Updated.UTC().Format(time.RFC3339)
	}
	return it.bound()
}

// ask asks the API and reads why it refuses: a quota that is used up is a 403
// like a wrong key. The key goes in a header, for addresses are logged.
func (y YouTube) ask(ctx context.Context, path string, q url.Values, into any) error {
	now := y.Clock.Now()
	resp, err := getJSON(ctx, y.Fetch, endpoint(y.Base, path, q), http.Header{"X-Goog-Api-Key": {y.Key}}, now, into)
	if err == nil || resp == nil {
		return err
	}
	var e struct {
		Error struct {
			Errors []struct {
				Reason string `json:"reason"`
			} `json:"errors"`
		} `json:"error"`
	}
	if json.Unmarshal(resp.Body, &e) != nil || len(e.Error.Errors) == 0 {
		return err
	}
	switch e.Error.Errors[0].Reason {
	case "quotaExceeded", "dailyLimitExceeded":
		return waiting(ErrBusy, max(resp.RetryAfter, untilPacificMidnight(now)))
	case "rateLimitExceeded", "userRateLimitExceeded":
		return waiting(ErrBusy, max(resp.RetryAfter, time.Minute))
	case "invalidPageToken", "processingFailure":
		return errPage
	case "videoNotFound", "channelNotFound":
		return ErrMissing
	}
	return err
}

// untilPacificMidnight is when Google's quotas begin anew. Standard time all
// year: in summer an hour late rather than early.
func untilPacificMidnight(now time.Time) time.Duration {
	t := now.In(time.FixedZone("PST", -8*3600))
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location()).Sub(t)
}
