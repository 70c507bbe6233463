package tone

import (
	"sifara/internal/i18n"
	engine "sifara/internal/text/tone"
)

// Say puts the reason of a finding into words.
func Say(p *i18n.Printer, f engine.Finding) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		if lang, ok := a.(engine.LanguageName); ok {
			a = i18n.Lang(lang)
		}
		args[i] = a
	}
	return p.T(f.Reason, args...)
}
