package listen

import (
	"testing"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen/forecast"
	"sifara/internal/perm"
)

// TestForecast wants the seven days after the last full day, of the topic alone,
// and nothing before there are four weeks.
func TestForecast(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := system()
		topic := Topic{ID: id.New(), Names: map[i18n.Lang]string{i18n.English: "Power"}, Terms: []string{"power"}, MissionID: "mission-be"}
		if err := h.AddTopic(ctx, topic); err != nil {
			t.Fatal(err)
		}
		if a, err := h.Forecast(ctx, topic.ID, time.Time{}); err != nil || len(a.Known) != 0 || len(a.Days) != 0 {
			t.Errorf("of an empty house: %+v, %v", a, err)
		}
		today := now.UTC().Truncate(24 * time.Hour)
		hear := func(daysAgo, n int) {
			t.Helper()
			texts := make([]string, n)
			for i := range texts {
				texts[i] = "power"
			}
			if _, err := h.Receive(ctx, "one", append(incoming(today.AddDate(0, 0, -daysAgo), "en", texts...), incoming(today.AddDate(0, 0, -daysAgo).Add(time.Hour), "en", "the weather")...)); err != nil {
				t.Fatal(err)
			}
		}
		for day := range 28 {
			hear(day, 12) // day 0 is not over
		}
		if a, err := h.Forecast(ctx, topic.ID, time.Time{}); err != nil || len(a.Known) != 27 || len(a.Days) != 0 {
			t.Errorf("after 27 full days: %d known, %v, %v", len(a.Known), a.Days, err)
		}
		hear(28, 12)
		a, err := h.Forecast(ctx, topic.ID, time.Time{})
		if err != nil || len(a.Known) != 28 || len(a.Days) != forecast.Ahead || !a.Known[27].From.Equal(today.AddDate(0, 0, -1)) {
			t.Fatalf("after 28 full days: %d known, %v, %v", len(a.Known), a.Days, err)
		}
		if n := a.Days[0]; !n.Day.Equal(today) || n.Median < 9 || n.Median > 15 || n.Low90 >= 12 || n.High90 <= 12 {
			t.Errorf("12 a day: %+v from %s", n, today)
		}
		all, err := h.Forecast(ctx, "", time.Time{})
		if err != nil || len(all.Days) != forecast.Ahead || all.Known[0].Posts != 13 {
			t.Errorf("of all posts: %+v, %v", all.Known[0], err)
		}
		elsewhere := perm.With(ctx, &perm.Actor{Kind: perm.Person, ID: id.New(), Grants: []perm.Grant{{Permissions: []perm.Permission{View}, Scope: perm.InMission("mission-fr")}}})
		if _, err := h.Forecast(elsewhere, topic.ID, time.Time{}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another mission's topic: %v", err)
		}
	})
}
