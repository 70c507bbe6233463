package text

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// testData finds a file of the test data that is not part of the repository.
func testData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test data: set SIFARA_TEST_DATA to a directory with %s", name)
	}
	return path
}

// TestIdentifyRealSentences measures on public sentences; -v shows each language.
func TestIdentifyRealSentences(t *testing.T) {
	f, err := os.Open(testData(t, "language_id_train.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range strings.Fields("ar ckb kmr fa tr ur he en de fr es it pt nl sv pl ru uk zh ja ko") {
		known[c] = true
	}
	all, right, wrong := map[string]int{}, map[string]int{}, map[string]map[string]int{}
	claimed, claimedRight := map[string]int{}, map[string]int{}
	for sc := bufio.NewScanner(z); sc.Scan(); {
		col := strings.SplitN(sc.Text(), "\t", 3)
		want := col[0]
		got, conf := Identify(col[2])
		all[want]++
		if got == want || !known[want] && got == "und" {
			right[want]++
		} else {
			if wrong[want] == nil {
				wrong[want] = map[string]int{}
			}
			wrong[want][got]++
		}
		if conf > 0.3 && known[want] {
			claimed[want]++
			if got == want {
				claimedRight[want]++
			}
		}
	}
	var sum, foreignSum, foreignN float64
	for _, c := range sortedKeys(all) {
		acc := float64(right[c]) / float64(all[c])
		t.Logf("%-8s %5d  %.3f  sure %.2f right %.3f  %s", c, all[c], acc, float64(claimed[c])/float64(all[c]),
			float64(claimedRight[c])/float64(max(1, claimed[c])), top(wrong[c]))
		if known[c] {
			sum += acc
		} else {
			foreignSum += acc
			foreignN++
		}
	}
	mean := sum / float64(len(known))
	t.Logf("mean over %d known languages %.3f; other languages told as und %.3f", len(known), mean, foreignSum/foreignN)
	if mean < 0.97 {
		t.Errorf("mean accuracy %.3f, want at least 0.97", mean)
	}
}

func sortedKeys(m map[string]int) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func top(m map[string]int) string {
	keys := sortedKeys(m)
	sort.SliceStable(keys, func(i, j int) bool { return m[keys[i]] > m[keys[j]] })
	var b strings.Builder
	for _, k := range keys[:min(4, len(keys))] {
		fmt.Fprintf(&b, " %s:%d", k, m[k])
	}
	return b.String()
}

func TestIdentify(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "und"}, {"123 👍 !!", "und"}, {"@name #tag https://x.org/the-and-of", "und"},
		{"التقى وزير الخارجية نظيره في بغداد وبحثا العلاقات الثنائية", "ar"},
		{"وەزیری دەرەوە لە بەغدا لەگەڵ هاوتاکەی کۆبووەوە", "ckb"},
		{"Wezîrê derve li Bexdayê bi hevpîşeyê xwe re civiya", "kmr"},
		{"وزیر خارجه در بغداد با همتای خود دیدار کرد", "fa"},
		{"وزیر خارجہ نے بغداد میں اپنے ہم منصب سے ملاقات کی", "ur"},
		{"Dışişleri Bakanı Bağdat'ta mevkidaşı ile bir araya geldi", "tr"},
		{"The foreign minister met his counterpart in Baghdad", "en"},
		{"RT @user: The minister is in Baghdad #العراق #بغداد", "en"},
		{"Der Außenminister traf seinen Amtskollegen in Bagdad", "de"},
		{"Le ministre a rencontré son homologue à Bagdad", "fr"},
		{"El ministro se reunió con su homólogo en Bagdad", "es"},
		{"Министр иностранных дел встретился с коллегой в Багдаде", "ru"},
		{"Міністр закордонних справ зустрівся з колегою у Багдаді", "uk"},
		{"外交部长在巴格达会见了他的同行", "zh"},
		{"外務大臣はバグダッドで会談した", "ja"},
		{"외무장관이 바그다드에서 회담했다", "ko"},
		{"שר החוץ נפגש עם עמיתו בבגדאד", "he"},
		{"Ο υπουργός Εξωτερικών συναντήθηκε", "und"},
	}
	for _, tt := range tests {
		got, conf := Identify(tt.in)
		if got != tt.want || conf < 0 || conf > 1 || (got == "und") != (conf == 0) {
			t.Errorf("%q is %s (%.2f), want %s", tt.in, got, conf, tt.want)
		}
	}
}

func TestStopWord(t *testing.T) {
	for _, w := range []string{"the", "and", "في", "لەگەڵ", "ئەوەی", "jî", "RT", "التي", "و", "7", "что"} {
		for _, tok := range Tokens(nil, w) {
			if !StopWord(tok.Text) {
				t.Errorf("%s is no stop word", tok.Text)
			}
		}
		for _, f := range Index(nil, "", w) {
			if !StopWord(f) {
				t.Errorf("%s, the stem of %s, is no stop word", f, w)
			}
		}
	}
	for _, w := range []string{"iraq", "العراق", "کوردستان", "minister", "وزیر", "12", "embassy"} {
		if StopWord(Fold(w)) {
			t.Errorf("%s is a stop word", w)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("The و 外")
	f.Fuzz(func(t *testing.T, s string) {
		if lang, conf := Identify(s); lang == "" || conf < 0 || conf > 1 {
			t.Fatalf("%q: %q %v", s, lang, conf)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	const s = "The foreign minister met his counterpart in Baghdad on Tuesday and they discussed relations"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Identify(s)
	}
}
