package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// rightsLife is how long rights are believed without asking again. Changes are
// heard of at once by live topics; this bounds what a lost one could cost.
const rightsLife = 3 * time.Second

// rights remembers for moments who is signed in and what they may do.
type rights struct {
	heard *event.Subscription

	mu      sync.Mutex
	persons map[string]standing
	signIns map[string]SignIn
	until   time.Time
	age     int // counts how often everything was forgotten
}

// standing is a person with an open account and their grants.
type standing struct {
	person org.Person
	grants []perm.Grant
	err    error // ErrNoAccess
}

func newRights(live *event.Live) *rights {
	r := &rights{persons: map[string]standing{}, signIns: map[string]SignIn{}}
	r.heard = live.Subscribe(func(topic string) bool {
		return topic == "" || topic == Topic || topic == "org" || strings.HasPrefix(topic, "org.") || strings.HasPrefix(topic, "org:")
	})
	return r
}

// fresh forgets everything when something changed or it has grown old.
func (r *rights) fresh(now time.Time) {
	// A clock that was set back makes what is kept old too.
	if r.heard.Heard() || !now.Before(r.until) || now.Before(r.until.Add(-rightsLife)) {
		clear(r.persons)
		clear(r.signIns)
		r.until = now.Add(rightsLife)
		r.age++
	}
}

// forget has everything read again.
func (r *rights) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = time.Time{}
}

// standing gives a person and their grants, remembered or read.
func (s *Service) standing(ctx context.Context, personID string) (standing, error) {
	r := s.rights
	r.mu.Lock()
	r.fresh(s.Clock.Now())
	st, ok := r.persons[personID]
	age := r.age
	r.mu.Unlock()
	if ok {
		return st, nil
	}
	p, err := s.person(ctx, personID)
	if errors.Is(err, ErrNoAccess) {
		st = standing{err: ErrNoAccess}
	} else if err != nil {
		return standing{}, err
	} else {
		grants, err := s.Org.Grants(ctx, personID)
		if err != nil {
			return standing{}, err
		}
		st = standing{person: p, grants: grants}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	// What was read before a change that has been heard of meanwhile is not kept.
	r.fresh(s.Clock.Now())
	if r.age == age {
		r.persons[personID] = st
	}
	return st, nil
}

// actor makes the actor of a standing, without grants that have ended.
func (st standing) actor(kind perm.Kind, now time.Time, only map[perm.Permission]bool) *perm.Actor {
	a := &perm.Actor{Kind: kind, ID: st.person.ID, Name: st.person.Name}
	for _, g := range st.grants {
		if !g.Until.IsZero() && !now.Before(g.Until) {
			continue
		}
		if only != nil {
			var kept []perm.Permission
			for _, p := range g.Permissions {
				if only[p] {
					kept = append(kept, p)
				}
			}
			g.Permissions = kept
		}
		if len(g.Permissions) > 0 {
			a.Grants = append(a.Grants, g)
		}
	}
	return a
}

// nobody is the actor of a request without a valid sign-in or token.
func nobody() *perm.Actor { return &perm.Actor{Kind: perm.Nobody} }

// ActorOfSignIn gives who acts in a sign-in, nobody when it has ended. It notes,
// about once a minute, that the sign-in is used.
func (s *Service) ActorOfSignIn(ctx context.Context, signInID string) (*perm.Actor, error) {
	if signInID == "" {
		return nobody(), nil
	}
	in, err := s.remembered(ctx, signInID)
	if errs.KindOf(err) == errs.NotFound {
		return nobody(), nil
	}
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	if !in.open(now, s.o.Idle) || in.Method == ByDemo && !s.o.DemoSignIn {
		return nobody(), nil
	}
	st, err := s.standing(ctx, in.PersonID)
	if err != nil {
		return nil, err
	}
	if st.err != nil {
		return nobody(), nil
	}
	if db.At(now).Sub(in.SeenAt) > time.Minute {
		s.touch(ctx, in, db.At(now))
	}
	return st.actor(perm.Person, now, nil), nil
}

// remembered gives a sign-in, remembered or read.
func (s *Service) remembered(ctx context.Context, signInID string) (SignIn, error) {
	r := s.rights
	r.mu.Lock()
	r.fresh(s.Clock.Now())
	in, ok := r.signIns[signInID]
	age := r.age
	r.mu.Unlock()
	if ok {
		return in, nil
	}
	in, err := s.signIn(ctx, signInID)
	if err != nil {
		return SignIn{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fresh(s.Clock.Now())
	if r.age == age {
		r.signIns[signInID] = in
	}
	return in, nil
}

// touch notes the use of a sign-in. A failure is no reason to turn the person
// away.
func (s *Service) touch(ctx context.Context, in SignIn, now db.Time) {
	_, err := s.DB.Writer().ExecContext(ctx, `UPDATE auth_signin SET seen_at = ? WHERE id = ? AND seen_at < ?`, now, in.ID, now)
	if err != nil {
		s.Log.Warn("sign-in not touched", "signin", in.ID, "err", err)
		return
	}
	s.rights.mu.Lock()
	defer s.rights.mu.Unlock()
	if kept, ok := s.rights.signIns[in.ID]; ok {
		kept.SeenAt = now
		s.rights.signIns[in.ID] = kept
	}
}
