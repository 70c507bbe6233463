package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// MissionKind sorts missions as the Vienna Conventions and practice do.
type MissionKind string

// The kinds of mission.
const (
	Embassy           MissionKind = "embassy"
	ConsulateGeneral  MissionKind = "consulate_general"
	Consulate         MissionKind = "consulate"
	PermanentMission  MissionKind = "permanent_mission" // to an international organisation
	InterestsSection  MissionKind = "interests_section"
	HonoraryConsulate MissionKind = "honorary_consulate"
)

// MissionKinds lists the kinds.
func MissionKinds() []MissionKind {
	return []MissionKind{Embassy, ConsulateGeneral, Consulate, PermanentMission, InterestsSection, HonoraryConsulate}
}

// Mission is one of the ministry's houses abroad.
type Mission struct {
	ID           string         `bun:",pk" json:"id"`
	Slug         string         `json:"slug"` // in addresses: "paris"
	Kind         MissionKind    `json:"kind"`
	Names        Names          `json:"names"`
	City         Names          `json:"city"`
	Country      string         `json:"country"`      // host, ISO 3166-1 alpha-2
	Jurisdiction []string       `json:"jurisdiction"` // further countries covered, without the host
	TimeZone     string         `json:"time_zone"`    // IANA
	Weekend      []time.Weekday `json:"weekend"`      // 0 is Sunday
	Languages    []i18n.Lang    `json:"languages"`    // of its public site
	Lat          float64        `json:"lat"`
	Lon          float64        `json:"lon"`
	Email        string         `json:"email,omitempty"`
	Phone        string         `json:"phone,omitempty"`
	Address      Names          `json:"address,omitempty"`
	Open         bool           `json:"open"`
	CreatedAt    db.Time        `json:"created_at"`
	ClosedAt     db.Time        `json:"closed_at"`
	Version      int64          `json:"version"`
}

// Name is the mission's name in a language.
func (m Mission) Name(l i18n.Lang) string { return m.Names.In(l) }

// Location is the mission's time zone, UTC when it is unknown.
func (m Mission) Location() *time.Location { return location(m.TimeZone) }

// Countries are the host country and those under the mission's jurisdiction.
func (m Mission) Countries() []string { return append([]string{m.Country}, m.Jurisdiction...) }

// bilateral reports whether the mission is accredited to its host country;
// a permanent mission is accredited to an organisation that sits there.
func (m Mission) bilateral() bool { return m.Kind != PermanentMission }

// forCountry chooses the mission that deals with a country: the embassy there
// before a consulate there before one that has jurisdiction. Closed missions
// and permanent missions are passed over.
func forCountry(all []Mission, code string) (Mission, bool) {
	best, found := 0, Mission{}
	for _, m := range all {
		score := 0
		switch {
		case !m.Open || !m.bilateral():
		case m.Country == code && m.Kind == Embassy:
			score = 5
		case m.Country == code && m.Kind != HonoraryConsulate:
			score = 4
		case slices.Contains(m.Jurisdiction, code):
			score = 3
		case m.Country == code:
			score = 2
		}
		if score > best {
			best, found = score, m
		}
	}
	return found, best > 0
}

func (m *Mission) normalise() {
	m.Slug = strings.ToLower(strings.TrimSpace(m.Slug))
	m.Names, m.City, m.Address = m.Names.clean(), m.City.clean(), m.Address.cleanLines()
	m.Country = strings.ToUpper(strings.TrimSpace(m.Country))
	m.Email, m.Phone = strings.ToLower(strings.TrimSpace(m.Email)), i18n.ParseDigits(strings.TrimSpace(m.Phone))
	countries := []string{}
	for _, c := range m.Jurisdiction {
		if c = strings.ToUpper(strings.TrimSpace(c)); c != "" && c != m.Country {
			countries = append(countries, c)
		}
	}
	slices.Sort(countries)
	m.Jurisdiction = slices.Compact(countries)
	m.Weekend, m.Languages = sortedDays(m.Weekend), sortedLangs(m.Languages)
}

func (m Mission) check(ctx context.Context) error {
	var bad []errs.Field
	if len(m.Slug) < 2 || len(m.Slug) > 60 || !validSlug.MatchString(m.Slug) {
		bad = append(bad, errs.Field{Name: "slug", Key: "org.slug_wrong"})
	}
	if !slices.Contains(MissionKinds(), m.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "web.field.choice"})
	}
	for _, c := range m.Jurisdiction {
		if wrong := checkCountry(ctx, "jurisdiction", c); wrong != nil {
			bad = append(bad, wrong...)
			break
		}
	}
	if !(m.Lat >= -90 && m.Lat <= 90) {
		bad = append(bad, errs.Field{Name: "lat", Key: "org.latitude_wrong"})
	}
	if !(m.Lon >= -180 && m.Lon <= 180) {
		bad = append(bad, errs.Field{Name: "lon", Key: "org.longitude_wrong"})
	}
	return errs.InvalidFields(slices.Concat(bad,
		m.Names.check("names", maxName, i18n.Langs...),
		m.City.check("city", maxName, i18n.Langs...),
		m.Address.check("address", maxAddress),
		checkCountry(ctx, "country", m.Country),
		checkZone("zone", m.TimeZone),
		checkWeekend("weekend", m.Weekend),
		checkLanguages("languages", m.Languages),
		checkEmail("email", m.Email),
		checkPhone("phone", m.Phone),
	)...)
}
