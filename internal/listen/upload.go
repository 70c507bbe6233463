package listen

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/jobs"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// MaxUpload is the largest file that the console takes; larger ones come by the
// command line.
const MaxUpload = 1 << 30

// importJob goes on with an import for some time.
type importJob struct {
	Import string `json:"import"`
	Part   int    `json:"part"`
}

// Kind implements jobs.Args.
func (importJob) Kind() string { return "listen.import" }

// importSlice is how long one run of importJob reads.
const importSlice = 35 * time.Second

// Upload keeps a file under the id that the form brought, until its columns
// are named. An upload that is there already is left as it is.
func (s *Service) Upload(ctx context.Context, id, name string, r io.Reader) error {
	if err := may(ctx, ImportFiles); err != nil {
		return err
	}
	if s.files == nil {
		return errs.New(errs.Unavailable, "")
	}
	if _, err := s.FileImport(ctx, id); err == nil {
		return nil
	}
	file := "import-" + id
	size, err := s.files.Put(ctx, file, r)
	if err != nil {
		return err
	}
	now := db.At(s.clock.Now())
	imp := FileImport{ID: id, Name: text.Line(name), File: file, Size: size, State: ImportMapping, CreatedBy: perm.From(ctx).ID, CreatedAt: now, UpdatedAt: now}
	err = s.look(ctx, imp, func(*importFile) error { return nil })
	if err == nil {
		err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewInsert().Model(&imp).Exec(ctx); err != nil {
				return fmt.Errorf("insert import: %w", err)
			}
			return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.upload", "import", id, map[string]any{"file": imp.Name})
		})
	}
	if err != nil && !db.IsUnique(err) {
		_ = s.files.Delete(context.WithoutCancel(ctx), file)
		return err
	}
	return nil
}

// look opens the file of an upload.
func (s *Service) look(ctx context.Context, imp FileImport, fn func(*importFile) error) error {
	in, err := s.files.Open(ctx, imp.File)
	if err != nil {
		return errs.Wrap(err, errs.Gone, "listen.import.gone")
	}
	defer in.Close()
	f, err := openImport(in, "")
	if err != nil {
		return err
	}
	return fn(f)
}

// Preview is what an uploaded file looks like.
type Preview struct {
	Format  string
	Charset string
	Columns []string
	Rows    [][]string // the first records: the values of Columns, shortened
	Guess   Mapping
}

// Preview looks at an uploaded file.
func (s *Service) Preview(ctx context.Context, imp FileImport) (Preview, error) {
	if err := may(ctx, ImportFiles); err != nil {
		return Preview{}, err
	}
	var p Preview
	err := s.look(ctx, imp, func(f *importFile) error {
		p = Preview{Format: f.format, Charset: f.charset, Columns: f.columns, Guess: GuessMapping(f.columns)}
		for _, rec := range f.sample {
			if rec.reason != "" || len(p.Rows) == 3 {
				continue
			}
			p.Rows = append(p.Rows, previewRow(f, rec))
		}
		return nil
	})
	return p, err
}

// previewRow gives the values of a record, without handles: the officer who
// names the columns need not see whom they name.
func previewRow(f *importFile, rec record) []string {
	row := make([]string, len(f.columns))
	for i, name := range f.columns {
		c := &columns{index: map[string]int{"x": i}, paths: map[string][]string{"x": strings.Split(name, ".")}}
		get, ok := c.getter(rec)
		if !ok {
			continue
		}
		v := []rune(text.Mask(text.Line(get("x"))))
		if len(v) > 60 {
			v = append(v[:59], '…')
		}
		row[i] = string(v)
	}
	guess := GuessMapping(f.columns)
	for i, name := range f.columns {
		if name == guess.Author && row[i] != "" {
			row[i] = text.Masked
		}
	}
	return row
}

