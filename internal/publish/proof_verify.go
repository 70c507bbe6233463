package publish

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/text"
)

// MaxPasted is the longest text that Verify takes, in characters.
const MaxPasted = 100_000

// Finding is the answer to a pasted text or address. Message, Lang and Index
// are only set when something of ours was found.
type Finding struct {
	Verdict   Verdict
	IsAddress bool // an address was pasted
	OurHost   bool // and it is under our own name
	Message   Message
	Lang      i18n.Lang // of the text that was recognised; empty for an address without one
	Index     int64     // of its record in the log; -1 when it has none
	Pieces    []Piece
	Others    []Other    // further texts that hold the same passage
	Rendering *Rendering // of Translated
	Quotes    []Quote    // passages that were checked one by one, of Contains and Misquoted
}

// Withdrawn reports that the text found was taken back.
func (f Finding) Withdrawn() bool { return f.Message.State == StateWithdrawn }

// Found reports that something of ours was found.
func (f Finding) Found() bool { return f.Message.ID != "" }

// Other is another text in which the same was found.
type Other struct {
	Message Message
	Lang    i18n.Lang
}

// Verify says whether a pasted text is ours, in any language, or whether a
// pasted address is. errs.Invalid when it is empty or longer than MaxPasted.
func (l *PublicLog) Verify(ctx context.Context, pasted string) (Finding, error) {
	pasted = strings.TrimSpace(text.Clean(pasted))
	if pasted == "" {
		return Finding{}, errs.InvalidFields(errs.Field{Name: "q", Key: "web.field.required"})
	}
	if utf8.RuneCountInString(pasted) > MaxPasted {
		return Finding{}, TooLong()
	}
	if u, ok := address(pasted); ok {
		return l.verifyAddress(ctx, u)
	}
	return l.verifyText(ctx, pasted)
}

// TooLong is the error for a text of more than MaxPasted characters: errs.Invalid
// at the field "q". It is also for those who stop reading before they know how
// long the text is.
func TooLong() error {
	return errs.InvalidFields(errs.Field{Name: "q", Key: "publish.verify.long", Args: []any{"max", MaxPasted}})
}

func (l *PublicLog) verifyText(ctx context.Context, pasted string) (Finding, error) {
	given := spreadOut(text.Canonical(pasted))
	seqs, err := l.unchanged(ctx, given.canonical)
	if err != nil {
		return Finding{}, err
	}
	if len(seqs) == 0 {
		if len(given.words) < MinWords {
			return Finding{Verdict: TooShort, Index: -1}, nil
		}
		if seqs, err = l.candidates(ctx, pasted); err != nil {
			return Finding{}, err
		}
	}
	if len(pasted) > longPaste {
		seqs = seqs[:min(len(seqs), 2)]
	}
	q := asking{log: l, known: map[int64]*heldText{}}
	held, err := q.hold(ctx, seqs, given)
	if err != nil {
		return Finding{}, err
	}
	out, err := judge(pasted, given, held, func(quotation string, given spread) ([]heldText, error) {
		seqs, err := q.mayHold(ctx, quotation, given, len(pasted) > longPaste)
		if err != nil {
			return nil, err
		}
		return q.hold(ctx, seqs, given)
	})
	if err == nil && (out.Verdict == NotFound || out.Verdict == Contains) {
		err = q.rendering(ctx, &out, pasted)
	}
	return out, err
}

// longPaste is the length in bytes from which only the likeliest texts are
// compared.
const longPaste = 20_000

// rank orders verdicts; what is public counts before what was withdrawn.
func rank(c comparison, m Message) float64 {
	at := slices.Index([]Verdict{NotFound, Contains, Altered, Abridged, Part, Formatting, Unchanged}, c.verdict)
	r := float64(at)*10 + c.share*4
	if m.State == StateReleased {
		r++
	}
	return r
}

// asking is one question to the log. It reads each text of ours once.
type asking struct {
	log   *PublicLog
	known map[int64]*heldText
}

// heldText is a text of ours, and how the pasted one stands to it.
type heldText struct {
	comparison
	seq  int64
	m    Message
	v    Variant
	text original
}

// readHeld reads a text of ours, of which whole is what readers see.
func readHeld(seq int64, m Message, v Variant, whole string) *heldText {
	plain := strings.TrimSpace(strings.TrimPrefix(whole, joined(v.Title, v.Summary)))
	return &heldText{seq: seq, m: m, v: v, text: readOriginal(v, plain)}
}

// against compares it with a pasted text.
func (h heldText) against(pasted spread) heldText {
	h.comparison = h.text.hold(pasted)
	return h
}

