package coordination

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// world makes posts as a platform sees them, with planted groups: activity and
// popularity have heavy tails, accounts sleep in their own time zone, belong to
// communities of interest, follow celebrities, and outlets repeat what an agency
// says; some objects go viral within minutes. Nothing of the detector is used.
type world struct {
	r        *rand.Rand
	posts    []Post
	planted  map[string]int // account: group
	groups   int
	behavior []string // of each group
	start    time.Time
	seconds  int
}

const worldAccountShare = 14 // posts an account on average

func newWorld(posts int, seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 77)), planted: map[string]int{}, start: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), seconds: 7 * 86400}
	w.organic(posts * 97 / 100)
	w.celebrities(posts / 50000)
	w.agencies(posts / 50000)
	w.plant(posts / 10000)
	w.r.Shuffle(len(w.posts), func(i, j int) { w.posts[i], w.posts[j] = w.posts[j], w.posts[i] })
	return w
}

// awake is a moment at which the account of that zone posts.
func (w *world) awake(zone int) int {
	for {
		t := w.r.IntN(w.seconds)
		hour := float64((t/3600+zone)%24) + 0.5
		if w.r.Float64() < 0.08+0.92*math.Pow(math.Sin(math.Pi*hour/24), 2) {
			return t
		}
	}
}

// delay is how long after its appearance an object is shared: heavy-tailed.
func (w *world) delay(median float64) int {
	return int(median * math.Exp(1.4*w.r.NormFloat64()))
}

func (w *world) add(account, object, behavior string, at int) {
	p := Post{ID: fmt.Sprint("p", len(w.posts)), Account: account, At: w.start.Add(time.Duration(at) * time.Second)}
	switch behavior {
	case "repost":
		p.Repost = object
	case "link":
		p.Links = []string{"https://" + object + ".example/a?utm_source=" + fmt.Sprint(w.r.IntN(5))}
		p.Text = w.sentence(object+account, 3)
	case "text":
		p.Text = w.sentence(object, 10)
	case "near":
		p.Text = w.sentence(object, 14) + " " + w.sentence(fmt.Sprint(w.r.Uint64()), 1)
	case "tags":
		p.Text = fmt.Sprintf("#a%s #b%s #c%s", object, object, object)
	case "reply":
		p.Reply = object
	case "image":
		p.Images = []string{object}
	}
	w.posts = append(w.posts, p)
}

// sentence is n words that depend on of.
func (w *world) sentence(of string, n int) string {
	s, h := "", hash(of)
	for range n {
		h = mix(h + 0x9E3779B97F4A7C15)
		s += fmt.Sprintf(" w%x", h%200_000)
	}
	return s
}

var behaviors = []string{"repost", "link", "text", "near", "tags", "reply", "image"}

// organic posts: each object belongs to a community, and most who share it too.
func (w *world) organic(posts int) {
	accounts := max(500, posts/worldAccountShare)
	communities := max(5, accounts/400)
	member := make([][]int, communities)
	var pick []int // accounts as often as they are active
	for a := range accounts {
		c := w.r.IntN(communities)
		activity := int(math.Min(400, math.Pow(w.r.Float64(), -0.9)))
		for range activity {
			member[c] = append(member[c], a)
			pick = append(pick, a)
		}
	}
	for made, object := 0, 0; made < posts; object++ {
		c, born := w.r.IntN(communities), w.r.IntN(w.seconds)
		size := int(math.Min(float64(posts)/100, math.Pow(w.r.Float64(), -1/1.3)))
		median := 1800.0
		if w.r.IntN(40) == 0 {
			median = 180 // viral at once
		}
		behavior := behaviors[[]int{0, 0, 0, 0, 1, 1, 2, 4, 5, 5, 6}[w.r.IntN(11)]]
		name := fmt.Sprint("o", object)
		for range size {
			a := pick[w.r.IntN(len(pick))]
			if w.r.IntN(5) > 0 && len(member[c]) > 0 {
				a = member[c][w.r.IntN(len(member[c]))]
			}
			at := born + w.delay(median)
			if size == 1 {
				at = w.awake(a % 24)
			}
			w.add(fmt.Sprint("u", a), name, behavior, at%w.seconds)
		}
		made += size
	}
}

