package smoke

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The statement that the walk brings from a warning to its readers.
var loopTexts = map[string]struct{ title, body string }{
	"ar": {"رعايانا في بروكسل بخير", "تتابع السفارة في بروكسل أوضاع المواطنين العراقيين بعد الهجمات التي وقعت صباح اليوم.\n\nلم يُسجَّل حتى الآن أي عراقي بين الضحايا. رقم الطوارئ متاح على مدار الساعة، ونرجو من المواطنين البقاء في منازلهم."},
	"en": {"Our citizens in Brussels are safe", "The embassy in Brussels is following the situation of Iraqi citizens after the attacks of this morning.\n\nNo Iraqi has been counted among the victims so far. The emergency number answers at any hour, and we ask citizens to stay at home."},
}

const (
	loopQuestion = "هل تبقى السفارة مفتوحة غدًا للمراجعين؟"
	loopAnswer   = "نعم، تبقى السفارة مفتوحة غدًا من التاسعة صباحًا حتى الواحدة ظهرًا."
)

// walk is the whole way through the house, step by step.
type walk struct {
	*testing.T
	data   string
	n      *node
	people map[string]string
	wide   *browser // at a desk, in Arabic
	phone  *browser // at 390 pixels, in English
	keeper machine  // reads what pages show in a form that can be compared

	mission, topic, warning, decision, message, slug, link string
}

// TestLoopOnRealPosts walks from 289,107 real posts to an early warning of the
// attacks of 22 March 2016 in Brussels, over decision, statement and approvals
// to readers, their questions and the figures, with the real program and a real
// browser.
func TestLoopOnRealPosts(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 289,107 posts and walks the whole house in a browser")
	}
	posts := testData(t, "posts_2016h1.csv.gz")
	w := &walk{T: t, data: demonstration(t)}
	w.importPosts(posts)
	w.n = serveOwn(t, w.data)
	w.people = staff(t, w.data)
	w.wide, w.phone = newBrowser(t, w.n.base, 1280), newBrowser(t, w.n.base, 390)
	w.mission = openOffice(t, w.n.base, w.people, "brussels").mission
	w.keeper = machine{t, w.n.base, signedIn(t, w.n.base, w.people["analyst"]).token("listen.view", "publish.view", "assess.view")}
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"search", w.search}, {"topic", w.defineTopic}, {"warning", w.detect}, {"acknowledge", w.acknowledge},
		{"decision", w.decide}, {"draft", w.draft}, {"approve", w.approve}, {"release", w.release},
		{"site and feeds", w.read}, {"verify", w.verify}, {"question", w.ask}, {"answer", w.answer},
		{"figures", w.figures}, {"proof", w.prove}, {"record", w.record},
	} {
		began := time.Now()
		step.run()
		w.wide.picture("loop-ar-" + step.name)
		w.phone.picture("loop-en-" + step.name)
		t.Logf("%-16s %s", step.name, time.Since(began).Round(10*time.Millisecond))
	}
}

// testData finds a file of real data, or skips.
func testData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skipf("no %s: set SIFARA_TEST_DATA to the folder of the real data", name)
	}
	return path
}

func (w *walk) importPosts(path string) {
	began := time.Now()
	out := must(w, w.data, "listen", "import", path, "--map", "time=publish_date,author=author_id,text=content,lang=language", "--json", "--quiet", "--base-url", ownAddress)
	r := decode[struct {
		Read, Stored, Duplicates, Rejected int
		Seconds                            float64
	}](w, out)
	if r.Read != 289107 || r.Stored+r.Duplicates+r.Rejected != r.Read || r.Stored < 280000 {
		w.Fatalf("import: %+v, want 289,107 read", r)
	}
	found := decode[struct {
		Total int
		Posts []struct{ Language, Text string }
	}](w, must(w, w.data, "listen", "search", "بروكسل OR Brussels", "--from", "2016-03-22", "--to", "2016-03-23", "--limit", "50", "--json"))
	if found.Total < 100 || len(found.Posts) != 50 {
		w.Fatalf("search on the command line finds %d", found.Total)
	}
	w.Logf("%-16s %s: %+v", "import", time.Since(began).Round(time.Millisecond), r)
}

func (w *walk) search() {
	w.wide.as(w.people["analyst"], "ar")
	w.wide.open("/console/listen/search?q=%D8%A8%D8%B1%D9%88%D9%83%D8%B3%D9%84") // بروكسل
	w.wide.wants("search in Arabic", "main ol li mark")
	w.phone.as(w.people["analyst"], "en")
	w.phone.open("/console/listen/search")
	w.phone.fill("#q", "Zaventem airport")
	w.phone.follow(`main form[role="search"] button[type="submit"], main form[role="search"] button:not([type])`)
	w.phone.wants("search on a phone", "main ol li mark")
	if w.phone.overflows() {
		w.Error("found posts are wider than a phone")
	}
}

