// Command train makes identify.bin.gz, the model of package language, and measures it.
//
//	go run ./internal/text/language/train --data language_id_train.tsv.gz
//
// A line of data is CODE<TAB>SOURCE<TAB>TEXT. One text in ten, chosen by its hash, is
// never learned from and gives the figures; the same choice is made by the tests.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"sifara/internal/text/language"
	"sifara/internal/text/language/corpus"
)

func main() {
	log.SetFlags(0)
	var data files
	flag.Var(&data, "data", "sentences, TSV or ArSarcasm's CSV, plain or gzip; may stand several times")
	out := flag.String("out", "internal/text/language/identify.bin.gz", "where the model goes")
	leave := flag.String("leave", "", "leave out what comes from this source, and measure on it")
	flag.Parse()
	if len(data) == 0 {
		flag.Usage()
		os.Exit(2)
	}
	all, err := corpus.Read(data...)
	if err != nil {
		log.Fatal(err)
	}
	train, aside, held := corpus.Split(all, *leave)
	model := language.Fit(train, aside, log.Printf)
	if err := language.Use(model); err != nil {
		log.Fatal(err)
	}
	fmt.Print(corpus.Measure(held))
	if *leave != "" {
		return
	}
	packed, err := language.Pack(model)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, packed, 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%s: %d bytes, %d unpacked", *out, len(packed), len(model))
}

type files []string

func (f *files) String() string     { return strings.Join(*f, ",") }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }
