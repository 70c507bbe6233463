package engageweb

import (
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"time"

	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// questionPage is the file of one question.
type questionPage struct {
	*engage.File
	Path     string
	Now      time.Time
	Zone     *time.Location
	Mission  string
	Assignee string
	Name     func(string) string
	Kind     ui.Kind
	State    string

	MayAnswer, MayApprove, MayModerate, OwnWork, NeedsApproval bool

	Writing  engage.Writing // what stands in the editor
	Act      string         // whose errors these are
	Errors   map[string]string
	Typed    url.Values // what was sent, shown again
	Problem  string     // an error that belongs to no field
	Theirs   string     // what another saved meanwhile, beside what was typed
	Canned   []engage.Canned
	Similar  []engage.Pair
	People   []ui.Option
	Missions []ui.Option
	History  []ui.Step
}

// Correcting reports whether what is written corrects an answer already sent.
func (q *questionPage) Correcting() bool { return len(q.Sent()) > 0 }

// Editing reports whether the editor is shown.
func (q *questionPage) Editing() bool {
	d := q.Draft()
	return q.MayAnswer && q.ErasedAt.IsZero() && q.File.State != engage.Closed && (d == nil || d.State == engage.Drafted)
}

// Folded reports whether the editor waits behind a sentence: nobody has begun to
// correct an answer that was sent.
func (q *questionPage) Folded() bool {
	return q.Correcting() && q.Draft() == nil && len(q.Errors) == 0 && q.Problem == ""
}

// fieldIDs are the ids of fields whose name stands in several forms of the page.
var fieldIDs = map[string]string{
	"handover/reason": "handover-reason", "close/reason": "why", "note/remark": "remark-note", "close/remark": "remark-close",
}

// bad is the error of a field of one of the page's forms.
func (q *questionPage) bad(act, field string) string {
	if q.Act != act {
		return ""
	}
	return q.Errors[field]
}

// typed is what was written in a field of the form that failed.
func (q *questionPage) typed(act, field string) string {
	if q.Act != act {
		return ""
	}
	return q.Typed.Get(field)
}

func (q *questionPage) summary() []ui.FieldError {
	var out []ui.FieldError
	if q.Problem != "" {
		out = append(out, ui.FieldError{Text: q.Problem})
	}
	for _, f := range slices.Sorted(maps.Keys(q.Errors)) {
		id := fieldIDs[q.Act+"/"+f]
		if id == "" {
			id = f
		}
		out = append(out, ui.FieldError{Field: id, Text: q.Errors[f]})
	}
	return out
}

func (p *pages) question(w http.ResponseWriter, r *http.Request) error {
	page, err := p.load(r)
	if err != nil {
		return err
	}
	if d := page.Draft(); d != nil {
		page.Writing = engage.Writing{Body: d.Body, Note: d.Note, Publish: d.Publish, Version: d.Version}
	} else {
		page.Writing.Publish = page.AgreedPublic
		if page.Correcting() {
			page.Writing.Body = page.Replies[len(page.Replies)-1].Body
			page.Writing.Publish = page.Public
		}
	}
	if cid := r.URL.Query().Get("canned"); cid != "" && page.Editing() {
		c, err := p.svc.Canned(r.Context(), cid)
		if err != nil {
			return err
		}
		if page.Writing.Body != "" {
			page.Writing.Body += "\n\n"
		}
		page.Writing.Body += c.Bodies[page.Lang]
	}
	return p.renderQuestion(w, r, page, 0)
}

func (p *pages) load(r *http.Request) (*questionPage, error) {
	ctx := r.Context()
	qid := r.PathValue("id")
	if !id.Valid(qid) {
		return nil, errs.New(errs.NotFound, "")
	}
	f, err := p.svc.Question(ctx, qid)
	if err != nil {
		return nil, err
	}
	all, err := p.missions(ctx)
	if err != nil {
		return nil, err
	}
	actor := perm.From(ctx)
	page := &questionPage{
		File: f, Path: "/console/inbox/" + f.ID, Now: p.svc.Clock.Now(), Zone: p.zone(ctx, all, f.MissionID), Mission: p.missionName(ctx, all, f.MissionID),
		MayAnswer: actor.MayIn(engage.Answer, f.Scope()), MayApprove: actor.MayIn(engage.Approve, f.Scope()), MayModerate: actor.MayIn(engage.Moderate, f.Scope()),
	}
	page.Kind, page.State = state(ctx, &f.Question, page.Now)
	ids := []string{f.AssigneeID}
	for _, e := range f.Entries {
		ids = append(ids, e.ActorID, e.Subject)
	}
	for _, a := range f.Replies {
		ids = append(ids, a.AuthorID, a.ApprovedBy, a.ReturnedBy)
		for _, e := range a.Editors {
			page.OwnWork = page.OwnWork || a.State == engage.Pending && e == actor.ID
		}
	}
	if page.Name, err = p.people(ctx, ids...); err != nil {
		return nil, err
	}
	page.Assignee = page.Name(f.AssigneeID)
	page.History = p.history(r, page, all)
	return page, p.loadChoices(r, page)
}

// loadChoices adds what the page offers to choose from.
func (p *pages) loadChoices(r *http.Request, page *questionPage) (err error) {
	ctx := r.Context()
	if page.Similar, err = p.svc.Similar(ctx, &page.Question, 5); err != nil {
		return err
	}
	if !page.MayAnswer {
		return nil
	}
	if page.NeedsApproval, err = p.svc.NeedsApproval(ctx, page.MissionID); err != nil {
		return err
	}
	if page.Canned, err = p.svc.CannedAnswers(ctx, page.MissionID, page.Lang); err != nil {
		return err
	}
	people, err := p.svc.Answerers(ctx, page.MissionID)
	if err != nil {
		return err
	}
	for _, x := range people {
		page.People = append(page.People, ui.Option{Value: x.ID, Label: x.Called(i18n.From(ctx).Lang()), Checked: x.ID == page.AssigneeID})
	}
	all, err := p.org.Missions(ctx)
	if err != nil {
		return err
	}
	if page.MissionID != "" {
		page.Missions = append(page.Missions, ui.Option{Value: inboxMinistry, Label: p.missionName(ctx, nil, "")})
	}
	for _, m := range all {
		if m.ID != page.MissionID && m.Open {
			page.Missions = append(page.Missions, ui.Option{Value: m.ID, Label: m.Name(i18n.From(ctx).Lang())})
		}
	}
	return nil
}

func (p *pages) renderQuestion(w http.ResponseWriter, r *http.Request, page *questionPage, status int) error {
	return web.Render(w, r, web.Page{
		Title: number(r.Context(), &page.Question), Body: questionView(page), Status: status,
		Crumbs: []ui.Link{{Label: web.T(r, "engage.inbox.title"), Href: "/console/inbox"}},
	})
}

// again shows the page once more after an error that the person can mend, with
// everything they typed.
func (p *pages) again(w http.ResponseWriter, r *http.Request, cause error, typed *engage.Writing) error {
	e, ok := errs.Find(cause)
	if !ok || e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return cause
	}
	page, err := p.load(r)
	if err != nil {
		return err
	}
	page.Errors, page.Act, page.Typed = web.Errors(r, cause), path.Base(r.URL.Path), r.PostForm
	if len(page.Errors) == 0 {
		page.Problem = web.Message(i18n.From(r.Context()), e)
	}
	if d := page.Draft(); d != nil {
		page.Writing = engage.Writing{Body: d.Body, Note: d.Note, Publish: d.Publish, Version: d.Version}
		if typed != nil && e.Kind == errs.Conflict && d.Version != typed.Version {
			page.Theirs = d.Body
		}
	}
	if typed != nil {
		version := page.Writing.Version
		page.Writing = *typed
		page.Writing.Version = version
	}
	status := http.StatusUnprocessableEntity
	if e.Kind == errs.Conflict {
		status = http.StatusConflict
	}
	return p.renderQuestion(w, r, page, status)
}

