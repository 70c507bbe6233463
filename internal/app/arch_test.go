package app

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The rules of docs/architecture.md, held against the code as it is.

const root = "../.."

// tier is the height of a context; imports go down only. Packages of internal
// that are not listed are the platform, which knows no context.
var tier = map[string]int{
	"audit": 1, "org": 2, "auth": 3,
	"channels": 4, "training": 4, "knowledge": 4, "listen": 4, "consular": 4, "cyber": 4,
	"publish": 5, "engage": 5, "crisis": 5, "planning": 5, "culture": 5,
	"assess": 6, "openness": 6,
	"app": 7, "demo": 8,
}

type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Dir          string
	GoFiles      []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Dir,GoFiles", "./internal/...", "./cmd/...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// locate splits a package of the house into its context and what is below:
// "sifara/internal/publish/publishweb" is publish and publishweb.
func locate(path string) (context, below string, ours bool) {
	rest, ok := strings.CutPrefix(path, "sifara/internal/")
	if !ok {
		return "", "", false
	}
	context, below, _ = strings.Cut(rest, "/")
	return context, below, true
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, p := range packages(t) {
		from, below, ours := locate(p.ImportPath)
		if !ours {
			continue
		}
		for _, path := range p.Imports {
			to, toBelow, ok := locate(path)
			if !ok || to == from {
				continue
			}
			if tier[to] > 0 && tier[to] >= tier[from] {
				t.Errorf("%s imports %s: an arrow that goes up or sideways", p.ImportPath, path)
			}
			if strings.HasSuffix(toBelow, "web") && from != "app" {
				t.Errorf("%s imports the pages of another context, %s", p.ImportPath, path)
			}
		}
		if tier[from] == 0 || below != "" || from == "app" {
			continue
		}
		for _, banned := range []string{"sifara/internal/web", "sifara/internal/module"} {
			if slices.Contains(p.Imports, banned) {
				t.Errorf("%s is a context's root and imports %s", p.ImportPath, banned)
			}
		}
		for _, name := range p.GoFiles {
			b, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if m := serving.Find(b); m != nil {
				t.Errorf("%s/%s is in a context's root and serves HTTP: %s", p.ImportPath, name, m)
			}
		}
	}
}

// serving is how code looks that answers requests.
var serving = regexp.MustCompile(`\bhttp\.(ResponseWriter|Handler|HandlerFunc|ServeMux|Server|ListenAndServe)\b`)

var createTable = regexp.MustCompile(`(?i)CREATE\s+(?:VIRTUAL\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)`)
var references = regexp.MustCompile(`(?i)REFERENCES\s+(\w+)`)

// tables gives each table of the migrations with the context that owns it.
func tables(t *testing.T) map[string]string {
	t.Helper()
	owner := map[string]string{}
	walk(t, ".sql", func(path, text string) {
		context, _, _ := strings.Cut(strings.TrimPrefix(path, "internal/"), "/")
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], context+"_") {
				t.Errorf("%s makes table %s, which does not carry the name of its context", path, m[1])
			}
			owner[m[1]] = context
		}
		for _, m := range references.FindAllStringSubmatch(text, -1) {
			to, _, _ := strings.Cut(m[1], "_")
			if context == "audit" || to != context && to != "org" && to != "auth" {
				t.Errorf("%s refers to %s, a table of another context", path, m[1])
			}
		}
	})
	if len(owner) < 10 {
		t.Fatalf("found only %d tables: the search is broken", len(owner))
	}
	return owner
}

// walk calls fn for every file of internal with the ending.
func walk(t *testing.T, ending string, fn func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ending) {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		fn(filepath.ToSlash(rel), string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTablesBelongToOneContext(t *testing.T) {
	owner := tables(t)
	word := regexp.MustCompile(`[a-z]+_[a-z0-9_]+`)
	files := token.NewFileSet()
	walk(t, ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		context, _, _ := strings.Cut(strings.TrimPrefix(path, "internal/"), "/")
		f, err := parser.ParseFile(files, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, w := range word.FindAllString(lit.Value, -1) {
				if o := owner[w]; o != "" && o != context {
					t.Errorf("%s names %s, a table of %s", files.Position(lit.Pos()), w, o)
				}
			}
			return true
		})
	})
}

