package publishweb

import (
	"net/http"
	"net/url"
	"strconv"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// approvalPage shows exactly what will go out, and takes the judgement of
// those who may give it: GET /console/messages/{id}/approve.
type approvalPage struct {
	messagePage
	form
	step  publish.Step
	at    int         // index of the step in the route
	langs []i18n.Lang // that the reader may vouch for
	tones []toneView
}

// stepHere is the step that the reader may take, or else the first that waits.
func (p messagePage) stepHere() (publish.Step, int) {
	at := p.m.Step
	if open := p.m.Open(); len(open) > 0 {
		at = open[0]
	}
	if p.acts.Reject {
		at = p.acts.Step
	}
	if at >= len(p.m.Route.Steps) {
		return publish.Step{}, 0
	}
	return p.m.Route.Steps[at], at
}

func (c *console) approval(w http.ResponseWriter, r *http.Request) error {
	p, err := c.messagePage(r)
	if err != nil {
		return err
	}
	return c.showApproval(w, r, p, p.d.fresh(url.Values{}))
}

func (c *console) showApproval(w http.ResponseWriter, r *http.Request, mp messagePage, f form) error {
	p := approvalPage{messagePage: mp, form: f}
	p.step, p.at = p.stepHere()
	var err error
	if p.langs, err = c.svc.Reviewable(r.Context(), p.m, p.at); err != nil {
		return err
	}
	if p.tones, err = c.tones(r, mp.d, &p.m); err != nil {
		return err
	}
	title := mp.d.t("publish.approve.title")
	if p.m.AwaitsReview() {
		title = mp.d.t("publish.step.after_review")
	} else if p.step.Kind != "" {
		title = mp.d.t("publish.approve.title_step", "step", mp.d.step(p.step))
	}
	return web.Render(w, r, web.Page{Title: title, Crumbs: mp.d.crumbs(&mp.m), Body: approvalView(p), Wide: true, Status: f.status})
}

// judge takes the judgement: POST /console/messages/{id}/approve.
func (c *console) judge(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	ctx, messageID := r.Context(), r.PathValue("id")
	j := publish.Judgement{Step: number(in.Raw("step")), Hash: in.Raw("hash"), Reason: in.Raw("reason")}
	for _, s := range in.All("langs") {
		if l, ok := i18n.Parse(s); ok {
			j.Langs = append(j.Langs, l)
		}
	}
	said := "publish.done.approved"
	switch act := in.Raw("act"); act {
	case "approve":
		_, err = c.svc.Approve(ctx, messageID, j)
	case "reject":
		said = "publish.done.rejected"
		_, err = c.svc.Reject(ctx, messageID, j)
	case "after_approve", "after_reject":
		said = "publish.done.judged"
		d := publish.Approve
		if act == "after_reject" {
			d = publish.Reject
		}
		_, err = c.svc.Judge(ctx, messageID, j.Hash, d, j.Reason)
	default:
		return errs.New(errs.Invalid, "")
	}
	if err == nil {
		return done(w, r, nil, messagePath(messageID), said)
	}
	p, pageErr := c.messagePage(r)
	if pageErr != nil {
		return pageErr
	}
	f := p.d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showApproval(w, r, p, f)
}

// languages offers the languages that a reviewer may vouch for.
func (p approvalPage) languages() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "langs", Label: p.d().t("publish.approve.langs"), Hint: p.d().t("publish.approve.langs_hint"), Error: p.errors["langs"]}
	for _, l := range p.langs {
		c.Options = append(c.Options, ui.Option{Value: string(l), Label: l.Name(), Lang: l.Tag(), Checked: true})
	}
	return c
}

func (p approvalPage) d() *desk { return p.messagePage.d }

func (p approvalPage) stepNumber() string { return strconv.Itoa(p.at) }

// approvals are the approvals that count.
func (p approvalPage) approvals() ui.TableProps {
	d := p.d()
	t := ui.TableProps{Caption: d.t("publish.approve.so_far"), Columns: []ui.Column{{Label: d.t("publish.field.step")}, {Label: d.t("publish.field.who")}, {Label: d.t("publish.field.when")}, {Label: d.t("publish.field.hash")}},
		Empty: ui.EmptyState("rubber-stamp", d.t("publish.approve.none"), "", nil)}
	for _, a := range p.m.Approvals {
		if !a.VoidedAt.IsZero() || a.Decision != publish.Approve || a.Round != p.m.Round {
			continue
		}
		step := d.t("publish.step." + string(a.Kind))
		sub := ""
		if a.Lang != "" {
			sub = d.p.LanguageName(string(a.Lang))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: step, Sub: sub}, {Text: d.by(a.ActorID, a.OnBehalfOf), Sub: a.Reason}, {Text: d.when(p.m.MissionID, a.At)}, {Text: publish.ShortHash(a.Hash), Ltr: true}}})
	}
	return t
}
