package planning

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// mayWeigh lets those add to a file who prepare it and those who are heard in
// it.
func mayWeigh(ctx context.Context, f *File, u units) error {
	if f.State != Opened {
		return ErrState
	}
	if perm.From(ctx).MayIn(Open, f.Scope()) || slices.ContainsFunc(f.Parties, func(p Party) bool { return u.speaksFor(&p) }) {
		return nil
	}
	return errs.New(errs.Forbidden, "")
}

// errReplay ends a transaction of a form that was sent twice.
var errReplay = errs.New(errs.Conflict, "planning.replay")

// once turns the end of a replayed transaction into success.
func once(err error) error {
	if e, ok := errs.Find(err); ok && e.Is(errReplay) {
		return nil
	}
	return err
}

// AddOption adds a way to decide, under an id that comes with the form.
func (s *Service) AddOption(ctx context.Context, fileID, optionID, words string) error {
	words = strings.TrimSpace(text.Clean(words))
	if err := errs.InvalidFields(required("option_text", words, MaxNote)...); err != nil {
		return err
	}
	c := &change{id: fileID, act: "option_added"}
	return once(s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, u units) error {
		if err := mayWeigh(ctx, f, u); err != nil {
			return err
		}
		c.note = words
		return replayOrNil(insertOnce(ctx, tx, &Option{ID: optionID, DecisionID: f.ID, Text: words, AddedBy: perm.From(ctx).ID, AddedAt: s.now()}))
	}))
}

func replayOrNil(fresh bool, err error) error {
	if err == nil && !fresh {
		return errReplay
	}
	return err
}

// DropOption takes an option out of the choice; it stays in the file.
func (s *Service) DropOption(ctx context.Context, fileID, optionID string) error {
	c := &change{id: fileID, act: "option_dropped", need: Open}
	return s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, _ units) error {
		if f.State != Opened {
			return ErrState
		}
		for i := range f.Options {
			if o := &f.Options[i]; o.ID == optionID && !o.Dropped {
				o.Dropped, c.note = true, o.Text
				_, err := tx.NewUpdate().Model(o).WherePK().Exec(ctx)
				return err
			}
		}
		return errs.New(errs.NotFound, "")
	})
}

// AddArgument speaks for an option or against it.
func (s *Service) AddArgument(ctx context.Context, fileID string, a Argument) error {
	a.Text = strings.TrimSpace(text.Clean(a.Text))
	if err := errs.InvalidFields(required("argument", a.Text, MaxNote)...); err != nil {
		return err
	}
	c := &change{id: fileID, act: "argument_against", note: a.Text}
	if a.SpeaksFor {
		c.act = "argument_for"
	}
	return once(s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, u units) error {
		if err := mayWeigh(ctx, f, u); err != nil {
			return err
		}
		if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.ID == a.OptionID && !o.Dropped }) {
			return errs.New(errs.NotFound, "")
		}
		a.DecisionID, a.AddedBy, a.AddedAt = f.ID, perm.From(ctx).ID, s.now()
		return replayOrNil(insertOnce(ctx, tx, &a))
	}))
}

// AddParty has a department, mission or person be heard until a date; the
// same one again is Conflict.
func (s *Service) AddParty(ctx context.Context, fileID, partyID string, kind PartyKind, unit string, due db.Time) error {
	name, err := s.partyName(ctx, kind, unit)
	if err != nil {
		return errs.InvalidFields(errs.Field{Name: "party", Key: "web.field.choice"})
	}
	if due.IsZero() {
		return errs.InvalidFields(errs.Field{Name: "due", Key: "web.field.required"})
	}
	c := &change{id: fileID, act: "party_added", subject: string(kind) + ":" + unit, need: Open, detail: map[string]any{"party": name}}
	return once(s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, _ units) error {
		if f.State != Opened {
			return ErrState
		}
		fresh, err := insertOnce(ctx, tx, &Party{ID: partyID, DecisionID: f.ID, Kind: kind, UnitID: unit, DueAt: due, AddedBy: perm.From(ctx).ID})
		if err == nil && !fresh && !slices.ContainsFunc(f.Parties, func(p Party) bool { return p.ID == partyID }) {
			return errs.InvalidFields(errs.Field{Name: "party", Key: "planning.error.party_twice"})
		}
		return replayOrNil(fresh, err)
	}))
}

