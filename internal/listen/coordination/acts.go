package coordination

import (
	"cmp"
	"slices"
	"time"
)

// mostActs is how many acts of a group are told.
const mostActs = 50

// acts are the bursts in which accounts of a group shared an object.
func (l *layer) acts(place map[uint32]int) []Act {
	var own []int32
	for account := range place {
		own = append(own, l.mine[account]...)
	}
	slices.Sort(own) // by object, then moment
	var out []Act
	for i := 0; i < len(own); {
		j := i + 1
		for j < len(own) && l.object[own[j]] == l.object[own[i]] && l.events[own[j]].at-l.events[own[j-1]].at <= l.window {
			j++
		}
		if j > i+1 {
			first, last := l.events[own[i]], l.events[own[j-1]]
			out = append(out, Act{l.kind, first.object, time.UnixMilli(first.at).UTC(), float64(last.at-first.at) / 1000, j - i})
		}
		i = j
	}
	return out
}

// sum fills in what a group's acts say together, and the evidence.
func (c *Collector) sum(g *Group, f found, place map[uint32]int) {
	objects := map[uint64]bool{}
	var spread []float64
	for i, a := range g.Acts {
		if i == 0 || a.At.Before(g.First) {
			g.First = a.At
		}
		if end := a.At.Add(time.Duration(a.Seconds * float64(time.Second))); end.After(g.Last) {
			g.Last = end
		}
		kind := a.Kind
		if kind == Near {
			kind = Text // a cluster of texts is called by one of them
		}
		objects[a.Object^uint64(kind)] = true
		spread = append(spread, a.Seconds)
	}
	g.Objects = len(objects)
	if slices.Sort(spread); len(spread) > 0 {
		g.Seconds = spread[len(spread)/2]
	}
	slices.SortFunc(g.Acts, func(a, b Act) int {
		return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Object, b.Object))
	})
	g.Acts = g.Acts[:min(len(g.Acts), mostActs)]
	for _, a := range g.Acts {
		for _, l := range f.layers {
			if l.kind == a.Kind && len(g.Evidence) < c.o.MaxPost {
				g.Evidence = append(g.Evidence, c.evidence(l, a, place)...)
			}
		}
	}
	g.Evidence = g.Evidence[:min(len(g.Evidence), c.o.MaxPost)]
}

// evidence are the posts of an act.
func (c *Collector) evidence(l *layer, a Act, place map[uint32]int) (out []Evidence) {
	at, end := a.At.UnixMilli(), a.At.UnixMilli()+int64(a.Seconds*1000)
	i, _ := slices.BinarySearchFunc(l.events, a, func(e event, a Act) int {
		return cmp.Or(cmp.Compare(e.object, a.Object), cmp.Compare(e.at, at))
	})
	for ; i < len(l.events) && l.events[i].object == a.Object && l.events[i].at <= end; i++ {
		if n, ok := place[l.events[i].account]; ok {
			out = append(out, Evidence{c.posts[l.events[i].post], n, l.kind, a.Object, time.UnixMilli(l.events[i].at).UTC()})
		}
	}
	return out
}
