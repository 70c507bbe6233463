package publishweb

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/clash"
	"sifara/internal/web"
)

// The machine face of messages: what the console does, by the same rules.

type apiVariant struct {
	Lang    string  `json:"lang" enum:"ar,ckb,kmr,en"`
	Title   string  `json:"title"`
	Summary string  `json:"summary"`
	Body    string  `json:"body" doc:"Markdown"`
	State   string  `json:"state" enum:"missing,draft,reviewed,approved,stale"`
	Stale   bool    `json:"stale" doc:"Older than its source"`
	Hash    string  `json:"hash"`
	Version int     `json:"version" doc:"Give it back with an edit"`
	Edited  db.Time `json:"edited_at" format:"date-time"`
}

type apiApproval struct {
	Step       int     `json:"step"`
	Kind       string  `json:"kind"`
	Lang       string  `json:"lang,omitempty"`
	Actor      string  `json:"actor_id"`
	OnBehalfOf string  `json:"on_behalf_of,omitempty"`
	Hash       string  `json:"hash"`
	Decision   string  `json:"decision" enum:"approve,reject"`
	Reason     string  `json:"reason,omitempty"`
	At         db.Time `json:"at" format:"date-time"`
	VoidedAt   db.Time `json:"voided_at" format:"date-time"`
	VoidedWhy  string  `json:"voided_why,omitempty"`
}

type apiMessage struct {
	ID              string              `json:"id" format:"uuid"`
	Slug            string              `json:"slug"`
	MissionID       string              `json:"mission_id" doc:"Empty: the ministry itself"`
	Kind            string              `json:"kind" enum:"statement,speech,news,blog,post,thread,gallery,video,audio,event,travel_advice,page"`
	Sensitivity     string              `json:"sensitivity" enum:"routine,sensitive,high"`
	SourceLang      string              `json:"source_lang" enum:"ar,ckb,kmr,en"`
	DecisionID      string              `json:"decision_id,omitempty"`
	WarningID       string              `json:"warning_id,omitempty"`
	TopicID         string              `json:"topic_id,omitempty"`
	State           string              `json:"state" enum:"draft,rejected,in_review,approved,scheduled,released,withdrawn"`
	Hash            string              `json:"hash" doc:"Of all that goes out; acts that vouch for it give it back"`
	Version         int                 `json:"version"`
	SettingsVersion int                 `json:"settings_version"`
	Step            int                 `json:"step" doc:"Index of the step that waits"`
	Open            []int               `json:"open" doc:"Indexes of the steps that wait; several when they wait together"`
	Steps           []publish.Step      `json:"steps" doc:"The route; empty before the first submission"`
	StepDue         db.Time             `json:"step_due" format:"date-time"`
	Overdue         bool                `json:"overdue"`
	ReleaseAt       db.Time             `json:"release_at" format:"date-time"`
	EmbargoUntil    db.Time             `json:"embargo_until" format:"date-time"`
	NotAfter        db.Time             `json:"not_after" format:"date-time"`
	ReleasedAt      db.Time             `json:"released_at" format:"date-time"`
	Exempt          string              `json:"exempt,omitempty" enum:"consular,crisis"`
	Channels        []publish.Channel   `json:"channels,omitempty" doc:"That it is for besides its page and the feeds; none: any"`
	Escalated       []int               `json:"escalated,omitempty" doc:"Steps that wait and were passed on"`
	HeldAt          db.Time             `json:"held_at" format:"date-time" doc:"Since when its planned release waits for an official because a pause covered its time"`
	WithdrawnAt     db.Time             `json:"withdrawn_at" format:"date-time"`
	WithdrawnNote   map[string]string   `json:"withdrawn_note,omitempty"`
	Emergency       bool                `json:"emergency"`
	ReviewDue       db.Time             `json:"review_due" format:"date-time"`
	UpdatedAt       db.Time             `json:"updated_at" format:"date-time"`
	Lacks           publish.Lacks       `json:"lacks,omitempty" doc:"Languages that were missing or stale when it was released"`
	Details         publish.Details     `json:"details,omitzero" doc:"What the kind needs besides the text"`
	Variants        []apiVariant        `json:"variants"`
	Approvals       []apiApproval       `json:"approvals,omitempty"`
	Warnings        []clash.WarningLine `json:"warnings,omitempty" doc:"What speaks against the time for which it was just planned"`
}