func (w *walk) defineTopic() {
	b := w.wide
	b.open("/console/listen/topics/new")
	for lang, name := range map[string]string{"ar": "هجمات بروكسل", "ckb": "هێرشەکانی برۆکسل", "kmr": "Êrîşên Brukselê", "en": "Attacks in Brussels"} {
		b.set("#name_"+lang, name)
	}
	b.set("#terms", "بروكسل\nبرۆکسل\nBrussels\nBruxelles\nБрюссель\nZaventem")
	b.set("#countries", "BE")
	b.set("#owner", "m:"+w.mission)
	b.tick("#watched")
	b.press(`main form[action="/console/listen/topics"] button.btn`)
	b.done("the topic")
	w.topic = strings.TrimPrefix(b.path(), "/console/listen/topics/")
	// The posts of the past are counted in the background.
	eventually(w, 90*time.Second, "counts of the topic", func() bool {
		return count(w.T, w.data, "sifara.db", `SELECT count(*) FROM listen_topic WHERE id = ? AND counted_version >= terms_version`, w.topic) == 1
	})
	b.open("/console/listen/topics/" + w.topic)
	b.wants("posts of the topic", "main ol li mark")
}

func (w *walk) detect() {
	must(w, w.data, "listen", "detect", "--from", "2016-03-01", "--to", "2016-04-01", "--base-url", ownAddress)
	for _, x := range call[struct {
		Items []struct {
			ID        string    `json:"id"`
			MissionID string    `json:"mission_id"`
			Since     time.Time `json:"since"`
			Observed  int       `json:"observed"`
			Expected  float64   `json:"expected"`
		}
	}](w.keeper, http.MethodGet, "/listen/warnings?topic="+w.topic, nil).Items {
		if x.Since.UTC().Format(time.DateOnly) == "2016-03-22" {
			w.warning = x.ID
			w.Logf("warning since %s: %d observed, %.1f expected", x.Since.UTC().Format(time.RFC3339), x.Observed, x.Expected)
			if x.MissionID != w.mission {
				w.Errorf("the warning went to %q, want the embassy in Brussels", x.MissionID)
			}
		}
	}
	if w.warning == "" {
		w.Fatal("no warning of 22 March 2016")
	}
}

func (w *walk) acknowledge() {
	b := w.wide
	b.open("/console/listen/topics/" + w.topic)
	b.follow(`#warnings a[href="/console/listen/warnings/` + w.warning + `"]`)
	b.wants("examples", "main ol li mark")
	b.wants("the new words", "#new-words a")
	b.press(`form[action$="/acknowledge"] button`)
	b.done("taking note of the warning")
	if b.has(`form[action$="/acknowledge"]`) {
		w.Error("the warning can be taken note of twice")
	}
}

func (w *walk) decide() {
	b := w.wide
	b.as(w.people["head-brussels"], "ar")
	b.open("/console/listen/warnings/" + w.warning)
	b.follow(`main a[href="/console/decisions/new?warning=` + w.warning + `"]`)
	b.wants("the evidence", "#evidence")
	b.set("#title", "هل نُصدر بيانًا عن الهجمات؟")
	b.set("#question", "هل نطمئن المواطنين ببيان علني الآن أم ننتظر التأكيد من السلطات؟")
	b.press(`main form[action="/console/decisions"] button.btn`)
	b.done("the decision file")
	w.decision = strings.TrimPrefix(b.path(), "/console/decisions/")
	for _, option := range []string{"إصدار بيان فوري بالعربية والإنجليزية", "انتظار التأكيد الرسمي"} {
		b.unfold()
		b.set("#option_text", option)
		b.press(`form[action$="/options"] button.btn`)
		b.done("an option")
	}
	b.tick(`form[action$="/decide"] input[name="option"]`)
	b.set("#reasons", "الأسر تسأل، والسلطات أكدت عدم وجود عراقيين بين الضحايا.")
	b.press(`form[action$="/decide"] button.btn`)
	b.done("the decision")
	b.wants("what was decided", "#decision")
}

