package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTextLabels(t *testing.T) {
	english := textLabelCmd{Lang: "en"}
	tests := []struct {
		name             string
		ask              func(string) answer
		in, label, basis string
	}{
		{"sentiment in Arabic", (&textSentimentCmd{}).line, "شكرا لكم، عمل رائع وجميل جدا 😍", "positive", "trained"},
		{"sentiment in Sorani", (&textSentimentCmd{textLabelCmd{Lang: "ckb"}}).line, "زۆر سوپاس، کارێکی جوانە", "positive", "rules"},
		{"a language without a basis", (&textSentimentCmd{textLabelCmd{Lang: "sv"}}).line, "Tack", "unsure", "none"},
		{"an act", (&textActsCmd{english}).line, "@name Why is the embassy closed today?", "question", "trained"},
		{"a crisis", (&textCrisisCmd{english}).line, "Flood: residents evacuated, two missing #flood", "related", "trained"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var plain, asJSON bytes.Buffer
			if err := (lineOutput{}).each(strings.NewReader(tt.in+"\n"), &plain, tt.ask); err != nil {
				t.Fatal(err)
			}
			if err := (lineOutput{true}).each(strings.NewReader(tt.in+"\n"), &asJSON, tt.ask); err != nil {
				t.Fatal(err)
			}
			label, confidence, _ := strings.Cut(plain.String(), "\t")
			if label != tt.label || len(confidence) != len("0.1234\n") {
				t.Errorf("got %q, want %s<TAB>confidence", plain.String(), tt.label)
			}
			if got := asJSON.String(); !strings.Contains(got, `"`+tt.label+`"`) || !strings.Contains(got, `"basis":"`+tt.basis+`"`) {
				t.Errorf("got %s, want %s on the basis of %s", got, tt.label, tt.basis)
			}
		})
	}
}
