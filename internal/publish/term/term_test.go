package term_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/term"
)

var day = time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)

func each(t *testing.T, run func(t *testing.T, s *term.Service, record *audit.Log)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) {
		c := clock.At(day)
		record := audit.New(d, c)
		run(t, term.New(term.Deps{DB: d, Clock: c, Audit: record, Live: event.NewLive(d, slog.New(slog.DiscardHandler))}), record)
	})
}

// as acts as a person who may see everything and edit in a scope.
func as(t *testing.T, scope perm.Scope, may ...perm.Permission) context.Context {
	return perm.With(t.Context(), &perm.Actor{Kind: perm.Person, ID: id.New(), Grants: []perm.Grant{
		{Permissions: may, Scope: scope}, {Permissions: []perm.Permission{publish.MayView}, Scope: scope},
	}})
}

func ministry(t *testing.T) context.Context { return as(t, perm.Everywhere(), term.Edit) }

func entry(preferred string, wrong ...string) term.Entry {
	return term.Entry{ID: id.New(), Kind: term.Institution, Words: term.Words{"en": {Preferred: preferred, Wrong: wrong}}}
}

func TestSave(t *testing.T) {
	each(t, func(t *testing.T, s *term.Service, record *audit.Log) {
		ctx := ministry(t)
		e, err := s.Save(ctx, entry("  Council of  Ministers ", "Ministerial Council", ""))
		if err != nil || e.Version != 1 || e.Name("ar") != "Council of Ministers" || len(e.Words["en"].Wrong) != 1 {
			t.Fatalf("got %+v, %v", e, err)
		}
		if same, err := s.Save(ctx, e); err != nil || same.Version != 1 {
			t.Errorf("the same again: %+v, %v", same, err)
		}
		marked, _, err := s.Find(ctx, "", i18n.English, "the ministerial council", "", "")
		if err != nil || len(marked) != 1 || marked[0].Suggestion != "Council of Ministers" {
			t.Errorf("find: %v, %v", marked, err)
		}
		stale := e
		stale.Version, stale.Note = 0, "x"
		if _, err := s.Save(ctx, stale); !errors.Is(err, publish.ErrEdited) {
			t.Errorf("an old version: %v", err)
		}
		e.Words["fr"] = term.Wording{Preferred: "Conseil des ministres", Wrong: []string{"Cabinet ministériel"}}
		if e, err = s.Save(ctx, e); err != nil || e.Version != 2 {
			t.Fatalf("another language: %v", err)
		}
		if marked, _, _ = s.Find(ctx, "", "fr", "le cabinet ministériel", "", ""); len(marked) != 1 {
			t.Errorf("another language: %v", marked)
		}
		if err := s.Remove(ctx, e.ID, 1); !errors.Is(err, publish.ErrEdited) {
			t.Errorf("remove an old version: %v", err)
		}
		if err := s.Remove(ctx, e.ID, 2); err != nil {
			t.Fatal(err)
		}
		if marked, _, _ = s.Find(ctx, "", i18n.English, "the ministerial council", "", ""); len(marked) != 0 {
			t.Errorf("removed: %v", marked)
		}
		if _, err := s.Entry(ctx, e.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("removed: %v", err)
		}
		list, _, err := record.List(perm.With(t.Context(), perm.SystemActor("test")), audit.Filter{Limit: 10})
		if err != nil || len(list) != 3 {
			t.Errorf("%d entries of the record, want 3: %v", len(list), err)
		}
	})
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("a", term.MaxWording+1)
	for field, e := range map[string]term.Entry{
		"kind":         {Kind: "person", Words: term.Words{"en": {Preferred: "A"}}},
		"words":        {Kind: term.Other, Words: term.Words{"not a language": {Preferred: "A"}, "en": {Preferred: "B"}}},
		"preferred-ar": {Kind: term.Other, Words: term.Words{"en": {Wrong: []string{"A"}}}},
		"preferred-en": {Kind: term.Other, Words: term.Words{"en": {Preferred: long}}},
		"also-en":      {Kind: term.Other, Words: term.Words{"en": {Preferred: "A", Also: []string{"--"}}}},
		"wrong-en":     {Kind: term.Other, Words: term.Words{"en": {Preferred: "A", Wrong: []string{"A"}}}},
		"note":         {Kind: term.Other, Note: strings.Repeat("x", term.MaxNote+1), Words: term.Words{"en": {Preferred: "A"}}},
	} {
		_, err := term.New(term.Deps{}).Save(ministry(t), e)
		found, _ := errs.Find(err)
		if found == nil || len(found.Fields) != 1 || found.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, err)
		}
	}
}

