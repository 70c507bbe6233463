package fetch

import (
	"embed"
	"io/fs"
)

//go:embed locales/*.json
var localeFiles embed.FS

// Locales are the words of this package's errors, in the four languages.
func Locales() fs.FS {
	sub, err := fs.Sub(localeFiles, "locales")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}
