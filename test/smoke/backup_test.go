package smoke

import (
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sifara/internal/id"
)

// TestBackupWhileWriting takes a backup of a house into which posts flow and
// in which officials write, and wants all that was there before it in the house
// that is restored from it.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		restored := filepath.Join(t.TempDir(), "restored")
		backupWhileWriting(t, demonstration(t), restored, nil, nil)
	})
	t.Run("postgres", func(t *testing.T) {
		if _, err := exec.LookPath("pg_dump"); err != nil {
			t.Skip("no pg_dump: PostgreSQL's client programs make such backups")
		}
		data, from := demonstrationOnPostgres(t)
		to := newDatabase(t, emptyDatabase)
		restored := filepath.Join(t.TempDir(), "restored")
		backupWhileWriting(t, data, restored, []string{"--database-url", from}, []string{"--database-url", to})
	})
}

// backupWhileWriting works on the house at data and restores into restored;
// the flags name their databases.
func backupWhileWriting(t *testing.T, data, restored string, from, to []string) {
	n := serveOwn(t, data, from...)
	people := staff(t, data, from...)
	press := signedIn(t, n.base, people["press-paris"])
	w := &writers{t: t, data: data, flags: from, press: press, stop: make(chan struct{})}
	w.start()
	eventually(t, 60*time.Second, "first writes", func() bool { return len(w.drafted()) > 2 && w.imported() > 0 })
	drafts := w.drafted()
	posts := found(t, data, from)
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	report := decode[struct {
		Bytes int64
		Keys  bool
	}](t, must(t, data, append([]string{"backup", file, "--keys", "--json", "--base-url", ownAddress}, from...)...))
	written := len(w.drafted()) - len(drafts)
	w.end()
	n.stop(t)
	if report.Bytes == 0 || !report.Keys {
		t.Errorf("report of the backup %+v", report)
	}
	t.Logf("%d bytes; %d messages written before, %d meanwhile, %d posts before", report.Bytes, len(drafts), written, posts)

	must(t, restored, append([]string{"restore", file, "--base-url", ownAddress}, to...)...)
	if r := run(t, restored, append([]string{"audit", "verify", "--base-url", ownAddress}, to...)...); r.code != 0 {
		t.Fatalf("the restored record: %s%s", r.stdout, r.stderr)
	}
	if r := run(t, restored, append([]string{"doctor", "--base-url", ownAddress}, to...)...); r.code != 0 {
		t.Errorf("doctor of the restored house: %s%s", r.stdout, r.stderr)
	}
	if got := found(t, restored, to); got < posts {
		t.Errorf("%d posts restored, want at least the %d of before", got, posts)
	}
	n = serveOwn(t, restored, to...)
	press.base = n.base // the session was in the backup
	for i, m := range drafts {
		if i%max(1, len(drafts)/5) == 0 {
			press.get("/console/messages/" + m)
		}
	}
	for _, page := range []string{"/ar", "/en/statements", "/en/feed.atom", "/log/checkpoint"} {
		if a := visitor(t, n.base).try(http.MethodGet, page, nil); a.status != http.StatusOK {
			t.Errorf("%s of the restored house: %d", page, a.status)
		}
	}
	// It works on: a statement goes all the way, and the log goes on.
	o := openOffice(t, n.base, people, "paris")
	releasedOnce(t, n.base, []message{o.release(o.approved("Written in the restored house", "The work goes on from the backup."), time.Time{})})
}

// found counts posts that the writers import, by a search.
func found(t *testing.T, data string, flags []string) int {
	t.Helper()
	return decode[struct{ Total int }](t, must(t, data, append([]string{"listen", "search", "passports", "--limit", "1", "--json", "--base-url", ownAddress}, flags...)...)).Total
}

// writers write into a house until they are stopped.
type writers struct {
	t     *testing.T
	data  string
	flags []string
	press *person
	stop  chan struct{}
	wg    sync.WaitGroup

	mu     sync.Mutex
	drafts []string
	files  int
	failed []string
}

func (w *writers) start() {
	var files []lines
	for i := range 6 {
		files = append(files, postsFile(w.t, i, 30_000))
	}
	w.wg.Go(func() {
		for i := 0; !w.stopped(); i++ {
			args := append([]string{"listen", "import", files[i%len(files)].path, "--quiet", "--json", "--base-url", ownAddress}, w.flags...)
			r := run(w.t, w.data, args...)
			w.note(r.code == 0, "import: "+r.stderr, func() { w.files++ })
		}
	})
	w.wg.Go(func() {
		mission := w.press.get("/console/messages/new").Find(`[name="mission"] option[value]:not([value=""]), input[name="mission"]`).AttrOr("value", "")
		for i := 0; !w.stopped(); i++ {
			m := id.New()
			a, err := w.press.send(http.MethodPost, "/console/messages", strings.NewReader(url.Values{"id": {m}, "mission": {mission}, "kind": {"news"}, "sensitivity": {"routine"}, "source_lang": {"en"}}.Encode()), "Content-Type", formType)
			if err == nil && a.status == http.StatusOK {
				a, err = w.press.send(http.MethodPost, "/console/messages/"+m+"/edit", strings.NewReader(url.Values{"lang": {"en"}, "version": {"0"}, "title": {fmt.Sprintf("Draft %d", i)}, "body": {"Written while the backup is taken."}}.Encode()), "Content-Type", formType)
			}
			w.note(err == nil && a.status == http.StatusOK, fmt.Sprintf("draft: %d %v", a.status, err), func() { w.drafts = append(w.drafts, m) })
		}
	})
}

func (w *writers) note(ok bool, problem string, done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ok {
		done()
	} else {
		w.failed = append(w.failed, problem)
	}
}

func (w *writers) stopped() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// end stops the writers; a write that failed meanwhile is an error.
func (w *writers) end() {
	close(w.stop)
	w.wg.Wait()
	if len(w.failed) > 0 {
		w.t.Errorf("%d writes failed while the backup was taken, the first: %s", len(w.failed), w.failed[0])
	}
}

func (w *writers) drafted() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string{}, w.drafts...)
}

func (w *writers) imported() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.files
}
