package theme

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sifara/internal/audit"
	"sifara/internal/blob"
	"sifara/internal/clock"
	"sifara/internal/db"
	"sifara/internal/db/dbtest"
	"sifara/internal/errs"
	"sifara/internal/event"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
	"sifara/internal/publish"
)

type fixture struct {
	*Service
	t             testing.TB
	paris, berlin string
}

func each(t *testing.T, run func(t *testing.T, f *fixture)) {
	dbtest.Each(t, []db.Migrations{audit.Migrations(), org.Migrations(), publish.Migrations()}, func(t *testing.T, d *db.DB) { run(t, newFixture(t, d)) })
}

func names(s string) org.Names {
	return org.Names{i18n.Arabic: s, i18n.Sorani: s, i18n.Kurmanji: s, i18n.English: s}
}

func newFixture(t *testing.T, d *db.DB) *fixture {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	live, record := event.NewLive(d, log), audit.New(d, c)
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := org.New(org.Deps{DB: d, Log: log, Clock: c, Audit: record, Live: live})
	ctx := perm.With(t.Context(), perm.SystemActor("test"))
	if err := o.SyncRoles(ctx, org.Permissions()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Setup(ctx, org.MinistrySpec{Ministry: org.Ministry{Names: names("Ministry"), City: names("Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad", Weekend: []time.Weekday{5, 6}, Languages: i18n.Langs, Email: "press@mofa.example"},
		First: org.Person{Name: "First", Post: names("Head"), Email: "first@mofa.example", Language: i18n.Arabic}}); err != nil {
		t.Fatal(err)
	}
	f := &fixture{Service: New(Deps{DB: d, Clock: c, Audit: record, Live: live, Org: o, Blobs: blobs}), t: t}
	for slug, into := range map[string]*string{"paris": &f.paris, "berlin": &f.berlin} {
		m := org.Mission{ID: id.New(), Slug: slug, Kind: org.Embassy, Names: names("Embassy in " + slug), City: names(slug), Country: "FR", TimeZone: "Europe/Paris", Weekend: []time.Weekday{6, 0}, Languages: []i18n.Lang{i18n.English}, Email: slug + "@mofa.example", Open: true}
		if err := o.CreateMission(ctx, m); err != nil {
			t.Fatal(err)
		}
		*into = m.ID
	}
	return f
}

func (f *fixture) as(mission string) context.Context {
	return perm.With(f.t.Context(), &perm.Actor{Kind: perm.Person, ID: "releaser", Grants: []perm.Grant{{Permissions: []perm.Permission{publish.MayRelease}, Scope: perm.InMission(mission)}}})
}

func red(mission string) Theme {
	return Theme{MissionID: mission, Own: true, Accent: Colour{0x8a, 0x1c, 0x2c}, Ink: White, Follows: true, Header: Band}
}

func TestThemesOfUnits(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		look := func(mission string) Look {
			t.Helper()
			l, err := f.Look(t.Context(), mission)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		if l := look(f.paris); l.Sheet != "" {
			t.Errorf("before any was saved: %+v", l)
		}
		green := red("")
		green.Accent, green.Header = Colour{0x1a, 0x5a, 0x2a}, Plain
		ministry, err := f.Save(f.as(""), green)
		if err != nil {
			t.Fatal(err)
		}
		if l := look(f.paris); l.Sheet != ministry.Tokens().Digest() || l.Header != Plain {
			t.Errorf("a mission without a theme: %+v, want the ministry's", l)
		}
		own, err := f.Save(f.as(f.paris), red(f.paris))
		if err != nil {
			t.Fatal(err)
		}
		if look(f.paris).Sheet != own.Tokens().Digest() || look(f.berlin).Sheet != ministry.Tokens().Digest() {
			t.Error("Paris and Berlin do not wear what they should")
		}
		if got, err := f.Sheet(t.Context(), own.Tokens().Digest()); err != nil || !strings.Contains(got, "--brand:#8a1c2c") {
			t.Errorf("sheet: %q, %v", got, err)
		}
		if again, err := f.Theme(t.Context(), f.paris); err != nil || again.Tokens() != own.Tokens() || again.Version != 1 || !again.Follows {
			t.Errorf("read again: %+v, %v", again, err)
		}
		// What a reader has open stays readable, until twenty others were saved.
		old := own.Tokens().Digest()
		for i := range maxVersions {
			own.Accent[0] = uint8(0x60 + i)
			if own, err = f.Save(f.as(f.paris), own); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Sheet(t.Context(), old); (err == nil) != (i < maxVersions-1) {
				t.Errorf("after %d further themes: %v", i+1, err)
			}
		}
		if _, err := f.Save(f.as(f.paris), Theme{MissionID: f.paris, Version: own.Version}); err != nil {
			t.Fatal(err)
		}
		if l := look(f.paris); l.Sheet != ministry.Tokens().Digest() {
			t.Errorf("given up: %+v, want the ministry's", l)
		}
		if now, err := f.Theme(t.Context(), f.paris); err != nil || now.Own || now.Version != own.Version+1 {
			t.Errorf("given up: %+v, %v", now, err)
		}
		if _, err := f.Sheet(t.Context(), "0123"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no such sheet: %v", err)
		}
	})
}

func TestSaveIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Save(f.as(f.paris), red(f.paris)); err != nil {
			t.Fatal(err)
		}
		emblem, err := f.AddLogo(f.as(f.berlin), f.berlin, id.New(), picture(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name   string
			as     string
			change func(*Theme)
			want   errs.Kind
		}{
			{"an old version", f.paris, func(x *Theme) { x.Version = 0 }, errs.Conflict},
			{"another mission", f.berlin, func(*Theme) {}, errs.Forbidden},
			{"the ministry, by a mission", f.paris, func(x *Theme) { x.MissionID, x.Version = "", 0 }, errs.Forbidden},
			{"no mission", "", func(x *Theme) { x.MissionID = id.New() }, errs.NotFound},
			{"unreadable", f.paris, func(x *Theme) { x.Ink = Colour{0x90, 0x20, 0x30} }, errs.Invalid},
			{"the emblem of another", f.paris, func(x *Theme) {
				x.LogoID, x.Alt = emblem.ID, publish.Texts{i18n.Arabic: "ا", i18n.Sorani: "ا", i18n.Kurmanji: "a", i18n.English: "a"}
			}, errs.Invalid},
			{"an emblem that is not described", f.paris, func(x *Theme) { x.LogoID, x.Alt = id.New(), publish.Texts{i18n.English: "a"} }, errs.Invalid},
			{"a long description", f.paris, func(x *Theme) { x.Alt = publish.Texts{i18n.English: strings.Repeat("a", MaxAlt+1)} }, errs.Invalid},
		} {
			x := red(f.paris)
			x.Version = 1
			tt.change(&x)
			if _, err := f.Save(f.as(tt.as), x); errs.KindOf(err) != tt.want {
				t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
			}
		}
	})
}

