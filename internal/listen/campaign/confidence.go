package campaign

// Words of the scale of likelihood of Intelligence Community Directive 203
// (Analytic Standards, 2015), D.6.e(2)(a). They are keys of messages:
// "listen.campaign.likely.<word>".
type Words string

// Step is one step of the scale: words and the range of probability, in per
// cent, for which they stand. High is exclusive but for the last.
type Step struct {
	Words     Words
	Low, High int64
}

// Scale is the whole scale, from the least likely. Certainty in either
// direction (0 and 100) is not on it.
func Scale() []Step {
	return []Step{
		{"almost_no_chance", 1, 5}, {"very_unlikely", 5, 20}, {"unlikely", 20, 45}, {"even", 45, 55},
		{"likely", 55, 80}, {"very_likely", 80, 95}, {"almost_certain", 95, 99},
	}
}

// InWords gives the step of a probability in per cent, 1 to 99. What lies
// outside is taken as the nearer end.
func InWords(percent int64) Step {
	scale := Scale()
	for _, s := range scale {
		if percent < s.High {
			return s
		}
	}
	return scale[len(scale)-1]
}
