package demo

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"math"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	publishtheme "sifara/internal/publish/theme"
)

// look is how the site of a mission looks.
type look struct {
	mission string
	accent  string
	header  publishtheme.Header
	emblem  color.RGBA // of its star; the zero value draws none
}

var looks = []look{
	{"london", "#1f3a5f", publishtheme.Plain, color.RGBA{0x1f, 0x3a, 0x5f, 0xff}},
	{"berlin", "#7a2e1d", publishtheme.Band, color.RGBA{}},
	{"paris", "#14463f", publishtheme.Full, color.RGBA{0xe8, 0xc9, 0x7a, 0xff}},
}

// arrange plans the looks of the missions, and the hours and speakers of those
// beside Paris.
func (b *builder) arrange() {
	for _, x := range looks {
		b.by(b.day(23, 8), "spokesperson", "look of "+x.mission, func(ctx context.Context) error {
			accent, err := publishtheme.Parse(x.accent)
			if err != nil {
				return err
			}
			t := publishtheme.Theme{MissionID: b.missions[x.mission], Own: true, Accent: accent, Ink: publishtheme.White, Follows: true, Header: x.header}
			if x.emblem.A > 0 {
				data, err := star(x.emblem)
				if err != nil {
					return err
				}
				l, err := b.house.Themes.AddLogo(ctx, t.MissionID, id.New(), bytes.NewReader(data))
				if err != nil {
					return fmt.Errorf("emblem: %w", err)
				}
				t.LogoID, t.Alt = l.ID, publish.Texts(names("نجمة ثمانية", "ئەستێرەیەکی هەشتپەڕ", "Stêrkeke heştpel", "An eight-pointed star"))
			}
			_, err = b.house.Themes.Save(ctx, t)
			return err
		})
	}
	for _, x := range []struct {
		mission, opens, closes string
		note                   publish.Texts
	}{
		{"london", "09:00", "13:30", publish.Texts(names("لا يُستقبل أحد بلا موعد، إلا من فقد جوازه.", "بێ ژوان پێشوازی ناکرێت، جگە لەوەی پاسپۆرتەکەی ون کردووە.", "Bê randevû kes nayê qebûlkirin, ji bilî kesê ku pasaporta xwe winda kiriye.", "Visitors are received by appointment only, except those who have lost their passport."))},
		{"berlin", "09:00", "14:00", publish.Texts(names("يستقبل القسم الثقافي الطلبة أيام الثلاثاء والخميس.", "بەشی کولتووری سێشەممە و پێنجشەممە پێشوازی لە خوێندکاران دەکات.", "Beşa çandî rojên sêşem û pêncşemê xwendekaran qebûl dike.", "The Cultural Section receives students on Tuesdays and Thursdays."))},
	} {
		b.by(b.day(23, 9), "spokesperson", "arrange the site of "+x.mission, func(ctx context.Context) error {
			_, err := b.house.Publish.SaveSite(ctx, publish.Site{MissionID: b.missions[x.mission], Opens: x.opens, Closes: x.closes, Note: x.note, Speakers: []string{b.people["head-"+x.mission], b.people["press-"+x.mission]}})
			return err
		})
	}
}

// gallery are the pictures of the gallery, with what they show.
func gallery() []drawing {
	return []drawing{
		{"marshes", marshes, publish.Texts{i18n.Arabic: "غروب فوق الأهوار: قرص الشمس وانعكاسه بين القصب", i18n.Sorani: "خۆرئاوابوون لەسەر هۆرەکان: خۆر و ڕەنگدانەوەکەی لە نێوان قامیشدا", i18n.Kurmanji: "Rojava li ser horan: roj û dîmena wê di nav qamîşan de", i18n.English: "Sunset over the marshes: the sun and its reflection between the reeds"}},
		{"dunes", dunes, publish.Texts{i18n.Arabic: "كثبان رملية متدرجة الألوان تحت سماء صافية", i18n.Sorani: "تەپۆلکەی لمی ڕەنگاوڕەنگ لەژێر ئاسمانێکی ساماڵدا", i18n.Kurmanji: "Girikên qûmê yên bi rengên cuda li bin esmanekî sayî", i18n.English: "Dunes in shades of sand under a clear sky"}},
		{"mountains", mountains, publish.Texts{i18n.Arabic: "سلاسل جبال زرقاء تتلاشى عند الفجر", i18n.Sorani: "زنجیرە چیای شین کە لە بەرەبەیاندا کاڵ دەبنەوە", i18n.Kurmanji: "Rêzeçiyayên şîn ên ku li berbangê sivik dibin", i18n.English: "Ranges of blue mountains that fade at dawn"}},
	}
}

