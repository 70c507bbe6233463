// Package campaign keeps files on hostile campaigns: a claim that is spread
// against the state, by behaviour that can be named, with its evidence, how
// sure we are, and what was answered (R4).
//
// A file is about a claim and a behaviour, never about a person: it holds no
// handles, and counts of pseudonyms below K are not told. Behaviour is named
// by the techniques of the DISARM framework, which an operator loads; its data
// (CC BY-SA 4.0) is no part of the program.
//
// An evidence snapshot copies posts as they are stored, with a SHA-256 over
// the bytes of each and one over all. It outlives the retention of posts until
// the day that the file states; Check says whether it is unchanged. The hash
// of a snapshot stands in the audit record too: where somebody rewrote both a
// row and its hash, the record still tells the first one.
//
// Who holds listen.campaign at the desk that opened a file, or at the desk it
// was handed to, sees it and works on it; for others it does not exist.
//
// Tables: listen_campaign, listen_campaign_snapshot, listen_campaign_evidence,
// listen_campaign_framework, listen_campaign_technique. Events:
// campaign.HandedOver. Live topic: listen.campaigns. Jobs:
// listen.campaign_expire.
package campaign

import (
	"sifara/internal/listen/privacy"
	"sifara/internal/perm"
)

// Manage is the permission to see and to work on files of one's desk.
const Manage perm.Permission = "listen.campaign"

// Permissions declares it with the standard roles that hold it.
func Permissions() []perm.Definition {
	return []perm.Definition{{Permission: Manage, Roles: []string{"analyst", "unit_head", "head_of_mission"}}}
}

// Live is the live topic of the list of files.
const Live = "listen.campaigns"

// K is the fewest pseudonyms that are told as a number (R4.7).
const K = privacy.K
