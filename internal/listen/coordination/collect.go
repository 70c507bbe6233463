package coordination

import (
	"cmp"
	"strings"
	"time"
)

// Options says what to look for. The zero value looks for all behaviours within
// a minute, with one false account among a hundred, in groups of three or more.
type Options struct {
	Window  time.Duration   // acts this close in time are together; 60 s when 0
	Rate    float64         // share of accounts that may be found wrongly; 0.01 when 0
	Least   int             // accounts of a group; 3 when 0
	Kinds   []Kind          // only these behaviours; all when empty
	Exempt  map[string]bool // official and registered media accounts: in no group
	MaxPost int             // posts of evidence a group; 20 when 0
}

// Share is one act: an account shared an object at a moment.
type Share struct {
	Kind    Kind
	Object  uint64 // hash of the object; equal within a kind for the same object
	Account string
	Post    string // what the caller calls the post; for evidence
	At      time.Time
}

// event is a share as it is kept.
type event struct {
	object  uint64
	at      int64 // milliseconds
	account uint32
	post    uint32
}

// Collector takes shares and posts in any order; [Collector.Groups] looks at all
// of them. It keeps 24 bytes a share, and accounts and posts by name once. Not
// for use by two goroutines at once.
type Collector struct {
	o        Options
	wanted   [Kinds]bool
	accounts map[string]uint32
	names    []string
	posts    []string
	layers   [Kinds][]event
	texts    texts
}

// New makes an empty collector.
func New(o Options) *Collector {
	o.Window = cmp.Or(o.Window, time.Minute)
	o.Rate = cmp.Or(o.Rate, 0.01)
	o.Least = max(2, cmp.Or(o.Least, 3))
	o.MaxPost = cmp.Or(o.MaxPost, 20)
	c := &Collector{o: o, accounts: map[string]uint32{}}
	for k := range c.wanted {
		c.wanted[k] = len(o.Kinds) == 0
	}
	for _, k := range o.Kinds {
		c.wanted[k] = true
	}
	return c
}

// Share takes one act. A share without account is left out.
func (c *Collector) Share(s Share) {
	if s.Account == "" || int(s.Kind) >= Kinds {
		return
	}
	c.posts = append(c.posts, strings.Clone(s.Post))
	c.add(s.Kind, s.Object, event{at: s.At.UnixMilli(), account: c.account(s.Account), post: uint32(len(c.posts) - 1)})
}

func (c *Collector) add(k Kind, object uint64, e event) {
	if c.wanted[k] {
		e.object = object
		c.layers[k] = append(c.layers[k], e)
	}
}

func (c *Collector) account(name string) uint32 {
	n, ok := c.accounts[name]
	if !ok {
		n = uint32(len(c.names))
		name = strings.Clone(name) // the caller's may be a part of a long line
		c.accounts[name] = n
		c.names = append(c.names, name)
	}
	return n
}
