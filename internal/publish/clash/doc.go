// Package clash says what speaks against releasing a message at a moment: other
// messages that missions and the ministry send to the same people about the
// same time, too many on one day, occasions and days of remembrance, holidays,
// nights, and the silences around prayers.
//
// It decides nothing: whoever plans sees the warnings, and plans all the same
// on purpose when one of them is grave. Messages of missions that the actor
// does not see count, but are not told of: neither their texts nor, unless both
// take part in one campaign that the actor sees, whose they are.
package clash

import (
	"time"

	"sifara/internal/org"
	"sifara/internal/publish"
	"sifara/internal/publish/campaign"
	"sifara/internal/publish/occasion"
	"sifara/internal/publish/timing"
)

// Window is how near two messages of one campaign, topic or subject, or to one
// public, are too near when different units send them.
const Window = 2 * time.Hour

// MaxDaily is how many messages one public takes on a day.
const MaxDaily = 5

// Deps are what the service needs. All are required.
type Deps struct {
	Publish   *publish.Service
	Campaigns *campaign.Service
	Occasions *occasion.Service
	Timing    *timing.Service
	Org       *org.Service
}

// Service looks for clashes. It keeps nothing and is safe for concurrent use.
type Service struct{ Deps }

// New gives the service.
func New(d Deps) *Service { return &Service{d} }