func (w *walk) draft() {
	b := w.wide
	b.as(w.people["press-brussels"], "ar")
	b.open("/console/decisions/" + w.decision)
	b.follow(`#followed a[href^="/console/messages/new?"]`)
	b.tick(`input[name="source_lang"][value="ar"]`)
	b.press(`main form[action="/console/messages"] button.btn`)
	b.done("the message")
	w.message = strings.TrimSuffix(strings.TrimPrefix(strings.SplitN(b.path(), "?", 2)[0], "/console/messages/"), "/edit")
	for _, lang := range []string{"ar", "en"} {
		b.open("/console/messages/" + w.message + "/edit?lang=" + lang)
		b.set(`#editor-form [name="title"]`, loopTexts[lang].title)
		b.set(`#editor-form [name="body"]`, loopTexts[lang].body)
		if lang == "ar" {
			// What is typed is shown as readers will see it.
			b.do(chromedp.Poll[chromedp.Void](`document.querySelector("#preview-text")?.textContent.includes("رقم الطوارئ")`, chromedp.WithPollingTimeout(20*time.Second)))
		}
		b.press(`#editor-form button[name="then"][value="message"]`)
		b.done("the text in " + lang)
	}
	b.press(`form[action$="/submit"] button`)
	b.done("submitting")
	m := call[message](w.keeper, http.MethodGet, "/messages/"+w.message, nil)
	if w.slug = m.Slug; m.State != "in_review" {
		w.Fatalf("the message is %s, want in review", m.State)
	}
}

// approve lets other people vouch for language and content: one at a desk, one
// on a phone. The author may not.
func (w *walk) approve() {
	w.wide.open("/console/messages/" + w.message + "/approve")
	if w.wide.has(`button[name="act"][value="approve"]`) {
		w.Error("the author may approve their own text")
	}
	w.wide.as(w.people["editor-ar"], "ar")
	w.wide.open("/console/messages?show=waiting")
	w.wide.follow(`main a[href="/console/messages/` + w.message + `"]`)
	w.wide.follow(`#next a[href$="/approve"]`)
	w.wide.press(`button[name="act"][value="approve"]`)
	w.wide.done("the language review")
	w.phone.as(w.people["editor-en"], "en")
	w.phone.open("/console/messages/" + w.message)
	w.phone.follow(`#next a[href$="/approve"]`)
	w.phone.press(`button[name="act"][value="approve"]`)
	w.phone.done("the review of the English")
	w.phone.as(w.people["consul-brussels"], "en")
	w.phone.open("/console/messages/" + w.message)
	w.phone.follow(`#next a[href$="/approve"]`)
	if w.phone.overflows() {
		w.Error("the approval is wider than a phone")
	}
	w.phone.press(`button[name="act"][value="approve"]`)
	w.phone.done("the clearance")
}

func (w *walk) release() {
	b := w.phone
	b.as(w.people["spokesperson"], "en")
	b.open("/console/messages/" + w.message)
	b.follow(`#next a[href$="/release"]`)
	b.tick(`input[name="when"][value="now"]`)
	b.press(`form[action$="/release"] button.btn`)
	b.done("the release")
	m := call[message](w.keeper, http.MethodGet, "/messages/"+w.message, nil)
	if w.slug = m.Slug; m.State != "released" {
		w.Fatalf("the message is %s, want released", m.State)
	}
}

// read is what visitors find: the text in both languages, and in every feed.
func (w *walk) read() {
	for _, x := range []struct {
		b    *browser
		lang string
	}{{w.wide, "ar"}, {w.phone, "en"}} {
		x.b.signOut()
		x.b.open("/" + x.lang + "/missions/brussels")
		x.b.follow(`main a[href="/` + x.lang + `/statements/` + w.slug + `"]`)
		if got := x.b.text("article h1"); got != loopTexts[x.lang].title {
			w.Errorf("title in %s: %q", x.lang, got)
		}
		if got := x.b.text("article .prose"); got != squeeze(loopTexts[x.lang].body) {
			w.Errorf("text in %s: %q", x.lang, got)
		}
		if x.b.overflows() {
			w.Errorf("the statement in %s is wider than the window", x.lang)
		}
	}
	v := visitor(w, w.n.base)
	for _, lang := range []string{"ar", "en"} {
		for _, place := range []string{"", "/missions/brussels"} {
			for _, kind := range []string{"rss", "atom", "json"} {
				path := "/" + lang + place + "/feed." + kind
				a := v.try(http.MethodGet, path, nil)
				if err := wellFormed(kind, a.body); err != nil || !strings.Contains(a.body, ownAddress+"/"+lang+"/statements/"+w.slug) {
					w.Errorf("%s has not the statement (%v)", path, err)
				}
			}
		}
	}
}

