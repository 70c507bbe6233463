package engageweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/web"
)

// engageQuestion is a question as programs see it. The asker's address is never
// among it.
type engageQuestion struct {
	ID           string               `json:"id"`
	Number       int64                `json:"number"`
	State        engage.State         `json:"state"`
	Reason       engage.Reason        `json:"reason,omitempty" doc:"Why it was closed"`
	MissionID    string               `json:"mission_id" doc:"Empty for the ministry"`
	MessageID    string               `json:"message_id" doc:"The statement under which was asked"`
	Statement    map[i18n.Lang]string `json:"statement" doc:"Titles of the statement by language"`
	Lang         i18n.Lang            `json:"lang"`
	Text         string               `json:"text" doc:"Empty once deleted"`
	Name         string               `json:"name,omitempty"`
	AgreedPublic bool                 `json:"agreed_public"`
	Public       bool                 `json:"public"`
	AssigneeID   string               `json:"assignee_id,omitempty"`
	AskedAt      db.Time              `json:"asked_at"`
	DueAt        db.Time              `json:"due_at"`
	AnsweredAt   db.Time              `json:"answered_at"`
	ClosedAt     db.Time              `json:"closed_at"`
	Answers      []engageAnswer       `json:"answers,omitempty" doc:"Revisions, the first first; absent in lists"`
}

// engageAnswer is one revision of an answer.
type engageAnswer struct {
	Revision   int64              `json:"revision" doc:"1 is the answer, higher ones are corrections"`
	State      engage.AnswerState `json:"state" enum:"draft,pending,sent"`
	Body       string             `json:"body" doc:"Markdown"`
	Note       string             `json:"note,omitempty" doc:"What a correction corrects"`
	Publish    bool               `json:"publish"`
	AuthorID   string             `json:"author_id,omitempty"`
	ApprovedBy string             `json:"approved_by,omitempty"`
	Hash       string             `json:"hash,omitempty" doc:"What an approval is bound to"`
	SentAt     db.Time            `json:"sent_at"`
	Version    int64              `json:"version"`
}

func questionJSON(q *engage.Question, replies []engage.Reply) engageQuestion {
	out := engageQuestion{
		ID: q.ID, Number: q.Number, State: q.State, Reason: q.Reason, MissionID: q.MissionID, MessageID: q.MessageID, Statement: q.Titles, Lang: q.Lang,
		Text: q.Text, Name: q.Name, AgreedPublic: q.AgreedPublic, Public: q.Public, AssigneeID: q.AssigneeID,
		AskedAt: q.AskedAt, DueAt: q.DueAt, AnsweredAt: q.AnsweredAt, ClosedAt: q.ClosedAt,
	}
	for _, a := range replies {
		out.Answers = append(out.Answers, engageAnswer{Revision: a.Revision, State: a.State, Body: a.Body, Note: a.Note, Publish: a.Publish,
			AuthorID: a.AuthorID, ApprovedBy: a.ApprovedBy, Hash: a.Hash, SentAt: a.SentAt, Version: a.Version})
	}
	return out
}

