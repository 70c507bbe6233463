package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"

	"sifara/internal/fetch"
)

// Jetstream reads Bluesky's posts from an instance of Jetstream
// (github.com/bluesky-social/jetstream, /subscribe). The cursor is the time of
// the newest event in microseconds; reading goes on some seconds before it, as
// the documentation advises, so events come twice and have the same key.
// Without a cursor it begins now.
type Jetstream struct {
	Fetch       *fetch.Client
	URL         string   // "wss://jetstream2.us-east.bsky.network/subscribe"
	Collections []string // empty is posts: app.bsky.feed.post
	DIDs        []string // only these accounts; empty is all
	// Dictionary is the zstd dictionary that the instance compresses with
	// (zstd_dictionary in its repository), which halves the traffic. Without it
	// plain JSON is asked for.
	Dictionary []byte
}

const (
	postCollection   = "app.bsky.feed.post"
	repostCollection = "app.bsky.feed.repost"
	// jetstreamReplay is how far before the cursor reading goes on.
	jetstreamReplay = 5 * time.Second
)

// Streams implements Streamer.
func (Jetstream) Streams() {}

// Read implements Reader.
func (j Jetstream) Read(ctx context.Context, cursor string, deliver Deliver) error {
	var unzip *zstd.Decoder
	if len(j.Dictionary) > 0 {
		var err error
		if unzip, err = unzipper(j.Dictionary); err != nil {
			return err
		}
		defer unzip.Close()
	}
	newest, _ := strconv.ParseInt(cursor, 10, 64)
	conn, err := j.dial(ctx, newest, unzip != nil)
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxEvent)
	err = flow(ctx, func() {}, func(ctx context.Context) (happening, error) {
		kind, b, err := conn.Read(ctx)
		if err != nil {
			return happening{}, err
		}
		if kind == websocket.MessageBinary && unzip != nil {
			if b, err = unzip.DecodeAll(b, nil); err != nil {
				return happening{}, badEvent(err)
			}
		}
		item, at, err := parseJetstream(b)
		if err != nil {
			return happening{}, err
		}
		newest = max(newest, at)
		return happening{item: item, wanted: item.ID != "", cursor: strconv.FormatInt(newest, 10)}, nil
	}, deliver)
	return websocketError(ctx, err)
}

// CheckDictionary reports why a file is no dictionary for Jetstream.
func CheckDictionary(b []byte) error {
	d, err := unzipper(b)
	if err != nil {
		return err
	}
	d.Close()
	return nil
}

// unzipper unpacks events of at most maxEvent.
func unzipper(dictionary []byte) (*zstd.Decoder, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderDicts(dictionary), zstd.WithDecoderMaxMemory(maxEvent), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDictionary, err)
	}
	return d, nil
}

func (j Jetstream) dial(ctx context.Context, newest int64, compressed bool) (*websocket.Conn, error) {
	u, err := url.Parse(j.URL)
	if err != nil {
		return nil, fetch.ErrURL
	}
	q := u.Query()
	q["wantedCollections"] = j.Collections
	if len(j.Collections) == 0 {
		q["wantedCollections"] = []string{postCollection}
	}
	q["wantedDids"] = j.DIDs
	q.Set("maxMessageSizeBytes", strconv.Itoa(maxEvent))
	if newest > 0 {
		q.Set("cursor", strconv.FormatInt(newest-jetstreamReplay.Microseconds(), 10))
	}
	if compressed {
		q.Set("compress", "true")
	}
	u.RawQuery = q.Encode()
	conn, resp, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: j.Fetch.StreamHTTP(), CompressionMode: websocket.CompressionDisabled})
	if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
		if refused := refusal(resp.StatusCode, j.Fetch.RetryAfter(resp.Header)); refused != nil {
			return nil, refused
		}
	}
	if err != nil {
		return nil, fetch.Describe(ctx, u, err)
	}
	return conn, nil
}

// badEvent is why an event cannot be unpacked.
func badEvent(err error) error {
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return fmt.Errorf("%w: %w", fetch.ErrTooLarge, err)
	}
	if errors.Is(err, zstd.ErrUnknownDictionary) {
		return fmt.Errorf("%w: %w", ErrDictionary, err)
	}
	return broken(err)
}

// websocketError sorts an end of a websocket into ours; an orderly end is none.
func websocketError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case websocket.CloseStatus(err) == websocket.StatusNormalClosure, websocket.CloseStatus(err) == websocket.StatusGoingAway:
		return nil
	case errors.Is(err, websocket.ErrMessageTooBig):
		return fmt.Errorf("%w: %w", fetch.ErrTooLarge, err)
	case errors.Is(err, ErrBroken), errors.Is(err, ErrDictionary), errors.Is(err, fetch.ErrTimeout), errors.Is(err, fetch.ErrTooLarge):
		return err
	case websocket.CloseStatus(err) != -1:
		return fmt.Errorf("%w: %w", ErrFault, err)
	}
	return delivering(err)
}

