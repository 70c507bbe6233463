package listen

import (
	"strconv"
	"strings"
	"time"

	"sifara/internal/i18n"
)

// timeLayouts are the forms of time that files are known to use. Those without
// a zone are UTC.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05-0700",
	"2006-01-02", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02",
	time.RubyDate, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 January 2006",
	"2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006", "20060102150405", "20060102",
}

// Layouts with slashes, where the order of day and month has to be found out.
var (
	monthFirst = []string{"1/2/2006 15:04:05", "1/2/2006 15:04", "1/2/2006 3:04 PM", "1/2/2006 3:04:05 PM", "1/2/2006"}
	dayFirst   = []string{"2/1/2006 15:04:05", "2/1/2006 15:04", "2/1/2006 3:04 PM", "2/1/2006 3:04:05 PM", "2/1/2006"}
)

// timeReader reads the times of one file. It is safe for concurrent use.
type timeReader struct{ layouts []string }

// sniffTimes learns the forms of time in a file from some of its values: the
// commonest first, and for "3/4/2016" which of the two is the day. A file that
// never shows is taken as month first, as the platforms write.
func sniffTimes(values []string) *timeReader {
	days, months := 0, 0
	for _, v := range values {
		a, b, ok := slashed(v)
		switch {
		case !ok:
		case a > 12:
			days++
		case b > 12:
			months++
		}
	}
	all := append([]string{}, timeLayouts...)
	if days > months {
		all = append(all, dayFirst...)
	} else {
		all = append(all, monthFirst...)
	}
	best, most := -1, 0
	for i, l := range all {
		n := 0
		for _, v := range values[:min(len(values), 100)] {
			if _, err := time.Parse(l, strings.TrimSpace(v)); err == nil {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best > 0 {
		all[0], all[best] = all[best], all[0]
	}
	return &timeReader{layouts: all}
}

func slashed(v string) (a, b int, ok bool) {
	x, rest, ok1 := strings.Cut(strings.TrimSpace(v), "/")
	y, _, ok2 := strings.Cut(rest, "/")
	a, err1 := strconv.Atoi(x)
	b, err2 := strconv.Atoi(y)
	return a, b, ok1 && ok2 && err1 == nil && err2 == nil && a > 0 && a < 32
}

// read gives the time that a value tells, to the second and in UTC.
func (t *timeReader) read(v string) (time.Time, bool) {
	v = strings.TrimSpace(v)
	if v == "" || len(v) > 64 {
		return time.Time{}, false
	}
	if v[0] >= 0x80 {
		v = i18n.ParseDigits(v)
	}
	if at, err := time.Parse(t.layouts[0], v); err == nil {
		return at.UTC().Truncate(time.Second), true
	}
	if at, ok := unixTime(v); ok {
		return at, true
	}
	for _, l := range t.layouts[1:] {
		if at, err := time.Parse(l, v); err == nil {
			return at.UTC().Truncate(time.Second), true
		}
	}
	return time.Time{}, false
}

// unixTime reads seconds, milliseconds, microseconds or nanoseconds since
// 1970, told apart by their size. Eight digits are a date.
func unixTime(v string) (time.Time, bool) {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f < 1e8 || f >= 1e20 || len(v) == 14 && v[0] == '2' {
		return time.Time{}, false
	}
	for f >= 1e11 {
		f /= 1000
	}
	return time.Unix(int64(f), 0).UTC(), true
}