// picture is a simple emblem.
func picture(t testing.TB) io.Reader {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			if (x-100)*(x-100)+(y-100)*(y-100) < 9000 {
				img.SetRGBA(x, y, color.RGBA{0x8a, 0x1c, 0x2c, 0xff})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestEmblems(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ctx := f.as(f.paris)
		l, err := f.AddLogo(ctx, f.paris, id.New(), picture(t))
		if err != nil || l.Width != 112 || l.Height != 112 || l.Size > MaxLogo {
			t.Fatalf("%+v, %v", l, err)
		}
		if again, err := f.AddLogo(ctx, f.paris, l.ID, picture(t)); err != nil || again.Digest != l.Digest {
			t.Errorf("twice: %+v, %v", again, err)
		}
		if all, err := f.Logos(ctx, f.paris); err != nil || len(all) != 1 {
			t.Errorf("%d emblems, %v", len(all), err)
		}
		if _, _, err := f.PublicLogo(t.Context(), l.File()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("before a theme wears it: %v", err)
		}
		if _, _, err := f.Logo(f.as(f.berlin), f.berlin, l.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("by another mission: %v", err)
		}
		if _, err := f.AddLogo(ctx, f.berlin, id.New(), picture(t)); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("for another mission: %v", err)
		}
		if _, err := f.AddLogo(ctx, f.paris, id.New(), strings.NewReader("<svg onload='x()'/>")); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no picture: %v", err)
		}
		x := red(f.paris)
		x.LogoID, x.Alt = l.ID, publish.Texts{i18n.Arabic: "دائرة", i18n.Sorani: "بازنە", i18n.Kurmanji: "Çember", i18n.English: "A\ncircle"}
		if x, err = f.Save(ctx, x); err != nil {
			t.Fatal(err)
		}
		if look, err := f.Look(t.Context(), f.paris); err != nil || look.Logo.ID != l.ID || look.Alt[i18n.English] != "A circle" {
			t.Errorf("%+v, %v", look, err)
		}
		_, content, err := f.PublicLogo(t.Context(), l.File())
		if err != nil {
			t.Fatal(err)
		}
		content.Close()
		if err := f.DropLogo(ctx, f.paris, l.ID); errs.KindOf(err) != errs.Conflict {
			t.Errorf("deleted while a theme wears it: %v", err)
		}
		other, err := f.AddLogo(ctx, f.paris, id.New(), picture(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.DropLogo(f.as(f.berlin), f.paris, other.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("deleted by another mission: %v", err)
		}
		if err := f.DropLogo(ctx, f.paris, other.ID); err != nil {
			t.Error(err)
		}
		for range maxLogos - 1 {
			if _, err := f.AddLogo(ctx, f.paris, id.New(), picture(t)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.AddLogo(ctx, f.paris, id.New(), picture(t)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("too many: %v", err)
		}
	})
}
