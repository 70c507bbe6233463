package listen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// Report is the outcome of an import, or how far it is: of the whole import,
// also when it was interrupted and gone on with. Read is the sum of the other
// counts.
type Report struct {
	Read       int64   `json:"read"`
	Stored     int64   `json:"stored"`
	Duplicates int64   `json:"duplicates"`
	Rejected   int64   `json:"rejected"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`

	// From and To are the first and last hour stored; zero when nothing was.
	From db.Time `json:"-"`
	To   db.Time `json:"-"`
	// RejectsFile is where the refused lines are told, empty when none were.
	RejectsFile string `json:"-"`
}

// Progress is how far an import is.
type Progress struct {
	Report
	Bytes, Size int64         // of the file; Size 0 when unknown
	Rate        float64       // posts a second, of late
	Remaining   time.Duration // 0 when unknown
}

// ImportOptions say what to import from the command line.
type ImportOptions struct {
	Path    string
	Source  string  // name of the source; empty is the general source of imports
	Mapping Mapping // what it leaves open is guessed
	Charset string  // empty: found out
	Rejects string  // file for refused lines; empty is Path + ".rejects.jsonl"
	// Progress is called a few times a second, if not nil.
	Progress func(Progress)
}

// States of an import.
const (
	ImportMapping = "mapping" // uploaded; waits for its columns to be named
	ImportRunning = "running"
	ImportDone    = "done"
	ImportFailed  = "failed"
	ImportStopped = "stopped" // by an officer
)

// FileImport is one file that was or is being read.
type FileImport struct {
	bun.BaseModel `bun:"table:listen_import,alias:i" json:"-"`

	ID          string  `bun:",pk" json:"id"`
	Name        string  `json:"name"`
	Fingerprint string  `json:"-"`
	File        string  `json:"-"` // in Files; empty for imports from the command line
	Size        int64   `json:"size"`
	SourceID    string  `json:"source_id"`
	Mapping     Mapping `json:"mapping"`
	State       string  `json:"state"`
	Error       string  `json:"error,omitempty"` // a message key
	Report      Report  `json:"report"`
	CreatedBy   string  `json:"created_by"`
	CreatedAt   db.Time `json:"created_at"`
	UpdatedAt   db.Time `json:"updated_at"`
	FinishedAt  db.Time `json:"finished_at"`
}

// Import reads a file from the disk into the store, to the end. An import of
// the same file that was interrupted goes on where it stopped, and its counts
// go on with it; one that was finished is read anew and finds duplicates only.
// Lines that cannot be read are counted and told in the rejects file. The error
// is about the whole file: errs.Invalid when it holds no posts or its columns
// cannot be told.
func (s *Service) Import(ctx context.Context, o ImportOptions) (Report, error) {
	if err := may(ctx, ImportFiles); err != nil {
		return Report{}, err
	}
	file, err := os.Open(o.Path)
	if err != nil {
		return Report{}, errs.Wrap(err, errs.Invalid, "listen.import.open", "file", o.Path)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return Report{}, errs.Wrap(err, errs.Invalid, "listen.import.open", "file", o.Path)
	}
	src, err := s.importSource(ctx, text.Line(o.Source))
	if err != nil {
		return Report{}, err
	}
	imp, err := s.begin(ctx, file, info, src, o)
	if err != nil {
		return Report{}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Report{}, fmt.Errorf("read %s: %w", o.Path, err)
	}
	r := &run{svc: s, imp: imp, source: src, charset: o.Charset, progress: o.Progress}
	report, _, err := r.work(ctx, file)
	if err != nil {
		if ctx.Err() == nil {
			s.fail(ctx, imp, err)
		}
		return report, err
	}
	if report.Rejected > 0 {
		report.RejectsFile = o.Rejects
		if report.RejectsFile == "" {
			report.RejectsFile = o.Path + ".rejects.jsonl"
		}
		if err := s.saveRejects(ctx, imp.ID, report.RejectsFile); err != nil {
			return report, err
		}
	}
	return report, s.finish(ctx, imp, report)
}

