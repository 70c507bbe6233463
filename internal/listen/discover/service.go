package discover

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/jobs"
	"sifara/internal/listen"
	"sifara/internal/perm"
)

// Deps are what the service needs.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Audit  *audit.Log
	Listen *listen.Service
}

// Service keeps the clusters. It is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }

// job looks at the stories of late.
type job struct{}

// Kind implements jobs.Args.
func (job) Kind() string { return "listen.discover" }

// Jobs registers what runs outside requests.
func (s *Service) Jobs(q *jobs.Queue) {
	jobs.Handle(q, func(ctx context.Context, _ jobs.Job[job]) error { return s.Look(ctx) })
	q.Every(10*time.Minute, job{})
}

// Look takes the stories of the last days into the clusters. Looking twice at
// the same stories changes nothing.
func (s *Service) Look(ctx context.Context) error {
	_, last, err := s.Listen.Extent(ctx)
	if err != nil || last.IsZero() {
		return err
	}
	stories, err := s.Listen.Stories(ctx, last.Add(-lookBack), last.Add(time.Hour), lookStories)
	if err != nil {
		return err
	}
	stories = slices.DeleteFunc(stories, func(x listen.Story) bool { return x.Posts < leastPosts || x.Lead.ID == 0 })
	slices.SortFunc(stories, func(a, b listen.Story) int { return cmp.Compare(a.ID, b.ID) })
	texts := make([][]listen.Word, len(stories))
	for i, x := range stories {
		texts[i] = listen.ContentWords(x.Lead.Text)
	}
	r := newRarity(texts)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		b, err := read(ctx, tx)
		if err != nil {
			return err
		}
		for i, x := range stories {
			b.take(x, texts[i], r)
		}
		return b.save(ctx, tx, db.At(last.Add(-keptFor)))
	})
}

// book is all clusters in memory: they are few.
type book struct {
	clusters []*Cluster
	byID     map[string]*Cluster
	told     map[int64]*told
	changed  map[*Cluster]bool
	fresh    []*told
	grown    []*told
}

func read(ctx context.Context, q bun.IDB) (*book, error) {
	b := &book{byID: map[string]*Cluster{}, told: map[int64]*told{}, changed: map[*Cluster]bool{}}
	var rows []*told
	if err := q.NewSelect().Model(&b.clusters).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read clusters: %w", err)
	}
	if err := q.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read stories of clusters: %w", err)
	}
	for _, c := range b.clusters {
		b.byID[c.ID] = c
	}
	for _, t := range rows {
		b.told[t.Story] = t
	}
	return b, nil
}

// take puts a story into its cluster, or notes how it has grown.
func (b *book) take(s listen.Story, words []listen.Word, r rarity) {
	if t := b.told[s.ID]; t != nil {
		if c := b.byID[t.ClusterID]; s.Posts > t.Posts {
			c.Posts += s.Posts - t.Posts
			c.LastAt = max(c.LastAt, db.At(s.Last))
			t.Posts = s.Posts
			b.grown, b.changed[c] = append(b.grown, t), true
		}
		return
	}
	if len(words) < 2 {
		return
	}
	c := nearest(b.clusters, words, r)
	if c == nil {
		c = &Cluster{ID: id.New()}
		b.clusters, b.byID[c.ID] = append(b.clusters, c), c
	}
	c.join(words, s, r)
	t := &told{Story: s.ID, ClusterID: c.ID, Posts: s.Posts}
	b.told[s.ID] = t
	b.fresh, b.changed[c] = append(b.fresh, t), true
}

// save writes what changed and forgets what is old or too much.
func (b *book) save(ctx context.Context, tx bun.Tx, before db.Time) error {
	slices.SortFunc(b.clusters, func(x, y *Cluster) int { return cmp.Or(cmp.Compare(y.Posts, x.Posts), cmp.Compare(x.ID, y.ID)) })
	gone := map[string]bool{}
	for i, c := range b.clusters {
		if c.LastAt < before || i >= keptClusters {
			gone[c.ID] = true
		}
	}
	for _, c := range b.clusters {
		if b.changed[c] && !gone[c.ID] {
			if _, err := tx.NewInsert().Model(c).On("CONFLICT (id) DO UPDATE").Set("words = EXCLUDED.words, stories = EXCLUDED.stories, posts = EXCLUDED.posts, first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at").Exec(ctx); err != nil {
				return fmt.Errorf("save cluster: %w", err)
			}
		}
	}
	for _, t := range append(b.fresh, b.grown...) {
		if !gone[t.ClusterID] {
			if _, err := tx.NewInsert().Model(t).On("CONFLICT (story) DO UPDATE").Set("posts = EXCLUDED.posts").Exec(ctx); err != nil {
				return fmt.Errorf("save story of cluster: %w", err)
			}
		}
	}
	return forget(ctx, tx, slices.Sorted(maps.Keys(gone)))
}

