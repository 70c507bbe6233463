package text

// change is a stretch of an old text, in bytes, and what took its place.
type change struct {
	from, to int
	put      string
}

// changes are the stretches in which new differs from old, in order.
func changes(old, new string) []change {
	var out []change
	at, open := 0, false
	for _, e := range Diff(old, new) {
		if e.Op == Equal {
			at, open = at+len(e.Text), false
			continue
		}
		if !open {
			out, open = append(out, change{from: at, to: at}), true
		}
		last := &out[len(out)-1]
		if e.Op == Delete {
			at += len(e.Text)
			last.to = at
		} else {
			last.put += e.Text
		}
	}
	return out
}

// Merge joins two texts that were made from the same base, word by word: what
// either changed is changed, once where both changed it alike. It reports false
// where they changed the same words, or words beside each other, differently.
func Merge(base, mine, theirs string) (joined string, ok bool) {
	a, b := changes(base, mine), changes(base, theirs)
	var out []byte
	at := 0
	take := func(c change) {
		out = append(out, base[at:c.from]...)
		out = append(out, c.put...)
		at = c.to
	}
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].to < b[0].from:
			take(a[0])
			a = a[1:]
		case len(a) == 0 || b[0].to < a[0].from:
			take(b[0])
			b = b[1:]
		case a[0] == b[0]:
			take(a[0])
			a, b = a[1:], b[1:]
		default:
			return "", false
		}
	}
	return string(append(out, base[at:]...)), true
}
