package listen

import (
	"bytes"
	"io"
)

// Reasons why a line of an import is refused. They are keys of messages,
// "listen.reject.<reason>", and stand in the rejects file as they are.
const (
	rejectLong     = "too_long"    // longer than maxRecord
	rejectQuotes   = "quotes"      // a quotation mark that never closes
	rejectColumns  = "columns"     // not as many columns as the header
	rejectEncoding = "encoding"    // not text of the file's encoding
	rejectNUL      = "nul"         // holds a zero byte
	rejectJSON     = "json"        // not a JSON object
	rejectTime     = "time"        // no time, or one that cannot be read
	rejectFuture   = "time_future" // later than now
	rejectPast     = "time_past"   // before the age of posts
	rejectEmpty    = "text_empty"  // no text
	rejectFilter   = "filter"      // the source's filter drops it
	rejectText     = "text_long"   // a text longer than a post can be
)

const (
	// maxRecord bounds one line, or one CSV record over several lines: memory
	// is bounded by it whatever the file holds.
	maxRecord = 256 << 10
	// maxHead is how much of a refused line is kept.
	maxHead = 200
)

// record is one line of a file, or why it is none.
type record struct {
	line   int64 // where it begins, from 1
	end    int64 // offset in the decoded stream behind it
	after  int64 // number of the line behind it
	fields []string
	raw    []byte // JSONL only
	reason string
	head   string // beginning of the line, when refused
}

// recordReader gives the records of a file in order, io.EOF behind the last.
type recordReader interface{ next() (record, error) }

// window is the part of a stream in memory: at most maxRecord bytes and one
// read more.
type window struct {
	r    io.Reader
	buf  []byte
	off  int64 // of buf[0] in the stream
	line int64 // of buf[0]
	eof  bool
}

func newWindow(r io.Reader) *window { return &window{r: r, line: 1} }

// more reads on. It reports false when the stream has ended or the window is
// full.
func (w *window) more() (bool, error) {
	if w.eof || len(w.buf) >= maxRecord {
		return false, nil
	}
	const chunk = 64 << 10
	if cap(w.buf)-len(w.buf) < chunk {
		next := make([]byte, len(w.buf), 2*len(w.buf)+2*chunk)
		copy(next, w.buf)
		w.buf = next
	}
	n, err := w.r.Read(w.buf[len(w.buf) : len(w.buf)+chunk])
	w.buf = w.buf[:len(w.buf)+n]
	if err == io.EOF {
		w.eof = true
		err = nil
	}
	return n > 0 || !w.eof, err
}

// drop moves the window on by n bytes.
func (w *window) drop(n int) {
	w.line += int64(bytes.Count(w.buf[:n], newline))
	w.off += int64(n)
	w.buf = w.buf[n:]
}

var newline = []byte{'\n'}

// skipTo discards the stream up to an offset that an earlier reader gave, of a
// line with that number.
func (w *window) skipTo(offset, line int64) error {
	for w.off < offset {
		n := min(int64(len(w.buf)), offset-w.off)
		w.drop(int(n))
		if w.off == offset {
			break
		}
		ok, err := w.more()
		if err != nil {
			return err
		}
		if !ok {
			return io.ErrUnexpectedEOF
		}
	}
	w.line = line
	return nil
}

// skipLine discards the rest of a line that is too long, however long it is,
// and gives its beginning.
func (w *window) skipLine() (head string, err error) {
	head = headOf(w.buf)
	for {
		if i := bytes.IndexByte(w.buf, '\n'); i >= 0 {
			w.drop(i + 1)
			return head, nil
		}
		w.drop(len(w.buf))
		if ok, err := w.more(); err != nil || !ok && w.eof {
			return head, err
		}
	}
}

// headOf is the beginning of a line as valid text.
func headOf(b []byte) string {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	b = bytes.TrimRight(b[:min(len(b), maxHead)], "\r")
	return string(bytes.ReplaceAll(bytes.ToValidUTF8(b, []byte("\ufffd")), []byte{0}, []byte("\ufffd")))
}

// lineReader gives the lines of a JSONL file. A JSON array with one object a
// line is taken too.
type lineReader struct {
	w     *window
	array bool // the file is a JSON array
}

func (l *lineReader) next() (record, error) {
	for {
		i := bytes.IndexByte(l.w.buf, '\n')
		if i < 0 {
			ok, err := l.w.more()
			if err != nil {
				return record{}, err
			}
			if ok {
				continue
			}
			if !l.w.eof {
				line := l.w.line
				head, err := l.w.skipLine()
				return record{line: line, end: l.w.off, after: l.w.line, reason: rejectLong, head: head}, err
			}
			if len(l.w.buf) == 0 {
				return record{}, io.EOF
			}
			i = len(l.w.buf) - 1
		}
		raw := bytes.TrimSpace(l.w.buf[:i+1])
		raw = bytes.TrimSpace(bytes.TrimSuffix(raw, []byte{','}))
		if l.array {
			raw = bytes.TrimSuffix(bytes.TrimPrefix(raw, []byte{'['}), []byte{']'})
		}
		rec := record{line: l.w.line}
		if len(raw) > maxRecord {
			rec.reason, rec.head = rejectLong, headOf(raw)
		} else {
			rec.raw = bytes.Clone(raw)
		}
		l.w.drop(i + 1)
		rec.end, rec.after = l.w.off, l.w.line
		if len(raw) == 0 {
			continue
		}
		return rec, nil
	}
}