func (c *console) toAPI(m publish.Message, approvals bool) apiMessage {
	out := apiMessage{ID: m.ID, Lacks: m.Lacks, Channels: m.Channels.List(), Escalated: m.Escalated, Slug: m.Slug, MissionID: m.MissionID, Kind: string(m.Kind), Sensitivity: string(m.Sensitivity), SourceLang: string(m.SourceLang),
		DecisionID: m.DecisionID, WarningID: m.WarningID, TopicID: m.TopicID, State: string(m.State), Hash: m.Hash, Version: m.Version, SettingsVersion: m.SettingsVersion,
		Step: m.Step, Open: append([]int{}, m.Open()...), Steps: m.Route.Steps, StepDue: m.StepDue, Overdue: m.Overdue(c.clock.Now()), ReleaseAt: m.ReleaseAt, EmbargoUntil: m.EmbargoUntil, NotAfter: m.NotAfter,
		Exempt: string(m.Exempt), HeldAt: m.HeldAt, ReleasedAt: m.ReleasedAt, WithdrawnAt: m.WithdrawnAt, WithdrawnNote: map[string]string{}, Emergency: m.Emergency, ReviewDue: m.ReviewDue, UpdatedAt: m.UpdatedAt, Details: m.Details,
		Variants: []apiVariant{}}
	if out.Steps == nil {
		out.Steps = []publish.Step{}
	}
	for l, s := range m.WithdrawnNote {
		out.WithdrawnNote[string(l)] = s
	}
	for _, v := range m.Variants {
		out.Variants = append(out.Variants, apiVariant{Lang: string(v.Lang), Title: v.Title, Summary: v.Summary, Body: v.Body, State: string(v.State), Stale: m.Stale(v.Lang), Hash: v.Hash, Version: v.Version, Edited: v.EditedAt})
	}
	if approvals {
		for _, a := range m.Approvals {
			out.Approvals = append(out.Approvals, apiApproval{Step: a.Step, Kind: string(a.Kind), Lang: string(a.Lang), Actor: a.ActorID, OnBehalfOf: a.OnBehalfOf, Hash: a.Hash, Decision: string(a.Decision), Reason: a.Reason, At: a.At, VoidedAt: a.VoidedAt, VoidedWhy: a.VoidedWhy})
		}
	}
	return out
}

type messageOut struct{ Body apiMessage }

// MessageInput names the message of an operation. It is exported because huma
// fills embedded structs only then.
type MessageInput struct {
	ID string `path:"id" format:"uuid"`
}

type listIn struct {
	State    string `query:"state" enum:"draft,rejected,in_review,approved,scheduled,released,withdrawn"`
	Mission  string `query:"mission" doc:"Id of a mission, or \"ministry\""`
	Show     string `query:"show" enum:"waiting,mine,overdue"`
	Missing  string `query:"missing" enum:"ar,ckb,kmr,en" doc:"Without a text in this language"`
	Stale    bool   `query:"stale"`
	Query    string `query:"q" maxLength:"200"`
	Decision string `query:"decision"`
	Warning  string `query:"warning"`
	Cursor   string `query:"cursor"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"25"`
}

type listOut struct{ Body web.List[apiMessage] }

type createIn struct {
	Body struct {
		ID          string `json:"id,omitempty" format:"uuid" doc:"Chosen by the caller, so that a repeated call creates once"`
		MissionID   string `json:"mission_id,omitempty"`
		Kind        string `json:"kind" enum:"statement,speech,news,blog,post,thread,gallery,video,audio,event,travel_advice,page"`
		Sensitivity string `json:"sensitivity,omitempty" enum:"routine,sensitive,high" default:"routine"`
		SourceLang  string `json:"source_lang" enum:"ar,ckb,kmr,en"`
		DecisionID  string `json:"decision_id,omitempty"`
		WarningID   string `json:"warning_id,omitempty"`
		TopicID     string `json:"topic_id,omitempty"`
		Title       string `json:"title,omitempty"`
		Summary     string `json:"summary,omitempty"`
		Body        string `json:"body,omitempty" doc:"Markdown"`
	}
}

type writeIn struct {
	MessageInput
	Lang string `path:"lang" enum:"ar,ckb,kmr,en"`
	Body struct {
		Title   string `json:"title,omitempty"`
		Summary string `json:"summary,omitempty"`
		Body    string `json:"body,omitempty" doc:"Markdown; without title and body the language is removed"`
		Version int    `json:"version" doc:"Version of the variant as it was read; 0 when there was none"`
		Source  string `json:"source_hash,omitempty" doc:"Hash of the source text translated from"`
		Matches bool   `json:"matches,omitempty" doc:"The translation has caught up with that source"`
	}
}

