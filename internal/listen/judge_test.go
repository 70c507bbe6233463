package listen

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/perm"
)

func TestJudge(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for i, w := range []Warning{
			{ID: "a", TopicID: "t", MissionID: "mission-fr"}, {ID: "b", TopicID: "t", MissionID: "mission-fr"},
			{ID: "c", Country: "FR", MissionID: "mission-fr"}, {ID: "d", TopicID: "t", MissionID: "mission-be"},
			{ID: "e", MissionID: "mission-fr"},
			{ID: "now", TopicID: "t", Country: "FR", MissionID: "mission-fr"},
		} {
			w.RaisedAt = db.At(now)
			w.Series, w.State, w.Since = "tag:"+w.ID, WarningOpen, db.At(now.Add(time.Duration(i-10)*time.Hour))
			err := d.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
				_, err := tx.NewInsert().Model(&w).Exec(ctx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		as := func(p ...perm.Permission) context.Context {
			return perm.With(context.Background(), &perm.Actor{Kind: perm.Person, ID: "p", Grants: []perm.Grant{{Permissions: p, Scope: perm.InMission("mission-fr")}}})
		}
		paris := as(View, Warn)
		for _, x := range []struct {
			name, id, verdict, note string
			ctx                     context.Context
			want                    errs.Kind
		}{
			{"no verdict", "a", "", "a note", paris, errs.Invalid},
			{"unknown verdict", "a", "maybe", "a note", paris, errs.Invalid},
			{"no note", "a", VerdictRight, " ", paris, errs.Invalid},
			{"reader", "a", VerdictRight, "a note", as(View), errs.Forbidden},
			{"other desk", "d", VerdictRight, "a note", paris, errs.NotFound},
			{"none", "x", VerdictRight, "a note", paris, errs.NotFound},
		} {
			if err := h.Judge(x.ctx, x.id, x.verdict, x.note); errs.KindOf(err) != x.want {
				t.Errorf("%s: %v, want %v", x.name, err, x.want)
			}
		}
		for _, x := range [][3]string{{"a", VerdictRight, "it came"}, {"b", VerdictUnclear, "too early"}, {"b", VerdictWrong, "a fair"}, {"b", VerdictWrong, "a fair"}, {"e", VerdictRight, "elsewhere"}} {
			if err := h.Judge(paris, x[0], x[1], x[2]); err != nil {
				t.Fatal(err)
			}
		}
		raised, err := h.Raised(paris, now, now.Add(time.Hour))
		if err != nil || len(raised) != 6 || raised[0].RightAt != db.At(now) || raised[1].RightAt != 0 || raised[2].RightAt != 0 || raised[4].RightAt == 0 {
			t.Errorf("raised %+v, %v, want a and e right", raised, err)
		}
		if early, err := h.Raised(paris, now.Add(-time.Hour), now); err != nil || len(early) != 0 {
			t.Errorf("raised before: %+v, %v", early, err)
		}
		list, err := h.Judgements(paris, "b")
		if err != nil || len(list) != 2 || list[0].Verdict != VerdictWrong || list[1].Verdict != VerdictUnclear || list[0].JudgedBy != "p" {
			t.Errorf("judgements %+v, %v, want wrong after unclear", list, err)
		}
		if _, err := h.Judgements(paris, "d"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("judgements of another desk: %v, want NotFound", err)
		}
		w, err := h.Warning(paris, "now")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := h.Similar(paris, w); err != nil || got != (Outcomes{Right: 1, Wrong: 1, Unjudged: 1}) {
			t.Errorf("similar %+v, %v, want one right, one wrong, one not judged", got, err)
		}
	})
}
