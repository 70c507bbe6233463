package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sifara/internal/engage"
	"sifara/internal/id"
	"sifara/internal/org"
)

// asking plans what citizens ask and what becomes of it.
func (b *builder) asking() error {
	list, err := questions()
	if err != nil {
		return err
	}
	released := map[string]time.Time{}
	for _, e := range b.events {
		if key, ok := strings.CutPrefix(e.name, "release "); ok {
			released[key] = e.at
		}
	}
	for _, q := range list {
		if released[q.Under].IsZero() {
			return fmt.Errorf("a question under %q, which is not released", q.Under)
		}
		b.ask(q, released[q.Under].Add(time.Duration(q.After)))
	}
	b.by(b.start.Add(30*time.Hour), "unit-head", "prepared answers", b.prepared)
	return nil
}

// ask plans one question.
func (b *builder) ask(q asked, at time.Time) {
	var number int64
	b.plan(at, "ask under "+q.Under, func(ctx context.Context) (err error) {
		number, err = b.askNow(b.nobody(ctx, q.Lang), q, at)
		return err
	})
	if q.By == "" {
		return
	}
	takes := time.Duration(q.Takes)
	if takes == 0 {
		takes = 90 * time.Minute
	}
	act := func(share float64, by, name string, run func(ctx context.Context, f *engage.File) error) {
		b.by(at.Add(time.Duration(float64(takes)*share)), by, name, func(ctx context.Context) error {
			found, err := b.house.Engage.ByNumber(ctx, strconv.FormatInt(number, 10))
			if err != nil {
				return err
			}
			if found == nil {
				return fmt.Errorf("%s does not see question %d", by, number)
			}
			f, err := b.house.Engage.Question(ctx, found.ID)
			if err != nil {
				return err
			}
			return run(ctx, f)
		})
	}
	b.treat(q, act)
}

// askNow fills and sends the form as a visitor would.
func (b *builder) askNow(ctx context.Context, q asked, at time.Time) (int64, error) {
	m, err := b.house.Publish.ReleasedByID(ctx, b.messages[q.Under])
	if err != nil {
		return 0, err
	}
	st, err := b.house.Engage.Statement(ctx, m.Slug)
	if err != nil {
		return 0, err
	}
	b.clock.Set(at.Add(-40 * time.Second))
	form, err := b.house.Engage.NewForm(st)
	if err != nil {
		return 0, err
	}
	b.clock.Set(at)
	got, err := b.house.Engage.Ask(ctx, st, engage.AskInput{Ticket: form.Ticket, Sum: form.A + form.B, Lang: q.Lang, Text: q.Text, Agreed: q.Public})
	return got.Number, err
}

// treat plans what officials do with a question.
func (b *builder) treat(q asked, act func(share float64, by, name string, run func(ctx context.Context, f *engage.File) error)) {
	if q.Hand != "" {
		act(0.15, "unit-head", "hand over", func(ctx context.Context, f *engage.File) error {
			return b.house.Engage.HandOver(ctx, f.ID, b.missions[q.Hand], q.Note)
		})
	}
	act(0.3, q.By, "assign", func(ctx context.Context, f *engage.File) error {
		return b.house.Engage.Assign(ctx, f.ID, b.people[q.By])
	})
	switch {
	case q.Close != "":
		act(0.5, q.By, "close", func(ctx context.Context, f *engage.File) error {
			return b.house.Engage.Close(ctx, f.ID, engage.Reason(q.Close), q.Note)
		})
	case q.State == "assigned" || q.State == "new":
	case q.State == "draft":
		act(0.8, q.By, "draft", func(ctx context.Context, f *engage.File) error {
			return b.house.Engage.SaveDraft(ctx, f.ID, engage.Writing{Body: q.Answer, Publish: q.Public})
		})
	default:
		b.answer(q, act)
	}
}

