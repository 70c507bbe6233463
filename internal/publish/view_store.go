package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
)

// sorted puts rows in one order on all nodes, so that two nodes which store at
// once wait for each other and do not lock each other out.
func sorted[R any](rows []R, order func(R, R) int) []R {
	slices.SortFunc(rows, order)
	return rows
}

func (r viewRow) order(o viewRow) int {
	return cmp.Or(cmp.Compare(r.MessageID, o.MessageID), cmp.Compare(r.MissionID, o.MissionID), cmp.Compare(r.Lang, o.Lang), cmp.Compare(r.Kind, o.Kind), cmp.Compare(r.Hour, o.Hour))
}

func (r readerRow) order(o readerRow) int {
	return cmp.Or(cmp.Compare(r.MessageID, o.MessageID), cmp.Compare(r.MissionID, o.MissionID), cmp.Compare(r.Kind, o.Kind), cmp.Compare(r.Day, o.Day))
}

func upsert[R any](ctx context.Context, tx bun.Tx, rows []R, on, set string) error {
	for part := range slices.Chunk(rows, flushRows) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT " + on).Set(set).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Reading are the figures of how something was read.
//
// Readers are estimated (to about 1 %) and counted anew each day: someone who
// reads on two days counts twice. Several nodes, or a node that was started
// anew, may count a reader once each. FeedReaders are those who fetch a feed
// with it themselves, and as many as aggregators say they fetch it for, on the
// day with the most.
type Reading struct {
	Views       int64 `json:"views"`
	Readers     int64 `json:"readers"`
	FeedViews   int64 `json:"feed_views"`
	FeedReaders int64 `json:"feed_readers"`
}

func (r *Reading) add(kind ViewKind, views int64) {
	if kind == FeedView {
		r.FeedViews += views
	} else {
		r.Views += views
	}
}

// MessageFigures gives how messages were read since their release. A message
// that nobody read is absent.
func (s *Service) MessageFigures(ctx context.Context, ids ...string) (map[string]Reading, error) {
	out := map[string]Reading{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		MessageID string
		Kind      ViewKind
		Views     int64
	}
	q := s.db.Reader()
	err := q.NewRaw(`SELECT message_id, kind, SUM(views) AS views FROM publish_view WHERE message_id IN (?) GROUP BY message_id, kind`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("publish: views of messages: %w", err)
	}
	for _, r := range rows {
		x := out[r.MessageID]
		x.add(r.Kind, r.Views)
		out[r.MessageID] = x
	}
	var people []struct {
		MessageID string
		Kind      ViewKind
		Total     int64
		Most      int64
	}
	err = q.NewRaw(`SELECT message_id, kind, SUM(readers) AS total, MAX(readers) AS most FROM publish_reader WHERE message_id IN (?) GROUP BY message_id, kind`, bun.List(ids)).Scan(ctx, &people)
	if err != nil {
		return nil, fmt.Errorf("publish: readers of messages: %w", err)
	}
	for _, r := range people {
		x := out[r.MessageID]
		if r.Kind == FeedView {
			x.FeedReaders = r.Most
		} else {
			x.Readers = r.Total
		}
		out[r.MessageID] = x
	}
	return out, nil
}

// Span is a time: from its first moment to before its end. Zero ends are open.
type Span struct{ From, Until db.Time }

// All stands for every mission and the ministry where a mission's id is asked
// for.
const All = "*"

// SiteFigures gives how the pages and feeds of a mission were read in a time;
// an empty id is the ministry's own, All everything.
func (s *Service) SiteFigures(ctx context.Context, in Span, missionID string) (Reading, error) {
	var out Reading
	var rows []struct {
		Kind  ViewKind
		Views int64
	}
	q := s.db.Reader().NewSelect().Model((*viewRow)(nil)).Column("kind").ColumnExpr("SUM(views) AS views").Group("kind").
		// Every delivery of a feed counts for each message in it as well: here
		// the feed counts once.
		Where("w.kind = ? OR w.message_id = ''", PageView)
	if err := narrow(q, "hour", in, missionID).Scan(ctx, &rows); err != nil {
		return out, fmt.Errorf("publish: views of the site: %w", err)
	}
	for _, r := range rows {
		out.add(r.Kind, r.Views)
	}
	var days []struct {
		Kind    ViewKind
		Day     db.Time
		Readers int64
	}
	q = s.db.Reader().NewSelect().Model((*readerRow)(nil)).Column("kind", "day").ColumnExpr("SUM(readers) AS readers").Group("kind", "day").
		Where("rd.message_id = ''")
	if err := narrow(q, "day", in, missionID).Scan(ctx, &days); err != nil {
		return out, fmt.Errorf("publish: readers of the site: %w", err)
	}
	for _, d := range days {
		if d.Kind == FeedView {
			out.FeedReaders = max(out.FeedReaders, d.Readers)
		} else {
			out.Readers += d.Readers
		}
	}
	return out, nil
}

// EachSite gives what SiteFigures gives of each mission, by its id, and of the
// ministry under the empty one. What nobody read is absent.
func (s *Service) EachSite(ctx context.Context, in Span) (map[string]Reading, error) {
	out := map[string]Reading{}
	var rows []struct {
		MissionID string
		Kind      ViewKind
		Views     int64
	}
	q := s.db.Reader().NewSelect().Model((*viewRow)(nil)).Column("mission_id", "kind").ColumnExpr("SUM(views) AS views").Group("mission_id", "kind").
		Where("w.kind = ? OR w.message_id = ''", PageView)
	if err := narrow(q, "hour", in, All).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("publish: views of the sites: %w", err)
	}
	for _, r := range rows {
		x := out[r.MissionID]
		x.add(r.Kind, r.Views)
		out[r.MissionID] = x
	}
	var people []struct {
		MissionID string
		Kind      ViewKind
		Total     int64
		Most      int64
	}
	// One row is one day of one kind, so the most readers of a day are the
	// largest row.
	q = s.db.Reader().NewSelect().Model((*readerRow)(nil)).Column("mission_id", "kind").ColumnExpr("SUM(readers) AS total, MAX(readers) AS most").Group("mission_id", "kind").
		Where("rd.message_id = ''")
	if err := narrow(q, "day", in, All).Scan(ctx, &people); err != nil {
		return nil, fmt.Errorf("publish: readers of the sites: %w", err)
	}
	for _, r := range people {
		x := out[r.MissionID]
		if r.Kind == FeedView {
			x.FeedReaders = r.Most
		} else {
			x.Readers += r.Total
		}
		out[r.MissionID] = x
	}
	return out, nil
}

func narrow(q *bun.SelectQuery, column string, in Span, missionID string) *bun.SelectQuery {
	if in.From != 0 {
		q = q.Where("? >= ?", bun.Ident(column), in.From)
	}
	if in.Until != 0 {
		q = q.Where("? < ?", bun.Ident(column), in.Until)
	}
	if missionID != All {
		q = q.Where("mission_id = ?", missionID)
	}
	return q
}

// DayReading is how something was read on one day in a zone.
type DayReading struct {
	Day   time.Time // midnight in the zone
	Views int64
}

// Daily gives the views of a message's page by day in a zone, the first day
// first; days without any are absent.
func (s *Service) Daily(ctx context.Context, messageID string, zone *time.Location) ([]DayReading, error) {
	var rows []viewRow
	err := s.db.Reader().NewSelect().Model(&rows).Where("w.message_id = ? AND w.kind = ?", messageID, PageView).Order("w.hour").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: daily views: %w", err)
	}
	var out []DayReading
	for _, r := range rows {
		y, m, d := r.Hour.In(zone).Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, zone)
		if len(out) == 0 || !out[len(out)-1].Day.Equal(day) {
			out = append(out, DayReading{Day: day})
		}
		out[len(out)-1].Views += r.Views
	}
	return out, nil
}
