package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sifara/internal/i18n"
	"sifara/internal/id"
	"sifara/internal/org"
	"sifara/internal/perm"
)

// names puts a text in the house's four languages into a map.
func names(ar, ckb, kmr, en string) org.Names {
	return org.Names{i18n.Arabic: ar, i18n.Sorani: ckb, i18n.Kurmanji: kmr, i18n.English: en}
}

var ministry = org.Ministry{
	Names: names("وزارة الخارجية العراقية", "وەزارەتی دەرەوەی عێراق", "Wezareta Derve ya Iraqê", "Ministry of Foreign Affairs of Iraq"),
	City:  names("بغداد", "بەغدا", "Bexda", "Baghdad"), Country: "IQ", TimeZone: "Asia/Baghdad",
	Weekend: []time.Weekday{time.Friday, time.Saturday}, Languages: i18n.Langs, Email: "contact@mofa.example",
}

// place is a mission as the demonstration lists it.
type place struct {
	slug         string
	kind         org.MissionKind
	city         org.Names
	country      string
	jurisdiction []string
	zone         string
	weekend      []time.Weekday
	lat, lon     float64
}

var (
	western = []time.Weekday{time.Saturday, time.Sunday}
	gulf    = []time.Weekday{time.Friday, time.Saturday}
)

var places = []place{
	{"amman", org.Embassy, names("عمّان", "عەممان", "Emman", "Amman"), "JO", nil, "Asia/Amman", gulf, 31.95, 35.93},
	{"ankara", org.Embassy, names("أنقرة", "ئەنقەرە", "Enqere", "Ankara"), "TR", []string{"AZ"}, "Europe/Istanbul", western, 39.93, 32.86},
	{"berlin", org.Embassy, names("برلين", "بەرلین", "Berlîn", "Berlin"), "DE", nil, "Europe/Berlin", western, 52.52, 13.40},
	{"brussels", org.Embassy, names("بروكسل", "برۆکسل", "Bruksel", "Brussels"), "BE", []string{"LU"}, "Europe/Brussels", western, 50.85, 4.35},
	{"cairo", org.Embassy, names("القاهرة", "قاهیرە", "Qahîre", "Cairo"), "EG", []string{"SD"}, "Africa/Cairo", gulf, 30.04, 31.24},
	{"canberra", org.Embassy, names("كانبيرا", "کانبێرا", "Kanberra", "Canberra"), "AU", []string{"NZ", "FJ"}, "Australia/Sydney", western, -35.28, 149.13},
	{"geneva", org.PermanentMission, names("جنيف", "جنێڤ", "Cenevre", "Geneva"), "CH", nil, "Europe/Zurich", western, 46.20, 6.15},
	{"london", org.Embassy, names("لندن", "لەندەن", "London", "London"), "GB", []string{"IE"}, "Europe/London", western, 51.51, -0.13},
	{"new-york", org.PermanentMission, names("نيويورك", "نیویۆرک", "New York", "New York"), "US", nil, "America/New_York", western, 40.71, -74.01},
	{"paris", org.Embassy, names("باريس", "پاریس", "Parîs", "Paris"), "FR", []string{"MC"}, "Europe/Paris", western, 48.86, 2.35},
	{"stockholm", org.Embassy, names("ستوكهولم", "ستۆکهۆڵم", "Stockholm", "Stockholm"), "SE", []string{"NO", "FI", "DK"}, "Europe/Stockholm", western, 59.33, 18.07},
	{"tehran", org.Embassy, names("طهران", "تاران", "Tehran", "Tehran"), "IR", nil, "Asia/Tehran", []time.Weekday{time.Thursday, time.Friday}, 35.69, 51.39},
	{"tokyo", org.Embassy, names("طوكيو", "تۆکیۆ", "Tokyo", "Tokyo"), "JP", nil, "Asia/Tokyo", western, 35.68, 139.69},
	{"washington", org.Embassy, names("واشنطن", "واشنتن", "Washington", "Washington"), "US", nil, "America/New_York", western, 38.91, -77.04},
	{"istanbul", org.ConsulateGeneral, names("إسطنبول", "ئیستانبووڵ", "Stenbol", "Istanbul"), "TR", nil, "Europe/Istanbul", western, 41.01, 28.98},
}

