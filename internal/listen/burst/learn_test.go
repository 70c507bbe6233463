package burst

import (
	"testing"
	"time"
)

// TestLearn wants a past that was only told by the hour to lead to the alarm to
// which the posts themselves lead, and a copy to know the same.
func TestLearn(t *testing.T) {
	d := New(Config{Known: day0, PerSeries: true})
	at := day0.AddDate(0, 0, 20)
	d.Start(at.Add(20 * time.Minute))
	for h := 0; h < 20*24; h += 2 {
		for _, s := range []string{"x", "y"} {
			d.Learn(s, day0.Add(time.Duration(h)*time.Hour), 1)
		}
	}
	d.SetRate("y", 1e-200)
	for copied := range 2 {
		c := d.Clone()
		for i := range 30 {
			for _, s := range []string{"x", "y"} {
				c.Add(s, "a", at.Add(time.Hour+time.Duration(i)*10*time.Second), 1)
			}
		}
		c.Advance(at.Add(3 * time.Hour))
		list := c.Alarms()
		if len(list) != 1 || list[0].Series != "x" || !list[0].Since.Equal(at.Add(time.Hour)) || list[0].At.Sub(list[0].Since) > time.Minute {
			t.Fatalf("copy %d: %+v, want one alarm of x within a minute; y has a rate of practically none", copied, list)
		}
		if w := list[0].Why; w.Usual < 0.3 || w.Usual > 0.7 || w.High > 3 {
			t.Errorf("copy %d: usual %v an hour, up to %d, want about a half", copied, w.Usual, w.High)
		}
	}
	if d.Alarms() != nil && len(d.Alarms()) > 0 {
		t.Error("the original heard what its copies were told")
	}
}

// TestLearnQuiet wants no alarm of a busy series that goes on as it was learnt.
func TestLearnQuiet(t *testing.T) {
	d := New(Config{Known: day0, PerSeries: true})
	at := day0.AddDate(0, 0, 10)
	d.Start(at)
	for h := range 240 {
		d.Learn("x", day0.Add(time.Duration(h)*time.Hour), int64(60+h%7))
	}
	for m := range 600 {
		d.Add("x", "a", at.Add(time.Duration(m)*time.Minute), int64(1+m%2))
	}
	if list := d.Alarms(); len(list) != 0 {
		t.Errorf("%+v, want silence", list)
	}
}

// TestLearnFeed wants the silence of a source that was only learnt.
func TestLearnFeed(t *testing.T) {
	d := New(Config{Known: day0})
	at := day0.AddDate(0, 0, 10)
	d.Start(at)
	for h := range 240 {
		d.Learn("x", day0.Add(time.Duration(h)*time.Hour), 4)
		d.LearnFeed("steady", day0.Add(time.Duration(h)*time.Hour), 4)
		d.LearnFeed("broken", day0.Add(time.Duration(h)*time.Hour), 4)
	}
	for h := range 24 {
		d.Add("x", "steady", at.Add(time.Duration(h)*time.Hour), 4)
	}
	list := d.Alarms()
	if len(list) != 1 || list[0].Series != "source:broken" || !list[0].Faulty() {
		t.Errorf("%+v, want the silence of one source", list)
	}
}

func TestUsual(t *testing.T) {
	counts := make([]int64, 24*14)
	for i := range counts {
		counts[i] = 10
	}
	for i := 300; i < len(counts); i++ {
		counts[i] = 500
	}
	u := Usual(day0, counts, 300)
	if u[299] < 8 || u[299] > 12 || u[len(u)-1] < 8 || u[len(u)-1] > 12 {
		t.Errorf("usual %v before and %v in the burst, want about 10", u[299], u[len(u)-1])
	}
}
