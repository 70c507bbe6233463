package newsletter

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// Edition is a letter in one language, the same for all who get it but for
// their own links. HTML and Plain hold marks where those stand: see compile.
type Edition struct {
	bun.BaseModel `bun:"table:publish_newsletter_edition,alias:e"`

	LetterID string    `bun:",pk"`
	Lang     i18n.Lang `bun:",pk"`
	Subject  string
	SubjectB string `bun:"subject_b"` // the other wording; empty without a test
	HTML     string `bun:"html"`
	Plain    string
	Content  string // our own clean HTML between head and foot, for the archive

	links []string // addresses of the counted links, by number
}

// Marks in stored editions. The first stands for the token of a recipient, the
// second for as many blanks as put it where compile wants it, the third and a
// number, two digits, for a counted link.
const (
	markToken = "\x02T\x02"
	markPad   = "\x03"
	markLink  = "\x02L"
)

// maxCounted bounds the links of an edition that are counted.
const maxCounted = 90

// store writes an edition and its links.
func (e *Edition) store(ctx context.Context, tx bun.Tx) error {
	if len(e.HTML)+len(e.Plain) > maxLetter/2 {
		return ErrTooLarge
	}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return fmt.Errorf("newsletter: edition: %w", err)
	}
	for n, url := range e.links {
		if _, err := tx.ExecContext(ctx, `INSERT INTO publish_newsletter_link (letter_id, lang, n, url) VALUES (?, ?, ?, ?)`, e.LetterID, e.Lang, n, url); err != nil {
			return fmt.Errorf("newsletter: link: %w", err)
		}
	}
	return nil
}

