package classify

import (
	"testing"
)

func TestPost(t *testing.T) {
	for _, c := range []struct {
		name, lang, text string
		sentiment        Sentiment
		act              Act
		crisis           Crisis
	}{
		{"praise in Arabic", "ar", "شكرا لكم، عمل رائع وجميل جدا 😍❤", Positive, Expression, NotRelated},
		{"anger in Arabic", "ar-IQ", "حسبي الله ونعم الوكيل فيكم يا فاسدين", Negative, Expression, NotRelated},
		{"question in Arabic", "ar", "وزير الخارجية يستقبل سفير اليابان في بغداد، متى؟ https://example.org/a", Neutral, Question, NotRelated},
		{"quake in Arabic", "ar", "كارثة مؤلمة: زلزال قوي وفرق إنقاذ تبحث عن ضحايا", Negative, Expression, Related},
		{"praise in Sorani", "ckb", "زۆر سوپاس، کارێکی جوانە", Positive, Expression, NotRelated},
		{"denied praise in Sorani", "ckb", "ئەمە هیچ باش نییە", Negative, Expression, NotRelated},
		{"question in Sorani", "ckb", "کەی کونسوڵخانە دەکرێتەوە؟", SentimentUnsure, Question, NotRelated},
		{"praise in Kurmanji", "ku", "Gelek spas, karekî pir xweş e", Positive, Expression, NotRelated},
		{"question in English", "en", "@name Why is the embassy closed today?", SentimentUnsure, Question, NotRelated},
		{"flood in English", "en", "Flood warning: residents evacuated, two people missing in the city #flood", SentimentUnsure, Statement, Related},
		{"a language without lists", "sv", "Tack så mycket", SentimentUnsure, ActUnsure, CrisisUnsure},
		{"nothing", "ar", " \n", SentimentUnsure, ActUnsure, CrisisUnsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Post(c.lang, c.text)
			t.Logf("%+v", got)
			if got.Sentiment != c.sentiment || got.Act != c.act || got.Crisis != c.crisis {
				t.Errorf("got %v %v %v, want %v %v %v", got.Sentiment, got.Act, got.Crisis, c.sentiment, c.act, c.crisis)
			}
		})
	}
}
