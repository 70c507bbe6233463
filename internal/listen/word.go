package listen

import (
	"context"
	"fmt"
	"math"
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
	// postsPerStretch is how many of them are counted between two rests: some
	// ten milliseconds of work.
	postsPerStretch = 500
	// slice is how long one run of a job works before it leaves the rest to
	// another.
	slice = 30 * time.Second
)

// countWords goes through the days with new posts once, the newest first. A day
// that gets posts meanwhile is left for the next run.
func (s *Service) countWords(ctx context.Context, _ jobs.Job[wordsJob]) error {
	stop := time.Now().Add(slice)
	p := newPace()
	for before := int64(math.MaxInt64); ; {
		var days []int64
		if err := s.store.Reader().NewRaw(`SELECT day FROM listen_day_dirty WHERE day < ? ORDER BY day DESC LIMIT 50`, before).Scan(ctx, &days); err != nil {
			return fmt.Errorf("days to count: %w", err)
		}
		if len(days) == 0 {
			return nil
		}
		for _, d := range days {
			if err := s.countDay(ctx, d, p); err != nil {
				return err
			}
			before = d
			if time.Now().After(stop) {
				return jobs.Later(time.Second)
			}
		}
	}
}

// countDay finds the words of one day anew. Posts are read and counted without
// a transaction, so that nobody who writes waits for it.
func (s *Service) countDay(ctx context.Context, day int64, p *pace) error {
	posts, err := postsOn(ctx, s.store.Reader(), day)
	if err != nil {
		return err
	}
	byLang, err := s.wordsOn(ctx, day, p)
	if err != nil {
		return err
	}
	if err := s.keepWords(ctx, day, posts, byLang); err != nil {
		return err
	}
	return p.rest(ctx)
}

// postsOn is how many posts of a day were ever counted. It only grows, and in
// the transaction that stores them.
func postsOn(ctx context.Context, q bun.IDB, day int64) (n int64, err error) {
	if err := q.NewRaw(`SELECT coalesce(sum(posts), 0) FROM listen_volume WHERE hour >= ? AND hour < ?`, day*24, day*24+24).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("posts of day: %w", err)
	}
	return n, nil
}

// wordsOn counts the words of a day's posts by language, the newest posts
// first, and rests between small parts.
func (s *Service) wordsOn(ctx context.Context, day int64, p *pace) (map[string]*wordCount, error) {
	byLang := map[string]*wordCount{}
	lo, hi := span(hourTime(day*24), hourTime(day*24+24))
	for left := postsPerDay; left > 0; {
		var rows []struct {
			ID         int64
			Lang, Text string
		}
		err := s.store.Reader().NewRaw(`SELECT id, lang, text FROM listen_post WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?`, lo, hi, min(left, postsPerStretch)).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("posts of day: %w", err)
		}
		for _, r := range rows {
			c := byLang[r.Lang]
			if c == nil {
				c = newWordCount()
				byLang[r.Lang] = c
			}
			c.add(r.Text)
		}
		if len(rows) < postsPerStretch {
			break
		}
		left, hi = left-len(rows), rows[len(rows)-1].ID
		if err := p.rest(ctx); err != nil {
			return nil, err
		}
	}
	return byLang, nil
}

// keepWords replaces the words of a day. It is done with unless it has more
// posts by now than when the counting began.
func (s *Service) keepWords(ctx context.Context, day, posts int64, byLang map[string]*wordCount) error {
	var args []any
	for lang, c := range byLang {
		for _, w := range topShares(c.posts, wordsPerDay) {
			args = append(args, day, lang, w.Key, c.shown[w.Key], w.Posts)
		}
	}
	return s.store.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.lockStore(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM listen_day_word WHERE day = ?`, day); err != nil {
			return fmt.Errorf("words of day: %w", err)
		}
		if err := s.bulk(ctx, tx, `INSERT INTO listen_day_word (day, lang, word, shown, posts)`, 5, args, ``); err != nil {
			return fmt.Errorf("words of day: %w", err)
		}
		if n, err := postsOn(ctx, tx, day); err != nil || n != posts {
			return err
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

// Word is a word as it is compared and as it is written.
type Word struct{ Key, Shown string }

// ContentWords are the words of a text that say what it is about, and its
// hashtags, each once.
func ContentWords(s string) (out []Word) {
	c := newWordCount()
	c.add(s)
	for _, key := range sortedKeys(c.shown) {
		out = append(out, Word{key, c.shown[key]})
	}
	for _, tag := range text.Hashtags(nil, s) {
		out = append(out, Word{tag, tag})
	}
	return out
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
