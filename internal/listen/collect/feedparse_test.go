package collect

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

const sampleRSS = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link><language>en</language><item><guid>a</guid><title>One</title><description>&lt;p&gt;Told by @somebody&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description><link>https://news.example/1</link></item></channel></rss>`

// testData gives the path of a file of real data, or skips.
func testData(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("SIFARA_TEST_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real data: %v", err)
	}
	return path
}

// TestRealFeeds wants every feed of three parsers' test suites read or cleanly
// refused.
func TestRealFeeds(t *testing.T) {
	f, err := os.Open(testData(t, "feeds.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	read, refused, items := 0, 0, 0
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		feed, err := ParseFeed(b, "")
		switch {
		case err == nil:
			read++
			items += len(feed.Items)
			for _, it := range feed.Items {
				if it.Key == "" || strings.Contains(strings.ToLower(it.Text), "<script") || strings.ContainsAny(it.Text, "\x00\u202e") {
					t.Errorf("%s: item %+v", h.Name, it)
				}
			}
		case errors.Is(err, ErrFeed):
			refused++
		default:
			t.Errorf("%s: %v, want ErrFeed", h.Name, err)
		}
	}
	t.Logf("read %d with %d items, refused %d", read, items, refused)
	if read < 1200 {
		t.Errorf("only %d feeds could be read", read)
	}
}

func FuzzParseFeed(f *testing.F) {
	f.Add([]byte(sampleRSS), "application/rss+xml")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","content_html":"<b>x"}]}`), "")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">&lt;script>`), "text/xml; charset=windows-1256")
	f.Add([]byte("<?xml version='1.0' encoding='utf-16'?><rss>"), "x")
	f.Fuzz(func(t *testing.T, b []byte, ct string) {
		feed, err := ParseFeed(b, ct)
		if err != nil && !errors.Is(err, ErrFeed) {
			t.Fatal(err)
		}
		for _, it := range feed.Items {
			if it.Text == "" || it.Key == "" {
				t.Fatalf("item %+v", it)
			}
		}
	})
}
