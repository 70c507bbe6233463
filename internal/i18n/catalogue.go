package i18n

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// own holds this package's messages, and in directories of their own the names
// of countries and languages.
//
//go:embed locales
var own embed.FS

// ownDirs are the directories of own.
var ownDirs = []string{"locales", "locales/countries", "locales/languages"}

// Catalogue holds every message of the house in the four languages. It is
// read-only after Load and safe for use by many goroutines.
type Catalogue struct {
	messages map[Lang]map[string]message
	missing  sync.Map // lang+key of what was asked for in vain, to report it once
}

// Load reads ar.json, ckb.json, kmr.json and en.json of each file system, at
// its root or in its directory "locales", together with this package's own
// messages (keys beginning "i18n."). A nil file system is skipped. An absent
// file, a text that cannot be read or a key which is given twice, be it in one
// file or across file systems, is an error; whether the languages agree with
// one another is the matter of Check.
func Load(fsys ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{messages: make(map[Lang]map[string]message, len(Langs))}
	for _, l := range Langs {
		c.messages[l] = make(map[string]message)
	}
	var errs []error
	keys := map[string]string{} // one copy of each for the four languages
	for _, dir := range ownDirs {
		sub, err := fs.Sub(own, dir)
		if err != nil {
			return nil, fmt.Errorf("load locales: %w", err)
		}
		errs = append(errs, c.add(sub, keys))
	}
	for _, f := range fsys {
		if f != nil {
			errs = append(errs, c.add(f, keys))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("load locales: %w", err)
	}
	return c, nil
}

// add reads the four files of one file system.
func (c *Catalogue) add(fsys fs.FS, keys map[string]string) error {
	if _, err := fs.Stat(fsys, "locales"); err == nil {
		sub, err := fs.Sub(fsys, "locales")
		if err != nil {
			return err
		}
		fsys = sub
	}
	for _, l := range Langs {
		name := string(l) + ".json"
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		entries, err := parseFile(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for key, m := range entries {
			if _, ok := c.messages[l][key]; ok {
				return fmt.Errorf("%s: duplicate key %q", name, key)
			}
			if _, ok := keys[key]; !ok {
				keys[key] = key
			}
			c.messages[l][keys[key]] = m
		}
	}
	return nil
}

// parseFile reads one locale file. It walks the tokens itself because
// encoding/json lets the last of two equal keys win in silence.
func parseFile(data []byte) (map[string]message, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := open(dec); err != nil {
		return nil, err
	}
	entries := make(map[string]message)
	for dec.More() {
		key, err := readKey(dec)
		if err != nil {
			return nil, err
		}
		if _, ok := entries[key]; ok {
			return nil, fmt.Errorf("duplicate key %q", key)
		}
		m, err := readMessage(dec)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
		entries[key] = m
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	return entries, nil
}

func open(dec *json.Decoder) error {
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return fmt.Errorf("want an object, got %v", tok)
	}
	return nil
}

func readKey(dec *json.Decoder) (string, error) {
	tok, err := dec.Token()
	if err != nil {
		return "", err
	}
	key, ok := tok.(string)
	if !ok || key == "" {
		return "", fmt.Errorf("bad key %v", tok)
	}
	return key, nil
}

// readMessage reads a text or an object of plural forms.
func readMessage(dec *json.Decoder) (message, error) {
	tok, err := dec.Token()
	if err != nil {
		return message{}, err
	}
	if text, ok := tok.(string); ok {
		t, err := parseTemplate(text)
		return message{general: t}, err
	}
	if tok != json.Delim('{') {
		return message{}, fmt.Errorf("want a text or plural forms, got %v", tok)
	}
	m := message{forms: make(map[form]template)}
	for dec.More() {
		if err := m.readForm(dec); err != nil {
			return message{}, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return message{}, err
	}
	var ok bool
	if m.general, ok = m.forms[other]; !ok {
		return message{}, errors.New(`no form "other"`)
	}
	return m, nil
}

func (m message) readForm(dec *json.Decoder) error {
	key, err := readKey(dec)
	if err != nil {
		return err
	}
	f := form(key)
	if _, ok := m.forms[f]; ok {
		return fmt.Errorf("duplicate form %q", f)
	}
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	text, ok := tok.(string)
	if !ok {
		return fmt.Errorf("form %q: want a text, got %v", f, tok)
	}
	if m.forms[f], err = parseTemplate(text); err != nil {
		return fmt.Errorf("form %q: %w", f, err)
	}
	return nil
}

// Keys lists the keys of the house which exist in a language, in no order.
func (c *Catalogue) Keys(l Lang) []string {
	keys := make([]string, 0, len(c.messages[l]))
	for key := range c.messages[l] {
		keys = append(keys, key)
	}
	return keys
}

// Has reports whether a key exists in a language.
func (c *Catalogue) Has(l Lang, key string) bool {
	_, ok := c.messages[l][key]
	return ok
}
