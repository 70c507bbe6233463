package ui

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/a-h/templ"
)

// mirrored are the icons that point along the line of writing and therefore
// turn round in right-to-left pages.
var mirrored = map[string]bool{
	"arrow-left": true, "arrow-right": true, "arrow-up-right": true, "chevron-left": true, "chevron-right": true,
	"external-link": true, "login": true, "logout": true, "send": true, "share": true, "mail-forward": true,
	"list": true, "list-check": true, "list-details": true, "list-search": true,
	"trending-up": true, "trending-down": true, "speakerphone": true, "notes": true,
}

// Icon draws an icon of the set in assets/build/icons.txt, in the colour of
// the text and 1.25em high. It is hidden from screen readers: the text beside
// it must say the same. "chevron-right" and "arrow-right" mean "onward" and
// turn round in right-to-left pages. An unknown name draws a dot.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		shapes, ok := iconShapes[name]
		if !ok {
			shapes = iconShapes["point"]
		}
		class := "icon"
		if mirrored[name] {
			class = "icon icon-flip"
		}
		_, err := io.WriteString(w, `<svg class="`+class+`" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">`+shapes+`</svg>`)
		return err
	})
}

// IconNames lists the names that Icon knows, sorted.
func IconNames() []string { return slices.Sorted(maps.Keys(iconShapes)) }
