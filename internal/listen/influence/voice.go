package influence

import (
	"cmp"
	"slices"
)

const (
	// alike is the least share of common objects by which two accounts that
	// respond often are one voice (Jaccard).
	alike = 0.8
	// often is from how many objects on that is asked.
	often = 3
	// bands and rows of the signatures by which such accounts are found. Of pairs
	// with the share alike 997 of 1000 are.
	bands, rows = 8, 3
	// compared is how many accounts of one bucket an account is compared with.
	compared = 8
	// burst is within how many seconds accounts that respond once or twice, to the
	// same, are one voice.
	burst = 60
)

// voices says which accounts speak with one voice, and how many voices there
// are. Whoever repeats the same as somebody else, or comes in the same burst and
// says nothing besides, adds nothing to what that one says: fifty accounts of
// one hand are one voice (R4.5). The actors are voices 0 to actors-1.
//
// The search is linear in the responses: near-equal sets are found by banded
// min-hashes (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive
// Datasets, 3.4) and then compared exactly.
func (n *Network) voices() (voice []int32, count int) {
	sets := n.objects()
	u := newUnion(len(n.accounts))
	seen := map[uint64]int32{}
	var buckets [bands]map[uint64][]int32
	for b := range buckets {
		buckets[b] = map[uint64][]int32{}
	}
	for i := n.actors; i < len(n.accounts); i++ {
		set := sets.of(int32(i))
		switch {
		case len(set) == 0:
		case len(set) < often:
			h := uint64(0)
			for _, o := range set {
				h = mix(h ^ mix(uint64(o.object)) ^ uint64(o.at/burst))
			}
			if first, ok := seen[h]; ok {
				u.join(first, int32(i))
			} else {
				seen[h] = int32(i)
			}
		default:
			for b, h := range signature(set) {
				list := buckets[b][h]
				for _, other := range list {
					if u.find(other) != u.find(int32(i)) && jaccard(sets.of(other), set) >= alike {
						u.join(other, int32(i))
					}
				}
				if len(list) < compared {
					buckets[b][h] = append(list, int32(i))
				}
			}
		}
	}
	voice = make([]int32, len(n.accounts))
	for i := range voice {
		if root := u.find(int32(i)); root == int32(i) {
			voice[i] = int32(count)
			count++
		} else {
			voice[i] = voice[root] // roots are the least of their set
		}
	}
	return voice, count
}

// object is what an account responded to, and when first.
type object struct{ object, at int64 }

// objectSets are the objects of each account, sorted, each once.
type objectSets struct {
	start []int32
	all   []object
}

func (s objectSets) of(i int32) []object { return s.all[s.start[i]:s.start[i+1]] }

// objects gathers what accounts responded to. Where the post is not known it is
// the account that was named, by the hour.
func (n *Network) objects() objectSets {
	type row struct {
		from int32
		object
	}
	list := make([]row, len(n.acts))
	for i, a := range n.acts {
		o := a.object
		if o == 0 {
			o = int64(mix(uint64(a.to)<<32 ^ uint64(a.at/3600)))
		}
		list[i] = row{a.from, object{o, a.at}}
	}
	slices.SortFunc(list, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.object.object, b.object.object), cmp.Compare(a.at, b.at))
	})
	s := objectSets{start: make([]int32, len(n.accounts)+1), all: make([]object, 0, len(list))}
	for i, r := range list {
		if i > 0 && list[i-1].from == r.from && list[i-1].object.object == r.object.object {
			continue
		}
		s.all = append(s.all, r.object)
		s.start[r.from+1]++
	}
	for i := range n.accounts {
		s.start[i+1] += s.start[i]
	}
	return s
}

// signature gives a hash for each band of min-hashes of a set.
func signature(set []object) (out [bands]uint64) {
	var least [bands * rows]uint64
	for i := range least {
		least[i] = ^uint64(0)
	}
	for _, o := range set {
		h := mix(uint64(o.object))
		for i := range least {
			h += 0x9e3779b97f4a7c15
			least[i] = min(least[i], mix(h))
		}
	}
	for i, h := range least {
		out[i/rows] = mix(out[i/rows] ^ h)
	}
	return out
}

func jaccard(a, b []object) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch c := cmp.Compare(a[i].object, b[j].object); {
		case c == 0:
			both, i, j = both+1, i+1, j+1
		case c < 0:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// union is a union-find; the root of a set is its least member.
type union []int32

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = int32(i)
	}
	return u
}

func (u union) find(i int32) int32 {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) join(a, b int32) {
	a, b = u.find(a), u.find(b)
	u[max(a, b)] = min(a, b)
}
