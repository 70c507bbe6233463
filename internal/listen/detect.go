package listen

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/jobs"
	"sifara/internal/listen/burst"
)

// detectJob looks for bursts in a period, some weeks at a time.
type detectJob struct {
	From db.Time `json:"from"`
	To   db.Time `json:"to"`
}

// Kind implements jobs.Args.
func (detectJob) Kind() string { return "listen.detect" }

// watchJob looks for bursts in the last hours.
type watchJob struct{}

// Kind implements jobs.Args.
func (watchJob) Kind() string { return "listen.watch" }

const (
	// detectSlice is how much time one run of detectJob looks at.
	detectSlice = 14 * 24 * time.Hour
	// watchEvery is how often the last hours are looked at: a post is judged
	// within that time of its arrival, in the minute that is still open.
	watchEvery = 30 * time.Second
	// watchHours is how far back the live detector looks: posts arrive late.
	watchHours = 3 * time.Hour
	// learnDays is how much of the past is learnt before.
	learnDays = 35
	// leadIn is how much of a period of the past is gone through before alarms
	// of it count.
	leadIn = 24 * time.Hour
	// coldTime is how long posts are known before any alarm is believed.
	coldTime = 72 * time.Hour
)

func (s *Service) runDetect(ctx context.Context, job jobs.Job[detectJob]) error {
	from, to := job.Args.From.Std(), job.Args.To.Std()
	end := to
	if to.Sub(from) > detectSlice {
		end = from.Add(detectSlice)
	}
	if _, err := s.Detect(ctx, from, end); err != nil {
		return err
	}
	if end.Equal(to) {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.enqueue(ctx, tx, detectJob{From: db.At(end), To: job.Args.To})
	})
}

func (s *Service) runWatch(ctx context.Context, _ jobs.Job[watchJob]) error {
	_, err := s.Watch(ctx)
	return err
}

// Detect looks for bursts that begin or go on in a period of the past and
// raises or extends their warnings. It gives how many were raised. Looking twice
// raises nothing twice.
func (s *Service) Detect(ctx context.Context, from, to time.Time) (raised int, err error) {
	for from.Before(to) {
		end := to
		if to.Sub(from) > detectSlice {
			end = from.Add(detectSlice)
		}
		n, err := s.detect(ctx, look{from: from, to: end, fine: hourTime(hourOf(from.Add(-leadIn)))})
		if raised += n; err != nil {
			return raised, err
		}
		from = end
	}
	return raised, nil
}

// Watch is Detect for the last hours up to now, with the minute that is still
// open; besides, it notes the sources that fell silent.
func (s *Service) Watch(ctx context.Context) (raised int, err error) {
	now := s.clock.Now()
	from := now.Add(-watchHours)
	return s.detect(ctx, look{from: from, to: now, fine: hourTime(hourOf(from)), live: true})
}

// look is one look at a period. What lies before fine is learnt by the hour,
// what follows is gone through post by post.
type look struct {
	s              *Service
	from, to, fine time.Time
	live           bool
	topics         []Topic
	rates          map[string]AlarmRate
	sources        map[int64]Source
	raised         int
	heard          []Warning // of topics and hashtags in this look
}

func (s *Service) detect(ctx context.Context, l look) (raised int, err error) {
	l.s = s
	if l.topics, err = topics(ctx, s.db.Reader()); err != nil {
		return 0, err
	}
	if l.rates, err = s.alarmRates(ctx); err != nil {
		return 0, err
	}
	if l.sources, err = s.sourcesByNumber(ctx); err != nil {
		return 0, err
	}
	if err := l.watchTopics(ctx); err != nil {
		return l.raised, err
	}
	if err := l.watchTags(ctx); err != nil {
		return l.raised, err
	}
	return l.raised, l.watchPlaces(ctx)
}

// begins is the first hour that a table counts in the time that is learnt; zero
// when it counts nothing.
func (l *look) begins(ctx context.Context, table string) (time.Time, error) {
	var hour int64
	err := l.s.store.Reader().NewRaw(`SELECT coalesce(min(hour), 0) FROM ? WHERE hour >= ?`, bun.Ident(table), hourOf(l.fine)-learnDays*24).Scan(ctx, &hour)
	if err != nil {
		return time.Time{}, fmt.Errorf("begin of counts: %w", err)
	}
	if hour == 0 {
		return time.Time{}, nil
	}
	return hourTime(hour), nil
}

// detector is a detector for a family whose past begins at a moment.
func (l *look) detector(begins time.Time, c burst.Config) *burst.Detector {
	c.Known = begins
	if begins.After(l.fine) {
		c.Known = l.fine
	}
	d := burst.New(c)
	d.Start(l.fine)
	return d
}

// finish closes the period and tells what was found.
func (l *look) finish(ctx context.Context, d *burst.Detector, begins time.Time, of func(series string) (matter, bool)) error {
	end := l.to
	if l.live {
		end = end.Add(d.Bin()) // the open minute: more posts only make it clearer
	}
	d.Advance(end)
	for _, a := range d.Alarms() {
		if a.Until.Before(l.from) || a.At.Before(begins.Add(coldTime)) {
			continue
		}
		m, ok := of(a.Series)
		var err error
		switch {
		case a.Faulty():
			err = l.fault(ctx, m, a)
		case ok:
			err = l.tell(ctx, m, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// matter is what a series counts and whose warning it is.
type matter struct {
	series  string
	topic   Topic // zero for all else
	tag     string
	country string
	group   string // a kind of sources
	mission string
	dept    string
}
