package publish

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"sifara/internal/ledger"
)

func TestProofWithWitnesses(t *testing.T) {
	eachProving(t, func(t *testing.T, h *house, l *PublicLog) {
		h.release()
		b, err := l.Bundle(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		witness := func(name string) (ed25519.PrivateKey, string) {
			key := ed25519.NewKeyFromSeed([]byte(strings.Repeat(name[:1], ed25519.SeedSize)))
			return key, ledger.CosignerKey(name, key.Public().(ed25519.PublicKey))
		}
		north, northKey := witness("north.example")
		south, southKey := witness("south.example")
		_, otherKey := witness("other.example")
		plain := b.Checkpoint
		sign := func(name string, key ed25519.PrivateKey) string {
			line, err := ledger.Cosign([]byte(plain), name, key, day)
			if err != nil {
				t.Fatal(err)
			}
			return line
		}
		both := sign("north.example", north) + sign("south.example", south)
		forged := strings.Replace(sign("north.example", north), "A", "B", 1)
		for _, tt := range []struct {
			name      string
			lines     string
			witnesses []string
			quorum    int
			signed    []string
			want      error
		}{
			{"none asked for", both, nil, 0, nil, nil},
			{"both", both, []string{northKey, southKey}, 2, []string{"north.example", "south.example"}, nil},
			{"one of two", sign("south.example", south), []string{northKey, southKey}, 1, []string{"south.example"}, nil},
			{"one of two, both wanted", sign("south.example", south), []string{northKey, southKey}, 2, nil, ledger.ErrQuorum},
			{"somebody else", both, []string{otherKey}, 1, nil, ledger.ErrQuorum},
			{"twice the same counts once", sign("north.example", north) + sign("north.example", north), []string{northKey}, 2, nil, ledger.ErrQuorum},
			{"a forged signature", forged, []string{northKey}, 0, nil, ledger.ErrCosignature},
		} {
			b.Checkpoint = plain + tt.lines
			proof, err := json.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := VerifyCosigned(strings.NewReader(string(proof)), "", []string{logKey(t, l)}, tt.witnesses, tt.quorum)
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil || !slices.Equal(got.Witnesses, tt.signed) {
				t.Errorf("%s: signed by %v, %v; want %v, %v", tt.name, got.Witnesses, err, tt.signed, tt.want)
			}
		}
	})
}
