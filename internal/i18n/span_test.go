package i18n

import (
	"math"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for _, tc := range []struct {
		d    time.Duration
		want [4]string
	}{
		{0, [4]string{"٠ ملّي ثانية", "٠ میلی چرکە", "0 milîsaniye", "0 milliseconds"}},
		{240 * time.Millisecond, [4]string{"٢٤٠ ملّي ثانية", "٢٤٠ میلی چرکە", "240 milîsaniye", "240 milliseconds"}},
		{time.Second, [4]string{"ثانية واحدة", "چرکەیەک", "saniyeyek", "1 second"}},
		{59 * time.Second, [4]string{"٥٩ ثانية", "٥٩ چرکە", "59 saniye", "59 seconds"}},
		{2*time.Minute + 5*time.Second, [4]string{"دقيقتان و٥ ثوانٍ", "٢ خولەک و ٥ چرکە", "2 deqîqe û 5 saniye", "2 minutes and 5 seconds"}},
		{time.Hour + 59*time.Second, [4]string{"ساعة واحدة", "کاتژمێرێک", "saetek", "1 hour"}},
		{-3*day - 2*time.Hour, [4]string{"٣ أيام وساعتان", "٣ ڕۆژ و ٢ کاتژمێر", "3 roj û 2 saet", "3 days and 2 hours"}},
	} {
		fourWays(t, tc.d.String(), func(p *Printer) string { return p.Duration(tc.d) }, tc.want)
	}
	if got, want := load(t).Printer(English).Duration(math.MinInt64), "106,751 days and 23 hours"; got != want {
		t.Errorf("Duration(MinInt64) = %q, want %q", got, want)
	}
}

func TestAgo(t *testing.T) {
	for _, tc := range []struct {
		ago  time.Duration
		want [4]string
	}{
		{0, [4]string{"الآن", "ئێستا", "niha", "now"}},
		{-59 * time.Second, [4]string{"الآن", "ئێستا", "niha", "now"}},
		{time.Minute, [4]string{"قبل دقيقة واحدة", "خولەکێک لەمەوبەر", "berî deqîqeyekê", "1 minute ago"}},
		{5 * time.Minute, [4]string{"قبل ٥ دقائق", "٥ خولەک لەمەوبەر", "berî 5 deqîqeyan", "5 minutes ago"}},
		{-2 * time.Hour, [4]string{"بعد ساعتين", "دوای ٢ کاتژمێر", "piştî 2 saetan", "in 2 hours"}},
		{23*time.Hour + 59*time.Minute, [4]string{"قبل ٢٣ ساعة", "٢٣ کاتژمێر لەمەوبەر", "berî 23 saetan", "23 hours ago"}},
		{-day, [4]string{"بعد يوم واحد", "دوای ڕۆژێک", "piştî rojekê", "in 1 day"}},
		{12 * day, [4]string{"قبل ١٢ يومًا", "١٢ ڕۆژ لەمەوبەر", "berî 12 rojan", "12 days ago"}},
		{100 * day, [4]string{"قبل ٣ أشهر", "٣ مانگ لەمەوبەر", "berî 3 mehan", "3 months ago"}},
		{-800 * day, [4]string{"بعد سنتين", "دوای ٢ ساڵ", "piştî 2 salan", "in 2 years"}},
	} {
		fourWays(t, tc.ago.String(), func(p *Printer) string { return p.Ago(morning.Add(-tc.ago), morning) }, tc.want)
	}
}

// TestAgoFar holds where the difference of two times does not fit a duration.
func TestAgoFar(t *testing.T) {
	p := load(t).Printer(English)
	if got, want := p.Ago(time.Time{}, morning), "292 years ago"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := p.Ago(morning.AddDate(5000, 0, 0), morning), "in 292 years"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