// check pastes a text into the page that tells whether it is ours.
func (w *walk) check(what string, b *browser, lang, text, tone string, found bool) {
	b.open("/" + lang + "/verify")
	b.set("#q", text)
	b.press(`main form[action$="/verify"] button`)
	b.wants("a verdict on "+what, ".verdict .notice."+tone)
	if got := b.has(`main .entries a[href$="/statements/` + w.slug + `"]`); got != found {
		w.Errorf("%s: names the statement %t, want %t", what, got, found)
	}
}

func (w *walk) verify() {
	ar, en := loopTexts["ar"], loopTexts["en"]
	w.check("the text", w.wide, "ar", ar.title+"\n\n"+ar.body, "k-success", true)
	w.check("two words changed", w.wide, "ar", strings.NewReplacer("المواطنين العراقيين", "السياح العراقيين", "لم يُسجَّل", "سُجِّل").Replace(ar.body), "k-danger", true)
	w.wide.wants("the two words that were changed", "main ins, main del, main .diff")
	w.check("the body", w.phone, "en", en.body, "k-success", true)
	w.check("two words changed", w.phone, "en", strings.NewReplacer("No Iraqi", "One Iraqi", "at home", "outside").Replace(en.body), "k-danger", true)
	w.check("a foreign text", w.phone, "en", "The weather on the moon will be fine on all days of the coming week, say those who have never been there.", "k-warning", false)
}

// ask asks below the statement, reading the human question as a person does.
func (w *walk) ask() {
	b := w.wide
	b.open("/ar/statements/" + w.slug)
	b.follow(`main a[href="/ar/statements/` + w.slug + `/ask"]`)
	b.fill("#text", loopQuestion)
	b.fill("#name", "زهراء")
	b.tick("#agreed")
	b.fill("#human", humanAnswer(w, b.text(`label[for="human"]`)))
	time.Sleep(formAge)
	b.press(`main form[action$="/ask"] button.btn`)
	b.done("the question")
	w.link = strings.SplitN(b.path(), "?", 2)[0]
	if !strings.HasPrefix(w.link, "/ar/questions/follow/") {
		w.Fatalf("the asker is at %s, want their secret page", w.link)
	}
}

func (w *walk) answer() {
	b := w.phone
	b.as(w.people["press-brussels"], "en")
	b.open("/console/inbox")
	b.follow(`main a[href^="/console/inbox/"]`)
	if got := b.text(".asked"); got != loopQuestion {
		w.Errorf("the question reads %q", got)
	}
	b.set("#body", loopAnswer)
	b.press(`form[action$="/submit"] button.btn:not([formaction])`)
	b.done("the answer")
	question := b.path()
	b.wants("the answer that waits", "#pending")
	w.wide.as(w.people["head-brussels"], "ar")
	w.wide.open(question)
	w.wide.press(`form[action$="/approve"] button.btn`)
	w.wide.done("approving the answer")
	// The page of its author, still open, knows at once.
	b.do(chromedp.Poll[chromedp.Void](`!document.querySelector("#pending") && document.querySelector("#sent-0")`, chromedp.WithPollingTimeout(20*time.Second)))
	w.wide.signOut()
	w.wide.open(w.link)
	if got := w.wide.text("main"); !strings.Contains(got, loopAnswer) {
		w.Errorf("the asker reads %q", got)
	}
	w.wide.open("/ar/missions/brussels/questions")
	if got := w.wide.text("main"); !strings.Contains(got, loopAnswer) {
		w.Errorf("the public answers show %q", got)
	}
}

// figures looks at what came of it, and goes the way back to the warning.
func (w *walk) figures() {
	b := w.wide
	b.as(w.people["unit-head"], "ar")
	path := "/console/assess/statements/" + w.message
	// Counts are stored every few seconds.
	eventually(w, 30*time.Second, "figures of the statement", func() bool {
		got := call[struct {
			WarningID  string `json:"warning_id"`
			DecisionID string `json:"decision_id"`
			Reading    struct{ Views, Readers int }
			Questions  struct {
				Asked, Answered int
				MedianHours     float64 `json:"median_hours"`
			}
			Topic *struct {
				ID string `json:"topic_id"`
			}
		}](w.keeper, http.MethodGet, "/assess/statements/"+w.message, nil)
		if got.WarningID != w.warning || got.DecisionID != w.decision || got.Questions.Asked != 1 || got.Questions.Answered != 1 || got.Questions.MedianHours <= 0 || got.Topic == nil || got.Topic.ID != w.topic {
			w.Fatalf("figures of the statement: %+v", got)
		}
		return got.Reading.Views >= 2 && got.Reading.Readers >= 1
	})
	b.open(path)
	b.wants("the way of the statement", "#loop")
	b.wants("the volume of its topic", "#volume")
	b.wants("the way to the decision", `#loop a[href="/console/decisions/`+w.decision+`"]`)
	b.follow(`#loop a[href="/console/listen/warnings/` + w.warning + `"]`)
	b.open("/console/assess")
	b.follow(`#statement-table a[href="` + path + `"]`)
}

