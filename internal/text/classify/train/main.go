package main

import (
	"flag"
	"fmt"
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
	for _, of := range tasks {
		if *only != "" && *only != of.name {
			continue
		}
		t, c, err := of.read(*data)
		if err == nil && *measure {
			if t.events {
				reportEvents(os.Stdout, t, c)
			} else {
				report(os.Stdout, t, c)
			}
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

// tasks are the models to train.
var tasks = []struct {
	name string
	read func(dir string) (*task, texts, error)
}{{"sentiment", sentiment}, {"acts", acts}, {"crisis", crisis}}

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