type settingsIn struct {
	MessageInput
	Body struct {
		Version      int              `json:"version" doc:"settings_version as it was read"`
		MissionID    string           `json:"mission_id,omitempty"`
		Kind         string           `json:"kind" enum:"statement,speech,news,blog,post,thread,gallery,video,audio,event,travel_advice,page"`
		Sensitivity  string           `json:"sensitivity" enum:"routine,sensitive,high"`
		EmbargoUntil *time.Time       `json:"embargo_until,omitempty" doc:"Left out: none"`
		NotAfter     *time.Time       `json:"not_after,omitempty" doc:"Left out: none"`
		Channels     []string         `json:"channels,omitempty" doc:"newsletter, facebook, instagram, x, telegram, youtube, whatsapp, mastodon, bluesky or press; empty: any; left out: as they are"`
		Exempt       *string          `json:"exempt,omitempty" enum:"consular,crisis," doc:"Goes out also while publishing is paused; empty: not; left out: as it is; a change needs publish.exempt"`
		Details      *publish.Details `json:"details,omitempty" doc:"What the kind needs besides the text; without it they stay, as far as they belong to the kind"`
	}
}

type hashIn struct {
	MessageInput
	Body struct {
		Hash string `json:"hash"`
	}
}

type judgeIn struct {
	MessageInput
	Body struct {
		Hash   string   `json:"hash"`
		Step   int      `json:"step"`
		Langs  []string `json:"langs,omitempty" doc:"Of a language review; none means all that are missing and that you read"`
		Reason string   `json:"reason,omitempty"`
	}
}

type releaseIn struct {
	MessageInput
	Body struct {
		Hash    string     `json:"hash"`
		At      *time.Time `json:"at,omitempty" doc:"Later, not now"`
		Confirm bool       `json:"confirm,omitempty" doc:"Plan it although something grave speaks against the time; without it that is 409, with each warning under errors"`
	}
}

type withdrawIn struct {
	MessageInput
	Body struct {
		Note map[string]string `json:"note" doc:"Public, by language; the source language is required"`
	}
}

func op(method, path, operation, summary string) huma.Operation {
	o := tagged(method, path, operation, summary, "messages")
	if method == http.MethodPost && operation == "create-message" {
		o.DefaultStatus = http.StatusCreated
	}
	return o
}

// tagged describes an operation of a group.
func tagged(method, path, operation, summary, tag string) huma.Operation {
	return huma.Operation{OperationID: operation, Method: method, Path: path, Summary: summary, Tags: []string{tag}}
}

