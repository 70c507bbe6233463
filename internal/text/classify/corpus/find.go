package corpus

import (
	"os"
	"path/filepath"
)

// Find gives the folder of the data sets for tests: SIFARA_TEST_DATA, or a folder
// shared/data beside the repository; "" if it has no file of that name. root is
// the path to the repository.
func Find(root, name string) string {
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join(root, "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		return ""
	}
	return dir
}
