package listen

import (
	"slices"
	"strings"

	"sifara/internal/errs"
)

// Mapping says which column of a file holds what. Columns are named as the
// header or the JSON objects name them ("user.id" for nested ones); an empty
// one is not in the file. Time and Text are needed.
type Mapping struct {
	Time      string `json:"time"`
	Text      string `json:"text"`
	Author    string `json:"author,omitempty"`
	Lang      string `json:"lang,omitempty"`
	ID        string `json:"id,omitempty"`
	URL       string `json:"url,omitempty"`
	Country   string `json:"country,omitempty"`
	Followers string `json:"followers,omitempty"`
	Repost    string `json:"repost,omitempty"` // what it passes on
	Reply     string `json:"reply,omitempty"`  // what it answers
	Image     string `json:"image,omitempty"`  // hashes or ids, one or several
}

// MappingFields are the names of a mapping's fields, in the order in which
// they are asked for.
var MappingFields = []string{"time", "text", "author", "lang", "id", "url", "country", "followers", "repost", "reply", "image"}

// Field gives the place of a field by its name, nil for an unknown one.
func (m *Mapping) Field(name string) *string {
	switch name {
	case "time":
		return &m.Time
	case "text":
		return &m.Text
	case "author":
		return &m.Author
	case "lang":
		return &m.Lang
	case "id":
		return &m.ID
	case "url":
		return &m.URL
	case "country":
		return &m.Country
	case "followers":
		return &m.Followers
	case "repost":
		return &m.Repost
	case "reply":
		return &m.Reply
	case "image":
		return &m.Image
	}
	return nil
}

// synonyms are the names that exports give to each field, best first, in lower
// case without signs.
var synonyms = map[string][]string{
	"time":      {"time", "timestamp", "createdat", "created", "publishdate", "publishedat", "published", "pubdate", "postedat", "posttime", "date", "datetime", "createdtime", "createdutc", "utc", "firstseen", "tweettime", "at"},
	"text":      {"text", "content", "fulltext", "message", "body", "post", "tweet", "tweettext", "description", "title", "headline", "caption", "status"},
	"author":    {"author", "authorid", "user", "username", "userscreenname", "userid", "screenname", "handle", "account", "accountid", "from", "fromid", "channel", "userhandle", "authorusername"},
	"lang":      {"lang", "language", "tweetlanguage", "languagecode"},
	"id":        {"id", "idstr", "postid", "tweetid", "messageid", "statusid", "guid", "uid", "externalid"},
	"url":       {"url", "link", "permalink", "posturl", "tweeturl", "uri"},
	"country":   {"country", "countrycode", "placecountry", "placecountrycode", "region"},
	"followers": {"followers", "followerscount", "followercount", "userfollowerscount", "subscribers"},
	// Only names of ids: elsewhere such columns hold "True" or the name of an account.
	"repost": {"repostid", "retweetid", "retweetedid", "retweetedstatusid", "retweetedstatusidstr", "reblogid"},
	"reply":  {"replyid", "inreplytoid", "inreplytostatusid", "inreplytostatusidstr", "inreplytotweetid", "replytoid", "parentid"},
	"image":  {"imagehash", "imageid", "phash", "phashid", "mediahash", "mediakey", "mediakeys"},
}

// GuessMapping guesses from the names of columns. What it cannot guess stays
// empty.
func GuessMapping(columns []string) Mapping {
	var m Mapping
	taken := map[string]bool{}
	for _, field := range MappingFields {
	search:
		for _, name := range synonyms[field] {
			for _, c := range columns {
				if !taken[c] && plainName(c) == name {
					*m.Field(field) = c
					taken[c] = true
					break search
				}
			}
		}
	}
	return m
}

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_' || r == '-' || r == ' ' || r == '.' || r == '/':
			return -1
		}
		return r
	}, strings.TrimSpace(s))
}

// ParseMapping reads "time=publish_date,author=author_id,text=content". What
// it does not name is left to the guess.
func ParseMapping(s string) (Mapping, error) {
	var m Mapping
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		field, column, ok := strings.Cut(part, "=")
		to := m.Field(strings.TrimSpace(field))
		if !ok || to == nil {
			return m, errs.New(errs.Invalid, "listen.import.map", "part", part, "fields", strings.Join(MappingFields, ", "))
		}
		*to = strings.TrimSpace(column)
	}
	return m, nil
}

// complete fills what m leaves open with the guess from the columns, and
// checks that every column named exists and that time and text are known.
func (m Mapping) complete(columns []string) (Mapping, error) {
	given := m
	var used []string
	for _, f := range MappingFields {
		if c := *given.Field(f); c != "" {
			used = append(used, c)
		}
	}
	guess := GuessMapping(slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return slices.Contains(used, c) }))
	var wrong []errs.Field
	for _, f := range MappingFields {
		to := m.Field(f)
		switch *to {
		case "":
			*to = *guess.Field(f)
		case "-": // "not in the file"
			*to = ""
			continue
		default:
			if !slices.Contains(columns, *to) {
				wrong = append(wrong, errs.Field{Name: f, Key: "listen.import.no_column", Args: []any{"column", *to, "columns", list(columns)}})
			}
		}
		if *to == "" && (f == "time" || f == "text") {
			wrong = append(wrong, errs.Field{Name: f, Key: "listen.import.unmapped." + f, Args: []any{"columns", list(columns)}})
		}
	}
	return m, errs.InvalidFields(wrong...)
}

// list names the columns for a message, shortened.
func list(columns []string) string {
	const most = 30
	if len(columns) > most {
		columns = append(slices.Clone(columns[:most]), "…")
	}
	return strings.Join(columns, ", ")
}
