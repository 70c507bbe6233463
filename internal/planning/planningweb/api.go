package planningweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/id"
	"sifara/internal/planning"
	"sifara/internal/web"
)

// planningDecision is a decision file as programs see it.
type planningDecision struct {
	ID           string             `json:"id"`
	Title        string             `json:"title"`
	Question     string             `json:"question"`
	State        planning.State     `json:"state"`
	WarningID    string             `json:"warning_id,omitempty"`
	TopicID      string             `json:"topic_id,omitempty"`
	MissionID    string             `json:"mission_id,omitempty"`
	DepartmentID string             `json:"department_id,omitempty"`
	DueAt        db.Time            `json:"due_at"`
	ChosenID     string             `json:"chosen_id,omitempty"`
	Reasons      string             `json:"reasons,omitempty"`
	Unheard      int64              `json:"unheard" doc:"Parties not heard when it was decided"`
	DecidedBy    string             `json:"decided_by,omitempty"`
	DecidedAt    db.Time            `json:"decided_at"`
	CreatedBy    string             `json:"created_by"`
	CreatedAt    db.Time            `json:"created_at"`
	Version      int64              `json:"version"`
	Evidence     *planning.Evidence `json:"evidence,omitempty" doc:"As it stood when the file was opened; absent in lists"`
	Options      []planningOption   `json:"options,omitempty"`
	Parties      []planningParty    `json:"parties,omitempty"`
}

type planningOption struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Dropped bool     `json:"dropped,omitempty"`
	For     []string `json:"for,omitempty"`
	Against []string `json:"against,omitempty"`
}

type planningParty struct {
	ID         string             `json:"id"`
	Kind       planning.PartyKind `json:"kind" enum:"department,mission,person"`
	UnitID     string             `json:"unit_id"`
	DueAt      db.Time            `json:"due_at"`
	Stance     planning.Stance    `json:"stance,omitempty"`
	OptionID   string             `json:"option_id,omitempty"`
	Statement  string             `json:"statement,omitempty"`
	RecordedBy string             `json:"recorded_by,omitempty"`
	RecordedAt db.Time            `json:"recorded_at"`
}

func headJSON(d *planning.Decision) planningDecision {
	return planningDecision{ID: d.ID, Title: d.Title, Question: d.Question, State: d.State, WarningID: d.WarningID, TopicID: d.TopicID, MissionID: d.MissionID, DepartmentID: d.DepartmentID,
		DueAt: d.DueAt, ChosenID: d.ChosenID, Reasons: d.Reasons, Unheard: d.Unheard, DecidedBy: d.DecidedBy, DecidedAt: d.DecidedAt, CreatedBy: d.CreatedBy, CreatedAt: d.CreatedAt, Version: d.Version}
}

func fileJSON(f *planning.File) planningDecision {
	out := headJSON(&f.Decision)
	out.Evidence = f.Evidence
	for _, o := range f.Options {
		x := planningOption{ID: o.ID, Text: o.Text, Dropped: o.Dropped}
		for _, a := range f.Arguments {
			switch {
			case a.OptionID != o.ID:
			case a.SpeaksFor:
				x.For = append(x.For, a.Text)
			default:
				x.Against = append(x.Against, a.Text)
			}
		}
		out.Options = append(out.Options, x)
	}
	for _, p := range f.Parties {
		out.Parties = append(out.Parties, planningParty{ID: p.ID, Kind: p.Kind, UnitID: p.UnitID, DueAt: p.DueAt, Stance: p.Stance, OptionID: p.OptionID, Statement: p.Statement, RecordedBy: p.RecordedBy, RecordedAt: p.RecordedAt})
	}
	return out
}

