package newsletter

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/mail"
	"sifara/internal/org"
	"sifara/internal/text"
)

// The bounds of an import.
const (
	maxImport  = 500_000 // rows
	maxColumns = 32
	maxField   = 1000 // bytes
	importPart = 500  // rows of one transaction
	maxConsent = 200
)

// Consent is what an official states of those they import.
type Consent struct {
	Source string // "forms of the open day, kept in file 12/2026"
	At     time.Time
}

// Imported says what became of a file.
type Imported struct {
	Rows    int // without the heading
	Added   int
	Known   int // on the list before, left as they were
	Left    int // had left, bounced or complained: not added
	Refused int // no address, or a language or country that nobody knows
	First   int // the row of the first that was refused, from 2; 0 for none
}

// Import adds the addresses of a CSV file with a heading: "email", and may be
// "lang", "country" and "topics" (keys apart by spaces). Who has left is not
// added. The consent is kept with each. lang is for rows without one. Running
// it again after an interruption adds nobody twice.
func (s *Service) Import(ctx context.Context, listID string, from io.Reader, c Consent, lang i18n.Lang) (Imported, error) {
	l, err := s.list(ctx, s.DB.Reader(), listID)
	if err != nil {
		return Imported{}, err
	}
	if err := allowed(ctx, MayKeep, l.MissionID); err != nil {
		return Imported{}, err
	}
	c.Source = text.Line(c.Source)
	var bad []errs.Field
	if c.Source == "" || utf8.RuneCountInString(c.Source) > maxConsent {
		bad = append(bad, errs.Field{Name: "source", Key: "newsletter.error.consent"})
	}
	if c.At.IsZero() || c.At.After(s.Clock.Now()) {
		bad = append(bad, errs.Field{Name: "date", Key: "newsletter.error.consent_date"})
	}
	if err := errs.InvalidFields(bad...); err != nil {
		return Imported{}, err
	}
	r, heads, err := s.rows(from)
	if err != nil {
		return Imported{}, err
	}
	im := &importing{s: s, list: l, consent: c, lang: lang, heads: heads, countries: s.Words.Printer(i18n.English)}
	err = im.run(ctx, r)
	return im.done, err
}

// rows reads the heading.
func (s *Service) rows(from io.Reader) (*csv.Reader, []string, error) {
	r := csv.NewReader(io.LimitReader(from, 64<<20))
	r.FieldsPerRecord, r.ReuseRecord, r.LazyQuotes = -1, true, true
	wrong := errs.InvalidFields(errs.Field{Name: "file", Key: "newsletter.error.csv"})
	head, err := r.Read()
	if err != nil || len(head) > maxColumns {
		return nil, nil, wrong
	}
	heads := make([]string, len(head))
	for i, h := range head {
		heads[i] = strings.ToLower(text.Line(strings.TrimPrefix(h, "\ufeff")))
	}
	if !slices.Contains(heads, "email") {
		return nil, nil, wrong
	}
	return r, heads, nil
}

type importing struct {
	s         *Service
	list      List
	consent   Consent
	lang      i18n.Lang
	heads     []string
	countries *i18n.Printer
	done      Imported
	part      []incoming
}

type incoming struct {
	b    subscriber
	bare string
}

