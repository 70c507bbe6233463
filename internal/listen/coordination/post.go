package coordination

import (
	"strings"
	"time"

	"sifara/internal/text"
	"sifara/internal/text/link"
)

// Post is a post with what of it may be shared with others. A repost counts for
// [Repost] only: its text is that of the post it passes on. What is quoted with
// words of one's own counts for [Repost] too, and the words for themselves.
type Post struct {
	ID      string // for evidence
	Account string
	At      time.Time
	Repost  string // id of the post passed on, empty for none
	Quote   string // id of the post quoted
	Reply   string // id of the post replied to
	Text    string
	Links   []string // addresses; those inside Text are not read
	Images  []string // hashes of its images, of bytes or perceptual, or ids
	Object  string   // what it shares, where the input does not tell of which kind
}

// leastTags is how many hashtags make a sequence that says something.
const leastTags = 3

// Post takes all shares of a post.
func (c *Collector) Post(p Post) {
	if p.Account == "" {
		return
	}
	c.posts = append(c.posts, strings.Clone(p.ID))
	e := event{at: p.At.UnixMilli(), account: c.account(p.Account), post: uint32(len(c.posts) - 1)}
	if p.Object != "" {
		c.add(Object, hash(p.Object), e)
	}
	if p.Repost != "" {
		c.add(Repost, hash(p.Repost), e)
		return
	}
	if p.Quote != "" {
		c.add(Repost, hash(p.Quote), e)
	}
	if p.Reply != "" {
		c.add(Reply, hash(p.Reply), e)
	}
	for _, image := range p.Images {
		c.add(Image, hash(image), e)
	}
	if c.wanted[Link] {
		for _, address := range p.Links {
			if at := link.Canonical(address); at != "" {
				c.add(Link, hash(at), e)
			}
		}
	}
	if p.Text != "" {
		c.words(p.Text, e)
	}
}

// words takes what the text itself shares.
func (c *Collector) words(s string, e event) {
	if c.wanted[Tags] {
		var stack [8]string
		if strings.Count(s, "#")+strings.Count(s, "＃") >= leastTags {
			if tags := text.Hashtags(stack[:0], s); len(tags) >= leastTags {
				c.add(Tags, hash(strings.Join(tags, " ")), e)
			}
		}
	}
	if c.wanted[Text] || c.wanted[Near] {
		if same, near, ok := c.texts.place(s); ok {
			c.add(Text, same, e)
			c.add(Near, near, e)
		}
	}
}

// hash is FNV-1a, finished so that all bits depend on all.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix is the finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
