// Command table reads what `go test -bench` prints and writes the table of
// docs/benchmarks.md: what is wanted, what was reached, and how that compares
// with the bare thing in the same run. Of several runs it takes medians.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// figure names one number of one benchmark.
type figure struct{ bench, unit string }

// row is one line of the table. Without a goal the figure is only told.
type row struct {
	what    string
	goal    float64
	atLeast bool // the goal is a lower bound
	reached figure
	bare    figure // what it is compared with; empty for nothing
	than    string // what that is
}

const (
	bareLoop   = "multi-row INSERT + FTS5"
	bareSearch = "one SELECT on those tables"
	bareServer = "Go server, same bytes"
	health     = "/healthz of the same server"
	bareInsert = "INSERT of the same bytes"
	bareHash   = "SHA-256 and one SELECT"
	bareMail   = "net/smtp, same bytes, no ledger"
)

// rows are the lines of the table, in order.
var rows = []row{
	{"import of posts, posts/s", 8000, true, figure{"ListenImport", "posts/s"}, figure{"ListenImport", "bare-posts/s"}, bareLoop},
	{"import of posts, share of the bare loop", .5, true, figure{"ListenImport", "of-bare"}, figure{}, ""},
	{"import of posts, CPU µs a post", 0, false, figure{"ListenImport", "cpu-µs/post"}, figure{"ListenImport", "bare-cpu-µs/post"}, bareLoop},
	{"`sifara listen import` beside the demonstration, posts/s", 8000, true, figure{"House/import", "posts/s"}, figure{}, ""},
	{"`sifara listen import`, most memory, MB", 400, false, figure{"House/import", "peak-MB"}, figure{}, ""},
	{"search, newest first, p95 ms", 20, false, figure{"ListenSearch/plain/house", "p95-ms"}, figure{"ListenSearch/plain/bare", "p95-ms"}, bareSearch},
	{"search with filters, p95 ms", 60, false, figure{"ListenSearch/filtered/house", "p95-ms"}, figure{"ListenSearch/filtered/bare", "p95-ms"}, bareSearch},
	{"statement page at 500 requests/s, p99 ms", 15, false, figure{"House/statement/500/page", "p99-ms"}, figure{"House/statement/500/bare", "p99-ms"}, bareServer},
	{"statement page, requests/s at most", 3000, true, figure{"House/statement/max/page", "req/s"}, figure{"House/statement/max/bare", "req/s"}, bareServer},
	{"statement page, CPU µs a request", 0, false, figure{"House/statement/max/page", "cpu-µs/req"}, figure{"House/statement/max/bare", "cpu-µs/req"}, bareServer},
	{"list of messages at 50 requests/s, p99 ms", 60, false, figure{"House/console/messages/50", "p99-ms"}, figure{"House/console/healthz/50", "p99-ms"}, health},
	{"inbox at 50 requests/s, p99 ms", 60, false, figure{"House/console/inbox/50", "p99-ms"}, figure{"House/console/healthz/50", "p99-ms"}, health},
	{"listening at 50 requests/s, p99 ms", 60, false, figure{"House/console/listen/50", "p99-ms"}, figure{"House/console/healthz/50", "p99-ms"}, health},
	{"search page at 50 requests/s, p99 ms", 60, false, figure{"House/console/search/50", "p99-ms"}, figure{"House/console/healthz/50", "p99-ms"}, health},
	{"list of messages, CPU µs a request", 0, false, figure{"House/console/messages/max", "cpu-µs/req"}, figure{"House/console/healthz/max", "cpu-µs/req"}, health},
	{"list of messages, requests/s at most", 0, true, figure{"House/console/messages/max", "req/s"}, figure{"House/console/healthz/max", "req/s"}, health},
	{"list of messages beside all posts at 50 requests/s, p99 ms", 60, false, figure{"House/full/messages/50", "p99-ms"}, figure{"House/full/healthz/50", "p99-ms"}, health},
	{"listening over all posts at 50 requests/s, p99 ms", 60, false, figure{"House/full/listen/50", "p99-ms"}, figure{"House/full/healthz/50", "p99-ms"}, health},
	{"search page over all posts at 50 requests/s, p99 ms", 60, false, figure{"House/full/search/50", "p99-ms"}, figure{"House/full/healthz/50", "p99-ms"}, health},
	{"start to first answer, demonstration, ms", 1000, false, figure{"House/start/demonstration", "ms"}, figure{"House/start/bare", "ms"}, bareServer},
	{"start to first answer, all posts, ms", 1000, false, figure{"House/start/posts", "ms"}, figure{"House/start/bare", "ms"}, bareServer},
	{"idle memory, demonstration, MB", 120, false, figure{"House/idle/demonstration", "MB"}, figure{"House/idle/bare", "MB"}, bareServer},
	{"idle memory, all posts, MB", 120, false, figure{"House/idle/posts", "MB"}, figure{"House/idle/bare", "MB"}, bareServer},
	{"idle memory after the load above, MB", 120, false, figure{"House/idle/used", "MB"}, figure{"House/idle/bare", "MB"}, bareServer},
	{"binary, MB", 60, false, figure{"House/binary", "MB"}, figure{}, ""},
	{"newsletter, letters a CPU-second, not signed", 8600, true, figure{"Letter/unsigned", "letters/cpu-s"}, figure{"Letter/bare", "letters/cpu-s"}, bareMail},
	{"newsletter, letters a CPU-second, signed by Ed25519", 0, true, figure{"Letter/ed25519", "letters/cpu-s"}, figure{"Letter/bare", "letters/cpu-s"}, bareMail},
	{"newsletter, letters a CPU-second, signed by RSA", 0, true, figure{"Letter/rsa", "letters/cpu-s"}, figure{"Letter/bare", "letters/cpu-s"}, bareMail},
	{"newsletter, most memory, MB", 150, false, figure{"Letter/unsigned", "peak-MB"}, figure{}, ""},
	{"ledger, records/s, one a transaction", 0, true, figure{"LedgerAppend/one/ledger", "records/s"}, figure{"LedgerAppend/one/bare", "records/s"}, bareInsert},
	{"ledger, records/s, a hundred a transaction", 0, true, figure{"LedgerAppend/hundred/ledger", "records/s"}, figure{"LedgerAppend/hundred/bare", "records/s"}, bareInsert},
	{"verify a whole statement among 300, p99 ms", 0, false, figure{"Verify/unchanged", "p99-ms"}, figure{"Verify/bare", "p99-ms"}, bareHash},
	{"verify an altered statement, p99 ms", 0, false, figure{"Verify/altered", "p99-ms"}, figure{"Verify/bare", "p99-ms"}, bareHash},
	{"verify a quotation, p99 ms", 0, false, figure{"Verify/quotation", "p99-ms"}, figure{"Verify/bare", "p99-ms"}, bareHash},
	{"verify a foreign text, p99 ms", 0, false, figure{"Verify/foreign", "p99-ms"}, figure{"Verify/bare", "p99-ms"}, bareHash},
}

