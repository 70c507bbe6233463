package listenweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// keepUsual is for how many months evidence is kept when nobody says.
const keepUsual = 24

type campaignForm struct {
	desk
	f         campaign.File
	wordings  string
	countries string
	behaviour string
	owner     string
	keep      string
	isNew     bool
	stale     bool
	errors    map[string]string
}

// newCampaign offers a form: GET warning=ID, topic=ID or group=ID fill it.
func (p pages) newCampaign(w http.ResponseWriter, r *http.Request) error {
	if g := r.URL.Query().Get("group"); g != "" {
		f, err := p.groupFile(r.Context(), g)
		if err != nil {
			return err
		}
		return p.campaignForm(w, r, f, strconv.Itoa(keepUsual), nil, true)
	}
	f := campaign.File{ID: id.New(), Titles: map[i18n.Lang]string{}, TLP: "amber"}
	if err := p.fill(r.Context(), &f, r.URL.Query().Get("warning"), r.URL.Query().Get("topic")); err != nil {
		return err
	}
	return p.campaignForm(w, r, f, strconv.Itoa(keepUsual), nil, true)
}

// fill begins a file from the warning or the topic that it came from.
func (p pages) fill(ctx context.Context, f *campaign.File, warningID, topicID string) error {
	if warningID != "" {
		x, err := p.svc.Warning(ctx, warningID)
		if err != nil {
			return err
		}
		day := 24 * time.Hour
		f.WarningID, topicID, f.Search, f.SearchCountry = x.ID, x.TopicID, x.Term, x.Country
		f.From, f.Until = db.At(x.Since.Std().Truncate(day)), db.At(x.Until.Std().Truncate(day).Add(day))
		f.MissionID, f.DepartmentID = x.MissionID, x.DepartmentID
		if x.Country != "" {
			f.Countries = []string{x.Country}
		}
	}
	if topicID == "" {
		return nil
	}
	t, err := p.svc.Topic(ctx, topicID)
	if err != nil {
		return err
	}
	f.TopicID, f.Search, f.Titles = t.ID, t.Query(), t.Names
	return nil
}

// groupFile begins a file from a group, and says in the reader's language what
// speaks for it being one.
func (p pages) groupFile(ctx context.Context, groupID string) (campaign.File, error) {
	f, err := p.groups.Draft(ctx, groupID)
	if err != nil {
		return f, err
	}
	g, err := p.groups.Group(ctx, groupID)
	d := desk{p: i18n.From(ctx)}
	f.Basis = d.T("listen.group.basis", "title", d.groupTitle(g), "chance", d.chance(g.P))
	return f, err
}

// open opens a file; the posts of the group that it comes from are its first
// evidence.
func (p pages) open(ctx context.Context, f campaign.File, keep int) error {
	if f.Group == "" {
		return p.campaignSvc.Open(ctx, f, keep)
	}
	return p.groups.OpenFile(ctx, f, keep, i18n.From(ctx).T("listen.group.snapshot"))
}

func (p pages) editCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := p.campaignSvc.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.campaignForm(w, r, f, "", nil, false)
}

func (p pages) campaignForm(w http.ResponseWriter, r *http.Request, f campaign.File, keep string, cause error, isNew bool) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := campaignForm{desk: d, f: f, wordings: strings.Join(f.Wordings, "\n"), keep: keep, isNew: isNew, errors: web.Errors(r, cause), stale: errs.KindOf(cause) == errs.Conflict}
	var names, techniques []string
	for _, c := range f.Countries {
		names = append(names, d.p.Country(c))
	}
	for _, t := range f.Behaviour {
		techniques = append(techniques, t.ID)
	}
	v.countries, v.behaviour = strings.Join(names, "\n"), strings.Join(techniques, "\n")
	switch {
	case f.MissionID != "":
		v.owner = "m:" + f.MissionID
	case f.DepartmentID != "":
		v.owner = "d:" + f.DepartmentID
	}
	title, status := d.T("listen.campaign.edit"), 0
	if isNew {
		title = d.T("listen.campaign.new")
	}
	if cause != nil {
		status = http.StatusUnprocessableEntity
		if v.stale {
			status = http.StatusConflict
		}
	}
	return web.Render(w, r, web.Page{Title: title, Status: status, Crumbs: d.crumbs(ui.Link{Label: d.T("listen.campaigns"), Href: campaignsPath}), Body: campaignFormBody(v)})
}

func (p pages) openCampaign(w http.ResponseWriter, r *http.Request) error {
	f, keep, err := p.readCampaign(r)
	if err == nil {
		err = p.open(r.Context(), f, keep)
	}
	return p.campaignSaved(w, r, f, keep, err, true)
}

