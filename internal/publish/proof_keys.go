package publish

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/vault/sealed"
)

// KeyOverlap is how long a key goes on signing beside the one that replaces it,
// so that whoever knows only the old one has time to learn the new one.
const KeyOverlap = 30 * 24 * time.Hour

// LogKey is a key of the public log. All that there ever were stay published.
type LogKey struct {
	Number int     `json:"number"` // from 1
	Key    string  `json:"key"`    // the line that people keep
	Since  db.Time `json:"since"`  // not set: from the first record on
	Until  db.Time `json:"until"`  // it signs no more from then on; not set: in force
}

// Signs reports whether the key signs checkpoints at a moment.
func (k LogKey) Signs(at time.Time) bool { return k.Until.IsZero() || db.At(at).Before(k.Until) }

type keyRow struct {
	bun.BaseModel `bun:"table:publish_log_key,alias:lk"`

	N      int `bun:",pk"`
	Public string
	Sealed string
	Since  db.Time
	Until  db.Time
	MadeBy string
}

func (k keyRow) key() LogKey { return LogKey{k.N, k.Public, k.Since, k.Until} }

// keyRows gives the keys newest first, the first key too when it is the only
// one and has no row.
func (l *PublicLog) keyRows(ctx context.Context, q bun.IDB) ([]keyRow, error) {
	var rows []keyRow
	if err := q.NewSelect().Model(&rows).Order("lk.n DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("publish: keys of the public log: %w", err)
	}
	if len(rows) == 0 {
		rows = []keyRow{{N: 1, Public: l.first}}
	}
	return rows, nil
}

// Keys are all keys of the log, newest first. The first one is the key in
// force.
func (l *PublicLog) Keys(ctx context.Context) ([]LogKey, error) {
	rows, err := l.keyRows(ctx, l.db.Reader())
	if err != nil {
		return nil, err
	}
	out := make([]LogKey, len(rows))
	for i, r := range rows {
		out[i] = r.key()
	}
	return out, nil
}

// Key is the log's public key in force, one line to be published and kept.
func (l *PublicLog) Key(ctx context.Context) (string, error) {
	keys, err := l.Keys(ctx)
	if err != nil {
		return "", err
	}
	return keys[0].Key, nil
}

// KeyLines are the lines of all keys, newest first: what VerifyBundle needs to
// hold proofs of any age against.
func (l *PublicLog) KeyLines(ctx context.Context) ([]string, error) {
	keys, err := l.Keys(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.Key
	}
	return out, nil
}

// signers are those who sign now: the newest first, and older ones until their
// time is over.
func (l *PublicLog) signers(ctx context.Context) ([]note.Signer, error) {
	rows, err := l.keyRows(ctx, l.db.Reader())
	if err != nil {
		return nil, err
	}
	var out []note.Signer
	for _, r := range rows {
		if !r.key().Signs(l.clock.Now()) {
			continue
		}
		s, err := l.signer(r)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (l *PublicLog) signer(r keyRow) (note.Signer, error) {
	private := l.vault.Ed25519("publish.log")
	if r.Sealed != "" {
		seed, err := l.vault.Unseal(keyPurpose(strconv.Itoa(r.N)), r.Sealed)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("publish: key %d of the public log cannot be opened: %w", r.N, err)
		}
		private = ed25519.NewKeyFromSeed(seed)
	}
	s, err := ledger.NewSigner(l.origin, private)
	if err != nil {
		return nil, fmt.Errorf("publish: signer of the public log: %w", err)
	}
	return s, nil
}

func keyPurpose(n string) string { return "publish_log_key/" + n + "/sealed" }

// Sealed lists what the vault seals here.
func (l *PublicLog) Sealed() []sealed.Column {
	return []sealed.Column{{DB: l.db, Table: "publish_log_key", Value: "sealed", Key: []string{"n"}, Purpose: func(k []string) string { return keyPurpose(k[0]) }}}
}

// ChangeKey puts a new key in force, in the caller's transaction, and has the
// one before it sign along for KeyOverlap. The new key is random: who knows the
// old one, or what it was derived from, knows nothing of it. The change is a
// record of the log itself, so that monitors see it. errs.Conflict while two
// keys sign already.
func (l *PublicLog) ChangeKey(ctx context.Context, tx bun.Tx, by string) (LogKey, error) {
	now := l.clock.Now()
	rows, err := l.keyRows(ctx, tx)
	if err != nil {
		return LogKey{}, err
	}
	for _, r := range rows[1:] {
		if r.key().Signs(now) {
			return LogKey{}, errs.New(errs.Conflict, "publish.log.error.changing")
		}
	}
	old := rows[0]
	if old.Sealed == "" {
		if err := insertFirst(ctx, tx, old); err != nil {
			return LogKey{}, err
		}
	}
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails: the process ends instead
	public, err := ledger.VerifierKey(l.origin, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return LogKey{}, err
	}
	row := keyRow{N: old.N + 1, Public: public, Since: db.At(now), MadeBy: by}
	row.Sealed = l.vault.Seal(keyPurpose(strconv.Itoa(row.N)), seed)
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return LogKey{}, fmt.Errorf("publish: new key of the public log: %w", err)
	}
	until := db.At(now.Add(KeyOverlap))
	if _, err := tx.NewUpdate().Model((*keyRow)(nil)).Set("until = ?", until).Where("n = ?", old.N).Exec(ctx); err != nil {
		return LogKey{}, fmt.Errorf("publish: end of the old key: %w", err)
	}
	return row.key(), l.logKey(ctx, tx, row.key(), until)
}

// insertFirst gives the derived key its row, when it has none yet.
func insertFirst(ctx context.Context, tx bun.Tx, first keyRow) error {
	if _, err := tx.NewInsert().Model(&first).On("CONFLICT (n) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("publish: first key of the public log: %w", err)
	}
	return nil
}

// logKey says in the log that it has a new key.
func (l *PublicLog) logKey(ctx context.Context, tx bun.Tx, k LogKey, until db.Time) error {
	data, err := Record{Form: recordForm, Act: KeyAct, Key: k.Key, At: k.Since, OldUntil: until}.encode()
	if err != nil {
		return err
	}
	if _, err := l.ledger.Append(ctx, tx, data); err != nil {
		return fmt.Errorf("publish: log the new key: %w", err)
	}
	return nil
}

// ProofPath is where the site gives the proof of a message's text in a language:
// below the address of the house. Every post about the text, on any channel, leads
// there (see PublicLog.ProofAddress).
func ProofPath(messageID string, lang i18n.Lang) string {
	return "/log/proof/" + messageID + "/" + string(lang)
}

// ProofAddress is the absolute address of ProofPath.
func (l *PublicLog) ProofAddress(messageID string, lang i18n.Lang) string {
	return l.base.String() + ProofPath(messageID, lang)
}
