package publish

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"sifara/internal/db/dbtest"
	"sifara/internal/i18n"
)

// longSpeeches are texts of about n characters, joined from real speeches.
func longSpeeches(t testing.TB, n int) []string {
	var out []string
	var b strings.Builder
	for _, s := range speeches(t) {
		b.WriteString(s + "\n\n")
		if b.Len() >= n {
			out = append(out, string([]rune(b.String())[:min(n, len([]rune(b.String())))]))
			b.Reset()
		}
	}
	return out
}

// BenchmarkVerifyLong asks about pasted speeches of the greatest length, among
// others of that length: with words changed all over, a middle half of one, one
// that was never published, and one word over and over again.
func BenchmarkVerifyLong(b *testing.B) {
	for _, n := range []int{60_000, 98_000} {
		all := longSpeeches(b, n)
		h, l := proving(b, dbtest.SQLite(b, schema()...))
		for i, s := range all[:len(all)-1] {
			h.publish(fmt.Sprintf("00000000-0000-7000-8000-%012d", 100+i), fmt.Sprintf("speech-%d", i), Variant{Lang: i18n.English, Title: fmt.Sprintf("Speech %d", i), Body: s})
		}
		words := strings.Fields(all[0])
		forged := strings.Fields(all[0])
		for i := 40; i < len(forged); i += 400 {
			forged[i] = "forged"
		}
		for _, run := range []struct{ name, pasted string }{
			{"altered", strings.Join(forged, " ")},
			{"half", strings.Join(words[len(words)/4:3*len(words)/4], " ")},
			{"foreign", all[len(all)-1]},
			{"one word", strings.Repeat("the ", n/4-1)},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, run.name), func(b *testing.B) {
				began := usedCPU(b)
				for b.Loop() {
					if _, err := l.Verify(b.Context(), run.pasted); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((usedCPU(b)-began).Milliseconds())/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// usedCPU is the processor time that this process took: what other work on the
// machine does not lengthen.
func usedCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
