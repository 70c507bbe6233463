package coordination

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	classes     = 16      // of crowding: 1, 2–3, 4–7, … others within the window
	stratumMin  = 3600000 // milliseconds; the rhythm of a day is kept
	stratumSize = 4000    // shares a stratum has on average, at least
)

// layer is one behaviour, prepared: shares of objects that more than one account
// shared, in the order of objects and moments.
type layer struct {
	kind    Kind
	window  int64
	events  []event
	start   []int32 // first event of each object, and the end
	object  []int32 // of each event
	forward []int32 // events of the object within the window behind each
	chance  []float32
	idf     []float32 // of each object

	together []float32 // of each object, the share of its pairs within the window
	usual    mean      // of together

	stratum func(at int64) int
	total   []float64   // shares in each stratum
	odds    [][]float64 // of an encounter of two shares in it, by crowding up to a class
	degrees [][]degree  // of each account, by stratum
	mine    [][]int32   // events of each account
	norm    []float64   // length of each account's TF-IDF vector
	pairs   float64     // of accounts that share an object, at any time
}

type degree struct {
	stratum int32
	shares  float32
}

// prepare sorts and measures a layer. It takes over events.
func prepare(kind Kind, events []event, accounts int, window int64) *layer {
	l := &layer{kind: kind, window: window}
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.at, b.at), cmp.Compare(a.account, b.account), cmp.Compare(a.post, b.post))
	})
	l.stratify(events)
	events = l.once(events)
	l.weigh(events, accounts)
	l.group(events)
	l.index(accounts)
	l.measure()
	return l
}

// stratify cuts the time into strata that are long enough to compare within.
func (l *layer) stratify(events []event) {
	from, to := events[0].at, events[0].at
	for _, e := range events {
		from, to = min(from, e.at), max(to, e.at)
	}
	n := min(int64(len(events)/stratumSize), (to-from)/stratumMin)
	n = max(1, n)
	length := (to-from)/n + 1
	l.stratum = func(at int64) int { return int((at - from) / length) }
	l.total = make([]float64, n)
	l.odds = make([][]float64, n)
	for i := range l.odds {
		l.odds[i] = make([]float64, classes)
	}
}

// once leaves of an account's shares of an object the first in each stratum:
// whoever repeats itself is no crowd.
func (l *layer) once(events []event) []event {
	kept := events[:0]
	for i := 0; i < len(events); {
		j := i + 1
		for j < len(events) && events[j].object == events[i].object {
			j++
		}
		kept = l.firsts(kept, events[i:j])
		i = j
	}
	return kept
}

// firsts appends the first share of each account and stratum of one object.
func (l *layer) firsts(kept, part []event) []event {
	from := len(kept)
	key := func(e event) uint64 { return uint64(e.account)<<32 | uint64(l.stratum(e.at)) }
	if len(part) <= 16 {
		for _, e := range part {
			if !slices.ContainsFunc(kept[from:], func(o event) bool { return key(o) == key(e) }) {
				kept = append(kept, e)
			}
		}
		return kept
	}
	seen := make(map[uint64]bool, len(part))
	for _, e := range part {
		if k := key(e); !seen[k] {
			seen[k] = true
			kept = append(kept, e)
		}
	}
	return kept
}

// weigh counts the shares of each account and stratum.
func (l *layer) weigh(events []event, accounts int) {
	keys := make([]uint64, len(events))
	for i, e := range events {
		s := l.stratum(e.at)
		l.total[s]++
		keys[i] = uint64(e.account)<<32 | uint64(s)
	}
	slices.Sort(keys)
	l.degrees = make([][]degree, accounts)
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j] == keys[i] {
			j++
		}
		a := keys[i] >> 32
		l.degrees[a] = append(l.degrees[a], degree{int32(uint32(keys[i])), float32(j - i)})
		i = j
	}
}

// group keeps the objects that more than one share has.
func (l *layer) group(events []event) {
	for i := 0; i < len(events); {
		j := i + 1
		for j < len(events) && events[j].object == events[i].object {
			j++
		}
		if j > i+1 {
			l.start = append(l.start, int32(len(l.events)))
			l.events = append(l.events, events[i:j]...)
		}
		i = j
	}
	l.start = append(l.start, int32(len(l.events)))
}

func classOf(n int) int { return min(classes, bits.Len(uint(n))) - 1 }