// partyName names a party for the record: a person by name, a unit by its names
// in all languages. The error means that there is none.
func (s *Service) partyName(ctx context.Context, kind PartyKind, unit string) (any, error) {
	switch kind {
	case MissionParty:
		m, err := s.Org.Mission(ctx, unit)
		return m.Names, err
	case DepartmentParty:
		d, err := s.Org.Department(ctx, unit)
		return d.Names, err
	case PersonParty:
		p, err := s.Org.Person(ctx, unit)
		return p.Recorded(), err
	}
	return nil, errs.New(errs.Invalid, "")
}

// partyOf names the party of a file before the transaction in which it changes.
// It is nil when there is none.
func (s *Service) partyOf(ctx context.Context, fileID, partyID string) (any, error) {
	p := &Party{}
	err := s.DB.Reader().NewSelect().Model(p).Where("p.id = ?", partyID).Where("p.decision_id = ?", fileID).Scan(ctx)
	if db.IsNoRows(err) {
		return nil, nil
	}
	return s.nameOf(ctx, p), err
}

// nameOf is partyName for a party that once existed; its id when it no longer
// does.
func (s *Service) nameOf(ctx context.Context, p *Party) any {
	name, err := s.partyName(ctx, p.Kind, p.UnitID)
	if err != nil {
		return p.UnitID
	}
	return name
}

// RemoveParty no longer asks a party that has not been heard.
func (s *Service) RemoveParty(ctx context.Context, fileID, partyID string) error {
	name, err := s.partyOf(ctx, fileID, partyID)
	if err != nil {
		return err
	}
	c := &change{id: fileID, act: "party_removed", need: Open, detail: map[string]any{"party": name}}
	return s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, _ units) error {
		for i := range f.Parties {
			p := &f.Parties[i]
			if p.ID != partyID {
				continue
			}
			if p.Heard() || f.State != Opened {
				return ErrState
			}
			c.subject = string(p.Kind) + ":" + p.UnitID
			_, err := tx.NewDelete().Model(p).WherePK().Exec(ctx)
			return err
		}
		return errs.New(errs.NotFound, "")
	})
}

// Position is what a party says.
type Position struct {
	Stance    Stance
	OptionID  string
	Statement string
}

func (p *Position) check(f *File) error {
	p.Statement = strings.TrimSpace(text.Clean(p.Statement))
	var bad []errs.Field
	if !slices.Contains(Stances, p.Stance) {
		bad = append(bad, errs.Field{Name: "stance", Key: "web.field.choice"})
	}
	if p.OptionID != "" && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.ID == p.OptionID && !o.Dropped }) {
		bad = append(bad, errs.Field{Name: "preferred", Key: "web.field.choice"})
	}
	if p.Stance == AgreesIf || p.Stance == Objects || p.Statement != "" {
		bad = append(bad, required("statement", p.Statement, MaxText)...)
	}
	return errs.InvalidFields(bad...)
}

// Record records the position of a party, by someone who speaks for it. Until
// the file is decided it may be recorded anew; the history keeps what was said
// before.
func (s *Service) Record(ctx context.Context, fileID, partyID string, pos Position) error {
	name, err := s.partyOf(ctx, fileID, partyID)
	if err != nil {
		return err
	}
	c := &change{id: fileID, act: "heard"}
	return s.do(ctx, c, func(ctx context.Context, tx bun.Tx, f *File, u units) error {
		i := slices.IndexFunc(f.Parties, func(p Party) bool { return p.ID == partyID })
		switch {
		case i < 0:
			return errs.New(errs.NotFound, "")
		case f.State != Opened:
			return ErrState
		case !u.speaksFor(&f.Parties[i]):
			return errs.New(errs.Forbidden, "planning.error.not_yours")
		}
		if err := pos.check(f); err != nil {
			return err
		}
		p := &f.Parties[i]
		p.Stance, p.OptionID, p.Statement, p.RecordedBy, p.RecordedAt = pos.Stance, pos.OptionID, pos.Statement, perm.From(ctx).ID, s.now()
		c.subject, c.note, c.detail = string(p.Kind)+":"+p.UnitID, pos.Statement, map[string]any{"party": name, "stance": audit.Word("planning.stance." + string(pos.Stance))}
		_, err := tx.NewUpdate().Model(p).WherePK().Exec(ctx)
		return err
	})
}
