package text

import "testing"

func TestMerge(t *testing.T) {
	const base = "زار الوزير باريس. التقى نظيره. وعاد مساء."
	for _, c := range []struct {
		name, base, mine, theirs, want string
		ok                             bool
	}{
		{"different sentences", base, "زار الوزير لندن. التقى نظيره. وعاد مساء.", "زار الوزير باريس. التقى نظيره. وعاد صباحا.", "زار الوزير لندن. التقى نظيره. وعاد صباحا.", true},
		{"only mine", base, base + " انتهى.", base, base + " انتهى.", true},
		{"only theirs", base, base, "أمس " + base, "أمس " + base, true},
		{"alike", base, "زار الوزير لندن. التقى نظيره. وعاد مساء.", "زار الوزير لندن. التقى نظيره. وعاد مساء.", "زار الوزير لندن. التقى نظيره. وعاد مساء.", true},
		{"the same word", base, "زار الوزير لندن. التقى نظيره. وعاد مساء.", "زار الوزير روما. التقى نظيره. وعاد مساء.", "", false},
		{"one deletes what the other changes", "one two three", "one three", "one 2 three", "", false},
		{"both add at the end", "one", "one two", "one three", "", false},
		{"from nothing", "", "mine", "theirs", "", false},
		{"from nothing by one", "", "mine", "", "mine", true},
		{"a paragraph each", "First.\n\nMiddle.\n\nLast.", "First, said he.\n\nMiddle.\n\nLast.", "First.\n\nMiddle.\n\nLast word.", "First, said he.\n\nMiddle.\n\nLast word.", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Merge(c.base, c.mine, c.theirs)
			if got != c.want || ok != c.ok {
				t.Errorf("got %q %v, want %q %v", got, ok, c.want, c.ok)
			}
			if other, ok2 := Merge(c.base, c.theirs, c.mine); other != got || ok2 != ok {
				t.Errorf("the other way round: %q %v", other, ok2)
			}
		})
	}
}

// FuzzMerge holds that a merge with nothing is the other's text, whoever it is.
func FuzzMerge(f *testing.F) {
	f.Add("a b c", "a x c")
	f.Add("", "دەق")
	f.Add("one.\n\ntwo", "one.\n\n\xfftwo ")
	f.Fuzz(func(t *testing.T, base, mine string) {
		for _, m := range [][2]string{{mine, base}, {base, mine}, {mine, mine}} {
			if got, ok := Merge(base, m[0], m[1]); !ok || got != mine {
				t.Fatalf("of %q: %q and %q give %q %v", base, m[0], m[1], got, ok)
			}
		}
	})
}
