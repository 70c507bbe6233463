package linear

import (
	"math"
	"math/rand/v2"
)

// Row is one text as a sparse vector: features by their number, and values.
type Row struct {
	At    []int32
	Value []float32
}

// dot is the product of a row and a vector.
func (r Row) dot(w []float64) (s float64) {
	for k, j := range r.At {
		s += w[j] * float64(r.Value[k])
	}
	return s
}

func (r Row) square() (s float64) {
	for _, v := range r.Value {
		s += float64(v) * float64(v)
	}
	return s
}

func (r Row) addTo(w []float64, by float64) {
	for k, j := range r.At {
		w[j] += by * float64(r.Value[k])
	}
}

// Hinge finds the weights of a linear support vector machine with squared hinge
// loss by dual coordinate descent (Hsieh and others, ICML 2008). yes says which
// rows belong to the class, cost what an error on a row costs. The order of the
// descent is random with a fixed seed: the same rows give the same weights.
func Hinge(rows []Row, yes []bool, cost []float64, size, rounds int) []float64 {
	w := make([]float64, size)
	alpha := make([]float64, len(rows))
	square := make([]float64, len(rows))
	order := make([]int, len(rows))
	for i, r := range rows {
		square[i], order[i] = r.square(), i
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		worst := 0.0
		for _, i := range order {
			y := sign(yes[i])
			d := 0.5 / cost[i]
			g := y*rows[i].dot(w) - 1 + d*alpha[i]
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			worst = max(worst, math.Abs(g))
			old := alpha[i]
			alpha[i] = max(old-g/(square[i]+d), 0)
			rows[i].addTo(w, (alpha[i]-old)*y)
		}
		if worst < 0.05 {
			break
		}
	}
	return w
}

func sign(yes bool) float64 {
	if yes {
		return 1
	}
	return -1
}

// Logistic finds the weights of a logistic regression with squared penalty by
// dual coordinate descent (Yu, Huang and Lin, Machine Learning 2011), as [Hinge]
// does for its loss.
func Logistic(rows []Row, yes []bool, cost []float64, size, rounds int) []float64 {
	w := make([]float64, size)
	alpha := make([]float64, len(rows))
	square := make([]float64, len(rows))
	order := make([]int, len(rows))
	for i, r := range rows {
		square[i], order[i] = r.square(), i
		alpha[i] = min(0.001*cost[i], 1e-8)
		r.addTo(w, alpha[i]*sign(yes[i]))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		moved := 0.0
		for _, i := range order {
			y := sign(yes[i])
			was := alpha[i]
			now := logisticStep(was, cost[i], square[i], y*rows[i].dot(w))
			moved = max(moved, math.Abs(now-was)/cost[i])
			alpha[i] = now
			rows[i].addTo(w, (now-was)*y)
		}
		if moved < 0.01 {
			break
		}
	}
	return w
}

// logisticStep minimises the dual in one variable by Newton's method:
// a/2·(z-was)² + b·(z-was) + z·ln z + (c-z)·ln(c-z) over 0 < z < c.
func logisticStep(was, c, a, b float64) float64 {
	const edge = 1e-9
	z := was
	for range 20 {
		g := a*(z-was) + b + math.Log(z/(c-z))
		if math.Abs(g) < 1e-4 {
			break
		}
		next := z - g/(a+c/(z*(c-z)))
		if next <= 0 {
			next = z * 0.1
		} else if next >= c {
			next = c - (c-z)*0.1
		}
		z = min(max(next, edge*c), c-edge*c)
	}
	return z
}
