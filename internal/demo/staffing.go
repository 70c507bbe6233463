package demo

import (
	"context"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// staffing are changes of authority: a rotation, an assignment that was ended
// and one that ran out, a stand-in that is in force, a route of a mission's
// own.
func (b *builder) staffing() {
	grants := newIDs(3)
	b.by(b.start.Add(3*time.Hour), "administrator", "grant", func(ctx context.Context) error {
		for _, a := range []org.Assignment{
			{ID: grants[0], PersonID: b.people["press-berlin"], Role: org.Releaser, Level: perm.Mission, Unit: b.missions["berlin"], Reason: "أيام المعرض الجامعي في برلين"},
			{ID: grants[1], PersonID: b.people["press-ankara"], Role: org.Analyst, Level: perm.Mission, Unit: b.missions["ankara"], Until: db.At(b.day(18, 20)), Reason: "مدة جولة المباحثات الفنية"},
			{ID: grants[2], PersonID: b.people["desk-europe"], Role: org.InboxOfficer, Level: perm.Mission, Unit: b.missions["brussels"], Until: db.At(b.end.AddDate(0, 2, 0)), Reason: "Cover for a vacant post in Brussels"},
		} {
			if err := b.house.Org.Grant(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	b.by(b.day(20, 8), "administrator", "end", func(ctx context.Context) error {
		return b.house.Org.EndAssignment(ctx, grants[0], "انتهى المعرض قبل موعده")
	})
	b.by(b.day(26, 7), "administrator", "rotate", b.rotate)
	b.by(b.day(3, 7), "head-paris", "appoint stand-in", func(ctx context.Context) error {
		return b.house.Org.AppointStandIn(ctx, org.StandIn{ID: id.New(), PersonID: b.people["consul-paris"], ForPersonID: b.people["head-paris"],
			Until: db.At(b.end.AddDate(0, 0, 11)), Reason: "إجازة اعتيادية"})
	})
	b.by(b.start.Add(4*time.Hour), "unit-head", "route of speeches in New York", func(ctx context.Context) error {
		r, err := b.house.Publish.RouteFor(ctx, publish.Match{MissionID: b.missions["new-york"], Sensitivity: publish.Routine})
		if err != nil {
			return err
		}
		// A speech is public when it is given: its translations follow.
		r.ID, r.Version, r.MissionID, r.Kind, r.Sensitivity = "", 0, b.missions["new-york"], publish.Speech, ""
		r.Required, r.Incomplete = publish.Langs(i18n.Langs), publish.AlwaysIncomplete
		_, err = b.house.Publish.SaveRoute(ctx, r)
		return err
	})
	b.by(b.day(12, 9), "unit-head", "route of London", func(ctx context.Context) error {
		r, err := b.house.Publish.RouteFor(ctx, publish.Match{MissionID: b.missions["london"], Sensitivity: publish.Routine})
		if err != nil {
			return err
		}
		r.ID, r.Version, r.MissionID, r.AnswerNeedsApproval = "", 0, b.missions["london"], false
		_, err = b.house.Publish.SaveRoute(ctx, r)
		return err
	})
}

// rotate moves the cultural attaché from Cairo to Paris, where they write.
func (b *builder) rotate(ctx context.Context) error {
	key := "cultural-attache"
	p, err := b.house.Org.Person(ctx, b.people[key])
	if err != nil {
		return err
	}
	r := org.Rotation{PersonID: p.ID, MissionID: b.missions["paris"], Post: p.Post, Version: p.Version}
	if err := b.house.Org.Rotate(ctx, r); err != nil {
		return err
	}
	return b.house.Org.Grant(ctx, org.Assignment{ID: id.New(), PersonID: p.ID, Role: org.Drafter, Level: perm.Mission, Unit: b.missions["paris"],
		Reason: p.Post[i18n.Arabic]})
}
