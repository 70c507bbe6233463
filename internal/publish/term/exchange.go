package term

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/errs"
	"sifara/internal/id"
	engine "sifara/internal/text/tone"
)

// Format is how entries are exchanged.
type Format string

// The formats: a table for spreadsheets, and TermBase eXchange (ISO 30042) for
// translation programs.
const (
	CSV Format = "csv"
	TBX Format = "tbx"
)

// Bounds of an import: bytes of a file, its entries.
const (
	MaxImport  = 8 << 20
	maxEntries = 10_000
)

// ErrFormat: the file is no table with the columns of ours, and no TBX.
var ErrFormat = errs.InvalidFields(errs.Field{Name: "file", Key: "publish.term.error.file"})

// Imported says what became of the entries of a file.
type Imported struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Refused int `json:"refused"`
	First   int `json:"first_refused,omitempty"` // number in the file of the first that was refused, from 1
}

// Read reads the entries of a file; what it is, its beginning tells. It is bounded
// in bytes and entries.
func Read(r io.Reader) ([]Entry, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxImport+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("terms: read: %w", err)
	case len(b) > MaxImport:
		return nil, errs.InvalidFields(errs.Field{Name: "file", Key: "publish.term.error.large"})
	}
	var list []Entry
	if isXML(b) {
		list, err = readTBX(b)
	} else {
		list, err = readCSV(b)
	}
	if err == nil && len(list) > maxEntries {
		err = errs.InvalidFields(errs.Field{Name: "file", Key: "publish.term.error.large"})
	}
	return list, err
}

// Write writes entries in a format.
func Write(w io.Writer, f Format, list []Entry) error {
	if f == TBX {
		return writeTBX(w, list)
	}
	return writeCSV(w, list)
}

// Import adds the entries of a file to those of a mission or, empty, of the house.
// One that is there already — by its id, or by a preferred wording in the same
// language — takes over the wordings, note and source that the file gives, and keeps
// the others. Nothing is removed. All or nothing is written; entries that cannot
// be (without a preferred wording, too long) are counted.
func (s *Service) Import(ctx context.Context, missionID string, list []Entry) (Imported, error) {
	if err := allowed(ctx, Entry{MissionID: missionID}); err != nil {
		return Imported{}, err
	}
	var done Imported
	err := s.change(ctx, func(ctx context.Context, tx bun.Tx) (audit.Entry, error) {
		var there []Entry
		if err := tx.NewSelect().Model(&there).Where("te.mission_id = ?", missionID).Order("te.id").Scan(ctx); err != nil {
			return audit.Entry{}, fmt.Errorf("terms: %w", err)
		}
		if err := room(ctx, tx, len(list)); err != nil {
			return audit.Entry{}, err
		}
		known := newKnown(there)
		for i, e := range list {
			if err := s.take(ctx, tx, known, missionID, e, i+1, &done); err != nil {
				return audit.Entry{}, err
			}
		}
		if done.Added+done.Changed == 0 {
			return audit.Entry{}, errIdle
		}
		return audit.Entry{Act: "publish.term_import", Object: "term", ObjectID: "terms", Mission: missionID, Permission: Edit,
			Detail: map[string]any{"publish_added": done.Added, "publish_changed": done.Changed}}, nil
	})
	return done, err
}

// take adds one entry of a file, or merges it into one that is there.
func (s *Service) take(ctx context.Context, tx bun.Tx, k *known, missionID string, e Entry, number int, done *Imported) error {
	e.MissionID, e.Version = missionID, 0
	old := k.find(&e)
	if old == nil {
		e.ID = id.New()
	} else {
		e = merged(*old, e)
	}
	if e.clean() != nil {
		if done.Refused++; done.First == 0 {
			done.First = number
		}
		return nil
	}
	switch {
	case old == nil:
		done.Added++
	case old.same(&e):
		done.Same++
		return nil
	default:
		done.Changed++
	}
	if err := s.write(ctx, tx, &e, old != nil); err != nil {
		return err
	}
	k.put(e)
	return nil
}

// merged is an entry with what a file says of it.
func merged(old, e Entry) Entry {
	words := Words{}
	for l, w := range old.Words {
		words[l] = w
	}
	for l, w := range e.Words {
		if tag, ok := langTag(l); ok && !w.empty() {
			words[tag] = w
		}
	}
	old.Words = words
	if e.Kind != "" {
		old.Kind = e.Kind
	}
	if e.Note != "" {
		old.Note = e.Note
	}
	if e.Source != "" {
		old.Source = e.Source
	}
	return old
}

// known are entries by id and by preferred wording.
type known struct {
	byID   map[string]*Entry
	byWord map[string]*Entry
}

func newKnown(list []Entry) *known {
	k := &known{map[string]*Entry{}, map[string]*Entry{}}
	for _, e := range list {
		k.put(e)
	}
	return k
}

func (k *known) put(e Entry) {
	k.byID[e.ID] = &e
	for l, w := range e.Words {
		if w.Preferred != "" {
			k.byWord[l+" "+engine.FoldPhrase(w.Preferred)] = &e
		}
	}
}

// find gives the entry that a new one is about: of several that share a wording
// with it, that of the first of its languages.
func (k *known) find(e *Entry) *Entry {
	if old := k.byID[e.ID]; old != nil {
		return old
	}
	langs := e.Words.Langs()
	i := slices.IndexFunc(langs, func(l string) bool { return k.byWord[l+" "+engine.FoldPhrase(e.Words[l].Preferred)] != nil })
	if i < 0 {
		return nil
	}
	return k.byWord[langs[i]+" "+engine.FoldPhrase(e.Words[langs[i]].Preferred)]
}
