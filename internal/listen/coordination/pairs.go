package coordination

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

const (
	crowded   = 64   // others within the window beyond which only some are paired
	mostScan  = 2048 // others that are looked at for one share
	sketchLog = 26   // the largest sketch: 64 MiB
)

// meeting is an encounter of two accounts: the pair, lower account first, and
// the share that came first.
type meeting struct {
	pair uint64
	at   int32 // event
	with int32
}

// meetings gives the encounters of pairs that met at least twice, by pair. A
// first pass counts pairs in a sketch of fixed size, so pairs that met once,
// which are most, cost no memory. In a crowd accounts are paired with those near
// them in one fixed order of all accounts: the same pairs are taken in every
// crowd, in linear time, and the members of a group keep meeting.
func (l *layer) meetings(barred []bool) []meeting {
	few := 0
	for _, f := range l.forward {
		few += int(min(f, 2*crowded))
	}
	shift := 64 - min(sketchLog, 4+bits.Len(uint(few)))
	sketch := make([]uint8, 1<<(64-shift))
	l.each(barred, func(pair uint64, _, _ int32) {
		if h := mix(pair) >> shift; sketch[h] < 2 {
			sketch[h]++
		}
	})
	var out []meeting
	l.each(barred, func(pair uint64, at, with int32) {
		if sketch[mix(pair)>>shift] > 1 {
			out = append(out, meeting{pair, at, with})
		}
	})
	slices.SortFunc(out, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(a.at, b.at), cmp.Compare(a.with, b.with))
	})
	return out
}

// each calls fn for the encounters of accounts that have several shares.
func (l *layer) each(barred []bool, fn func(pair uint64, at, with int32)) {
	for i := range l.events {
		a := l.events[i].account
		f := int(l.forward[i])
		if f == 0 || barred[a] || len(l.mine[a]) < 2 {
			continue
		}
		reach, step := uint32(math.MaxUint32), 1
		if f > crowded {
			reach = uint32(float64(crowded) / float64(f) * (1 << 31))
			step = 1 + f/mostScan
		}
		place := uint32(mix(uint64(a) + 1))
		for j := i + 1; j <= i+f; j += step {
			b := l.events[j].account
			if d := uint32(mix(uint64(b)+1)) - place; min(d, -d) > reach || a == b || barred[b] || len(l.mine[b]) < 2 {
				continue
			}
			fn(uint64(min(a, b))<<32|uint64(max(a, b)), int32(i), int32(j))
		}
	}
}

// bond is what one layer says of a pair.
type bond struct {
	pair   uint64
	kind   Kind
	met    int     // objects shared within the window
	cosine float64 // weight
	p      float64
}

// notable is the probability above which a layer has nothing to say of a pair.
const notable = 1e-3

// bonds tests all pairs that met at least twice.
func (l *layer) bonds(barred []bool) []bond {
	all := l.meetings(barred)
	var out []bond
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].pair == all[i].pair {
			j++
		}
		if b := l.test(all[i:j]); b.p <= notable {
			out = append(out, b)
		}
		i = j
	}
	return out
}

// test asks both null models of the encounters of one pair.
func (l *layer) test(list []meeting) bond {
	b := bond{pair: list[0].pair, kind: l.kind, p: 1}
	x, y := uint32(b.pair>>32), uint32(b.pair)
	var met [classes]int
	last := int32(-1)
	for _, m := range list {
		if o := l.object[m.at]; o != last {
			last = o
			b.met++
			met[classOf(max(1, int(l.forward[m.at])))]++
			w := float64(l.idf[o])
			b.cosine += w * w
		}
	}
	if b.met < 2 {
		return b
	}
	b.cosine /= math.Sqrt(l.norm[x] * l.norm[y])
	if b.p = l.structure(x, y, met); b.p <= notable {
		b.p = max(b.p, l.timing(x, y, b.met))
	}
	return b
}

// structure is the probability of so many encounters of two accounts under the
// configuration model: the best of the classes of crowding, for having looked at
// all of them.
func (l *layer) structure(x, y uint32, met [classes]int) float64 {
	var rate [classes]float64
	a, b := l.degrees[x], l.degrees[y]
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].stratum < b[j].stratum:
			i++
		case a[i].stratum > b[j].stratum:
			j++
		default:
			d := float64(a[i].shares) * float64(b[j].shares)
			for c, odds := range l.odds[a[i].stratum] {
				rate[c] += d * odds
			}
			i, j = i+1, j+1
		}
	}
	best, looks, k := 1.0, 0.0, 0
	for c := range met {
		if met[c] > 0 {
			k += met[c]
			looks++
			best = min(best, poissonTail(k, rate[c]))
		}
	}
	return min(1, best*looks)
}

// timing is the probability that of all objects which two accounts shared so
// many were shared within the window, if only the moments were dealt out again.
func (l *layer) timing(x, y uint32, met int) float64 {
	a, b := l.mine[x], l.mine[y]
	n, sum := 0, 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		o, u := l.object[a[i]], l.object[b[j]]
		switch {
		case o < u:
			i++
		case o > u:
			j++
		default:
			chance := float32(0)
			for ; i < len(a) && l.object[a[i]] == o; i++ {
				chance = max(chance, l.chance[a[i]])
			}
			for ; j < len(b) && l.object[b[j]] == o; j++ {
				chance = max(chance, l.chance[b[j]])
			}
			n++
			sum += float64(chance)
		}
	}
	return binomialTail(met, n, max(1e-6, sum/float64(n)))
}
