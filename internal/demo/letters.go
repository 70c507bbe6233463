package demo

import (
	"context"
	"fmt"
	"strings"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/publish"
	"sifara/internal/publish/newsletter"
)

// readers is how many addresses the demonstration's list has in each language. All
// are made up, below domains that can belong to nobody (RFC 2606).
var readers = []struct {
	lang    i18n.Lang
	country string
	count   int
}{{i18n.Arabic, "FR", 11}, {i18n.Sorani, "SE", 6}, {i18n.Kurmanji, "DE", 5}, {i18n.English, "GB", 4}}

// subscribers is a file of them, as one would import it.
func subscribers() string {
	var b strings.Builder
	b.WriteString("email,lang,country\n")
	n := 0
	for _, r := range readers {
		for range r.count {
			n++
			fmt.Fprintf(&b, "made-up-reader-%02d@readers%02d.example,%s,%s\n", n, n, r.lang, r.country)
		}
	}
	return b.String()
}

// letters are the ministry's newsletter: a list with subscribers who do not exist,
// an edition in the archive, and one that somebody is still writing.
func (b *builder) letters() {
	listID := id.New()
	letter := func(key string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := b.house.Letters.Write(ctx, newsletter.Plan{ID: id.New(), ListID: listID, MessageID: b.messages[key]})
			return err
		}
	}
	b.by(b.day(29, 9), "unit-head", "make the newsletter", func(ctx context.Context) error {
		_, err := b.house.Letters.SaveList(ctx, newsletter.List{ID: listID, Slug: "mofa-news", Open: true,
			Names: publish.Texts(names("أخبار الوزارة", "هەواڵەکانی وەزارەت", "Nûçeyên wezaretê", "News of the Ministry")),
			Abouts: publish.Texts(names("رسالة كل أسبوعين تقريبًا: ما يعني المقيمين في الخارج من بيانات الوزارة وخدماتها.", "نزیکەی هەر دوو هەفتە نامەیەک: ئەوەی لە بەیاننامە و خزمەتەکانی وەزارەتدا پەیوەندیی بە نیشتەجێبووانی دەرەوە هەیە.",
				"Nêzîkî her du hefteyan nameyek: ji daxuyanî û xizmetên wezaretê tiştên ku ji yên li derve re girîng in.", "About every two weeks a letter: what in the Ministry’s statements and services concerns those who live abroad."))})
		return err
	})
	b.by(b.day(28, 10), "unit-head", "import readers", func(ctx context.Context) error {
		done, err := b.house.Letters.Import(ctx, listID, strings.NewReader(subscribers()), newsletter.Consent{Source: "Demonstration: made-up readers, nobody is written to", At: b.clock.Now()}, i18n.Arabic)
		if err == nil && done.Refused > 0 {
			err = fmt.Errorf("%d readers were refused, the first in row %d", done.Refused, done.First)
		}
		return err
	})
	b.by(b.day(12, 10), "unit-head", "write a letter", letter("written-answers"))
	b.by(b.day(12, 11), "spokesperson", "send the letter", func(ctx context.Context) error {
		all, err := b.house.Letters.Letters(ctx, listID, 1)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d letters wait: %w", len(all), err)
		}
		_, err = b.house.Letters.Send(ctx, all[0].ID)
		return err
	})
	b.by(b.day(1, 11), "unit-head", "begin the next letter", letter("open-house"))
}
