package listen

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/search"
)

// TestSearchInParts wants the parts in which PostgreSQL is asked to give what
// one question gives: words of all posts, of old ones only, of none, over all
// time and over ranges that begin and end anywhere.
func TestSearchInParts(t *testing.T) {
	h := newHouse(t, dbtest.Postgres(t, all()...))
	const posts = 60
	var list []Incoming
	for i := range posts {
		text := fmt.Sprintf("harbour report %d", i)
		if i < 20 && i%3 == 0 {
			text += " earthquake"
		}
		if i == 31 {
			text += " embassy"
		}
		list = append(list, Incoming{At: now.Add(time.Duration(i-posts) * time.Minute), Author: fmt.Sprint("a", i), Text: text, Lang: "en"})
	}
	h.hears(t, "wire", list...)
	at := func(i int) int64 { return PostID(list[i].At) }
	for asked, found := range map[string]int{"harbour": posts, "earthquake": 7, "embassy": 1, "harbour -earthquake": posts - 7, "absent": 0} {
		q := search.Parse(asked)
		for _, r := range [][2]int64{{0, math.MaxInt64}, {at(10), math.MaxInt64}, {0, at(19)}, {at(5), at(50)}, {at(7), at(7)}} {
			_, clause, args := h.from(q, r[0], r[1])
			var whole []int64
			if err := h.store.Reader().NewRaw(`SELECT rowid `+clause+` ORDER BY rowid DESC`, args...).Scan(system(), &whole); err != nil {
				t.Fatal(err)
			}
			if r == [2]int64{0, math.MaxInt64} && len(whole) != found {
				t.Fatalf("%s finds %d posts, want %d", asked, len(whole), found)
			}
			for _, limit := range []int{1, 4, 7, posts} {
				got, err := h.idsInParts(system(), q, r[0], r[1], limit, []int{5, 16, 0})
				if err != nil {
					t.Fatal(err)
				}
				if want := whole[:min(limit, len(whole))]; !slices.Equal(got, want) {
					t.Errorf("%s in [%d, %d), at most %d: got %v, want %v", asked, r[0], r[1], limit, got, want)
				}
			}
		}
	}
}