func (im *importing) run(ctx context.Context, r *csv.Reader) error {
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return im.flush(ctx)
		}
		if im.done.Rows++; im.done.Rows > maxImport {
			return errors.Join(im.flush(ctx), errs.InvalidFields(errs.Field{Name: "file", Key: "newsletter.error.csv_long", Args: []any{"max", maxImport}}))
		}
		in, ok := incoming{}, err == nil
		if ok {
			in, ok = im.read(row)
		}
		if !ok {
			if im.done.Refused++; im.done.First == 0 {
				im.done.First = im.done.Rows + 1
			}
			if err != nil && !errors.Is(err, csv.ErrFieldCount) && !errors.Is(err, csv.ErrQuote) && !errors.Is(err, csv.ErrBareQuote) {
				return errors.Join(im.flush(ctx), fmt.Errorf("newsletter: read import: %w", err))
			}
			continue
		}
		if im.part = append(im.part, in); len(im.part) == importPart {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// read takes one row; false refuses it.
func (im *importing) read(row []string) (incoming, bool) {
	get := func(name string) string {
		i := slices.Index(im.heads, name)
		if i < 0 || i >= len(row) || len(row[i]) > maxField {
			return ""
		}
		return text.Line(row[i])
	}
	bare, err := mail.Bare(get("email"))
	if err != nil {
		return incoming{}, false
	}
	in := incoming{bare: bare, b: subscriber{ListID: im.list.ID, Lang: im.lang, Country: strings.ToUpper(get("country")), Consent: im.consent.Source, ConsentAt: db.At(im.consent.At)}}
	if given := get("lang"); given != "" {
		l, ok := i18n.Parse(given)
		if !ok {
			return incoming{}, false
		}
		in.b.Lang = l
	}
	if in.b.Country != "" && !org.ValidCountry(im.countries, in.b.Country) {
		return incoming{}, false
	}
	in.b.Topics = joined(im.list.Topics.keys(strings.Fields(get("topics"))))
	return in, true
}

// flush writes what was read in one transaction with its record.
func (im *importing) flush(ctx context.Context) error {
	part := im.part
	im.part = im.part[:0]
	if len(part) == 0 {
		return nil
	}
	var added, known, left int
	err := im.s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		added, known, left = 0, 0, 0
		gone, err := im.gone(ctx, tx, part)
		if err != nil {
			return err
		}
		for _, in := range part {
			b := in.b
			b.ID, b.CreatedAt, b.AddressHash = id.New(), im.s.now(), im.s.hashOf(in.bare)
			if gone[b.AddressHash] {
				left++
				continue
			}
			b.Address = im.s.Vault.Seal(subscriberPurpose(b.ID), []byte(in.bare))
			res, err := tx.NewInsert().Model(&b).On("CONFLICT (list_id, address_hash) DO NOTHING").Exec(ctx)
			if err != nil {
				return fmt.Errorf("newsletter: import: %w", err)
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				known++
				continue
			}
			added++
		}
		return im.s.record(ctx, tx, MayKeep, "import", "newsletter", im.list.ID, im.list.MissionID, map[string]any{
			"name": named(im.list.Names), "newsletter_added": added, "newsletter_source": im.consent.Source, "newsletter_consent": db.At(im.consent.At),
		})
	})
	if err != nil {
		return err
	}
	im.done.Added, im.done.Known, im.done.Left = im.done.Added+added, im.done.Known+known, im.done.Left+left
	return nil
}

// gone gives those of a part who left this list or all.
func (im *importing) gone(ctx context.Context, tx bun.Tx, part []incoming) (map[string]bool, error) {
	hashes := make([]string, len(part))
	for i, in := range part {
		hashes[i] = im.s.hashOf(in.bare)
	}
	var found []string
	err := tx.NewRaw(`SELECT address_hash FROM publish_newsletter_left WHERE list_id IN ('', ?) AND address_hash IN (?)`, im.list.ID, bun.List(hashes)).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("newsletter: import: %w", err)
	}
	out := map[string]bool{}
	for _, h := range found {
		out[h] = true
	}
	return out, nil
}

// Export writes a list as CSV: email, lang, country, topics, consent,
// consented. Cells that a spreadsheet would take for formulas begin with an
// apostrophe. That it was done is recorded first.
func (s *Service) Export(ctx context.Context, listID string, to io.Writer) error {
	l, err := s.list(ctx, s.DB.Reader(), listID)
	if err != nil {
		return err
	}
	if err := allowed(ctx, MayKeep, l.MissionID); err != nil {
		return err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, MayKeep, "export", "newsletter", l.ID, l.MissionID, map[string]any{"name": named(l.Names)})
	})
	if err != nil {
		return err
	}
	w := csv.NewWriter(to)
	if err := w.Write([]string{"email", "lang", "country", "topics", "consent", "consented"}); err != nil {
		return err
	}
	for after := ""; ; {
		var part []subscriber
		if err := s.DB.Reader().NewSelect().Model(&part).Where("b.list_id = ?", listID).Where("b.id > ?", after).Order("b.id").Limit(importPart).Scan(ctx); err != nil {
			return fmt.Errorf("newsletter: export: %w", err)
		}
		for _, b := range part {
			bare, err := s.Vault.Unseal(subscriberPurpose(b.ID), b.Address)
			if err != nil {
				return fmt.Errorf("newsletter: export %s: %w", b.ID, err)
			}
			row := []string{string(bare), string(b.Lang), b.Country, strings.Join(split(b.Topics), " "), b.Consent, b.ConsentAt.Std().Format(time.DateOnly)}
			for i, c := range row {
				if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
					row[i] = "'" + c
				}
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
		if w.Flush(); w.Error() != nil || len(part) < importPart {
			return w.Error()
		}
		after = part[len(part)-1].ID
	}
}
