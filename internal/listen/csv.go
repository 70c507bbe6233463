package listen

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// csvReader reads comma-separated values by RFC 4180, forgiving what real
// exports get wrong: quotes inside fields, other separators, any line ends. A
// record that cannot be made sense of costs one line, never the rest of the
// file, and never more memory than maxRecord.
type csvReader struct {
	w       *window
	comma   byte
	columns int // of the header; 0 takes any number
	scratch []byte
	ends    []int
	lazy    bool // a quote stood inside quotes without being doubled
}

type csvState int

const (
	csvWhole csvState = iota // a record
	csvMore                  // goes on behind the window
	csvOpen                  // a quote that does not close before the end
)

func (c *csvReader) next() (record, error) {
	for {
		n, state := c.parse(c.w.buf, c.w.eof)
		if state == csvMore {
			ok, err := c.w.more()
			if err != nil {
				return record{}, err
			}
			if ok || c.w.eof {
				continue
			}
			state = csvOpen // a full window
		}
		rec := record{line: c.w.line}
		if state == csvWhole {
			if n == 0 {
				return record{}, io.EOF
			}
			raw := c.w.buf[:n]
			lines := bytes.Count(raw, newline)
			broken := c.columns > 0 && len(c.ends) != c.columns
			if (broken || c.lazy) && lines > 1 {
				return c.firstLine(rejectQuotes)
			}
			if len(c.ends) == 1 && c.ends[0] == 0 { // an empty line
				c.w.drop(n)
				continue
			}
			c.fill(&rec, raw, broken)
			c.w.drop(n)
			rec.end, rec.after = c.w.off, c.w.line
			return rec, nil
		}
		return c.firstLine(rejectQuotes)
	}
}

// fill gives the record its fields, or the reason why it has none.
func (c *csvReader) fill(rec *record, raw []byte, broken bool) {
	switch {
	case len(raw) > maxRecord:
		rec.reason = rejectLong
	case !utf8.Valid(c.scratch):
		rec.reason = rejectEncoding
	case bytes.IndexByte(c.scratch, 0) >= 0:
		rec.reason = rejectNUL
	case broken:
		rec.reason = rejectColumns
	}
	if rec.reason != "" {
		rec.head = headOf(raw)
		return
	}
	all := string(c.scratch)
	rec.fields = make([]string, len(c.ends))
	start := 0
	for i, e := range c.ends {
		rec.fields[i] = all[start:e]
		start = e
	}
}

// firstLine refuses the line at which the window stands and goes on behind it.
func (c *csvReader) firstLine(reason string) (record, error) {
	rec := record{line: c.w.line, reason: reason}
	i := bytes.IndexByte(c.w.buf, '\n')
	if i < 0 && c.w.eof {
		i = len(c.w.buf) - 1
	}
	if i < 0 {
		rec.reason = rejectLong
		head, err := c.w.skipLine()
		rec.head, rec.end, rec.after = head, c.w.off, c.w.line
		return rec, err
	}
	rec.head = headOf(c.w.buf[:i+1])
	c.w.drop(i + 1)
	rec.end, rec.after = c.w.off, c.w.line
	return rec, nil
}

// parse reads one record into scratch and ends, and gives how many bytes it
// took. With eof the end of data ends the record.
func (c *csvReader) parse(data []byte, eof bool) (int, csvState) {
	c.scratch, c.ends, c.lazy = c.scratch[:0], c.ends[:0], false
	if len(data) == 0 {
		if eof {
			return 0, csvWhole
		}
		return 0, csvMore
	}
	i := 0
	for {
		if i < len(data) && data[i] == '"' {
			n, state := c.quoted(data[i+1:], eof)
			if state != csvWhole {
				return 0, state
			}
			i += 1 + n
		}
		// What stands behind a closing quote belongs to the field as it is.
		j := i
		for j < len(data) && data[j] != c.comma && data[j] != '\n' {
			j++
		}
		if j == len(data) && !eof {
			return 0, csvMore
		}
		c.scratch = append(c.scratch, data[i:j]...)
		if j == len(data) || data[j] == '\n' {
			if n := len(c.scratch); n > 0 && c.scratch[n-1] == '\r' && j > i {
				c.scratch = c.scratch[:n-1]
			}
			c.ends = append(c.ends, len(c.scratch))
			return min(j+1, len(data)), csvWhole
		}
		c.ends = append(c.ends, len(c.scratch))
		i = j + 1
	}
}

// quoted reads what follows an opening quote up to the closing one. A quote
// that is followed by neither a separator nor a line end is part of the text.
func (c *csvReader) quoted(data []byte, eof bool) (int, csvState) {
	i := 0
	for {
		j := bytes.IndexByte(data[i:], '"')
		if j < 0 || i+j+1 == len(data) && !eof {
			if eof {
				return 0, csvOpen
			}
			return 0, csvMore
		}
		c.scratch = append(c.scratch, data[i:i+j]...)
		i += j + 1
		if i == len(data) {
			return i, csvWhole
		}
		switch data[i] {
		case '"':
			c.scratch = append(c.scratch, '"')
			i++
		case c.comma, '\n', '\r':
			return i, csvWhole
		default:
			c.scratch = append(c.scratch, '"')
			c.lazy = true
		}
	}
}

// separator guesses what parts the columns of a header.
func separator(header string) byte {
	best, most := byte(','), 0
	for _, s := range []byte{',', ';', '\t', '|'} {
		if n := strings.Count(header, string(s)); n > most {
			best, most = s, n
		}
	}
	return best
}
