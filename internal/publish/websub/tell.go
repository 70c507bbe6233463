package websub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/jobs"
	"sifara/internal/publish"
)

const (
	// giveUp is how long a change is told to one who does not answer.
	giveUp       = 24 * time.Hour
	firstPause   = 30 * time.Second
	longestPause = 6 * time.Hour
	// pausedFor and what is added to it at random is when a subscriber is told
	// after a pause.
	pausedFor    = time.Minute
	pausedSpread = 30 * time.Minute
	// batch is how many subscribers one run of spreadJob reaches.
	batch = 500
)

// spreadJob gives every subscriber of the feeds that show a change a job of
// its own, some hundred at a time.
type spreadJob struct {
	MissionID string      `json:"mission_id"`
	Langs     []i18n.Lang `json:"langs"`
	After     string      `json:"after"` // the subscription that was reached last
}

// Kind implements jobs.Args.
func (spreadJob) Kind() string { return "websub.spread" }

// changed has the subscribers of the feeds of a mission told.
func (h *Hub) changed(ctx context.Context, missionID string, langs []i18n.Lang) error {
	return h.insert(ctx, spreadJob{MissionID: missionID, Langs: langs})
}

func (h *Hub) insert(ctx context.Context, job jobs.Args) error {
	tx, err := h.DB.Writer().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("websub: %w", err)
	}
	if err := h.Queue.Insert(ctx, tx, job); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// spread marks a batch of subscriptions, in one transaction with their jobs.
// Whoever was reached and is reached again is told once more at worst: the feed
// is the same.
func (h *Hub) spread(ctx context.Context, job jobs.Job[spreadJob]) error {
	a := job.Args
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var list []Subscription
		err := tx.NewSelect().Model(&list).Where("w.lang IN (?) AND w.mission_id IN ('', ?) AND w.id > ? AND w.until_at > ?", bun.List(a.Langs), a.MissionID, a.After, h.now()).
			Order("w.id").Limit(batch).Scan(ctx)
		if err != nil {
			return fmt.Errorf("websub: subscribers: %w", err)
		}
		for i := range list {
			if err := h.mark(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
		a.After = list[len(list)-1].ID
		return h.Queue.Insert(ctx, tx, a)
	})
}

// mark says that a subscription has something to be told.
func (h *Hub) mark(ctx context.Context, tx bun.Tx, s *Subscription) error {
	s.Turn++
	s.Tried, s.NextAt, s.GiveUpAt, s.Failure = 0, h.now(), h.now().Add(giveUp), ""
	if _, err := tx.NewUpdate().Model(s).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("websub: mark %s: %w", s.ID, err)
	}
	return h.Queue.Insert(ctx, tx, tellJob{ID: s.ID, Turn: s.Turn})
}

// tellJob is one attempt to tell one subscriber of one change.
type tellJob struct {
	ID   string `json:"id"`
	Turn int    `json:"turn"`
	Try  int    `json:"try"`
}

// Kind implements jobs.Args.
func (tellJob) Kind() string { return "websub.tell" }