func main() {
	found, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
	write(os.Stdout, found)
}

// processors is what `go test` puts behind a name.
var processors = regexp.MustCompile(`-\d+$`)

// read takes all figures out of the output of benchmarks, in the order of the
// runs. Other lines are left out.
func read(r io.Reader) (map[figure][]float64, error) {
	out := map[figure][]float64{}
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		word := strings.Fields(scan.Text())
		if len(word) < 4 || !strings.HasPrefix(word[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(word[0], "Benchmark"), "")
		for i := 2; i+1 < len(word); i += 2 {
			v, err := strconv.ParseFloat(word[i], 64)
			if err != nil {
				break
			}
			f := figure{name, word[i+1]}
			out[f] = append(out[f], v)
		}
	}
	return out, scan.Err()
}

// write writes the table. Figures that were not measured are left out.
func write(w io.Writer, found map[figure][]float64) {
	fmt.Fprint(w, "| what | goal | reached | runs | baseline | ratio |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		runs := found[r.reached]
		if len(runs) == 0 {
			continue
		}
		reached := median(runs)
		goal, kept := "", ""
		if r.goal > 0 {
			sign, missed := "<", reached >= r.goal
			if r.atLeast {
				sign, missed = "≥", reached < r.goal
			}
			goal = sign + " " + number(r.goal)
			if missed {
				kept = " **missed**"
			}
		}
		bare, ratio := "", ""
		if all := found[r.bare]; len(all) > 0 {
			bare = number(median(all)) + ", " + r.than
			if b := median(all); b > 0 {
				ratio = number(reached / b)
			}
		}
		between := "one"
		if len(runs) > 1 {
			between = number(slices.Min(runs)) + "–" + number(slices.Max(runs))
		}
		fmt.Fprintf(w, "| %s | %s | **%s**%s | %s | %s | %s |\n", r.what, goal, number(reached), kept, between, bare, ratio)
	}
}

// median is the middle of the runs, the lower one of two.
func median(runs []float64) float64 {
	sorted := slices.Sorted(slices.Values(runs))
	return sorted[(len(sorted)-1)/2]
}

// number writes three digits that count, and thousands apart.
func number(v float64) string {
	switch {
	case v >= 1000:
		s := strconv.FormatFloat(v, 'f', 0, 64)
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return s
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
