package main

import (
	"context"

	"sifara/internal/text/classify"
)

// textLabelCmd is what the commands that classify have in common.
type textLabelCmd struct {
	lineOutput
	Lang string `help:"Language of the lines (ar, ckb, kmr, en, …); identified for each line when not given." placeholder:"CODE"`
}

type textSentimentCmd struct{ textLabelCmd }

func (c *textSentimentCmd) Run(ctx context.Context) error { return c.run(ctx, c.line) }

func (c *textSentimentCmd) line(line string) answer {
	l := classify.Post(c.Lang, line)
	return answer{l.Sentiment.String() + "\t" + sure(float64(l.SentimentP)), struct {
		Sentiment  string  `json:"sentiment"`
		Confidence float32 `json:"confidence"`
		Basis      string  `json:"basis"`
		Sarcasm    bool    `json:"sarcasm"`
		SarcasmP   float32 `json:"sarcasm_confidence"`
		Language   string  `json:"language"`
	}{l.Sentiment.String(), l.SentimentP, l.SentimentBasis.String(), l.Sarcasm, l.SarcasmP, l.Language}}
}

type textActsCmd struct{ textLabelCmd }

func (c *textActsCmd) Run(ctx context.Context) error { return c.run(ctx, c.line) }

func (c *textActsCmd) line(line string) answer {
	l := classify.Post(c.Lang, line)
	return answer{l.Act.String() + "\t" + sure(float64(l.ActP)), struct {
		Act        string  `json:"act"`
		Confidence float32 `json:"confidence"`
		Basis      string  `json:"basis"`
		Language   string  `json:"language"`
	}{l.Act.String(), l.ActP, l.ActBasis.String(), l.Language}}
}

type textCrisisCmd struct{ textLabelCmd }

func (c *textCrisisCmd) Run(ctx context.Context) error { return c.run(ctx, c.line) }

func (c *textCrisisCmd) line(line string) answer {
	l := classify.Post(c.Lang, line)
	return answer{l.Crisis.String() + "\t" + sure(float64(l.CrisisP)), struct {
		Crisis     string  `json:"crisis"`
		Confidence float32 `json:"confidence"`
		Basis      string  `json:"basis"`
		Language   string  `json:"language"`
	}{l.Crisis.String(), l.CrisisP, l.CrisisBasis.String(), l.Language}}
}