// missionNames names a mission by its kind and city.
func missionNames(p place) org.Names {
	c := func(l i18n.Lang) string { return p.city[l] }
	switch p.kind {
	case org.PermanentMission:
		return names("البعثة الدائمة للعراق لدى الأمم المتحدة في "+c(i18n.Arabic), "نێردەی هەمیشەیی عێراق لە نەتەوە یەکگرتووەکان لە "+c(i18n.Sorani),
			"Nûnertiya Daîmî ya Iraqê li cem Neteweyên Yekbûyî li "+c(i18n.Kurmanji)+"ê", "Permanent Mission of Iraq to the United Nations in "+c(i18n.English))
	case org.ConsulateGeneral:
		return names("القنصلية العامة العراقية في "+c(i18n.Arabic), "کونسوڵخانەی گشتیی عێراق لە "+c(i18n.Sorani),
			"Konsulxaneya Giştî ya Iraqê li "+c(i18n.Kurmanji)+"ê", "Consulate General of Iraq in "+c(i18n.English))
	}
	return names("سفارة العراق في "+c(i18n.Arabic), "باڵیۆزخانەی عێراق لە "+c(i18n.Sorani),
		"Balyozxaneya Iraqê li "+c(i18n.Kurmanji)+"ê", "Embassy of Iraq in "+c(i18n.English))
}

// official is a post in the demonstration: nobody in it is a real person, so all
// are called by their post.
type official struct {
	key   string // of the person in the demonstration
	title org.Names
	roles []string
	lang  i18n.Lang
	reads []i18n.Lang // besides lang
	// where is a mission's slug, the key of a department, or empty for the
	// digital-diplomacy unit. Roles hold in the mission or the department; those
	// of the unit, and of who is wide, in the whole ministry.
	where string
	wide  bool
}

var officials = []official{
	{key: "administrator", title: names("مدير النظام", "بەڕێوەبەری سیستەم", "Rêveberê pergalê", "System administrator"), roles: []string{"administrator"}, lang: i18n.Arabic},
	{key: "unit-head", title: names("رئيس وحدة الدبلوماسية الرقمية", "سەرۆکی یەکەی دیپلۆماسیی دیجیتاڵی", "Serokê yekîneya dîplomasiya dîjîtal", "Head of the digital diplomacy unit"), roles: []string{"unit_head"}, lang: i18n.Arabic},
	{key: "spokesperson", title: names("الناطق الرسمي", "وتەبێژی فەرمی", "Berdevkê fermî", "Official spokesperson"), roles: []string{"releaser", "clearer"}, lang: i18n.Arabic},
	{key: "analyst", title: names("محلّل الرصد", "شیکەرەوەی چاودێری", "Analîstê guhdariyê", "Listening analyst"), roles: []string{"analyst"}, lang: i18n.English},
	{key: "auditor", title: names("المدقّق", "وردبین", "Kontrolkar", "Auditor"), roles: []string{"auditor"}, lang: i18n.Arabic},
	{key: "editor-ku", title: names("محرّر اللغة الكردية", "سەرنووسەری زمانی کوردی", "Edîtorê zimanê kurdî", "Kurdish language editor"), roles: []string{"language_reviewer"}, lang: i18n.Sorani, reads: []i18n.Lang{i18n.Kurmanji}},
	{key: "editor-ar", title: names("محرّر اللغة العربية", "سەرنووسەری زمانی عەرەبی", "Edîtorê zimanê erebî", "Arabic language editor"), roles: []string{"language_reviewer"}, lang: i18n.Arabic},
	{key: "editor-en", title: names("محرّر اللغة الإنجليزية", "سەرنووسەری زمانی ئینگلیزی", "Edîtorê zimanê îngilîzî", "English language editor"), roles: []string{"language_reviewer"}, lang: i18n.English},
	{key: "drafter", title: names("محرّر البيانات", "نووسەری بەیاننامەکان", "Nivîskarê daxuyaniyan", "Statement drafter"), roles: []string{"drafter"}, lang: i18n.Arabic},
	{key: "desk-europe", where: "europe", wide: true, title: names("مسؤول ملف أوروبا", "بەرپرسی دۆسیەی ئەوروپا", "Berpirsê dosyeya Ewropayê", "Europe desk officer"), roles: []string{"reader"}, lang: i18n.English},
	{key: "consular-head", where: "consular", title: names("رئيس الدائرة القنصلية", "سەرۆکی بەڕێوەبەرایەتیی کونسوڵی", "Serokê rêveberiya konsulî", "Head of the Consular Department"), roles: []string{"clearer", "reader"}, lang: i18n.Arabic},
	{key: "cultural-attache", where: "cairo", title: names("الملحق الثقافي", "پاشکۆی کولتووری", "Ateşeyê çandî", "Cultural attaché"), roles: []string{"drafter"}, lang: i18n.Arabic},
}

