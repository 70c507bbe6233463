package listen

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sifara/internal/fetch"
	"sifara/internal/i18n"
	"sifara/internal/listen/privacy"
	"sifara/internal/search"
	"sifara/internal/text"
	"sifara/internal/text/near"
)

// arrival is one record on its way into the store, or the reason why it is
// refused.
type arrival struct {
	Post
	key    int64
	words  string   // what the index holds of it
	tags   []string // folded hashtags
	topics []string // ids of the topics that it belongs to
	// Numbers of the same, and the words by which stories are told.
	numbers   []int64
	set       near.Set
	responses []response

	line   int64
	end    int64
	after  int64
	reason string
	head   string
	err    error // the house failed, not the record: it must be read again
}

const (
	// maxText is the longest text of a post, in characters.
	maxText = 40_000
	// maxTags is how many hashtags of one post are counted.
	maxTags = 30
	// maxHandle is the longest handle, in bytes.
	maxHandle = 256
	// tolerance is how far a clock elsewhere may be ahead of ours.
	tolerance = 10 * time.Minute
)

// firstTime is before any post: the Web is younger.
var firstTime = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// draft is a post as its source gives it, before anything is made of it.
type draft struct {
	at                              time.Time
	id, author, body, lang, country string
	url                             string
	followers                       int64

	// What it passes on and answers, and whose that is; empty where the source
	// does not say. Without mentions they are looked for in the text.
	repost, repostBy, reply, replyTo string
	mentions                         []string
	quote                            string   // what it passes on with words of its own
	images                           []string // the source's names of them
}

// normaliser turns drafts into arrivals. It is safe for concurrent use.
type normaliser struct {
	source Source
	names  *pseudonymiser
	codes  nameCodes
	topics func() *matcher // the present topics
	now    time.Time
	filter filter
}

// post makes an arrival of a draft.
func (n *normaliser) post(d draft) arrival {
	var a arrival
	switch {
	case d.at.After(n.now.Add(tolerance)):
		a.reason = rejectFuture
		return a
	case d.at.Before(firstTime):
		a.reason = rejectPast
		return a
	}
	body := strings.TrimSpace(text.Clean(d.body))
	switch {
	case body == "":
		a.reason = rejectEmpty
		return a
	case len(body) > maxText && utf8.RuneCountInString(body) > maxText:
		a.reason = rejectText
		return a
	}
	handle := d.author
	if len(handle) > maxHandle {
		handle = handle[:maxHandle]
	}
	at := d.at.Truncate(time.Second)
	number := strconv.FormatInt(n.source.Number, 10)
	var low int64
	if d.id != "" {
		low, a.key = n.names.identity(number, "id", d.id)
	} else {
		low, a.key = n.names.identity(number, strconv.FormatInt(at.Unix(), 10), privacy.BareHandle(handle), body)
	}
	handles := handlesIn(body)
	author, err := n.names.author(number, handle, at)
	if err == nil {
		a.responses, err = n.responses(d, number, body, handles, author)
	}
	var shared []Shared
	if err == nil {
		shared, err = n.shared(d, number, author)
	}
	if err != nil {
		a.err = err
		return a
	}
	a.Post = Post{
		ID: PostID(at) | low, At: at, Source: n.source.Number, Author: author,
		Followers: max(0, d.followers), Text: n.names.mask(body, handle),
		Lang: n.codes.langCode(d.lang, body), Country: n.codes.countryCode(d.country), Shared: shared,
	}
	if handle != "" && n.names.official(privacy.BareHandle(handle)) {
		a.Official = privacy.BareHandle(handle)
	}
	if a.Lang == "" {
		a.Lang, _ = text.Identify(a.Text)
	}
	a.URL = n.names.address(d.url, handle)
	filters := make([]string, 2, 4)
	filters[0], filters[1] = "lg:"+a.Lang, "src:"+number
	if a.Country != "" {
		filters = append(filters, "cc:"+a.Country)
	}
	for _, h := range handles {
		if h = privacy.BareHandle(h); n.names.named(h) {
			filters = append(filters, "at:"+h)
		}
	}
	a.words = search.Document(a.Lang, a.Text, filters...)
	if !n.filter.wants(a.words) {
		a.reason = rejectFilter
		return a
	}
	a.Labels = labelsOf(a.Lang, a.Text)
	a.take(n.topics())
	return a
}

// take finds hashtags and topics among the words.
func (a *arrival) take(topics *matcher) {
	var stack [96]string
	tokens := stack[:0]
	for w := range strings.SplitSeq(a.words, " ") {
		tokens = append(tokens, w)
		if len(w) > 2 && w[0] == '#' && !slices.Contains(a.tags, w) && len(a.tags) < maxTags {
			a.tags = append(a.tags, w)
		}
	}
	a.topics = topics.match(tokens)
	for _, id := range a.topics {
		a.numbers = append(a.numbers, topics.numbers[id])
	}
	a.set = storySet(tokens)
}

