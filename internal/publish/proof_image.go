package publish

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/blob"
	"sifara/internal/blob/likeness"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
)

// Image is what the record of a picture says: the signed sidecar that stands in
// for provenance inside the file, which platforms strip.
type Image struct {
	File      string      `json:"file"`   // id of the attachment
	Digest    string      `json:"digest"` // SHA-256 of its bytes
	MediaType string      `json:"media_type"`
	Width     int         `json:"width"`
	Height    int         `json:"height"`
	Smaller   []string    `json:"smaller,omitempty"` // digests of its smaller sizes
	Print     string      `json:"print"`             // perceptual hash, 64 hexadecimal digits
	Languages []i18n.Lang `json:"languages"`         // of the message
	Alt       Texts       `json:"alt,omitempty"`     // what it shows
}

type imageRow struct {
	bun.BaseModel `bun:"table:publish_proof_image,alias:pi"`

	Seq          int64 `bun:",pk"`
	AttachmentID string
	MessageID    string
	Prints       []byte
}

type digestRow struct {
	bun.BaseModel `bun:"table:publish_proof_digest,alias:pd"`

	Digest string `bun:",pk"`
	Seq    int64  `bun:",pk"`
}

// imagesAtOnce bounds the pictures that one call of LogImages takes.
const imagesAtOnce = 50

// LogImages takes pictures of public messages into the log that are not in it:
// those of new releases, and after an update those of old ones. A picture that
// cannot be read is left out and tried again.
func (l *PublicLog) LogImages(ctx context.Context, blobs *blob.Store, now db.Time) error {
	var all []Attachment
	err := l.db.Reader().NewSelect().Model(&all).Join("JOIN publish_message AS m ON m.id = a.message_id").
		Where("m.state = ? AND a.media_type IN (?)", StateReleased, bun.List([]string{blob.JPEG, blob.PNG})).
		Where("NOT EXISTS (SELECT 1 FROM publish_proof_image AS pi WHERE pi.attachment_id = a.id)").
		Order("m.released_at", "a.position").Limit(imagesAtOnce).Scan(ctx)
	if err != nil {
		return fmt.Errorf("publish: pictures that are not logged: %w", err)
	}
	var failed []error
	for _, a := range all {
		p, err := seeFile(ctx, blobs, a)
		if err != nil {
			failed = append(failed, fmt.Errorf("publish: look at picture %s: %w", a.ID, err))
			continue
		}
		if err := l.logImage(ctx, a, p, now); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

// seeFile looks at a published picture, at its smallest size.
func seeFile(ctx context.Context, blobs *blob.Store, a Attachment) (*likeness.Picture, error) {
	digest := a.Digest
	if len(a.Smaller) > 0 {
		digest = a.Smaller[0].Digest
	}
	f, err := blobs.Open(ctx, digest)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return blobs.SeeImage(ctx, f, MaxAttachment)
}

func (l *PublicLog) logImage(ctx context.Context, a Attachment, p *likeness.Picture, now db.Time) error {
	return l.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := tx.NewSelect().Model((*imageRow)(nil)).Where("pi.attachment_id = ?", a.ID).Count(ctx)
		if err != nil || n > 0 {
			return err // another node was faster
		}
		m, err := load(ctx, tx, "id", a.MessageID)
		if err != nil {
			return err
		}
		prints := p.Prints()
		r := Record{Form: recordForm, Act: ImageAct, Message: m.ID, Slug: m.Slug, Mission: m.MissionID, Version: m.Version, ReleasedAt: m.ReleasedAt, At: now,
			Image: &Image{File: a.ID, Digest: a.Digest, MediaType: a.MediaType, Width: a.Width, Height: a.Height, Print: prints[0].String(), Languages: m.Langs(), Alt: a.Alt}}
		digests := []string{a.Digest}
		for _, s := range a.Smaller {
			r.Image.Smaller = append(r.Image.Smaller, s.Digest)
			digests = append(digests, s.Digest)
		}
		seq, err := l.append(ctx, tx, r)
		if err != nil {
			return err
		}
		row := imageRow{Seq: seq, AttachmentID: a.ID, MessageID: m.ID, Prints: likeness.Bytes(prints)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("publish: prints of picture %s: %w", a.ID, err)
		}
		slices.Sort(digests)
		for _, d := range slices.Compact(digests) {
			if _, err := tx.NewInsert().Model(&digestRow{Digest: d, Seq: seq}).Exec(ctx); err != nil {
				return fmt.Errorf("publish: digest of picture %s: %w", a.ID, err)
			}
		}
		return nil
	})
}

// ImageBundle is the proof of a picture, its signed sidecar; errs.NotFound for
// one that is not in the log.
func (l *PublicLog) ImageBundle(ctx context.Context, attachmentID string) (ledger.Bundle, error) {
	var seq int64
	err := l.db.Reader().NewSelect().Model((*imageRow)(nil)).Column("seq").Where("pi.attachment_id = ?", attachmentID).Scan(ctx, &seq)
	if err != nil {
		return ledger.Bundle{}, notFound(err, "proof of picture", attachmentID)
	}
	return l.Bundle(ctx, seq)
}

// Verdicts for pictures alone.
const (
	Resized Verdict = "resized" // the whole picture, in another size or compressed anew
	Cropped Verdict = "cropped" // a part of it, unchanged
)

