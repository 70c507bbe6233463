package ledger_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/ledger"
)

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// grow adds records n to m-1 to the demonstration's log.
func grow(t testing.TB, d *db.DB, n, m int64) {
	t.Helper()
	err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
		for i := n; i < m; i++ {
			if _, err := demo.Append(ctx, tx, record(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// served is the log as others see it, signed by the keys.
func served(t testing.TB, d *db.DB, keys ...ed25519.PrivateKey) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if path == "checkpoint" {
			tree, err := demo.Tree(t.Context(), d.Reader())
			if err != nil {
				return nil, err
			}
			return signed(t, tree, keys...), nil
		}
		tile, err := ledger.ParseTile(strings.TrimPrefix(path, "tile/"))
		if err != nil {
			return nil, err
		}
		return demo.TileData(t.Context(), d.Reader(), tile)
	}
}

func signed(t testing.TB, tree ledger.Tree, keys ...ed25519.PrivateKey) []byte {
	t.Helper()
	var signers []note.Signer
	for _, k := range keys {
		s, err := ledger.NewSigner(origin, k)
		if err != nil {
			t.Fatal(err)
		}
		signers = append(signers, s)
	}
	text, err := ledger.SignCheckpoint(tree, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func verifier(t testing.TB, key ed25519.PrivateKey) string {
	t.Helper()
	k, err := ledger.VerifierKey(origin, key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTilePaths(t *testing.T) {
	for path, want := range map[string]ledger.Tile{
		"0/000":               {Level: 0, N: 0, W: 256},
		"0/x001/x234/067":     {Level: 0, N: 1234067, W: 256},
		"1/000.p/17":          {Level: 1, N: 0, W: 17},
		"entries/x001/067":    {Level: -1, N: 1067, W: 256},
		"entries/000.p/255":   {Level: -1, N: 0, W: 255},
		"63/000.p/1":          {Level: 63, N: 0, W: 1},
		"2/x123/x456/789.p/9": {Level: 2, N: 123456789, W: 9},
	} {
		got, err := ledger.ParseTile(path)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", path, got, err, want)
		}
		if got.Path() != path {
			t.Errorf("%s: written as %s", path, got.Path())
		}
	}
	for _, path := range []string{"", "0", "0/", "00/000", "64/000", "data/000", "-1/000", "0/1", "0/0000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000/", "0/x000/001", "0/../000", "entries", "0/x999/x999/x999/x999/x999/x999/999"} {
		if got, err := ledger.ParseTile(path); !errors.Is(err, ledger.ErrTile) {
			t.Errorf("%q: got %+v, %v; want ErrTile", path, got, err)
		}
	}
}

// TestTilesProveTheLog reads a log by its tiles alone, as C2SP monitors do, and
// finds each way in which it could be another log.
func TestTilesProveTheLog(t *testing.T) {
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		key := keyOf("log")
		m := ledger.Monitor{Read: served(t, d, key), Keys: []string{verifier(t, key)}}
		var last []byte
		var at int64
		for _, size := range []int64{0, 1, 3, 255, 256, 257, 511, 600} {
			grow(t, d, at, size)
			s, err := m.Look(last)
			if err != nil || s.Checkpoint.Size != size || s.First != at || int64(len(s.New)) != size-at {
				t.Fatalf("at %d: got %d records from %d of a log of %d, %v", size, len(s.New), s.First, s.Checkpoint.Size, err)
			}
			for i, r := range s.New {
				if string(r) != string(record(at+int64(i))) {
					t.Fatalf("record %d: got %q", at+int64(i), r)
				}
			}
			last, at = s.Text, size
		}
		if _, err := demo.TileData(t.Context(), d.Reader(), ledger.Tile{Level: 0, N: 2, W: 200}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a tile beyond the log: got %v, want not found", err)
		}
		short, err := demo.TreeAt(t.Context(), d.Reader(), 300)
		if err != nil {
			t.Fatal(err)
		}
		forged := short
		forged.Root[0] ^= 1
		honest := m.Read
		for name, tt := range map[string]struct {
			last []byte
			read func(string) ([]byte, error)
			want error
		}{
			"an older state":  {signed(t, short, key), honest, nil},
			"a rewritten log": {signed(t, forged, key), honest, ledger.ErrCheckpoint},
			"a shorter log":   {last, func(p string) ([]byte, error) { return answer(p, "checkpoint", signed(t, short, key), honest) }, ledger.ErrCheckpoint},
			"two of one size": {last, func(p string) ([]byte, error) {
				return answer(p, "checkpoint", signed(t, ledger.Tree{Size: 600, Root: forged.Root}, key), honest)
			}, ledger.ErrCheckpoint},
			"signed by another":   {last, served(t, d, keyOf("thief")), ledger.ErrCheckpoint},
			"entries of another":  {signed(t, short, key), swapped(honest), ledger.ErrBundle},
			"kept state is false": {signed(t, short, keyOf("thief")), honest, ledger.ErrCheckpoint},
		} {
			m.Read = tt.read
			if _, err := m.Look(tt.last); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("%s: got %v, want %v", name, err, tt.want)
			}
		}
		m.Read = func(p string) ([]byte, error) { // hashes of another log
			data, err := honest(p)
			if strings.HasPrefix(p, "tile/0/") && err == nil {
				data = slices.Clone(data)
				data[5] ^= 1
			}
			return data, err
		}
		if _, err := m.Look(signed(t, short, key)); err == nil {
			t.Error("tiles that do not belong to the checkpoint were believed")
		}
	})
}

func answer(path, at string, with []byte, else_ func(string) ([]byte, error)) ([]byte, error) {
	if path == at {
		return with, nil
	}
	return else_(path)
}

// swapped changes a letter of every bundle of entries.
func swapped(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(p string) ([]byte, error) {
		data, err := read(p)
		if strings.HasPrefix(p, "tile/entries/") && err == nil {
			data = slices.Clone(data)
			data[len(data)-1] ^= 1
		}
		return data, err
	}
}

func TestCosignatures(t *testing.T) {
	key, one, two := keyOf("log"), keyOf("one"), keyOf("two")
	tree := ledger.Tree{Size: 7, Root: sha256.Sum256([]byte("x"))}
	checkpoint := signed(t, tree, key)
	at := time.Unix(1679315147, 0).UTC()
	first, err := ledger.Cosign(checkpoint, "witness.example/one", one, at)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := ledger.Cosign(checkpoint, "witness.example/two", two, at)
	text := append(slices.Clone(checkpoint), first+second...)
	keys := []string{ledger.CosignerKey("witness.example/one", one.Public().(ed25519.PublicKey))}
	c, found, err := ledger.OpenCosigned(text, []string{verifier(t, key)}, keys)
	if err != nil || c.Size != 7 || len(found) != 1 || found[0].Witness != "witness.example/one" || !found[0].Time.Equal(at) || found[0].Line != first {
		t.Fatalf("got %+v, %+v, %v", c, found, err)
	}
	if _, found, err = ledger.OpenCosigned(checkpoint, []string{verifier(t, key)}, keys); err != nil || len(found) != 0 {
		t.Errorf("without a cosignature: got %+v, %v", found, err)
	}
	cosigner, err := ledger.ParseCosigner(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	other := signed(t, ledger.Tree{Size: 8, Root: tree.Root}, key)
	for name, tt := range map[string]struct{ checkpoint, answer string }{
		"of another checkpoint": {string(other), first},
		"of an unknown witness": {string(checkpoint), second},
		"nothing":               {string(checkpoint), ""},
		"no line end":           {string(checkpoint), strings.TrimSuffix(first, "\n")},
		"another time":          {string(checkpoint), strings.Replace(first, "AAAA", "AAAB", 1)},
		"a text before it":      {string(checkpoint), "\n" + first},
	} {
		if got, err := ledger.ReadCosignatures([]byte(tt.checkpoint), []byte(tt.answer), cosigner); !errors.Is(err, ledger.ErrCosignature) {
			t.Errorf("%s: got %+v, %v; want ErrCosignature", name, got, err)
		}
	}
	if found, err := ledger.ReadCosignatures(checkpoint, []byte(second+first), cosigner); err != nil || len(found) != 1 {
		t.Errorf("beside that of an unknown witness: got %+v, %v", found, err)
	}
	// The key of a log is not that of a witness, whatever it is used for.
	if _, err := ledger.ParseCosigner(verifier(t, key)); err == nil {
		t.Error("a log's key was taken for a witness's")
	}
}

// TestCosignatureExample is the example of C2SP tlog-cosignature: the form of
// its lines, whose key the specification does not tell.
func TestCosignatureExample(t *testing.T) {
	text := "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
		"— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" +
		"— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
	if _, err := ledger.OpenCheckpoint([]byte(text), verifier(t, keyOf("log"))); !errors.Is(err, ledger.ErrCheckpoint) {
		t.Errorf("got %v, want ErrCheckpoint", err)
	}
	// The specification of signed notes gives a whole one with its key.
	const vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
	if _, err := ledger.OpenCheckpoint([]byte("This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"), vkey); !errors.Is(err, ledger.ErrCheckpoint) || !strings.Contains(err.Error(), "origin") {
		t.Errorf("got %v: the signature holds, the text is no checkpoint", err)
	}
}

func TestBothKeysSignWhileTheyChange(t *testing.T) {
	old, new := keyOf("old"), keyOf("new")
	text := signed(t, ledger.Tree{Size: 3, Root: sha256.Sum256(nil)}, new, old)
	for name, keys := range map[string][]string{"old": {verifier(t, old)}, "new": {verifier(t, new)}, "both": {verifier(t, old), verifier(t, new)}} {
		if c, err := ledger.OpenCheckpoint(text, keys...); err != nil || c.Size != 3 {
			t.Errorf("%s: got %+v, %v", name, c, err)
		}
	}
	if _, err := ledger.OpenCheckpoint(text, verifier(t, keyOf("third"))); !errors.Is(err, ledger.ErrCheckpoint) {
		t.Errorf("a third key: got %v", err)
	}
}

func FuzzParseTile(f *testing.F) {
	for _, s := range []string{"0/000", "entries/x001/067.p/3", "63/x999/999", "data/000", "0/000.p/256"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ledger.ParseTile(path)
		if err == nil && (tile.Path() != path || tile.W < 1 || tile.W > 256 || tile.N < 0 || tile.Level > 63) {
			t.Errorf("%q: read as %+v, written as %q", path, tile, tile.Path())
		}
	})
}

func FuzzCosignature(f *testing.F) {
	key := keyOf("log")
	checkpoint := signed(f, ledger.Tree{Size: 7, Root: sha256.Sum256([]byte("x"))}, key)
	line, _ := ledger.Cosign(checkpoint, "w", keyOf("w"), time.Unix(1, 0))
	cosigner, err := ledger.ParseCosigner(ledger.CosignerKey("w", keyOf("w").Public().(ed25519.PublicKey)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(line), "w+00000000+AA==")
	f.Add([]byte("— w AAAA\n"), ledger.CosignerKey("w", keyOf("w").Public().(ed25519.PublicKey)))
	f.Fuzz(func(t *testing.T, answer []byte, vkey string) {
		found, err := ledger.ReadCosignatures(checkpoint, answer, cosigner)
		if err == nil && (len(found) != 1 || !strings.Contains(string(answer), strings.TrimSpace(line[strings.LastIndex(line, " "):])) && found[0].Time.Unix() == 1) {
			t.Errorf("%q was taken for %+v", answer, found)
		}
		if c, err := ledger.ParseCosigner(vkey); err == nil && (c.Name() == "" || strings.ContainsAny(c.Name(), " +\n")) {
			t.Errorf("%q names %q", vkey, c.Name())
		}
		_, _ = ledger.ReadAddCheckpoint(answer)
		_, _ = ledger.ReadEntries(answer, 3)
	})
}

func FuzzCheckpoint(f *testing.F) {
	key := keyOf("log")
	good := signed(f, ledger.Tree{Size: 7, Root: sha256.Sum256([]byte("x"))}, key)
	f.Add(good)
	f.Add([]byte("a\n1\nx\n\n— a AAAA\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ledger.OpenCheckpoint(text, verifier(t, key))
		if err == nil && (c.Origin != origin || c.Size != 7) {
			t.Errorf("%q was taken for %+v", text, c)
		}
	})
}

func FuzzAddCheckpoint(f *testing.F) {
	f.Add(ledger.AddCheckpoint{Old: 3, Proof: [][]byte{make([]byte, 32)}, Checkpoint: []byte("a\n1\nb\n\n— a AAAA\n")}.Encode())
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ledger.ReadAddCheckpoint(body)
		if err == nil && string(a.Encode()) != string(body) {
			t.Errorf("%q: written as %q", body, a.Encode())
		}
	})
}

func BenchmarkTile(b *testing.B) {
	d := dbtest.SQLite(b, schema...)
	grow(b, d, 0, 600)
	for b.Loop() {
		if _, err := demo.TileData(b.Context(), d.Reader(), ledger.Tile{Level: 0, N: 0, W: 256}); err != nil {
			b.Fatal(err)
		}
	}
}
