package theme

import (
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"sifara/internal/errs"
)

// TestContrast has values that were reckoned elsewhere: the ends of the scale by
// definition, #777 and #767676 from WCAG's own technique G18, the house's pair.
func TestContrast(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#ffffff", "#ffffff", 1}, {"#777777", "#ffffff", 4.48}, {"#767676", "#ffffff", 4.54}, {"#ffffff", "#0f4c45", 9.81}, {"#ff0000", "#ffffff", 4.00}, {"#0000ff", "#ffffff", 8.59},
	} {
		a, _ := Parse(tt.a)
		b, _ := Parse(tt.b)
		if got := Contrast(a, b); math.Abs(got-tt.want) > 0.006 || got != Contrast(b, a) {
			t.Errorf("%s on %s: got %.3f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{"#0F4C45": "#0f4c45", " 0f4c45 ": "#0f4c45", "#fff": "", "": "", "#0f4c4": "", "#0f4c4g": "", "red;}": "", "#0f4c45aa": ""} {
		c, err := Parse(in)
		if (err == nil) != (want != "") || err == nil && c.String() != want {
			t.Errorf("%q: got %v, %v, want %q", in, c, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"#0f4c45", "", "#", "ffffff", "url(x)", "#ffffff;}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		if again, err := Parse(c.String()); err != nil || again != c || len(c.String()) != 7 {
			t.Errorf("%q is %v, which is %v, %v", s, c, again, err)
		}
	})
}

// spread are colours from every part of the space.
func spread() []Colour {
	var out []Colour
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				out = append(out, Colour{uint8(r), uint8(g), uint8(b)})
			}
		}
	}
	return out
}

// TestWhatPassesIsReadable holds that tokens which Check takes leave no pair that
// could not be read, and that what it suggests is taken.
func TestWhatPassesIsReadable(t *testing.T) {
	taken := 0
	for _, accent := range spread() {
		for _, ink := range []Colour{White, Black, {0xff, 0xe8, 0xa8}, {0x1d, 0x24, 0x26}} {
			for _, h := range Headers {
				tokens := Tokens{Accent: accent, Ink: ink, Header: h}.Complete()
				err := tokens.Check()
				if err != nil {
					if again := suggested(t, tokens, err); again.Check() != nil {
						t.Fatalf("%v with %v: what is suggested, %v with %v, is refused: %v", accent, ink, again.Accent, again.Ink, again.Check())
					}
					continue
				}
				taken++
				for _, u := range tokens.Uses() {
					if !u.Passes() {
						t.Fatalf("%v with %v, %s: %s (dark %t) %v on %v reaches %.2f, want %.1f", accent, ink, h, u.Name, u.Dark, u.Front, u.Back, u.Contrast(), u.Need)
					}
				}
			}
		}
	}
	if taken < 150 {
		t.Errorf("only %d of all were taken", taken)
	}
}

// suggested takes what an error suggests, first for the accent, then for the ink.
func suggested(t *testing.T, tokens Tokens, err error) Tokens {
	t.Helper()
	e, _ := errs.Find(err)
	for _, name := range []string{"accent", "ink"} {
		for _, f := range e.Fields {
			if f.Name != name {
				continue
			}
			c, err := Parse(f.Args[5].(string))
			if err != nil {
				t.Fatal(err)
			}
			if name == "accent" {
				tokens.Accent = c
			} else if Contrast(tokens.Ink, tokens.Accent) < textContrast {
				tokens.Ink, _ = tokens.Ink.nearest(func(x Colour) bool { return Contrast(x, tokens.Accent) >= textContrast })
			}
		}
	}
	return tokens.Complete()
}

