package slot

import (
	"errors"
	"slices"
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/publish"
)

// monday is one at eight, UTC, which is the zone of a place without a week.
var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func at(day, hour int) db.Time { return db.At(time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC)) }

func weekly(id string, d time.Weekday, hour, places int) Slot {
	return Slot{ID: id, Weekday: d, Minute: hour * 60, Places: places}
}

// waits is a message in a queue.
func waits(id string, change ...func(*publish.InQueue)) publish.InQueue {
	x := publish.InQueue{Message: publish.Message{ID: id, Kind: publish.News, State: publish.StateScheduled}}
	for _, f := range change {
		f(&x)
	}
	return x
}

func notBefore(t db.Time) func(*publish.InQueue) { return func(x *publish.InQueue) { x.NotBefore = t } }
func notAfter(t db.Time) func(*publish.InQueue)  { return func(x *publish.InQueue) { x.NotAfter = t } }
func kind(k publish.Kind) func(*publish.InQueue) { return func(x *publish.InQueue) { x.Kind = k } }
func by(c publish.Channels) func(*publish.InQueue) {
	return func(x *publish.InQueue) { x.Channels = c }
}
func stands(t db.Time) func(*publish.InQueue) {
	return func(x *publish.InQueue) { x.QueueAt, x.ReleaseAt = t, t }
}

func TestAssign(t *testing.T) {
	tuesday, thursday := weekly("tue", time.Tuesday, 10, 1), weekly("thu", time.Thursday, 10, 1)
	twoAtOnce := weekly("tue", time.Tuesday, 10, 2)
	blogs, letters := weekly("blog", time.Tuesday, 10, 1), weekly("letter", time.Wednesday, 9, 1)
	blogs.Kind, letters.Channel = publish.Blog, publish.Newsletter
	now := weekly("now", time.Monday, 8, 1)
	for _, tt := range []struct {
		name  string
		slots []Slot
		list  []publish.InQueue
		want  []db.Time
	}{
		{"one after the other", []Slot{tuesday, thursday}, []publish.InQueue{waits("a"), waits("b"), waits("c")}, []db.Time{at(3, 10), at(5, 10), at(10, 10)}},
		{"two at once", []Slot{twoAtOnce, thursday}, []publish.InQueue{waits("a"), waits("b"), waits("c")}, []db.Time{at(3, 10), at(3, 10), at(5, 10)}},
		{"no slots", nil, []publish.InQueue{waits("a")}, []db.Time{0}},
		{"not before its embargo", []Slot{tuesday, thursday}, []publish.InQueue{waits("a", notBefore(at(4, 0))), waits("b")}, []db.Time{at(5, 10), at(3, 10)}},
		{"at the end of its embargo", []Slot{tuesday}, []publish.InQueue{waits("a", notBefore(at(3, 10)))}, []db.Time{at(3, 10)}},
		{"before the end of its time", []Slot{tuesday, thursday}, []publish.InQueue{waits("a"), waits("b", notAfter(at(5, 10))), waits("c")}, []db.Time{at(3, 10), 0, at(5, 10)}},
		{"a slot of another kind", []Slot{blogs, thursday}, []publish.InQueue{waits("a"), waits("b", kind(publish.Blog))}, []db.Time{at(5, 10), at(3, 10)}},
		{"the particular before the general", []Slot{tuesday, blogs}, []publish.InQueue{waits("a", kind(publish.Blog)), waits("b")}, []db.Time{at(3, 10), at(3, 10)}},
		{"a slot of a channel", []Slot{letters}, []publish.InQueue{waits("a", by("x")), waits("b", by("newsletter,x")), waits("c")}, []db.Time{0, at(4, 9), at(11, 9)}},
		{"a slot that is now has begun", []Slot{now}, []publish.InQueue{waits("a")}, []db.Time{at(9, 8)}},
		{"what is due keeps its slot", []Slot{tuesday}, []publish.InQueue{waits("a", stands(db.At(monday.Add(-5*time.Minute)))), waits("b")}, []db.Time{db.At(monday.Add(-5 * time.Minute)), at(3, 10)}},
		{"what was missed shifts the others", []Slot{tuesday, thursday}, []publish.InQueue{waits("a", stands(at(1, 10))), waits("b", stands(at(3, 10))), waits("c", stands(at(5, 10)))}, []db.Time{at(3, 10), at(5, 10), at(10, 10)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (Plan{Slots: tt.slots}).Assign(tt.list, monday); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", times(got), times(tt.want))
			}
		})
	}
}

func times(list []db.Time) (out []string) {
	for _, t := range list {
		if t.IsZero() {
			out = append(out, "none")
			continue
		}
		out = append(out, t.Std().Format("Mon 2 15:04"))
	}
	return out
}

