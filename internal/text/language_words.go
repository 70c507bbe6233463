package text

// language is what the first-cut identification knows of one language: its most
// frequent function words, and beginnings, endings and letter groups that mark
// it. All hand-picked; written in lower case, Arabic script without vowel signs.
type language struct {
	code string
	// words are separated by spaces.
	words string
	// marks are pieces of words: "-x" an ending, "x-" a beginning, "x" anywhere.
	// One that stands twice weighs twice.
	marks string
}

// languages are told apart only within a script; of equals the first wins. A code
// "und" is a neighbour
// that would otherwise be taken for one of the others.
var languages = map[alphabet][]language{
	latin: {
		{"en", `the of and to in is for on with that be it by as at this are was will you have from has your or not if can he which all their we our but one other more his first before after up do also who such some each two time these there support out may its about any what when how why where she her him them they been were would could should just like get got my me im dont no yes so than then only new over into because very don t s`,
			`th th- -ing -ed -tion wh- -ly ck ee oo sh -ght -ness kn- -ble`},
		{"de", `der die und in von das ist mit zu den im sie auf sich für ein als des nicht eine es auch an werden dem einer sind wir ich aus wird oder bei er einem einen hat nach kann am nur zur um noch man wie wenn vor aber uns so mehr diese durch dass daß über wurde war schon sein ihre haben dieser dann wieder können immer zum hier bis was keine ihr beim habe gibt etwas denn wegen vom unter sehr ohne mir mich ja ihn ihm heute kein du dir dich`,
			`sch sch ei ch -en -ung -ung -lich -keit ä ö ü ß ß ck -er zw- -cht ge- ver-`},
		{"fr", `de la et l le les des à d en est du un une dans il pour au par que qui sur sont a pas s ce ne se plus qu avec aux c cette ou peut être mais n on ils même elle je nous ces vous ont faire leur fait comme autre aussi entre été tout non ainsi très également ses sera donc contre bien encore avant après était votre sans lui faut doit chaque cela quand puis j m t y moi toi son sa si mes nos vos cet été mon ma mes tu suis`,
			`é è ê à ç œ eau -eux ou -ment -tion oi qu -ent -ez -ait ô ù -aux -aire`},
		{"es", `de la que en el a los un es con se para no las una del por su lo si este al como más o ha son esta muy ya pero todo tiene ser puede está tu todos donde me sin hay entre cuando también nos e sobre parte han cada ahora mejor esto siempre fue años tanto sólo solo menos desde hasta porque y mi te le qué yo él ella usted era eso nada así están soy eres uno algo`,
			`ñ ñ ¿ ¡ -ción -ción -dad -mente ll á í ó -os -ado -ando ue -ar ch rr -es`},
		{"it", `di e il la in a per che un del è l i le della con non si una da dei ha al sono alla anche ma nel più dell delle stato sul all gli d dal alle ai nella anni o lo tra questo ed se ci su sempre cui due prima dopo degli hanno come sarà questa ora dalla sulla ancora sia poi oggi già fa era tutti fino fatto così tutto nelle senza perché mi ti io lui lei cosa mio tuo sei ho hai`,
			`à è ì ò ù gli -zione -zione zz cch gg -tà -mente tt -are -ato gn -oni -ella -issimo cci ggi`},
		{"pt", `de a o e que do da com para em os no um se na não é uma as por mais dos ao como das mas seu tem à ser já foi ou nos está também sua pelo pela muito este são anos ainda pode aos fazer esta todos ter isso às há bem porque outros num nas quando depois mesmo ele ela eu você me meu minha apenas tudo suas sem nós lhe estou até só era dia`,
			`ã ã õ õ ç ê â -ção -ção -ções nh lh -mente -dade ó á ei ou -eiro -am -em`},
		{"nl", `de van in het een en is op zijn met voor te door hij werd uit die dat als was ook aan er bij deze om tot naar maar niet of dit ze worden wordt na zich heeft dan nog meer kan werden haar onder eerst twee zou had al weer waren over hun andere zij hebben waar tegen geen veel toen gaan alleen zeer wel vaak tijdens ik je jij mijn wat we u heb hem daar zo dus hoe ben bent moet`,
			`ij ij aa ee oo uu sch -en oe ui -lijk -lijk ge- ver- cht -tie eeuw -heid`},
		{"sv", `och i att en för som på av är till med det har ett om den de kan från vi inte man eller sig finns du så var vid jag men han detta när alla efter andra vara även ska där under här ut olika genom hur skall mycket mot vill också många mer få oss får samt mellan denna över nu hela sin inom hade gör nya kommer något dessa våra vilket vad sedan hon mig dig min din är`,
			`å ä ä ö ck -ade -are -ning -het sj skj -ar -or -en -et -lig tt`},
		{"pl", `w i z na do się nie to że jest o po od za jak przez ale co dla a czy ma są był tak przy tym który która które już tylko lub było jego może było jej oraz ze także być bardzo ich ja ten ta te mnie mi ci go mu ją nas was też kiedy jestem gdzie będzie tego niż pod nad bez mam masz jeśli więc`,
			`ą ę ł ł ś ź ż ć ń sz cz rz -ów prz -ość -ego -ie ie -ych -ać dz -ki`},
		{"tr", `bir ve bu için çok o daha ne da ben onu ile onun değil mi olarak var de her bunu kadar iyi olduğunu zaman bana sadece hiç olan en benim mı neden gibi beni sonra söyledi hakkında biz yeni biraz sen ama sana istiyorum önce senin burada yok nasıl onlar büyük olmak şimdi son şey gün seni birlikte lütfen bütün bizim nerede mu hiçbir biri aynı zorunda tarafından fazla bize dün geri etmek evet hayır`,
			`ğ ğ ı ı ş ü ö ç -lar -ler -dır -yor -iyor -mak -mek -ın -dan -den -miş -nda -lık -sın -ım -yi`},
		{"kmr", `û ku li jî bi ji re xwe ya ev kir ser kirin bo dê got ew ye ve ber yê wan yên hêzên ne bike evê bû piştî bûn hemû dike din evî evan wê wî çend me ez tu em hûn min te di de da tê tên dibe bibe heye hene nîne nîn hat hatin hatiye dikin navbera êdî gelek li serokê ewê lê na erê çi kî kengî çima çawa bi tenê her tiştek wekî wek heta`,
			`ê ê û û î î -ên -ên -tin -kirin xw -eke -ek -tiye -bûn -ekî di- -yên bi- na- -an`},
		{"und", `og i at er det en til på som med for af den ikke de har jeg et vi han var å ikke fra seg ble blir hun meg deg hva nå også noen noe`, `ø ø æ æ å`},                                // Danish, Norwegian
		{"und", `i de la el que a en els les un per amb del una és no al ha més dels pel aquest aquesta als són va però si també ser com`, `l·l ny -ció -ts ï`},                                   // Catalan
		{"und", `de și în a la cu nu o care pe din un să mai este că sunt pentru ce au fi se lui dar mi te am ai ați eu`, `ă ă ț ț ș ș â ţ ţ -ul -ului -ea`},                                      // Romanian
		{"und", `a se v je na to že s z do o i k jsem si ve po za ale jak by pro jsou sa som ako aj nie pre su da u od ne što sam bi za kako koji`, `ě ě ř ř ů ů č š ž ť ď ľ ĺ đ`},                // Czech, Slovak, Croatian
		{"und", `a az és hogy nem is egy van ez meg de csak el volt mint azt még ha mi kell én te ő`, `ő ő ű ű gy sz -nak -nek -ban -ben ö`},                                                      // Hungarian
		{"und", `ja on ei se että oli hän en ole mutta kun minä sinä ovat tämä niin olen jos kuin mitä ning et ta ma oma see kas või`, `ää öö yy uu ii -ssa -ssä -lla -sta -nen -ksi õ`},          // Finnish, Estonian
		{"und", `yang dan di dengan ini itu untuk dari tidak dalam akan pada saya dia ada juga ke oleh atau anda kita mereka telah lebih ng ang mga na sa ay ko mo`, `ng -kan -nya me- ber- -an`}, // Indonesian, Malay, Tagalog
		{"und", `là của và có không cho được một người tôi trong đã với các những này đó anh ấy bạn`, `ơ ơ ư ư đ ạ ộ ế ề ả ấ ậ`},                                                                  // Vietnamese
		{"und", `və bu bir ki o mən üçün də onun deyil nə var çox edir ilə olan kimi daha`, `ə ə ə`},                                                                                              // Azerbaijani
		{"und", `het die nie en is ek dit n om te van hy sy was ons jy hulle met aan vir moet baie wat`, `-lik -skap -heid`},                                                                      // Afrikaans
		{"und", `të e në një dhe për me që nuk është i se ka më nga do kam si ju po`, `ë ë`},                                                                                                      // Albanian
		{"und", `u ra de ke zî ê kerd bî rê ma şima çiyê ey inan ke mi hewn benê beno keno kenê bîyo zazakî`, `ıy -ene -eno -ano -yo -êno`},                                                       // Zazaki
		{"und", `ir un ar uz no ka par bet tas es yra kad su tai bet aš iš jis kaip buvo`, `ā ē ī ū ļ ņ ģ ė ų į`},                                                                                 // Baltic
		{"und", `eta da ez du bat zen dira izan egin baina dut hau na ya wa kwa ni katika za la kuwa hii waxaa ku oo uu in ka iyo`, `tz tx aa uu`},                                                // Basque, Swahili, Somali
	},
	arabic: {
		{"ar", `من أن لا كان على إلى هل هذا ما أنا هو ذلك عن هذه لقد كل كانت مع أنت هي ليس هنا هناك إن جدا التي أريد الذي أين أي لي ماذا لن كنت أنه شيء بعض اليوم إنه الآن لك لدي أحد يجب نحن بعد لم في يا كيف حتى أو يوم تلك فقط إنها قبل ان عند عندما إذا أكثر كما لماذا به له قال غير حقا منذ متى أيضا تكون بين خلال حول الى او علي ايضا قد ثم الذين لكن ولا وفي ومن وقد مش اللي دي ده شو هيك عشان انا انت لو`,
			`ة ة ى أ إ ؤ ء ض ظ ث ذ ص ط ح ال- ال- وال- وال- بال- لل- -ية -ات -ون ي ك`},
		{"fa", `و را است به از در او من که یک این می آن با برای شما کرد دارد بود ما آیا شد باید تا تو چه کند هر کنم هستند نمی نیست هیچ خود دارم آنها همه شده خیلی ها دو کسی چیزی شود اگر هم کنید کردن های دیگر اما روی خواهد کن کردم همیشه چیز وجود کنند مرا بدون هستم ای یا داشت بسیار باشد حال هرگز بیشتر سه اینجا دارند بودم گفت نه و بر ام اند خواهم هایی درباره بین چرا کجا چیست کجاست کی رو اون میشه دیگه`,
			`آ می- می- نمی- -ها -های -ند -ند -یم -ید -ست -دم -اند -شتم گ چ پ ژ ی ک`},
		{"ckb", `و بۆ ئەو ئەم لە ی ئەوەی لەگەڵ لەسەر هەروەها لەو خۆی هەر بەڵام دەکات لەلایەن لەم ئێستا گوتی دوو دوای چەند زۆر بەپێی سەر زیاتر دەبێت دەڵێت بەهۆی بکات بوو وەک دەکەن هیچ سێ بێت نێوان خۆیان یەک بوون هەموو بکرێت ئەگەر هەیە کرا بەسەر بێ کە من تۆ ئێمە ئەوان نییە بە دا تا ئەوە چی چۆن بۆچی کوا نا بەڵێ کراوە له به ئه و که هه وه ده خۆ ئێوە دەست جار کەس شت`,
			`ە ە ە ێ ێ ێ ۆ ۆ ۆ ڕ ڕ ڕ ڵ ڵ ڵ ڤ وو ئە- ئا- ئێ- -ەکە -ەکان -ێک دە- گ چ پ ژ ی ک -یان`},
		{"ur", `ہے میں نے کی کے یہ ہیں اس نہیں سے کو کیا آپ وہ ایک ہوں کا مجھے اور تھا کہ کر ہو پر ہم رہا بہت اسے بھی گیا تم گا تھے میرے اپنے ان کچھ سکتا کرتا اب ہی دیا کرنے کریں سب بات کوئی پاس کام لئے سکتے تھی کرنا یہاں رہے نہ جو میری کرتے ساتھ میرا لیے طرح ہمیں رہی ہوا تک اپنی لیکن کرو زیادہ کسی گئے پھر ہر گئی کبھی کہاں پہلے جب کیوں تو`,
			`ے ے ہ ہ ں ں ٹ ٹ ڈ ڈ ڑ ڑ ھ ۓ گ چ پ ی ک`},
		{"und", `د په چې دی او ته له کې څخه نه سره`, `ښ ښ ښ ځ ځ ځ څ څ څ ډ ډ ړ ړ ږ ږ ټ ټ ۍ ګ ې`}, // Pashto
		{"und", `بىلەن ۋە بۇ ئۇ بىر`, `ۇ ۇ ۇ ۈ ۈ ۈ ۋ ۋ ۋ ڭ ڭ`},                                  // Uyghur
		{"und", `۾ جي جو آهي کي ۽ تي`, `ڄ ڄ ڃ ڌ ڌ ڏ ڊ ڍ ٿ ٿ ٽ ٽ ڦ ڳ ڳ ڱ ڪ ڪ ڻ ڻ ٻ ٻ ڀ ڀ`},       // Sindhi
	},
	cyrillic: {
		{"ru", `и в не на что я с по но как это а к у он все из то мы за его так только они мне было от о для еще ещё ее её вы меня когда под их есть если до ты или же чтобы со даже время были был этого эти сейчас себя него можно которые здесь бы раз просто очень нет нас может где вот быть была этот чем них ему уже тут тоже того теперь тебя там при раздел потом после она ну мой много им всех эта`,
			`ы ы ы э э ё ё -ть -ого -ться -ый -ие -ая щ ъ и`},
		{"uk", `і на в у з не що до та а за про для й це його як від але є я він по її тому то так із чи їх р може які цього був також вони якщо лише вона коли було були або після щоб ще має ми ж вже який тільки всі хто дуже саме бути при зі бо яка об навіть можна де без через треба той те такі своїх ви мене тебе`,
			`і і і ї ї ї є є є ґ ґ -ти -ння -ого -ський -ів и`},
		{"und", `і ў не на што з у як я да гэта ён`, `ў ў ў ў дз ці і ы`},                                  // Belarusian
		{"und", `да на и е се за от не са с по как което че ще най`, `ъ ъ -ът -та -то -ите щ`},             // Bulgarian
		{"und", `је у да се на и за од не су као што во на со го ќе`, `ј ј ј љ љ њ њ ћ ћ ђ ђ џ џ ѓ ѓ ќ ќ`}, // Serbian, Macedonian
		{"und", `және бұл мен бір үшін де емес бол байна нь`, `қ қ қ ғ ғ ғ ң ң ө ө ү ү ұ ұ ә ә һ`},         // Kazakh, Mongolian
	},
}
