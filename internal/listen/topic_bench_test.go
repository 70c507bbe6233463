package listen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// manyTopics makes n topics, each of a word, a phrase and three beginnings,
// out of a made-up vocabulary, and posts of forty words out of the same.
func manyTopics(n int) ([]Topic, [][]string) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string { return fmt.Sprintf("%c%c%04d", 'a'+r.IntN(26), 'a'+r.IntN(26), r.IntN(10_000)) }
	topics := make([]Topic, n)
	for i := range topics {
		begin := func() string { return word()[:2+r.IntN(3)] + "*" }
		topics[i] = Topic{ID: fmt.Sprint(i), Terms: []string{word(), word() + " " + word(), begin(), begin(), begin()}}
	}
	posts := make([][]string, 100)
	for i := range posts {
		for range 40 {
			posts[i] = append(posts[i], word())
		}
	}
	return topics, posts
}

// The table of beginnings finds what trying every beginning finds.
func TestMatcherFindsEveryBeginning(t *testing.T) {
	topics, posts := manyTopics(500)
	m, found := newMatcher(topics), 0
	for _, post := range posts {
		got := m.match(post)
		for _, topic := range topics {
			rows, _ := termExpr(topic.Terms[2]).Anchors()
			for _, p := range rows {
				want := slices.ContainsFunc(post, func(w string) bool { return p.Prefix && strings.HasPrefix(w, p.Words[0]) })
				if want {
					found++
				}
				if want && !slices.Contains(got, topic.ID) {
					t.Errorf("topic %s with %v not found", topic.ID, topic.Terms)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no beginning occurs in any post: nothing was tested")
	}
	// A topic of one beginning is found only where the beginning stands.
	one := newMatcher([]Topic{{ID: "a", Terms: []string{"visa*"}}})
	for w, want := range map[string]bool{"visa": true, "visas": true, "vi": false, "advisa": false} {
		if got := len(one.match([]string{w})) == 1; got != want {
			t.Errorf("visa* in %q: got %t, want %t", w, got, want)
		}
	}
}

// Matching a post of forty words against 500 topics with 1,500 beginnings.
func BenchmarkMatch500Topics(b *testing.B) {
	topics, posts := manyTopics(500)
	m := newMatcher(topics)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.match(posts[i%len(posts)])
	}
}