// StartImport names the columns and the source of an uploaded file and has it
// read.
func (s *Service) StartImport(ctx context.Context, id, source string, m Mapping) error {
	if err := may(ctx, ImportFiles); err != nil {
		return err
	}
	imp, err := s.FileImport(ctx, id)
	if err != nil {
		return err
	}
	if imp.State != ImportMapping {
		return nil // a replayed form
	}
	if err := s.look(ctx, imp, func(f *importFile) error {
		_, err := m.complete(f.columns)
		return err
	}); err != nil {
		return err
	}
	src, err := s.importSource(ctx, text.Line(source))
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&FileImport{SourceID: src.ID, Mapping: m, State: ImportRunning, UpdatedAt: db.At(s.clock.Now())}).
			Column("source_id", "mapping", "state", "updated_at").Where("id = ? AND state = ?", id, ImportMapping).Exec(ctx)
		if err != nil {
			return fmt.Errorf("start import: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		if err := s.enqueue(ctx, tx, importJob{Import: id}); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, LiveImport(id)); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.start", "import", id, map[string]any{"file": imp.Name})
	})
}

// StopImport ends an import where it is; what was stored stays.
func (s *Service) StopImport(ctx context.Context, id string) error {
	if err := may(ctx, ImportFiles); err != nil {
		return err
	}
	imp, err := s.FileImport(ctx, id)
	if err != nil {
		return err
	}
	if imp.State != ImportMapping && imp.State != ImportRunning {
		return nil
	}
	pos, err := s.positionOf(ctx, s.store.Reader(), id)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.At(s.clock.Now())
		_, err := tx.NewUpdate().Model(&FileImport{State: ImportStopped, Report: pos.report(), UpdatedAt: now, FinishedAt: now}).
			Column("state", "report", "updated_at", "finished_at").Where("id = ? AND state IN (?, ?)", id, ImportMapping, ImportRunning).Exec(ctx)
		if err != nil {
			return fmt.Errorf("stop import: %w", err)
		}
		if err := s.after(ctx, tx, pos.report()); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, LiveImport(id)); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.stop", "import", id, map[string]any{"file": imp.Name})
	})
	if err == nil {
		s.removeFile(ctx, imp)
	}
	return err
}

// runImport reads on for a while and leaves the rest to the next job.
func (s *Service) runImport(ctx context.Context, job jobs.Job[importJob]) error {
	imp, err := s.FileImport(ctx, job.Args.Import)
	if errs.KindOf(err) == errs.NotFound {
		return jobs.Cancel(err)
	}
	if err != nil || imp.State != ImportRunning {
		return err
	}
	src, err := sourceBy(ctx, s.db.Reader(), "id = ?", imp.SourceID)
	if err != nil {
		return err
	}
	in, err := s.files.Open(ctx, imp.File)
	if err != nil {
		s.fail(ctx, imp, errs.Wrap(err, errs.Gone, "listen.import.gone"))
		return jobs.Cancel(err)
	}
	defer in.Close()
	r := &run{svc: s, imp: imp, source: src, until: time.Now().Add(importSlice)}
	report, done, err := r.work(ctx, in)
	switch {
	case err != nil && (errs.KindOf(err) == errs.Invalid || job.Last()):
		s.fail(ctx, imp, err)
		return jobs.Cancel(err)
	case err != nil:
		return err
	case done:
		return s.finish(ctx, imp, report)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.enqueue(ctx, tx, importJob{Import: imp.ID, Part: job.Args.Part + 1})
	})
}

// FileImport gives an import; errs.NotFound when there is none.
func (s *Service) FileImport(ctx context.Context, id string) (FileImport, error) {
	var imp FileImport
	err := s.db.Reader().NewSelect().Model(&imp).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return imp, notFound("import", id)
	}
	if err != nil {
		return imp, fmt.Errorf("read import: %w", err)
	}
	if imp.State == ImportRunning {
		pos, err := s.positionOf(ctx, s.store.Reader(), id)
		if err != nil {
			return imp, err
		}
		imp.Report = pos.report()
	}
	return imp, nil
}

// Imports lists the imports, the newest first, and the cursor of the next page.
func (s *Service) Imports(ctx context.Context, before string, limit int) (list []FileImport, next string, err error) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	q := s.db.Reader().NewSelect().Model(&list).OrderExpr("id DESC").Limit(int64(limit) + 1)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", fmt.Errorf("list imports: %w", err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}
