package engageweb

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// trapField is the name of the field that people neither see nor hear; many
// robots fill every field there is.
const trapField = "company"

// askPage is the form below a statement.
type askPage struct {
	Statement engage.Statement
	Lang      i18n.Lang
	Action    string
	Form      engage.Form
	Email     bool
	In        engage.AskInput
	Human     string // what was typed as answer to the human question
	Errors    map[string]string
	General   string // an error that belongs to no field
}

// fieldOrder is the order in which the summary names wrong fields.
var fieldOrder = []string{"text", "lang", "name", "email", "human"}

func (a askPage) summary() []ui.FieldError {
	var out []ui.FieldError
	if a.General != "" {
		out = append(out, ui.FieldError{Text: a.General})
	}
	for _, f := range fieldOrder {
		if t := a.Errors[f]; t != "" {
			out = append(out, ui.FieldError{Field: f, Text: t})
		}
	}
	return out
}

// title is the statement's in the language of the page, else in any it has.
func (a askPage) title() string {
	for _, l := range append([]i18n.Lang{a.Lang}, i18n.Langs...) {
		if t := a.Statement.Titles[l]; t != "" {
			return t
		}
	}
	return ""
}

// langs are choices of the language in which the question is written; the
// first carries the id that the summary leads to.
func (a askPage) langs() []ui.Option { return langOptions(a.In.Lang) }

func word(n int) string { return "engage.word." + strconv.Itoa(n) }

func (p *pages) askForm(w http.ResponseWriter, r *http.Request) error {
	st, err := p.svc.Statement(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	f, err := p.svc.NewForm(st)
	if err != nil {
		return err
	}
	lang := i18n.From(r.Context()).Lang()
	return p.renderAsk(w, r, askPage{Statement: st, Form: f, In: engage.AskInput{Lang: lang}}, 0)
}

func (p *pages) renderAsk(w http.ResponseWriter, r *http.Request, a askPage, status int) error {
	a.Lang, a.Action, a.Email = i18n.From(r.Context()).Lang(), r.URL.Path, p.svc.TakesEmail()
	w.Header().Set("Cache-Control", "no-store")
	slug := ""
	if m, err := p.org.Mission(r.Context(), a.Statement.MissionID); err == nil {
		slug = m.Slug
	}
	return web.Render(w, r, web.Page{
		Title: web.T(r, "engage.ask.title"), Body: askView(a), Status: status, Mission: slug, NoIndex: true,
		Back: ui.Link{Label: web.T(r, "engage.ask.back"), Href: "/" + string(a.Lang) + "/statements/" + a.Statement.Slug},
	})
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	st, err := p.svc.Statement(r.Context(), r.PathValue("slug"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a := askPage{Statement: st, Human: f.Optional("human", 40), In: engage.AskInput{
		Ticket: f.Raw("ticket"), Trap: f.Raw(trapField), Lang: i18n.Lang(f.Raw("lang")),
		Text: strings.ReplaceAll(f.Raw("text"), "\r\n", "\n"), Name: f.Raw("name"), Email: f.Raw("email"), Agreed: f.Checked("agreed"),
	}}
	a.In.Sum = readSum(r, a.Human)
	// A network may try a few times at once; a person who errs is not locked
	// out, a robot that guesses the human question is slowed.
	err = web.Limit(r.Context(), "engage.ask", 20*time.Second, 8)
	var got engage.Receipt
	if err == nil {
		got, err = p.svc.Ask(r.Context(), st, a.In)
	}
	e, known := errs.Find(err)
	switch {
	case err == nil:
		return web.Redirect(w, r, "/"+string(i18n.From(r.Context()).Lang())+"/questions/follow/"+got.Secret+"?taken=1")
	case !known || e.Kind != errs.Invalid && e.Kind != errs.TooMany:
		return err
	}
	a.Errors = web.Errors(r, err)
	status := http.StatusUnprocessableEntity
	if len(a.Errors) == 0 {
		a.General = web.Message(i18n.From(r.Context()), e)
	}
	if e.Kind == errs.TooMany {
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", "60")
	}
	if a.Form, err = p.svc.AgainForm(st, a.In.Ticket); err != nil {
		return err
	}
	a.Human = ""
	return p.renderAsk(w, r, a, status)
}

// readSum reads the answer to the human question: digits of any script, or the
// word for the number in the page's language in any usual spelling. It is
// negative when it is neither.
func readSum(r *http.Request, typed string) int {
	if n, err := strconv.Atoi(strings.TrimSpace(i18n.ParseDigits(typed))); err == nil {
		return n
	}
	said := strings.Join(strings.Fields(text.Fold(typed)), " ")
	for n := 2; n <= 18; n++ {
		if said != "" && said == text.Fold(web.T(r, word(n))) {
			return n
		}
	}
	return -1
}

// AskLink leads from a statement to the form below it. Title is that of the
// statement, for those who hear links without their surroundings.
func AskLink(lang i18n.Lang, slug, title string) templ.Component { return askLink(lang, slug, title) }
