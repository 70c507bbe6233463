package term_test

import (
	"slices"
	"strings"
	"testing"

	"sifara/internal/publish/term"
	engine "sifara/internal/text/tone"
)

func excerpts(list []engine.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Excerpt+"→"+f.Suggestion)
	}
	return strings.Join(out, "|")
}

func TestFind(t *testing.T) {
	base := term.Shipped()
	for _, c := range []struct{ lang, text, want string }{
		{"en", "The Ministry of Foreign Affairs spoke in Erbil.", ""},
		{"en", "Iraq's Foreign Ministry spoke in Arbil.", "Iraq's Foreign Ministry→Ministry of Foreign Affairs|Arbil→Erbil"},
		{"en", "The Ministry of Defense", "Ministry of Defense→Ministry of Defence"},
		{"ar", "بحث إقليم كردستان العراق مع بغداد", ""}, // the longer wording is admitted
		{"ar", "وبحث كردستان العراق", "كردستان العراق→إقليم كردستان"},
		{"ar", "وصل إلى اربيل", "اربيل→أربيل"},
		{"ar", "وصل إلى أربيل", ""},
		{"ckb", "لە ئەربیلدا", "ئەربیلدا→هەولێر"},
		{"kmr", "Sefîrê Iraqê", "Sefîrê→Balyoz"},
		{"kmr", "li Erbîlê", "Erbîlê→Hewlêr"},
		{"fr", "Arbil", ""},
	} {
		if got := excerpts(base.Find("", c.lang, c.text)); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

func TestFindCounts(t *testing.T) {
	s := "الوزير: زار اربيل ثم هولير."
	list := term.Shipped().Find("", "ar", s)
	runes := []rune(s)
	if len(list) != 2 || string(runes[list[1].RuneFrom:list[1].RuneTo]) != "هولير" || s[list[0].From:list[0].To] != "اربيل" {
		t.Errorf("got %+v", list)
	}
}

func TestAcross(t *testing.T) {
	base := term.Shipped()
	for _, c := range []struct{ ar, en, want string }{
		{"أعلنت وزارة الخارجية", "The Ministry of Foreign Affairs announced", ""},
		{"أعلنت وزارة الخارجية", "The Ministry of Defence announced", "→Ministry of Foreign Affairs"},
		{"أعلنت وزارة الخارجية ووزارة الخارجية", "It announced", "→Ministry of Foreign Affairs"},
		{"أعلنت وزارة الخارجية", "Iraq's Foreign Ministry announced", ""}, // wrong, and marked as such
		{"التقى رئيس مجلس الوزراء", "met the Prime Minister", ""},         // not also the Council of Ministers
		{"التقى رئيس مجلس النواب", "met the Speaker", ""},
		{"زار بابل", "visited Babylon", ""},
	} {
		if got := excerpts(base.Across("", "en", c.en, "ar", c.ar)); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.ar, c.en, got, c.want)
		}
	}
}

func TestScope(t *testing.T) {
	base := term.NewBase([]term.Entry{
		{MissionID: "paris", Words: term.Words{"en": {Preferred: "Consular Section", Wrong: []string{"Visa Office"}}}},
		{Words: term.Words{"en": {Preferred: "Office", Also: []string{"Visa Office of the Ministry"}}}},
	})
	for mission, want := range map[string]int{"paris": 1, "berlin": 0, "": 0} {
		if got := base.Find(mission, "en", "the visa office"); len(got) != want {
			t.Errorf("%q: %v", mission, got)
		}
	}
	if got := base.Find("paris", "en", "the Visa Office of the Ministry"); len(got) != 0 {
		t.Errorf("within a wanted one: %v", got)
	}
}

func TestShipped(t *testing.T) {
	list := term.Starter()
	if len(list) < 50 {
		t.Errorf("%d entries", len(list))
	}
	base := term.Shipped()
	for _, e := range list {
		if len(e.Missing()) > 0 {
			t.Errorf("%s lacks %v", e.Name(""), e.Missing())
		}
		for lang, w := range e.Words {
			for _, s := range append(slices.Clone(w.Also), w.Preferred) {
				if got := base.Find("", lang, s); len(got) != 0 {
					t.Errorf("%s: the wanted %q is marked: %v", lang, s, excerpts(got))
				}
			}
			for _, s := range w.Wrong {
				if got := base.Find("", lang, s); len(got) != 1 {
					t.Errorf("%s: the wrong %q: %v", lang, s, excerpts(got))
				}
			}
		}
	}
}