func TestCheck(t *testing.T) {
	good := Standard("").Tokens()
	for _, tt := range []struct {
		name   string
		change func(*Tokens)
		want   string // field and key
	}{
		{"the house's own", func(*Tokens) {}, ""},
		{"pale accent", func(x *Tokens) { x.Accent, x.Ink = Colour{0xf2, 0xd0, 0x60}, Black }, "accent publish.theme.error.control"},
		{"ink like the accent", func(x *Tokens) { x.Ink = x.Accent }, "ink publish.theme.error.text"},
		{"dark accent on dark", func(x *Tokens) { x.DarkAccent, x.DarkInk = Colour{0x20, 0x10, 0x10}, White }, "dark_accent publish.theme.error.control"},
		{"dark ink", func(x *Tokens) { x.DarkInk = x.DarkAccent }, "dark_ink publish.theme.error.text"},
		{"no such header", func(x *Tokens) { x.Header = "huge" }, "header web.field.choice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := good
			tt.change(&x)
			got := ""
			if e, ok := errs.Find(x.Check()); ok {
				got = e.Fields[0].Name + " " + e.Fields[0].Key
				if len(e.Fields) != 1 {
					t.Errorf("%d fields: %v", len(e.Fields), e)
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	// A colour that nearly passes is led to its neighbour, not to black.
	x := good
	x.Accent = Colour{0x10, 0xa0, 0x90}
	e, _ := errs.Find(x.Check())
	near, _ := Parse(e.Fields[0].Args[5].(string))
	if d := distance(x.Accent, near); e.Fields[0].Name != "ink" && d > 0.2 {
		t.Errorf("the neighbour of %v is %v, %.2f away", x.Accent, near, d)
	}
}

// TestGroundsAreThoseOfTheStyles holds that the grounds of which this package
// thinks are those that pages have.
func TestGroundsAreThoseOfTheStyles(t *testing.T) {
	b, err := os.ReadFile("../../../assets/styles/theme.css")
	if err != nil {
		t.Fatal(err)
	}
	day, night, found := strings.Cut(string(b), "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("the styles have no dark part")
	}
	for _, part := range []struct {
		name, css string
		s         scheme
	}{{"light", day, light}, {"dark", night, dark}} {
		for name, want := range map[string]Colour{"surface": part.s.surface, "raised": part.s.raised, "line": part.s.line, "line-strong": part.s.lineStrong, "ink": part.s.ink, "muted": part.s.muted} {
			if got := styled(t, part.css, name); got != want {
				t.Errorf("%s, --%s: the styles say %v, this package %v", part.name, name, got, want)
			}
		}
	}
	if got := styled(t, night, "ground"); got != dark.ground {
		t.Errorf("dark ground: %v, want %v", got, dark.ground)
	}
	site, err := os.ReadFile("../../../assets/styles/site.css")
	if err != nil || !strings.Contains(string(site), "--ground: #fff;") {
		t.Errorf("the light ground of the site is not white any more: %v", err)
	}
	own := Standard("").Tokens()
	if styled(t, day, "brand") != own.Accent || styled(t, day, "on-brand") != own.Ink {
		t.Errorf("the standard theme is not that of the styles")
	}
}

// styled gives a property of a style sheet.
func styled(t *testing.T, css, name string) Colour {
	t.Helper()
	m := regexp.MustCompile(`--` + name + `: ([^;]+);`).FindStringSubmatch(css)
	if m == nil {
		t.Fatalf("no --%s in the styles", name)
	}
	value := m[1]
	if other, ok := strings.CutPrefix(value, "var(--"); ok {
		return styled(t, css, strings.TrimSuffix(other, ")"))
	}
	if len(value) == 4 {
		value = "#" + strings.Repeat(value[1:2], 2) + strings.Repeat(value[2:3], 2) + strings.Repeat(value[3:4], 2)
	}
	c, err := Parse(value)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSheet holds that a sheet sets nothing but colours, for both schemes, and is
// small.
func TestSheet(t *testing.T) {
	for _, x := range []Tokens{Standard("").Tokens(), {Accent: Colour{0x8a, 0x1c, 0x2c}, Ink: White, Header: Band}} {
		x = x.Complete()
		got := x.Sheet()
		rest := regexp.MustCompile(`--[a-z-]+:#[0-9a-f]{6};?`).ReplaceAllString(got, "")
		if rest != ":root{}\n@media (prefers-color-scheme:dark){:root{}}\n" || len(got) > 700 {
			t.Errorf("%d bytes, with %q", len(got), rest)
		}
		if len(x.Digest()) != 32 || x.Digest() == Standard("").Tokens().Digest() && x.Accent != Standard("").Accent {
			t.Errorf("digest %q", x.Digest())
		}
		if trial := x.Trial(); !strings.HasPrefix(trial, got) || !strings.Contains(trial, ".in-dark{") {
			t.Errorf("trial: %s", trial)
		}
	}
}
