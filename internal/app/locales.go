package app

import "embed"

//go:embed locales/*.json
var localeFiles embed.FS
