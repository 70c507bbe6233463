package channels

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/fetch"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// AllEvents subscribes to every event, those of later versions too.
const AllEvents = "*"

// PingEvent is the event of a test delivery.
const PingEvent = "channels.ping"

// KnownEvents are the events of the house that may be subscribed to. Their
// data are ids, codes, numbers and times, never texts or names of people.
func KnownEvents() []string {
	return []string{
		"publish.submitted", "publish.released", "publish.withdrawn",
		"planning.decided", "listen.warning_raised", "listen.alerted", "engage.asked", "engage.answered", "channels.account_changed",
	}
}

// WebhookState says whether a webhook is told of events.
type WebhookState string

// The states. A paused webhook gets nothing: what happens meanwhile is not
// kept for it.
const (
	WebhookActive WebhookState = "active"
	WebhookPaused WebhookState = "paused"
)

// Why a webhook is paused.
const (
	PausedByHand  = "hand"
	PausedFailing = "failing" // nothing arrived for PauseAfter
	PausedGone    = "gone"    // the receiver answered 410 Gone
)

// PauseAfter is how long a receiver may fail before its webhook is paused.
const PauseAfter = 3 * 24 * time.Hour

// oldSecretLife is how long the replaced secret signs beside the new one.
const oldSecretLife = 24 * time.Hour

const (
	maxWebhooks = 50
	maxName     = 80
)

// Webhook is an address that hears of events.
type Webhook struct {
	ID           string       `bun:",pk" json:"id"`
	Name         string       `json:"name"`
	URL          string       `bun:"url" json:"url"`
	Events       []string     `json:"events"` // sorted; AllEvents alone for every event
	State        WebhookState `json:"state"`
	Why          string       `json:"why,omitempty"` // PausedByHand, PausedFailing or PausedGone
	FailingSince db.Time      `json:"failing_since"` // not set while it works
	CreatedBy    string       `json:"created_by"`
	CreatedAt    db.Time      `json:"created_at"`
	Version      int64        `json:"version"`
	// Sealed in the vault.
	Secret    string  `json:"-"`
	OldSecret string  `json:"-"`
	OldUntil  db.Time `json:"-"`
}

// Wants reports whether the webhook is to be told of an event.
func (w Webhook) Wants(event string) bool {
	return w.State == WebhookActive && (slices.Contains(w.Events, event) || slices.Contains(w.Events, AllEvents))
}

// WebhookDraft is what an administrator says of a webhook.
type WebhookDraft struct {
	ID      string
	Name    string
	URL     string
	Events  []string
	Version int64 // that was edited; 0 for a new one
}

func (s *Service) checkWebhook(d *WebhookDraft) error {
	d.Name, d.URL = text.Line(d.Name), strings.TrimSpace(d.URL)
	d.Events = slices.Compact(slices.Sorted(slices.Values(d.Events)))
	var bad []errs.Field
	if !id.Valid(d.ID) {
		bad = append(bad, errs.Field{Name: "id", Key: "web.field.choice"})
	}
	if d.Name == "" {
		bad = append(bad, errs.Field{Name: "name", Key: "web.field.required"})
	}
	if n := utf8.RuneCountInString(d.Name); n > maxName {
		bad = append(bad, errs.Field{Name: "name", Key: "web.field.long", Args: []any{"max", maxName, "count", n - maxName}})
	}
	if err := s.reachable(d.URL); err != nil {
		key := "channels.webhook_url"
		if e, ok := errs.Find(err); ok && e.Key == fetch.ErrAddress.Key {
			key = e.Key
		}
		bad = append(bad, errs.Field{Name: "url", Key: key})
	}
	if len(d.Events) == 0 {
		bad = append(bad, errs.Field{Name: "events", Key: "channels.webhook_events"})
	}
	for _, e := range d.Events {
		if e != AllEvents && !slices.Contains(s.Deps.Events, e) {
			bad = append(bad, errs.Field{Name: "events", Key: "web.field.choice"})
			break
		}
	}
	if slices.Contains(d.Events, AllEvents) {
		d.Events = []string{AllEvents}
	}
	return errs.InvalidFields(bad...)
}

// reachable checks the form of an address. Whether it leads outside is checked
// by fetch at each connection.
func (s *Service) reachable(link string) error {
	if len(link) > maxURL || !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://") {
		return fetch.ErrURL
	}
	return s.Fetch.CheckURL(link)
}

// CreateWebhook adds a webhook under the id that d brings along and gives its
// secret, which is shown this once. The same id again is errs.Conflict, for the
// secret cannot be shown twice. Needs channels.webhooks everywhere.
func (s *Service) CreateWebhook(ctx context.Context, d WebhookDraft) (secret string, err error) {
	if err := everywhere(ctx); err != nil {
		return "", err
	}
	if err := s.checkWebhook(&d); err != nil {
		return "", err
	}
	secret = newSecret()
	w := Webhook{ID: d.ID, Name: d.Name, URL: d.URL, Events: d.Events, State: WebhookActive, CreatedBy: perm.From(ctx).ID, CreatedAt: s.now(), Version: 1,
		Secret: s.Vault.Seal(secretPurpose(d.ID), []byte(secret))}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := tx.NewSelect().Model((*webhookRow)(nil)).Count(ctx)
		if err != nil {
			return err
		}
		if n >= maxWebhooks {
			return errs.New(errs.Conflict, "channels.webhook_many", "max", maxWebhooks)
		}
		fresh, err := insert(ctx, tx, &webhookRow{Webhook: w})
		if err != nil {
			return err
		}
		if !fresh {
			return errs.New(errs.Conflict, "channels.webhook_made")
		}
		return s.noted(ctx, tx, &w, "webhook_make", nil)
	})
	if err != nil {
		return "", fmt.Errorf("make webhook: %w", err)
	}
	return secret, nil
}

