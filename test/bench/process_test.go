package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bareEnv makes the test binary a bare server of the named file instead of
// running benchmarks; bareAddressEnv is where it serves.
const (
	bareEnv        = "SIFARA_BENCH_BARE"
	bareAddressEnv = "SIFARA_BENCH_BARE_ADDRESS"
)

// TestMain runs the benchmarks, or is the server that houses are measured
// against: a Go server in a process of its own that writes the same bytes to
// everyone.
func TestMain(m *testing.M) {
	if address := os.Getenv(sinkEnv); address != "" {
		runSink(address)
	}
	file := os.Getenv(bareEnv)
	if file == "" {
		os.Exit(m.Run())
	}
	body, err := os.ReadFile(file)
	if err == nil {
		err = http.ListenAndServe(os.Getenv(bareAddressEnv), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write(body)
		}))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// binary is the program that is measured; the benchmarks skip without it.
func binary(tb testing.TB) string {
	tb.Helper()
	path := os.Getenv("SIFARA_BINARY")
	if path == "" {
		path = "../../bin/sifara"
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(abs); err != nil {
		tb.Skipf("no binary at %s: make build", path)
	}
	return abs
}

// settings are the environment without settings of the house, and these.
func settings(more ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "SIFARA_") {
			env = append(env, e)
		}
	}
	return append(env, more...)
}

// sifara runs a command of the program to its end and gives what it printed
// and the most memory that it held, in MB.
func sifara(tb testing.TB, data string, args ...string) (stdout []byte, peak float64) {
	tb.Helper()
	cmd := exec.Command(binary(tb), args...)
	cmd.Env = settings("SIFARA_DATA=" + data)
	var out, failure bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failure
	if err := cmd.Run(); err != nil {
		tb.Fatalf("sifara %s: %v\n%s", strings.Join(args, " "), err, failure.Bytes())
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = float64(u.Maxrss) * 1024 / 1e6
	}
	return out.Bytes(), peak
}

// server is a server in a process of its own.
type server struct {
	base  string
	pid   int
	first time.Duration // from its start to its first answer
	cmd   *exec.Cmd
	log   *bytes.Buffer
	ended chan struct{} // closed when the process has ended
	err   error         // of its end
}

// startHouse serves a data folder until stop.
func startHouse(tb testing.TB, data string) *server {
	tb.Helper()
	address := freeAddress(tb)
	cmd := exec.Command(binary(tb), "serve", "--listen", address)
	cmd.Env = settings("SIFARA_DATA=" + data)
	return start(tb, cmd, address, "/en")
}

// startBare serves the same bytes to everyone until stop.
func startBare(tb testing.TB, body []byte) *server {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "body")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		tb.Fatal(err)
	}
	address := freeAddress(tb)
	cmd := exec.Command(os.Args[0])
	cmd.Env = settings(bareEnv+"="+file, bareAddressEnv+"="+address)
	return start(tb, cmd, address, "/")
}

func freeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// start starts a server and asks for a page every few milliseconds until it
// comes.
func start(tb testing.TB, cmd *exec.Cmd, address, path string) *server {
	tb.Helper()
	s := &server{base: "http://" + address, cmd: cmd, log: &bytes.Buffer{}, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = io.Discard, s.log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	s.pid = cmd.Process.Pid
	go func() {
		defer close(s.ended)
		s.err = cmd.Wait()
	}()
	tb.Cleanup(func() { s.stop(tb) })
	for time.Since(began) < time.Minute {
		res, err := http.Get(s.base + path)
		if err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				s.first = time.Since(began)
				return s
			}
		}
		select {
		case <-s.ended:
			tb.Fatalf("the server ended: %v\n%s", s.err, s.log)
		case <-time.After(2 * time.Millisecond):
		}
	}
	tb.Fatal("no answer within a minute")
	return nil
}

// stop ends the server by its process id and waits for its end.
func (s *server) stop(tb testing.TB) {
	select {
	case <-s.ended:
		return
	default:
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(40*time.Second, func() { _ = s.cmd.Process.Kill() })
	<-s.ended
	late.Stop()
	if s.err != nil && s.cmd.Path != os.Args[0] {
		tb.Errorf("graceful stop: %v\n%s", s.err, s.log)
	}
}

// process is what a process has used.
type process struct {
	cpu       float64 // seconds, in user and system mode
	resident  float64 // memory now, in MB, with the pages of its own binary
	anonymous float64 // of it, memory that is no part of a file
}

// processOf reads what Linux tells of a process.
func processOf(tb testing.TB, pid int) process {
	tb.Helper()
	var p process
	line, ok := statOf(pid)
	if !ok {
		tb.Fatalf("no process %d", pid)
	}
	p.cpu = line.own
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	defer status.Close()
	for scan := bufio.NewScanner(status); scan.Scan(); {
		var kib float64
		if n, _ := fmt.Sscanf(scan.Text(), "VmRSS: %f kB", &kib); n == 1 {
			p.resident = kib * 1024 / 1e6
		}
		if n, _ := fmt.Sscanf(scan.Text(), "RssAnon: %f kB", &kib); n == 1 {
			p.anonymous = kib * 1024 / 1e6
		}
	}
	return p
}
