package listenweb

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/listen/brief"
	"sifara/internal/text"
	"sifara/internal/web/static"
)

// Sheets draws briefings for letters and for print, in the language of the
// context. Its value is the address of the house without a trailing slash.
type Sheets string

// Briefing implements brief.Drawer.
func (base Sheets) Briefing(ctx context.Context, b brief.Briefing, print bool) (string, error) {
	var w strings.Builder
	err := briefingSheet(sheet{t: i18n.From(ctx), b: b, base: string(base), print: print}).Render(ctx, &w)
	return w.String(), err
}

type sheet struct {
	t     *i18n.Printer
	b     brief.Briefing
	base  string
	print bool
}

// style brings the fonts of the house into the print: the machine may have
// none for Arabic or Kurdish.
func (s sheet) style() string {
	var w strings.Builder
	for _, f := range []struct{ name, weight, chars string }{
		{"font-latin-400.woff2", "400", ""}, {"font-latin-600.woff2", "600", ""}, {"font-latin-more-400.woff2", "400", "U+100-2FF"},
		{"font-arabic-all.woff2", "400 600", "U+600-6FF,U+750-77F,U+8A0-8FF,U+FB50-FDFF,U+FE70-FEFF"},
	} {
		data, err := static.Read(f.name)
		if err != nil {
			continue // assets are not built: the machine's fonts serve
		}
		w.WriteString("@font-face{font-family:Sifara;font-weight:" + f.weight + ";src:url(data:font/woff2;base64," + base64.StdEncoding.EncodeToString(data) + ")")
		if f.chars != "" {
			w.WriteString(";unicode-range:" + f.chars)
		}
		w.WriteString("}")
	}
	w.WriteString("@page{size:A4;margin:16mm}h2{break-after:avoid}")
	return w.String()
}

func (s sheet) direction(t string) string { return text.Direction(t) }

type sheetBar struct{ height, colour, label, value string }

// bars are the days of the chart, the last one in the colour of the house.
func (s sheet) bars() []sheetBar {
	most := int64(1)
	for _, d := range s.b.Content.Days {
		most = max(most, d.Posts)
	}
	out := make([]sheetBar, len(s.b.Content.Days))
	for i, d := range s.b.Content.Days {
		out[i] = sheetBar{
			height: strconv.FormatInt(max(1, d.Posts*80/most), 10), colour: "#b9c9c5",
			label: s.t.Digits(strconv.Itoa(d.From.In(s.b.From.Location()).Day())), value: s.t.Number(d.Posts),
		}
	}
	if n := len(out); n > 0 {
		out[n-1].colour = "#0b5d52"
	}
	return out
}
