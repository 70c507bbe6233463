package websub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/internal/jobs"
)

// Mode is what a subscriber asks for.
type Mode string

// The modes.
const (
	Subscribe   Mode = "subscribe"
	Unsubscribe Mode = "unsubscribe"
)

// Request is what a subscriber asks.
type Request struct {
	Mode     Mode
	Topic    string
	Callback string
	Secret   string        // with which what is told is signed; empty: not signed
	Lease    time.Duration // zero: as the house likes
}

const (
	shortestLease = time.Hour
	longestLease  = 30 * 24 * time.Hour
	usualLease    = 10 * 24 * time.Hour
	maxSecret     = 199 // bytes, by the specification
	maxCallback   = 1000
	// maxSubscriptions bounds the work of a release, maxOfHost what one host may
	// take of it: a reader for many people subscribes to every feed once.
	maxSubscriptions = 20_000
	maxOfHost        = 1_000
)

// What stands against a request.
var (
	ErrFull = errs.New(errs.Unavailable, "publish.hub.full")
)

// Ask takes a request: the subscriber's address is asked by a job whether it
// meant it. It is errs.Invalid when the topic is no feed of the house or the
// address may not be reached.
func (h *Hub) Ask(ctx context.Context, r Request) error {
	var bad []errs.Field
	if r.Mode != Subscribe && r.Mode != Unsubscribe {
		bad = append(bad, errs.Field{Name: "hub.mode", Key: "publish.hub.mode"})
	}
	_, ours, err := h.Feeds.Feed(ctx, r.Topic)
	if err != nil {
		return fmt.Errorf("websub: feed: %w", err)
	}
	if !ours {
		bad = append(bad, errs.Field{Name: "hub.topic", Key: "publish.hub.topic"})
	}
	if len(r.Callback) > maxCallback || h.Fetch.CheckURL(r.Callback) != nil {
		bad = append(bad, errs.Field{Name: "hub.callback", Key: "publish.hub.callback"})
	}
	if len(r.Secret) > maxSecret {
		bad = append(bad, errs.Field{Name: "hub.secret", Key: "publish.hub.secret"})
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return err
	}
	if r.Lease == 0 {
		r.Lease = usualLease
	}
	r.Lease = min(max(r.Lease, shortestLease), longestLease)
	if r.Mode == Subscribe {
		if err := h.room(ctx, r.Callback); err != nil {
			return err
		}
	}
	job := verifyJob{ID: id.New(), Mode: r.Mode, Topic: r.Topic, Callback: r.Callback, Seconds: int64(r.Lease / time.Second)}
	if r.Secret != "" {
		job.Secret = h.Vault.Seal(hubPurpose(job.ID), []byte(r.Secret))
	}
	tx, err := h.DB.Writer().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("websub: %w", err)
	}
	if err := h.Queue.Insert(ctx, tx, job, jobs.Attempts(3)); err != nil {
		_ = tx.Rollback()
		return fmt.Errorf("websub: %w", err)
	}
	return tx.Commit()
}

// room reports ErrFull when there are too many subscriptions already.
func (h *Hub) room(ctx context.Context, callback string) error {
	all, err := h.DB.Reader().NewSelect().Model((*Subscription)(nil)).Count(ctx)
	if err != nil {
		return fmt.Errorf("websub: count: %w", err)
	}
	u, err := url.Parse(callback)
	if err != nil {
		return fmt.Errorf("websub: callback: %w", err)
	}
	begin := u.Scheme + "://" + u.Host + "/"
	of, err := h.DB.Reader().NewSelect().Model((*Subscription)(nil)).Where("w.callback >= ? AND w.callback < ?", begin, begin+"\U0010ffff").Count(ctx)
	if err != nil {
		return fmt.Errorf("websub: count: %w", err)
	}
	if all >= maxSubscriptions || of >= maxOfHost {
		return ErrFull
	}
	return nil
}

