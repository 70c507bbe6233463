package publishweb

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
	"sifara/internal/web"
)

// LetterInput names a letter.
type LetterInput struct {
	ID string `path:"id"`
}

type newsletterOut struct {
	ID          string            `json:"id"`
	Slug        string            `json:"slug"`
	MissionID   string            `json:"mission_id,omitempty"`
	Names       publish.Texts     `json:"names"`
	Open        bool              `json:"open"`
	Digest      newsletter.Digest `json:"digest,omitempty"`
	Subscribers int               `json:"subscribers" doc:"How many are on it; no operation tells who"`
}

type newslettersOut struct{ Body web.List[newsletterOut] }

type letterOut struct {
	ID        string              `json:"id"`
	ListID    string              `json:"list_id"`
	Kind      string              `json:"kind" enum:"message,digest"`
	State     newsletter.State    `json:"state" enum:"draft,preparing,sending,paused,done,cancelled"`
	Why       string              `json:"why,omitempty" doc:"Why it is paused or was cancelled: official, bounces, house, withdrawn"`
	Messages  []string            `json:"messages"`
	StartedAt db.Time             `json:"started_at,omitzero"`
	EndedAt   db.Time             `json:"ended_at,omitzero"`
	NotAfter  db.Time             `json:"not_after,omitzero"`
	Total     int64               `json:"total"`
	Rows      newsletter.Progress `json:"rows,omitempty" doc:"Recipients by state; each ends in sent, bounced, failed, unknown, expired, left or cancelled"`
	Outcome   string              `json:"outcome,omitempty" doc:"Of a test of two subjects: a, b, or none"`
}

type letterAnswer struct{ Body letterOut }

type lettersOut struct{ Body web.List[letterOut] }

type writeLetterIn struct {
	Body struct {
		ID        string               `json:"id,omitempty"`
		ListID    string               `json:"list_id"`
		MessageID string               `json:"message_id" doc:"A released message"`
		Langs     []i18n.Lang          `json:"langs,omitempty" doc:"Only to readers in these languages"`
		Countries []string             `json:"countries,omitempty" doc:"Only to readers who stated these countries"`
		Topics    []string             `json:"topics,omitempty"`
		UTM       bool                 `json:"utm,omitempty"`
		SubjectA  map[i18n.Lang]string `json:"subject_a,omitempty" doc:"By language; the title where absent. Somebody else has to send it then"`
		SubjectB  map[i18n.Lang]string `json:"subject_b,omitempty" doc:"The other wording of a test"`
		TestShare int                  `json:"test_share,omitempty"`
		TestHours int                  `json:"test_hours,omitempty"`
	}
}

type letterActIn struct {
	ID   string `path:"id"`
	Body struct {
		Act    string `json:"act" enum:"send,pause,resume,cancel,retry,retry_unknown"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Needed for all but send"`
	}
}

// api adds the operations on newsletters.
func (p *letters) api(a *web.API) {
	op := func(method, path, operation, summary string) huma.Operation {
		return huma.Operation{OperationID: operation, Method: method, Path: path, Summary: summary, Tags: []string{"newsletters"}}
	}
	web.Operation(a, publish.MayView, op(http.MethodGet, "/newsletters", "list-newsletters", "List newsletters with how many are on each"), func(ctx context.Context, _ *struct{}) (*newslettersOut, error) {
		all, err := p.mail.Lists(ctx)
		if err != nil {
			return nil, err
		}
		var items []newsletterOut
		for _, l := range all {
			items = append(items, newsletterOut{l.ID, l.Slug, l.MissionID, l.Names, l.Open, l.Digest, l.Subscribers})
		}
		return &newslettersOut{web.NewList(items, "")}, nil
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/letters", "list-letters", "List letters, the newest first"), func(ctx context.Context, in *struct {
		List string `query:"list" doc:"Id of a newsletter"`
	}) (*lettersOut, error) {
		all, err := p.mail.Letters(ctx, in.List, 100)
		if err != nil {
			return nil, err
		}
		var items []letterOut
		for _, t := range all {
			items = append(items, letterJSON(t, nil))
		}
		return &lettersOut{web.NewList(items, "")}, nil
	})
	web.Operation(a, publish.MayView, op(http.MethodGet, "/letters/{id}", "get-letter", "Read a letter and how far its sending is"), func(ctx context.Context, in *LetterInput) (*letterAnswer, error) {
		t, err := p.mail.Letter(ctx, in.ID)
		return p.answer(ctx, t, err)
	})
	web.Operation(a, newsletter.MayWrite, op(http.MethodPost, "/letters", "write-letter", "Prepare a letter with a released message"), func(ctx context.Context, in *writeLetterIn) (*letterAnswer, error) {
		b := in.Body
		if b.ID == "" {
			b.ID = id.New()
		}
		t, err := p.mail.Write(ctx, newsletter.Plan{ID: b.ID, ListID: b.ListID, MessageID: b.MessageID, UTM: b.UTM, TestShare: b.TestShare, TestHours: b.TestHours,
			Segment: newsletter.Segment{Langs: b.Langs, Countries: b.Countries, Topics: b.Topics}, Subjects: newsletter.Subjects{A: b.SubjectA, B: b.SubjectB}})
		return p.answer(ctx, t, err)
	})
	web.Operation(a, newsletter.MaySend, op(http.MethodPost, "/letters/{id}/act", "act-on-letter", "Let a letter out, pause it, go on with it, or end it"), func(ctx context.Context, in *letterActIn) (*letterAnswer, error) {
		t, err := p.acts()[in.Body.Act](ctx, in.ID, in.Body.Reason)
		return p.answer(ctx, t, err)
	})
}

func (p *letters) answer(ctx context.Context, t newsletter.Letter, err error) (*letterAnswer, error) {
	if err != nil {
		return nil, err
	}
	rows, err := p.mail.Progress(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return &letterAnswer{letterJSON(t, rows)}, nil
}

func letterJSON(t newsletter.Letter, rows newsletter.Progress) letterOut {
	return letterOut{ID: t.ID, ListID: t.ListID, Kind: t.Kind, State: t.State, Why: t.Why, Messages: t.Messages, StartedAt: t.StartedAt, EndedAt: t.EndedAt, NotAfter: t.NotAfter, Total: t.Total, Rows: rows, Outcome: t.Outcome}
}
