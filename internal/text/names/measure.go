package names

import (
	"bufio"
	"compress/gzip"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
)

func sorted(row map[string]float64) []string { return slices.Sorted(maps.Keys(row)) }

// ReadPairs reads a gzip file of ARABIC<TAB>LATIN lines. One pair in ten, chosen by
// the hash of the Arabic name, is held out.
func ReadPairs(path string) (learn, held []Pair, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	sc := bufio.NewScanner(z)
	for sc.Scan() {
		a, l, ok := strings.Cut(sc.Text(), "\t")
		if !ok {
			continue
		}
		h := fnv.New32a()
		_, _ = io.WriteString(h, a)
		if h.Sum32()>>8%10 == 0 {
			held = append(held, Pair{a, l})
		} else {
			learn = append(learn, Pair{a, l})
		}
	}
	return learn, held, sc.Err()
}

// Figures are what asking for each Latin name among all Arabic ones gave. Rank1 and
// Rank5 are shares found; Precision and Recall are of first answers with a score of
// at least one half; Baseline is Rank1 of equal [Key]s, of several one by chance.
type Figures struct {
	N                                         int
	Rank1, Rank5, Precision, Recall, Baseline float64
}

// Measure looks for each Latin name of pairs among their Arabic ones.
func (t *Table) Measure(pairs []Pair) Figures {
	var claimed, right int
	f := Figures{N: len(pairs)}
	arabic, keys := make([]string, len(pairs)), make([]string, len(pairs))
	for i, p := range pairs {
		arabic[i], keys[i] = strings.Join(words(p.Arabic, isArabic), ""), Key(p.Arabic)
	}
	for i, p := range pairs {
		latin, key := strings.Join(words(p.Latin, isLatin), ""), Key(p.Latin)
		own, nearest, better, alike, same := t.word(arabic[i], latin), math.Inf(1), 0, 0, keys[i] == key
		for k := range pairs {
			d := t.word(arabic[k], latin)
			nearest = min(nearest, d)
			if arabic[k] != arabic[i] && d <= own {
				better++
			}
			if keys[k] == key {
				alike++
			}
		}
		top := t.score(nearest)
		if better == 0 {
			f.Rank1++
		}
		if better < 5 {
			f.Rank5++
		}
		if top >= 0.5 {
			claimed++
			if better == 0 {
				right++
			}
		}
		if same {
			f.Baseline += 1 / float64(alike)
		}
	}
	n := float64(max(1, len(pairs)))
	f.Rank1, f.Rank5, f.Baseline = f.Rank1/n, f.Rank5/n, f.Baseline/n
	f.Precision, f.Recall = float64(right)/float64(max(1, claimed)), float64(right)/n
	return f
}

// Spelled says how often the other spelling of a pair was among the first 1, 5
// and 20 candidates, of N pairs of single words.
type Spelled struct {
	N                    int
	Rank1, Rank5, Rank20 float64
}

// MeasureSpelling looks for the Latin name of each pair among the spellings of
// the Arabic one, and the other way.
func MeasureSpelling(pairs []Pair) (latin, arabic Spelled) {
	for _, p := range pairs {
		a, l := words(p.Arabic, isArabic), words(p.Latin, isLatin)
		if len(a) != 1 || len(l) != 1 {
			continue
		}
		latin.count(Latin(p.Arabic, MostCandidates), func(s string) bool { return strings.Join(words(s, isLatin), "") == l[0] })
		arabic.count(Arabic(p.Latin, MostCandidates), func(s string) bool { return strings.Join(words(s, isArabic), "") == a[0] })
	}
	return latin.shares(), arabic.shares()
}

func (s *Spelled) count(list []Candidate, right func(string) bool) {
	s.N++
	switch i := slices.IndexFunc(list, func(c Candidate) bool { return right(c.Name) }); {
	case i == 0:
		s.Rank1++
		fallthrough
	case i > 0 && i < 5:
		s.Rank5++
		fallthrough
	case i >= 5:
		s.Rank20++
	}
}

func (s Spelled) shares() Spelled {
	n := float64(max(1, s.N))
	return Spelled{s.N, s.Rank1 / n, s.Rank5 / n, s.Rank20 / n}
}
