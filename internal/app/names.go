package app

import (
	"context"
	"fmt"

	"sifara/internal/audit"
	"sifara/internal/ledger"
	"sifara/internal/perm"
)

// The logs whose names are kept.
const (
	recordLog = "record"
	publicLog = "public"
)

// origin names a log of this house when it begins: the host by which people
// know it.
func (h *House) origin(log string) string { return h.host() + "/" + log }

// readNames has the logs signed under the names that they were given at the
// first start, if there was one. A house that moved to another address would
// otherwise sign as somebody else, and proofs made before would not hold.
func (h *House) readNames(ctx context.Context) error {
	names, err := h.Audit.LogNames(ctx)
	if err != nil {
		return err
	}
	return h.useNames(names)
}

// keepNames fixes the names of the logs at the first start. It is done by the
// server alone: a command may have been given another address.
func (h *House) keepNames(ctx context.Context) error {
	ctx = perm.With(ctx, perm.SystemActor("start"))
	names, err := h.Audit.KeepLogNames(ctx, audit.LogNames{recordLog: h.origin("record"), publicLog: h.Proof.Origin()})
	if err != nil {
		return err
	}
	return h.useNames(names)
}

func (h *House) useNames(names audit.LogNames) error {
	if n := names[publicLog]; n != "" {
		if err := h.Proof.UseOrigin(n); err != nil {
			return err
		}
	}
	if n := names[recordLog]; n != "" {
		return h.signRecord(n)
	}
	return nil
}

func (h *House) signRecord(origin string) error {
	signer, err := ledger.NewSigner(origin, h.Vault.Ed25519("audit.checkpoint"))
	if err != nil {
		return fmt.Errorf("signer of the record: %w", err)
	}
	h.Audit.UseSigner(signer)
	return nil
}
