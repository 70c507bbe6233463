package text

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

func encoded(t *testing.T, m *charmap.Charmap, s string) string {
	t.Helper()
	out, err := m.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDecode(t *testing.T) {
	const ar = "التقى وزير الخارجية نظيره في بغداد"
	const ru = "Министр иностранных дел встретился"
	tests := []struct{ name, in, declared, want, encoding string }{
		{"ASCII", "hello", "", "hello", "utf-8"},
		{"empty", "", "", "", "utf-8"},
		{"UTF-8", ar, "", ar, "utf-8"},
		{"UTF-8 with mark", "\uFEFF" + ar, "windows-1256", ar, "utf-8"},
		{"UTF-8 declared as Latin 1", ar, "iso-8859-1", ar, "utf-8"},
		{"UTF-16LE with mark", "\xFF\xFEa\x00'\x06", "", "aا", "utf-16le"},
		{"UTF-16BE with mark", "\xFE\xFF\x00a\x06'", "", "aا", "utf-16be"},
		{"UTF-16LE without mark", "t\x00e\x00s\x00t\x00", "", "test", "utf-16le"},
		{"UTF-16BE without mark", "\x00t\x00e\x00s\x00t", "", "test", "utf-16be"},
		{"Arabic", encoded(t, charmap.Windows1256, ar), "", ar, "windows-1256"},
		{"Arabic declared", encoded(t, charmap.Windows1256, ar), "Windows-1256", ar, "windows-1256"},
		{"Arabic declared UTF-8", encoded(t, charmap.Windows1256, ar), "utf-8", ar, "windows-1256"},
		{"ISO 8859-6 by content type", encoded(t, charmap.ISO8859_6, "العراق"), `text/csv; charset="iso-8859-6"`, "العراق", "iso-8859-6"},
		{"Western", encoded(t, charmap.Windows1252, "déjà vu – ça va, naïve façade"), "", "déjà vu – ça va, naïve façade", "windows-1252"},
		{"Cyrillic", encoded(t, charmap.Windows1251, ru), "", ru, "windows-1251"},
		{"one broken byte", ar + "\xff", "", ar + "\uFFFD", "utf-8"},
		{"unknown declaration", ar, "klingon-8", ar, "utf-8"},
		{"declaration that forbids reading", "abc", "hz-gb-2312", "abc", "utf-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, name := DecodeBytes([]byte(tt.in), tt.declared)
			if got != tt.want || name != tt.encoding {
				t.Errorf("got %q in %s, want %q in %s", got, name, tt.want, tt.encoding)
			}
		})
	}
}

func TestDecodeLongStream(t *testing.T) {
	want := strings.Repeat("سفارة جمهورية العراق\n", 20000)
	r, _ := Decode(iotest.HalfReader(strings.NewReader(want)), "")
	got, err := io.ReadAll(r)
	if err != nil || string(got) != want {
		t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
	}
}

func TestDecodePassesErrorsOn(t *testing.T) {
	broken := errors.New("cable cut")
	r, _ := Decode(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), "")
	got, err := io.ReadAll(r)
	if !errors.Is(err, broken) || string(got) != "abc" {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfe\x00"), "")
	f.Add([]byte("\xc7\xe1"), "utf-16")
	f.Fuzz(func(t *testing.T, b []byte, declared string) {
		r, _ := Decode(bytes.NewReader(b), declared)
		out, err := io.ReadAll(r)
		if err != nil || !utf8.Valid(out) {
			t.Fatalf("%q as %q: %q, %v", b, declared, out, err)
		}
	})
}