// TestAssignNeverOverfills: whatever waits, no slot takes more than its places,
// nothing goes out before it may, and the same order gives the same times.
func TestAssignNeverOverfills(t *testing.T) {
	p := Plan{Slots: []Slot{weekly("a", time.Monday, 10, 1), weekly("b", time.Wednesday, 12, 2), weekly("c", time.Saturday, 9, 3)}}
	var list []publish.InQueue
	for i := range 60 {
		list = append(list, waits(string(rune('a'+i)), notBefore(at(1+i%20, i%24))))
	}
	got := p.Assign(list, monday)
	taken := map[db.Time]int{}
	for i, x := range got {
		if x.IsZero() {
			continue
		}
		taken[x]++
		if x < list[i].NotBefore || !x.Std().After(monday) {
			t.Errorf("%d goes out at %v", i, x.Std())
		}
	}
	for x, n := range taken {
		if most := map[time.Weekday]int{time.Monday: 1, time.Wednesday: 2, time.Saturday: 3}[x.Std().Weekday()]; n > most {
			t.Errorf("%v takes %d, has %d", x.Std(), n, most)
		}
	}
	if again := p.Assign(list, monday); !slices.Equal(got, again) {
		t.Error("the same queue gets other times")
	}
}

func TestMove(t *testing.T) {
	p := Plan{Slots: []Slot{weekly("tue", time.Tuesday, 10, 1), weekly("thu", time.Thursday, 10, 1)}}
	blogs := weekly("blog", time.Friday, 10, 1)
	blogs.Kind = publish.Blog
	both := Plan{Slots: append(slices.Clone(p.Slots), blogs)}
	queue := []publish.InQueue{waits("a"), waits("b"), waits("c")}
	for _, tt := range []struct {
		name  string
		plan  Plan
		list  []publish.InQueue
		id    string
		later bool
		want  []string
		err   error
	}{
		{"earlier", p, queue, "c", false, []string{"a", "c", "b"}, nil},
		{"later", p, queue, "a", true, []string{"b", "a", "c"}, nil},
		{"the first", p, queue, "a", false, nil, ErrFirst},
		{"the last", p, queue, "c", true, nil, ErrLast},
		{"past one that takes other slots", Plan{Slots: []Slot{p.Slots[0], blogs}}, []publish.InQueue{waits("a"), waits("b", kind(publish.Blog)), waits("c")}, "c", false, []string{"c", "a", "b"}, nil},
		{"two at once", Plan{Slots: []Slot{weekly("tue", time.Tuesday, 10, 2)}}, queue, "c", false, []string{"a", "c", "b"}, nil},
		{"none could take its place", both, []publish.InQueue{waits("a"), waits("b", notBefore(at(4, 0)))}, "b", false, nil, ErrFirst},
		{"not in the queue", p, queue, "x", false, nil, publish.ErrState},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next, err := tt.plan.Move(tt.list, tt.id, tt.later, monday)
			var got []string
			for _, x := range next {
				got = append(got, x.ID)
			}
			if !errors.Is(err, tt.err) || !slices.Equal(got, tt.want) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestSlotCheck(t *testing.T) {
	good := weekly("a", time.Monday, 10, 1)
	for _, tt := range []struct {
		name  string
		wrong func(*Slot)
		field string
	}{
		{"good", func(*Slot) {}, ""},
		{"kind", func(s *Slot) { s.Kind = "x" }, "kind"},
		{"channel", func(s *Slot) { s.Channel = "pigeon" }, "channel"},
		{"weekday", func(s *Slot) { s.Weekday = 7 }, "weekday"},
		{"minute", func(s *Slot) { s.Minute = 24 * 60 }, "at"},
		{"no places", func(s *Slot) { s.Places = 0 }, "places"},
		{"too many places", func(s *Slot) { s.Places = MaxPlaces + 1 }, "places"},
	} {
		s := good
		tt.wrong(&s)
		e, _ := errs.Find(s.Check())
		if got := tt.field == "" && e == nil || e != nil && len(e.Fields) == 1 && e.Fields[0].Name == tt.field; !got {
			t.Errorf("%s: %v", tt.name, s.Check())
		}
	}
}

// TestSummerTime: a slot stays at its local time when the clocks change.
func TestSummerTime(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	s := weekly("a", time.Sunday, 10, 1)
	before, after := s.on(2026, 3, 22, paris), s.on(2026, 3, 29, paris)
	if before.Hour() != 10 || after.Hour() != 10 || after.Sub(before) != 167*time.Hour {
		t.Errorf("%v, %v", before, after)
	}
}
