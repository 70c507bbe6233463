package tone

import "strings"

// signs finds shouting: exclamation marks and words in capitals.
func (l *look) signs() {
	for _, b := range l.bangs {
		if b.count > 1 {
			l.add(Exclamation, b.from, b.to, b.word, heatBangs, "", "exclamations", "count", b.count)
		} else {
			l.add(Exclamation, b.from, b.to, b.word, heatBang, "", "exclamation")
		}
	}
	for i := 0; i < len(l.words); {
		j := i
		for j < len(l.words) && l.shouts(j) && l.together(i, j) {
			j++
		}
		if n := j - i; n > 1 || n == 1 && l.words[i].letters > 5 {
			l.mark(Capitals, i, j, min(heatMostShout, heatShout*float64(n)), calmer(l.s[l.words[i].from:l.words[j-1].to]), "capitals")
		}
		i = max(j, i+1)
	}
}

// shouts tells whether a word is in capitals and no abbreviation that the lists
// allow. Words of one or two letters count only in a run.
func (l *look) shouts(i int) bool {
	w := &l.words[i]
	return w.letters >= 3 && w.upper == w.letters && w.to-w.from == w.letters && !w.allowed
}

// calmer writes the passage without capitals but the first.
func calmer(s string) string {
	if s == "" {
		return ""
	}
	return s[:1] + strings.ToLower(s[1:])
}

// judged asks the models for posts, paragraph by paragraph.
func (l *look) judged() {
	if l.lang != "en" && l.lang != "ar" {
		return
	}
	at, asked := 0, 0
	for from := 0; from < len(l.s) && asked < maxJudged; {
		to := lineEnd(l.s, from)
		begin := at
		for at < len(l.words) && l.words[at].from < to {
			at++
		}
		if n := at - begin; n >= 3 && n <= postWords {
			asked++
			l.judge(from, to, begin, n)
		}
		from = to + 1
	}
}

// lineEnd is the byte at which the line that holds byte from ends.
func lineEnd(s string, from int) int {
	if i := strings.IndexByte(s[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(s)
}

// maxJudged bounds how many paragraphs of one text the models read; postWords is
// the longest text that is like those they have learnt from.
const (
	maxJudged = 60
	postWords = 60
)

// judge asks about one paragraph. The models have learnt from posts: of a text
// without the marks of one, they must be surer.
func (l *look) judge(from, to, at, n int) {
	s := l.s[from:to]
	post := posted(s)
	labels := l.c.label(l.lang, s)
	if l.lang == "ar" {
		if labels.Sarcasm && float64(labels.SarcasmP) >= sarcasmFrom && post {
			l.add(Sarcasm, from, to, at, heatSarcasm, "", "sarcastic")
		}
		return
	}
	least := plainThreatFrom
	if post {
		least = threatFrom
	}
	if p := float64(labels.ThreatP); p >= least {
		l.add(Threat, from, to, at, heatModel+0.4*p, "", "violent")
	}
}
