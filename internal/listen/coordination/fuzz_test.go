package coordination

import (
	"strings"
	"testing"
	"time"
)

// FuzzCollector gives it posts of any content and asks that it neither fails nor
// names an account twice or one that was not there.
func FuzzCollector(f *testing.F) {
	f.Add("a,b,c|hello wide world of words #x #y #z|https://a.iq/1", int64(5), uint8(3))
	f.Add("a,a,a||\xff", int64(-1<<40), uint8(200))
	f.Fuzz(func(t *testing.T, s string, step int64, n uint8) {
		part := strings.Split(s, "|")
		accounts := strings.Split(part[0], ",")
		c := New(Options{Least: 2})
		for i := range int(n) {
			p := Post{ID: part[i%len(part)], Account: accounts[i%len(accounts)], At: time.UnixMilli(step % (1 << 45) * int64(i/len(accounts))), Text: part[i%len(part)], Object: s}
			switch i % 5 {
			case 0:
				p.Repost = part[i%len(part)]
			case 1:
				p.Links = part
			case 2:
				p.Reply, p.Quote, p.Images = s, s, part
			}
			c.Post(p)
		}
		groups, err := c.Groups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, g := range groups {
			for _, a := range g.Accounts {
				if seen[a] || !strings.Contains(part[0], a) {
					t.Fatalf("account %q in %v", a, groups)
				}
				seen[a] = true
			}
			if g.P < 0 || g.P > 1 || len(g.Accounts) < 2 {
				t.Fatalf("group %+v", g)
			}
		}
	})
}
