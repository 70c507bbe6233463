package tone

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	engine "sifara/internal/text/tone"
)

// Edition of a list: one version that was saved, or version 0, as shipped.
type List struct {
	bun.BaseModel `bun:"table:publish_tone_list,alias:tl"`

	Lang     i18n.Lang   `bun:",pk"`
	List     engine.List `bun:",pk"`
	Version  int         `bun:",pk"`
	Terms    string      // as engine.ParseTerms reads them
	EditedBy string
	EditedAt db.Time
}

// Count is how many terms the list has.
func (l List) Count() int {
	terms, err := engine.ParseTerms(l.Terms)
	if err != nil {
		return 0 // saved lists are parsed before
	}
	return len(terms)
}

func shippedList(lang i18n.Lang, list engine.List) List {
	return List{Lang: lang, List: list, Terms: engine.FormatTerms(engine.Shipped(string(lang))[list])}
}

// saved reads the latest version of every list that was changed.
func saved(ctx context.Context, q bun.IDB) ([]List, error) {
	var rows []List
	err := q.NewSelect().Model(&rows).
		Where("tl.version = (SELECT max(o.version) FROM publish_tone_list o WHERE o.lang = tl.lang AND o.list = tl.list)").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: word lists: %w", err)
	}
	return rows, nil
}

// lists gives the lists in force by language.
func (s *Service) lists(ctx context.Context, q bun.IDB) (map[string]engine.Lists, error) {
	rows, err := saved(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[string]engine.Lists{}
	for _, lang := range engine.Languages {
		out[lang] = engine.Lists{}
		for list, terms := range engine.Shipped(lang) {
			out[lang][list] = terms
		}
	}
	for _, r := range rows {
		terms, err := engine.ParseTerms(r.Terms)
		if err != nil {
			return nil, fmt.Errorf("publish: word list %s %s: %w", r.Lang, r.List, err)
		}
		out[string(r.Lang)][r.List] = terms
	}
	return out, nil
}

// Lists gives the lists in force of a language in the order of engine.AllLists.
func (s *Service) Lists(ctx context.Context, lang i18n.Lang) ([]List, error) {
	rows, err := saved(ctx, s.DB.Reader())
	if err != nil {
		return nil, err
	}
	var out []List
	for _, list := range engine.AllLists {
		l := shippedList(lang, list)
		if i := slices.IndexFunc(rows, func(r List) bool { return r.Lang == lang && r.List == list }); i >= 0 {
			l = rows[i]
		}
		out = append(out, l)
	}
	return out, nil
}

// List gives one list in force and its earlier versions, the latest first; the
// last is as shipped. errs.NotFound for a list that does not exist.
func (s *Service) List(ctx context.Context, lang i18n.Lang, list engine.List) (List, []List, error) {
	if err := exists(lang, list); err != nil {
		return List{}, nil, err
	}
	var rows []List
	err := s.DB.Reader().NewSelect().Model(&rows).Where("tl.lang = ? AND tl.list = ?", lang, list).Order("tl.version DESC").Limit(200).Scan(ctx)
	if err != nil {
		return List{}, nil, fmt.Errorf("publish: word list: %w", err)
	}
	rows = append(rows, shippedList(lang, list))
	return rows[0], rows[1:], nil
}

func exists(lang i18n.Lang, list engine.List) error {
	if !slices.Contains(i18n.Langs, lang) || !slices.Contains(engine.AllLists, list) {
		return fmt.Errorf("publish: word list %s %s: %w", lang, list, errs.Wrap(errNoList, errs.NotFound, ""))
	}
	return nil
}

// SaveList changes a list. version is that which the actor had before them; another
// one stored is publish.ErrEdited. A line that cannot be read is errs.Invalid at
// the field "terms".
func (s *Service) SaveList(ctx context.Context, lang i18n.Lang, list engine.List, version int, terms string) (List, error) {
	actor := perm.From(ctx)
	if !actor.MayIn(publish.MayTone, perm.Everywhere()) {
		return List{}, fmt.Errorf("publish: save word list: %w", errs.New(errs.Forbidden, ""))
	}
	if err := exists(lang, list); err != nil {
		return List{}, err
	}
	parsed, err := engine.ParseTerms(terms)
	if e, ok := errors.AsType[*engine.LineError](err); ok {
		return List{}, errs.InvalidFields(errs.Field{Name: "terms", Key: e.Key, Args: []any{"line", e.Line}})
	}
	row := List{Lang: lang, List: list, Version: version + 1, Terms: terms, EditedBy: actor.ID, EditedAt: db.At(s.Clock.Now())}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := renew(ctx, tx); err != nil {
			return err
		}
		var now int
		if err := tx.NewRaw(`SELECT coalesce(max(version), 0) FROM publish_tone_list WHERE lang = ? AND list = ?`, lang, list).Scan(ctx, &now); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if now != version {
			return publish.ErrEdited
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return s.changed(ctx, tx, "publish.tone_list", map[string]any{
			"language": audit.Word("publish.lang." + string(lang)), "publish_list": audit.Word("publish.tone.list.name." + string(list)), "version": row.Version, "count": len(parsed)})
	})
	if err != nil {
		return List{}, fmt.Errorf("publish: save word list: %w", err)
	}
	return row, nil
}
