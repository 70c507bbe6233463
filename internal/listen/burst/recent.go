package burst

// recent holds the posts of the last day, or of the longest window, and their
// sums over each window.
type recent struct {
	entries []entry
	tail    []int   // first entry of each window
	sums    []int64 // posts of each window
}

// entry are posts of one source in one bin.
type entry struct {
	bin    int64
	source int32
	posts  int32
}

func newRecent(windows int) recent {
	return recent{tail: make([]int, windows), sums: make([]int64, windows)}
}

// add takes posts of the newest bin.
func (r *recent) add(bin int64, source int32, n int64) {
	for i := range r.sums {
		r.sums[i] += n
	}
	for j := len(r.entries) - 1; j >= 0 && r.entries[j].bin == bin; j-- {
		if r.entries[j].source == source {
			r.entries[j].posts += int32(n)
			return
		}
	}
	r.entries = append(r.entries, entry{bin, source, int32(n)})
}

// to lets fall what lies before the windows that end with a bin.
func (r *recent) to(bin int64, widths []int64) {
	for i, w := range widths {
		for r.tail[i] < len(r.entries) && r.entries[r.tail[i]].bin <= bin-w {
			r.sums[i] -= int64(r.entries[r.tail[i]].posts)
			r.tail[i]++
		}
	}
	drop := r.tail[len(widths)-1]
	if drop < 64 || drop < len(r.entries)/2 {
		return
	}
	r.entries = append(r.entries[:0], r.entries[drop:]...)
	for i := range r.tail {
		r.tail[i] -= drop
	}
}

// sources are the posts of a window by source.
func (r *recent) sources(i int) map[int32]int64 {
	m := map[int32]int64{}
	for _, e := range r.entries[r.tail[i]:] {
		m[e.source] += int64(e.posts)
	}
	return m
}

// first is the bin of the first post in a window.
func (r *recent) first(i int) (bin int64, ok bool) {
	if r.tail[i] >= len(r.entries) {
		return 0, false
	}
	return r.entries[r.tail[i]].bin, true
}