// languages are those in which the staff of a mission work; Arabic where it is
// not said.
var languages = map[string]i18n.Lang{
	"london": i18n.English, "washington": i18n.English, "new-york": i18n.English, "canberra": i18n.English,
	"stockholm": i18n.Sorani, "berlin": i18n.Kurmanji,
}

// missionPosts are the posts that every mission of the demonstration has.
func missionPosts(p place) []official {
	c := func(l i18n.Lang) string { return p.city[l] }
	in := func(ar, ckb, kmr, en string) org.Names {
		return names(ar+"، "+c(i18n.Arabic), ckb+"، "+c(i18n.Sorani), kmr+", "+c(i18n.Kurmanji), en+", "+c(i18n.English))
	}
	lang := cmp.Or(languages[p.slug], i18n.Arabic)
	return []official{
		{key: "head-" + p.slug, where: p.slug, title: in("رئيس البعثة", "سەرۆکی نێردە", "Serokê nûnertiyê", "Head of mission"), roles: []string{"head_of_mission"}, lang: lang},
		{key: "press-" + p.slug, where: p.slug, title: in("الملحق الإعلامي", "بەرپرسی ڕاگەیاندن", "Berpirsê çapemeniyê", "Press officer"), roles: []string{"drafter", "inbox_officer"}, lang: lang},
		{key: "consul-" + p.slug, where: p.slug, title: in("القنصل", "کونسوڵ", "Konsul", "Consul"), roles: []string{"inbox_officer", "clearer"}, lang: lang},
	}
}

// institution makes the ministry, its departments, missions, staff and their
// roles.
func (b *builder) institution(ctx context.Context) error {
	m := ministry
	first, err := b.house.Org.Setup(ctx, org.MinistrySpec{Ministry: m, First: b.person(officials[0], "", "")})
	if err != nil {
		return err
	}
	b.people[officials[0].key] = first.ID
	if err := b.openDepartments(ctx); err != nil {
		return err
	}
	for _, p := range places {
		mission := org.Mission{
			ID: id.New(), Slug: p.slug, Kind: p.kind, Names: missionNames(p), City: p.city, Country: p.country, Jurisdiction: p.jurisdiction,
			TimeZone: p.zone, Weekend: p.weekend, Languages: i18n.Langs, Lat: p.lat, Lon: p.lon, Email: p.slug + "@mofa.example", Open: true,
		}
		if err := b.house.Org.CreateMission(ctx, mission); err != nil {
			return fmt.Errorf("mission %s: %w", p.slug, err)
		}
		b.missions[p.slug] = mission.ID
	}
	for _, p := range staff() {
		if err := b.appoint(ctx, p); err != nil {
			return fmt.Errorf("post %s: %w", p.key, err)
		}
	}
	return nil
}

