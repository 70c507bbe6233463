package publishweb

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/discuss"
	"sifara/internal/web"
)

// The machine face of comments and fact checks.

type apiCall struct {
	PersonID string  `json:"person_id"`
	DoneAt   db.Time `json:"done_at" format:"date-time" doc:"When they have seen to it"`
}

type apiComment struct {
	ID         string    `json:"id"`
	MessageID  string    `json:"message_id"`
	Lang       string    `json:"lang,omitempty"`
	Quote      string    `json:"quote,omitempty" doc:"The words that it is about; none: the whole message"`
	Body       string    `json:"body"`
	AuthorID   string    `json:"author_id"`
	At         db.Time   `json:"at" format:"date-time"`
	Calls      []apiCall `json:"calls"`
	ResolvedAt db.Time   `json:"resolved_at" format:"date-time"`
	ResolvedBy string    `json:"resolved_by,omitempty"`
}

type apiCheck struct {
	ID         string  `json:"id"`
	MessageID  string  `json:"message_id"`
	Lang       string  `json:"lang"`
	Claim      string  `json:"claim" doc:"Words of the message"`
	Question   string  `json:"question,omitempty"`
	PersonID   string  `json:"person_id,omitempty" doc:"Of whom it is asked"`
	UnitID     string  `json:"unit_id,omitempty" doc:"Or of which mission or department, where anybody may answer"`
	AskedBy    string  `json:"asked_by"`
	AskedAt    db.Time `json:"asked_at" format:"date-time"`
	Verdict    string  `json:"verdict,omitempty" enum:"right,partly,wrong,unclear" doc:"Absent while it is open"`
	Answer     string  `json:"answer,omitempty"`
	Sources    string  `json:"sources,omitempty"`
	AnsweredBy string  `json:"answered_by,omitempty"`
	AnsweredAt db.Time `json:"answered_at" format:"date-time"`
}

// discussionOut is what every operation here answers.
type discussionOut struct {
	Body struct {
		Comments []apiComment `json:"comments"`
		Checks   []apiCheck   `json:"checks"`
	}
}

func newDiscussion(comments []discuss.Comment, checks []discuss.Check) *discussionOut {
	out := &discussionOut{}
	out.Body.Comments, out.Body.Checks = []apiComment{}, []apiCheck{}
	for _, c := range comments {
		x := apiComment{ID: c.ID, MessageID: c.MessageID, Lang: string(c.Lang), Quote: c.Quote, Body: c.Body, AuthorID: c.AuthorID, At: c.At, ResolvedAt: c.ResolvedAt, ResolvedBy: c.ResolvedBy, Calls: []apiCall{}}
		for _, y := range c.Mentions {
			x.Calls = append(x.Calls, apiCall{y.PersonID, y.DoneAt})
		}
		out.Body.Comments = append(out.Body.Comments, x)
	}
	for _, c := range checks {
		out.Body.Checks = append(out.Body.Checks, apiCheck{ID: c.ID, MessageID: c.MessageID, Lang: string(c.Lang), Claim: c.Claim, Question: c.Question, PersonID: c.PersonID, UnitID: c.UnitID,
			AskedBy: c.AskedBy, AskedAt: c.AskedAt, Verdict: string(c.Verdict), Answer: c.Answer, Sources: c.Sources, AnsweredBy: c.AnsweredBy, AnsweredAt: c.AnsweredAt})
	}
	return out
}

type commentIn struct {
	MessageInput
	Body struct {
		ID    string   `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call comments once"`
		Body  string   `json:"body" minLength:"1" doc:"Plain text; a name after \"@\" calls who bears it"`
		Lang  string   `json:"lang,omitempty" enum:"ar,ckb,kmr,en" doc:"Of the quoted words"`
		Quote string   `json:"quote,omitempty"`
		Calls []string `json:"calls,omitempty" maxItems:"50" doc:"Ids of people who may view the message"`
	}
}

type checkIn struct {
	MessageInput
	Body struct {
		ID       string `json:"id,omitempty" format:"uuid" doc:"Given by the caller, so that a repeated call asks once"`
		Lang     string `json:"lang" enum:"ar,ckb,kmr,en"`
		Claim    string `json:"claim" minLength:"1"`
		Question string `json:"question,omitempty"`
		PersonID string `json:"person_id,omitempty"`
		UnitID   string `json:"unit_id,omitempty" doc:"A mission or department; exactly one of the two"`
	}
}

