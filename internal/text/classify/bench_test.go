package classify

import "testing"

var posts = []struct{ name, lang, text string }{
	{"ar", "ar", "RT @name: وزير الخارجية يؤكد أن الحكومة لن تتراجع عن موقفها من الأزمة، والناس في الشارع غاضبون جدا من غلاء الأسعار 😡 #العراق https://example.org/a"},
	{"en", "en", "RT @name: Residents say they have no power since last night, why is nobody answering our calls? Please share this #flood http://example.org/abcdef 😢"},
	{"ckb", "ckb", "وەزیری دەرەوە دەڵێت حکوومەت لە هەڵوێستی خۆی پاشگەز نابێتەوە و خەڵکیش لە شەقامەکان زۆر تووڕەن لە گرانی نرخەکان #کوردستان https://example.org/a"},
}

// BenchmarkPost is one post through all classifiers. docs/benchmarks.md has the
// figures.
func BenchmarkPost(b *testing.B) {
	for _, p := range posts {
		b.Run(p.name, func(b *testing.B) {
			Post(p.lang, p.text)
			b.ReportAllocs()
			for b.Loop() {
				Post(p.lang, p.text)
			}
		})
	}
}

func BenchmarkTrainTopics(b *testing.B) {
	for b.Loop() {
		if _, err := TrainTopics(visaOrPassport); err != nil {
			b.Fatal(err)
		}
	}
}
