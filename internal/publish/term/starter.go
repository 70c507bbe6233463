package term

import (
	_ "embed"
	"slices"
	"sync"
)

//go:embed iraq.csv
var iraq []byte

// Starter are entries with which a house may begin: official names of Iraq's
// institutions, provinces and titles, without ids.
func Starter() []Entry { return slices.Clone(starter()) }

var starter = sync.OnceValue(func() []Entry {
	list, err := readCSV(iraq)
	if err != nil {
		panic("term: shipped entries: " + err.Error()) // the binary was built wrong; a test reads them
	}
	for i := range list {
		if err := list[i].clean(); err != nil {
			panic("term: shipped entry " + list[i].Name("") + ": " + err.Error())
		}
	}
	return list
})

// Shipped is the base of the starter entries.
var Shipped = sync.OnceValue(func() *Base { return NewBase(Starter()) })