// history is the timeline of what happened and of internal notes.
func (p *pages) history(r *http.Request, page *questionPage, all map[string]org.Mission) []ui.Step {
	ctx := r.Context()
	var steps []ui.Step
	for _, e := range page.Entries {
		subject := page.Name(e.Subject)
		switch e.Act {
		case "handed_over":
			subject = p.missionName(ctx, all, e.Subject)
		case "closed":
			subject = web.T(r, "engage.reason."+e.Subject)
		}
		key := "engage.entry." + e.Act
		note := e.Note
		s := ui.Step{Title: web.T(r, key, "actor", page.Name(e.ActorID), "subject", subject), Note: note, When: moment(ctx, e.At, page.Zone), State: ui.Done}
		if e.Act == "noted" {
			s.Icon = "note"
		}
		steps = append(steps, s)
	}
	return steps
}

// done ends an act: with a message and back to the question, or to the inbox
// when the question is no longer in sight.
func (p *pages) done(w http.ResponseWriter, r *http.Request, key string) error {
	web.Flash(r.Context(), ui.Success, web.T(r, key))
	to := "/console/inbox/" + url.PathEscape(r.PathValue("id"))
	if _, err := p.svc.Question(r.Context(), r.PathValue("id")); errs.KindOf(err) == errs.NotFound {
		to = "/console/inbox"
	}
	return web.Redirect(w, r, to)
}
