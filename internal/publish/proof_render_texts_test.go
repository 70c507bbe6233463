package publish_test

import "sifara/internal/publish"

// statements are made up, with official texts in some languages.
var statements = []struct{ slug, texts string }{
	{"aid", `@ar
# العراق يرسل مساعدات إلى المتضررين من الزلزال في نيبال
> انطلقت من مطار بغداد طائرتان تحملان 42 طنًا من المساعدات.

انطلقت من مطار بغداد الدولي يوم 14 آذار 2026 طائرتان تحملان 42 طنًا من الأغذية والأدوية و1250 خيمة إلى كاتماندو، لمساعدة المتضررين من الزلزال الذي ضرب نيبال يوم 9 آذار.

وقال وكيل وزارة الخارجية سامان فرهاد إن هذه الدفعة هي الأولى من ثلاث دفعات، وإن الثانية ستصل قبل يوم 20 آذار.

وسيبقى فريق من 35 طبيبًا من وزارة الصحة في مدينة بوخارا مدة 60 يومًا. ولم يُبلَّغ عن ضحايا بين العراقيين المقيمين في نيبال وعددهم 118.`},
	{"port-agreement", `@ar
# توقيع مذكرة تفاهم مع هولندا بشأن ميناء الفاو
> وقّع الجانبان في روتردام مذكرة مدتها خمس سنوات بقيمة 340 مليون يورو.

وقّع وزير النقل رزاق السعداوي ونظيره الهولندي في روتردام يوم 3 حزيران 2026 مذكرة تفاهم بشأن تشغيل ميناء الفاو الكبير في البصرة، مدتها خمس سنوات وقيمتها 340 مليون يورو.

وتنص المذكرة على تدريب 800 موظف عراقي في ميناء روتردام، وعلى إنشاء مكتب مشترك في البصرة قبل نهاية عام 2027.

وأكد الجانبان أن المذكرة لا تمنح أي شركة حقًا حصريًا في إدارة الميناء.
@en
# Memorandum of understanding with the Netherlands on the Port of Faw
> The two sides signed a five-year memorandum worth 340 million euros in Rotterdam.

The Minister of Transport, Razzaq al-Saadawi, and his Dutch counterpart signed in Rotterdam on 3 June 2026 a memorandum of understanding on the operation of the Grand Faw Port in Basra. It runs for five years and is worth 340 million euros.

The memorandum provides for the training of 800 Iraqi employees at the Port of Rotterdam and for a joint office in Basra before the end of 2027.

Both sides stressed that the memorandum grants no company an exclusive right to run the port.`},
	{"consular-fees", `@en
# New opening hours and fees at the Embassy of Iraq in Vienna
> From 1 September 2026 the Consular Section opens on Saturdays too.

From 1 September 2026 the Consular Section of the Embassy of Iraq in Vienna will be open on Saturdays from 09:00 to 13:30.

The fee for a passport remains 95 euros and for a power of attorney 60 euros. Payment is by card only.

Between 24 August and 31 August the Section will be closed while it moves to its new rooms at Johannesgasse 26. In urgent cases, please call +43 1 713 8195.`},
}