// api adds the operations on messages and on pauses.
func (c *console) api(a *web.API) {
	c.apiToneOps(a)
	c.apiTermOps(a)
	c.pauseAPI(a)
	c.routeAPI(a)
	c.apiShareOps(a)
	c.apiDiscussOps(a)
	c.apiFileOps(a)
	c.apiVersionOps(a)
	c.calendarAPI(a)
	c.queueAPI(a)
	c.slotAPI(a)
	c.themeAPI(a)
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages", "list-messages", "List messages, the latest changed first"), c.apiList)
	web.Operation(a, publish.MayView, op(http.MethodGet, "/messages/{id}", "get-message", "Read one message with its texts and approvals"), func(ctx context.Context, in *MessageInput) (*messageOut, error) {
		return c.out(c.svc.Message(ctx, in.ID))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPost, "/messages", "create-message", "Begin a message"), c.apiCreate)
	web.Operation(a, publish.MayDraft, op(http.MethodPut, "/messages/{id}/variants/{lang}", "write-message", "Write the text in one language"), func(ctx context.Context, in *writeIn) (*messageOut, error) {
		b := in.Body
		return c.out(c.svc.Write(ctx, in.ID, i18n.Lang(in.Lang), publish.Edit{Words: publish.Words{Title: b.Title, Summary: b.Summary, Body: b.Body}, Version: b.Version, SourceHash: b.Source, Matches: b.Matches}))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPut, "/messages/{id}/settings", "arrange-message", "Change speaker, kind, sensitivity and times"), func(ctx context.Context, in *settingsIn) (*messageOut, error) {
		m, err := c.svc.Message(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		b, to := in.Body, m.Settings()
		to.MissionID, to.Kind, to.Sensitivity = b.MissionID, publish.Kind(b.Kind), publish.Sensitivity(b.Sensitivity)
		to.EmbargoUntil, to.NotAfter = timeOf(b.EmbargoUntil), timeOf(b.NotAfter)
		// What came later is kept when a program does not know it.
		if b.Details != nil {
			to.Details = *b.Details
		}
		if b.Exempt != nil {
			to.Exempt = publish.Exemption(*b.Exempt)
		}
		if b.Channels != nil {
			to.Channels = publish.JoinChannels(b.Channels...)
		}
		return c.out(c.svc.Arrange(ctx, in.ID, b.Version, to))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPost, "/messages/{id}/submit", "submit-message", "Send a draft on its approval route"), func(ctx context.Context, in *hashIn) (*messageOut, error) {
		return c.out(c.svc.Submit(ctx, in.ID, in.Body.Hash))
	})
	web.Operation(a, publish.MayDraft, op(http.MethodPost, "/messages/{id}/recall", "recall-message", "Take a message back from its route"), func(ctx context.Context, in *MessageInput) (*messageOut, error) {
		return c.out(c.svc.Recall(ctx, in.ID))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/approve", "approve-message", "Vouch for exactly this content at the step that waits"), func(ctx context.Context, in *judgeIn) (*messageOut, error) {
		return c.out(c.svc.Approve(ctx, in.ID, in.judgement()))
	})
	web.Operation(a, publish.MayView, op(http.MethodPost, "/messages/{id}/reject", "reject-message", "Send a message back with a reason"), func(ctx context.Context, in *judgeIn) (*messageOut, error) {
		return c.out(c.svc.Reject(ctx, in.ID, in.judgement()))
	})
	web.Operation(a, publish.MayRelease, op(http.MethodPost, "/messages/{id}/release", "release-message", "Make an approved message public, now or at a time"), func(ctx context.Context, in *releaseIn) (*messageOut, error) {
		if in.Body.At != nil {
			return c.apiPlan(ctx, in)
		}
		return c.out(c.svc.Release(ctx, in.ID, in.Body.Hash))
	})
	web.Operation(a, publish.MayRelease, op(http.MethodPost, "/messages/{id}/unschedule", "unschedule-message", "Give up a planned release"), func(ctx context.Context, in *MessageInput) (*messageOut, error) {
		return c.out(c.svc.Unschedule(ctx, in.ID))
	})
	web.Operation(a, publish.MayWithdraw, op(http.MethodPost, "/messages/{id}/withdraw", "withdraw-message", "Take back what is public, with a public note"), func(ctx context.Context, in *withdrawIn) (*messageOut, error) {
		note := publish.Texts{}
		for l, s := range in.Body.Note {
			note[i18n.Lang(l)] = s
		}
		return c.out(c.svc.Withdraw(ctx, in.ID, note))
	})
}

func (in *judgeIn) judgement() publish.Judgement {
	j := publish.Judgement{Step: in.Body.Step, Hash: in.Body.Hash, Reason: in.Body.Reason}
	for _, l := range in.Body.Langs {
		j.Langs = append(j.Langs, i18n.Lang(l))
	}
	return j
}

func timeOf(t *time.Time) db.Time {
	if t == nil {
		return 0
	}
	return db.At(*t)
}

func (c *console) out(m publish.Message, err error) (*messageOut, error) {
	if err != nil {
		return nil, err
	}
	return &messageOut{Body: c.toAPI(m, true)}, nil
}

func (c *console) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	q := map[string][]string{"state": {in.State}, "mission": {in.Mission}, "show": {in.Show}, "q": {in.Query}, "before": {in.Cursor}}
	if in.Missing != "" {
		q["text"] = []string{"missing-" + in.Missing}
	} else if in.Stale {
		q["text"] = []string{"stale"}
	}
	f := readFilter(q)
	f.DecisionID, f.WarningID, f.Limit = in.Decision, in.Warning, in.Limit+1
	list, err := c.svc.Messages(ctx, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(list) > in.Limit {
		list = list[:in.Limit]
		if !f.Waiting {
			next = cursor(list[in.Limit-1])
		}
	}
	items := make([]apiMessage, len(list))
	for i, m := range list {
		items[i] = c.toAPI(m, false)
	}
	return &listOut{Body: web.NewList(items, next)}, nil
}

func (c *console) apiCreate(ctx context.Context, in *createIn) (*messageOut, error) {
	b := in.Body
	if b.ID == "" {
		b.ID = id.New()
	}
	return c.out(c.svc.Create(ctx, publish.Beginning{ID: b.ID, MissionID: b.MissionID, Kind: publish.Kind(b.Kind), Sensitivity: publish.Sensitivity(b.Sensitivity), SourceLang: i18n.Lang(b.SourceLang),
		DecisionID: b.DecisionID, WarningID: b.WarningID, TopicID: b.TopicID, Words: publish.Words{Title: b.Title, Summary: b.Summary, Body: b.Body}}))
}
