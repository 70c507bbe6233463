package publishweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/module"
	"sifara/internal/publish"
	"sifara/internal/publish/witness"
	"sifara/internal/web"
	"sifara/internal/web/ui"
)

// logAddress is the page of the public log's keys and witnesses.
const logAddress = "/console/log"

// addLog adds the page, its acts and its operations.
func (c *console) addLog(m *module.Module) {
	m.Nav = append(m.Nav, module.Nav{Group: "nav.settings", Label: "publish.log.title", Href: logAddress, Icon: "shield-lock", Permission: publish.MayLog})
	m.Commands = append(m.Commands, module.Command{Label: "publish.log.title", Href: logAddress, Permission: publish.MayLog})
	m.Routes = append(m.Routes,
		web.Get(logAddress, publish.MayLog, c.logPage),
		web.Get(logAddress+"/key", publish.MayLog, c.changeKeyPage),
		web.Post(logAddress+"/key", publish.MayLog, c.changeKey),
		web.Post(logAddress+"/witnesses", publish.MayLog, c.addWitness),
		web.Post(logAddress+"/witnesses/{id}/remove", publish.MayLog, c.removeWitness),
	)
	own, api := m.Jobs, m.API
	m.Jobs = func(q *jobs.Queue) {
		own(q)
		c.log.Jobs(q)
	}
	m.API = func(a *web.API) {
		api(a)
		c.logAPI(a)
	}
}

// logPage shows the log's keys and witnesses: GET /console/log.
type logPage struct {
	form
	origin    string
	size      int64
	root      string
	keys      []publish.LogKey
	changing  bool // two keys sign
	witnesses []witness.Witness
}

func (c *console) logPage(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	return c.showLog(w, r, d.fresh(url.Values{"id": {id.New()}}))
}

func (c *console) showLog(w http.ResponseWriter, r *http.Request, f form) error {
	ctx := r.Context()
	p := logPage{form: f, origin: c.log.Proof.Origin()}
	tree, err := c.log.Proof.Tree(ctx)
	if err != nil {
		return err
	}
	p.size, p.root = tree.Size, tree.Root.String()
	if p.keys, err = c.log.Proof.Keys(ctx); err != nil {
		return err
	}
	p.changing = len(p.keys) > 1 && p.keys[1].Signs(c.clock.Now())
	if p.witnesses, err = c.log.Witnesses(ctx); err != nil {
		return err
	}
	return web.Render(w, r, web.Page{Title: f.d.t("publish.log.title"), Intro: f.d.t("publish.log.intro"), Body: logView(p), Status: f.status})
}

// facts are the state of the log.
func (p logPage) facts() []ui.KeyValue {
	signed := 0
	for _, w := range p.witnesses {
		if w.Size == p.size && w.Failures == 0 {
			signed++
		}
	}
	return []ui.KeyValue{
		{Key: p.d.t("publish.verify.log.name"), Value: p.origin, Ltr: true},
		{Key: p.d.t("publish.log.size"), Value: p.d.p.Number(p.size)},
		{Key: p.d.t("publish.log.root"), Value: p.root, Ltr: true},
		{Key: p.d.t("publish.log.signed"), Value: p.d.t("publish.log.signed_by", "count", signed, "all", len(p.witnesses))},
	}
}

// span says when a key signs.
func (p logPage) span(k publish.LogKey) string { return keySpan(p.d.p, k, p.zone()) }

func (p logPage) zone() *time.Location { return p.d.org.Zone(p.d.ctx, "") }

// state is how it goes with a witness, and how that looks.
func (p logPage) state(w witness.Witness) (ui.Kind, string) {
	switch {
	case w.Failure == witness.FailedAhead || w.Failure == witness.FailedFork:
		return ui.Danger, p.d.t("publish.witness.failed." + w.Failure)
	case w.Failure != "":
		return ui.Warning, p.d.t("publish.witness.failed." + w.Failure)
	case w.CosignedAt.IsZero():
		return ui.Info, p.d.t("publish.witness.new")
	case w.Size != p.size:
		return ui.Info, p.d.t("publish.witness.behind")
	}
	return ui.Success, p.d.t("publish.witness.signs")
}

func (p logPage) witnessFacts(w witness.Witness) []ui.KeyValue {
	out := []ui.KeyValue{
		{Key: p.d.t("publish.witness.address"), Value: w.Address, Ltr: true},
		{Key: p.d.t("publish.witness.key"), Value: w.Public, Ltr: true},
	}
	if !w.CosignedAt.IsZero() {
		out = append(out, ui.KeyValue{Key: p.d.t("publish.witness.last"), Value: p.d.t("publish.witness.last_value", "size", p.d.p.Number(w.Size), "when", p.d.when("", w.CosignedAt))})
	}
	return out
}

