package demo

import (
	"context"
	"fmt"
	"time"

	"sifara/internal/db"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/planning"
	"sifara/internal/publish"
)

// option is a way to decide, with what speaks for it and against it.
type option struct{ text, yes, no string }

// heard is a party of a decision file, and what it says. Who says nothing has
// not been heard yet.
type heard struct {
	kind   planning.PartyKind
	unit   string // id
	due    time.Time
	by     string // the official who records the position
	at     time.Time
	stance planning.Stance
	prefer int // index of the option
	words  string
}

// filed is a decision file of the demonstration.
type filed struct {
	title, question string
	topic, country  string // of the warning it answers
	by              string
	at, due         time.Time
	options         []option
	parties         []heard
}

// file plans the opening of a decision file, under the ids of the file and its
// options, and what its parties say.
func (b *builder) file(f filed, fileID string, options []string) {
	b.by(f.at, f.by, "open "+f.title, func(ctx context.Context) error {
		w, err := b.warning(ctx, f.topic, f.country)
		if err != nil {
			return err
		}
		d := planning.Draft{ID: fileID, Title: f.title, Question: f.question, WarningID: w.ID, DueAt: db.At(f.due)}
		if err := b.house.Planning.Open(ctx, d); err != nil {
			return err
		}
		for i, o := range f.options {
			if err := b.option(ctx, fileID, options[i], o); err != nil {
				return fmt.Errorf("option %d: %w", i, err)
			}
		}
		return nil
	})
	for _, p := range f.parties {
		partyID := id.New()
		b.by(f.at.Add(10*time.Minute), f.by, "add party", func(ctx context.Context) error {
			return b.house.Planning.AddParty(ctx, fileID, partyID, p.kind, p.unit, db.At(p.due))
		})
		if p.words == "" {
			continue
		}
		b.by(p.at, p.by, "hear "+p.by, func(ctx context.Context) error {
			return b.house.Planning.Record(ctx, fileID, partyID, planning.Position{Stance: p.stance, OptionID: options[p.prefer], Statement: p.words})
		})
	}
}

func (b *builder) option(ctx context.Context, fileID, optionID string, o option) error {
	if err := b.house.Planning.AddOption(ctx, fileID, optionID, o.text); err != nil {
		return err
	}
	for _, a := range []planning.Argument{{SpeaksFor: true, Text: o.yes}, {Text: o.no}} {
		a.ID, a.OptionID = id.New(), optionID
		if err := b.house.Planning.AddArgument(ctx, fileID, a); err != nil {
			return err
		}
	}
	return nil
}

// newIDs are ids for n things.
func newIDs(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = id.New()
	}
	return out
}

// fromFile says that a message comes from a decision file.
func (b *builder) fromFile(fileID string) func(context.Context) (string, string, string, error) {
	return func(ctx context.Context) (string, string, string, error) {
		d, err := b.house.Planning.Decision(ctx, fileID)
		return d.ID, d.WarningID, d.TopicID, err
	}
}

// feeStory is the false rumour of the second week, and how it was answered.
func (b *builder) feeStory() {
	fileID, options := id.New(), newIDs(3)
	b.by(b.day(24, 15), "head-stockholm", "acknowledge", func(ctx context.Context) error {
		w, err := b.warning(ctx, "attestation", "")
		if err != nil {
			return err
		}
		return b.house.Listen.Acknowledge(ctx, w.ID)
	})
	b.file(filed{
		title: "إشاعة الرسم الجديد على تصديق الشهادات", topic: "attestation", by: "head-stockholm", at: b.day(24, 15.5), due: b.day(23, 12),
		question: "تنتشر منذ صباح اليوم إشاعة عن رسم قدره 1500 كرونة على تصديق كل شهادة، وظهر من يعرض «معاملات مستعجلة» مقابل مال. هل نرد، ومتى، وبأي صيغة؟",
		options: []option{
			{"نفي قصير وواضح على الموقع بكل اللغات، مع تحذير من الوسطاء", "يقطع الطريق على المحتالين قبل عطلة نهاية الأسبوع", "قد يصل الخبر إلى من لم يسمع به"},
			{"الانتظار حتى تهدأ الموجة", "كثير من الإشاعات يموت وحده خلال يومين", "هناك من يدفع أموالًا الآن، والأسئلة تتزايد كل ساعة"},
			{"مؤتمر صحفي للسفير", "يعطي الموضوع ثقلًا رسميًا", "يضخّم إشاعة تخص إجراءً إداريًا ويحتاج إلى يومين من التحضير"},
		},
		parties: []heard{
			{planning.DepartmentParty, b.departments["consular"], b.day(24, 20), "consular-head", b.day(24, 17), planning.Agrees, 0, "الرسوم لم تتغير منذ عامين، والتعليمات النافذة مرفقة بالبريد الداخلي. نؤيد نفيًا صريحًا يذكر قنوات الدفع الصحيحة."},
			{planning.MissionParty, b.missions["stockholm"], b.day(24, 20), "consul-stockholm", b.day(24, 18), planning.AgreesIf, 0, "بە مەرجێک بەیاننامەکە بە کوردیش بێت؛ زۆربەی پرسیارەکانی ئەمڕۆ بە سۆرانی بوون."},
			{planning.PersonParty, b.people["spokesperson"], b.day(23, 8), "spokesperson", b.day(24, 19), planning.Agrees, 0, "النفي باسم السفارة، ويكتفي موقع الوزارة بتنويه قصير يحيل إليه. لا نكرر نص الإشاعة في العنوان."},
		},
	}, fileID, options)
	b.by(b.day(23, 7), "head-stockholm", "decide", func(ctx context.Context) error {
		f, err := b.house.Planning.File(ctx, fileID)
		if err != nil {
			return err
		}
		return b.house.Planning.Decide(ctx, fileID, planning.Ruling{OptionID: options[0], Version: f.Version,
			Reasons: "هناك ضرر مالي واقع على المواطنين، ولا ينتظر. نصدر نفيًا باللغات الأربع قبل الثالثة عصرًا، وننشر معه طريقة الإبلاغ عن الوسطاء."})
	})
	b.by(b.day(17, 9), "head-stockholm", "close", func(ctx context.Context) error {
		return b.house.Planning.Close(ctx, fileID, "عاد حجم الحديث عن الموضوع إلى مستواه المعتاد بعد يومين من البيان. وصلت إلينا أربعة بلاغات عن وسطاء، وأُحيلت إلى الشرطة. نحتفظ بنص النفي نموذجًا.")
	})
	b.story = append(b.story,
		telling{key: "no-new-fee", mission: "stockholm", by: "press-stockholm", kind: publish.Statement, sensitivity: publish.Sensitive, source: i18n.Arabic,
			at: b.day(23, 14), span: 6 * time.Hour, until: released, origin: b.fromFile(fileID)},
		telling{key: "no-new-fee-post", by: "drafter", kind: publish.Post, at: b.day(23, 17), span: 2 * time.Hour, until: released, origin: b.fromFile(fileID)})
}

