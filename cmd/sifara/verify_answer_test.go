package main

import (
	"encoding/json"
	"strings"
	"testing"

	"sifara/internal/publish"
)

func TestTellVerdict(t *testing.T) {
	long := "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
	tests := []struct {
		name string
		p    publish.Proven
		want string
	}{
		{"no text", publish.Proven{}, ""},
		{"unchanged", publish.Proven{Verdict: publish.Unchanged}, "your text\tunchanged\n"},
		{"altered", publish.Proven{Verdict: publish.Altered, Pieces: []publish.Piece{{Text: long + " "}, {Op: "-", Text: "no"}, {Op: "+", Text: "one"}, {Text: " " + long}}},
			"your text\taltered\n\t… thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty [-no-]{+one+} one two three four five six seven eight …\n"},
		{"abridged", publish.Proven{Verdict: publish.Abridged, Pieces: []publish.Piece{{Text: "نرحب"}, {Text: " "}, {Op: "-", Text: "اليوم"}, {Text: " "}, {Text: "بالقرار"}}},
			"your text\tabridged\n\tنرحب [-اليوم-] بالقرار\n"},
		{"misquoted", publish.Proven{Verdict: publish.Misquoted, Quotes: []publish.Quote{
			{Text: "we reject it", Verdict: publish.Altered, Pieces: []publish.Piece{{Text: "we "}, {Op: "-", Text: "welcome"}, {Op: "+", Text: "reject"}, {Text: " it"}}},
			{Text: "over\ntwo\tlines", Verdict: publish.NotFound}}},
			"your text\tmisquoted\npassage\taltered\n\twe [-welcome-]{+reject+} it\npassage\tnot_found\n\tover two lines\n"},
		{"not found", publish.Proven{Verdict: publish.NotFound}, "your text\tnot_found\ntranslations\tare not recognised here: ask the page \"verify\" of the site, or its API\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			if tellVerdict(&b, tt.p); b.String() != tt.want {
				t.Errorf("got\n%q, want\n%q", b.String(), tt.want)
			}
		})
	}
}

func TestAnswerOf(t *testing.T) {
	p := publish.Proven{Index: 3, Verdict: publish.Misquoted, Pieces: []publish.Piece{{Op: "!", Text: "a"}},
		Quotes: []publish.Quote{{Text: "b", Verdict: publish.Altered, Pieces: []publish.Piece{{Text: "b "}, {Op: "-", Text: "c"}, {Op: "+", Text: "d"}}}}}
	got, err := json.Marshal(answerOf(p))
	if err != nil {
		t.Fatal(err)
	}
	want := `"index":3,"log":"","witnesses":[],"verdict":"misquoted","pieces":[{"op":"passage","text":"a"}],"quotes":[{"verdict":"altered","text":"b","pieces":[{"op":"equal","text":"b "},{"op":"removed","text":"c"},{"op":"added","text":"d"}]}]}`
	if !strings.HasSuffix(string(got), want) {
		t.Errorf("got %s, want at its end %s", got, want)
	}
	if got, err = json.Marshal(answerOf(publish.Proven{})); err != nil || strings.Contains(string(got), "verdict") {
		t.Errorf("without a text: got %s, %v", got, err)
	}
}
