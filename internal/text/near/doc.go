// Package near finds short texts that are nearly the same, in time linear in
// the number of texts and in memory that is bounded beforehand.
//
// A text is a [Set] of hashed shingles, that is of its runs of words or of
// characters ([Words], [Chars]); how alike two texts are is the share of
// shingles they have in common, the Jaccard index of the sets (Broder, "On the
// resemblance and containment of documents", 1997). An [Index] takes texts one
// after another and gives for each those among the last Capacity that resemble
// it: candidates by MinHash signatures cut into bands (Indyk and Motwani 1998;
// Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4),
// each then verified exactly. What it gives is therefore never wrong; it may
// miss, with the probability that [Banding] tells.
//
// Pure: no clock, no randomness that differs between two runs, no goroutines.
package near