// begin finds the interrupted import of the same file with the same options,
// or makes a new one.
func (s *Service) begin(ctx context.Context, file io.Reader, info os.FileInfo, src Source, o ImportOptions) (FileImport, error) {
	h := sha256.New()
	mapping, err := json.Marshal(o.Mapping)
	if err != nil {
		return FileImport{}, err
	}
	fmt.Fprintln(h, info.Size(), src.ID, o.Charset, string(mapping))
	if _, err := io.Copy(h, io.LimitReader(file, 4<<20)); err != nil {
		return FileImport{}, errs.Wrap(err, errs.Invalid, "listen.import.open", "file", o.Path)
	}
	print := hex.EncodeToString(h.Sum(nil)[:16])
	var imp FileImport
	err = s.db.Reader().NewSelect().Model(&imp).Where("fingerprint = ? AND state = ? AND file = ''", print, ImportRunning).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if err == nil {
		return imp, nil
	}
	if !db.IsNoRows(err) {
		return imp, fmt.Errorf("look for import: %w", err)
	}
	now := db.At(s.clock.Now())
	imp = FileImport{
		ID: id.New(), Name: text.Line(filepath.Base(o.Path)), Fingerprint: print, Size: info.Size(), SourceID: src.ID, Mapping: o.Mapping,
		State: ImportRunning, CreatedBy: perm.From(ctx).ID, CreatedAt: now, UpdatedAt: now,
	}
	return imp, s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&imp).Exec(ctx); err != nil {
			return fmt.Errorf("insert import: %w", err)
		}
		return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.start", "import", imp.ID, map[string]any{"file": imp.Name})
	})
}

// finish notes the outcome and has what follows done: words of the new days,
// bursts in the time that the posts cover.
func (s *Service) finish(ctx context.Context, imp FileImport, report Report) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.At(s.clock.Now())
		res, err := tx.NewUpdate().Model(&FileImport{State: ImportDone, Report: report, UpdatedAt: now, FinishedAt: now}).
			Column("state", "report", "updated_at", "finished_at").Where("id = ? AND state = ?", imp.ID, ImportRunning).Exec(ctx)
		if err != nil {
			return fmt.Errorf("finish import: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil // another run has finished it
		}
		if err := s.after(ctx, tx, report); err != nil {
			return err
		}
		if err := s.notify(ctx, tx, LiveImport(imp.ID), LivePosts); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.finish", "import", imp.ID,
			map[string]any{"file": imp.Name, "stored": report.Stored, "duplicates": report.Duplicates, "rejected": report.Rejected})
	})
	if err != nil {
		return err
	}
	s.removeFile(ctx, imp)
	return nil
}

// after enqueues the work that new posts cause.
func (s *Service) after(ctx context.Context, tx bun.Tx, report Report) error {
	if report.Stored == 0 {
		return nil
	}
	if err := s.enqueue(ctx, tx, wordsJob{}); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, detectJob{From: report.From, To: report.To.Add(time.Hour)})
}

// fail notes why an import ended. What was stored stays.
func (s *Service) fail(ctx context.Context, imp FileImport, cause error) {
	key := "listen.import.failed"
	if e, ok := errs.Find(cause); ok && e.Key != "" {
		key = e.Key
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.At(s.clock.Now())
		_, err := tx.NewUpdate().Model(&FileImport{State: ImportFailed, Error: key, UpdatedAt: now, FinishedAt: now}).
			Column("state", "error", "updated_at", "finished_at").Where("id = ?", imp.ID).Exec(ctx)
		if err != nil {
			return err
		}
		if err := s.notify(ctx, tx, LiveImport(imp.ID)); err != nil {
			return err
		}
		return s.record(ctx, tx, ImportFiles, perm.Everywhere(), "listen.import.fail", "import", imp.ID, map[string]any{"file": imp.Name})
	})
	if err != nil {
		s.log.Error("failed import not noted", "import", imp.ID, "err", err)
	}
	s.removeFile(ctx, imp)
}

func (s *Service) removeFile(ctx context.Context, imp FileImport) {
	if imp.File == "" || s.files == nil {
		return
	}
	if err := s.files.Delete(ctx, imp.File); err != nil {
		s.log.Warn("uploaded file not removed", "import", imp.ID, "err", err)
	}
}
