package publishweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/publish"
	"sifara/internal/publish/term"
	"sifara/internal/web"
)

// The machine face of the term base.

// apiTerm has a name of its own: others have entries too.
type apiTerm term.Entry

type termsOut struct{ Body web.List[apiTerm] }

// termIn names and, in PUT, gives an entry.
type termIn struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		MissionID string     `json:"mission_id,omitempty" doc:"Empty: of the whole house"`
		Kind      term.Kind  `json:"kind" enum:"institution,title,place,treaty,other"`
		Words     term.Words `json:"words" doc:"By language: ar, ckb, kmr, en and any other tag of BCP 47"`
		Note      string     `json:"note,omitempty"`
		Source    string     `json:"source,omitempty"`
		Version   int        `json:"version" doc:"As it was read; 0 for a new entry"`
	}
}

// apiTermPage is how many entries one answer gives.
const apiTermPage = 100

func (c *console) apiTermOps(a *web.API) {
	if c.terms == nil {
		return
	}
	op := func(method, path, operation, summary string) huma.Operation {
		return tagged(method, path, operation, summary, "terms")
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "/terms", "list-terms", "List official names, titles and places with their wordings by language"), func(ctx context.Context, in *struct {
		Query  string `query:"q" doc:"Words of a wording, in any spelling"`
		Kind   string `query:"kind"`
		Cursor string `query:"cursor"`
	}) (*termsOut, error) {
		f := term.Filter{Query: in.Query, Kind: term.Kind(in.Kind), Limit: apiTermPage + 1}
		if err := web.ReadCursor(in.Cursor, &f.After); err != nil {
			return nil, err
		}
		list, err := c.terms.List(ctx, f)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(list) > apiTermPage {
			list = list[:apiTermPage]
			next = web.Cursor(list[apiTermPage-1].ID)
		}
		var out []apiTerm
		for _, e := range list {
			out = append(out, apiTerm(e))
		}
		return &termsOut{web.NewList(out, next)}, nil
	})
	web.Operation(a, term.Edit, op(http.MethodPut, "/terms/{id}", "save-term", "Write an entry of the term base"), func(ctx context.Context, in *termIn) (*termsOut, error) {
		b := in.Body
		e, err := c.terms.Save(ctx, term.Entry{ID: in.ID, MissionID: b.MissionID, Kind: b.Kind, Words: b.Words, Note: b.Note, Source: b.Source, Version: b.Version})
		if err != nil {
			return nil, err
		}
		return &termsOut{web.NewList([]apiTerm{apiTerm(e)}, "")}, nil
	})
	web.Operation(a, term.Edit, op(http.MethodDelete, "/terms/{id}", "remove-term", "Remove an entry from the term base"), func(ctx context.Context, in *struct {
		ID      string `path:"id" format:"uuid"`
		Version int    `query:"version" doc:"As it was read"`
	}) (*struct{}, error) {
		return nil, c.terms.Remove(ctx, in.ID, in.Version)
	})
}
