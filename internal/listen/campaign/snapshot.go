package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/text"
)

// MaxSnapshot is how many posts one snapshot takes.
const MaxSnapshot = 500

// Record is a post as a snapshot keeps it. It names nobody: no handle, no
// address, which could carry one.
type Record struct {
	Post     string    `json:"post"` // its id in the store
	At       time.Time `json:"at"`
	Source   string    `json:"source"` // name
	SourceID string    `json:"source_id"`
	Grade    string    `json:"grade,omitempty"`
	Lang     string    `json:"lang"`
	Country  string    `json:"country,omitempty"`
	Author   string    `json:"author,omitempty"` // pseudonym
	Text     string    `json:"text"`
}

// Snapshot is what was taken as evidence at one moment.
type Snapshot struct {
	bun.BaseModel `bun:"table:listen_campaign_snapshot,alias:s" json:"-"`

	ID         string  `bun:",pk" json:"id"`
	CampaignID string  `json:"-"`
	Note       string  `json:"note,omitempty"`
	Posts      int64   `json:"posts"`
	Hash       string  `json:"hash"` // SHA-256, hexadecimal: see seal
	TakenBy    string  `json:"taken_by"`
	TakenAt    db.Time `json:"taken_at"`
	ExpiredAt  db.Time `json:"expired_at"` // when its posts were removed, the time of the file being over

	Records []Record `bun:"-" json:"records"`
	Check   string   `bun:"-" json:"check"`             // Unchanged, Altered or Expired
	Altered []int64  `bun:"-" json:"altered,omitempty"` // ordinals of rows, from 1, whose bytes do not bear their hash
}

// What a check of a snapshot finds.
const (
	Unchanged = "unchanged"
	Changed   = "altered"
	Expired   = "expired" // its posts were removed in time; the hash stays
)

type evidence struct {
	bun.BaseModel `bun:"table:listen_campaign_evidence,alias:e"`

	SnapshotID string `bun:",pk"`
	Ordinal    int64  `bun:",pk"`
	Record     string // the bytes that are hashed
	Hash       string
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// seal is the hash over a whole snapshot: SHA-256 of a line that names it,
// its file, moment, maker and note, and a line for each post with its ordinal
// and hash.
func (s Snapshot) seal(rows []evidence) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sifara snapshot 1 %s %s %d %s %q\n", s.ID, s.CampaignID, s.TakenAt, s.TakenBy, s.Note)
	for _, e := range rows {
		fmt.Fprintf(&b, "%d %s\n", e.Ordinal, hash(e.Record))
	}
	return hash(b.String())
}

// Take copies posts into a new snapshot of a file, unaltered and in the order
// of their time. Posts that are gone are an error: what was chosen must be
// there. A snapshot of this id that is there already is left as it is.
func (s *Service) Take(ctx context.Context, fileID, snapshotID, note string, posts []int64) error {
	note = text.Line(note)
	switch {
	case !id.Valid(snapshotID) || len(posts) == 0:
		return errs.InvalidFields(errs.Field{Name: "posts", Key: "listen.campaign.no_posts"})
	case len(posts) > MaxSnapshot:
		return errs.InvalidFields(errs.Field{Name: "posts", Key: "listen.campaign.many", Args: []any{"max", MaxSnapshot}})
	case utf8.RuneCountInString(note) > MaxReason:
		return errs.InvalidFields(errs.Field{Name: "note", Key: "web.field.long", Args: []any{"max", MaxReason, "count", utf8.RuneCountInString(note) - MaxReason}})
	}
	slices.Sort(posts)
	posts = slices.Compact(posts)
	snap := Snapshot{ID: snapshotID, CampaignID: fileID, Note: note, Posts: int64(len(posts)), TakenBy: perm.From(ctx).ID, TakenAt: db.At(s.Clock.Now())}
	rows, err := s.copyPosts(ctx, snapshotID, posts)
	if err != nil {
		return err
	}
	snap.Hash = snap.seal(rows)
	return s.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		f, err := s.load(ctx, tx, fileID)
		if err != nil {
			return err
		}
		if f.State == Closed {
			return errs.New(errs.Conflict, "listen.campaign.is_closed")
		}
		res, err := tx.NewInsert().Model(&snap).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("take snapshot: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		for part := range slices.Chunk(rows, 100) {
			if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
				return fmt.Errorf("take snapshot: %w", err)
			}
		}
		return s.record(ctx, tx, f, "listen.campaign.snapshot", map[string]any{"count": snap.Posts, "hash": snap.Hash})
	})
}

func (s *Service) copyPosts(ctx context.Context, snapshotID string, ids []int64) ([]evidence, error) {
	posts, err := s.Listen.Posts(ctx, ids)
	if err != nil {
		return nil, err
	}
	if len(posts) != len(ids) {
		return nil, errs.New(errs.Conflict, "listen.campaign.posts_gone")
	}
	sources, err := s.Listen.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byNumber := map[int64]listen.Source{}
	for _, x := range sources {
		byNumber[x.Number] = x
	}
	var out []evidence
	for i, p := range posts {
		src := byNumber[p.Source]
		b, err := json.Marshal(Record{
			Post: fmt.Sprint(p.ID), At: p.At.UTC(), Source: src.Name, SourceID: src.ID, Grade: src.Grade,
			Lang: p.Lang, Country: p.Country, Author: p.Pseudonym(), Text: p.Text,
		})
		if err != nil {
			return nil, fmt.Errorf("copy post: %w", err)
		}
		out = append(out, evidence{SnapshotID: snapshotID, Ordinal: int64(i + 1), Record: string(b), Hash: hash(string(b))})
	}
	return out, nil
}

// Snapshots gives a file's evidence, the oldest first, each checked against
// its hashes as it is read.
func (s *Service) Snapshots(ctx context.Context, fileID string) ([]Snapshot, error) {
	if _, err := s.File(ctx, fileID); err != nil {
		return nil, err
	}
	list := []Snapshot{}
	if err := s.DB.Reader().NewSelect().Model(&list).Where("campaign_id = ?", fileID).OrderExpr("taken_at, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("snapshots: %w", err)
	}
	for i := range list {
		var rows []evidence
		if err := s.DB.Reader().NewSelect().Model(&rows).Where("snapshot_id = ?", list[i].ID).OrderExpr("ordinal").Scan(ctx); err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
		list[i].examine(rows)
	}
	return list, nil
}

// examine compares the rows with their hashes and with that of the whole.
func (s *Snapshot) examine(rows []evidence) {
	s.Records, s.Check = []Record{}, Unchanged
	if !s.ExpiredAt.IsZero() && len(rows) == 0 {
		s.Check = Expired
		return
	}
	for _, e := range rows {
		var r Record
		if err := json.Unmarshal([]byte(e.Record), &r); err != nil || hash(e.Record) != e.Hash {
			s.Altered = append(s.Altered, e.Ordinal)
		}
		s.Records = append(s.Records, r)
	}
	if len(s.Altered) > 0 || int64(len(rows)) != s.Posts || s.seal(rows) != s.Hash {
		s.Check = Changed
	}
}
