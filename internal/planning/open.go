package planning

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// maxSamples is how many posts of a warning a file keeps.
const maxSamples = 8

// Draft is what a file is opened with. ID comes with the form, so that one sent
// twice opens one file. A zero DueAt is no date.
type Draft struct {
	ID           string
	Title        string
	Question     string
	WarningID    string
	MissionID    string
	DepartmentID string
	DueAt        db.Time
}

// FromWarning gives what a file opened from a warning begins with, and the
// evidence that it will keep. existing is the id of the file that answers the
// warning already, empty when there is none.
func (s *Service) FromWarning(ctx context.Context, warningID string) (d Draft, e *Evidence, existing string, err error) {
	if s.Warnings == nil {
		return d, nil, "", errs.New(errs.NotFound, "")
	}
	w, err := s.Warnings.Warning(ctx, warningID)
	if err != nil {
		return d, nil, "", fmt.Errorf("open a file from warning %s: %w", warningID, err)
	}
	e, err = s.evidence(ctx, w)
	if err != nil {
		return d, nil, "", err
	}
	d = Draft{ID: id.New(), Title: e.Name(i18n.From(ctx).Lang()), WarningID: w.ID, MissionID: w.MissionID, DepartmentID: w.DepartmentID}
	return d, e, w.DecisionID, nil
}

// evidence copies what a warning rests on.
func (s *Service) evidence(ctx context.Context, w listen.Warning) (*Evidence, error) {
	e := &Evidence{Term: w.Subject(), Since: w.Since.Std(), Until: w.Until.Std(), Observed: w.Observed, Expected: w.Expected, Strength: w.Strength(), Hours: w.Evidence.Bins}
	if w.TopicID != "" {
		t, err := s.Warnings.Topic(ctx, w.TopicID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return nil, fmt.Errorf("topic of warning %s: %w", w.ID, err)
		}
		e.Topic = t.Names
	}
	for i, share := range w.Evidence.Words {
		if i == 12 {
			break
		}
		e.Words = append(e.Words, share.Key)
	}
	ids := w.Evidence.Posts
	posts, err := s.Warnings.Posts(ctx, ids[:min(len(ids), maxSamples)])
	if err != nil {
		return nil, fmt.Errorf("posts of warning %s: %w", w.ID, err)
	}
	for _, p := range posts {
		e.Samples = append(e.Samples, Sample{At: p.At, Lang: p.Lang, Text: text.Clean(p.Text)})
	}
	return e, nil
}

func (d *Draft) clean() error {
	d.Title, d.Question = text.Line(d.Title), strings.TrimSpace(text.Clean(d.Question))
	return errs.InvalidFields(append(required("title", d.Title, MaxTitle), required("question", d.Question, MaxText)...)...)
}

// required checks a text that must be given.
func required(name, value string, max int) []errs.Field {
	n := utf8.RuneCountInString(value)
	switch {
	case n == 0:
		return []errs.Field{{Name: name, Key: "web.field.required"}}
	case n > max:
		return []errs.Field{{Name: name, Key: "web.field.long", Args: []any{"max", max, "count", n - max}}}
	}
	return nil
}

var errExists = errors.New("file exists")

// Open opens a file. From a warning it takes the desk of the warning, keeps
// its evidence and marks it decided upon; a second file for the same warning is
// Conflict. It needs Open where the file belongs.
func (s *Service) Open(ctx context.Context, d Draft) error {
	if err := d.clean(); err != nil {
		return err
	}
	now, actor := s.now(), perm.From(ctx)
	row := &Decision{ID: d.ID, Title: d.Title, Question: d.Question, MissionID: d.MissionID, DepartmentID: d.DepartmentID, State: Opened,
		DueAt: d.DueAt, CreatedBy: actor.ID, CreatedAt: now, FoundBy: text.Fold(d.Title + " " + d.Question), Version: 1}
	if d.MissionID != "" {
		row.DepartmentID = ""
	}
	if d.WarningID != "" {
		if err := s.takeWarning(ctx, row, d.WarningID); err != nil {
			return err
		}
	}
	if !actor.MayIn(Open, row.Scope()) {
		return errs.New(errs.Forbidden, "")
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := insertOnce(ctx, tx, row)
		if err != nil {
			return err
		}
		if !fresh {
			return errExists
		}
		if row.WarningID != "" {
			if err := s.Warnings.MarkDecided(ctx, tx, row.WarningID, row.ID); err != nil {
				return err
			}
		}
		c := &change{act: "opened"}
		if err := s.enter(ctx, tx, row.ID, c); err != nil {
			return err
		}
		if err := s.Live.Notify(ctx, tx, ListTopic); err != nil {
			return err
		}
		return s.record(ctx, tx, row, c)
	})
	if errors.Is(err, errExists) {
		return s.replayed(ctx, row)
	}
	if err != nil {
		return fmt.Errorf("open decision file: %w", err)
	}
	return nil
}

func (s *Service) takeWarning(ctx context.Context, row *Decision, warningID string) error {
	if s.Warnings == nil {
		return errs.New(errs.NotFound, "")
	}
	w, err := s.Warnings.Warning(ctx, warningID)
	if err != nil {
		return fmt.Errorf("open decision file: %w", err)
	}
	row.WarningID, row.TopicID, row.Country, row.MissionID, row.DepartmentID = w.ID, w.TopicID, w.Country, w.MissionID, w.DepartmentID
	row.Evidence, err = s.evidence(ctx, w)
	return err
}

// replayed tells a form that was sent twice from a second file for the same
// warning.
func (s *Service) replayed(ctx context.Context, row *Decision) error {
	old := &Decision{}
	err := s.DB.Reader().NewSelect().Model(old).Where("d.id = ?", row.ID).Scan(ctx)
	if err == nil && old.CreatedBy == row.CreatedBy {
		return nil
	}
	return errs.New(errs.Conflict, "planning.error.warning_taken")
}

// Edit changes the question and the date of an open file.
func (s *Service) Edit(ctx context.Context, fileID string, d Draft, version int64) error {
	if err := d.clean(); err != nil {
		return err
	}
	return s.do(ctx, &change{id: fileID, act: "edited", need: Open}, func(_ context.Context, _ bun.Tx, f *File, _ units) error {
		if f.State != Opened {
			return ErrState
		}
		if f.Version != version {
			return ErrChanged
		}
		f.Title, f.Question, f.DueAt = d.Title, d.Question, d.DueAt
		f.FoundBy = text.Fold(d.Title + " " + d.Question)
		return nil
	})
}