func (h *Hub) tell(ctx context.Context, job jobs.Job[tellJob]) error {
	s, err := h.subscription(ctx, h.DB.Reader(), job.Args)
	if err != nil || s == nil {
		return err
	}
	body, media, err := h.Feeds.Content(ctx, s.Topic)
	if err != nil {
		return fmt.Errorf("websub: %s: %w", s.Topic, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Callback, bytes.NewReader(body))
	if err != nil {
		return jobs.Cancel(fmt.Errorf("websub: %w", err))
	}
	req.Header.Set("Content-Type", media)
	req.Header.Set("Link", Links(h.Address, s.Topic))
	if s.Secret != "" {
		secret, err := h.Vault.Unseal(hubPurpose(s.ID), s.Secret)
		if err != nil {
			return fmt.Errorf("websub: secret of %s: %w", s.ID, err)
		}
		req.Header.Set("X-Hub-Signature", Signature(secret, body))
	}
	var res *fetch.Response
	err = h.Gate.Pass(ctx, publish.About{MissionID: s.MissionID}, func(ctx context.Context) (err error) {
		res, err = h.Fetch.Do(ctx, req.WithContext(ctx))
		return err
	})
	switch {
	case errors.Is(err, publish.ErrPaused):
		return h.note(ctx, job.Args, 0, Paused, pausedFor+time.Duration(rand.Int64N(int64(pausedSpread))))
	case err != nil && ctx.Err() != nil:
		return errors.Join(ctx.Err(), err)
	case err != nil:
		return h.note(ctx, job.Args, 0, failureOf(err), 0)
	}
	return h.note(ctx, job.Args, res.Status, "", res.RetryAfter)
}

// subscription gives what an attempt is about; nil when it is over, was noted,
// or a newer change has taken its place.
func (h *Hub) subscription(ctx context.Context, q bun.IDB, j tellJob) (*Subscription, error) {
	var s Subscription
	err := q.NewSelect().Model(&s).Where("w.id = ?", j.ID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("websub: subscription %s: %w", j.ID, err)
	}
	if s.Turn != j.Turn || s.Sent == s.Turn || s.Tried != j.Try || s.NextAt.IsZero() || !h.now().Before(s.UntilAt) {
		return nil, nil
	}
	return &s, nil
}

// Paused is the Failure of an attempt that a pause of publishing held up.
const Paused = "paused"

// note keeps how an attempt ended and, when it failed, plans the next.
func (h *Hub) note(ctx context.Context, j tellJob, status int, failure string, after time.Duration) error {
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		s, err := h.subscription(ctx, tx, j)
		if err != nil || s == nil {
			return err
		}
		if status == http.StatusGone {
			if _, err := tx.NewDelete().Model(s).WherePK().Exec(ctx); err != nil {
				return fmt.Errorf("websub: %w", err)
			}
			return h.record(ctx, tx, "publish.hub_unsubscribe", s)
		}
		s.Status, s.Failure, s.Tried = status, failure, s.Tried+1
		pause := max(min(firstPause<<min(s.Tried-1, 12), longestPause), min(after, longestPause))
		if failure == Paused { // which is no fault of the subscriber's
			pause = after
			s.GiveUpAt = s.GiveUpAt.Add(after)
		}
		s.NextAt = h.now().Add(pause)
		switch {
		case status >= 200 && status < 300:
			s.Sent, s.NextAt, s.GiveUpAt, s.ToldAt = s.Turn, 0, 0, h.now()
		case s.NextAt >= s.GiveUpAt:
			s.NextAt, s.GiveUpAt = 0, 0
		}
		if _, err := tx.NewUpdate().Model(s).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("websub: note %s: %w", s.ID, err)
		}
		if s.NextAt.IsZero() {
			return nil
		}
		return h.Queue.Insert(ctx, tx, tellJob{ID: s.ID, Turn: s.Turn, Try: s.Tried}, jobs.At(s.NextAt.Std()))
	})
}

// Signature is the value of X-Hub-Signature for a body.
func Signature(secret, body []byte) string {
	m := hmac.New(sha256.New, secret)
	m.Write(body)
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// Links is the value of the Link header by which a feed names its hub and
// itself.
func Links(hub, self string) string {
	return "<" + hub + `>; rel="hub", <` + self + `>; rel="self"`
}

func failureOf(err error) string {
	if e, ok := errs.Find(err); ok {
		return strings.TrimPrefix(e.Key, "fetch.")
	}
	return "other"
}

// sweepJob forgets subscriptions whose lease is over.
type sweepJob struct{}

// Kind implements jobs.Args.
func (sweepJob) Kind() string { return "websub.sweep" }

func (h *Hub) sweep(ctx context.Context, _ jobs.Job[sweepJob]) error {
	if _, err := h.DB.Writer().ExecContext(ctx, `DELETE FROM publish_websub WHERE until_at < ?`, h.now()); err != nil {
		return fmt.Errorf("websub: sweep: %w", err)
	}
	return nil
}
