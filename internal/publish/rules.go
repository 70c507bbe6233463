package publish

import (
	"slices"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// What stands against an act.
var (
	ErrOwnWork      = errs.New(errs.Forbidden, "publish.error.own_work")      // who wrote it does not approve it
	ErrOneStep      = errs.New(errs.Forbidden, "publish.error.one_step")      // this person took another step already
	ErrTwoPeople    = errs.New(errs.Forbidden, "publish.error.two_people")    // who cleared it does not release it
	ErrInPerson     = errs.New(errs.Forbidden, "publish.error.in_person")     // only people approve
	ErrUncertified  = errs.New(errs.Forbidden, "publish.error.uncertified")   // the permission needs a certificate
	ErrState        = errs.New(errs.Conflict, "publish.error.state")          // the act does not fit the message's state
	ErrChanged      = errs.New(errs.Conflict, "publish.error.changed")        // the content is not what the actor saw
	ErrEdited       = errs.New(errs.Conflict, "publish.error.edited")         // someone else saved a newer version
	ErrUnapproved   = errs.New(errs.Conflict, "publish.error.unapproved")     // a step of the route is missing
	ErrEmbargo      = errs.New(errs.Conflict, "publish.error.embargo")        // not before its embargo
	ErrTooLate      = errs.New(errs.Conflict, "publish.error.too_late")       // NotAfter has passed
	ErrPaused       = errs.New(errs.Conflict, "publish.error.paused")         // releases are paused
	ErrNothing      = errs.New(errs.Invalid, "publish.error.nothing")         // no text in the source language
	ErrOldTransl    = errs.New(errs.Invalid, "publish.error.old_translation") // a translation is older than its source
	ErrNoTransl     = errs.New(errs.Invalid, "publish.error.no_translation")  // a language that the route requires has no text
	ErrUnread       = errs.New(errs.Forbidden, "publish.error.unread")        // they do not read a language that misses its review
	ErrNoAlt        = errs.New(errs.Invalid, "publish.error.no_alt")          // an attachment lacks alternative text
	ErrNoCredit     = errs.New(errs.Invalid, "publish.error.no_credit")       // it is not said whose an attachment is
	errNoPicture    = errs.New(errs.Invalid, "publish.error.no_picture")      // a gallery without a picture
	errNoVideo      = errs.New(errs.Invalid, "publish.error.no_video")        // a video without a film
	errNoAudio      = errs.New(errs.Invalid, "publish.error.no_audio")        // a recording without sound
	ErrNoCaptions   = errs.New(errs.Invalid, "publish.error.no_captions")     // a film lacks captions in a language
	ErrNoTranscript = errs.New(errs.Invalid, "publish.error.no_transcript")   // a recording lacks its words in a language
	errOnePart      = errs.New(errs.Invalid, "publish.error.one_part")        // a thread of one part
	errLongPart     = errs.New(errs.Invalid, "publish.error.long_part")       // a part of a thread that no network takes
	ErrUnconfirmed  = errs.New(errs.Unavailable, "publish.error.unconfirmed") // paused, but not all sendings under way are known to have ended
	ErrNotHeld      = errs.New(errs.Conflict, "publish.error.not_held")       // no pause holds it up any more
	errNotPermitted = errs.New(errs.Forbidden, "")
)

// Complete reports what is missing before the message may be approved by any
// route: a source text, alternative texts, what its kind needs, a time in which
// it can be public.
func (m *Message) Complete(now time.Time) error {
	if _, ok := m.Source(); !ok {
		return ErrNothing
	}
	for _, a := range m.Attachments {
		if len(a.missingAlt(m.Langs())) > 0 {
			return ErrNoAlt
		}
	}
	if err := m.detailed(); err != nil {
		return err
	}
	return m.timely(now, false)
}

// timely holds embargo and NotAfter against a moment. With out it is the
// moment of the release itself.
func (m *Message) timely(at time.Time, out bool) error {
	if !m.NotAfter.IsZero() && !db.At(at).Before(m.NotAfter) {
		return ErrTooLate
	}
	if out && db.At(at).Before(m.EmbargoUntil) {
		return ErrEmbargo
	}
	return nil
}

// admit finds the authority under which an actor may vouch for the message at
// a step: their own before a borrowed one, never the author's, and with
// OneStepEach never that of someone who took another step.
func (m *Message) admit(a *perm.Actor, p perm.Permission, scope perm.Scope, step int) (perm.Grant, error) {
	if a.Kind != perm.Person && a.Kind != perm.Token {
		return perm.Grant{}, ErrInPerson
	}
	var problem error = errNotPermitted
	for _, g := range authorities(a, p, scope) {
		switch {
		case m.writtenBy(a.ID) || m.writtenBy(g.StandInFor):
			problem = ErrOwnWork
		case m.Route.OneStepEach && m.tookOther(step, a.ID, g.StandInFor):
			problem = ErrOneStep
		case step >= 0 && step < len(m.Route.Steps) && !m.asks(step, a, g):
		case step >= 0 && step == len(m.Route.Steps)-1 && m.Route.TwoPeople && !m.clearedByOther(a.ID, g.StandInFor):
			problem = ErrTwoPeople
		default:
			return g, nil
		}
	}
	return perm.Grant{}, problem
}

// authorities are the grants that allow p in scope, the actor's own first.
func authorities(a *perm.Actor, p perm.Permission, scope perm.Scope) []perm.Grant {
	var own, borrowed []perm.Grant
	for _, g := range a.Grants {
		if !g.Scope.Covers(scope) || !slices.Contains(g.Permissions, p) {
			continue
		}
		if g.StandInFor == "" {
			own = append(own, g)
		} else {
			borrowed = append(borrowed, g)
		}
	}
	return append(own, borrowed...)
}

func (m *Message) writtenBy(personID string) bool {
	return personID != "" && slices.Contains(m.Authors, personID)
}

// tookOther reports whether one of the people vouched for the present content
// at another step.
func (m *Message) tookOther(step int, people ...string) bool {
	return slices.ContainsFunc(m.Approvals, func(p Approval) bool {
		return p.Step != step && p.inForce(m) && slices.ContainsFunc(people, p.by)
	})
}

// clearedByOther reports whether a clearance of the present content was given by
// and for none of the people.
func (m *Message) clearedByOther(people ...string) bool {
	return slices.ContainsFunc(m.Approvals, func(p Approval) bool {
		return p.Kind == Clearance && p.inForce(m) && !slices.ContainsFunc(people, p.by)
	})
}

// groupDone reports whether the group of steps that begins at a step is
// fulfilled for the present content.
func (m *Message) groupDone(from, to int) bool {
	done := 0
	for i := from; i < to; i++ {
		if m.stepDone(i) {
			done++
		}
	}
	return done == to-from || done > 0 && m.Route.Steps[from].AnyOf
}

// Unreviewed gives the languages for which a language review is missing at a
// step.
func (m *Message) Unreviewed(step int) []i18n.Lang {
	var out []i18n.Lang
	for _, l := range m.Langs() {
		if !slices.ContainsFunc(m.Approvals, func(p Approval) bool { return p.Step == step && p.Lang == l && p.inForce(m) }) {
			out = append(out, l)
		}
	}
	return out
}

// stepDone reports whether a step of the route is fulfilled for the present
// content.
func (m *Message) stepDone(i int) bool {
	if m.Route.Steps[i].Kind == LanguageReview {
		return len(m.Unreviewed(i)) == 0
	}
	return slices.ContainsFunc(m.Approvals, func(p Approval) bool {
		return p.Step == i && p.Kind == m.Route.Steps[i].Kind && p.inForce(m)
	})
}

// releasable is the last gate: whether the message, as it is stored, may
// become public at this moment. Every release but an emergency passes it.
func (m *Message) releasable(now time.Time) error {
	if m.ContentHash() != m.Hash {
		return ErrChanged
	}
	if len(m.Route.Steps) == 0 {
		return ErrUnapproved
	}
	for from := 0; from < len(m.Route.Steps); {
		_, to := m.Route.group(from)
		if !m.groupDone(from, to) {
			return ErrUnapproved
		}
		from = to
	}
	if m.Route.TwoPeople && !m.twoPeople() {
		return ErrTwoPeople
	}
	for _, p := range m.Approvals {
		if p.inForce(m) && p.Step >= 0 && (m.writtenBy(p.ActorID) || m.writtenBy(p.OnBehalfOf)) {
			return ErrOwnWork
		}
	}
	if err := m.Complete(now); err != nil {
		return err
	}
	if err := m.ready(m.Route, false); err != nil {
		return err
	}
	return m.timely(now, true)
}

// twoPeople reports whether the release in force was given by others than a
// clearance in force.
func (m *Message) twoPeople() bool {
	return slices.ContainsFunc(m.Approvals, func(p Approval) bool {
		return p.Kind == ReleaseStep && p.inForce(m) && m.clearedByOther(p.ActorID, p.OnBehalfOf)
	})
}

// cleanReason is a reason that must be given.
func cleanReason(field, reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return "", errs.InvalidFields(errs.Field{Name: field, Key: "web.field.required"})
	}
	if n := len([]rune(reason)); n > maxReason {
		return "", errs.InvalidFields(errs.Field{Name: field, Key: "web.field.long", Args: []any{"max", maxReason, "count", n - maxReason}})
	}
	return reason, nil
}

const maxReason = 2000
