package channels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/jobs"
)

// DeliveryState says how far a delivery is.
type DeliveryState string

// The states. Delivered and Failed are final; a failed one may be sent again
// by hand.
const (
	Waiting   DeliveryState = "waiting"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"
	OnHold    DeliveryState = "held" // a pause covered its time: an official lets it go or drops it
)

// Try is one attempt. Status is that of the receiver's answer, 0 when there
// was none; Failure is then a word of this list: "timeout", "unreachable",
// "forbidden_address", "too_large", "other".
type Try struct {
	At      db.Time `json:"at"`
	Status  int     `json:"status,omitempty"`
	Failure string  `json:"failure,omitempty"`
	Millis  int64   `json:"ms"`
}

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        string        `bun:",pk" json:"id"`
	WebhookID string        `json:"webhook_id"`
	EventID   string        `json:"event_id"`
	Event     string        `json:"event"`
	Body      []byte        `json:"-"` // as it is sent
	State     DeliveryState `json:"state"`
	Tries     []Try         `json:"tries"` // the oldest first
	Tried     int           `json:"-"`     // attempts since it was queued or queued again
	NextAt    db.Time       `json:"next_at"`
	UntilAt   db.Time       `json:"until_at"` // after this it is given up
	CreatedAt db.Time       `json:"created_at"`
	DoneAt    db.Time       `json:"done_at"`
}

// Payload is the JSON that a receiver gets. Data hold ids, codes, numbers and
// times; texts are asked for with the ids, under the receiver's own rights.
type Payload struct {
	ID   string          `json:"id"`   // the same for every webhook and every attempt
	Type string          `json:"type"` // "publish.released"
	Time db.Time         `json:"time"`
	Data json.RawMessage `json:"data"`
}

const (
	// giveUp is how long a delivery is tried.
	giveUp = 24 * time.Hour
	// firstPause follows the first failure; each pause is twice the one
	// before, up to longestPause.
	firstPause   = 30 * time.Second
	longestPause = 6 * time.Hour
	// keepFor is how long ended deliveries are remembered.
	keepFor = 30 * 24 * time.Hour
	// lostAfter is when a delivery that should have been tried is queued anew:
	// its job ended by a fault of ours.
	lostAfter = 30 * time.Minute
)

// deliverJob is one attempt of a delivery. Try counts from 0, so that an
// attempt whose note was lost is made again, and one that was noted is not.
type deliverJob struct {
	DeliveryID string `json:"delivery_id"`
	Try        int    `json:"try"`
}

// Kind implements jobs.Args.
func (deliverJob) Kind() string { return "channels.deliver" }

// queueDeliveries runs inside the transaction of every event.
func (s *Service) queueDeliveries(ctx context.Context, tx bun.Tx, name string, payload json.RawMessage) error {
	rows, err := readWebhooks(ctx, tx)
	if err != nil {
		return fmt.Errorf("webhooks of %s: %w", name, err)
	}
	var body []byte
	p := Payload{ID: id.New(), Type: name, Time: s.now()}
	for _, w := range rows {
		if !w.Wants(name) {
			continue
		}
		if body == nil {
			if body, err = p.encode(payload); err != nil {
				return fmt.Errorf("payload of %s: %w", name, err)
			}
		}
		if err := s.queueOne(ctx, tx, w.ID, p, body); err != nil {
			return err
		}
	}
	return nil
}

func (p Payload) encode(data json.RawMessage) ([]byte, error) {
	var err error
	if p.Data, err = facts(data); err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

func (s *Service) queueOne(ctx context.Context, tx bun.Tx, webhookID string, p Payload, body []byte) error {
	d := Delivery{ID: id.New(), WebhookID: webhookID, EventID: p.ID, Event: p.Type, Body: body, State: Waiting, Tries: []Try{}, NextAt: s.now(), UntilAt: s.now().Add(giveUp), CreatedAt: s.now()}
	if _, err := tx.NewInsert().Model(&deliveryRow{Delivery: d}).Exec(ctx); err != nil {
		return fmt.Errorf("queue delivery of %s: %w", p.Type, err)
	}
	return s.Queue.Insert(ctx, tx, deliverJob{DeliveryID: d.ID})
}

// maxFact is the longest text that goes out: an id or a code.
const maxFact = 128

// facts keeps of an event's payload what is an identifier, a code, a number or
// a truth value. Anything that reads like a text is left out, so that no event
// of any version carries private words to another program.
func facts(payload json.RawMessage) (json.RawMessage, error) {
	var all map[string]any
	d := json.NewDecoder(strings.NewReader(string(payload)))
	d.UseNumber()
	if err := d.Decode(&all); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for k, v := range all {
		if v, ok := fact(v); ok {
			out[snake(k)] = v
		}
	}
	return json.Marshal(out)
}

// code is the form of ids, slugs, hashes, times and words of our own lists.
var code = regexp.MustCompile(`^[A-Za-z0-9._:+-]*$`)

// snake spells a Go name as our JSON does: "MessageID" is "message_id".
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(name[i-1])) && name[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func fact(v any) (any, bool) {
	switch v := v.(type) {
	case bool, json.Number:
		return v, true
	case string:
		return v, len(v) <= maxFact && code.MatchString(v)
	case []any:
		list := []any{}
		for _, x := range v {
			if x, ok := fact(x); ok {
				list = append(list, x)
			}
		}
		return list, true
	}
	return nil, false
}

// Ping queues a test delivery to one webhook, paused or not.
func (s *Service) Ping(ctx context.Context, webhookID string) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	p := Payload{ID: id.New(), Type: PingEvent, Time: s.now()}
	body, err := p.encode(json.RawMessage(`{"webhook_id":"` + webhookID + `"}`))
	if err != nil {
		return fmt.Errorf("ping webhook %s: %w", webhookID, err)
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[webhookRow](ctx, tx, webhookID)
		if err != nil {
			return err
		}
		if err := s.queueOne(ctx, tx, row.ID, p, body); err != nil {
			return err
		}
		return s.noted(ctx, tx, &row.Webhook, "webhook_ping", nil)
	})
	if err != nil {
		return fmt.Errorf("ping webhook %s: %w", webhookID, err)
	}
	return nil
}

