package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/perm"
)

// Sentence says in the reader's words what was done: the message
// "audit.act.<act>" with {actor} and the details, or the act's code where no
// context has words for it. Times are shown in the zone.
func (r Record) Sentence(p *i18n.Printer, zone *time.Location) string {
	name := r.ActorName
	if name == "" {
		name = r.Actor
	}
	if r.Kind == perm.System {
		name = p.T("audit.system")
	}
	args := []any{"actor", name, "object", r.ObjectID}
	for k, v := range r.Detail {
		args = append(args, k, Show(p, zone, v))
	}
	if key := "audit.act." + r.Act; p.Has(key) {
		return p.T(key, args...)
	}
	return p.T("audit.act_unknown", "actor", name, "act", r.Act)
}

// Show gives a detail as it is shown to people: whole numbers stay numbers, so
// that sentences can count them.
func Show(p *i18n.Printer, zone *time.Location, v any) any {
	switch v := v.(type) {
	case nil:
		return p.T("audit.nothing")
	case string:
		return showText(p, zone, v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64() // a JSON number is one
		return f
	case bool:
		if v {
			return p.T("audit.yes")
		}
		return p.T("audit.no")
	case []any:
		items := make([]string, len(v))
		for i, x := range v {
			items[i] = fmt.Sprint(Show(p, zone, x))
		}
		return p.List(items)
	case map[string]any:
		return showNames(p, v)
	}
	return fmt.Sprint(v)
}

func showText(p *i18n.Printer, zone *time.Location, s string) any {
	if key, ok := strings.CutPrefix(s, wordPrefix); ok {
		return p.T(key)
	}
	if len(s) >= len("2006-01-02T15:04:05Z") && s[10] == 'T' {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return p.DateTime(t.In(zone))
		}
	}
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return p.Digits(s)
	}
	return s
}

// showNames chooses the reader's language among texts by language.
func showNames(p *i18n.Printer, names map[string]any) string {
	for _, l := range append([]i18n.Lang{p.Lang()}, i18n.Langs...) {
		if s, ok := names[string(l)].(string); ok && s != "" {
			return s
		}
	}
	b, _ := json.Marshal(names) // it came from JSON
	return string(b)
}
