// Package forecast says how many posts of a series (a topic, a language, a
// source) the next days will bring, with intervals.
//
// # Model
//
// Counts by the day. What a day is expected to bring is level × weekday. The
// level is two discounted means of the counts without their weekday: a long one,
// which is what is usual, and a short one, which is what is on now. On the
// logarithm of the rate the short one returns to the long one day by day, by a
// share that is damped (damped exponential smoothing; Gardner and McKenzie,
// 1985): a burst fades, it does not go on for ever and is not forgotten at once.
// A day far beyond what was likely counts for the long level and the weekdays
// only up to that. The weekday is a factor, drawn to 1 while few posts are known.
//
// The two memories and the damping are those of a small grid that would have
// done best on the series' own past. Counts are negative binomial, variance mean
// + φ·mean², as in package burst; φ is for each day ahead the likeliest on the
// past forecasts of so many days ahead, with a prior that weighs as much as some
// of them. Points and intervals are quantiles of that distribution: no
// simulation, no chance, the same history gives the same forecast.
//
// # Not enough data
//
// There is no forecast before Least full days are known, nor when the last Least
// of them hold fewer than LeastPosts posts.
//
// Not modelled: holidays, trends that last, what other series do, faults of
// collection. What nobody could see coming is not in the interval: one day in ten
// should lie outside of the wide one.
//
// The package is pure: no clock, no database, no network.
package forecast
