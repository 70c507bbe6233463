package coordination

import "math"

// ownLife is the share of an object's pairs within the window up to which its
// own timeline tells what timing is usual. Above it, others' timelines do: an
// object that a group made and shared at once has no usual.
const ownLife = 0.5

// measure finds for each share how crowded its object was around it, and for
// each stratum the odds of an encounter.
func (l *layer) measure() {
	n := len(l.events)
	l.forward, l.chance = make([]int32, n), make([]float32, n)
	l.together = make([]float32, len(l.idf))
	for o := range l.idf {
		from, to := int(l.start[o]), int(l.start[o+1])
		pairs := float64(to-from) * float64(to-from-1) / 2
		l.pairs += pairs
		l.together[o] = float32(l.crowd(from, to) / pairs)
		voice := 0.0 // an account with many objects speaks for each of them the less
		for _, e := range l.events[from:to] {
			voice += float64(len(l.mine[e.account]))
		}
		voice = float64(to-from) / voice
		l.usual.sum += voice * float64(l.together[o])
		l.usual.weight += voice
	}
	l.cumulate()
}

// mean is a weighted mean in the making.
type mean struct{ sum, weight float64 }

// prior is how many objects of one layer the other layers count for where it
// tells what is usual.
const prior = 20

// settle says what timing is usual for objects whose own timeline does not: the
// mean over objects of the share of their pairs within the window, each account
// having as much to say as another, so that a busy group does not make itself
// usual.
func (l *layer) settle(all mean) {
	usual := float32((l.usual.sum + prior*(all.sum+0.5)/(all.weight+1)) / (l.usual.weight + prior))
	for o, share := range l.together {
		if share > ownLife {
			for i := l.start[o]; i < l.start[o+1]; i++ {
				l.chance[i] = usual
			}
		}
	}
}

// crowd measures one object and gives how many of its pairs are within the
// window. Each share's chance is that another share of the object is.
func (l *layer) crowd(from, to int) (within float64) {
	lo, hi := from, from
	for i := from; i < to; i++ {
		at := l.events[i].at
		for l.events[lo].at < at-l.window {
			lo++
		}
		for hi < to && l.events[hi].at <= at+l.window {
			hi++
		}
		l.forward[i] = int32(hi - i - 1)
		l.chance[i] = float32(hi-lo-1) / float32(to-from-1)
		if f := hi - i - 1; f > 0 {
			within += float64(f)
			l.odds[l.stratum(at)][classOf(f)] += float64(f)
		}
	}
	return within
}

// cumulate turns counts of encounters into the odds that a share of one account
// meets a share of another in an object crowded up to each class.
func (l *layer) cumulate() {
	for s, odds := range l.odds {
		sum := 0.0
		for c := range odds {
			sum += odds[c]
			odds[c] = 2 * sum / max(1, l.total[s]*(l.total[s]-1))
		}
	}
}

// index numbers the objects, finds the shares of each account and the length of
// its vector.
func (l *layer) index(accounts int) {
	all := 0.0
	for _, t := range l.total {
		all += t
	}
	l.object, l.idf = make([]int32, len(l.events)), make([]float32, len(l.start)-1)
	counts := make([]int32, accounts)
	for o := range l.idf {
		from, to := l.start[o], l.start[o+1]
		l.idf[o] = float32(math.Log(1 + all/float64(to-from)))
		for i := from; i < to; i++ {
			l.object[i] = int32(o)
			counts[l.events[i].account]++
		}
	}
	l.mine, l.norm = make([][]int32, accounts), make([]float64, accounts)
	for i, e := range l.events {
		if l.mine[e.account] == nil {
			l.mine[e.account] = make([]int32, 0, counts[e.account])
		}
		l.mine[e.account] = append(l.mine[e.account], int32(i))
		w := float64(l.idf[l.object[i]])
		l.norm[e.account] += w * w
	}
}
