package planningweb

import (
	"net/http"
	"path"
	"strings"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/planning"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// act runs one act on a file: on success back to the file with a message, on an
// error that can be mended the file again with what was typed.
func (p *pages) act(w http.ResponseWriter, r *http.Request, done string, do func(f *web.Form, file string) error) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = do(form, r.PathValue("id"))
	if bad := form.Err(); bad != nil {
		err = bad
	}
	e, known := errs.Find(err)
	switch {
	case err == nil:
		web.Flash(r.Context(), ui.Success, web.T(r, done))
		return web.Redirect(w, r, "/console/decisions/"+r.PathValue("id"))
	case !known || e.Kind != errs.Invalid && e.Kind != errs.Conflict:
		return err
	}
	f, loadErr := p.loadFile(r)
	if loadErr != nil {
		return loadErr
	}
	f.Errors, f.Typed, f.Act = web.Errors(r, err), r.PostForm, path.Base(r.URL.Path)
	status := http.StatusUnprocessableEntity
	if len(f.Errors) == 0 {
		f.Problem = web.Message(i18n.From(r.Context()), e)
		status = http.StatusConflict
	}
	return p.renderFile(w, r, f, status)
}

func (p *pages) addOption(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.option", func(f *web.Form, file string) error {
		oid, words := f.ID("id"), f.Text("option_text", planning.MaxNote)
		if f.Err() != nil {
			return nil
		}
		return p.svc.AddOption(r.Context(), file, oid, words)
	})
}

func (p *pages) dropOption(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.dropped", func(f *web.Form, file string) error {
		return p.svc.DropOption(r.Context(), file, f.Raw("option"))
	})
}

func (p *pages) addArgument(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.argument", func(f *web.Form, file string) error {
		a := planning.Argument{ID: f.ID("id"), OptionID: f.ID("option"), SpeaksFor: f.Choice("side", "for", "against") == "for", Text: f.Text("argument", planning.MaxNote)}
		if f.Err() != nil {
			return nil
		}
		return p.svc.AddArgument(r.Context(), file, a)
	})
}

func (p *pages) addParty(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.party", func(f *web.Form, file string) error {
		kind, unit, _ := strings.Cut(f.Raw("party"), ":")
		d, err := p.svc.File(r.Context(), file)
		if err != nil {
			return err
		}
		n, err := p.names(r.Context())
		if err != nil {
			return err
		}
		pid, due := f.ID("id"), f.DateTime("party-due", n.zone(d.MissionID))
		if f.Err() != nil {
			return nil
		}
		return p.svc.AddParty(r.Context(), file, pid, planning.PartyKind(kind), unit, db.At(due))
	})
}

func (p *pages) removeParty(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.removed", func(f *web.Form, file string) error {
		return p.svc.RemoveParty(r.Context(), file, f.Raw("party"))
	})
}

func (p *pages) position(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.heard", func(f *web.Form, file string) error {
		pos := planning.Position{Stance: planning.Stance(f.Raw("stance")), OptionID: f.Raw("preferred"), Statement: f.Optional("statement", planning.MaxText)}
		if f.Err() != nil {
			return nil
		}
		return p.svc.Record(r.Context(), file, f.Raw("party"), pos)
	})
}

func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.decided", func(f *web.Form, file string) error {
		ruling := planning.Ruling{OptionID: f.Raw("option"), Reasons: f.Optional("reasons", planning.MaxText), Unheard: f.Checked("unheard"), Version: int64(f.Int("version", 1, 1<<31-1))}
		if f.Err() != nil {
			return nil
		}
		return p.svc.Decide(r.Context(), file, ruling)
	})
}

func (p *pages) close(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.closed", func(f *web.Form, file string) error {
		return p.svc.Close(r.Context(), file, f.Raw("words"))
	})
}

func (p *pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "planning.done.reopened", func(f *web.Form, file string) error {
		return p.svc.Reopen(r.Context(), file, f.Raw("words"))
	})
}
