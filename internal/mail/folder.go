package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"sifara/internal/clock"
)

// Folder writes each message to a file of its own, YYYYMMDD-hhmmss-ID.eml,
// which any mail program opens, and logs that it did. The log line says where
// the file is and nothing of what is in it: it may hold a sign-in link.
type Folder struct {
	dir   string
	from  Address
	clock clock.Clock
	log   *slog.Logger
}

// NewFolder makes the directory (mode 0700) when there is none.
func NewFolder(dir string, from Address, c clock.Clock, log *slog.Logger) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail folder: %w", err)
	}
	return &Folder{dir: dir, from: from, clock: c, log: log}, nil
}

// Send implements Sender. A message with an ID that is sent again within the
// same second replaces its file.
func (f *Folder) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := f.clock.Now()
	msg, err := build(m, f.from, now)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(f.dir, ".new-*")
	if err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	defer os.Remove(temp.Name())
	_, err = msg.WriteTo(temp)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	path := filepath.Join(f.dir, now.UTC().Format("20060102-150405-")+fileID(msg.GetMessageID())+".eml")
	if err := os.Rename(temp.Name(), path); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	f.log.InfoContext(ctx, "mail written to a file, no mail server is set", "file", path, "recipients", len(m.To), "lang", m.Lang)
	return nil
}

// fileID is the part of a Message-ID before the '@': letters, digits and
// ".-_" only (see Message.ID).
func fileID(messageID string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(messageID, "<"), "@")
	return name
}
