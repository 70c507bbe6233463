package listen

import (
	"strings"
	"sync"

	"sifara/internal/text"
)

// stopLists are words that every text of a language holds.
var stopLists = []string{
	// English, and what platforms add to posts
	`a about above after again against all also am an and any are aren as at be because been before being below between both but by can cannot could couldn did didn do does doesn doing don down during each even ever every few for from further get gets getting go goes going gonna got had has hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just know let like ll make many may me might more most much must my myself need never new no nor not now of off on once one only or other our ours out over own per put re really said same say says see she should shouldn since so some still such take than that the their theirs them themselves then there these they thing things think this those though through to today too two under until up us use ve very via want was wasn way we well were weren what when where which while who whom why will with won would wouldn yes yet you your yours yourself amp http https www com rt cc co html via day time people man good back first last year years been make made`,
	// Arabic
	`في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين اللذين اللواتي ما لا لم لن إن أن كان كانت يكون تكون كما أو ثم قد لقد كل بعض غير بين بعد قبل عند حتى إذا إذ هو هي هم هن أنا نحن أنت انت انتم كيف متى أين لماذا ماذا منذ خلال حول ضد دون فوق تحت أمام وراء أي أيضا فقط لكن ولكن بل هناك هنا وقد وهو وهي وهم ومن وفي وعلى وإن وأن ولا ولم وكان وما بأن لأن فإن عليه عليها فيه فيها منه منها له لها لهم به بها بهم إنه أنه إنها أنها يا اليوم قال قالت يقول عبر نحو لدى سوف ليس ليست مثل أكثر أقل جدا هل نعم كلا والله الله يوم عام`,
	// Sorani
	`لە بە بۆ و کە ئەم ئەو ئەمە ئەوە ئەوان ئەوانە لەگەڵ لەسەر لەبەر لەناو لەنێو بەڵام یان هەر هەموو هیچ دوای پێش نێوان تا تاکو ئێمە ئێوە من تۆ ئەوەی کاتێک چونکە هەروەها زۆر یەک دوو سێ ناو سەر بوو بوون دەبێت دەکات دەکەن کرد کردن نییە هەیە ئەگەر وەک وەکو بکات بێت لێ پێ تێ چۆن کەی بۆچی چی کێ ڕۆژ ساڵ دا لەلایەن ئێستا تەنها`,
	// Kurmanji
	`li ji bi bo di da de re ve û ku jî ew ev wan wî wê min te me we hûn em ez tu her hemû lê belê an yan na ne ye in bû bûn dibe dike dikin kir kirin heye tune çi çawa kengî kî gelek yek du sê piştî berî nav ser bin tenê wekî wek ger heger îro sal roj`,
	// Persian and Turkish
	`از به با در که این آن را و برای است بود شد می های ها تا هم یا اما اگر هر یک بر نیز شود کرد کند باید دارد دارند بین پس پیش بی چه چرا کجا کی من تو او ما شما آنها خود دیگر همه هیچ فقط`,
	`bir ve bu da de için ile çok ama gibi daha ne var yok mi mı mu mü ki en her ben sen biz siz onlar şu olarak olan oldu olduğu kadar sonra önce değil diye ya hem veya ise`,
	// Russian, German, French, Spanish
	`и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда кто этот того потому этого какой совсем ним здесь этом один почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой хоть после над больше тот через эти нас про всего них какая много разве три эту моя впрочем хорошо свою этой перед иногда лучше чуть том нельзя такой им более всегда конечно всю между это который которые года году`,
	`der die das und in zu den ist von mit sich des auf für nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich du wir ihr mein dein kein keine wenn was wer hier jetzt dem im ja nein`,
	`le la les un une des de du et en à au aux est sont dans pour que qui sur pas plus par ne se ce cette ces avec il elle ils elles on nous vous je tu mais ou où donc car si son sa ses leur leurs été être avoir fait comme tout tous toute`,
	`el la los las un una unos de del y en a al es son que por para con no se su sus lo como más pero o si le les me mi ya muy este esta estos está fue ha han ser hay`,
}

// stopWords are the folded words that say nothing of what a text is about.
var stopWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, l := range stopLists {
		for w := range strings.FieldsSeq(l) {
			m[text.Fold(w)] = true
		}
	}
	return m
})
