package main

import (
	"os"
	"path/filepath"
	"testing"

	"sifara/internal/text/classify/linear"
)

// shippedHead is the first head of the model that is in the binary.
func shippedHead(name string) (*linear.Head, error) {
	b, err := os.ReadFile(filepath.Join("..", "models", name+".model"))
	if err != nil {
		return nil, err
	}
	m, err := linear.Decode(b)
	if err != nil {
		return nil, err
	}
	return &m.Heads[0], nil
}

// TestHeldOutEvent leaves one event of six thousand related posts out; all of them
// would take minutes. See docs/models/crisis.md.
func TestHeldOutEvent(t *testing.T) {
	task, c, err := crisis(data(t, "crisis_t6_2012_Sandy_Hurricane-ontopic_offtopic.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := shippedHead("crisis")
	if err != nil {
		t.Fatal(err)
	}
	posts, rest := c.split(func(s sample) bool { return s.Event == "2013_West_Texas_explosion" })
	scores := score(task.fit(rest), posts)
	var vs []verdict
	for i, s := range posts.samples {
		if s.Set == "T6" {
			vs = append(vs, verdict{s.Label, shipped.Decide(&scores[i]).Class})
		}
	}
	wants(t, &task.heads[0], vs, map[string]float64{"macro-F1": 0.938})
}
