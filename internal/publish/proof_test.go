package publish

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/ledger"
	"sifara/internal/vault"
)

const (
	arabicBody  = "أدانت وزارة الخارجية بأشد العبارات الهجوم الذي استهدف المدنيين يوم أمس، وأكدت أن العراق يقف إلى جانب الشعب الفرنسي الصديق. ودعت الوزارة مواطنيها إلى تجنب وسط المدينة حتى يوم 15 أيار، والاتصال بالسفارة عند الحاجة."
	englishBody = "The **Ministry** of Foreign Affairs condemned in the strongest terms the attack that targeted civilians yesterday, and affirmed that Iraq stands by the friendly people of France.\n\nThe Ministry called on its citizens to avoid the city centre until 15 May – and to contact the embassy when needed.\n\n- Telephone: 1234\n- Address: \"Rue de la Faisanderie\""
)

// proving is a house whose public log is the real one.
func proving(t testing.TB, d *db.DB) (*house, *PublicLog) {
	t.Helper()
	h := build(t, d)
	v, err := vault.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := NewPublicLog(d, v, h.clock, "https://mofa.example/")
	if err != nil {
		t.Fatal(err)
	}
	h.proof = log
	return h, log
}

// logKey is the log's key in force.
func logKey(t *testing.T, l *PublicLog) string {
	t.Helper()
	k, err := l.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func eachProving(t *testing.T, run func(t *testing.T, h *house, l *PublicLog)) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		h, l := proving(t, d)
		run(t, h, l)
	})
}

