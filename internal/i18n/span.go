package i18n

import (
	"math"
	"time"
)

// unit is a measure of time with the keys of its messages.
type unit struct {
	name string
	size time.Duration
}

const day = 24 * time.Hour

// spans are the units of a duration, from the longest.
var spans = []unit{
	{"day", day}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second},
}

// Duration writes a length of time by its two largest units, days at most:
// 2 hours and 5 minutes. The rest is cut off, and below a second there are
// milliseconds. A negative length is written like a positive one.
func (p *Printer) Duration(d time.Duration) string {
	if d < 0 {
		d = -max(d, -math.MaxInt64)
	}
	if d < time.Second {
		return p.T("i18n.span.millisecond", "count", d.Milliseconds())
	}
	for i, u := range spans {
		if d < u.size {
			continue
		}
		first := p.T("i18n.span."+u.name, "count", int64(d/u.size))
		if i+1 == len(spans) {
			return first
		}
		next := spans[i+1]
		if n := int64(d % u.size / next.size); n > 0 {
			return p.raw("i18n.span.pair", "long", first, "short", p.T("i18n.span."+next.name, "count", n))
		}
		return first
	}
	return ""
}

// agos are the units of Ago, from the longest; months and years are of average
// length.
var agos = []unit{
	{"year", 365*day + 6*time.Hour}, {"month", 30*day + 10*time.Hour}, {"day", day},
	{"hour", time.Hour}, {"minute", time.Minute},
}

// Ago writes how far t lies before or after now, by its largest unit and
// rounded down: 3 minutes ago, in 2 days. Less than a minute either way is
// "now".
func (p *Printer) Ago(t, now time.Time) string {
	d, tense := now.Sub(t), "past"
	if t.After(now) {
		d, tense = t.Sub(now), "future"
	}
	for _, u := range agos {
		if d >= u.size {
			return p.T("i18n."+tense+"."+u.name, "count", int64(d/u.size))
		}
	}
	return p.raw("i18n.now")
}
