package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"sifara/internal/db"
)

// realNumber is how many posts the real file holds, and how many are generated
// where it is absent.
const realNumber = 289_107

// posts gives the file of posts: the real ones, or where they are absent
// generated ones of the same number, columns and usual length.
// SIFARA_BENCH_POSTS takes fewer, to try the benchmarks.
func posts(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	number := realNumber
	if n, err := strconv.Atoi(os.Getenv("SIFARA_BENCH_POSTS")); err == nil && n > 0 {
		number = min(n, realNumber)
	}
	path := filepath.Join(dir, "posts_2016h1.csv.gz")
	_, err := os.Stat(path)
	switch {
	case err == nil && number == realNumber:
		return path
	case err == nil:
		return copyPosts(tb, number, firstOf(tb, path))
	default:
		tb.Logf("no real posts (%v): %d generated ones", err, number)
		return copyPosts(tb, number, generated())
	}
}

// copyPosts writes posts, and the line of columns before them, to a file.
func copyPosts(tb testing.TB, number int, next func() []string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "posts.csv.gz")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	z := gzip.NewWriter(f)
	w := csv.NewWriter(z)
	for range number + 1 {
		if err := w.Write(next()); err != nil {
			tb.Fatal(err)
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), z.Close(), f.Close()); err != nil {
		tb.Fatal(err)
	}
	return path
}

// lines opens a file of posts.
func lines(tb testing.TB, path string) *csv.Reader {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	return csv.NewReader(z)
}

func firstOf(tb testing.TB, path string) func() []string {
	r := lines(tb, path)
	return func() []string {
		rec, err := r.Read()
		if err != nil {
			tb.Fatal(err)
		}
		return rec
	}
}

// generated makes posts whose words are as unequally frequent as those of a
// language, the same ones each time.
func generated() func() []string {
	random := rand.New(rand.NewPCG(1, 1))
	frequent := strings.Fields("the police Trump news Brussels Iraq العراق breaking syria syrian refugees Germany Путин isis attack shooting chicago Исламское государство")
	often := rand.NewZipf(random, 1.2, 8, 60_000)
	word := func() string {
		n := often.Uint64()
		if n < uint64(3*len(frequent)) {
			return frequent[n/3]
		}
		return "w" + strconv.FormatUint(n*2654435761%(1<<32), 36)
	}
	places := []string{"United States", "United States", "United Kingdom", "United Arab Emirates", "Iraq"}
	languages := []string{"English", "English", "English", "Russian", "German", "Arabic"}
	at, first := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC), true
	return func() []string {
		if first {
			first = false
			return strings.Split("publish_date,author_id,language,region,post_type,retweet,following,followers,updates,account_type,account_category,content", ",")
		}
		at = at.Add(time.Duration(random.IntN(90)) * time.Second)
		text := make([]string, 8+random.IntN(12))
		for i := range text {
			text[i] = word()
		}
		if random.IntN(3) == 0 {
			text = append(text, "#"+word())
		}
		return []string{at.Format(time.DateTime), fmt.Sprint("author", random.IntN(2000)), languages[random.IntN(len(languages))], places[random.IntN(len(places))],
			"", "0", "10", strconv.Itoa(random.IntN(9000)), "5", "", "", strings.Join(text, " ")}
	}
}

// bareTables are what import and search are measured against: the same rows
// stored by multi-row INSERTs with FTS5's own tokenizer, nothing else.
type bareTables struct {
	db   *db.DB
	rows int
	took time.Duration
	cpu  float64 // seconds
}

func (t bareTables) rate() float64 { return float64(t.rows) / t.took.Seconds() }

// rowsAtOnce is the number of rows of one INSERT of the bare loop.
const rowsAtOnce = 100

// bareLoop fills the bare tables. They live until the benchmark ends.
func bareLoop(tb testing.TB, path, dir string) bareTables {
	tb.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(dir, "bare.db"), db.Options{Relaxed: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { d.Close() })
	w := d.Writer().DB
	for _, q := range []string{
		`CREATE TABLE bare_post (id INTEGER PRIMARY KEY, time TEXT, author TEXT, lang TEXT, country TEXT, followers TEXT, text TEXT)`,
		`CREATE VIRTUAL TABLE bare_words USING fts5(text, content='', contentless_delete=1)`,
	} {
		if _, err := w.ExecContext(ctx, q); err != nil {
			tb.Fatal(err)
		}
	}
	out := bareTables{db: d}
	began, cpu := time.Now(), processOf(tb, os.Getpid()).cpu
	r := lines(tb, path)
	if _, err := r.Read(); err != nil {
		tb.Fatal(err)
	}
	for end := false; !end; {
		tx, err := w.BeginTx(ctx, nil)
		if err != nil {
			tb.Fatal(err)
		}
		for i := 0; i < 40 && !end; i++ {
			var a, b []any
			for len(b) < 2*rowsAtOnce {
				rec, err := r.Read()
				if err == io.EOF {
					end = true
					break
				}
				if err != nil {
					tb.Fatal(err)
				}
				out.rows++
				a = append(a, out.rows, rec[0], rec[1], rec[2], rec[3], rec[7], rec[11])
				b = append(b, out.rows, rec[11])
			}
			if len(b) == 0 {
				break
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO bare_post VALUES (?,?,?,?,?,?,?)"+strings.Repeat(",(?,?,?,?,?,?,?)", len(a)/7-1), a...)
			if err == nil {
				_, err = tx.ExecContext(ctx, "INSERT INTO bare_words (rowid, text) VALUES (?,?)"+strings.Repeat(",(?,?)", len(b)/2-1), b...)
			}
			if err != nil {
				tb.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			tb.Fatal(err)
		}
	}
	out.took, out.cpu = time.Since(began), processOf(tb, os.Getpid()).cpu-cpu
	return out
}

// search asks the bare tables for the newest posts of a question.
func (t bareTables) search(q question) error {
	rows, err := t.db.Reader().QueryContext(context.Background(), `SELECT p.id, p.time, p.author, p.lang, p.country, p.followers, p.text
		FROM bare_words JOIN bare_post AS p ON p.id = bare_words.rowid
		WHERE bare_words MATCH ?`+q.where+` ORDER BY bare_words.rowid DESC LIMIT 51`, q.match)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var text [6]string
		if err := rows.Scan(&id, &text[0], &text[1], &text[2], &text[3], &text[4], &text[5]); err != nil {
			return err
		}
	}
	return rows.Err()
}
