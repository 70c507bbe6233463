package publish

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"sifara/internal/blob"
	"sifara/internal/blob/media"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// Upload is a file that someone attaches. ID is made by the form.
type Upload struct {
	ID       string
	Name     string
	Data     io.Reader
	FileText // may be incomplete; see Complete and Submit
}

// MaxUpload is how many bytes an upload may have at most, and those of a film or
// sound recording; the latter is zero where none are taken.
func (s *Service) MaxUpload() (any, media int64) { return max(MaxAttachment, s.maxMedia), s.maxMedia }

// Attach adds a picture, a film, a sound recording or a PDF to a message. A picture
// is drawn anew, films and recordings lose what is written beside them. Called again with the same ID it adds nothing.
func (s *Service) Attach(ctx context.Context, messageID string, u Upload) (Message, error) {
	if s.blobs == nil {
		return Message{}, errs.New(errs.Unavailable, "")
	}
	// The right is asked before the file is read, and again under the lock.
	m, err := s.Message(ctx, messageID)
	if err != nil {
		return Message{}, err
	}
	if !s.Allowed(ctx, m).Edit {
		return Message{}, fmt.Errorf("publish: attach to %s: %w", messageID, errNotPermitted)
	}
	about, err := u.FileText.clean()
	if err != nil {
		return Message{}, err
	}
	f, err := s.keep(ctx, u)
	if err != nil {
		return Message{}, fmt.Errorf("publish: attach to %s: %w", messageID, err)
	}
	return s.do(ctx, messageID, "publish.attach", func(ctx context.Context, a *act) error {
		if err := a.mayEdit(); err != nil {
			return err
		}
		if slices.ContainsFunc(a.m.Attachments, func(x Attachment) bool { return x.ID == u.ID }) {
			a.idle = true
			return nil
		}
		if len(a.m.Attachments) >= MaxAttachments {
			return errs.InvalidFields(errs.Field{Name: "file", Key: "publish.error.too_many_files", Args: []any{"max", MaxAttachments}})
		}
		f.MessageID, f.AddedBy, f.AddedAt = a.m.ID, a.actor.ID, db.At(a.now)
		f.say(about)
		for _, x := range a.m.Attachments {
			f.Position = max(f.Position, x.Position+1)
		}
		if _, err := a.tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return fmt.Errorf("insert attachment: %w", err)
		}
		a.m.Attachments = append(a.m.Attachments, f)
		a.detail["publish_file"] = f.Name
		return a.edited(ctx, "attach", "", f)
	})
}

// keep puts an upload into the blob store.
func (s *Service) keep(ctx context.Context, u Upload) (Attachment, error) {
	in := bufio.NewReaderSize(u.Data, 4096)
	head, _ := in.Peek(4096) // a short file is a short head
	f := Attachment{ID: u.ID, Name: fileName(u.Name)}
	if slices.Contains(blob.Images(), blob.Sniff(head)) {
		p, err := s.blobs.PutImage(ctx, in, MaxAttachment)
		if err != nil {
			return f, err
		}
		for _, r := range p.Renditions {
			f.Smaller = append(f.Smaller, Rendition{Digest: r.Hash, Size: r.Size, Width: r.Width, Height: r.Height})
		}
		last := len(f.Smaller) - 1
		big := f.Smaller[last]
		f.Smaller = f.Smaller[:last]
		f.MediaType, f.Digest, f.Size, f.Width, f.Height = p.Renditions[last].ContentType, big.Digest, big.Size, big.Width, big.Height
		f.Name = strings.TrimSuffix(f.Name, path.Ext(f.Name)) + map[string]string{blob.JPEG: ".jpg", blob.PNG: ".png"}[f.MediaType]
		return f, nil
	}
	if s.maxMedia > 0 && media.Looks(head) {
		x, err := s.blobs.PutMedia(ctx, in, s.maxMedia)
		f.MediaType, f.Digest, f.Size, f.Width, f.Height, f.Duration = x.ContentType, x.Hash, x.Size, x.Width, x.Height, x.Duration.Milliseconds()
		f.Name = strings.TrimSuffix(f.Name, path.Ext(f.Name)) + media.Ending(x.ContentType)
		return f, err
	}
	ref, err := s.blobs.Put(ctx, in, MaxAttachment, blob.PDF)
	f.MediaType, f.Digest, f.Size = ref.ContentType, ref.Hash, ref.Size
	return f, err
}

