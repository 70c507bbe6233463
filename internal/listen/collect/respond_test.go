package collect

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestWhoIsRespondedTo: whom an item passes on, answers and names, as authors are
// called at its source.
func TestWhoIsRespondedTo(t *testing.T) {
	bluesky, _, err := parseJetstream([]byte(`{"did":"did:plc:me","time_us":1750000000000000,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"r","cid":"c",
		"record":{"text":"Thanks @un.org","createdAt":"2025-06-15T12:00:00Z","reply":{"parent":{"uri":"at://did:plc:other/app.bsky.feed.post/1"}},
		"facets":[{"features":[{"did":"did:plc:un"}]}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	var status mastodonStatus
	if err := json.Unmarshal([]byte(`{"id":"1","uri":"https://a.example/1","content":"<p>@un hello</p>","account":{"acct":"me"},"mentions":[{"acct":"un@social.un.org"}],
		"reblog":{"uri":"https://b.example/2","account":{"acct":"other@b.example"}}}`), &status); err != nil {
		t.Fatal(err)
	}
	var message telegramMessage
	if err := json.Unmarshal([]byte(`{"message_id":5,"date":1750000000,"chat":{"id":-1,"username":"me"},"text":"see","forward_origin":{"type":"channel","message_id":9,"chat":{"id":-2,"username":"other"}}}`), &message); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		got      Item
		by, to   string
		mentions []string
	}{
		"Bluesky":  {bluesky, "", "did:plc:other", []string{"did:plc:un"}},
		"Mastodon": {status.item(), "other@b.example", "", []string{"un@social.un.org"}},
		"Telegram": {message.item(), "other", "", nil},
	} {
		if tt.got.RepostBy != tt.by || tt.got.ReplyTo != tt.to || !slices.Equal(tt.got.Mentions, tt.mentions) {
			t.Errorf("%s: passes on %q, answers %q, names %q", name, tt.got.RepostBy, tt.got.ReplyTo, tt.got.Mentions)
		}
	}
	for uri, want := range map[string]string{"at://did:plc:x/app.bsky.feed.post/1": "did:plc:x", "at://did:plc:x": "did:plc:x", "https://x.example": "", "": ""} {
		if got := didOf(uri); got != want {
			t.Errorf("%q: got %q", uri, got)
		}
	}
}

// TestWhatIsShared: what an item passes on, answers, quotes and shows.
func TestWhatIsShared(t *testing.T) {
	bluesky := func(record string) Item {
		it, _, err := parseJetstream([]byte(`{"did":"did:plc:me","time_us":1750000000000000,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"r","cid":"c","record":` + record + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		return it
	}
	read := func(into any, s string) {
		if err := json.Unmarshal([]byte(s), into); err != nil {
			t.Fatal(err)
		}
	}
	var status mastodonStatus
	read(&status, `{"id":"1","content":"x","in_reply_to_id":"7","media_attachments":[{"url":"https://a.example/cache/1.png","remote_url":"https://b.example/1.png"},{"url":"https://a.example/2.png","remote_url":null}]}`)
	var message telegramMessage
	read(&message, `{"message_id":5,"chat":{"id":-1},"caption":"x","photo":[{"file_unique_id":"small"},{"file_unique_id":"large"}],"reply_to_message":{"message_id":4}}`)
	var quote, retweet xTweet
	read(&quote, `{"id":"1","text":"so","referenced_tweets":[{"type":"quoted","id":"2"},{"type":"replied_to","id":"3"}],"attachments":{"media_keys":["3_9"]}}`)
	read(&retweet, `{"id":"1","text":"RT @a: so","referenced_tweets":[{"type":"retweeted","id":"2"}]}`)
	var comment youtubeComment
	read(&comment, `{"id":"c","snippet":{"textDisplay":"x"}}`)
	for name, tt := range map[string]struct {
		got                  Item
		repost, reply, quote string
		images               []string
	}{
		"Bluesky, images":                {bluesky(`{"text":"x","embed":{"$type":"app.bsky.embed.images","images":[{"image":{"ref":{"$link":"cid1"}}}]}}`), "", "", "", []string{"cid1"}},
		"Bluesky, quote":                 {bluesky(`{"text":"x","embed":{"$type":"app.bsky.embed.record","record":{"cid":"q","uri":"at://did:plc:o/app.bsky.feed.post/1"}}}`), "", "", "at://did:plc:o/app.bsky.feed.post/1", nil},
		"Bluesky, list":                  {bluesky(`{"text":"x","embed":{"$type":"app.bsky.embed.record","record":{"cid":"q","uri":"at://did:plc:o/app.bsky.graph.list/1"}}}`), "", "", "", nil},
		"Bluesky, quote beside an image": {bluesky(`{"text":"x","embed":{"$type":"app.bsky.embed.recordWithMedia","record":{"record":{"cid":"q","uri":"at://did:plc:o/app.bsky.feed.post/1"}},"media":{"$type":"app.bsky.embed.images","images":[{"image":{"ref":{"$link":"cid1"}}}]}}}`), "", "", "at://did:plc:o/app.bsky.feed.post/1", []string{"cid1"}},
		"Mastodon":                       {status.item(), "", "7", "", []string{"https://b.example/1.png", "https://a.example/2.png"}},
		"Telegram":                       {message.item(), "", "-1/4", "", []string{"large"}},
		"X, quote":                       {quote.item(xIncludes{}), "", "3", "2", []string{"3_9"}},
		"X, retweet":                     {retweet.item(xIncludes{}), "2", "", "", nil},
		"YouTube":                        {comment.item("v", "v"), "", "v", "", nil},
	} {
		if tt.got.Repost != tt.repost || tt.got.Reply != tt.reply || tt.got.Quote != tt.quote || !slices.Equal(tt.got.Images, tt.images) {
			t.Errorf("%s: passes on %q, answers %q, quotes %q, shows %q", name, tt.got.Repost, tt.got.Reply, tt.got.Quote, tt.got.Images)
		}
	}
}