func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, s *term.Service, _ *audit.Log) {
		paris, berlin := as(t, perm.InMission("paris"), term.Edit), as(t, perm.InMission("berlin"), term.Edit)
		reader := as(t, perm.Everywhere())
		house := entry("House name", "wrong house")
		if _, err := s.Save(paris, house); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a mission changes the house's: %v", err)
		}
		own := entry("Paris name", "wrong paris")
		own.MissionID = "paris"
		if _, err := s.Save(reader, own); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a reader: %v", err)
		}
		own, err := s.Save(paris, own)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(ministry(t), house); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Entry(berlin, own.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another mission sees it: %v", err)
		}
		if err := s.Remove(berlin, own.ID, 1); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another mission removes it: %v", err)
		}
		taken := own
		taken.MissionID = "berlin"
		if _, err := s.Save(berlin, taken); err == nil {
			t.Error("another mission takes it over")
		}
		taken.Version = 0
		if _, err := s.Save(berlin, taken); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another mission saves its own under the id: %v, want not found", err)
		}
		if _, err := s.Import(paris, "", nil); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a mission imports for the house: %v", err)
		}
		for ctx, want := range map[context.Context]int{paris: 2, berlin: 1, reader: 2} {
			if list, err := s.List(ctx, term.Filter{}); err != nil || len(list) != want {
				t.Errorf("%s sees %d, want %d: %v", perm.From(ctx).ID, len(list), want, err)
			}
		}
		for mission, want := range map[string]int{"": 1, "paris": 2, "berlin": 1} {
			if marked, _, _ := s.Find(reader, mission, i18n.English, "wrong house, wrong paris", "", ""); len(marked) != want {
				t.Errorf("%q: %v", mission, marked)
			}
		}
	})
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, s *term.Service, _ *audit.Log) {
		ctx := ministry(t)
		all := term.Starter()
		done, err := s.Import(ctx, "", all)
		if err != nil || done != (term.Imported{Added: len(all)}) {
			t.Fatalf("got %+v, %v", done, err)
		}
		if done, err = s.Import(ctx, "", all); err != nil || done != (term.Imported{Same: len(all)}) {
			t.Errorf("again: %+v, %v", done, err)
		}
		file := "en,fr,kind\nErbil,Erbil,place\n,,place\n"
		list, err := term.Read(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if done, err = s.Import(ctx, "", list); err != nil || done != (term.Imported{Changed: 1, Refused: 1, First: 2}) {
			t.Errorf("one more language: %+v, %v", done, err)
		}
		found, err := s.List(ctx, term.Filter{Query: "اربيل"})
		if err != nil || len(found) != 1 || found[0].Words["fr"].Preferred != "Erbil" || found[0].Words["ckb"].Preferred != "هەولێر" {
			t.Errorf("merged: %+v, %v", found, err)
		}
		var seen []string
		for after := ""; ; {
			page, err := s.List(ctx, term.Filter{Limit: 20, After: after})
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				seen = append(seen, e.ID)
			}
			after = page[len(page)-1].ID
		}
		if slices.Sort(seen); len(slices.Compact(seen)) != len(all) {
			t.Errorf("pages show %d of %d", len(seen), len(all))
		}
		if list, err := s.List(ctx, term.Filter{Missing: i18n.Sorani}); err != nil || len(list) != 0 {
			t.Errorf("missing: %d, %v", len(list), err)
		}
		one := entry("Only English")
		if _, err := s.Save(ctx, one); err != nil {
			t.Fatal(err)
		}
		if list, err := s.List(ctx, term.Filter{Missing: i18n.Sorani, House: true, Kind: term.Institution}); err != nil || len(list) != 1 {
			t.Errorf("missing: %d, %v", len(list), err)
		}
	})
}

// TestExchange writes entries in both formats and reads them again.
func TestExchange(t *testing.T) {
	list := append(term.Starter(), term.Entry{ID: "x", Kind: term.Agreement, Note: "a;b\n\"c\"", Source: "=1+1", Words: term.Words{"pt-br": {Preferred: "-x", Also: []string{"<b>&"}}, "ar": {Wrong: []string{"ا"}}}})
	for _, format := range []term.Format{term.CSV, term.TBX} {
		var b bytes.Buffer
		if err := term.Write(&b, format, list); err != nil {
			t.Fatal(err)
		}
		got, err := term.Read(&b)
		if err != nil || len(got) != len(list) {
			t.Fatalf("%s: %d entries, %v", format, len(got), err)
		}
		for i, e := range got {
			want := list[i]
			if e.Kind != want.Kind || e.Note != want.Note || e.Source != want.Source || e.Words.String() != want.Words.String() {
				t.Errorf("%s: got %+v\nwant %+v", format, e, want)
			}
		}
	}
}

// TestReadOld reads TBX of 2008, as older translation programs write it.
func TestReadOld(t *testing.T) {
	const file = `<?xml version="1.0"?><!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader/><text><body>
<termEntry id="e1"><descrip type="subjectField">politics</descrip><note>n</note>
<langSet xml:lang="en"><tig><term>Council of <hi>Ministers</hi></term></tig><ntig><termGrp><term>Cabinet</term></termGrp></ntig>
<tig><term>Ministry Board</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig></langSet>
<langSet xml:lang="AR"><tig><term>مجلس الوزراء</term><termNote type="partOfSpeech">noun</termNote></tig></langSet>
</termEntry></body></text></martif>`
	got, err := term.Read(strings.NewReader(file))
	want := term.Words{"en": {Preferred: "Council of Ministers", Also: []string{"Cabinet"}, Wrong: []string{"Ministry Board"}}, "ar": {Preferred: "مجلس الوزراء"}}
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0].Words, want) || got[0].Kind != term.Other || got[0].Note != "n" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "a,b\n1,2\n", "<html></html>", "<tbx><a>", strings.Repeat("<tbx>", 100)} {
		if list, err := term.Read(strings.NewReader(bad)); err == nil && len(list) > 0 {
			t.Errorf("%.20q: %v", bad, list)
		}
	}
}

func FuzzRead(f *testing.F) {
	var csv, tbx bytes.Buffer
	if err := errors.Join(term.Write(&csv, term.CSV, term.Starter()[:3]), term.Write(&tbx, term.TBX, term.Starter()[:3])); err != nil {
		f.Fatal(err)
	}
	f.Add(csv.Bytes())
	f.Add(tbx.Bytes())
	f.Add([]byte("ar;ar wrong\nا;ب\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := term.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		var out bytes.Buffer
		for _, format := range []term.Format{term.CSV, term.TBX} {
			out.Reset()
			if err := term.Write(&out, format, list); err != nil {
				t.Fatal(err)
			}
		}
	})
}
