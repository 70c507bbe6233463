package publish

import (
	"context"
	"errors"
	"fmt"
	"sifara/internal/audit"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
)

// Release makes an approved message public now; it is the last step of the
// route. Hash is the content that the actor saw.
func (s *Service) Release(ctx context.Context, messageID, hash string) (Message, error) {
	return s.do(ctx, messageID, "publish.release", func(ctx context.Context, a *act) error {
		if err := a.takeRelease(ctx, hash); err != nil {
			return err
		}
		if err := a.notPaused(ctx, 0); err != nil {
			return err
		}
		if err := a.m.releasable(a.now); err != nil {
			return err
		}
		if err := a.cooled(ctx, a.now); err != nil {
			return err
		}
		if !a.m.HeldAt.IsZero() {
			return a.letGo(ctx)
		}
		a.goPublic(a.m.Route)
		return nil
	})
}

// Schedule plans the release of an approved message, or moves a planned one.
// It is the last step of the route; the release itself follows by a job, which
// checks everything again. The time lies ahead, not before the embargo and
// before NotAfter.
func (s *Service) Schedule(ctx context.Context, messageID, hash string, at time.Time) (Message, error) {
	return s.do(ctx, messageID, "publish.schedule", func(ctx context.Context, a *act) error {
		if !at.After(a.now) {
			return errs.InvalidFields(errs.Field{Name: "at", Key: "publish.error.past"})
		}
		if err := a.takeRelease(ctx, hash); err != nil {
			return err
		}
		if err := a.m.releasable(at); err != nil {
			return err
		}
		if err := a.cooled(ctx, at); err != nil {
			return err
		}
		return a.plan(ctx, at)
	})
}

// plan sets the moment of the release.
func (a *act) plan(ctx context.Context, at time.Time) error {
	a.m.State, a.m.ReleaseAt, a.m.StepDue, a.m.EscalateAt, a.m.HeldAt, a.m.Failure = StateScheduled, db.At(at), 0, 0, 0, ""
	a.m.QueueAt, a.m.QueueRank = 0, 0
	a.detail["publish_at"] = db.At(at)
	return a.s.queue.Insert(ctx, a.tx, releaseJob{MessageID: a.m.ID, At: a.m.ReleaseAt}, jobs.At(at))
}

// takeRelease records the actor's release at the last step. The release of a
// message that is planned already takes the place of the plan.
func (a *act) takeRelease(ctx context.Context, hash string) error {
	m := a.m
	if m.State != StateApproved && m.State != StateScheduled {
		return ErrState
	}
	last := len(m.Route.Steps) - 1
	if last < 0 || m.Step != last || m.Route.Steps[last].Kind != ReleaseStep {
		return ErrUnapproved
	}
	step := m.Route.Steps[last]
	if err := a.admit(ctx, step.Permission, step.Scope(m), last); err != nil {
		return err
	}
	if err := a.seen(hash); err != nil {
		return err
	}
	if err := a.void(ctx, VoidUnscheduled, func(p Approval) bool { return p.Kind == ReleaseStep }); err != nil {
		return err
	}
	a.detail["publish_hash"] = m.Hash
	return a.say(ctx, Approval{Step: last, Kind: ReleaseStep, Decision: Approve})
}

// Unschedule gives up a planned release; the message waits for one again.
func (s *Service) Unschedule(ctx context.Context, messageID string) (Message, error) {
	return s.do(ctx, messageID, "publish.unschedule", func(ctx context.Context, a *act) error {
		if a.m.State != StateScheduled {
			return ErrState
		}
		if err := a.need(MayRelease, a.m.Scope()); err != nil {
			return err
		}
		return a.unschedule(ctx, "")
	})
}

// unschedule puts the message before its last step again; failure says why
// when nobody asked for it.
func (a *act) unschedule(ctx context.Context, failure string) error {
	if err := a.void(ctx, VoidUnscheduled, func(p Approval) bool { return p.Kind == ReleaseStep }); err != nil {
		return err
	}
	if err := a.at(ctx, len(a.m.Route.Steps)-1); err != nil {
		return err
	}
	a.m.Failure = failure
	return nil
}