func forget(ctx context.Context, tx bun.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	for _, q := range []string{`DELETE FROM listen_cluster_story WHERE cluster_id IN (?)`, `DELETE FROM listen_cluster WHERE id IN (?)`} {
		if _, err := tx.ExecContext(ctx, q, bun.List(ids)); err != nil {
			return fmt.Errorf("forget clusters: %w", err)
		}
	}
	return nil
}

// Found is a cluster with its largest stories.
type Found struct {
	Cluster
	Largest []listen.Story
	// Watched are the topics that the actor sees and that count its largest
	// story already.
	Watched []listen.Topic
}

// Clusters lists the matters that nobody has dismissed, of two stories or ten
// posts and more, the largest first; those that a topic counts already last.
func (s *Service) Clusters(ctx context.Context, limit int) ([]Found, error) {
	if !perm.From(ctx).May(listen.View) {
		return nil, errs.New(errs.Forbidden, "")
	}
	var list []Cluster
	err := s.DB.Reader().NewSelect().Model(&list).Where("dismissed_at = 0 AND (stories > 1 OR posts >= 10)").OrderExpr("posts DESC, id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list clusters: %w", err)
	}
	out := make([]Found, 0, len(list))
	for _, c := range list {
		f, err := s.found(ctx, c)
		if err != nil {
			return nil, err
		}
		if len(f.Largest) > 0 {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return min(len(a.Watched), 1) - min(len(b.Watched), 1) })
	return out, nil
}

func (s *Service) found(ctx context.Context, c Cluster) (Found, error) {
	f := Found{Cluster: c}
	var ids []int64
	err := s.DB.Reader().NewRaw(`SELECT story FROM listen_cluster_story WHERE cluster_id = ? ORDER BY posts DESC, story LIMIT 3`, c.ID).Scan(ctx, &ids)
	if err != nil {
		return f, fmt.Errorf("stories of cluster: %w", err)
	}
	if f.Largest, err = s.Listen.StoriesOf(ctx, ids); err != nil || len(f.Largest) == 0 {
		return f, err
	}
	f.Watched, err = s.Listen.TopicsOf(ctx, f.Largest[0].Lead.Post)
	return f, err
}

// Cluster gives one matter; errs.NotFound when it is forgotten.
func (s *Service) Cluster(ctx context.Context, id string) (Cluster, error) {
	var c Cluster
	if !perm.From(ctx).May(listen.View) {
		return c, errs.New(errs.Forbidden, "")
	}
	return c, s.load(ctx, s.DB.Reader(), id, &c)
}

func (s *Service) load(ctx context.Context, q bun.IDB, id string, c *Cluster) error {
	err := q.NewSelect().Model(c).Where("id = ?", id).Scan(ctx)
	if db.IsNoRows(err) {
		return errs.Wrap(fmt.Errorf("no cluster %s", id), errs.NotFound, "")
	}
	if err != nil {
		return fmt.Errorf("read cluster: %w", err)
	}
	return nil
}

// Dismiss says that a matter is of no interest: it is shown no more, also when
// more is said of it. Who may say what is watched may.
func (s *Service) Dismiss(ctx context.Context, id string) error {
	if !perm.From(ctx).May(listen.ManageTopics) {
		return errs.New(errs.Forbidden, "")
	}
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var c Cluster
		if err := s.load(ctx, tx, id, &c); err != nil || c.DismissedAt != 0 {
			return err
		}
		_, err := tx.NewUpdate().Model(&Cluster{DismissedBy: perm.From(ctx).ID, DismissedAt: db.At(s.Clock.Now())}).
			Column("dismissed_by", "dismissed_at").Where("id = ?", id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("dismiss cluster: %w", err)
		}
		return s.Audit.Record(ctx, tx, audit.Entry{Act: "listen.discovered.dismiss", Object: "discovered", ObjectID: id, Permission: listen.ManageTopics, Detail: map[string]any{"words": c.Title()}})
	})
}
