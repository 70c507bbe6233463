package tone

import "strconv"

// numbers finds figures in sentences that name no source. What needs none: years,
// days beside a month, numbers of resolutions and articles, single digits.
func (l *look) numbers() {
	sourced, referred, months := map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, h := range l.hits {
		switch h.list {
		case Sources:
			sourced[l.words[h.from].sentence] = true
		case References:
			for i := h.to; i < h.to+behind && i < len(l.words) && l.together(h.from, i); i++ {
				referred[i] = true
			}
		case Months:
			months[h.from] = true
		}
	}
	for i := range l.words {
		w := &l.words[i]
		if !w.number || sourced[w.sentence] || months[i-1] || months[i+1] {
			continue
		}
		share := l.percent(w.to) || i+1 < len(l.words) && scaled[l.words[i+1].key] && l.together(i, i+1)
		if !share && (len(w.key) < 2 || referred[i] && l.small(w.key) || year(w.key)) {
			continue
		}
		l.mark(Number, i, i+1, 0, "", "number")
	}
}

// behind is how far from "resolution" its number may stand: "resolution of the
// Council 2253".
const behind = 4

// small tells whether the number behind "resolution" or "at" may be one of those.
func (l *look) small(key string) bool { return len(key) <= 4 }

func year(key string) bool {
	n, err := strconv.Atoi(key)
	return err == nil && len(key) == 4 && n >= 1800 && n <= 2100
}

func (l *look) percent(at int) bool {
	rest := l.s[at:min(len(l.s), at+4)]
	for _, c := range rest {
		if c == ' ' || c == 0xA0 {
			continue
		}
		return c == '%' || c == '٪'
	}
	return false
}

// scaled are words that make a figure of the number before them.
var scaled = foldedSet("percent", "per", "million", "billion", "thousand", "dollars", "مليون", "مليار", "ألف", "بالمئة", "بالمائة", "دولار", "دينار",
	"ملیۆن", "ملیار", "هەزار", "لەسەدا", "دۆلار", "milyon", "milyar", "hezar", "dolar")

func foldedSet(words ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[foldWord(w)] = true
	}
	return out
}