// star draws an eight-pointed star on a transparent ground.
func star(of color.RGBA) ([]byte, error) {
	const side = 112
	return drawIn(side, side, func(x, y float64) color.RGBA {
		dx, dy := math.Abs(x-side/2+.5), math.Abs(y-side/2+.5)
		at := min(max(dx, dy), (dx+dy)/math.Sqrt2)
		if at < 40 && (at < 14 || at > 19) {
			return of
		}
		return color.RGBA{}
	})
}

// Size of the pictures of the gallery: small enough for all of them to stay within
// the weight of a page.
const (
	plateWide = 480
	plateHigh = 252
)

// marshes draws a sunset over water with reeds.
func marshes() ([]byte, error) {
	return drawIn(plateWide, plateHigh, func(x, y float64) color.RGBA {
		reed := math.Mod(x, 24)
		tall := 60 + 50*math.Abs(math.Sin(math.Floor(x/24)*1.7))
		switch sun := math.Hypot(x-330, y-118); {
		case (x < 150 || x > 420) && reed < 3 && y > plateHigh-tall:
			return color.RGBA{0x2b, 0x3a, 0x2a, 0xff}
		case y < 130 && sun < 38:
			return color.RGBA{0xf6, 0xd2, 0x7a, 0xff}
		case y < 60:
			return color.RGBA{0xc9, 0x6f, 0x4a, 0xff}
		case y < 100:
			return color.RGBA{0xdb, 0x8e, 0x5c, 0xff}
		case y < 130:
			return color.RGBA{0xe8, 0xae, 0x78, 0xff}
		case math.Abs(x-330) < 38-(y-130)/5 && math.Mod(y, 14) < 7:
			return color.RGBA{0xf6, 0xd2, 0x7a, 0xff}
		case y < 175:
			return color.RGBA{0x6d, 0x8a, 0x90, 0xff}
		}
		return color.RGBA{0x4d, 0x6d, 0x76, 0xff}
	})
}

// dunes draws hills of sand, the nearest the darkest.
func dunes() ([]byte, error) {
	return drawIn(plateWide, plateHigh, func(x, y float64) color.RGBA {
		switch {
		case y > 205+22*math.Sin(x/120+2):
			return color.RGBA{0xb0, 0x7f, 0x4c, 0xff}
		case y > 160+30*math.Sin(x/95):
			return color.RGBA{0xc9, 0x9c, 0x63, 0xff}
		case y > 122+20*math.Sin(x/70+4):
			return color.RGBA{0xdd, 0xba, 0x86, 0xff}
		case math.Hypot(x-90, y-58) < 24:
			return color.RGBA{0xff, 0xf6, 0xdd, 0xff}
		}
		return color.RGBA{0x9c, 0xc3, 0xd6, 0xff}
	})
}

// mountains draws ranges behind each other.
func mountains() ([]byte, error) {
	ridge := func(x, length, height float64) float64 { return height * math.Abs(math.Mod(x/length, 2)-1) }
	return drawIn(plateWide, plateHigh, func(x, y float64) color.RGBA {
		switch {
		case y > 165+ridge(x+40, 120, 60):
			return color.RGBA{0x22, 0x40, 0x5c, 0xff}
		case y > 120+ridge(x+130, 90, 55):
			return color.RGBA{0x47, 0x6c, 0x8c, 0xff}
		case y > 78+ridge(x, 105, 60):
			return color.RGBA{0x86, 0xa6, 0xbf, 0xff}
		case y < 50:
			return color.RGBA{0xf1, 0xc9, 0xa8, 0xff}
		}
		return color.RGBA{0xf8, 0xe2, 0xc8, 0xff}
	})
}