// editions makes a letter in each language, from the messages as they are
// released now.
func (s *Service) editions(ctx context.Context, t Letter) ([]Edition, error) {
	l, err := s.list(ctx, s.DB.Reader(), t.ListID)
	if err != nil {
		return nil, err
	}
	var all []publish.Message
	for _, id := range t.Messages {
		m, err := s.released(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, ErrNotPublic
	}
	var out []Edition
	for _, lang := range i18n.Langs {
		w, err := s.writing(ctx, t, l, lang)
		if err != nil {
			return nil, err
		}
		out = append(out, w.edition(all))
	}
	return out, nil
}

// writing is what one edition is written with.
type writing struct {
	s     *Service
	t     Letter
	list  List
	p     *i18n.Printer
	who   string // who speaks, by name
	links []string
	plain strings.Builder
	page  strings.Builder
}

func (s *Service) writing(ctx context.Context, t Letter, l List, lang i18n.Lang) (*writing, error) {
	w := &writing{s: s, t: t, list: l, p: s.Words.Printer(lang)}
	if l.MissionID != "" {
		m, err := s.Org.Mission(ctx, l.MissionID)
		if err != nil {
			return nil, err
		}
		w.who = m.Name(lang)
	} else if m, err := s.Org.Ministry(ctx); err == nil {
		w.who = m.Name(lang)
	}
	return w, nil
}

// Speaker is who sends a list's letters, by name; empty in a house without one.
func (s *Service) Speaker(ctx context.Context, l List, lang i18n.Lang) string {
	w, err := s.writing(ctx, Letter{}, l, lang)
	if err != nil {
		return ""
	}
	return w.who
}

// edition writes the letter.
func (w *writing) edition(all []publish.Message) Edition {
	for i, m := range all {
		if w.t.Kind == DigestLetter {
			w.short(m, i == 0)
		} else {
			w.whole(m)
		}
	}
	lang := w.p.Lang()
	e := Edition{LetterID: w.t.ID, Lang: lang, Content: w.page.String()}
	e.Subject, e.SubjectB = w.subject(all[0]), text.Line(w.t.Subjects.B[lang])
	if w.t.Tested() && e.SubjectB == "" {
		e.SubjectB = e.Subject
	}
	e.HTML, e.Plain = w.frame(e.Subject, e.Content), w.around(w.plain.String())
	e.links = w.links
	return e
}

// subject is what was worded, else the title of the message, else the name of
// the digest.
func (w *writing) subject(m publish.Message) string {
	if own := text.Line(w.t.Subjects.A[w.p.Lang()]); own != "" {
		return own
	}
	if w.t.Kind == DigestLetter {
		return w.p.T("newsletter.digest.subject", "name", w.list.Name(w.p.Lang()), "count", len(w.t.Messages))
	}
	title, _ := m.Title(w.p.Lang())
	return text.Line(title)
}

// variant gives the text of a message in the edition's language, else in
// another, with what the letter says of that.
func (w *writing) variant(m publish.Message) (v publish.Variant, note string) {
	if v, ok := m.Variant(w.p.Lang()); ok {
		return v, ""
	}
	_, in := m.Title(w.p.Lang())
	v, _ = m.Variant(in)
	return v, w.p.T("newsletter.letter.other", "wanted", w.p.LanguageName(string(w.p.Lang())), "given", w.p.LanguageName(string(in)))
}

func (w *writing) address(m publish.Message, v publish.Variant) string {
	return w.s.BaseURL + "/" + string(v.Lang) + "/statements/" + m.Slug
}

// whole writes a message in full.
func (w *writing) whole(m publish.Message) {
	v, note := w.variant(m)
	at := w.address(m, v)
	w.heading(v, note, "h1")
	if v.Summary != "" {
		fmt.Fprintf(&w.page, `<p class="lead" %s>%s</p>`, inLang(v.Lang), html.EscapeString(v.Summary))
		w.plain.WriteString(v.Summary + "\n\n")
	}
	fmt.Fprintf(&w.page, `<div %s>%s</div>`, inLang(v.Lang), w.counted(v.HTML()))
	w.plain.WriteString(publish.Plain(v.Body) + "\n\n")
	w.action(at, w.p.T("newsletter.letter.on_site"))
}

// short writes a message as an item of a digest.
func (w *writing) short(m publish.Message, first bool) {
	v, note := w.variant(m)
	if !first {
		w.page.WriteString(`<hr>`)
		w.plain.WriteString("– – –\n\n")
	}
	w.heading(v, note, "h2")
	words := v.Summary
	if words == "" {
		words = begin(publish.Plain(v.Body), 300)
	}
	fmt.Fprintf(&w.page, `<p %s>%s</p>`, inLang(v.Lang), html.EscapeString(words))
	w.plain.WriteString(words + "\n\n")
	w.action(w.address(m, v), w.p.T("newsletter.letter.read_on"))
}

func (w *writing) heading(v publish.Variant, note, level string) {
	fmt.Fprintf(&w.page, `<%s %s>%s</%s>`, level, inLang(v.Lang), html.EscapeString(v.Title), level)
	w.plain.WriteString(v.Title + "\n\n")
	if note != "" {
		fmt.Fprintf(&w.page, `<p class="note">%s</p>`, html.EscapeString(note))
		w.plain.WriteString(note + "\n\n")
	}
}

func (w *writing) action(address, label string) {
	l := w.link(address)
	fmt.Fprintf(&w.page, `<p class="act"><a href="%s">%s</a></p>`, l, html.EscapeString(label))
	w.plain.WriteString(label + "\n" + l + "\n\n")
}

// begin is the beginning of a text, ended between words.
func begin(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + " …"
}

func inLang(l i18n.Lang) string { return fmt.Sprintf(`lang="%s" dir="%s"`, l.Tag(), l.Dir()) }

// link has an address counted and gives its mark; beyond maxCounted the address
// itself.
func (w *writing) link(address string) string {
	if w.t.UTM {
		address = w.tagged(address)
	}
	for n, known := range w.links {
		if known == address {
			return fmt.Sprintf("%s%02d\x02", markLink, n)
		}
	}
	if len(w.links) >= maxCounted || len(address) > 2000 {
		return html.EscapeString(address)
	}
	w.links = append(w.links, address)
	return fmt.Sprintf("%s%02d\x02", markLink, len(w.links)-1)
}

// tagged adds what tells the site that is led to where the reader came from.
func (w *writing) tagged(address string) string {
	before, anchor, has := strings.Cut(address, "#")
	sign := "?"
	if strings.Contains(before, "?") {
		sign = "&"
	}
	before += sign + "utm_source=newsletter&utm_medium=email&utm_campaign=" + w.t.Slug
	if has {
		before += "#" + anchor
	}
	return before
}

// hrefs are the links of our own clean HTML.
var hrefs = regexp.MustCompile(`href="(https?://[^"]*)"`)

// counted has the links of a text counted.
func (w *writing) counted(page string) string {
	return hrefs.ReplaceAllStringFunc(page, func(a string) string {
		return `href="` + w.link(html.UnescapeString(hrefs.FindStringSubmatch(a)[1])) + `"`
	})
}

// stored gives the editions of a letter as they were fixed, by language.
func (s *Service) stored(ctx context.Context, letterID string) (map[i18n.Lang]*Edition, error) {
	var all []Edition
	if err := s.DB.Reader().NewSelect().Model(&all).Where("e.letter_id = ?", letterID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("newsletter: editions: %w", err)
	}
	out := map[i18n.Lang]*Edition{}
	for i := range all {
		out[all[i].Lang] = &all[i]
	}
	return out, nil
}
