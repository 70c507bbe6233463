package smoke

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
)

// TestCampaignsWay goes from the objective of a campaign in four languages over
// its message and the approvals to the public site, the feeds and a newsletter
// that a reader has asked for, and back to the campaign's figures: on a phone in
// Arabic and at a desk in English.
func TestCampaignsWay(t *testing.T) {
	data := demonstration(t)
	n := serveOwn(t, data)
	people := staff(t, data)
	brussels := openOffice(t, n.base, people, "brussels").mission
	for _, c := range []campaigner{
		{lang: "ar", width: 390, name: "أسبوع القراءة", reader: "reader.ar@mail.example", list: "reading-ar"},
		{lang: "en", width: 1280, name: "Week of reading", reader: "reader.en@mail.example", list: "reading-en"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			c.T, c.data, c.n, c.people, c.mission = t, data, n, people, brussels
			c.browser = newBrowser(t, n.base, c.width)
			c.plan()
			c.write()
			c.approve()
			c.findOnSite()
			c.openList()
			c.subscribe()
			c.writeLetter()
			c.readLetter()
			c.figures()
		})
	}
}

// campaigner goes the way. name is what nothing else is called.
type campaigner struct {
	*testing.T
	*browser
	data, mission string
	n             *node
	people        map[string]string

	lang, name, reader, list string
	width                    int64
	campaign, message, slug  string
}

// languages are those of the house.
var languages = []string{"ar", "ckb", "kmr", "en"}

// campaignTexts are the message, one word of each kept for the name.
var campaignTexts = map[string]struct{ title, body string }{
	"ar":  {"دعوة إلى %", "تدعوكم السفارة إلى لقاءات القراءة في مكتبتها، والدخول مجاني للجميع."},
	"ckb": {"بانگهێشت بۆ %", "باڵیۆزخانە بانگهێشتتان دەکات بۆ دانیشتنەکانی خوێندنەوە لە کتێبخانەکەیدا، چوونەژوورەوە بۆ هەمووان بەخۆڕاییە."},
	"kmr": {"Vexwendin bo %", "Balyozxane we vedixwîne civînên xwendinê yên di pirtûkxaneya xwe de; ketin ji bo her kesî belaş e."},
	"en":  {"Invitation to %", "The embassy invites you to readings in its library; admission is free for all."},
}

func (c *campaigner) title(lang string) string {
	return strings.Replace(campaignTexts[lang].title, "%", c.name, 1)
}

func (c *campaigner) shows(name string) {
	c.Helper()
	c.picture("campaign-" + c.lang + "-" + name)
	if c.overflows() {
		c.Errorf("%s is wider than the window", name)
	}
}

// day fills a date.
func (c *campaigner) day(name string, at time.Time) {
	c.set("#"+name+"-day", strconv.Itoa(at.Day()))
	c.set("#"+name+"-month", strconv.Itoa(int(at.Month())))
	c.set("#"+name+"-year", strconv.Itoa(at.Year()))
}

// plan begins the campaign with its objective, expected result and money, and
// sets it going.
func (c *campaigner) plan() {
	c.as(c.people["unit-head"], c.lang)
	c.open("/console/campaigns/new")
	for _, lang := range languages {
		c.set(`[name="names-`+lang+`"]`, c.name+" "+lang)
		c.set(`[name="objective-`+lang+`"]`, campaignTexts[lang].body)
		c.set(`[name="messages-`+lang+`"]`, campaignTexts[lang].body)
		c.set(`[name="result-`+lang+`"]`, campaignTexts[lang].body)
		c.set(`[name="indicator-`+lang+`"]`, c.name)
	}
	c.set(`[name="mission"]`, c.mission)
	c.day("starts", time.Now())
	c.day("ends", time.Now().AddDate(0, 1, 0))
	c.tick(`[name="publics"]`)
	c.tick(`[name="channels"][value="newsletter"]`)
	c.set(`[name="baseline"]`, "10")
	c.set(`[name="target"]`, "50")
	c.shows("form")
	c.press(`main form[action="/console/campaigns"] button.btn`)
	c.done("the campaign")
	c.campaign = c.path()
	c.open(c.campaign + "?view=money")
	c.unfold()
	c.set(`form[action$="/lines"] [name="title"]`, c.name)
	c.set(`form[action$="/lines"] [name="planned"]`, "250")
	c.press(`form[action$="/lines"] button.btn`)
	c.done("a budget line")
	c.shows("money")
	c.open(c.campaign)
	c.press(`#next form[action$="/state"] button`)
	c.done("setting it going")
}

