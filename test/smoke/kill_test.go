package smoke

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look into a house that does not run
)

// kills is how often each kind of work is interrupted by kill -9.
const kills = 20

// TestKill interrupts imports, releases and answers with kill -9 at random
// moments: afterwards counts are exact, nothing is public twice, nothing is
// stuck, and the record of the house is whole.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program sixty times")
	}
	t.Parallel()
	random := chance(t)
	data := demonstration(t)
	t.Run("import", func(t *testing.T) { killImports(t, random, data) })
	t.Run("release", func(t *testing.T) { killReleases(t, random, data) })
	t.Run("answer", func(t *testing.T) { killAnswers(t, random, data) })
	report := run(t, data, "audit", "verify", "--base-url", ownAddress)
	if report.code != 0 {
		t.Errorf("the record after all that: %s%s", report.stdout, report.stderr)
	}
}

// killedAfter runs a command and kills it after a while. It gives what the
// command printed and whether it came to its end before.
func killedAfter(t *testing.T, data string, after time.Duration, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append(environment(), "SIFARA_DATA="+data)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("%v: %s", err, log.String())
		}
		return out.String(), true
	case <-time.After(after):
		_ = cmd.Process.Kill()
		<-done
		return "", false
	}
}

// lines is a file of posts with known counts.
type lines struct {
	path                                 string
	read, stored, duplicates, rejections int
}

// postsFile writes a file of so many posts that are all new; some stand twice
// and some lines cannot be read.
func postsFile(t *testing.T, number, posts int) lines {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,author,text,lang\n")
	l := lines{path: filepath.Join(t.TempDir(), fmt.Sprintf("posts-%d.csv", number))}
	begin := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(number) * 24 * time.Hour)
	for i := range posts {
		line := fmt.Sprintf("%s,author%d,\"Post %d of file %d: تأشيرة الدخول and passports, said %d times #file%d\",en\n",
			begin.Add(time.Duration(i)*3*time.Second).Format(time.DateTime), i%997, i, number, i%7, number)
		b.WriteString(line)
		l.read, l.stored = l.read+1, l.stored+1
		switch {
		case i%50 == 49:
			b.WriteString(line)
			l.read, l.duplicates = l.read+1, l.duplicates+1
		case i%400 == 3:
			b.WriteString("yesterday,someone,a post without a time,en\n")
			l.read, l.rejections = l.read+1, l.rejections+1
		}
	}
	if err := os.WriteFile(l.path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return l
}

