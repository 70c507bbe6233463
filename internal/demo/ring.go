package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/id"
	"sifara/internal/listen/campaign"
	"sifara/internal/listen/group"
)

// The ring is a planted group: accounts that push the passport rumour within
// half a minute of each other, in three languages with one link. Nothing tells
// the house of it; it must be found.
const (
	ringActs  = 34
	ringApart = 80 * time.Minute
)

var errNoRing = errors.New("the planted group was not found")

var ringLangs = []string{"ar", "ar", "ar", "ar", "ar", "ar", "ar", "ar", "fr", "fr", "fr", "fr", "en", "en"}

// ring adds the posts of the planted group.
func (b *builder) ring() error {
	said, err := theme("ring-passport")
	if err != nil {
		return err
	}
	for act := range ringActs {
		at := b.day(2, 10).Add(time.Duration(act)*ringApart + time.Duration(b.random.IntN(3000))*time.Second)
		words := map[string]string{}
		for _, l := range []string{"ar", "fr", "en"} {
			words[l] = say(said[l][b.random.IntN(len(said[l]))], b.random) + fmt.Sprintf(" https://rumour.example/p/%d", act+1)
		}
		for n, l := range ringLangs {
			p := post{at: at.Add(time.Duration(b.random.IntN(28)) * time.Second), lang: l, text: words[l], author: fmt.Sprintf("generated_%s_9%03d", l, n), followers: 20 + b.random.IntN(60)}
			p.country = pick([]weight{{"FR", 50}, {"BE", 12}, {"", 38}}, b.random)
			if b.random.IntN(4) > 0 && p.at.Before(b.end) {
				b.posts = append(b.posts, p)
			}
		}
	}
	return nil
}

// uncover is how the ring is found, what file is opened from it, and the answer
// to which it is tied. Headlines are entered as media before.
func (b *builder) uncover(decision string) {
	b.by(b.day(27, 9), "analyst", "enter media", func(ctx context.Context) error {
		sources, err := b.house.Listen.Sources(ctx)
		if err != nil {
			return err
		}
		for _, s := range sources {
			if s.Name == headlineSource {
				return b.house.Groups.EnterMedia(ctx, s.ID, "عناوين مكاتب أخبار تنشر البرقيات نفسها في وقت واحد.")
			}
		}
		return errs.New(errs.NotFound, "", "source", headlineSource)
	})
	b.by(b.before(3*time.Hour), "analyst", "look for groups", func(ctx context.Context) error {
		return b.house.Groups.Look(ctx, group.Ask{ID: id.New(), From: b.day(6, 0), Until: b.end})
	})
	fileID, opened := id.New(), false
	b.by(b.before(150*time.Minute), "analyst", "open a campaign file", func(ctx context.Context) error {
		f, err := b.campaignFile(ctx, fileID, decision)
		if errors.Is(err, errNoRing) {
			b.log.Warn("the planted group was not found: the demonstration has no campaign file")
			return nil
		}
		if err != nil {
			return err
		}
		opened = true
		return b.house.Groups.OpenFile(ctx, f, 24, "المنشورات التي كُشفت بها المجموعة")
	})
	b.by(b.before(140*time.Minute), "analyst", "hand the campaign file over", func(ctx context.Context) error {
		if !opened {
			return nil
		}
		if err := b.house.Campaigns.Link(ctx, fileID, decision, b.messages["passports-normal"]); err != nil {
			return err
		}
		return b.house.Campaigns.HandOver(ctx, fileID, b.missions["paris"], "", "السفارة في باريس")
	})
}

// campaignFile is the file on the group that the house found about passports;
// errNoRing when it found none.
func (b *builder) campaignFile(ctx context.Context, fileID, decision string) (campaign.File, error) {
	list, err := b.house.Groups.Groups(ctx, group.Open, 20)
	if err != nil {
		return campaign.File{}, err
	}
	if len(list) == 0 {
		return campaign.File{}, errNoRing
	}
	g := slices.MaxFunc(list, func(x, y group.Group) int { return int(x.Accounts - y.Accounts) })
	f, err := b.house.Groups.Draft(ctx, g.ID)
	if err != nil {
		return f, err
	}
	d, err := b.house.Planning.Decision(ctx, decision)
	if err != nil {
		return f, err
	}
	f.ID, f.WarningID, f.TopicID, f.DepartmentID = fileID, d.WarningID, b.topics["passports"], b.unit
	f.Titles = names("دفع إشاعة إيقاف الجوازات", "پاڵنانی دەنگۆی وەستاندنی پاسپۆرت", "Pêşxistina gotegota rawestandina pasaportan", "Push of the rumour that passports are suspended")
	f.Narrative = "خدمات الجوازات في فرنسا متوقفة حتى نهاية السنة والسفارة تخفي ذلك، ويمكن الحصول على آخر المواعيد لقاء مال عبر رابط."
	f.Basis = "ما يؤيد ذلك: حسابات عددها " + strconv.FormatInt(g.Accounts, 10) + " تنشر النص نفسه والرابط نفسه خلال نصف دقيقة، مرة بعد مرة، وبثلاث لغات؛ والرابط يقود إلى صفحة تبيع المواعيد. ما يعارضه: بدأت الإشاعة نفسها بين أناس قلقين، ومعظم من يكررها لا صلة له بالمجموعة. ما لا نعرفه: من يدير هذه الحسابات."
	f.Confidence, f.Countries = 80, []string{"FR", "BE"}
	return f, nil
}
