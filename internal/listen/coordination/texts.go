package coordination

import "sifara/internal/text/near"

const (
	leastWords   = 4       // different words of a text that says something
	rememberText = 250_000 // different texts among which near ones are looked for
)

// texts gives each text the object it shares: itself, and the first of those
// that resemble it by a Jaccard index of 0.8 or more. Every text of a cluster
// resembles the first, so clusters do not drift.
type texts struct {
	known map[uint64]uint64 // hash of the word set: hash of the leader's
	index *near.Index
	set   near.Set
}

// place gives the hashes of the text and of its cluster; false for a text too
// short.
func (t *texts) place(s string) (same, cluster uint64, ok bool) {
	t.set = near.Words(t.set, s, 1)
	if len(t.set) < leastWords {
		return 0, 0, false
	}
	same = uint64(len(t.set))
	for _, w := range t.set {
		same = mix(same ^ uint64(w))
	}
	if leader, seen := t.known[same]; seen {
		return same, leader, true
	}
	if t.index == nil {
		t.known, t.index = map[uint64]uint64{}, near.NewIndex(near.Options{Capacity: rememberText})
	}
	cluster = same
	if found := t.index.Match(t.set); len(found) > 0 {
		cluster = uint64(found[0].ID)
	} else {
		t.index.Insert(int64(same), t.set)
	}
	t.known[same] = cluster
	return same, cluster, true
}
