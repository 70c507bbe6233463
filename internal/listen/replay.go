package listen

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/listen/burst"
	"sifara/internal/text"
)

// ReplayOptions say how a file of timed posts is replayed.
type ReplayOptions struct {
	// Mapping names columns: the fields of Mapping and besides them source,
	// topic, tag, series and count. What it leaves open is guessed.
	Mapping map[string]string
	// By is what makes a series: "all" (the default, or "series" when a column
	// is mapped to it), "topic", "tag", "word", "country", "source", "lang".
	By string
	// Topics are counted by their terms when By is "topic"; without them the
	// column topic says it.
	Topics  []Topic
	Charset string
	Burst   burst.Config
}

// Replayed is what a replay found.
type Replayed struct {
	Alarms []burst.Alarm
	Posts  int // with a time
	Bad    int // without
	Series int
	From   time.Time
	To     time.Time
}

// replayFields are the columns that only replays know.
var replayFields = []string{"source", "topic", "tag", "series", "count"}

// replaySynonyms are names of columns by field, in lower case without signs.
var replaySynonyms = map[string][]string{
	"source":  {"source", "sourcename", "feed", "outlet", "publisher", "government"},
	"topic":   {"topic", "category", "subject", "theme"},
	"tag":     {"tag", "tags", "hashtag", "hashtags"},
	"series":  {"series"},
	"count":   {"count", "posts", "n"},
	"time":    {"committime", "day", "hour", "minute"},
	"country": {"destination", "place"},
	"text":    {"tweettext"},
	"id":      {"tweetid"},
}

// ParseReplayMap reads "time=COLUMN,source=COLUMN".
func ParseReplayMap(s string) (map[string]string, error) {
	m := map[string]string{}
	known := append(slices.Clone(MappingFields), replayFields...)
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		field, column, ok := strings.Cut(part, "=")
		field = strings.TrimSpace(field)
		if !ok || !slices.Contains(known, field) {
			return nil, errs.New(errs.Invalid, "listen.import.map", "part", part, "fields", strings.Join(known, ", "))
		}
		m[field] = strings.TrimSpace(column)
	}
	return m, nil
}

// timed is a post of a replay.
type timed struct {
	at     int64 // Unix seconds
	n      int64
	source string
	series []string
}

// Replay reads a file of timed posts, plain or gzip, CSV, JSON Lines or one time
// or post id a line, and detects bursts in it in the order of the posts' times.
// It keeps the times in memory and needs no database.
func Replay(in io.Reader, o ReplayOptions) (Replayed, error) {
	r, err := newReplay(in, o)
	if err != nil {
		return Replayed{}, err
	}
	list, bad, err := r.events()
	if err != nil {
		return Replayed{}, err
	}
	out := Replayed{Posts: len(list), Bad: bad}
	if len(list) == 0 {
		return out, errs.New(errs.Invalid, "listen.replay.no_time", "columns", listNames(r.file.columns))
	}
	slices.SortStableFunc(list, func(a, b timed) int { return cmp.Compare(a.at, b.at) })
	out.From, out.To = time.Unix(list[0].at, 0).UTC(), time.Unix(list[len(list)-1].at, 0).UTC()
	c := o.Burst
	if c.Bin == 0 {
		c.Bin = finest(list)
	}
	d, seen := burst.New(c), map[string]bool{}
	for _, e := range list {
		for _, s := range e.series {
			seen[s] = true
			d.Add(s, e.source, time.Unix(e.at, 0), e.n)
		}
	}
	d.Advance(out.To.Add(d.Bin()))
	out.Alarms, out.Series = d.Alarms(), len(seen)
	return out, nil
}

// finest is the bin that the times of a file bear: a day when all are at
// midnight, an hour when all are full, else a minute.
func finest(list []timed) time.Duration {
	bin := int64(24 * 3600)
	for _, e := range list {
		if e.at%3600 != 0 {
			return time.Minute
		}
		if e.at%bin != 0 {
			bin = 3600
		}
	}
	return time.Duration(bin) * time.Second
}

