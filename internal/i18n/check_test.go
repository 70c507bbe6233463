package i18n

import (
	"strings"
	"testing"
)

const arForms = `{"k": {"zero": "لا رسائل", "one": "رسالة", "two": "رسالتان", "few": "{count} رسائل", "many": "{count} رسالة", "other": "{count} رسالة"}}`

func TestCheck(t *testing.T) {
	const (
		ar  = `{"k": "نعم"}`
		ckb = `{"k": "بەڵێ"}`
		kmr = `{"k": "Erê"}`
		en  = `{"k": "Yes"}`
	)
	for _, tc := range []struct {
		name             string
		ar, ckb, kmr, en string
		want             string // empty: no error
	}{
		{"right", ar, ckb, kmr, en, ""},
		{"missing", ar, `{}`, kmr, en, "k: missing in ckb"},
		{"empty", ar, ckb, kmr, `{"k": ""}`, "en: text is empty"},
		{"space", ar, ckb, `{"k": "Erê "}`, en, "kmr: space around"},
		{"markup", ar, ckb, kmr, `{"k": "<b>Yes"}`, "en: markup"},
		{"override", ar, ckb, kmr, "{\"k\": \"Yes\u202e\"}", "control of direction"},
		{"not translated", `{"k": "Yes"}`, ckb, kmr, en, "ar: no Arabic letters"},
		{"sentence nowhere translated", `{"k": "Yes sir"}`, `{"k": "Yes sir"}`, `{"k": "Yes sir"}`, `{"k": "Yes sir"}`, "ar: no Arabic letters"},
		{"a name", `{"k": "JSON Feed"}`, `{"k": "JSON Feed"}`, `{"k": "JSON Feed"}`, `{"k": "JSON Feed"}`, ""},
		{"no letters", `{"k": "{a} – {b}"}`, `{"k": "{a} – {b}"}`, `{"k": "{b} – {a}"}`, `{"k": "{a}–{b}"}`, ""},
		{"Kurmanji in Arabic letters", ar, ckb, ckb, en, "kmr: arabic letters"},
		{"placeholders", `{"k": "نعم {a}"}`, ckb, kmr, en, "placeholders are [] in ckb but [a] in ar"},
		{"Arabic kaf", ar, `{"k": "كورد"}`, kmr, en, "ckb"},
		{"Arabic yeh", ar, `{"k": "بەلي"}`, kmr, en, "U+064A"},
		{"teh marbuta", ar, `{"k": "نامة"}`, kmr, en, "U+0629"},
		{"heh for e", ar, `{"k": "نامه"}`, kmr, en, "vowel"},
		{"heh for e inside", ar, "{\"k\": \"نامه\u200cکان\"}", kmr, en, "vowel"},
		{"heh as consonant", ar, `{"k": "گوناه، هەواڵ، بەهار"}`, kmr, en, ""},
		{"forms", arForms, `{"k": {"one": "نامەیەک", "other": "{count} نامە"}}`, `{"k": {"one": "nameyek", "other": "{count} name"}}`, `{"k": {"one": "{count} message", "other": "{count} messages"}}`, ""},
		{"plain among forms", arForms, `{"k": "{count} نامە"}`, `{"k": "{count} name"}`, `{"k": {"one": "one message", "other": "{count} messages"}}`, ""},
		{"form missing", `{"k": {"one": "رسالة", "other": "{count} رسالة"}}`, `{"k": "{count} نامە"}`, `{"k": "{count} name"}`, `{"k": "{count} m"}`, `ar: form "few" is missing`},
		{"form too many", arForms, `{"k": "{count} نامە"}`, `{"k": "{count} name"}`, `{"k": {"one": "one", "few": "{count} m", "other": "{count} m"}}`, `en: form "few" does not exist`},
		{"form without count", arForms, `{"k": "{count} نامە"}`, `{"k": {"one": "{count} name", "other": "name"}}`, `{"k": "{count} m"}`, `kmr: form "other" lacks {count}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := load(t, files(tc.ar, tc.ckb, tc.kmr, tc.en)).Check()
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("Check() = %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("Check() = %v, want %q", err, tc.want)
			}
		})
	}
}
