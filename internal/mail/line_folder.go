package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sifara/internal/id"
)

// folderLine writes letters into the folder, one file each.
type folderLine struct{ f *Folder }

// Open implements Carrier.
func (f *Folder) Open(context.Context) (Line, error) { return &folderLine{f}, nil }

// Announce implements Line.
func (l *folderLine) Announce(ctx context.Context, e Envelope) error {
	return errors.Join(ctx.Err(), e.fit())
}

// Hand implements Line.
func (l *folderLine) Hand(ctx context.Context, letter []byte, next *Envelope) (handed, announced error) {
	if next != nil {
		announced = l.Announce(ctx, *next)
	}
	name := filepath.Join(l.f.dir, l.f.clock.Now().UTC().Format("20060102-150405-")+id.New()+".eml")
	if err := os.WriteFile(name, letter, 0o600); err != nil {
		return fmt.Errorf("mail folder: %w", errors.Join(ErrUnavailable, err)), announced
	}
	return nil, announced
}

// Close implements Line.
func (l *folderLine) Close() error { return nil }
