package engage

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"sifara/internal/errs"
)

func TestMayApprove(t *testing.T) {
	base := Reply{QuestionID: "q", Revision: 1, Body: "b", State: Pending, Editors: []string{"author"}}
	base.Hash = base.Digest("ar")
	for _, c := range []struct {
		name          string
		actor, behalf string
		change        func(*Reply)
		want          error
	}{
		{"second person", "clearer", "", nil, nil},
		{"author", "author", "", nil, ErrOwnWork},
		{"for the author", "deputy", "author", nil, ErrOwnWork},
		{"for another", "deputy", "clearer", nil, nil},
		{"draft", "clearer", "", func(r *Reply) { r.State = Drafted }, ErrState},
		{"sent", "clearer", "", func(r *Reply) { r.State = Sent }, ErrState},
		{"edited behind", "clearer", "", func(r *Reply) { r.Body = "other" }, ErrChanged},
		{"made public behind", "clearer", "", func(r *Reply) { r.Publish = true }, ErrChanged},
		{"moved behind", "clearer", "", func(r *Reply) { r.QuestionID = "p" }, ErrChanged},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := base
			if c.change != nil {
				c.change(&r)
			}
			if got := r.MayApprove(c.actor, c.behalf, base.Hash, "ar"); got != error(nil) && c.want == nil || c.want != nil && got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestTicket(t *testing.T) {
	g := gate{key: []byte("key")}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	q, m := uuid.MustParse("0195f000-0000-7000-8000-000000000001"), uuid.MustParse("0195f000-0000-7000-8000-000000000002")
	f := g.issue(q, m, time.Time{}, now)
	tk, err := g.open(f.Ticket)
	if err != nil || tk.question != q || tk.message != m || !tk.issued.Equal(now) {
		t.Fatalf("got %+v, %v", tk, err)
	}
	if f.A < 1 || f.A > maxSummand || f.B < 1 || f.B > maxSummand {
		t.Errorf("got %d + %d", f.A, f.B)
	}
	if _, err := (gate{key: []byte("other")}).open(f.Ticket); err != errForm {
		t.Errorf("under another key: got %v, want %v", err, errForm)
	}
	for i := range f.Ticket {
		c := byte('A')
		if f.Ticket[i] == c {
			c = 'B'
		}
		if _, err := g.open(f.Ticket[:i] + string(c) + f.Ticket[i+1:]); err == nil {
			t.Errorf("a changed ticket was taken (at %d)", i)
		}
	}
	for _, c := range []struct {
		name string
		at   time.Time
		sum  int
		want string
	}{
		{"at once", now.Add(time.Second), f.A + f.B, "engage.form.fast"},
		{"in time", now.Add(time.Minute), f.A + f.B, ""},
		{"next day", now.Add(24*time.Hour + time.Second), f.A + f.B, "engage.form.expired"},
		{"from the future", now.Add(-2 * time.Minute), f.A + f.B, "engage.form.expired"},
		{"wrong sum", now.Add(time.Minute), f.A + f.B + 1, "engage.form.human_wrong"},
		{"negative", now.Add(time.Minute), -1, "engage.form.human_wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := g.check(tk, c.at, c.sum)
			got := ""
			if e, ok := errs.Find(err); ok {
				got = e.Key
				if len(e.Fields) > 0 {
					got = e.Fields[0].Key
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzTicket(f *testing.F) {
	g := gate{key: []byte("key")}
	good := g.issue(uuid.Nil, uuid.Nil, time.Time{}, time.Unix(1, 0)).Ticket
	for _, s := range []string{"", good, good + "=", strings.ToLower(good), good[:40], strings.Repeat("A", len(good)), "\x00", "أبج"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tk, err := g.open(s)
		if err == nil && g.seal(tk) != s {
			t.Errorf("%q opens but is not what seal writes", s)
		}
	})
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		values []float64
		q      float64
		want   float64
	}{
		{nil, 0.5, 0}, {[]float64{7}, 0.9, 7}, {[]float64{1, 3}, 0.5, 2}, {[]float64{1, 2, 3}, 0.5, 2}, {[]float64{0, 10}, 0.9, 9}, {[]float64{1, 2}, 1, 2},
	} {
		if got := quantile(c.values, c.q); got != c.want {
			t.Errorf("quantile(%v, %v): got %v, want %v", c.values, c.q, got, c.want)
		}
	}
}