func (p pages) saveCampaign(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.campaignSvc.File(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	f, _, err := p.readCampaign(r)
	f.ID = r.PathValue("id")
	if err == nil {
		err = p.campaignSvc.Save(r.Context(), f)
	}
	return p.campaignSaved(w, r, f, 0, err, false)
}

func (p pages) campaignSaved(w http.ResponseWriter, r *http.Request, f campaign.File, keep int, err error, isNew bool) error {
	if k := errs.KindOf(err); err != nil && (k == errs.Invalid || k == errs.Conflict) {
		return p.campaignForm(w, r, f, strconv.Itoa(keep), err, isNew)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.campaign.saved"))
	return web.Redirect(w, r, campaignsPath+"/"+f.ID)
}

// readCampaign reads the form. The file is filled as far as it could be read,
// so that it can be shown again.
func (p pages) readCampaign(r *http.Request) (f campaign.File, keep int, err error) {
	form, err := web.ReadForm(r)
	if err != nil {
		return f, 0, err
	}
	f = campaign.File{Titles: map[i18n.Lang]string{}, Group: form.Optional("group", 64), TLP: form.Choice("tlp", campaign.TLPs()...)}
	if r.PathValue("id") == "" {
		f.ID, f.WarningID, f.TopicID = form.ID("id"), form.OptionalID("warning"), form.OptionalID("topic")
		keep = form.Int("keep", 1, campaign.KeepMost)
		f.MissionID, f.DepartmentID = unitOf(form.Raw("owner"))
		d, err := p.desk(r)
		if err != nil {
			return f, keep, err
		}
		if !slices.ContainsFunc(d.ownDesks(campaign.Manage, ""), func(o ui.Option) bool { return o.Value == form.Raw("owner") }) {
			form.Fail("owner", "web.field.choice")
		}
	} else {
		f.Version = int64(form.Int("version", 1, 1<<30))
	}
	for _, l := range i18n.Langs {
		f.Titles[l] = form.Optional("title_"+string(l), campaign.MaxTitle)
	}
	f.Narrative, f.Basis = form.Text("narrative", campaign.MaxText), form.Optional("basis", campaign.MaxText)
	f.Wordings, f.Search = splitLines(form.Raw("wordings")), form.Raw("search")
	if c := form.Raw("search_country"); c == "" || slices.Contains(countryCodes, c) {
		f.SearchCountry = c
	}
	f.Confidence = int64(form.Int("confidence", 1, 99))
	for _, s := range splitLines(strings.NewReplacer("،", "\n", ",", "\n", " ", "\n").Replace(form.Raw("behaviour"))) {
		f.Behaviour = append(f.Behaviour, campaign.Technique{ID: s})
	}
	zone := p.org.Zone(r.Context(), "")
	if t := form.Date("from", zone); !t.IsZero() {
		f.From = db.At(t)
	}
	if t := form.Date("until", zone); !t.IsZero() {
		f.Until = db.At(t.AddDate(0, 0, 1))
	}
	codes, unknown := countriesOf(r, splitLines(strings.NewReplacer("،", "\n", ",", "\n").Replace(form.Raw("countries"))))
	if f.Countries = codes; len(unknown) > 0 {
		form.Fail("countries", "listen.topic.bad_country", "country", unknown[0])
	}
	return f, keep, form.Err()
}

func (f campaignForm) action() string {
	if f.isNew {
		return campaignsPath
	}
	return campaignsPath + "/" + f.f.ID
}

func (f campaignForm) titleProps(l i18n.Lang) ui.FieldProps {
	name := "title_" + string(l)
	return ui.FieldProps{Name: name, Label: f.T("listen.campaign.title", "language", l.Name()), Value: f.f.Titles[l], Error: f.errors[name], Lang: l.Tag(), Dir: l.Dir(), MaxLength: campaign.MaxTitle, Optional: true}
}

func (f campaignForm) day(name, label string, t db.Time, last bool) ui.DateProps {
	v := ui.DateProps{Name: name, Label: label, Optional: true, Error: f.errors[name]}
	if t.IsZero() {
		return v
	}
	x := t.In(f.zone)
	if last {
		x = lastDay(x)
	}
	v.Day, v.Month, v.Year = strconv.Itoa(x.Day()), strconv.Itoa(int(x.Month())), strconv.Itoa(x.Year())
	return v
}

func (f campaignForm) confidence() string {
	if f.f.Confidence == 0 {
		return ""
	}
	return strconv.FormatInt(f.f.Confidence, 10)
}

// scale writes the whole scale of confidence.
func (f campaignForm) scale() []ui.KeyValue {
	var out []ui.KeyValue
	for _, s := range campaign.Scale() {
		out = append(out, ui.KeyValue{Key: f.T("listen.campaign.likely." + string(s.Words)), Value: f.T("listen.campaign.range", "low", f.p.Number(s.Low), "high", f.p.Percent(float64(s.High)/100))})
	}
	return out
}

func (f campaignForm) tlps() []ui.Option {
	var out []ui.Option
	for _, t := range campaign.TLPs() {
		out = append(out, ui.Option{Value: t, Label: f.T("listen.campaign.tlp." + t), Checked: t == f.f.TLP})
	}
	return out
}

// The API describes files by these names.
type (
	listenCampaign campaign.File
	listenSnapshot campaign.Snapshot
)

// mayOpenCampaign reports whether the reader may open a file from a warning.
func mayOpenCampaign(d desk, w listen.Warning) bool { return d.actor.MayIn(campaign.Manage, w.Scope()) }
