package org

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // so that zones exist wherever the binary runs

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// zoneTable holds the country and name of every zone of the IANA time zone
// database (zone.tab, in the public domain).
//
//go:embed zones.txt
var zoneTable string

// Zone is one zone of the IANA time zone database with its country.
type Zone struct{ Name, Country string }

// Zones lists the zones that may be chosen, by name.
func Zones() []Zone {
	zones := []Zone{{Name: "UTC"}}
	for line := range strings.Lines(zoneTable) {
		country, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok {
			zones = append(zones, Zone{Name: name, Country: country})
		}
	}
	slices.SortFunc(zones, func(a, b Zone) int { return strings.Compare(a.Name, b.Name) })
	return zones
}

// ParseZone finds a zone by its IANA name. It knows no "Local" and no names
// that are only aliases: a mission's zone is one of Zones.
func ParseZone(name string) (*time.Location, error) {
	if !slices.ContainsFunc(Zones(), func(z Zone) bool { return z.Name == name }) {
		return nil, errs.New(errs.Invalid, "org.zone_unknown")
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, errs.Wrap(err, errs.Invalid, "org.zone_unknown")
	}
	return l, nil
}

// ValidCountry reports whether code is that of a country or territory by ISO
// 3166-1 alpha-2, in capitals.
func ValidCountry(p *i18n.Printer, code string) bool {
	return len(code) == 2 && code == strings.ToUpper(code) && p.Has("i18n.country."+code)
}

// Countries lists the codes of all countries, sorted by their names in the
// printer's language.
func Countries(p *i18n.Printer) []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string([]rune{a, b}); ValidCountry(p, code) {
				codes = append(codes, code)
			}
		}
	}
	text.Sort(string(p.Lang()), codes, p.Country)
	return codes
}

var (
	validSlug  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	validEmail = regexp.MustCompile(`^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+\.[^\s@<>"(),:;\\]+$`)
	validPhone = regexp.MustCompile(`^\+?[0-9][0-9 ()/.-]{4,30}$`)
)

// checkEmail looks at an address that may be empty.
func checkEmail(field, email string) []errs.Field {
	if email != "" && (len(email) > 254 || !validEmail.MatchString(email)) {
		return []errs.Field{{Name: field, Key: "org.email_wrong"}}
	}
	return nil
}

// checkPhone looks at a number that may be empty.
func checkPhone(field, phone string) []errs.Field {
	if phone != "" && !validPhone.MatchString(phone) {
		return []errs.Field{{Name: field, Key: "org.phone_wrong"}}
	}
	return nil
}

func checkZone(field, zone string) []errs.Field {
	if _, err := ParseZone(zone); err != nil {
		return []errs.Field{{Name: field, Key: "org.zone_unknown"}}
	}
	return nil
}

func checkWeekend(field string, days []time.Weekday) []errs.Field {
	for _, d := range days {
		if d < time.Sunday || d > time.Saturday {
			return []errs.Field{{Name: field, Key: "web.field.choice"}}
		}
	}
	if len(days) > 4 {
		return []errs.Field{{Name: field, Key: "org.weekend_long"}}
	}
	return nil
}

func checkLanguages(field string, langs []i18n.Lang) []errs.Field {
	for _, l := range langs {
		if !slices.Contains(i18n.Langs, l) {
			return []errs.Field{{Name: field, Key: "web.field.choice"}}
		}
	}
	if len(langs) == 0 {
		return []errs.Field{{Name: field, Key: "org.language_none"}}
	}
	return nil
}