// renderings are translations such as others make: none of their sentences is ours.
// differ are the differences that are to be shown, in their order.
// Where others chose mostly our own words, the answer is that ours were altered.
var renderings = []struct {
	name, slug   string
	want         publish.Verdict
	text, differ string
}{
	{"ar to en", "aid", publish.Translated, `Two aircraft carrying 42 tonnes of food, medicine and 1,250 tents left Baghdad International Airport for Kathmandu on March 14, 2026 to help survivors of the earthquake which hit Nepal on March 9.
Deputy foreign minister Saman Farhad said the shipment was the first of three and that the second one would arrive before March 20.
A team of 35 doctors from the Ministry of Health is to stay in the city of Pokhara for 60 days. There were no reports of victims among the 118 Iraqis living in Nepal.`, ""},
	{"ar to en, a number changed", "aid", publish.Translated, `Two aircraft carrying 42 tonnes of food, medicine and 1,250 tents left Baghdad International Airport for Kathmandu on March 14, 2026 to help survivors of the earthquake which hit Nepal on March 9.
Deputy foreign minister Saman Farhad said the shipment was the first of three and that the second one would arrive before March 20.
A team of 350 doctors from the Ministry of Health is to stay in the city of Pokhara for 60 days. There were no reports of victims among the 118 Iraqis living in Nepal.`, "-35 +350"},
	{"ar to en, a date changed", "aid", publish.Translated, `Two aircraft carrying 42 tonnes of food, medicine and 1,250 tents left Baghdad International Airport for Kathmandu on March 14, 2026 to help survivors of the earthquake which hit Nepal on March 9.
Deputy foreign minister Saman Farhad said the shipment was the first of three and that the second one would arrive before April 20.
A team of 35 doctors from the Ministry of Health is to stay in the city of Pokhara for 60 days. There were no reports of victims among the 118 Iraqis living in Nepal.`, "-20 آذار +April 20"},
	{"ar to en, denied", "aid", publish.Translated, `Two aircraft carrying 42 tonnes of food, medicine and 1,250 tents left Baghdad International Airport for Kathmandu on March 14, 2026 to help survivors of the earthquake which hit Nepal on March 9.
Deputy foreign minister Saman Farhad said the shipment was the first of three and that the second one would arrive before March 20.
A team of 35 doctors from the Ministry of Health is to stay in the city of Pokhara for 60 days. Victims were reported among the 118 Iraqis living in Nepal.`, "denied"},
	{"ar to ckb", "aid", publish.Translated, `ڕۆژی ١٤ی ئازاری ٢٠٢٦ دوو فڕۆکە بە ٤٢ تۆن خۆراک و دەرمان و ١٢٥٠ چادرەوە لە فڕۆکەخانەی نێودەوڵەتیی بەغداوە بەرەو کاتماندۆ بەڕێ کەوتن، بۆ یارمەتیی ئەو کەسانەی لە بوومەلەرزەکەی ٩ی ئازاری نیپاڵ زیانیان پێ گەیشت.
سامان فەرهاد، بریکاری وەزارەتی دەرەوە، گوتی ئەمە یەکەمە لە سێ بار و دووەمیان پێش ٢٠ی ئازار دەگات.
تیمێکی ٣٥ پزیشکی وەزارەتی تەندروستی ٦٠ ڕۆژ لە شاری پۆخارا دەمێننەوە. هیچ قوربانییەک لەناو ١١٨ عێراقییەکەی نیپاڵدا ڕانەگەیەنراوە.`, ""},
	{"ar to kmr", "aid", publish.Translated, `Di 14ê Adara 2026an de du balafir bi 42 ton xwarin û derman û 1250 konan ji Balafirgeha Navneteweyî ya Bexdayê ber bi Katmanduyê ve rabûn, da ku alîkariya kesên ku ji erdheja Nepalê ya 9ê Adarê zirar dîtine bikin.
Cîgirê wezareta derve Saman Ferhad got ku ev yekem ji sê baran e û ya duyem wê berî 20ê Adarê bigihîje.
Tîmeke 35 bijîşkan a Wezareta Tenduristiyê wê 60 rojan li bajarê Pokharayê bimîne. Di nav 118 Iraqiyên li Nepalê de tu qurbanî nehatine ragihandin.`, ""},
	{"ar to fr", "aid", publish.Translated, `Deux avions transportant 42 tonnes de vivres et de médicaments ainsi que 1 250 tentes ont quitté l'aéroport international de Bagdad pour Katmandou le 14 mars 2026, afin d'aider les sinistrés du séisme qui a frappé le Népal le 9 mars.
Le vice-ministre des Affaires étrangères Saman Farhad a déclaré que cet envoi était le premier de trois et que le deuxième arriverait avant le 20 mars.
Une équipe de 35 médecins restera 60 jours dans la ville de Pokhara. Aucune victime n'a été signalée parmi les 118 Irakiens vivant au Népal.`, ""},
	{"ar and en to en", "port-agreement", publish.Translated, `Iraq's transport minister Razzaq al-Saadawi and his Dutch colleague put their names to a memorandum in Rotterdam on June 3 about running the big port of Faw, in Basra. The deal is for five years and its value is 340 million euros.
Under the memorandum 800 Iraqi staff will be trained in the Dutch port, and a common office will be set up in Basra by the end of 2027.
The two parties underlined that no firm is given the sole right of managing the port.`, ""},
	{"ar and en to ckb", "port-agreement", publish.Translated, `وەزیری گواستنەوە ڕەزاق سەعداوی و هاوتا هۆڵەندییەکەی ڕۆژی ٣ی حوزەیرانی ٢٠٢٦ لە ڕۆتەردام یاداشتێکی لێکتێگەیشتنیان بۆ کارپێکردنی بەندەری گەورەی فاو لە بەسرە واژۆ کرد، کە ماوەکەی پێنج ساڵە و بەهاکەی ٣٤٠ ملیۆن یۆرۆیە.
بەپێی یاداشتەکە ٨٠٠ فەرمانبەری عێراقی لە بەندەری ڕۆتەردام ڕادەهێنرێن و پێش کۆتایی ٢٠٢٧ نووسینگەیەکی هاوبەش لە بەسرە دەکرێتەوە.
هەردوو لا جەختیان کردەوە کە یاداشتەکە مافی تایبەتی بەڕێوەبردنی بەندەر بە هیچ کۆمپانیایەک نادات.`, ""},
	{"ar and en to kmr, a number changed", "port-agreement", publish.Translated, `Wezîrê Veguhastinê Rezaq Saadawî û hevpîşeyê wî yê holendî di 3ê Hezîrana 2026an de li Rotterdamê bîrnameyeke lihevkirinê li ser xebitandina bendera mezin a Fawê ya li Besrayê îmze kirin. Ew ji bo pênc salan e û nirxê wê 430 milyon euro ye.
Li gorî bîrnameyê 800 karmendên iraqî wê li bendera Rotterdamê bên perwerdekirin û berî dawiya 2027an wê nivîsgeheke hevbeş li Besrayê bê vekirin.
Her du alî gotin ku bîrname mafê taybet ê birêvebirina benderê nade tu şîrketê.`, "-340 -340 +430"},
	{"en to kmr", "consular-fees", publish.Translated, `Ji 1ê Îlona 2026an pê ve beşa konsolxaneyê ya Balyozxaneya Iraqê li Viyanayê wê rojên şemiyê jî ji 09:00 heta 13:30 vekirî be.
Xerca pasaportê 95 euro û ya wekaletnameyê 60 euro dimîne. Tenê bi kartê pere tê dayîn.
Di navbera 24ê Tebaxê û 31ê Tebaxê de beş girtî ye, ji ber ku ew diçe odeyên xwe yên nû li Johannesgasse 26. Di rewşên lezgîn de ji kerema xwe telefonî +43 1 713 8195 bikin.`, ""},
	{"en to ar", "consular-fees", publish.Translated, `اعتبارًا من 1 أيلول/سبتمبر 2026 تفتح الشعبة القنصلية في سفارة العراق في فيينا أبوابها أيام السبت أيضًا من الساعة 09:00 حتى 13:30.
وتبقى أجرة جواز السفر 95 يورو وأجرة الوكالة 60 يورو، ويكون الدفع بالبطاقة فقط.
وتغلق الشعبة بين 24 آب و31 آب للانتقال إلى مقرها الجديد في Johannesgasse 26. وفي الحالات العاجلة يرجى الاتصال بالرقم ‎+43 1 713 8195.`, ""},
	{"our four, to en", "no-new-fee", publish.Translated, `Pages on social media have for two days been spreading a story that the Iraqi embassy in Stockholm will impose a new fee of 1500 kronor for certifying every school certificate. The story is untrue.
The certification fees did not change and are announced in the consulate hall and on the website.
The embassy does not deal with any broker and does not request money through phone apps.
Certificates that were handed to the consulate will be delivered at the usual time.
Anybody who paid someone pretending to represent the embassy should tell stockholm@mofa.example and keep the payment receipt.`, ""},
	{"our four, to en, a number changed", "no-new-fee", publish.Translated, `Pages on social media have for two days been spreading a story that the Iraqi embassy in Stockholm will impose a new fee of 2500 kronor for certifying every school certificate. The story is untrue.
The certification fees did not change and are announced in the consulate hall and on the website.
The embassy does not deal with any broker and does not request money through phone apps.
Certificates that were handed to the consulate will be delivered at the usual time.
Anybody who paid someone pretending to represent the embassy should tell stockholm@mofa.example and keep the payment receipt.`, "-1,500 -1,500 +2500"},
	{"our four, to ckb", "water-talks", publish.Altered, `گەڕێکی هونەریی گفتوگۆکانی نێوان عێراق و تورکیا دەربارەی هاوکاری لە بەڕێوەبردنی ئاوی هەردوو ڕووباری دیجلە و فورات ئەمڕۆ لە ئەنقەرە تەواو بوو. شارەزایانی هەردوو وەزارەتی سەرچاوەکانی ئاو و دەرەوەی هەردوو وڵات تێیدا بەشدار بوون.
هەردوو لا لەسەر گۆڕینەوەی هەفتانەی خوێندنەوەی ئاستی ئاو بە یەک شێوە و ڕاهێنانی هاوبەشی ئەندازیارە گەنجەکان لەسەر ڕێگا نوێیەکانی ئاودێری و بەستنی گەڕی دووەم لە بەغدا لە ماوەی شەش هەفتەدا ڕێک کەوتن.
وتەبێژی فەرمی گوتی عێراق ئاوی هاوبەش بە هۆی هاوکاری دەبینێت نەک ناکۆکی.`, ""},
	{"our four, to en, of talks", "water-talks", publish.Translated, `Iraqi and Turkish experts wrapped up a technical round of negotiations in Ankara today about working together on the management of the Tigris and Euphrates rivers, with specialists from the water resources and foreign ministries of the two countries taking part.
They agreed to swap level and discharge readings weekly in a single format, to train young engineers jointly in modern irrigation techniques, and to hold the second round in Baghdad within six weeks.
The spokesman said Iraq regards shared water as a reason to cooperate and not to quarrel, and that the basis of cooperation is figures which both parties trust.`, ""},
	{"ar and en, to ckb, without numbers", "un-water-speech", publish.NotFound, `عێراقییەکان پێنج هەزار ساڵ لەمەوبەر فێری دابەشکردنی ئاو بوون و یەکەم شت کە نووسییان تۆماری جۆگە و بەشەکان بوو. ئەمڕۆ دەگەڕێینەوە بۆ هەمان وانە، ئەوەی نەپێورێت بە دادپەروەری دابەش ناکرێت.
سێ هەنگاوی کردەیی بۆ وڵاتانی کەنار ڕووبار پێشنیار دەکەین.`, ""},
	{"our four, to en, of a flood", "flood-condolences", publish.Altered, `The foreign ministry extends heartfelt condolences to the friendly government and people of Japan over the victims of the floods that hit areas in the west of the country, and wishes the injured a quick recovery and a safe return for those forced to leave their houses.
Iraq, which in the last years has felt the harshness of drought and floods together, stands next to the Japanese people in this ordeal.
The Iraqi embassy in Tokyo says that no injuries have been reported among the community. Those who need assistance should write to tokyo@mofa.example.`, ""},
	{"our four, to ar", "flood-condolences", publish.Translated, `تقدّم وزارة الخارجية أصدق تعازيها لحكومة وشعب اليابان بضحايا السيول التي اجتاحت أجزاء من غربي البلد. وترجو للجرحى شفاءً سريعًا ولكل من ترك بيته عودةً آمنة.
إن العراق الذي عرف في السنين الماضية شدة الجفاف والفيضان يقف مع شعب اليابان.
ولم تسجل السفارة العراقية في طوكيو أي إصابة في الجالية العراقية. ومن يريد العون فليكتب على tokyo@mofa.example.`, ""},
}
