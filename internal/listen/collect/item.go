package collect

import (
	"context"
	"strings"
	"time"
)

// Item is one public utterance as its source gives it. Author and whatever
// names people in Text are raw: the caller makes pseudonyms of them before
// anything is stored. Only ID is never empty; Text may be empty where Images or
// Repost say what was said.
type Item struct {
	ID       string // what tells it from all others of its source
	Revision string // of an edited item: which edition; empty for the first
	Author   string // handle or number at the source; empty when not given
	Text     string // without markup
	Lang     string // BCP 47, as declared; empty when not
	URL      string
	At       time.Time // UTC; zero when the source does not say

	Followers int64
	Repost    string   // ID of the item that this one passes on
	RepostBy  string   // its author, as Author would be; empty when not told
	Reply     string   // ID of the item that this one answers
	ReplyTo   string   // its author
	Quote     string   // ID of the item that it passes on with words of its own
	Mentions  []string // accounts that it names, as Author would be; nil when the source does not list them
	Links     []string // addresses in it
	Tags      []string // hashtags without #, categories
	Images    []string // what tells pictures apart at the source: hashes, ids or addresses; of some sources an upload, not the bytes
}

// Key tells items and their editions apart within their source: the same key
// means the same text. It is what callers deduplicate by.
func (i Item) Key() string {
	if i.Revision == "" {
		return i.ID
	}
	return i.ID + "\x1f" + i.Revision
}

// Deliver takes items in the order in which the source gave them, and the
// cursor to go on from. It must store both in one transaction before it
// returns; no items with a new cursor mean progress without news. While it
// runs, the reader reads no further. Its error ends Read as it is.
type Deliver func(ctx context.Context, items []Item, cursor string) error

// Reader reads one source. Read goes on from cursor, which is empty the first
// time and otherwise one that was delivered by a reader of the same kind for
// the same source.
//
// A reader that polls returns nil when it has delivered what is new. A reader
// of a stream runs until ctx ends, then gives its error, or until the server
// closes in good order, then gives nil; both are to be called again.
//
// Errors are classified (see ErrBusy and the others); RetryAfter says how long
// the source wants to be left alone. What was delivered before an error stays
// delivered.
type Reader interface {
	Read(ctx context.Context, cursor string, deliver Deliver) error
}

// Streamer is a Reader that tells which kind it is. Others poll.
type Streamer interface {
	Reader
	// Streams does nothing; it marks readers that run until they are stopped.
	Streams()
}

const (
	// batch is how many items are delivered at once, at most.
	batch = 500
	// maxEvent bounds one event of a stream.
	maxEvent = 1 << 20
	// maxItemText is the longest text of an item, in bytes; more is cut off.
	maxItemText = 128 << 10
)

// bound evens out what a server sent.
func (i Item) bound() Item {
	i.ID = strings.TrimSpace(i.ID)
	if len(i.Text) > maxItemText {
		i.Text = strings.ToValidUTF8(i.Text[:maxItemText], "")
	}
	for _, list := range []*[]string{&i.Links, &i.Tags, &i.Images, &i.Mentions} {
		*list = (*list)[:min(len(*list), 50)]
	}
	if !i.At.IsZero() {
		i.At = i.At.UTC()
	}
	return i
}
