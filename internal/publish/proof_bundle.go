package publish

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sifara/internal/ledger"
	"sifara/internal/text"
)

// Proven is what a proof says once it has been checked.
type Proven struct {
	Record     Record
	Index      int64
	Checkpoint ledger.Checkpoint // the log on which the proof rests
	Witnesses  []string          // who signed that log too, of those that were asked for
	// Verdict, Pieces and Quotes hold a given text against the record, as those of
	// a Finding do; all are empty when none was given.
	Verdict Verdict
	Pieces  []Piece
	Quotes  []Quote
}

// VerifyBundle checks, without this house and without a network, that a text
// was released: that the record in the bundle is in the log whose key the
// reader trusts (one line each, see PublicLog.Key), that the record's text is
// the one whose hash it names, and, when given is not empty, how given stands
// to that text. Errors are those of ledger.VerifyBundle, or say that the record
// is not one of ours.
func VerifyBundle(b ledger.Bundle, given string, keys ...string) (Proven, error) {
	cp, err := ledger.VerifyBundle(b, keys...)
	if err != nil {
		return Proven{}, err
	}
	r, err := ReadRecord(b.Record)
	if err != nil {
		return Proven{}, err
	}
	if r.Act == ReleaseAct && canonicalHash(r.Text) != r.Canonical {
		return Proven{}, fmt.Errorf("publish: record %d names another text than it holds: %w", b.Index, ledger.ErrBundle)
	}
	p := Proven{Record: r, Index: b.Index, Checkpoint: cp}
	if given = strings.TrimSpace(text.Clean(given)); given == "" {
		return p, nil
	}
	if r.Act != ReleaseAct {
		p.Verdict = NotFound
		return p, nil
	}
	f, err := r.against(given, b.Index)
	p.Verdict, p.Pieces, p.Quotes = f.Verdict, f.Pieces, f.Quotes
	return p, err
}

// against says of a pasted text what PublicLog.Verify would, were the record, at
// an index, the only one. It knows no renderings.
func (r Record) against(pasted string, index int64) (Finding, error) {
	given := spreadOut(text.Canonical(pasted))
	ours := readHeld(index, Message{ID: r.Message, Slug: r.Slug}, Variant{Lang: r.Language, Title: r.Title, Summary: r.Summary, Body: r.Source}, r.Text)
	held := []heldText{ours.against(given)}
	if len(given.words) < MinWords && held[0].verdict != Unchanged {
		return Finding{Verdict: TooShort, Index: -1}, nil
	}
	return judge(pasted, given, held, func(_ string, quotation spread) ([]heldText, error) {
		return []heldText{ours.against(quotation)}, nil
	})
}

// VerifyCosigned is VerifyProof with witnesses: by their keys it tells which of
// them signed the log on which the proof rests. ErrQuorum of package ledger when
// fewer than quorum did, ErrCosignature when one of their signatures does not hold.
func VerifyCosigned(proof io.Reader, given string, keys, witnesses []string, quorum int) (Proven, error) {
	b, err := ledger.ReadBundle(proof)
	if err != nil {
		return Proven{}, err
	}
	p, err := VerifyBundle(b, given, keys...)
	if err != nil {
		return Proven{}, err
	}
	_, signed, err := ledger.OpenCosigned([]byte(b.Checkpoint), keys, witnesses)
	if err != nil {
		return Proven{}, err
	}
	for _, s := range signed {
		if !slices.Contains(p.Witnesses, s.Witness) {
			p.Witnesses = append(p.Witnesses, s.Witness)
		}
	}
	if len(p.Witnesses) < quorum {
		return Proven{}, fmt.Errorf("%w: %d of %d", ledger.ErrQuorum, len(p.Witnesses), quorum)
	}
	return p, nil
}

// VerifyProof is VerifyBundle for the JSON that the site offers for download.
func VerifyProof(proof io.Reader, given string, keys ...string) (Proven, error) {
	b, err := ledger.ReadBundle(proof)
	if err != nil {
		return Proven{}, err
	}
	return VerifyBundle(b, given, keys...)
}