// ImageFinding is the answer to a picture. All but Verdict is only set when
// something of ours was found.
type ImageFinding struct {
	Verdict Verdict // Unchanged, Resized, Cropped, Altered or NotFound
	Message Message
	Image   Image
	Index   int64             // of its record in the log
	Changed []likeness.Window // where it was altered, in shares of our picture
	Window  likeness.Window   // the part of ours that it shows
}

// Found reports that a picture of ours was found.
func (f ImageFinding) Found() bool { return f.Message.ID != "" }

// Withdrawn reports that the message of the picture was taken back.
func (f ImageFinding) Withdrawn() bool { return f.Message.State == StateWithdrawn }

// looked is how many near pictures are looked at closely.
const looked = 4

// VerifyImage says whether a picture is one that we published, whatever its size
// and compression, and where it was altered. Nothing of it is kept. Errors are
// those of blob.Image: too large, or no picture.
func (l *PublicLog) VerifyImage(ctx context.Context, blobs *blob.Store, in io.ReadSeeker) (ImageFinding, error) {
	digest, err := digestOf(in)
	if err != nil {
		return ImageFinding{}, err
	}
	p, err := blobs.SeeImage(ctx, in, MaxAttachment)
	if err != nil {
		return ImageFinding{}, err
	}
	var seqs []int64
	err = l.db.Reader().NewSelect().Model((*digestRow)(nil)).Column("seq").Where("pd.digest = ?", digest).Order("pd.seq DESC").Limit(1).Scan(ctx, &seqs)
	if err != nil {
		return ImageFinding{}, fmt.Errorf("publish: look up picture: %w", err)
	}
	if len(seqs) > 0 {
		f, err := l.imageFinding(ctx, seqs[0])
		f.Verdict = Unchanged
		return f, err
	}
	near, err := l.nearImages(ctx, p)
	if err != nil {
		return ImageFinding{}, err
	}
	return l.closest(ctx, blobs, p, near)
}

// closest compares a picture with near ones and gives the one it shows.
func (l *PublicLog) closest(ctx context.Context, blobs *blob.Store, p *likeness.Picture, seqs []int64) (ImageFinding, error) {
	out, like := ImageFinding{Verdict: NotFound, Index: -1}, 0.0
	for _, seq := range seqs {
		f, err := l.imageFinding(ctx, seq)
		if errs.KindOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return ImageFinding{}, err
		}
		official, err := seeFile(ctx, blobs, Attachment{Digest: f.Image.Digest, Smaller: smaller(f.Image)})
		if err != nil {
			slog.WarnContext(ctx, "a published picture cannot be read", "file", f.Image.File, "err", err)
			continue
		}
		c := likeness.Compare(p, official)
		if !c.Same() || c.Like <= like {
			continue
		}
		like = c.Like
		f.Changed, f.Window, f.Verdict = c.Changed, c.Window, Resized
		switch {
		case c.Altered():
			f.Verdict = Altered
		case c.Cropped():
			f.Verdict = Cropped
		}
		out = f
	}
	return out, nil
}

func smaller(i Image) Smaller {
	var out Smaller
	for _, d := range i.Smaller {
		out = append(out, Rendition{Digest: d})
	}
	return out
}

func (l *PublicLog) imageFinding(ctx context.Context, seq int64) (ImageFinding, error) {
	r, err := l.record(ctx, seq)
	if err != nil {
		return ImageFinding{}, err
	}
	m, err := load(ctx, l.db.Reader(), "id", r.Message)
	if err != nil {
		return ImageFinding{}, err
	}
	if r.Image == nil || !m.WasPublic() {
		return ImageFinding{}, errs.New(errs.NotFound, "")
	}
	return ImageFinding{Message: *m, Image: *r.Image, Index: seq}, nil
}

// memory are the prints of all pictures; what is new is read when it is asked.
type memory struct {
	seqs   []int64
	prints [][]likeness.Print
}

// nearImages gives the records of pictures whose print is near, nearest first.
func (l *PublicLog) nearImages(ctx context.Context, p *likeness.Picture) ([]int64, error) {
	l.images.Lock()
	defer l.images.Unlock()
	if err := l.readPrints(ctx); err != nil {
		return nil, err
	}
	type near struct {
		seq      int64
		distance int
	}
	var found []near
	own := p.Print()
	for i, prints := range l.memory.prints {
		if d := likeness.Nearest(own, prints); d <= likeness.Near {
			found = append(found, near{l.memory.seqs[i], d})
		}
	}
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.seq, a.seq)) })
	var out []int64
	for _, f := range found[:min(len(found), looked)] {
		out = append(out, f.seq)
	}
	return out, nil
}

func (l *PublicLog) readPrints(ctx context.Context) error {
	last := int64(-1)
	if n := len(l.memory.seqs); n > 0 {
		last = l.memory.seqs[n-1]
	}
	var rows []imageRow
	if err := l.db.Reader().NewSelect().Model(&rows).Where("pi.seq > ?", last).Order("pi.seq").Scan(ctx); err != nil {
		return fmt.Errorf("publish: prints of pictures: %w", err)
	}
	for _, r := range rows {
		prints, err := likeness.Read(r.Prints)
		if err != nil {
			return fmt.Errorf("publish: prints of picture %s: %w", r.AttachmentID, err)
		}
		l.memory.seqs, l.memory.prints = append(l.memory.seqs, r.Seq), append(l.memory.prints, prints)
	}
	return nil
}

// digestOf is the SHA-256 of what is read, which is then read from the start.
func digestOf(in io.ReadSeeker) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(in, MaxAttachment+1)); err != nil {
		return "", fmt.Errorf("publish: read picture: %w", err)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("publish: read picture: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