// answer plans the answer, the approval that it may need, and a correction.
func (b *builder) answer(q asked, act func(share float64, by, name string, run func(ctx context.Context, f *engage.File) error)) {
	submit := func(body, note string) func(context.Context, *engage.File) error {
		return func(ctx context.Context, f *engage.File) error {
			_, err := b.house.Engage.Submit(ctx, f.ID, engage.Writing{Body: body, Note: note, Publish: q.Public})
			return err
		}
	}
	approve := func(ctx context.Context, f *engage.File) error {
		r := f.Draft()
		if r == nil || r.State != engage.Pending {
			return nil // this mission's answers need no second person
		}
		return b.house.Engage.Approve(ctx, f.ID, r.Hash)
	}
	act(0.8, q.By, "answer", submit(q.Answer, ""))
	if q.State == "pending" {
		return
	}
	second := secondPerson(q.By)
	act(1, second, "approve answer", approve)
	if q.Correction != "" {
		act(1.3, q.By, "correct", submit(q.Correction, q.Why))
		act(1.4, second, "approve correction", approve)
	}
}

// secondPerson is who lets out what an official answers: the consul what the
// press officer wrote, the head of mission what the consul wrote.
func secondPerson(by string) string {
	if mission, ok := strings.CutPrefix(by, "press-"); ok {
		return "consul-" + mission
	}
	if mission, ok := strings.CutPrefix(by, "consul-"); ok {
		return "head-" + mission
	}
	return "spokesperson"
}

// prepared are answers that officers begin with.
func (b *builder) prepared(ctx context.Context) error {
	for _, c := range []struct{ title, body org.Names }{
		{names("موعد الجواز", "ژوانی پاسپۆرت", "Randevûya pasaportê", "Passport appointment"),
			names("يُحجز الموعد من صفحة السفارة على هذا الموقع وحدها، والحجز مجاني. ستصلك رسالة برقم مرجعي فاحتفظ به.",
				"ژوان تەنیا لە پەڕەی باڵیۆزخانە لەم ماڵپەڕە دەگیرێت و بەخۆڕاییە. نامەیەکتان بە ژمارەیەک بۆ دێت؛ هەڵیبگرن.",
				"Randevû tenê li rûpela balyozxaneyê ya li ser vê malperê tê girtin û belaş e. Peyamek bi jimareyekê ji we re tê; wê biparêzin.",
				"Appointments are booked only on the Embassy's page of this site, free of charge. You will receive a message with a reference number; please keep it.")},
		{names("المستمسكات المطلوبة", "بەڵگەنامە پێویستەکان", "Belgeyên pêwîst", "Documents to bring"),
			names("أحضر أصل كل وثيقة ونسخة ملونة منها، وصورتين حديثتين بخلفية بيضاء.",
				"بەڵگەنامەی ڕەسەن و وێنەیەکی ڕەنگاوڕەنگی هەریەکەیان و دوو وێنەی نوێ بە پاشبنەمای سپی لەگەڵ خۆتان بهێنن.",
				"Belgeyên resen û kopiyeke rengîn ji her yekê, û du wêneyên nû bi paşxaneya spî bi xwe re bînin.",
				"Please bring the original and a colour copy of each document, and two recent photographs with a white background.")},
		{names("ساعات العمل", "کاتی کار", "Saetên kar", "Working hours"),
			names("يستقبل القسم القنصلي المراجعين في أيام العمل من التاسعة حتى الواحدة، وتُعلن أيام العطل على صفحة البعثة.",
				"بەشی کونسوڵی لە ڕۆژانی کاردا لە نۆوە تا یەک پێشوازی دەکات؛ پشووەکان لە پەڕەی نێردەکە ڕادەگەیەنرێن.",
				"Beşa konsulî di rojên kar de ji saet nehan heta yekê hemwelatiyan qebûl dike; betlane li rûpela nûnertiyê têne ragihandin.",
				"The Consular Section receives visitors on working days from 9 a.m. to 1 p.m.; holidays are announced on the mission's page.")},
	} {
		if err := b.house.Engage.SaveCanned(ctx, engage.Canned{ID: id.New(), Titles: c.title, Bodies: c.body}); err != nil {
			return err
		}
	}
	return nil
}
