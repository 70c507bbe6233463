package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
)

// Ministry is the house itself; there is one. Version counts its changes.
type Ministry struct {
	ID        int            `bun:",pk" json:"-"`
	Names     Names          `json:"names"`
	Country   string         `json:"country"` // ISO 3166-1 alpha-2
	City      Names          `json:"city"`
	TimeZone  string         `json:"time_zone"` // IANA
	Weekend   []time.Weekday `json:"weekend"`   // 0 is Sunday
	Languages []i18n.Lang    `json:"languages"` // of its public site
	Email     string         `json:"email,omitempty"`
	Phone     string         `json:"phone,omitempty"`
	Address   Names          `json:"address,omitempty"`
	Version   int64          `json:"version"`
}

// Name is the ministry's name in a language.
func (m Ministry) Name(l i18n.Lang) string { return m.Names.In(l) }

// Location is the ministry's time zone, UTC when it is not set.
func (m Ministry) Location() *time.Location { return location(m.TimeZone) }

func location(zone string) *time.Location {
	l, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return l
}

func (m *Ministry) normalise() {
	m.ID = 1
	m.Names, m.City, m.Address = m.Names.clean(), m.City.clean(), m.Address.cleanLines()
	m.Email, m.Phone = strings.ToLower(strings.TrimSpace(m.Email)), i18n.ParseDigits(strings.TrimSpace(m.Phone))
	m.Country = strings.ToUpper(strings.TrimSpace(m.Country))
	m.Weekend, m.Languages = sortedDays(m.Weekend), sortedLangs(m.Languages)
}

func (m Ministry) check(ctx context.Context) error {
	return errs.InvalidFields(slices.Concat(
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

func checkCountry(ctx context.Context, field, code string) []errs.Field {
	if !ValidCountry(i18n.From(ctx), code) {
		return []errs.Field{{Name: field, Key: "org.country_unknown"}}
	}
	return nil
}

func sortedDays(days []time.Weekday) []time.Weekday {
	days = slices.Clone(days)
	slices.Sort(days)
	return slices.Compact(days)
}

// sortedLangs puts languages in the order in which they are offered.
func sortedLangs(langs []i18n.Lang) []i18n.Lang {
	rank := func(l i18n.Lang) int { return slices.Index(i18n.Langs, l) }
	langs = slices.Clone(langs)
	slices.SortFunc(langs, func(a, b i18n.Lang) int { return rank(a) - rank(b) })
	return slices.Compact(langs)
}
