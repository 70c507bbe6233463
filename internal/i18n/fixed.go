package i18n

import (
	"strconv"
	"strings"
)

// Fixed writes n/10^digits exactly: amounts of money in their smallest unit,
// figures kept in hundredths. Fixed(123450, 2) is 1,234.50. digits is between 0
// and 18.
func (p *Printer) Fixed(n int64, digits int) string {
	s, negative := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	digits = min(max(digits, 0), 18)
	if len(s) <= digits {
		s = strings.Repeat("0", digits+1-len(s)) + s
	}
	return p.grouped(s[:len(s)-digits], s[len(s)-digits:], negative)
}

// ParseFixed reads what people type for a number with at most so many digits
// after the separator, as n*10^digits: in any digits, with the separators of
// the language, with or without groups of three. What could be meant in two
// ways, such as groups that are not of three, is refused; so are negative
// numbers and those that int64 does not hold.
func (l Lang) ParseFixed(s string, digits int) (int64, bool) {
	s = strings.Map(keepFigure, strings.TrimSpace(ParseDigits(s)))
	f := l.figures()
	decimal, group := f.decimal, f.group
	if l != Kurmanji { // where "٫" or "." is written, both are
		decimal, group = ".", ","
		s = strings.NewReplacer("٫", ".", "٬", ",", "،", ",").Replace(s)
	}
	whole, fraction, split := strings.Cut(s, decimal)
	if split && fraction == "" || len(fraction) > digits || !figuresOnly(fraction) {
		return 0, false
	}
	whole, ok := ungrouped(whole, group)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	return n, err == nil
}

// keepFigure drops the marks and spaces that stand in numbers unseen.
func keepFigure(r rune) rune {
	switch r {
	case ' ', '\u00a0', '\u202f', '\u200e', '\u200f', '\u061c':
		return -1
	}
	return r
}

// ungrouped takes the separators out of a whole number, which has either none
// or one before every third digit from the end.
func ungrouped(s, group string) (string, bool) {
	parts := strings.Split(s, group)
	for i, part := range parts {
		if !figuresOnly(part) || part == "" || i > 0 && len(part) != 3 || len(parts) > 1 && len(part) > 3 {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func figuresOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
