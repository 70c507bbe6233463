package influence

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// crowd lets people respond to accounts: each of them chooses some posts, at
// times of their own.
type crowd struct {
	t    *testing.T
	n    *Network
	r    *rand.Rand
	next int64
}

func newCrowd(t *testing.T, actors int) *crowd {
	lists := make([][]int64, actors)
	for i := range lists {
		lists[i] = []int64{int64(i + 1), int64(1000 + i)} // two accounts each
	}
	return &crowd{t: t, n: NewNetwork(lists), r: rand.New(rand.NewPCG(1, 2)), next: 10_000}
}

const day = 86400

// organic adds people who each pass on some of an actor's posts.
func (c *crowd) organic(actor, people, posts, each int, lang string) (first int64) {
	first = c.next
	for range people {
		for range each {
			c.n.Add(Act{From: c.next, To: int64(actor), Object: int64(actor*1_000_000 + c.r.IntN(posts) + 1), At: int64(c.r.IntN(28 * day)), Kind: Repost, Lang: lang, Country: "IQ", Followers: 300})
		}
		c.next++
	}
	return first
}

// bots adds accounts that pass on every post of an actor in the minute after it.
func (c *crowd) bots(actor, bots, posts int) {
	for range bots {
		for p := range posts {
			c.n.Add(Act{From: c.next, To: int64(actor), Object: int64(actor*1_000_000 + p + 1), At: int64(p*3600 + c.r.IntN(50)), Kind: Repost, Lang: "en", Followers: 5000})
		}
		c.next++
	}
}

