package auth

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sifara/internal/errs"
)

func TestCheckPassword(t *testing.T) {
	about := []string{"Layla Hassan", "layla.hassan@mofa.example", "Press officer, Paris", "ليلى حسن"}
	tests := []struct{ name, password, want string }{
		{"good words", "four unlike words here", ""},
		{"good Arabic", "قمر يقرأ تحت شجرة الليمون", ""},
		{"short", "abcdefg", "auth.password.short"},
		{"long", strings.Repeat("xyzab", 41), "auth.password.long"},
		{"listed with digits", "Password123456", "auth.password.common"},
		{"listed with figures for letters", "P4ssw0rd2026!", "auth.password.common"},
		{"doubled", "baseballbaseball", "auth.password.common"},
		{"run", "123456789012", "auth.password.common"},
		{"few characters", "aaaaaaaaaaaaab", "auth.password.common"},
		{"house word", "embassy-2026!!", "auth.password.common"},
		{"own name", "LaylaHassan2026", "auth.password.own"},
		{"own Arabic name", "ليلى-حسن-١٩٩٠-١٩٩٠", "auth.password.own"},
		{"own name among more", "layla likes purple tractors", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if e, ok := errs.Find(CheckPassword(tt.password, about...)); ok {
				got = e.Fields[0].Key
			}
			if got != tt.want {
				t.Errorf("CheckPassword(%q) = %q, want %q", tt.password, got, tt.want)
			}
		})
	}
}

func TestHash(t *testing.T) {
	h := newHasher(HashCost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	ctx := t.Context()
	hash, err := h.hash(ctx, "é four words")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hash %q does not record its parameters", hash)
	}
	for _, tt := range []struct {
		password string
		want     bool
	}{{"é four words", true}, {"e\u0301 four words", true}, {"e four words", false}, {"", false}} {
		if ok, stale, err := h.matches(ctx, hash, tt.password); err != nil || ok != tt.want || stale {
			t.Errorf("matches(%q) = %v, %v, %v, want %v, false, nil", tt.password, ok, stale, err, tt.want)
		}
	}
	if ok, _, err := h.matches(ctx, "", ""); ok || err != nil {
		t.Errorf("matches without hash = %v, %v, want false, nil", ok, err)
	}
	dearer := newHasher(HashCost{MemoryKiB: 128, Passes: 1, Lanes: 1})
	if ok, stale, err := dearer.matches(ctx, hash, "é four words"); !ok || !stale || err != nil {
		t.Errorf("matches at another cost = %v, %v, %v, want true, true, nil", ok, stale, err)
	}
}

func TestDescribe(t *testing.T) {
	for _, tt := range []struct{ agent, browser, system string }{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge", "Windows"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1", "Safari", "iPhone"},
		{"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36", "Chrome", "Android"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux"},
		{"<script>", "", ""},
	} {
		if b, s := describe(tt.agent); b != tt.browser || s != tt.system {
			t.Errorf("describe(%q) = %q, %q, want %q, %q", tt.agent, b, s, tt.browser, tt.system)
		}
	}
}

func TestRecoveryCode(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		c := newRecoveryCode()
		if seen[c] || len(c) != 14 || len(plainRecoveryCode(c)) != 12 {
			t.Fatalf("bad or repeated code %q", c)
		}
		seen[c] = true
		if plainRecoveryCode(strings.ToLower(strings.ReplaceAll(c, "-", " "))) != plainRecoveryCode(c) {
			t.Errorf("%q is not read in small letters without groups", c)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=99999999999,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		c, _, key, err := parseHash(s)
		if err == nil && (c.MemoryKiB > 1<<20 || c.Passes > 64 || c.Lanes == 0 || len(key) != keyBytes) {
			t.Errorf("parseHash(%q) let an absurd cost through: %+v", s, c)
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("four unlike words here", "Layla")
	f.Add("\xff\xfe\x00", "\u202e")
	f.Fuzz(func(t *testing.T, password, name string) {
		if CheckPassword(password, name) == nil && utf8.RuneCountInString(password) < MinPassword {
			t.Errorf("%q was accepted", password)
		}
	})
}
