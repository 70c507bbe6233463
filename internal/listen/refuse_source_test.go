package listen

import (
	"strings"
	"testing"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
)

// TestSourcesDoNotFollowPeople tries to have a private account read by adding,
// changing or testing a source, and by its filter.
func TestSourcesDoNotFollowPeople(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, loopback(t), func(d *Deps) { d.Official = func(s string) bool { return s == "mofa_iraq" } })
		ctx := system()
		source := func(change func(*Source)) Source {
			src := Source{ID: id.New(), Kind: XSearchSource, Asks: "visa lang:ar", Name: "Visas", Token: "sealed"}
			change(&src)
			return src
		}
		var refused int64
		for name, src := range map[string]Source{
			"a search from somebody": source(func(s *Source) { s.Asks = "from:private1person" }),
			"behind an official one": source(func(s *Source) { s.Asks = "from:mofa_iraq OR from:private1person" }),
			"a stream of mentions":   source(func(s *Source) { s.Kind, s.Asks = XStreamSource, "@private1person" }),
			"a person's feed":        source(func(s *Source) { s.Kind, s.Asks, s.URL = FeedSource, "", "https://social.example/@private1person.rss" }),
			"a person's outbox": source(func(s *Source) {
				s.Kind, s.Asks, s.URL = FeedSource, "", "https://social.example/users/private1person/feed"
			}),
			"a filter that keeps one": source(func(s *Source) { s.KeepIf = "visa AND @private1person" }),
		} {
			for what, err := range map[string]error{"add": h.AddSource(ctx, src), "test": second(h.TestSource(ctx, src))} {
				if errs.KindOf(err) != errs.Invalid || strings.Contains(err.Error(), "private1") {
					t.Errorf("%s %s: got %v, want a refusal that does not repeat it", what, name, err)
				}
				refused++
			}
		}
		if n, err := h.Refused(ctx, 0); err != nil || n != refused {
			t.Errorf("%d refusals counted, %v, want %d", n, err, refused)
		}
		for name, src := range map[string]Source{
			"a matter":         source(func(*Source) {}),
			"our own account":  source(func(s *Source) { s.Asks = "from:MOFA_Iraq" }),
			"a public channel": source(func(s *Source) { s.Kind, s.Asks = TelegramSource, "@news_channel" }),
			"a channel":        source(func(s *Source) { s.Kind, s.Asks = YouTubeSource, "UCabcdefghijklmnopqrstuv" }),
			"a ministry's own": source(func(s *Source) { s.Kind, s.Asks, s.URL = FeedSource, "", "https://social.example/@mofa_iraq.rss" }),
		} {
			src.Name = name
			if err := h.AddSource(ctx, src); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			src.Version, src.KeepIf = 1, "@private1person"
			if err := h.SaveSource(ctx, src); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s, changed: got %v, want a refusal", name, err)
			}
		}
		records, _, err := h.audit.List(ctx, audit.Filter{Act: "listen.search.refuse", Limit: 100})
		if err != nil || int64(len(records)) != refused+5 {
			t.Errorf("%d records, %v, want %d", len(records), err, refused+5)
		}
	})
}

func second[T any](_ T, err error) error { return err }
