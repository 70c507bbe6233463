// Package corpus reads sentences of known languages for training and measuring
// package language. It is no part of the house's program.
package corpus

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"strings"

	"sifara/internal/text/language"
)

// Sentence is one text with its class and where it comes from.
type Sentence struct{ Class, Source, Text string }

// Read reads files in their order. TSV has code, source and text; a CSV
// holds posts as [posts] says, a folder is searched as [folder] says.
func Read(paths ...string) (out []Sentence, err error) {
	for _, p := range paths {
		if out, err = read(out, p); err != nil {
			return nil, fmt.Errorf("read %s: %w", p, err)
		}
	}
	return out, nil
}

func read(out []Sentence, path string) ([]Sentence, error) {
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return folder(out, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	if strings.Contains(path, ".csv") {
		return posts(out, in)
	}
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		col := strings.SplitN(sc.Text(), "\t", 3)
		if len(col) == 3 {
			out = append(out, Sentence{col[0], col[1], col[2]})
		}
	}
	return out, sc.Err()
}

// posts reads a table of posts by the name of its text column: "tweet" beside
// "dialect" is Arabic (ArSarcasm), " tweet" English (CrisisLex), "tweet" alone
// Sorani. One without a header, label last, is English (speech acts).
func posts(out []Sentence, in io.Reader) ([]Sentence, error) {
	r := csv.NewReader(in)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return out, err
	}
	switch head := rows[0]; {
	case slices.Contains(head, "dialect"):
		for _, r := range rows[1:] {
			out = append(out, Sentence{"ar", "arsarcasm-" + r[3], r[0]})
		}
	case slices.Contains(head, " tweet"):
		for _, r := range rows[1:] {
			out = append(out, Sentence{"en", "crisislex", r[1]})
		}
	case head[0] == "tweet":
		for _, r := range rows[1:] {
			out = append(out, Sentence{"ckb", "posts", r[0]})
		}
	default:
		for _, r := range rows {
			out = append(out, Sentence{"en", "speech-acts", longest(r)})
		}
	}
	return out, nil
}

func longest(cells []string) string {
	return slices.MaxFunc(cells, func(a, b string) int { return len(a) - len(b) })
}

// Split divides sentences by the hash of their text: one in ten is held out, one
// in twenty is kept aside for temperatures, the rest is learned from. What comes
// from the source leave, if named, is all held out, and nothing else is.
func Split(all []Sentence, leave string) (train, aside []language.Sample, held []Sentence) {
	for _, s := range all {
		place := Place(s.Text)
		x := language.Sample(s)
		switch {
		case leave != "" && s.Source == leave, leave == "" && place < 2:
			held = append(held, s)
		case place == 2:
			aside = append(aside, x)
		case place > 2:
			train = append(train, x)
		}
	}
	return train, aside, held
}

// Place is 0 to 19, evenly and always the same for a text: 0 and 1 are held out.
func Place(text string) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, text)
	return int(h.Sum32() >> 8 % 20)
}
