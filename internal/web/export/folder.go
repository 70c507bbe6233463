package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// list is the file that says what a copy holds.
const list = "sifara-export.json"

// ErrNotOurs refuses to write into a folder that holds something else.
var ErrNotOurs = errors.New("export: the folder is neither empty nor an earlier copy")

// contents is what the list of a copy says.
type contents struct {
	Report
	Files []string `json:"names"`
}

// folder is the folder of a copy.
type folder struct {
	root    *os.Root
	before  []string // files of the earlier copy
	now     map[string]bool
	written int
	bytes   int64
}

// openFolder makes the folder, or opens an empty one or an earlier copy. What
// is written cannot leave it, whatever links stand in it.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	f := &folder{root: root, now: map[string]bool{}}
	b, err := fs.ReadFile(root.FS(), list)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		there, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		if len(there) > 0 {
			return nil, ErrNotOurs
		}
		// A copy that is broken off can be taken up again.
		return f, f.put(list, []byte("{}\n"))
	case err != nil:
		return nil, fmt.Errorf("export: %w", err)
	}
	var c contents
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, errors.Join(ErrNotOurs, err)
	}
	f.before = c.Files
	return f, nil
}

// write writes a file in one step, when it is new or different.
func (f *folder) write(name string, body []byte) error {
	f.now[name] = true
	f.bytes += int64(len(body))
	if old, err := f.root.ReadFile(filepath.FromSlash(name)); err == nil && bytes.Equal(old, body) {
		return nil
	}
	f.written++
	return f.put(name, body)
}

// stream is write for what is too long for memory.
func (f *folder) stream(name string, fill func(io.Writer) error) error {
	f.now[name] = true
	local := filepath.FromSlash(name)
	if err := f.root.MkdirAll(filepath.Dir(local), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	half := local + ".part"
	out, err := f.root.Create(half)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err = errors.Join(fill(out), out.Close()); err != nil {
		delete(f.now, name)
		return errors.Join(err, f.root.Remove(half))
	}
	info, err := f.root.Stat(half)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	f.bytes += info.Size()
	if a, err := f.sum(half); err == nil {
		if b, err := f.sum(local); err == nil && a == b {
			return f.root.Remove(half)
		}
	}
	f.written++
	if err := f.root.Rename(half, local); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (f *folder) sum(name string) (out [sha256.Size]byte, err error) {
	file, err := f.root.Open(name)
	if err != nil {
		return out, err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	return [sha256.Size]byte(h.Sum(nil)), err
}

func (f *folder) put(name string, body []byte) error {
	name = filepath.FromSlash(name)
	if err := f.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	half := name + ".part"
	if err := f.root.WriteFile(half, body, 0o644); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := f.root.Rename(half, name); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// finish removes what an earlier copy held and this one does not, and writes
// the list.
func (f *folder) finish(r Report) (removed int, err error) {
	defer func() { err = errors.Join(err, f.root.Close()) }()
	for _, name := range f.before {
		if f.now[name] || !filepath.IsLocal(filepath.FromSlash(name)) {
			continue
		}
		switch err := f.root.Remove(filepath.FromSlash(name)); {
		case err == nil:
			removed++
		case !errors.Is(err, fs.ErrNotExist):
			return removed, fmt.Errorf("export: %w", err)
		}
		// Folders that became empty go too; one that is not empty stays.
		for dir := filepath.Dir(filepath.FromSlash(name)); dir != "."; dir = filepath.Dir(dir) {
			if f.root.Remove(dir) != nil {
				break
			}
		}
	}
	r.Removed = removed
	b, err := json.MarshalIndent(contents{r, slices.Sorted(maps.Keys(f.now))}, "", "\t")
	if err != nil {
		return removed, fmt.Errorf("export: %w", err)
	}
	return removed, f.put(list, append(b, '\n'))
}

// locations are the addresses in a site map; none in anything else.
func locations(body []byte) (out []string) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err == io.EOF || err != nil {
			return out
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "loc" {
			continue
		}
		var at string
		if d.DecodeElement(&at, &start) == nil {
			out = append(out, at)
		}
	}
}
