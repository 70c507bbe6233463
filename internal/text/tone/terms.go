package tone

import (
	"unicode"
	"unicode/utf8"
)

// terms turns the hits of the lists into findings.
func (l *look) terms() {
	for i, h := range l.hits {
		switch h.list {
		case Insults:
			l.mark(Insult, h.from, h.to, heatInsult, h.suggestion, "insult")
		case Threats:
			l.mark(Threat, h.from, h.to, heatThreat, h.suggestion, "threat")
		case Harms:
			if from, ok := l.meant(h, i); ok {
				l.mark(Threat, from, h.to, heatThreat, "", "threat")
			}
		case Undiplomatics:
			l.mark(Undiplomatic, h.from, h.to, heatUndiplomatic, h.suggestion, reasonOf("undiplomatic", h.suggestion))
		case Sarcasms:
			l.mark(Sarcasm, h.from, h.to, heatSarcasm, h.suggestion, "sarcasm")
		case Superlatives:
			l.mark(Superlative, h.from, h.to, heatSuperlative, h.suggestion, "superlative")
		case Promises:
			l.mark(Promise, h.from, h.to, 0, h.suggestion, "promise")
		case Leaders:
			l.mark(Leader, h.from, h.to, heatLeader, "", "leader")
		case Offices:
			if to, ok := l.named(h); ok {
				l.mark(Leader, h.from, to, heatLeader, "", "office")
			}
		case Addresses:
			if b, ok := l.blamed(h, i); ok {
				l.mark(Attack, min(h.from, b.from), max(h.to, b.to), heatAttack, "", "attack")
			}
		}
	}
}

func reasonOf(reason, suggestion string) string {
	if suggestion == "" {
		return reason
	}
	return reason + "_other"
}

// reach is how many words may stand between an intent and the harm, or between
// the reader and the blame.
const reach = 5

// meant finds the intent before a harm, in its sentence and without a negation
// between: "we will destroy".
func (l *look) meant(h hit, i int) (from int, ok bool) {
	for k := i - 1; k >= 0 && l.hits[k].from >= h.from-2*reach; k-- {
		switch before := l.hits[k]; {
		case before.to > h.from || !l.together(before.from, h.from):
		case before.list == Negations:
			return 0, false
		case before.list == Intents && h.from-before.to <= reach:
			return before.from, true
		}
	}
	return 0, false
}

// blamed finds what is held against the reader near a word that speaks to them.
// The first of several such words counts.
func (l *look) blamed(h hit, i int) (hit, bool) {
	for k := i - 1; k >= 0 && l.hits[k].from >= h.from-2*reach; k-- {
		if l.hits[k].list == Addresses && l.together(l.hits[k].from, h.from) {
			return hit{}, false
		}
	}
	near := func(b hit) bool {
		return (b.list == Blames || b.list == Insults || b.list == Undiplomatics) && b.from-h.to <= reach && h.from-b.to <= reach/2 && l.together(b.from, h.from)
	}
	for k := max(0, i-2*reach); k < len(l.hits) && l.hits[k].from-h.to <= reach; k++ {
		if near(l.hits[k]) {
			return l.hits[k], true
		}
	}
	return hit{}, false
}

func (l *look) together(a, b int) bool { return l.words[a].sentence == l.words[b].sentence }

// named tells whether an office stands beside a name: a word with a capital, or,
// where there are none, a country.
func (l *look) named(h hit) (to int, ok bool) {
	if h.to >= len(l.words) || !l.together(h.from, h.to) {
		return 0, false
	}
	if l.lang == "en" || l.lang == "kmr" {
		return h.to + 1, l.capital(h.to)
	}
	for _, c := range l.hits {
		if (c.list == Countries || c.list == Leaders) && c.from >= h.to && c.from <= h.to+1 && l.together(h.from, c.from) {
			return c.to, true
		}
	}
	return 0, false
}

// capital tells whether a word begins with a capital and goes on without.
func (l *look) capital(i int) bool {
	c, _ := utf8.DecodeRuneInString(l.s[l.words[i].from:])
	return unicode.IsUpper(c) && l.words[i].upper < l.words[i].letters
}