// SendAgain queues a failed or delivered event once more for another day, with
// the same event id.
func (s *Service) SendAgain(ctx context.Context, deliveryID string) error {
	if err := everywhere(ctx); err != nil {
		return err
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := one[deliveryRow](ctx, tx, deliveryID)
		if err != nil {
			return err
		}
		if row.State == Waiting {
			return nil
		}
		w, err := one[webhookRow](ctx, tx, row.WebhookID)
		if err != nil {
			return err
		}
		row.State, row.NextAt, row.UntilAt, row.DoneAt = Waiting, s.now(), s.now().Add(giveUp), 0
		row.Tried++ // a job of the first round finds another number
		if _, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := s.Queue.Insert(ctx, tx, deliverJob{DeliveryID: row.ID, Try: row.Tried}); err != nil {
			return err
		}
		return s.noted(ctx, tx, &w.Webhook, "webhook_again", map[string]any{"event": row.Event})
	})
	if err != nil {
		return fmt.Errorf("send delivery %s again: %w", deliveryID, err)
	}
	return nil
}

// DeliveryFilter narrows a list of deliveries. Before is the id that ended the
// page before.
type DeliveryFilter struct {
	WebhookID string
	State     DeliveryState
	Before    string
	Limit     int // 50 when zero
}

// Deliveries lists deliveries, the newest first. Next is the Before of the
// following page, empty when there is none.
func (s *Service) Deliveries(ctx context.Context, f DeliveryFilter) (list []Delivery, next string, err error) {
	if err := everywhere(ctx); err != nil {
		return nil, "", err
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	var rows []deliveryRow
	q := s.DB.Reader().NewSelect().Model(&rows).Order("d.id DESC").Limit(int64(f.Limit) + 1)
	if f.WebhookID != "" {
		q = q.Where("d.webhook_id = ?", f.WebhookID)
	}
	if f.State != "" {
		q = q.Where("d.state = ?", f.State)
	}
	if f.Before != "" {
		q = q.Where("d.id < ?", f.Before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("list deliveries: %w", err)
	}
	for i, r := range rows {
		if i == f.Limit {
			next = rows[i-1].ID
			break
		}
		list = append(list, r.Delivery)
	}
	return list, next, nil
}

// Delivery gives one delivery.
func (s *Service) Delivery(ctx context.Context, deliveryID string) (Delivery, error) {
	if err := everywhere(ctx); err != nil {
		return Delivery{}, err
	}
	row, err := one[deliveryRow](ctx, s.DB.Reader(), deliveryID)
	if err != nil {
		return Delivery{}, fmt.Errorf("delivery %s: %w", deliveryID, err)
	}
	return row.Delivery, nil
}

// sweepJob forgets deliveries that ended long ago.
type sweepJob struct{}

// Kind implements jobs.Args.
func (sweepJob) Kind() string { return "channels.sweep" }

func (s *Service) runSweep(ctx context.Context, _ jobs.Job[sweepJob]) error {
	_, err := s.DB.Writer().ExecContext(ctx, `DELETE FROM channels_delivery WHERE state IN (?, ?) AND done_at < ?`, Delivered, Failed, s.now().Add(-keepFor))
	if err != nil {
		return fmt.Errorf("sweep deliveries: %w", err)
	}
	var lost []deliveryRow
	if err := s.DB.Reader().NewSelect().Model(&lost).Where("d.state = ? AND d.next_at < ?", Waiting, s.now().Add(-lostAfter)).Limit(500).Scan(ctx); err != nil {
		return fmt.Errorf("find lost deliveries: %w", err)
	}
	for _, d := range lost {
		if err := s.requeue(ctx, d); err != nil {
			return fmt.Errorf("queue lost delivery %s: %w", d.ID, err)
		}
	}
	return nil
}

// requeue gives a delivery whose job was lost another one. It is no act of its
// own: the delivery was recorded with its event.
func (s *Service) requeue(ctx context.Context, d deliveryRow) error {
	tx, err := s.DB.Writer().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := s.Queue.Insert(ctx, tx, deliverJob{DeliveryID: d.ID, Try: d.Tried}, jobs.Unique()); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// failureOf is the word for why there was no answer.
func failureOf(err error) string {
	e, ok := errs.Find(err)
	if !ok {
		return "other"
	}
	word := strings.TrimPrefix(e.Key, "fetch.")
	if slices.Contains([]string{"timeout", "unreachable", "forbidden_address", "too_large", "bad_url"}, word) {
		return word
	}
	return "other"
}
