package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

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
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return sink{}, nil }))
	srv.Domain, srv.Addr, srv.MaxLineLength = "sink.test", address, 1000
	srv.ErrorLog = log.New(io.Discard, "", 0)
	fmt.Fprintln(os.Stderr, srv.ListenAndServe())
	os.Exit(1)
}

type sink struct{}

func (sink) Mail(string, *smtp.MailOptions) error { return nil }
func (sink) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (sink) Reset()                               {}
func (sink) Logout() error                        { return nil }
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
// ledger for each letter.
func BenchmarkLetter(b *testing.B) {
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
	// Half read Arabic, the others one of three languages.
	all := newslettertest.Addresses(recipients())
	for i, lang := range []i18n.Lang{i18n.Arabic, i18n.Arabic, i18n.Sorani, i18n.English} {
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
