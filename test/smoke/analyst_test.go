package smoke

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sifara/test/fakes"
	"sifara/test/fakes/feeds"
)

// TestAnalystsWay goes from a new source and a new topic in four languages to a
// warning, its evidence and a campaign file in the hands of an embassy: on a phone
// in Arabic and at a desk in English.
func TestAnalystsWay(t *testing.T) {
	data := demonstration(t)
	n := serveOwn(t, data, "--fetch-allow", "127.0.0.0/8")
	people := staff(t, data)
	brussels := openOffice(t, n.base, people, "brussels").mission
	for _, a := range []analyst{
		{lang: "ar", width: 390, ago: 5 * time.Hour, place: "زيتونستان", quiet: "أخبار عادية من", loud: "أغلقت السفارة في", narrative: "يزعم أن سفارة زيتونستان أغلقت أبوابها."},
		{lang: "en", width: 1280, ago: 2 * time.Hour, place: "Nakhlistan", quiet: "quiet words of", loud: "closed embassy in", narrative: "It is claimed that the embassy in Nakhlistan has closed."},
	} {
		t.Run(a.lang, func(t *testing.T) {
			a.T, a.data, a.n, a.people, a.desk = t, data, n, people, brussels
			a.browser = newBrowser(t, n.base, a.width)
			a.as(people["analyst"], a.lang)
			a.addSource()
			a.defineTopic()
			a.hear()
			a.readWarning()
			a.openFile()
			a.handOver()
		})
	}
}

// analyst is one who goes the way. place is a word that no other post has.
type analyst struct {
	*testing.T
	*browser
	data, desk string
	n          *node
	people     map[string]string

	lang, place, quiet, loud, narrative string
	width                               int64
	topic, warning, file                string
	ago                                 time.Duration // when many posts came; all topics at once would be a fault
}

func (a *analyst) shows(name string) {
	a.Helper()
	a.picture("analyst-" + a.lang + "-" + name)
	if a.overflows() {
		a.Errorf("%s is wider than the window", name)
	}
}

// addSource adds a feed, after having seen what it would bring.
func (a *analyst) addSource() {
	const items = 12
	site := feeds.Start(a.T, fakes.Setup{Posts: items, First: items, Begin: time.Now().Add(-2 * time.Hour)})
	name := "Feed " + a.lang
	a.open("/console/listen/sources/new")
	a.tick(`input[name="kind"][value="feed"]`)
	a.press(`main form[action="/console/listen/sources/new"] button.btn`)
	a.set("#url", site.URL+"/feed.xml")
	a.set("#name", name)
	a.press(`main form[action="/console/listen/sources"] button[value="test"]`)
	a.wants("what the source would bring", "#tested")
	a.shows("source-tested")
	a.press(`main form[action="/console/listen/sources"] button.btn:not([name])`)
	a.done("the source")
	eventually(a.T, 30*time.Second, "posts of the feed", func() bool {
		number := count(a.T, a.data, "sifara.db", `SELECT number FROM listen_source WHERE name = ?`, name)
		return count(a.T, a.data, "listen.db", `SELECT count(*) FROM listen_post WHERE source = ?`, number) == items
	})
	a.open(a.path())
	a.shows("source")
}

func (a *analyst) defineTopic() {
	a.open("/console/listen/topics/new")
	for _, lang := range []string{"ar", "ckb", "kmr", "en"} {
		a.set("#name_"+lang, a.place+" "+lang)
	}
	a.set("#terms", a.place)
	a.tick("#watched")
	a.press(`main form[action="/console/listen/topics"] button.btn`)
	a.done("the topic")
	a.topic = strings.TrimPrefix(a.path(), "/console/listen/topics/")
}

// hear lets the house hear a month of quiet and an hour of many posts, as a file.
func (a *analyst) hear() {
	var b strings.Builder
	b.WriteString("time,author,text,lang\n")
	line := func(at time.Time, n int, text string) {
		fmt.Fprintf(&b, "%s,person%d,%s %s %d,%s\n", at.UTC().Format(time.RFC3339), n, text, a.place, n, a.lang)
	}
	now := time.Now()
	for i := range 28 * 8 {
		line(now.AddDate(0, 0, -30).Add(time.Duration(i)*3*time.Hour), i, a.quiet)
	}
	for i := range 60 {
		line(now.Add(time.Duration(i)*time.Minute-a.ago), 1000+i, a.loud)
	}
	path := filepath.Join(a.TempDir(), "posts.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		a.Fatal(err)
	}
	as := signedIn(a.T, a.n.base, a.people["analyst"])
	upload(as, path, "Archive "+a.lang)
	keeper := machine{a.T, a.n.base, as.token("listen.view")}
	eventually(a.T, 90*time.Second, "a warning of the last hours", func() bool {
		for _, w := range call[struct {
			Items []struct {
				ID    string
				Since time.Time
			}
		}](keeper, http.MethodGet, "/listen/warnings?topic="+a.topic, nil).Items {
			if now.Sub(w.Since) < 8*time.Hour {
				a.warning = w.ID
			}
		}
		return a.warning != ""
	})
}

// readWarning opens the warning from the list of all, and its evidence.
func (a *analyst) readWarning() {
	a.open("/console/listen/warnings")
	a.follow(`main a[href="/console/listen/warnings/` + a.warning + `"]`)
	a.wants("examples", "main ol li mark")
	a.wants("the new words", "#new-words a")
	a.shows("warning")
	a.press(`form[action$="/acknowledge"] button`)
	a.done("taking note of the warning")
}

// openFile opens a campaign file from the warning, and takes evidence into it.
func (a *analyst) openFile() {
	a.follow(`main a[href^="/console/listen/campaigns/new?warning="]`)
	a.set("#narrative", a.narrative)
	a.set("#confidence", "70")
	a.set("#behaviour", "T0049")
	a.shows("campaign-form")
	a.press(`main form[action="/console/listen/campaigns"] button.btn`)
	a.done("the campaign file")
	a.file = a.path()
	a.follow(`main a[href="` + a.file + `/evidence"]`)
	a.tick(`input[name="posts"]`)
	a.press(`form[action="` + a.file + `/evidence"] button.btn`)
	a.done("the evidence")
	a.wants("the snapshot", `[id^="snapshot-"]`)
}

// handOver gives the file to an embassy, whose head finds it.
func (a *analyst) handOver() {
	a.set("#desk", "m:"+a.desk)
	a.press(`form[action="` + a.file + `/hand"] button.btn`)
	a.done("handing over")
	a.shows("campaign")
	a.as(a.people["head-brussels"], a.lang)
	a.open("/console/listen/campaigns")
	a.follow(`main a[href="` + a.file + `"]`)
	if got := a.text("main"); !strings.Contains(got, a.narrative) {
		a.Errorf("the embassy reads %q", got)
	}
}
