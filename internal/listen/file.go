package listen

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"

	"sifara/internal/errs"
	"sifara/internal/text"
)

// Formats of import files.
const (
	formatCSV   = "csv"
	formatJSONL = "jsonl"
)

// sampleSize is how much of a file is looked at to learn its encoding, columns
// and time format. It is always the same beginning, so a resumed import learns
// the same.
const sampleSize = 256 << 10

// Errors of a whole file.
var (
	ErrFileEmpty  = errs.New(errs.Invalid, "listen.import.empty")
	ErrFileBroken = errs.New(errs.Invalid, "listen.import.broken")
)

// importFile is an opened file, ready to give records.
type importFile struct {
	format  string
	columns []string // of a CSV header, or of the first JSON objects
	sample  []record // the first records, for guesses and previews
	charset string
	raw     *countingReader // bytes of the file itself, for progress
	stream  io.Reader
	comma   byte
	array   bool // JSON Lines that are an array
}

// countingReader counts what was read; the count may be asked for meanwhile.
type countingReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// openImport looks at the beginning of a file: gzip by its magic number, the
// encoding, the format, the columns. r is read on by records. charset may name
// the encoding; empty means to find it.
func openImport(r io.Reader, charset string) (*importFile, error) {
	f := &importFile{raw: &countingReader{r: r}}
	in := bufio.NewReaderSize(f.raw, 128<<10)
	var body io.Reader = in
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFileBroken, err)
		}
		body = z
	}
	b := bufio.NewReaderSize(body, sampleSize)
	sample, err := b.Peek(sampleSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrFileBroken, err)
	}
	whole := err != nil
	// Lines of a UTF-8 file are checked one by one; another encoding is
	// decoded as a whole.
	decoded, name := text.Decode(bytes.NewReader(sample), charset)
	f.charset, f.stream = name, b
	if name != "utf-8" {
		if sample, err = io.ReadAll(decoded); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFileBroken, err)
		}
		f.stream, _ = text.Decode(b, charset)
	}
	return f, f.learn(sample, whole)
}

// learn finds format and columns from the decoded beginning of the file.
func (f *importFile) learn(sample []byte, whole bool) error {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(sample, utf8BOM), " \t\r\n")
	if len(trimmed) == 0 {
		return ErrFileEmpty
	}
	f.format, f.array = formatCSV, trimmed[0] == '['
	if trimmed[0] == '{' || trimmed[0] == '[' {
		f.format = formatJSONL
	}
	head, _, _ := bytes.Cut(trimmed, newline)
	f.comma = separator(string(head))
	rr, err := f.begin(bytes.NewReader(sample), 0, 0)
	if err != nil {
		return err
	}
	for len(f.sample) < 500 {
		rec, err := rr.next()
		if err != nil {
			break
		}
		f.sample = append(f.sample, rec)
	}
	if f.format == formatJSONL {
		f.columns = jsonColumns(f.sample)
	}
	return nil
}

var utf8BOM = []byte("\xef\xbb\xbf")

// begin gives the records of a decoded stream from an offset, 0 being the
// beginning.
func (f *importFile) begin(r io.Reader, offset, line int64) (recordReader, error) {
	w := newWindow(r)
	for len(w.buf) < 3 {
		if ok, err := w.more(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFileBroken, err)
		} else if !ok {
			break
		}
	}
	if bytes.HasPrefix(w.buf, utf8BOM) {
		w.drop(3)
	}
	if f.format == formatJSONL {
		if offset > 0 {
			if err := w.skipTo(offset, line); err != nil {
				return nil, err
			}
		}
		return &lineReader{w: w, array: f.array}, nil
	}
	c := &csvReader{w: w, comma: f.comma}
	rec, err := c.next()
	if err != nil || rec.reason != "" {
		return nil, errs.Wrap(errors.Join(err, errors.New(rec.reason)), errs.Invalid, "listen.import.header")
	}
	f.columns = rec.fields
	for i := range f.columns {
		f.columns[i] = strings.TrimSpace(f.columns[i])
	}
	c.columns = len(f.columns)
	if offset > 0 {
		if err := w.skipTo(offset, line); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// records reads the file from an offset. It can be called once.
func (f *importFile) records(offset, line int64) (recordReader, error) {
	return f.begin(f.stream, offset, line)
}

// jsonColumns lists the names in the first objects, nested ones as "user.id".
func jsonColumns(sample []record) []string {
	var names []string
	for _, rec := range sample[:min(len(sample), 50)] {
		var o map[string]any
		if json.Unmarshal(rec.raw, &o) != nil {
			continue
		}
		names = flatten(names, "", o, 3)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func flatten(names []string, prefix string, o map[string]any, depth int) []string {
	for k, v := range o {
		if inner, ok := v.(map[string]any); ok && depth > 1 {
			names = flatten(names, prefix+k+".", inner, depth-1)
			continue
		}
		names = append(names, prefix+k)
	}
	return names
}
