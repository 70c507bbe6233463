package tone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// link is what a server said when it was asked for an address. Status 0 is no
// answer.
type link struct {
	bun.BaseModel `bun:"table:publish_tone_link,alias:tk"`

	Address string `bun:",pk"`
	Status  int
	AskedAt db.Time
}

// dead tells whether the page is not there. A server that wants a sign-in or is
// tired of being asked may well show it to readers.
func (l link) dead() bool {
	switch l.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusTooManyRequests:
		return false
	}
	return l.Status == 0 || l.Status >= 400
}

// Bounds of asking: addresses of one message, at once, and how long one may take.
const (
	maxLinks  = 30
	atOnce    = 6
	askFor    = 8 * time.Second
	linkFresh = 10 * time.Minute // asked again only after that
)

// addresses are the links of a text to other people's servers, each once.
func (s *Service) addresses(text string) (out []string, at map[string]int) {
	at = map[string]int{}
	for i := 0; i < len(text); {
		k := strings.Index(text[i:], "http")
		if k < 0 {
			break
		}
		i += k
		end := i + strings.IndexAny(text[i:]+" ", " \t\n)>]\"<")
		address := strings.TrimRight(text[i:min(end, len(text))], ".,;:!?؟،")
		if u, err := url.Parse(address); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !s.own(address) {
			if _, known := at[address]; !known {
				at[address] = i
				out = append(out, address)
			}
		}
		i = max(end, i+4)
	}
	return out, at
}

func (s *Service) own(address string) bool {
	return s.BaseURL != "" && (address == s.BaseURL || strings.HasPrefix(address, s.BaseURL+"/"))
}

// ask asks one server for one page.
func (s *Service) ask(ctx context.Context, address string) int {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		req, err := http.NewRequestWithContext(ctx, method, address, nil)
		if err != nil {
			return 0
		}
		resp, err := s.Fetch.Do(ctx, req)
		if err != nil {
			return 0
		}
		// Some servers answer only the question for the whole page.
		if method == http.MethodGet || resp.Status < 400 || resp.Status == http.StatusTooManyRequests {
			return resp.Status
		}
	}
	return 0
}

// AskLinks asks the servers that the links of a message lead to, in all languages,
// except those asked a moment ago. It needs the permission to write, review or
// clear the message.
func (s *Service) AskLinks(ctx context.Context, m publish.Message) error {
	actor := perm.From(ctx)
	if actor.Kind != perm.System && !actor.MayIn(publish.MayDraft, m.Scope()) && !actor.MayIn(publish.MayReview, m.Scope()) && !actor.MayIn(publish.MayClear, m.Scope()) {
		return fmt.Errorf("publish: ask links: %w", errs.New(errs.Forbidden, ""))
	}
	if s.Fetch == nil {
		return nil
	}
	now := s.Clock.Now()
	due, err := s.due(ctx, m, now)
	if err != nil || len(due) == 0 {
		return err
	}
	rows := make([]link, len(due))
	var wait sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i, address := range due {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			rows[i] = link{Address: address, Status: s.ask(ctx, address), AskedAt: db.At(now)}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publish: ask links of %s: %w", m.ID, err)
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (address) DO UPDATE").Set("status = EXCLUDED.status, asked_at = EXCLUDED.asked_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish: links of %s: %w", m.ID, err)
		}
		if err := s.Live.Notify(ctx, tx, publish.TopicMessage(m.ID)); err != nil {
			return err
		}
		title, _ := m.Title(m.SourceLang)
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "publish.tone_links", Object: "message", ObjectID: m.ID, Mission: m.MissionID, Permission: publish.MayDraft,
			Detail: map[string]any{"title": map[string]any{string(m.SourceLang): title}, "count": len(rows)}})
	})
}

// due are the addresses of a message that were not asked a moment ago.
func (s *Service) due(ctx context.Context, m publish.Message, now time.Time) ([]string, error) {
	var all strings.Builder
	for _, v := range m.Variants {
		all.WriteString(v.Summary + "\n" + v.Body + "\n")
	}
	addresses, _ := s.addresses(all.String())
	known, err := s.known(ctx, addresses)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range addresses {
		if l, ok := known[a]; !ok || now.Sub(l.AskedAt.Std()) > linkFresh {
			out = append(out, a)
		}
	}
	return out[:min(len(out), maxLinks)], nil
}

func (s *Service) known(ctx context.Context, addresses []string) (map[string]link, error) {
	out := map[string]link{}
	if len(addresses) == 0 {
		return out, nil
	}
	var rows []link
	if err := s.DB.Reader().NewSelect().Model(&rows).Where("tk.address IN (?)", bun.List(addresses)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: links: %w", err)
	}
	for _, r := range rows {
		out[r.Address] = r
	}
	return out, nil
}

// dead finds the links of a text whose servers did not give the page.
func (s *Service) dead(ctx context.Context, p part) ([]Note, error) {
	addresses, at := s.addresses(p.all)
	known, err := s.known(ctx, addresses)
	if err != nil {
		return nil, err
	}
	var out []Note
	for _, a := range addresses {
		l, ok := known[a]
		if !ok || !l.dead() {
			continue
		}
		f := engine.Finding{Kind: engine.Link, From: at[a], To: at[a] + len(a), Excerpt: engine.Excerpt(a), Reason: "publish.tone.why.link_dead", Args: []any{"address", engine.Excerpt(a), "time", l.AskedAt.Std()}}
		out = append(out, p.place(f))
	}
	return out, nil
}

// submitted asks the links of a message that went on its route, so that those who
// vouch for it know.
func (s *Service) submitted(ctx context.Context, e publish.Submitted) error {
	ctx = perm.With(ctx, perm.SystemActor("job:publish.tone.links"))
	m, err := s.Load(ctx, e.MessageID)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.AskLinks(ctx, m)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil // those that answered nothing in a minute will be asked from the editor
	}
	return err
}
