package listen

import (
	"cmp"
	"io/fs"
	"slices"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/listen/forecast"
)

// ForecastCard says how the forecasts of volume stood against what came.
type ForecastCard struct {
	Name   string         `json:"name"`
	Rule   string         `json:"rule"`
	Total  forecast.Score `json:"total"`
	Series []ForecastCase `json:"series"` // with a forecast at all, by name
	Short  int            `json:"not_enough_data"`
}

// ForecastCase is one series.
type ForecastCase struct {
	Name string `json:"name"`
	forecast.Score
}

const forecastRule = "rolling origin: from every day with 28 full days and 28 posts before it the next 7 days are forecast, with nothing but what was known then, and held against what came; baseline: the same weekday of the last week, with the quantiles of its own past errors; loss: the mean pinball loss of the quantiles 5, 25, 50, 75 and 95 %. Each day counts the same."

// forecastTopics are matters of the first half of 2016.
var forecastTopics = []struct {
	name  string
	terms []string
}{
	{"attacks", []string{"attack*", "terror*", "ISIS", "теракт*"}}, {"europe", []string{"Europe", "EU", "Brussels", "Европ*"}}, {"elections", []string{"election*", "vote*", "Trump", "Clinton"}},
	{"iraq", []string{"Iraq", "Baghdad", "Mosul", "Ирак*"}}, {"refugees", []string{"refugee*", "migrant*", "Flüchtling*", "беженц*"}}, {"russia", []string{"Russia*", "Putin", "Росси*", "Путин*"}},
	{"syria", []string{"Syria*", "Assad", "Aleppo", "Сири*"}}, {"turkey", []string{"Turkey", "Erdogan", "Турци*"}}, {"ukraine", []string{"Ukrain*", "Украин*"}},
}

// BacktestForecasts holds forecasts against the headlines, by country, and the
// posts of 2016, by matter and by language.
func BacktestForecasts(dir fs.FS) ([]ForecastCard, error) {
	countries, err := judgeCountries(dir)
	if err != nil {
		return nil, err
	}
	matters, err := judgeMatters(dir)
	if err != nil {
		return nil, err
	}
	languages, err := judgeFile(dir, "posts of 2016 by language", postsFile, ReplayOptions{Mapping: postsColumns, By: "lang"})
	return []ForecastCard{countries, matters, languages}, err
}

const postsFile = "posts_2016h1.csv.gz"

var postsColumns = map[string]string{"time": "publish_date", "text": "content", "lang": "language"}

func judgeCountries(dir fs.FS) (ForecastCard, error) {
	_, slugs, err := adviceDays(dir)
	if err != nil {
		return ForecastCard{}, err
	}
	return judgeFile(dir, "headlines by country", "headlines_2024_2025.csv.gz", ReplayOptions{Mapping: headlineColumns, By: "topic", Topics: countryTopics(slugs)})
}

func judgeMatters(dir fs.FS) (ForecastCard, error) {
	topics := make([]Topic, 0, len(forecastTopics))
	for _, t := range forecastTopics {
		topics = append(topics, Topic{ID: t.name, Names: map[i18n.Lang]string{i18n.English: t.name}, Terms: t.terms})
	}
	return judgeFile(dir, "posts of 2016 by matter", postsFile, ReplayOptions{Mapping: postsColumns, By: "topic", Topics: topics})
}

// judgeFile judges the forecasts of all series of a file.
func judgeFile(dir fs.FS, name, file string, o ReplayOptions) (ForecastCard, error) {
	card := ForecastCard{Name: name, Rule: forecastRule}
	first, series, err := dailyCounts(dir, file, o)
	if err != nil {
		return card, err
	}
	for name, days := range series {
		s := forecast.Judge(first, days)
		if s.Days == 0 {
			card.Short++
			continue
		}
		card.Series = append(card.Series, ForecastCase{name, s})
	}
	slices.SortFunc(card.Series, func(a, b ForecastCase) int { return cmp.Compare(a.Name, b.Name) })
	for _, c := range card.Series {
		card.Total = forecast.Sum(card.Total, c.Score)
	}
	return card, nil
}

// dailyCounts are the posts of each series on the full days of a file, UTC.
func dailyCounts(dir fs.FS, name string, o ReplayOptions) (time.Time, map[string][]int64, error) {
	f, err := dir.Open(name)
	if err != nil {
		return time.Time{}, nil, err
	}
	defer f.Close()
	r, err := newReplay(f, o)
	if err != nil {
		return time.Time{}, nil, err
	}
	list, _, err := r.events()
	if err != nil {
		return time.Time{}, nil, err
	}
	if len(list) == 0 {
		return time.Time{}, nil, ErrFileEmpty
	}
	const day = 24 * 3600
	lo, hi := list[0].at, list[0].at
	for _, e := range list {
		lo, hi = min(lo, e.at), max(hi, e.at)
	}
	begin, end := (lo+day-1)/day, hi/day // the day of the last post may not be over
	series := map[string][]int64{}
	for _, e := range list {
		d := e.at / day
		if d < begin || d >= end {
			continue
		}
		for _, s := range e.series {
			if series[s] == nil {
				series[s] = make([]int64, end-begin)
			}
			series[s][d-begin] += e.n
		}
	}
	return time.Unix(begin*day, 0).UTC(), series, nil
}