// goPublic is the one place where a message becomes public, by a route.
func (a *act) goPublic(way Path) {
	m := a.m
	m.Lacks = m.Lacking(way)
	if len(m.Lacks) > 0 {
		a.detail["publish_lacks"] = len(m.Lacks)
	}
	m.State, m.ReleasedAt, m.StepDue, m.EscalateAt, m.HeldAt, m.Failure = StateReleased, a.nowDB(), 0, 0, 0, ""
	m.QueueAt, m.QueueRank = 0, 0
	a.proof, a.site = true, true
	e := Released{MessageID: m.ID, MissionID: m.MissionID, Slug: m.Slug, Langs: m.Langs(), Emergency: m.Emergency}
	if a.s.proof != nil {
		e.Proofs = map[i18n.Lang]string{}
		for _, l := range e.Langs {
			e.Proofs[l] = a.s.proof.ProofAddress(m.ID, l)
		}
	}
	a.events = append(a.events, e)
}

// releaseJob is the release of one message at one planned time.
type releaseJob struct {
	MessageID string  `json:"message_id"`
	At        db.Time `json:"at"`
}

// Kind implements jobs.Args.
func (releaseJob) Kind() string { return "publish.release" }

// releaseDue releases a planned message whose time has come. Whatever calls it,
// and however often, it releases once: state and time are looked at under the
// lock. When a pause covers its time it is held up and waits for an official,
// also after the pause. One that missed its slot in a queue waits for the next:
// see ArrangeQueue. A plan that cannot be kept any more is given up, with the
// reason.
func (s *Service) releaseDue(ctx context.Context, messageID string) error {
	_, err := s.do(ctx, messageID, "publish.release", func(ctx context.Context, a *act) error {
		m := a.m
		if m.State != StateScheduled || db.At(a.now).Before(m.ReleaseAt) || m.Missed(a.now) {
			a.idle = true
			return nil
		}
		err := m.releasable(a.now)
		if err == nil && m.Held() {
			a.idle = true
			return nil
		}
		if err == nil {
			err = a.cooled(ctx, a.now)
		}
		if err == nil {
			if err = a.notPaused(ctx, m.ReleaseAt); errors.Is(err, ErrPaused) {
				a.hold()
				return nil
			}
		}
		if e, ok := errs.Find(err); ok && e.Kind != errs.Internal {
			a.name, a.detail["publish_why"] = "publish.release_failed", audit.Word(e.Key)
			return a.unschedule(ctx, e.Key)
		}
		if err != nil {
			return err
		}
		a.detail["publish_hash"] = m.Hash
		a.goPublic(m.Route)
		return nil
	})
	if errs.KindOf(err) == errs.NotFound {
		return jobs.Cancel(err)
	}
	return err
}

// nowDB is the time of the act as the database keeps it.
func (a *act) nowDB() db.Time { return db.At(a.now) }

// Jobs registers the work of this context.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, j jobs.Job[releaseJob]) error {
		if err := s.releaseDue(ctx, j.Args.MessageID); err != nil {
			return fmt.Errorf("planned release: %w", err)
		}
		return nil
	})
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[sweepJob]) error { return s.Sweep(ctx) })
	q.Every(time.Minute, sweepJob{})
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[imagesJob]) error { return s.LogImages(ctx) })
	q.Every(time.Minute, imagesJob{})
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[anchorsJob]) error { return s.LearnAnchors(ctx) })
	q.Every(time.Minute, anchorsJob{})
}

// anchorsJob reads new texts so that renderings of them are found.
type anchorsJob struct{}

// Kind implements jobs.Args.
func (anchorsJob) Kind() string { return "publish.anchors" }

// LearnAnchors reads what became public for what stays alike in translation,
// outside the transaction of the release.
func (s *Service) LearnAnchors(ctx context.Context) error {
	if s.proof == nil {
		return nil
	}
	return s.proof.LearnAnchors(ctx)
}

// imagesJob takes new pictures into the public log.
type imagesJob struct{}

// Kind implements jobs.Args.
func (imagesJob) Kind() string { return "publish.images" }

// LogImages takes the pictures of what became public into the public log: they
// are looked at outside the transaction of the release, which must be short.
func (s *Service) LogImages(ctx context.Context) error {
	if s.proof == nil || s.blobs == nil {
		return nil
	}
	return s.proof.LogImages(ctx, s.blobs, db.At(s.clock.Now()))
}
