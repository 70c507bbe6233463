package text

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	tests := []struct {
		name, old, new string
		want           []Edit
	}{
		{"same", "a b", "a b", []Edit{{Equal, "a b"}}},
		{"both empty", "", "", nil},
		{"word changed", "we condemn this act", "we welcome this act",
			[]Edit{{Equal, "we "}, {Delete, "condemn"}, {Insert, "welcome"}, {Equal, " this act"}}},
		{"word added", "نرحب بالقرار", "لا نرحب بالقرار", []Edit{{Insert, "لا "}, {Equal, "نرحب بالقرار"}}},
		{"words in a row are one change", "a b c d", "a x y d",
			[]Edit{{Equal, "a "}, {Delete, "b c"}, {Insert, "x y"}, {Equal, " d"}}},
		{"sign", "Yes, sir", "Yes sir", []Edit{{Equal, "Yes"}, {Delete, ","}, {Equal, " sir"}}},
		{"all new", "", "a", []Edit{{Insert, "a"}}},
		{"all gone", "a", "", []Edit{{Delete, "a"}}},
		{"character of Chinese", "外交部", "外务部", []Edit{{Equal, "外"}, {Delete, "交"}, {Insert, "务"}, {Equal, "部"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Diff(tt.old, tt.new); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDiffIsBounded(t *testing.T) {
	var a, b strings.Builder
	for i := range 15000 {
		fmt.Fprintf(&a, "a%d ", i)
		fmt.Fprintf(&b, "b%d ", i)
	}
	edits := Diff(a.String(), b.String())
	rebuilt(t, a.String(), b.String(), edits)
}

func rebuilt(t *testing.T, old, new string, edits []Edit) {
	t.Helper()
	var a, b strings.Builder
	for i, e := range edits {
		if e.Text == "" || i > 0 && edits[i-1].Op == e.Op {
			t.Fatalf("edit %d of %v", i, edits)
		}
		if e.Op != Insert {
			a.WriteString(e.Text)
		}
		if e.Op != Delete {
			b.WriteString(e.Text)
		}
	}
	if a.String() != old || b.String() != new {
		t.Fatalf("%q → %q gave %v", old, new, edits)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("a b c", "a x c")
	f.Add("a b c d e f", "d e f a b c")
	f.Fuzz(func(t *testing.T, a, b string) { rebuilt(t, a, b, Diff(a, b)) })
}
