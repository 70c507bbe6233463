package caption

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

const film = "\uFEFFWEBVTT - a speech\nKind: captions\n\nNOTE who made this\nand when\n\nSTYLE\n::cue { color: red; background: url(https://spy.example/x) }\n\nREGION\nid:low\n\n" +
	"intro\n00:01.000 --> 00:00:03.500 region:low line:0 position:10%,line-left align:start\n<v.loud Foreign Minister>Good <i.red>evening</i> &amp; <c.big>welcome</c>\nall of <00:00:02.000>you\n\n" +
	"00:03.500 --> 00:06.000\n<v Foreign Minister>السلام &lt;عليكم&gt;</v>\n\n" +
	"01:00:00.000 --> 01:00:02.000\n<v Journalist>A question?</v> <lang fr>Bonjour</lang>\n"

func TestParse(t *testing.T) {
	got, err := Parse(film)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cue{
		{time.Second, 3500 * time.Millisecond, "line:0 position:10%,line-left align:start", "<v Foreign Minister>Good <i>evening</i> &amp; welcome\nall of you</v>"},
		{3500 * time.Millisecond, 6 * time.Second, "", "<v Foreign Minister>السلام &lt;عليكم&gt;</v>"},
		{time.Hour, time.Hour + 2*time.Second, "", "<v Journalist>A question?</v> <lang fr>Bonjour</lang>"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
	out := Write(got)
	if strings.Contains(out, "spy") || strings.Contains(out, "NOTE") || strings.Contains(out, "region") || !strings.HasPrefix(out, "WEBVTT\n\n00:00:01.000 --> 00:00:03.500 line:0") {
		t.Errorf("written: %s", out)
	}
	if again, err := Parse(out); err != nil || !slices.Equal(again, got) {
		t.Errorf("read again: %v, %v", again, err)
	}
	const text = "Foreign Minister: Good evening & welcome all of you السلام <عليكم>\n\nJournalist: A question?\n\nBonjour"
	if s := Transcript(got); s != text {
		t.Errorf("transcript: got %q", s)
	}
	if got[2].Start() != "1:00:00" || got[0].Start() != "0:01" || got[2].Plain() != "Journalist: A question? Bonjour" {
		t.Errorf("got %q %q %q", got[2].Start(), got[0].Start(), got[2].Plain())
	}
}

func TestParseSubRip(t *testing.T) {
	got, err := Parse("1\r\n00:00:01,000 --> 00:00:02,500  X1:10 X2:20 Y1:1 Y2:2\r\n{\\an8}<font color=\"red\">Hello</font>\r\n<I>there</I> & you < me\r\n\r\n2\r\n0:00:02,500 --> 0:00:04,000\r\n<b>Bye\r\n\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n \r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Cue{{time.Second, 2500 * time.Millisecond, "", "Hello\nthere &amp; you &lt; me"}, {2500 * time.Millisecond, 4 * time.Second, "", "<b>Bye</b>"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %#v", got)
	}
}

func TestParseSaysWhere(t *testing.T) {
	const head = "WEBVTT\n\n"
	for in, want := range map[string]Error{
		"":                                  {1, keyNone},
		"<html>":                            {1, keyHead},
		"WEBVTTX\n":                         {1, keyHead},
		"WEBVTT":                            {1, keyNone},
		"WEBVTT\n00:01.000 --> 00:02.000\n": {2, keyHead},
		head + "a name\nwords":              {4, keyTime},
		head + "00:01 --> 00:02\nx":         {3, keyTime},
		head + "00:01.000 --> 00:61.000\nx": {3, keyTime},
		head + "00:01,000 --> 00:02,000\nx": {3, keyTime},
		head + "00:01.000 -->\nx":           {3, keyTime},
		head + "99:00:01.000 --> 99:00:02.000\nx":                                      {3, keyTime},
		head + "00:02.000 --> 00:02.000\nx":                                            {3, keyEnd},
		head + "00:02.000 --> 00:03.000\nx\n\n00:01.000 --> 00:04.000\ny":              {6, keyOrder},
		head + "00:01.000 --> 00:02.000 size:200%\nx":                                  {3, keySettings},
		head + "00:01.000 --> 00:02.000 onclick:x\nx":                                  {3, keySettings},
		head + "00:01.000 --> 00:02.000\nx\n<script>alert(1)</script>":                 {5, keyTag},
		head + "00:01.000 --> 00:02.000\n<img src=x>":                                  {4, keyTag},
		head + "00:01.000 --> 00:02.000\n<i>x</b>":                                     {4, keyTag},
		head + "00:01.000 --> 00:02.000\na < b":                                        {4, keyTag},
		head + "00:01.000 --> 00:02.000\n<v>x":                                         {4, keyTag},
		head + "00:01.000 --> 00:02.000\nx\n00:02.000 --> 00:03.000\ny":                {5, keyTime},
		head + "00:01.000 --> 00:02.000\n" + strings.Repeat("x", maxWords+1):           {4, keyWords},
		head + "00:01.000 --> 00:02.000\n\xe3\xd1\xcd\xc8\xc7":                         {4, keyLetters},
		strings.Repeat("x", MaxBytes+1):                                                {1, keyLong},
		head + strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", MaxCues+1):             {3 + 3*MaxCues, keyLong},
		"1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:00,000 --> 00:00:02,000\ny\n": {6, keyOrder},
	} {
		_, err := Parse(in)
		if e, ok := errors.AsType[*Error](err); !ok || *e != want {
			t.Errorf("%.70q: got %v, want %v", in, err, &want)
		}
	}
}

// TestTranscriptOfRollingWords holds that what captions repeat is read once.
func TestTranscriptOfRollingWords(t *testing.T) {
	cues := []Cue{{0, time.Second, "", "One"}, {time.Second, 2 * time.Second, "", "One"}, {5 * time.Second, 6 * time.Second, "", "<v A>Two"}, {10 * time.Second, 11 * time.Second, "", "<v A>Three"}}
	if got, want := Transcript(cues), "One\n\nA: Two\n\nA: Three"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	said, marks := Said(cues)
	var got []string
	for _, m := range marks {
		got = append(got, Clock(m.From)+" "+said[m.At:])
	}
	if want := []string{"0:00 " + said, "0:05 A: Two\n\nA: Three", "0:10 A: Three"}; !slices.Equal(got, want) {
		t.Errorf("marks: got %q, want %q", got, want)
	}
	if Transcript(nil) != "" || Write(nil) != "" {
		t.Error("out of nothing came something")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(film)
	f.Add("1\n00:00:01,000 --> 00:00:02,000\n<i>x & <font>y\n")
	f.Fuzz(func(t *testing.T, in string) {
		list, err := Parse(in)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Line < 1 || e.Line > strings.Count(in, "\n")+strings.Count(in, "\r")+strings.Count(in, "\v")+strings.Count(in, "\f")+strings.Count(in, "\u0085")+strings.Count(in, "\u2028")+strings.Count(in, "\u2029")+1 {
				t.Fatalf("%v", err)
			}
			return
		}
		out := Write(list)
		again, err := Parse(out)
		if len(out) <= MaxBytes && (err != nil || !slices.Equal(again, list)) {
			t.Fatalf("%q is read as %#v, %v; want %#v", out, again, err, list)
		}
		for _, c := range list {
			if strings.Contains(c.Text, "-->") || strings.Contains(strings.ToLower(c.Text), "<script") {
				t.Fatalf("%q", c.Text)
			}
		}
		_ = Transcript(list)
	})
}