// celebrities have fans who repost everything, many at once.
func (w *world) celebrities(n int) {
	for c := range n {
		for post := range 30 {
			born := w.awake(c % 24)
			for fan := range 600 {
				if w.r.IntN(100) < 20+fan%50 {
					w.add(fmt.Sprintf("fan%d-%d", c, fan), fmt.Sprintf("star%d-%d", c, post), "repost", (born+w.delay(600))%w.seconds)
				}
			}
		}
	}
}

// agencies send headlines that outlets repeat word by word.
func (w *world) agencies(n int) {
	for a := range n {
		for headline := range 60 {
			born := w.awake(a % 24)
			for outlet := range 30 {
				if w.r.IntN(3) > 0 {
					w.add(fmt.Sprintf("outlet%d-%d", a, outlet), fmt.Sprintf("agency%d-%d", a, headline), "text", (born+w.delay(900))%w.seconds)
				}
			}
		}
	}
}

// plant hides groups of 3 to 60 accounts among the others: half of what they do
// is what all do, they miss up to half of the acts, and join popular objects.
func (w *world) plant(n int) {
	sizes := []int{3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 60}
	organic := len(w.posts)
	for g := range max(7, n) {
		behavior, size := behaviors[g%len(behaviors)], sizes[w.r.IntN(len(sizes))]
		acts, takes, spread := 10+w.r.IntN(20), 0.6+0.4*w.r.Float64(), 10+w.r.IntN(45)
		for act := range acts {
			at, object := w.awake(g%24), fmt.Sprintf("g%d-%d", g, act)
			if p := w.posts[w.r.IntN(organic)]; behavior == "repost" && p.Repost != "" && w.r.IntN(2) == 0 {
				object, at = p.Repost, int(p.At.Sub(w.start).Seconds())
			}
			for m := range size {
				name := fmt.Sprintf("m%d-%d", g, m)
				w.planted[name] = g
				if w.r.Float64() < takes {
					w.add(name, object, behavior, min(w.seconds-1, at+w.r.IntN(spread)))
				}
				if w.r.IntN(2) == 0 {
					p := w.posts[w.r.IntN(organic)]
					p.Account, p.At = name, p.At.Add(time.Duration(w.delay(1800))*time.Second)
					p.ID = fmt.Sprint("p", len(w.posts))
					w.posts = append(w.posts, p)
				}
			}
		}
		w.groups++
		w.behavior = append(w.behavior, behavior)
	}
}

// score compares the accounts found with those planted.
func (w *world) score(found []string) (precision, recall float64, by map[string][2]int) {
	right, seen, by := 0, map[string]bool{}, map[string][2]int{}
	for _, a := range found {
		seen[a] = true
		if _, ok := w.planted[a]; ok {
			right++
		}
	}
	for a, g := range w.planted {
		n := by[w.behavior[g]]
		n[1]++
		if seen[a] {
			n[0]++
		}
		by[w.behavior[g]] = n
	}
	return float64(right) / max(1, float64(len(seen))), float64(right) / float64(len(w.planted)), by
}

// whole asks that what was found of a planted group comes in one piece, and
// that no group is of two.
func (w *world) whole(t *testing.T, groups []Group) {
	t.Helper()
	in := map[int]int{}
	for i, g := range groups {
		first := -1
		for _, a := range g.Accounts {
			planted, ok := w.planted[a]
			if !ok {
				continue
			}
			if first >= 0 && planted != first {
				t.Errorf("a group found is of two planted ones: %v", g.Accounts)
				break
			}
			first = planted
		}
		if other, ok := in[first]; ok && first >= 0 {
			t.Errorf("planted group %d was found in pieces: %v and %v", first, groups[other].Accounts, g.Accounts)
		}
		in[first] = i
	}
}

