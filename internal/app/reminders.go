package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/auth"
	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/event"
	"sifara/internal/jobs"
	"sifara/internal/listen/campaign"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// overdueArgs are those of the hourly look for questions beyond their time.
type overdueArgs struct{}

// Kind implements jobs.Args.
func (overdueArgs) Kind() string { return "app.overdue" }

// reminders tells people by mail what waits for them: when a step of a message
// begins to wait, nears its deadline and passes it, and each working day on
// which questions of their mission are overdue. One letter a day gathers all.
func (h *House) reminders() {
	h.Auth.UseWaiting(h.messagesWait, h.answersWait, h.questionsWait, h.campaignsWait, h.askedWait)
	event.On(h.Bus, "auth.called", h.called)
	event.On(h.Bus, "auth.handed", func(ctx context.Context, e campaign.HandedOver) error {
		people, err := h.Org.Holders(ctx, campaign.Manage, handedTo(e))
		if err != nil {
			return fmt.Errorf("who works on campaign file %s: %w", e.CampaignID, err)
		}
		// Those of the desk: whoever may work everywhere is not written to about
		// every desk, nor whoever handed it over.
		return h.Auth.TellAtOnce(ctx, slices.DeleteFunc(people, func(p org.Person) bool {
			return p.ID == e.By || p.MissionID != e.MissionID || e.DepartmentID != "" && p.DepartmentID != e.DepartmentID
		}))
	})
	event.On(h.Bus, "auth.digest", func(ctx context.Context, e publish.Waiting) error {
		people, err := h.awaited(ctx, e)
		if err != nil {
			return fmt.Errorf("who may take a step of message %s: %w", e.MessageID, err)
		}
		return h.Auth.TellAtOnce(ctx, people)
	})
	jobs.Handle(h.Queue, func(ctx context.Context, _ jobs.Job[overdueArgs]) error { return h.tellOverdue(ctx) })
	h.Queue.Every(time.Hour, overdueArgs{})
}

// awaited are those who may take the step that waits: of a route, as its rules
// allow, else all who hold the permission.
func (h *House) awaited(ctx context.Context, e publish.Waiting) ([]org.Person, error) {
	if e.Index >= 0 {
		m, err := h.Publish.Message(ctx, e.MessageID)
		if err == nil && e.Escalated {
			return h.Publish.EscalatedTo(ctx, m, e.Index)
		}
		if err == nil && e.Index < len(m.Route.Steps) {
			return h.Publish.Takers(ctx, m, e.Index)
		}
	}
	scope := perm.InMission(e.MissionID)
	if e.Ministry {
		scope = perm.Everywhere()
	}
	return h.Org.Holders(ctx, e.Permission, scope)
}

// handedTo is the desk that a campaign file was handed to.
func handedTo(e campaign.HandedOver) perm.Scope {
	if e.MissionID == "" && e.DepartmentID != "" {
		return perm.InDepartment(e.DepartmentID)
	}
	return perm.InMission(e.MissionID)
}

// campaignsWait are the campaign files that were handed to a desk of the actor.
func (h *House) campaignsWait(ctx context.Context) ([]auth.Waits, error) {
	n, err := h.Campaigns.CountHanded(ctx)
	return []auth.Waits{{Kind: "campaigns", Count: n, Path: "/console/listen/campaigns"}}, err
}

// tellOverdue promises a letter to those who answer questions where some are
// overdue.
func (h *House) tellOverdue(ctx context.Context) error {
	missions, err := h.Engage.OverdueMissions(ctx)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, m := range missions {
		people, err := h.Engage.Answerers(ctx, m)
		if err != nil {
			return fmt.Errorf("who answers for mission %q: %w", m, err)
		}
		var fresh []org.Person
		for _, p := range people {
			// Those of the mission itself, or of the ministry for its own: whoever
			// may answer everywhere is not written to about every mission.
			if p.MissionID == m && !told[p.ID] {
				told[p.ID] = true
				fresh = append(fresh, p)
			}
		}
		if err := h.Auth.TellDaily(ctx, fresh); err != nil {
			return err
		}
	}
	return nil
}

// messagesWait is what publish has for the actor.
func (h *House) messagesWait(ctx context.Context) ([]auth.Waits, error) {
	list, err := h.Publish.Messages(ctx, publish.Filter{Waiting: true, Brief: true})
	if err != nil {
		return nil, err
	}
	now := h.Clock.Now()
	w := auth.Waits{Kind: "messages", Count: len(list), Path: "/console/messages?show=waiting"}
	for i := range list {
		due := list[i].StepDue
		if list[i].AwaitsReview() {
			due = list[i].ReviewDue
		}
		if list[i].Overdue(now) {
			w.Late++
		} else {
			w.Due = sooner(w.Due, due)
		}
	}
	return []auth.Waits{w}, nil
}

func sooner(a, b db.Time) db.Time {
	if a.IsZero() || !b.IsZero() && b < a {
		return b
	}
	return a
}

// answersWait are the answers that the actor may let out.
func (h *House) answersWait(ctx context.Context) ([]auth.Waits, error) {
	n, err := h.Engage.ToApprove(ctx)
	return []auth.Waits{{Kind: "answers", Count: n, Path: "/console/inbox?box=approval"}}, err
}

// questionsWait are the overdue questions that the actor may answer where they
// serve.
func (h *House) questionsWait(ctx context.Context) ([]auth.Waits, error) {
	me, err := h.Org.Person(ctx, perm.From(ctx).ID)
	if err != nil {
		return nil, err
	}
	if !perm.From(ctx).MayIn(engage.Answer, perm.InMission(me.MissionID)) {
		return nil, nil
	}
	n, err := h.Engage.OverdueIn(ctx, me.MissionID)
	return []auth.Waits{{Kind: "questions", Count: n, Late: n, Path: "/console/inbox?box=overdue"}}, err
}
