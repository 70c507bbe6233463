package publishweb

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
)

// format is one of the formats in which feeds are given.
type format struct {
	name   string
	ending string
	media  string
	encode func(feed) ([]byte, error)
}

var feedFormats = []format{
	{"RSS", "rss", "application/rss+xml", rss},
	{"Atom", "atom", "application/atom+xml", atom},
	{"JSON Feed", "json", "application/feed+json", jsonFeed},
}

// feed is what a feed tells, whatever its format.
type feed struct {
	ID          string // a URN that never changes
	Title       string
	Description string
	Lang        i18n.Lang
	Home        string // page of the same content
	Self        string
	Hub         string // that tells of changes; empty: none
	Icon        string
	Verify      string // page on which texts are checked
	Author      string
	Updated     time.Time
	Items       []item
}

type item struct {
	ID         string // a URN that never changes, one for each language of a message
	Title      string
	Address    string
	HTML       string
	Summary    string
	Author     string
	Kind       string
	Published  time.Time
	Updated    time.Time
	Attachment []enclosure
	Proof      string // where the text can be checked
}

type enclosure struct {
	Address string
	Type    string
	Size    int64
	Title   string // what is written under it, else what it shows
	Credit  string // who made it
	Seconds int64  // how long a film or recording is; zero: not known
}

func (e enclosure) plays() bool {
	return strings.HasPrefix(e.Type, "video/") || strings.HasPrefix(e.Type, "audio/")
}

// feedLength is how many messages a feed holds.
const feedLength = 30

// feed serves the newest messages of a place in one language. Messages that
// were taken back stay for their time with the note in place of the text, so
// that those who kept the text learn of it.
func (s *site) feed(w http.ResponseWriter, r *http.Request, f format) error {
	m, err := s.place(r)
	if err != nil {
		return err
	}
	l := langOf(r)
	all, err := s.Service.Released(r.Context(), publish.ReleasedFilter{MissionID: m.ID, Lang: l, Withdrawn: true, Limit: feedLength})
	if err != nil {
		return err
	}
	out, err := s.fill(r, m.ID, m.Slug, f, all)
	if err != nil {
		return err
	}
	body, err := f.encode(out)
	if err != nil {
		return err
	}
	views := []publish.View{{MissionID: m.ID, Lang: l, Kind: publish.FeedView}}
	for _, x := range all {
		if x.State == publish.StateReleased {
			views = append(views, publish.View{MissionID: x.MissionID, MessageID: x.ID, Lang: l, Kind: publish.FeedView})
		}
	}
	s.mark(r, views...)
	w.Header().Set("Content-Type", f.media+"; charset=utf-8")
	if !out.Updated.IsZero() {
		w.Header().Set("Last-Modified", out.Updated.UTC().Format(http.TimeFormat))
	}
	_, _ = w.Write(body) // the reader may have gone
	return nil
}

func (s *site) fill(r *http.Request, missionID, slug string, f format, all []publish.Message) (feed, error) {
	ctx := r.Context()
	p := i18n.From(ctx)
	l := p.Lang()
	who, err := s.speakers(ctx)
	if err != nil {
		return feed{}, err
	}
	name := who[missionID].Name
	if name == "" {
		name = p.T("publish.site.unnamed")
	}
	out := feed{
		ID: urn(s.BaseURL + href(l, slug, "/feed")), Title: p.T("publish.feed.title", "who", name), Description: p.T("publish.feed.about", "who", name),
		Lang: l, Home: s.BaseURL + href(l, slug, "/statements"), Self: s.BaseURL + href(l, slug, "/feed."+f.ending), Hub: s.hubAddress(), Author: name, Icon: s.BaseURL + "/favicon.ico", Verify: s.BaseURL + href(l, "", "/verify"),
	}
	for _, m := range all {
		v, ok := m.Variant(l)
		if !ok {
			continue
		}
		it := s.item(ctx, m, v, who[m.MissionID].Name, s.Org.Zone(ctx, m.MissionID))
		if it.Updated.After(out.Updated) {
			out.Updated = it.Updated
		}
		out.Items = append(out.Items, it)
	}
	return out, nil
}

func (s *site) item(ctx context.Context, m publish.Message, v publish.Variant, who string, zone *time.Location) item {
	p := i18n.From(ctx)
	out := item{
		ID: urn(m.ID + "/" + string(v.Lang)), Title: v.Title, Address: s.BaseURL + href(v.Lang, "", "/statements/"+m.Slug),
		Author: who, Kind: p.T("publish.kind." + string(m.Kind)), Published: m.ReleasedAt.Std(), Updated: m.ChangedAt().Std(),
		Proof: s.BaseURL + publish.ProofPath(m.ID, v.Lang),
	}
	if m.State == publish.StateWithdrawn {
		note := m.WithdrawnNote.In(v.Lang)
		out.Title = p.T("publish.feed.withdrawn", "title", v.Title)
		out.Summary = p.T("publish.site.withdrawn.text", "date", p.Date(m.WithdrawnAt.In(zone)))
		if m.Expired {
			out.Summary = p.T("publish.site.expired.text", "date", p.Date(m.WithdrawnAt.In(zone)))
		}
		if note != "" {
			out.Summary += " " + note
		}
		out.HTML = paragraph(out.Summary)
		return out
	}
	out.Summary, out.HTML = summary(v, 300), bodyHTML(m, v)
	if v.Summary != "" {
		out.HTML = paragraph(v.Summary) + out.HTML
	}
	out.HTML = s.detailHTML(ctx, m, v) + out.HTML
	if gone := s.lapsed(ctx, m); gone != "" {
		// Programs that have the advice already look only at what is newer.
		out.Title, out.Updated = p.T("publish.feed.lapsed", "title", v.Title), m.Details.ValidUntil.Std()
		out.Summary, out.HTML = gone+" – "+out.Summary, paragraph(gone)+out.HTML
	}
	if m.Kind == publish.Event {
		out.Summary = eventTime(p, m) + " – " + out.Summary
		out.Attachment = append(out.Attachment, enclosure{Address: s.BaseURL + icsHref(v.Lang, m), Type: "text/calendar"})
	}
	for _, a := range m.Attachments {
		out.Attachment = append(out.Attachment, enclosure{s.BaseURL + mediaHref(a.ID, a.Digest), a.MediaType, a.Size, cmp.Or(a.Caption[v.Lang], a.Alt[v.Lang]), a.Author, (a.Duration + 500) / 1000})
	}
	// Programs that play take the first, and RSS knows no other.
	slices.SortStableFunc(out.Attachment, func(a, b enclosure) int {
		switch {
		case a.plays() == b.plays():
			return 0
		case a.plays():
			return -1
		}
		return 1
	})
	return out
}

// urn makes of a name that never changes a URN that never changes (UUIDv5).
func urn(name string) string { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).URN() }

// feedTime writes a time of a feed; the zero time of an empty feed is the year 1
// in no calendar of a reader, so it is 1970.
func feedTime(t time.Time) string {
	if t.IsZero() {
		t = db.Time(0).In(time.UTC)
	}
	if t.Year() < 1970 {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}

// plainXML drops what no XML document may hold, which the encoder would show
// as replacement characters.
func plainXML(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if r == 0x09 || r == 0x0A || r == 0x0D || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r < 0xFFFD || r >= 0x10000 && r <= 0x10FFFF {
			return r
		}
		return -1
	}, []byte(s)))
}
