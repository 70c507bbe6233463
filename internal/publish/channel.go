package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// Channel is a way by which a message reaches people besides its page and the
// feeds, which every message has.
type Channel string

// Newsletter are the letters of the house; they carry only messages that are for
// them.
const Newsletter Channel = "newsletter"

// ChannelList are the channels in the order in which they are offered.
var ChannelList = []Channel{Newsletter, "facebook", "instagram", "x", "telegram", "youtube", "whatsapp", "mastodon", "bluesky", "press"}

// Channels are those that a message is for, joined by commas in the order of
// ChannelList. Empty: it may go out by any.
type Channels string

// JoinChannels makes Channels of a list; what is no channel stays in it, for
// the check.
func JoinChannels(list ...string) Channels {
	list = slices.Clone(list)
	rank := func(s string) int { return slices.Index(ChannelList, Channel(s)) }
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b)) })
	return Channels(strings.Join(slices.Compact(list), ","))
}

// List gives them one by one; nil for any.
func (c Channels) List() []Channel {
	if c == "" {
		return nil
	}
	var out []Channel
	for s := range strings.SplitSeq(string(c), ",") {
		out = append(out, Channel(s))
	}
	return out
}

// Has reports whether a message may go out by a channel.
func (c Channels) Has(by Channel) bool { return c == "" || slices.Contains(c.List(), by) }

func (c Channels) valid() bool {
	return !slices.ContainsFunc(c.List(), func(x Channel) bool { return !slices.Contains(ChannelList, x) })
}

// routesFor lists the routes that match: those for any channel and for one that
// the channels have.
func routesFor(ctx context.Context, q bun.IDB, m Match, by func(Channel) bool) ([]Route, error) {
	var list []Route
	err := q.NewSelect().Model(&list).
		Where("r.mission_id IN ('', ?) AND r.topic_id IN ('', ?) AND r.kind IN ('', ?) AND r.sensitivity IN ('', ?)", m.MissionID, m.TopicID, m.Kind, m.Sensitivity).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("route of %+v: %w", m, err)
	}
	return slices.DeleteFunc(list, func(r Route) bool { return r.Channel != "" && !by(r.Channel) }), nil
}

// moreSpecific orders routes that match one message: what is named comes before
// what is open, field by field; of routes for several channels of the message the
// one with more steps comes first.
func moreSpecific(a, b Route) int {
	named := func(a, b string) int { return cmp.Compare(bit(b != ""), bit(a != "")) }
	return cmp.Or(named(a.MissionID, b.MissionID), named(a.TopicID, b.TopicID), named(string(a.Kind), string(b.Kind)), named(string(a.Channel), string(b.Channel)),
		cmp.Compare(len(b.Steps), len(a.Steps)), named(string(a.Sensitivity), string(b.Sensitivity)), cmp.Compare(a.ID, b.ID))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