// hold compares the pasted text with the records. Those that are gone are left
// out.
func (q *asking) hold(ctx context.Context, seqs []int64, pasted spread) ([]heldText, error) {
	var out []heldText
	for _, seq := range seqs {
		t, ok := q.known[seq]
		if !ok {
			m, v, whole, err := q.log.releasedWhole(ctx, seq)
			switch {
			case gone(err):
				continue
			case err != nil:
				return nil, err
			}
			t = readHeld(seq, m, v, whole)
			q.known[seq] = t
		}
		out = append(out, t.against(pasted))
	}
	return out, nil
}

// mayHold gives the records that a quotation is held against: of a long text only
// those that were read for the whole.
func (q *asking) mayHold(ctx context.Context, s string, given spread, long bool) ([]int64, error) {
	if long {
		return slices.Sorted(maps.Keys(q.known)), nil
	}
	seqs, err := q.log.unchanged(ctx, given.canonical)
	if err == nil && len(seqs) == 0 {
		seqs, err = q.log.candidates(ctx, s)
	}
	return seqs[:min(len(seqs), 3)], err
}

// best gives the best of the answers.
func best(held []heldText) Finding {
	out := Finding{Verdict: NotFound, Index: -1}
	top := -1.0
	for _, h := range held {
		if h.verdict == NotFound {
			continue
		}
		if r := rank(h.comparison, h.m); r > top {
			if out.Found() && h.verdict == out.Verdict {
				out.Others = append(out.Others, Other{out.Message, out.Lang})
			} else {
				out.Others = nil
			}
			top = r
			out.Verdict, out.Message, out.Lang, out.Index, out.Pieces = h.verdict, h.m, h.v.Lang, h.seq, h.pieces
		} else if h.verdict == out.Verdict {
			out.Others = append(out.Others, Other{h.m, h.v.Lang})
		}
	}
	return out
}

// released gives the message and text of a record, as it was logged: the log
// answers, not the table of texts.
func (l *PublicLog) released(ctx context.Context, seq int64) (Message, Variant, error) {
	m, v, _, err := l.releasedWhole(ctx, seq)
	return m, v, err
}

// releasedWhole also gives title, summary and body as readers see them.
func (l *PublicLog) releasedWhole(ctx context.Context, seq int64) (Message, Variant, string, error) {
	r, err := l.record(ctx, seq)
	if err != nil {
		return Message{}, Variant{}, "", err
	}
	m, err := load(ctx, l.db.Reader(), "id", r.Message)
	if err != nil {
		return Message{}, Variant{}, "", err
	}
	if !m.WasPublic() {
		return Message{}, Variant{}, "", fmt.Errorf("publish: log entry %d: %w", seq, errs.New(errs.NotFound, ""))
	}
	return *m, Variant{MessageID: r.Message, Lang: r.Language, Title: r.Title, Summary: r.Summary, Body: r.Source}, r.Text, nil
}

// address reads the pasted text as a web address, with or without scheme.
func address(pasted string) (*url.URL, bool) {
	if strings.ContainsAny(pasted, " \n\t\"<>") || len(pasted) > 2000 {
		return nil, false
	}
	lower := strings.ToLower(pasted)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		host, _, ok := strings.Cut(pasted, "/")
		if !ok || host != "" && !strings.ContainsAny(host, ".:") {
			return nil, false
		}
		if host != "" {
			pasted = "https://" + pasted
		}
	}
	u, err := url.Parse(pasted)
	return u, err == nil
}

// verifyAddress answers for an address: ours when host and path are those of a
// text that is, or was, public.
func (l *PublicLog) verifyAddress(ctx context.Context, u *url.URL) (Finding, error) {
	f := Finding{Verdict: NotFound, IsAddress: true, Index: -1}
	f.OurHost = u.User == nil && (u.Host == "" || strings.EqualFold(u.Host, l.base.Host))
	path, below := strings.CutPrefix(u.Path, l.base.Path+"/")
	part := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if !f.OurHost || !below || len(part) != 3 || part[1] != "statements" {
		return f, nil
	}
	lang, ok := i18n.Parse(part[0])
	if !ok {
		return f, nil
	}
	m, err := load(ctx, l.db.Reader(), "slug", part[2])
	if errs.KindOf(err) == errs.NotFound || err == nil && !m.WasPublic() {
		return f, nil
	}
	if err != nil {
		return Finding{}, err
	}
	f.Verdict, f.Message = Unchanged, *m
	if _, has := m.Variant(lang); has {
		f.Lang = lang
		e, err := l.Entry(ctx, m.ID, lang)
		if err == nil {
			f.Index = e.Index
		} else if errs.KindOf(err) != errs.NotFound {
			return Finding{}, err
		}
	}
	return f, nil
}
