package i18n

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// figures are the signs with which a language writes numbers, as in CLDR. The
// Arabic letter mark before minus and percent keeps them on the proper side.
type figures struct {
	zero                        rune
	group, decimal, minus       string
	percentBefore, percentAfter string
}

// figures are CLDR's; those of Kurmanji stand there under "ku".
func (l Lang) figures() figures {
	switch l {
	case Kurmanji:
		return figures{zero: '0', group: ".", decimal: ",", minus: "-", percentBefore: "%"}
	case English:
		return figures{zero: '0', group: ",", decimal: ".", minus: "-", percentAfter: "%"}
	}
	return figures{zero: '٠', group: "٬", decimal: "٫", minus: "\u061c-", percentAfter: "٪\u061c"}
}

// Number writes a whole number with its thousands grouped: ١٬٢٣٤, 1.234, 1,234.
func (p *Printer) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	whole, negative := strings.CutPrefix(s, "-")
	return p.grouped(whole, "", negative)
}

// Int is Number for an int, such as a length.
func (p *Printer) Int(n int) string { return p.Number(int64(n)) }

// Decimal writes a number rounded to so many digits after the separator,
// between 0 and 20. What is not a number or infinite is written "–".
func (p *Printer) Decimal(f float64, digits int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	s := strconv.FormatFloat(f, 'f', min(max(digits, 0), 20), 64)
	s, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(s, ".")
	return p.grouped(whole, fraction, negative && strings.Trim(s, "0.") != "")
}

// upTo writes a number with at most so many digits after the separator and no
// zeros at the end.
func (p *Printer) upTo(f float64, digits int) string {
	for digits > 0 {
		wide := strconv.FormatFloat(f, 'f', digits, 64)
		if !strings.HasSuffix(wide, "0") {
			break
		}
		digits--
	}
	return p.Decimal(f, digits)
}

// Percent writes a share of one as a percentage with at most one digit after
// the separator: Percent(0.125) is 12.5%.
func (p *Printer) Percent(share float64) string {
	fig := p.lang.figures()
	return fig.percentBefore + p.upTo(share*100, 1) + fig.percentAfter
}

// Digits replaces the ASCII digits of a text by the language's own and leaves
// everything else as it is; for numbers that are names: years, rooms,
// reference numbers.
func (p *Printer) Digits(s string) string {
	zero := p.lang.figures().zero
	if zero == '0' {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// grouped writes the ASCII digits of a number in the language's signs.
func (p *Printer) grouped(whole, fraction string, negative bool) string {
	fig := p.lang.figures()
	var b strings.Builder
	if negative {
		b.WriteString(fig.minus)
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(fig.group)
		}
		b.WriteRune(fig.zero + rune(whole[i]-'0'))
	}
	if fraction != "" {
		b.WriteString(fig.decimal)
		b.WriteString(p.Digits(fraction))
	}
	return b.String()
}

// byteUnits are the keys of the units from a thousand bytes upwards.
var byteUnits = []string{"kilo", "mega", "giga", "tera", "peta", "exa"}

// Bytes writes a size in units of a thousand (1 kB is 1000 bytes), with one
// digit after the separator below ten of a unit.
func (p *Printer) Bytes(n int64) string {
	if n > -1000 && n < 1000 {
		return p.T("i18n.bytes.plain", "count", n)
	}
	size, unit := float64(n)/1000, 0
	for math.Abs(size) >= 999.5 && unit < len(byteUnits)-1 {
		size, unit = size/1000, unit+1
	}
	digits := 0
	if math.Abs(size) < 9.95 {
		digits = 1
	}
	return p.raw("i18n.bytes."+byteUnits[unit], "size", p.upTo(size, digits))
}

// ParseDigits replaces Arabic-Indic (٠–٩), extended Arabic-Indic as used in
// Persian and often in Kurdish (۰–۹) and fullwidth digits by ASCII ones, for
// reading the numbers which people type. The rest of the text is untouched,
// bytes that are not UTF-8 included.
func ParseDigits(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if d, ok := digit(r); ok {
			b.WriteByte(d)
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// digit is the ASCII digit for a digit of another script.
func digit(r rune) (byte, bool) {
	for _, zero := range []rune{'٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return '0' + byte(r-zero), true
		}
	}
	return 0, false
}
