package listenweb

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const ratesPath = root + "/rates"

type ratesPage struct {
	desk
	table    ui.TableProps
	subjects []ui.Option
	rate     string
	errors   map[string]string
}

// rateHref leads to where the rate of a subject is set.
func rateHref(subject string) string { return ratesPath + "?subject=" + subject + "#rate" }

// rateIn is the rate in force among those that were set.
func rateIn(set map[string]listen.AlarmRate, subject string) float64 {
	if s, ok := set[subject]; ok {
		return s.Rate
	}
	return listen.DefaultRate
}

// rateText writes a rate, to the hundredth.
func (d desk) rateText(rate float64) string {
	if rate == math.Trunc(rate) {
		return d.p.Number(int64(rate))
	}
	return d.p.Decimal(rate, 2)
}

// rates shows how many false alarms are borne: GET subject chooses one.
func (p pages) rates(w http.ResponseWriter, r *http.Request) error {
	return p.showRates(w, r, r.URL.Query().Get("subject"), "", nil)
}

func (p pages) showRates(w http.ResponseWriter, r *http.Request, subject, typed string, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	set, err := p.svc.AlarmRates(ctx)
	if err != nil {
		return err
	}
	v := ratesPage{desk: d, rate: typed, errors: web.Errors(r, cause)}
	v.table = ui.TableProps{ID: "rates", Caption: d.T("listen.rates"), Columns: []ui.Column{{Label: d.T("listen.rate.subject")}, {Label: d.T("listen.rate"), Numeric: true}, {Label: d.T("listen.rate.set_at")}}}
	line := func(subject, name, owner string, may bool) {
		rate, since := rateIn(set, subject), d.T("listen.rate.default")
		if s, ok := set[subject]; ok {
			since = d.when(s.SetAt)
		}
		cell := ui.Cell{Text: name, Sub: owner}
		if may {
			cell.Href = rateHref(subject)
			v.subjects = append(v.subjects, ui.Option{Value: subject, Label: name})
		}
		v.table.Rows = append(v.table.Rows, ui.Row{Cells: []ui.Cell{cell, ui.TextCell(d.rateText(rate)), ui.TextCell(since)}})
	}
	for _, t := range topics {
		if t.Watched {
			line(t.ID, t.Name(d.p.Lang()), d.owner(t.MissionID, t.DepartmentID), d.actor.MayIn(listen.ManageTopics, t.Scope()))
		}
	}
	for _, family := range []string{listen.RateOfTags, listen.RateOfPlaces} {
		line(family, d.T("listen.rate."+family), d.T("listen.desk.ministry"), d.actor.MayIn(listen.ManageTopics, perm.Everywhere()))
	}
	for i := range v.subjects {
		v.subjects[i].Checked = v.subjects[i].Value == subject
	}
	if s, ok := set[subject]; ok && typed == "" {
		v.rate = d.rateText(s.Rate)
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.rates"), Intro: d.T("listen.rates.intro"), Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.warnings"), Href: warningsPath}), Body: ratesBody(v)})
}

func (p pages) setRate(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	subject, typed := f.Raw("subject"), strings.TrimSpace(f.Raw("rate"))
	rate, _ := strconv.ParseFloat(strings.NewReplacer("٫", ".", ",", ".").Replace(i18n.ParseDigits(typed)), 64)
	err = p.svc.SetAlarmRate(r.Context(), subject, rate)
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return p.showRates(w, r, subject, typed, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.rate.done"))
	return web.Redirect(w, r, ratesPath)
}
