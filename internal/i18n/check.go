package i18n

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Check holds the catalogue against the rules of the house and returns all
// breaches joined, or nil:
//   - every key exists in all languages and uses the same placeholders; a
//     plural form for zero, one or two may do without {count}, and a language
//     that does not inflect may write a plain text where others have forms;
//   - plural forms are exactly those of the language;
//   - no text is empty, begins or ends with a space or holds < or >;
//   - Arabic and Sorani are in Arabic letters, Kurmanji and English are not;
//     a name which is the same in all languages, each word with a capital, is
//     let through;
//   - Sorani is written in its own letters.
func (c *Catalogue) Check() error {
	keys := make(map[string]bool)
	for _, l := range Langs {
		for key := range c.messages[l] {
			keys[key] = true
		}
	}
	sorted := make([]string, 0, len(keys))
	for key := range keys {
		sorted = append(sorted, key)
	}
	slices.Sort(sorted)
	var errs []error
	for _, key := range sorted {
		for _, err := range c.checkKey(key) {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	return errors.Join(errs...)
}

// checkKey compares the four messages of one key and looks at each.
func (c *Catalogue) checkKey(key string) []error {
	var errs []error
	var want []string
	var first Lang
	isName := c.sameName(key)
	for _, l := range Langs {
		m, ok := c.messages[l][key]
		if !ok {
			errs = append(errs, fmt.Errorf("missing in %s", l))
			continue
		}
		names := m.placeholders()
		if first == "" {
			first, want = l, names
		} else if !slices.Equal(names, want) {
			errs = append(errs, fmt.Errorf("placeholders are %v in %s but %v in %s", names, l, want, first))
		}
		for _, err := range append(m.checkForms(l), m.checkTexts(l, isName)...) {
			errs = append(errs, fmt.Errorf("%s: %w", l, err))
		}
	}
	return errs
}

// sameName reports a proper name that is written alike in every language:
// "RSS", "JSON Feed".
func (c *Catalogue) sameName(key string) bool {
	text := c.messages[Arabic][key].general.String()
	for _, l := range Langs {
		m := c.messages[l][key]
		if m.plural() || m.general.String() != text {
			return false
		}
	}
	for word := range strings.FieldsSeq(text) {
		if !strings.ContainsFunc(word, unicode.IsUpper) {
			return false
		}
	}
	return true
}

// checkForms looks at the plural forms and at their placeholders.
func (m message) checkForms(l Lang) []error {
	if !m.plural() {
		return nil
	}
	var errs []error
	for f := range m.forms {
		if !slices.Contains(l.forms(), f) {
			errs = append(errs, fmt.Errorf("form %q does not exist in the language", f))
		}
	}
	all := m.placeholders()
	for _, f := range l.forms() {
		t, ok := m.in(f)
		if !ok {
			errs = append(errs, fmt.Errorf("form %q is missing", f))
			continue
		}
		for _, name := range all {
			spelled := name == "count" && (f == zero || f == one || f == two)
			if !spelled && !slices.Contains(t.names(), name) {
				errs = append(errs, fmt.Errorf("form %q lacks {%s}", f, name))
			}
		}
	}
	return errs
}

// checkTexts looks at every text of a message.
func (m message) checkTexts(l Lang, isName bool) []error {
	var errs []error
	for _, f := range allForms {
		t, ok := m.in(f)
		if !ok {
			continue
		}
		if err := checkText(t.String()); err != nil {
			errs = append(errs, err)
		}
		if isName {
			continue
		}
		if err := checkScript(l, t.literal()); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// setApart is a stretch that a text sets apart from the direction around it, an
// example such as @name: the one use of control characters that is allowed.
var setApart = regexp.MustCompile("\u2066([^\u2066-\u2069]*)\u2069")

func checkText(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("text is empty")
	case s != strings.TrimSpace(s):
		return fmt.Errorf("space around %q", s)
	case strings.ContainsAny(s, "<>"):
		return fmt.Errorf("markup in %q", s)
	case strings.ContainsFunc(setApart.ReplaceAllString(s, "$1"), isControl):
		return fmt.Errorf("control of direction in %q", s)
	}
	return nil
}

// checkScript looks at the letters of a text; a text without letters, such as
// "{a} – {b}", is of every language.
func checkScript(l Lang, s string) error {
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return nil
	}
	arabic := strings.ContainsFunc(s, isArabicLetter)
	if l.Dir() == "rtl" && !arabic {
		return fmt.Errorf("no Arabic letters in %q", s)
	}
	if l.Dir() == "ltr" && arabic {
		return fmt.Errorf("arabic letters in %q", s)
	}
	if l == Sorani {
		return checkSorani(s)
	}
	return nil
}

func isArabicLetter(r rune) bool {
	return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r)
}

// arabicOnly are letters of Arabic keyboards which Sorani writes otherwise.
var arabicOnly = map[rune]string{
	'ك': "ک (U+06A9)", 'ي': "ی (U+06CC)", 'ى': "ی (U+06CC)", 'ة': "ە (U+06D5)",
}

// vowels after which a final ه is a consonant, as in گوناه.
const vowels = "اوۆێیەئ"

// checkSorani finds Arabic letters in Sorani text, and the letter ه standing
// for the vowel ە: at the end of a word after a consonant, or before a
// zero-width non-joiner.
func checkSorani(s string) error {
	runes := []rune(s)
	for i, r := range runes {
		if better, ok := arabicOnly[r]; ok {
			return fmt.Errorf("%q has %c (%U), Sorani writes %s", s, r, r, better)
		}
		if r != 'ه' {
			continue
		}
		joined := i+1 < len(runes) && isArabicLetter(runes[i+1])
		afterVowel := i == 0 || !isArabicLetter(runes[i-1]) || strings.ContainsRune(vowels, runes[i-1])
		if !joined && !afterVowel || i+1 < len(runes) && runes[i+1] == '\u200c' {
			return fmt.Errorf("%q has ه (U+0647) for the vowel ە (U+06D5)", s)
		}
	}
	return nil
}