// EditWebhook changes name, address and events. Needs channels.webhooks.
func (s *Service) EditWebhook(ctx context.Context, d WebhookDraft) error {
	if err := s.checkWebhook(&d); err != nil {
		return err
	}
	return s.changeWebhook(ctx, d.ID, d.Version, "webhook_edit", func(w *Webhook) (map[string]any, error) {
		w.Name, w.URL, w.Events = d.Name, d.URL, d.Events
		return nil, nil
	})
}

// PauseWebhook stops deliveries, those that wait too; ResumeWebhook begins
// again with the next event.
func (s *Service) PauseWebhook(ctx context.Context, webhookID string, version int64) error {
	return s.changeWebhook(ctx, webhookID, version, "webhook_pause", func(w *Webhook) (map[string]any, error) {
		w.State, w.Why = WebhookPaused, PausedByHand
		return nil, nil
	})
}

// ResumeWebhook lets a paused webhook hear of events again.
func (s *Service) ResumeWebhook(ctx context.Context, webhookID string, version int64) error {
	return s.changeWebhook(ctx, webhookID, version, "webhook_resume", func(w *Webhook) (map[string]any, error) {
		w.State, w.Why, w.FailingSince = WebhookActive, "", 0
		return nil, nil
	})
}

// RotateSecret gives a webhook a new secret, which is shown this once. The old
// one signs beside it for another day.
func (s *Service) RotateSecret(ctx context.Context, webhookID string, version int64) (secret string, err error) {
	secret = newSecret()
	err = s.changeWebhook(ctx, webhookID, version, "webhook_rotate", func(w *Webhook) (map[string]any, error) {
		w.OldSecret, w.OldUntil = w.Secret, s.now().Add(oldSecretLife)
		w.Secret = s.Vault.Seal(secretPurpose(w.ID), []byte(secret))
		return nil, nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// DeleteWebhook removes a webhook with the memory of its deliveries.
func (s *Service) DeleteWebhook(ctx context.Context, webhookID string, version int64) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[webhookRow](ctx, tx, webhookID)
		if err != nil {
			return err
		}
		if row.Version != version {
			return errs.New(errs.Conflict, "")
		}
		if _, err := tx.NewDelete().Model((*deliveryRow)(nil)).Where("webhook_id = ?", webhookID).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.noted(ctx, tx, &row.Webhook, "webhook_delete", nil)
	})
	if err != nil {
		return fmt.Errorf("delete webhook %s: %w", webhookID, err)
	}
	return nil
}

func (s *Service) changeWebhook(ctx context.Context, webhookID string, version int64, act string, do func(w *Webhook) (map[string]any, error)) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[webhookRow](ctx, tx, webhookID)
		if err != nil {
			return err
		}
		detail, err := do(&row.Webhook)
		if err != nil {
			return err
		}
		row.Version = version + 1
		if err := update(ctx, tx, row, version); err != nil {
			return err
		}
		return s.noted(ctx, tx, &row.Webhook, act, detail)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", act, webhookID, err)
	}
	return nil
}

// noted ends an act on a webhook: notice and record.
func (s *Service) noted(ctx context.Context, tx bun.Tx, w *Webhook, act string, detail map[string]any) error {
	if err := s.Live.Notify(ctx, tx, WebhooksTopic); err != nil {
		return err
	}
	d := map[string]any{"name": w.Name}
	for k, v := range detail {
		d[k] = v
	}
	return s.Audit.Record(ctx, tx, audit.Entry{Act: "channels." + act, Object: "webhook", ObjectID: w.ID, Permission: Webhooks, Detail: d})
}

// WebhookList lists the webhooks, the oldest first.
func (s *Service) WebhookList(ctx context.Context) ([]Webhook, error) {
	if err := everywhere(ctx); err != nil {
		return nil, err
	}
	rows, err := readWebhooks(ctx, s.DB.Reader())
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	list := make([]Webhook, len(rows))
	for i, r := range rows {
		list[i] = r.Webhook
	}
	return list, nil
}

func readWebhooks(ctx context.Context, q bun.IDB) ([]webhookRow, error) {
	var rows []webhookRow
	err := q.NewSelect().Model(&rows).Order("w.id").Scan(ctx)
	return rows, err
}

// Webhook gives one webhook.
func (s *Service) Webhook(ctx context.Context, webhookID string) (Webhook, error) {
	if err := everywhere(ctx); err != nil {
		return Webhook{}, err
	}
	row, err := one[webhookRow](ctx, s.DB.Reader(), webhookID)
	if err != nil {
		return Webhook{}, fmt.Errorf("webhook %s: %w", webhookID, err)
	}
	return row.Webhook, nil
}

// everywhere asks for channels.webhooks in the whole ministry: events of all
// missions go through a webhook.
func everywhere(ctx context.Context) error {
	if !perm.From(ctx).MayIn(Webhooks, perm.Everywhere()) {
		return errs.New(errs.Forbidden, "")
	}
	return nil
}

func secretPurpose(webhookID string) string { return "channels_webhook/" + webhookID + "/secret" }

// newSecret gives 32 random bytes as text that scanners recognise.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return "sifara_wh_" + base64.RawURLEncoding.EncodeToString(b[:])
}