type planningListInput struct {
	Box    string `query:"box" enum:"open,mine,overdue,decided,closed" default:"open"`
	Query  string `query:"q"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
}

type planningListOutput struct {
	Body struct {
		Items []planningDecision `json:"items"`
		Next  string             `json:"next,omitempty"`
	}
}

type planningOneInput struct {
	ID string `path:"id"`
}

type planningOneOutput struct{ Body planningDecision }

type planningOpenInput struct {
	Body struct {
		ID           string    `json:"id,omitempty" doc:"UUIDv7; the same one again opens no second file"`
		Title        string    `json:"title" minLength:"1" maxLength:"160"`
		Question     string    `json:"question" minLength:"1" maxLength:"4000"`
		WarningID    string    `json:"warning_id,omitempty"`
		MissionID    string    `json:"mission_id,omitempty"`
		DepartmentID string    `json:"department_id,omitempty"`
		DueAt        time.Time `json:"due_at,omitempty" required:"false"`
	}
}

type planningOptionInput struct {
	ID   string `path:"id"`
	Body struct {
		ID   string `json:"id,omitempty"`
		Text string `json:"text" minLength:"1" maxLength:"1000"`
	}
}

type planningArgumentInput struct {
	ID   string `path:"id"`
	Body struct {
		ID       string `json:"id,omitempty"`
		OptionID string `json:"option_id"`
		For      bool   `json:"for"`
		Text     string `json:"text" minLength:"1" maxLength:"1000"`
	}
}

type planningPartyInput struct {
	ID   string `path:"id"`
	Body struct {
		ID     string             `json:"id,omitempty"`
		Kind   planning.PartyKind `json:"kind" enum:"department,mission,person"`
		UnitID string             `json:"unit_id"`
		DueAt  time.Time          `json:"due_at"`
	}
}

type planningPositionInput struct {
	ID    string `path:"id"`
	Party string `path:"party"`
	Body  struct {
		Stance    planning.Stance `json:"stance" enum:"agrees,agrees_if,objects,abstains"`
		OptionID  string          `json:"option_id,omitempty"`
		Statement string          `json:"statement,omitempty" maxLength:"4000"`
	}
}

type planningDecideInput struct {
	ID   string `path:"id"`
	Body struct {
		OptionID string `json:"option_id"`
		Reasons  string `json:"reasons" minLength:"1" maxLength:"4000"`
		Unheard  bool   `json:"unheard,omitempty" doc:"The one who decides knows that not all parties were heard"`
		Version  int64  `json:"version"`
	}
}

// api adds the operations of this context.
func (p *pages) api(a *web.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/decisions" + path, Summary: summary, Tags: []string{"Decisions"}}
	}
	web.Operation(a, planning.View, op("list-decisions", http.MethodGet, "", "List decision files that the caller may see"), p.apiList)
	web.Operation(a, planning.View, op("get-decision", http.MethodGet, "/{id}", "Read a decision file"), p.apiGet)
	web.Operation(a, planning.Open, op("open-decision", http.MethodPost, "", "Open a decision file, from a warning or from nothing"), func(ctx context.Context, in *planningOpenInput) (*planningOneOutput, error) {
		b := in.Body
		d := planning.Draft{ID: or(b.ID), Title: b.Title, Question: b.Question, WarningID: b.WarningID, MissionID: b.MissionID, DepartmentID: b.DepartmentID, DueAt: db.At(b.DueAt)}
		return p.after(ctx, d.ID, p.svc.Open(ctx, d))
	})
	web.Operation(a, planning.View, op("add-decision-option", http.MethodPost, "/{id}/options", "Add an option"), func(ctx context.Context, in *planningOptionInput) (*planningOneOutput, error) {
		return p.after(ctx, in.ID, p.svc.AddOption(ctx, in.ID, or(in.Body.ID), in.Body.Text))
	})
	web.Operation(a, planning.View, op("add-decision-argument", http.MethodPost, "/{id}/arguments", "Speak for an option or against it"), func(ctx context.Context, in *planningArgumentInput) (*planningOneOutput, error) {
		b := in.Body
		return p.after(ctx, in.ID, p.svc.AddArgument(ctx, in.ID, planning.Argument{ID: or(b.ID), OptionID: b.OptionID, SpeaksFor: b.For, Text: b.Text}))
	})
	web.Operation(a, planning.Open, op("add-decision-party", http.MethodPost, "/{id}/parties", "Have a department, mission or person be heard"), func(ctx context.Context, in *planningPartyInput) (*planningOneOutput, error) {
		b := in.Body
		return p.after(ctx, in.ID, p.svc.AddParty(ctx, in.ID, or(b.ID), b.Kind, b.UnitID, db.At(b.DueAt)))
	})
	web.Operation(a, planning.View, op("record-decision-position", http.MethodPut, "/{id}/parties/{party}/position", "Record the position of a party that the caller speaks for"), func(ctx context.Context, in *planningPositionInput) (*planningOneOutput, error) {
		b := in.Body
		return p.after(ctx, in.ID, p.svc.Record(ctx, in.ID, in.Party, planning.Position{Stance: b.Stance, OptionID: b.OptionID, Statement: b.Statement}))
	})
	web.Operation(a, planning.Decide, op("decide-decision", http.MethodPost, "/{id}/decide", "Decide"), func(ctx context.Context, in *planningDecideInput) (*planningOneOutput, error) {
		b := in.Body
		return p.after(ctx, in.ID, p.svc.Decide(ctx, in.ID, planning.Ruling{OptionID: b.OptionID, Reasons: b.Reasons, Unheard: b.Unheard, Version: b.Version}))
	})
}

// or gives a fresh id where the caller gave none.
func or(given string) string {
	if given != "" {
		return given
	}
	return id.New()
}

func (p *pages) after(ctx context.Context, file string, err error) (*planningOneOutput, error) {
	if err != nil {
		return nil, err
	}
	return p.apiGet(ctx, &planningOneInput{ID: file})
}

func (p *pages) apiGet(ctx context.Context, in *planningOneInput) (*planningOneOutput, error) {
	f, err := p.svc.File(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &planningOneOutput{fileJSON(f)}, nil
}

func (p *pages) apiList(ctx context.Context, in *planningListInput) (*planningListOutput, error) {
	list, err := p.svc.List(ctx, planning.Filter{Box: planning.Box(in.Box), Query: in.Query, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &planningListOutput{}
	out.Body.Items, out.Body.Next = []planningDecision{}, list.Next
	for i := range list.Items {
		out.Body.Items = append(out.Body.Items, headJSON(&list.Items[i]))
	}
	return out, nil
}