func (c *crowd) measure() Result {
	c.t.Helper()
	r, err := c.n.Measure(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// TestBotsBuyNoInfluence: fifty accounts of one hand pass on everything that B
// writes, and so B has more responses and more responders than A, whom forty
// people pass on, each for themselves.
func TestBotsBuyNoInfluence(t *testing.T) {
	c := newCrowd(t, 2)
	c.organic(1, 40, 30, 3, "ar")
	c.organic(2, 12, 30, 3, "ar")
	c.bots(2, 50, 30)
	r := c.measure()
	a, b := r.Actors[0], r.Actors[1]
	if b.Responders != 62 || b.Voices != 13 || a.Voices != 40 {
		t.Errorf("A has %d responders, %d voices; B %d and %d; want the bots to be one voice", a.Responders, a.Voices, b.Responders, b.Voices)
	}
	if a.Rank != 1 || b.Rank != 2 || a.Score < 2*b.Score {
		t.Errorf("A %.1f, B %.1f: the bots have bought influence", a.Score, b.Score)
	}
	if b.HPosts > 13 {
		t.Errorf("h of B is %d", b.HPosts)
	}
}

// TestOneBurstIsOneVoice: accounts that do nothing but pass on one post in the
// same minute.
func TestOneBurstIsOneVoice(t *testing.T) {
	c := newCrowd(t, 2)
	c.organic(1, 20, 1, 1, "ar")
	c.organic(2, 12, 1, 1, "ar")
	c.bots(2, 50, 1)
	if r := c.measure(); r.Actors[1].Voices != 13 || r.Actors[0].Rank != 1 {
		t.Errorf("%+v", r.Actors)
	}
}

// TestFansCountOnce: one who repeats a hundred times is one responder.
func TestFansCountOnce(t *testing.T) {
	c := newCrowd(t, 2)
	c.organic(1, 15, 40, 2, "ar")
	c.organic(2, 15, 40, 2, "ar")
	for range 100 {
		c.n.Add(Act{From: 10_015, To: 1002, Object: c.r.Int64N(1 << 40), At: int64(c.r.IntN(28 * day)), Kind: Mention, Lang: "ar"}) // another account of actor 2
	}
	r := c.measure()
	if r.Actors[1].Responders != 16 && r.Actors[1].Responders != 15 {
		t.Errorf("%d responders", r.Actors[1].Responders)
	}
	if d := math.Abs(r.Actors[0].Score-r.Actors[1].Score) / r.Actors[0].Score; d > 0.15 {
		t.Errorf("%.2f and %.2f: a fan has been counted more than once", r.Actors[0].Score, r.Actors[1].Score)
	}
	for _, f := range r.Actors {
		if f.RankHigh != 1 || f.RankLow != 2 {
			t.Errorf("rank %d to %d, want 1 to 2: they cannot be told apart", f.RankHigh, f.RankLow)
		}
	}
}

// TestFewAreNotTold: nine responders, and fifty of one voice, are too few.
func TestFewAreNotTold(t *testing.T) {
	c := newCrowd(t, 3)
	c.organic(1, 9, 30, 2, "ar")
	c.bots(2, 50, 10)
	c.organic(3, 10, 30, 2, "ar")
	r := c.measure()
	for i, want := range []bool{false, false, true} {
		f := r.Actors[i]
		if f.Told != want || (f.Score > 0) != want || (f.Responders > 0) != want || (f.Rank > 0) != want {
			t.Errorf("actor %d: %+v", i+1, f)
		}
	}
}

// TestBridging: whom two circles respond to bridges them; whom one does, not.
func TestBridging(t *testing.T) {
	c := newCrowd(t, 2)
	talk := func(first int64, people int) { // among themselves
		for i := range people {
			for range 6 {
				c.n.Add(Act{From: first + int64(i), To: first + int64(c.r.IntN(people)), At: int64(c.r.IntN(28 * day)), Kind: Mention, Lang: "ar"})
			}
		}
	}
	left := c.organic(1, 30, 50, 2, "ar")
	right := c.organic(1, 30, 50, 2, "fr")
	one := c.organic(2, 60, 50, 2, "ar")
	talk(left, 30)
	talk(right, 30)
	talk(one, 60)
	r := c.measure()
	a, b := r.Actors[0], r.Actors[1]
	if a.Bridging == nil || b.Bridging == nil || math.Abs(*a.Bridging-0.5) > 0.05 || *b.Bridging > 0.1 {
		t.Errorf("bridging %v and %v, want about a half and none", a.Bridging, b.Bridging)
	}
	if *a.Publics < 0.45 || *b.Publics != 0 {
		t.Errorf("publics %v and %v", *a.Publics, *b.Publics)
	}
	if fmt.Sprint(a.Languages) != "[{ar 30} {fr 30}]" {
		t.Errorf("languages %v", a.Languages)
	}
}

// TestPageRank: a graph that can be worked out by hand. 1 and 2 respond to 0,
// which responds to nobody.
func TestPageRank(t *testing.T) {
	g := newGraph(3, []uint64{edge(1, 0), edge(2, 0), edge(1, 0)})
	got, rounds, err := pageRank(context.Background(), g, nil, nil, tolerance)
	if err != nil || rounds >= mostRounds {
		t.Fatal(rounds, err)
	}
	// x is what 1 and 2 have: x = ((1-d) + d·y)/3, y = x + 2·d·x, y + 2x = 1.
	x := 1 / (3 + 2*damping)
	y := x * (1 + 2*damping)
	for i, want := range []float64{y, x, x} {
		if math.Abs(got[i]-want) > 1e-8 {
			t.Errorf("node %d: got %.9f, want %.9f", i, got[i], want)
		}
	}
}

func TestHIndex(t *testing.T) {
	for _, tt := range []struct {
		sizes []int
		want  int
	}{{nil, 0}, {[]int{1}, 1}, {[]int{9}, 1}, {[]int{3, 3, 3}, 3}, {[]int{10, 4, 3, 1}, 3}, {[]int{1, 1, 1, 1}, 1}} {
		sets := map[int64]map[int32]bool{}
		for i, n := range tt.sizes {
			for v := range n {
				put(sets, int64(i), int32(v))
			}
		}
		if got := hIndex(sets); got != tt.want {
			t.Errorf("%v: got %d, want %d", tt.sizes, got, tt.want)
		}
	}
}

// TestOrderIsOfNoMatter: the same acts in another order give the same figures.
func TestOrderIsOfNoMatter(t *testing.T) {
	var acts []Act
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		acts = append(acts, Act{From: int64(r.IntN(400) + 1), To: int64(r.IntN(400) + 1), Object: int64(r.IntN(300)), At: int64(r.IntN(28 * day)), Kind: Repost, Lang: "ar"})
	}
	run := func() []Figure {
		n := NewNetwork([][]int64{{1}, {2}, {3}})
		for _, a := range acts {
			n.Add(a)
		}
		res, err := n.Measure(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return res.Actors
	}
	first := run()
	r.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	for i, f := range run() {
		if f.Voices != first[i].Voices || f.HPosts != first[i].HPosts || math.Abs(f.Score-first[i].Score) > 1e-6 {
			t.Errorf("actor %d: %+v, then %+v", i, first[i], f)
		}
	}
}

// BenchmarkMeasure measures a million responses of 300 000 accounts to each
// other and to a hundred actors, of whom few have most.
func BenchmarkMeasure(b *testing.B) {
	const people, shares, actors = 300_000, 1_000_000, 100
	r := rand.New(rand.NewPCG(5, 6))
	acts := make([]Act, shares)
	for i := range acts {
		to := int64(math.Pow(r.Float64(), 3)*actors) + 1
		if r.IntN(2) == 0 {
			to = int64(r.IntN(people) + 1000)
		}
		acts[i] = Act{From: int64(r.IntN(people) + 1000), To: to, Object: to*1000 + int64(r.IntN(50)), At: int64(r.IntN(90 * day)), Kind: Repost, Lang: "ar", Country: "IQ"}
	}
	lists := make([][]int64, actors)
	for i := range lists {
		lists[i] = []int64{int64(i + 1)}
	}
	for b.Loop() {
		n := NewNetwork(lists)
		for _, a := range acts {
			n.Add(a)
		}
		res, err := n.Measure(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(res.Rounds), "rounds")
	}
}
