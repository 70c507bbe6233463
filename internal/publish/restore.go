package publish

import (
	"context"
	"encoding/json"
	"fmt"

	"sifara/internal/audit"
	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Restore makes the text of an earlier version that of its language again, as a
// new version; nothing of the history is lost. A translation is then again one of
// the source from which it was made, which may be older than the present one.
// Over is the version of the language's text that the actor had before them; when
// it is not the stored one, ErrEdited. NotFound for a version that holds no text.
func (s *Service) Restore(ctx context.Context, messageID string, version, over int) (Message, error) {
	return s.do(ctx, messageID, "publish.restore", func(ctx context.Context, a *act) error {
		if err := a.mayEdit(); err != nil {
			return err
		}
		var row Version
		err := a.tx.NewSelect().Model(&row).Where("h.message_id = ? AND h.version = ?", messageID, version).Scan(ctx)
		if db.IsNoRows(err) || err == nil && row.words() == (Words{}) {
			return errs.New(errs.NotFound, "")
		}
		if err != nil {
			return fmt.Errorf("read version %d: %w", version, err)
		}
		var then Variant
		if err := json.Unmarshal([]byte(row.Content), &then); err != nil {
			return fmt.Errorf("read version %d: %w", version, err)
		}
		now, _ := a.m.Variant(row.Lang)
		if now.Version != over {
			return ErrEdited
		}
		w := row.words()
		if w == (Words{now.Title, now.Summary, now.Body}) {
			a.idle = true
			return nil
		}
		a.detail["language"] = audit.Word("publish.lang." + string(row.Lang))
		a.detail["publish_number"] = version
		if err := a.putWords(ctx, row.Lang, w, then.SourceHash); err != nil {
			return err
		}
		v, _ := a.m.Variant(row.Lang)
		return a.edited(ctx, "restore", row.Lang, v)
	})
}

// TextAt gives the text that a version made in a language; false when that
// version made none there. Those who may view the message may read it.
func (s *Service) TextAt(ctx context.Context, messageID string, l i18n.Lang, version int) (Words, bool, error) {
	if _, err := s.Message(ctx, messageID); err != nil {
		return Words{}, false, err
	}
	var row Version
	err := s.db.Reader().NewSelect().Model(&row).Where("h.message_id = ? AND h.version = ? AND h.lang = ?", messageID, version, l).Scan(ctx)
	if db.IsNoRows(err) {
		return Words{}, false, nil
	}
	if err != nil {
		return Words{}, false, fmt.Errorf("publish: version %d of %s: %w", version, messageID, err)
	}
	w := row.words()
	return w, w != (Words{}), nil
}
