package group

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/db"
	"sifara/internal/listen"
	"sifara/internal/listen/coordination"
	"sifara/internal/listen/privacy"
	"sifara/internal/text"
	"sifara/internal/text/link"
)

// base is how numbers are written where only the package coordination reads
// them.
const base = 36

// look does a look that has its turn, and keeps what it finds.
func (s *Service) look(ctx context.Context, id string) error {
	r, err := s.Run(ctx, id)
	if err != nil {
		return err
	}
	found, err := s.find(ctx, &r)
	if err != nil {
		return err
	}
	groups := make([]seen, 0, len(found))
	for _, f := range found {
		g, err := s.describe(ctx, f)
		if err != nil {
			return err
		}
		groups = append(groups, g)
	}
	return s.keep(ctx, r, groups)
}

// find walks through the posts and finds the groups among them.
func (s *Service) find(ctx context.Context, r *Run) ([]coordination.Group, error) {
	kinds, err := s.sourceKinds(ctx)
	if err != nil {
		return nil, err
	}
	public := map[int64]bool{}
	if s.Actors != nil {
		if public, err = s.Actors.Pseudonyms(ctx, r.From.Std(), r.Until.Std()); err != nil {
			return nil, err
		}
	}
	c := coordination.New(coordination.Options{Window: time.Duration(r.Window) * time.Second, MaxPost: mostEvidence})
	r.Posts, r.LeftOut = 0, 0
	q := listen.WalkQuery{TopicID: r.TopicID, From: r.From.Std(), To: r.Until.Std(), Most: MostPosts, Shared: true}
	_, r.More, err = s.Listen.Walk(ctx, q, func(p listen.Post) error {
		kind := kinds[p.Source]
		if p.Author == 0 || p.Official != "" || public[p.Author] || kind == mediaKind {
			r.LeftOut++
			return nil
		}
		r.Posts++
		c.Post(share(p, kind))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.Groups(ctx)
}

// mediaKind stands for all sources whose accounts are media or write no posts.
const mediaKind listen.SourceKind = "media"

// sourceKinds gives the kinds of sources by their numbers.
func (s *Service) sourceKinds(ctx context.Context) (map[int64]listen.SourceKind, error) {
	sources, err := s.Listen.Sources(ctx)
	if err != nil {
		return nil, err
	}
	media, err := s.mediaIDs(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]listen.SourceKind{}
	for _, x := range sources {
		out[x.Number] = x.Kind
		switch x.Kind {
		case listen.FeedSource, listen.SitemapSource, listen.WikimediaSource:
			out[x.Number] = mediaKind
		}
		if media[x.ID] {
			out[x.Number] = mediaKind
		}
	}
	return out, nil
}

// share is a post as the analysis takes it.
func share(p listen.Post, kind listen.SourceKind) coordination.Post {
	out := coordination.Post{ID: strconv.FormatInt(p.ID, base), Account: strconv.FormatInt(p.Author, base), At: p.At, Text: p.Text}
	for _, x := range p.Shared {
		switch object := strconv.FormatInt(x.Object, base); x.Kind {
		case listen.RepostShared:
			out.Repost = object
		case listen.ReplyShared:
			out.Reply = object
		case listen.QuoteShared:
			out.Quote = object
		case listen.ImageShared:
			out.Images = append(out.Images, object)
		}
	}
	if out.Repost = cmp.Or(out.Repost, reposted(p.Text)); out.Repost != "" {
		return out
	}
	for _, l := range link.In(p.Text) {
		if !masked(l) {
			out.Links = append(out.Links, l)
		}
	}
	// Elsewhere the address is that of the post itself; files also bring what
	// was shared.
	if kind == listen.ImportSource && p.URL != "" && !slices.Contains(out.Links, p.URL) {
		out.Links = append(out.Links, p.URL)
	}
	return out
}

// masked reports whether an address is at a host whose paths were taken out of
// texts for naming accounts: those that are left are all the same.
func masked(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return privacy.Social(host)
}

// leastRepost is the least length of a text, in characters, by which a post that
// was passed on is known again.
const leastRepost = 12

// reposted tells posts that were passed on by the form "RT @name: text", which
// is what is left of them in a text; empty for other posts.
func reposted(s string) string {
	rest, ok := strings.CutPrefix(s, "RT @")
	if !ok {
		return ""
	}
	if _, rest, ok = strings.Cut(rest, ":"); !ok {
		return ""
	}
	if rest = strings.TrimSpace(rest); utf8.RuneCountInString(rest) < leastRepost {
		return ""
	}
	return text.Fold(rest)
}

// seen is a group as a look sees it.
type seen struct {
	Group
	evidence []Evidence
}

// describe makes of what was found what is kept: accounts become numbers, and
// the posts that show the group tell how far it spread.
func (s *Service) describe(ctx context.Context, f coordination.Group) (seen, error) {
	g := seen{Group: Group{
		Kinds: names(f.Kinds), Accounts: int64(len(f.Accounts)), Objects: int64(f.Objects), P: f.P, Seconds: f.Seconds,
		First: db.At(f.First), Last: db.At(f.Last),
	}}
	number := numbered(f)
	g.Network = networkOf(f, number)
	var ids []int64
	for _, e := range f.Evidence {
		id, err := strconv.ParseInt(e.Post, base, 64)
		if err != nil {
			return g, fmt.Errorf("evidence of group: %w", err)
		}
		ids = append(ids, id)
		g.evidence = append(g.evidence, Evidence{Post: id, Kind: e.Kind.String(), Object: strconv.FormatUint(e.Object, base)})
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	g.Posts = int64(len(ids))
	var err error
	g.Spread, err = s.spread(ctx, ids)
	return g, err
}

func names(kinds []coordination.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.String()
	}
	return out
}

// numbered gives each account its number, from 0: the best tied first. Accounts
// come in the order of their pseudonyms, which would tell something.
func numbered(f coordination.Group) []int {
	strength := make([]float64, len(f.Accounts))
	for _, e := range f.Edges {
		strength[e.A] += e.Weight
		strength[e.B] += e.Weight
	}
	order := make([]int, len(f.Accounts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strength[b], strength[a]) })
	number := make([]int, len(order))
	for n, a := range order {
		number[a] = n
	}
	return number
}

// spread counts languages, countries and sources of the evidence.
func (s *Service) spread(ctx context.Context, ids []int64) (Spread, error) {
	sources, err := s.Listen.Sources(ctx)
	if err != nil {
		return Spread{}, err
	}
	idOf := map[int64]string{}
	for _, x := range sources {
		idOf[x.Number] = x.ID
	}
	langs, countries, from := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for part := range slices.Chunk(ids, 500) {
		posts, err := s.Listen.Posts(ctx, part)
		if err != nil {
			return Spread{}, err
		}
		for _, p := range posts {
			langs[p.Lang]++
			from[idOf[p.Source]]++
			if p.Country != "" {
				countries[p.Country]++
			}
		}
	}
	return Spread{
		Languages: len(langs), Countries: len(countries), Sources: len(from),
		ByLang: told(langs), ByCountry: told(countries), BySource: told(from),
	}, nil
}

// told are the values that enough posts have, the commonest first, and the
// others added up where that tells nothing of few.
func told(sums map[string]int64) []listen.Share {
	all := []listen.Share{}
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, listen.Share{Key: k, Posts: sums[k]})
	}
	slices.SortStableFunc(all, func(a, b listen.Share) int { return cmp.Compare(b.Posts, a.Posts) })
	shown, others := privacy.Fold(all, func(s listen.Share) int64 { return s.Posts })
	if others > 0 {
		shown = append(shown, listen.Share{Key: listen.OtherKey, Posts: others})
	}
	return shown
}
