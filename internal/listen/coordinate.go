package listen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sifara/internal/errs"
	"sifara/internal/listen/coordination"
)

// CoordinateOptions say how a file is searched for groups that act together.
type CoordinateOptions struct {
	coordination.Options
	// Mapping names columns by field: account, time, id, repost, reply, text,
	// urls, image, object. What it leaves open is guessed; "-" is "not in the
	// file".
	Mapping map[string]string
	Charset string
	// Refused is told each line that could not be used, with the reason, a key
	// "listen.reject.<reason>".
	Refused func(line int64, reason string)
}

// Coordinated is what was found in a file or among the stored posts. Its JSON
// form is the command's output; accounts are the file's own, those of stored
// posts numbers within their group.
type Coordinated struct {
	Groups     []CoordinatedGroup `json:"groups"`
	Posts      int                `json:"posts"`   // lines or posts used
	Refused    int                `json:"refused"` // not used
	Seconds    float64            `json:"seconds"`
	CPUSeconds float64            `json:"cpu_seconds"`
}

// CoordinatedGroup is one group in the form of the command's output.
type CoordinatedGroup struct {
	ID       string               `json:"id,omitempty"` // of a group that the house keeps
	Accounts []string             `json:"accounts"`
	Keys     []string             `json:"keys"` // names of behaviours
	Edges    int                  `json:"edges"`
	P        float64              `json:"p"`
	First    time.Time            `json:"first"`
	Last     time.Time            `json:"last"`
	Objects  int                  `json:"objects"`
	Spread   float64              `json:"spread_seconds"` // median of an act
	Evidence []CoordinateEvidence `json:"evidence"`
}

// CoordinateEvidence is a post that shows a group acting.
type CoordinateEvidence struct {
	Post    string    `json:"post"`
	Account string    `json:"account,omitempty"` // empty for stored posts
	Key     string    `json:"key"`
	At      time.Time `json:"at"`
}

// Coordinate reads a file, CSV or JSON Lines, plain or gzip, in the columns of
// the coordination-network-toolkit, of CooRTweet or as mapped, and finds the
// groups in it. It needs no database, and keeps accounts, ids of posts and
// hashes in memory, never texts. Lines that cannot be read are refused one by
// one.
func Coordinate(ctx context.Context, in io.Reader, o CoordinateOptions) (Coordinated, error) {
	started, used := time.Now(), CPUTime()
	file, err := openImport(in, o.Charset)
	if err != nil {
		return Coordinated{}, err
	}
	shares, err := newShareReader(file, o.Mapping)
	if err != nil {
		return Coordinated{}, err
	}
	found := Coordinated{Groups: []CoordinatedGroup{}}
	c := coordination.New(o.Options)
	if err := shares.each(ctx, func(p coordination.Post) {
		c.Post(p)
		found.Posts++
	}, func(line int64, reason string) {
		found.Refused++
		if o.Refused != nil {
			o.Refused(line, reason)
		}
	}); err != nil {
		return found, err
	}
	if found.Posts == 0 {
		return found, errs.New(errs.Invalid, "listen.coordinate.nothing", "count", found.Refused)
	}
	groups, err := c.Groups(ctx)
	if err != nil {
		return found, err
	}
	for _, g := range groups {
		found.Groups = append(found.Groups, shown(g))
	}
	found.Seconds, found.CPUSeconds = time.Since(started).Seconds(), (CPUTime() - used).Seconds()
	return found, nil
}

// shown is a group in the form of the output.
func shown(g coordination.Group) CoordinatedGroup {
	out := CoordinatedGroup{Accounts: g.Accounts, Edges: len(g.Edges), P: g.P, First: g.First, Last: g.Last, Objects: g.Objects, Spread: g.Seconds}
	for _, k := range g.Kinds {
		out.Keys = append(out.Keys, k.String())
	}
	for _, e := range g.Evidence {
		out.Evidence = append(out.Evidence, CoordinateEvidence{e.Post, g.Accounts[e.Account], e.Kind.String(), e.At})
	}
	return out
}

// each reads the file to its end, or until ctx is done.
func (r *shareReader) each(ctx context.Context, post func(coordination.Post), refuse func(line int64, reason string)) error {
	reader, err := r.file.records(0, 0)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		rec, err := reader.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrFileBroken, err)
		}
		if p, reason := r.post(rec); reason != "" {
			refuse(rec.line, reason)
		} else {
			post(p)
		}
	}
}
