package listenweb

import (
	"math"
	"testing"
)

// Every country that can be chosen has its place on the map, and none lies
// where no country can.
func TestEveryCountryHasAMiddle(t *testing.T) {
	for _, c := range countryCodes {
		at, ok := middleOf()[c]
		if !ok || math.Abs(at[0]) > 70 || math.Abs(at[1]) > 180 {
			t.Errorf("%s: %v", c, at)
		}
	}
	if len(middleOf()) != len(countryCodes) {
		t.Errorf("%d middles for %d countries", len(middleOf()), len(countryCodes))
	}
}
