package burst

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// TestTail compares the tail with the sum from below.
func TestTail(t *testing.T) {
	for _, phi := range []float64{0, 0.05, 0.3, 2} {
		for _, mean := range []float64{0.01, 0.3, 4, 90} {
			sum := 1.0
			for k := int64(0); k < int64(4*mean)+8; k++ {
				if got := Tail(k, mean, phi); math.Abs(got-sum) > 1e-9 {
					t.Fatalf("Tail(%d, %v, %v) = %v, want %v", k, mean, phi, got, sum)
				}
				sum -= math.Exp(LogMass(k, mean, phi))
			}
		}
	}
	if got := Tail(3, 0, 1); got != 0 {
		t.Errorf("nothing expected: %v, want 0", got)
	}
}

func TestQuantile(t *testing.T) {
	for _, p := range []float64{0.05, 0.5, 0.9, 0.999} {
		k := Quantile(p, 12, 0.3)
		if 1-Tail(k+1, 12, 0.3) < p || k > 0 && 1-Tail(k, 12, 0.3) >= p {
			t.Errorf("Quantile(%v) = %d", p, k)
		}
	}
}

var day0 = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// quiet feeds a post every two hours for days, from three sources in turn.
func quiet(d *Detector, name string, days int) time.Time {
	for h := 0; h < days*24; h += 2 {
		d.Add(name, []string{"a", "b", "c"}[h/2%3], day0.Add(time.Duration(h)*time.Hour+7*time.Minute), 1)
	}
	return day0.AddDate(0, 0, days)
}

// TestBurst wants an explosion told within a minute, with its begin, its end
// and its sources.
func TestBurst(t *testing.T) {
	d := New(Config{})
	at := quiet(d, "x", 20).Add(30 * time.Minute)
	for i := range 60 {
		d.Add("x", []string{"a", "b", "c", "d"}[i%4], at.Add(time.Duration(i)*10*time.Second), 1)
	}
	d.Advance(at.Add(24 * time.Hour))
	d.Add("x", "a", at.Add(24*time.Hour), 1)
	list := d.Alarms()
	if len(list) != 1 {
		t.Fatalf("%d alarms, want 1: %+v", len(list), list)
	}
	a := list[0]
	if lag := a.At.Sub(at); lag <= 0 || lag > time.Minute || !a.Since.Equal(at) || a.Faulty() || !a.Ended {
		t.Errorf("alarm %+v, want it within a minute of %s", a, at)
	}
	if end := a.Until.Sub(at); end < 10*time.Minute || end > time.Hour || a.Posts != 60 || a.Level == 0 || len(a.Why.Sources) != 4 {
		t.Errorf("alarm lasted %s with %d posts, level %d, %v", end, a.Posts, a.Level, a.Why.Sources)
	}
}

// TestOneSource wants the rise of a single source told as its fault, and the
// alarm when the others follow.
func TestOneSource(t *testing.T) {
	d := New(Config{})
	at := quiet(d, "x", 20)
	for i := range 30 {
		d.Add("x", "b", at.Add(time.Duration(i)*4*time.Second), 1)
	}
	d.Advance(at.Add(3 * time.Minute))
	list := d.Alarms()
	if len(list) != 1 || !list[0].Faulty() || list[0].Faults[0] != (Fault{Kind: OneSource, Source: "b", Share: 1}) {
		t.Fatalf("%+v, want a fault of b", list)
	}
	for i := range 60 {
		d.Add("x", []string{"a", "c", "b"}[i%3], at.Add(4*time.Minute+time.Duration(i)*4*time.Second), 1)
	}
	d.Advance(at.Add(10 * time.Minute))
	if list = d.Alarms(); len(list) != 2 || list[1].Faulty() {
		t.Errorf("%+v, want an alarm when others follow", list)
	}
}

// TestAllAtOnce wants one fault when all countries change together.
func TestAllAtOnce(t *testing.T) {
	d := New(Config{})
	for h := range 24 * 30 {
		d.Add(fmt.Sprint("c", h*7%40), "gov", day0.Add(time.Duration(h)*time.Hour+time.Duration(h*h%60)*time.Minute), 1)
	}
	at := day0.AddDate(0, 0, 30)
	for i := range 40 {
		d.Add(fmt.Sprint("c", i), "gov", at, 12)
	}
	d.Advance(at.Add(time.Hour))
	list := d.Alarms()
	if len(list) != 1 || list[0].Series != "*" || list[0].Faults[0].Kind != AllAtOnce {
		t.Errorf("%d alarms, first %+v, want one fault of all", len(list), list[:min(1, len(list))])
	}
}

// TestSilent wants a source that falls silent told.
func TestSilent(t *testing.T) {
	d := New(Config{})
	for i := range 15 * 24 * 4 {
		at := day0.Add(time.Duration(i) * 15 * time.Minute)
		if d.Add("x", "steady", at, 1); i < 12*24*4 {
			d.Add("y", "broken", at.Add(time.Minute), 1)
		}
	}
	list := d.Alarms()
	if len(list) != 1 || list[0].Series != "source:broken" || list[0].Faults[0].Kind != Silent || list[0].At.Sub(day0.AddDate(0, 0, 12)) > 24*time.Hour {
		t.Errorf("%+v, want the silence of one source within a day", list)
	}
}

// TestBeginning wants no alarm of a stream that begins at its usual rate, and
// one of a word nobody used before.
func TestBeginning(t *testing.T) {
	d := New(Config{})
	for i := range 600 {
		d.Add("steady", "", day0.Add(time.Duration(i)*12*time.Second), 1)
	}
	if list := d.Alarms(); len(list) != 0 {
		t.Errorf("a beginning: %+v", list[0])
	}
	at := quiet(d, "steady", 3)
	for i := range 6 {
		d.Add("new", "", at.Add(time.Duration(i)*10*time.Second), 1)
	}
	if list := d.Advance(at.Add(time.Minute)); len(list) != 1 || list[0].Series != "new" {
		t.Errorf("%+v, want the new word", list)
	}
}

// TestDays works on days alone.
func TestDays(t *testing.T) {
	d := New(Config{Bin: 24 * time.Hour})
	for i := range 120 {
		n := int64(3 + i%3)
		if i == 100 {
			n = 60
		}
		d.Add("x", "", day0.AddDate(0, 0, i), n)
	}
	if list := d.Alarms(); len(list) != 1 || !list[0].Since.Equal(day0.AddDate(0, 0, 100)) {
		t.Errorf("%+v, want day 100", list)
	}
}
