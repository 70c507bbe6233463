package near

import (
	"cmp"
	"math/bits"
	"slices"
)

// Options says what an [Index] looks for. The zero value is Jaccard ≥ 0.8 found
// with 99 % among the last 100,000 texts.
type Options struct {
	Threshold float64 // least Jaccard index, 0.1 to 1; 0.8 when 0
	Recall    float64 // least probability to find a text of exactly that index; 0.99 when 0
	Capacity  int     // texts remembered, the oldest are forgotten; 100,000 when 0
}

// probes is how many texts of one bucket are looked at, newest first: it keeps
// the time linear where thousands of texts share a band.
const probes = 24

// Match is a remembered text that resembles the one asked about.
type Match struct {
	ID      int64   // as given to Insert or Add
	Jaccard float64 // exact
	number  uint32
}

// Index remembers the last Capacity texts and finds those that resemble another.
// It needs about 12 bytes a band and 4 a shingle for each text, and grows to its
// capacity as texts come. Not for use by two goroutines at once.
type Index struct {
	least    float64
	capacity uint32
	sign     *signer
	count    uint32 // number of the newest text
	searches uint32
	entries  []entry
	heads    []uint32 // newest text of each bucket, band after band
	older    []uint32 // for each text and band the one before it in its bucket
	shift    int
	keys     []uint64
	found    []Match
}

type entry struct {
	id   int64
	set  Set
	seen uint32 // by the search of this number
}

// NewIndex makes an empty index.
func NewIndex(o Options) *Index {
	o.Threshold = min(max(cmp.Or(o.Threshold, 0.8), 0.1), 1)
	o.Capacity = min(max(cmp.Or(o.Capacity, 100_000), 2), 1<<28)
	bands, rows := Banding(o.Threshold, cmp.Or(o.Recall, 0.99))
	width := bits.Len(uint(o.Capacity)) // one to two buckets a band for each text
	return &Index{
		least: o.Threshold, capacity: uint32(o.Capacity), sign: newSigner(bands, rows),
		heads: make([]uint32, bands<<width), shift: 64 - width,
	}
}

// Match gives the remembered texts that resemble set, the most alike first, of
// equally alike ones the newest. The slice is valid until the next call. Of a
// bucket with very many texts only the newest are looked at, so a text may have
// more matches than are given.
func (x *Index) Match(set Set) []Match {
	x.found = x.found[:0]
	if len(set) == 0 {
		return x.found
	}
	x.searches++
	x.keys = x.sign.bands(x.keys, set)
	for band := range x.keys {
		n := x.heads[x.bucket(band)]
		for probe := 0; probe < probes && x.remembers(n); probe++ {
			slot := int(n % x.capacity)
			x.look(&x.entries[slot], set, n)
			n = x.older[slot*len(x.keys)+band]
		}
	}
	slices.SortFunc(x.found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Jaccard, a.Jaccard), cmp.Compare(x.count-a.number, x.count-b.number))
	})
	return x.found
}

// look verifies a candidate once in a search.
func (x *Index) look(e *entry, set Set, number uint32) {
	if e.seen == x.searches {
		return
	}
	e.seen = x.searches
	short, long := len(e.set), len(set)
	if short > long {
		short, long = long, short
	}
	if float64(short) < x.least*float64(long) {
		return // even if all of the shorter were in the longer
	}
	if j := Jaccard(e.set, set); j >= x.least {
		x.found = append(x.found, Match{e.id, j, number})
	}
}

// Insert remembers a text, also when others resemble it. The empty set is not
// remembered. The set is copied.
func (x *Index) Insert(id int64, set Set) {
	if len(set) > 0 {
		x.keys = x.sign.bands(x.keys, set)
		x.insert(id, set)
	}
}

// Keep is Insert for the set that Match was asked about last, which need not be
// hashed again.
func (x *Index) Keep(id int64, set Set) {
	if len(set) > 0 {
		x.insert(id, set)
	}
}

// Add gives the texts that resemble a new one, as Match does, and remembers it.
// A text equal to one of the newer half of those remembered is not remembered
// again: that one stands for both, with its own ID, so a text repeated a million
// times costs two places.
func (x *Index) Add(id int64, set Set) []Match {
	found := x.Match(set)
	if len(set) > 0 && (len(found) == 0 || found[0].Jaccard < 1 || x.count-found[0].number > x.capacity/2) {
		x.insert(id, set)
	}
	return found
}

// insert puts a text in place of the oldest; x.keys holds its bands.
func (x *Index) insert(id int64, set Set) {
	x.count++
	if x.count == 0 { // number 0 says that a bucket is empty
		x.count++
	}
	slot := int(x.count % x.capacity)
	for len(x.entries) <= slot {
		x.entries = append(x.entries, entry{})
		x.older = append(x.older, make([]uint32, len(x.keys))...)
	}
	e := &x.entries[slot]
	e.id, e.set, e.seen = id, append(e.set[:0], set...), 0
	for band := range x.keys {
		b := x.bucket(band)
		x.older[slot*len(x.keys)+band] = x.heads[b]
		x.heads[b] = x.count
	}
}

// bucket is where the band's key leads.
func (x *Index) bucket(band int) int {
	return band<<(64-x.shift) + int(x.keys[band]>>x.shift)
}

// remembers says whether the text of that number has not been replaced. Those
// behind it in a bucket are older still.
func (x *Index) remembers(number uint32) bool {
	return number != 0 && x.count-number < x.capacity && int(number%x.capacity) < len(x.entries)
}

// Age is how many texts were remembered after a match of the last search, so
// that who wants to keep it can insert it again before it is forgotten.
func (x *Index) Age(m Match) int { return int(x.count - m.number) }

// Len is how many texts are remembered.
func (x *Index) Len() int { return int(min(x.count, x.capacity)) }
