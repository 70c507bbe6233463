package main

import (
	"fmt"
	"io"
	"strings"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/text"
)

// verified is what `sifara verify` says as JSON. Pieces and quotes are in the form
// of the API's operation verify-text.
type verified struct {
	Act       string          `json:"act"`
	Slug      string          `json:"slug"`
	Language  i18n.Lang       `json:"language"`
	Title     string          `json:"title"`
	Time      db.Time         `json:"time"`
	Index     int64           `json:"index"`
	Log       string          `json:"log"`
	Witnesses []string        `json:"witnesses"`
	Verdict   publish.Verdict `json:"verdict,omitempty"`
	Pieces    []verifiedPiece `json:"pieces,omitempty"`
	Quotes    []verifiedQuote `json:"quotes,omitempty"`
}

type verifiedPiece struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

type verifiedQuote struct {
	Verdict publish.Verdict `json:"verdict"`
	Text    string          `json:"text"`
	Pieces  []verifiedPiece `json:"pieces,omitempty"`
}

func verifiedPieces(list []publish.Piece) (out []verifiedPiece) {
	for _, p := range list {
		out = append(out, verifiedPiece{p.Name(), p.Text})
	}
	return out
}

func answerOf(p publish.Proven) verified {
	r := p.Record
	out := verified{Act: r.Act, Slug: r.Slug, Language: r.Language, Title: r.Title, Time: r.At, Index: p.Index, Log: p.Checkpoint.Origin,
		Witnesses: append([]string{}, p.Witnesses...), Verdict: p.Verdict, Pieces: verifiedPieces(p.Pieces)}
	for _, q := range p.Quotes {
		out.Quotes = append(out.Quotes, verifiedQuote{q.Verdict, q.Text, verifiedPieces(q.Pieces)})
	}
	return out
}

// tellVerdict writes how the given text stands to the one in the proof, and each
// passage that was looked at by itself, in columns for people.
func tellVerdict(w io.Writer, p publish.Proven) {
	if p.Verdict == "" {
		return
	}
	fmt.Fprintf(w, "your text\t%s\n", p.Verdict)
	if differs(p.Verdict) {
		fmt.Fprintf(w, "\t%s\n", drawn(p.Pieces))
	}
	for _, q := range p.Quotes {
		shown := text.Line(q.Text)
		if differs(q.Verdict) {
			shown = drawn(q.Pieces)
		}
		fmt.Fprintf(w, "passage\t%s\n\t%s\n", q.Verdict, shown)
	}
	if p.Verdict == publish.NotFound {
		fmt.Fprintln(w, "translations\tare not recognised here: ask the page \"verify\" of the site, or its API")
	}
}

// differs tells that the pieces of a verdict are a difference.
func differs(v publish.Verdict) bool {
	return v == publish.Altered || v == publish.Abridged || v == publish.Formatting
}

// beside is how many words are shown on either side of a change.
const beside = 8

// drawn draws a difference on one line, as word diffs of git do: [-ours and
// missing-], {+not ours+}. Long stretches without a change are shortened.
func drawn(list []publish.Piece) string {
	var b strings.Builder
	for i, p := range list {
		switch s := strings.Join(strings.Fields(p.Text), " "); {
		case s == "":
			b.WriteByte(' ')
		case p.Op == "-":
			b.WriteString(spaced(p.Text, "[-"+s+"-]"))
		case p.Op == "+":
			b.WriteString(spaced(p.Text, "{+"+s+"+}"))
		default:
			b.WriteString(spaced(p.Text, shortened(s, i > 0, i < len(list)-1)))
		}
	}
	return text.Line(b.String())
}

// spaced gives s the spaces at the ends that whole has.
func spaced(whole, s string) string {
	if strings.HasPrefix(whole, " ") {
		s = " " + s
	}
	if strings.HasSuffix(whole, " ") {
		s += " "
	}
	return s
}

// shortened leaves the words of a stretch that stand beside changes: at its
// beginning, at its end.
func shortened(s string, first, last bool) string {
	words := strings.Fields(s)
	if len(words) <= 2*beside+2 || !first && !last {
		return s
	}
	out := ""
	if first {
		out = strings.Join(words[:beside], " ") + " "
	}
	out += "…"
	if last {
		out += " " + strings.Join(words[len(words)-beside:], " ")
	}
	return out
}
