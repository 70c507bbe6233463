package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"

	"sifara/internal/errs"
	"sifara/internal/text"
	"sifara/internal/text/names"
)

// textCmd asks the language code without a house: no database, no data folder.
// Each command reads one text a line and answers each line with one line, at once
// when nothing more is waiting, so that it can stand in a pipe.
type textCmd struct {
	Identify  textIdentifyCmd  `cmd:"" help:"Name the language of each line: CODE<TAB>CONFIDENCE."`
	Normalise textNormaliseCmd `cmd:"" help:"Spell each line as the search spells: one form for every usual spelling of a word."`
	Stem      textStemCmd      `cmd:"" help:"Give the stems of each line's words, as the search holds them."`

	Name textNameCmd `cmd:"" help:"Say how sure it is that two names, parted by a tab, one in Arabic and one in Latin letters, are the same."`

	Transliterate textTransliterateCmd `cmd:"" help:"Give spellings of each line's name in the other letters, the likeliest first: candidates for searching, no standard."`

	Sentiment textSentimentCmd `cmd:"" help:"Say whether each line is positive, negative, neutral or unsure: LABEL<TAB>CONFIDENCE; with --json also whether it is sarcastic."`
	Acts      textActsCmd      `cmd:"" help:"Name the speech act of each line: expression, statement, question, suggestion, threat, request, other or unsure."`
	Crisis    textCrisisCmd    `cmd:"" help:"Say whether each line is about a disaster or attack at hand: related, not_related or unsure."`
}

// lineOutput is the flag of commands that answer line by line.
type lineOutput struct {
	JSON bool `help:"One JSON object a line."`
}

// answer is what a command says to one line: v as JSON, plain otherwise. plain
// holds no line end.
type answer struct {
	plain string
	v     any
}

// run answers each line of standard input.
func (o lineOutput) run(ctx context.Context, ask func(line string) answer) error {
	done := make(chan error, 1) // a read of a terminal cannot be broken off
	go func() { done <- o.each(os.Stdin, os.Stdout, ask) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o lineOutput) each(in io.Reader, out io.Writer, ask func(line string) answer) error {
	return eachLine(in, out, func(dst []byte, line string) ([]byte, error) {
		a := ask(line)
		if !o.JSON {
			return append(dst, a.plain...), nil
		}
		b, err := json.Marshal(a.v)
		return append(dst, b...), err
	})
}

// sure writes a confidence as the commands do.
func sure(p float64) string { return strconv.FormatFloat(p, 'f', 4, 64) }

type textIdentifyCmd struct{ lineOutput }

func (c *textIdentifyCmd) Run(ctx context.Context) error { return c.run(ctx, identifyLine) }

// spanAnswer is a stretch of a line in one language, by its bytes.
type spanAnswer struct {
	From       int     `json:"from"`
	To         int     `json:"to"`
	Language   string  `json:"language"`
	Confidence float64 `json:"confidence"`
}

func identifyLine(line string) answer {
	lang, p := text.Identify(line)
	spans := []spanAnswer{}
	for _, s := range text.Spans(line) {
		spans = append(spans, spanAnswer{s.From, s.To, s.Lang, s.Confidence})
	}
	return answer{lang + "\t" + sure(p), struct {
		Language   string       `json:"language"`
		Confidence float64      `json:"confidence"`
		Spans      []spanAnswer `json:"spans"`
	}{lang, p, spans}}
}

type textNormaliseCmd struct{ lineOutput }

func (c *textNormaliseCmd) Run(ctx context.Context) error { return c.run(ctx, normaliseLine) }

func normaliseLine(line string) answer {
	s := strings.Join(strings.Fields(text.Fold(line)), " ")
	return answer{s, struct {
		Text string `json:"text"`
	}{s}}
}

type textStemCmd struct {
	lineOutput
	Lang string `help:"Language of the lines (ar, ckb, kmr, en, …); identified for each line when not given." placeholder:"CODE"`
}

func (c *textStemCmd) Run(ctx context.Context) error { return c.run(ctx, c.line) }

func (c *textStemCmd) line(line string) answer {
	lang := c.Lang
	if lang == "" {
		lang, _ = text.Identify(line)
	}
	stems := text.Index([]string{}, lang, line)
	return answer{strings.Join(stems, " "), struct {
		Language string   `json:"language"`
		Stems    []string `json:"stems"`
	}{lang, stems}}
}

type textNameCmd struct{ lineOutput }

func (c *textNameCmd) Run(ctx context.Context) error { return c.run(ctx, nameLine) }

// nameLine takes the two names in either order.
func nameLine(line string) answer {
	a, b, _ := strings.Cut(line, "\t")
	score := max(names.Score(a, b), names.Score(b, a))
	return answer{sure(score), struct {
		Score float64 `json:"score"`
	}{score}}
}

type textTransliterateCmd struct {
	lineOutput
	To   string `help:"Letters to write in; auto takes those in which the name is not." enum:"auto,latin,arabic" default:"auto"`
	Most int    `help:"How many spellings, 1 to 20." default:"5"`
}

func (c *textTransliterateCmd) Run(ctx context.Context) error {
	if c.Most < 1 || c.Most > names.MostCandidates {
		return errs.New(errs.Invalid, "web.field.number", "min", 1, "max", names.MostCandidates)
	}
	return c.run(ctx, c.line)
}

// line gives no spellings where the name has none of the letters that are read.
func (c *textTransliterateCmd) line(line string) answer {
	list := []names.Candidate{}
	if c.To != "arabic" {
		list = append(list, names.Latin(line, c.Most)...)
	}
	if c.To == "arabic" || c.To == "auto" && len(list) == 0 {
		list = append(list, names.Arabic(line, c.Most)...)
	}
	plain := make([]string, len(list))
	for i, x := range list {
		plain[i] = x.Name
	}
	return answer{strings.Join(plain, "\t"), struct {
		Candidates []names.Candidate `json:"candidates"`
	}{list}}
}
