package term

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// TermBase eXchange: ISO 30042:2019 (TBX-Basic, DCA style) is written; it and the
// edition of 2008 (martif) are read, by the local names of their elements.

func isXML(b []byte) bool {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff")))
	return bytes.HasPrefix(b, []byte("<"))
}

// The states of a term (administrativeStatus).
const (
	preferredTerm  = "preferredTerm-admn-sts"
	admittedTerm   = "admittedTerm-admn-sts"
	deprecatedTerm = "deprecatedTerm-admn-sts"
	supersededTerm = "supersededTerm-admn-sts"
)

// maxDepth bounds how deep elements lie in each other; TBX needs nine.
const maxDepth = 32

// tbxReader reads entries one element after the other.
type tbxReader struct {
	out    []Entry
	e      *Entry
	lang   string
	term   string
	status string
	kind   string // type attribute of the innermost element
	text   strings.Builder
	root   bool
}

func readTBX(b []byte) ([]Entry, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrFormat }
	var r tbxReader
	for depth := 0; len(r.out) <= maxEntries; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || depth > maxDepth {
			return nil, ErrFormat
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			r.start(t)
		case xml.EndElement:
			depth--
			r.end(t.Name.Local)
		case xml.CharData:
			if r.text.Len() < 8*MaxNote {
				r.text.Write(t)
			}
		}
	}
	if !r.root {
		return nil, ErrFormat
	}
	return r.out, nil
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *tbxReader) start(t xml.StartElement) {
	switch t.Name.Local {
	case "tbx", "martif":
		r.root = true
	case "conceptEntry", "termEntry":
		r.e, r.lang = &Entry{ID: strings.TrimPrefix(attribute(t, "id"), "c-"), Kind: Other, Words: Words{}}, ""
	case "langSec", "langSet":
		r.lang = attribute(t, "lang")
	case "termSec", "tig", "ntig":
		r.term, r.status = "", ""
	}
	r.kind = attribute(t, "type")
	if t.Name.Local != "hi" { // marks within a text
		r.text.Reset()
	}
}

func (r *tbxReader) end(name string) {
	if r.e == nil || name == "hi" {
		return
	}
	s := strings.TrimSpace(r.text.String())
	switch name {
	case "term":
		r.term = s
	case "termNote":
		if r.kind == "administrativeStatus" {
			r.status = s
		}
	case "termSec", "tig", "ntig":
		r.add()
	case "note":
		if r.lang == "" {
			r.e.Note = s
		}
	case "xref", "admin":
		if r.lang == "" && (r.kind == "xSource" || r.kind == "source") {
			r.e.Source = s
		}
	case "descrip":
		if r.kind == "subjectField" && isKind(s) {
			r.e.Kind = Kind(s)
		}
	case "conceptEntry", "termEntry":
		r.out = append(r.out, *r.e)
		r.e = nil
	}
	r.text.Reset()
}

func isKind(s string) bool {
	for _, k := range Kinds {
		if string(k) == s {
			return true
		}
	}
	return false
}

// add enters a term: the first that is neither admitted nor unwanted is preferred.
func (r *tbxReader) add() {
	tag, ok := langTag(r.lang)
	if !ok || r.term == "" {
		return
	}
	w := r.e.Words[tag]
	switch {
	case r.status == deprecatedTerm || r.status == supersededTerm:
		w.Wrong = append(w.Wrong, r.term)
	case r.status == admittedTerm || w.Preferred != "" && r.status != preferredTerm:
		w.Also = append(w.Also, r.term)
	default:
		if w.Preferred != "" {
			w.Also = append(w.Also, w.Preferred)
		}
		w.Preferred = r.term
	}
	r.e.Words[tag] = w
	r.term = ""
}

// The file as it is written.
type tbxFile struct {
	XMLName xml.Name     `xml:"urn:iso:std:iso:30042:ed-2 tbx"`
	Type    string       `xml:"type,attr"`
	Style   string       `xml:"style,attr"`
	Lang    string       `xml:"xml:lang,attr"`
	Source  string       `xml:"tbxHeader>fileDesc>sourceDesc>p"`
	Entries []tbxConcept `xml:"text>body>conceptEntry"`
}

type tbxConcept struct {
	ID      string    `xml:"id,attr"`
	Subject tbxTyped  `xml:"descrip"`
	Source  *tbxTyped `xml:"admin"`
	Note    string    `xml:"note,omitempty"`
	Langs   []tbxLang `xml:"langSec"`
}

type tbxTyped struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type tbxLang struct {
	Lang  string    `xml:"xml:lang,attr"`
	Terms []tbxTerm `xml:"termSec"`
}

type tbxTerm struct {
	Term   string   `xml:"term"`
	Status tbxTyped `xml:"termNote"`
}

func writeTBX(to io.Writer, list []Entry) error {
	f := tbxFile{Type: "TBX-Basic", Style: "dca", Lang: "ar", Source: "Sifara term base"}
	for _, e := range list {
		c := tbxConcept{ID: "c-" + e.ID, Subject: tbxTyped{"subjectField", string(e.Kind)}, Note: e.Note}
		if e.Source != "" {
			c.Source = &tbxTyped{"source", e.Source}
		}
		for _, l := range e.Words.Langs() {
			w := e.Words[l]
			x := tbxLang{Lang: l}
			add := func(s, status string) {
				x.Terms = append(x.Terms, tbxTerm{s, tbxTyped{"administrativeStatus", status}})
			}
			if w.Preferred != "" {
				add(w.Preferred, preferredTerm)
			}
			for _, s := range w.Also {
				add(s, admittedTerm)
			}
			for _, s := range w.Wrong {
				add(s, deprecatedTerm)
			}
			c.Langs = append(c.Langs, x)
		}
		f.Entries = append(f.Entries, c)
	}
	if _, err := io.WriteString(to, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(to)
	enc.Indent("", "\t")
	return errors.Join(enc.Encode(f), enc.Close())
}
