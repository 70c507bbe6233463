package discover

import (
	"cmp"
	"math"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/listen"
)

// Cluster is a matter that several stories speak of.
type Cluster struct {
	bun.BaseModel `bun:"table:listen_cluster,alias:c" json:"-"`

	ID          string  `bun:",pk" json:"id"`
	Words       []Word  `json:"words"` // the most telling first
	Stories     int64   `json:"stories"`
	Posts       int64   `json:"posts"`
	FirstAt     db.Time `json:"first_at"`
	LastAt      db.Time `json:"last_at"`
	DismissedBy string  `json:"-"`
	DismissedAt db.Time `json:"-"`
}

// Word is a word of a cluster: how it is compared, how people write it, and in
// how many of the stories it stands.
type Word struct {
	Key     string `json:"key"`
	Shown   string `json:"shown"`
	Stories int64  `json:"stories"`
}

// told is a row of listen_cluster_story.
type told struct {
	bun.BaseModel `bun:"table:listen_cluster_story,alias:t"`

	Story     int64 `bun:",pk"`
	ClusterID string
	Posts     int64
}

// rarity says how telling a word is among the stories at hand.
type rarity struct {
	in  map[string]int
	all int
}

func newRarity(texts [][]listen.Word) rarity {
	r := rarity{map[string]int{}, len(texts)}
	for _, words := range texts {
		for _, w := range words {
			r.in[w.Key]++
		}
	}
	return r
}

// of is the inverse document frequency of a word, squared for cosines.
func (r rarity) of(word string) float64 {
	f := math.Log(1 + float64(r.all+1)/float64(r.in[word]+1))
	return f * f
}

// alike is the cosine of a story and the cluster.
func (c *Cluster) alike(words []listen.Word, r rarity) float64 {
	if c.Stories == 0 {
		return 0
	}
	share := make(map[string]float64, len(c.Words))
	whole, both, own := 0.0, 0.0, 0.0
	for _, w := range c.Words {
		s := float64(w.Stories) / float64(c.Stories)
		share[w.Key] = s
		whole += s * s * r.of(w.Key)
	}
	for _, w := range words {
		f := r.of(w.Key)
		own += f
		both += share[w.Key] * f
	}
	if both == 0 {
		return 0
	}
	return both / math.Sqrt(whole*own)
}

// join adds a story to the cluster.
func (c *Cluster) join(words []listen.Word, s listen.Story, r rarity) {
	c.Stories++
	c.Posts += s.Posts
	if first := db.At(s.First); c.FirstAt == 0 || first < c.FirstAt {
		c.FirstAt = first
	}
	c.LastAt = max(c.LastAt, db.At(s.Last))
	for _, w := range words {
		i := slices.IndexFunc(c.Words, func(o Word) bool { return o.Key == w.Key })
		if i < 0 {
			c.Words = append(c.Words, Word{Key: w.Key, Shown: w.Shown})
			i = len(c.Words) - 1
		}
		c.Words[i].Stories++
	}
	slices.SortStableFunc(c.Words, func(a, b Word) int {
		return cmp.Or(cmp.Compare(float64(b.Stories)*r.of(b.Key), float64(a.Stories)*r.of(a.Key)), cmp.Compare(a.Key, b.Key))
	})
	c.Words = c.Words[:min(len(c.Words), keptWords)]
}

// nearest is the cluster that a story joins, nil if it begins one.
func nearest(clusters []*Cluster, words []listen.Word, r rarity) *Cluster {
	var best *Cluster
	most := alike
	for _, c := range clusters {
		if a := c.alike(words, r); a >= most {
			best, most = c, a
		}
	}
	return best
}

// Terms proposes what a topic of the matter is recognised by: its hashtags, and
// pairs of the words that stand in most of its stories.
func (c Cluster) Terms() (out []string) {
	var words []string
	for _, w := range c.Words {
		switch {
		case w.Stories*2 < c.Stories:
		case w.Key[0] == '#':
			out = append(out, w.Key)
		case len(words) < 4:
			words = append(words, w.Shown)
		}
	}
	out = out[:min(len(out), 5)]
	switch {
	case len(words) == 1:
		out = append(out, words[0])
	case len(words) > 1:
		for _, w := range words[1:] {
			out = append(out, words[0]+" AND "+w)
		}
	case len(out) == 0 && len(c.Words) > 1:
		out = append(out, c.Words[0].Shown+" AND "+c.Words[1].Shown)
	}
	return out
}

// Title names the cluster by its three most telling words.
func (c Cluster) Title() string {
	s := ""
	for i, w := range c.Words[:min(len(c.Words), 3)] {
		if i > 0 {
			s += " · "
		}
		s += w.Shown
	}
	return s
}
