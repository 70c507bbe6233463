package listenweb

import (
	"net/http"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/brief"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

const alertsPath = root + "/alerts"

type alertsPage struct {
	desk
	rules  []alertRow
	form   brief.Alert
	least  string
	errors map[string]string
	topics []ui.Option
	places []ui.Option
	views  []ui.Option
	desks  []ui.Option
	whom   []ui.Option
	id     string
}

type alertRow struct {
	a                 brief.Alert
	what, whom, state string
}

func (p pages) alerts(w http.ResponseWriter, r *http.Request) error {
	a := brief.Alert{ViewID: r.URL.Query().Get("view"), TopicID: r.URL.Query().Get("topic"), Receiver: brief.ToMe, Least: 10}
	return p.showAlerts(w, r, a, nil)
}

// addAlert makes a rule: POST id, name, view or topic and country, least,
// receiver, desk.
func (p pages) addAlert(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a := brief.Alert{ID: f.Raw("id"), Name: f.Raw("name"), ViewID: f.Raw("view"), TopicID: f.Raw("topic"), Country: f.Raw("country"), Receiver: f.Raw("receiver")}
	a.Least, _ = strconv.ParseInt(i18n.ParseDigits(f.Raw("least")), 10, 64)
	if a.Receiver == brief.ToDesk {
		a.MissionID, a.DepartmentID = unitOf(f.Raw("desk"))
	}
	if !id.Valid(a.ID) {
		a.ID = id.New()
	}
	err = p.briefs.AddAlert(r.Context(), a)
	if e, ok := errs.Find(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return p.showAlerts(w, r, a, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.alert.added"))
	return web.Redirect(w, r, alertsPath)
}

func (p pages) switchAlert(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if f.Raw("act") == "remove" {
		err = p.briefs.RemoveAlert(r.Context(), r.PathValue("id"))
	} else {
		err = p.briefs.Switch(r.Context(), r.PathValue("id"), f.Raw("act") == "on")
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, alertsPath)
}

func (p pages) showAlerts(w http.ResponseWriter, r *http.Request, form brief.Alert, cause error) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := alertsPage{desk: d, form: form, errors: web.Errors(r, cause), places: d.countries(form.Country), id: id.New()}
	if form.Least > 0 {
		v.least = strconv.FormatInt(form.Least, 10)
	}
	list, err := p.briefs.Alerts(ctx)
	if err != nil {
		return err
	}
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return err
	}
	views, err := p.briefs.Views(ctx)
	if err != nil {
		return err
	}
	for _, t := range topics {
		v.topics = append(v.topics, ui.Option{Value: t.ID, Label: t.Name(d.p.Lang()), Checked: t.ID == form.TopicID})
	}
	names := map[string]string{}
	for _, x := range views {
		names[x.ID] = x.Name
		v.views = append(v.views, ui.Option{Value: x.ID, Label: x.Name, Checked: x.ID == form.ViewID})
	}
	for _, a := range list {
		v.rules = append(v.rules, d.alertRow(a, topicMap(topics), names))
	}
	v.receivers()
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
		if e, ok := errs.Find(cause); ok && len(e.Fields) == 0 {
			v.errors = map[string]string{"name": d.T(e.Key, e.Args...)}
		}
	}
	return web.Render(w, r, web.Page{Title: d.T("listen.alerts"), Intro: d.T("listen.alerts.intro"), Crumbs: d.crumbs(), Status: status, Body: alertsBody(v)})
}

// receivers are the choices of whom to tell that the reader has.
func (v *alertsPage) receivers() {
	for _, o := range v.allDesks() {
		m, dep := unitOf(o.Value)
		a := brief.Alert{MissionID: m, DepartmentID: dep}
		if v.actor.MayIn(listen.Warn, a.Desk()) {
			o.Checked = m == v.form.MissionID && dep == v.form.DepartmentID
			v.desks = append(v.desks, o)
		}
	}
	for _, x := range brief.Receivers() {
		o := ui.Option{Value: x, Label: v.T("listen.alert.to." + x), Checked: x == v.form.Receiver}
		switch {
		case x == brief.ToDesk && len(v.desks) == 0, x == brief.ToWebhook && !v.actor.MayIn(listen.Warn, perm.Everywhere()):
			continue
		case x == brief.ToDesk:
			o.Then = ui.Select(ui.ChoiceProps{Name: "desk", Label: v.T("listen.desk"), Options: v.desks, Error: v.errors["desk"]})
		case x == brief.ToWebhook:
			o.Hint = v.T("listen.alert.to.webhook.hint")
		}
		v.whom = append(v.whom, o)
	}
}

// alertRow says what a rule is about and whom it tells.
func (d desk) alertRow(a brief.Alert, topics map[string]listen.Topic, views map[string]string) alertRow {
	row := alertRow{a: a, whom: d.T("listen.alert.to." + a.Receiver), state: d.T("listen.alert.never")}
	if !a.ToldAt.IsZero() {
		row.state = d.T("listen.alert.told", "when", d.when(a.ToldAt))
	}
	if a.Receiver == brief.ToDesk {
		row.whom = d.owner(a.MissionID, a.DepartmentID)
	}
	topic := d.T("listen.alert.any")
	if a.TopicID != "" {
		if topic = topics[a.TopicID].Name(d.p.Lang()); topic == "" {
			topic = d.T("listen.topic.gone")
		}
	}
	switch {
	case a.ViewID != "":
		name := views[a.ViewID]
		if name == "" {
			name = a.Name
		}
		row.what = d.T("listen.alert.about.view", "count", a.Least, "name", name)
	case a.Country != "":
		row.what = d.T("listen.warning.in_country", "topic", topic, "country", d.p.Country(a.Country))
	default:
		row.what = topic
	}
	return row
}
