package influence

import (
	"context"
	"slices"
)

// Kind is how one account responds to another.
type Kind uint8

// The kinds, the strongest first.
const (
	Repost  Kind = 1 // passes on what the other wrote
	Reply   Kind = 2 // answers it
	Mention Kind = 3 // names the other
)

// Act is one response: one account passed on, answered or named another.
// Accounts and objects are any numbers but 0 that tell one from the other.
type Act struct {
	From, To  int64
	Object    int64 // what was passed on or answered; 0 when that is not known
	At        int64 // seconds since 1970
	Kind      Kind
	Lang      string
	Country   string // empty when not known
	Followers int64  // of From
}

// act is an Act with the accounts as numbers from 0.
type act struct {
	from, to int32
	kind     Kind
	at       int64
	object   int64
}

// account is what is kept of one account.
type account struct {
	public    uint16 // index in publics, of its first response
	followers int64  // the most that were seen
}

// public is where an account responds from.
type public struct{ lang, country string }

// Network collects responses and measures influence in them. It names nobody:
// accounts are numbers. It is not safe for concurrent use.
type Network struct {
	ids      map[int64]int32
	accounts []account
	acts     []act
	publics  []public
	seen     map[public]uint16
	actors   int // accounts 0 to actors-1 are those that are measured
}

// NewNetwork gives a network in which the influence of actors is measured, each
// of them given by all accounts that it has.
func NewNetwork(actors [][]int64) *Network {
	n := &Network{ids: map[int64]int32{}, seen: map[public]uint16{}, publics: []public{{}}, actors: len(actors)}
	n.seen[public{}] = 0
	for i, list := range actors {
		n.accounts = append(n.accounts, account{})
		for _, id := range list {
			n.ids[id] = int32(i)
		}
	}
	return n
}

// Add takes one response. Acts may come in any order; responses of an account
// to itself count nothing.
func (n *Network) Add(a Act) {
	from, to := n.index(a.From), n.index(a.To)
	if from == to {
		return
	}
	x := &n.accounts[from]
	if x.public == 0 {
		x.public = n.public(a.Lang, a.Country)
	}
	x.followers = max(x.followers, a.Followers)
	n.acts = append(n.acts, act{from: from, to: to, kind: a.Kind, at: a.At, object: a.Object})
}

func (n *Network) index(id int64) int32 {
	i, ok := n.ids[id]
	if !ok {
		i = int32(len(n.accounts))
		n.ids[id] = i
		n.accounts = append(n.accounts, account{})
	}
	return i
}

// mostPublics bounds how many pairs of language and country are told apart;
// there are fewer in the world's posts.
const mostPublics = 1 << 15

func (n *Network) public(lang, country string) uint16 {
	p := public{lang, country}
	i, ok := n.seen[p]
	if !ok && len(n.publics) < mostPublics {
		i = uint16(len(n.publics))
		n.seen[p] = i
		n.publics = append(n.publics, p)
	}
	return i
}

// graph holds directed edges, each once, by the node that they leave.
type graph struct {
	nodes int
	start []int32 // edges of node v are out[start[v]:start[v+1]]
	out   []int32
}

// newGraph makes a graph of edges written as from<<32 | to, in any order and
// with repetitions. It sorts the list.
func newGraph(nodes int, edges []uint64) graph {
	slices.Sort(edges)
	edges = slices.Compact(edges)
	g := graph{nodes: nodes, start: make([]int32, nodes+1), out: make([]int32, len(edges))}
	for i, e := range edges {
		g.start[e>>32+1]++
		g.out[i] = int32(uint32(e))
	}
	for v := range nodes {
		g.start[v+1] += g.start[v]
	}
	return g
}

func (g graph) of(v int32) []int32 { return g.out[g.start[v]:g.start[v+1]] }

func edge(from, to int32) uint64 { return uint64(uint32(from))<<32 | uint64(uint32(to)) }

// contract gives the graph of who responds to whom, with every voice as one
// node, each edge once however often it was acted on.
func (n *Network) contract(voice []int32, voices int) graph {
	edges := make([]uint64, 0, len(n.acts))
	for _, a := range n.acts {
		if from, to := voice[a.from], voice[a.to]; from != to {
			edges = append(edges, edge(from, to))
		}
	}
	return newGraph(voices, edges)
}

// Result is what a network says.
type Result struct {
	Responses int
	Accounts  int // distinct, with those that only were responded to
	Voices    int // accounts that act as one counted once
	Circles   int // of two voices and more
	Rounds    int // of the power iteration
	Actors    []Figure
}

// Measure measures the actors, in the order in which they were given.
func (n *Network) Measure(ctx context.Context) (Result, error) {
	voice, voices := n.voices()
	g := n.contract(voice, voices)
	score, rounds, err := pageRank(ctx, g, nil, nil, tolerance)
	if err != nil {
		return Result{}, err
	}
	r := Result{Responses: len(n.acts), Accounts: len(n.accounts), Voices: voices, Rounds: rounds}
	circle, circles := circlesOf(g, n.actors)
	r.Circles = circles
	r.Actors = n.describe(voice, circle)
	for i := range r.Actors {
		r.Actors[i].Score = score[i] * float64(voices)
	}
	if err := n.errors(ctx, g, score, r.Actors); err != nil {
		return Result{}, err
	}
	rank(r.Actors)
	return r, nil
}
