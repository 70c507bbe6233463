package classify

import (
	_ "embed" // the models are part of the binary
	"sync"

	"sifara/internal/text/classify/linear"
)

//go:embed models/sentiment.ar.model
var sentimentArabicFile []byte

//go:embed models/acts.en.model
var actsEnglishFile []byte

//go:embed models/crisis.model
var crisisFile []byte

// The models, each unpacked when it is first asked for.
var (
	sentimentArabic = unpack(sentimentArabicFile)
	actsEnglish     = unpack(actsEnglishFile)
	crisisModel     = unpack(crisisFile)
)

// unpacking lets one model be unpacked at a time: there is memory for one, and
// the first post of several readers would have all of them unpacked at once.
var unpacking sync.Mutex

func unpack(file []byte) func() *linear.Model {
	return sync.OnceValue(func() *linear.Model {
		unpacking.Lock()
		defer unpacking.Unlock()
		m, err := linear.Decode(file)
		if err != nil {
			panic("classify: " + err.Error()) // the binary was built wrong; a test opens each
		}
		return m
	})
}
