package tone

import (
	"strings"
	"unicode/utf8"

	"sifara/internal/i18n"
	"sifara/internal/publish"
	"sifara/internal/publish/caption"
	engine "sifara/internal/text/tone"
)

// part is what is checked as one text: what is written, or what is said in a film
// or recording.
type part struct {
	all    string
	fields []field
	spoken bool
	of     string // id of the film; empty for what is written
}

// field is where a part of a text stands: in which field, of which file, and from
// which byte to which in the whole.
type field struct {
	name     string
	file     *publish.Attachment // nil for a field of the message
	from, to int
	begin    int            // where it begins in its field, in bytes
	runes    int            // and in characters
	marks    []caption.Mark // when what is said, by bytes of the field
}

// join makes one text of fields, apart from each other.
func (p *part) join(fields []field, words []string) {
	var b strings.Builder
	for i, f := range fields {
		if words[i] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		f.from, f.to = b.Len(), b.Len()+len(words[i])
		b.WriteString(words[i])
		p.fields = append(p.fields, f)
	}
	p.all = b.String()
}

// partsOf are the parts of what goes out in one language: what is written first,
// empty or not.
func partsOf(m *publish.Message, lang i18n.Lang, w publish.Words) []part {
	fields, words := []field{{name: "title"}, {name: "summary"}, {name: "body"}}, []string{w.Title, w.Summary, w.Body}
	out := []part{{}}
	for i := range m.Attachments {
		a := &m.Attachments[i]
		fields, words = append(fields, field{name: "alt", file: a}), append(words, a.Alt[lang])
		if p := spoken(a, lang); len(p.fields) > 0 {
			out = append(out, p)
		}
	}
	out[0].join(fields, words)
	return out
}

// spoken is what is said in a film or recording: its captions, and of a transcript
// that somebody wrote the paragraphs that are not those of the captions.
func spoken(a *publish.Attachment, lang i18n.Lang) part {
	p := part{spoken: true, of: a.ID}
	if !a.IsMedia() {
		return p
	}
	said, marks := caption.Said(a.Cues(lang))
	fields, words := []field{{name: "captions", file: a, marks: marks}}, []string{said}
	read := map[string]bool{}
	for s := range strings.SplitSeq(said, "\n\n") {
		read[s] = true
	}
	f := field{name: "transcript", file: a}
	for s := range strings.SplitSeq(a.Transcripts[lang], "\n\n") {
		if !read[s] {
			fields, words = append(fields, f), append(words, s)
		}
		f.begin, f.runes = f.begin+len(s)+2, f.runes+utf8.RuneCountInString(s)+2
	}
	p.join(fields, words)
	return p
}

// note is a finding in the field.
func (f field) note(x engine.Finding) Note {
	n := Note{Field: f.name, Finding: x}
	if f.file != nil {
		n.FileID, n.File = f.file.ID, f.file.Name
	}
	return n
}

// place puts a finding on the whole into the field in which it begins.
func (p part) place(x engine.Finding) Note {
	at := p.fields[0]
	for _, f := range p.fields {
		if f.from <= x.From {
			at = f
		}
	}
	n := at.note(x)
	from, to := max(0, x.From-at.from), max(0, min(x.To, at.to)-at.from)
	from = min(from, to)
	whole := p.all[at.from:at.to]
	n.From, n.To = at.begin+from, at.begin+to
	n.RuneFrom = at.runes + utf8.RuneCountInString(whole[:from])
	n.RuneTo = n.RuneFrom + utf8.RuneCountInString(whole[from:to])
	for _, m := range at.marks {
		if m.At <= from {
			n.Time = caption.Clock(m.From)
		}
	}
	return n
}
