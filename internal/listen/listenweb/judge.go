package listenweb

import (
	"context"
	"errors"
	"net/http"

	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// judgeForm is what a desk says of a warning, as it was sent or as it stands.
type judgeForm struct {
	verdict, note string
	problems      map[string]string
}

// judged is what the page of a warning says of judgements.
type judged struct {
	form    judgeForm
	said    []ui.KeyValue // the one in force first
	similar []ui.KeyValue // none when there was no similar warning
}

func (p pages) judge(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	form := judgeForm{verdict: f.Raw("verdict"), note: f.Raw("note")}
	err = p.svc.Judge(r.Context(), r.PathValue("id"), form.verdict, form.note)
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		form.problems = web.Errors(r, err)
		return p.showWarning(w, r, "", &form, err)
	}
	if err != nil {
		return err
	}
	web.Flash(r.Context(), ui.Success, web.T(r, "listen.judge.done"))
	return web.Redirect(w, r, warningsPath+"/"+r.PathValue("id"))
}

func (p pages) judged(ctx context.Context, d desk, w listen.Warning, sent *judgeForm) (judged, error) {
	var v judged
	list, err := p.svc.Judgements(ctx, w.ID)
	if err != nil {
		return v, err
	}
	for i, j := range list {
		if i == 0 {
			v.form = judgeForm{verdict: j.Verdict, note: j.Note}
		}
		v.said = append(v.said, ui.KeyValue{Key: d.T("listen.verdict." + j.Verdict), Value: d.T("listen.judge.said", "note", j.Note, "when", d.when(j.JudgedAt))})
	}
	if sent != nil {
		v.form = *sent
	}
	o, err := p.svc.Similar(ctx, w)
	if err != nil || o == (listen.Outcomes{}) {
		return v, err
	}
	v.similar = []ui.KeyValue{
		{Key: d.T("listen.verdict.right"), Value: d.p.Decimal(float64(o.Right), 0)},
		{Key: d.T("listen.verdict.wrong"), Value: d.p.Decimal(float64(o.Wrong), 0)},
		{Key: d.T("listen.verdict.unclear"), Value: d.p.Decimal(float64(o.Unclear), 0)},
		{Key: d.T("listen.verdict.none"), Value: d.p.Decimal(float64(o.Unjudged), 0)},
	}
	return v, nil
}

func (v warningPage) verdicts() []ui.Option {
	var out []ui.Option
	for _, x := range listen.Verdicts() {
		out = append(out, ui.Option{Value: x, Label: v.T("listen.verdict." + x), Hint: v.T("listen.verdict." + x + ".hint"), Checked: x == v.judged.form.verdict})
	}
	return out
}
