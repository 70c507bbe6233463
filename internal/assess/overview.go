package assess

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
	"sifara/internal/engage"
	"sifara/internal/errs"
	"sifara/internal/listen"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

// Sum are the figures of a mission, or of all that are shown, in a period.
// MissionID is empty for the ministry itself and for a total.
type Sum struct {
	MissionID string `json:"mission_id"`
	Released  int    `json:"released"`
	// Emergencies are those of them that went out before they were approved.
	Emergencies int             `json:"emergencies"`
	Reading     publish.Reading `json:"reading"`
	Questions   engage.Figures  `json:"questions"`
}

// Overview are the figures of a period as far as the actor may see them.
// Before is the total of the period before. Listening, the funnel and approval are
// of the whole house, absent for those who see a part of it.
type Overview struct {
	Period   Period          `json:"period"`
	Total    Sum             `json:"total"`
	Before   Sum             `json:"before"`
	Missions []Sum           `json:"missions"`
	Whole    bool            `json:"whole"`
	Listen   *listen.Figures `json:"listen,omitempty"`
	Funnel   []FunnelStep    `json:"funnel,omitempty"` // from the warnings of the period to answers, by now
	Approval time.Duration   `json:"-"`
	Rushed   *Rushed         `json:"emergency_releases,omitempty"`
}

// Rushed is what became of the emergency releases of a period.
type Rushed struct {
	Open    int `json:"open"`    // not judged yet
	Late    int `json:"late"`    // of these, beyond their time
	Refused int `json:"refused"` // judged to have been wrong
}

// EmergencyShare is the share of releases that were emergencies, from 0 to 1; 0
// when nothing was released.
func (s Sum) EmergencyShare() float64 {
	if s.Released == 0 {
		return 0
	}
	return float64(s.Emergencies) / float64(s.Released)
}

// Overview gives the figures of a period. A missionID narrows it to one
// mission, "-" to the ministry itself; errs.NotFound for one outside the
// actor's scope.
func (s *Service) Overview(ctx context.Context, p Period, missionID string) (Overview, error) {
	places, whole, err := s.places(ctx, missionID)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{Period: p, Whole: whole}
	if out.Missions, err = s.sums(ctx, p, places); err != nil {
		return out, err
	}
	before, err := s.sums(ctx, p.Before(), places)
	if err != nil {
		return out, err
	}
	out.Total, out.Before = total(out.Missions), total(before)
	if err := s.medians(ctx, &out, places); err != nil {
		return out, err
	}
	if !whole {
		return out, nil
	}
	heard, err := s.Listen.Figures(house(ctx), p.From, p.To)
	if err != nil {
		return out, fmt.Errorf("assess: %w", err)
	}
	out.Listen = &heard
	if out.Funnel, err = s.funnel(ctx, p); err != nil {
		return out, err
	}
	published, err := s.Publish.Figures(house(ctx), p.From, p.To)
	out.Approval = published.MedianApproval
	out.Rushed = &Rushed{published.EmergenciesOpen, published.EmergenciesOverdue, published.EmergenciesRefused}
	return out, err
}

// places are the ids of the missions that the actor may compare, the ministry
// itself as "" first. Whole says that they are all of the house.
func (s *Service) places(ctx context.Context, only string) (ids []string, whole bool, err error) {
	visible, all := perm.From(ctx).Missions(View)
	if only == "-" {
		if !all {
			return nil, false, errs.New(errs.NotFound, "")
		}
		return []string{""}, false, nil
	}
	missions, err := s.Org.Missions(ctx)
	if err != nil {
		return nil, false, err
	}
	if all && only == "" {
		ids = []string{""}
	}
	for _, m := range missions {
		if (all || contains(visible, m.ID)) && (only == "" || only == m.ID) {
			ids = append(ids, m.ID)
		}
	}
	if only != "" && len(ids) == 0 {
		return nil, false, errs.New(errs.NotFound, "")
	}
	return ids, all && only == "", nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (s *Service) sums(ctx context.Context, p Period, places []string) ([]Sum, error) {
	published, err := s.Publish.Figures(house(ctx), p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	asked, err := s.Engage.Figures(house(ctx), engage.Period{From: p.From, To: p.To})
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	read, err := s.Publish.EachSite(house(ctx), publish.Span{From: db.At(p.From), Until: db.At(p.To)})
	if err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	list := make([]Sum, len(places))
	for i, place := range places {
		list[i] = Sum{MissionID: place, Released: published.ByMission[place], Emergencies: published.EmergenciesIn[place], Reading: read[place], Questions: asked.Missions[place]}
	}
	return list, nil
}

func total(list []Sum) (t Sum) {
	for _, s := range list {
		t.Released += s.Released
		t.Emergencies += s.Emergencies
		t.Reading.Views += s.Reading.Views
		t.Reading.Readers += s.Reading.Readers
		t.Reading.FeedViews += s.Reading.FeedViews
		t.Reading.FeedReaders += s.Reading.FeedReaders
		t.Questions.Asked += s.Questions.Asked
		t.Questions.Answered += s.Questions.Answered
		t.Questions.Open += s.Questions.Open
		t.Questions.Overdue += s.Questions.Overdue
	}
	return t
}

// medians gives the totals their times to answer: a median of medians would
// be none, so it is asked for the house, or taken from the only place. For
// several places that are not all it stays 0.
func (s *Service) medians(ctx context.Context, out *Overview, places []string) error {
	if len(places) == 1 {
		out.Total.Questions.MedianHours, out.Total.Questions.P90Hours = out.Missions[0].Questions.MedianHours, out.Missions[0].Questions.P90Hours
	}
	if !out.Whole {
		return nil
	}
	for _, x := range []struct {
		p Period
		q *engage.Figures
	}{{out.Period, &out.Total.Questions}, {out.Period.Before(), &out.Before.Questions}} {
		all, err := s.Engage.Figures(house(ctx), engage.Period{From: x.p.From, To: x.p.To})
		if err != nil {
			return fmt.Errorf("assess: %w", err)
		}
		x.q.MedianHours, x.q.P90Hours = all.All.MedianHours, all.All.P90Hours
	}
	return nil
}
