package listen

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/jobs"
	"sifara/internal/text"
)

// wordsJob finds the commonest words of days with new posts.
type wordsJob struct{}

// Kind implements jobs.Args.
func (wordsJob) Kind() string { return "listen.words" }

const (
	// wordsPerDay is how many words of a language are kept of one day.
	wordsPerDay = 200
	// postsPerDay is how many posts of a day are looked at, the newest.
	postsPerDay = 20_000
	// slice is how long one run of a job works before it leaves the rest to
	// another.
	slice = 30 * time.Second
)

func (s *Service) countWords(ctx context.Context, _ jobs.Job[wordsJob]) error {
	stop := time.Now().Add(slice)
	for {
		var days []int64
		if err := s.store.Reader().NewRaw(`SELECT day FROM listen_day_dirty ORDER BY day DESC LIMIT 50`).Scan(ctx, &days); err != nil {
			return fmt.Errorf("days to count: %w", err)
		}
		if len(days) == 0 {
			return nil
		}
		for _, d := range days {
			if err := s.countDay(ctx, d); err != nil {
				return err
			}
			if time.Now().After(stop) {
				return jobs.Later(time.Second)
			}
		}
	}
}

// countDay finds the words of one day anew.
func (s *Service) countDay(ctx context.Context, day int64) error {
	return s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		var rows []struct{ Lang, Text string }
		lo, hi := span(hourTime(day*24), hourTime(day*24+24))
		if err := tx.NewRaw(`SELECT lang, text FROM listen_post WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?`, lo, hi, postsPerDay).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("posts of day: %w", err)
		}
		byLang := map[string]*wordCount{}
		for _, r := range rows {
			c := byLang[r.Lang]
			if c == nil {
				c = newWordCount()
				byLang[r.Lang] = c
			}
			c.add(r.Text)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM listen_day_word WHERE day = ?`, day); err != nil {
			return fmt.Errorf("words of day: %w", err)
		}
		var args []any
		for lang, c := range byLang {
			for _, w := range topShares(c.posts, wordsPerDay) {
				args = append(args, day, lang, w.Key, c.shown[w.Key], w.Posts)
			}
		}
		if err := s.bulk(ctx, tx, `INSERT INTO listen_day_word (day, lang, word, shown, posts)`, 5, args, ``); err != nil {
			return fmt.Errorf("words of day: %w", err)
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM listen_day_dirty WHERE day = ?`, day)
		return err
	})
}

// wordCount counts in how many posts each word stands, by its folded form, and
// remembers how it was written first.
type wordCount struct {
	posts map[string]int64
	shown map[string]string
	seen  map[string]bool
}

func newWordCount() *wordCount {
	return &wordCount{posts: map[string]int64{}, shown: map[string]string{}, seen: map[string]bool{}}
}

func (c *wordCount) add(s string) {
	clear(c.seen)
	eachWord(s, func(w string) {
		f := text.Fold(w)
		if c.seen[f] || utf8.RuneCountInString(f) < 3 || stopWords()[f] {
			return
		}
		c.seen[f] = true
		if c.posts[f]++; c.posts[f] == 1 {
			c.shown[f] = w
		}
	})
}

// eachWord gives the words of a text as they are written, in lower case,
// without addresses, hashtags, mentions and numbers.
func eachWord(s string, fn func(string)) {
	for piece := range strings.FieldsSeq(s) {
		if strings.Contains(piece, "://") || strings.ContainsAny(piece, "@#＠＃") || strings.HasPrefix(piece, "www.") {
			continue
		}
		for _, w := range strings.FieldsFunc(piece, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\u200c'
		}) {
			fn(strings.ToLower(w))
		}
	}
}
