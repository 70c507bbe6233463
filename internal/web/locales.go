package web

import (
	"embed"
	"io/fs"
)

//go:embed locales/*.json
var localeFiles embed.FS

// Locales are the server's own words: errors and what to do about them.
func Locales() fs.FS {
	sub, err := fs.Sub(localeFiles, "locales")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}
