package listen

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/listen/burst"
	"sifara/internal/text"
)

const countryRule = "event: a day on which the advice for a country changed in a matter of safety (words of safetyWords) for the first time in 7 days, when fewer than 20 countries changed; series: headlines that name the country, by the hour of first sight; hit: an alarm from 3 days before that day until its end; false: an alarm with no such change from 3 days before to 7 days after it; lead: from the alarm to the end of the day. Nothing was tuned on these data."

// safetyWords tell a change of safety from one of visas or health.
var safetyWords = strings.Fields("attack attacks conflict war airspace evacuat tension protest protests demonstration demonstrations unrest coup earthquake tsunami cyclone hurricane typhoon flood floods flooding volcan wildfire wildfires explosion shooting strikes missile missiles ceasefire hostilities curfew gunfire security situation crash eruption border closed")

// wholesale is from how many countries on one day a change is no event of one.
const wholesale = 20

// BacktestCountries compares headlines with changes of travel advice.
func BacktestCountries(dir fs.FS, rate float64) (Scorecard, error) {
	card := Scorecard{Name: "headlines_2024_2025 against travel_advice_changes_uk", Rule: countryRule}
	days, slugs, err := adviceDays(dir)
	if err != nil {
		return card, err
	}
	f, err := dir.Open("headlines_2024_2025.csv.gz")
	if err != nil {
		return card, err
	}
	defer f.Close()
	found, err := Replay(f, ReplayOptions{Mapping: headlineColumns, By: "topic", Topics: countryTopics(slugs), Burst: burst.Config{Rate: rate, PerSeries: true}})
	if err != nil {
		return card, err
	}
	card.count(found, days, slugs)
	card.sum()
	return card, nil
}

var headlineColumns = map[string]string{"time": "first_seen", "text": "headline", "source": "source"}

// countryTopics are topics of countries as headlines name them.
func countryTopics(slugs []string) (topics []Topic) {
	for _, s := range slugs {
		name := strings.ReplaceAll(s, "-", " ")
		topics = append(topics, Topic{ID: s, Names: map[i18n.Lang]string{i18n.English: s}, Terms: append([]string{name}, strings.Fields(demonyms[s])...)})
	}
	return topics
}

// count matches alarms and changes.
func (s *Scorecard) count(found Replayed, days map[string][]time.Time, slugs []string) {
	const day = 24 * time.Hour
	alarms := map[string][]burst.Alarm{}
	for _, a := range found.Alarms {
		if a.Faulty() {
			s.Faults++
			continue
		}
		s.Alarms++
		alarms[a.Series] = append(alarms[a.Series], a)
		near := slices.ContainsFunc(days[a.Series], func(d time.Time) bool {
			return d.After(a.At.Add(-4*day)) && d.Before(a.At.Add(7*day))
		})
		if !near {
			s.False++
		}
	}
	for _, slug := range slugs {
		var last time.Time
		for _, d := range days[slug] {
			fresh := d.Sub(last) >= 7*day
			last = d
			if !fresh || d.Before(found.From.Add(7*day)) || d.After(found.To) {
				continue
			}
			c := Scored{Event: slug, Mark: d.Add(day)}
			for _, a := range alarms[slug] {
				if !c.Hit && a.At.After(d.Add(-3*day)) && a.At.Before(d.Add(day)) {
					c.Hit, c.At, c.Lead = true, a.At, d.Add(day).Sub(a.At).Minutes()
				}
			}
			s.Cases = append(s.Cases, c)
		}
	}
	s.Months = float64(len(slugs)) * found.To.Sub(found.From).Hours() / burst.Month.Hours()
}

// adviceDays are the days of changes of safety by country, the first first, and
// all countries.
func adviceDays(dir fs.FS) (map[string][]time.Time, []string, error) {
	f, err := dir.Open("travel_advice_changes_uk.csv.gz")
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	file, err := openImport(f, "")
	if err != nil {
		return nil, nil, err
	}
	r, err := file.records(0, 0)
	if err != nil {
		return nil, nil, err
	}
	days, onDay, seen := map[string][]time.Time{}, map[time.Time]int{}, map[string]bool{}
	for {
		rec, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read changes: %w", err)
		}
		if rec.reason != "" || len(rec.fields) < 3 {
			continue
		}
		d, err := time.Parse(time.DateOnly, rec.fields[1])
		if err != nil {
			continue
		}
		country := strings.Clone(rec.fields[0])
		seen[country] = true
		onDay[d]++
		if ofSafety(rec.fields[2]) && !slices.Contains(days[country], d) {
			days[country] = append(days[country], d)
		}
	}
	var slugs []string
	for c := range seen {
		slugs = append(slugs, c)
		days[c] = slices.DeleteFunc(days[c], func(d time.Time) bool { return onDay[d] >= wholesale })
		slices.SortFunc(days[c], time.Time.Compare)
	}
	slices.Sort(slugs)
	return days, slugs, nil
}

func ofSafety(s string) bool {
	for w := range strings.FieldsSeq(text.Fold(s)) {
		w = strings.Trim(w, "(),.;:‘’'\"")
		for _, x := range safetyWords {
			if w == x || (x == "evacuat" || x == "volcan") && strings.HasPrefix(w, x) {
				return true
			}
		}
	}
	return false
}

// demonyms are words by which headlines name a country besides its name.
var demonyms = map[string]string{
	"afghanistan": "Afghan Kabul Taliban", "argentina": "Argentine Milei", "australia": "Australian Sydney", "bangladesh": "Bangladeshi Dhaka",
	"belarus": "Belarusian Lukashenko Minsk", "brazil": "Brazilian Lula", "canada": "Canadian", "china": "Chinese Beijing", "colombia": "Colombian",
	"cuba": "Cuban Havana", "egypt": "Egyptian Cairo", "france": "French Paris Macron", "georgia": "Tbilisi", "germany": "German Berlin", "greece": "Greek Athens",
	"haiti": "Haitian", "india": "Indian Delhi Modi Kashmir", "indonesia": "Indonesian Bali Jakarta", "iran": "Iranian Tehran", "iraq": "Iraqi Baghdad",
	"israel": "Israeli Netanyahu Gaza", "italy": "Italian Rome", "japan": "Japanese Tokyo", "jordan": "Jordanian Amman", "kenya": "Kenyan Nairobi",
	"lebanon": "Lebanese Beirut Hezbollah", "mexico": "Mexican", "mozambique": "Mozambican Maputo", "myanmar": "Burmese Myanmar's", "nepal": "Nepali Kathmandu",
	"nigeria": "Nigerian", "pakistan": "Pakistani Lahore", "philippines": "Philippine Filipino Manila", "poland": "Polish Warsaw", "qatar": "Qatari Doha",
	"russia": "Russian Putin Moscow Kremlin", "saudi-arabia": "Saudi", "serbia": "Serbian Belgrade", "south-africa": "Johannesburg", "south-korea": "Seoul Yoon",
	"spain": "Spanish Valencia Madrid", "sudan": "Sudanese Khartoum Darfur", "syria": "Syrian Assad Damascus Aleppo", "taiwan": "Taiwanese", "tanzania": "Tanzanian",
	"thailand": "Thai Bangkok", "turkey": "Turkish Istanbul Erdogan", "ukraine": "Ukrainian Zelensky Kyiv", "usa": "Trump Biden", "venezuela": "Venezuelan Maduro Caracas",
	"vietnam": "Vietnamese", "yemen": "Yemeni Houthi Houthis",
}
