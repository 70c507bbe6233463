package demo

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/listen"
	"sifara/internal/org"
)

// The sources from which generated posts are said to come. Their names, which
// the house keeps in one form only, say in Arabic and English what they are.
const (
	postSource     = "مولّدة – Generated posts"
	headlineSource = "مولّدة – Generated news"
)

// watched is a topic of the demonstration. Its desk is a mission's or, where
// none is named, the digital-diplomacy unit's.
type watched struct {
	key, mission string
	names        org.Names
	terms        []string
	countries    []string
}

var watchedTopics = []watched{
	{key: "passports", mission: "paris", names: names("الجوازات والخدمات القنصلية", "پاسپۆرت و خزمەتگوزاریی کونسوڵی", "Pasaport û karûbarên konsulî", "Passports and consular services"),
		terms:     []string{"جواز", "جوازات", "#جوازات_فرنسا", "#إيقاف_الجوازات", "#خدمات_قنصلية", "پاسپۆرت*", "#پاسپۆرت", "pasaport*", "#pasaport", "passport*", "#ParisPassports", "passeport*", "#PasseportIrak"},
		countries: []string{"FR", "BE"}},
	{key: "attestation", mission: "stockholm", names: names("تصديق الشهادات والوثائق", "پشتڕاستکردنەوەی بڕوانامە و بەڵگەنامە", "Piştrastkirina şehadename û belgeyan", "Attestation of certificates and documents"),
		terms:     []string{"تصديق", "التصديق", "#تصديق_الشهادات", "#رسوم_التصديق", "بڕوانامە*", "şehadename*", "attestation", "attesting", "attested", "#StockholmFees", "légalisation"},
		countries: []string{"SE", "NO", "DK", "FI"}},
	{key: "water", mission: "ankara", names: names("المياه والأنهار المشتركة", "ئاو و ڕووبارە هاوبەشەکان", "Av û çemên hevbeş", "Water and shared rivers"),
		terms: []string{"دجلة", "الفرات", "الأهوار", "#دجلة", "#دجلة_عطشان", "#الأهوار", "دیجلە", "#دیجلە", "Dîcle*", "#Dîcle", "Tigris", "Euphrates", "marshes", "#ThirstyTigris", "Tigre", "#Tigre", "Euphrate"}},
	{key: "visit", names: names("زيارة العراق والسياحة", "سەردانی عێراق و گەشتیاری", "Serdana Iraqê û geştiyarî", "Visiting Iraq"),
		terms: []string{"#زيارة_العراق", "\"زيارة العراق\"", "#سياحة_العراق", "#مسابقة_الرحالة", "#گەشتیاری", "#geştiyarî", "#VisitIraq", "\"visit iraq\"", "#TravellerQuiz"}},
	{key: "culture", names: names("الثقافة والتراث", "کولتوور و کەلەپوور", "Çand û mîrat", "Culture and heritage"),
		terms: []string{"مقام", "المقام", "#شارع_المتنبي", "#معرض_الكتاب", "شیعر", "#çand", "helbest*", "maqam", "#IraqiCulture", "maqâm", "#CultureIrakienne"}},
	{key: "students", mission: "berlin", names: names("الطلبة العراقيون في الخارج", "خوێندکارانی عێراقی لە دەرەوە", "Xwendekarên iraqî li derve", "Iraqi students abroad"),
		terms: []string{"#طلبة_العراق", "الطلبة", "#خوێندکاران", "#xwendekar", "#IraqiStudents", "#étudiants"}, countries: []string{"DE"}},
	{key: "trade", names: names("الاستثمار والنقل", "وەبەرهێنان و گواستنەوە", "Veberhênan û veguhastin", "Investment and transport"),
		terms: []string{"#استثمار", "#وەبەرهێنان", "#veberhênan", "#IraqInvest"}},
}

// narrative is a claim that is followed, without warnings of its own.
type narrative struct {
	names    org.Names
	wordings map[i18n.Lang][]string
	terms    []string
}

