// Package corpus reads the public data sets from which the classifiers are
// trained and on which they are measured. The sets are not part of the repository;
// docs/models says where each comes from, under which licence, and its sha256.
package corpus

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sifara/internal/text/classify/ngram"
)

// Sample is one labelled text.
type Sample struct {
	Text      string
	Label     int    // into the names of the set's labels
	Sarcastic int    // 1 if it is (Arabic sentiment)
	Event     string // of a crisis post
	Set       string // of a crisis post: "T6" or "T26"
	Part      int    // fifth, 0 to 4; texts that differ only in names and addresses share it, and crisis posts of one event
}

// Parts is into how many parts samples fall.
const Parts = 5

func rows(dir, name string) ([][]string, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r := csv.NewReader(z)
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	out, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func sample(text string, label int) Sample {
	return Sample{Text: text, Label: label, Part: int(ngram.TextHash(text) % Parts)}
}

// Sentiments are the labels of [Arabic] and [Sorani].
var Sentiments = []string{"negative", "neutral", "positive"}

// Arabic reads arabic_sentiment_train.csv.gz: the training set of ArSarcasm-v2.
func Arabic(dir string) ([]Sample, error) {
	all, err := rows(dir, "arabic_sentiment_train.csv.gz")
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, r := range all[1:] {
		s := sample(r[0], map[string]int{"NEG": 0, "NEU": 1, "POS": 2}[r[2]])
		if r[1] == "TRUE" {
			s.Sarcastic = 1
		}
		out = append(out, s)
	}
	return out, nil
}

// Sorani reads kurdish_sentiment_silver.csv.gz: Sorani tweets labelled by a
// machine. It may be used to measure, not to train what is given away.
func Sorani(dir string) ([]Sample, error) {
	all, err := rows(dir, "kurdish_sentiment_silver.csv.gz")
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, r := range all[1:] {
		out = append(out, sample(r[0], map[string]int{"negative": 0, "neutral": 1, "positive": 2}[r[1]]))
	}
	return out, nil
}

// Acts are the labels of [EnglishActs].
var Acts = []string{"expression", "statement", "question", "suggestion", "threat", "request", "other"}

// EnglishActs reads speech_acts_en_train.csv.gz.
func EnglishActs(dir string) ([]Sample, error) {
	all, err := rows(dir, "speech_acts_en_train.csv.gz")
	if err != nil {
		return nil, err
	}
	codes := map[string]int{"EXP": 0, "STM": 1, "QUE": 2, "SUG": 3, "THT": 4, "REQ": 5, "OTH": 6}
	var out []Sample
	for _, r := range all {
		if label, ok := codes[r[1]]; ok {
			out = append(out, sample(r[0], label))
		}
	}
	return out, nil
}

// Relevance are the labels of [Crises].
var Relevance = []string{"not_related", "related"}

// sameEvent names the events that both collections know in one way.
var sameEvent = map[string]string{
	"2013_Alberta_Floods": "2013_Alberta_floods", "2013_Boston_Bombings": "2013_Boston_bombings",
	"2013_West_Texas_Explosion": "2013_West_Texas_explosion",
}

// Crises reads CrisisLexT6 (crisis_t6_*.csv.gz) and CrisisLexT26 (crisis_t26). What
// T26 calls "not applicable", a text nobody could read, is left out; related is
// what is related, informative or not.
func Crises(dir string) ([]Sample, error) {
	var out []Sample
	for _, set := range []struct{ name, pattern string }{
		{"T6", "crisis_t6_*.csv.gz"}, {"T26", filepath.Join("crisis_t26", "*", "*labeled.csv.gz")},
	} {
		files, err := filepath.Glob(filepath.Join(dir, set.pattern))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("no %s in %s", set.pattern, dir)
		}
		for _, file := range files {
			name, err := filepath.Rel(dir, file)
			if err != nil {
				return nil, err
			}
			all, err := rows(dir, name)
			if err != nil {
				return nil, err
			}
			out = append(out, crisis(set.name, event(name), all[1:])...)
		}
	}
	return out, nil
}

func event(file string) string {
	if dir := filepath.Dir(file); dir != "." {
		return filepath.Base(dir)
	}
	name := strings.TrimSuffix(strings.TrimPrefix(file, "crisis_t6_"), "-ontopic_offtopic.csv.gz")
	if same := sameEvent[name]; same != "" {
		return same
	}
	return name
}

func crisis(set, event string, all [][]string) (out []Sample) {
	for _, r := range all {
		answer := strings.TrimSpace(r[len(r)-1])
		if answer == "Not applicable" {
			continue
		}
		s := sample(r[1], 1)
		if answer == "off-topic" || answer == "Not related" {
			s.Label = 0
		}
		s.Event, s.Set = event, set
		s.Part = int(ngram.TextHash(event) % Parts)
		out = append(out, s)
	}
	return out
}