// prove checks the proof where the house cannot be reached.
func (w *walk) prove() {
	b := w.wide
	b.signOut()
	b.open("/en/statements/" + w.slug)
	href := b.attribute(`a[href^="/log/proof/"]`, "href")
	v := visitor(w, w.n.base)
	key := strings.TrimSpace(v.try(http.MethodGet, "/log/key", nil).body)
	elsewhere := w.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(elsewhere, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.Fatal(err)
		}
		return path
	}
	proof := write("proof.json", v.try(http.MethodGet, href, nil).body)
	en := loopTexts["en"]
	r := run(w, filepath.Join(elsewhere, "none"), "verify", proof, "--key", key, "--text", write("text.txt", en.title+"\n\n"+en.body), "--json")
	got := decode[struct{ Verdict, Slug, Language string }](w, r.stdout)
	if r.code != 0 || got.Verdict != "unchanged" || got.Slug != w.slug || got.Language != "en" {
		w.Errorf("the proof offline: exit %d %+v %s", r.code, got, r.stderr)
	}
	if r := run(w, elsewhere, "verify", proof, "--key", key, "--text", write("other.txt", strings.Replace(en.body, "No Iraqi", "One Iraqi", 1))); r.code != 4 {
		w.Errorf("an altered text: exit %d, want 4: %s%s", r.code, r.stdout, r.stderr)
	}
	article := strings.Repeat("Shops were full in the old town this morning and the buses came late to every stop. ", 3) + "“" + strings.Replace(en.body[strings.Index(en.body, "No Iraqi"):], "No Iraqi", "One Iraqi", 1) + "”"
	r = run(w, elsewhere, "verify", proof, "--key", key, "--text", write("article.txt", article), "--json")
	quoted := decode[struct {
		Verdict string
		Quotes  []struct {
			Verdict string
			Pieces  []struct{ Op, Text string }
		}
	}](w, r.stdout)
	if r.code != 4 || quoted.Verdict != "misquoted" || len(quoted.Quotes) != 1 || quoted.Quotes[0].Verdict != "altered" || !strings.Contains(r.stdout, `{"op":"added","text":"One"}`) {
		w.Errorf("an altered quotation in an article: exit %d, %s%s", r.code, r.stdout, r.stderr)
	}
	if r := run(w, elsewhere, "verify", proof, "--key", key, "--text", write("dots.txt", strings.Replace(en.body, "of Iraqi citizens after", "[…]", 1))); r.code != 4 || !strings.Contains(r.stdout, "[-of Iraqi citizens after-]") {
		w.Errorf("a text with dots: exit %d, want 4: %s%s", r.code, r.stdout, r.stderr)
	}
	forged := strings.Replace(v.try(http.MethodGet, href, nil).body, `"index"`, `"indeks"`, 1)
	if r := run(w, elsewhere, "verify", write("forged.json", forged), "--key", key); r.code != 4 {
		w.Errorf("a forged proof: exit %d, want 4: %s%s", r.code, r.stdout, r.stderr)
	}
}

// record verifies the house's record, and again after somebody has changed a
// row behind its back.
func (w *walk) record() {
	w.n.stop(w)
	if r := run(w, w.data, "audit", "verify", "--base-url", ownAddress); r.code != 0 {
		w.Fatalf("the record: %s%s", r.stdout, r.stderr)
	}
	d, err := sql.Open("sqlite", filepath.Join(w.data, "sifara.db"))
	if err != nil {
		w.Fatal(err)
	}
	defer d.Close()
	res, err := d.Exec(`UPDATE audit_log_record SET data = replace(CAST(data AS TEXT), 'publish.release', 'publish.reject') WHERE id IN (SELECT seq FROM audit_entry WHERE act = 'publish.release' AND object_id = ?)`, w.message)
	if err != nil {
		w.Fatal(err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		w.Fatalf("%d entries of the release changed, want 1", n)
	}
	r := run(w, w.data, "audit", "verify", "--json", "--base-url", ownAddress)
	got := decode[struct{ Fault *struct{ Index int } }](w, r.stdout)
	if r.code != 4 || got.Fault == nil {
		w.Errorf("a changed row is not found: exit %d, %s%s", r.code, r.stdout, r.stderr)
	}
}
