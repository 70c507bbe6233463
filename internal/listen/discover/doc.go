// Package discover finds matters that are much spoken of and that no desk has
// asked for: clusters of stories that share their telling words.
//
// It is online clustering with a bound: each story is looked at once, when it is
// first told often enough; it joins the cluster whose words it shares most, or
// begins one. Words count the more the fewer of the present stories hold them.
// Clusters to which nothing was added for a fortnight are forgotten, and of the
// others the largest are kept. Stories in two languages meet only where they
// share names or hashtags: nothing is translated.
//
// A cluster proposes; an officer decides: it becomes a topic by the form that
// every topic comes from, or is dismissed and not shown again.
//
// Tables of the house: listen_cluster, listen_cluster_story. Job:
// listen.discover.
package discover

import "time"

const (
	// lookBack is how old a story may be that is looked at, before the newest
	// post.
	lookBack = 3 * 24 * time.Hour
	// lookStories is how many stories are looked at, the largest.
	lookStories = 300
	// leastPosts is how often a story must be told.
	leastPosts = 3
	// alike is the least cosine of a story and a cluster that it joins.
	alike = 0.3
	// keptWords is how many words of a cluster are kept, keptClusters how many
	// clusters, keptFor how long one lives without a new story.
	keptWords    = 40
	keptClusters = 200
	keptFor      = 14 * 24 * time.Hour
)
