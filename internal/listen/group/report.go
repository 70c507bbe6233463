package group

import (
	"context"
	"strconv"
	"time"

	"sifara/internal/listen"
)

// Report is LookNow in the form in which the command prints groups found in
// files. Accounts are numbers within their group, from 1; which of them wrote a
// post is not told.
func (s *Service) Report(ctx context.Context, a Ask) (listen.Coordinated, error) {
	started, used := time.Now(), listen.CPUTime()
	r, groups, err := s.LookNow(ctx, a)
	if err != nil {
		return listen.Coordinated{}, err
	}
	out := listen.Coordinated{Groups: []listen.CoordinatedGroup{}, Posts: int(r.Posts), Refused: int(r.LeftOut)}
	for _, g := range groups {
		c := listen.CoordinatedGroup{ID: g.ID, Keys: g.Kinds, P: g.P, First: g.First.Std(), Last: g.Last.Std(), Objects: int(g.Objects), Spread: g.Seconds}
		for i, n := range g.Network.Nodes {
			c.Accounts = append(c.Accounts, strconv.Itoa(i+1))
			c.Edges += n.Ties
		}
		c.Edges /= 2 // each tie is of two
		list, err := s.Evidence(ctx, g.ID)
		if err != nil {
			return out, err
		}
		for _, e := range list {
			c.Evidence = append(c.Evidence, listen.CoordinateEvidence{Post: strconv.FormatInt(e.Post, 10), Key: e.Kind, At: listen.PostTime(e.Post)})
		}
		out.Groups = append(out.Groups, c)
	}
	out.Seconds, out.CPUSeconds = time.Since(started).Seconds(), (listen.CPUTime() - used).Seconds()
	return out, nil
}
