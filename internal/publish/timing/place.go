package timing

import (
	"context"
	"slices"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/org"
	"sifara/internal/publish/prayer"
)

// Place is where some public is: at a mission, or at the ministry's seat.
type Place struct {
	MissionID string // empty: the ministry
	Country   string // ISO 3166-1 alpha-2
	City      org.Names
	Week      org.Week
	Hours     Hours
	rule      prayer.Rule // Zone nil: no prayers are reckoned
}

// Zone is the place's time zone.
func (p Place) Zone() *time.Location { return p.Week.Zone() }

// Name is the city in a language.
func (p Place) Name(l i18n.Lang) string { return p.City.In(l) }

// maxPlaces bounds how many places one message is looked at from.
const maxPlaces = 8

// Place gives the place of a mission, or of the ministry's seat.
func (s *Service) Place(ctx context.Context, missionID string) (Place, error) {
	p := Place{MissionID: missionID}
	var lat, lon float64
	if missionID == "" {
		m, err := s.Org.Ministry(ctx)
		if err != nil {
			return p, err
		}
		p.Country, p.City = m.Country, m.City
	} else {
		m, err := s.Org.Mission(ctx, missionID)
		if err != nil {
			return p, err
		}
		p.Country, p.City, lat, lon = m.Country, m.City, m.Lat, m.Lon
	}
	var err error
	if p.Hours, err = s.Hours(ctx, missionID); err != nil {
		return p, err
	}
	if p.Week, err = s.Org.Week(ctx, missionID); err != nil {
		return p, err
	}
	if missionID == "" {
		lat, lon = float64(p.Hours.Lat)/10000, float64(p.Hours.Lon)/10000
	}
	if m, ok := prayer.Find(p.Hours.Method); ok && (lat != 0 || lon != 0) {
		p.rule = prayer.Rule{Method: m, Shadow: p.Hours.Shadow, HighLatitude: p.Hours.HighLatitude, Lat: lat, Lon: lon, Zone: p.Zone()}
	}
	return p, nil
}

// Places are where a message is read: where it comes from first, then where
// the missions are that take part in its campaign, or that deal with the
// campaign's countries, and the ministry's seat last. At most eight.
func (s *Service) Places(ctx context.Context, missionID string, partners, countries []string) ([]Place, error) {
	ids := append([]string{missionID}, partners...)
	for _, c := range countries {
		m, ok, err := s.Org.MissionForCountry(ctx, c)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) > maxPlaces-1 {
		ids = ids[:maxPlaces-1]
	}
	var out []Place
	for _, id := range append(ids, "") {
		if slices.ContainsFunc(out, func(p Place) bool { return p.MissionID == id }) {
			continue
		}
		p, err := s.Place(ctx, id)
		if errs.KindOf(err) == errs.NotFound {
			continue // a mission that is gone, or no ministry yet
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}