// unaudited are functions that write without a record of their own, each with
// its reason.
var unaudited = map[string]string{
	"auth.RequestReset":         "anybody may ask for anybody: recording it would let strangers fill the record; the use of the link is recorded",
	"auth.promiseOn":            "a promise to write a letter; what leaves the house is recorded when it does",
	"auth.admit":                "counts attempts at the door, which are no acts of an official",
	"publish.KeepTyped":         "what a person types, every few seconds; saving it is recorded",
	"publish.DropTyped":         "gives up what the same person typed and never saved",
	"publish.forgetTyped":       "retention of what was typed and never saved, by a fixed rule",
	"listen.commit":             "a batch of posts of an import, which is recorded when it begins and ends",
	"listen.forgetRejects":      "retention of refused lines, by a fixed rule; counted for the data-protection report",
	"listen.keepWords":          "counts derived from posts",
	"listen.prune":              "retention of posts, by the rule that was recorded with the source",
	"listen.recount":            "counts derived from posts",
	"listen.runPoll":            "the health of a source after a poll",
	"listen.forgetResponses":    "retention of who responds to whom, by a fixed rule; counted for the data-protection report",
	"listen.forgetItems":        "retention of what feeds showed, by a fixed rule; counted for the data-protection report",
	"listen.runRecount":         "counts derived from posts",
	"listen.runRecounts":        "asks for counts derived from posts",
	"listen.storeItems":         "posts of a source that an official added",
	"listen.runFilter":          "goes on with what was recorded when an official applied the filter",
	"listen.removePosts":        "removes what the recorded filter of a source drops; counted for the data-protection report",
	"listen.storeFeed":          "posts of a source that an official added",
	"listen/brief.queue":        "a promise to write a letter; what leaves the house is recorded when it does",
	"listen/brief.LookForPosts": "asks for kept searches to be looked into; what is told of them is recorded",
	"listen/discover.Look":      "sums of posts that anybody may read, derived from stories",
	"listen/group.begin":        "the turn of a look, which is recorded when it is asked for and when it ends",
	"listen.tellNow":            "tells open pages to look again; writes nothing",
	"publish/share.Sweep":       "retention of readers and their links, by a fixed rule",
	"publish/share.count":       "counts how often a reader opened the text; that they accepted the embargo is recorded",
	"publish/websub.spread":     "marks who is to be told of a release, which is recorded",
	"publish/witness.note":      "what a witness answered: its signature, or why there is none",
	"publish.takeLease":         "a node's leave to send for two seconds; what it sends is recorded by who sends",
	"publish.logImage":          "tells in the public log which picture went out with a message, whose release is recorded",
	"publish/newsletter.askFor": "asks for the sending of a letter, which was recorded when it was let out",
	"publish/newsletter.hold":   "the turn of a process at a letter",
	"publish/newsletter.settle": "the ledger of a letter: what a process left in flight when it died",
	"publish.FlushViews":        "counts of anonymous readings are nobody's act",
	"org.write":                 "the frame of this context's acts, which record inside it",
}

// TestEveryWriteIsRecorded looks into every transaction of a context for the
// call that records it, also in functions of the same package that it calls.
func TestEveryWriteIsRecorded(t *testing.T) {
	used := map[string]bool{}
	for _, p := range packages(t) {
		context, below, ours := locate(p.ImportPath)
		if !ours || tier[context] == 0 || context == "audit" || context == "app" {
			continue
		}
		files := token.NewFileSet()
		decls := map[string]*ast.FuncDecl{}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					decls[fn.Name.Name] = fn
				}
			}
		}
		for name, fn := range decls {
			if fn.Body == nil || !opensTransaction(fn) || records(fn.Body, decls, map[string]bool{name: true}) {
				continue
			}
			key := path.Join(context, below) + "." + name
			used[key] = true
			if unaudited[key] == "" {
				t.Errorf("%s: %s writes in a transaction and records nothing", files.Position(fn.Pos()), key)
			}
		}
	}
	for key := range unaudited {
		if !used[key] {
			t.Errorf("%s is excused from recording and needs no excuse any more", key)
		}
	}
}

// frames are the functions that run another in a transaction.
var frames = []string{"Tx", "write"}

func opensTransaction(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(frames, sel.Sel.Name) && len(call.Args) == 2 {
				found = true
			}
		}
		return !found
	})
	return found
}

