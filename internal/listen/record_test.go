package listen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// lines reads a file wholly: fields joined with "|", or "!" and the reason.
func lines(t testing.TB, in io.Reader) []string {
	t.Helper()
	f, err := openImport(in, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.records(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		rec, err := r.next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case rec.reason != "":
			out = append(out, fmt.Sprintf("%d!%s", rec.line, rec.reason))
		case rec.raw != nil:
			out = append(out, fmt.Sprintf("%d:%s", rec.line, rec.raw))
		default:
			out = append(out, fmt.Sprintf("%d:%s", rec.line, strings.Join(rec.fields, "|")))
		}
	}
}

func TestRecords(t *testing.T) {
	long := strings.Repeat("x", maxRecord+10)
	tests := []struct {
		name, in string
		want     []string
	}{
		{"plain", "time,text\n1,a\n2,b\n", []string{"2:1|a", "3:2|b"}},
		{"no end", "time,text\n1,a", []string{"2:1|a"}},
		{"windows ends", "time,text\r\n1,a\r\n\r\n2,b\r\n", []string{"2:1|a", "4:2|b"}},
		{"byte order mark", "\ufefftime,text\n1,a\n", []string{"2:1|a"}},
		{"semicolons", "time;text\n1;a,b\n", []string{"2:1|a,b"}},
		{"tabs", "time\ttext\n1\ta\n", []string{"2:1|a"}},
		{"quoted", "time,text\n1,\"a, \"\"b\"\"\nc\"\n2,d\n", []string{"2:1|a, \"b\"\nc", "4:2|d"}},
		{"quotes inside", "time,text\n1,he said \"no\"\n2,\"he said \"no\" again\"\n", []string{`2:1|he said "no"`, `3:2|he said "no" again`}},
		{"open quote", "time,text\n1,\"a\n2,b\n3,c\n", []string{"2!quotes", "3:2|b", "4:3|c"}},
		{"open quote closed later", "time,text\n1,\"a\n2,b\n3,\"c\"\n4,d\n", []string{"2!quotes", "3:2|b", "4:3|c", "5:4|d"}},
		{"columns", "time,text\n1\n1,2,3\n2,b\n", []string{"2!columns", "3!columns", "4:2|b"}},
		{"nul", "time,text\n1,a\x00b\n2,b\n", []string{"2!nul", "3:2|b"}},
		{"encoding", "time,text\n1,مرحبا\n2,a\xffb\n3,c\n", []string{"2:1|مرحبا", "3!encoding", "4:3|c"}},
		{"long", "time,text\n1," + long + "\n2,b\n", []string{"2!too_long", "3:2|b"}},
		{"long at end", "time,text\n1," + long, []string{"2!too_long"}},
		{"json", "{\"a\":1}\n\n{\"a\":2}\n", []string{`1:{"a":1}`, `3:{"a":2}`}},
		{"json array", "[{\"a\":1},\n{\"a\":2}]\n", []string{`1:{"a":1}`, `2:{"a":2}`}},
		{"json long", "{\"a\":1}\n{\"a\":\"" + long + "\"}\n{\"a\":2}\n", []string{`1:{"a":1}`, "2!too_long", `3:{"a":2}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lines(t, strings.NewReader(tt.in)); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", shorten(got), tt.want)
			}
			// The same in small reads.
			if got := lines(t, slow{strings.NewReader(tt.in)}); !slices.Equal(got, tt.want) {
				t.Errorf("in small reads got %q, want %q", shorten(got), tt.want)
			}
		})
	}
}

func shorten(list []string) []string {
	for i, s := range list {
		list[i] = s[:min(len(s), 80)]
	}
	return list
}

// slow gives a few bytes at a time.
type slow struct{ r io.Reader }

func (s slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 4000)]) }

func TestEncodings(t *testing.T) {
	const in = "time,text\n1,مرحبا بكم في بغداد عاصمة العراق\n2,السلام عليكم ورحمة الله\n"
	want := []string{"2:1|مرحبا بكم في بغداد عاصمة العراق", "3:2|السلام عليكم ورحمة الله"}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(in)
	if err != nil {
		t.Fatal(err)
	}
	w1256, err := charmap.Windows1256.NewEncoder().String(in)
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	zw := gzip.NewWriter(&z)
	_, _ = zw.Write([]byte(in))
	zw.Close()
	for name, data := range map[string]string{"utf-8": in, "utf-16": utf16, "windows-1256": w1256, "gzip": z.String()} {
		if got := lines(t, strings.NewReader(data)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestGigabyteLine wants a line of a gigabyte refused in little memory.
func TestGigabyteLine(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("reads a gigabyte: not in short tests, not under the race detector")
	}
	in := io.MultiReader(strings.NewReader("time,text\n1,\""), io.LimitReader(endless{}, 1<<30), strings.NewReader("\n2,b\n"))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got := lines(t, in)
	runtime.ReadMemStats(&after)
	if want := []string{"2!too_long", "3:2|b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", shorten(got), want)
	}
	if grown := int64(after.Sys) - int64(before.Sys); grown > 64<<20 {
		t.Errorf("memory grew by %d MB, want less than 64", grown>>20)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// TestResumeAnywhere reads on from every record's end and wants the rest as a
// whole reading gives it.
func TestResumeAnywhere(t *testing.T) {
	for _, in := range []string{
		"time,text\n1,a\n2,\"b\nc\"\n3,\"d\n4,e\n\n5,f\n6,\"g\"\n7,h",
		"{\"a\":1}\n\n{\"a\":2}\n{\"a\":3}\n",
	} {
		want := records(t, in, 0, 0)
		for i, rec := range want {
			got := records(t, in, rec.end, rec.after)
			if len(got) != len(want)-i-1 {
				t.Fatalf("behind record %d of %q: %d records, want %d", i, in, len(got), len(want)-i-1)
			}
			for j := range got {
				if got[j].line != want[i+1+j].line || got[j].reason != want[i+1+j].reason || !slices.Equal(got[j].fields, want[i+1+j].fields) {
					t.Errorf("behind record %d: got %+v, want %+v", i, got[j], want[i+1+j])
				}
			}
		}
	}
}

func records(t testing.TB, in string, offset, line int64) (out []record) {
	t.Helper()
	f, err := openImport(strings.NewReader(in), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.records(offset, line)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.next()
		if err != nil {
			return out
		}
		out = append(out, rec)
	}
}

// FuzzRecords wants every reading to end, in bounded pieces, with offsets that
// only grow.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"time,text\n1,a\n", "a\n\"\n\"", "{\"a\":1}\n[", "a,b\r\n\"x\"\"\",y\r\n", "\x1f\x8b\x08", "\xff\xfea\x00,\x00", "a;b\n\"1;\n2\";3\n", "[{}]\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := openImport(bytes.NewReader(data), "")
		if err != nil {
			return
		}
		m, _ := Mapping{}.complete(file.columns)
		cols := newColumns(file, m)
		r, err := file.records(0, 0)
		if err != nil {
			return
		}
		last := int64(0)
		for {
			rec, err := r.next()
			if err != nil {
				return
			}
			if rec.end <= last || len(rec.head) > 3*maxHead {
				t.Fatalf("record %+v after offset %d", rec, last)
			}
			last = rec.end
			if d, reason := cols.draft(rec); reason == "" && d.at.IsZero() {
				t.Fatalf("draft without time of %+v", rec)
			}
		}
	})
}

func TestTimes(t *testing.T) {
	want := time.Date(2016, 3, 22, 7, 5, 0, 0, time.UTC)
	for _, s := range []string{
		"2016-03-22T07:05:00Z", "2016-03-22T10:05:00+03:00", "2016-03-22 07:05:00", "2016-03-22 07:05", "3/22/2016 07:05", "3/22/2016 7:05 AM",
		"1458630300", "1458630300000", "1458630300.0", "1.4586303e9", "Tue Mar 22 07:05:00 +0000 2016", "Tue, 22 Mar 2016 07:05:00 GMT", "22.03.2016 07:05", "20160322070500", "٢٠١٦-٠٣-٢٢ ٠٧:٠٥",
	} {
		got, ok := sniffTimes([]string{s}).read(s)
		if !ok || !got.Equal(want) {
			t.Errorf("%q = %v %v, want %v", s, got, ok, want)
		}
	}
	day := sniffTimes([]string{"4/3/2016", "22/3/2016"})
	if got, _ := day.read("4/3/2016"); got.Month() != time.March {
		t.Errorf("day first: %v, want in March", got)
	}
	for _, s := range []string{"", "yesterday", "2016-13-45", strings.Repeat("1", 400), "12"} {
		if got, ok := sniffTimes(nil).read(s); ok {
			t.Errorf("%q = %v, want none", s, got)
		}
	}
}

func TestMapping(t *testing.T) {
	got := GuessMapping([]string{"publish_date", "author_id", "language", "region", "followers", "content"})
	want := Mapping{Time: "publish_date", Text: "content", Author: "author_id", Lang: "language", Country: "region", Followers: "followers"}
	if got != want {
		t.Errorf("guess = %+v, want %+v", got, want)
	}
	m, err := ParseMapping("time=publish_date, author=author_id,text=content,lang=-")
	if err != nil {
		t.Fatal(err)
	}
	if m, err = m.complete([]string{"publish_date", "author_id", "language", "content"}); err != nil || m.Lang != "" || m.Text != "content" {
		t.Errorf("complete = %+v, %v", m, err)
	}
	if _, err := ParseMapping("time"); err == nil {
		t.Error("a part without column was accepted")
	}
	if _, err := ParseMapping("colour=x"); err == nil {
		t.Error("an unknown field was accepted")
	}
	if _, err := (Mapping{Time: "no"}).complete([]string{"a"}); err == nil {
		t.Error("a column that is not there was accepted")
	}
}

func FuzzMapping(f *testing.F) {
	f.Add("time=a,text=b", "a,b,c")
	f.Add("=,=,", "")
	f.Fuzz(func(t *testing.T, given, header string) {
		m, err := ParseMapping(given)
		if err != nil {
			return
		}
		columns := strings.Split(header, ",")
		if m, err = m.complete(columns); err == nil && (!slices.Contains(columns, m.Time) || !slices.Contains(columns, m.Text)) {
			t.Errorf("complete(%q) of %q = %+v", given, header, m)
		}
	})
}

func TestMask(t *testing.T) {
	p := newPseudonymiser([]byte("key"), nil, func(h string) bool { return h == "mofa_iraq" }, nil)
	tests := []struct{ in, own, want string }{
		{"RT @SomeBody: hello", "", "RT @…: hello"},
		{"hello @mofa_iraq and @other.", "", "hello @mofa_iraq and @…."},
		{"write to first.last@example.org now", "", "write to @… now"},
		{"مرحبا @علي_حسن كيف", "", "مرحبا @… كيف"},
		{"@one@server.org hi", "", "@… hi"},
		{"5 @ 3 euros", "", "5 @ 3 euros"},
		{"see https://twitter.com/SomeBody/status/1 and https://bbc.com/a/b", "", "see https://twitter.com/… and https://bbc.com/a/b"},
		{"by todayinsyria, #TodayInSyria", "TodayInSyria", "by …, #…"},
		{"todayinsyria2 stays", "TodayInSyria", "todayinsyria2 stays"},
		{"@\u200bhidden", "", "@…"},
	}
	for _, tt := range tests {
		if got := p.mask(tt.in, tt.own); got != tt.want {
			t.Errorf("mask(%q, %q) = %q, want %q", tt.in, tt.own, got, tt.want)
		}
	}
}