// changeKeyPage asks whether the log shall have a new key:
// GET /console/log/key.
func (c *console) changeKeyPage(w http.ResponseWriter, r *http.Request) error {
	d, err := c.desk(r)
	if err != nil {
		return err
	}
	if c.reauth != nil {
		if href, fresh := c.reauth(r, r.URL.RequestURI()); !fresh {
			return web.Redirect(w, r, href)
		}
	}
	return web.Render(w, r, web.Page{Title: d.t("publish.log.change"), Body: changeKeyView(d, d.p.Number(int64(publish.KeyOverlap/(24*time.Hour)))),
		Crumbs: []ui.Link{{Label: d.t("publish.log.title"), Href: logAddress}}})
}

// changeKey does it: POST /console/log/key.
func (c *console) changeKey(w http.ResponseWriter, r *http.Request) error {
	if c.reauth != nil {
		if href, fresh := c.reauth(r, logAddress+"/key"); !fresh {
			return web.Redirect(w, r, href)
		}
	}
	_, err := c.log.ChangeKey(r.Context())
	return done(w, r, err, logAddress, "publish.log.changed")
}

// addWitness has a witness asked from now on: POST /console/log/witnesses.
func (c *console) addWitness(w http.ResponseWriter, r *http.Request) error {
	in, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = c.log.Add(r.Context(), witness.Draft{ID: in.Raw("id"), Key: in.Raw("key"), Address: in.Raw("address")})
	if err == nil {
		return done(w, r, nil, logAddress, "publish.witness.added")
	}
	d, pageErr := c.desk(r)
	if pageErr != nil {
		return pageErr
	}
	f := d.typed(r)
	if !f.refused(r, err) {
		return err
	}
	return c.showLog(w, r, f)
}

// removeWitness asks it no more: POST /console/log/witnesses/{id}/remove.
func (c *console) removeWitness(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, c.log.Remove(r.Context(), r.PathValue("id")), logAddress, "publish.witness.removed")
}

// The API describes a witness by this name.
type apiWitness witness.Witness

type witnessesOut struct {
	Body struct {
		Items []apiWitness `json:"items"`
	}
}

type witnessIn struct {
	Body struct {
		ID      string `json:"id,omitempty" format:"uuid" doc:"Chosen by the caller, so that a repeated call adds once"`
		Key     string `json:"key" doc:"Verifier key of type 4 (C2SP tlog-cosignature)"`
		Address string `json:"address" format:"uri" doc:"Submission prefix (C2SP tlog-witness)"`
	}
}

type witnessMade struct {
	Body struct {
		ID string `json:"id"`
	}
}

// logAPI adds the operations. The change of a key is none of them: it wants a
// person who proves who they are.
func (c *console) logAPI(a *web.API) {
	op := func(operation, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: operation, Method: method, Path: path, Summary: summary, Tags: []string{"Authenticity"}}
	}
	web.Operation(a, publish.MayLog, op("list-witnesses", http.MethodGet, "/log/witnesses", "List the witnesses of the public log"), func(ctx context.Context, _ *struct{}) (*witnessesOut, error) {
		all, err := c.log.Witnesses(ctx)
		out := &witnessesOut{}
		out.Body.Items = make([]apiWitness, len(all))
		for i, w := range all {
			out.Body.Items[i] = apiWitness(w)
		}
		return out, err
	})
	web.Operation(a, publish.MayLog, op("add-witness", http.MethodPost, "/log/witnesses", "Have a witness sign the public log"), func(ctx context.Context, in *witnessIn) (*witnessMade, error) {
		out := &witnessMade{}
		if out.Body.ID = in.Body.ID; out.Body.ID == "" {
			out.Body.ID = id.New()
		}
		return out, c.log.Add(ctx, witness.Draft{ID: out.Body.ID, Key: in.Body.Key, Address: in.Body.Address})
	})
	web.Operation(a, publish.MayLog, op("remove-witness", http.MethodDelete, "/log/witnesses/{id}", "Ask a witness no more"), func(ctx context.Context, in *MessageInput) (*struct{}, error) {
		return nil, c.log.Remove(ctx, in.ID)
	})
}

// codeField is a field for a code or an address, in any language written from
// left to right.
func codeField(f ui.FieldProps) ui.FieldProps {
	f.Dir = "ltr"
	return f
}