// records reports whether the node calls Record, itself or through functions
// of its package.
func records(n ast.Node, decls map[string]*ast.FuncDecl, seen map[string]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		var name string
		switch f := call.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
		case *ast.Ident:
			name = f.Name
		}
		if name == "Record" {
			found = true
			return false
		}
		if fn := decls[name]; fn != nil && fn.Body != nil && !seen[name] {
			seen[name] = true
			found = records(fn.Body, decls, seen)
		}
		return !found
	})
	return found
}

func TestNothingRunsAtImport(t *testing.T) {
	files := token.NewFileSet()
	walk(t, ".go", func(path, text string) {
		f, err := parser.ParseFile(files, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s has an init function", files.Position(fn.Pos()))
			}
		}
	})
}

// outgoing are the packages that may open a connection to elsewhere by
// themselves; all others go through fetch, which guards against requests to
// private addresses.
var outgoing = []string{"internal/fetch/", "internal/mail/", "internal/blob/"}

var directHTTP = regexp.MustCompile(`\bhttp\.(Get|Post|PostForm|Head|DefaultClient|DefaultTransport)\b|\bhttp\.(Client|Transport)\{|\bnet\.Dial`)

func TestWhatLeavesTheHouseIsGuarded(t *testing.T) {
	walk(t, ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || slices.ContainsFunc(outgoing, func(o string) bool { return strings.HasPrefix(path, o) }) {
			return
		}
		if m := directHTTP.FindString(text); m != "" {
			t.Errorf("%s uses %s: outgoing requests go through internal/fetch", path, m)
		}
	})
}

// vagueNames are package names that say nothing.
var vagueNames = []string{"util", "utils", "common", "models", "types", "helpers", "helper", "manager", "misc", "base"}

func TestPackagesAreNouns(t *testing.T) {
	for _, p := range packages(t) {
		if name := filepath.Base(p.ImportPath); slices.Contains(vagueNames, name) {
			t.Errorf("package %s says nothing by its name", p.ImportPath)
		}
	}
}

// TestComputingPackages holds that what make test runs without the race detector
// has nothing to race: neither the packages nor their tests start a goroutine.
func TestComputingPackages(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^COMPUTING = (.+)$`).FindSubmatch(b)
	if m == nil {
		t.Fatal("the Makefile names no computing packages")
	}
	for _, dir := range strings.Fields(string(m[1])) {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch x := n.(type) {
				case *ast.GoStmt:
					t.Errorf("%s starts a goroutine", name)
				case *ast.SelectorExpr:
					if slices.Contains([]string{"Go", "Parallel", "RunParallel"}, x.Sel.Name) {
						t.Errorf("%s calls %s, which starts a goroutine", name, x.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

// TestNothingIsLeftOut holds that make test runs each test that the race detector
// leaves out in its second run, without the detector.
func TestNothingIsLeftOut(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string]*regexp.Regexp{} // packages of the second run, and which of their tests
	for _, m := range regexp.MustCompile(`(?m)^\t\$\(GO\) test -vet=off -timeout \w+ (?:-run '([^']+)' )?(.+)$`).FindAllStringSubmatch(string(b), -1) {
		for _, dir := range strings.Fields(m[2]) {
			plain[strings.TrimPrefix(dir, "./")] = regexp.MustCompile("^(?:" + m[1] + ")$")
			if m[1] == "" {
				plain[strings.TrimPrefix(dir, "./")] = regexp.MustCompile("")
			}
		}
	}
	found := 0
	err = filepath.WalkDir(filepath.Join(root, "internal"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !names(fn.Body, "raceEnabled") {
				continue
			}
			found++
			// A helper that skips may skip any test of its package.
			if run := plain[filepath.ToSlash(dir)]; run == nil || run.String() != "" && !run.MatchString(fn.Name.Name) {
				t.Errorf("%s: %s is left out under the race detector and runs nowhere else", name, fn.Name.Name)
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Fatalf("%d tests are left out under the race detector, %v", found, err)
	}
}

// names reports whether an identifier stands in a piece of code.
func names(n ast.Node, identifier string) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if x, ok := n.(*ast.Ident); ok && x.Name == identifier {
			found = true
		}
		return !found
	})
	return found
}
