// Package agenda tells what happens on which day of publishing, over all
// missions that the reader sees: planned and past releases, embargoes and ends
// of messages, events and the first and last days of campaigns, occasions, and
// the holidays of the ministry and its missions. The calendar of the console,
// the address for calendar programs, the API and the command line tell the same.
//
// An occasion that is a holiday too, such as a feast, is told once: the entry of
// the occasion says who is closed.
package agenda

import (
	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/timing"
)

// Deps are what the service needs. All are required.
type Deps struct {
	Publish   *publish.Service
	Campaigns *campaign.Service
	Occasions *occasion.Service
	Timing    *timing.Service
	Org       *org.Service
}

// Service tells the agenda. It keeps nothing and is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }
