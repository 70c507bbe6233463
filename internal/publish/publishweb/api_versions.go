package publishweb

import (
	"context"
	"net/http"
	"slices"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/preview"
	"sifara/internal/web"
)

// The machine face of what stands beside a text: its versions, what goes out on
// every channel, how far the languages are.

type apiVersion struct {
	Version    int           `json:"version"`
	Act        string        `json:"act" enum:"create,edit,restore,remove,settings,attach,describe,detach"`
	Lang       string        `json:"lang,omitempty"`
	Hash       string        `json:"hash" doc:"Of all that goes out, after it"`
	ActorID    string        `json:"actor_id"`
	OnBehalfOf string        `json:"on_behalf_of,omitempty"`
	At         db.Time       `json:"at" format:"date-time"`
	Title      string        `json:"title,omitempty" doc:"The text, where one version is asked for"`
	Summary    string        `json:"summary,omitempty"`
	Body       string        `json:"body,omitempty"`
	Pieces     []verifyPiece `json:"pieces,omitempty" doc:"What differs from the version before it in its language, or from the one asked for; removed: only there; added: only in this one"`
}

type versionsOut struct {
	Body struct {
		Items []apiVersion `json:"items"`
	}
}

type versionsIn struct {
	MessageInput
	Lang string `query:"lang" enum:"ar,ckb,kmr,en" doc:"Only versions of this language"`
}

type versionIn struct {
	MessageInput
	Version int `path:"version" minimum:"1"`
	From    int `query:"from" minimum:"1" doc:"Compare with this version, which is of the same language"`
}

type restoreIn struct {
	MessageInput
	Version int `path:"version" minimum:"1"`
	Body    struct {
		Over int `json:"over" doc:"Version of the variant as it was read; 0 when there was none"`
	}
}

func (c *console) apiVersionOps(a *web.API) {
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/versions", "list-versions", "List every change of a message, the newest first"), c.apiVersions)
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/versions/{version}", "get-version", "Read the text of a version, and what differs from another"), c.apiVersion)
	web.Operation(a, publish.MayDraft, op(http.MethodPost, "/messages/{id}/versions/{version}/restore", "restore-version", "Bring the text of a version back, as a new version"), func(ctx context.Context, in *restoreIn) (*messageOut, error) {
		return c.out(c.svc.Restore(ctx, in.ID, in.Version, in.Body.Over))
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/preview", "preview-message", "What goes out on each network of the speaker in each language, and how long it is there"), c.apiPreview)
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/translations", "list-translations", "How far each language is, and what the route of approval asks"), c.apiTranslations)
}

func toAPIVersion(x publish.Change) apiVersion {
	return apiVersion{Version: x.Version.Version, Act: x.Act, Lang: string(x.Lang), Hash: x.Hash, ActorID: x.ActorID, OnBehalfOf: x.OnBehalfOf, At: x.At}
}

func (c *console) apiVersions(ctx context.Context, in *versionsIn) (*versionsOut, error) {
	list, err := c.svc.History(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &versionsOut{}
	out.Body.Items = []apiVersion{}
	for _, x := range list {
		if in.Lang == "" || string(x.Lang) == in.Lang {
			out.Body.Items = append(out.Body.Items, toAPIVersion(x))
		}
	}
	return out, nil
}

func (c *console) apiVersion(ctx context.Context, in *versionIn) (*versionsOut, error) {
	list, err := c.svc.History(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(x publish.Change) bool { return x.Version.Version == in.Version })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	x := list[i]
	was := x.Before
	if in.From != 0 {
		k := slices.IndexFunc(list, func(y publish.Change) bool { return y.Version.Version == in.From && y.Lang != "" && y.Lang == x.Lang })
		if k < 0 {
			return nil, errs.InvalidFields(errs.Field{Name: "from", Key: "web.field.choice"})
		}
		was = list[k].After
	}
	v := toAPIVersion(x)
	v.Title, v.Summary, v.Body = x.After.Title, x.After.Summary, x.After.Body
	for _, p := range parts(whole(was), whole(x.After)) {
		v.Pieces = append(v.Pieces, verifyPiece{publish.Piece(p).Name(), p.Text})
	}
	out := &versionsOut{}
	out.Body.Items = []apiVersion{v}
	return out, nil
}

type apiSheet struct {
	Channel string `json:"channel"`
	Lang    string `json:"lang" enum:"ar,ckb,kmr,en"`
	Text    string `json:"text" doc:"Exactly what is posted"`
	Used    int    `json:"used" doc:"Its length as the network counts it"`
	Most    int    `json:"most" doc:"How long it may be there"`
	Over    int    `json:"over" doc:"By how much it is too long"`
	Whole   bool   `json:"whole" doc:"The post holds the whole text; else the page has the rest"`
}

type previewOut struct {
	Body struct {
		Hash  string     `json:"hash" doc:"Of all that goes out; approvals bind it"`
		Items []apiSheet `json:"items" doc:"By network; the parts of a thread in their order"`
	}
}

func toAPISheet(s preview.Sheet) apiSheet {
	return apiSheet{Channel: string(s.On), Lang: string(s.Lang), Text: s.Text, Used: s.Length.Used, Most: s.Length.Most, Over: s.Length.Over(), Whole: s.Whole}
}

func (c *console) apiPreview(ctx context.Context, in *MessageInput) (*previewOut, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	views, err := c.networkViews(ctx, &m, nil)
	if err != nil {
		return nil, err
	}
	out := &previewOut{}
	out.Body.Hash, out.Body.Items = m.Hash, []apiSheet{}
	for _, v := range views {
		for _, s := range v.sheets {
			out.Body.Items = append(out.Body.Items, toAPISheet(s))
		}
	}
	return out, nil
}

type apiTranslation struct {
	Lang     string `json:"lang" enum:"ar,ckb,kmr,en"`
	State    string `json:"state" enum:"missing,draft,reviewed,approved,stale"`
	Source   bool   `json:"source" doc:"The others are translated from it"`
	Required bool   `json:"required" doc:"By the route of approval"`
	Holds    bool   `json:"holds" doc:"It holds the message up, unless the route lets it go out incomplete"`
	Version  int    `json:"version"`
}

type translationsOut struct {
	Body struct {
		Incomplete string           `json:"incomplete" enum:"never,emergency,always" doc:"When it may go out with languages that are missing or stale"`
		Items      []apiTranslation `json:"items"`
	}
}

func (c *console) apiTranslations(ctx context.Context, in *MessageInput) (*translationsOut, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	way, err := c.svc.Way(ctx, m)
	if err != nil {
		return nil, err
	}
	lacks := m.Lacking(way)
	out := &translationsOut{}
	out.Body.Incomplete = "never"
	if way.Incomplete != publish.NeverIncomplete {
		out.Body.Incomplete = string(way.Incomplete)
	}
	for _, l := range i18n.Langs {
		v, has := m.Variant(l)
		t := apiTranslation{Lang: string(l), State: string(v.State), Source: l == m.SourceLang, Required: slices.Contains(way.Required, l), Version: v.Version,
			Holds: slices.ContainsFunc(lacks, func(x publish.Lack) bool { return x.Lang == l })}
		switch {
		case !has:
			t.State = string(publish.VariantMissing)
		case m.Stale(l):
			t.State = string(publish.VariantStale)
		}
		out.Body.Items = append(out.Body.Items, t)
	}
	return out, nil
}
