package publishweb

import (
	"context"
	"net/http"
	"time"

	"sifara/internal/db"
	"sifara/internal/errs"
	"sifara/internal/i18n"
	"sifara/internal/perm"
	"sifara/internal/publish"
	"sifara/internal/publish/clash"
	"sifara/internal/web"
)

// The machine face of queues and their slots.

// UnitInput names a mission or the ministry; exported for huma.
type UnitInput struct {
	Mission string `query:"mission" required:"true" doc:"Id of a mission, or \"ministry\""`
}

type apiQueued struct {
	MessageID string  `json:"message_id" format:"uuid"`
	Title     string  `json:"title" doc:"In the reader's language"`
	At        db.Time `json:"at" format:"date-time" doc:"Its slot"`
}

type queueOut struct {
	Body struct {
		Zone    string      `json:"zone" doc:"In which slots are"`
		Slots   []apiSlot   `json:"slots" doc:"As the week goes, from Saturday"`
		Waiting []apiQueued `json:"waiting" doc:"In the order in which they go out"`
	}
}

type enqueueIn struct {
	MessageInput
	Body struct {
		Hash    string `json:"hash"`
		Confirm bool   `json:"confirm,omitempty" doc:"Take the slot although something grave speaks against it"`
	}
}

type queueMoveIn struct {
	MessageInput
	Body struct {
		Act string `json:"act" enum:"earlier,later,out"`
	}
}

// queueAPI adds the operations on queues.
func (c *console) queueAPI(a *web.API) {
	web.Operation(a, publish.MayView, tagged(http.MethodGet, "/queue", "get-queue", "Read the weekly slots of a mission and what waits for them", "calendar"), c.apiQueue)
	web.Operation(a, publish.MayRelease, tagged(http.MethodPost, "/messages/{id}/enqueue", "enqueue-message", "Put an approved message into the queue of its speaker", "calendar"), c.apiEnqueue)
	web.Operation(a, publish.MayRelease, tagged(http.MethodPost, "/messages/{id}/queue", "move-in-queue", "Move a message in its queue, or take it out", "calendar"), func(ctx context.Context, in *queueMoveIn) (*messageOut, error) {
		act := func() error { return c.slots.Move(ctx, in.ID, in.Body.Act == "later") }
		if in.Body.Act == "out" {
			act = func() error { return c.slots.TakeOut(ctx, in.ID) }
		}
		if err := act(); err != nil {
			return nil, err
		}
		return c.out(c.svc.Message(ctx, in.ID))
	})
}

func (c *console) apiQueue(ctx context.Context, in *UnitInput) (*queueOut, error) {
	missionID := missionOf(in.Mission)
	if !perm.From(ctx).MayIn(publish.MayView, perm.InMission(missionID)) {
		return nil, errs.New(errs.NotFound, "")
	}
	slots, err := c.slots.Slots(ctx, missionID)
	if err != nil {
		return nil, err
	}
	list, err := c.svc.Queue(ctx, missionID)
	if err != nil {
		return nil, err
	}
	var out queueOut
	out.Body.Zone, out.Body.Slots, out.Body.Waiting = c.org.Zone(ctx, missionID).String(), []apiSlot{}, []apiQueued{}
	for _, s := range slots {
		out.Body.Slots = append(out.Body.Slots, toAPISlot(s))
	}
	for i := range list {
		out.Body.Waiting = append(out.Body.Waiting, apiQueued{list[i].ID, titleOf(ctx, &list[i].Message), list[i].QueueAt})
	}
	return &out, nil
}

// apiEnqueue takes the next slot as the page does: over something grave only
// when that is confirmed.
func (c *console) apiEnqueue(ctx context.Context, in *enqueueIn) (*messageOut, error) {
	m, err := c.svc.Message(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	at, err := c.slots.Next(ctx, m)
	if err != nil {
		return nil, err
	}
	var lines []clash.WarningLine
	if !at.IsZero() {
		if lines, err = c.weighed(ctx, m, at, in.Body.Confirm); err != nil {
			return nil, err
		}
	}
	out, err := c.out(c.slots.Enqueue(ctx, in.ID, in.Body.Hash))
	if err == nil {
		out.Body.Warnings = lines
	}
	return out, err
}

// weighed gives the warnings about a time, or refuses it while something grave
// is not confirmed.
func (c *console) weighed(ctx context.Context, m publish.Message, at time.Time, confirmed bool) ([]clash.WarningLine, error) {
	list, err := c.clashes.Look(ctx, m, at)
	if err != nil {
		return nil, err
	}
	lines := clash.Lines(list, i18n.From(ctx), c.org.Zone(ctx, m.MissionID))
	if clash.Grave(list) && !confirmed {
		return nil, warned(lines)
	}
	return lines, nil
}
