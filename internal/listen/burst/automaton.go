package burst

import "math"

// automaton is Kleinberg's: states whose rates grow by stateTimes, a cost to
// climb, none to fall. It runs forward; each state remembers when its cheapest
// path left the state of rest.
type automaton struct {
	cost  [states]float64
	since [states]int64
	last  int64 // the last bin taken in
}

const (
	states     = 5
	stateTimes = 3.0
)

func newAutomaton(bin int64) automaton {
	a := automaton{last: bin - 1}
	for i := range a.cost {
		a.cost[i] = 1e6 * float64(i)
	}
	return a
}

// take moves over the silence up to a bin and takes its posts. rate is that of
// rest, in posts a bin; climb the cost of a step up.
func (a *automaton) take(bin, posts int64, rate, phi, climb float64) {
	if gap := bin - a.last - 1; gap > 0 {
		a.step(a.last+1, climb, func(r float64) float64 { return float64(gap) * silence(r, phi) }, rate)
	}
	a.step(bin, climb, func(r float64) float64 { return -LogMass(posts, r, phi) }, rate)
	a.last = bin
}

// silence is the cost of a bin without posts.
func silence(rate, phi float64) float64 {
	if phi < tiny {
		return rate
	}
	return math.Log1p(rate*phi) / phi
}

func (a *automaton) step(bin int64, climb float64, price func(rate float64) float64, rate float64) {
	var cost [states]float64
	var since [states]int64
	for j := range cost {
		best, from := math.Inf(1), 0
		for i := range a.cost {
			c := a.cost[i]
			if j > i {
				c += climb * float64(j-i)
			}
			if c < best {
				best, from = c, i
			}
		}
		cost[j], since[j] = best+price(rate*math.Pow(stateTimes, float64(j))), a.since[from]
		if from == 0 {
			since[j] = bin
		}
	}
	least := cost[0]
	for _, c := range cost {
		least = min(least, c)
	}
	for j := range cost {
		cost[j] -= least
	}
	a.cost, a.since = cost, since
}

// at is the cheapest state now and since when it is no longer at rest.
func (a *automaton) at() (state int, since int64) {
	for i, c := range a.cost {
		if c < a.cost[state] {
			state = i
		}
	}
	return state, a.since[state]
}
