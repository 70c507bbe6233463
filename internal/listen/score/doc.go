// Package score holds the warnings of the house against what came of them: the
// scorecard of hits, false alarms, unclear ones, misses and lead time, by topic
// and by month, against the rate of false alarms that was set.
//
// An event is something that happened, as an officer enters it: what, when it
// began, of which topic or country, and where that is known from. It was warned
// of when a warning of its topic or country came from three days before to its
// beginning or while it was a day old; else it was missed. Its lead is the time
// from the warning to its beginning, negative when the warning came after.
//
// A hit is a warning judged right. Its lead is the time from the alarm to the
// busiest hour of the burst.
//
// The sums are open to everybody in the ministry who may listen; the names of
// topics only to those who see them.
//
// Table: listen_event.
package score