// staff are all officials but the first, in the order of their appointment.
// The sign-in page offers, of those alike, who was appointed first: so the
// embassy in Paris, where most happens, begins.
func staff() []official {
	list := missionPosts(places[slices.IndexFunc(places, func(p place) bool { return p.slug == "paris" })])
	list = append(list, officials[1:]...)
	for _, p := range places {
		if p.slug != "paris" {
			list = append(list, missionPosts(p)...)
		}
	}
	return list
}

// person is the demonstration's person on a post.
func (b *builder) person(p official, mission, department string) org.Person {
	return org.Person{
		ID: id.New(), Name: p.title[p.lang], Post: p.title, MissionID: mission, DepartmentID: department,
		Email: p.key + "@mofa.example", Language: p.lang, Reads: p.reads, Active: true,
	}
}

// appoint makes a person and gives them the roles of the post.
func (b *builder) appoint(ctx context.Context, p official) error {
	mission, department := b.missions[p.where], b.departments[p.where]
	scope := perm.InMission(mission)
	switch {
	case department != "" && !p.wide:
		scope = perm.InDepartment(department)
	case mission == "" && department == "":
		department = b.unit
	}
	person := b.person(p, mission, department)
	if err := b.house.Org.AddPerson(ctx, person); err != nil {
		return err
	}
	b.people[p.key] = person.ID
	for _, role := range p.roles {
		a := org.Assignment{ID: id.New(), PersonID: person.ID, Role: role, Level: scope.Level, Unit: scope.Unit}
		if err := b.house.Org.Grant(ctx, a); err != nil {
			return fmt.Errorf("role %s: %w", role, err)
		}
	}
	return nil
}

// openDepartments makes those of the demonstration besides the unit, which Setup
// made.
func (b *builder) openDepartments(ctx context.Context) error {
	all, err := b.house.Org.Departments(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Kind == org.DigitalKind {
			b.unit = d.ID
		}
	}
	top := id.New()
	keys := []string{"political", "arab", "europe", "americas", "consular"}
	list := []org.Department{
		{ID: top, Kind: org.UndersecretaryKind, Names: names("مكتب وكيل الوزارة للشؤون السياسية", "نووسینگەی بریکاری وەزارەت بۆ کاروباری سیاسی", "Nivîsgeha cîgirê wezîr ji bo karên siyasî", "Office of the Undersecretary for Political Affairs")},
		{ID: id.New(), ParentID: top, Kind: org.DirectorateKind, Names: names("الدائرة العربية", "بەڕێوەبەرایەتیی وڵاتانی عەرەبی", "Rêveberiya welatên erebî", "Arab Affairs Department")},
		{ID: id.New(), ParentID: top, Kind: org.DirectorateKind, Names: names("دائرة أوروبا", "بەڕێوەبەرایەتیی ئەوروپا", "Rêveberiya Ewropayê", "Europe Department")},
		{ID: id.New(), ParentID: top, Kind: org.DirectorateKind, Names: names("دائرة الأمريكيتين", "بەڕێوەبەرایەتیی هەردوو ئەمریکا", "Rêveberiya Amerîkayan", "Americas Department")},
		{ID: id.New(), Kind: org.DirectorateKind, Names: names("الدائرة القنصلية", "بەڕێوەبەرایەتیی کونسوڵی", "Rêveberiya konsulî", "Consular Department")},
	}
	for i, d := range list {
		d.Open = true
		b.departments[keys[i]] = d.ID
		if err := b.house.Org.CreateDepartment(ctx, d); err != nil {
			return fmt.Errorf("department %s: %w", d.Names[i18n.English], err)
		}
	}
	return nil
}
