package listenweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// follow shows what the file led to, as far as the reader may see it.
func (p pages) follow(r *http.Request, v *campaignPage) error {
	if id := v.f.DecisionID; id != "" {
		x, err := p.campaignSvc.Decision(r.Context(), id)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		v.decision = x.Title
	}
	if id := v.f.AnswerID; id != "" {
		x, err := p.campaignSvc.Answer(r.Context(), id)
		if errs.KindOf(err) == errs.NotFound && err != nil {
			return nil
		}
		if err != nil {
			return err
		}
		v.answerState = x.State
		title := x.Titles[v.p.Lang()]
		for _, t := range x.Titles {
			if title == "" {
				title = t
			}
		}
		v.answer = []ui.KeyValue{
			{Key: v.T("listen.campaign.answer"), Comp: link(title, "/console/messages/"+id)}, {Key: v.T("listen.campaign.approval"), Value: v.T("listen.campaign.message." + x.State)},
			{Key: v.T("listen.campaign.views"), Value: v.p.Number(x.Views)}, {Key: v.T("listen.campaign.readers"), Value: v.p.Number(x.Readers)},
		}
	}
	return nil
}

// done answers an act on a file: back to its page, or the page with what was
// wrong.
func (p pages) done(w http.ResponseWriter, r *http.Request, err error, word, reason string) error {
	if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return p.showCampaign(w, r, err, reason)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, word))
	return web.Redirect(w, r, campaignsPath+"/"+r.PathValue("id"))
}

func (p pages) handCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	options := d.allDesks()
	i := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == f.Raw("desk") })
	if i < 0 {
		return p.done(w, r, errs.InvalidFields(errs.Field{Name: "desk", Key: "web.field.choice"}), "", "")
	}
	mission, department := unitOf(options[i].Value)
	return p.done(w, r, p.campaignSvc.HandOver(r.Context(), r.PathValue("id"), mission, department, options[i].Label), "listen.campaign.handed_over", "")
}

// unitOf reads the value of a choice of desks.
func unitOf(value string) (mission, department string) {
	switch kind, unit, _ := strings.Cut(value, ":"); kind {
	case "m":
		return unit, ""
	case "d":
		return "", unit
	}
	return "", ""
}

func (p pages) linkCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.campaignSvc.Link(r.Context(), r.PathValue("id"), lastPart(f.Raw("decision")), lastPart(f.Raw("answer")))
	return p.done(w, r, err, "listen.campaign.linked", "")
}

// lastPart takes an id, or the address of a page that ends in one.
func lastPart(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

func (p pages) answerCampaign(w http.ResponseWriter, r *http.Request) error {
	return p.done(w, r, p.campaignSvc.MarkAnswered(r.Context(), r.PathValue("id")), "listen.campaign.answered", "")
}

func (p pages) closeCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return p.done(w, r, p.campaignSvc.Close(r.Context(), r.PathValue("id"), f.Raw("reason")), "listen.campaign.closed", f.Raw("reason"))
}

type evidencePage struct {
	desk
	f       campaign.File
	id      string
	options []ui.Option
	links   ui.PageLinks
	errors  map[string]string
}

func (p pages) chooseEvidence(w http.ResponseWriter, r *http.Request) error {
	return p.evidence(w, r, nil)
}

// evidence offers posts: those of the warning first, then what the file's
// search finds, newest first.
func (p pages) evidence(w http.ResponseWriter, r *http.Request, cause error) error {
	ctx := r.Context()
	f, err := p.campaignSvc.File(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	v := evidencePage{desk: d, f: f, id: id.New(), errors: web.Errors(r, cause)}
	path := campaignsPath + "/" + f.ID
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if f.WarningID != "" && before == 0 {
		warning, err := p.svc.Warning(ctx, f.WarningID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		posts, err := p.svc.Posts(ctx, warning.Evidence.Posts)
		if err != nil {
			return err
		}
		for _, x := range posts {
			v.offer(x, true)
		}
	}
	if f.Search != "" {
		q := f.Query()
		q.Limit, q.Before = 50, before
		found, err := p.svc.Search(ctx, q)
		if err != nil {
			return err
		}
		for _, x := range found.Posts {
			v.offer(x.Post, false)
		}
		if found.Next > 0 {
			v.links.OlderHref = path + "/evidence?before=" + strconv.FormatInt(found.Next, 10)
		}
	}
	status := 0
	if cause != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.campaign.take"), Intro: d.T("listen.campaign.take.intro"), Status: status,
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.campaigns"), Href: campaignsPath}, ui.Link{Label: f.Title(d.p.Lang()), Href: path}), Body: evidenceBody(v),
	})
}

func (v *evidencePage) offer(x listen.Post, chosen bool) {
	value := strconv.FormatInt(x.ID, 10)
	if slices.ContainsFunc(v.options, func(o ui.Option) bool { return o.Value == value }) {
		return
	}
	v.options = append(v.options, ui.Option{Value: value, Label: x.Text, Hint: v.p.DateTime(x.At.In(v.zone)) + " · " + v.language(x.Lang), Checked: chosen})
}

func (p pages) takeEvidence(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var posts []int64
	for _, s := range f.All("posts") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			f.Fail("posts", "web.field.choice")
			break
		}
		posts = append(posts, n)
	}
	snapshot, note := f.ID("id"), f.Optional("note", campaign.MaxReason)
	if err = f.Err(); err == nil {
		err = p.campaignSvc.Take(r.Context(), r.PathValue("id"), snapshot, note, posts)
	}
	if errs.KindOf(err) == errs.Invalid && err != nil {
		return p.evidence(w, r, err)
	}
	return p.done(w, r, err, "listen.campaign.taken", "")
}

type frameworkPage struct {
	desk
	facts   []ui.KeyValue
	problem string
	may     bool
}

func (p pages) framework(w http.ResponseWriter, r *http.Request) error {
	return p.showFramework(w, r, "")
}

func (p pages) showFramework(w http.ResponseWriter, r *http.Request, problem string) error {
	d, err := p.desk(r)
	if err != nil {
		return err
	}
	f, _, err := p.campaignSvc.Framework(r.Context())
	if err != nil {
		return err
	}
	v := frameworkPage{desk: d, problem: problem, may: campaign.MayLoad(d.actor)}
	if f.ID != "" {
		v.facts = []ui.KeyValue{
			{Key: d.T("listen.campaign.framework.version"), Value: f.Version, Ltr: true}, {Key: d.T("listen.campaign.framework.techniques"), Value: d.p.Number(f.Techniques)},
			{Key: d.T("listen.campaign.framework.loaded"), Value: d.when(f.LoadedAt)}, {Key: "SHA-256", Value: f.SourceHash, Ltr: true},
		}
	}
	status := 0
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, web.Page{
		Title: d.T("listen.campaign.framework"), Intro: d.T("listen.campaign.framework.intro"), Status: status,
		Crumbs: d.crumbs(ui.Link{Label: d.T("listen.campaigns"), Href: campaignsPath}), Body: frameworkBody(v),
	})
}

func (p pages) loadFramework(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	defer func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}()
	file, _ := f.File("file", campaign.MaxFramework)
	if file == nil {
		return p.showFramework(w, r, web.T(r, "web.field.required"))
	}
	defer file.Close()
	_, err = p.campaignSvc.LoadFramework(r.Context(), file)
	if e, ok := errs.Find(err); ok && e.Kind == errs.Invalid {
		return p.showFramework(w, r, web.T(r, "listen.campaign.framework.bad"))
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.campaign.framework.done"))
	return web.Redirect(w, r, campaignsPath+"/framework")
}
