package clash

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestClash(t *testing.T) {
	me := Item{Unit: "paris", Campaign: "c", Subject: "travel_advice/SY", TopicID: "t", Countries: []string{"FR", "MC"}, At: noon}
	other := func(change func(*Item)) Item {
		o := Item{Unit: "rome", Countries: []string{"IT"}, At: noon.Add(time.Hour)}
		change(&o)
		return o
	}
	for _, tt := range []struct {
		name string
		o    Item
		want Kind
	}{
		{"nothing shared", other(func(*Item) {}), ""},
		{"one campaign", other(func(o *Item) { o.Campaign = "c" }), Campaign},
		{"both without a campaign", Item{Unit: "rome", At: noon}, ""},
		{"one subject", other(func(o *Item) { o.Subject = "travel_advice/SY" }), Subject},
		{"one topic", other(func(o *Item) { o.TopicID = "t" }), Topic},
		{"one country", other(func(o *Item) { o.Countries = []string{"IT", "MC"} }), Audience},
		{"all of it: the most telling", other(func(o *Item) { o.Campaign, o.TopicID, o.Countries = "c", "t", []string{"FR"} }), Campaign},
		{"the ministry", other(func(o *Item) { o.Unit, o.TopicID = "", "t" }), Topic},
		{"its own", other(func(o *Item) { o.Unit, o.TopicID = "paris", "t" }), ""},
		{"before", other(func(o *Item) { o.TopicID, o.At = "t", noon.Add(-Window+time.Second) }), Topic},
		{"at the end of the window", other(func(o *Item) { o.TopicID, o.At = "t", noon.Add(Window) }), ""},
	} {
		if got := me.Clash(tt.o); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		// Whoever plans second is told the same.
		if got := tt.o.Clash(me); got != tt.want {
			t.Errorf("%s, the other way: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCrowd(t *testing.T) {
	zone := time.FixedZone("east", 3*3600)
	me := Item{Unit: "paris", Countries: []string{"FR"}, At: noon}
	day := func(n int, o Item) (out []Item) {
		for range n {
			out = append(out, o)
		}
		return out
	}
	same := Item{Unit: "paris", Countries: []string{"FR"}, At: noon.Add(5 * time.Hour)}
	elsewhere, tomorrow := same, same
	elsewhere.Countries, tomorrow.At = []string{"IT"}, noon.Add(9*time.Hour) // midnight there
	for _, tt := range []struct {
		name   string
		others []Item
		want   int
	}{
		{"none", nil, 0},
		{"as many as one takes", day(MaxDaily-1, same), 0},
		{"too many", day(MaxDaily, same), MaxDaily},
		{"to others", day(20, elsewhere), 0},
		{"on the next day there", day(20, tomorrow), 0},
	} {
		if got := me.Crowd(tt.others, zone); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}