// verifyJob asks a subscriber whether it meant what was asked in its name. ID is
// that of the subscription to be.
type verifyJob struct {
	ID       string `json:"id"`
	Mode     Mode   `json:"mode"`
	Topic    string `json:"topic"`
	Callback string `json:"callback"`
	Secret   string `json:"secret,omitempty"` // sealed
	Seconds  int64  `json:"seconds"`
}

// Kind implements jobs.Args.
func (verifyJob) Kind() string { return "websub.verify" }

func (h *Hub) verify(ctx context.Context, job jobs.Job[verifyJob]) error {
	a := job.Args
	feed, ours, err := h.Feeds.Feed(ctx, a.Topic)
	if err != nil || !ours {
		return err
	}
	u, err := url.Parse(a.Callback)
	if err != nil {
		return jobs.Cancel(err)
	}
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	challenge := hex.EncodeToString(raw)
	q := u.Query()
	q.Set("hub.mode", string(a.Mode))
	q.Set("hub.topic", a.Topic)
	q.Set("hub.challenge", challenge)
	if a.Mode == Subscribe {
		q.Set("hub.lease_seconds", strconv.FormatInt(a.Seconds, 10))
	}
	u.RawQuery = q.Encode()
	res, err := h.Fetch.Get(ctx, u.String(), fetch.Conditional{})
	if err != nil {
		return fmt.Errorf("websub: ask %s: %w", u.Host, err) // once more, and then it is forgotten
	}
	if res.Status < 200 || res.Status > 299 || strings.TrimSpace(string(res.Body)) != challenge {
		return nil // it did not mean it
	}
	if a.Mode == Unsubscribe {
		return h.leave(ctx, a)
	}
	return h.enter(ctx, a, feed)
}

// enter keeps a subscription that was meant, or renews it.
func (h *Hub) enter(ctx context.Context, a verifyJob, feed Feed) error {
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		// A secret is sealed for its row: a renewal is a new row in place of the old,
		// which goes on where that one was.
		s := &Subscription{ID: a.ID, Topic: a.Topic, Callback: a.Callback, Lang: feed.Lang, MissionID: feed.MissionID, Secret: a.Secret,
			UntilAt: db.At(h.Clock.Now().Add(time.Duration(a.Seconds) * time.Second)), CreatedAt: h.now()}
		var old Subscription
		err := tx.NewSelect().Model(&old).Where("w.topic = ? AND w.callback = ?", a.Topic, a.Callback).Scan(ctx)
		if err != nil && !db.IsNoRows(err) {
			return fmt.Errorf("websub: %w", err)
		}
		if err == nil {
			if _, err := tx.NewDelete().Model(&old).WherePK().Exec(ctx); err != nil {
				return fmt.Errorf("websub: %w", err)
			}
			s.ToldAt, s.CreatedAt = old.ToldAt, old.CreatedAt
		}
		if _, err := tx.NewInsert().Model(s).On("CONFLICT (id) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("websub: %w", err)
		}
		if old.Turn > old.Sent { // what it was to be told is told to the new row
			if err := h.mark(ctx, tx, s); err != nil {
				return err
			}
		}
		return h.record(ctx, tx, "publish.hub_subscribe", s)
	})
}

func (h *Hub) leave(ctx context.Context, a verifyJob) error {
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		s := &Subscription{Topic: a.Topic, Callback: a.Callback}
		res, err := tx.NewDelete().Model(s).Where("topic = ? AND callback = ?", a.Topic, a.Callback).Exec(ctx)
		if err != nil {
			return fmt.Errorf("websub: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return h.record(ctx, tx, "publish.hub_unsubscribe", s)
	})
}

// record notes who hears of a feed from now on, or no longer, by the host alone:
// the rest of an address may be a secret of its owner.
func (h *Hub) record(ctx context.Context, tx bun.Tx, act string, s *Subscription) error {
	host := ""
	if u, err := url.Parse(s.Callback); err == nil {
		host = u.Host
	}
	return h.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "feed", ObjectID: s.Topic, Detail: map[string]any{"host": host}})
}