var narratives = []narrative{
	{names: names("خدمات الجوازات في باريس متوقفة", "خزمەتگوزاریی پاسپۆرت لە پاریس وەستاوە", "Karûbarê pasaportê li Parîsê rawestiyaye", "Passport services in Paris have been stopped"),
		wordings: map[i18n.Lang][]string{
			i18n.Arabic:   {"إيقاف خدمات الجوازات بباريس حتى نهاية السنة", "توقف إصدار الجواز بفرنسا كلها", "القسم القنصلي مغلق والجوازات موقوفة"},
			i18n.Sorani:   {"خزمەتگوزاریی پاسپۆرت لە پاریس وەستاوە", "خزمەتگوزاریی پاسپۆرت لە فەرەنسا ڕاگیراوە"},
			i18n.Kurmanji: {"Karûbarê pasaportê li Parîsê rawestiyaye", "Karûbarê pasaportan li Fransayê hatiye rawestandin"},
			i18n.English:  {"Passport services at the Iraqi embassy in Paris suspended"},
		},
		terms: []string{`passeport* AND irakiens AND (suspendus OR "à l'arrêt")`}},
	{names: names("مواعيد الجوازات تُباع", "ژوانی پاسپۆرت دەفرۆشرێت", "Randevûyên pasaportê tên firotin", "Passport appointments are sold"),
		wordings: map[i18n.Lang][]string{
			i18n.Arabic:  {"سماسرة المواعيد يبيعون موعد جواز", "أكو واحد يبيع موعد جواز مستعجل بيورو"},
			i18n.English: {"Someone is selling last passport appointments in Paris", "I was just offered a passport appointment for euros"},
		},
		terms: []string{`("rendez-vous" OR موعد) NEAR/6 (euros OR يورو)`, `appointment NEAR/6 euros`, `randevû* NEAR/6 euro`, `ژوان* NEAR/6 یۆرۆ`}},
	{names: names("رسم جديد على تصديق الشهادات في ستوكهولم", "کرێی نوێ بۆ پشتڕاستکردنەوەی بڕوانامە لە ستۆکهۆڵم", "Xerca nû ji bo piştrastkirina şehadenameyan li Stockholmê", "A new fee for attestations in Stockholm"),
		wordings: map[i18n.Lang][]string{
			i18n.Arabic:   {"رسم جديد على تصديق كل شهادة بسفارة ستوكهولم", "رفعوا رسوم تصديق الشهادات بالسفارة"},
			i18n.Sorani:   {"پشتڕاستکردنەوەی بڕوانامە لە ستۆکهۆڵم بووە بە ١٥٠٠ کرۆن"},
			i18n.Kurmanji: {"Piştrastkirina şehadenameyê li Stockholmê bûye 1500 kron"},
			i18n.English:  {"New attestation fee of 1,500 kronor at the embassy in Stockholm"},
		},
		terms: []string{"#رسوم_التصديق", "#StockholmFees"}},
	{names: names("الجيران يحبسون ماء دجلة والوزارة ساكتة", "دراوسێکان ئاوی دیجلە دەگرنەوە و وەزارەت بێدەنگە", "Cîran ava Dîcleyê digirin û wezaret bêdeng e", "The neighbours hold back the Tigris and the ministry is silent"),
		wordings: map[i18n.Lang][]string{
			i18n.Arabic:   {"الجيران يحبسون ماي دجلة والوزارة ساكتة", "السدود تحبس حصتنا من دجلة"},
			i18n.Sorani:   {"بەنداوەکان ئاوی دیجلە دەگرنەوە"},
			i18n.Kurmanji: {"Bendav ava Dîcleyê digirin, kes nabêje"},
			i18n.English:  {"Upstream dams are holding back the Tigris again"},
		},
		terms: []string{"#دجلة_عطشان", "#ThirstyTigris"}},
}

// sources are listed, and paused: their addresses lead nowhere, and what would
// be a token elsewhere opens nothing. Each has the name of an example in its own
// language and script, as real ones have.
var sources = []listen.Source{
	{Name: "وكالة المثال للأنباء", URL: "https://agency.example/ar/feed.xml", Lang: "ar", Country: "IQ", Grade: "B", Every: 15},
	{Name: "ئاژانسی نموونەی هەواڵ", URL: "https://agency.example/ckb/feed.xml", Lang: "ckb", Country: "IQ", Grade: "B", Every: 30},
	{Name: "Le Quotidien Exemple", URL: "https://quotidien.example/moyen-orient.atom", Lang: "fr", Country: "FR", Grade: "C", Every: 30},
	{Name: "Nordic Example Radio", URL: "https://radio.example/news.json", Lang: "en", Country: "SE", Grade: "C", Every: 60},
	{Name: "منتدى الشائعات", URL: "https://forum.example/latest.rss", Lang: "ar", Grade: "E", Every: 120},
	{Kind: listen.MastodonSource, Name: "Fediverse, #VisitIraq", URL: "https://social.example", Asks: "VisitIraq", Lang: "en", Grade: "F", Every: 30, Terms: "Public timeline"},
	{Kind: listen.ActivityPubSource, Name: "Heritage Example Foundation", URL: "https://heritage.example/actor", Lang: "en", Grade: "B", Credibility: 2, Every: 60, Owner: "Heritage Example Foundation", Terms: "CC BY 4.0"},
	{Kind: listen.TelegramSource, Name: "قناة أخبار المثال", URL: "https://telegram.example", Asks: "example_news", Token: "demonstration", Lang: "ar", Country: "IQ", Grade: "C", Credibility: 3, Every: 5, Owner: "وكالة المثال للأنباء"},
	{Kind: listen.FacebookSource, Name: "صفحة الوزارة وتعليقاتها", URL: "https://graph.example/v24.0", Asks: "100000000000001", Token: "demonstration", Grade: "A", Credibility: 6, Every: 15, Owner: "وزارة الخارجية", KeepDays: 90},
	{Kind: listen.BlueskySource, Name: "Bluesky", URL: "wss://jetstream.example/subscribe", KeepIf: "iraq OR عێراق OR العراق", DropIf: "football", Grade: "F", Every: 15},
	{Kind: listen.WikimediaSource, Name: "Wîkîpediya", URL: "https://stream.example/v2/stream/recentchange", Asks: "arwiki, ckbwiki, kuwiki", KeepIf: "iraq OR العراق OR عێراق OR Îraq", Grade: "C", Every: 15},
}

