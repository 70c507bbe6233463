package engageweb

import (
	"net/http"

	"sifara/internal/engage"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// writing reads the editor. A version that is no number is 0, which a newer
// draft refuses.
func writing(r *http.Request) (engage.Writing, error) {
	f, err := web.ReadForm(r)
	if err != nil {
		return engage.Writing{}, err
	}
	w := engage.Writing{Body: f.Optional("body", engage.MaxBody), Note: f.Optional("note", engage.MaxNote), Publish: f.Checked("publish"), Version: int64(f.Int("version", 0, 1<<31-1))}
	return w, f.Err()
}

func (p *pages) draft(w http.ResponseWriter, r *http.Request) error {
	in, err := writing(r)
	if err == nil {
		err = p.svc.SaveDraft(r.Context(), r.PathValue("id"), in)
	}
	if err != nil {
		return p.again(w, r, err, &in)
	}
	return p.done(w, r, "engage.done.draft")
}

func (p *pages) submit(w http.ResponseWriter, r *http.Request) error {
	in, err := writing(r)
	sent := false
	if err == nil {
		sent, err = p.svc.Submit(r.Context(), r.PathValue("id"), in)
	}
	if err != nil {
		return p.again(w, r, err, &in)
	}
	if sent {
		return p.done(w, r, "engage.done.sent")
	}
	return p.done(w, r, "engage.done.submitted")
}

// simple runs an act that has no editor: a wrong field or a state that moved on
// is shown on the question's page.
func (p *pages) simple(w http.ResponseWriter, r *http.Request, key string, act func(f *web.Form) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = act(f)
	if bad := f.Err(); bad != nil {
		err = bad
	}
	if err != nil {
		return p.again(w, r, err, nil)
	}
	return p.done(w, r, key)
}

func (p *pages) recall(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.recalled", func(*web.Form) error { return p.svc.Recall(r.Context(), r.PathValue("id")) })
}

func (p *pages) approve(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.approved", func(f *web.Form) error {
		return p.svc.Approve(r.Context(), r.PathValue("id"), f.Raw("hash"))
	})
}

func (p *pages) giveBack(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.returned", func(f *web.Form) error {
		reason := f.Text("reason", engage.MaxNote)
		if f.Err() != nil {
			return nil
		}
		return p.svc.Return(r.Context(), r.PathValue("id"), reason)
	})
}

// assign gives the question to the person chosen, or to the actor by a button of
// its own.
func (p *pages) assign(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.assigned", func(f *web.Form) error {
		person := f.Raw("person")
		if f.Checked("me") {
			person = perm.From(r.Context()).ID
		}
		return p.svc.Assign(r.Context(), r.PathValue("id"), person)
	})
}

func (p *pages) handOver(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.handed_over", func(f *web.Form) error {
		reason, to := f.Text("reason", engage.MaxNote), ""
		if f.Raw("mission") != inboxMinistry {
			to = f.ID("mission")
		}
		if f.Err() != nil {
			return nil
		}
		return p.svc.HandOver(r.Context(), r.PathValue("id"), to, reason)
	})
}

func (p *pages) note(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.noted", func(f *web.Form) error {
		note := f.Text("remark", engage.MaxNote)
		if f.Err() != nil {
			return nil
		}
		return p.svc.Note(r.Context(), r.PathValue("id"), note)
	})
}

func (p *pages) close(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.closed", func(f *web.Form) error {
		note := f.Optional("remark", engage.MaxNote)
		if f.Err() != nil {
			return nil
		}
		return p.svc.Close(r.Context(), r.PathValue("id"), engage.Reason(f.Raw("why")), note)
	})
}

func (p *pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.reopened", func(f *web.Form) error {
		note := f.Optional("remark", engage.MaxNote)
		if f.Err() != nil {
			return nil
		}
		return p.svc.Reopen(r.Context(), r.PathValue("id"), note)
	})
}

func (p *pages) setPublic(w http.ResponseWriter, r *http.Request) error {
	return p.simple(w, r, "engage.done.public", func(f *web.Form) error {
		return p.svc.SetPublic(r.Context(), r.PathValue("id"), f.Checked("public"))
	})
}
