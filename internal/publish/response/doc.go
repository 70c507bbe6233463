// Package response learns from the house's own counts at which local weekday and
// hour a release is read most, and advises whoever plans one. It decides
// nothing, and it knows no person: all it sees is how often the page of a
// message was opened in the first Hours hours after its release.
//
// # What is compared
//
// The views of each release, as log(1 + views): hours multiply what a text gets,
// they do not add to it. Some kinds of text are read more than others at any
// hour; their mean, shrunk as below, is taken off first. What kinds and hours
// share is thereby left to the kinds, which makes the advice careful. Releases
// of the last Days days count, of one mission, in one language or in all. What
// comes by a link in a newsletter opens the page too and is in the counts; how
// often the link was followed, and what was asked under a statement, is kept as
// a sum without its hour, and cannot be used.
//
// # The estimate
//
// A week has 168 hours, most of which no mission ever used: their means alone
// would be noise. Three sets of effects are therefore added, each drawn to zero
// as far as its own spread does not exceed what chance would do: of the weekday,
// of the hour of the day, and of one hour on one weekday beyond both. With
// residual variance s2, n releases in a group and mean r of their residuals, the
// effect is B·r with B = t2/(t2 + s2/n), and its variance B·s2/n; t2, the
// variance between the groups of a set, is the moment estimate of DerSimonian
// and Laird (Controlled Clinical Trials 7, 1986), zero when the groups differ no
// more than chance. This is the parametric empirical Bayes estimate of Morris
// (JASA 78, 1983); the three sets are fitted in turn until they settle. The
// interval of an hour is its effect ± 1.645 standard deviations, 90 %, given as
// a ratio to what is usual. It takes t2 and s2 as known and is a little short
// for that.
//
// # When nothing is said
//
// With fewer than MinReleases releases, or without two hours of the week that
// have MinHour each, there is not enough data. Otherwise the releases are dealt
// out to the hours anew at random, shuffles times, with a fixed seed; unless at
// most one in twenty deals explains as much as the real one, no difference is
// shown. Only hours with MinHour releases whose whole interval lies above what
// is usual are ever advised.
//
// It is an observation and no experiment: who releases what matters most at ten
// will find ten o'clock good.
package response

import (
	"sifara/internal/clock"
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/timing"
)

// What the advice rests on.
const (
	Hours       = 24  // whose views count
	Days        = 365 // whose releases count
	MinReleases = 40
	MinHour     = 3 // releases in an hour of the week that is advised
	Best        = 3 // hours that are advised at most
)

// Deps are what the service needs. All are required.
type Deps struct {
	Publish   *publish.Service
	Campaigns *campaign.Service
	Timing    *timing.Service
	Org       *org.Service
	Clock     clock.Clock
}

// Service advises. It keeps nothing and is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }
