package listen

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sifara/internal/errs"
)

// Reject is a refused line of an import.
type Reject struct {
	Line   int64  `json:"line"`
	Reason string `json:"reason"` // message key "listen.reject.<reason>"
	Text   string `json:"text"`   // beginning of the line
}

// sealReject keeps the beginning of a refused line unreadable in the database:
// it may name its author.
func (s *Service) sealReject(imp, head string) string {
	if head == "" {
		return ""
	}
	return s.vault.Seal(rejectPurpose(imp), []byte(head))
}

func rejectPurpose(imp string) string { return "listen_import_reject/" + imp }

// Rejects gives refused lines of an import behind a line, in their order.
func (s *Service) Rejects(ctx context.Context, imp string, after int64, limit int) ([]Reject, error) {
	if err := may(ctx, ImportFiles); err != nil {
		return nil, err
	}
	var rows []struct {
		Line           int64
		Reason, Sealed string
	}
	err := s.store.Reader().NewRaw(`SELECT line, reason, sealed FROM listen_import_reject WHERE import = ? AND line > ? ORDER BY line LIMIT ?`, imp, after, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("rejects of import: %w", err)
	}
	list := make([]Reject, len(rows))
	for i, r := range rows {
		list[i] = Reject{Line: r.Line, Reason: r.Reason}
		if r.Sealed == "" {
			continue
		}
		b, err := s.vault.Unseal(rejectPurpose(imp), r.Sealed)
		if err != nil {
			return nil, fmt.Errorf("reject of line %d: %w", r.Line, err)
		}
		list[i].Text = string(b)
	}
	return list, nil
}

// WriteRejects writes all refused lines of an import as JSON Lines.
func (s *Service) WriteRejects(ctx context.Context, imp string, w io.Writer) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for after := int64(0); ; {
		list, err := s.Rejects(ctx, imp, after, 1000)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return b.Flush()
		}
		for _, r := range list {
			if err := enc.Encode(r); err != nil {
				return err
			}
			after = r.Line
		}
	}
}

// saveRejects writes the rejects file, whole or not at all.
func (s *Service) saveRejects(ctx context.Context, imp, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".rejects-*")
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "listen.import.rejects_file", "file", path)
	}
	err = s.WriteRejects(ctx, imp, f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("rejects file: %w", err)
	}
	return nil
}