// publish makes a message public without a route, as an act of the house.
func (h *house) publish(id, slug string, texts ...Variant) Message {
	h.t.Helper()
	m := Message{ID: id, Slug: slug, MissionID: paris, Kind: Statement, SourceLang: i18n.Arabic, State: StateScheduled, ReleaseAt: db.At(h.clock.Now()), Version: 1}
	for _, v := range texts {
		v.Hash = variantHash(v)
		v.SourceHash = v.Hash
		m.Variants = append(m.Variants, v)
	}
	m.Hash = m.ContentHash()
	err := h.db.Tx(h.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
			return err
		}
		for _, v := range m.Variants {
			v.MessageID = m.ID
			if _, err := tx.NewInsert().Model(&v).Exec(ctx); err != nil {
				return err
			}
		}
		m.State, m.ReleasedAt = StateReleased, db.At(h.clock.Now())
		if err := save(ctx, tx, &m); err != nil {
			return err
		}
		m.fill()
		for _, v := range m.Variants {
			if err := h.proof.Append(ctx, tx, m, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func TestLogHoldsWhatIsReleasedAndWithdrawn(t *testing.T) {
	eachProving(t, func(t *testing.T, h *house, l *PublicLog) {
		ctx := t.Context()
		m := h.release()
		h.must(h.Withdraw(as(t, releaser), m.ID, Texts{i18n.Arabic: "خطأ في التاريخ"}))
		if r, err := l.Check(ctx); err != nil || r.Fault != nil || r.Size != 3 {
			t.Fatalf("check: got %+v, %v; want three sound records", r, err)
		}
		e, err := l.Entry(ctx, m.ID, i18n.English)
		if err != nil || e.Index != 1 {
			t.Fatalf("entry: got %+v, %v; want index 1", e, err)
		}
		if _, err := l.Entry(ctx, m.ID, i18n.Sorani); errs.KindOf(err) != errs.NotFound {
			t.Errorf("entry of an absent language: got %v, want not found", err)
		}
		b, err := l.Bundle(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		p, err := VerifyBundle(b, "Statement on the visit to Paris\nThe minister visited Paris.", logKey(t, l))
		if err != nil || p.Verdict != Unchanged || p.Record.Slug != m.Slug || p.Record.Title != "Statement on the visit to Paris" || p.Checkpoint.Origin != "mofa.example/log" {
			t.Errorf("proof: got %+v, %v", p, err)
		}
		if p, err = VerifyBundle(b, "Statement on the visit to Paris\nThe minister never visited Paris.", logKey(t, l)); err != nil || p.Verdict != Altered {
			t.Errorf("proof of an altered text: got %q, %v", p.Verdict, err)
		}
		b.Record = []byte(strings.Replace(string(b.Record), "Paris", "Perth", 1))
		if _, err := VerifyBundle(b, "", logKey(t, l)); !errors.Is(err, ledger.ErrBundle) {
			t.Errorf("proof of a forged record: got %v, want ErrBundle", err)
		}
		data, err := l.Entries(ctx, 2, 10)
		if err != nil || len(data) != 1 {
			t.Fatalf("entries: got %d, %v; want 1", len(data), err)
		}
		r, err := ReadRecord(data[0])
		if err != nil || r.Act != WithdrawAct || r.Note[i18n.Arabic] != "خطأ في التاريخ" || r.Text != "" {
			t.Errorf("record of the withdrawal: got %+v, %v", r, err)
		}
	})
}

// release walks a draft along its route.
func (h *house) release() Message {
	h.t.Helper()
	t := h.t
	m := h.draft(Routine)
	m = h.must(h.Submit(as(t, writer), m.ID, m.Hash))
	m = h.must(h.Approve(as(t, reviewer), m.ID, Judgement{Step: m.Step, Hash: m.Hash}))
	m = h.must(h.Approve(as(t, clearer), m.ID, Judgement{Step: m.Step, Hash: m.Hash}))
	return h.must(h.Release(as(t, releaser), m.ID, m.Hash))
}

func TestVerify(t *testing.T) {
	eachProving(t, func(t *testing.T, h *house, l *PublicLog) {
		m := h.publish("00000000-0000-7000-8000-000000000011", "condemnation",
			Variant{Lang: i18n.Arabic, Title: "إدانة الهجوم في باريس", Body: arabicBody},
			Variant{Lang: i18n.English, Title: "Condemnation of the attack in Paris", Summary: "Iraq stands by France.", Body: englishBody})
		h.publish("00000000-0000-7000-8000-000000000012", "other", Variant{Lang: i18n.English, Title: "Opening hours of the embassy", Body: "The embassy opens its doors from Sunday to Thursday between nine and one."})
		english := "Condemnation of the attack in Paris\nIraq stands by France.\n" + Plain(englishBody)
		long := strings.Repeat("Another newspaper wrote something quite different about the weather of that week. ", 30)

		tests := []struct {
			name, pasted string
			want         Verdict
			lang         i18n.Lang
		}{
			{"whole text", english, Unchanged, i18n.English},
			{"body only", Plain(englishBody), Unchanged, i18n.English},
			{"source of the body", englishBody, Unchanged, i18n.English},
			{"translation", arabicBody, Unchanged, i18n.Arabic},
			{"other quotes, dashes and lines", strings.NewReplacer(`"`, "“", "–", "—", ". ", ".\n\n").Replace(english), Unchanged, i18n.English},
			{"invisible characters", strings.ReplaceAll(arabicBody, " ", " \u200f"), Unchanged, i18n.Arabic},
			{"other digits", strings.ReplaceAll(arabicBody, "15", "١٥"), Formatting, i18n.Arabic},
			{"without punctuation", strings.NewReplacer(".", "", ",", "").Replace(english), Formatting, i18n.English},
			{"two words changed", strings.NewReplacer("condemned", "praised", "avoid", "visit").Replace(english), Altered, i18n.English},
			{"two words changed in Arabic", strings.NewReplacer("أدانت", "أيدت", "تجنب", "زيارة").Replace(arabicBody), Altered, i18n.Arabic},
			{"a number changed", strings.Replace(english, "15 May", "25 May", 1), Altered, i18n.English},
			{"a sentence added at the end", english + " The embassy will be closed for good.", Altered, i18n.English},
			{"a word left out inside a passage", "the Ministry called on its citizens to avoid the city until 15 May and to contact the embassy", Altered, i18n.English},
			{"quotation", "affirmed that Iraq stands by the friendly people of France", Part, i18n.English},
			{"quotation in quotes", "“Iraq stands by the friendly people of France.”", Part, i18n.English},
			{"short quotation", "stands by the friendly people", Part, i18n.English},
			{"title", "Condemnation of the attack in Paris", Part, i18n.English},
			{"quoted by others", long + "It added: The Ministry called on its citizens to avoid the city centre until 15 May. " + long, Contains, i18n.English},
			{"something else", "The weather will be fine tomorrow in the whole of the country, say the experts.", NotFound, ""},
			{"two words", "the Ministry", TooShort, ""},
			{"only signs", "!!! ???", TooShort, ""},
			{"address", "https://mofa.example/en/statements/condemnation", Unchanged, i18n.English},
			{"address without scheme, language without text", "mofa.example/kmr/statements/condemnation/", Unchanged, ""},
			{"path", "/ar/statements/condemnation?x=1", Unchanged, i18n.Arabic},
			{"forged host", "https://mofa.example.evil.example/en/statements/condemnation", NotFound, ""},
			{"forged name before the host", "https://mofa.example@evil.example/en/statements/condemnation", NotFound, ""},
			{"address of nothing", "https://mofa.example/en/statements/nothing", NotFound, ""},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				f, err := l.Verify(t.Context(), tt.pasted)
				if err != nil {
					t.Fatal(err)
				}
				if f.Verdict != tt.want || f.Lang != tt.lang {
					t.Errorf("got %s %q, want %s %q\n%+v", f.Verdict, f.Lang, tt.want, tt.lang, f.Pieces)
				}
				if tt.want != NotFound && tt.want != TooShort && f.Message.ID != m.ID {
					t.Errorf("got message %q, want %q", f.Message.ID, m.ID)
				}
			})
		}

		f, err := l.Verify(t.Context(), strings.Replace(english, "condemned", "praised", 1))
		if err != nil {
			t.Fatal(err)
		}
		changes := ""
		for _, p := range f.Pieces {
			if p.Op != "" {
				changes += p.Op + p.Text
			}
		}
		if changes != "-condemned+praised" {
			t.Errorf("difference: got %q, want -condemned+praised", changes)
		}
	})
}

func TestVerifyTellsWithdrawn(t *testing.T) {
	eachProving(t, func(t *testing.T, h *house, l *PublicLog) {
		m := h.release()
		hits, err := l.Search(t.Context(), SearchFilter{Query: "minister", Lang: i18n.English})
		if err != nil || len(hits) != 1 || hits[0].Variant.Title != "Statement on the visit to Paris" {
			t.Fatalf("search: got %+v, %v", hits, err)
		}
		h.must(h.Withdraw(as(t, releaser), m.ID, Texts{i18n.Arabic: "خطأ"}))
		f, err := l.Verify(t.Context(), "The minister visited Paris.")
		if err != nil || f.Verdict != Unchanged || !f.Withdrawn() {
			t.Errorf("withdrawn text: got %s withdrawn %v, %v", f.Verdict, f.Withdrawn(), err)
		}
		if hits, err = l.Search(t.Context(), SearchFilter{Query: "minister", Lang: i18n.English}); err != nil || len(hits) != 0 {
			t.Errorf("search for a withdrawn text: got %d hits, %v", len(hits), err)
		}
	})
}

// TestVerifyLongTexts asks about parts of a speech of many thousand words.
func TestVerifyLongTexts(t *testing.T) {
	d := dbtest.SQLite(t, schema()...)
	h, l := proving(t, d)
	var speech, article strings.Builder
	for i := range 700 {
		fmt.Fprintf(&speech, "Sentence number %d of the speech tells of matter %d and of its consequences. ", i, i*7919%1000)
		fmt.Fprintf(&article, "The reporter saw thing %d and wrote about house %d at length. ", i, i*31%997)
	}
	h.publish("00000000-0000-7000-8000-000000000021", "speech", Variant{Lang: i18n.English, Title: "Speech", Body: speech.String()})
	half := speech.String()[15_000:35_000]
	half = half[strings.Index(half, "Sentence"):strings.LastIndex(half, "Sentence")]
	tests := []struct {
		name, pasted string
		want         Verdict
	}{
		{"whole", speech.String(), Unchanged},
		{"half", half, Part},
		{"half with two words changed", strings.NewReplacer("Sentence number 250 of", "Sentence number 999 of", "Sentence number 300 of", "Sentence number 300 against").Replace(half), Altered},
		{"half with words added before and after", "Here is the truth. " + half + " So he ended.", Altered},
		{"a passage in a long article", article.String() + half[:500] + article.String(), Contains},
		{"a long article", article.String(), NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := l.Verify(t.Context(), tt.pasted)
			if err != nil || f.Verdict != tt.want {
				t.Errorf("got %s, %v; want %s", f.Verdict, err, tt.want)
			}
			for _, p := range f.Pieces {
				if p.Op == "-" && len(p.Text) > 200 {
					t.Errorf("shows %d bytes as left out", len(p.Text))
				}
			}
		})
	}
}

func TestPlain(t *testing.T) {
	got := Plain("# Head\n\nOne **bold** [link](https://a.example) &amp; <b>raw</b>\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n")
	want := "Head\n\nOne bold link & raw\n\na\nb\n\nx y\n1 2"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzCompare(f *testing.F) {
	v := Variant{Lang: i18n.English, Title: "Condemnation", Body: englishBody}
	f.Add(englishBody)
	f.Add("\x00\xff\u202e" + arabicBody)
	f.Add("-5% of – the “Ministry”…")
	f.Fuzz(func(t *testing.T, pasted string) {
		c := compare(v, pasted)
		if c.verdict == Unchanged && canonicalHash(pasted) == "" || c.share < 0 || c.share > 1 {
			t.Errorf("%q: got %+v", pasted, c)
		}
		if loose(loose(pasted)) != loose(pasted) {
			t.Errorf("loose is not idempotent for %q: %q, then %q", pasted, loose(pasted), loose(loose(pasted)))
		}
		if u, ok := address(pasted); ok && u == nil {
			t.Errorf("%q: an address without address", pasted)
		}
	})
}

// FuzzVerifyProof feeds proofs of texts and pictures, whole and spoilt.
func FuzzVerifyProof(f *testing.F) {
	f.Add(`{"record":"e30=","index":0,"proof":[],"checkpoint":"a\n1\nx\n\n— a AAAA\n"}`, "text")
	f.Add(`{"record":"eyJmb3JtIjoic2lmYXJhL3B1Ymxpc2gvMSIsImFjdCI6ImltYWdlIn0=","index":3,"proof":null,"checkpoint":""}`, "")
	f.Fuzz(func(t *testing.T, proof, given string) {
		if p, err := VerifyProof(strings.NewReader(proof), given, "mofa.example/log+3d4f5a6b+AQ=="); err == nil {
			t.Errorf("%q was believed: %+v", proof, p)
		}
		if r, err := ReadRecord([]byte(proof)); err == nil && r.Form != recordForm {
			t.Errorf("%q was read as %+v", proof, r)
		}
	})
}
