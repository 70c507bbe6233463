package app

import "runtime/debug"

// version is set by the linker; a plain `go build` leaves it empty.
var version string

// Version is the version of this binary: a tag or commit, "devel" when it was
// built without one.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
