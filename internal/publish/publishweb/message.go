package publishweb

import (
	"net/http"
	"slices"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/share"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// messagePage is one message: where it stands, what may be done, its languages
// and its way so far. GET /console/messages/{id}.
type messagePage struct {
	d       *desk
	m       publish.Message
	acts    publish.Acts
	origins []publish.Origin
	holders []string     // who may take the waiting steps
	missing error        // what stands against submitting
	way     publish.Path // the route it is on, or would take
	pauses  []publish.Pause
	plan    campaign.Campaign // that it is part of, if any
	plans   []ui.Option       // that it may join
	cool    coolView
	// networks is what goes out on each network of the speaker.
	networks []networkView
	talk     *talk // nil in a house without comments
	shares   []share.Share
	mayShare bool
}

func (c *console) message(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	return p.render(w, r, 0)
}

// render shows the page, with a status when something was refused.
func (p messagePage) render(w http.ResponseWriter, r *http.Request, status int) error {
	return web.Render(w, r, web.Page{Title: p.d.title(&p.m), Crumbs: p.d.crumbs(nil), Body: messageView(p), Actions: messageActions(p), Status: status, Intro: p.d.mission(p.m.MissionID) + " · " + p.d.t("publish.kind."+string(p.m.Kind))})
}

func (c *console) messagePage(r *http.Request) (messagePage, error) {
	ctx := r.Context()
	m, err := c.svc.Message(ctx, r.PathValue("id"))
	if err != nil {
		return messagePage{}, err
	}
	p := messagePage{m: m, acts: c.svc.Allowed(ctx, m)}
	if p.d, err = c.desk(r, m); err != nil {
		return p, err
	}
	if p.way, err = c.svc.Way(ctx, m); err != nil {
		return p, err
	}
	p.missing = c.svc.Missing(ctx, m)
	if p.origins, err = c.svc.Origins(ctx, m); err != nil {
		return p, err
	}
	if p.pauses, err = c.svc.PausesOf(ctx, m); err != nil {
		return p, err
	}
	if err = c.namePauses(ctx, p.d, p.pauses); err != nil {
		return p, err
	}
	if p.plan, p.plans, err = c.plansOf(r, p.d, m); err != nil {
		return p, err
	}
	if p.cool, err = c.cooling(r, p.d, &p.m); err != nil {
		return p, err
	}
	if p.networks, err = c.networkViews(ctx, &p.m, nil); err != nil {
		return p, err
	}
	if p.talk, err = c.talkOf(r, p.d, m); err != nil {
		return p, err
	}
	if p.shares, p.mayShare, err = c.sharesOf(r, m); err != nil {
		return p, err
	}
	p.holders, err = c.holders(r, m)
	return p, err
}

// plansOf gives the campaign of a message and those that the reader may have
// it join.
func (c *console) plansOf(r *http.Request, d *desk, m publish.Message) (now campaign.Campaign, open []ui.Option, err error) {
	of, err := c.campaigns.Of(r.Context(), m.ID)
	if err != nil {
		return now, nil, err
	}
	now = of[m.ID]
	list, err := c.campaigns.Open(r.Context(), m.MissionID, d.p.Lang())
	if err != nil {
		return now, nil, err
	}
	draft := d.actor.MayIn(publish.MayDraft, m.Scope())
	for _, x := range list {
		if draft || c.campaigns.May(r.Context(), x) {
			open = append(open, ui.Option{Value: x.ID, Label: x.Name(d.p.Lang()), Checked: x.ID == now.ID})
		}
	}
	return now, open, nil
}

// holders names those who may take one of the steps that wait.
func (c *console) holders(r *http.Request, m publish.Message) ([]string, error) {
	var out []string
	for _, i := range m.Open() {
		people, err := c.takers(r.Context(), m, i)
		if err != nil {
			return nil, err
		}
		for _, name := range people {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// lastRejection is the reason with which a message was last sent back, if it
// has not been submitted again since.
func lastRejection(m *publish.Message) (reason string, a publish.Approval, ok bool) {
	for _, a := range slices.Backward(m.Approvals) {
		if a.Decision == publish.Reject && a.Kind != publish.AfterReview && a.Round == m.Round {
			return a.Reason, a, true
		}
	}
	return "", publish.Approval{}, false
}

// originSteps are the steps before the draft.
func (d *desk) originSteps(missionID string, from []publish.Origin) []ui.Step {
	icons := map[string]string{"warning": "radar", "decision": "gavel", "topic": "hash"}
	var out []ui.Step
	for _, o := range from {
		s := ui.Step{Title: d.t("publish.origin." + o.Kind), When: d.when(missionID, o.At), State: ui.Done, Icon: icons[o.Kind]}
		if o.Href == "" {
			s.Note = o.Title.In(d.p.Lang())
		} else {
			s.Comp = originLink(o.Title.In(d.p.Lang()), o.Href)
		}
		out = append(out, s)
	}
	return out
}

// timeline is the whole way of a message: from what led to it, over its draft
// and the steps of its route, to its release and its end.
func (p messagePage) timeline() []ui.Step {
	d, m := p.d, &p.m
	out := d.originSteps(m.MissionID, p.origins)
	draft := ui.Step{Title: d.t("publish.way.draft"), Note: d.person(m.CreatedBy), When: d.when(m.MissionID, m.CreatedAt), State: ui.Done}
	if m.State == publish.StateDraft || m.State == publish.StateRejected {
		draft.State = ui.Now
	}
	out = append(out, draft)
	for _, a := range m.Approvals {
		if a.Decision == publish.Reject && a.Kind != publish.AfterReview {
			out = append(out, ui.Step{Title: d.t("publish.way.rejected", "step", d.t("publish.step."+string(a.Kind))), Note: d.by(a.ActorID, a.OnBehalfOf) + ": " + a.Reason, When: d.when(m.MissionID, a.At), State: ui.Failed})
		}
	}
	if m.Emergency {
		return append(out, p.emergencySteps()...)
	}
	if m.Round > 0 && m.State != publish.StateDraft && m.State != publish.StateRejected {
		out = append(out, ui.Step{Title: d.t("publish.way.submitted"), Note: d.person(m.SubmittedBy), When: d.when(m.MissionID, m.SubmittedAt), State: ui.Done})
		for i, s := range m.Route.Steps {
			out = append(out, p.routeStep(i, s))
		}
	}
	return append(out, p.end()...)
}

// routeStep is one step of the route with who took it.
func (p messagePage) routeStep(i int, s publish.Step) ui.Step {
	d, m := p.d, &p.m
	step := ui.Step{Title: d.step(s)}
	for _, a := range m.Approvals {
		if a.Step != i || a.Decision != publish.Approve || !a.VoidedAt.IsZero() || a.Round != m.Round {
			continue
		}
		note := d.by(a.ActorID, a.OnBehalfOf)
		if a.Lang != "" {
			note = d.t("publish.way.language", "name", note, "lang", a.Lang)
		}
		if step.Note != "" {
			step.Note += " · "
		}
		step.Note += note
		step.When = d.when(m.MissionID, a.At)
	}
	waits := slices.Contains(m.Open(), i)
	switch {
	case waits:
		step.State, step.When = ui.Now, ""
		if !m.StepDue.IsZero() {
			step.When = d.t("publish.way.until", "time", d.when(m.MissionID, m.StepDue))
		}
		if s.Escalate != nil && slices.Contains(m.Escalated, i) {
			step.Note = d.t("publish.way.escalated", "who", d.asked(s.Escalate.Named))
		}
	case step.Note != "":
		step.State = ui.Done
	}
	return step
}

func (p messagePage) emergencySteps() []ui.Step {
	d, m := p.d, &p.m
	var out []ui.Step
	for _, a := range m.Approvals {
		if a.Kind == publish.EmergencyStep {
			out = append(out, ui.Step{Title: d.t("publish.step.emergency"), Note: d.by(a.ActorID, a.OnBehalfOf) + ": " + a.Reason, When: d.when(m.MissionID, a.At), State: ui.Done, Icon: "bolt"})
		}
	}
	after := ui.Step{Title: d.t("publish.step.after_review"), State: ui.Now, When: d.t("publish.way.until", "time", d.when(m.MissionID, m.ReviewDue))}
	for _, a := range m.Approvals {
		if a.Kind != publish.AfterReview {
			continue
		}
		after.State, after.When, after.Note = ui.Done, d.when(m.MissionID, a.At), d.by(a.ActorID, a.OnBehalfOf)
		if a.Decision == publish.Reject {
			after.State = ui.Failed
		}
		if a.Reason != "" {
			after.Note += ": " + a.Reason
		}
	}
	return append(append(out, after), p.end()...)
}

// end are the release and what followed.
func (p messagePage) end() []ui.Step {
	d, m := p.d, &p.m
	public := ui.Step{Title: d.t("publish.way.public"), Icon: "world"}
	switch {
	case m.WasPublic():
		public.State, public.When = ui.Done, d.when(m.MissionID, m.ReleasedAt)
	case m.State == publish.StateScheduled:
		public.State, public.When = ui.Now, d.t("publish.way.at", "time", d.when(m.MissionID, m.ReleaseAt))
	}
	out := []ui.Step{public}
	if m.State == publish.StateWithdrawn {
		note := m.WithdrawnNote.In(d.p.Lang())
		if m.Expired {
			note = d.t("publish.way.expired")
		}
		out = append(out, ui.Step{Title: d.t("publish.way.withdrawn"), Note: note, When: d.when(m.MissionID, m.WithdrawnAt), State: ui.Failed})
	}
	return out
}

// facts are the settings of a message.
func (d *desk) facts(m *publish.Message) []ui.KeyValue {
	facts := []ui.KeyValue{
		{Key: d.t("publish.field.speaker"), Value: d.mission(m.MissionID)},
		{Key: d.t("publish.field.kind"), Value: d.t("publish.kind." + string(m.Kind))},
		{Key: d.t("publish.field.sensitivity"), Value: d.t("publish.sensitivity." + string(m.Sensitivity))},
		{Key: d.t("publish.field.source"), Value: d.p.LanguageName(string(m.SourceLang))},
	}
	for _, f := range []struct {
		key string
		at  db.Time
	}{{"publish.field.embargo", m.EmbargoUntil}, {"publish.field.not_after", m.NotAfter}} {
		if !f.at.IsZero() {
			facts = append(facts, ui.KeyValue{Key: d.t(f.key), Value: d.when(m.MissionID, f.at)})
		}
	}
	if m.Round > 0 && m.Route.RouteID != "" {
		facts = append(facts, ui.KeyValue{Key: d.t("publish.field.route"), Value: d.why(m.Route)})
	}
	if m.Queued() {
		facts = append(facts, ui.KeyValue{Key: d.t("publish.queue.title"), Value: d.when(m.MissionID, m.QueueAt)})
	}
	if m.Channels != "" {
		var names []string
		for _, x := range m.Channels.List() {
			names = append(names, d.t("publish.channel."+string(x)))
		}
		facts = append(facts, ui.KeyValue{Key: d.t("publish.field.channels"), Value: d.p.List(names)})
	}
	facts = append(facts, d.detailFacts(m)...)
	if m.Exempt != "" {
		facts = append(facts, ui.KeyValue{Key: d.t("publish.field.exempt"), Value: d.t("publish.exempt." + string(m.Exempt))})
	}
	return append(facts, ui.KeyValue{Key: d.t("publish.field.hash"), Value: publish.ShortHash(m.Hash), Ltr: true})
}

// publicPath is the address of the public page, in the reader's language when
// the message has it.
func publicPath(ctxLang i18n.Lang, m *publish.Message) string {
	l := ctxLang
	if _, ok := m.Variant(l); !ok {
		l = m.SourceLang
	}
	return "/" + string(l) + "/statements/" + m.Slug
}

// pastApprovals are those that count no more, the latest first.
func pastApprovals(m *publish.Message) []publish.Approval {
	var out []publish.Approval
	for _, a := range slices.Backward(m.Approvals) {
		if !a.VoidedAt.IsZero() {
			out = append(out, a)
		}
	}
	return out
}

// submit, recall and unschedule are acts without a form of their own.
func (c *console) submit(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = c.svc.Submit(r.Context(), r.PathValue("id"), in.Raw("hash"))
	return done(w, r, err, messagePath(r.PathValue("id")), "publish.done.submitted")
}

func (c *console) recall(w http.ResponseWriter, r *http.Request) error {
	_, err := c.svc.Recall(r.Context(), r.PathValue("id"))
	return done(w, r, err, messagePath(r.PathValue("id")), "publish.done.recalled")
}

func (c *console) unschedule(w http.ResponseWriter, r *http.Request) error {
	_, err := c.svc.Unschedule(r.Context(), r.PathValue("id"))
	return done(w, r, err, messagePath(r.PathValue("id")), "publish.done.unscheduled")
}
