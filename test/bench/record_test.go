package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/ledger"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// BenchmarkLedgerAppend appends records of 400 bytes to a log on disk, one and
// a hundred in a transaction, and puts the same bytes into a bare table. Every
// commit waits for the disk, as in the house.
func BenchmarkLedgerAppend(b *testing.B) {
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(b.TempDir(), "house.db"), db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	for _, q := range []string{ledger.Schema("bench_log"), `CREATE TABLE bench_bare (id INTEGER PRIMARY KEY, data BLOB NOT NULL)`} {
		if _, err := d.Writer().DB.ExecContext(ctx, q); err != nil {
			b.Fatal(err)
		}
	}
	log, record := ledger.New("bench_log"), bytes.Repeat([]byte("sifara! "), 50)
	logged := func(ctx context.Context, tx bun.Tx, n int) error {
		for range n {
			if _, err := log.Append(ctx, tx, record); err != nil {
				return err
			}
		}
		return nil
	}
	bare := func(ctx context.Context, tx bun.Tx, n int) error {
		for range n {
			if _, err := tx.ExecContext(ctx, `INSERT INTO bench_bare (data) VALUES (?)`, record); err != nil {
				return err
			}
		}
		return nil
	}
	for _, run := range []struct {
		name  string
		write func(context.Context, bun.Tx, int) error
		many  int
	}{{"one/bare", bare, 1}, {"one/ledger", logged, 1}, {"hundred/bare", bare, 100}, {"hundred/ledger", logged, 100}} {
		b.Run(run.name, func(b *testing.B) {
			for range b.N {
				count, began, cpu := 0, time.Now(), processOf(b, os.Getpid()).cpu
				for time.Since(began) < length() {
					if err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return run.write(ctx, tx, run.many) }); err != nil {
						b.Fatal(err)
					}
					count += run.many
				}
				b.ReportMetric(float64(count)/time.Since(began).Seconds(), "records/s")
				b.ReportMetric((processOf(b, os.Getpid()).cpu-cpu)*1e6/float64(count), "cpu-µs/record")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// statements are how many texts the log holds when pasted ones are verified.
const statements = 300

// BenchmarkVerify asks whether pasted texts are ours: a whole statement of some
// 230 words, one with a word changed, a quotation of twenty words, and a text
// of somebody else. The bare run finds the whole text by its hash, which is
// all that a list of hashes could do.
func BenchmarkVerify(b *testing.B) {
	ctx := context.Background()
	s := newSite(b)
	random := rand.New(rand.NewPCG(1, 1))
	var bodies, messages []string
	for i := range statements {
		body := speech(random)
		m := s.release(b, fmt.Sprintf("بيان رقم %d", i), body)
		bodies = append(bodies, body)
		messages = append(messages, m.ID)
	}
	if _, err := s.db.Writer().DB.ExecContext(ctx, `CREATE TABLE bench_hash (hash BLOB PRIMARY KEY, message TEXT NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	sum := func(body string) []byte {
		h := sha256.Sum256([]byte(text.Canonical(body)))
		return h[:]
	}
	for i, body := range bodies {
		if _, err := s.db.Writer().DB.ExecContext(ctx, `INSERT INTO bench_hash VALUES (?, ?)`, sum(body), messages[i]); err != nil {
			b.Fatal(err)
		}
	}
	verify := func(want publish.Verdict) func(string) error {
		return func(pasted string) error {
			f, err := s.proof.Verify(ctx, pasted)
			if err == nil && f.Verdict != want {
				err = fmt.Errorf("got %s, want %s for %q", f.Verdict, want, pasted)
			}
			return err
		}
	}
	for _, run := range []struct {
		name  string
		paste func(body string) string
		ask   func(string) error
	}{
		{"bare", func(body string) string { return body }, func(pasted string) error {
			var message string
			return s.db.Reader().NewRaw(`SELECT message FROM bench_hash WHERE hash = ?`, sum(pasted)).Scan(ctx, &message)
		}},
		{"unchanged", func(body string) string { return body }, verify(publish.Unchanged)},
		{"altered", func(body string) string {
			w := strings.Fields(body)
			w[len(w)/2] = "مزيف"
			return strings.Join(w, " ")
		}, verify(publish.Altered)},
		{"quotation", func(body string) string { return strings.Join(strings.Fields(body)[60:80], " ") }, verify(publish.Part)},
		{"foreign", func(string) string { return speech(random) }, verify(publish.NotFound)},
	} {
		b.Run(run.name, func(b *testing.B) {
			for range b.N {
				var took durations
				for _, body := range bodies {
					pasted := run.paste(body)
					began := time.Now()
					if err := run.ask(pasted); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(began))
				}
				b.ReportMetric(took.at(.5), "p50-ms")
				b.ReportMetric(took.at(.99), "p99-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// speech makes a text of twelve paragraphs out of the words of diplomacy.
func speech(random *rand.Rand) string {
	words := strings.Fields("استقبل وزير الخارجية اليوم في بغداد نظيره وبحث الجانبان العلاقات الثنائية وسبل تطويرها في المجالات كافة " +
		"وأكد أهمية التعاون الدولي واحترام سيادة الدول وأعرب عن تقديره لمواقف البلدين الصديقين تجاه قضايا المنطقة وجدد دعم العراق " +
		"لجهود السلام والاستقرار والحوار بين الشعوب كما دعا المواطنين إلى متابعة إرشادات السفارة خلال الأيام المقبلة وتسجيل بياناتهم لدى القنصلية")
	var out strings.Builder
	for range 12 {
		for range 19 {
			out.WriteString(words[random.IntN(len(words))] + " ")
		}
		out.WriteString(".\n\n")
	}
	return out.String()
}