// storySet are the words by which nearly equal posts are found: those of the
// beginning, without filters, hashtags (whose words follow) and hosts.
func storySet(tokens []string) near.Set {
	var stack [96]string
	said := stack[:0]
	for _, w := range tokens[:min(len(tokens), storyLead)] {
		if w != "" && w[0] != '#' && !strings.ContainsAny(w, ":.") {
			said = append(said, w)
		}
	}
	return near.Tokens(nil, said)
}

// address gives the address of a post if keeping it names no private person.
func (p *pseudonymiser) address(url, handle string) string {
	url = strings.TrimSpace(url)
	if url == "" || len(url) > 1000 || fetch.CheckURL(url) != nil {
		return ""
	}
	if h := privacy.BareHandle(handle); h != "" && strings.Contains(strings.ToLower(url), h) && !p.named(h) {
		return ""
	}
	if strings.Contains(url, "@") || maskAddresses(url) != url {
		return ""
	}
	return url
}

// columns reads records of a file by its mapping. It is safe for concurrent
// use.
type columns struct {
	index map[string]int // CSV: field of Mapping to column
	paths map[string][]string
	times *timeReader
}

// newColumns prepares a mapping, which has been completed, for a file.
func newColumns(f *importFile, m Mapping) *columns {
	c := &columns{index: map[string]int{}, paths: map[string][]string{}}
	for _, field := range MappingFields {
		name := *m.Field(field)
		if name == "" {
			continue
		}
		c.paths[field] = strings.Split(name, ".")
		for i, h := range f.columns {
			if h == name {
				c.index[field] = i
				break
			}
		}
	}
	c.times = sniffTimes(nil)
	var values []string
	for _, rec := range f.sample {
		if rec.reason == "" {
			if get, ok := c.getter(rec); ok {
				values = append(values, get("time"))
			}
		}
	}
	c.times = sniffTimes(values)
	return c
}

// getter gives the values of a record by the names of Mapping's fields. It
// reports false for a line that is no JSON object.
func (c *columns) getter(rec record) (func(field string) string, bool) {
	if rec.raw == nil {
		return func(field string) string {
			if i, ok := c.index[field]; ok && i < len(rec.fields) {
				return rec.fields[i]
			}
			return ""
		}, true
	}
	var o map[string]any
	d := json.NewDecoder(bytes.NewReader(rec.raw))
	d.UseNumber()
	if d.Decode(&o) != nil || d.More() {
		return nil, false
	}
	return func(field string) string {
		v := jsonAt(o, c.paths[field])
		if list, ok := v.([]any); ok && field == "image" {
			return jsonTexts(list)
		}
		return jsonText(v)
	}, true
}

// jsonAt is the value at a path; nil when there is none. A name that itself holds
// points goes before nesting.
func jsonAt(o map[string]any, path []string) any {
	if len(path) == 0 {
		return nil
	}
	if len(path) > 1 {
		if v, ok := o[strings.Join(path, ".")]; ok {
			return v
		}
		inner, _ := o[path[0]].(map[string]any)
		return jsonAt(inner, path[1:])
	}
	return o[path[0]]
}

// jsonTexts are the values of a list, separated by spaces.
func jsonTexts(list []any) string {
	var out []string
	for _, v := range list {
		out = append(out, jsonText(v))
	}
	return strings.Join(out, " ")
}

// jsonText is a value as text; empty when it is not a single value.
func jsonText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// draft reads a record, or says why not.
func (c *columns) draft(rec record) (d draft, reason string) {
	if rec.reason != "" {
		return d, rec.reason
	}
	if rec.raw != nil {
		if !utf8.Valid(rec.raw) {
			return d, rejectEncoding
		}
		if bytes.IndexByte(rec.raw, 0) >= 0 {
			return d, rejectNUL
		}
	}
	get, ok := c.getter(rec)
	if !ok {
		return d, rejectJSON
	}
	at, ok := c.times.read(get("time"))
	if !ok {
		return d, rejectTime
	}
	d = draft{at: at, id: strings.TrimSpace(get("id")), author: get("author"), body: get("text"), lang: get("lang"), country: get("country"), url: get("url")}
	if strings.IndexByte(d.body, 0) >= 0 { // "\u0000" in JSON
		return d, rejectNUL
	}
	d.repost, d.reply, d.images = given(get("repost")), given(get("reply")), listed(given(get("image")))
	d.followers, _ = strconv.ParseInt(strings.ReplaceAll(i18n.ParseDigits(get("followers")), ",", ""), 10, 64)
	return d, ""
}

// arrival reads and normalises a record.
func (c *columns) arrival(n *normaliser, rec record) arrival {
	d, reason := c.draft(rec)
	a := arrival{reason: reason}
	if reason == "" {
		a = n.post(d)
	}
	a.line, a.end, a.after = rec.line, rec.end, rec.after
	if a.reason != "" {
		a.head = rec.head
		switch {
		case a.head != "":
		case rec.raw != nil:
			a.head = headOf(rec.raw)
		default:
			a.head = headOf([]byte(strings.Join(rec.fields, ",")))
		}
	}
	return a
}
