// Command train makes letters.tsv, what Arabic letters stand for in Latin names,
// and order.tsv beside it, which letters follow which:
//
//	go run ./internal/text/names/train --data arabic_names_train.txt.gz
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"

	"sifara/internal/text/names"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "pairs of names, ARABIC<TAB>LATIN, gzip")
	out := flag.String("out", "internal/text/names/letters.tsv", "where the table goes")
	flag.Parse()
	learn, held, err := names.ReadPairs(*data)
	if err != nil {
		log.Fatal(err)
	}
	t := names.Fit(learn)
	if err := os.WriteFile(*out, []byte(t.String()), 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(*out), "order.tsv"), []byte(names.FitOrder(learn)), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d pairs learned; held out %+v", len(learn), t.Measure(held))
}
