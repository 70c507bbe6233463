package listenweb

import (
	"context"
	"strconv"
	"time"

	"sifara/internal/listen"
	"sifara/internal/text"
	"sifara/internal/web/ui"
)

// why explains an alarm: what rose, against what, since when, how sure that is.
// Warnings from before the reasons were kept have none.
func (v warningPage) why() []ui.KeyValue {
	y := v.w.Evidence.Why
	if y == nil {
		return nil
	}
	window := v.p.Duration(time.Duration(y.Seconds) * time.Second)
	usual := v.T("listen.why.usual.value", "usual", v.p.Decimal(y.UsualHour, 1), "season", v.p.Decimal(y.Season, 1), "known", v.p.Duration(time.Duration(y.KnownHours*float64(time.Hour))))
	facts := []ui.KeyValue{
		{Key: v.T("listen.why.rose"), Value: v.T("listen.why.rose.value", "count", y.Posts, "window", window, "expected", v.p.Decimal(y.Expected, 1), "low", v.p.Number(y.Low), "high", v.p.Number(y.High))},
		{Key: v.T("listen.why.usual"), Value: usual},
		{Key: v.T("listen.why.since"), Value: v.T("listen.why.since.value", "since", v.when(v.w.Since), "alarmed", v.when(v.w.AlarmedAt), "after", v.p.Duration(v.w.AlarmedAt.Std().Sub(v.w.Since.Std())))},
		{Key: v.T("listen.why.sure"), Value: v.seldom(y.FalseAlarms) + " " + v.T("listen.why.rate", "rate", v.p.Decimal(y.Rate, 2), "series", v.p.Int(y.Series))},
	}
	if y.Peak > 0 && !y.PeakAt.IsZero() {
		facts = append(facts, ui.KeyValue{Key: v.T("listen.why.peak"), Value: v.T("listen.why.peak.value", "count", y.Peak, "when", v.p.DateTime(y.PeakAt.In(v.zone)))})
	}
	return facts
}

// seldom says how often chance alone would show as much.
func (v warningPage) seldom(perMonth float64) string {
	switch years := 1 / max(12*perMonth, 1e-12); {
	case years >= 1000:
		return v.T("listen.why.chance.never")
	case years >= 1:
		return v.T("listen.why.chance.years", "years", v.p.Int(int(years+0.5)))
	}
	return v.T("listen.why.chance.year", "times", v.p.Int(int(12*perMonth+0.5)))
}

// tellings are the stories of the evidence, by the beginning of their first post.
func (p pages) tellings(ctx context.Context, v *warningPage) error {
	var ids []int64
	for _, s := range v.w.Evidence.Stories {
		if id, err := strconv.ParseInt(s.Key, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	posts, err := p.svc.Posts(ctx, ids)
	if err != nil {
		return err
	}
	first := map[int64]listen.Post{}
	for _, x := range posts {
		first[x.ID] = x
	}
	for i, id := range ids {
		x, ok := first[id]
		if !ok {
			continue
		}
		label := ""
		for _, part := range text.Snippet(x.Text, nil, 120) {
			label += part.Text
		}
		v.stories = append(v.stories, toldStory{text: label, dir: text.Direction(x.Text), href: storiesPath + "/" + strconv.FormatInt(id, 10), note: v.T("listen.why.told", "count", v.w.Evidence.Stories[i].Posts)})
	}
	return nil
}

// toldStory is a story of the evidence.
type toldStory struct{ text, dir, href, note string }

type faultRow struct {
	title, text, when string
	ended             bool
	href              string
}

// faultRows are the faults of collection, as sentences.
func (p pages) faultRows(ctx context.Context, d desk, limit int) ([]faultRow, error) {
	list, err := p.svc.Faults(ctx, limit)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	sources, err := p.svc.Sources(ctx)
	if err != nil {
		return nil, err
	}
	topics, err := p.svc.Topics(ctx)
	if err != nil {
		return nil, err
	}
	byID, byTopic := map[string]listen.Source{}, topicMap(topics)
	for _, s := range sources {
		byID[s.ID] = s
	}
	var out []faultRow
	for _, f := range list {
		about := d.T("listen.fault.many")
		if t, ok := byTopic[f.TopicID]; ok {
			about = t.Name(d.p.Lang())
		}
		row := faultRow{
			title: d.T("listen.fault." + f.Kind), when: d.when(f.Since), ended: f.Ended,
			text: d.T("listen.fault."+f.Kind+".text", "source", d.sourceName(byID[f.SourceID]), "topic", about, "count", f.Together, "since", d.when(f.Since), "expected", d.p.Decimal(f.Expected, 0)),
		}
		if f.SourceID != "" {
			row.href = sourcesPath + "/" + f.SourceID
		}
		out = append(out, row)
	}
	return out, nil
}
