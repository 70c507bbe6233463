// Package smoke tests the whole binary from outside: the command line, the
// server under kill -9, and a real browser. `make test` builds the binary
// first.
package smoke

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// binary is the program under test; the tests skip without it.
func binary(t testing.TB) string {
	t.Helper()
	path := os.Getenv("SIFARA_BINARY")
	if path == "" {
		path = "../../bin/sifara"
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(abs); err != nil {
		t.Skipf("no binary at %s: make build", path)
	}
	return abs
}

// result is what a command left behind.
type result struct {
	code           int
	stdout, stderr string
}

// run runs a command of the binary to its end.
func run(t testing.TB, data string, args ...string) result {
	t.Helper()
	return runInput(t, data, "", args...)
}

func runInput(t testing.TB, data, input string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(t), args...)
	cmd.Env = append(environment(), "SIFARA_DATA="+data)
	cmd.Stdin = strings.NewReader(input)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	failure := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](failure); failure != nil && !ok {
		t.Fatal(failure)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), err.String()}
}

// environment is that of the test without settings of the house.
func environment() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "SIFARA_") {
			env = append(env, e)
		}
	}
	return env
}

// must runs a command that has to succeed.
func must(t testing.TB, data string, args ...string) string {
	t.Helper()
	r := run(t, data, args...)
	if r.code != 0 {
		t.Fatalf("sifara %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// node is a running server.
type node struct {
	base string
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan error
}

// serve starts a server on a free port of loopback and waits until it answers.
func serve(t testing.TB, data string, args ...string) *node {
	t.Helper()
	return serveEnv(t, []string{"SIFARA_DATA=" + data}, args...)
}

func serveEnv(t testing.TB, env []string, args ...string) *node {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
	l.Close()
	return serveAt(t, address, env, args...)
}

// serveAt is serveEnv at an address, as for a server that comes back.
func serveAt(t testing.TB, address string, env []string, args ...string) *node {
	t.Helper()
	n := &node{base: "http://" + address, log: &bytes.Buffer{}, done: make(chan error, 1)}
	n.cmd = exec.Command(binary(t), append([]string{"serve", "--listen", address}, args...)...)
	n.cmd.Env = append(environment(), env...)
	pipe, err := n.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	n.cmd.Stdout = io.Discard
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		scan := bufio.NewScanner(pipe)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			n.log.WriteString(scan.Text() + "\n")
		}
		n.done <- n.cmd.Wait()
	}()
	t.Cleanup(func() { n.kill() })
	deadline := time.Now().Add(90 * time.Second)
	for time.Now().Before(deadline) {
		res, err := http.Get(n.base + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return n
			}
		}
		select {
		case err := <-n.done:
			t.Fatalf("the server ended: %v\n%s", err, n.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("the server did not answer\n%s", n.log)
	return nil
}

// kill is kill -9.
func (n *node) kill() {
	if n.cmd.ProcessState == nil {
		_ = n.cmd.Process.Signal(syscall.SIGKILL)
		<-n.done
		n.done <- nil
	}
}

// stop asks the server to end and gives its exit error.
func (n *node) stop(t testing.TB) {
	t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-n.done:
		n.done <- nil
		if err != nil {
			t.Fatalf("graceful stop: %v\n%s", err, n.log)
		}
	case <-time.After(40 * time.Second):
		t.Fatal("the server did not stop")
	}
}

// person is a signed-in official of the demonstration, or a visitor, without a
// browser.
type person struct {
	t    testing.TB
	base string
	http *http.Client
}

func visitor(t testing.TB, base string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, base, &http.Client{Jar: jar, Timeout: 60 * time.Second}}
}

// official signs in with the demonstration's button of a role.
func official(t testing.TB, base, role string) *person {
	t.Helper()
	p := visitor(t, base)
	doc := p.get("/console/signin")
	id, ok := doc.Find(`button[data-role="` + role + `"]`).Attr("value")
	if !ok {
		t.Fatalf("no demonstration sign-in for %s", role)
	}
	p.post("/console/signin/demo", url.Values{"person": {id}})
	return p
}

// as sends the person to another node with the same session.
func (p *person) get(path string) *goquery.Document {
	p.t.Helper()
	res, err := p.http.Get(p.base + path)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.read(res, path)
}

func (p *person) post(path string, form url.Values) *goquery.Document {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, p.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.base)
	res, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.read(res, path)
}

func (p *person) read(res *http.Response, path string) *goquery.Document {
	p.t.Helper()
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode >= 400 {
		p.t.Fatalf("%s: %s\n%s", path, res.Status, strings.Join(strings.Fields(doc.Find("main").Text()), " "))
	}
	return doc
}

// decode reads a command's JSON report.
func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

var spaces = regexp.MustCompile(`\s+`)

func squeeze(s string) string { return strings.TrimSpace(spaces.ReplaceAllString(s, " ")) }
