package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"sifara/internal/blob"
	"sifara/internal/errs"
)

// each runs a test on both kinds of store.
func each(t *testing.T, run func(t *testing.T, s *blob.Store, damage func(hash string))) {
	t.Run("files", func(t *testing.T) {
		dir := t.TempDir()
		s, err := blob.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		run(t, s, func(hash string) {
			if err := os.WriteFile(filepath.Join(dir, hash[:2], hash[2:4], hash), []byte("rotten"), 0o600); err != nil {
				t.Fatal(err)
			}
		})
		if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 {
			t.Errorf("%d unfinished files were left", len(left))
		}
	})
	t.Run("s3", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir())
		fake := newS3(t, "sifara")
		s, err := blob.OpenS3(context.Background(), blob.S3Options{URL: fake.url, Bucket: "sifara", Prefix: "house/", Region: "us-east-1", AccessKey: "key", SecretKey: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		run(t, s, func(hash string) { fake.set("house/"+hash, []byte("rotten")) })
		if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
			t.Errorf("%d unfinished files were left", len(left))
		}
	})
}

func put(t *testing.T, s *blob.Store, text string) blob.Ref {
	t.Helper()
	ref, err := s.Put(context.Background(), strings.NewReader(text), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func all(t *testing.T, s *blob.Store) map[string]int64 {
	t.Helper()
	got := map[string]int64{}
	err := s.Walk(context.Background(), func(i blob.Info) error {
		got[i.Hash] = i.Size
		if i.Modified.IsZero() {
			t.Errorf("%s has no date", i.Hash)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const (
	helloHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	noHash    = "0000000000000000000000000000000000000000000000000000000000000000"
)

func TestStore(t *testing.T) {
	each(t, func(t *testing.T, s *blob.Store, damage func(string)) {
		ctx := context.Background()
		ref := put(t, s, "hello")
		if want := (blob.Ref{Hash: helloHash, Size: 5, ContentType: "text/plain"}); ref != want {
			t.Errorf("Put = %+v, want %+v", ref, want)
		}
		if again := put(t, s, "hello"); again != ref {
			t.Errorf("second Put = %+v", again)
		}
		other := put(t, s, "other")
		if got := all(t, s); len(got) != 2 || got[ref.Hash] != 5 || got[other.Hash] != 5 {
			t.Errorf("Walk = %v", got)
		}
		c, err := s.Open(ctx, ref.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(c); err != nil || string(b) != "hello" || c.Size != 5 || c.Hash != ref.Hash {
			t.Errorf("Open = %q %+v, %v", b, c.Info, err)
		}
		if _, err := c.Seek(1, io.SeekStart); err != nil {
			t.Error(err)
		}
		if b, err := io.ReadAll(c); err != nil || string(b) != "ello" {
			t.Errorf("after Seek: %q, %v", b, err)
		}
		c.Close()
		if ok, err := s.Check(ctx, ref.Hash); err != nil || !ok {
			t.Errorf("Check = %v, %v", ok, err)
		}
		damage(ref.Hash)
		if ok, err := s.Check(ctx, ref.Hash); err != nil || ok {
			t.Errorf("Check of a damaged file = %v, %v", ok, err)
		}
		put(t, s, "hello") // heals what has another size
		if ok, err := s.Check(ctx, ref.Hash); err != nil || !ok {
			t.Errorf("Check after a new Put = %v, %v", ok, err)
		}
		for range 2 {
			if err := s.Delete(ctx, ref.Hash); err != nil {
				t.Errorf("Delete = %v", err)
			}
		}
		if got := all(t, s); len(got) != 1 {
			t.Errorf("Walk after Delete = %v", got)
		}
		for _, hash := range []string{ref.Hash, noHash, "", "../../etc/passwd", strings.ToUpper(other.Hash), other.Hash + "/x"} {
			if _, err := s.Open(ctx, hash); errs.KindOf(err) != errs.NotFound {
				t.Errorf("Open(%q) = %v, want not found", hash, err)
			}
		}
		if err := s.Delete(ctx, "../../etc/passwd"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("Delete = %v, want not found", err)
		}
		stop := errors.New("stop")
		if err := s.Walk(ctx, func(blob.Info) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("Walk = %v, want stop", err)
		}
	})
}

func TestPutRefuses(t *testing.T) {
	boom := errors.New("boom")
	each(t, func(t *testing.T, s *blob.Store, _ func(string)) {
		for name, test := range map[string]struct {
			r       io.Reader
			allowed []string
			want    error
		}{
			"empty":         {strings.NewReader(""), nil, blob.ErrEmpty},
			"one too many":  {strings.NewReader(strings.Repeat("x", 101)), nil, blob.ErrTooLarge},
			"endless":       {endless{}, nil, blob.ErrTooLarge},
			"request limit": {http.MaxBytesReader(nil, io.NopCloser(endless{}), 10), nil, blob.ErrTooLarge},
			"reader fails":  {io.MultiReader(strings.NewReader("half"), iotest.ErrReader(boom)), nil, boom},
			"text":          {strings.NewReader("hello"), blob.Attachments(), blob.ErrType},
			"svg":           {strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"/>`), blob.Attachments(), blob.ErrType},
			"html":          {strings.NewReader("<script>"), blob.Attachments(), blob.ErrType},
		} {
			if ref, err := s.Put(context.Background(), test.r, 100, test.allowed...); !errors.Is(err, test.want) || ref != (blob.Ref{}) {
				t.Errorf("%s: %+v, %v; want %v", name, ref, err, test.want)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := s.Put(ctx, strings.NewReader("x"), 100); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if got := all(t, s); len(got) != 0 {
			t.Errorf("%d files are there", len(got))
		}
		if _, err := s.Put(context.Background(), strings.NewReader("%PDF-1.7\n"), 100, blob.Attachments()...); err != nil {
			t.Errorf("pdf: %v", err)
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestPutConcurrently(t *testing.T) {
	s, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if ref, err := s.Put(context.Background(), strings.NewReader("hello"), 10); err != nil || ref.Hash != helloHash {
					t.Errorf("Put = %+v, %v", ref, err)
				}
			}
		})
	}
	wg.Wait()
	if ok, err := s.Check(context.Background(), helloHash); err != nil || !ok {
		t.Errorf("Check = %v, %v", ok, err)
	}
}

func TestOpenSweeps(t *testing.T) {
	dir := t.TempDir()
	if _, err := blob.Open(dir); err != nil {
		t.Fatal(err)
	}
	young, old := filepath.Join(dir, "tmp", "put-1"), filepath.Join(dir, "tmp", "put-2")
	for _, path := range []string{young, old} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("a file that may be in use was removed")
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the remains of a crash are still there")
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Logf("directory mode %v, %v (made by the test)", info.Mode(), err)
	}
}

func TestOpenS3Refuses(t *testing.T) {
	fake := newS3(t, "sifara")
	for name, o := range map[string]blob.S3Options{
		"no address":     {Bucket: "sifara"},
		"other scheme":   {URL: "ftp://x", Bucket: "sifara"},
		"path":           {URL: fake.url + "/sifara", Bucket: "sifara"},
		"no such bucket": {URL: fake.url, Bucket: "other", Region: "us-east-1", AccessKey: "k", SecretKey: "s"},
	} {
		if _, err := blob.OpenS3(context.Background(), o); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]string{
		"\xff\xd8\xff\xe0":                        blob.JPEG,
		"\x89PNG\r\n\x1a\n":                       blob.PNG,
		"GIF89a":                                  blob.GIF,
		"RIFF\x00\x00\x00\x00WEBPVP8 ":            blob.WebP,
		"%PDF-1.4":                                blob.PDF,
		"<svg onload=alert(1)>":                   "image/svg+xml",
		"<?xml version='1.0'?><!-- x --><svg>":    "image/svg+xml",
		"\xef\xbb\xbf  <SVG>":                     "image/svg+xml",
		"\xff\xfe<\x00s\x00v\x00g\x00>\x00":       "image/svg+xml",
		"<html>":                                  "text/html",
		"plain text, then <script>alert(1)":       "text/html",
		"\xfe\xff\x00<\x00s\x00c\x00r\x00i\x00pt": "text/html",
		"<?xml version='1.0'?><a/>":               "text/xml",
		"مرحبا":                                   "text/plain",
		"PK\x03\x04":                              "application/zip",
		"\x00\x01\x02":                            "application/octet-stream",
		"":                                        "text/plain",
	} {
		if got := blob.Sniff([]byte(text)); got != want {
			t.Errorf("Sniff(%q) = %s, want %s", text, got, want)
		}
	}
	if !bytes.Contains([]byte(strings.Join(blob.Attachments(), " ")), []byte(blob.PDF)) || len(blob.Images()) != 4 {
		t.Error("the lists of types have changed")
	}
}