// write begins the campaign's message at its embassy and writes it in four
// languages.
func (c *campaigner) write() {
	c.as(c.people["press-brussels"], c.lang)
	c.open(c.campaign)
	c.follow(`main a[href^="/console/messages/new?campaign="]`)
	c.set(`[name="mission"]`, c.mission)
	c.tick(`input[name="kind"][value="news"]`)
	c.tick(`input[name="source_lang"][value="` + c.lang + `"]`)
	c.press(`main form[action="/console/messages"] button.btn`)
	c.done("the message")
	c.message = strings.TrimSuffix(c.path(), "/edit")
	order := append([]string{c.lang}, languages...)
	for i, lang := range order {
		if i > 0 && lang == c.lang {
			continue
		}
		c.open(c.message + "/edit?lang=" + lang)
		c.set(`#editor-form [name="title"]`, c.title(lang))
		c.set(`#editor-form [name="body"]`, campaignTexts[lang].body)
		c.press(`#editor-form button[name="then"][value="message"]`)
		c.done("the text in " + lang)
	}
	c.shows("message")
	c.press(`form[action$="/submit"] button`)
	c.done("submitting")
}

// approve lets the editors of all languages, the consul and the spokesperson
// vouch for it, each of whom sees what goes out.
func (c *campaigner) approve() {
	for _, post := range []string{"editor-ar", "editor-ku", "editor-en", "consul-brussels"} {
		c.as(c.people[post], c.lang)
		c.open(c.message)
		c.follow(`#next a[href$="/approve"]`)
		for _, lang := range languages {
			if got := c.text("main"); !strings.Contains(got, c.title(lang)) {
				c.Errorf("%s does not see the text in %s", post, lang)
			}
		}
		c.press(`button[name="act"][value="approve"]`)
		c.done("the approval of " + post)
	}
	c.as(c.people["spokesperson"], c.lang)
	c.open(c.message)
	c.follow(`#next a[href$="/release"]`)
	c.shows("release")
	c.tick(`input[name="when"][value="now"]`)
	c.press(`form[action$="/release"] button.btn`)
	c.done("the release")
}

// findOnSite reads it in four languages on the embassy's site and in its feeds.
func (c *campaigner) findOnSite() {
	c.signOut()
	v := visitor(c.T, c.n.base)
	for _, lang := range languages {
		c.open("/" + lang + "/missions/brussels")
		c.follow(`main .entries a[href^="/` + lang + `/statements/"]`)
		if got := c.text("article h1"); got != c.title(lang) {
			c.Errorf("the newest in %s is %q", lang, got)
		}
		c.slug = strings.TrimPrefix(c.path(), "/"+lang+"/statements/")
		for _, kind := range []string{"rss", "atom", "json"} {
			path := "/" + lang + "/missions/brussels/feed." + kind
			if a := v.try(http.MethodGet, path, nil); !strings.Contains(a.body, "/"+lang+"/statements/"+c.slug) {
				c.Errorf("%s has not the message", path)
			}
		}
	}
	c.shows("public")
}

// openList makes a newsletter that anybody may ask for.
func (c *campaigner) openList() {
	c.as(c.people["unit-head"], c.lang)
	c.open("/console/newsletters/lists/new")
	c.set("#slug", c.list)
	for _, lang := range languages {
		c.set("#name-"+lang, c.name+" "+lang)
	}
	c.tick(`[name="open"]`)
	c.press(`main form[action="/console/newsletters/lists"] button.btn`)
	c.done("the newsletter")
}

