package listen

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/listen/collect"
)

// SourceKind sorts sources by how posts come from them.
type SourceKind string

// The kinds of source.
const (
	FeedSource        SourceKind = "feed"        // RSS, Atom or JSON Feed, polled
	SitemapSource     SourceKind = "sitemap"     // a site's map with news, polled
	MastodonSource    SourceKind = "mastodon"    // a public timeline or hashtag, polled
	ActivityPubSource SourceKind = "activitypub" // what an organisation publishes on the Fediverse, polled
	TelegramSource    SourceKind = "telegram"    // channels that a bot is a member of, polled
	YouTubeSource     SourceKind = "youtube"     // comments under a channel or video, polled
	FacebookSource    SourceKind = "facebook"    // a page of ours with its comments, polled
	InstagramSource   SourceKind = "instagram"   // an account of ours with its comments, polled
	XSearchSource     SourceKind = "x_search"    // recent search of X, polled
	XStreamSource     SourceKind = "x_stream"    // filtered stream of X
	BlueskySource     SourceKind = "bluesky"     // Jetstream of Bluesky, a stream
	WikimediaSource   SourceKind = "wikimedia"   // recent changes of Wikipedia, a stream
	ImportSource      SourceKind = "import"      // files brought by an officer
)

// KindRules are what a source of a kind needs and is.
type KindRules struct {
	Kind    SourceKind
	Address bool // an address must be given; else there is a usual one
	Asks    bool // what is asked for must be given
	MayAsk  bool // it may be
	Token   bool // a token must be given
	MayHold bool // it may be
	Streams bool // read all the time, by one node
	Owned   bool // who runs it, and under which terms it may be read, must be said
	Version bool // its address ends with the version of an interface
	Filter  bool // too much comes without a filter of what to keep
}

var kinds = []KindRules{
	{Kind: FeedSource, Address: true},
	{Kind: SitemapSource, Address: true},
	{Kind: MastodonSource, Address: true, MayAsk: true, MayHold: true},
	{Kind: ActivityPubSource, Address: true, Owned: true},
	{Kind: TelegramSource, MayAsk: true, Token: true, MayHold: true},
	{Kind: YouTubeSource, Asks: true, MayAsk: true, Token: true, MayHold: true},
	{Kind: FacebookSource, Address: true, Version: true, Asks: true, MayAsk: true, Token: true, MayHold: true},
	{Kind: InstagramSource, Address: true, Version: true, Asks: true, MayAsk: true, Token: true, MayHold: true},
	{Kind: XSearchSource, Asks: true, MayAsk: true, Token: true, MayHold: true},
	{Kind: XStreamSource, Asks: true, MayAsk: true, Token: true, MayHold: true, Streams: true},
	{Kind: BlueskySource, MayAsk: false, Streams: true, Filter: true},
	{Kind: WikimediaSource, Asks: true, MayAsk: true, Streams: true},
}

// Kinds lists the kinds of source that can be added.
func Kinds() []KindRules { return slices.Clone(kinds) }

// Rules are the rules of the source's kind; the zero rules for imports.
func (s Source) Rules() KindRules {
	i := slices.IndexFunc(kinds, func(k KindRules) bool { return k.Kind == s.Kind })
	if i < 0 {
		return KindRules{Kind: s.Kind}
	}
	return kinds[i]
}

// polled are the kinds that are asked from time to time, streamed those that
// are read all the time.
func polled() []SourceKind   { return kindsThat(false) }
func streamed() []SourceKind { return kindsThat(true) }

func kindsThat(stream bool) (out []SourceKind) {
	for _, k := range kinds {
		if k.Streams == stream {
			out = append(out, k.Kind)
		}
	}
	return out
}

// usualAddress are the addresses of services that have one. Those that must be
// given stay with the source as they were when it was added.
var usualAddress = map[SourceKind]string{
	BlueskySource: "wss://jetstream2.us-east.bsky.network/subscribe", FacebookSource: "https://graph.facebook.com/v24.0", InstagramSource: "https://graph.facebook.com/v24.0",
}

// UsualAddress is what to propose as the address of a source of a kind; empty
// when there is nothing usual.
func UsualAddress(k SourceKind) string { return usualAddress[k] }

// tokenPurpose binds a sealed token to its source.
func tokenPurpose(sourceID string) string { return "listen/source-token/" + sourceID }

// SealToken seals a token for a source; it cannot be read again by anybody but
// the reader of that source.
func (s *Service) SealToken(sourceID, token string) string {
	if token = strings.TrimSpace(token); token == "" {
		return ""
	}
	return s.vault.Seal(tokenPurpose(sourceID), []byte(token))
}

// keepToken keeps the token of the saved source, unless a new one is given or
// the address is another one: a token is sent to nobody but whom it was given
// for. Another version of the same interface is the same address.
func (s *Source) keepToken(old Source) {
	same := s.URL == old.URL || s.Rules().Version && server(s.URL) == server(old.URL)
	if s.Token == "" && same && s.Kind == old.Kind {
		s.Token = old.Token
	}
}

// server is an address without its path.
func server(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// reader gives what reads a source.
func (s *Service) reader(src Source) (collect.Reader, error) {
	if s.fetch == nil {
		return nil, errs.New(errs.Unavailable, "")
	}
	token := ""
	if src.Token != "" {
		b, err := s.vault.Unseal(tokenPurpose(src.ID), src.Token)
		if err != nil {
			return nil, fmt.Errorf("token of source: %w", err)
		}
		token = string(b)
	}
	base := src.URL
	if base == "" {
		base = usualAddress[src.Kind]
	}
	asked := listOf(src.Asks)
	switch src.Kind {
	case MastodonSource:
		return collect.Mastodon{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, Hashtag: strings.TrimPrefix(src.Asks, "#")}, nil
	case ActivityPubSource:
		return collect.ActivityPub{Fetch: s.fetch, Clock: s.clock, Actor: base, Public: s.names.named}, nil
	case FacebookSource:
		return collect.Facebook{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, Page: src.Asks}, nil
	case InstagramSource:
		return collect.Instagram{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, User: src.Asks}, nil
	case TelegramSource:
		for i := range asked {
			asked[i] = strings.TrimPrefix(asked[i], "@")
		}
		return collect.Telegram{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, Channels: asked}, nil
	case YouTubeSource:
		y := collect.YouTube{Fetch: s.fetch, Clock: s.clock, Base: base, Key: token, Video: src.Asks}
		if strings.HasPrefix(src.Asks, "UC") && len(src.Asks) == 24 {
			y.Video, y.Channel = "", src.Asks
		}
		return y, nil
	case XSearchSource:
		return collect.XSearch{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, Query: src.Asks}, nil
	case XStreamSource:
		return collect.XStream{Fetch: s.fetch, Clock: s.clock, Base: base, Token: token, Query: src.Asks, Tag: "sifara-" + src.ID}, nil
	case BlueskySource:
		return collect.Jetstream{Fetch: s.fetch, URL: base, Dictionary: s.dictionary}, nil
	case WikimediaSource:
		return collect.Wikimedia{Fetch: s.fetch, Clock: s.clock, URL: base, Wikis: asked}, nil
	}
	return nil, errs.New(errs.Invalid, "listen.source.not_feed")
}

// listOf are the parts of a list as people write it.
func listOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '،' || r == ';' || r == ' ' || r == '\n' })
}
