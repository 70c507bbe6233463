package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/uptrace/bun"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/perm"
	"sifara/internal/vault"
	"sifara/internal/vault/sealed"
)

// SealedColumn says of a column how many values are sealed with which keys.
type SealedColumn struct {
	Column  string `json:"column"`
	Newest  int64  `json:"newest"`  // under the newest key
	Old     int64  `json:"old"`     // under older keys of the key file
	Unknown int64  `json:"unknown"` // under keys that the key file does not hold: lost, unless another file does
}

// SealReport says how far sealing anew is.
type SealReport struct {
	Keys     []string       `json:"keys"` // ids of the sealing keys, newest last
	Columns  []SealedColumn `json:"columns"`
	Newest   int64          `json:"newest"`
	Old      int64          `json:"old"`
	Unknown  int64          `json:"unknown"`
	Resealed int64          `json:"resealed"`          // by this command
	Failed   int64          `json:"failed"`            // could not be opened, and are as they were
	Failures []string       `json:"failures,omitzero"` // column and reason
}

// sealed lists every column that the vault seals, of all contexts.
func (h *House) sealed() []sealed.Column {
	return slices.Concat(h.Auth.Sealed(), h.Channels.Sealed(), h.Engage.Sealed(), h.Listen.Sealed(), h.Proof.Sealed(), h.Letters.Sealed(), h.Hub.Sealed(), h.Shares.Sealed())
}

// Sealed counts the sealed values of the house by key.
func (h *House) Sealed(ctx context.Context) (SealReport, error) {
	r := SealReport{Keys: h.Vault.KeyIDs(), Columns: []SealedColumn{}}
	for _, c := range h.sealed() {
		found, err := c.Tally(ctx)
		if err != nil {
			return r, err
		}
		line := SealedColumn{Column: c.Name()}
		for id, n := range found {
			switch i := slices.Index(r.Keys, id); {
			case i == len(r.Keys)-1:
				line.Newest += n
			case i >= 0:
				line.Old += n
			default:
				line.Unknown += n
			}
		}
		r.Columns = append(r.Columns, line)
		r.Newest, r.Old, r.Unknown = r.Newest+line.Newest, r.Old+line.Old, r.Unknown+line.Unknown
	}
	return r, nil
}

// RotateVault adds a sealing key to the key file and seals every value of the
// house with it. Nothing else may run on the data folder, and no node of the
// house elsewhere: it would not know the new key. The key is safe on disk
// before the first value needs it.
func RotateVault(ctx context.Context, c Config, log *slog.Logger, now clock.Clock) (SealReport, error) {
	return alone(ctx, c, log, now, true)
}

// ResealVault goes on where RotateVault was broken off, with the newest key
// that the file holds.
func ResealVault(ctx context.Context, c Config, log *slog.Logger, now clock.Clock) (SealReport, error) {
	return alone(ctx, c, log, now, false)
}

// alone holds the folder while values are sealed anew.
func alone(ctx context.Context, c Config, log *slog.Logger, now clock.Clock, fresh bool) (_ SealReport, err error) {
	lock, err := c.Lock()
	if err != nil {
		return SealReport{}, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	h, err := Open(ctx, c, log, now)
	if err != nil {
		return SealReport{}, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if err := h.CheckSchema(ctx); err != nil {
		return SealReport{}, err
	}
	if fresh {
		if err := h.addKey(ctx); err != nil {
			return SealReport{}, err
		}
	}
	return h.reseal(ctx, nil)
}

// addKey records that there will be a new key, and makes it: a key that nobody
// knows of must not be.
func (h *House) addKey(ctx context.Context) error {
	if err := h.recordVault(ctx, "app.vault.key", "", map[string]any{"count": len(h.Vault.KeyIDs()) + 1}); err != nil {
		return err
	}
	if _, err := vault.Rotate(h.Config.keyFile()); err != nil {
		return setting(err)
	}
	v, err := vault.Open(h.Config.keyFile())
	if err != nil {
		return setting(err)
	}
	h.Vault = v
	return nil
}

// reseal seals anew what is under old keys, and records when it begins and
// ends. done hears of each batch.
func (h *House) reseal(ctx context.Context, done func(n int64)) (SealReport, error) {
	before, err := h.Sealed(ctx)
	if err != nil || before.Old == 0 {
		return before, err
	}
	newest := before.Keys[len(before.Keys)-1]
	if err := h.recordVault(ctx, "app.vault.begin", newest, map[string]any{"count": before.Old, "key": newest}); err != nil {
		return before, err
	}
	var sum sealed.Outcome
	var failures []string
	for _, c := range h.sealed() {
		o, err := c.Reseal(ctx, h.Vault, done)
		if err != nil {
			return before, err
		}
		sum.Resealed, sum.Failed = sum.Resealed+o.Resealed, sum.Failed+o.Failed
		if o.Why != nil {
			failures = append(failures, fmt.Sprintf("%s: %v", c.Name(), o.Why))
		}
	}
	if err := h.recordVault(ctx, "app.vault.end", newest, map[string]any{"count": sum.Resealed, "key": newest, "failed": sum.Failed}); err != nil {
		return before, err
	}
	after, err := h.Sealed(ctx)
	after.Resealed, after.Failed, after.Failures = sum.Resealed, sum.Failed, failures
	return after, err
}

func (h *House) recordVault(ctx context.Context, act, id string, detail map[string]any) error {
	ctx = perm.With(ctx, perm.SystemActor("command:vault"))
	return h.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return h.Audit.Record(ctx, tx, audit.Entry{Act: act, Object: "vault", ObjectID: id, Detail: detail})
	})
}

// sealedCheck is the doctor's look at what is sealed with which keys.
func sealedCheck(ctx context.Context, h *House) (string, error) {
	r, err := h.Sealed(ctx)
	if err != nil {
		return "", err
	}
	detail := fmt.Sprintf("%d with the newest of %d keys", r.Newest, len(r.Keys))
	switch {
	case r.Unknown > 0:
		return detail, fmt.Errorf("and %d with keys that the key file does not hold: put the right file in place", r.Unknown)
	case r.Old > 0:
		return detail, warning{fmt.Errorf("and %d with old ones: stop the house and run sifara vault reseal", r.Old)}
	}
	return detail, nil
}