// fileName is a name that is safe to offer for saving.
func fileName(name string) string {
	name = text.Line(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|;`, r) {
			return '-'
		}
		return r
	}, name))
	name = strings.TrimLeft(name, ".- ")
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if name == "" || strings.HasPrefix(name, ".") {
		name = "file" + name
	}
	return name
}

// Describe sets what is said of an attachment.
func (s *Service) Describe(ctx context.Context, messageID, attachmentID string, about FileText) (Message, error) {
	about, err := about.clean()
	if err != nil {
		return Message{}, err
	}
	return s.onFile(ctx, messageID, attachmentID, "publish.describe", func(ctx context.Context, a *act, f *Attachment) error {
		if f.FileText().equal(about) {
			a.idle = true
			return nil
		}
		f.say(about)
		if _, err := a.tx.NewUpdate().Model(f).Column("alt", "caption", "author", "source", "licence", "focus_x", "focus_y").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("describe attachment: %w", err)
		}
		return a.edited(ctx, "describe", "", *f)
	})
}

// Move puts an attachment before the one that stands before it; the first stays.
func (s *Service) Move(ctx context.Context, messageID, attachmentID string) (Message, error) {
	return s.onFile(ctx, messageID, attachmentID, "publish.describe", func(ctx context.Context, a *act, f *Attachment) error {
		list := a.m.Attachments
		i := slices.IndexFunc(list, func(x Attachment) bool { return x.ID == f.ID })
		if i == 0 {
			a.idle = true
			return nil
		}
		list[i-1], list[i] = list[i], list[i-1]
		for k := range list {
			list[k].Position = k
			if _, err := a.tx.NewUpdate().Model(&list[k]).Column("position").WherePK().Exec(ctx); err != nil {
				return fmt.Errorf("move attachment: %w", err)
			}
		}
		return a.edited(ctx, "describe", "", list[i-1])
	})
}

// Detach removes an attachment from a message. Its bytes stay in the blob
// store for the history.
func (s *Service) Detach(ctx context.Context, messageID, attachmentID string) (Message, error) {
	return s.onFile(ctx, messageID, attachmentID, "publish.detach", func(ctx context.Context, a *act, f *Attachment) error {
		gone := *f
		if _, err := a.tx.NewDelete().Model(&gone).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("remove attachment: %w", err)
		}
		a.m.Attachments = slices.DeleteFunc(a.m.Attachments, func(x Attachment) bool { return x.ID == gone.ID })
		return a.edited(ctx, "detach", "", gone)
	})
}

func (s *Service) onFile(ctx context.Context, messageID, attachmentID, name string, fn func(context.Context, *act, *Attachment) error) (Message, error) {
	return s.do(ctx, messageID, name, func(ctx context.Context, a *act) error {
		if err := a.mayEdit(); err != nil {
			return err
		}
		for i := range a.m.Attachments {
			if f := &a.m.Attachments[i]; f.ID == attachmentID {
				a.detail["publish_file"] = f.Name
				return fn(ctx, a, f)
			}
		}
		return errs.New(errs.NotFound, "")
	})
}

func equalTexts(a, b Texts) bool {
	for _, l := range i18n.Langs {
		if a[l] != b[l] {
			return false
		}
	}
	return true
}

// File opens the bytes of an attachment by their digest: the whole of it or
// one of a picture's smaller sizes. The reader must be allowed to view the
// message. The caller closes it.
func (s *Service) File(ctx context.Context, attachmentID, digest string) (Attachment, *blob.Content, error) {
	a, m, err := s.file(ctx, attachmentID)
	if err != nil {
		return Attachment{}, nil, err
	}
	if _, err := s.Message(ctx, m.ID); err != nil {
		return Attachment{}, nil, err
	}
	return s.open(ctx, a, digest)
}

// PublicFile is File for everybody: only attachments of messages that are
// public now.
func (s *Service) PublicFile(ctx context.Context, attachmentID, digest string) (Attachment, *blob.Content, error) {
	a, m, err := s.file(ctx, attachmentID)
	if err != nil {
		return Attachment{}, nil, err
	}
	if m.State != StateReleased {
		return Attachment{}, nil, fmt.Errorf("publish: attachment %s is not public: %w", attachmentID, errs.New(errs.NotFound, ""))
	}
	return s.open(ctx, a, digest)
}

func (s *Service) file(ctx context.Context, attachmentID string) (Attachment, Message, error) {
	var a Attachment
	var m Message
	if err := s.db.Reader().NewSelect().Model(&a).Where("a.id = ?", attachmentID).Scan(ctx); err != nil {
		return a, m, notFound(err, "attachment", attachmentID)
	}
	if err := s.db.Reader().NewSelect().Model(&m).Where("m.id = ?", a.MessageID).Scan(ctx); err != nil {
		return a, m, notFound(err, "message", a.MessageID)
	}
	return a, m, nil
}

func (s *Service) open(ctx context.Context, a Attachment, digest string) (Attachment, *blob.Content, error) {
	known := digest == "" || digest == a.Digest || slices.ContainsFunc(a.Smaller, func(r Rendition) bool { return r.Digest == digest })
	if !known || s.blobs == nil {
		return Attachment{}, nil, fmt.Errorf("publish: attachment %s has no %q: %w", a.ID, digest, errs.New(errs.NotFound, ""))
	}
	if digest == "" {
		digest = a.Digest
	}
	c, err := s.blobs.Open(ctx, digest)
	if err != nil {
		return Attachment{}, nil, fmt.Errorf("publish: attachment %s: %w", a.ID, err)
	}
	return a, c, nil
}

// KeptFiles gives the digests of all bytes that messages, or their histories,
// need; whatever clears the blob store leaves them.
func (s *Service) KeptFiles(ctx context.Context) (map[string]bool, error) {
	var rows []Version
	err := s.db.Reader().NewSelect().Model(&rows).Column("content").Where("h.act IN (?)", bun.List([]string{"attach"})).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("publish: kept files: %w", err)
	}
	out := map[string]bool{}
	for _, r := range rows {
		var a Attachment
		if err := jsonScan(r.Content, &a); err != nil {
			return nil, fmt.Errorf("publish: kept files: %w", err)
		}
		out[a.Digest] = true
		for _, x := range a.Smaller {
			out[x.Digest] = true
		}
	}
	return out, nil
}