// passportStory is the rumour of the last two days: a decision file waits for
// one position, the full statement is in review, and a short one went out in
// an emergency. The accounts that push it were found, and a campaign file on
// them waits with the embassy.
func (b *builder) passportStory() {
	fileID, options := id.New(), newIDs(3)
	b.file(filed{
		title: "Rumour: passport services in France “suspended”", topic: "passports", by: "analyst", at: b.day(2, 13), due: b.end.Add(20 * time.Hour),
		question: "Since yesterday morning a picture of an old one-day closure notice, with its date cut off, circulates as proof that passport services in France are suspended until the end of the year. “Urgent appointments” are being sold. How do we answer, in which languages, and who speaks?",
		options: []option{
			{"A short holding line now, the full statement in four languages as soon as it is cleared", "Stops the sale of false appointments today; the full text can be careful", "Two texts to keep consistent; an emergency release must be judged afterwards"},
			{"Only the full statement, after all approvals", "One text, no room for contradiction", "At the present rate the volume doubles every three hours"},
			{"Answer individually in the inbox and leave the public space alone", "Does not spread the rumour further", "Forty questions waited this morning; nobody else sees the answers"},
		},
		parties: []heard{
			{planning.DepartmentParty, b.departments["consular"], b.day(1, 12), "consular-head", b.day(1, 6), planning.Agrees, 0, "لم يصدر أي قرار بهذا الشأن. نؤكد زيادة المواعيد اليومية أسبوعين، ويمكن ذكر ذلك في البيان."},
			{planning.MissionParty, b.missions["paris"], b.day(1, 12), "consul-paris", b.day(1, 8), planning.AgreesIf, 0, "نوافق على نص قصير اليوم، شرط أن يُذكر فيه أن الحجز مجاني ومن موقع واحد. العدّادات في القاعة تعمل كالمعتاد."},
			{planning.PersonParty, b.people["spokesperson"], b.day(1, 18), "spokesperson", b.day(1, 10), planning.Agrees, 0, "النص القصير باسم السفارة، والبيان الكامل باسمها أيضًا. أجيب أنا عن أسئلة الصحافة."},
			{kind: planning.MissionParty, unit: b.missions["brussels"], due: b.end.Add(6 * time.Hour)},
		},
	}, fileID, options)
	b.uncover(fileID)
	b.story = append(b.story,
		telling{key: "passports-statement", mission: "paris", by: "press-paris", kind: publish.Statement, sensitivity: publish.Sensitive,
			at: b.before(30 * time.Minute), span: 9 * time.Hour, until: partlyReviewed, reviewed: []i18n.Lang{i18n.Arabic, i18n.Sorani}, origin: b.fromFile(fileID)},
		telling{key: "passports-normal", mission: "paris", by: "press-paris", kind: publish.Post, sensitivity: publish.Sensitive,
			at: b.before(5 * time.Hour), span: time.Hour, until: written, origin: b.fromFile(fileID), thenBy: "consul-paris",
			then: func(ctx context.Context, _ time.Time, m publish.Message) error {
				_, err := b.house.Publish.Rush(ctx, m.ID, m.Hash, "تُباع مواعيد وهمية منذ الصباح، ومراجعة البيان الكامل تحتاج إلى ساعات. نصّ قصير لا يذكر إلا ما هو مؤكد.")
				return err
			}})
}
