package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	mailserver "github.com/emersion/go-smtp"
	"golang.org/x/sync/errgroup"

	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish/newsletter"
	"sifara/internal/publish/newsletter/newslettertest"
	"sifara/internal/vault"
)

// sinkEnv makes the test binary a mail server that takes letters and forgets
// them, on the address in it.
const sinkEnv = "SIFARA_BENCH_SINK"

// runSink serves it until the process is ended.
func runSink(address string) {
	srv := mailserver.NewServer(mailserver.BackendFunc(func(*mailserver.Conn) (mailserver.Session, error) { return sink{}, nil }))
	srv.Domain, srv.Addr, srv.MaxLineLength = "sink.test", address, 1000
	srv.ErrorLog = log.New(io.Discard, "", 0)
	fmt.Fprintln(os.Stderr, srv.ListenAndServe())
	os.Exit(1)
}

type sink struct{}

func (sink) Mail(string, *mailserver.MailOptions) error { return nil }
func (sink) Rcpt(string, *mailserver.RcptOptions) error { return nil }
func (sink) Reset()                                     {}
func (sink) Logout() error                              { return nil }
func (sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// startSink starts the mail server in a process of its own.
func startSink(tb testing.TB) string {
	tb.Helper()
	address := strings.Replace(freeAddress(tb), "localhost", "127.0.0.1", 1)
	cmd := exec.Command(os.Args[0])
	cmd.Env = settings(sinkEnv + "=" + address)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for range 500 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return address
		}
		time.Sleep(10 * time.Millisecond)
	}
	tb.Fatal("no mail server within five seconds")
	return ""
}

// recipients is how many get the letter.
func recipients() int {
	n := 100_000
	if s := os.Getenv("SIFARA_BENCH_RECIPIENTS"); s != "" {
		_, _ = fmt.Sscan(s, &n)
	}
	return n
}

