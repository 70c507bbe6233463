package listen

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/listen/coordination"
	"sifara/internal/text/link"
)

// rejectAccount refuses a line that does not say whose it is.
const rejectAccount = "account"

// shareSynonyms are the names of columns by field, best first, in lower case
// without signs: the coordination-network-toolkit's (user_id, message_id …),
// CooRTweet's (account_id, object_id, content_id, timestamp_share) and those of
// common exports.
var shareSynonyms = map[string][]string{
	"account": {"userid", "accountid", "authorid", "account", "author", "user", "username", "screenname", "handle"},
	"time":    append([]string{"timestampshare"}, synonyms["time"]...),
	"id":      append([]string{"contentid"}, synonyms["id"]...),
	"repost":  {"repostid", "retweetid", "retweetedid", "retweetedstatusid", "reblogid", "repostof", "retweetof", "repost"},
	"reply":   {"replyid", "inreplyto", "inreplytoid", "inreplytostatusid", "replyto", "replytoid", "parentid"},
	"text":    synonyms["text"],
	"urls":    {"urls", "links", "urlid", "expandedurls", "link", "url"},
	"image":   {"imagehash", "phash", "phashid", "image", "mediahash"},
	"object":  {"objectid", "object"},
}

var shareFields = []string{"account", "time", "id", "repost", "reply", "text", "urls", "image", "object"}

// ParseShareMap reads "account=COLUMN,time=COLUMN,…".
func ParseShareMap(s string) (map[string]string, error) {
	m := map[string]string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		field, column, ok := strings.Cut(part, "=")
		if field = strings.TrimSpace(field); !ok || !slices.Contains(shareFields, field) {
			return nil, errs.New(errs.Invalid, "listen.import.map", "part", part, "fields", strings.Join(shareFields, ", "))
		}
		m[field] = strings.TrimSpace(column)
	}
	return m, nil
}

// shareReader makes posts of the records of a file.
type shareReader struct {
	file    *importFile
	columns columns
	urls    bool // a column holds the links; else they are in the text
}

func newShareReader(f *importFile, given map[string]string) (*shareReader, error) {
	r := &shareReader{file: f, columns: columns{index: map[string]int{}, paths: map[string][]string{}}}
	taken := map[string]bool{}
	for field, c := range given {
		if c != "-" && !slices.Contains(f.columns, c) {
			return nil, errs.InvalidFields(errs.Field{Name: field, Key: "listen.import.no_column", Args: []any{"column", c, "columns", list(f.columns)}})
		}
		taken[c] = true
	}
	for _, field := range shareFields {
		c := given[field]
		if c == "" {
			c = guessShare(f.columns, field, taken)
		}
		if c == "" || c == "-" {
			continue
		}
		r.columns.index[field] = slices.Index(f.columns, c)
		r.columns.paths[field] = strings.Split(c, ".")
	}
	_, r.urls = r.columns.paths["urls"]
	said := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(field string) bool { return r.columns.paths[field] != nil })
	}
	if !said("account") || !said("time") || !said("repost", "reply", "text", "urls", "image", "object") {
		return nil, errs.New(errs.Invalid, "listen.coordinate.needs", "columns", list(f.columns))
	}
	var values []string
	for _, rec := range f.sample {
		if get, ok := r.columns.getter(rec); ok && rec.reason == "" {
			values = append(values, get("time"))
		}
	}
	r.columns.times = sniffTimes(values)
	return r, nil
}

func guessShare(columns []string, field string, taken map[string]bool) string {
	for _, name := range shareSynonyms[field] {
		for _, c := range columns {
			if !taken[c] && plainName(c) == name {
				taken[c] = true
				return c
			}
		}
	}
	return ""
}

// post reads a record, or says why not.
func (r *shareReader) post(rec record) (p coordination.Post, reason string) {
	if rec.reason != "" {
		return p, rec.reason
	}
	get, ok := r.columns.getter(rec)
	if !ok {
		return p, rejectJSON
	}
	if p.Account = strings.TrimSpace(get("account")); p.Account == "" {
		return p, rejectAccount
	}
	if p.At, ok = r.moment(get("time")); !ok {
		return p, rejectTime
	}
	p.ID, p.Repost, p.Reply = get("id"), given(get("repost")), given(get("reply"))
	p.Text, p.Images, p.Object = get("text"), listed(given(get("image"))), given(get("object"))
	if p.Links = r.links(rec, get("urls")); !r.urls {
		p.Links = link.In(p.Text)
	}
	return p, ""
}

// given is a value that says something: exports write nothing in many ways.
func given(s string) string {
	switch s = strings.TrimSpace(s); s {
	case "NA", "NaN", "nan", "None", "null", "NULL", "[]", "0":
		return ""
	}
	return s
}

// moment reads a time; also seconds since some moment of the file's own, which
// the toolkit allows.
func (r *shareReader) moment(s string) (time.Time, bool) {
	if t, ok := r.columns.times.read(s); ok {
		return t, true
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0 && f < 1e10) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(f * 1000)).UTC(), true
}

// links reads a column of links: separated by spaces, or a JSON list.
func (r *shareReader) links(rec record, s string) []string {
	if rec.raw != nil && s == "" && r.urls {
		var o map[string]json.RawMessage
		var links []string
		if json.Unmarshal(rec.raw, &o) == nil && json.Unmarshal(o[strings.Join(r.columns.paths["urls"], ".")], &links) == nil {
			return links[:min(len(links), link.Most)]
		}
	}
	links := listed(s)
	return links[:min(len(links), link.Most)]
}

// listed reads several values of one field: separated by spaces, or a JSON list.
func listed(s string) []string {
	if strings.HasPrefix(s, "[") {
		s = strings.NewReplacer("[", " ", "]", " ", `"`, " ", "'", " ", ",", " ").Replace(s)
	}
	return strings.Fields(s)
}
