package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestTextCommands(t *testing.T) {
	tests := []struct {
		name     string
		ask      func(string) answer
		in       string
		plain, j string
	}{
		{"normalise", normaliseLine, "  Şengal\u200c ٢٠١٦\tكوردستان", "sengal 2016 کوردستان", `{"text":"sengal 2016 کوردستان"}`},
		{"stem", (&textStemCmd{Lang: "en"}).line, "Ministers negotiated", "minist negoti", `{"language":"en","stems":["minist","negoti"]}`},
		{"stem of nothing", (&textStemCmd{}).line, "", "", `{"language":"und","stems":[]}`},
		{"identify nothing", identifyLine, "123", "und\t0.0000", `{"language":"und","confidence":0,"spans":[]}`},
		{"transliterate", (&textTransliterateCmd{To: "auto", Most: 1}).line, "Nabil", "نابيل", `{"candidates":[{"name":"نابيل","score":0.9993804226768948}]}`},
		{"transliterate nothing", (&textTransliterateCmd{Most: 3}).line, "123", "", `{"candidates":[]}`},
		{"transliterate to the letters it has", (&textTransliterateCmd{To: "latin", Most: 3}).line, "Karim", "", `{"candidates":[]}`},
		{"no second name", nameLine, "محمد", "0.0000", `{"score":0}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for asJSON, want := range map[bool]string{false: tt.plain, true: tt.j} {
				var out bytes.Buffer
				if err := (lineOutput{asJSON}).each(strings.NewReader(tt.in+"\n"), &out, tt.ask); err != nil {
					t.Fatal(err)
				}
				if got := out.String(); got != want+"\n" {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}

func TestIdentifyAnswersLanguages(t *testing.T) {
	var out bytes.Buffer
	in := "التقى وزير الخارجية نظيره في بغداد\nThe foreign minister met his counterpart\n"
	if err := (lineOutput{}).each(strings.NewReader(in), &out, identifyLine); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "ar\t") || !strings.HasPrefix(lines[1], "en\t") {
		t.Errorf("got %q", lines)
	}
}

func TestEachLine(t *testing.T) {
	long := strings.Repeat("x", 3*maxLine+5)
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"empty lines", "\n\n", "[]\n[]\n"},
		{"no end", "a\nb", "[a]\n[b]\n"},
		{"Windows", "a\r\nb\r\n", "[a]\n[b]\n"},
		{"not UTF-8", "caf\xe9\n", "[caf\uFFFD]\n"},
		{"too long", long + "\nnext\n", "[" + long[:maxLine] + "]\n[next]\n"},
		{"too long without end", long, "[" + long[:maxLine] + "]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			err := eachLine(strings.NewReader(tt.in), &out, func(dst []byte, line string) ([]byte, error) {
				return append(append(append(dst, '['), line...), ']'), nil
			})
			if err != nil || out.String() != tt.want {
				t.Errorf("got %q, %v; want %q", out.String(), err, tt.want)
			}
		})
	}
}

// TestEachLineAnswersAtOnce asks and waits for the answer before asking again.
func TestEachLineAnswersAtOnce(t *testing.T) {
	in, ask := io.Pipe()
	hear, out := io.Pipe()
	go func() {
		err := eachLine(in, out, func(dst []byte, line string) ([]byte, error) { return append(dst, line...), nil })
		out.CloseWithError(err)
	}()
	b := make([]byte, 16)
	for _, line := range []string{"one\n", "two\n"} {
		if _, err := io.WriteString(ask, line); err != nil {
			t.Fatal(err)
		}
		if n, err := hear.Read(b); err != nil || string(b[:n]) != line {
			t.Fatalf("got %q, %v; want %q", b[:n], err, line)
		}
	}
	ask.Close()
	if _, err := hear.Read(b); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}