type replay struct {
	file    *importFile
	columns map[string]string
	index   map[string]int
	paths   map[string][]string
	first   *record // a header that is data
	times   *timeReader
	by      string
	match   *matcher
	names   map[string]string
}

func newReplay(in io.Reader, o ReplayOptions) (*replay, error) {
	file, err := openImport(in, o.Charset)
	if err != nil {
		return nil, err
	}
	r := &replay{file: file, by: o.By, columns: map[string]string{}, index: map[string]int{}, paths: map[string][]string{}, names: map[string]string{}}
	r.headless()
	if err := r.map1(o.Mapping); err != nil {
		return nil, err
	}
	var values []string
	for _, rec := range file.sample {
		if get, ok := r.getter(rec); ok && rec.reason == "" {
			values = append(values, get("time"))
		}
	}
	r.times = sniffTimes(values)
	if len(o.Topics) > 0 {
		r.match = newMatcher(o.Topics)
		for _, t := range o.Topics {
			r.names[t.ID] = t.Name("en")
		}
	}
	return r, r.choose(o)
}

// choose finds out what makes a series, and whether the file can say it.
func (r *replay) choose(o ReplayOptions) error {
	if r.by == "" {
		r.by = "all"
		if r.columns["series"] != "" {
			r.by = "series"
		}
		if len(o.Topics) > 0 {
			r.by = "topic"
		}
	}
	need := map[string][]string{
		"all": nil, "series": {"series"}, "topic": {"topic", "text"}, "tag": {"tag", "text"}, "word": {"text"},
		"country": {"country"}, "source": {"source"}, "lang": {"lang"},
	}
	fields, ok := need[r.by]
	if !ok {
		return errs.New(errs.Invalid, "listen.replay.by", "by", r.by)
	}
	if r.by == "topic" && len(o.Topics) == 0 {
		fields = fields[:1]
	}
	for _, f := range fields {
		if r.columns[f] != "" {
			return nil
		}
	}
	if len(fields) > 0 {
		return errs.New(errs.Invalid, "listen.replay.no_column", "by", r.by, "columns", listNames(r.file.columns))
	}
	return nil
}

func listNames(columns []string) string { return list(columns) }

// headless takes the first line of a CSV file as data when it holds a time or
// the id of a post.
func (r *replay) headless() {
	f := r.file
	if f.format != formatCSV || len(f.columns) == 0 {
		return
	}
	times := sniffTimes(f.columns)
	at := -1
	for i, v := range f.columns {
		if _, ok := times.read(v); ok {
			at = i
			break
		}
		if _, ok := idTime(v); ok {
			at = i
			break
		}
	}
	if at < 0 {
		return
	}
	first := record{fields: slices.Clone(f.columns), line: 1}
	r.first = &first
	for i := range f.columns {
		f.columns[i] = strconv.Itoa(i + 1)
	}
	f.sample = append([]record{first}, f.sample...)
	field := "time"
	if _, ok := idTime(first.fields[at]); ok {
		field = "id"
	}
	r.columns[field] = f.columns[at]
}

// map1 takes the columns that are named, and guesses the rest.
func (r *replay) map1(given map[string]string) error {
	taken := map[string]bool{}
	for f, c := range given {
		if c != "-" && !slices.Contains(r.file.columns, c) {
			return errs.InvalidFields(errs.Field{Name: f, Key: "listen.import.no_column", Args: []any{"column", c, "columns", listNames(r.file.columns)}})
		}
		r.columns[f] = c
		taken[c] = true
	}
	for _, f := range append(slices.Clone(replayFields), MappingFields...) {
		if r.columns[f] == "" {
			r.columns[f] = r.guess(f, taken)
		}
		if r.columns[f] == "-" {
			r.columns[f] = ""
		}
	}
	for f, c := range r.columns {
		r.paths[f] = strings.Split(c, ".")
		if i := slices.Index(r.file.columns, c); i >= 0 {
			r.index[f] = i
		}
	}
	if r.columns["time"] == "" && r.columns["id"] == "" {
		return errs.InvalidFields(errs.Field{Name: "time", Key: "listen.import.unmapped.time", Args: []any{"columns", listNames(r.file.columns)}})
	}
	return nil
}