type jetstreamEvent struct {
	DID    string `json:"did"`
	TimeUS int64  `json:"time_us"`
	Kind   string `json:"kind"`
	Commit *struct {
		Operation  string          `json:"operation"`
		Collection string          `json:"collection"`
		RKey       string          `json:"rkey"`
		CID        string          `json:"cid"`
		Record     json.RawMessage `json:"record"`
	} `json:"commit"`
}

type blueskyRef struct {
	URI string `json:"uri"`
}

type blueskyPost struct {
	Text      string      `json:"text"`
	CreatedAt string      `json:"createdAt"`
	Langs     []string    `json:"langs"`
	Tags      []string    `json:"tags"`
	Subject   *blueskyRef `json:"subject"` // of a repost
	Reply     *struct {
		Parent blueskyRef `json:"parent"`
	} `json:"reply"`
	Facets []struct {
		Features []struct {
			URI string `json:"uri"`
			DID string `json:"did"` // of whom is mentioned
			Tag string `json:"tag"`
		} `json:"features"`
	} `json:"facets"`
	Embed *struct {
		External *blueskyRef    `json:"external"`
		Images   []blueskyImage `json:"images"`
		Record   *blueskyQuoted `json:"record"`
		Media    *struct {      // beside what is quoted
			Images []blueskyImage `json:"images"`
		} `json:"media"`
	} `json:"embed"`
}

// blueskyImage is a picture by the hash of its bytes (a CID).
type blueskyImage struct {
	Image struct {
		Ref struct {
			Link string `json:"$link"`
		} `json:"ref"`
	} `json:"image"`
}

// blueskyQuoted is what a post quotes; with media it stands one deeper.
type blueskyQuoted struct {
	blueskyRef
	Record blueskyRef `json:"record"`
}

// parseJetstream reads one event: its item, empty when the event is none that
// says something, and its time in microseconds. The error is ErrBroken.
func parseJetstream(b []byte) (it Item, at int64, err error) {
	var e jetstreamEvent
	if err := json.Unmarshal(b, &e); err != nil {
		return it, 0, broken(err)
	}
	if e.TimeUS <= 0 {
		return it, 0, broken(errors.New("event without time"))
	}
	c := e.Commit
	if e.Kind != "commit" || c == nil || c.Operation != "create" && c.Operation != "update" || c.Collection != postCollection && c.Collection != repostCollection {
		return it, e.TimeUS, nil
	}
	var p blueskyPost
	if json.Unmarshal(c.Record, &p) != nil || e.DID == "" || c.RKey == "" {
		return it, e.TimeUS, nil // one person's broken record stops nobody else's
	}
	it = p.item()
	it.ID = "at://" + e.DID + "/" + c.Collection + "/" + c.RKey
	it.Author = e.DID
	if c.Operation == "update" {
		it.Revision = c.CID
	}
	if c.Collection == postCollection {
		it.URL = "https://bsky.app/profile/" + e.DID + "/post/" + c.RKey
	}
	// Writers say themselves when they wrote; never after it was heard.
	it.At = time.UnixMicro(e.TimeUS)
	if said, err := time.Parse(time.RFC3339, p.CreatedAt); err == nil && said.Before(it.At) {
		it.At = said
	}
	return it, e.TimeUS, nil
}

func (p blueskyPost) item() Item {
	it := Item{Text: p.Text, Tags: p.Tags, Mentions: []string{}}
	if len(p.Langs) > 0 {
		it.Lang = p.Langs[0]
	}
	if p.Subject != nil {
		it.Repost, it.RepostBy = p.Subject.URI, didOf(p.Subject.URI)
	}
	if p.Reply != nil {
		it.Reply, it.ReplyTo = p.Reply.Parent.URI, didOf(p.Reply.Parent.URI)
	}
	for _, f := range p.Facets {
		for _, x := range f.Features {
			if web(x.URI) {
				it.Links = append(it.Links, x.URI)
			}
			if x.DID != "" {
				it.Mentions = append(it.Mentions, x.DID)
			}
			if x.Tag != "" {
				it.Tags = append(it.Tags, strings.TrimPrefix(x.Tag, "#"))
			}
		}
	}
	if p.Embed != nil {
		if x := p.Embed.External; x != nil && web(x.URI) && !slices.Contains(it.Links, x.URI) {
			it.Links = append(it.Links, x.URI)
		}
		images := p.Embed.Images
		if m := p.Embed.Media; m != nil {
			images = append(images, m.Images...)
		}
		for _, i := range images {
			if l := i.Image.Ref.Link; l != "" {
				it.Images = append(it.Images, l)
			}
		}
		if q := p.Embed.Record; q != nil {
			if at := cmp.Or(q.Record.URI, q.URI); isBlueskyPost(at) {
				it.Quote = at
			}
		}
	}
	return it
}

// isBlueskyPost tells posts from lists, feeds and other records that can be
// embedded.
func isBlueskyPost(uri string) bool {
	return strings.HasPrefix(uri, "at://") && strings.Contains(uri, "/"+postCollection+"/")
}

// didOf is the account in an at:// address; empty when there is none.
func didOf(uri string) string {
	rest, ok := strings.CutPrefix(uri, "at://")
	if !ok {
		return ""
	}
	did, _, _ := strings.Cut(rest, "/")
	return did
}
