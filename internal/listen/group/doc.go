// Package group finds among the stored posts the groups of accounts that act
// together more often, and closer in time, than chance and common interest
// explain (R4, package coordination), and keeps what shows it.
//
// A group is a behaviour, never a list of persons. What is kept of it: how many
// accounts, what they have in common, since when, how far it spread, how likely
// chance is, its network with the accounts as numbers that mean nothing outside
// it, and the ids of the posts that show it. No pseudonym is kept, so nobody can
// ask for the posts of a member, and a group is known again by its posts alone.
//
// Never in a group are official accounts and accounts of the register of public
// actors, what has no account, feeds and site maps, the changes of encyclopedias
// and the sources that an official entered as media: whoever prints the same
// dispatch in the same minute is doing their work.
//
// A look takes the newest posts of a period, MostPosts of them at most, so that
// its memory is bounded; one runs at a time in the whole house. There is one each
// night over the last week; who may asks for another, of a period or a topic.
//
// Pseudonyms change their key every 91 days: over that border an account counts
// as two.
//
// Tables: listen_group_run, listen_group, listen_group_post, listen_group_media.
// Jobs: listen.group_look, listen.group_night. Live topic: listen.groups.
package group

import (
	"time"

	"sifara/internal/perm"
)

// Manage is the permission to have posts searched for groups, to set groups
// aside and to enter media.
const Manage perm.Permission = "listen.groups"

// Permissions declares it with the standard roles that hold it.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"analyst", "unit_head", "head_of_mission"}}}
}

// Live is the live topic of groups and looks.
const Live = "listen.groups"

// Bounds of a look.
const (
	// MostPosts is how many posts one look takes, the newest.
	MostPosts = 400_000
	// MostDays is the longest period.
	MostDays = 31
	// LeastWindow and MostWindow bound how close in time acts are together.
	LeastWindow = 5 * time.Second
	MostWindow  = time.Hour
	// UsualWindow is the window of the night and where none is given.
	UsualWindow = time.Minute
	// mostEvidence is how many posts are kept of a group.
	mostEvidence = 400
	// night is the period of the look of the night.
	night = 7 * 24 * time.Hour
	// keptFor is how long a group is kept that is not seen any more, and a look.
	keptFor = 180 * 24 * time.Hour
)