// count asks a store of the house one question.
func count(t *testing.T, data, store, query string, args ...any) int {
	t.Helper()
	d, err := sql.Open("sqlite", "file:"+filepath.Join(data, store)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int
	if err := d.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

const (
	postsStored  = `SELECT count(*) FROM listen_post`
	postsCounted = `SELECT coalesce(sum(posts), 0) FROM listen_volume`
	releaseJobs  = `SELECT count(*) FROM river_job WHERE kind = 'publish.release' AND state <> 'completed'`
	postsIndexed = `SELECT count(*) FROM listen_post_words WHERE listen_post_words MATCH ?`
)

func killImports(t *testing.T, random *rand.Rand, data string) {
	type report struct{ Read, Stored, Duplicates, Rejected int }
	stored, counted := count(t, data, "listen.db", postsStored), count(t, data, "listen.db", postsCounted)
	began := time.Now()
	whole := time.Minute // how long an import takes that nobody kills
	for killed, number := 0, 0; killed < kills || number == 0; number++ {
		file := postsFile(t, number, 30_000)
		for {
			limit := whole
			if number > 0 {
				limit = upTo(random, whole*11/10)
			}
			start := time.Now()
			out, done := killedAfter(t, data, limit, "listen", "import", file.path, "--json", "--quiet")
			if !done {
				killed++
				continue
			}
			if number == 0 {
				whole = time.Since(start)
			}
			got := decode[report](t, out)
			// A run that was killed between its end and its report has done all.
			want, after := report{file.read, file.stored, file.duplicates, file.rejections}, report{file.read, 0, file.stored + file.duplicates, file.rejections}
			if got != want && got != after {
				t.Fatalf("file %d after %d kills: got %+v, want %+v", number, killed, got, want)
			}
			stored, counted = stored+file.stored, counted+file.stored
			break
		}
		if n := count(t, data, "listen.db", postsStored); n != stored {
			t.Fatalf("file %d after %d kills: %d posts in the store, want %d", number, killed, n, stored)
		}
		if n := count(t, data, "listen.db", postsCounted); n != counted {
			t.Fatalf("file %d after %d kills: %d posts counted, want %d", number, killed, n, counted)
		}
		if n := count(t, data, "listen.db", postsIndexed, fmt.Sprintf(`"#file%d"`, number)); n != file.stored {
			t.Fatalf("file %d after %d kills: %d posts in the index, want %d", number, killed, n, file.stored)
		}
	}
	t.Logf("%d kills in %s, an import takes %s", kills, time.Since(began).Round(time.Second), whole.Round(time.Millisecond))
}

func killReleases(t *testing.T, random *rand.Rand, data string) {
	const messages = 30
	people := staff(t, data)
	planned := count(t, data, "sifara.db", releaseJobs) // by the demonstration, for later days
	n := serveOwn(t, data)
	o := openOffice(t, n.base, people, "paris")
	var list []message
	for i := range messages {
		list = append(list, o.approved(fmt.Sprintf("Statement %d released under fire", i), fmt.Sprintf("Text number %d that the embassy lets out at a planned time.", i)))
	}
	// A cycle of start and kill takes about a second: some are due in each.
	at := time.Now().Add(2 * time.Second)
	for i, m := range list {
		list[i] = o.release(m, at.Add(time.Duration(i)*900*time.Millisecond))
	}
	var hits int
	for range kills {
		before := released(t, data)
		time.Sleep(upTo(random, 900*time.Millisecond))
		n.kill()
		if released(t, data) > before {
			hits++
		}
		n = serveOwn(t, data)
	}
	t.Logf("releases went out in %d of %d runs between kills; %d of %d after the last", hits, kills, released(t, data), messages)
	o = o.at(n.base)
	for _, m := range list {
		eventually(t, 60*time.Second, "release of "+m.Slug, func() bool {
			return call[message](o.drafter, http.MethodGet, "/messages/"+m.ID, nil).State == "released"
		})
	}
	releasedOnce(t, n.base, list)
	eventually(t, 30*time.Second, "jobs that wait", func() bool {
		return count(t, data, "sifara.db", releaseJobs) == planned
	})
	n.stop(t)
}

// released counts the messages of the test that are public.
func released(t *testing.T, data string) int {
	return count(t, data, "sifara.db", `SELECT count(*) FROM publish_message m JOIN publish_variant v ON v.message_id = m.id AND v.lang = 'en' WHERE m.state = 'released' AND v.title LIKE '%under fire'`)
}

// releasedOnce wants each text once in the log and once in the feeds.
func releasedOnce(t *testing.T, base string, list []message) {
	t.Helper()
	log := logged(t, base)
	feeds := map[string]int{}
	v := visitor(t, base)
	for _, lang := range []string{"ar", "en"} {
		feed := decode[struct {
			Items []struct{ URL string }
		}](t, v.try(http.MethodGet, "/"+lang+"/missions/paris/feed.json", nil).body)
		for _, i := range feed.Items {
			feeds[i.URL]++
		}
	}
	for _, m := range list {
		for _, lang := range []string{"ar", "en"} {
			if got := log[m.ID+" "+lang]; got != 1 {
				t.Errorf("%s in %s: %d entries in the log, want 1", m.Slug, lang, got)
			}
			if got := feeds[ownAddress+"/"+lang+"/statements/"+m.Slug]; got != 1 {
				t.Errorf("%s in %s: %d items in the feed, want 1", m.Slug, lang, got)
			}
		}
	}
}

func killAnswers(t *testing.T, random *rand.Rand, data string) {
	people := staff(t, data)
	n := serveOwn(t, data)
	o := openOffice(t, n.base, people, "paris")
	statement := o.release(o.approved("Statement that many ask about", "The consular section opens on Sundays from March on."), time.Time{})
	links := askMany(t, n.base, statement.Slug, kills)
	press, head := signedIn(t, n.base, people["press-paris"]), signedIn(t, n.base, people["head-paris"])
	questions := inboxOf(t, press)
	for i, link := range links {
		q := questions[fmt.Sprintf("Question %d: will the section open on Friday?", i)]
		if q == "" {
			t.Fatalf("question %d is not in the inbox", i)
		}
		path := "/console/inbox/" + q
		answer := fmt.Sprintf("No, not on Fridays. Answer %d.", i)
		write := url.Values{"version": {"0"}, "body": {answer}, "publish": {"yes"}}
		// Half of the kills meet the writer, half the second person.
		n = killing(t, data, n, random, i%2 == 0, press, path+"/submit", func() url.Values { return write }, head)
		if got := press.get(path).Find("#pending").Length(); got != 1 {
			t.Fatalf("question %d: %d answers wait, want 1", i, got)
		}
		hash := head.get(path).Find(`form[action$="/approve"] input[name="hash"]`).AttrOr("value", "")
		n = killing(t, data, n, random, i%2 == 1, head, path+"/approve", func() url.Values { return url.Values{"hash": {hash}} }, press)
		page := visitor(t, n.base).get(link)
		if got := strings.Count(squeeze(page.Find("main").Text()), answer); got != 1 {
			t.Fatalf("question %d: the asker sees the answer %d times, want 1", i, got)
		}
		if got := count(t, data, "sifara.db", `SELECT count(*) FROM engage_answer WHERE question_id = ?`, q); got != 1 {
			t.Fatalf("question %d: %d answers stored, want 1", i, got)
		}
	}
	n.stop(t)
}

// killing posts a form, perhaps while the server is killed, and posts the same
// form again until it is taken: what was done is not done twice.
func killing(t *testing.T, data string, n *node, random *rand.Rand, kill bool, p *person, path string, form func() url.Values, others ...*person) *node {
	t.Helper()
	if kill {
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = p.send(http.MethodPost, path, strings.NewReader(form().Encode()), "Content-Type", formType) // may well fail
		}()
		time.Sleep(upTo(random, 40*time.Millisecond))
		n.kill()
		<-done
		n = serveOwn(t, data)
		for _, x := range append(others, p) {
			x.base = n.base
		}
	}
	// The page tells whose act is done already: that is no failure.
	if a := p.submit(path, form()); a.status >= 500 || a.status == http.StatusForbidden || a.status == http.StatusNotFound {
		t.Fatalf("%s again: %d %s", path, a.status, squeeze(a.doc(t).Find("main").Text()))
	}
	return n
}

// askMany asks under a statement as many visitors and gives their secret links.
func askMany(t *testing.T, base, slug string, many int) []string {
	t.Helper()
	type asker struct {
		p    *person
		form url.Values
		from []string
	}
	var askers []asker
	for i := range many {
		p := visitor(t, base)
		from := []string{"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i+1)}
		askers = append(askers, asker{p, p.questionForm("en", slug, fmt.Sprintf("Question %d: will the section open on Friday?", i), from...), from})
	}
	time.Sleep(formAge)
	var links []string
	for i, a := range askers {
		got := a.p.submit("/en/statements/"+slug+"/ask", a.form, a.from...)
		if got.status != http.StatusOK || !strings.HasPrefix(got.path, "/en/questions/follow/") {
			t.Fatalf("question %d: %d at %s: %s", i, got.status, got.path, squeeze(got.doc(t).Find("main").Text()))
		}
		links = append(links, got.path)
	}
	return links
}

// inboxOf gives the ids of open questions by their text.
func inboxOf(t *testing.T, p *person) map[string]string {
	t.Helper()
	m := machine{t, p.base, p.token("engage.view")}
	out := map[string]string{}
	for cursor := ""; ; {
		page := call[struct {
			Items []struct{ ID, Text string }
			Next  string
		}](m, http.MethodGet, "/questions?limit=100&cursor="+url.QueryEscape(cursor), nil)
		for _, q := range page.Items {
			out[q.Text] = q.ID
		}
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}