type engageListInput struct {
	Box     string `query:"box" enum:"open,new,mine,overdue,approval,answered,closed" default:"open"`
	Mission string `query:"mission" doc:"Id of a mission, or \"ministry\""`
	Query   string `query:"q" doc:"Words in question or answer"`
	Cursor  string `query:"cursor"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
}

type engageListOutput struct {
	Body struct {
		Items []engageQuestion `json:"items"`
		Next  string           `json:"next,omitempty"`
	}
}

type engageOneInput struct {
	ID string `path:"id"`
}

type engageOneOutput struct{ Body engageQuestion }

type engageWriteInput struct {
	ID   string `path:"id"`
	Body struct {
		Body    string `json:"body" maxLength:"8000"`
		Note    string `json:"note,omitempty" maxLength:"500"`
		Publish bool   `json:"publish,omitempty"`
		Version int64  `json:"version" minimum:"0" doc:"Version of the draft that was read, 0 when there was none"`
	}
}

func (in *engageWriteInput) writing() engage.Writing {
	return engage.Writing{Body: in.Body.Body, Note: in.Body.Note, Publish: in.Body.Publish, Version: in.Body.Version}
}

type engageApproveInput struct {
	ID   string `path:"id"`
	Body struct {
		Hash string `json:"hash" doc:"Hash of the answer that was read"`
	}
}

type engageReasonInput struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

type engageAssignInput struct {
	ID   string `path:"id"`
	Body struct {
		PersonID string `json:"person_id" doc:"Empty gives it back to the desk"`
	}
}

type engageHandOverInput struct {
	ID   string `path:"id"`
	Body struct {
		MissionID string `json:"mission_id" doc:"Empty is the ministry"`
		Reason    string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type engageCloseInput struct {
	ID   string `path:"id"`
	Body struct {
		Reason engage.Reason `json:"reason" enum:"duplicate,not_for_us,elsewhere,spam,abusive"`
		Note   string        `json:"note,omitempty" maxLength:"500"`
	}
}

type engagePublicInput struct {
	Mission string `query:"mission" doc:"Slug of a mission; empty for all"`
	Lang    string `query:"lang" enum:"ar,ckb,kmr,en" doc:"Language of the question; empty for any"`
	Cursor  string `query:"cursor"`
	Limit   int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

type engagePublicPair struct {
	Number     int64                `json:"number"`
	MissionID  string               `json:"mission_id"`
	MessageID  string               `json:"message_id"`
	Statement  map[i18n.Lang]string `json:"statement"`
	Lang       i18n.Lang            `json:"lang"`
	Question   string               `json:"question"`
	Answer     string               `json:"answer"`
	Correction string               `json:"correction,omitempty" doc:"Note of the last correction"`
	AskedAt    db.Time              `json:"asked_at"`
	AnsweredAt db.Time              `json:"answered_at"`
}

type engagePublicOutput struct {
	Body struct {
		Items []engagePublicPair `json:"items"`
		Next  string             `json:"next,omitempty"`
	}
}

var apiTags = []string{"Questions"}

func operation(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: apiTags}
}

// api adds the operations of this context. Asking is not among them: it wants a
// person.
func (p *pages) api(a *web.API) {
	web.Operation(a, perm.Public, operation("list-public-answers", http.MethodGet, "/public/questions", "List public questions and answers"), p.apiPublic)
	web.Operation(a, engage.View, operation("list-questions", http.MethodGet, "/questions", "List questions of the missions in which the caller may look"), p.apiList)
	web.Operation(a, engage.View, operation("get-question", http.MethodGet, "/questions/{id}", "Read a question with its answers"), p.apiGet)
	one := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/questions/{id}"+path, summary)
	}
	web.Operation(a, engage.Answer, one("draft-answer", http.MethodPut, "/draft", "Keep an answer without sending it"),
		func(ctx context.Context, in *engageWriteInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.SaveDraft(ctx, in.ID, in.writing()))
		})
	web.Operation(a, engage.Answer, one("submit-answer", http.MethodPost, "/answer", "Send an answer, or submit it for approval where the route says so"),
		func(ctx context.Context, in *engageWriteInput) (*engageOneOutput, error) {
			_, err := p.svc.Submit(ctx, in.ID, in.writing())
			return p.after(ctx, in.ID, err)
		})
	web.Operation(a, engage.Approve, one("approve-answer", http.MethodPost, "/approve", "Approve and send an answer of somebody else"),
		func(ctx context.Context, in *engageApproveInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Approve(ctx, in.ID, in.Body.Hash))
		})
	web.Operation(a, engage.Approve, one("return-answer", http.MethodPost, "/return", "Return an answer to its author"),
		func(ctx context.Context, in *engageReasonInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Return(ctx, in.ID, in.Body.Reason))
		})
	web.Operation(a, engage.Answer, one("assign-question", http.MethodPost, "/assign", "Give a question to a person"),
		func(ctx context.Context, in *engageAssignInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Assign(ctx, in.ID, in.Body.PersonID))
		})
	web.Operation(a, engage.Answer, one("hand-over-question", http.MethodPost, "/handover", "Hand a question over to another mission"),
		func(ctx context.Context, in *engageHandOverInput) (*struct{}, error) {
			return nil, p.svc.HandOver(ctx, in.ID, in.Body.MissionID, in.Body.Reason)
		})
	web.Operation(a, engage.View, one("note-question", http.MethodPost, "/notes", "Add an internal note"),
		func(ctx context.Context, in *engageReasonInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Note(ctx, in.ID, in.Body.Reason))
		})
	web.Operation(a, engage.Answer, one("close-question", http.MethodPost, "/close", "Close a question without an answer"),
		func(ctx context.Context, in *engageCloseInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Close(ctx, in.ID, in.Body.Reason, in.Body.Note))
		})
	web.Operation(a, engage.Answer, one("reopen-question", http.MethodPost, "/reopen", "Take up a closed question again"),
		func(ctx context.Context, in *engageOneInput) (*engageOneOutput, error) {
			return p.after(ctx, in.ID, p.svc.Reopen(ctx, in.ID, ""))
		})
}

// after gives the question as it stands after an act.
func (p *pages) after(ctx context.Context, id string, err error) (*engageOneOutput, error) {
	if err != nil {
		return nil, err
	}
	return p.apiGet(ctx, &engageOneInput{ID: id})
}

func (p *pages) apiGet(ctx context.Context, in *engageOneInput) (*engageOneOutput, error) {
	f, err := p.svc.Question(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &engageOneOutput{questionJSON(&f.Question, f.Replies)}, nil
}

func (p *pages) apiList(ctx context.Context, in *engageListInput) (*engageListOutput, error) {
	list, err := p.svc.List(ctx, engage.Filter{Box: engage.Box(in.Box), Mission: in.Mission, Query: in.Query, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &engageListOutput{}
	out.Body.Items, out.Body.Next = []engageQuestion{}, list.Next
	for i := range list.Items {
		out.Body.Items = append(out.Body.Items, questionJSON(&list.Items[i], nil))
	}
	return out, nil
}

func (p *pages) apiPublic(ctx context.Context, in *engagePublicInput) (*engagePublicOutput, error) {
	f := engage.PublicFilter{AllMissions: in.Mission == "", Lang: i18n.Lang(in.Lang), Cursor: in.Cursor, Limit: in.Limit}
	if in.Mission != "" {
		m, err := p.org.MissionBySlug(ctx, in.Mission)
		if err != nil {
			return nil, err
		}
		f.Mission = m.ID
	}
	list, err := p.svc.Public(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &engagePublicOutput{}
	out.Body.Items, out.Body.Next = []engagePublicPair{}, list.Next
	for _, x := range list.Items {
		a := x.Latest()
		out.Body.Items = append(out.Body.Items, engagePublicPair{Number: x.Number, MissionID: x.MissionID, MessageID: x.MessageID, Statement: x.Titles, Lang: x.Lang,
			Question: x.Text, Answer: a.Body, Correction: a.Note, AskedAt: x.AskedAt, AnsweredAt: x.AnsweredAt})
	}
	return out, nil
}
