package classify

// Basis is what an answer rests on.
type Basis uint8

// The bases.
const (
	None    Basis = iota // the language is not supported
	Rules                // words and signs from a list
	Trained              // a model trained on labelled texts
)

// String is "none", "rules" or "trained".
func (b Basis) String() string { return [...]string{"none", "rules", "trained"}[b] }

// Sentiment is the attitude that a text shows.
type Sentiment uint8

// The sentiments. Neutral is a finding; Unsure is none.
const (
	SentimentUnsure Sentiment = iota
	Positive
	Negative
	Neutral
)

// String is the label as stored and printed: "unsure", "positive", "negative",
// "neutral".
func (s Sentiment) String() string {
	return [...]string{"unsure", "positive", "negative", "neutral"}[s]
}

// Act is what a text does: a speech act (Searle 1976, as adapted to tweets).
type Act uint8

// The acts. Threat also covers reports of violence and of harm announced: the
// training data do not part the two (docs/models/acts.md).
const (
	ActUnsure  Act = iota
	Expression     // shows a feeling or attitude
	Statement      // says that something is so
	Question
	Suggestion
	Threat
	Request
	Other // none of these: a bare link, a fragment
)

// String is the label as stored and printed: "unsure", "expression", "statement",
// "question", "suggestion", "threat", "request", "other".
func (a Act) String() string {
	return [...]string{"unsure", "expression", "statement", "question", "suggestion", "threat", "request", "other"}[a]
}

// Crisis is whether a text is about a disaster or an attack at hand.
type Crisis uint8

// The answers.
const (
	CrisisUnsure Crisis = iota
	Related
	NotRelated
)

// String is the label as stored and printed: "unsure", "related", "not_related".
func (c Crisis) String() string { return [...]string{"unsure", "related", "not_related"}[c] }

// Labels is all that is said of one text. The zero value is unsure throughout.
// Each P is the probability, 0 to 1, of the label it stands by; where the label
// is unsure, of the class that was likeliest, or 0 if there was no basis.
type Labels struct {
	Language string // as which the text was read: "ar", "en" …, "" if unknown

	Sentiment      Sentiment
	SentimentP     float32
	SentimentBasis Basis

	Sarcasm  bool    // Arabic only
	SarcasmP float32 // that it is sarcastic; 0 in other languages

	Act      Act
	ActP     float32
	ActBasis Basis
	ThreatP  float32 // that it is a threat, whatever Act says; 0 without a trained model

	Crisis      Crisis
	CrisisP     float32
	CrisisBasis Basis
}
