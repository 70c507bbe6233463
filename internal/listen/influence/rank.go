package influence

import (
	"context"
	"math"
)

const (
	// damping is the chance that the random reader follows a response rather than
	// starting anew (Page, Brin and others, "The PageRank Citation Ranking", 1999).
	damping = 0.85
	// tolerance ends the power iteration: the sum of all changes of a round. What
	// is left out then is at most tolerance·damping/(1-damping) of the whole.
	tolerance = 1e-9
	// roughly ends it for the replicates from which errors are computed.
	roughly = 1e-7
	// mostRounds bounds it; the error falls by damping in each round, so this is
	// never reached.
	mostRounds = 300
	// folds is how many replicates tell the error.
	folds = 10
)

// pageRank gives the stationary distribution of a reader who goes from each
// voice to one that it responds to, all with the same chance, and from a voice
// that responds to nobody, or with the chance 1-damping, anywhere. begin is
// where the iteration starts, nil for the even distribution. Edges of voices for
// which left is true are left out; nil leaves out none.
func pageRank(ctx context.Context, g graph, begin []float64, left func(v int32) bool, tol float64) (score []float64, rounds int, err error) {
	n := g.nodes
	now, next := make([]float64, n), make([]float64, n)
	if n == 0 {
		return now, 0, nil
	}
	for v := range now {
		now[v] = 1 / float64(n)
	}
	if begin != nil {
		copy(now, begin)
	}
	for rounds < mostRounds {
		rounds++
		if err := ctx.Err(); err != nil {
			return nil, rounds, err
		}
		loose := 0.0
		clear(next)
		for v := range int32(n) {
			out := g.of(v)
			if len(out) == 0 || left != nil && left(v) {
				loose += now[v]
				continue
			}
			part := damping * now[v] / float64(len(out))
			for _, w := range out {
				next[w] += part
			}
		}
		even := (1 - damping + damping*loose) / float64(n)
		change := 0.0
		for v := range next {
			next[v] += even
			change += math.Abs(next[v] - now[v])
		}
		now, next = next, now
		if change < tol {
			break
		}
	}
	return now, rounds, nil
}

// errors fills in the range of each score: the delete-a-group jackknife (Kott
// 2001) over tenths of the voices that respond, at two standard errors. It says
// how much hangs on who happened to be heard.
func (n *Network) errors(ctx context.Context, g graph, score []float64, actors []Figure) error {
	sums := make([]float64, len(actors))
	for fold := range uint64(folds) {
		s, _, err := pageRank(ctx, g, score, func(v int32) bool { return int(v) >= n.actors && mix(uint64(v))%folds == fold }, roughly)
		if err != nil {
			return err
		}
		for i := range actors {
			d := (s[i] - score[i]) * float64(g.nodes)
			sums[i] += d * d
		}
	}
	for i := range actors {
		e := 2 * math.Sqrt(sums[i]*(folds-1)/folds)
		actors[i].Low, actors[i].High = max(1-damping, actors[i].Score-e), actors[i].Score+e
	}
	return nil
}