// desks says what is watched and where posts come from.
func (b *builder) desks(ctx context.Context) error {
	analyst, err := b.as(ctx, "analyst")
	if err != nil {
		return err
	}
	for _, w := range watchedTopics {
		t := listen.Topic{ID: id.New(), Names: w.names, Terms: w.terms, Countries: w.countries, MissionID: b.missions[w.mission], Watched: true}
		if w.mission == "" {
			t.DepartmentID = b.unit
		}
		if err := b.house.Listen.AddTopic(analyst, t); err != nil {
			return fmt.Errorf("topic %s: %w", w.key, err)
		}
		b.topics[w.key] = t.ID
	}
	for _, n := range narratives {
		t := listen.Topic{ID: id.New(), Kind: listen.KindNarrative, Names: n.names, Wordings: n.wordings, Terms: n.terms, DepartmentID: b.unit}
		if err := b.house.Listen.AddTopic(analyst, t); err != nil {
			return fmt.Errorf("narrative %s: %w", t.Name(i18n.English), err)
		}
	}
	for _, s := range sources {
		s.ID, s.Paused = id.New(), true
		s.Token = b.house.Listen.SealToken(s.ID, s.Token)
		if err := b.house.Listen.AddSource(analyst, s); err != nil {
			return fmt.Errorf("source %s: %w", s.URL, err)
		}
	}
	return nil
}

// hear imports what was posted since the last time.
func (b *builder) hear(ctx context.Context) error {
	analyst, err := b.as(ctx, "analyst")
	if err != nil {
		return err
	}
	now, from := b.clock.Now(), b.read
	for b.read < len(b.posts) && b.posts[b.read].at.Before(now) {
		b.read++
	}
	b.parts++
	for _, part := range []struct {
		source, name string
		headline     bool
	}{{postSource, "generated-posts", false}, {headlineSource, "generated-headlines", true}} {
		path := filepath.Join(b.folder, fmt.Sprintf("%s-%02d.csv", part.name, b.parts))
		n, err := writePosts(path, b.posts[from:b.read], from, part.headline)
		if err != nil || n == 0 {
			return err
		}
		m := listen.Mapping{Time: "time", Text: "text", Author: "author", Lang: "language", ID: "id", Country: "country", Followers: "followers"}
		report, err := b.house.Listen.Import(analyst, listen.ImportOptions{Path: path, Source: part.source, Mapping: m})
		if err != nil {
			return fmt.Errorf("import %s: %w", path, err)
		}
		if report.Stored != int64(n) {
			return fmt.Errorf("import %s: %d of %d posts stored", path, report.Stored, n)
		}
	}
	return nil
}

// writePosts writes a file as an analyst would bring it. first is the number of
// the first post.
func writePosts(path string, posts []post, first int, headlines bool) (n int, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write([]string{"id", "time", "language", "country", "author", "followers", "text"}); err != nil {
		return 0, err
	}
	for i, p := range posts {
		if p.headline != headlines {
			continue
		}
		n++
		row := []string{strconv.Itoa(first + i), p.at.UTC().Format(time.RFC3339), p.lang, p.country, p.author, strconv.Itoa(p.followers), p.text}
		if err := w.Write(row); err != nil {
			return n, err
		}
	}
	w.Flush()
	return n, w.Error()
}

// warning is the early warning about a topic that nobody has closed, in a
// country when one is named.
func (b *builder) warning(ctx context.Context, topic, country string) (listen.Warning, error) {
	list, _, err := b.house.Listen.Warnings(ctx, listen.WarningFilter{TopicID: b.topics[topic]})
	if err != nil {
		return listen.Warning{}, err
	}
	for _, w := range list {
		if w.Country == country && (w.State == listen.WarningOpen || w.State == listen.WarningAcknowledged) {
			return w, nil
		}
	}
	return listen.Warning{}, errs.New(errs.NotFound, "", "topic", topic, "country", country)
}
