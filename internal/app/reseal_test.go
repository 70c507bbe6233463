package app

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"sifara/internal/auth"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/errs"
)

// TestRotateVault gives a house a new key, and again after the rotation was
// broken off: the answers that were sealed before are read as before.
func TestRotateVault(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			c, _ := backupConfigs(t, engine)
			log := slog.New(slog.DiscardHandler)
			h := openedHouse(t, c)
			keep(t, h, 250)
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}

			lock, err := c.LockServing()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := RotateVault(t.Context(), c, log, clock.System{}); errs.KindOf(err) != errs.Conflict {
				t.Errorf("beside a server: got %v, want a conflict", err)
			}
			lock.Release()

			// Broken off in the middle, with the new key in the file.
			h = openedHouse(t, c)
			if got := len(h.Vault.KeyIDs()); got != 1 {
				t.Errorf("a refused rotation left %d keys", got)
			}
			if err := h.addKey(t.Context()); err != nil {
				t.Fatal(err)
			}
			broken, stop := context.WithCancel(t.Context())
			if _, err := h.reseal(broken, func(int64) { stop() }); err == nil {
				t.Fatal("was not broken off")
			}
			if detail, err := sealedCheck(t.Context(), h); err == nil || !strings.Contains(err.Error(), "reseal") {
				t.Errorf("doctor after it was broken off: %q, %v", detail, err)
			}
			h.Close()

			r, err := ResealVault(t.Context(), c, log, clock.System{})
			if err != nil || r.Resealed != 50 || r.Old != 0 || r.Newest != 250 || len(r.Keys) != 2 {
				t.Fatalf("going on: got %+v, %v", r, err)
			}
			r, err = RotateVault(t.Context(), c, log, clock.System{})
			if err != nil || r.Resealed != 250 || r.Old+r.Unknown+r.Failed != 0 || len(r.Keys) != 3 {
				t.Fatalf("rotation: got %+v, %v", r, err)
			}
			checkRotated(t, openedHouse(t, c))
		})
	}
}

// keep has the house keep n sealed answers.
func keep(t *testing.T, h *House, n int) {
	t.Helper()
	for i := range n {
		key := "key-" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		if a, err := h.Auth.Idempotency().Begin(t.Context(), "person", key, "hash"); err != nil || a != nil {
			t.Fatal(a, err)
		}
		if err := h.Auth.Idempotency().End(t.Context(), "person", key, auth.Answer{Status: 201, Body: []byte("secret of " + key)}); err != nil {
			t.Fatal(err)
		}
	}
}

func checkRotated(t *testing.T, h *House) {
	t.Helper()
	a, err := h.Auth.Idempotency().Begin(t.Context(), "person", "key-bx", "hash")
	if err != nil || a == nil || string(a.Body) != "secret of key-bx" {
		t.Errorf("a kept answer: got %+v, %v", a, err)
	}
	if detail, err := sealedCheck(t.Context(), h); err != nil {
		t.Errorf("doctor: %q, %v", detail, err)
	}
	var acts []string
	if err := h.DB.Reader().NewRaw(`SELECT act FROM audit_entry WHERE act LIKE 'app.vault.%' ORDER BY seq`).Scan(t.Context(), &acts); err != nil {
		t.Fatal(err)
	}
	want := []string{"app.vault.key", "app.vault.begin", "app.vault.begin", "app.vault.end", "app.vault.key", "app.vault.begin", "app.vault.end"}
	if !slices.Equal(acts, want) {
		t.Errorf("recorded: got %v, want %v", acts, want)
	}
}

// resealed are the functions that name what a value is sealed for, with the
// column that holds it. A new one needs an entry in Sealed of its context too.
var resealed = map[string]string{
	"auth.totpPurpose":          "auth_account.totp",
	"auth.answerPurpose":        "auth_idempotency.header",
	"channels.recoveryPurpose":  "channels_account.recovery",
	"channels.secretPurpose":    "channels_webhook.secret",
	"engage.emailPurpose":       "engage_question.email",
	"listen.tokenPurpose":       "listen_source.token",
	"listen.keyPurpose":         "listen_pseudonym_key.sealed",
	"listen.rejectPurpose":      "listen_import_reject.sealed",
	"publish.keyPurpose":        "publish_log_key.sealed",
	"publish.signerPurpose":     "publish_newsletter_key.private",
	"publish.hubPurpose":        "publish_websub.secret",
	"publish.readerPurpose":     "publish_share.email",
	"publish.requestPurpose":    "publish_newsletter_request.address",
	"publish.subscriberPurpose": "publish_newsletter_subscriber.address",
}

// TestEverySealedValueIsSealedAnew looks for calls of Seal in the code and
// wants their columns among those that a rotation walks.
func TestEverySealedValueIsSealedAnew(t *testing.T) {
	c, _ := backupConfigs(t, db.SQLite)
	h := openedHouse(t, c)
	walked := map[string]bool{}
	for _, col := range h.sealed() {
		walked[col.Name()] = true
		if _, err := col.Tally(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := col.Reseal(t.Context(), h.Vault, nil); err != nil {
			t.Error(err)
		}
	}
	used := map[string]bool{}
	walk(t, ".go", func(path, text string) {
		context, _, _ := strings.Cut(strings.TrimPrefix(path, "internal/"), "/")
		if strings.HasSuffix(path, "_test.go") || tier[context] == 0 {
			return
		}
		for _, name := range sealers(t, path, text) {
			column := resealed[context+"."+name]
			used[context+"."+name] = true
			if !walked[column] {
				t.Errorf("%s seals for %q, and no rotation would seal that anew", path, name)
			}
		}
	})
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(resealed)); !slices.Equal(got, want) {
		t.Errorf("what is sealed: got %v, want %v", got, want)
	}
}

// sealers names the functions that make the purpose of a call of Seal.
func sealers(t *testing.T, path, text string) (names []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Seal" {
			return true
		}
		name := "a purpose that is not made by a function"
		if by, ok := call.Args[0].(*ast.CallExpr); ok {
			if id, ok := by.Fun.(*ast.Ident); ok {
				name = id.Name
			}
		}
		names = append(names, name)
		return true
	})
	return names
}