// subscribe asks for it on the public site, and confirms by the link in the mail.
func (c *campaigner) subscribe() {
	c.signOut()
	c.open("/" + c.lang + "/newsletter")
	c.shows("sign-up")
	label := c.text(`#lists`)
	if !strings.Contains(label, c.name) {
		c.Fatalf("the newsletter is not offered: %s", label)
	}
	c.script(`[...document.querySelectorAll("#lists label")].filter(l => l.textContent.includes(` + quote(c.name) + `)).map(l => document.getElementById(l.htmlFor)).forEach(b => b.checked || b.click())`)
	c.fill("#address", c.reader)
	time.Sleep(formAge)
	c.press(`main form[action="/` + c.lang + `/newsletter"] button.btn`)
	c.done("asking for the newsletter")
	var link string
	eventually(c.T, 20*time.Second, "the letter to confirm", func() bool {
		link = confirmLink.FindString(c.mailTo(c.reader))
		return link != ""
	})
	c.open(link[strings.Index(link, "/"+c.lang+"/"):])
	c.press(`main form button.btn`)
	c.done("confirming")
}

var confirmLink = regexp.MustCompile(`https?://\S+/newsletter/confirm/\S+`)

// writeLetter writes a letter from the message and has another person send it.
func (c *campaigner) writeLetter() {
	c.as(c.people["unit-head"], c.lang)
	c.open("/console/newsletters/letters/new")
	c.script(`for (const [name, words] of [["list", ` + quote(c.name) + `], ["message", ` + quote(c.title(c.lang)) + `]]) { const s = document.querySelector("[name=" + name + "]"); s.value = [...s.options].find(o => o.textContent.includes(words)).value }`)
	for _, lang := range languages {
		c.set(`[name="a-`+lang+`"]`, c.title(lang))
	}
	c.press(`main form[action="/console/newsletters/letters"] button.btn`)
	c.done("the letter")
	letter := c.path()
	c.shows("letter")
	c.as(c.people["spokesperson"], c.lang)
	c.open(letter)
	c.press(`form[action$="/send"] button`)
	c.done("sending")
}

// readLetter finds the letter in the reader's post, in their language, with its
// way out, and takes it.
func (c *campaigner) readLetter() {
	var got string
	eventually(c.T, 60*time.Second, "the letter", func() bool {
		got = c.mailTo(c.reader)
		return strings.Contains(got, "List-Unsubscribe-Post")
	})
	for _, want := range []string{campaignTexts[c.lang].body, "List-Unsubscribe: <", "/newsletter/unsubscribe/"} {
		if !strings.Contains(got, want) {
			c.Errorf("the letter lacks %q:\n%.3000s", want, got)
		}
	}
}

// figures finds the message and its readers on the campaign's page.
func (c *campaigner) figures() {
	c.as(c.people["unit-head"], c.lang)
	c.open(c.campaign)
	if got := c.text("#messages"); !strings.Contains(got, c.title(c.lang)) {
		c.Errorf("the campaign shows %q", got)
	}
	c.shows("overview")
	c.open(c.campaign + "?view=board")
	c.wants("the message on the board", `.board a[href="`+c.message+`"]`)
	c.shows("board")
}

// mailTo is the newest letter to an address that the house has written into its
// folder: header and plain text.
func (c *campaigner) mailTo(address string) string {
	c.Helper()
	files, err := filepath.Glob(filepath.Join(c.data, "mail", "*.eml"))
	if err != nil {
		c.Fatal(err)
	}
	newest, out := time.Time{}, ""
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(raw, []byte(address)) {
			continue // a file that is being renamed is there at the next look
		}
		info, err := os.Stat(path)
		if err != nil || info.ModTime().Before(newest) {
			continue
		}
		newest, out = info.ModTime(), plain(c.T, raw)
	}
	return out
}

// plain gives the header of a letter as it is and its plain text decoded.
func plain(t *testing.T, raw []byte) string {
	t.Helper()
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return head
		}
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, err := p.Header.(*mail.InlineHeader).ContentType(); err == nil && kind == "text/plain" {
			text, err := io.ReadAll(p.Body)
			if err != nil {
				t.Fatal(err)
			}
			return head + "\n\n" + strings.ReplaceAll(string(text), "\r\n", "\n")
		}
	}
}
