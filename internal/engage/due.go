package engage

import (
	"slices"
	"time"
)

// Due is the service target: the end of the given number of working days after
// the day on which was asked, in the mission's own zone and working week. A
// question asked on a weekend therefore waits from the next working day on. A
// weekend that covers the whole week is taken for none.
func Due(asked time.Time, zone *time.Location, weekend []time.Weekday, days int) time.Time {
	y, m, d := asked.In(zone).Date()
	free := func(w time.Weekday) bool { return slices.Contains(weekend, w) }
	all := true
	for w := time.Sunday; w <= time.Saturday; w++ {
		all = all && free(w)
	}
	for n := 0; n < days; {
		d++
		if all || !free(time.Date(y, m, d, 12, 0, 0, 0, zone).Weekday()) {
			n++
		}
	}
	return time.Date(y, m, d, 23, 59, 0, 0, zone).UTC()
}
