package group

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/coordination"
	"sifara/internal/text"
)

// techniques are the behaviours of DISARM (edition of 2024 and later) that a
// group shows by what its accounts have in common. They are proposals: that the
// accounts are machines, or lie, no network shows.
var techniques = map[coordination.Kind][]string{
	coordination.Repost: {"T0049.003"}, // Bots Amplify via Automated Forwarding and Reposting
	coordination.Link:   {"T0049"},     // Flood Information Space
	coordination.Text:   {"T0084.001"}, // Use Copypasta
	coordination.Near:   {"T0084.001"},
	coordination.Tags:   {"T0049.002"}, // Flood Existing Hashtag
	coordination.Reply:  {"T0116"},     // Comment or Reply on Content
	coordination.Image:  {"T0049"},
	coordination.Object: {"T0049"},
}

// Behaviour proposes techniques for a group. Where a framework is loaded, those
// that it does not have are left out.
func (s *Service) Behaviour(ctx context.Context, g Group) ([]campaign.Technique, error) {
	_, patterns, err := s.Campaigns.Framework(ctx)
	if err != nil {
		return nil, err
	}
	name := map[string]string{}
	for _, p := range patterns {
		name[p.ID] = p.Name
	}
	out := []campaign.Technique{}
	for _, k := range g.Kinds {
		kind, _ := coordination.KindOf(k)
		for _, id := range techniques[kind] {
			known := len(patterns) == 0 || name[id] != ""
			if known && !slices.ContainsFunc(out, func(t campaign.Technique) bool { return t.ID == id }) {
				out = append(out, campaign.Technique{ID: id, Name: name[id]})
			}
		}
	}
	return out, nil
}

const (
	// mostWordings is how many wordings a file begins with.
	mostWordings = 8
	// searchWords is how many words a search for the posts of a group has.
	searchWords = 4
)

// wordings are the texts of the posts that show a group, each once, the
// commonest first.
func wordings(posts []listen.Post) []string {
	count, shown := map[string]int{}, map[string]string{}
	for _, p := range posts {
		key := text.Fold(p.Text)
		count[key]++
		if shown[key] == "" {
			shown[key] = text.Line(p.Text)
		}
	}
	keys := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	var out []string
	for _, k := range keys[:min(len(keys), mostWordings)] {
		out = append(out, cut(shown[k], campaign.MaxReason))
	}
	return out
}

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// query is a search that finds the posts of a group: of each language that a
// tenth of them is in, the words that most of its texts have in common.
func query(posts []listen.Post) string {
	byLang := map[string][]listen.Post{}
	for _, p := range posts {
		byLang[p.Lang] = append(byLang[p.Lang], p)
	}
	var parts []string
	for _, l := range slices.Sorted(maps.Keys(byLang)) {
		if w := inCommon(byLang[l]); len(w) > 0 && 10*len(byLang[l]) >= len(posts) {
			parts = append(parts, strings.Join(w, " "))
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	for i, s := range parts {
		parts[i] = "(" + s + ")"
	}
	return strings.Join(parts, " OR ")
}

// inCommon are the words that at least half of the texts hold, the commonest
// first, searchWords at most.
func inCommon(posts []listen.Post) (words []string) {
	in, shown := map[string]int{}, map[string]string{}
	for _, p := range posts {
		for _, w := range listen.ContentWords(p.Text) {
			in[w.Key]++
			shown[w.Key] = w.Shown
		}
	}
	keys := slices.SortedFunc(maps.Keys(in), func(a, b string) int {
		return cmp.Or(cmp.Compare(in[b], in[a]), cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	for _, k := range keys {
		if 2*in[k] < len(posts) || len(words) == searchWords {
			break // what half of them do not say would hide them
		}
		words = append(words, shown[k])
	}
	return words
}