type verdictIn struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Verdict string `json:"verdict" enum:"right,partly,wrong,unclear"`
		Answer  string `json:"answer,omitempty"`
		Sources string `json:"sources,omitempty" doc:"Required unless it cannot be told"`
	}
}

// partIn names a part of a message. It is shared: each pair of types costs the
// program 30 kB.
type partIn struct {
	MessageInput
	Part string `path:"part" format:"uuid"`
}

func (c *console) apiDiscussOps(a *web.API) {
	s := c.writing.Discuss
	if s == nil {
		return
	}
	op := func(method, path, operation, summary string) huma.Operation {
		return tagged(method, path, operation, summary, "discussion")
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}/discussion", "get-discussion", "Comments and fact checks of a message, the oldest first"), func(ctx context.Context, in *MessageInput) (*discussionOut, error) {
		return c.apiDiscussion(ctx, in.ID, nil)
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/comments", "add-comment", "Comment on a message, and call colleagues"), func(ctx context.Context, in *commentIn) (*discussionOut, error) {
		b := in.Body
		x := discuss.Comment{ID: cmp.Or(b.ID, id.New()), MessageID: in.ID, Lang: i18n.Lang(b.Lang), Quote: b.Quote, Body: b.Body}
		return c.apiDiscussion(ctx, in.ID, s.Say(ctx, x, b.Calls...))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/comments/{part}/seen", "settle-call", "Say that you have seen to a comment that calls you"), func(ctx context.Context, in *partIn) (*discussionOut, error) {
		return c.apiDiscussion(ctx, in.ID, s.Done(ctx, in.ID, in.Part))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/comments/{part}/close", "close-comment", "Close a comment and the calls in it"), func(ctx context.Context, in *partIn) (*discussionOut, error) {
		return c.apiDiscussion(ctx, in.ID, s.Resolve(ctx, in.ID, in.Part))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/checks", "ask-check", "Ask a person or a desk whether a claim is true; for who writes the message or vouches for it"), func(ctx context.Context, in *checkIn) (*discussionOut, error) {
		b := in.Body
		x := discuss.Check{ID: cmp.Or(b.ID, id.New()), MessageID: in.ID, Lang: i18n.Lang(b.Lang), Claim: b.Claim, Question: b.Question, PersonID: b.PersonID, UnitID: b.UnitID}
		return c.apiDiscussion(ctx, in.ID, s.Ask(ctx, x))
	})
	web.Operation(a, publish.MayView, op(http.MethodDelete, "/messages/{id}/checks/{part}", "drop-check", "Take a fact check back"), func(ctx context.Context, in *partIn) (*discussionOut, error) {
		return c.apiDiscussion(ctx, in.ID, s.Drop(ctx, in.ID, in.Part))
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/asked", "list-asked", "What colleagues ask of you: comments that call you, open fact checks"), func(ctx context.Context, _ *struct{}) (*discussionOut, error) {
		return c.apiAsked(ctx, nil)
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/checks/{id}/answer", "answer-check", "Answer a fact check that is asked of you or your desk; the answer lists what is still asked"), func(ctx context.Context, in *verdictIn) (*discussionOut, error) {
		b := in.Body
		return c.apiAsked(ctx, s.Answer(ctx, in.ID, discuss.Verdict(b.Verdict), b.Answer, b.Sources))
	})
}

// apiDiscussion answers an act on a message.
func (c *console) apiDiscussion(ctx context.Context, messageID string, err error) (*discussionOut, error) {
	if err != nil {
		return nil, err
	}
	comments, err := c.writing.Discuss.Comments(ctx, messageID)
	if err != nil {
		return nil, err
	}
	checks, err := c.writing.Discuss.Checks(ctx, messageID)
	return newDiscussion(comments, checks), err
}

func (c *console) apiAsked(ctx context.Context, err error) (*discussionOut, error) {
	if err != nil {
		return nil, err
	}
	calls, err := c.writing.Discuss.Calls(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := c.writing.Discuss.Asked(ctx)
	return newDiscussion(calls, checks), err
}
