package app

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"sifara/internal/perm"
	"sifara/internal/web"
)

var update = flag.Bool("update", false, "write the list of operations in docs/api.md again")

const apiDoc = "../../docs/api.md"

// TestOperationsAreInTheDocument wants the list of docs/api.md to be the operations
// of the API as they are; `go test ./internal/app -run InTheDocument -update` writes it.
func TestOperationsAreInTheDocument(t *testing.T) {
	doc, err := os.ReadFile(apiDoc)
	if err != nil {
		t.Fatal(err)
	}
	const from, to = "<!-- operations -->\n", "<!-- /operations -->"
	head, rest, begins := strings.Cut(string(doc), from)
	got, tail, ends := strings.Cut(rest, to)
	if !begins || !ends {
		t.Fatalf("%s has no place for the operations", apiDoc)
	}
	want := operationTables(opened(t).API.Endpoints())
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(apiDoc, []byte(head+from+want+to+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for line := range strings.SplitSeq(want, "\n") {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("%s lacks %s", apiDoc, line)
		}
	}
	t.Error("the list of operations is not that of the API: go test ./internal/app -run InTheDocument -update")
}

// operationTables lists operations in Markdown, by their groups.
func operationTables(list []web.Endpoint) string {
	groups := map[string][]web.Endpoint{}
	for _, e := range list {
		groups[e.Tags[0]] = append(groups[e.Tags[0]], e)
	}
	var b strings.Builder
	for _, name := range slices.SortedFunc(maps.Keys(groups), func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		fmt.Fprintf(&b, "\n### %s\n\n| | | permission |\n|---|---|---|\n", strings.ToUpper(name[:1])+name[1:])
		for _, e := range groups[name] {
			may, _ := e.Extensions["x-permission"].(string)
			switch may {
			case string(perm.Public):
				may = "none"
			case "":
				may = "any token"
			default:
				may = "`" + may + "`"
			}
			fmt.Fprintf(&b, "| `%s %s` | `%s`: %s | %s |\n", e.Method, e.Path, e.OperationID, e.Summary, may)
		}
	}
	return b.String() + "\n"
}
