package group

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/listen/campaign"
)

// Posts gives the posts that show a group and are still there, the oldest first.
func (s *Service) Posts(ctx context.Context, groupID string) ([]listen.Post, error) {
	list, err := s.Evidence(ctx, groupID)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, e := range list {
		ids = append(ids, e.Post)
	}
	ids = slices.Compact(ids) // Evidence comes in the order of posts
	var out []listen.Post
	for part := range slices.Chunk(ids, 500) {
		posts, err := s.Listen.Posts(ctx, part)
		if err != nil {
			return nil, err
		}
		out = append(out, posts...)
	}
	return out, nil
}

// Draft begins a campaign file from a group: its wordings, a search that finds
// its posts, its days, the techniques that it shows. What is claimed, how sure
// one is and of what desk the file is are left to the analyst. Nothing is saved.
func (s *Service) Draft(ctx context.Context, groupID string) (campaign.File, error) {
	g, err := s.Group(ctx, groupID)
	if err != nil {
		return campaign.File{}, err
	}
	posts, err := s.Posts(ctx, groupID)
	if err != nil {
		return campaign.File{}, err
	}
	f := campaign.File{ID: id.New(), Titles: map[i18n.Lang]string{}, Group: g.ID, TLP: "amber", Wordings: wordings(posts), Search: query(posts)}
	const day = 24 * time.Hour
	f.From, f.Until = db.At(g.First.Std().Truncate(day)), db.At(g.Last.Std().Truncate(day).Add(day))
	if g.TopicID != "" {
		t, err := s.Listen.Topic(ctx, g.TopicID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return f, err
		}
		f.TopicID = t.ID
	}
	f.Behaviour, err = s.Behaviour(ctx, g)
	return f, err
}

// OpenFile opens a campaign file that names a group, and takes the posts that
// show the group as its first evidence, with a note. Done again with the same
// file it changes nothing. Who may work on campaign files at the file's desk may.
func (s *Service) OpenFile(ctx context.Context, f campaign.File, keepMonths int, note string) error {
	posts, err := s.Posts(ctx, f.Group)
	if err != nil {
		return err
	}
	if err := s.Campaigns.Open(ctx, f, keepMonths); err != nil {
		return err
	}
	if len(posts) == 0 { // all of them are gone
		return nil
	}
	space, err := uuid.Parse(f.ID)
	if err != nil {
		return errs.InvalidFields(errs.Field{Name: "id", Key: "web.field.required"})
	}
	var ids []int64
	for _, p := range posts[:min(len(posts), campaign.MaxSnapshot)] {
		ids = append(ids, p.ID)
	}
	return s.Campaigns.Take(ctx, f.ID, uuid.NewSHA1(space, []byte("group "+f.Group)).String(), note, ids)
}