func accountsOf(groups []Group) (out []string) {
	for _, g := range groups {
		out = append(out, g.Accounts...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func detect(t testing.TB, posts []Post, o Options) []Group {
	c := New(o)
	for _, p := range posts {
		c.Post(p)
	}
	groups, err := c.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

func TestPlantedGroupsAreFound(t *testing.T) {
	right, found, planted := 0.0, 0.0, 0.0
	for seed, n := range []int{20_000, 20_000, 100_000, 100_000} {
		w := newWorld(n, uint64(seed))
		groups := detect(t, w.posts, Options{})
		accounts := accountsOf(groups)
		precision, recall, by := w.score(accounts)
		t.Logf("%d posts: precision %.3f, recall %.3f of %d accounts in %d groups, found as %d; %v", len(w.posts), precision, recall, len(w.planted), w.groups, len(groups), by)
		w.whole(t, groups)
		right += recall * float64(len(w.planted))
		found += float64(len(accounts))
		planted += float64(len(w.planted))
	}
	if right < 0.95*found || right < 0.95*planted {
		t.Errorf("%.0f of %.0f found are planted, of %.0f: want 95 %% of both", right, found, planted)
	}
}

// TestNothingPlanted asks for silence where nobody coordinates.
func TestNothingPlanted(t *testing.T) {
	w := newWorld(60_000, 5)
	w.posts = slices.DeleteFunc(w.posts, func(p Post) bool { _, ok := w.planted[p.Account]; return ok })
	if got := accountsOf(detect(t, w.posts, Options{})); len(got) > 2 {
		t.Errorf("found %d accounts where there is no group: %v", len(got), got)
	}
}

func TestGroupsDoNotDependOnTheOrderOfPosts(t *testing.T) {
	w := newWorld(20_000, 1)
	first := fmt.Sprint(accountSets(detect(t, w.posts, Options{})))
	slices.Reverse(w.posts)
	if second := fmt.Sprint(accountSets(detect(t, w.posts, Options{}))); first != second {
		t.Errorf("groups %s, in another order %s", first, second)
	}
}

func accountSets(groups []Group) (out []string) {
	for _, g := range groups {
		out = append(out, fmt.Sprint(g.Accounts, g.Kinds))
	}
	slices.Sort(out)
	return out
}

func TestExemptAccountsAreInNoGroup(t *testing.T) {
	w := newWorld(20_000, 1)
	exempt := map[string]bool{}
	for a, g := range w.planted {
		exempt[a] = g == 0
	}
	for _, a := range accountsOf(detect(t, w.posts, Options{Exempt: exempt})) {
		if exempt[a] {
			t.Errorf("%s is exempt and in a group", a)
		}
	}
}

// TestQuotesMeetReposts: who passes a post on and who quotes it share the same,
// and the words of a quote are its own.
func TestQuotesMeetReposts(t *testing.T) {
	w := newWorld(20_000, 4)
	for act := range 20 {
		for m := range 4 {
			p := Post{ID: fmt.Sprint("q", act, m), Account: fmt.Sprint("quoting", m), At: w.start.Add(time.Duration(act*7919+m*5) * time.Second)}
			if object := fmt.Sprint("quoted", act); m%2 == 0 {
				p.Repost = object
			} else {
				p.Quote, p.Text = object, w.sentence(p.ID, 12)
			}
			w.posts = append(w.posts, p)
		}
	}
	found := strings.Join(accountSets(detect(t, w.posts, Options{Kinds: []Kind{Repost}})), " ")
	for m := range 4 {
		if !strings.Contains(found, fmt.Sprint("quoting", m)) {
			t.Errorf("quoting%d is not found", m)
		}
	}
}
