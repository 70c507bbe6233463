package group

import (
	"slices"
	"time"

	"sifara/internal/listen"
)

// Timeline counts the posts that show a group over the time that they cover: by
// the hour, or by the day where that would be more than four days.
func Timeline(list []Evidence) (bins []listen.Bin, step time.Duration) {
	var ids []int64
	for _, e := range list {
		ids = append(ids, e.Post)
	}
	if len(ids) == 0 {
		return nil, time.Hour
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	from, to := listen.PostTime(ids[0]), listen.PostTime(ids[len(ids)-1])
	step = time.Hour
	if to.Sub(from) > 4*24*time.Hour {
		step = 24 * time.Hour
	}
	from = from.Truncate(step)
	bins = make([]listen.Bin, int(to.Sub(from)/step)+1) // a look covers MostDays
	for i := range bins {
		bins[i].From = from.Add(time.Duration(i) * step)
	}
	for _, id := range ids {
		bins[listen.PostTime(id).Sub(from)/step].Posts++
	}
	return bins, step
}
