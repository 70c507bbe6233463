package i18n

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// load is the catalogue with this package's messages and those of the file
// systems.
func load(t testing.TB, fsys ...fs.FS) *Catalogue {
	t.Helper()
	c, err := Load(fsys...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// files makes a file system from the contents of ar, ckb, kmr and en.json.
func files(contents ...string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for i, content := range contents {
		fsys[string(Langs[i])+".json"] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

// same is a file system with the same content in the four languages.
func same(content string) fstest.MapFS {
	return files(content, content, content, content)
}

func TestOwnMessages(t *testing.T) {
	c := load(t)
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	for _, l := range Langs {
		for _, key := range c.Keys(l) {
			if !strings.HasPrefix(key, "i18n.") {
				t.Errorf("%s: key %q lacks the prefix i18n.", l, key)
			}
		}
	}
}

func TestLoad(t *testing.T) {
	inDir := make(fstest.MapFS)
	for name, file := range same(`{"c.d": "D"}`) {
		inDir["locales/"+name] = file
	}
	c := load(t, same(`{"a.b": "B"}`), nil, inDir)
	for _, l := range Langs {
		for _, key := range []string{"a.b", "c.d", "i18n.now"} {
			if !c.Has(l, key) {
				t.Errorf("%s: key %q is missing", l, key)
			}
		}
	}
	if c.Has(Arabic, "a") || c.Has("fr", "a.b") {
		t.Error("Has reports what is not there")
	}
}

func TestLoadErrors(t *testing.T) {
	for _, tc := range []struct {
		name string
		fsys []fs.FS
		want string
	}{
		{"no files", []fs.FS{files()}, "ar.json"},
		{"one file absent", []fs.FS{files(`{}`, `{}`, `{}`)}, "en.json"},
		{"twice in a file", []fs.FS{same(`{"a": "x", "a": "y"}`)}, `ar.json: duplicate key "a"`},
		{"twice across", []fs.FS{same(`{"a": "x"}`), same(`{"a": "x"}`)}, `duplicate key "a"`},
		{"own key", []fs.FS{same(`{"i18n.now": "x"}`)}, `duplicate key "i18n.now"`},
		{"form twice", []fs.FS{same(`{"a": {"other": "x", "other": "y"}}`)}, `duplicate form "other"`},
		{"no general form", []fs.FS{same(`{"a": {"one": "x"}}`)}, `no form "other"`},
		{"number", []fs.FS{same(`{"a": 1}`)}, "want a text"},
		{"null", []fs.FS{same(`{"a": null}`)}, "want a text"},
		{"nested", []fs.FS{same(`{"a": {"other": {"b": "c"}}}`)}, "want a text"},
		{"list", []fs.FS{same(`["a"]`)}, "want an object"},
		{"empty key", []fs.FS{same(`{"": "a"}`)}, "bad key"},
		{"cut off", []fs.FS{same(`{"a": "b"`)}, "EOF"},
		{"more", []fs.FS{same(`{} {}`)}, "follows"},
		{"braces", []fs.FS{same(`{"a": "b {"}`)}, `key "a": unmatched`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Load(tc.fsys...)
			if err == nil || c != nil {
				t.Fatalf("Load() = %v, %v, want an error", c, err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not say %q", err, tc.want)
			}
		})
	}
}