// BenchmarkLetter has `sifara newsletter deliver` send one letter to a hundred
// thousand subscribers through a mail server on loopback, in a process of its
// own, and counts the CPU time of the whole command: opening the house, writing
// the ledger, rendering, signing where it signs, sending, and both writes of the
// ledger for each letter. The baseline hands as many letters of the same bytes
// to the same server by the standard library, over as many lines, and remembers
// nothing.
func BenchmarkLetter(b *testing.B) {
	b.Run("bare", bareLetters)
	for _, sign := range []string{"", newsletter.Ed25519, newsletter.RSA} {
		name := sign
		if sign == "" {
			name = "unsigned"
		}
		b.Run(name, func(b *testing.B) {
			for range b.N {
				data := letterHouse(b, sign)
				address := startSink(b)
				cmd := exec.Command(binary(b), "newsletter", "deliver", "--json")
				cmd.Env = settings("SIFARA_DATA="+data, "SIFARA_SMTP_ADDRESS="+address, "SIFARA_SMTP_PLAIN=true", "SIFARA_MAIL_FROM="+newslettertest.From.Email, "SIFARA_BASE_URL="+newslettertest.Base)
				cmd.Stderr = os.Stderr
				began := time.Now()
				out, err := cmd.Output()
				if err != nil {
					b.Fatal(err)
				}
				var done struct{ Sent int }
				if err := json.Unmarshal(out, &done); err != nil || done.Sent != recipients() {
					b.Fatalf("%s, %v", out, err)
				}
				u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
				if !ok {
					b.Fatal("no figures of the process")
				}
				cpu := (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
				b.ReportMetric(float64(done.Sent)/cpu, "letters/cpu-s")
				b.ReportMetric(cpu*1e6/float64(done.Sent), "cpu-µs/letter")
				b.ReportMetric(float64(done.Sent)/time.Since(began).Seconds(), "letters/s")
				b.ReportMetric(float64(u.Maxrss)*1024/1e6, "peak-MB")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// connections are how many are open to the mail server at once: what is
// usual in the house.
const connections = 48

func bareLetters(b *testing.B) {
	letters := writtenLetters(b)
	address := startSink(b)
	for b.Loop() {
		before := processorTime()
		var all errgroup.Group
		for i := range connections {
			all.Go(func() error {
				return handAll(address, letters, recipients()/connections+min(1, max(0, recipients()%connections-i)))
			})
		}
		if err := all.Wait(); err != nil {
			b.Fatal(err)
		}
		cpu := (processorTime() - before).Seconds()
		b.ReportMetric(float64(recipients())/cpu, "letters/cpu-s")
		b.ReportMetric(cpu*1e6/float64(recipients()), "cpu-µs/letter")
		b.ReportMetric(0, "ns/op")
	}
}

// handAll hands n letters to the mail server over one connection.
func handAll(address string, letters [][]byte, n int) error {
	c, err := smtp.Dial(address)
	if err != nil {
		return err
	}
	for i := range n {
		if err := hand(c, letters[i%len(letters)], fmt.Sprintf("reader%d@example.test", i)); err != nil {
			return errors.Join(err, c.Close())
		}
	}
	return c.Quit()
}

func hand(c *smtp.Client, letter []byte, to string) error {
	if err := errors.Join(c.Mail(newslettertest.From.Email), c.Rcpt(to)); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(letter)
	return errors.Join(err, w.Close())
}

// writtenLetters are letters as the house writes them: half in Arabic, the
// others in one of two languages.
func writtenLetters(b *testing.B) [][]byte {
	b.Helper()
	dir := b.TempDir()
	d, err := db.Open(context.Background(), filepath.Join(dir, "sifara.db"), db.Options{Relaxed: true})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	keys, err := vault.Create(filepath.Join(dir, "vault.key"))
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Migrate(context.Background(), true, newslettertest.Migrations()...); err != nil {
		b.Fatal(err)
	}
	sink := newslettertest.NewSink(b)
	h := newslettertest.Build(b, d, keys, clock.System{}, sink.Carrier(b))
	list, to := h.Newsletter(b, "press", ""), newslettertest.Addresses(4)
	for i, lang := range readers {
		h.Enlist(b, list, lang, to[i])
	}
	letter := h.WriteLetter(b, list, h.Say(b, "", newslettertest.Words()), nil)
	if _, err := h.Send(newslettertest.As(b, "sender"), letter.ID); err != nil {
		b.Fatal(err)
	}
	if _, err := h.Deliver(newslettertest.System(b)); err != nil {
		b.Fatal(err)
	}
	var out [][]byte
	for _, a := range to {
		out = append(out, sink.Letters(a)...)
	}
	if len(out) != len(to) {
		b.Fatalf("%d letters were written, want %d", len(out), len(to))
	}
	return out
}

// readers are the languages of the subscribers, a quarter each: half read
// Arabic, the others one of two languages.
var readers = []i18n.Lang{i18n.Arabic, i18n.Arabic, i18n.Sorani, i18n.English}

// letterHouse makes a data folder with a letter that was let out and waits for
// its sending.
func letterHouse(b *testing.B, sign string) string {
	b.Helper()
	data := b.TempDir()
	ctx := context.Background()
	d, err := db.Open(ctx, filepath.Join(data, "sifara.db"), db.Options{Relaxed: true})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	keys, err := vault.Create(filepath.Join(data, "vault.key"))
	if err != nil {
		b.Fatal(err)
	}
	sifara(b, data, "migrate")
	h := newslettertest.Build(b, d, keys, clock.System{}, nil)
	list := h.Newsletter(b, "press", "")
	all := newslettertest.Addresses(recipients())
	for i, lang := range readers {
		h.Enlist(b, list, lang, all[i*len(all)/4:(i+1)*len(all)/4]...)
	}
	letter := h.WriteLetter(b, list, h.Say(b, "", newslettertest.Words()), nil)
	if sign != "" {
		k, err := h.MakeKey(newslettertest.System(b), sign)
		if err == nil {
			err = h.UseKey(newslettertest.System(b), k.Selector)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if _, err := h.Send(perm.With(ctx, newslettertest.Official("sender", perm.Everywhere())), letter.ID); err != nil {
		b.Fatal(err)
	}
	return data
}
