// Package influence measures whom people listen to, and of whom that may be
// asked (R3.4, R4.7): influence is response and reach through the network, not
// the count of followers.
//
// # Register
//
// Only accounts in the register of public actors are named and measured: those
// of governments, media and organisations, and of persons who hold a public
// office or speak in public as their work. An entry says why, and ends by itself
// after a year at most. A second official confirms it before it counts, and
// anybody who may listen reads the reason. When it ends the names of its accounts
// and what was measured are removed; the entry stays on record without them. The
// record of acts, of which nothing is ever taken out, still says which were
// entered.
//
// # Measure
//
// Over a stretch of 28 or 90 days a network is made of who passed on, answered or
// named whom. All but the actors are unnamed: their pseudonyms count and are not
// kept with the figures. Each responder counts once for each account it responds
// to, however often it does; accounts that always respond to the same, or come in
// one burst and say nothing besides, are one voice (voice.go).
//
//   - Score: PageRank (Page, Brin and others 1999) with damping 0.85 over voices,
//     told as a multiple of the average voice. That followers are no measure of
//     it: Cha and others, "Measuring User Influence in Twitter: The Million
//     Follower Fallacy", ICWSM 2010. Its error is that of a delete-a-group
//     jackknife; ranks are ranges.
//   - h: Hirsch's index (2005) over posts that were passed on or answered, and over
//     days.
//   - Bridging: the participation coefficient of Guimerà and Amaral (2005) over
//     circles found by label propagation (Raghavan and others 2007), without the
//     actors' own edges; and the same over languages and countries.
//
// All of it is linear in the responses, but for sorting. Of an actor with fewer
// than ten responders, or ten voices, nothing is told. Pseudonyms change their
// key every 91 days and differ by source: over that border, and where two sources
// bring the same posts, an account counts as two.
//
// Tables: listen_actor, listen_actor_account, listen_actor_figure,
// listen_influence_run. Jobs: listen.actors_hour, listen.influence. Live topic:
// listen.actors.
package influence

import (
	"time"

	"sifara/internal/perm"
)

// Manage is the permission to enter public actors, to confirm what another has
// entered, and to end entries.
const Manage perm.Permission = "listen.actors"

// Permissions declares it with the standard roles that hold it.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"analyst", "unit_head", "head_of_mission"}}}
}

// Live is the live topic of the register and of what is measured.
const Live = "listen.actors"

// Stretches are the lengths, in days, over which influence is measured.
var Stretches = []int{28, 90}

const (
	// mostResponses is how many responses one measure takes, the newest.
	mostResponses = 1_000_000
	// audienceDays is how far back it is looked for what an actor wrote, and so for
	// its followers.
	audienceDays = 28
	// figuresKept is how long figures are kept of an actor that stays registered.
	figuresKept = 2 * 366 * 24 * time.Hour
)