func (r *replay) guess(field string, taken map[string]bool) string {
	for _, name := range append(slices.Clone(synonyms[field]), replaySynonyms[field]...) {
		for _, c := range r.file.columns {
			if !taken[c] && plainName(c) == name {
				taken[c] = true
				return c
			}
		}
	}
	return ""
}

// getter gives the values of a record by field.
func (r *replay) getter(rec record) (func(string) string, bool) {
	c := columns{index: r.index, paths: r.paths}
	return c.getter(rec)
}

// events reads all records. bad counts those without a time.
func (r *replay) events() (list []timed, bad int, err error) {
	if r.first != nil {
		list, bad = r.take(list, bad, *r.first)
	}
	reader, err := r.file.records(0, 0)
	if err != nil {
		return nil, 0, err
	}
	for {
		rec, err := reader.next()
		if errors.Is(err, io.EOF) {
			return list, bad, nil
		}
		if err != nil {
			return nil, bad, fmt.Errorf("%w: %w", ErrFileBroken, err)
		}
		list, bad = r.take(list, bad, rec)
	}
}

func (r *replay) take(list []timed, bad int, rec record) ([]timed, int) {
	get, ok := r.getter(rec)
	if !ok || rec.reason != "" {
		return list, bad + 1
	}
	at, ok := r.times.read(get("time"))
	if !ok {
		if at, ok = idTime(get("id")); !ok {
			return list, bad + 1
		}
	}
	e := timed{at: at.Unix(), n: 1, source: strings.Clone(get("source"))}
	if r.columns["count"] != "" {
		n, err := strconv.ParseInt(get("count"), 10, 32)
		if err != nil || n < 0 {
			return list, bad + 1
		}
		e.n = n
	}
	e.series = r.series(get)
	if len(e.series) == 0 || e.n == 0 {
		e.series = nil
	}
	return append(list, e), bad
}

// series are the series of a post.
func (r *replay) series(get func(string) string) []string {
	one := func(s string) []string {
		if s = text.Line(s); s == "" {
			return nil
		}
		return []string{s}
	}
	switch r.by {
	case "all":
		return []string{"all"}
	case "topic":
		if r.match == nil {
			return one(get("topic"))
		}
		var out []string
		for _, id := range r.match.match(indexed(get("text"))) {
			out = append(out, r.names[id])
		}
		return out
	case "tag":
		if r.columns["tag"] != "" {
			return strings.FieldsFunc(text.Fold(get("tag")), func(x rune) bool { return strings.ContainsRune(",; |", x) })
		}
		return tagsOf(get("text"))
	case "word":
		c := newWordCount()
		c.add(get("text"))
		var out []string
		for w := range c.posts {
			out = append(out, w)
		}
		slices.Sort(out)
		return out
	}
	return one(get(r.by))
}

// indexed are the tokens by which topics are matched.
func indexed(s string) []string { return text.Index(nil, "", s) }

// tagsOf are the hashtags of a text, each once.
func tagsOf(s string) []string {
	var out []string
	for _, t := range text.Tokens(nil, s) {
		if t.Kind == text.Tag && !slices.Contains(out, t.Text) {
			out = append(out, t.Text)
		}
	}
	return out
}

// idTime gives the time that the id of a post holds: those of Twitter and X
// since November 2010 (milliseconds since 1288834974657 above 22 bits).
func idTime(v string) (time.Time, bool) {
	v = strings.Trim(strings.TrimSpace(v), `"'`)
	if len(v) < 15 || len(v) > 19 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1<<46 || n%1_000_000 == 0 {
		return time.Time{}, false
	}
	const epoch = 1288834974657
	return time.UnixMilli(n>>22 + epoch).UTC().Truncate(time.Second), true
}
