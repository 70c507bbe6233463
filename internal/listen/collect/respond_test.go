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
