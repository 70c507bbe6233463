package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"unicode/utf8"

	"sifara/internal/app"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/publish/term"
	"sifara/internal/publish/tone"
	engine "sifara/internal/text/tone"
)

// publishCheckCmd checks the tone of texts and their official names without a house,
// with the lists and terms as shipped, or with those of a house.
type publishCheckCmd struct {
	lineOutput
	Lang  string `help:"The language that the text is in." required:"" enum:"ar,ckb,kmr,en"`
	Lines bool   `help:"Each line is a text of its own: one answer a line, at once."`
	House bool   `help:"Take the word lists and the term base of the house, not those shipped with the program."`
}

// maxCheck is the longest text on standard input, in bytes.
const maxCheck = 4 << 20

func (c *publishCheckCmd) Run(ctx context.Context, cfg *app.Config) error {
	ctx = asOperator(ctx, "publish check")
	checker, terms := engine.Default(), term.Shipped()
	if c.House {
		h, err := open(ctx, cfg)
		if err != nil {
			return err
		}
		defer h.Close()
		if checker, err = h.Tone.Checker(ctx); err != nil {
			return err
		}
		if terms, err = h.Terms.Base(ctx); err != nil {
			return err
		}
	}
	p := i18n.From(ctx)
	if c.Lines {
		return c.run(ctx, func(line string) answer { return c.answer(p, checker, terms, line) })
	}
	s, err := wholeInput(os.Stdin)
	if err != nil {
		return err
	}
	a := c.answer(p, checker, terms, s)
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(a.v)
	}
	return writeReport(os.Stdout, a.v.(checked))
}

// wholeInput reads one text: not empty, UTF-8, of at most maxCheck bytes.
func wholeInput(in io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxCheck+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > maxCheck:
		return "", errs.New(errs.TooLarge, "publish.tone.cli.long", "max", maxCheck)
	case !utf8.Valid(b):
		return "", errs.New(errs.Invalid, "publish.tone.cli.utf8")
	case strings.TrimSpace(string(b)) == "":
		return "", errs.New(errs.Invalid, "publish.tone.cli.empty")
	}
	return strings.TrimPrefix(string(b), "\uFEFF"), nil
}

// checked is a report with its reasons in words.
type checked struct {
	engine.Report
	Findings []checkedFinding `json:"findings"`
}

type checkedFinding struct {
	engine.Finding
	Message string `json:"message"`
}

// answer checks one text. Plain it is the heat and the kinds found.
func (c *publishCheckCmd) answer(p *i18n.Printer, checker *engine.Checker, terms *term.Base, s string) answer {
	r := checker.Check(c.Lang, s)
	r.Add(terms.Find("", c.Lang, s))
	out := checked{r, make([]checkedFinding, len(r.Findings))}
	var kinds []string
	for i, f := range r.Findings {
		if c.JSON || !c.Lines {
			out.Findings[i] = checkedFinding{f, tone.Say(p, f)}
		}
		kinds = append(kinds, string(f.Kind)+":"+oneLine(f.Excerpt))
	}
	return answer{fmt.Sprintf("%.3f\t%s", r.Heat, strings.Join(kinds, "\t")), out}
}

// oneLine keeps a passage within its column.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// writeReport writes one report for people.
func writeReport(w io.Writer, c checked) error {
	hot := ""
	if c.Hot {
		hot = " (hot)"
	}
	_, err := fmt.Fprintf(w, "heat %.2f%s\n", c.Heat, hot)
	if c.Reading.Value > 0 && err == nil {
		_, err = fmt.Fprintf(w, "reading %s %d\n", c.Reading.Measure, int(math.Round(c.Reading.Value)))
	}
	for _, f := range c.Findings {
		if err != nil {
			return err
		}
		instead := ""
		if f.Suggestion != "" {
			instead = " → " + f.Suggestion
		}
		_, err = fmt.Fprintf(w, "%d–%d %s “%s”: %s%s\n", f.RuneFrom, f.RuneTo, f.Kind, oneLine(f.Excerpt), f.Message, instead)
	}
	return err
}
