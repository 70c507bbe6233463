package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sifara/internal/text/classify/corpus"
	"sifara/internal/text/classify/linear"
)

func main() {
	data := flag.String("data", "", "folder of the data sets")
	out := flag.String("out", "internal/text/classify/models", "folder for the models")
	only := flag.String("only", "", "this task only: sentiment, acts or crisis")
	measure := flag.Bool("measure", true, "measure on held-out texts")
	write := flag.Bool("write", true, "train on everything and write the model")
	flag.Parse()
	for name, run := range map[string]func(string) (*task, texts, error){"sentiment": sentiment, "acts": acts, "crisis": crisis} {
		if *only != "" && *only != name {
			continue
		}
		t, c, err := run(*data)
		if err == nil && *measure {
			report(os.Stdout, t, c)
		}
		if err == nil && *write {
			err = save(filepath.Join(*out, t.name+".model"), t.develop(c))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "train:", err)
			os.Exit(1)
		}
	}
}

func sentiment(dir string) (*task, texts, error) {
	s, err := corpus.Arabic(dir)
	return sentimentTask(), newTexts(s), err
}

func acts(dir string) (*task, texts, error) {
	s, err := corpus.EnglishActs(dir)
	return actsTask(), newTexts(s), err
}

func crisis(dir string) (*task, texts, error) {
	s, err := corpus.Crises(dir)
	return crisisTask(), newTexts(s), err
}

func save(path string, m *linear.Model) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := m.Encode(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// report trains on four fifths and prints what is reached on the last.
func report(w io.Writer, t *task, c texts) {
	test, dev := c.split(func(s corpus.Sample) bool { return s.Part == 0 })
	m := t.develop(dev)
	scores := score(m, test)
	for i, h := range t.heads {
		head := &m.Heads[i]
		vs := verdicts(head, scores, test, h.label)
		printTable(w, t.name, head.Classes, vs)
		low, high := interval(len(head.Classes), vs, h.goal)
		fmt.Fprintf(w, "goal %.4f [%.3f, %.3f], calibration error %.3f, bound %.2f, favours %.2f slopes %.2f offsets %.2f\n", h.goal(tabulate(len(head.Classes), vs)), low, high,
			miscalibration(head, scores, test, h.label), head.Unsure, head.Favour, head.Slope, head.Offset)
	}
}

func printTable(w io.Writer, name string, classes []string, vs []verdict) {
	t := tabulate(len(classes), vs)
	fmt.Fprintf(w, "\n%s: %d texts, %.1f %% not sure, macro-F1 %.3f\n\n| class | texts | precision | recall | F1 |\n|---|---|---|---|---|\n", name, len(vs), 100*t.unsure(), t.macro())
	for c, n := range classes {
		fmt.Fprintf(w, "| %s | %.0f | %.3f | %.3f | %.3f |\n", n, t.support(c), t.precision(c), t.recall(c), t.f1(c))
	}
}
