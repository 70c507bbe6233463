// Package burst finds bursts in streams of counted events as they happen: it
// says that a series (a term, hashtag, topic, country, source group) brings far
// more than its past explains, since when and until when, and how often chance
// alone would say so.
//
// # Model
//
// Counts are kept in bins, a minute wide by default, and looked at through
// windows of a bin, 5 minutes, 15 minutes, an hour, 6 hours and a day at once:
// the short ones see an explosion within a minute, the long ones a matter that
// swells. What is expected in a window is level × season × width. The level is
// a Gamma–Poisson estimate with discounted memory, one slow (its half-life a
// week) and one fast (6 hours), so that it follows a trend; the season has
// factors by the hour of the day and the day of the week, shrunk to 1 while the
// past is short. Past bursts are cut to what was likely then, so that one crisis
// does not hide the next.
//
// Counts vary more than a Poisson process would have it: they are negative
// binomial, with variance mean + φ·mean². φ is estimated for each width from
// the series itself and shrunk to a prior by its own noise; the uncertainty of
// the level adds to it. So a series with little past alarms late, and one that
// has been silent for long alarms at the first handful of posts.
//
// A detector that starts in the middle of things learns its past from sums by
// the hour (Learn). The short windows are then believed to vary as the hours do,
// until their own bins have been seen.
//
// # False alarms
//
// The user states how many false alarms a month (30 days) are borne, of the
// whole family of series or of each. The chance p of a window is turned into the
// number of times a month in which chance alone would show as much: p times the
// number of independent looks a month at that width, times the number of widths.
// An alarm is raised when that number is at most the stated rate; over many
// series by the step-up rule of Benjamini and Hochberg (1995) within each scan,
// which holds the rate for the family when nothing happens and gives power back
// when much does. The factor of independent looks was calibrated on simulated
// series (calibrate_test.go).
//
// # Duration
//
// Begin, strength and end of a burst come from Kleinberg's automaton (Bursty
// and Hierarchical Structure in Streams, 2002) with five states, each three
// times the rate of the one below, run forward as the bins close.
//
// # Faults
//
// A rise that only one of several usual sources shows, or that all series show
// at once, is a fault of collection and no crisis; so is a source that falls
// silent. They are told as faults.
//
// The package is pure: no clock, no database, no network. A Detector is not safe
// for concurrent use.
package burst
